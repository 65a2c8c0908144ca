"""From a wrong workbook to a right one with nothing but the marked copy: twenty defects, mended as their comments say."""

import shutil
from datetime import date
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.explanations import explanations
from pipeline.load import load
from pipeline.problems import Severity
from pipeline.workbook.annotate import annotate
from pipeline.workbook.comments import FIRST_LINE

SAMPLE = Path(__file__).parents[2] / "source" / "ecosystem-map.xlsx"
TODAY = date(2026, 11, 24)


class Defect(NamedTuple):
    """What is planted in a cell, the words of its comment that an editor goes by, and what the editor then writes."""

    place: str
    wrong: object
    words: tuple[str, ...]
    right: object


DEFECTS = (
    Defect("Settings!B10", "1. March 2026", ("kept as text", "2026-06-30"), date(2026, 3, 1)),
    Defect("Settings!A5", "Call for action", ("“Call to action”",), "Call to action"),
    Defect("Phases!E3", "#ffe680", ("#827541",), "#827541"),
    Defect("Phases!E4", "teal", ("“#008080”",), "#008080"),
    Defect("Stakeholders!A3", "LER Providers!", ("“ler-providers”",), "ler-providers"),
    Defect("Stakeholders!D4", "lightbulbb", ("“lightbulb”",), "lightbulb"),
    Defect("Strategies!B14", "Employrs", ("“Employers”",), "Employers"),
    Defect("Strategies!C20", "Adoption", ("“Adopting”",), "Adopting"),
    Defect("Strategies!D30", None, ("is blank", "fill in"), "Agree on what a record should say."),
    Defect("Strategies!D31", "Ask&colon; then act.", ("“&colon;” stands for “:”",), "Ask: then act."),
    Defect("Strategies!D40", "Help people to recieve a record.", ("“receive”",), "Help people to receive a record."),
    Defect("Strategies!D50", "Ask the the people who hire.", ("“the the”", "delete one"), "Ask the people who hire."),
    Defect("Strategies!D60", "Use <b>plain</b> words.", ("“<b>”", "**bold**"), "Use **plain** words."),
    Defect(
        "Strategies!D70",
        "Accept a Learner Employment Record.",
        ("“Learning and Employment Record”",),
        "Accept a Learning and Employment Record.",
    ),
    Defect("Strategies!F80", "ready", ("“draft”, “published”",), "published"),
    Defect("Actions!C7", "Promoting adopton", ("“Promoting adoption”",), "Promoting adoption"),
    Defect("Actions!D9", "TBD", ("write the text",), "Write down what each office learned from its pilot."),
    Defect("Value propositions!C5", "Economic", ("“Business”, “Social”",), "Business"),
    Defect("Glossary!E1", "Meaning of it", ("“Definition”", "in this cell"), "Definition"),
    Defect("Glossary!G4", "https://me:secret@example.org/x", ("between // and @",), "https://example.org/x"),
    Defect(
        "Resources!E4", "www.example.org/guide", ("“https://www.example.org/guide”",), "https://www.example.org/guide"
    ),
    Defect("Resources!E5", "javascript:alert(1)", ("begins with https://",), "https://example.org/other"),
)


def cell_of(workbook: Workbook, place: str) -> Cell:
    name, _, address = place.partition("!")
    worksheet = workbook[name]
    assert isinstance(worksheet, Worksheet)
    cell = worksheet[address]
    assert isinstance(cell, Cell)
    return cell


def test_twenty_defects_are_mended_at_the_first_try(tmp_path: Path) -> None:
    """Each defect has a link on the first sheet and a comment that says enough; mended so, the copy has no problem left,
    and its marks go."""
    path = tmp_path / "map.xlsx"
    shutil.copytree(SAMPLE.parent / "images", tmp_path / "images")
    workbook = load_workbook(SAMPLE)
    for defect in DEFECTS:
        cell_of(workbook, defect.place).value = defect.wrong  # type: ignore[assignment]
    workbook.save(path)
    problems = load(path, today=TODAY).problems
    assert {str(problem.at) for problem in problems} == {defect.place for defect in DEFECTS}
    assert len({problem.code for problem in problems}) >= 15

    path.write_bytes(annotate(path.read_bytes(), problems, explanations()))
    copy = load_workbook(path)
    listed = {str(cell.value) for row in copy.worksheets[0].iter_rows() for cell in row if cell.hyperlink}
    for defect in DEFECTS:
        cell = cell_of(copy, defect.place)
        assert cell.comment is not None
        assert defect.place in listed
        for words in defect.words:
            assert words.lower() in cell.comment.text.lower(), defect.place
        cell.value = defect.right  # type: ignore[assignment]
        if isinstance(defect.right, date):
            cell.number_format = "yyyy-mm-dd"
    copy.save(path)
    left = load(path, today=TODAY).problems
    assert [problem for problem in left if problem.severity is not Severity.NOTE] == []
    path.write_bytes(annotate(path.read_bytes(), left))
    clean = load_workbook(path)
    assert clean.sheetnames[0] != "Problems"
    for defect in DEFECTS:
        comment = cell_of(clean, defect.place).comment
        assert comment is None or FIRST_LINE not in comment.text
