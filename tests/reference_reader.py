"""Our reader against openpyxl's own loader, cell by cell; `script/verify-reader` runs it over real workbooks.

openpyxl loads each workbook twice, for formulas with runs of rich text and for their saved results. Where we differ
on purpose a rule of `EXPLANATIONS` says so, by what the cell is and never by which file it is in; anything else is a
mismatch.
"""

import math
import re
import signal
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import cell as openpyxl_cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from pipeline.workbook.cells import Cell, CellKind, Row, Workbook, Worksheet
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.richtext import Run, markdown

EXPLANATIONS = {
    "escapes": "texts with _xHHHH_ escapes or carriage returns, which openpyxl leaves as they are (ST_Xstring)",
    "empty result": "formulas whose saved result is an empty text; openpyxl cannot tell it from no result",
    "covered": "cells under a merge, whose content openpyxl throws away; a check speaks of them",
    "no date": "numbers with a date format that stand for no date (negative, too large); Excel shows them as ####",
    "seconds": "times, which we give to the second, as a spreadsheet shows them",
    "shape": "dates and times whose format shows only the date, or only the time",
    "east asian": "dates in the fixed formats of East Asian Excels, which openpyxl does not know",
    "no number": "numbers that no spreadsheet can hold (1e999, nan), which openpyxl gives as inf or nan",
    "kind": "contents that do not fit their kind (yes as a boolean), given as text",
    "inner link": "links to a place in the workbook, which lead nowhere on a page",
    "stated link": "links that a HYPERLINK formula states",
    "data table": "results of a what-if table, whose formula is only attributes",
    "no height": "rows that are hidden by a height of nothing",
}
"""Each rule by which the two may differ, and why."""

_LOAD_SECONDS = 120
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class Comparison:
    """What one workbook showed: the outcome in a few words, what differs by which rule, and what differs by none."""

    name: str
    outcome: str = "equal"
    sheets: int = 0
    cells: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)


def compare(path: Path) -> Comparison:
    """Read one workbook both ways."""
    found = Comparison(path.name)
    result = read_workbook(path)
    theirs = _load(path)
    if result.workbook is None:
        [problem] = [problem for problem in result.problems if problem.severity.value == "error"]
        refused = f"{problem.code}: {problem.message}".replace(path.name, "…")
        if isinstance(theirs, str):
            found.outcome = "opened by neither"
        elif not theirs[0].worksheets:
            found.outcome = f"refused by us, opened by openpyxl with no sheets — {refused}"
        else:
            found.outcome = f"refused by us, opened by openpyxl — {refused}"
    elif isinstance(theirs, str):
        found.outcome = f"opened by us only; openpyxl: {theirs}"
    else:
        _compare_workbooks(result.workbook, *theirs, found)
        if found.mismatches:
            found.outcome = "different"
        elif found.rules:
            found.outcome = "equal but for the rules below"
    return found


def _load(path: Path) -> tuple[Any, Any] | str:
    """The workbook with formulas and with results, or the kind of exception that openpyxl raises."""
    try:
        with _limited_time(), _links_without_values(), warnings.catch_warnings(), path.open("rb") as stream:
            warnings.simplefilter("ignore")
            formulas = load_workbook(stream, rich_text=True, keep_links=False)
            stream.seek(0)
            return formulas, load_workbook(stream, data_only=True, keep_links=False)
    except (Exception, MemoryError) as error:
        return type(error).__name__


@contextmanager
def _limited_time() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_LOAD_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _links_without_values() -> Iterator[None]:
    """Keep openpyxl from writing the address of a link into an empty cell, which would look like content."""
    original = openpyxl_cell.Cell.hyperlink

    def set_link(self: Any, link: Any) -> None:
        if link is not None:
            link.ref = self.coordinate
        self._hyperlink = link

    openpyxl_cell.Cell.hyperlink = property(original.fget, set_link)  # type: ignore[assignment, arg-type, attr-defined]
    try:
        yield
    finally:
        openpyxl_cell.Cell.hyperlink = original  # type: ignore[method-assign]


