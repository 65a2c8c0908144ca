"""What a case does to its workbook after it was written, in the words of `cases/README.md`."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.template_files import bundled_templates

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Edit = Callable[..., Path | None]


def edited(path: Path, sentences: str) -> Path:
    """The workbook after every sentence, one a line; AssertionError for a sentence that nobody knows."""
    for sentence in filter(None, map(str.strip, sentences.splitlines())):
        for pattern, edit in (*_OF_CELLS.items(), *_OF_FILES.items()):
            if found := re.fullmatch(pattern, sentence):
                path = _in_cells(path, edit, found) if pattern in _OF_CELLS else edit(path, *found.groups()) or path
                break
        else:
            raise AssertionError(f"“{sentence}” is not in tests/cases/README.md")
    return path


def _in_cells(path: Path, edit: Edit, found: "re.Match[str]") -> Path:
    workbook = load_workbook(path, rich_text=True)
    edit(workbook, *found.groups())
    workbook.save(path)
    return path


def _sheet(workbook: Workbook, name: str) -> Worksheet:
    found = workbook[name]
    assert isinstance(found, Worksheet)
    return found


def _remove_sheet(workbook: Workbook, name: str) -> None:
    workbook.remove(workbook[name])


def _hide_sheet(workbook: Workbook, name: str) -> None:
    workbook[name].sheet_state = "hidden"


def _hide_row(workbook: Workbook, row: str, name: str) -> None:
    _sheet(workbook, name).row_dimensions[int(row)].hidden = True


def _remove_column(workbook: Workbook, heading: str, name: str) -> None:
    worksheet = _sheet(workbook, name)
    worksheet.delete_cols(next(cell.column for cell in worksheet[1] if cell.value == heading))


def _merge(workbook: Workbook, cells: str, name: str) -> None:
    _sheet(workbook, name).merge_cells(cells)


def _error(workbook: Workbook, name: str, cell: str, error: str) -> None:
    _sheet(workbook, name)[cell].value = error
    _sheet(workbook, name)[cell].data_type = "e"


def _number(workbook: Workbook, name: str, cell: str, number: str) -> None:
    _sheet(workbook, name)[cell].value = float(number)


def _date(workbook: Workbook, name: str, cell: str, day: str) -> None:
    _sheet(workbook, name)[cell].value = date.fromisoformat(day)


def _long_text(workbook: Workbook, name: str, cell: str, number: str, text: str) -> None:
    count = int(number.replace(",", ""))
    _sheet(workbook, name)[cell].value = (f"{text} " * count)[:count]


def _version(workbook: Workbook, number: str) -> None:
    lists = workbook.create_sheet("Lists")
    lists["A1"], lists["A2"] = "Template version", number


_OF_CELLS: dict[str, Edit] = {
    r"The sheet (.+) is removed\.": _remove_sheet,
    r"The sheet (.+) is hidden\.": _hide_sheet,
    r"Row (\d+) of (.+) is hidden\.": _hide_row,
    r"The column (.+) of (.+) is removed\.": _remove_column,
    r"The cells (\S+) of (.+) are merged\.": _merge,
    r"(.+)!(\S+) shows the error (\S+)\.": _error,
    r"(.+)!(\S+) holds the number ([\d.]+)\.": _number,
    r"(.+)!(\S+) holds the date (\S+)\.": _date,
    r"(.+)!(\S+) holds ([\d,]+) characters of “(.+)”\.": _long_text,
    r"The sheet Lists says that the template's version is (\S+)\.": _version,
}


def _part(path: Path, change: Callable[[str, bytes], bytes], added: tuple[tuple[str, bytes], ...] = ()) -> None:
    with ZipFile(BytesIO(path.read_bytes())) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, body in added:
            new.writestr(name, body)


def _part_of(path: Path, name: str) -> str:
    number = load_workbook(path).sheetnames.index(name) + 1
    return f"xl/worksheets/sheet{number}.xml"


def _no_number(path: Path, name: str, cell: str, number: str) -> None:
    wanted = _part_of(path, name)
    pattern = re.compile(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'.encode(), re.DOTALL)
    value = f'<c r="{cell}"><v>{number}</v></c>'.encode()
    _part(path, lambda part, body: pattern.sub(value, body) if part == wanted else body)


def _huge_merge(path: Path, cells: str, name: str) -> None:
    assert range_boundaries(cells)
    wanted, merge = _part_of(path, name), f'<mergeCells><mergeCell ref="{cells}"/></mergeCells>'.encode()
    _part(path, lambda part, body: body.replace(b"</sheetData>", b"</sheetData>" + merge) if part == wanted else body)


def _macros(path: Path) -> None:
    declared = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    _part(
        path,
        lambda part, body: body.replace(b"</Types>", declared) if part == "[Content_Types].xml" else body,
        (("xl/vbaProject.bin", _OLE + bytes(100)),),
    )


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _csv(path: Path) -> None:
    path.write_text("ID;Stakeholder;Strategy\n;Employers;Accept records.\n", encoding="utf-8")


def _old_excel(path: Path) -> None:
    path.write_bytes(_ole_with("Workbook"))


def _encrypted(path: Path) -> None:
    path.write_bytes(_ole_with("EncryptedPackage"))


def _ole_with(stream: str) -> bytes:
    """A compound file (MS-CFB) whose folder names that stream."""
    return _OLE.ljust(512, b"\0") + stream.encode("utf-16-le").ljust(128, b"\0") + bytes(2048)


def _lock_mark(path: Path) -> Path:
    return path.rename(path.with_name(f"~${path.name}"))


_OF_FILES: dict[str, Edit] = {
    r"(.+)!(\S+) holds what says it is the number (\S+)\.": _no_number,
    r"The cells (\S+) of (.+) are merged, and a million more\.": _huge_merge,
    r"The file holds macros\.": _macros,
    r"The file is cut off in the middle\.": _cut,
    r"The file is empty\.": _emptied,
    r"The file is a CSV file with another ending\.": _csv,
    r"The file is an old Excel workbook with another ending\.": _old_excel,
    r"The file is encrypted with a password\.": _encrypted,
    r"The file is Excel's mark that the workbook is open\.": _lock_mark,
}


def overrides(folder: Path, sentences: str) -> Path:
    """A folder of templates of which some lack something, as the sentences say; empty for a build like any other."""
    folder.mkdir()
    for sentence in filter(None, map(str.strip, sentences.splitlines())):
        found = re.fullmatch(r"The template (\S+) has “(.*)” in place of “(.+)”\.", sentence)
        if found:
            name, new, old = found.groups()
            template = (bundled_templates() / name).read_text(encoding="utf-8")
            assert template.count(old) == 1, f"{name} has “{old}” {template.count(old)} times"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(template.replace(old, new), encoding="utf-8")
        else:
            assert sentence == "The templates are as they come.", f"“{sentence}” is not in tests/cases/README.md"
    return folder
