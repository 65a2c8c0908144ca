"""Workbook × model → tables of records that know their cells, or problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.matching import fold, nearest, tidy
from pipeline.model import NOTES, SETTINGS_HEADINGS, SHEETS, TEMPLATE_VERSION, Column, Sheet, attribute_name
from pipeline.problems import CellRef, Problem, Severity
from pipeline.records import Field, Record, Table
from pipeline.workbook.cells import Cell, Row, Workbook, Worksheet
from pipeline.workbook.heading_problems import PRIVATE, empty_sheet, merged_cells, old_template
from pipeline.workbook.headings import Headings, changes_since, match_headings, match_sheets, template_version
from pipeline.workbook.value_problems import missing_value, not_a_choice
from pipeline.workbook.values import is_blank, read_field

_MAY_STAY_EMPTY = ("quotes", "pages", "credits", "wording")


def duplicate_setting(at: CellRef, first: CellRef, setting: str) -> Problem:
    """A setting stands twice on the Settings sheet; its code is `duplicate-name`."""
    return Problem(
        code="duplicate-name",
        severity=Severity.ERROR,
        at=at,
        heading=SETTINGS_HEADINGS[0],
        value=setting,
        message=f"The setting “{setting}” stands here and in {first.a1} as well.",
        help="keep one of the two rows.",
        related=(first,),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The tables of a workbook by their sheets' keys, and the problems found on the way."""

    tables: Mapping[str, Table]
    problems: tuple[Problem, ...]


def match(workbook: Workbook, sheets: Sequence[Sheet] = SHEETS, *, ahead: "Ahead | None" = None) -> Matched:
    """Match every sheet, heading and cell of `workbook` to the model. Nothing is raised for bad content.

    `ahead` has matched sheets that have a name of the model, while others were still read.
    """
    ahead = ahead or Ahead(sheets)
    version, stated = template_version(workbook)
    worksheets, problems = match_sheets(workbook, sheets, version)
    found = list(problems)
    tables: dict[str, Table] = {}
    for sheet in sheets:
        worksheet = worksheets.get(sheet.key)
        if worksheet is None:
            tables[sheet.key] = Table(sheet=sheet, name=sheet.name, present=False)
            continue
        tables[sheet.key], of_sheet = ahead.table_of(worksheet, sheet)
        found += of_sheet
    for key, worksheet in worksheets.items():
        table = tables[key]
        if table.present and not table.records:
            # Nothing can be said about what is not there: later rules take the sheet for absent.
            tables[key] = replace(table, present=False)
            if needed_by := _needed_by(table.sheet, tables):
                found.append(empty_sheet(table.sheet, worksheet.name, needed_by=needed_by))
            elif key not in _MAY_STAY_EMPTY:
                found.append(empty_sheet(table.sheet, worksheet.name))
    if stated and version != TEMPLATE_VERSION:
        found.append(old_template(stated.at, stated.text, version, changes_since(version, sheets)))
    return Matched(tables=tables, problems=tuple(found))


class Ahead:
    """Matches a sheet of the workbook as soon as it has been read."""

    def __init__(self, sheets: Sequence[Sheet] = SHEETS) -> None:
        self._declared = {fold(name): sheet for sheet in sheets for name in (*sheet.formerly, sheet.name)}
        self._found: list[tuple[Worksheet, Sheet, tuple[Table, Sequence[Problem]]]] = []

    def take(self, worksheet: Worksheet) -> None:
        """Match `worksheet`, if the model has a sheet of its name."""
        if sheet := self._declared.get(fold(worksheet.name)):
            self._found.append((worksheet, sheet, _read(worksheet, sheet)))

    def table_of(self, worksheet: Worksheet, sheet: Sheet) -> tuple[Table, Sequence[Problem]]:
        """The table of `worksheet` as `sheet`, and its problems."""
        found = (read for of, meant, read in self._found if of is worksheet and meant is sheet)
        return next(found, None) or _read(worksheet, sheet)


def _read(worksheet: Worksheet, sheet: Sheet) -> tuple[Table, Sequence[Problem]]:
    reading = (_SettingsReader if sheet.settings else _TableReader)(worksheet, sheet)
    return reading.table(), reading.problems


def _needed_by(sheet: Sheet, tables: Mapping[str, Table]) -> str:
    """What cannot do without the rows of `sheet`: the map, or the sheets whose rows refer to it; else nothing."""
    if sheet.is_needed:
        return "the map"
    referring = [
        f"“{table.name}”"
        for table in tables.values()
        if any(
            field.value and field.column.refers_to == sheet.key
            for record in table.records
            for field in record.fields.values()
        )
    ]
    return " and ".join(referring)


