"""The page that a manager is sent: it stands alone, says everything, and a workbook's text is only text in it."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from many_problems import HOSTILE, hostile, many, problem

from pipeline.completeness import Completeness, Count, Grid, Named, completeness
from pipeline.explanations import explanations
from pipeline.load import Loaded
from pipeline.problems import FILE, CellRef, Problem, Severity
from pipeline.rendering.colours import TEXT_RATIO, contrast
from pipeline.report_html import as_html
from pipeline.reports import kinds
from pipeline.templating import environment

VOID = {"meta", "link", "br", "img", "input", "hr"}
DAY = date(2026, 11, 24)


class Page(HTMLParser):
    """A page as read: its tags with attributes, its text, and whether every element is closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag
        self.text += " " if tag in ("th", "td", "p", "li") else ""

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def html(problems: tuple[Problem, ...], **more: object) -> str:
    given: dict[str, object] = {
        "file_name": "map.xlsx",
        "title": "Our Map",
        "edition": "2026.1",
        "sheets": ("Phases", "Strategies", "Actions", "Glossary"),
        "completeness": None,
        "checked_on": DAY,
        "explanations": explanations(),
        "templates": environment(),
        **more,
    }
    return as_html(problems, **given)  # type: ignore[arg-type]


def words(page: Page) -> str:
    return " ".join(page.text.split())


def test_a_problem_is_shown_with_all_that_is_known_of_it() -> None:
    """Cell, heading, value, message, help, related cells, and a link to what its code means."""
    page = Page(html((problem(message="The row is wrong.", related=(CellRef("Phases", 3, 2),)),)))
    text = words(page)
    assert "Error Strategies!B14, column “Stakeholder” The row is wrong. Value: “Employrs” What to do: did you" in text
    assert "See also: Phases!B3" in text
    assert {"href": "#code-unknown-stakeholder"} in page.all("a")
    assert "A row names a stakeholder that is not on the Stakeholders sheet." in text
    assert "Edition: 2026.1" in text
    assert "Checked on 24 November 2026" in text


@pytest.mark.parametrize(
    ("problems", "verdict"),
    [
        ((), "Ready to publish. The check found no problems."),
        ((problem(severity=Severity.WARNING),), "Ready to publish. The check has 1 warning."),
        ((problem(), problem(15)), "Not ready to publish: 2 errors must be mended first."),
    ],
)
def test_the_verdict_comes_first(problems: tuple[Problem, ...], verdict: str) -> None:
    """A manager reads one sentence."""
    assert verdict in words(Page(html(problems)))


def test_sheets_come_in_the_order_of_the_workbook() -> None:
    """First what is about the file, then the sheets as they stand, then those that the program does not know."""
    found = (
        problem(at=CellRef("Ideas")),
        problem(at=CellRef("Strategies", 2, 1)),
        problem(at=CellRef("Phases", 2, 1)),
        problem(at=FILE),
    )
    text = words(Page(html(found)))
    places = [text.index(name) for name in ("The file 1", "Sheet Phases", "Sheet Strategies", "Sheet Ideas")]
    assert places == sorted(places)


def test_the_completeness_map_is_a_table_with_words(loaded: Callable[..., Loaded]) -> None:
    """Gaps, drafts and overdue reviews are words, so that they survive copying, printing and greyscale."""
    rows = loaded(
        "| Phases | Name |\n| | Developing |\n| | Using |\n"
        "| Strategies | Stakeholder | Phase | Strategy | Owner | Status | Review by |\n"
        "| | Employers | Using | One. | Ann | | 2026-01-01 |\n| | Employers | Using | Two. | | draft | |\n"
    ).rows
    assert rows is not None
    text = words(Page(html((), completeness=completeness(rows))))
    assert "Stakeholder Developing Using Total Employers gap 1 1 draft 1 overdue 1 1 draft 1 overdue" in text
    assert "Of 2 places, 1 have something published and 1 is a gap. Drafts: 1. Overdue reviews: 1." in text
    assert "1 January 2026 Strategies!F2 Ann One." in text


