"""The editor's own workbook back with its problems marked: what is marked, and that all else stays."""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pytest
import raw_workbooks as raw
from hypothesis import given, settings
from hypothesis import strategies as st
from kitchen_sink import MARKDOWN, kitchen_sink, parts_of, strategies_part
from many_problems import hostile, many
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.load import load
from pipeline.problems import FILE, CellRef, Explanation, Problem, Severity
from pipeline.workbook.annotate import annotate, is_untouched_copy
from pipeline.workbook.cell_styles import DARK, LIGHT
from pipeline.workbook.comments import FIRST_LINE
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.problems_sheet import HEADINGS
from pipeline.workbook.reader import read_workbook

SAMPLE = Path(__file__).parents[1] / "source" / "ecosystem-map.xlsx"
SAVED = Path(__file__).parent / "workbooks" / "libreoffice-strategies.xlsx"
TODAY = date(2026, 11, 24)
MAIN = f"{{{raw.MAIN}}}"
Write = Callable[..., Path]


def problem(
    place: str, severity: Severity = Severity.ERROR, *, code: str = "a-code", message: str = "Wrong."
) -> Problem:
    """A problem at “Sheet!B14”, “Sheet” or, for an empty place, the file."""
    sheet, _, cell = place.partition("!")
    at = FILE
    if sheet:
        found = re.fullmatch(r"([A-Z])(\d+)", cell)
        at = CellRef(sheet, int(found[2]), ord(found[1]) - 64) if found else CellRef(sheet)
    return Problem(code=code, severity=severity, at=at, heading="Strategy", message=message, help="mend it.")


SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as a package that says what each of them is, as openpyxl wants it."""
    kinds = {
        "xl/workbook.xml": "sheet.main",
        "xl/worksheets/sheet1.xml": "worksheet",
        "xl/styles.xml": "styles",
        "xl/sharedStrings.xml": "sharedStrings",
    }
    said = "".join(
        f'<Override PartName="/{name}" ContentType="{SPREADSHEET}.{kind}+xml"/>'
        for name, kind in kinds.items()
        if name in parts
    )
    types = str(parts["[Content_Types].xml"]).replace("</Types>", f"{said}</Types>")
    types = types.replace(
        "<Override",
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override',
        1,
    )
    return raw.zipped({**parts, "[Content_Types].xml": types})


def opened(package: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl names what it cannot keep
        return load_workbook(BytesIO(package))


def sheet(package: bytes, name: str) -> Worksheet:
    found = opened(package)[name]
    assert isinstance(found, Worksheet)
    return found


def listed(package: bytes, name: str = "Problems") -> Sequence[tuple[object, ...]]:
    """The rows of the list, below its headings."""
    rows = list(sheet(package, name).iter_rows(values_only=True))
    return rows[rows.index(HEADINGS) + 1 :]


def colour(package: bytes, place: str) -> str:
    name, _, cell = place.partition("!")
    fill = sheet(package, name)[cell].fill
    return str(fill.fgColor.rgb)[-6:] if fill.fill_type == "solid" else ""


def comment(package: bytes, place: str) -> str:
    name, _, cell = place.partition("!")
    held = sheet(package, name)[cell].comment
    return held.text if held else ""


def saved_by_another_program(package: bytes) -> bytes:
    """The workbook as a program saves it that keeps no byte of the file (and, as LibreOffice does, no authors)."""
    book = opened(package)
    for worksheet in book.worksheets:
        for row in worksheet.iter_rows():
            for cell in row:
                if cell.comment:
                    cell.comment.author = " "
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.fixture
def marked_sink(tmp_path: Path) -> tuple[bytes, bytes, tuple[Problem, ...]]:
    """The kitchen sink, the same marked, and its problems."""
    package = kitchen_sink(tmp_path)
    (tmp_path / "sink.xlsx").write_bytes(package)
    problems = load(tmp_path / "sink.xlsx", today=TODAY).problems
    assert {"unknown-stakeholder", "unknown-phase", "missing-value", "macro-workbook"} <= {one.code for one in problems}
    return package, annotate(package, problems), problems


# What is marked


def test_a_bad_cell_is_filled_and_commented(workbook: Write) -> None:
    """The cell gets the colour of its severity, and a comment: the word for it, what is wrong, why, and what to do."""
    package = workbook(MARKDOWN).read_bytes()
    why = Explanation(code="a-code", fact="A fact.", why="It matters.", how="Mend it.", before="a", after="b")
    problems = [problem("Strategies!B3", message="“Employrs” is not on the sheet.")] * 2
    marked = annotate(package, problems, {"a-code": why})
    assert colour(marked, "Strategies!B3") == LIGHT[Severity.ERROR]
    text = comment(marked, "Strategies!B3")
    assert "Error: “Employrs” is not on the sheet." in text
    assert "What to do: mend it." in text
    assert text.count("Why: It matters.") == 1
    assert "(a-code)" in text


def test_the_worst_problem_of_a_cell_decides_its_colour(workbook: Write) -> None:
    """One cell, three problems: one comment with all three, errors first, and the error's colour."""
    package = workbook(MARKDOWN).read_bytes()
    problems = [problem("Strategies!B3", severity, message=severity.value) for severity in reversed(Severity)]
    marked = annotate(package, problems)
    assert colour(marked, "Strategies!B3") == LIGHT[Severity.ERROR]
    assert re.findall("Error|Warning|Note", comment(marked, "Strategies!B3")) == ["Error", "Warning", "Note"]
    assert colour(annotate(package, problems[:2]), "Strategies!B3") == LIGHT[Severity.WARNING]


