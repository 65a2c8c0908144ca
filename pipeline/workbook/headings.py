"""Which sheet is which and which column is which: names matched to the declaration, and what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.matching import fold, nearest, tidy
from pipeline.model import LISTS_SHEET, PROGRAM_SHEETS, SHEETS, TEMPLATE_VERSION, VERSION_HEADING, Sheet
from pipeline.problems import CellRef, Problem
from pipeline.workbook.cells import Cell, Row, Workbook, Worksheet
from pipeline.workbook.heading_problems import (
    PRIVATE,
    duplicate_column,
    missing_column,
    missing_sheet,
    misspelt_column,
    misspelt_sheet,
    unknown_column,
    unknown_sheet,
)

LIKE_ENOUGH = 60
"""How like a missing name (0 to 100) a strange one must be to be taken for it: few can be meant, so “Fase” is “Phase”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """The row that holds a sheet's headings (its number; 0 if there is none) and the column of each one found.

    `columns` maps attributes to column numbers. `texts` are the headings found, in order, as written.
    """

    row: int
    columns: Mapping[str, int]


def match_sheets(
    workbook: Workbook, sheets: Sequence[Sheet] = SHEETS, version: int = TEMPLATE_VERSION
) -> tuple[Mapping[str, Worksheet], tuple[Problem, ...]]:
    """The worksheet of each declared sheet, by the sheet's key, and the problems with the names.

    What came after `version`, that of the workbook's template, is not missed.
    """
    ours = {fold(name) for name in PROGRAM_SHEETS}
    found: dict[str, Worksheet] = {}
    strangers: list[Worksheet] = []
    declared = {fold(name): sheet for sheet in sheets for name in (*sheet.formerly, sheet.name)}
    for worksheet in workbook.sheets:
        sheet = declared.get(fold(worksheet.name))
        if worksheet.name.strip().startswith(PRIVATE) or fold(worksheet.name) in ours:
            continue
        if sheet and sheet.key not in found:
            found[sheet.key] = worksheet
        else:
            strangers.append(worksheet)
    problems: list[Problem] = []
    missing = {sheet.name: sheet for sheet in sheets if sheet.key not in found}
    for worksheet in strangers:
        meant = nearest(worksheet.name, missing, at_least=LIKE_ENOUGH)
        if meant:
            sheet = missing.pop(meant)
            found[sheet.key] = worksheet
            problems.append(misspelt_sheet(sheet, worksheet.name))
        elif worksheet.rows:
            problems.append(unknown_sheet(worksheet.name))
    problems += [missing_sheet(sheet) for sheet in missing.values() if sheet.since <= version]
    return found, tuple(problems)


def template_version(workbook: Workbook) -> tuple[int, Cell | None]:
    """The version of the template that a workbook was made from, and the cell that says so.

    0 is one that cannot be read; a workbook that says nothing is taken for one of today.
    """
    for worksheet in workbook.sheets:
        if fold(worksheet.name) != fold(LISTS_SHEET):
            continue
        cells = {(row.number, number): cell for row in worksheet.rows for number, cell in row.cells.items()}
        for (row, number), cell in cells.items():
            below = cells.get((row + 1, number))
            if below and fold(cell.text) == fold(VERSION_HEADING):
                return int(below.text) if below.text.strip().isdecimal() else 0, below
    return TEMPLATE_VERSION, None


def changes_since(version: int, sheets: Sequence[Sheet] = SHEETS) -> tuple[str, ...]:
    """What the templates after `version` brought, in an editor's words."""
    said: list[str] = []
    for sheet in sheets:
        if sheet.since > version:
            said.append(f"a new sheet “{sheet.name}” ({sheet.row_is} in each row)")
            continue
        what = "setting" if sheet.settings else "column"
        for column in sheet.columns.values():
            if column.since > version:
                said.append(f"a new {what} “{column.heading}” on “{sheet.name}”")
    renamed = [(column.formerly, column.heading, sheet.name) for sheet in sheets for column in sheet.columns.values()]
    said += [f"“{old[-1]}” on “{sheet}” is now called “{heading}”" for old, heading, sheet in renamed if old]
    said += [f"the sheet “{sheet.formerly[-1]}” is now called “{sheet.name}”" for sheet in sheets if sheet.formerly]
    return tuple(said)


