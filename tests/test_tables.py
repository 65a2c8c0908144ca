"""Sheets, headings and cells matched to the model (what `cases/` cannot show as a table)."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from edits import SAMPLE
from markdown_workbooks import TODAY
from openpyxl import load_workbook

from pipeline.load import Loaded, load
from pipeline.model import SHEETS
from pipeline.problems import Problem, Severity
from pipeline.workbook import tables
from pipeline.workbook.cells import Worksheet
from pipeline.workbook.tables import Ahead

Check = Callable[..., tuple[Problem, ...]]
Write = Callable[..., Path]


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.at)) for problem in problems]


def test_every_sheet_must_be_there(workbook: Write) -> None:
    """A sheet that is gone would take its texts with it, so each is missed by name, once."""
    for sheet in SHEETS:
        path = workbook("")
        book = load_workbook(path)
        book.remove(book[sheet.name])
        book.save(path)
        assert codes(load(path, today=TODAY).problems) == [("missing-sheet", sheet.name)]


def test_a_title_above_the_headings_does_not_hide_them(workbook: Write) -> None:
    """Headings that slid down are found, and the row above them is still looked at."""
    path = workbook("| Glossary | Term | Definition |\n| | Badge | A sign of a skill. |")
    book = load_workbook(path)
    book["Glossary"].insert_rows(1)
    book["Glossary"]["A1"] = "Our words"
    book.save(path)
    loaded = load(path, today=TODAY)
    assert codes(loaded.problems) == [("missing-value", "Glossary!B1")]


def test_headings_sorted_into_the_rows_lose_nothing(workbook: Write, loaded: Callable[..., Loaded]) -> None:
    """Sorting a sheet together with its headings puts rows above them; all are published."""
    path = workbook("| Glossary | Term | Definition |\n| | Zeal | What moves us. |\n| | Badge | A sign of a skill. |")
    book = load_workbook(path)
    sheet = book["Glossary"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for number, row in enumerate([rows[2], rows[0], rows[1]], start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(path)
    content = load(path, today=TODAY).content
    assert content is not None
    assert [term.term for term in content.glossary] == ["Badge", "Zeal"]


def test_a_sheet_without_any_heading_is_one_problem(workbook: Write) -> None:
    """When the heading row is gone, that is one cause and one problem, not one for each column."""
    path = workbook("| Glossary | Term | Definition |\n| | Badge | A sign of a skill. |")
    book = load_workbook(path)
    book["Glossary"].delete_rows(1)
    book.save(path)
    assert codes(load(path, today=TODAY).problems) == [("missing-column", "Glossary")]


def test_blank_rows_keep_the_numbers_of_the_others(check: Check) -> None:
    """Blank rows are passed over, and the next row is still called by its real number."""
    [problem] = check("| Glossary | Term | Definition |\n| | One | First. |\n| | | |\n| | | |\n| | Four | |")
    assert codes((problem,)) == [("missing-value", "Glossary!B5")]


@pytest.mark.parametrize("written", ["  employers", "EMPLOYERS", "Employers\u00a0", "Em\u200bployers"])
def test_names_match_as_people_read_them(check: Check, written: str) -> None:
    """Case, spaces, no-break spaces and invisible characters do not make a name another one."""
    assert check(f"| Strategies | Strategy | Stakeholder |\n| | Accept LERs on file. | {written} |") == ()


def test_a_look_alike_letter_is_not_the_same_letter(check: Check) -> None:
    """A Cyrillic “е” in a name is reported with the name that was meant, never matched in silence."""
    [problem] = check("| Strategies | Strategy | Stakeholder |\n| | Accept LERs on file. | Еmployers |")
    assert problem.code == "unknown-stakeholder"
    assert "“Employers”" in problem.help


def test_lists_may_be_divided_by_line_breaks_too(loaded: Callable[..., Loaded]) -> None:
    """Entries of a list stand between semicolons of any script, or on lines of their own."""
    content = loaded(
        "| Stakeholders | Name |\n| | One |\n| | Two |\n| | Three |\n| | Four |\n"
        "| Strategies | Stakeholder | Strategy | Works with |\n| | One | Act first. | Two\\nThree；Four |\n"
        "| | Two | Act now. | |\n| | Three | Act later. | |\n| | Four | Act last. | |"
    ).content
    assert content is not None
    assert content.strategies[0].works_with == ("two", "three", "four")


def test_a_whole_number_is_text_without_a_word(workbook: Write) -> None:
    """2026 reads the same as number and text; 2026.1 may have been 2026.10, so the editor is asked."""
    path = workbook("| Settings | Setting | Value |\n| | Edition | x |")
    for value, expected in ((2026, []), (2026.1, [("autoformatted-value", "Settings!B2")])):
        book = load_workbook(path)
        book["Settings"]["B2"] = value
        book.save(path)
        found = load(path, today=TODAY)
        assert codes(found.problems) == expected
        assert found.content is not None
        assert found.content.settings.edition == str(value)


def test_a_time_of_day_in_a_date_is_dropped(workbook: Write) -> None:
    """A date cell that also holds a time is that date."""
    path = workbook("| Settings | Setting | Value |\n| | Published on | 2026-01-01 |\n| | Publisher | Us |")
    book = load_workbook(path)
    book["Settings"]["B2"] = datetime(2026, 5, 17, 13, 45)
    book.save(path)
    content = load(path, today=TODAY).content
    assert content is not None
    assert str(content.settings.published_on) == "2026-05-17"


@pytest.mark.parametrize(
    ("sheet", "code", "severity"),
    [
        ("| Pages | Body | Title |", "cut-off-text", Severity.WARNING),
        ("| Glossary | Definition | Term |", "too-long", Severity.ERROR),
    ],
)
def test_an_exactly_full_cell_was_cut_off(workbook: Write, sheet: str, code: str, severity: Severity) -> None:
    """32,767 characters fill a cell: where a column takes that many the end is probably lost, elsewhere it is an error
    as any other text that is too long.
    """
    path = workbook(f"{sheet}\n| | x | Badge |")
    book = load_workbook(path)
    book[sheet.split()[1]]["A2"] = ("Many plain words. " * 3000)[:32767]
    book.save(path)
    [problem] = load(path, today=TODAY).problems
    assert (problem.code, problem.severity) == (code, severity)


def test_a_hyperlink_on_a_cell_is_kept(loaded: Callable[..., Loaded]) -> None:
    """A link laid over a cell is part of its text, unless the text is the address itself."""
    content = loaded(
        "| Glossary | Term | Definition |\n| | One | See the source. 🔗 https://example.org/a |\n"
        "| | Two | https://example.org/b 🔗 https://example.org/b |\n"
        "| Resources | Title | Link |\n| | A guide | Read it here 🔗 https://example.org/c |"
    ).content
    assert content is not None
    assert [term.definition for term in content.glossary] == [
        "[See the source.](<https://example.org/a>)",
        "https://example.org/b",
    ]
    assert content.resources[0].link == "https://example.org/c"


def test_choices_match_in_any_case(loaded: Callable[..., Loaded]) -> None:
    """“business” is the choice “Business”; the data always holds the choice as declared."""
    content = loaded("| Value propositions | Title | Case |\n| | Quicker hiring | BUSINESS |").content
    assert content is not None
    assert content.value_propositions[0].case == "Business"


def test_unused_cells_of_a_merge_are_not_missing_as_well(workbook: Write) -> None:
    """A merge over three rows is one problem; the cells it swallowed are not reported besides."""
    path = workbook(
        "| Glossary | Term | Definition |\n| | One | First words. |\n| | Two | Next words. |\n| | Three | Last words. |"
    )
    book = load_workbook(path)
    book["Glossary"].merge_cells("B2:B4")
    book.save(path)
    assert codes(load(path, today=TODAY).problems) == [("merged-cells", "Glossary!B2")]


def test_sheets_are_matched_by_the_thread_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that takes in what the worker reads matches nothing: that imports libraries, and two threads that import
    the same ones at the same time can meet one that is half loaded."""
    threads: set[threading.Thread] = set()

    class Watched(Ahead):
        def take(self, worksheet: Worksheet) -> None:
            threads.add(threading.current_thread())
            super().take(worksheet)

    monkeypatch.setattr(tables, "Ahead", Watched)
    assert load(SAMPLE, today=TODAY, language=False).content is not None
    assert threads == {threading.current_thread()}