def test_a_blank_cell_and_a_blank_row_can_be_marked(workbook: Write) -> None:
    """What is missing is marked where it should stand, in a row that is not in the file yet as well."""
    marked = annotate(workbook(MARKDOWN).read_bytes(), [problem("Strategies!H3"), problem("Strategies!B90")])
    assert colour(marked, "Strategies!H3") == colour(marked, "Strategies!B90") == LIGHT[Severity.ERROR]
    assert sheet(marked, "Strategies")["B90"].value is None


def test_a_new_cell_keeps_the_look_of_its_column_and_row() -> None:
    """A marked blank cell has the number format of its row or column, so that what is typed there is what it would be."""
    columns = '<cols><col min="2" max="3" width="9" style="1"/></cols>'
    row = '<row r="2" s="2" customFormat="1"/>'
    styles = '<xf numFmtId="14"/><xf numFmtId="10"/>'
    package = zipped(raw.parts(raw.worksheet(row, before=columns), styles=styles))
    marked = annotate(package, [problem("Strategies!B2"), problem("Strategies!B3"), problem("Strategies!E3")])
    formats = [sheet(marked, "Strategies")[cell].number_format for cell in ("B2", "B3", "E3")]
    assert formats == ["0.00%", "mm-dd-yy", "General"]


def test_a_place_in_a_merge_is_marked_where_it_shows() -> None:
    """Only the first cell of a merge is seen; a mark on another of its cells would not be."""
    part = raw.worksheet(raw.row(raw.text("A1", "x")), after='<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')
    marked = annotate(zipped(raw.parts(part)), [problem("Strategies!B2")])
    assert colour(marked, "Strategies!A1") == LIGHT[Severity.ERROR]
    assert "Error" in comment(marked, "Strategies!A1")


