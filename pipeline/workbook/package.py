"""The .xlsx package (a zip of XML parts), looked at before anything in it is believed.

Runs inside the worker. Refuses what an honest workbook never holds; sizes are counted while unpacking, because the
sizes that a zip declares are only claims.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import Limits
from pipeline.workbook.markup import forbidden_xml, read_tree
from pipeline.workbook.sniff import other_package

_CHUNK = 256 * 1024
_ENCODINGS = re.compile(rb"utf-?(8|16(le|be)?)|us-ascii|ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part points to: `kind` is the last word of the type, `target` a part name or an outside address."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of a workbook by their case-folded names (no leading slash), and whether it carries macros."""

    parts: dict[str, bytes]
    has_macros: bool

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part by their ID; those of the package itself for the part ""."""
        folder, _, base = part.rpartition("/")
        content = self.parts.get(posixpath.join(folder, "_rels", f"{base}.rels"))
        if content is None:
            return {}
        found = {}
        for element in read_tree(content, f"{part or 'package'}.rels"):
            target = element.get("Target", "")
            external = element.get("TargetMode", "").lower() == "external"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/")))
                target = target.lstrip("/").casefold()
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relationship(kind, target, external)
        return found


def read_package(data: bytes, limits: Limits) -> Package:
    """Unpack the XML parts of a zip within the limits; `RefusedError` for anything that is not an .xlsx workbook."""
    _count_entries(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = _part_names(entries, limits)
            _refuse_other_packages(archive, names)
            parts = _unpack(archive, entries, names, limits)
    except _BROKEN_ZIP as error:
        raise RefusedError(
            "unreadable_workbook", "is damaged or not complete, as after a download or copy that stopped half-way"
        ) from error
    content_types = parts.get("[content_types].xml", b"")
    has_macros = b"macroEnabled" in content_types or any(
        name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names
    )
    return Package(parts, has_macros)


def _count_entries(data: bytes, limits: Limits) -> None:
    """Refuse by the number in the zip's last record, before a list of a million names is built.

    APPNOTE.TXT 4.3.16: the count is at offset 10, the size of the list at 12; all ones mean “see elsewhere”.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if end < 0 or len(data) < end + 22:
        raise RefusedError("unreadable_workbook", "is not complete: its end is missing, as after a broken download")
    count, size = struct.unpack_from("<HI", data, end + 10)
    if (count > limits.entries and count != 0xFFFF) or (size > limits.entries * 1000 and size != 0xFFFFFFFF):
        raise _too_many_entries(limits)


def _too_many_entries(limits: Limits) -> RefusedError:
    return RefusedError("too_large", f"is made of more than {limits.entries:,} parts, which is the limit")


def _part_names(entries: list[zipfile.ZipInfo], limits: Limits) -> list[str]:
    """The case-folded name of each entry: part names differ by more than case (ISO/IEC 29500-2, 6.3.5)."""
    if len(entries) > limits.entries:
        raise _too_many_entries(limits)
    names: list[str] = []
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        steps = name.split("/")
        if name.startswith("/") or ".." in steps or ":" in steps[0] or not name.isprintable():
            raise RefusedError("unreadable_workbook", "holds a part whose name points outside the file")
        names.append(name.casefold())
    if len(set(names)) < len(names):
        raise RefusedError(
            "unreadable_workbook", "holds two parts of the same name, so nobody can say which one counts"
        )
    return names


def _refuse_other_packages(archive: zipfile.ZipFile, names: list[str]) -> None:
    mimetype = ""
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            mimetype = stream.read(200).decode("ascii", "replace")
    if refused := other_package(names, mimetype):
        raise refused


def _unpack(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], names: list[str], limits: Limits
) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    total = 0
    for entry, name in zip(entries, names, strict=True):
        if entry.flag_bits & 0x1:
            raise RefusedError("password_protected", "is a zip file that was packed with a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedError("unreadable_workbook", "is packed in a way that no spreadsheet program uses")
        is_xml = name.endswith((".xml", ".rels"))
        chunks: list[bytes] = []
        size = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if total + size > limits.unpacked_bytes:
                    raise RefusedError(
                        "too_large", f"unpacks to more than {limits.unpacked_bytes // 1024**2} MB, which is the limit"
                    )
                # Not asked of pictures, which nobody keeps: honest ones in Windows' EMF form shrink by far more.
                if is_xml and size > limits.ratio_from and size > limits.ratio * max(entry.compress_size, 1):
                    raise RefusedError(
                        "too_large", f"unpacks to more than {limits.ratio} times its packed size, which is the limit"
                    )
                if is_xml:
                    chunks.append(chunk)
        total += size
        if is_xml:
            parts[name] = b"".join(chunks)
            _refuse_entities(parts[name])
    return parts


def _refuse_entities(content: bytes) -> None:
    """Look for document types before any parser does, in the encodings that a parser would accept."""
    plain = content.replace(b"\0", b"") if b"\0" in content[:200] else content
    declared = _DECLARED.search(plain[:200])
    if declared and not _ENCODINGS.fullmatch(declared[1]):
        raise RefusedError("unreadable_workbook", "is written in a character encoding that workbooks do not use")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise forbidden_xml()
