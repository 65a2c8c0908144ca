"""The cell of each text on a page, told from the page and the content alone."""

import re
from functools import cache

import pytest
from small_map import STAMP, small_map

from pipeline.preview.located import Values, located
from pipeline.problems import CellRef
from pipeline.rendering import web
from pipeline.rendering.text_of_html import read_html
from pipeline.rendering.values import wanted_values
from pipeline.templating import environment


@cache
def pages() -> dict[str, str]:
    """The pages of the small map."""
    made = web.render(small_map(), stamp=STAMP, templates=environment())
    return {artefact.path: artefact.body.decode() for artefact in made if artefact.path.endswith(".html")}


def shown(path: str, severities: dict[CellRef, str] | None = None) -> str:
    """The page at `path` with its cells."""
    return located(pages()[path], path, Values.of(small_map()), severities or {})


def cells(path: str) -> set[str]:
    """Every cell that the page at `path` names."""
    return {cell for held in re.findall(r'data-cell="([^"]*)"', shown(path)) for cell in held.split("; ")}


@pytest.mark.parametrize("path", sorted(pages()))
def test_nothing_but_cells_is_added(path: str) -> None:
    """Without the attributes, the page is the published one, byte by byte."""
    assert re.sub(r' data-cell="[^"]*"', "", shown(path)) == pages()[path]


def test_every_value_of_a_page_shows_its_cell() -> None:
    """Whatever parity looks for on a page is found there with the cell that it came from."""
    lacking = [
        (value.page, str(value.at))
        for value in wanted_values(small_map())
        if value.page in pages() and value.lines and value.entry.cell(value.name)
        if any(read_html(pages()[value.page].encode()).said.count(line.folded) for line in value.lines)
        if str(value.at) not in cells(value.page)
    ]
    assert lacking == []


def test_a_text_that_stands_in_two_cells_shows_the_one_of_its_place() -> None:
    """“Accept skills-based records.” is a strategy of two stakeholders; each page shows its own cell."""
    text = "Accept skills-based records."
    for path, cell in (
        ("stakeholders/employers.html", "Strategies!D4"),
        ("stakeholders/hr-systems.html", "Strategies!D5"),
    ):
        assert re.search(rf'data-cell="{cell}"[^>]*>{re.escape(text)}', shown(path))


def test_a_text_around_a_link_and_a_term_is_one_text() -> None:
    """The paragraph shows the cell of the strategy, the link in it no other."""
    page = shown("stakeholders/employers.html")
    assert re.search(r'<p data-cell="Strategies!D2">Pay for a pilot\. Read <a', page)


def test_a_picture_shows_the_cell_of_its_description() -> None:
    """What is only spoken has a cell too."""
    assert re.search(
        r'<svg data-cell="Stakeholders!E2"[^>]*aria-label="A lightbulb"', shown("stakeholders/employers.html")
    )


def test_words_of_the_interface_have_no_cell() -> None:
    """“Works with” came from no workbook."""
    assert re.search(r'<h2 id="section_partners">', shown("stakeholders/employers.html"))


def test_a_cell_with_a_problem_is_marked_by_its_weight() -> None:
    """The place of a problem is marked on the page."""
    page = shown("stakeholders/employers.html", {CellRef("Strategies", 2, 4): "warning"})
    assert re.search(r'<p data-cell="Strategies!D2" data-problem="warning">', page)
    assert page.count("data-problem") == 1


def test_a_name_of_a_sheet_cannot_leave_its_attribute() -> None:
    """Sheet names are untrusted."""
    content = small_map()
    hostile = CellRef('A"><script>alert(1)</script>', 2, 4)
    content.strategies[0].with_cells({"text": hostile})
    page = located(pages()["stakeholders/employers.html"], "stakeholders/employers.html", Values.of(content), {})
    assert "<script>alert" not in page
    assert "A&quot;&gt;&lt;script&gt;" in page