def _compare_workbooks(ours: Workbook, formulas: Any, values: Any, found: Comparison) -> None:
    our_sheets = [(sheet.name, sheet.hidden) for sheet in ours.sheets]
    their_sheets = [(_decoded(sheet.title), sheet.sheet_state != "visible") for sheet in formulas.worksheets]
    if our_sheets != their_sheets:
        found.mismatches.append(f"sheets: {our_sheets} and openpyxl {their_sheets}")
        return
    for sheet, with_formulas, with_values in zip(ours.sheets, formulas.worksheets, values.worksheets, strict=True):
        found.sheets += 1
        _SheetComparison(sheet, with_formulas, with_values, found).run()


class _SheetComparison:
    """One sheet of ours beside the same sheet as openpyxl loads it."""

    def __init__(self, ours: Worksheet, formulas: Any, values: Any, found: Comparison) -> None:
        self.ours, self.formulas, self.values, self.found = ours, formulas, values, found
        self.cells = {(row.number, column): cell for row in ours.rows for column, cell in row.cells.items()}

    def run(self) -> None:
        merges = sorted((area.min_row, area.min_col, area.max_row, area.max_col) for area in self.merged())
        if sorted(set(self.ours.merges)) != sorted(set(merges)):
            self.differ("merges", self.ours.merges, merges)
        for row in self.ours.rows:
            self.compare_row(row)
        for place in sorted(self.cells.keys() | self.formulas._cells.keys()):
            self.compare_cell(place, self.cells.get(place))

    def merged(self) -> Any:
        return self.formulas.merged_cells.ranges

    def differ(self, what: str, ours: object, theirs: object) -> None:
        self.found.mismatches.append(f"{self.ours.name} {what}: {ours!r:.90} and openpyxl {theirs!r:.90}")

    def judge(self, what: str, rule: str | None, ours: object, theirs: object) -> None:
        """Count a rule; "" is equal, None a difference that no rule names."""
        if rule is None:
            self.differ(what, ours, theirs)
        elif rule:
            self.found.rules[rule] += 1

    def compare_row(self, row: Row) -> None:
        dimensions = self.formulas.row_dimensions
        theirs = dimensions[row.number] if row.number in dimensions else None
        hidden = theirs is not None and bool(theirs.hidden)
        no_height = theirs is not None and theirs.height == 0
        rule = "" if row.hidden == hidden else "no height" if row.hidden and no_height else None
        self.judge(f"row {row.number} hidden", rule, row.hidden, hidden)

    def compare_cell(self, place: tuple[int, int], ours: Cell | None) -> None:
        with_formula, with_value = self.formulas._cells.get(place), self.values._cells.get(place)
        formula, value = getattr(with_formula, "value", None), getattr(with_value, "value", None)
        is_formula = getattr(with_formula, "data_type", "") == "f"
        a1 = f"{place}"
        if ours is None:
            if is_formula or value not in (None, ""):
                self.differ(a1, None, (formula, value))
            return
        self.found.cells += 1
        a1 = ours.at.a1 or ""
        if with_formula is None or type(with_formula).__name__ == "MergedCell":
            covered = any(
                area.min_row <= place[0] <= area.max_row and area.min_col <= place[1] <= area.max_col
                for area in self.merged()
            )
            self.judge(a1, "covered" if covered else None, ours.text, None)
            return
        self.judge(a1, _value_rule(ours, value, with_value.data_type, is_formula), (ours.kind, ours.value), value)
        self.judge(f"{a1} formula", _formula_rule(ours, formula if is_formula else None), ours.formula, formula)
        self.judge(f"{a1} format", _format_rule(ours, with_formula), ours.number_format, with_formula.number_format)
        self.compare_link(a1, ours, with_formula.hyperlink)
        if ours.kind is CellKind.TEXT and not is_formula:
            theirs = _marked(formula, with_formula.font)
            self.judge(f"{a1} runs", "" if ours.text == theirs else None, ours.text, theirs)

    def compare_link(self, a1: str, ours: Cell, link: Any) -> None:
        theirs, rule = None, ""
        if link is not None and link.id and link.target:
            outside = self.formulas._rels.get(link.id).TargetMode == "External"
            theirs = f"{link.target}#{link.location}" if link.location else link.target
            theirs, rule = (theirs, "") if outside else (None, "inner link")
        elif link is not None:
            rule = "inner link"
        if ours.link != theirs:
            stated = ours.formula is not None and "HYPERLINK(" in ours.formula.upper() and theirs is None
            rule = "stated link" if stated else None  # type: ignore[assignment]
        self.judge(f"{a1} link", rule, ours.link, theirs)


