"""The cell that each text of a page came from, written into the page. Pure: HTML and values in, HTML out.

The values are those that parity looks for. An element whose whole text is a value gets its cell; what is left gets the
cells of the values that stand in it as whole words. Where one text stands in several cells, the place decides: the row
that an element is the anchor of, the page that a link leads to, the page's own rows, and then the order of the workbook.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from pipeline.model import EcosystemMap, Kind, Shown
from pipeline.problems import CellRef
from pipeline.rendering.searchable import fold, searchable
from pipeline.rendering.values import Wanted, wanted_values

CELL = "data-cell"
"""The attribute that names the cells of an element: “Strategies!B14”, several divided by “; ”."""

PROBLEM = "data-problem"
"""The attribute that says how much the worst problem in these cells weighs."""

_SILENT = frozenset({"script", "style", "template"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SPOKEN = ("alt", "aria-label")
_WORD = re.compile(r"\w+")
_ANCHOR = re.compile(r"^(?:stakeholder_|phase_|area_|role_|tip_)|_\d+$")
"""What templates put before or behind the ID of a row to make an anchor."""
_MOST_CELLS = 6
_FEWEST_WORDS = 3
"""A value of fewer words is found inside a longer text only by chance, unless that text is a label around it."""
_MOST_BESIDE = 5
"""Words. A label says no more than that around a value: “Publisher: Example Foundation”."""


@dataclass(frozen=True, eq=False)
class Values:
    """Values by their text: as a whole, and by their first word."""

    whole: Mapping[str, Sequence[Wanted]]
    by_word: Mapping[str, Sequence[tuple[tuple[str, ...], Wanted]]]
    links: Mapping[str, Sequence[Wanted]]

    @classmethod
    def of(cls, content: EcosystemMap) -> "Values":
        """The values that the pages of `content` show."""
        whole: dict[str, list[Wanted]] = defaultdict(list)
        by_word: dict[str, list[tuple[tuple[str, ...], Wanted]]] = defaultdict(list)
        links: dict[str, list[Wanted]] = defaultdict(list)
        for value in wanted_values(content):
            if Shown.WEB not in value.column.shown or not value.entry.cell(value.name):
                continue
            if value.column.kind is Kind.LINK:
                links[value.value].append(value)
            for line in value.lines:
                whole[line.folded.dense].append(value)
                words = _words(line.text)
                if words:
                    by_word[words[0]].append((words, value))
        for held in by_word.values():
            held.sort(key=lambda each: -len(each[0]))
        return cls(whole, by_word, links)


def located(html: str, path: str, values: Values, severities: Mapping[CellRef, str]) -> str:
    """The page `html` at `path`, each element that shows a value with its cells, and with the weight of their problems.

    `severities` are the weights of problems by cell. Nothing else of the page changes.
    """
    page = _Page(html)
    found = _Places(page, path, values).cells()
    made: list[str] = []
    end = 0
    for element, cells in sorted(found.items(), key=lambda each: each[0].at):
        names = "; ".join(dict.fromkeys(str(cell) for cell in cells[:_MOST_CELLS]))
        weights = sorted(
            {severities[cell] for cell in cells if cell in severities}, key=("error", "warning", "note").index
        )
        mark = f' {PROBLEM}="{weights[0]}"' if weights else ""
        made += (html[end : element.at], f' {CELL}="{escape(names)}"{mark}')
        end = element.at
    return "".join((*made, html[end:]))


@lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=16_384)
def _dense(text: str) -> str:
    return searchable([text]).dense


@dataclass(eq=False, slots=True)
class _Element:
    """An element of the page: `at` is where its attributes begin in the source; `pieces` are the texts in it."""

    at: int
    name: str
    attributes: Mapping[str, str]
    parent: "_Element | None"
    first: int
    last: int = 0
    depth: int = 0
    is_in_body: bool = False
    own: list[str] = field(default_factory=list)

    def ancestors(self) -> Iterator["_Element"]:
        """The element itself, then what it stands in, innermost first."""
        element: _Element | None = self
        while element is not None:
            yield element
            element = element.parent


class _Page(HTMLParser):
    """The elements of a page's body, in order, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[_Element] = []
        self.pieces: list[str] = []
        self._open: list[_Element] = []
        self._silent = 0
        self._starts = [0]
        for line in html.splitlines(keepends=True) if "\r" not in html else re.findall(r"[^\n]*\n|[^\n]+", html):
            self._starts.append(self._starts[-1] + len(line))
        self.feed(html)
        self.close()
        while self._open:
            self._open.pop().last = len(self.pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        element = _Element(
            at=self._starts[line - 1] + column + 1 + len(tag),
            name=tag,
            attributes={name: value or "" for name, value in attrs},
            parent=self._open[-1] if self._open else None,
            first=len(self.pieces),
        )
        if element.parent:
            element.depth = element.parent.depth + 1
            element.is_in_body = element.parent.is_in_body or element.parent.name == "body"
        self._silent += tag in _SILENT
        self.elements.append(element)
        if tag in _VOID:
            element.last = len(self.pieces)
        else:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not any(element.name == tag for element in self._open):
            return
        while True:
            element = self._open.pop()
            element.last = len(self.pieces)
            self._silent -= element.name in _SILENT
            if element.name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._silent or not self._open or not data.strip():
            return
        self.pieces.append(data)
        self._open[-1].own.append(data)

    def text(self, element: _Element) -> str:
        """All that stands in `element`."""
        return "\n".join(self.pieces[element.first : element.last])


class _Places:
    """Finds the cells of the elements of one page."""

    def __init__(self, page: _Page, path: str, values: Values) -> None:
        self.page, self.path, self.values = page, path, values
        self.used: set[CellRef] = set()
        self.elements = [element for element in page.elements if element.is_in_body]

    def cells(self) -> Mapping[_Element, Sequence[CellRef]]:
        """The cells of each element that shows any."""
        found: dict[_Element, list[CellRef]] = {}
        # Innermost first: of several elements around one text, the smallest shows its cell.
        around: dict[_Element, set[str]] = defaultdict(set)
        for element in self._by_depth():
            for text in (self.page.text(element), *(element.attributes.get(name, "") for name in _SPOKEN)):
                dense = _dense(text)
                if not dense or dense in around[element]:
                    continue
                if values := self._here(self.values.whole.get(dense, ())):
                    found[element] = [self._best(values, element)]
                    for outer in element.ancestors():
                        around[outer].add(dense)
                    break
        whole = set(found)
        for element in self.elements:
            is_covered = any(outer in whole for outer in element.ancestors())
            if element.own and not is_covered and (cells := self._partly(" ".join(element.own), element)):
                found[element] = cells
            if values := self.values.links.get(element.attributes.get("href", ""), ()):
                found.setdefault(element, []).append(self._best(values, element))
        return found

    def _by_depth(self) -> Iterable[_Element]:
        """The elements that have text, children before what they stand in, otherwise in the order of the page."""
        having = [
            element
            for element in self.elements
            if element.last > element.first or any(element.attributes.get(name) for name in _SPOKEN)
        ]
        return sorted(having, key=lambda element: -element.depth)

    def _here(self, values: Sequence[Wanted]) -> Sequence[Wanted]:
        """Of `values` those that this page may show: the lines of a page of prose stand on that page, or are searched."""
        return [
            value
            for value in values
            if value.column.kind is not Kind.PAGE or value.page == self.path or self.path == "search.html"
        ]

    def _partly(self, text: str, element: _Element) -> list[CellRef]:
        """The cells of a text that is the beginning of a value, or else has values in it."""
        words = _words(text)
        beginning = [
            value
            for wanted, value in self.values.by_word.get(words[0] if words else "", ())
            if len(words) >= _FEWEST_WORDS and wanted[: len(words)] == words
        ]
        if beginning := list(self._here(beginning)):
            return [self._best(beginning, element)]
        cells, at = [], 0
        while at < len(words):
            matching = [
                (len(wanted), value)
                for wanted, value in self.values.by_word.get(words[at], ())
                if words[at : at + len(wanted)] == wanted
                and value.column.kind is not Kind.PAGE
                and (len(wanted) >= _FEWEST_WORDS or len(words) <= len(wanted) + _MOST_BESIDE)
            ]
            longest = max((length for length, _ in matching), default=0)
            if candidates := [value for length, value in matching if length == longest]:
                cells.append(self._best(candidates, element))
            at += longest or 1
        return cells

    def _best(self, values: Sequence[Wanted], element: _Element) -> CellRef:
        """The cell of the value that is meant here, of those with this text."""
        if len(values) == 1:
            return self._cell(values[0])
        rows: list[str] = []
        targets: list[str] = []
        for around in element.ancestors():
            if address := around.attributes.get("href", ""):
                path, _, fragment = address.partition("#")
                rows.append(_ANCHOR.sub("", fragment))
                targets.append(posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path)))
            rows.append(_ANCHOR.sub("", around.attributes.get("id", "")))

        def rank(value: Wanted) -> tuple[int, bool, bool, bool]:
            identifier = getattr(value.entry, "id", "")
            return (
                rows.index(identifier) if identifier in rows else len(rows),
                not (value.page in targets and value.sheet.named_by == value.name),
                value.page != self.path,
                self._cell(value) in self.used,
            )

        best = self._cell(min(values, key=rank))
        self.used.add(best)
        return best

    @staticmethod
    def _cell(value: Wanted) -> CellRef:
        return value.entry.cell(value.name) or value.at
