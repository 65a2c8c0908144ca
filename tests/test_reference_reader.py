"""The comparison with openpyxl itself: that it sees differences, and that its rules say what they should."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from raw_workbooks import MAIN, TYPES, parts, relationships, row, worksheet, zipped
from reference_reader import EXPLANATIONS, Comparison, compare, compare_workbooks

from pipeline.workbook.reader import read_workbook

HERE = Path(__file__).parent
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPES = "".join(
    f'<Override PartName="/xl/{part}.xml" ContentType="{SHEET}.{kind}+xml"/>'
    for part, kind in (
        ("workbook", "sheet.main"),
        ("worksheets/sheet1", "worksheet"),
        ("styles", "styles"),
        ("sharedStrings", "sharedStrings"),
    )
)
LINKS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f"{CONTENT_TYPES}</Types>",
    "xl/worksheets/_rels/sheet1.xml.rels": relationships(("h", "hyperlink", "https://example.org"), external=True),
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="200" formatCode=""/></numFmts>'
    '<fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="6">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for number in (0, 14, 22, 200, 27, 21)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
DATE, DATE_AND_TIME, EMPTY, EAST_ASIAN, TIME = 1, 2, 3, 4, 5
STRINGS = "<si><t>text</t></si><si><r><t>a </t></r><r><rPr><b/></rPr><t>b</t></r></si><si><t>a_x000D_b</t></si>"
STRINGS += "<si><t>_x005F_x005F_</t></si>"
BASE = '<c r="A1" t="s"><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1" s="1"><v>46350</v></c>'


def saved(
    path: Path, cells: str = BASE, *, after: str = "", state: str = "visible", book: str = "", attributes: str = ""
) -> Path:
    """A workbook that openpyxl opens too, with one row of these cells."""
    rows = row(cells).replace("<row ", f"<row {attributes} ")
    sheets = f'<sheet name="Strategies" sheetId="1" state="{state}" r:id="r1"/>'
    content = parts(worksheet(rows, after), strings=STRINGS, sheets=sheets, book=book, more=LINKS)
    path.write_bytes(zipped(content))
    return path


@pytest.mark.parametrize("path", sorted((HERE / "workbooks").glob("*.xlsx")), ids=lambda path: path.name)
def test_workbooks_of_the_tests_read_alike(path: Path) -> None:
    """What LibreOffice saved is read as openpyxl reads it, but for the rules."""
    found = compare(path)
    assert (found.mismatches, found.cells > 0) == ([], True)


def test_unchanged_workbook_reads_alike(tmp_path: Path) -> None:
    """The workbook that the next test changes is equal in every respect, without any rule."""
    found = compare(saved(tmp_path / "map.xlsx"))
    assert (found.outcome, found.sheets, found.cells) == ("equal", 1, 3)


@pytest.mark.parametrize(
    ("what", "cells", "options"),
    [
        ("A1", BASE.replace("<v>0</v>", "<v>1</v>"), {}),
        ("B1", BASE.replace("<v>2</v>", "<v>3</v>"), {}),
        ("B1", BASE.replace("<v>2</v>", ""), {}),
        ("B1 formula", BASE.replace("1+1", "1+2"), {}),
        ("C1", BASE.replace("46350", "46351"), {}),
        ("C1 format", BASE.replace('s="1"', 's="2"'), {}),
        ("(1, 4)", BASE + '<c r="D1"><v>1</v></c>', {}),
        ("C1", BASE.partition('<c r="C1"')[0], {}),
        ("A1 runs", BASE.replace("<v>0</v>", "<v>1</v>"), {}),
        ("A1 link", BASE, {"after": '<hyperlinks><hyperlink ref="A1" r:id="h"/></hyperlinks>'}),
        ("merges", BASE, {"after": '<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'}),
        ("row 1 hidden", BASE, {"attributes": 'hidden="1"'}),
        ("sheets", BASE, {"state": "hidden"}),
    ],
)
def test_every_kind_of_difference_is_seen(what: str, cells: str, options: dict[str, str], tmp_path: Path) -> None:
    """Our reading of one workbook beside openpyxl's of another that differs in one thing names that thing."""
    ours = read_workbook(saved(tmp_path / "ours.xlsx")).workbook
    assert ours is not None
    other = saved(tmp_path / "other.xlsx", cells, **options)
    found = Comparison("ours.xlsx")
    compare_workbooks(ours, load_workbook(other, rich_text=True), load_workbook(other, data_only=True), found)
    assert any(f"{what}:" in mismatch for mismatch in found.mismatches), found.mismatches


