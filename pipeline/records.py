"""Rows of the workbook matched to the model: values that still know their cells.

Checks read records before anything is nested, so that every problem can name its cell. `EcosystemMap` is assembled from
them once there are no errors.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from pipeline.matching import fold
from pipeline.model import Column, Sheet
from pipeline.problems import CellRef

Value = str | date | tuple[str, ...] | None
_Found = TypeVar("_Found")


class Field(NamedTuple):
    """One cell of a record.

    `text` is what stands in the cell, with the spreadsheet's bold and italic as Markdown-lite and otherwise untouched;
    `value` is what it means for its column: cleaned text, a canonical choice, a date, the entries of a list; None when
    the cell is blank or cannot be used. `usable` is False where a problem at this cell is already reported: later rules
    stay silent about it. `link` is the hyperlink of the cell. (A tuple, as `Cell` is.)
    """

    at: CellRef
    column: Column
    text: str = ""
    value: Value = None
    usable: bool = True
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of a sheet: its fields by attribute. Every column of the sheet that is there has a field, blank or not."""

    sheet: Sheet
    row: int
    fields: Mapping[str, Field]

    def at(self, name: str) -> CellRef:
        """The cell of the attribute `name`; the row's first cell when the column is not there."""
        known = self.fields.get(name)
        return known.at if known else CellRef(self.sheet.name, self.row, 1)

    def text(self, name: str) -> str:
        """The cleaned text of `name`; empty when blank, unusable, not there, or not a text."""
        value = self.value(name)
        return value if isinstance(value, str) else ""

    def value(self, name: str) -> Value:
        """The value of `name`, or None."""
        known = self.fields.get(name)
        return known.value if known else None

    def names(self, name: str) -> tuple[str, ...]:
        """The entries of the list `name`."""
        value = self.value(name)
        return value if isinstance(value, tuple) else ()

    def usable(self, name: str) -> bool:
        """Whether later rules may speak of `name`: the column is there and has no problem reported at this cell."""
        known = self.fields.get(name)
        return known is not None and known.usable

    @property
    def status(self) -> str:
        """draft, published or archived; blank is published."""
        held = self.fields.get("status")  # not by way of `text`: many rules ask every row
        return held.value if held and held.value and isinstance(held.value, str) else "published"

    @property
    def is_published(self) -> bool:
        """Whether the row is to be published (drafts and archived rows are not)."""
        return self.status == "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet of the model as found in the workbook.

    `name` is the sheet's name as the editors wrote it. `present` is False when the sheet is missing or unreadable;
    `headings` gives the cell of each column's heading that was found (for Settings, the cell of each setting's name).
    """

    sheet: Sheet
    name: str
    present: bool = True
    headings: Mapping[str, CellRef] = field(default_factory=dict)
    records: tuple[Record, ...] = ()

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def has(self, name: str) -> bool:
        """Whether the column of the attribute `name` was found."""
        return name in self.headings

    def named(self) -> Mapping[str, Record]:
        """Records by every folded name that references may use: name first, then ID, short name. First row wins."""
        found: dict[str, Record] = {}
        for attribute in (self.sheet.named_by, "id", "short_name"):
            for record in self.records:
                if attribute and (text := record.text(attribute)):
                    found.setdefault(fold(text), record)
        return found

    def formerly_named(self) -> Mapping[str, Record]:
        """Records by the folded names they had before."""
        return {fold(name): record for record in reversed(self.records) for name in record.names("former_names")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What checks know besides the workbook: the files beside it, the icons there are, and today's date.

    `images` and `pages` are the files of source/images and source/pages, by name; `icons` gives the names of the icons,
    which most workbooks need not be asked for.
    """

    today: date
    images: Mapping[str, bytes] = field(default_factory=dict)
    pages: Mapping[str, bytes] = field(default_factory=dict)
    icons: Callable[[], frozenset[str]] = frozenset


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every table of the workbook, by its sheet's key, and what surrounds it."""

    tables: Mapping[str, Table]
    surroundings: Surroundings
    _found: dict[Callable[["Rows"], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, find: Callable[["Rows"], Iterable[_Found]]) -> tuple[_Found, ...]:
        """All that `find` finds in these rows, looked for once however many rules ask."""
        if find not in self._found:
            self._found[find] = tuple(find(self))
        found: tuple[_Found, ...] = self._found[find]
        return found

    def __getitem__(self, key: str) -> Table:
        return self.tables[key]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def records(self) -> Iterator[Record]:
        """Every record of every table, in the order of the workbook."""
        for table in self.tables.values():
            yield from table.records

    def fields(self) -> Iterator[tuple[Record, str, Field]]:
        """Every field that may be spoken of, with its record and attribute."""
        for record in self.records():
            for name, held in record.fields.items():
                if held.usable:
                    yield record, name, held

    @property
    def settings(self) -> Record | None:
        """The record of the Settings sheet: one field for each setting."""
        return next(iter(self.tables["settings"].records), None)

    @property
    def language(self) -> str:
        """The language of the content (BCP 47); "en" where the setting is blank or wrong."""
        return (self.settings.text("language") if self.settings else "") or "en"
