"""Our reader against openpyxl's own loader, cell by cell; `script/verify-reader` runs it over real workbooks.

openpyxl loads each workbook twice, for formulas with runs of rich text and for their saved results. Where we differ
on purpose a rule of `EXPLANATIONS` says so, by what the cell is and never by which file it is in; anything else is a
mismatch.
"""

import signal
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import cell as openpyxl_cell
from reference_values import decoded, format_rule, formula_rule, marked, stripped, value_rule

from pipeline.problems import Severity
from pipeline.workbook.cells import Cell, CellKind, Row, Workbook, Worksheet
from pipeline.workbook.reader import read_workbook

EXPLANATIONS = {
    "escapes": "texts with _xHHHH_ escapes or carriage returns, which openpyxl leaves as they are (ST_Xstring)",
    "typed escapes": "texts with a typed “x005F_”, of which openpyxl drops every one",
    "empty result": "formulas whose saved result is an empty text; openpyxl cannot tell it from no result",
    "result as own text": "results that LibreOffice writes as the cell's own text (inlineStr), which openpyxl leaves out",
    "covered": "cells under a merge, whose content openpyxl throws away; a check speaks of them",
    "no date": "numbers with a date format that stand for no date: negative, too large, or before the first of 1900",
    "first of 1904": "days before the second of 1904, which openpyxl gives as times",
    "seconds": "times, which we give to the second, as a spreadsheet shows them",
    "shape": "dates and times whose format shows only the date, or only the time",
    "empty format": "number formats that are empty, which we call General",
    "east asian": "dates in the fixed formats of East Asian Excels, which openpyxl does not know",
    "no number": "numbers that no spreadsheet can hold (1e999), which openpyxl gives as inf",
    "inner link": "links to a place in the workbook, which lead nowhere on a page",
    "stated link": "links that a HYPERLINK formula states",
    "data table": "results of a what-if table, whose formula is only attributes",
    "no height": "rows that are hidden by a height of nothing",
}
"""Each rule by which the two may differ, and why."""

REFUSALS = {
    "“Strict Open XML”": "Strict, of which openpyxl sees no sheet",
    "has no sheet with cells": "without sheets",
    "but the sheet itself is missing": "a listed sheet is not there, which openpyxl passes over",
    "where no cell can be": "cells outside the sheet (row 0, column XFE)",
    "is not an Excel workbook": "of which openpyxl sees no cell",
}
"""What we refuse although openpyxl opens it, by a piece of the message."""

TOO_LARGE = "refused by us for its size"
_NO_CELLS = ("“Strict Open XML”", "has no sheet with cells", "is not an Excel workbook")
_LOAD_SECONDS = 600
"""Of computing, so that a busy machine gives the same answer; the slowest workbook, with 65,000 links, takes 225."""


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
    problem = next((problem for problem in result.problems if problem.severity is Severity.ERROR), None)
    if problem is not None and problem.code == "too-large":
        found.outcome = TOO_LARGE  # openpyxl would take minutes over it
        return found
    theirs = _load(path)
    if problem is not None:
        refused = f"{problem.code}: {problem.message}".replace(path.name, "…")
        piece = next((piece for piece in REFUSALS if piece in problem.message), "")
        if isinstance(theirs, str):
            found.outcome = "opened by neither"
        elif piece and not (piece in _NO_CELLS and any(sheet._cells for sheet in theirs[0].worksheets)):
            found.outcome = f"refused by us only: {REFUSALS[piece]}"
        else:
            found.outcome = "refused by us only, without a rule"
            found.mismatches.append(refused)
    elif isinstance(theirs, str) or result.workbook is None:
        found.outcome = f"opened by us only; openpyxl: {theirs}"
    else:
        compare_workbooks(result.workbook, *theirs, found)
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

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _LOAD_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _links_without_values() -> Iterator[None]:
    """Keep openpyxl from writing the address of a link into an empty cell, which would look like content."""
    original = openpyxl_cell.Cell.hyperlink

    def set_link(self: Any, link: Any) -> None:
        if link is not None:
            link.ref = self.coordinate
        self._hyperlink = link

    openpyxl_cell.Cell.hyperlink = property(original.fget, set_link)  # type: ignore[assignment, attr-defined]
    try:
        yield
    finally:
        openpyxl_cell.Cell.hyperlink = original  # type: ignore[method-assign]


def compare_workbooks(ours: Workbook, formulas: Any, values: Any, found: Comparison) -> None:
    """Put into `found` what differs between our reading and openpyxl's two."""
    our_sheets = [(sheet.name, sheet.hidden) for sheet in ours.sheets]
    their_sheets = [(decoded(sheet.title), sheet.sheet_state != "visible") for sheet in formulas.worksheets]
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
        self.outside = {relationship.id for relationship in formulas._rels if relationship.TargetMode == "External"}

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
        theirs = dimensions.get(row.number)  # its [] would make one
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
        self.judge(a1, value_rule(ours, value, with_value.data_type, is_formula), (ours.kind, ours.value), value)
        self.judge(f"{a1} formula", formula_rule(ours, formula if is_formula else None), ours.formula, formula)
        self.judge(f"{a1} format", format_rule(ours, with_formula), ours.number_format, with_formula.number_format)
        self.compare_link(a1, ours, with_formula.hyperlink)
        if ours.kind is CellKind.TEXT and not is_formula:
            theirs = marked(formula, with_formula.font)
            same = ours.text in theirs or stripped(ours.text) in theirs
            self.judge(f"{a1} runs", "" if same else None, ours.text, theirs)

    def compare_link(self, a1: str, ours: Cell, link: Any) -> None:
        theirs, rule = None, ""
        if link is not None and link.id and link.target:
            outside = link.id in self.outside
            theirs = f"{link.target}#{link.location}" if link.location else link.target
            theirs, rule = (theirs, "") if outside else (None, "inner link")
        elif link is not None:
            rule = "inner link"
        if ours.link != theirs:
            stated = ours.formula is not None and "HYPERLINK(" in ours.formula.upper() and theirs is None
            rule = "stated link" if stated else None  # type: ignore[assignment]
        self.judge(f"{a1} link", rule, ours.link, theirs)
