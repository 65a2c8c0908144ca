"""Reading a workbook through its public door: hostile, broken and wrong files, and files that real programs saved."""

import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_workbooks import MAIN, answer, parts, relationships, row, text, workbook, worksheet, zipped

from pipeline.errors import PipelineError, UsageError
from pipeline.problems import CellRef, Problem, Severity
from pipeline.workbook.cells import Cell, CellKind
from pipeline.workbook.reader import Limits, read_workbook

HERE = Path(__file__).parent
ROOT = HERE.parent
GIGABYTE = 1024**3

_READ_AND_MEASURE = """
import json, resource, sys
from pathlib import Path
from pipeline.workbook.reader import read_workbook
result = read_workbook(Path(sys.argv[1]))
unit = 1 if sys.platform == "darwin" else 1024
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * unit
problems = [[problem.code, problem.message, problem.help] for problem in result.problems]
print(json.dumps({"problems": problems, "peak": peak, "read": result.workbook is not None}))
"""


def utf16(markup: str) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-16"?>' + markup).encode("utf-16")


def old_office_file(stream: str) -> bytes:
    """The head of an OLE container whose directory lists one stream."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return head + "Root Entry".encode("utf-16-le").ljust(128, b"\0") + stream.encode("utf-16-le").ljust(128, b"\0")


def with_duplicate() -> bytes:
    return zipped({**parts(), "XL/Worksheets/Sheet1.xml": worksheet(row(text("A1", "another")))})


def without_sheet_part() -> bytes:
    content = parts()
    del content["xl/worksheets/sheet1.xml"]
    return zipped(content)


def formatted_cells(count: int) -> str:
    return "".join(f'<row r="{number}">{"<c/>" * 10_000}</row>' for number in range(1, count // 10_000 + 1))


def macro_parts() -> bytes:
    return zipped({**parts(), "xl/vbaProject.bin": b"\0" * 64})


SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ENTITIES = DOCTYPE + worksheet(row(text("A1", "&b;")))
LAST = "XFD1048576"

HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "unreadable-workbook", "is empty"),
    "zeros": (lambda: b"\0" * 9000, "unreadable-workbook", "only zeros"),
    "truncated": (lambda: workbook()[:-200], "unreadable-workbook", "not complete"),
    "half": (lambda: workbook()[:400], "unreadable-workbook", "not complete"),
    "zeros in the middle": (
        lambda: workbook()[:300] + b"\0" * 300 + workbook()[600:],
        "unreadable-workbook",
        "damaged or not complete",
    ),
    "noise": (lambda: random.Random(1).randbytes(5000), "unreadable-workbook", "not an Excel workbook"),
    "Git LFS pointer": (
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "wrong-file-type",
        "Git LFS pointer",
    ),
    "web page": (lambda: b"\r\n<!DOCTYPE html><html><body>Sign in</body></html>", "wrong-file-type", "log-in page"),
    "CSV": (lambda: "Stakeholder;Phase\nEmployeurs;Été\n".encode(), "wrong-file-type", "CSV"),
    "text": (lambda: b"Dear colleagues", "wrong-file-type", "plain text"),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", "wrong-file-type", "a PDF"),
    ".xls": (lambda: old_office_file("Workbook"), "wrong-file-type", "(.xls)"),
    "password": (lambda: old_office_file("EncryptedPackage"), "password-protected", "password"),
    ".docx": (lambda: zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "wrong-file-type", "(.docx)"),
    ".pptx": (lambda: zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "wrong-file-type", "(.pptx)"),
    ".xlsb": (lambda: zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "wrong-file-type", "(.xlsb)"),
    ".ods": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}),
        "wrong-file-type",
        "(.ods)",
    ),
    "Numbers": (lambda: zipped({"Index/Document.iwa": b"", "preview.jpg": b""}), "wrong-file-type", "Numbers"),
    "zip of a workbook": (lambda: zipped({"map/ecosystem.xlsx": workbook()}), "wrong-file-type", "zip archive"),
    "Strict Open XML": (
        lambda: zipped(
            {
                **parts(),
                "xl/workbook.xml": '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheets/></workbook>',
            }
        ),
        "wrong-file-type",
        "Strict Open XML",
    ),
    "zip bomb": (
        lambda: zipped({**parts(), SHEET: worksheet(row(text("A1", "a" * 30_000_000)))}),
        "too-large",
        "100 times its packed size",
    ),
    "unpacked size": (
        lambda: zipped({**parts(), **{f"xl/media/{number}.bmp": b"\0" * 1024**2 for number in range(101)}}),
        "too-large",
        "100 MB",
    ),
    "many entries": (
        lambda: zipped({**parts(), **{f"xl/media/{number}": b"" for number in range(5_001)}}),
        "too-large",
        "5,000 parts",
    ),
    "duplicate parts": (with_duplicate, "unreadable-workbook", "two parts of the same name"),
    "path outside": (lambda: zipped({**parts(), "../evil.xml": "<a/>"}), "unreadable-workbook", "outside the file"),
    "entities": (lambda: zipped({**parts(), SHEET: ENTITIES}), "unreadable-workbook", "entity definitions"),
    "entities in UTF-16": (
        lambda: zipped({**parts(), SHEET: utf16(ENTITIES)}),
        "unreadable-workbook",
        "entity definitions",
    ),
    "entities in another part": (
        lambda: zipped({**parts(), "docProps/custom.xml": DOCTYPE + "<a>&b;</a>"}),
        "unreadable-workbook",
        "entity definitions",
    ),
    "exotic encoding": (
        lambda: zipped({**parts(), SHEET: b"<?xml version='1.0' encoding='cp037'?>" + DOCTYPE.encode("cp037")}),
        "unreadable-workbook",
        "character encoding",
    ),
    "merge to the end": (
        lambda: zipped(
            parts(worksheet(row(text("A1", "x")), f'<mergeCells><mergeCell ref="A1:{LAST}"/></mergeCells>'))
        ),
        "too-large",
        "merges more than 100,000 cells",
    ),
    "link over a column": (
        lambda: zipped(
            {
                **parts(
                    worksheet(
                        row(text("A1", "x")), '<hyperlinks><hyperlink ref="A1:XFD1048576" r:id="h"/></hyperlinks>'
                    )
                ),
                "xl/worksheets/_rels/sheet1.xml.rels": relationships(
                    ("h", "hyperlink", "https://example.org"), external=True
                ),
            }
        ),
        "too-large",
        "links over more than 100,000 cells",
    ),
    "three million cells": (
        lambda: zipped(parts(worksheet(formatted_cells(3_000_000))), packed=False),
        "too-large",
        "more than 2,000,000 cells",
    ),
    "many filled cells": (
        lambda: zipped(parts(worksheet(formatted_cells(700_000).replace("<c/>", "<c><v>1</v></c>"))), packed=False),
        "too-large",
        "500,000 filled cells",
    ),
    "one text in many cells": (
        lambda: zipped(
            parts(
                worksheet(row(*['<c t="s"><v>0</v></c>' for _ in range(15_000)])),
                strings=f"<si><t>{'long ' * 6_000}</t></si>",
            ),
            packed=False,
        ),
        "too-large",
        "40,000,000 characters",
    ),
    "missing sheet": (without_sheet_part, "unreadable-workbook", "“Strategies”, but the sheet itself is missing"),
    "no sheets": (lambda: zipped(parts(sheets="")), "unreadable-workbook", "no sheet"),
    "sheet that is none": (lambda: zipped(parts("<html/>")), "unreadable-workbook", "“Strategies” is no worksheet"),
    "garbled sheet": (lambda: zipped(parts(worksheet("<row"))), "unreadable-workbook", "“Strategies” breaks off"),
    "text that is not there": (
        lambda: workbook(row('<c r="B1" t="s"><v>7</v></c>')),
        "unreadable-workbook",
        "Strategies!B1 is missing",
    ),
    "cell where none can be": (lambda: workbook(row('<c r="XFE1"><v>1</v></c>')), "unreadable-workbook", "“XFE1”"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="the memory of a process is measured with the resource module")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_one_problem_in_bounds(name: str, tmp_path: Path) -> None:
    """Whatever a file holds, reading it ends soon, in less than a gigabyte, with one problem and no traceback."""
    make, code, fragment = HOSTILE[name]
    path = tmp_path / "map.xlsx"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", _READ_AND_MEASURE, str(path)], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    [[found_code, message, help_text]] = found["problems"]
    assert (found_code, found["read"]) == (code, False)
    assert fragment in message
    assert message.startswith("“map.xlsx” ")
    assert help_text
    assert found["peak"] < GIGABYTE


def read(tmp_path: Path, data: bytes, limits: Limits | None = None) -> tuple[dict[str, Cell], tuple[Problem, ...]]:
    """The cells of all sheets by their A1 reference, and the problems."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(data)
    result = read_workbook(path, limits=limits or Limits())
    sheets = result.workbook.sheets if result.workbook else ()
    cells = {str(cell.at.a1): cell for sheet in sheets for row in sheet for cell in row.cells.values()}
    return cells, result.problems


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def test_styled_cell_at_the_end_of_the_sheet_costs_nothing(tmp_path: Path) -> None:
    """Cells are read where they lie: one at XFD1048576 makes no million rows before it."""
    data = workbook(row(text("A1", "first")) + row(text(LAST, "last"), number=1048576))
    cells, problems = read(tmp_path, data)
    assert {place: cell.text for place, cell in cells.items()} == {"A1": "first", LAST: "last"}
    assert problems == ()


