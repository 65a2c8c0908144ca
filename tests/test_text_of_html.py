"""What is read back from web pages: the same as other readers read, and each page once."""

from dataclasses import replace
from html import escape

import pytest
from crowds import crowd
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import WELL_FORMED, OtherReader
from small_map import ROWS, STAMP, small_map

from pipeline.model import EcosystemMap, Kind, sheet_of
from pipeline.rendering import web
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.parity import lost_text
from pipeline.rendering.readings import Readings
from pipeline.rendering.searchable import apart
from pipeline.rendering.text_of_html import HtmlText, read_html
from pipeline.templating import environment

HOSTILE = (
    "</title></textarea></script><script>alert(1)</script> <img src=x onerror=alert(1)> “&lt;” &colon; ]]> <!-- -- > "
    '"\'`={{7*191}} **bold</p>** [x](javascript:alert(1)) [y](index.html "t") \u202eesrever\u202c '
    "\u2028 e\u0301 🎓 مُعَلِّم\n- a\n- <b>b"
)


def assert_read_alike(body: bytes) -> None:
    page, other = read_html(body), OtherReader(body.decode())
    assert page.said == apart(["\n".join(other.texts), *other.spoken])
    assert set(page.references) == other.references
    assert page.anchors == other.anchors


@pytest.mark.parametrize("content", [small_map(), crowd(10, language="ar"), crowd(41)], ids=["small", "arabic", "many"])
def test_our_pages_are_read_as_another_reader_reads_them(content: EcosystemMap) -> None:
    """Texts, spoken texts, references and anchors of every page are those that Python's own reader finds."""
    for artefact in web.render(content, stamp=STAMP, templates=environment()):
        if artefact.path.endswith(".html"):
            assert_read_alike(artefact.body)


def test_pages_of_a_hostile_workbook_are_read_alike() -> None:
    """Whatever cells hold is text on the pages, for both readers."""
    rows = {
        key: [
            {
                name: f"{HOSTILE} {value}" if sheet_of(key).columns[name].kind is Kind.TEXT else value
                for name, value in row.items()
            }
            for row in held
        ]
        for key, held in ROWS.items()
    }
    pages = [
        one for one in web.render(small_map(**rows), stamp=STAMP, templates=environment()) if one.path.endswith(".html")
    ]
    assert sum(b"alert(1)" in page.body for page in pages) > 5
    for page in pages:
        assert_read_alike(page.body)


@pytest.mark.parametrize("markup", WELL_FORMED)
def test_well_formed_markup_is_read_alike(markup: str) -> None:
    """Elements, attributes, characters and drawings."""
    assert_read_alike(f"<!doctype html><html><head><title>T</title></head><body>{markup}</body></html>".encode())
    assert_read_alike(markup.encode())


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    spoken=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
)
@settings(max_examples=60, deadline=None)
def test_every_text_comes_back(text: str, spoken: str) -> None:
    """What is escaped into a page is read from it, letter by letter."""
    page = read_html(f'<!doctype html><p>{escape(text)}</p><i title="{escape(spoken)}"></i>'.encode())
    assert page.said == apart([text, spoken] if spoken else [text])


def test_what_a_template_element_holds_is_followed_and_not_read() -> None:
    """Nobody reads it until a script puts it on the page; its links must lead somewhere all the same."""
    page = read_html(b'<template><p id="later" title="t">Later <a href="x.html">x</a></p></template>')
    assert page == HtmlText(said=apart(["", "t"]), addresses={("a", "href"): ("x.html",)}, anchors=frozenset({"later"}))


def test_an_empty_page_says_nothing() -> None:
    """No bytes are a page too."""
    assert read_html(b"") == HtmlText(said=apart([]), addresses={}, anchors=frozenset())


class Counted(Readings):
    """Counts how often each page is read."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def read(self, page: Artefact) -> HtmlText:
        self.paths.append(page.path)
        return super().read(page)


def test_each_page_of_a_build_is_read_once() -> None:
    """Looking for texts, links and pictures takes one reading of each page."""
    content = small_map()
    files = {one.path: one for one in web.render(content, stamp=STAMP, templates=environment())}
    readings = Counted()
    assert list(lost_text(content, files, readings=readings)) == []
    assert list(dead_internal_link(content, files, elsewhere=("brief", "data/"), readings=readings)) == []
    assert list(missing_image(content, files, readings=readings)) == []
    assert sorted(path for path in readings.paths if path.endswith(".html")) == sorted(
        path for path in files if path.endswith(".html")
    )


def test_a_page_is_read_where_it_was_made_or_anew() -> None:
    """What was read where a page was made is taken for those very bytes and for no others."""
    page = Artefact("x.html", "text/html", b"<p>One")
    readings = Readings()
    readings.take(page, read_html(b"<p>Two"))
    assert readings.read(page).said == apart(["Two"])
    assert readings.read(replace(page, body=b"<p>Three")).said == apart(["Three"])
