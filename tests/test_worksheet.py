"""What is read from the cells of a sheet, odd ones included: one odd cell never spoils the others."""

from typing import Any

import pytest
from raw_workbooks import answer, parts, relationships, row, worksheet, zipped

from pipeline.workbook.cells import CellKind
from pipeline.workbook.limits import LIMITS

STYLES = '<xf numFmtId="14"/><xf numFmtId="0" fontId="1"/>'
BOLD = "<rPr><b/></rPr>"


def cells(rows: str, **options: Any) -> list[list[Any]]:
    """Column, kind, text, value, number format, link, formula and plain text of every cell, in order."""
    after = options.pop("after", "")
    found = answer(zipped(parts(worksheet(rows, after), styles=STYLES, **options)), LIMITS)
    assert "sheets" in found, found
    return [cell for _, _, cells in found["sheets"][0]["rows"] for cell in cells]


def cell(markup: str, **options: Any) -> tuple[str, str, Any]:
    """Kind, text and value of the only cell."""
    [found] = cells(row(markup), **options)
    return found[1], found[2], found[3]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<c r="A1"><v>2024.0</v></c>', (CellKind.NUMBER, "2024", 2024)),
        ('<c r="A1"><v>0.30000000000000004</v></c>', (CellKind.NUMBER, "0.3", 0.30000000000000004)),
        ('<c r="A1"><v>12345678901234567890</v></c>', (CellKind.NUMBER, "12345678901234567890", 12345678901234567890)),
        ('<c r="A1"><v>1e999</v></c>', (CellKind.NUMBER, "1e999", None)),
        ('<c r="A1"><v>nan</v></c>', (CellKind.TEXT, "nan", None)),
        ('<c r="A1"><v>1_000</v></c>', (CellKind.TEXT, "1_000", None)),
        ('<c r="A1"><v>٣</v></c>', (CellKind.TEXT, "٣", None)),
        (f'<c r="A1"><v>{"9" * 5000}</v></c>', (CellKind.TEXT, "9" * 5000, None)),
        ('<c r="A1" t="b"><v>1</v></c>', (CellKind.BOOLEAN, "TRUE", True)),
        ('<c r="A1" t="b"><v>yes</v></c>', (CellKind.TEXT, "yes", None)),
        ('<c r="A1" t="e"><v>#REF!</v></c>', (CellKind.ERROR, "#REF!", None)),
        ('<c r="A1" t="d"><v>2026-11-24</v></c>', (CellKind.DATE, "2026-11-24", "2026-11-24")),
        ('<c r="A1" t="d"><v>soon</v></c>', (CellKind.TEXT, "soon", None)),
        ('<c r="A1" s="1"><v>46350</v></c>', (CellKind.DATE, "2026-11-24", "2026-11-24")),
        ('<c r="A1" s="1"><v>99999999</v></c>', (CellKind.NUMBER, "99999999", 99999999)),
        ('<c r="A1" s="99"><v>1</v></c>', (CellKind.NUMBER, "1", 1)),
        ('<c r="A1" s="x"><v>1</v></c>', (CellKind.NUMBER, "1", 1)),
        ('<c r="A1" t="str"><v>a_x000D_b</v></c>', (CellKind.TEXT, "a\nb", None)),
        ('<c r="A1" t="nonsense"><v>a</v></c>', (CellKind.TEXT, "a", None)),
        ('<c r="A1"><f>1+1</f></c>', (CellKind.UNCALCULATED, "", None)),
        ('<c r="A1"><f>1+1</f><v></v></c>', (CellKind.UNCALCULATED, "", None)),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', (CellKind.NUMBER, "2", 2)),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', (CellKind.TEXT, "", None)),
        ('<c r="A1" t="str"><f>[1]Sheet1!A1</f><v>outside</v></c>', (CellKind.TEXT, "outside", None)),
        ('<c r="A1" t="inlineStr"><is><t> a </t></is></c>', (CellKind.TEXT, " a ", None)),
        (
            '<c r="A1" t="inlineStr"><is><t>漢</t><rPh sb="0" eb="1"><t>kan</t></rPh></is></c>',
            (CellKind.TEXT, "漢", None),
        ),
    ],
)
def test_cell_is_read_as_what_it_is(markup: str, expected: tuple[str, str, Any]) -> None:
    """Each kind of cell gives its kind, its text and its value; what does not fit its kind stays as text."""
    assert cell(markup) == expected


def test_cells_that_hold_nothing_are_left_out() -> None:
    """Formatted but empty cells and empty texts are no content."""
    markup = '<c r="A1" s="1"/><c r="B1"><v></v></c><c r="C1" t="inlineStr"><is><t></t></is></c><c r="D1" t="s"/>'
    assert cells(row(markup)) == []


