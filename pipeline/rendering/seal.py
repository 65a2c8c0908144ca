"""The seal of a PDF and the edition that it names: written by the build, read by `ecosystem-map verify`.

The seal is the SHA-256 of the file with zeros in the seal's place. It shows every accidental change and every edit by a
program that does not know of it. It does not show an edit by somebody who computes it anew: that only the record of the
build does (build.json, from the publisher), which holds the hash of every file.
"""

import hashlib
import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import unescape

NAMESPACE = "urn:ecosystem-map:edition:1:"

UNSEALED = b"<edition:seal>" + b"0" * 64 + b"</edition:seal>"
"""The place of the seal in the XMP packet, before it is known."""

_SEAL = re.compile(rb"<edition:seal>([0-9a-f]{64})</edition:seal>")
_PROPERTY = re.compile(rb"<edition:(name|publishedOn|digest|drafts)>([^<]{0,2000})</edition:\1>")
_METADATA = re.compile(rb"/Type\s*/Metadata|/Subtype\s*/XML")
_STREAM = re.compile(rb".{0,400}?stream\r?\n", re.DOTALL)
_LONGEST_PACKET = 1_000_000
_MOST_PACKETS = 40
"""A packet is named in up to two ways, and a file has one or few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a PDF says of itself: its edition, the edition's date ("" for none), the digest of the data ("" for none),
    whether drafts are in it, and whether its bytes are those that were sealed."""

    edition: str
    published_on: str
    digest: str
    drafts: bool
    is_intact: bool


def sealed(body: bytes) -> bytes:
    """The PDF `body`, which has `UNSEALED` in it once, with its seal."""
    if body.count(UNSEALED) != 1:
        raise ValueError("the PDF has no place for a seal")
    return body.replace(UNSEALED, UNSEALED.replace(b"0" * 64, hashlib.sha256(body).hexdigest().encode()))


def read_seal(body: bytes) -> Named | None:
    """What the PDF `body` says of its edition; None if it says nothing, or nothing that can be read.

    The bytes are searched and no PDF is taken apart, so that a damaged or hostile file can do no harm.
    """
    found = dict(_PROPERTY.findall(body))
    if not found:
        found = next(filter(None, (dict(_PROPERTY.findall(packet)) for packet in _packets(body))), {})
    if b"name" not in found:
        return None
    text = {key.decode(): unescape(value.decode("utf-8", "replace")) for key, value in found.items()}
    digest = text.get("digest", "")
    return Named(
        edition=text["name"],
        published_on=text.get("publishedOn", ""),
        digest=digest if re.fullmatch("[0-9a-f]{64}", digest) else "",
        drafts=text.get("drafts") == "True",
        is_intact=_is_intact(body),
    )


def _is_intact(body: bytes) -> bool:
    seals: list[bytes] = _SEAL.findall(body)
    if len(seals) != 1:
        return False
    unsealed = body.replace(b"<edition:seal>" + seals[0], b"<edition:seal>" + b"0" * 64)
    return hashlib.sha256(unsealed).hexdigest().encode() == seals[0]


def _packets(body: bytes) -> Iterator[bytes]:
    """The XMP packets of a file that another program has written anew and compressed."""
    for named in itertools.islice(_METADATA.finditer(body), _MOST_PACKETS):
        begin = _STREAM.match(body, named.end())
        if begin is None:
            continue
        packed = body[begin.end() : begin.end() + 4 * _LONGEST_PACKET]
        try:
            yield zlib.decompressobj().decompress(packed, _LONGEST_PACKET)
        except zlib.error:
            continue
