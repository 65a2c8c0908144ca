"""The model as a guided workbook: headings with notes, drop-downs, colours, instructions; empty or filled in.

What editors see is decided by the declaration alone. Nothing is locked, and no example stands in a row that could be
published by mistake.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import (
    LIST_SEPARATOR,
    LISTS_SHEET,
    SETTINGS_HEADINGS,
    SHEETS,
    TEMPLATE_VERSION,
    VERSION_HEADING,
    Column,
    Kind,
    Sheet,
    Shown,
    attribute_name,
    sheet_of,
)
from pipeline.workbook.start_sheet import write_start
from pipeline.workbook.styling import (
    BODY,
    DRAFT,
    EDITORS,
    HOLE,
    INK,
    LINE,
    ON_ONE_LINE,
    OPTIONAL,
    QUIET,
    REQUIRED,
    WRAPPED,
    cell_at,
    put,
    set_up_printing,
)

Filling = Mapping[str, Sequence[Mapping[str, str | date]]]
"""What to write below the headings: sheet key → rows → attribute → value. Settings is one row."""

ROWS_WITH_DROP_DOWNS = 2_000
"""Down to which row the drop-downs, colours and formats are laid."""


def write_workbook(filling: Filling | None = None) -> bytes:
    """An .xlsx file with every sheet of the model; with `filling`, its rows filled in."""
    workbook = Workbook()
    write_start(cast(Worksheet, workbook.active))
    for sheet in SHEETS:
        worksheet = workbook.create_sheet(sheet.name)
        rows = (filling or {}).get(sheet.key, ())
        if sheet.settings:
            _write_settings(worksheet, sheet, rows[0] if rows else {})
        else:
            _write_table(worksheet, sheet, rows)
    _write_lists(workbook.create_sheet(LISTS_SHEET))
    for column in _reference_columns():
        referred = sheet_of(column.refers_to)
        workbook.defined_names[_list_name(column)] = DefinedName(_list_name(column), attr_text=_names_range(referred))
    for name, reference in _choice_ranges().items():
        workbook.defined_names[name] = DefinedName(name, attr_text=reference)
    workbook.active = 0
    packed = BytesIO()
    workbook.save(packed)
    return _repacked(packed.getvalue())


def _repacked(package: bytes) -> bytes:
    """The package with the same bytes for the same content, and rows that grow when their text does.

    openpyxl stamps the clock into the file and marks every height as fixed by hand, which would stop the spreadsheet
    from fitting rows to their text.
    """
    result = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(result, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(b' customHeight="1"', b"")
            elif name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", part)
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, part)
    return result.getvalue()


def _fit(worksheet: Worksheet, row: int, texts: Mapping[int, str], *, least: float = 15.0) -> None:
    """Give a row the height, in points, that its wrapped texts need. `texts` are by column number."""
    lines = 1
    for number, text in texts.items():
        width = max(4.0, worksheet.column_dimensions[get_column_letter(number)].width * 1.05)
        lines = max(lines, sum(1 + int(len(part) / width) for part in text.split("\n")))
    worksheet.row_dimensions[row].height = min(400.0, max(least, 15.0 * lines + 3))


def _columns() -> list[Column]:
    return [column for sheet in SHEETS for column in sheet.columns.values()]


def _reference_columns() -> list[Column]:
    return list({column.refers_to: column for column in _columns() if column.kind is Kind.REFERENCE}.values())


def _choice_lists() -> Mapping[str, tuple[str, ...]]:
    """The lists behind the drop-downs, by their heading on the Lists sheet."""
    return {_list_heading(column): column.choices for column in _columns() if column.choices}


def _list_heading(column: Column) -> str:
    same = {other.choices for other in _columns() if other.choices and other.heading == column.heading}
    return column.heading if len(same) == 1 else f"{column.heading}: {', '.join(column.choices)}"


def _list_name(column: Column) -> str:
    if column.refers_to:
        return f"{attribute_name(column)}_names"
    return f"{attribute_name(column)}_choices"


def _names_range(sheet: Sheet) -> str:
    """The cells that hold the names of `sheet`, as far as they are filled."""
    letter = get_column_letter(list(sheet.columns).index(sheet.named_by) + 1)
    place = f"{quote_sheetname(sheet.name)}!${letter}"
    cells = f"{place}$2:${letter}${ROWS_WITH_DROP_DOWNS}"
    return f"{place}$2:INDEX({cells},MAX(1,COUNTA({cells})))"


def _choice_ranges() -> Mapping[str, str]:
    lists = list(_choice_lists())
    ranges = {}
    for column in _columns():
        if column.choices:
            letter = get_column_letter(lists.index(_list_heading(column)) + 1)
            reference = f"{quote_sheetname(LISTS_SHEET)}!${letter}$2:${letter}${len(column.choices) + 1}"
            ranges[_list_name(column)] = reference
    return ranges


def _style_heading(cell: Cell, column: Column) -> None:
    own = column.shown is Shown.NOWHERE and not column.required
    cell.fill = REQUIRED if column.required else EDITORS if own else OPTIONAL
    cell.font = Font(name="Calibri", size=11, bold=True, italic=own, color="FFFFFF" if column.required else INK)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.border = LINE


def _note(column: Column) -> Comment:
    parts = ["Required." if column.required else "Optional.", column.help]
    if column.choices:
        parts.append("One of: " + ", ".join(column.choices) + ".")
    if column.example:
        parts.append(f"Example: {column.example}")
    text = "\n".join(parts)
    note = Comment(text, "ecosystem-map")
    note.width, note.height = 320, 40 + 18 * (len(text) // 42 + text.count("\n") + 1)
    return note


def _write_table(worksheet: Worksheet, sheet: Sheet, rows: Sequence[Mapping[str, str | date]]) -> None:
    for number, (name, column) in enumerate(sheet.columns.items(), start=1):
        heading = cell_at(worksheet, 1, number)
        put(heading, column.heading + ("*" if column.required else ""))
        _style_heading(heading, column)
        heading.comment = _note(column)
        dimension = worksheet.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        alignment, font = (ON_ONE_LINE, QUIET) if column.kind is Kind.ID else (WRAPPED, BODY)
        dimension.alignment, dimension.font = alignment, font
        dimension.number_format = _number_format(column)
        _add_drop_down(worksheet, column, get_column_letter(number))
        for row_number, row in enumerate(rows, start=2):
            cell = cell_at(worksheet, row_number, number)
            cell.alignment, cell.font, cell.border = alignment, font, LINE
            cell.number_format = _number_format(column)
            if value := row.get(name, ""):
                put(cell, value)
    for row_number, row in enumerate(rows, start=2):
        texts = {number: str(row.get(name, "")) for number, name in enumerate(sheet.columns, start=1) if name != "id"}
        _fit(worksheet, row_number, texts)
    worksheet.row_dimensions[1].height = 30
    names = list(sheet.columns)
    frozen = names.index(sheet.named_by) + 2 if sheet.named_by else 1
    worksheet.freeze_panes = f"{get_column_letter(frozen)}2"
    last = get_column_letter(len(sheet.columns))
    worksheet.auto_filter.ref = f"A1:{last}{max(2, len(rows) + 1)}"
    worksheet.sheet_properties.tabColor = "0B4F5C" if sheet.is_needed else "7FB3BC" if sheet.published else "BDB6A6"
    _add_colours(worksheet, sheet, last)
    set_up_printing(worksheet)


def _number_format(column: Column) -> str:
    if column.kind is Kind.DATE:
        return "yyyy-mm-dd"
    # As Text, "2026.10" and "3-4" stay what they are; long texts stay General, which shows them in full everywhere.
    return "General" if column.kind in (Kind.TEXT, Kind.PAGE) else "@"


def _add_drop_down(worksheet: Worksheet, column: Column, letter: str, rows: str = f"2:{ROWS_WITH_DROP_DOWNS}") -> None:
    if not column.choices and column.kind is not Kind.REFERENCE:
        return
    first, last = rows.split(":")
    offered = DataValidation(type="list", formula1=_list_name(column), allow_blank=True, showErrorMessage=True)
    # A warning and not a stop: pasting destroys drop-downs anyway, so the program checks every cell itself.
    offered.errorStyle = "warning"
    offered.errorTitle = column.heading
    offered.error = "This is not on the list. The check will ask you to choose from it."
    worksheet.add_data_validation(offered)
    offered.add(f"{letter}{first}:{letter}{last}")


def _rule(formula: str, fill: PatternFill) -> Rule:
    return cast(Rule, FormulaRule(formula=[formula], fill=fill))  # type: ignore[no-untyped-call]


def _add_colours(worksheet: Worksheet, sheet: Sheet, last: str) -> None:
    """Drafts in yellow; a blank required cell of a row that has begun, in orange."""
    for number, (name, column) in enumerate(sheet.columns.items(), start=1):
        letter = get_column_letter(number)
        if column.required:
            begun = f"AND(COUNTA($A2:${last}2)>0,LEN(TRIM({letter}2))=0)"
            area = f"{letter}2:{letter}{ROWS_WITH_DROP_DOWNS}"
            worksheet.conditional_formatting.add(area, _rule(begun, HOLE))
        if name == "status":
            is_draft = f'OR(${letter}2="draft",${letter}2="archived")'
            area = f"A2:{last}{ROWS_WITH_DROP_DOWNS}"
            worksheet.conditional_formatting.add(area, _rule(is_draft, DRAFT))


def _write_settings(worksheet: Worksheet, sheet: Sheet, values: Mapping[str, str | date]) -> None:
    for number, (text, width) in enumerate(zip(SETTINGS_HEADINGS, (24, 80, 60), strict=True), start=1):
        heading = cell_at(worksheet, 1, number)
        put(heading, text)
        heading.fill = REQUIRED if number < 3 else OPTIONAL
        heading.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF" if number < 3 else INK)
        heading.alignment = Alignment(vertical="center")
        worksheet.column_dimensions[get_column_letter(number)].width = width
    for row, (name, column) in enumerate(sheet.columns.items(), start=2):
        label, value, purpose = (cell_at(worksheet, row, number) for number in (1, 2, 3))
        put(label, column.heading + ("*" if column.required else ""))
        _style_heading(label, column)
        label.alignment = Alignment(vertical="top")
        put(purpose, column.help + (f" Example: {column.example}" if column.example else ""))
        purpose.font = Font(name="Calibri", size=10, italic=True, color="56676C")
        value.number_format = _number_format(column)
        value.font = BODY
        for cell in (value, purpose):
            cell.alignment, cell.border = WRAPPED, LINE
        value.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        if held := values.get(name, ""):
            put(value, held)
        _fit(worksheet, row, {2: str(values.get(name, "")), 3: str(purpose.value)}, least=18.0)
        _add_drop_down(worksheet, column, "B", rows=f"{row}:{row}")
        if column.required:
            rule = _rule(f"LEN(TRIM($B{row}))=0", HOLE)
            worksheet.conditional_formatting.add(f"B{row}", rule)
    worksheet.row_dimensions[1].height = 24
    worksheet.freeze_panes = "B2"
    worksheet.sheet_properties.tabColor = "0B4F5C"
    set_up_printing(worksheet)


def _write_lists(worksheet: Worksheet) -> None:
    for number, (heading, choices) in enumerate(_choice_lists().items(), start=1):
        for row, text in enumerate((heading, *choices), start=1):
            put(cell_at(worksheet, row, number), text)
        worksheet.column_dimensions[get_column_letter(number)].width = 24
    last = len(_choice_lists()) + 1
    put(cell_at(worksheet, 1, last), VERSION_HEADING)
    put(cell_at(worksheet, 2, last), str(TEMPLATE_VERSION))
    worksheet.column_dimensions[get_column_letter(last)].width = 24
    for cell in worksheet[1]:
        cell.font, cell.fill = Font(name="Calibri", size=11, bold=True, color=INK), EDITORS
    worksheet.freeze_panes = "A2"
    worksheet.sheet_properties.tabColor = "BDB6A6"
    set_up_printing(worksheet)


def listed(values: Sequence[str]) -> str:
    """Several entries as one cell holds them."""
    return f"{LIST_SEPARATOR} ".join(values)
