"""Makes the workbooks of this folder anew: openpyxl writes a workbook, LibreOffice opens and saves it.

Run as `python tests/workbooks/make.py`. The results are kept in the repository, for tests must not need LibreOffice.
"""

import datetime
import subprocess
import tempfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

HERE = Path(__file__).parent


def strategies() -> Workbook:
    """Rich text, links, drop-downs, a filter, a merge, a hidden row and sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Strategies"
    for column, heading in enumerate(("Stakeholder", "Phase", "Strategy", "Review by", "Source"), start=1):
        sheet.cell(1, column, heading).font = Font(bold=True)
    sheet.append(["Employers", "Adopting", "Accept records on file", datetime.date(2026, 11, 24), "Survey"])
    sheet.append(["Governance", "Using", "First line\nsecond line", datetime.datetime(2026, 1, 2, 14, 30), "Notes"])
    sheet.append(["Learners", "Using", "Hidden by hand", None, "Ünïcode — 漢字 😀"])
    sheet["C2"] = CellRichText(
        "Accept ", TextBlock(InlineFont(b=True), "records "), "on ", TextBlock(InlineFont(i=True), "file"), "."
    )
    sheet["C1"] = CellRichText(
        TextBlock(InlineFont(b=True), "Strategy"), TextBlock(InlineFont(b=True, color=Color("FFFF0000")), "*")
    )
    sheet["E2"].hyperlink = "https://example.org/survey?a=1&b=2#results"
    sheet["E3"].hyperlink = Hyperlink(ref="E3", location="Strategies!A1")
    sheet.row_dimensions[4].hidden = True
    choices = DataValidation(type="list", formula1='"Developing,Issuing,Using,Adopting"')
    choices.add("B2:B100")
    sheet.add_data_validation(choices)
    sheet.merge_cells("A6:C7")
    sheet["A6"] = "Merged"
    hidden = book.create_sheet("Lists")
    hidden["A1"] = "Developing"
    hidden.sheet_state = "hidden"
    return book


def formulas() -> Workbook:
    """Formulas whose results LibreOffice calculates and saves, and values of every kind."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Values"
    values: tuple[bool | float | str | datetime.time, ...] = (
        "=1+1",
        '=A1&" pieces"',
        "=1/0",
        "=A1>1",
        "=DATE(2026,11,24)",
        True,
        "#N/A",
        2024.0,
        "=0.1+0.2",
        42,
        0.125,
        1234.5,
        datetime.time(9, 5),
        "'= not a formula",
        '=HYPERLINK("https://example.org/stated","stated")',
        "_x005F_x000D_ and a\r\nline",
        '=IF(A1=2,"","never")',
    )
    for row, value in enumerate(values, start=1):
        sheet.cell(row, 1, value)
    sheet["A5"].number_format = "yyyy-mm-dd"
    sheet["A10"].number_format = "00000"
    sheet["A11"].number_format = "0.0%"
    sheet["A12"].number_format = "#,##0.00"
    return book


def calendar_1904() -> Workbook:
    """Dates counted from 1904, as old Macs did."""
    book = Workbook()
    book.epoch = datetime.datetime(1904, 1, 1)
    sheet = book.worksheets[0]
    sheet.title = "Dates"
    sheet["A1"] = datetime.date(2026, 11, 24)
    return book


def main() -> None:
    """Write the three workbooks beside this script."""
    for make in (strategies, formulas, calendar_1904):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"libreoffice-{make.__name__.replace('_', '-')}.xlsx"
            make().save(source)
            command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
            command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(HERE), str(source)]
            subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
