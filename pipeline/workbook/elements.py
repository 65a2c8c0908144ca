"""XML edited in place: where each element begins and ends in the bytes, and pieces put in without touching the rest.

A part that is parsed and written again loses prefixes, unknown extensions, the order of attributes and sometimes more;
here only the bytes of a mark change. Tags are found by one regular expression and not by a parser, because VML (the
shapes of comments) is often no well-formed XML, and because this needs places in the bytes, with names as written.
Every other part has been read by a real parser before it comes here. All bytes are UTF-8.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape, quoteattr, unescape

_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    rb"|<(?P<close>/?)(?P<name>[^\s/>!?]+)(?P<attributes>(?:\s+[^\s=>/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_CHARACTERS = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<[^>]*>|([^<]+)", re.DOTALL)
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_NUMBERED = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes `start` to `end` of a part give way to `text`."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True)
class Element:
    """One element of a part: where it begins and ends, and where what is in it does."""

    source: bytes
    name: str
    start: int
    inside: int
    inside_end: int
    end: int

    @property
    def prefix(self) -> str:
        """The prefix as written, with its colon; empty where there is none."""
        return self.name[: self.name.find(":") + 1]

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def is_empty(self) -> bool:
        """Whether it is written as one tag, `<a/>`."""
        return self.inside == self.end

    @cached_property
    def attributes(self) -> dict[str, str]:
        """The attributes by their names as written."""
        found = _ATTRIBUTE.findall(self.source[self.start : self.inside])
        return {name.decode(): _unescaped(value[1:-1].decode("utf-8", "replace")) for name, value in found}

    @cached_property
    def children(self) -> tuple["Element", ...]:
        """The elements directly in this one."""
        return tuple(elements(self.source, self.inside, self.inside_end))

    @property
    def raw(self) -> bytes:
        """The whole element as written."""
        return self.source[self.start : self.end]

    def all(self, local: str) -> list["Element"]:
        """The children called `local`, whatever their prefix."""
        return [child for child in self.children if child.local == local]

    def first(self, local: str) -> "Element | None":
        """The first child called `local`."""
        return next((child for child in self.children if child.local == local), None)

    def text(self) -> str:
        """All characters in it, those of its children included."""
        return "".join(
            plain.decode("utf-8", "replace") if not escaped else _unescaped(escaped.decode("utf-8", "replace"))
            for plain, escaped in _CHARACTERS.findall(self.source[self.inside : self.inside_end])
        )

    def removed(self) -> Splice:
        """The edit that takes it out."""
        return Splice(self.start, self.end, b"")

    def appended(self, *, inner: str | bytes) -> Splice:
        """The edit that puts `inner` at the end of what is in it."""
        body = inner.encode() if isinstance(inner, str) else inner
        if not self.is_empty:
            return Splice(self.inside_end, self.inside_end, body)
        slash = self.source.rindex(b"/", self.start, self.end)
        return Splice(slash, self.end, b">" + body + f"</{self.name}>".encode())

    def with_attribute(self, name: str, value: str | None) -> Splice:
        """The edit that gives an attribute a value, or takes it away."""
        end = self.start + 1 + len(self.name.encode())
        for match in _ATTRIBUTE.finditer(self.source, self.start, self.inside):
            end = match.end()
            if match[1].decode() == name:
                if value is None:
                    return Splice(*match.span(), b"")
                return Splice(*match.span(2), quoteattr(value).encode())
        if value is None:
            return Splice(self.start, self.start, b"")
        return Splice(end, end, f" {name}={quoteattr(value)}".encode())


def elements(source: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """The elements in a stretch of bytes, those inside others left out, up to the end of what they are in."""
    depth, begun = 0, None
    for tag in _TAG.finditer(source, start, len(source) if end is None else end):
        if tag["name"] is None:
            continue
        if tag["close"]:
            depth -= 1
            if depth < 0:
                return
            if depth == 0 and begun is not None:
                yield Element(source, begun["name"].decode(), begun.start(), begun.end(), tag.start(), tag.end())
        elif depth == 0 and tag["empty"]:
            yield Element(source, tag["name"].decode(), tag.start(), tag.end(), tag.end(), tag.end())
        else:
            if depth == 0:
                begun = tag
            depth += not tag["empty"]


def root_of(source: bytes) -> Element:
    """The element that holds all others."""
    return next(elements(source))


def outermost(source: bytes) -> Element:
    """The element that holds all others, where what is in it need not be well-formed: its last closing tag ends it."""
    tag = next(found for found in _TAG.finditer(source) if found["name"])
    if tag["empty"]:
        return Element(source, tag["name"].decode(), tag.start(), tag.end(), tag.end(), tag.end())
    return Element(source, tag["name"].decode(), tag.start(), tag.end(), source.rindex(b"</"), len(source))


def spliced(source: bytes, splices: Iterable[Splice]) -> bytes:
    """`source` with the edits made; those at one place in the order given. They must not overlap."""
    pieces, position = [], 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if splice.start < position:
            raise ValueError("edits overlap")
        pieces += [source[position : splice.start], splice.text]
        position = splice.end
    return b"".join([*pieces, source[position:]])


def reprefixed(xml: str, old: str, new: str) -> str:
    """`xml` with the prefix `new` (with its colon, or nothing) on the names that have `old`."""
    return re.sub(rf"<(/?){re.escape(old)}(?=[^\s/>:]+[\s/>])", rf"<\1{new}", xml)


def encoded(text: str) -> str:
    """`text` for a `t` element: escaped, and what XML cannot carry as `_xHHHH_` (ISO/IEC 29500-1, 22.9.2.19)."""
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_" if ord(found[0]) < 0x10000 else "", text))


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    numbered = _NUMBERED.sub(lambda found: chr(int(found[1], 16) if found[1] else int(found[2])), text)
    return unescape(numbered, _ENTITIES)
