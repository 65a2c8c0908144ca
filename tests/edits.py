"""Fifty edits of ten kinds, made to the cells of the sample, each with the one change that it is."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from shutil import copytree

from markdown_workbooks import TODAY
from openpyxl import Workbook as Book

from pipeline.assembly import assemble
from pipeline.model import EcosystemMap, sheet_of
from pipeline.problems import CellRef
from pipeline.records import Rows, Surroundings
from pipeline.workbook.cells import Cell, CellKind, Row, Workbook, Worksheet
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.tables import match

SAMPLE = Path(__file__).parent.parent / "source" / "ecosystem-map.xlsx"
WITHOUT_IDS = ("Strategies", "Actions", "Value propositions", "Glossary", "Resources", "Phases", "Stakeholders")


class Line:
    """One row of a sheet that can be edited: the cells by column."""

    def __init__(self, cells: dict[int, Cell]) -> None:
        self.cells = cells

    def text(self, column: int) -> str:
        return self.cells[column].text if column in self.cells else ""

    def set(self, column: int, text: str) -> None:
        self.cells.pop(column, None)
        if text:
            self.cells[column] = Cell(at=CellRef("", 1, column), kind=CellKind.TEXT, text=text)


class Grid:
    """The sample's cells, to be edited: the rows below the headings of each sheet, by the sheet's name."""

    def __init__(self, *, with_ids: bool = True) -> None:
        self.original = _sample()
        self.sheets = {
            sheet.name: [Line(dict(row.cells)) for row in sheet.rows if row.number > 1]
            for sheet in self.original.sheets
        }
        for name in () if with_ids else WITHOUT_IDS:
            for line in self.sheets[name]:
                line.set(1, "")
        self.before = {name: tuple(lines) for name, lines in self.sheets.items()}

    def content(self) -> EcosystemMap:
        """What the edited workbook publishes."""
        sheets = tuple(self._worksheet(sheet) for sheet in self.original.sheets)
        matched = match(replace(self.original, sheets=sheets))
        assert not matched.problems
        return assemble(Rows(tables=matched.tables, surroundings=Surroundings(today=TODAY)))

    def save(self, path: Path) -> None:
        """Write the edited workbook as a real .xlsx file, with the sample's images beside it."""
        book = Book()
        book.remove(book.worksheets[0])
        for sheet in self.original.sheets:
            made = book.create_sheet(sheet.name)
            for row in self._worksheet(sheet).rows:
                for at, cell in row.cells.items():
                    is_date = isinstance(cell.value, date) and cell.text
                    made.cell(row.number, at).value = cell.value if is_date else cell.text
                    if not is_date:
                        made.cell(row.number, at).data_type = "s"
                    if cell.link:
                        made.cell(row.number, at).hyperlink = cell.link
        book.save(path)
        if not (path.parent / "images").exists():
            copytree(SAMPLE.parent / "images", path.parent / "images")

    def _worksheet(self, sheet: Worksheet) -> Worksheet:
        rows = [row for row in sheet.rows if row.number == 1]
        for number, line in enumerate(self.sheets[sheet.name], 2):
            cells = {at: cell._replace(at=CellRef(sheet.name, number, at)) for at, cell in line.cells.items()}
            rows.append(Row(number=number, cells=cells))
        return replace(sheet, rows=tuple(rows))


@cache
def _sample() -> Workbook:
    workbook = read_workbook(SAMPLE).workbook
    assert workbook
    return workbook


@dataclass(frozen=True)
class Expected:
    """The one change that an edit is: what happened, and the row (before or after) and column where it is seen."""

    kind: str
    sheet: str
    line: Line
    column: int
    is_gone: bool = False

    def found(self, grid: Grid) -> tuple[str, str, str, str]:
        """Kind, sheet, heading and cell, as the change should say them once all edits are made."""
        lines = grid.before[self.sheet] if self.is_gone else grid.sheets[self.sheet]
        row = [line is self.line for line in lines].index(True) + 2
        if self.sheet == "Settings":
            return self.kind, self.sheet, self.line.text(1).rstrip("*"), str(CellRef(self.sheet, row, 2))
        key = self.sheet.lower().replace(" ", "_")
        heading = list(sheet_of(key).columns.values())[self.column - 1].heading
        return self.kind, self.sheet, heading, str(CellRef(self.sheet, row, self.column))


