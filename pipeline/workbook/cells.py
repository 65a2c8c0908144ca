"""A workbook as frozen data: sheets, rows and cells, each cell with its place. Nothing is interpreted here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from pipeline.problems import CellRef


class CellKind(StrEnum):
    """What the spreadsheet says a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    BOOLEAN = "boolean"
    ERROR = "error"
    """An error value such as #REF!; `text` holds it."""
    UNCALCULATED = "uncalculated"
    """A formula whose result was never saved; `formula` holds the formula."""


class Cell(NamedTuple):
    """One cell that holds something.

    `text` is what an editor sees, with the spreadsheet's own bold and italic runs as Markdown-lite (`**bold**`,
    `*italic*`), `_x000D_` escapes decoded and line ends as `\\n`; nothing else is cleaned, so that checks can speak of
    it. `value` is the number, date or boolean behind it (None for text). `link` is the hyperlink of the whole cell.
    `formula` is the formula (with its "="), if the cell has one; it is never evaluated. `plain` is the text without the
    marks that stand for bold and italic runs, for columns that hold plain text; empty where it would equal `text`. A
    NUMBER whose `value` is None holds something that is not a number (1e999); `text` is what the file says. (A tuple: a
    large workbook has hundreds of thousands, and they are made in a third of the time.)
    """

    at: CellRef
    kind: CellKind
    text: str
    value: int | float | bool | datetime | date | time | None = None
    number_format: str = "General"
    link: str | None = None
    formula: str | None = None
    plain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells of one row that hold something, by column number (1 is A). `number` is the real row number."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """One sheet: its name as written, its rows that hold something, and its merged ranges.

    `merges` are (first row, first column, last row, last column).
    """

    name: str
    rows: tuple[Row, ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A spreadsheet file as read: its file name, the SHA-256 of its bytes in hexadecimal, and its sheets in order.

    `has_macros` says that the file carries a macro project (which is never run).
    """

    name: str
    sha256: str
    sheets: tuple[Worksheet, ...]
    has_macros: bool = False
