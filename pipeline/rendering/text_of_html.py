"""What a web page says, points to and can be pointed at, read back from its bytes as a browser reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SILENT = ["script", "style"]
_SPOKEN = ("alt", "title", "aria-label")
_ADDRESSES = frozenset({"href", "src", "poster", "data", "action", "formaction"})
_OLD_ADDRESS = "xlink:href"
"""Of SVG before version 2; no selector can speak of it."""
_MEANT = f":is({','.join(f'[{name}]' for name in sorted({'id', 'name', 'srcset', *_SPOKEN, *_ADDRESSES}))},a,image,use)"
"""Elements that can have an attribute that is looked at."""


class Reference(NamedTuple):
    """An address in a page: the element and attribute that hold it, and the address as written."""

    element: str
    attribute: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlText:
    """A page as read: its `text`, each piece of it on lines of its own, `spoken` (descriptions, titles and labels in
    attributes), its references, each once, and the IDs that links can lead to."""

    text: str
    spoken: tuple[str, ...]
    references: tuple[Reference, ...]
    anchors: frozenset[str]


def read_html(body: bytes) -> HtmlText:
    """What stands in the page `body` (UTF-8); scripts, styles and templates say nothing.

    The parser is one that follows the HTML standard (13.2, “Parsing HTML documents”), so that of markup with mistakes
    in it the same is read as a browser shows.
    """
    from selectolax.lexbor import LexborHTMLParser  # late: what only checks a workbook reads no pages

    document = LexborHTMLParser(body)
    spoken: list[str] = []
    references: dict[Reference, None] = {}
    anchors: set[str] = set()
    elements = document.css(_MEANT)
    if b"<template" in body:
        # a script may put it on the page: then its links are followed, but so far nobody reads it
        elements += [element for template in document.css("template") for element in _in_template(template)]
    for element in elements:
        tag = element.tag or ""
        for name, value in element.attributes.items():
            if not value:
                continue
            if name in _ADDRESSES or name == _OLD_ADDRESS:
                references[Reference(tag, name, value)] = None
            elif name == "id" or (name == "name" and tag == "a"):
                anchors.add(value)
            elif name in _SPOKEN:
                spoken.append(value)
            elif name == "srcset":
                for candidate in value.split(","):
                    if address := candidate.split():
                        references[Reference(tag, name, address[0])] = None
    document.strip_tags(_SILENT)
    return HtmlText(
        text=document.text(separator="\n", skip_empty=True),
        spoken=tuple(spoken),
        references=tuple(references),
        anchors=frozenset(anchors),
    )


def _in_template(template: "LexborNode") -> "Iterator[LexborNode]":
    for fragment in template.template_fragments():
        yield from fragment.css(_MEANT)


class Readings:
    """The pages of one build as they were read, so that none is read twice.

    Of each is kept what it points to and what can be pointed at; that is little, and the pages of a large map share
    most of it. Its text is handed out and not kept.
    """

    def __init__(self) -> None:
        self._pointers: dict[bytes, tuple[tuple[Reference, ...], frozenset[str]]] = {}
        self._known: dict[Reference, Reference] = {}

    def read(self, body: bytes) -> HtmlText:
        """As `read_html`."""
        page = read_html(body)
        references = tuple(self._known.setdefault(reference, reference) for reference in page.references)
        self._pointers[body] = references, page.anchors
        return page

    def references(self, body: bytes) -> tuple[Reference, ...]:
        """The references of the page `body`."""
        return self._of(body)[0]

    def anchors(self, body: bytes) -> frozenset[str]:
        """The IDs on the page `body` that links can lead to."""
        return self._of(body)[1]

    def _of(self, body: bytes) -> tuple[tuple[Reference, ...], frozenset[str]]:
        if body not in self._pointers:
            self.read(body)
        return self._pointers[body]
