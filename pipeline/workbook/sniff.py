"""What a file is when it is not an .xlsx workbook, told from its bytes and not from its name."""

import re
from collections.abc import Sequence

from pipeline.workbook.file_problems import SAVE_AS_XLSX, RefusedError

_HEAD = 4096
_DOWNLOAD = "Download the file again while you are signed in, then open it once to see that it is the workbook."
_FETCH = (
    "Let the cloud folder fetch it: open it once, or choose “Always keep on this device” (OneDrive), “Available "
    "offline” (Dropbox, Google Drive) or “Download Now” (iCloud)."
)
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"\x1f\x8b", "a packed file (.gz)"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (.7z)"),
    (b"Rar!", "a packed file (.rar)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
)
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
    ("WordDocument", "an old Word document (.doc)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
)
_PACKAGES: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/document.xml", "a Word document (.docx)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (.pptx)"),
    ("visio/document.xml", "a Visio drawing (.vsdx)"),
)
_OPEN_DOCUMENTS = {
    "spreadsheet": "an OpenDocument spreadsheet (.ods)",
    "text": "an OpenDocument text (.odt)",
    "presentation": "an OpenDocument presentation (.odp)",
}


def other_file(data: bytes) -> RefusedError | None:
    """Why these bytes are not an .xlsx workbook, or None when they begin like one (a zip)."""
    if not data:
        return RefusedError("unreadable_workbook", "is empty (0 bytes)", advice=_FETCH)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    if not data[:_HEAD].strip(b"\0"):
        if not data.strip(b"\0"):
            return RefusedError(
                "unreadable_workbook", "holds only zeros: a placeholder whose content is missing", advice=_FETCH
            )
        return RefusedError("unreadable_workbook", "is damaged: its beginning holds only zeros", advice=_FETCH)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office_file(data)
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            return RefusedError("wrong_file_type", f"is {what}, not an Excel workbook (.xlsx)")
    if data.startswith(b"bplist00"):
        return RefusedError(
            "wrong_file_type", "is the placeholder of a file in iCloud, not the workbook", advice=_FETCH
        )
    return _text_file(data[:_HEAD])


def _old_office_file(data: bytes) -> RefusedError:
    """Excel wraps an encrypted .xlsx in the container of the old formats (MS-OFFCRYPTO 2.3.4.4)."""
    if _has_stream(data, "EncryptedPackage"):
        return RefusedError("password_protected", "is protected with a password, so its content cannot be read")
    for stream, what in _OLE_STREAMS:
        if _has_stream(data, stream):
            return RefusedError("wrong_file_type", f"is {what}, not an Excel workbook (.xlsx)")
    return RefusedError("wrong_file_type", "is an old Office file, not an Excel workbook (.xlsx)")


def _has_stream(data: bytes, name: str) -> bool:
    """Whether an OLE directory lists this name: entries of 128 bytes that begin with it (MS-CFB 2.6.1)."""
    entry = name.encode("utf-16-le") + b"\0\0"
    at = data.find(entry)
    while at >= 0:
        if at % 128 == 0:
            return True
        at = data.find(entry, at + 1)
    return False


def _text_file(head: bytes) -> RefusedError:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    else:
        text = head.decode("utf-8-sig", "replace")
    start = text.lstrip().lower()
    if start.startswith("version https://git-lfs.github.com/spec/"):
        return RefusedError(
            "wrong_file_type",
            "is a Git LFS pointer: a note of where the workbook is stored, not the workbook",
            advice="Run “git lfs pull” in the folder of the project; that fetches the workbook itself.",
        )
    if re.search(r"<!doctype html|<html|<head[\s>]|<body[\s>]", start[:2000]):
        return RefusedError("wrong_file_type", "is a web page, perhaps a log-in page, not a workbook", advice=_DOWNLOAD)
    if '"https://docs.google.com/' in start or '"doc_id"' in start:
        return RefusedError("wrong_file_type", "is only a shortcut to Google Sheets, not the workbook")
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return RefusedError("wrong_file_type", "is an XML Spreadsheet 2003, not an Excel workbook (.xlsx)")
    if "urn:oasis:names:tc:opendocument" in start:
        return RefusedError("wrong_file_type", "is a flat OpenDocument file (.fods), not an Excel workbook (.xlsx)")
    if sum(not (letter.isprintable() or letter.isspace()) or letter == "\ufffd" for letter in text) > len(text) / 20:
        return RefusedError("unreadable_workbook", "is not an Excel workbook (.xlsx), or its beginning is damaged")
    lines = [line for line in text.splitlines() if line.strip()][:5]
    for mark, what in (("\t", "text with tabs between the columns"), (";", "a CSV file"), (",", "a CSV file")):
        if lines and all(mark in line for line in lines):
            return RefusedError("wrong_file_type", f"is {what}, not an Excel workbook (.xlsx)")
    return RefusedError("wrong_file_type", "is plain text, not an Excel workbook (.xlsx)")


def other_package(names: Sequence[str], mimetype: str) -> RefusedError | None:
    """Why a zip with these case-folded entry names is not an .xlsx workbook, or None when it looks like one.

    `mimetype` is the content of the entry of that name, which OpenDocument files have.
    """
    present = set(names)
    if "opendocument" in mimetype:
        kind = mimetype.rpartition("opendocument.")[2].removesuffix("-template").strip()
        what = _OPEN_DOCUMENTS.get(kind, "an OpenDocument file")
        return RefusedError("wrong_file_type", f"is {what}, not an Excel workbook (.xlsx)")
    if any(name.endswith(".iwa") or name == "index.zip" for name in present):
        return RefusedError(
            "wrong_file_type", "is an Apple Numbers, Pages or Keynote file, not an Excel workbook (.xlsx)"
        )
    for part, what in _PACKAGES:
        if part in present:
            return RefusedError("wrong_file_type", f"is {what}, not an Excel workbook (.xlsx)")
    if "[content_types].xml" in present or "_rels/.rels" in present or "xl/workbook.xml" in present:
        return None
    inside = next((name for name in names if name.endswith(".xlsx")), "")
    if inside:
        return RefusedError(
            "wrong_file_type",
            f"is a zip archive with “{inside}” in it, not the workbook itself",
            advice="Unpack the archive and use the workbook that is in it.",
        )
    return RefusedError("wrong_file_type", "is a zip archive, not an Excel workbook (.xlsx)", advice=SAVE_AS_XLSX)
