"""What makes a PDF one of an edition: what it says of itself, the data attached to it, its metadata (with pikepdf)."""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from pipeline.rendering.xmp import packet

ATTACHMENT = "map.json"

_SAID = (
    ("/Title", "title"),
    ("/Author", "author"),
    ("/Subject", "description"),
    ("/Keywords", "keywords"),
    ("/Creator", "generator"),
)
"""The keys of the information dictionary, and what HTML calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Which edition a document is of: as in `artefacts.Stamp`, with dates as text (ISO 8601), and the bytes of
    `data/map.json` to attach."""

    edition: str
    published_on: str
    digest: str
    moment: str
    drafts: bool = False
    data: bytes | None = None


def say_about(pikepdf: Any, document: Any, about: Mapping[str, str], marks: Marks) -> None:
    """Have the document say what it is: `about` has its title, author, description, keywords and generator."""
    date = pikepdf.String(_pdf_date(marks.moment))
    for name, key in _SAID:
        if about.get(key):
            document.docinfo[name] = pikepdf.String(about[key])
    document.docinfo["/Producer"] = pikepdf.String(about.get("producer", ""))
    document.docinfo["/CreationDate"] = document.docinfo["/ModDate"] = date


class Facts(TypedDict):
    """What must be known of data that is packed: its size in bytes and its MD5 in hexadecimal."""

    size: int
    checksum: str


def packed(data: bytes) -> tuple[bytes, Facts]:
    """`data` compressed as in every document that it is attached to, and the facts of it."""
    import pikepdf  # late: only the process that packs needs it

    # By way of a PDF: so it is compressed by the library that comes with pikepdf, and not by that of the machine.
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.Root.Data = document.make_stream(data)
        document.save(written, compress_streams=True)
    with pikepdf.open(written) as document:
        body = bytes(document.Root.Data.read_raw_bytes())
    return body, Facts(size=len(data), checksum=hashlib.md5(data, usedforsecurity=False).hexdigest())


def attach(pikepdf: Any, document: Any, data: tuple[bytes, Facts], moment: str) -> None:
    """Attach what `packed` made of data once, as what the document was made from (ISO 19005-3, annex E)."""
    date = pikepdf.String(_pdf_date(moment))
    body, facts = data
    checksum = pikepdf.String(bytes.fromhex(facts["checksum"]))
    stream = document.make_stream(
        body,
        Filter=pikepdf.Name.FlateDecode,
        Type=pikepdf.Name.EmbeddedFile,
        Subtype=pikepdf.Name("/application/json"),
        Params=pikepdf.Dictionary(Size=facts["size"], CreationDate=date, ModDate=date, CheckSum=checksum),
    )
    specification = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=pikepdf.String(ATTACHMENT),
            UF=pikepdf.String(ATTACHMENT),
            Desc=pikepdf.String("The data of the whole map"),
            AFRelationship=pikepdf.Name.Data,
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    names = document.Root.get("/Names", pikepdf.Dictionary())
    names.EmbeddedFiles = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String(ATTACHMENT), specification]))
    document.Root.Names = names
    document.Root.AF = pikepdf.Array([specification])


def describe(pikepdf: Any, document: Any, marks: Marks) -> None:
    """Say in the document's two descriptions of itself what it is, in the same words."""
    information = {name[1:]: str(value) for name, value in document.docinfo.items()}
    xml = packet(information, language=str(document.Root.get("/Lang", "")), marks=marks)
    stream = document.make_stream(xml, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    document.Root.Metadata = stream
    document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def _pdf_date(moment: str) -> str:
    """“2026-11-24T00:00:00Z” as a date of PDF: “D:20261124000000Z”."""
    return "D:" + re.sub(r"[^0-9]", "", moment) + "Z"
