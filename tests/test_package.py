"""The zip around a workbook, and what is refused before anything in it is read."""

import io
import struct
import zipfile
import zlib

import pytest
from raw_workbooks import parts, relationships, zipped

from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import LIMITS, Limits
from pipeline.workbook.package import read_package


def refusal(data: bytes, limits: Limits = LIMITS) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        read_package(data, limits)
    return refused.value


def test_names_are_matched_without_case_and_with_either_slash() -> None:
    """Part names do not differ by case, and some programs write them with backslashes."""
    content = parts()
    content["XL\\Workbook.xml"] = content.pop("xl/workbook.xml")
    package = read_package(zipped(content), LIMITS)
    assert "xl/workbook.xml" in package.parts


def test_targets_are_resolved_from_their_folder() -> None:
    """A relative target counts from the folder of the part, one with a leading slash from the top."""
    links = relationships(("r1", "worksheet", "../xl/./worksheets/Sheet1.xml"), ("r2", "styles", "/xl/styles.xml"))
    package = read_package(zipped({**parts(), "xl/_rels/workbook.xml.rels": links}), LIMITS)
    found = package.relationships("xl/workbook.xml")
    assert [found["r1"].target, found["r2"].target] == ["xl/worksheets/sheet1.xml", "xl/styles.xml"]


def test_pictures_are_counted_and_not_kept() -> None:
    """Only XML parts are kept in memory; the others count towards the limit all the same."""
    data = zipped({**parts(), "xl/media/image1.png": bytes(200_000)})
    assert "xl/media/image1.png" not in read_package(data, LIMITS).parts
    assert refusal(data, Limits(unpacked_bytes=200_000)).code == "too_large"


def test_pictures_may_shrink_by_any_ratio() -> None:
    """Pictures that Windows draws (EMF) shrink two hundredfold in honest files; XML of content never does."""
    picture = bytes(2_000_000)
    read_package(zipped({**parts(), "xl/media/image1.emf": picture}), LIMITS)
    assert "100 times" in refusal(zipped({**parts(), "xl/worksheets/sheet1.xml": picture})).fact


def test_declared_size_is_not_believed() -> None:
    """A part that unpacks to more than it declares is found out, whatever the zip says of itself."""
    data = bytearray(zipped({**parts(), "xl/big.xml": b"<a/>" + b" " * 3_000_000}))
    declared = struct.pack("<I", 3_000_004)
    while (at := data.find(declared)) >= 0:
        data[at : at + 4] = struct.pack("<I", 10)
    assert refusal(bytes(data)).code in ("unreadable_workbook", "too_large")


def test_number_of_entries_is_refused_before_they_are_listed() -> None:
    """The count at the end of the zip is enough to refuse it: a list of a million names is never built."""
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 6000, 6000, 10, 0, 0)
    assert "5,000 parts" in refusal(b"PK\x03\x04" + end).fact


def test_zip_with_a_password_is_named_as_such() -> None:
    """A zip whose entries are encrypted asks for a password that nobody has given."""
    data = bytearray(zipped(parts(), packed=False))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + offset] |= 1
    assert refusal(bytes(data)).code == "password_protected"


def test_rare_packing_is_refused() -> None:
    """Packing methods that no spreadsheet program uses can ask for gigabytes of memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        for name, part in parts().items():
            archive.writestr(name, part)
    assert refusal(buffer.getvalue()).code == "unreadable_workbook"


def test_wrong_checksum_is_damage() -> None:
    """A changed byte in a part is found by the zip's own checksum."""
    data = bytearray(zipped(parts(), packed=False))
    at = data.find(b"Employers")
    data[at] ^= 1
    assert zlib.crc32(bytes(data)) >= 0
    assert "damaged or not complete" in refusal(bytes(data)).fact


@pytest.mark.parametrize("name", ["/etc/x.xml", "xl/../../x.xml", "C:/x.xml", "xl\\..\\x.xml", "xl/a\nb.xml"])
def test_names_that_point_outside_are_refused(name: str) -> None:
    """Nothing is ever unpacked to disk; such names only occur in files that mean harm."""
    assert "points outside" in refusal(zipped({**parts(), name: ""})).fact


def test_macro_sheets_and_content_types_count_as_macros() -> None:
    """Macros may lie in a project, in sheets of the old kind, or only be announced."""
    types = '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    assert read_package(zipped({**parts(), "xl/macrosheets/sheet1.xml": "<a/>"}), LIMITS).has_macros
    assert read_package(zipped({**parts(), "[Content_Types].xml": types}), LIMITS).has_macros
    assert not read_package(zipped(parts()), LIMITS).has_macros