def test_false_dimension_is_not_believed(tmp_path: Path) -> None:
    """Some programs declare a smaller sheet than they write; every cell is read nonetheless."""
    data = zipped(
        parts(worksheet(row(text("A1", "a")) + row(text("C9", "c"), number=9), before='<dimension ref="A1"/>'))
    )
    cells, _ = read(tmp_path, data)
    assert list(cells) == ["A1", "C9"]


def test_time_limits_are_named(tmp_path: Path) -> None:
    """A file that takes too long is too large, and the message says how long was allowed."""
    _, [problem] = read(tmp_path, workbook(), Limits(wall_seconds=0.001))
    assert problem.code == "too-large"
    assert "0.001 seconds" in problem.message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the computing time of a process")
def test_computing_time_is_limited_by_the_system(tmp_path: Path) -> None:
    """The system itself ends a worker that computes for too long."""
    cells = formatted_cells(1_900_000).replace("<c/>", "<c><v>1</v></c>")
    data = zipped(parts(worksheet(cells)), packed=False)
    _, [problem] = read(tmp_path, data, Limits(cpu_seconds=1, filled_cells=2_000_000))
    assert problem.code == "too-large"
    assert "longer than 1 second" in problem.message


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only Linux limits the memory of a process reliably")
def test_memory_is_limited_by_the_system(tmp_path: Path) -> None:
    """A file that needs more memory than allowed is too large, and the message says how much was allowed."""
    data = zipped({**parts(), "xl/workbook.xml": f'<workbook xmlns="{MAIN}">{"<a/>" * 2_000_000}'}, packed=False)
    _, [problem] = read(tmp_path, data, Limits(memory_bytes=120 * 1024**2))
    assert problem.code == "too-large"
    assert "120 MB" in problem.message


