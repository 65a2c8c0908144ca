"""What a web page says, points to and can be pointed at, read back from its bytes as a browser reads them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pipeline.rendering.searchable import Searchable, apart

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
    """A page as read, in little room, as it goes from process to process: what it says, ready to be looked through
    (texts, then descriptions, titles and labels in attributes, each apart), its addresses, each once, by the element and
    attribute that hold them, and the IDs that links can lead to."""

    said: Searchable
    addresses: Mapping[tuple[str, str], tuple[str, ...]]
    anchors: frozenset[str]

    @property
    def references(self) -> Iterator[Reference]:
        """The addresses, one by one, with what holds them."""
        for (element, attribute), addresses in self.addresses.items():
            for address in addresses:
                yield Reference(element, attribute, address)


def read_html(body: bytes) -> HtmlText:
    """What stands in the page `body` (UTF-8); scripts, styles and templates say nothing.

    The parser is one that follows the HTML standard (13.2, “Parsing HTML documents”), so that of markup with mistakes
    in it the same is read as a browser shows.
    """
    from selectolax.lexbor import LexborHTMLParser  # late: what only checks a workbook reads no pages

    document = LexborHTMLParser(body)
    spoken: list[str] = []
    addresses: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    anchors: set[str] = set()
    elements = document.css(_MEANT)
    if b"<template" in body:
        # a script may put it on the page: then its links are followed, but so far nobody reads it
        in_templates = [element for template in document.css("template") for element in _in_template(template)]
    else:
        in_templates = []
    for element in chain(elements, in_templates):
        tag = element.tag or ""
        for name, value in element.attributes.items():
            if not value:
                continue
            if name in _ADDRESSES or name == _OLD_ADDRESS:
                addresses[tag, name][value] = None
            elif name == "id" or (name == "name" and tag == "a"):
                anchors.add(value)
            elif name in _SPOKEN:
                spoken.append(value)
            elif name == "srcset":
                for candidate in value.split(","):
                    if address := candidate.split():
                        addresses[tag, name][address[0]] = None
    document.strip_tags(_SILENT)
    return HtmlText(
        said=apart([document.text(separator="\n", skip_empty=True), *spoken]),
        addresses={held: tuple(found) for held, found in addresses.items()},
        anchors=frozenset(anchors),
    )


def _in_template(template: "LexborNode") -> "Iterator[LexborNode]":
    for fragment in template.template_fragments():
        yield from fragment.css(_MEANT)