def heading_text(cell: Cell) -> str:
    """A heading without its star."""
    return tidy(cell.plain or cell.text).rstrip("* ").strip()


def _known(row: Row, wanted: Mapping[str, str]) -> int:
    return sum(fold(heading_text(cell)) in wanted for cell in row.cells.values())


def find_heading_row(worksheet: Worksheet, wanted: Mapping[str, str]) -> Row | None:
    """The row that holds the headings: the first, unless it holds none of them and another row does.

    Sorting a sheet together with its headings, or a title typed above them, moves them down; the rows above are then
    rows like the others and are not lost.
    """
    if not worksheet.rows:
        return None
    first = worksheet.rows[0]
    if first.number == 1 and _known(first, wanted):
        return first
    best = max(worksheet.rows, key=lambda row: _known(row, wanted))
    return best if _known(best, wanted) >= min(2, len(wanted)) else None


def match_headings(
    worksheet: Worksheet, sheet: Sheet, wanted: Mapping[str, str], required: tuple[str, ...]
) -> tuple[Headings, tuple[Problem, ...]]:
    """The columns of a worksheet and the problems with its headings.

    `wanted` maps attributes to headings; `required` are the attributes without which the sheet cannot be read.
    """
    by_fold = {fold(old): name for name, column in sheet.columns.items() if name in wanted for old in column.formerly}
    by_fold |= {fold(heading): attribute for attribute, heading in wanted.items()}
    row = find_heading_row(worksheet, by_fold)
    if row is None:
        listed = ", ".join(f"“{heading}”" for heading in wanted.values())
        return Headings(row=0, columns={}), (missing_column(sheet, worksheet.name, listed, all_of_them=True),)
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    strangers: list[Cell] = []
    for number, cell in sorted(row.cells.items()):
        text = heading_text(cell)
        attribute = by_fold.get(fold(text))
        if text.startswith(PRIVATE) or not text:
            continue
        if attribute is None:
            strangers.append(cell)
        elif attribute in columns:
            problems.append(duplicate_column(cell.at, CellRef(worksheet.name, row.number, columns[attribute]), text))
        else:
            columns[attribute] = number
    missing = {heading: attribute for attribute, heading in wanted.items() if attribute not in columns}
    unmatched: list[Cell] = []
    for cell in strangers:
        text = heading_text(cell)
        meant = nearest(text, missing, at_least=LIKE_ENOUGH)
        if meant:
            columns[missing.pop(meant)] = cell.at.column
            problems.append(misspelt_column(cell.at, text, meant))
        else:
            unmatched.append(cell)
    missed = [wanted[name] for name in required if name in missing.values()]
    if len(unmatched) == len(missed) == 1 and _is_filled(worksheet, unmatched[0], row):
        # One heading is strange and one is missing: it was given another name, and its texts are all there.
        cell = unmatched.pop()
        columns[missing.pop(missed[0])] = cell.at.column
        problems.append(misspelt_column(cell.at, heading_text(cell), missed[0]))
    problems += [unknown_column(cell.at, heading_text(cell)) for cell in unmatched]
    problems += _columns_without_heading(worksheet, row)
    problems += [missing_column(sheet, worksheet.name, wanted[name]) for name in required if name not in columns]
    return Headings(row=row.number, columns=columns), tuple(problems)


def _is_filled(worksheet: Worksheet, heading: Cell, headings: Row) -> bool:
    """Whether every row has a text below the heading, as below one that is required."""
    rows = [row for row in worksheet.rows if row.number != headings.number and any(map(_has_text, row.cells.values()))]
    return bool(rows) and all(
        heading.at.column in row.cells and _has_text(row.cells[heading.at.column]) for row in rows
    )


def _has_text(cell: Cell) -> bool:
    return bool(tidy(cell.text))


def _columns_without_heading(worksheet: Worksheet, headings: Row) -> Iterator[Problem]:
    headed = {number for number, cell in headings.cells.items() if heading_text(cell)}
    bare = {
        number
        for row in worksheet.rows
        if row.number != headings.number
        for number, cell in row.cells.items()
        if number not in headed and tidy(cell.text)
    }
    for number in sorted(bare):
        yield unknown_column(CellRef(worksheet.name, headings.number, number), "")