def test_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    """The size of the file itself is limited too."""
    _, [problem] = read(tmp_path, b"PK\x03\x04" + b"x" * 2 * 1024**2, Limits(file_bytes=1024**2))
    assert (problem.code, "1 MB" in problem.message) == ("too-large", True)


def test_problem_of_a_sheet_is_at_the_sheet(tmp_path: Path) -> None:
    """What is wrong with one sheet or cell is reported there, not at the file."""
    _, [problem] = read(tmp_path, without_sheet_part())
    assert problem.at == CellRef("Strategies")


def test_macros_are_a_warning(tmp_path: Path) -> None:
    """A workbook with macros is read, and the editor learns that nothing of them is used."""
    cells, [problem] = read(tmp_path, macro_parts())
    assert cells["A1"].text == "Employers"
    assert (problem.code, problem.severity) == ("macro-workbook", Severity.WARNING)


def test_no_such_file_and_folder_are_wrong_usage(tmp_path: Path) -> None:
    """A name without a file, or of a folder, is a mistake in the command and not in the content."""
    with pytest.raises(UsageError, match="There is no file"):
        read_workbook(tmp_path / "missing.xlsx")
    with pytest.raises(UsageError, match="is a folder"):
        read_workbook(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_named_pipe_does_not_hang(tmp_path: Path) -> None:
    """A named pipe, which would wait for ever, is refused without being opened."""
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    assert codes(read_workbook(pipe).problems) == ["wrong-file-type"]


@pytest.mark.parametrize("name", ["~$map.xlsx", ".~lock.map.xlsx#"])
def test_lock_file_is_named_as_such(name: str, tmp_path: Path) -> None:
    """The small file that Excel or LibreOffice puts beside an open workbook is not taken for the workbook."""
    (tmp_path / name).write_bytes(b"\x05Name" + b" " * 160)
    assert codes(read_workbook(tmp_path / name).problems) == ["locked-file"]


def test_open_workbook_is_still_read(tmp_path: Path) -> None:
    """Somebody having the workbook open is no obstacle as long as its bytes can be read."""
    (tmp_path / "~$map.xlsx").write_bytes(b"\x05Name")
    cells, problems = read(tmp_path, workbook())
    assert (cells["A1"].text, problems) == ("Employers", ())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_no_permission_is_a_failure_of_the_machine(tmp_path: Path) -> None:
    """A file that may not be read says nothing about its content."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(workbook())
    path.chmod(0)
    with pytest.raises(PipelineError, match="could not be read"):
        read_workbook(path)


def test_hidden_sheets_and_rows_are_notes(tmp_path: Path) -> None:
    """Hidden rows (also by a filter) and sheets (also very hidden ones) are read, with one note a sheet."""
    hidden_rows = "".join(
        f'<row r="{number}" hidden="{int(number in (2, 3, 4, 7))}">{text(f"A{number}", "x")}</row>'
        for number in range(1, 9)
    )
    data = zipped(
        {
            **parts(
                worksheet(hidden_rows),
                sheets='<sheet name="Actions" sheetId="1" r:id="r1"/>'
                '<sheet name="Old" sheetId="2" state="veryHidden" r:id="r9"/>',
            ),
            "xl/_rels/workbook.xml.rels": relationships(
                ("r1", "worksheet", "worksheets/sheet1.xml"), ("r9", "worksheet", "/xl/worksheets/sheet2.xml")
            ),
            "xl/worksheets/sheet2.xml": worksheet(row(text("B2", "x"), number=2)),
        }
    )
    cells, problems = read(tmp_path, data)
    assert len(cells) == 9
    assert [(problem.code, str(problem.at), problem.severity) for problem in problems] == [
        ("hidden-rows", "Actions", Severity.NOTE),
        ("hidden-sheet", "Old", Severity.NOTE),
    ]
    assert "Rows 2–4 and 7" in problems[0].message


def test_private_and_empty_sheets_get_no_notes(tmp_path: Path) -> None:
    """A sheet whose name begins with “_” is the editors' own business, and an empty one has nothing to hide."""
    data = zipped(parts(sheets='<sheet name="_Drafts" sheetId="1" state="hidden" r:id="r1"/>'))
    assert codes(read(tmp_path, data)[1]) == []
    data = zipped(parts(worksheet(""), sheets='<sheet name="Empty" sheetId="1" state="hidden" r:id="r1"/>'))
    assert codes(read(tmp_path, data)[1]) == []


def test_chart_sheets_are_no_content(tmp_path: Path) -> None:
    """A sheet that is only a chart holds no cells and is passed over."""
    data = zipped(
        {
            **parts(
                sheets='<sheet name="Chart" sheetId="2" r:id="r9"/><sheet name="Strategies" sheetId="1" r:id="r1"/>'
            ),
            "xl/_rels/workbook.xml.rels": relationships(
                ("r1", "worksheet", "worksheets/sheet1.xml"), ("r9", "chartsheet", "chartsheets/sheet1.xml")
            ),
        }
    )
    cells, problems = read(tmp_path, data)
    assert (list(cells), problems) == (["A1"], ())


def test_modules_of_macros_are_no_content(tmp_path: Path) -> None:
    """A module sheet of old Excels is listed without a part of its own, and is passed over."""
    module = '<sheet name="Module1" sheetId="2" state="veryHidden" r:id=""/>'
    data = zipped(parts(sheets=f'{module}<sheet name="Strategies" sheetId="1" r:id="r1"/>'))
    cells, problems = read(tmp_path, data)
    assert (list(cells), problems) == (["A1"], ())


def test_fingerprint_is_of_the_bytes(tmp_path: Path) -> None:
    """The SHA-256 of the workbook is that of the file as it was read."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(workbook())
    result = read_workbook(path)
    assert result.workbook is not None
    done = subprocess.run(
        [sys.executable, "-c", "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"],
        input=path.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert result.workbook.sha256 == done.stdout.decode().strip()


def test_reader_starts_without_openpyxl() -> None:
    """The door stays light: importing the reader imports neither openpyxl nor pydantic."""
    script = "import sys, pipeline.workbook.reader; print([m for m in ('openpyxl', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_worker_starts_from_any_folder(tmp_path: Path) -> None:
    """The worker finds the package wherever the command is called."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(workbook())
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + _READ_AND_MEASURE
    done = subprocess.run([sys.executable, "-c", script, path.name], cwd=tmp_path, capture_output=True, check=False)
    assert json.loads(done.stdout)["read"]


@pytest.mark.parametrize("name", ["libreoffice-strategies.xlsx", "libreoffice-formulas.xlsx"])
def test_libreoffice_file_reads_as_openpyxl_reads_it(name: str) -> None:
    """Files that LibreOffice saved give the same values at the same places as openpyxl's own loader."""
    path = HERE / "workbooks" / name
    result = read_workbook(path)
    assert result.workbook is not None
    book = openpyxl.load_workbook(path, data_only=True)
    expected = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.value is not None
    }
    found = {
        (sheet.name, str(cell.at.a1)): cell.plain or cell.text if cell.value is None else cell.value
        for sheet in result.workbook.sheets
        for line in sheet
        for cell in line.cells.values()
        if cell.text
    }
    assert found.keys() == expected.keys()
    for place, value in found.items():
        wanted = expected[place]
        if isinstance(wanted, datetime) and not isinstance(value, datetime):
            wanted = wanted.date()
        assert value == (pytest.approx(wanted) if isinstance(wanted, float) else wanted) or "_x005F_" in str(wanted)


