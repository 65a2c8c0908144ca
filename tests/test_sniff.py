"""Telling what a file is from its bytes, whatever its name says."""

import shutil
import subprocess
from pathlib import Path

import pytest
from raw_workbooks import workbook

from pipeline.workbook.reader import read_workbook
from pipeline.workbook.sniff import other_file, other_package

WORKBOOK = Path(__file__).parent / "workbooks" / "libreoffice-strategies.xlsx"


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        (b"{\\rtf1 text}", "(.rtf)"),
        (b"\x1f\x8b\x08", "(.gz)"),
        (b"\x89PNG\r\n", "PNG"),
        (b"bplist00", "iCloud"),
        ("a\tb\nc\td\n".encode("utf-16"), "tabs"),
        (b"a,b\nc,d\n", "CSV"),
        (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', "Google Sheets"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "2003"),
        (
            b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office"/>',
            ".fods",
        ),
        ("\ufeff<html><head>".encode(), "web page"),
        (b"\0" * 5000 + b"PK", "beginning holds only zeros"),
    ],
)
def test_kind_is_named(data: bytes, fragment: str) -> None:
    """Each kind of file that editors send by mistake is called by its name."""
    refused = other_file(data)
    assert refused is not None
    assert fragment in refused.fact


def test_workbook_is_not_mistaken() -> None:
    """A workbook is none of the other kinds."""
    assert other_file(workbook()) is None
    assert other_package(["[content_types].xml", "xl/workbook.xml"], "") is None


def test_name_inside_an_old_workbook_is_no_password() -> None:
    """The word “EncryptedPackage” in the text of an old workbook does not make it look encrypted."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    book = "Workbook".encode("utf-16-le").ljust(128, b"\0")
    word = b"\0" * 7 + "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    refused = other_file(header + book + word)
    assert refused is not None
    assert refused.code == "wrong_file_type"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_files_of_libreoffice_are_recognised(kind: str, tmp_path: Path) -> None:
    """Real files of other kinds are recognised although they are named .xlsx."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(tmp_path), str(WORKBOOK)], check=True, capture_output=True, timeout=120)
    renamed = (tmp_path / f"{WORKBOOK.stem}.{kind}").rename(tmp_path / "map.xlsx")
    [problem] = read_workbook(renamed).problems
    assert problem.code == "wrong-file-type"
    assert f"(.{kind})" in problem.message
