"""A workbook in which more is wrong than anybody reads: five hundred problems of forty kinds, in a real file."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.explanations import explanations
from pipeline.load import load
from pipeline.problems import Problem
from pipeline.reports import as_text
from pipeline.workbook.annotate import annotate
from pipeline.workbook.problems_sheet import HEADING_ROW

SAMPLE = Path(__file__).parents[2] / "source" / "ecosystem-map.xlsx"

TEXTS = (
    "Ask  first , then act {}.",
    "Ask the the people who hire {}.",
    "Help people to recieve record {}.",
    "Explain LERsImplement a pilot in office {}.",
    "Ask end users what they need {}.",
    "Accept a Learner Employment Record {}.",
    'Say “record” and not "file" {}.',
    "Accept records (all of them {}.",
    "TBD",
    "Use <b>plain</b> words {}.",
    "Two steps&colon; ask, then act {}.",
    "Ask_x0007_ first in year {}.",
    "Read [this](data:text/html,x) in week {}.",
)
COLUMNS: tuple[tuple[str, str, int, int, object], ...] = (
    ("Strategies", "B", 2, 40, "Employrs"),
    ("Strategies", "C", 40, 60, "Adopton"),
    ("Strategies", "F", 60, 110, "ready"),
    ("Strategies", "H", 80, 100, "31.12.2026"),
    ("Strategies", "H", 100, 120, datetime(2020, 1, 1)),
    ("Strategies", "A", 110, 120, "Bad ID!"),
    ("Actions", "C", 2, 30, "Promoting"),
    ("Actions", "D", 30, 60, None),
    ("Value propositions", "C", 2, 40, "Economic"),
    ("Value propositions", "E", 40, 47, "Plain words. " * 310),
    ("Resources", "E", 2, 10, "www.example.org"),
    ("Resources", "E", 10, 16, "javascript:alert(1)"),
    ("Resources", "E", 16, 27, "https://example.org/same"),
    ("Resources", "D", 1, 2, "Athor"),
    ("Glossary", "D", 3, 9, "#REF!"),
    ("Glossary", "E", 9, 12, "=A1&B1"),
    ("Glossary", "E", 12, 15, datetime(2026, 4, 3)),
    ("Phases", "E", 2, 4, "teal"),
    ("Phases", "E", 4, 6, "#ffee88"),
    ("Phases", "F", 1, 3, "Mood"),
    ("Stakeholders", "D", 2, 3, "light-bulb-x"),
    ("Stakeholders", "D", 3, 4, "../x.svg"),
    ("Stakeholders", "D", 4, 5, "gone.svg"),
    ("Stakeholders", "B", 5, 6, "Employers"),
    ("Settings", "B", 10, 11, "soon"),
    ("Pages", "D", 2, 3, ("Plain words. " * 3000)[:32767]),
    ("Lists", "G", 2, 3, "99"),
)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with all of it planted."""
    folder = tmp_path_factory.mktemp("wrong")
    book = load_workbook(SAMPLE)
    for number in range(185):
        sheet, row = (book["Strategies"], number + 2) if number < 122 else (book["Actions"], number - 120)
        sheet.cell(row, 4).value = TEXTS[number % len(TEXTS)].format(number * 7)
    for name, letter, first, end, value in COLUMNS:
        for row in range(first, end):
            book[name][f"{letter}{row}"] = value  # type: ignore[assignment]
    book["Credits"].merge_cells("B2:B3")
    book["Quotes"].append([None, "Employers", "“A planted sentence.”", "Nobody", None, None, None, "no"])
    book["Glossary"].sheet_state = "hidden"
    book["Action areas"].row_dimensions[3].hidden = True
    book.create_sheet("Leftovers").append(["x"])
    book.save(folder / "map.xlsx")
    shutil.copytree(SAMPLE.parent / "images", folder / "images")
    return folder / "map.xlsx"


@pytest.fixture(scope="module")
def problems(wrong: Path) -> tuple[Problem, ...]:
    found = load(wrong, today=date(2026, 11, 24)).problems
    assert len(found) >= 500
    assert len({problem.code for problem in found}) >= 40
    return found


def test_the_check_gives_the_kinds_on_one_screen(problems: tuple[Problem, ...]) -> None:
    """Every kind has its block, and a list of all kinds, one a line with their number, comes last."""
    text = as_text(problems, file_name="map.xlsx")
    _, _, overview = text.partition("In short, ")
    codes = [problem.code for problem in problems]
    for code in dict.fromkeys(codes):
        assert f"[{code}]" in text
        [line] = [line for line in overview.splitlines() if f" {code} " in line]
        assert line.split()[0] == str(codes.count(code))
    assert len(overview.splitlines()) <= len(set(codes)) + 5


def test_the_marked_copy_folds_the_copies(wrong: Path, problems: tuple[Problem, ...]) -> None:
    """The first sheet shows each kind, the others of it folded; every cell of every problem is marked."""
    copy = wrong.with_name("copy.xlsx")
    copy.write_bytes(annotate(wrong.read_bytes(), problems, explanations()))
    book = load_workbook(copy)
    sheet = book.worksheets[0]
    rows = range(HEADING_ROW + 1, HEADING_ROW + 1 + len(problems))
    shown = {sheet.cell(row, 6).value for row in rows if not sheet.row_dimensions[row].hidden}
    assert shown == {problem.code for problem in problems}
    assert sum(not sheet.row_dimensions[row].hidden for row in rows) <= 2 * len(shown)
    for problem in problems:
        if problem.at.a1:
            assert problem.code in book[problem.at.sheet][problem.at.a1].comment.text
