"""One cell under one column: what it means, or what is wrong with it."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from pipeline.matching import INVISIBLE, fold, tidy
from pipeline.model import LIST_SEPARATOR, Column, Kind
from pipeline.problems import CellRef, Problem, Severity
from pipeline.records import Field, Value
from pipeline.workbook.cells import Cell, CellKind
from pipeline.workbook.value_problems import (
    MOST_CHARACTERS_OF_A_CELL,
    autoformatted_value,
    cut_off_text,
    error_value,
    formula_without_value,
    not_a_choice,
    not_a_date,
    not_a_number,
    too_long,
)

_LIST_SEPARATORS = re.compile(rf"[{LIST_SEPARATOR}；؛\n]")
_PARAGRAPH_KINDS = (Kind.TEXT, Kind.PAGE)
_OF_A_FORM = (Kind.DATE, Kind.CHOICE)
_LINE_EDGES = re.compile(r"[ \t]+(?=\n)|[ \t]+\Z")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//|www\.", re.IGNORECASE)


def clean_text(text: str) -> str:
    """A text of several lines without invisible characters, trailing spaces and surplus blank lines.

    Joiners between letters and the marks of writing direction stay: some scripts cannot be written without them.
    """
    if text.isprintable() and text[:1] != " " and text[-1:] != " ":  # one line, and nothing to clean
        return text
    ordinary = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return _MANY_BLANK_LINES.sub("\n\n", _LINE_EDGES.sub("", ordinary.translate(INVISIBLE))).strip()


def _linked(text: str, link: str) -> str:
    """`text` with the hyperlink of its cell as Markdown-lite, unless the text says the address itself."""
    if link in text or link.rstrip("/") in text or link.removeprefix("mailto:") in text:
        return text
    address = re.sub(r"[\s<>]", "", link)
    if re.search(r"[\[\]\n]", text):
        return f"{text} (<{address}>)"
    return f"[{text}](<{address}>)"


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell shows nothing: it is not there, or holds only spaces and invisible characters."""
    if cell is None:
        return True
    return cell.kind is CellKind.TEXT and not cell.text[:1].isalnum() and not clean_text(tidy(cell.text))


def read_field(cell: Cell | None, column: Column, at: CellRef) -> tuple[Field, Problem | None]:
    """What `cell` means under `column`, and the problem with it, if there is one.

    A blank cell is a field without a value; whether it may be blank is not asked here.
    """
    if cell is None or is_blank(cell):
        return Field(at=at, column=column), None
    # Most cells hold a text that is short enough, and of a kind that any text may be.
    is_text = cell.kind is CellKind.TEXT and column.kind not in _OF_A_FORM
    most = min(column.most_characters, MOST_CHARACTERS_OF_A_CELL - 1)
    problem = None if is_text and len(cell.text) <= most else next(_unusable(cell, column, at), None)
    value = None if problem and problem.severity is Severity.ERROR else _value(cell, column)
    usable = problem is None or problem.severity is not Severity.ERROR
    return Field(at, column, cell.text, value, usable, cell.link), problem


def _unusable(cell: Cell, column: Column, at: CellRef) -> Iterator[Problem]:
    heading, text = column.heading, tidy(cell.plain or cell.text)
    if cell.kind is CellKind.ERROR:
        yield error_value(at, heading, text)
    elif cell.kind is CellKind.UNCALCULATED:
        yield formula_without_value(at, heading, cell.formula or text)
    elif cell.kind is CellKind.NUMBER and cell.value is None:
        yield not_a_number(at, heading, text)
    elif column.kind is Kind.DATE:
        if cell.kind is not CellKind.DATE:
            yield not_a_date(at, heading, text)
    elif column.kind is Kind.CHOICE:
        if _choice(cell, column) is None:
            yield not_a_choice(at, heading, text, column.choices)
    else:
        # The limit of the column goes first: a text beyond it must never be published, however it came about.
        if len(clean_text(cell.plain or cell.text)) > column.most_characters:
            yield too_long(at, heading, clean_text(cell.plain or cell.text), column.most_characters)
        elif len(cell.text) >= MOST_CHARACTERS_OF_A_CELL:
            yield cut_off_text(at, heading, cell.text)
        if cell.kind is not CellKind.TEXT and not _is_whole_number(cell) and cell.formula is None:
            yield autoformatted_value(at, heading, cell)


def _is_whole_number(cell: Cell) -> bool:
    """Whether the cell holds a number that reads the same as text: 2026, not 2026.1 (which may have been 2026.10)."""
    return cell.kind is CellKind.NUMBER and cell.text.isdecimal()


def _choice(cell: Cell, column: Column) -> str | None:
    if isinstance(cell.value, bool) and set(column.choices) == {"yes", "no"}:
        return "yes" if cell.value else "no"
    return {fold(choice): choice for choice in column.choices}.get(fold(cell.plain or cell.text))


def _value(cell: Cell, column: Column) -> Value:
    kind, line = column.kind, tidy(cell.plain or cell.text)
    if kind is Kind.DATE:
        return _date(cell)
    if kind is Kind.CHOICE:
        return _choice(cell, column)
    if kind in _PARAGRAPH_KINDS:
        text = clean_text(cell.text)
        return _linked(text, cell.link) if cell.link else text
    if kind in (Kind.NAMES, Kind.REFERENCES):
        parts = _LIST_SEPARATORS.split(cell.plain or cell.text)
        return tuple(dict.fromkeys(part for part in map(tidy, parts) if part))
    if kind is Kind.LINK:
        return cell.link if cell.link and not _ADDRESS.match(line) else line
    if kind is Kind.COLOUR:
        return line.lower()
    if kind is Kind.ICON and "." not in line:
        return line.lower().replace(" ", "-")
    return line


def _date(cell: Cell) -> date | None:
    if isinstance(cell.value, datetime):
        return cell.value.date()
    return cell.value if isinstance(cell.value, date) else None