class _TableReader:
    """Reads one sheet with a row for each entry."""

    def __init__(self, worksheet: Worksheet, sheet: Sheet) -> None:
        self.worksheet, self.sheet = worksheet, sheet
        self.columns: dict[str, Column] = {**sheet.columns}
        if not sheet.settings:
            self.columns.setdefault(attribute_name(NOTES), NOTES)
        wanted = {name: column.heading for name, column in self.columns.items()}
        required = tuple(name for name, column in self.columns.items() if column.required)
        self.headings, heading_problems = self.match_headings(wanted, required)
        self.problems = list(heading_problems)
        self.covered = self.merged()

    def match_headings(
        self, wanted: Mapping[str, str], required: tuple[str, ...]
    ) -> tuple[Headings, tuple[Problem, ...]]:
        if not self.worksheet.rows:
            return Headings(row=0, columns={}), ()
        return match_headings(self.worksheet, self.sheet, wanted, required)

    def merged(self) -> frozenset[tuple[int, int]]:
        """The cells that a merge covers, without its first; merges over content are reported."""
        covered: set[tuple[int, int]] = set()
        columns = set(self.headings.columns.values())
        filled = {(row.number, number) for row in self.worksheet for number in row.cells}
        for top, left, bottom, right in self.worksheet.merges:
            if not columns & set(range(left, right + 1)) or (top, left) not in filled:
                continue
            at = CellRef(self.worksheet.name, top, left)
            self.problems.append(merged_cells(at, CellRef(self.worksheet.name, bottom, right)))
            covered |= {
                (row.number, number)
                for row in self.worksheet
                if top <= row.number <= bottom
                for number in range(left, right + 1)
            } - {(top, left)}
            # Rows of the merge that hold nothing else are not in the worksheet; they are blank rows.
        return frozenset(covered)

    def table(self) -> Table:
        name, at_row = self.worksheet.name, self.headings.row
        records = tuple(
            self.record(row) for row in self.worksheet if at_row and row.number != at_row and not self.is_blank(row)
        )
        return Table(
            sheet=self.sheet,
            name=name,
            present=bool(at_row) or not self.worksheet.rows,
            headings={attribute: CellRef(name, at_row, column) for attribute, column in self.headings.columns.items()},
            records=records,
        )

    def is_blank(self, row: Row) -> bool:
        return all(is_blank(row.cells.get(column)) for column in self.headings.columns.values())

    def record(self, row: Row) -> Record:
        fields: dict[str, Field] = {}
        for attribute, number in self.headings.columns.items():
            cell = row.cells.get(number)
            at = cell.at if cell else CellRef(self.worksheet.name, row.number, number)
            fields[attribute] = self.field(cell, self.columns[attribute], at)
        return Record(sheet=self.sheet, row=row.number, fields=fields)

    def field(self, cell: Cell | None, column: Column, at: CellRef) -> Field:
        field, problem = read_field(cell, column, at)
        if (at.row, at.column) in self.covered:
            return field._replace(usable=False)
        if problem:
            self.problems.append(problem)
        elif column.required and field.value in (None, "", ()):
            self.problems.append(missing_value(at, column.heading, sheet=self.worksheet.name))
            return field._replace(usable=False)
        return field


class _SettingsReader(_TableReader):
    """Reads a sheet with a row for each setting: its name in one column, its value in another."""

    def match_headings(
        self, wanted: Mapping[str, str], required: tuple[str, ...]
    ) -> tuple[Headings, tuple[Problem, ...]]:
        three = dict(zip(("setting", "value", "purpose"), SETTINGS_HEADINGS, strict=True))
        if not self.worksheet.rows:
            return Headings(row=0, columns={}), ()
        return match_headings(self.worksheet, self.sheet, three, ("setting", "value"))

    def table(self) -> Table:
        columns = self.headings.columns
        name = self.worksheet.name
        if not {"setting", "value"} <= columns.keys():
            return Table(sheet=self.sheet, name=name, present=not self.worksheet.rows)
        rows = self.settings(columns["setting"])
        fields: dict[str, Field] = {}
        for attribute, row in rows.items():
            at = CellRef(name, row.number, columns["value"])
            fields[attribute] = self.field(row.cells.get(columns["value"]), self.columns[attribute], at)
        if fields:
            self.problems += [
                missing_value(
                    CellRef(name),
                    column.heading,
                    sheet=name,
                    blank=f"The sheet “{name}” has no row for the setting “{column.heading}”.",
                )
                for attribute, column in self.columns.items()
                if column.required and attribute not in fields
            ]
        records = (
            (Record(sheet=self.sheet, row=min(row.number for row in rows.values()), fields=fields),) if rows else ()
        )
        return Table(
            sheet=self.sheet,
            name=name,
            headings={attribute: CellRef(name, row.number, columns["setting"]) for attribute, row in rows.items()},
            records=records,
        )

    def settings(self, column: int) -> Mapping[str, Row]:
        """The row of each setting; unknown and repeated settings are reported."""
        known = {fold(old): attribute for attribute, setting in self.columns.items() for old in setting.formerly}
        known |= {fold(setting.heading): attribute for attribute, setting in self.columns.items()}
        rows: dict[str, Row] = {}
        strangers: list[tuple[Cell, Row]] = []
        for row in self.worksheet:
            cell = row.cells.get(column)
            text = tidy(cell.plain or cell.text).rstrip("* ") if cell else ""
            if row.number == self.headings.row or cell is None or not text or text.startswith(PRIVATE):
                continue
            attribute = known.get(fold(text))
            if attribute is None:
                strangers.append((cell, row))
            elif attribute in rows:
                first = CellRef(self.worksheet.name, rows[attribute].number, column)
                self.problems.append(duplicate_setting(cell.at, first, text))
            else:
                rows[attribute] = row
        missing = {setting.heading: name for name, setting in self.columns.items() if name not in rows}
        for cell, row in strangers:
            text = tidy(cell.plain or cell.text)
            meant = nearest(text, missing)
            self.problems.append(
                not_a_choice(
                    cell.at,
                    SETTINGS_HEADINGS[0],
                    text,
                    (meant,) if meant else tuple(setting.heading for setting in self.columns.values()),
                    what=f"“{text}” is not one of the settings.",
                )
            )
            if meant:
                rows[missing.pop(meant)] = row
        return rows