def test_cells_without_references_are_counted() -> None:
    """Some programs leave the references out; then cells and rows follow each other."""
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c r='E9'><v>9</v></c><c><v>10</v></c></row>"
    found = answer(zipped(parts(worksheet(rows))), LIMITS)["sheets"][0]["rows"]
    assert [(number, [cell[0] for cell in cells]) for number, _, cells in found] == [(1, [1, 3]), (3, [6]), (9, [5])]


def test_rows_and_cells_out_of_order_are_put_in_order() -> None:
    """The order in the file does not matter; the places do."""
    rows = '<row r="5"><c r="B5"><v>3</v></c><c r="A5"><v>2</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    assert [found[2] for found in cells(rows)] == ["1", "2", "3"]


def test_shared_formula_is_moved_to_its_cell() -> None:
    """A formula that is stored once for a column reads in each row as Excel shows it there."""
    rows = row('<c r="B1"><f t="shared" si="0" ref="B1:B2">A1*$C$1</f><v>1</v></c>')
    rows += row('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', number=2)
    assert [found[6] for found in cells(rows)] == ["=A1*$C$1", "=A2*$C$1"]


def test_rich_text_has_marks_and_a_plain_form() -> None:
    """Bold runs are marked in the text, and the text without marks is kept for columns of plain text."""
    strings = f"<si><r><t>a </t></r><r>{BOLD}<t>b_x005F_x000D_</t></r></si>"
    [found] = cells(row('<c r="A1" t="s"><v>0</v></c>'), strings=strings)
    assert (found[2], found[7]) == ("a **b_x000D_**", "a b_x000D_")


def test_bold_cell_is_no_bold_text() -> None:
    """Bold given to the whole cell is decoration, also where the runs in it repeat it."""
    strings = f"<si><r>{BOLD}<t>Name</t></r><r>{BOLD}<t>*</t></r></si>"
    [found] = cells(row('<c r="A1" t="s" s="2"><v>0</v></c>'), strings=strings)
    assert (found[2], found[7]) == ("Name*", "")


def test_links_go_outside_only() -> None:
    """A link to an outside address is kept with its place in the page; a link within the workbook is none."""
    rows = row(*(f'<c r="{letter}1"><v>1</v></c>' for letter in "ABCDE"))
    links = (
        '<hyperlinks><hyperlink ref="A1:B1" r:id="h" location="part"/><hyperlink ref="C1" location="Lists!A1"/>'
        '<hyperlink ref="D1" r:id="missing"/></hyperlinks>'
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(("h", "hyperlink", "https://example.org"), external=True)
    }
    found = cells(rows, after=links, more=more)
    assert [cell[5] for cell in found] == ["https://example.org#part"] * 2 + [None] * 3


def test_link_inside_a_merge_is_at_its_first_cell() -> None:
    """A link on a covered cell of a merge belongs to the merge, of which only the first cell is seen."""
    rows = row('<c r="A1"><v>1</v></c><c r="C1"><v>2</v></c>')
    after = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells><hyperlinks><hyperlink ref="B1" r:id="h"/></hyperlinks>'
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(("h", "hyperlink", "https://example.org"), external=True)
    }
    assert [cell[5] for cell in cells(rows, after=after, more=more)] == ["https://example.org", None]


def test_stated_link_of_a_formula_is_kept() -> None:
    """A HYPERLINK formula that spells its address gives that address, without being calculated."""
    markup = '<c r="A1" t="str"><f>HYPERLINK("https://example.org/a","Name")</f><v>Name</v></c>'
    [found] = cells(row(markup))
    assert (found[2], found[5]) == ("Name", "https://example.org/a")


def test_merges_are_kept_and_nonsense_is_not() -> None:
    """Merged ranges come as first row, first column, last row, last column."""
    merges = '<mergeCells><mergeCell ref="B2:D3"/><mergeCell ref="nonsense"/><mergeCell/></mergeCells>'
    found = answer(zipped(parts(worksheet(row('<c r="B2"><v>1</v></c>'), merges))), LIMITS)
    assert found["sheets"][0]["merges"] == [(2, 2, 3, 4)]


def test_prefixed_and_utf16_parts_are_read() -> None:
    """Another spelling of the same XML is the same workbook."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    for content in (sheet, ('<?xml version="1.0" encoding="UTF-16"?>' + sheet).encode("utf-16")):
        found = answer(zipped(parts(content)), LIMITS)
        assert found["sheets"][0]["rows"][0][2][0][2] == "7"
