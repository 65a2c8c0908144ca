"""What makes a PDF one of an edition: what it says of itself, the data attached to it, its metadata (with pikepdf)."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


def attach(pikepdf: Any, document: Any, data: bytes, moment: str) -> None:
    """Attach `data` once, as the data that the document was made from (ISO 19005-3, annex E)."""
    date = pikepdf.String(_pdf_date(moment))
    checksum = hashlib.md5(data, usedforsecurity=False).digest()
    stream = document.make_stream(
        data,
        Type=pikepdf.Name.EmbeddedFile,
        Subtype=pikepdf.Name("/application/json"),
        Params=pikepdf.Dictionary(Size=len(data), CreationDate=date, ModDate=date, CheckSum=pikepdf.String(checksum)),
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
