"""Workbooks built part by part, to hold what no spreadsheet program would write."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from pipeline.workbook.limits import Limits
from pipeline.workbook.worker import answers

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def relationships(*links: tuple[str, str, str], external: bool = False) -> str:
    """A .rels part of (ID, last word of the type, target)."""
    mode = ' TargetMode="External"' if external else ""
    inner = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"{mode}/>' for i, kind, to in links)
    return f'<Relationships xmlns="{LINKS}">{inner}</Relationships>'


def worksheet(rows: str, after: str = "", before: str = "") -> str:
    """A worksheet part with these row elements, and what comes before and after them."""
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def row(*cells: str, number: int = 1) -> str:
    """A row element."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(reference: str, content: str) -> str:
    """A cell that carries its own text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{content}</t></is></c>'


def parts(
    sheet: str | bytes = worksheet(row(text("A1", "Employers"))),
    *,
    strings: str = "",
    formats: tuple[tuple[int, str], ...] = (),
    styles: str = "",
    book: str = "",
    sheets: str = '<sheet name="Strategies" sheetId="1" r:id="r1"/>',
    more: Mapping[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet; `styles` are xf elements, `formats` number formats with their IDs."""
    declared = "".join(f'<numFmt numFmtId="{i}" formatCode="{code}"/>' for i, code in formats)
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": relationships(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "styles", "styles.xml"),
            ("r3", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{declared}</numFmts><fonts><font/><font><b/></font>'
        f'</fonts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return found | dict(more or {})


def zipped(content: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    """The parts as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def workbook(rows: str = row(text("A1", "Employers")), *, strings: str = "", styles: str = "") -> bytes:
    """The bytes of a workbook with these row elements."""
    return zipped(parts(worksheet(rows), strings=strings, styles=styles))


def answer(data: bytes, limits: Limits) -> dict[str, Any]:
    """What the process that reads says of a file: {"macros", "sheets"}, or {"refused"}, which makes all else void."""
    said = list(answers(data, limits))
    if "refused" in said[-1]:
        return said[-1]
    return {"macros": said[0]["macros"], "sheets": [one["sheet"] for one in said[1:]]}