@pytest.mark.parametrize(
    ("rule", "cells", "options"),
    [
        ("escapes", '<c r="A1" t="s"><v>2</v></c>', {}),
        ("typed escapes", '<c r="A1" t="s"><v>3</v></c>', {}),
        ("empty result", '<c r="A1" t="str"><f>""</f><v></v></c>', {}),
        ("result as own text", '<c r="A1" t="inlineStr"><f>B1</f><v>a</v></c>', {}),
        (
            "covered",
            '<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>',
            {"after": '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'},
        ),
        ("no date", f'<c r="A1" s="{DATE}"><v>-1</v></c>', {}),
        ("no date", f'<c r="A1" s="{DATE}"><v>0.5</v></c>', {}),
        ("no date", f'<c r="A1" s="{DATE}"><v>99999999</v></c>', {}),
        ("first of 1904", f'<c r="A1" s="{DATE}"><v>0</v></c>', {"book": '<workbookPr date1904="1"/>'}),
        ("seconds", f'<c r="A1" s="{TIME}"><v>0.123456789</v></c>', {}),
        ("shape", f'<c r="A1" s="{DATE}"><v>46350.25</v></c>', {}),
        ("empty format", f'<c r="A1" s="{EMPTY}"><v>1</v></c>', {}),
        ("east asian", f'<c r="A1" s="{EAST_ASIAN}"><v>46350</v></c>', {}),
        ("no number", '<c r="A1"><v>1e999</v></c>', {}),
        (
            "inner link",
            '<c r="A1"><v>1</v></c>',
            {"after": '<hyperlinks><hyperlink ref="A1" location="B2"/></hyperlinks>'},
        ),
        ("stated link", '<c r="A1" t="str"><f>HYPERLINK("https://example.org","a")</f><v>a</v></c>', {}),
        ("data table", '<c r="A1"><f t="dataTable" ref="A1:A2" r1="B1"/><v>1</v></c>', {}),
        ("no height", '<c r="A1"><v>1</v></c>', {"attributes": 'ht="0"'}),
    ],
)
def test_rule_fits_its_case(rule: str, cells: str, options: dict[str, str], tmp_path: Path) -> None:
    """Each difference on purpose is counted under its rule, and under no other."""
    found = compare(saved(tmp_path / "map.xlsx", cells, **options))
    assert found.mismatches == []
    assert rule in found.rules
    assert found.rules.keys() <= EXPLANATIONS.keys()


def test_refusals_and_failures_are_told_apart(tmp_path: Path) -> None:
    """A file that only one of the two opens is named with the reason, and counts as wrong where no rule allows it."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(b"Dear colleagues")
    assert compare(path).outcome == "opened by neither"
    odd = saved(path, '<c r="A1" t="b"><v>yes</v></c>')
    assert compare(odd).outcome == "opened by us only; openpyxl: ValueError"
    outside = compare(saved(path, '<c r="XFE1"><v>1</v></c>'))
    assert (outside.outcome[:15], outside.mismatches) == ("refused by us o", [])
    content = parts(more={**LINKS, "xl/late.xml": "<!DOCTYPE a><a/>"})
    path.write_bytes(zipped(content))
    [refused] = compare(path).mismatches
    assert "entity definitions" in refused
