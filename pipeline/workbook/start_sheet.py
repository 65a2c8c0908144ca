"""The first sheet of the workbook: what this is, how to edit, what the colours mean."""

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import SHEETS, START_SHEET
from pipeline.workbook.guidance import INTRODUCTION, LEGEND, STEPS
from pipeline.workbook.styling import (
    DRAFT,
    EDITORS,
    HOLE,
    INK,
    OPTIONAL,
    REQUIRED,
    WRAPPED,
    cell_at,
    put,
    set_up_printing,
)


def write_start(worksheet: Worksheet) -> None:
    worksheet.title = START_SHEET
    worksheet.sheet_view.showGridLines = False
    worksheet.column_dimensions["A"].width = 4
    worksheet.column_dimensions["B"].width = 24
    worksheet.column_dimensions["C"].width = 96
    row = _write_line(worksheet, 2, INTRODUCTION[0], size=22, bold=True)
    for text in INTRODUCTION[1:]:
        row = _write_line(worksheet, row, text)
    for title, lines in STEPS.items():
        row = _write_line(worksheet, row + 1, title, size=14, bold=True)
        for number, line in enumerate(lines, start=1):
            put(cell_at(worksheet, row, 1), f"{number}.")
            cell_at(worksheet, row, 1).font = Font(name="Calibri", size=11, bold=True, color=INK)
            cell_at(worksheet, row, 1).alignment = Alignment(vertical="top", horizontal="right")
            row = _write_line(worksheet, row, line)
    row = _write_line(worksheet, row + 1, "What the colours mean", size=14, bold=True)
    fills = {
        "required": REQUIRED,
        "optional": OPTIONAL,
        "editors": EDITORS,
        "hole": PatternFill("solid", fgColor=HOLE.bgColor),
        "draft": PatternFill("solid", fgColor=DRAFT.bgColor),
    }
    for key, (label, meaning) in LEGEND.items():
        put(cell_at(worksheet, row, 2), label)
        cell_at(worksheet, row, 2).fill = fills[key]
        dark = key == "required"
        cell_at(worksheet, row, 2).font = Font(name="Calibri", size=11, bold=dark, color="FFFFFF" if dark else INK)
        put(cell_at(worksheet, row, 3), meaning)
        cell_at(worksheet, row, 3).alignment = WRAPPED
        row += 1
    row = _write_line(worksheet, row + 1, "The sheets", size=14, bold=True)
    for sheet in SHEETS:
        link = cell_at(worksheet, row, 2)
        put(link, sheet.name)
        link.hyperlink = f"#{quote_sheetname(sheet.name)}!A1"
        link.font = Font(name="Calibri", size=11, underline="single", color="0B5C6B")
        row_is = "One row is " + sheet.row_is + ("." if sheet.published else "; never published.")
        put(cell_at(worksheet, row, 3), row_is)
        row += 1
    worksheet.sheet_properties.tabColor = "16323B"
    set_up_printing(worksheet)
    worksheet.page_setup.fitToHeight = 1


def _write_line(worksheet: Worksheet, row: int, text: str, *, size: int = 11, bold: bool = False) -> int:
    cell = cell_at(worksheet, row, 2)
    put(cell, text)
    cell.font = Font(name="Calibri", size=size, bold=bold, color=INK)
    cell.alignment = Alignment(vertical="top", wrap_text=not bold)
    if not bold:
        worksheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
        worksheet.row_dimensions[row].height = 17.0 * (len(text) // 115 + 1)
    else:
        worksheet.row_dimensions[row].height = size * 1.6
    return row + 1
