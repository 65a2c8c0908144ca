"""Workbooks written as Markdown tables, as people review them, and saved as real .xlsx files.

How the tables look, and what is filled in where they say nothing, is in `cases/README.md`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import cast

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from pipeline.matching import fold, nearest
from pipeline.model import SETTINGS_HEADINGS, SHEETS, Column, Kind, Sheet, sheet_of

TODAY = date(2026, 11, 24)
"""The day on which every test workbook is checked."""

FIRST_NAMES = {"phases": "Adopting", "stakeholders": "Employers", "action_areas": "Promoting adoption"}
"""The one row of the sheets that others refer to, where a test does not give the sheet."""

_MAY_STAY_EMPTY = ("quotes", "pages", "credits", "wording")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PICTURE = re.compile(r"(PNG|JPEG|GIF|WEBP|BMP) (\d+) × (\d+) pixels(?:, (\d+) bytes)?")


@dataclass(slots=True)
class Grid:
    """A sheet while it is put together: its name as written, its headings, and its rows of the same width."""

    name: str
    headings: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def column(self, heading: str) -> int | None:
        """Where a heading stands (misspelt ones too), or None."""
        folded = [fold(written) for written in self.headings]
        if fold(heading) in folded:
            return folded.index(fold(heading))
        known = {fold(column.heading) for sheet in SHEETS for column in sheet.columns.values()}
        strangers = [written for written in self.headings if fold(written) not in known]
        meant = nearest(heading, strangers)
        return self.headings.index(meant) if meant else None

    def texts(self, heading: str) -> list[str]:
        """What stands below a heading, blank cells left out."""
        at = self.column(heading)
        return [] if at is None else [row[at] for row in self.rows if row[at]]


def tables(markdown: str) -> dict[str, Grid]:
    """The sheets of `markdown`, by name as written; a name in the first column begins one."""
    grids: dict[str, Grid] = {}
    grid = None
    for line in markdown.splitlines():
        if not line.strip().startswith("|"):
            continue
        name, *cells = (part.strip().replace("\\|", "|") for part in re.split(r"(?<!\\)\|", line.strip())[1:-1])
        if re.fullmatch(r":?-+:?", name):
            continue
        if name:
            grid = grids[name] = Grid(name=name, headings=cells)
        elif grid:
            grid.rows.append([*cells, *[""] * (len(grid.headings) - len(cells))])
    return grids


def completed(given: Mapping[str, Grid]) -> list[Grid]:
    """`given` with everything that a sound workbook needs besides, so that only what a test plants is wrong."""
    by_key = {sheet.key: grid for sheet in SHEETS if (grid := _given(sheet, given))}
    referred = [sheet_of(key) for key in FIRST_NAMES]
    for sheet in [*referred, *(sheet for sheet in SHEETS if sheet not in referred)]:
        if sheet.settings:
            by_key[sheet.key] = _settings(sheet, by_key.get(sheet.key))
        elif sheet.key not in by_key:
            by_key[sheet.key] = _sound(sheet, by_key)
        else:
            _fill(sheet, by_key[sheet.key], by_key)
    strangers = [grid for grid in given.values() if grid not in by_key.values()]
    return [by_key[sheet.key] for sheet in SHEETS] + strangers


def _given(sheet: Sheet, given: Mapping[str, Grid]) -> Grid | None:
    declared = {fold(known.name) for known in SHEETS}
    meant = nearest(sheet.name, (name for name in given if fold(name) not in declared))
    return next((grid for name, grid in given.items() if fold(name) == fold(sheet.name) or name == meant), None)


def _settings(sheet: Sheet, grid: Grid | None) -> Grid:
    grid = grid or Grid(name=sheet.name, headings=list(SETTINGS_HEADINGS[:2]))
    there = {fold(row[0]) for row in grid.rows if row}
    for column in sheet.columns.values():
        if column.required and fold(column.heading) not in there and not nearest(column.heading, there, at_least=80):
            grid.rows.append([column.heading, column.example, *[""] * (len(grid.headings) - 2)])
    return grid


def _sound(sheet: Sheet, by_key: Mapping[str, Grid]) -> Grid:
    """A sheet of our own: a row for each combination of the rows it refers to, so that nothing is without one."""
    grid = Grid(name=sheet.name, headings=[column.heading for column in sheet.columns.values() if column.required])
    if sheet.key in _MAY_STAY_EMPTY:
        return grid
    combinations: list[dict[str, str]] = [{}]
    for column in sheet.columns.values():
        if column.kind is Kind.REFERENCE:
            names = by_key[column.refers_to].texts(_name_heading(column.refers_to))
            combinations = [{**before, column.heading: name} for before in combinations for name in names]
    for combination in combinations:
        grid.rows.append([combination.get(heading, "") for heading in grid.headings])
    if sheet.key in FIRST_NAMES:
        grid.rows = [[FIRST_NAMES[sheet.key] if heading == "Name" else "" for heading in grid.headings]]
    for column in sheet.columns.values():
        if column.required and (at := grid.column(column.heading)) is not None:
            for number, row in enumerate(grid.rows):
                row[at] = row[at] or _sound_value(sheet, column, number, by_key)
    return grid


def _fill(sheet: Sheet, grid: Grid, by_key: Mapping[str, Grid]) -> None:
    """Add the required columns that `grid` lacks, to the right, filled in for each row that is not blank."""
    for column in sheet.columns.values():
        if not column.required or grid.column(column.heading) is not None:
            continue
        grid.headings.append(column.heading)
        for number, row in enumerate(grid.rows):
            row.append(_sound_value(sheet, column, number, by_key) if any(row) else "")


def _sound_value(sheet: Sheet, column: Column, number: int, by_key: Mapping[str, Grid]) -> str:
    if column.kind is Kind.REFERENCE:
        return next(iter(by_key[column.refers_to].texts(_name_heading(column.refers_to))), "")
    ordinal = _NUMBERS[number] if number < len(_NUMBERS) else str(number + 1)
    if column.kind is Kind.TEXT:
        return f"Sound {column.heading.lower()} {ordinal}."
    if column.kind is Kind.NAME:
        return f"{column.heading} {ordinal}" if column.heading == "Name" else f"{sheet.name} {ordinal}"
    if column.kind is Kind.LINK:
        return f"https://example.org/{ordinal}"
    return column.example


def _name_heading(key: str) -> str:
    sheet = sheet_of(key)
    return sheet.columns[sheet.named_by].heading


def save(path: Path, grids: list[Grid]) -> Path:
    """Write `grids` as an .xlsx file."""
    workbook = Workbook()
    workbook.remove(cast(Worksheet, workbook.active))
    for grid in grids:
        worksheet = workbook.create_sheet(grid.name)
        for number, row in enumerate([grid.headings, *grid.rows], start=1):
            for column, written in enumerate(row, start=1):
                _write(worksheet, number, column, written)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


def _write(worksheet: Worksheet, row: int, column: int, written: str) -> None:
    if not written:
        return
    text, _, link = (part.strip() for part in written.replace("\\n", "\n").partition("🔗"))
    cell = worksheet.cell(row, column)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        cell.value = date.fromisoformat(text)
    else:
        cell.value = text.removeprefix("'")
        if not text.startswith("="):
            cell.data_type = "s"
    if link:
        cell.hyperlink = link


def file_body(written: str) -> bytes:
    """The bytes of a file from how a case describes it: “PNG 40 × 30 pixels, 2000000 bytes”, or the text itself."""
    picture = _PICTURE.fullmatch(written)
    if not picture:
        return written.replace("\\n", "\n").encode()
    drawn = BytesIO()
    Image.new("1" if picture[1] != "JPEG" else "L", (int(picture[2]), int(picture[3]))).save(drawn, picture[1])
    return drawn.getvalue().ljust(int(picture[4] or 0), b"\0")
