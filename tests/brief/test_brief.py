"""The brief as a reader, a screen reader and an archivist find it."""

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from brief.small_maps import ARABIC, STAMP, briefs_of, render, small_map

from pipeline.errors import RenderingError
from pipeline.model import EcosystemMap, Page, Strategy
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.parity import lost_text
from pipeline.rendering.pdf_process import Limits

OUR_FONTS = ("Inter", "Vazirmatn", "Noto-Sans-Hebrew", "Noto-Sans-Symbols-2", "Noto-Emoji")

PASTED = "•–—…“”‘’„‚«»→←↑↓↔⇒✓✗✔✅☐©®™°€£¥½×÷≤≥≠≈∞−±µΩ№†‡§¶ ❤️ 🎉 Ελληνικά Русский Ŵőřĺđ ñ a\u0301 x\u0323"
"""Letters and symbols that editors paste."""


def pages_of(body: bytes) -> list[str]:
    """The text of each page, with its white space made even."""
    document = pypdfium2.PdfDocument(body)
    texts = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return texts


def fonts_of(body: bytes) -> set[str]:
    """The names of all fonts in a PDF, without the tag of a subset."""
    names = set()
    with pikepdf.open(io.BytesIO(body)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
                tag, _, name = str(item["/BaseFont"]).removeprefix("/").partition("+")
                assert len(tag) == 6, "a font is not a subset"
                names.add(name)
    return names


def structure_of(body: bytes) -> list[tuple[str, str]]:
    """Every element of the structure tree in order: its type and the description of a figure."""
    found: list[tuple[str, str]] = []

    def walk(element: pikepdf.Object) -> None:
        if isinstance(element, pikepdf.Array):
            for kid in element:
                walk(kid)
        elif isinstance(element, pikepdf.Dictionary) and element.get("/Type") != "/OBJR":
            if "/S" in element:
                found.append((str(element["/S"]), str(element.get("/Alt", ""))))
            if "/K" in element:
                walk(element["/K"])

    with pikepdf.open(io.BytesIO(body)) as document:
        walk(document.Root.StructTreeRoot)
    return found


def with_strategies(*texts: str, **more: Any) -> EcosystemMap:
    """The small map with these strategies and no others."""
    return small_map(
        strategies=tuple(
            Strategy(id=f"s{number}", stakeholder="farmers", phase="growing", text=text, **more)
            for number, text in enumerate(texts)
        )
    )


def test_every_published_text_is_in_the_briefs() -> None:
    """Nothing that the workbook publishes is lost: the build's own check finds every value again."""
    content = small_map()
    artefacts = {path: Artefact(path, "application/pdf", body) for path, body in briefs_of(content).items()}
    assert list(lost_text(content, artefacts)) == []


def test_every_stakeholder_has_a_brief_of_their_own() -> None:
    """There is one PDF for the whole and one for each stakeholder, by ID."""
    assert list(briefs_of(small_map())) == ["brief.pdf", "briefs/farmers.pdf", "briefs/bakers.pdf"]


def test_a_brief_of_ones_own_stands_alone() -> None:
    """It says what the map is, who they are, what they can do, why, with whom, what to read, and where the whole is."""
    text = " ".join(pages_of(briefs_of(small_map())["briefs/bakers.pdf"]))
    for expected in (
        "Ecosystem of bread",
        "Who takes part in good bread.",
        "Bakers",
        "rest the dough",
        "Name the field. With Farmers",
        "Loyal guests",
        "Meeting places",
        "https://example.org/how",
        "https://example.org/bread/",
        "0123456789ab",
    ):
        assert expected in text


def test_the_whole_begins_each_part_on_a_new_page() -> None:
    """Cover, contents, introduction, phases, matrix, stakeholders, areas, pages, glossary, resources, colophon."""
    beginnings = [
        *("Bakers’ Guild Ecosystem of bread", "Contents", "Introduction", "The phases at a glance", "Stakeholders"),
        *("Farmers", "Bakers", "Action areas", "About bread", "Glossary", "Resources", "About this edition"),
    ]
    pages = pages_of(briefs_of(small_map())["brief.pdf"])
    assert len(pages) == len(beginnings)
    for page, beginning in zip(pages, beginnings, strict=True):
        assert beginning in page


def test_pages_are_numbered_and_carry_the_edition() -> None:
    """The footer of every page but the cover says which page of how many it is, and of which edition."""
    cover, *pages = pages_of(briefs_of(small_map())["brief.pdf"])
    assert "Page 1" not in cover
    for number, page in enumerate(pages, 2):
        assert f"Page {number} of {len(pages) + 1}" in page
        assert "Ecosystem of bread · Edition 2026.1" in page


def test_contents_give_the_page_of_each_section() -> None:
    """Page numbers in the contents are those on which the sections stand."""
    pages = pages_of(briefs_of(small_map())["brief.pdf"])
    contents = pages[1].replace(".", "").replace(" ", "")
    for name, expected in {"Farmers": "People who grow", "Glossary": "Sourdough", "Resources": "How to bake"}.items():
        [number] = [number for number, page in enumerate(pages, 1) if expected in page]
        assert f"{name}{number}" in contents


def test_bookmarks_have_three_levels() -> None:
    """Section, stakeholder, and the parts of a stakeholder can be reached from the outline."""
    with pikepdf.open(io.BytesIO(briefs_of(small_map())["brief.pdf"])) as document, document.open_outline() as outline:
        [stakeholders] = [item for item in outline.root if item.title == "Stakeholders"]
        [bakers] = [item for item in stakeholders.children if item.title == "Bakers"]
        assert [item.title for item in bakers.children] == [
            "Strategies by phase",
            "Actions by area",
            "Why take part",
            "In their words",
        ]


def test_it_is_tagged_and_says_what_it_is() -> None:
    """Language, title, author, subject, keywords, the date of the edition, and PDF/UA-1."""
    with pikepdf.open(io.BytesIO(briefs_of(small_map())["brief.pdf"])) as document:
        assert document.Root.Lang == "en"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        information = {name: str(value) for name, value in document.docinfo.items()}
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    assert information["/Title"] == "Ecosystem of bread"
    assert information["/Author"] == "Bakers’ Guild"
    assert information["/Subject"] == "From field to table – edition 2026.1"
    assert information["/Keywords"] == "Farmers, Bakers, Growing, Baking"
    assert information["/CreationDate"] == information["/ModDate"] == "D:20261124000000Z"


def test_pictures_have_descriptions_and_tables_have_headers() -> None:
    """A screen reader hears what each picture shows, and which row and column a number of the matrix belongs to."""
    structure = structure_of(briefs_of(small_map())["brief.pdf"])
    figures = [description for kind, description in structure if kind == "/Figure"]
    assert all(figures)
    assert {"An ear of wheat", "A blue square", "A square"} <= set(figures)
    kinds = [kind for kind, _ in structure]
    assert {"/Table", "/TH", "/TD", "/L", "/LI", "/H1", "/H2", "/H3"} <= set(kinds)


def test_only_our_fonts_are_in_it() -> None:
    """What machine makes the brief is nowhere to be seen: no font of the system gets in, even for rare letters."""
    for body in briefs_of(with_strategies(PASTED, "*slanted **and bold***", "שלום", "خبز")).values():
        assert all(name.startswith(OUR_FONTS) for name in fonts_of(body)), fonts_of(body)


def test_what_editors_paste_is_drawn() -> None:
    """Accents, Greek, Cyrillic, arrows, ticks and emoji come through the layout and can be read back."""
    text = "".join(
        pages_of(briefs_of(with_strategies(PASTED, "*slanted **and bold***", "שלום", "خبز"))["briefs/farmers.pdf"])
    )
    for expected in ("→←↑↓↔⇒✓✗✔✅☐", "Ελληνικά", "Русский", "Ŵőřĺđ", "🎉", "שלום", "خبز"):
        assert expected in text


def test_a_letter_that_no_font_has_stops_the_brief() -> None:
    """An empty box is never printed: the failure points to the check that names the cell."""
    with pytest.raises(RenderingError, match="notdef") as failure:
        list(render(with_strategies("漢字")))
    assert "missing-glyph" in failure.value.help


def test_hostile_texts_stay_text() -> None:
    """Code in a cell is printed as it is written, and a word without end is broken rather than cut off."""
    endless = "x" * 4000
    content = with_strategies("{{7*191}} <script>alert(1)</script> </style> &amp; \\0", endless)
    text = "".join(pages_of(briefs_of(content)["briefs/farmers.pdf"]))
    assert "{{7*191}} <script>alert(1)</script> </style> &amp; \\0" in text
    assert text.replace(" ", "").count("x") >= 4000


def test_a_title_cannot_leave_the_stylesheet() -> None:
    """The title is also in the footer, which is CSS: quotes and tags in it stay letters there."""
    title = 'Bread "n" </style><b>butter</b> \\'
    pages = pages_of(briefs_of(small_map(settings={"title": title}))["brief.pdf"])
    assert f"{title} · Edition 2026.1" in pages[2]


def test_drafts_are_marked() -> None:
    """Whoever holds a copy with unpublished rows sees it on the cover and at each of them."""
    content = with_strategies("Not agreed yet", status="draft")
    made = briefs_of(content, stamp=replace(STAMP, drafts=True))
    assert "This copy contains drafts" in pages_of(made["brief.pdf"])[0]
    assert "Not agreed yet Draft" in "".join(pages_of(made["briefs/farmers.pdf"]))
    assert not any("Draft" in page for page in pages_of(briefs_of(small_map())["brief.pdf"]))


@pytest.mark.parametrize(("paper", "size"), [(None, (595, 842)), ("Letter", (612, 792))])
def test_paper_is_that_of_settings(paper: str | None, size: tuple[int, int]) -> None:
    """A4 unless Settings asks for Letter; the cover fills one sheet of either, however long the title is."""
    long = {"title": "A very long title of an ecosystem " * 3, "subtitle": "and more words beneath it " * 4}
    body = briefs_of(small_map(settings={"paper_size": paper, **long}))["brief.pdf"]
    document = pypdfium2.PdfDocument(body)
    assert {tuple(round(side) for side in page.get_size()) for page in document} == {size}
    document.close()
    assert pages_of(body)[1].startswith("Contents")


def test_right_to_left() -> None:
    """Arabic and Hebrew are laid out from the right, with our fonts, and nothing is lost."""
    content = small_map(**ARABIC)
    made = briefs_of(content)
    artefacts = {path: Artefact(path, "application/pdf", body) for path, body in made.items()}
    assert list(lost_text(content, artefacts)) == []
    assert {"Vazirmatn", "Noto-Sans-Hebrew"} <= fonts_of(made["brief.pdf"])
    document = pypdfium2.PdfDocument(made["briefs/farmers.pdf"])
    text_page = document[0].get_textpage()
    search = text_page.search("المزارعون")
    index, _ = search.get_next()
    assert text_page.get_charbox(index)[0] > document[0].get_width() / 2
    document.close()


def test_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    """Folder, time zone, language of the machine and hash seed leave no trace in the files."""
    script = (
        "import hashlib, sys; from brief.small_maps import render, small_map\n"
        "print(*(hashlib.sha256(artefact.body).hexdigest() for artefact in render(small_map())))"
    )
    here = Path(__file__).resolve()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(here.parents[1]), str(here.parents[2])]),
        "PYTHONHASHSEED": "77",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
    }
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [hashlib.sha256(body).hexdigest() for body in briefs_of(small_map()).values()]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('<img src="https://example.org/x.png" alt="x">', "only the program's own files"),
        ('<img src="file:///etc/hostname" alt="x">', "only the program's own files"),
        ('<p style="colour: red">x</p>', "colour"),
        ('<a href="#nowhere">x</a>', "nowhere"),
        ('<img src="data:image/png;base64,AAAA" alt="x">', "image"),
    ],
)
def test_whatever_the_layout_complains_of_stops_the_brief(tmp_path: Path, line: str, complaint: str) -> None:
    """An address outside of the templates, an unknown property, a dead link or a broken image is never let through."""
    (tmp_path / "brief").mkdir()
    (tmp_path / "brief" / "stakeholder.html").write_text(
        '{% extends "bundled/brief/stakeholder.html" %}{% block body %}' + line + "{% endblock %}", encoding="utf-8"
    )
    with pytest.raises(RenderingError, match=complaint):
        list(render(small_map(), templates=tmp_path))


def test_a_layout_that_takes_too_long_is_stopped() -> None:
    """A brief beyond its time is a failure that names it; nothing of it comes out."""
    with pytest.raises(RenderingError, match=r"briefs?\S*\.pdf took longer than 0\.01 seconds"):
        list(render(small_map(), limits=Limits(seconds=0.01)))


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Pango is missing the failure says what to install, and how."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(RenderingError, match=r"libpango-1\.0-0") as failure:
        list(render(small_map()))
    assert "apt-get install --no-install-recommends libpango-1.0-0" in failure.value.help


def test_a_worker_that_dies_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of the layout process is a failure with its last words, not a wait for ever."""
    (tmp_path / "weasyprint.py").write_text("import sys; sys.exit('out of paper')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RenderingError, match=r"ended with status 1\. out of paper"):
        list(render(small_map()))


def test_a_few_lines_do_not_get_a_page_of_their_own() -> None:
    """A page of the workbook that is a line too long for one sheet is set a little closer."""
    body = "\n\n".join(f"Line {number}." for number in range(1, 37))
    pages = pages_of(briefs_of(small_map(pages=(Page(id="about", title="Long", body=body),)))["brief.pdf"])
    assert [page.count("Line ") for page in pages if "Line" in page] == [36]
