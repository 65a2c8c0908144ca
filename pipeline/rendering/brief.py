"""The brief: the whole map as one printable PDF, and a PDF for each stakeholder.

Templates make HTML of the content, `pipeline.rendering.printing` makes PDFs of it. Nothing of the machine gets in: no
font, no clock, no address, so the same content gives the same bytes anywhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from markupsafe import Markup

from pipeline.model import EcosystemMap
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.brief_changes import changes_between
from pipeline.rendering.brief_cover import cover
from pipeline.rendering.brief_grouping import Views
from pipeline.rendering.brief_measure import PAPERS
from pipeline.rendering.brief_views import Section
from pipeline.rendering.colours import accent_colour, shades, theme
from pipeline.rendering.finishing import Marks
from pipeline.rendering.glyphs import families_for
from pipeline.rendering.orders import Kept, NothingKept
from pipeline.rendering.paging import numbered_in_one_piece
from pipeline.rendering.pdf import Press
from pipeline.rendering.pdf_process import Limits
from pipeline.rendering.printing import Document, OpenPress, Picture, Supplies, printed
from pipeline.rendering.qr_code import QrCode, qr_code
from pipeline.templating import Templates, Words, direction

STYLES = ("shared/tokens.css", "brief/brief.css")
"""The stylesheets of the brief, in order."""

FACES: Mapping[str, Sequence[tuple[int, str, str]]] = {
    "Inter": (
        (400, "normal", "inter-regular"),
        (400, "italic", "inter-italic"),
        (600, "normal", "inter-semibold"),
        (600, "italic", "inter-semibold-italic"),
    ),
    "Vazirmatn": ((400, "normal", "vazirmatn-regular"), (600, "normal", "vazirmatn-semibold")),
    "Noto Sans Hebrew": ((400, "normal", "noto-sans-hebrew-regular"), (600, "normal", "noto-sans-hebrew-semibold")),
    "Noto Sans Symbols 2": ((400, "normal", "noto-sans-symbols-2-regular"),),
    "Noto Emoji": ((400, "normal", "noto-emoji-regular"),),
}
"""The faces of each family: weight, style and file. One file is one face."""

Face = tuple[str, int, str, str]
"""A family, and of one of its faces the weight, the style and the file."""

_TAGS = re.compile(r"<[^>]*>")


def render(
    content: EcosystemMap,
    *,
    stamp: Stamp,
    templates: Templates,
    data: bytes | None = None,
    since: EcosystemMap | None = None,
    paper: str | None = None,
    limits: Limits | None = None,
    kept: Kept | None = None,
    scope: str = "",
    pictures: Sequence[Picture] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Artefact]:
    """`brief.pdf` and `briefs/<stakeholder-id>.pdf` for every stakeholder, in this order, and then `pictures`.

    `data` are the bytes of `data/map.json`, to be attached; `since` is the previous edition, for a page of what
    changed; `paper` goes before the paper of the Settings sheet; `kept` and `scope` are as in `printing.Supplies`.
    `progress` is told how many pages are laid out, of how many. RenderingError if a library is missing, a template cannot
    be used, or a document cannot be laid out within `limits` without a warning.
    """
    documents = tuple(documents_of(content, stamp=stamp, templates=templates, since=since, paper=paper))
    yield from printed_with_fonts(
        documents,
        pictures,
        stamp=stamp,
        templates=templates,
        data=data,
        limits=limits,
        kept=kept,
        scope=scope,
        progress=progress,
    )


def printed_with_fonts(
    documents: Sequence[Document],
    pictures: Sequence[Picture] = (),
    *,
    stamp: Stamp,
    templates: Templates,
    data: bytes | None = None,
    limits: Limits | None = None,
    kept: Kept | None = None,
    scope: str = "",
    progress: Callable[[int, int], None] = lambda done, of: None,
    open_press: OpenPress = Press,
) -> Iterator[Artefact]:
    """What is printed and drawn, in the order given, with those of our fonts that it needs; the rest as for `render` and
    `printing.printed`."""
    order = [*(document.path for document in documents), *(picture.path for picture in pictures)]
    documents, of_documents = _with_faces(documents)
    pictures, of_pictures = _with_faces(pictures)
    names = dict.fromkeys(face[3] for face in (*of_documents, *of_pictures))
    marks = Marks(
        edition=stamp.edition,
        published_on=stamp.published_on.isoformat() if stamp.published_on else "",
        digest=stamp.digest,
        moment=_written(stamp.moment),
        drafts=stamp.drafts,
        data=data,
    )
    supplies = Supplies(
        files={_address(file): templates.read(f"shared/fonts/{file}.ttf") for file in names},
        marks=marks,
        kept=kept or NothingKept(),
        scope=scope,
    )
    ready: dict[str, Artefact] = {}
    made_so_far = printed(
        documents, pictures, supplies=supplies, limits=limits or Limits(), progress=progress, open_press=open_press
    )
    for made in made_so_far:
        ready[made.path] = made
        while order and order[0] in ready:
            yield ready.pop(order.pop(0))


Sheet = TypeVar("Sheet", Document, Picture)


def _with_faces(sheets: Sequence[Sheet]) -> tuple[Sequence[Sheet], Sequence[Face]]:
    """Documents or pictures with the faces that their texts need, and which these are."""
    families = families_for("".join(_TAGS.sub("", sheet.html) for sheet in sheets))
    faces: list[Face] = []
    for family in families:
        faces += [(family, weight, style, file) for weight, style, file in FACES[family]]
    styles = "".join(_font_face(*face) for face in faces)
    return [replace(sheet, html=sheet.html.replace(FONTS_HERE, styles, 1)) for sheet in sheets], faces


def handed_over(
    content: EcosystemMap,
    *,
    stamp: Stamp,
    templates: Templates,
    since: EcosystemMap | None = None,
    paper: str | None = None,
) -> tuple[Sequence[Document], Mapping[str, bytes]]:
    """The documents as a layout engine can take them in one piece, for whoever measures it: the HTML of each with its
    styles and the numbers of its pages in it, as the first round of printing expects them, the whole brief first; and
    the font files by the address that the styles use."""
    documents = tuple(documents_of(content, stamp=stamp, templates=templates, since=since, paper=paper))
    ready, faces = _with_faces([replace(document, html=numbered_in_one_piece(document.html)) for document in documents])
    return ready, {_address(file): templates.read(f"shared/fonts/{file}.ttf") for _, _, _, file in faces}


FONTS_HERE = Markup("/* fonts */")
"""Where the font faces come in a document: which ones is known only when all texts are."""


def documents_of(
    content: EcosystemMap,
    *,
    stamp: Stamp,
    templates: Templates,
    since: EcosystemMap | None = None,
    paper: str | None = None,
) -> Iterator[Document]:
    """The HTML of every document, the whole brief first."""
    words = templates.words(content.settings.language)
    views = Views(content)
    sections = views.sections()
    paper = paper or paper_of(content)
    shared = _shared(content, views, stamp, templates, words, paper)
    yield Document(
        "brief.pdf",
        templates.render(
            "brief/brief.html",
            **shared,
            cover=cover(content, templates, paper=PAPERS[paper]),
            sections=sections,
            matrix=views.matrix(),
            areas=views.areas(),
            pages=views.pages(),
            glossary=views.glossary(),
            readings=views.readings(),
            thanks=views.thanks(),
            since=since.settings.edition if since else None,
            changes=changes_between(since, content, words) if since else (),
        ),
    )
    for section in sections:
        html = templates.render("brief/stakeholder.html", **shared, section=section, code=_code_for(section, content))
        yield Document(f"briefs/{section.id}.pdf", html)


def _code_for(section: Section, content: EcosystemMap) -> QrCode | None:
    """The code that leads to a stakeholder's page on the web; None where the map has no address."""
    address = content.settings.site_address
    return qr_code(f"{address.rstrip('/')}/stakeholders/{section.id}.html") if address else None