def _decoded(text: str) -> str:
    """The text with its escapes undone, by a way of our own: `decode` of the reader is what is looked at here."""
    pieces = _ESCAPE.split(text)
    units = b"".join(
        int(piece, 16).to_bytes(2, "little") if number % 2 else piece.encode("utf-16-le", "surrogatepass")
        for number, piece in enumerate(pieces)
    )
    return units.decode("utf-16-le", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _value_rule(ours: Cell, value: Any, data_type: str, is_formula: bool) -> str | None:
    plain = ours.plain or ours.text
    match value:
        case None if is_formula and ours.kind is CellKind.UNCALCULATED:
            return ""
        case None if is_formula and ours.kind is CellKind.TEXT and ours.text == "":
            return "empty result"
        case bool():
            return "" if ours.kind is CellKind.BOOLEAN and ours.value is value else None
        case str() if data_type == "e" and ours.kind is CellKind.ERROR:
            return "" if ours.text == value else None
        case "#VALUE!" if data_type == "e" and ours.kind is CellKind.NUMBER:
            return "no date"
        case str() if ours.kind is CellKind.TEXT:
            return "" if plain == value else "escapes" if plain == _decoded(value) else None
        case int() | float():
            return _number_rule(ours, value)
        case datetime() | date() | time():
            return _moment_rule(ours, value)
        case timedelta():
            days = value.total_seconds() / 86400
            near = isinstance(ours.value, (int, float)) and abs(ours.value - days) < 1 / 86400
            return "" if ours.kind is CellKind.NUMBER and near else None
    return None


def _number_rule(ours: Cell, value: float) -> str | None:
    if not math.isfinite(value):
        return "no number" if ours.value is None else None
    if ours.kind in (CellKind.DATE, CellKind.TIME):
        return "east asian" if ours.number_format in ("yyyy-mm-dd", "hh:mm:ss") else None
    if ours.kind is not CellKind.NUMBER or not isinstance(ours.value, (int, float)):
        return None
    return "" if f"{ours.value:.15g}" == f"{value:.15g}" else None


def _moment_rule(ours: Cell, value: date | datetime | time) -> str | None:
    """openpyxl gives a date with its time whatever the format shows, to the millisecond."""
    if ours.kind is CellKind.NUMBER:
        return "no date" if not isinstance(ours.value, (int, float)) or ours.value < 0 else None
    if type(ours.value) is type(value) and ours.value == value:
        return ""
    whole = value if isinstance(value, datetime) else None
    if isinstance(value, time):
        whole = datetime.combine(date(1899, 12, 30), value)
    if whole is None:
        return None
    near = (whole + timedelta(milliseconds=500)).replace(microsecond=0)
    if isinstance(ours.value, time):
        expected: object = near.time()
    elif isinstance(ours.value, datetime):
        expected = near
    else:
        expected = near.date()
    if ours.value != expected:
        return None
    return "seconds" if type(ours.value) is type(value) else "shape" if near.time() != time() else ""


def _formula_rule(ours: Cell, theirs: Any) -> str | None:
    if isinstance(theirs, DataTableFormula):
        return "data table" if ours.formula == "=" else None
    text = theirs.text if isinstance(theirs, ArrayFormula) else theirs
    if ours.formula == text:
        return ""
    return "escapes" if text is not None and ours.formula == _decoded(text) else None


def _format_rule(ours: Cell, theirs: Any) -> str | None:
    if ours.number_format == theirs.number_format:
        return ""
    return "east asian" if theirs.number_format == "General" and ours.number_format in _EAST_ASIAN else None


_EAST_ASIAN = ("yyyy-mm-dd", "hh:mm:ss")


def _marked(value: Any, font: Any) -> str:
    """openpyxl's text as ours should be: its runs through our marks, which have tests of their own."""
    pieces = value if isinstance(value, CellRichText) else [value]
    runs = [
        Run(_decoded(piece.text), bold=bool(piece.font.b), italic=bool(piece.font.i), styled=True)
        if isinstance(piece, TextBlock)
        else Run(_decoded(str(piece)))
        for piece in pieces
    ]
    return markdown(runs, bold=bool(font.b), italic=bool(font.i))
