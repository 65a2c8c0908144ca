"""What a web page says, points to and can be pointed at, read back from its bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template"})
_SPOKEN = ("alt", "title", "aria-label")
_ADDRESSES = ("href", "src", "xlink:href", "poster", "data", "action", "formaction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An address in a page: the element and attribute that hold it, and the address as written."""

    element: str
    attribute: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlText:
    """A page as read: `texts` in order, `spoken` (descriptions, titles and labels in attributes), its references, and
    the IDs that links can lead to."""

    texts: tuple[str, ...]
    spoken: tuple[str, ...]
    references: tuple[Reference, ...]
    anchors: frozenset[str]


@lru_cache(maxsize=512)
def read_html(body: bytes) -> HtmlText:
    """What stands in the page `body` (UTF-8); scripts and styles say nothing."""
    reader = _Reader()
    reader.feed(body.decode())
    reader.close()
    return HtmlText(
        texts=tuple(reader.texts),
        spoken=tuple(reader.spoken),
        references=tuple(reader.references),
        anchors=frozenset(reader.anchors),
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.spoken: list[str] = []
        self.references: list[Reference] = []
        self.anchors: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        for name, value in attrs:
            if not value:
                continue
            if name in _SPOKEN:
                self.spoken.append(value)
            elif name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in _ADDRESSES:
                self.references.append(Reference(element=tag, attribute=name, address=value))
            elif name == "srcset":
                for candidate in value.split(","):
                    address = candidate.split()[0]
                    self.references.append(Reference(element=tag, attribute=name, address=address))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._silent -= tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)
