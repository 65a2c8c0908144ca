"""How the workbook looks: its few colours, and cells written so that text stays text."""

import re
from datetime import date
from typing import cast

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

INK = "16323B"
REQUIRED = PatternFill("solid", fgColor="0B4F5C")
OPTIONAL = PatternFill("solid", fgColor="D7E8EA")
EDITORS = PatternFill("solid", fgColor="E9E6DF")
HOLE = PatternFill("solid", bgColor="FBE3D6")
DRAFT = PatternFill("solid", bgColor="FFF6D6")
LINE = Border(bottom=Side(style="thin", color="C9D6D9"))
WRAPPED = Alignment(wrap_text=True, vertical="top")
ON_ONE_LINE = Alignment(vertical="top")
"""For IDs: nobody reads them, and wrapped they would make the rows of texts twice as high."""
QUIET = Font(name="Calibri", size=9, color="56676C")
BODY = Font(name="Calibri", size=11, color="1F2A2E")

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What a spreadsheet would take for an escaped character (ECMA-376 part 1, 22.9.2.19)."""


def cell_at(worksheet: Worksheet, row: int, column: int) -> Cell:
    return cast(Cell, worksheet.cell(row=row, column=column))


def put(cell: Cell, value: str | date) -> None:
    """Write a value so that it stays what it is: text that begins with "=", or says “_x000D_”, stays text."""
    cell.value = _LOOKS_ESCAPED.sub("_x005F_", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"


def set_up_printing(worksheet: Worksheet) -> None:
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_title_rows = "1:1"