Edit = Callable[[Grid], Expected]


def reword(sheet: str, row: int, column: int, change: Callable[[str], str]) -> Edit:
    """Other words in a text."""
    return _set("reworded", sheet, row, column, change)


def reformat(sheet: str, row: int, column: int, change: Callable[[str], str]) -> Edit:
    """The same words in another form."""
    return _set("changed", sheet, row, column, change)


def put(sheet: str, row: int, column: int, text: str) -> Edit:
    """Another value in a cell, or none."""
    return _set("changed", sheet, row, column, lambda _: text)


def move(sheet: str, row: int, column: int, to: str) -> Edit:
    """Another stakeholder, phase, area, case or group."""
    return _set("moved", sheet, row, column, lambda _: to)


def _set(kind: str, sheet: str, row: int, column: int, change: Callable[[str], str]) -> Edit:
    def edit(grid: Grid) -> Expected:
        line = grid.before[sheet][row]
        before = line.text(column)
        line.set(column, change(before))
        assert line.text(column) != before
        return Expected(kind, sheet, line, column, is_gone=not line.text(column))

    return edit


def add(sheet: str, after: int, column: int, values: dict[int, str]) -> Edit:
    """A row below another; `column` is the one that says what it is."""

    def edit(grid: Grid) -> Expected:
        line = Line({})
        for at, text in values.items():
            line.set(at, text)
        lines = grid.sheets[sheet]
        lines.insert(_at(lines, grid.before[sheet][after]) + 1, line)
        return Expected("added", sheet, line, column)

    return edit


def remove(sheet: str, row: int, column: int) -> Edit:
    """A row less."""

    def edit(grid: Grid) -> Expected:
        line = grid.before[sheet][row]
        del grid.sheets[sheet][_at(grid.sheets[sheet], line)]
        return Expected("removed", sheet, line, column, is_gone=True)

    return edit


def reorder(sheet: str, row: int, after: int, column: int) -> Edit:
    """A row that stands below another now, several rows from where it was."""

    def edit(grid: Grid) -> Expected:
        line, lines = grid.before[sheet][row], grid.sheets[sheet]
        del lines[_at(lines, line)]
        lines.insert(_at(lines, grid.before[sheet][after]) + 1, line)
        return Expected("reordered", sheet, line, column)

    return edit


def rename(
    sheet: str, row: int, column: int, to: str, *, former: int = 0, references: tuple[tuple[str, int], ...] = ()
) -> Edit:
    """Another name; `former` is the column for the old one, `references` are the columns that use the name."""

    def edit(grid: Grid) -> Expected:
        line = grid.before[sheet][row]
        before = line.text(column)
        line.set(column, to)
        if former:
            line.set(former, "; ".join(part for part in (line.text(former), before) if part))
        for other, at in references:
            for referring in grid.sheets[other]:
                parts = referring.text(at).split("; ")
                if before in parts:
                    referring.set(at, "; ".join(to if part == before else part for part in parts))
        return Expected("renamed", sheet, line, column)

    return edit


def _at(lines: list[Line], line: Line) -> int:
    return [one is line for one in lines].index(True)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text.replace("e", "é", 1))


PHASE_CELLS = (("Strategies", 3), ("Resources", 7))
AREA_CELLS = (("Actions", 3),)