def paper_of(content: EcosystemMap) -> str:
    """The paper that Settings asks for; A4 where it leaves that open."""
    return content.settings.paper_size or "A4"


def _shared(
    content: EcosystemMap, views: Views, stamp: Stamp, templates: Templates, words: Words, paper: str
) -> Mapping[str, Any]:
    """What both templates are given."""
    settings = content.settings
    is_rtl = direction(settings.language) == "rtl"
    return {
        "settings": settings,
        "stamp": stamp,
        "word": words,
        "language": settings.language,
        "direction": "rtl" if is_rtl else "ltr",
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "paper": paper,
        "paper_height": f"{PAPERS[paper][1]}mm",
        "ink": shades(accent_colour(content, templates.tokens()), paper=templates.tokens()["--paper"]).ink,
        "moment": _written(stamp.moment),
        "published_on": words.date(stamp.published_on) if stamp.published_on else None,
        "keywords": ", ".join(views.texts()),
        "introduction": views.html(settings.introduction),
        "about": views.first_paragraph(settings.introduction),
        "call_to_action": views.html(settings.call_to_action),
        "phases": views.phases(),
        "counts": {"stakeholders": len(content.stakeholders), "phases": len(content.phases)},
        "styles": _styles(content, templates),
        "fonts_here": FONTS_HERE,
        "page_of_pages": _page_of_pages(words),
        "footer": css_string(words("brief_footer", title=settings.title, edition=settings.edition)),
        "release": css_string(words("release", digest=stamp.short_digest)),
    }


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _styles(content: EcosystemMap, templates: Templates) -> Markup:
    sheets = [*(templates.read(name).decode() for name in STYLES), theme(content, templates.tokens(), with_dark=False)]
    return Markup("\n".join(sheets))  # noqa: S704 - our own files


def css_string(text: str) -> Markup:
    """`text` as a string of CSS that is safe inside a <style> element (CSS Syntax 3, section 4.3.7)."""
    escaped = "".join(
        character if character.isalnum() or character in " .,:;()!?·–—" else f"\\{ord(character):x} "
        for character in text
    )
    return Markup(f'"{escaped}"')  # noqa: S704 - escaped above


def _page_of_pages(words: Words) -> Markup:
    """The words "Page {page} of {pages}" as the content of a margin box."""
    written = words("brief_page", page="\0page\0", pages="\0pages\0")
    counters = {"page": "counter(page)", "pages": "counter(pages)"}
    parts = [counters.get(part) or css_string(part) for part in written.split("\0") if part]
    return Markup(" ".join(parts))  # noqa: S704 - counters and escaped strings


def _font_face(family: str, weight: int, style: str, file: str) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
        f"src: url({_address(file)}) }}\n"
    )


def _address(file: str) -> str:
    return f"font:{file}.ttf"
