"""What a picture file is and whether it is safe: the rules behind `wrong-image-type` and `unsafe-image`."""

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

TYPES = {".svg": "SVG", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
"""The kinds of picture that web and print both show, by the ends of their names."""

_HARMFUL = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener"})
_REFERRING = frozenset({"href", "src", "base", "from", "to", "values", "by"})
_INSIDE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_STYLE_REFERENCE = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)|(@import)", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a file turned out to be.

    `kind` is "SVG", "PNG" …, or empty when it is no picture at all, and then `is_` says what it is; `width` and `height`
    are in pixels (0 for SVG); `dangers` are what makes it unsafe, as the end of a sentence that begins “it …”.
    """

    kind: str
    is_: str = ""
    width: int = 0
    height: int = 0
    dangers: tuple[str, ...] = ()


@lru_cache(maxsize=32)  # three rules ask about the same files
def inspect(body: bytes) -> Picture:
    """What the bytes of a file are. Nothing is raised, whatever they are."""
    if not body.strip(b"\0 \r\n\t"):
        return Picture(kind="", is_="is empty")
    if body.startswith(b"version https://git-lfs"):
        return Picture(kind="", is_="is only a pointer: the picture itself was not downloaded (Git LFS)")
    if re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\0?\s*\0?<", body):
        return _inspect_svg(body)
    return _inspect_raster(body)


def _inspect_raster(body: bytes) -> Picture:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an enormous picture is reported as large, in our own words
        try:
            with Image.open(BytesIO(body)) as image:
                return Picture(kind=image.format or "", width=image.width, height=image.height)
        except Image.DecompressionBombError:
            return Picture(kind="", is_="has more pixels than a computer can hold")
        except Exception:  # noqa: S110 - Pillow raises many kinds of error for damaged files
            pass
    return Picture(kind="", is_="is not a picture, or is damaged")


def _inspect_svg(body: bytes) -> Picture:
    reader = _SvgReader()
    parser = DefusedXMLParser(target=reader, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(body)
        parser.close()
    except DefusedXmlException:
        return Picture(kind="SVG", dangers=("declares a document type or entities of its own (<!DOCTYPE …>)",))
    except (ParseError, ValueError, LookupError):
        is_page = re.search(rb"<(?:!doctype\s+html|html)\b", body[:2_000], re.IGNORECASE)
        return Picture(kind="", is_="is a web page, not a picture" if is_page else "is not a picture, or is damaged")
    if reader.root != "svg":
        is_ = "is a web page, not a picture" if reader.root == "html" else "is not a picture"
        return Picture(kind="", is_=is_)
    return Picture(kind="SVG", dangers=tuple(dict.fromkeys(reader.dangers)))


class _SvgReader:
    """Collects what is dangerous in an SVG while it is read: a target for the XML parser."""

    def __init__(self) -> None:
        self.root = ""
        self.dangers: list[str] = []
        self.in_style = 0
        self.style: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        written = tag.rpartition("}")[2]
        name = written.lower()
        self.root = self.root or name
        self.in_style += name == "style"
        if name in _HARMFUL:
            self.dangers.append(f"contains <{written}>")
        for key, value in attributes.items():
            self.attribute(key.rpartition("}")[2].lower(), value, is_own="}" not in key)

    def attribute(self, name: str, value: str, *, is_own: bool) -> None:
        if name.startswith("on"):
            self.dangers.append(f"contains the event handler “{name}”")
        elif name == "attributename" and value.rpartition(":")[2].lower() in ("href", "src"):
            self.dangers.append("changes an address while it is shown")
        elif name in _REFERRING and not _INSIDE.match(value.strip()):
            if name in ("href", "src") or _ADDRESS.match(value):
                self.outside(value)
        elif is_own:  # what drawing programs note down for themselves under their own prefixes is never obeyed
            self.look_for_references(value)

    def outside(self, address: str) -> None:
        if shown := address.strip()[:60]:
            self.dangers.append(f"refers to “{shown}”, which is outside of it")

    def look_for_references(self, style: str) -> None:
        # CSS may write its letters as \75 rl(; nobody does so in a drawing.
        if "\\" in style and re.search(r"\\[0-9a-f]", style, re.IGNORECASE):
            self.dangers.append("contains styles that hide what they do")
        for found in _STYLE_REFERENCE.finditer(style):
            if found[2]:
                self.dangers.append("refers to a style sheet outside of it")
            elif not _INSIDE.match(found[1].strip()):
                self.outside(found[1])

    def pi(self, target: str, data: str | None = None) -> None:
        if target.lower() == "xml-stylesheet":
            self.dangers.append("refers to a style sheet outside of it")

    def data(self, text: str) -> None:
        if self.in_style:
            self.style.append(text)

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2].lower() == "style":
            self.in_style -= 1
            self.look_for_references("".join(self.style))
            self.style.clear()

    def close(self) -> None:
        """Nothing is built."""
