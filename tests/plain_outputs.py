"""Plain outputs for tests of what is checked on outputs: every value in its place, and nothing else.

They stand in for the real web map and brief, so that these tests say what parity does and not what templates do.
"""

from collections import defaultdict
from collections.abc import Mapping
from html import escape
from pathlib import Path

from small_map import STAMP

from pipeline.model import Column, EcosystemMap, Kind, Shown
from pipeline.rendering import data, prose
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.finishing import Marks
from pipeline.rendering.pdf_process import Limits
from pipeline.rendering.printing import Document, Supplies, printed

FONTS = Path(__file__).parent.parent / "templates" / "shared" / "fonts"
FACES = {"inter": "inter-regular.ttf", "hebrew": "noto-sans-hebrew-regular.ttf", "arabic": "vazirmatn-regular.ttf"}
PLACES = {
    "phases": "phases/{}.html",
    "action_areas": "action-areas/{}.html",
    "glossary": "glossary.html",
    "resources": "resources.html",
    "pages": "{}.html",
}


def all_outputs(content: EcosystemMap) -> dict[str, Artefact]:
    return {**web(content), **data_files(content), **briefs(content)}


def data_files(content: EcosystemMap) -> dict[str, Artefact]:
    return {artefact.path: artefact for artefact in data.render(content, stamp=STAMP)}


def web(content: EcosystemMap) -> dict[str, Artefact]:
    """Each page with the values that belong on it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, html in _pieces(content, Shown.WEB):
        found[path].append(html)
    return {path: page(path, "".join(pieces)) for path, pieces in found.items()}


def page(path: str, body: str) -> Artefact:
    return Artefact(path, "text/html", f"<!doctype html><title>t</title><body>{body}</body>".encode())


def briefs(content: EcosystemMap) -> dict[str, Artefact]:
    """The brief with everything, and each stakeholder's own."""
    documents: dict[str, list[str]] = defaultdict(list)
    for path, html in _pieces(content, Shown.BRIEF):
        documents["brief.pdf"].append(html)
        if path.startswith("stakeholders/"):
            documents[path.replace("stakeholders/", "briefs/").replace(".html", ".pdf")].append(html)
    return pdfs({path: "".join(pieces) for path, pieces in documents.items()})


def pdfs(bodies: Mapping[str, str], css: str = "") -> dict[str, Artefact]:
    """PDF files with these HTML bodies, laid out on small pages with a running head."""
    fonts = {f"own:{name}": (FONTS / name).read_bytes() for name in FACES.values()}
    faces = "".join(f"@font-face{{font-family:{name};src:url(own:{file})}}" for name, file in FACES.items())
    style = f"{faces}@page{{size:A6;margin:1cm;@top-left{{content:'Head'}}}}body{{font:9pt {','.join(FACES)}}}{css}"
    head = f"<html lang=en><head><title>t</title><style>{style}</style></head>"
    documents = [Document(path, f"{head}<body>{body}</body></html>") for path, body in bodies.items()]
    marks = Marks(edition="1", published_on="", digest="0" * 64, moment="2026-11-24T00:00:00Z")
    supplies = Supplies(files=fonts, marks=marks)
    made = {one.path: one.body for one in printed(documents, supplies=supplies, limits=Limits(processes=1))}
    return {path: Artefact(path, "application/pdf", made[path]) for path in bodies}


def _pieces(content: EcosystemMap, shown: Shown) -> list[tuple[str, str]]:
    """Every value as HTML, with the page where it belongs."""
    pieces = []
    for sheet, entry in content.entries():
        stakeholder = getattr(entry, "id" if sheet.key == "stakeholders" else "stakeholder", None)
        place = PLACES.get(sheet.key, "index.html").format(getattr(entry, "id", ""))
        path = f"stakeholders/{stakeholder}.html" if stakeholder else place
        pieces += [
            (path, _html(column, value))
            for name, column in sheet.columns.items()
            if shown in column.shown and (value := getattr(entry, name))
        ]
    return pieces


def _html(column: Column, value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return "".join(f"<p>{escape(part)}</p>" for part in value)
    if column.kind is Kind.LINK:
        return f'<p><a href="{escape(value)}">link</a></p>'
    if column.kind is Kind.TEXT:
        return prose.to_html(value)
    if column.kind is Kind.PAGE:
        return prose.page_to_html(value, image=lambda name: None)
    return f"<p>{escape(value)}</p>"