def test_the_page_is_well_formed_and_can_be_heard() -> None:
    """Balanced; one h1; no heading skipped; unique IDs; links that lead somewhere; headed tables; named regions."""
    grid = Grid(
        key="strategies",
        sheet="Strategies",
        stakeholders=tuple(Named(name=f"S{at}", at=CellRef()) for at in range(40)),
        columns=tuple(Named(name=f"P{at}", at=CellRef()) for at in range(12)),
        counts=((Count(published=1, drafts=2),) * 11 + (Count(),),) * 40,
    )
    page = Page(html(many(), completeness=Completeness(grids=(grid,))))
    assert page.open == []
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for link in page.all("a"):
        assert link["href"].removeprefix("#") in ids
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.all("th"))
    for _, attributes in page.tags:
        if attributes.get("role") == "region":
            assert attributes["aria-labelledby"] in ids
            assert attributes["tabindex"] == "0"


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    """No script, no outside address, no inline style; its policy allows the one style sheet, by its hash."""
    text = html(many())
    page = Page(text)
    assert not page.all("script")
    for _, attributes in page.tags:
        assert not {"style", "src"} & {*attributes}
        assert not [name for name in attributes if name.startswith("on")]
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert not re.search(r"@import|url\((?!\"data:)|https?:", style)
    [policy] = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_hostile_texts_are_text() -> None:
    """Whatever stands in a cell, a name, a heading or a setting makes no tag, no command and no direction."""
    named = (Named(name=HOSTILE, at=CellRef()),)
    counts = ((Count(published=1),),)
    grid = Grid(key="actions", sheet=HOSTILE, stakeholders=named, columns=named, counts=counts)
    hostile_page = html(
        (hostile(),),
        file_name=HOSTILE,
        title=HOSTILE,
        edition=HOSTILE,
        language=HOSTILE,
        sheets=(HOSTILE,),
        completeness=Completeness(grids=(grid,)),
    )
    page = Page(hostile_page)
    known = {tag for tag, _ in Page(html((problem(),), completeness=Completeness(grids=(grid,)))).tags}
    assert {tag for tag, _ in page.tags} <= known
    assert page.open == []
    for mark in ("\x1b", "\u202e", "\x00", "##[", "1337"):
        assert mark not in hostile_page
    assert "{{7*191}}" in page.text
    hostile_page.encode()


def test_no_kind_hides_another() -> None:
    """500 problems of 40 kinds: a table of 40 lines, and every cell of every problem further down."""
    problems = many()
    page = Page(html(problems))
    text = words(page)
    table = text[text.index("Weight Number") : text.index("Problems by sheet")]
    for kind in kinds(problems):
        assert f" {len(kind.problems)} {kind.first.code} " in table
    for one in problems:
        assert f"{one.at}, column" in text


def test_the_same_problems_make_the_same_page() -> None:
    """And the day of the check is what it is told, not what the clock says."""
    assert html(many()) == html(many())
    assert "3 January 2031" in html((), checked_on=date(2031, 1, 3))


def test_the_colours_of_states_can_be_read() -> None:
    """Each ink of tokens.css has enough contrast on its tint and on every ground, in the light and in the dark."""
    sheet = environment().read("shared/tokens.css").decode()
    for part in sheet.split("@media", 1):
        tokens = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", part))
        for state in ("error", "warning", "note", "sound"):
            for ground in (f"--{state}-tint", "--paper", "--surface"):
                assert contrast(tokens[f"--{state}-ink"], tokens[ground]) >= TEXT_RATIO


def test_an_own_template_and_style_are_used(tmp_path: Path) -> None:
    """The page is made from the templates like every other."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.css").write_text("body { margin: 0 } /* own </style> */", encoding="utf-8")
    text = html((), templates=environment(templates=tmp_path))
    assert "body { margin: 0 } /* own <\\/style> */" in text
