"""The rules as a whole: the list of them, what all of them keep to, and what one cause leads to."""

import inspect
import re
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

import pytest
from fixture_types import CheckWorkbook
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_workbooks import TODAY

from pipeline.checks import CHECKS, FURTHER_CHECKS, check
from pipeline.checks.references import unknown_stakeholder
from pipeline.icons import icon_names
from pipeline.model import SHEETS, Column, Kind, Sheet
from pipeline.problems import CellRef, Problem
from pipeline.records import Field, Record, Rows, Surroundings, Table, Value

NOT_FOR_EDITORS = re.compile(r"\b(null|parse|parsed|invalid|schema|foreign key|illegal)\b", re.IGNORECASE)

Filled = Mapping[str, Sequence[Mapping[str, Value]]]


def rows_of(filled: Filled, **surroundings: Mapping[str, bytes]) -> Rows:
    """Rows straight from values, without a workbook: sheet key → rows → attribute → value."""
    return Rows(
        tables={sheet.key: _table(sheet, filled.get(sheet.key, ())) for sheet in SHEETS},
        surroundings=Surroundings(today=TODAY, icons=icon_names, **surroundings),
    )


def _table(sheet: Sheet, rows: Sequence[Mapping[str, Value]]) -> Table:
    columns = {name: (number, column) for number, (name, column) in enumerate(sheet.columns.items(), start=1)}
    return Table(
        sheet=sheet,
        name=sheet.name,
        present=bool(rows),
        headings={name: CellRef(sheet.name, 1, number) for name, (number, _) in columns.items()},
        records=tuple(
            Record(
                sheet=sheet,
                row=row,
                fields={
                    name: _field(CellRef(sheet.name, row, number), column, values.get(name))
                    for name, (number, column) in columns.items()
                },
            )
            for row, values in enumerate(rows, start=2)
        ),
    )


def _field(at: CellRef, column: Column, value: Value) -> Field:
    text = "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return Field(at=at, column=column, text=text, value=value or None, usable=bool(value) or not column.required)


def _codes(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.at)) for problem in problems]


def test_unknown_phase_suggests_the_nearest(check: CheckWorkbook) -> None:
    """A misspelt phase is found at its cell, with the phase that was probably meant."""
    [problem] = check("""
        | Phases     | Name      |
        |            | Adopting  |
        | Strategies | Strategy            | Phase    |
        |            | Accept LERs on file | Adoptng  |
    """)
    assert (problem.code, str(problem.at)) == ("unknown-phase", "Strategies!B2")
    assert "Adopting" in problem.help


def test_a_completed_workbook_is_sound(check: CheckWorkbook) -> None:
    """A workbook of which a test gives nothing has no problems, so that a test sees only what it plants."""
    assert check("") == ()


def test_each_rule_reports_under_its_own_name() -> None:
    """The code of a problem is the name of the rule that finds it, so that each code has one explanation."""
    rows = rows_of(
        {
            "phases": [{"name": "Adopting", "description": "Good <b>text</b> &amp; more\x07", "colour": "#ffff00"}],
            "stakeholders": [
                {"name": "Employers", "icon": "nothing-like-it", "former_names": ("Firms",)},
                {"name": "employers", "icon": "../x.svg", "id": "X"},
            ],
            "strategies": [
                {"stakeholder": "Nobody", "phase": "Never", "text": "A", "review_by": date(2020, 1, 1)},
                {"stakeholder": "Firms", "phase": "Adopting", "text": "A"},
            ],
            "resources": [{"title": "One", "link": "javascript:x"}, {"title": "Two", "link": "www.example.org"}],
            "quotes": [{"permission": "no", "text": "B"}],
        }
    )
    for rule in CHECKS:
        assert {problem.code for problem in rule(rows)} <= {rule.__name__.replace("_", "-")}


def test_no_message_uses_the_words_of_programmers() -> None:
    """What editors read is about sheets, rows and cells: no “null”, “parse”, “invalid”, “schema” or “illegal”."""
    for rule in (*CHECKS, *FURTHER_CHECKS):
        assert not NOT_FOR_EDITORS.search(re.sub(r"re\.\w+", "", inspect.getsource(rule)))