EDITS: dict[str, tuple[Edit, ...]] = {
    "reworded": (
        reword("Strategies", 3, 4, lambda text: text.replace(" ", " carefully ", 1)),
        reword("Actions", 4, 4, lambda text: "First, " + text[0].lower() + text[1:]),
        reword("Stakeholders", 2, 6, lambda text: f"{text} They set rules."),
        reword("Value propositions", 5, 5, lambda text: " ".join(text.split()[:-2]) + " in time."),
        reword("Glossary", 3, 5, lambda text: text.rstrip(".") + ", in short."),
    ),
    "added": (
        add("Strategies", 40, 4, {2: "Funders", 3: "Using", 4: "Ask grantees which records their people carry away."}),
        add(
            "Actions",
            20,
            4,
            {2: "HR Systems", 3: "Promoting adoption", 4: "Name a contact for wallets in each release."},
        ),
        add("Glossary", 7, 2, {2: "Zebra crossing", 5: "Where people on foot cross a road."}),
        add(
            "Value propositions",
            30,
            4,
            {2: "Governance", 3: "Social", 4: "Calm", 5: "Fewer complaints reach the office."},
        ),
        add("Resources", 10, 3, {2: "Reading", 3: "A quite new handbook", 5: "https://example.org/handbook"}),
    ),
    "removed": (
        remove("Strategies", 60, 4),
        remove("Actions", 31, 4),
        remove("Value propositions", 20, 4),
        remove("Glossary", 11, 2),
        remove("Resources", 18, 3),
    ),
    "moved to another phase or area": (
        move("Strategies", 70, 3, "Adopting"),
        move("Strategies", 80, 3, "Issuing"),
        move("Actions", 40, 3, "Promoting adoption"),
        move("Value propositions", 26, 3, "Business"),
        move("Resources", 5, 2, "Another group"),
    ),
    "moved to another stakeholder": (
        move("Strategies", 15, 2, "Funders"),
        move("Strategies", 100, 2, "Governance"),
        move("Actions", 10, 2, "HR Systems"),
        move("Actions", 50, 2, "Governance"),
        move("Value propositions", 12, 2, "Supporting Systems"),
    ),
    "renamed": (
        rename("Stakeholders", 9, 2, "Makers of Standards", former=8),
        rename("Phases", 2, 2, "Putting to work", references=PHASE_CELLS),
        rename("Action areas", 1, 2, "Making employers ask", references=AREA_CELLS),
        rename("Glossary", 5, 2, "A wholly different word"),
        rename("Value propositions", 40, 4, "Something else altogether"),
    ),
    "reordered": (
        reorder("Strategies", 90, 110, 4),
        reorder("Actions", 60, 45, 4),
        reorder("Stakeholders", 8, 3, 2),
        reorder("Glossary", 14, 1, 2),
        reorder("Resources", 2, 15, 3),
    ),
    "changed": (
        put("Phases", 0, 5, "#123456"),
        put("Stakeholders", 5, 4, "lightbulb"),
        put("Resources", 12, 5, "https://example.org/elsewhere"),
        put("Strategies", 0, 5, "Funders"),
        put("Resources", 21, 4, "Somebody Else"),
    ),
    "reformatted": (
        reformat("Strategies", 20, 4, lambda text: f"**{text}**"),
        reformat("Actions", 25, 4, lambda text: text.replace(" ", "\n", 1)),
        reformat("Value propositions", 35, 5, lambda text: text.replace(" ", "  ", 2)),
        reformat("Stakeholders", 7, 6, lambda text: text.replace(text.split()[2], f"*{text.split()[2]}*", 1)),
        reformat("Glossary", 9, 5, lambda text: "- " + text),
    ),
    "of the map": (
        _set("renamed", "Settings", 0, 2, lambda _: "Another Map"),
        reword("Settings", 2, 2, lambda text: text + " Come and see."),
        _set("changed", "Settings", 7, 2, lambda _: "2027.9"),
        put("Settings", 16, 2, "#654321"),
        put("Settings", 1, 2, ""),
    ),
}
"""The edits by their kind; no two touch the same row."""


def edits() -> Iterator[tuple[str, Edit]]:
    """Every edit with a name."""
    for kind, made in EDITS.items():
        for number, edit in enumerate(made, 1):
            yield f"{kind} {number}", edit