def test_libreoffice_rich_text_links_and_hiding() -> None:
    """What LibreOffice saves of bold and italic runs, links, merges, hidden rows and sheets is all seen."""
    result = read_workbook(HERE / "workbooks" / "libreoffice-strategies.xlsx")
    assert result.workbook is not None
    sheet = result.workbook.sheets[0]
    cells = {str(cell.at.a1): cell for line in sheet for cell in line.cells.values()}
    assert (cells["C2"].text, cells["C2"].plain) == ("Accept **records** on *file*.", "Accept records on file.")
    assert cells["C1"].text == "Strategy*"
    assert cells["E2"].link == "https://example.org/survey?a=1&b=2#results"
    assert cells["E3"].link is None
    assert cells["D2"].value == date(2026, 11, 24)
    assert sheet.merges == ((6, 1, 7, 3),)
    assert codes(result.problems) == ["hidden-rows", "hidden-sheet"]


def test_libreoffice_formulas_serve_with_their_saved_results() -> None:
    """A formula that LibreOffice has calculated reads as its result; TRUE and #N/A, which it turns into formulas, too."""
    result = read_workbook(HERE / "workbooks" / "libreoffice-formulas.xlsx")
    assert result.workbook is not None
    cells = [cell for line in result.workbook.sheets[0] for cell in line.cells.values()]
    assert [(cell.kind, cell.text, cell.formula) for cell in cells[:7]] == [
        (CellKind.NUMBER, "2", "=1+1"),
        (CellKind.TEXT, "2 pieces", '=A1&" pieces"'),
        (CellKind.ERROR, "#DIV/0!", "=1/0"),
        (CellKind.BOOLEAN, "TRUE", "=A1>1"),
        (CellKind.DATE, "2026-11-24", "=DATE(2026,11,24)"),
        (CellKind.BOOLEAN, "TRUE", "=TRUE()"),
        (CellKind.ERROR, "#N/A", "=#N/A"),
    ]


