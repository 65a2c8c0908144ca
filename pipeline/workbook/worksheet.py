"""One worksheet part as rows of cells, read from the events of a parser; runs inside the worker.

openpyxl's own loader is not used here on purpose: it raises on one odd cell, walks every cell of a merge or hyperlink
to the end of the sheet, and gives either formulas or their saved results. Its number formats, calendars and formula
translation are.
"""

import re
from datetime import time
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.problems import CellRef
from pipeline.workbook.budget import Area, Budget
from pipeline.workbook.cells import CellKind
from pipeline.workbook.display import GENERAL, Format, iso_moment, moment, moment_text, number_text
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.markup import (
    MAIN,
    OFFICE_RELATIONSHIP,
    STRICT,
    PartTarget,
    is_true,
    strict_workbook,
    whole_number,
)
from pipeline.workbook.package import Relationship
from pipeline.workbook.richtext import RichText, Run, decode, markdown

if TYPE_CHECKING:
    from openpyxl.formula.translate import Translator

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_HYPERLINK = re.compile(r'=HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)

Content = tuple[CellKind, str, Any, str]
"""Kind, text, value and plain text of a cell."""
JsonCell = list[Any]
"""Column, kind, text, value (ISO text for dates), number format, link, formula, plain text."""


class Style:
    """What the reader needs of a cell's style: the number format, and whether the whole cell is bold or italic."""

    __slots__ = ("bold", "format", "italic")

    def __init__(self, form: Format = GENERAL, *, bold: bool = False, italic: bool = False) -> None:
        self.format, self.bold, self.italic = form, bold, italic


class WorksheetTarget(PartTarget):
    """Reads one worksheet part from the events of a parser, cell by cell, wherever they lie."""

    def __init__(
        self, name: str, strings: list[list[Run]], styles: list[Style], budget: Budget, *, from_1904: bool
    ) -> None:
        self.rows: dict[int, list[JsonCell]] = {}
        self.hidden: set[int] = set()
        self.merges: list[Area] = []
        self._name, self._strings, self._styles, self._budget = name, strings, styles, budget
        self._from_1904 = from_1904
        self._links: list[tuple[Area, str, str]] = []
        self._shared: dict[str, tuple[str, str, Translator | None]] = {}
        self._root = True
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula: str | None = None
        self._formula_attributes: dict[str, str] = {}
        self._inline: RichText | None = None
        self._buffer: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{MAIN}c":
            self._budget.count_cell()
            self._cell = attributes
            self._value = self._formula = self._inline = None
        elif tag == f"{MAIN}v":
            self._buffer = []
        elif self._inline is not None:
            self._inline.start(tag.rpartition("}")[2], attributes)
        elif tag == f"{MAIN}f":
            self._buffer = []
            self._formula_attributes = attributes
        elif tag == f"{MAIN}row":
            self._start_row(attributes)
        elif tag == f"{MAIN}is":
            self._inline = RichText()
        elif tag == f"{MAIN}mergeCell":
            if area := _area(attributes.get("ref", "")):
                self._budget.count_merge(area, self._name)
                self.merges.append(area)
        elif tag == f"{MAIN}hyperlink":
            if area := _area(attributes.get("ref", "")):
                self._budget.count_link(area, self._name)
                identifier = attributes.get(f"{OFFICE_RELATIONSHIP}id", "")
                self._links.append((area, identifier, attributes.get("location", "")))
        elif self._root:
            self._check_root(tag)
        self._root = False

    def _check_root(self, tag: str) -> None:
        if tag.startswith(STRICT):
            raise strict_workbook()
        if tag != f"{MAIN}worksheet":
            raise RefusedError(
                "unreadable_workbook", f"is damaged: its sheet “{self._name}” is no worksheet", at=CellRef(self._name)
            )

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else whole_number(number)
        if not 0 < self._row <= MOST_ROWS:
            raise self._out_of_place(number or "")
        self._column = 0
        if is_true(attributes.get("hidden")) or attributes.get("ht") == "0":
            self.hidden.add(self._row)

    def _out_of_place(self, place: str) -> RefusedError:
        return RefusedError(
            "unreadable_workbook",
            f"is damaged: its sheet “{self._name}” has a cell at “{place[:20]}”, where no cell can be",
            at=CellRef(self._name),
        )

    def data(self, text: str) -> None:
        if self._buffer is not None:
            self._buffer.append(text)
        elif self._inline is not None:
            self._inline.data(text)

    def end(self, tag: str) -> None:
        if tag == f"{MAIN}v":
            self._value, self._buffer = "".join(self._buffer or ()), None
        elif tag == f"{MAIN}c":
            self._end_cell()
        elif tag == f"{MAIN}f":
            self._formula, self._buffer = "".join(self._buffer or ()), None
        elif self._inline is not None:
            self._inline.end(tag.rpartition("}")[2])

    def _end_cell(self) -> None:
        reference = self._cell.get("r")
        row, column = self._row, self._column + 1
        if reference is not None:
            place = _A1.fullmatch(reference)
            if place is None:
                raise self._out_of_place(reference)
            row, column = int(place[2]), _column(place[1])
        if not (0 < row <= MOST_ROWS and 0 < column <= MOST_COLUMNS):
            raise self._out_of_place(reference or "")
        self._column = column
        if self._value is None and self._formula is None and self._inline is None:
            return
        index = self._cell.get("s", "0")
        style = self._styles[int(index)] if index.isdecimal() and int(index) < len(self._styles) else _NO_STYLE
        formula = None if self._formula is None else self._whole_formula(row, column)
        content = self._content(style, row, column)
        self._inline = None
        if content is None:
            return
        kind, text, value, plain = content
        self._budget.count_text(len(text) + len(plain) + len(formula or ""))
        self.rows.setdefault(row, []).append([column, kind, text, value, style.format.code, None, formula, plain])

    def _content(self, style: Style, row: int, column: int) -> Content | None:
        """What the cell just read holds; None when that is nothing."""
        kind, value = self._cell.get("t", "n"), self._value
        if kind == "inlineStr" and self._inline is not None:
            return self._text(self._inline.runs, style)
        if kind == "s" and value:
            return self._text(self._shared_text(value, row, column), style)
        if value is None or (value == "" and kind != "str"):
            return (CellKind.UNCALCULATED, "", None, "") if self._formula is not None else None
        if kind == "e":
            return CellKind.ERROR, value, None, ""
        if kind == "b" and value.strip().lower() in ("0", "1", "true", "false"):
            yes = value.strip().lower() in ("1", "true")
            return CellKind.BOOLEAN, "TRUE" if yes else "FALSE", yes, ""
        if kind == "d" and (when := iso_moment(value.strip())) is not None:
            return _moment_kind(when), moment_text(when), when.isoformat(), ""
        if kind == "n" and _NUMBER.fullmatch(number := value.strip()):
            return self._number(number, style)
        return self._text([Run(decode(value))], style)

    def _text(self, runs: list[Run], style: Style) -> Content | None:
        plain = runs[0].text if len(runs) == 1 else "".join(run.text for run in runs)
        if not plain and self._formula is None:
            return None
        styled = any(run.styled for run in runs)
        text = markdown(runs, bold=style.bold, italic=style.italic) if styled else plain
        return CellKind.TEXT, text, None, "" if text == plain else plain

    def _shared_text(self, index: str, row: int, column: int) -> list[Run]:
        index = index.strip()
        if not (index.isascii() and index.isdigit() and len(index) < 10 and int(index) < len(self._strings)):
            at = CellRef(self._name, row, column)
            raise RefusedError("unreadable_workbook", f"is damaged: the text of {at} is missing from the file", at=at)
        return self._strings[int(index)]

    def _number(self, raw: str, style: Style) -> Content:
        number = float(raw)
        if number in (float("inf"), float("-inf")):  # 1e999: no number that a spreadsheet or JSON can hold
            return CellKind.NUMBER, raw, None, ""
        when = moment(number, style.format, from_1904=self._from_1904)
        if when is not None:
            return _moment_kind(when), moment_text(when), when.isoformat(), ""
        whole = raw.lstrip("+-").isdigit()
        value = int(raw) if whole else int(number) if number.is_integer() and abs(number) < 1e15 else number
        return CellKind.NUMBER, number_text(raw, style.format), value, ""

    def _whole_formula(self, row: int, column: int) -> str:
        """The formula with its “=”; one that is stored once for many cells is moved to this cell."""
        text, attributes = self._formula or "", self._formula_attributes
        formula = "=" + decode(text)
        if attributes.get("t") != "shared":
            return formula
        key, at = attributes.get("si", ""), CellRef(self._name, row, column)
        if text:
            self._shared[key] = (formula, at.a1 or "", None)
            return formula
        if key not in self._shared:
            return formula
        from openpyxl.formula.translate import Translator, TranslatorError

        formula, origin, translator = self._shared[key]
        try:
            translator = translator or Translator(formula, origin)
            self._shared[key] = (formula, origin, translator)
            return str(translator.translate_formula(at.a1))
        except (TranslatorError, ValueError, LookupError, TypeError, AttributeError):
            return formula

    def finish(self, relationships: dict[str, Relationship]) -> None:
        """Put the cells of each row in order and give them their links, when the whole part has been read."""
        links: dict[tuple[int, int], str] = {}
        for (top, left, bottom, right), identifier, location in self._links:
            target = relationships.get(identifier)
            if target is None or not target.external or not target.target:
                continue
            address = f"{target.target}#{location}" if location else target.target
            for row in range(top, bottom + 1):
                links.update({(row, column): address for column in range(left, right + 1)})
        for top, left, bottom, right in self.merges if links else ():
            # A link on any cell of a merge is shown at its first, the only one to be seen.
            places = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            if found := next((links[place] for place in places if place in links), None):
                links[top, left] = found
        for number, cells in self.rows.items():
            unique = {cell[0]: cell for cell in cells}
            for column, cell in unique.items():
                stated = _HYPERLINK.match(cell[6]) if cell[6] else None
                cell[5] = links.get((number, column)) or (stated[1] if stated else None)
            self.rows[number] = [unique[column] for column in sorted(unique)]


_NO_STYLE = Style()


def _moment_kind(value: object) -> CellKind:
    return CellKind.TIME if isinstance(value, time) else CellKind.DATE


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _area(reference: str) -> Area | None:
    """“B2:D4” → (2, 2, 4, 4); None for what is no range of cells."""
    first, _, last = reference.partition(":")
    start, end = _A1.fullmatch(first), _A1.fullmatch(last or first)
    if start is None or end is None:
        return None
    rows, columns = sorted((int(start[2]), int(end[2]))), sorted((_column(start[1]), _column(end[1])))
    if rows[1] > MOST_ROWS or columns[1] > MOST_COLUMNS:
        return None
    return rows[0], columns[0], rows[1], columns[1]