def test_both_rows_are_named(check: CheckWorkbook) -> None:
    """A problem between two rows is at the later one and names the cell of the earlier one."""
    problems = check("""
        | Stakeholders | ID  | Name       | Former names |
        |              |     | Employers  | Firms        |
        |              |     | EMPLOYERS  |              |
        | Glossary     | ID  | Term       | Definition   |
        |              | one | Wallet     | Holds records. |
        |              | one | Purse      | Holds Records  |
        | Strategies   | Stakeholder | Strategy   |
        |              | Firms       | Accept it. |
        | Resources    | Title       | Link                 |
        |              | One         | https://example.org  |
        |              | Two         | https://example.org/ |
    """)
    assert {problem.code: [str(cell) for cell in problem.related] for problem in problems} == {
        "duplicate-name": ["Stakeholders!B2"],
        "duplicate-id": ["Glossary!A2"],
        "former-name-in-use": ["Stakeholders!C2"],
        "duplicate-link": ["Resources!B2"],
    }


def test_a_gap_names_the_phase(check: CheckWorkbook) -> None:
    """A gap is at the stakeholder's name and names the cell of the phase."""
    [problem] = check("""
        | Phases       | Name        |
        |              | Adopting    |
        |              | Using       |
        | Stakeholders | Name        |
        |              | Employers   |
        |              | Funders     |
        | Strategies   | Stakeholder | Phase    | Strategy   |
        |              | Employers   | Adopting | Accept it. |
        |              | Employers   | Using    | Use it.    |
        |              | Funders     | Adopting | Pay it.    |
    """)
    assert (problem.code, str(problem.at)) == ("gap", "Stakeholders!A3")
    assert problem.related == (CellRef("Phases", 3, 1),)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            # Without the column of phases nothing can be said about gaps and phases in use.
            "| Strategies | Stakeholder | _Phase | Strategy |\n| | Employers | Adopting | Accept it. |",
            [("missing-column", "Strategies")],
        ),
        (
            # A misspelt heading still says which column it is.
            "| Strategies | Stakeholder | Phasse | Strategy |\n| | Employers | Adopting | Accept it. |",
            [("misspelt-column", "Strategies!B1")],
        ),
        (
            # A name that is missing: the rows that refer to it have the same cause.
            "| Phases | Name | Description |\n| | Adopting | They adopt. |\n| | | They use. |\n"
            "| Strategies | Phase | Strategy |\n| | Adopting | Accept it. |\n| | Using | Use it. |",
            [("missing-value", "Phases!A3")],
        ),
    ],
)
def test_one_cause_gives_one_problem(check: CheckWorkbook, markdown: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong in one place is not reported again where it shows."""
    assert _codes(check(markdown)) == expected


def test_a_row_without_its_name_explains_the_names_that_are_unknown() -> None:
    """As many unknown names as there are nameless rows are not reported; one more, and all of them are."""
    stakeholders: list[Mapping[str, Value]] = [{"name": "Employers"}, {"name": None}]
    one = [{"stakeholder": name} for name in ("Employers", "Learners", "LEARNERS")]
    two = [*one, {"stakeholder": "Funders"}]
    assert list(unknown_stakeholder(rows_of({"stakeholders": stakeholders, "actions": one}))) == []
    assert len(list(unknown_stakeholder(rows_of({"stakeholders": stakeholders, "actions": two})))) == 3


def test_sheets_that_are_missing_keep_the_other_rules_silent() -> None:
    """Names that refer to a sheet that is not there, or has no column of names, are not called unknown."""
    rows = rows_of({"strategies": [{"stakeholder": "Employers", "phase": "Adopting", "text": "Accept it."}]})
    assert check_codes(rows) == set()
    headless = Table(sheet=rows["phases"].sheet, name="Phases", records=(), headings={})
    assert check_codes(Rows(tables={**rows.tables, "phases": headless}, surroundings=rows.surroundings)) == set()


def check_codes(rows: Rows) -> set[str]:
    """The codes of what is found in `rows`."""
    return {problem.code for problem in check(rows)}


def test_archived_rows_keep_their_identity() -> None:
    """An archived row is not read for its texts, but its ID and name stay taken, and its references must be right."""
    area: Mapping[str, Value] = {
        "stakeholder": "Nobody",
        "action_area": "Data",
        "text": "<b>x</b>",
        "status": "archived",
    }
    rows = rows_of(
        {
            "stakeholders": [
                {"name": "Employers", "icon": "users"},
                {"name": "employers", "icon": "no-icon", "definition": "<b>", "status": "archived"},
            ],
            "action_areas": [{"name": "Data"}],
            "actions": [{"stakeholder": "Employers", "action_area": "Data", "text": "Read it."}, area],
        }
    )
    assert _codes(check(rows)) == [("duplicate-name", "Stakeholders!B3"), ("unknown-stakeholder", "Actions!B3")]


_PIECES = st.sampled_from(
    re.split(
        "¦",
        "Employers¦Adopting¦<b>¦&amp;¦&#0;¦\x07¦\ufffe¦[a](javascript:x)¦![a](../b.png)¦//x¦www.a.b¦http://[::1¦\n"
        "¦https://a:99999999/¦#12345g¦a.svg¦b.md¦é¦е¦C:\\x¦[¦](¦%00",
    )
)
_TEXTS = st.one_of(st.none(), st.text(max_size=12), st.lists(_PIECES, min_size=1, max_size=5).map("".join))


def _values(column: Column) -> st.SearchStrategy[Value]:
    if column.kind is Kind.DATE:
        return st.one_of(st.none(), st.dates())
    if column.kind is Kind.CHOICE:
        return st.sampled_from((None, *column.choices))
    if column.kind in (Kind.NAMES, Kind.REFERENCES):
        return st.lists(_TEXTS.map(lambda text: text or "x"), max_size=3).map(tuple)
    return _TEXTS


_TABLES = st.fixed_dictionaries(
    {
        sheet.key: st.lists(
            st.fixed_dictionaries({name: _values(column) for name, column in sheet.columns.items()}),
            max_size=1 if sheet.settings else 3,
        )
        for sheet in SHEETS
    }
)


@settings(max_examples=50, deadline=None)
@given(
    filled=_TABLES,
    body=st.one_of(st.binary(max_size=40), _TEXTS.map(lambda text: f"<svg>{text}</svg>".encode("utf-8", "replace"))),
)
def test_no_rule_raises(filled: Filled, body: bytes) -> None:
    """Whatever stands in the cells and files, rules find problems and never fail; each problem says what to do."""
    for problem in check(rows_of(filled, images={"a.svg": body, "b.png": body}, pages={"b.md": body})):
        assert problem.message.strip()
        assert problem.help.strip()
        assert problem.at.a1


def _words(number: int) -> str:
    """Twelve words that are different for each number."""
    digest = sha256(str(number).encode()).hexdigest()
    return " ".join(digest[start : start + 5] for start in range(0, 60, 5))


def test_thousands_of_rows() -> None:
    """8,500 strategies of 40 stakeholders in 8 phases are checked, each near copy found once."""
    stakeholders = [f"Stakeholder {number}" for number in range(40)]
    phases = [f"Phase {number}" for number in range(8)]
    strategies: list[Mapping[str, Value]] = [
        {
            "stakeholder": stakeholders[number % 40],
            "phase": phases[number // 40 % 8],
            "text": f"Accept [records](https://example.org/{number}) {_words(number)}.",
        }
        for number in range(8_499)
    ]
    strategies.append({**strategies[0], "text": f"{strategies[0]['text']} So there."})
    rows = rows_of(
        {
            "stakeholders": [{"name": name, "icon": "users"} for name in stakeholders],
            "phases": [{"name": name} for name in phases],
            "strategies": strategies,
        }
    )
    assert _codes(check(rows)) == [("near-duplicate-text", "Strategies!D8501")]