def test_calendar_of_1904_as_libreoffice_saves_it() -> None:
    """Dates of a workbook that counts from 1904 are not four years off."""
    result = read_workbook(HERE / "workbooks" / "libreoffice-calendar-1904.xlsx")
    assert result.workbook is not None
    with zipfile.ZipFile(HERE / "workbooks" / "libreoffice-calendar-1904.xlsx") as archive:
        assert b"date1904" in archive.read("xl/workbook.xml")
    assert result.workbook.sheets[0].rows[0].cells[1].value == date(2026, 11, 24)


GOOD = (HERE / "workbooks" / "libreoffice-strategies.xlsx").read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, len(GOOD)),
)
def test_changed_bytes_never_raise(tmp_path: Path, changes: list[tuple[int, int]], end: int) -> None:
    """A file with any bytes changed or cut off is read, or refused with a problem; nothing is raised."""
    data = bytearray(GOOD)
    for position, byte in changes:
        data[position] = byte
    path = tmp_path / "map.xlsx"
    path.write_bytes(data[: end if end % 3 == 0 else None])
    result = read_workbook(path)
    assert (result.workbook is None) == any(problem.severity is Severity.ERROR for problem in result.problems)


SOUND = parts(
    worksheet(
        '<row r="1" hidden="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1" s="2">'
        '<f t="shared" si="0" ref="B1:B2">A1+1</f><v>1.5</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c><c r="C2" t="b"><v>1</v></c></row>',
        '<mergeCells><mergeCell ref="D1:E2"/></mergeCells><hyperlinks><hyperlink ref="A1" r:id="h"/></hyperlinks>',
    ),
    strings="<si><r><t>a </t></r><r><rPr><b/></rPr><t>b_x000D_</t></r></si>",
    formats=((170, "yyyy-mm-dd"),),
    styles='<xf numFmtId="170" fontId="1"/><xf numFmtId="10"/>',
    more={
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(("h", "hyperlink", "https://example.org"), external=True)
    },
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.integers(0, 2000), st.binary(max_size=3), st.integers(0, 4))
def test_changed_parts_never_crash_the_worker(part: str, position: int, inserted: bytes, removed: int) -> None:
    """A change inside a part that keeps the zip sound gives cells or a refusal; the worker does not break down."""
    content = SOUND[part]
    raw = content.encode() if isinstance(content, str) else content
    position %= len(raw)
    changed = raw[:position] + inserted + raw[position + removed :]
    found = answer(zipped({**SOUND, part: changed}, packed=False), Limits())
    assert found.keys() in ({"macros", "sheets"}, {"refused"})
    json.dumps(found, allow_nan=False).encode()
