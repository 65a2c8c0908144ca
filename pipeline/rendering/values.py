"""Every value that is published, with the cell that it came from, what readers see of it, and the page where it belongs.

Parity looks for each of these in what was rendered; a preview shows beside a text the cell that it came from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pipeline.model import Column, Credit, EcosystemMap, Entry, Kind, Page, Sheet, Shown
from pipeline.problems import FILE, CellRef
from pipeline.rendering import prose
from pipeline.rendering.searchable import Searchable, searchable
from pipeline.rendering.text_of_html import read_html

_WEB_PAGE = {
    "stakeholders": "stakeholders/{}.html",
    "phases": "phases/{}.html",
    "action_areas": "action-areas/{}.html",
    "glossary": "glossary.html",
    "resources": "resources.html",
    "pages": "{}.html",
}
"""The page on which the rows of a sheet belong, by their ID. Rows of other sheets may be on any page."""

_TO_READ = Shown.WEB | Shown.BRIEF


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, list item or name, as a reader sees it. Lines that differ only in form are equal."""

    text: str = field(compare=False)
    folded: Searchable


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A value that must be found, and where it comes from."""

    sheet: Sheet
    entry: Entry
    name: str
    column: Column
    value: Any

    @property
    def lines(self) -> tuple[Line, ...]:
        """What readers see of it, line by line. Worked out anew each time: those of all values are as much as a map."""
        lines = (_line(text) for text in _seen(self.entry, self.column, self.value))
        return tuple(line for line in lines if line.folded.dense)

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses outside of the site that it links to."""
        return _linked(self.entry, self.column, self.value)

    @property
    def stakeholder(self) -> str | None:
        """The ID of the stakeholder whose own this is."""
        return getattr(self.entry, "id" if self.sheet.key == "stakeholders" else "stakeholder", None)

    @property
    def page(self) -> str:
        """The path of the web page on which it belongs; "" for one that may be on any."""
        key = "stakeholders" if self.stakeholder else self.sheet.key
        identifier = self.stakeholder or getattr(self.entry, "id", "")
        return _WEB_PAGE.get(key, "").format(identifier)

    @property
    def is_counted(self) -> bool:
        """Whether each cell needs a place of its own. Names do not: one heading may do for a group of resources."""
        return self.column.kind in (Kind.TEXT, Kind.PAGE)

    @property
    def text(self) -> str:
        """The value as one line for a message."""
        return " ".join(("; ".join(self.value) if isinstance(self.value, tuple) else str(self.value)).split())

    @property
    def at(self) -> CellRef:
        """Its cell; for a value that the program made, the first cell of its row that is known."""
        names = (self.name, *self.sheet.columns)
        return next((cell for name in names if (cell := self.entry.cell(name))), FILE)


def wanted_values(content: EcosystemMap) -> Iterator[Wanted]:
    """Every value that is published somewhere, in the order of the workbook."""
    for sheet, entry in content.entries():
        for name, column in sheet.columns.items():
            value = getattr(entry, name) if column.shown else None
            if isinstance(entry, Credit) and name == "logo_description" and not entry.logo:
                column = replace(column, shown=Shown.DATA)  # readers see no logo that it could describe
            if value not in (None, "", ()):
                yield Wanted(sheet, entry, name, column, value)


@lru_cache(maxsize=16_384)
def _line(text: str) -> Line:
    return Line(text, searchable([text]))


def _seen(entry: Entry, column: Column, value: Any) -> Iterable[str]:
    """What readers see of a value: lines of text."""
    if column.kind is Kind.LINK or not column.shown & _TO_READ:
        return ()
    if column.kind is Kind.TEXT:
        return prose.to_plain(value).splitlines()
    if column.kind is Kind.PAGE:
        lines = prose.page_to_plain(value, keep_lines=_keeps_lines(entry)).splitlines()
        return (*lines, *(description for _, description in prose.images_in_page(value) if description))
    return value if isinstance(value, tuple) else (str(value),)


def _linked(entry: Entry, column: Column, value: Any) -> tuple[str, ...]:
    """The addresses outside of the site that readers can follow from a value."""
    if not column.shown & _TO_READ:
        return ()
    if column.kind is Kind.LINK:
        return (value,)
    if column.kind is Kind.TEXT:
        return _links_in(prose.to_html(value)) if "[" in value or "<" in value else ()
    if column.kind is Kind.PAGE:
        return _links_in(prose.page_to_html(value, image=lambda _: None, keep_lines=_keeps_lines(entry)))
    return ()


def _keeps_lines(entry: Entry) -> bool:
    return not (isinstance(entry, Page) and entry.file)


def _links_in(html: str) -> tuple[str, ...]:
    return _addresses_in(html) if "<a " in html else ()


@lru_cache(maxsize=4_096)
def _addresses_in(html: str) -> tuple[str, ...]:
    references = read_html(html.encode()).references
    return tuple(found.address for found in references if prose.is_external(found.address))
