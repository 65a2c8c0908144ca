"""A workbook with everything that editors' files hold and programs lose: the test of every edit that promises to keep it.

openpyxl writes the frame; what it cannot write is put into the XML by hand, in the form in which Excel saves it.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import cast
from zipfile import ZIP_DEFLATED, ZipFile

from markdown_workbooks import completed, save, tables
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Picture
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

SHEET = "xl/worksheets/sheet{}.xml"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
X14_DROP_DOWN = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    f'xmlns:x14="{X14}"><x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>Phases!$A$2:$A$9</xm:f></x14:formula1>'
    "<xm:sqref>C2:C50</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    '<ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" '
    f'xmlns:x14="{X14}"><x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    "<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>Strategies!H2:H3</xm:f><xm:sqref>J9</xm:sqref>"
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
THREAD = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="B3" dT="2026-01-01T00:00:00.00" personId="{1}" id="{2}"><text>Who?</text></threadedComment>'
    "</ThreadedComments>"
)
MARKDOWN = """
| Stakeholders | Name      | Short name |
|              | Employers |            |
| Phases       | Name      |
|              | Adopting  |
|              | Using     |
| Strategies   | Strategy              | Stakeholder | Phase    | Notes |
|              | Accept  records here. | Employrs    | Adopting | x     |
|              | Read the the file.    | Employers   | Usng     | x     |
|              | Say what you need.    | Employers   |          | x     |
|              | Ask for less, later.  | Employers   | Using    | x     |
"""


def kitchen_sink(folder: Path) -> bytes:
    """The workbook; `folder` is for files on the way."""
    book = load_workbook(save(folder / "sink.xlsx", completed(tables(MARKDOWN))))
    sheet = cast(Worksheet, book["Strategies"])
    bold, italic = InlineFont(b=True), InlineFont(i=True, color=Color("FF00AA00"))
    sheet["A2"] = CellRichText("Accept  ", TextBlock(bold, "records "), "here", TextBlock(italic, "."))
    sheet["A1"].fill, sheet["A1"].font = PatternFill("solid", fgColor="0B4F5C"), Font(color="FFFFFF", bold=True)
    sheet["B2"].fill = PatternFill("lightGrid", fgColor="FF112233", bgColor="FF445566")
    sheet["B2"].comment = Comment("Is this right?\nAnna", "Anna")
    sheet["E2"].comment = Comment("Keep me.", "Ben")
    sheet["H2"] = "=1+1"
    sheet["H3"] = 4
    sheet.column_dimensions["D"].hidden = True
    sheet.column_dimensions["A"].width = 61.5
    sheet.row_dimensions[3].height = 44
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = "A1:D5"
    sheet.print_title_rows = "1:1"
    offered = DataValidation(type="list", formula1='"Employers,Others"')
    offered.add("B2:B99")
    sheet.add_data_validation(offered)
    fill = PatternFill(bgColor="FFEE00")
    rule = CellIsRule(operator="equal", formula=['"x"'], fill=fill)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("A1:D9", rule)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=8, min_row=2, max_row=3))
    sheet.add_chart(chart, "L2")
    drawn = BytesIO()
    Image.new("RGB", (4, 4), "#0b5563").save(drawn, "PNG")
    sheet.add_image(Picture(drawn), "L20")
    sheet["E3"].hyperlink = "https://example.org/"
    book.defined_names["mine"] = DefinedName("mine", attr_text="Strategies!$A$1")
    for position, other in enumerate(book.worksheets):
        other.sheet_view.tabSelected = other.title == "Strategies"
        if other.title == "Strategies":
            book.active = position
    packed = BytesIO()
    book.save(packed)
    number = book.sheetnames.index("Strategies") + 1
    return _by_hand(packed.getvalue(), SHEET.format(number))


def strategies_part(package: bytes) -> str:
    """The part of the sheet Strategies."""
    with ZipFile(BytesIO(package)) as archive:
        return next(
            name for name in archive.namelist() if b'ref="A1:D5"' in archive.read(name) and "worksheets" in name
        )


def _by_hand(package: bytes, sheet: str) -> bytes:
    with ZipFile(BytesIO(package)) as archive:
        parts = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    body = parts[sheet]
    body = body.replace(
        "<worksheet ",
        '<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00000000-0001}" ',
        1,
    )
    body = body.replace('<row r="4"', '<row r="4" spans="1:4" x14ac:dyDescent="0.25"')
    body = re.sub(r"<f>1\+1</f><v ?/?>(</v>)?", "<f>1+1</f><v>2</v>", body)
    assert "<v>2</v>" in body
    parts[sheet] = body.replace("</worksheet>", X14_DROP_DOWN + "</worksheet>")
    folder, _, base = sheet.rpartition("/")
    rels = f"{folder}/_rels/{base}.rels"
    thread = '<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
    thread += 'Target="../threadedComments/threadedComment1.xml"/>'
    parts[rels] = parts[rels].replace("</Relationships>", thread + "</Relationships>")
    parts["xl/threadedComments/threadedComment1.xml"] = THREAD
    parts["xl/vbaProject.bin"] = "\x00\x01macros"
    parts["customXml/item1.xml"] = "<mine>kept</mine>"
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part.encode("latin-1"))
    return _with_thread_author(packed.getvalue())


def _with_thread_author(package: bytes) -> bytes:
    """The text that Excel keeps for older programs where a threaded comment is."""
    parts = parts_of(package)
    name = next(name for name, body in parts.items() if b"Keep me." in body)
    body = parts[name].decode()
    body = body.replace("</authors>", "<author>tc={2}</author></authors>").replace(
        "</commentList>",
        '<comment ref="C3" authorId="2"><text><t>[Threaded comment] Who?</t></text></comment></commentList>',
    )
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for part, held in {**parts, name: body.encode()}.items():
            archive.writestr(part, held)
    return packed.getvalue()


def parts_of(package: bytes) -> Mapping[str, bytes]:
    """Every part of a package by its name."""
    with ZipFile(BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