def test_light_text_gets_a_dark_mark(workbook: Write) -> None:
    """A heading in white on dark stays readable: contrast of at least 4.5:1 (WCAG 2.2, 1.4.3)."""
    marked = annotate(SAMPLE.read_bytes(), [problem("Strategies!B1")])
    assert colour(marked, "Strategies!B1")[:-1] == DARK[Severity.ERROR][:-1]
    for shade in DARK.values():
        channels = [int(shade[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
        assert 1.05 / (sum(map(lambda a, b: a * b, linear, (0.2126, 0.7152, 0.0722))) + 0.05) >= 4.5


def test_the_list_leads_to_every_cell(workbook: Write) -> None:
    """The first sheet lists all problems, errors first and each kind together, with links; the file's own have none."""
    package = workbook(MARKDOWN).read_bytes()
    marked = annotate(
        package,
        [
            problem("Strategies!B2", Severity.NOTE, code="n"),
            problem("Strategies!B3", Severity.WARNING, code="w"),
            problem("Strategies!B4", code="e1"),
            problem("Phases", code="e2"),
            problem("Strategies!B5", code="e1"),
            problem("", code="e3"),
        ],
    )
    assert opened(marked).sheetnames[0] == "Problems"
    assert [(row[0], row[1], row[5]) for row in listed(marked)] == [
        ("Error", "Strategies!B4", "e1"),
        ("Error", "Strategies!B5", "e1"),
        ("Error", "Phases (sheet)", "e2"),
        ("Error", "the whole file", "e3"),
        ("Warning", "Strategies!B3", "w"),
        ("Note", "Strategies!B2", "n"),
    ]
    links = [row[1].hyperlink for row in sheet(marked, "Problems").iter_rows(min_row=5)]
    targets = [link.location if link else None for link in links]
    assert targets == ["'Strategies'!B4", "'Strategies'!B5", "'Phases'!A1", None, "'Strategies'!B3", "'Strategies'!B2"]
    assert sheet(marked, "Problems").freeze_panes == "A5"
    assert sheet(marked, "Problems").auto_filter.ref == "A4:F10"


def test_what_the_list_says_is_text() -> None:
    """Values from the workbook are shown as they are, never as formulas or markup; control characters can be seen."""
    package = zipped(raw.parts())
    message = "=1+1 <b> & “]]>” \x07 _x0041_"
    marked = annotate(package, [problem("Strategies!A1", message=message)])
    shown = read_workbook_of(marked)["Problems"][5, 4]
    assert shown == message.replace("\x07", "␇")
    assert "_x0041_" in comment(marked, "Strategies!A1")


def read_workbook_of(package: bytes) -> Mapping[str, Mapping[tuple[int, int], str]]:
    """The texts of every sheet as our own reader gives them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "read.xlsx"
        path.write_bytes(package)
        found = read_workbook(path)
    assert found.workbook is not None, found.problems
    return {
        one.name: {(row.number, number): cell.text for row in one for number, cell in row.cells.items()}
        for one in found.workbook.sheets
    }


def test_odd_sheet_names_are_linked() -> None:
    """A name with an apostrophe, an ampersand and quotation marks leads to its sheet as well."""
    name = "A &quot;b&quot; &amp; O'C"
    package = zipped(raw.parts(sheets=f'<sheet name="{name}" sheetId="1" r:id="r1"/>'))
    marked = annotate(package, [problem('A "b" & O\'C!A1')])
    assert sheet(marked, "Problems")["B5"].hyperlink.location == "'A \"b\" & O''C'!A1"


# What stays as it was


def test_everything_else_stays(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """Of a workbook with chart, picture, macros, x14 drop-downs and more, only the parts with marks have changed."""
    before, after = parts_of(marked_sink[0]), parts_of(marked_sink[1])
    changed = {name for name in before if after.get(name) != before[name]}
    comments = {name for name, body in before.items() if b"Keep me." in body}
    shapes = {name for name, body in before.items() if b'ObjectType="Note"' in body}
    shared = {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert changed == {strategies_part(marked_sink[0]), *comments, *shapes, *shared}
    assert len(set(after) - set(before)) == 1
    for kept in ("xl/vbaProject.bin", "xl/charts/chart1.xml", "xl/media/image1.png", "customXml/item1.xml"):
        assert after[kept] == before[kept]


def test_a_marked_sheet_differs_only_in_its_marks(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """Everything beside the rows is byte for byte the same, and of the cells only the styles have changed."""
    name = strategies_part(marked_sink[0])
    before, after = parts_of(marked_sink[0])[name], parts_of(marked_sink[1])[name]
    around = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
    assert around.sub(b"", before).replace(b' tabSelected="1"', b"") == around.sub(b"", after)
    assert b"x14:dataValidation" in after
    assert b'mc:Ignorable="x14ac xr"' in after

    def cells(part: bytes) -> dict[str, bytes]:
        found = {}
        for cell in ElementTree.fromstring(part).iter(f"{MAIN}c"):
            cell.attrib.pop("s", None)
            if len(cell):
                found[cell.attrib["r"]] = ElementTree.tostring(cell)
        return found

    assert cells(before) == cells(after)


def test_comments_of_others_stay(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """Our text goes below somebody's comment; another cell's and a threaded one are not touched."""
    _, marked, _ = marked_sink
    assert comment(marked, "Strategies!B2").startswith(f"Is this right?\nAnna\n\n{FIRST_LINE}\nError: “Employrs”")
    assert comment(marked, "Strategies!E2") == "Keep me."
    assert comment(marked, "Strategies!C3") == "[Threaded comment] Who?"
    assert colour(marked, "Strategies!C3") == LIGHT[Severity.ERROR]


def test_only_the_fill_of_a_style_changes(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """Old cell formats, fonts and fills keep their numbers; new ones come after them."""
    before, after = (ElementTree.fromstring(parts_of(package)["xl/styles.xml"]) for package in marked_sink[:2])
    for old, new in zip(before, after, strict=True):
        assert [ElementTree.tostring(one) for one in new][: len(old)] == [ElementTree.tostring(one) for one in old]
        assert "count" not in new.attrib or int(new.attrib["count"]) == len(new)


def test_names_that_belong_to_a_sheet_still_do(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """Print titles and filters are numbered by the place of their sheet, which is one further on."""
    before, after = (opened(package) for package in marked_sink[:2])
    assert after["Strategies"].print_title_rows == before["Strategies"].print_title_rows == "$1:$1"
    assert after["Strategies"].auto_filter.ref == "A1:D5"
    assert "mine" in after.defined_names
    assert [one.sheet_view.tabSelected for one in after.worksheets].count(True) == 1
    assert after.active is after["Problems"]


def test_the_check_says_the_same_of_the_marked_copy(
    marked_sink: tuple[bytes, bytes, tuple[Problem, ...]], tmp_path: Path
) -> None:
    """Marks are no content: the same problems at the same cells, and nothing about the sheet Problems."""
    (tmp_path / "sink.xlsx").write_bytes(marked_sink[1])
    assert load(tmp_path / "sink.xlsx", today=TODAY).problems == marked_sink[2]


# Marks of an earlier run


def test_marking_twice_is_marking_once(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """The second copy has the same bytes as the first; fewer problems leave fewer marks."""
    package, marked, problems = marked_sink
    assert annotate(marked, problems) == marked
    assert annotate(marked, problems[1:]) == annotate(package, problems[1:])


def test_without_problems_the_marks_go(marked_sink: tuple[bytes, bytes, tuple[Problem, ...]]) -> None:
    """Part by part the original again; and a workbook that never had marks comes back as the very same bytes."""
    package, marked, _ = marked_sink
    assert list(parts_of(annotate(marked, ())).items()) == list(parts_of(package).items())
    assert annotate(package, ()) == package


def test_marks_go_after_another_program_saved_the_copy(workbook: Write) -> None:
    """Fills, comments and the list are known again when no byte is as we wrote it; what was there before comes back."""
    book = load_workbook(SAMPLE)
    worksheet = book["Strategies"]
    worksheet["B3"].fill = PatternFill("solid", fgColor="FFABCDEF")
    packed = BytesIO()
    book.save(packed)
    places = ("Strategies!B1", "Strategies!B3", "Strategies!B4", "Phases!A1")
    marked = annotate(packed.getvalue(), [problem(place) for place in places])
    assert is_untouched_copy(marked)
    edited = saved_by_another_program(marked)
    assert not is_untouched_copy(edited)
    clean = annotate(edited, ())
    assert opened(clean).sheetnames == book.sheetnames
    assert set(opened(clean).defined_names) == set(book.defined_names)
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            for cell in row:
                now = sheet(clean, name)[cell.coordinate] if cell.coordinate in ("A1", "B1", "B3", "B4") else cell
                assert (now.fill.fill_type, now.fill.fgColor.rgb) == (cell.fill.fill_type, cell.fill.fgColor.rgb)
                assert (now.comment.text if now.comment else "") == (cell.comment.text if cell.comment else "")
    assert annotate(clean, ()) == clean


def test_marks_go_with_their_cells(workbook: Write) -> None:
    """A row put in above, and a list of problems that somebody deleted, do not keep a mark from going."""
    package = SAMPLE.read_bytes()
    book = opened(annotate(package, [problem("Strategies!B1"), problem("Strategies!B4")]))
    del book["Problems"]
    worksheet = book["Strategies"]
    assert isinstance(worksheet, Worksheet)
    worksheet.move_range("A4:I9", rows=2)
    packed = BytesIO()
    book.save(packed)
    moved = packed.getvalue()
    clean = annotate(moved, ())
    assert colour(clean, "Strategies!B1") == colour(package, "Strategies!B1")
    assert colour(clean, "Strategies!B6") == ""
    assert FIRST_LINE not in comment(clean, "Strategies!B1")


def test_what_somebody_adds_to_our_comment_stays(workbook: Write) -> None:
    """An answer typed below our text is theirs."""
    marked = annotate(workbook(MARKDOWN).read_bytes(), [problem("Strategies!B3")])
    book = opened(marked)
    held = book["Strategies"]["B3"].comment
    assert held is not None
    held.text += "\nDone. Anna"
    packed = BytesIO()
    book.save(packed)
    assert comment(annotate(packed.getvalue(), ()), "Strategies!B3").strip() == "Done. Anna"


def test_an_editors_own_sheet_called_problems_stays() -> None:
    """Ours then has a name that is read as private, and theirs is not taken for ours."""
    package = zipped(raw.parts(sheets='<sheet name="Problems" sheetId="1" r:id="r1"/>'))
    marked = annotate(package, [problem("Problems!A1")])
    assert opened(marked).sheetnames == ["_Problems", "Problems"]
    assert annotate(marked, [problem("Problems!A1")]) == marked
    assert parts_of(annotate(saved_by_another_program(marked), ())).keys() >= {"xl/workbook.xml"}
    assert opened(annotate(saved_by_another_program(marked), ())).sheetnames == ["Problems"]


# Files of many origins

ROWS = {
    "no rows": "",
    "one tag": None,
    "one tag for the sheet": "<worksheet/>",
    "implicit places": "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
    "CDATA": '<row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[</sheetData><row r="3">]]></t></is></c></row>',
    "comments": '<row r="1"/><!-- <row r="2"> --><row r="4"><c r="D4"/></row>',
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_sheets_of_every_form_can_be_marked(rows: str | None) -> None:
    """Rows without numbers, no rows, an empty element, text that looks like a tag: the marks are where they belong."""
    part = raw.worksheet(rows or "")
    if rows is None:
        part = part.replace("<sheetData></sheetData>", "<sheetData/>")
    if rows == "<worksheet/>":
        part = f'<worksheet xmlns="{raw.MAIN}"/>'
    package = zipped(raw.parts(part))
    places = ["Strategies!A1", "Strategies!B2", "Strategies!C3", "Strategies!A9"]
    marked = annotate(package, [problem(place) for place in places])
    assert [colour(marked, place) for place in places] == [LIGHT[Severity.ERROR]] * 4
    texts = read_workbook_of(marked)["Strategies"] if rows else {}
    assert texts == (read_workbook_of(package)["Strategies"] if rows else {})
    assert parts_of(annotate(marked, ())) == parts_of(package)


def test_prefixes_are_kept() -> None:
    """A workbook that writes every name with a prefix gets its marks with the same one."""
    parts = raw.parts(
        raw.worksheet(raw.row(raw.text("A1", "Employers"))), book="<bookViews><workbookView/></bookViews>"
    )
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        body = re.sub(r"<(/?)(?=\w)", r"<\1x:", str(parts[name])).replace("xmlns=", "xmlns:x=")
        parts[name] = body.replace("xmlns:r=", "xmlns:rel=").replace("r:id=", "rel:id=")
    package = zipped(parts)
    marked = annotate(package, [problem("Strategies!A1"), problem("Strategies!C7")])
    assert colour(marked, "Strategies!A1") == colour(marked, "Strategies!C7") == LIGHT[Severity.ERROR]
    assert "Error" in comment(marked, "Strategies!C7")
    assert parts_of(annotate(marked, ())) == parts_of(package)


def test_other_encodings_are_read() -> None:
    """A part in UTF-16 or with a byte order mark is marked too, and is itself again without the marks."""
    parts = raw.parts(raw.worksheet(raw.row(raw.text("A1", "Ünïcode"))))
    sheet_name = "xl/worksheets/sheet1.xml"
    parts[sheet_name] = f'<?xml version="1.0" encoding="UTF-16"?>{parts[sheet_name]!s}'.encode("utf-16")
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).encode("utf-8-sig")
    package = zipped(parts)
    marked = annotate(package, [problem("Strategies!A1")])
    assert read_workbook_of(marked)["Strategies"] == {(1, 1): "Ünïcode"}
    assert parts_of(annotate(marked, ())) == parts_of(package)


def test_a_workbook_without_styles_or_content_can_be_marked() -> None:
    """The smallest package that opens gets everything that marks need."""
    parts = raw.parts()
    del parts["xl/styles.xml"], parts["xl/sharedStrings.xml"]
    parts["xl/_rels/workbook.xml.rels"] = raw.relationships(("r1", "worksheet", "worksheets/sheet1.xml"))
    marked = annotate(zipped(parts), [problem("Strategies!A1")])
    assert colour(marked, "Strategies!A1") == LIGHT[Severity.ERROR]
    assert parts_of(annotate(marked, ())) == parts_of(zipped(parts))


def test_backslashes_in_part_names_are_understood() -> None:
    """Some programs write “xl\\workbook.xml”; the same part is meant, and no second one is made beside it."""
    parts = {name.replace("/", "\\"): body for name, body in raw.parts().items()}
    package = raw.zipped(parts)
    marked = annotate(package, [problem("Strategies!A1")])
    assert list(read_workbook_of(marked)) == ["Problems", "Strategies"]
    assert parts_of(annotate(marked, ())) == parts_of(package)


def test_formats_that_are_not_there_stay_plain() -> None:
    """A broken file names a cell format that it does not have; a format of ours must not take that number."""
    package = zipped(raw.parts(raw.worksheet(raw.row('<c r="A1" s="9"><v>45000</v></c>'))))
    marked = annotate(package, [problem("Strategies!B1")])
    assert sheet(marked, "Strategies")["A1"].number_format == "General"
    assert colour(marked, "Strategies!A1") == ""
    assert colour(marked, "Strategies!B1") == LIGHT[Severity.ERROR]


def test_formats_in_two_forms_count_once() -> None:
    """A cell format that is given for two kinds of program is one, and the mark is made from the usual one."""
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="hs"><xf numFmtId="1"/></mc:Choice><mc:Fallback><xf numFmtId="14"/></mc:Fallback>'
        "</mc:AlternateContent>"
    )
    package = zipped(raw.parts(raw.worksheet(raw.row('<c r="A1" s="1"/>')), styles=both))
    styles = parts_of(annotate(package, [problem("Strategies!A1")]))["xl/styles.xml"]
    assert b'<xf numFmtId="14" fillId=' in styles
    assert styles.count(b"mc:AlternateContent xmlns") == 1


def test_shapes_that_are_no_well_formed_xml_are_kept() -> None:
    """VML with an unclosed <br>, as old Excels write it, gets ours added and is otherwise untouched."""
    shapes = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<v:shape id="_x0000_s1025"><v:textbox>a<br>b</v:textbox><x:ClientData ObjectType="Drop"/></v:shape></xml>'
    )
    sheet_part = raw.worksheet(raw.row(raw.text("A1", "x")), after='<legacyDrawing r:id="v1"/><extLst/>')
    parts = raw.parts(
        sheet_part,
        more={
            "xl/drawings/vmlDrawing1.vml": shapes,
            "xl/worksheets/_rels/sheet1.xml.rels": raw.relationships(
                ("v1", "vmlDrawing", "../drawings/vmlDrawing1.vml")
            ),
        },
    )
    package = zipped(parts)
    marked = annotate(package, [problem("Strategies!A1")])
    body = parts_of(marked)["xl/drawings/vmlDrawing1.vml"].decode()
    assert body.startswith(shapes.removesuffix("</xml>"))
    assert body.count("<v:shape ") == 2
    assert parts_of(annotate(marked, ())) == parts_of(package)


@pytest.mark.parametrize("path", [SAMPLE, SAVED], ids=["openpyxl", "LibreOffice"])
def test_files_of_other_programs_come_back_whole(path: Path) -> None:
    """Marks on every third cell of a real file go in and out without a trace."""
    package = path.read_bytes()
    book = opened(package)
    problems = [
        problem(f"{one.title}!{cell.coordinate}", list(Severity)[number % 3])
        for one in book.worksheets
        for number, cell in enumerate(cell for row in one.iter_rows(max_row=20, max_col=8) for cell in row)
        if number % 3 == 0
    ]
    marked = annotate(package, problems)
    assert len(listed(marked)) == len(problems)
    assert read_workbook_of(package).items() <= read_workbook_of(marked).items()
    assert list(parts_of(annotate(marked, ())).items()) == list(parts_of(package).items())


@pytest.mark.parametrize("package", [b"", b"PK\x03\x04", b"no workbook"])
def test_what_cannot_be_read_is_refused(package: bytes) -> None:
    """There is no marked copy of a damaged file."""
    with pytest.raises(RefusedError):
        annotate(package, [problem("Strategies!A1")])


# Many problems


def test_500_problems_of_40_kinds_fit_one_screen(workbook: Write) -> None:
    """Each kind shows one row; its copies are folded under it, and none is left out."""
    path = workbook(MARKDOWN)
    problems = many(500, 40)
    path.write_bytes(annotate(path.read_bytes(), problems))
    worksheet = sheet(path.read_bytes(), "Problems")
    open_rows = [row for row in range(5, 505) if not worksheet.row_dimensions[row].hidden]
    assert len(listed(path.read_bytes())) == 500
    kinds = [worksheet.cell(row, 6).value for row in open_rows]
    assert (len(kinds), set(kinds)) == (40, {one.code for one in problems})
    assert [worksheet.cell(row, 1).value for row in open_rows] == ["Error"] * 24 + ["Warning"] * 16
    assert all("more of this kind" in str(worksheet.cell(row, 4).value) for row in open_rows)
    assert read_workbook(path).problems == (), "folded rows of the list are not the editor's hidden rows"


def test_hostile_texts_are_harmless(workbook: Write) -> None:
    """Whatever a sheet, a heading or a cell holds, the copy opens and shows it as text."""
    worst = replace(hostile(), at=CellRef("Strategies", 2, 2))
    marked = annotate(workbook(MARKDOWN).read_bytes(), [hostile(), worst])
    assert len(listed(marked)) == 2
    assert "<script>" in comment(marked, "Strategies!B2")
    assert sheet(marked, "Problems")["B5"].hyperlink is None


def test_a_short_list_folds_nothing(workbook: Write) -> None:
    """Up to forty problems are all in sight."""
    marked = annotate(workbook(MARKDOWN).read_bytes(), [problem(f"Strategies!A{row}") for row in range(2, 42)])
    worksheet = sheet(marked, "Problems")
    assert not any(worksheet.row_dimensions[row].hidden for row in range(5, 45))


PLACES = st.tuples(
    st.sampled_from(["Strategies", "Phases", "Stakeholders", "Nowhere", ""]),
    st.integers(0, 40),
    st.integers(0, 30),
    st.sampled_from(list(Severity)),
    st.text(max_size=20),
)


@cache
def sink() -> bytes:
    with TemporaryDirectory() as folder:
        return kitchen_sink(Path(folder))


@settings(max_examples=40, deadline=None)
@given(places=st.lists(PLACES, max_size=12))
def test_random_problems_never_break_the_package(places: Sequence[tuple[str, int, int, Severity, str]]) -> None:
    """Wherever problems are and whatever they say, the copy opens, its parts are sound, and the marks go again."""
    problems = [
        Problem(code="any", severity=severity, at=CellRef(name, row, column), message=text, heading=text, help=text)
        for name, row, column, severity, text in places
    ]
    marked = annotate(sink(), problems)
    for name, body in parts_of(marked).items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(body)
    opened(marked)
    assert not problems or len(listed(marked)) == len(problems)
    assert annotate(marked, problems) == marked
    assert parts_of(annotate(marked, ())) == parts_of(sink())
