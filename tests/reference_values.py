"""By which rule one cell of ours may differ from openpyxl's; "" where they are equal, None where no rule fits."""

import math
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from pipeline.workbook.cells import Cell, CellKind
from pipeline.workbook.richtext import Run, markdown

_EAST_ASIAN = ("yyyy-mm-dd", "hh:mm:ss")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def decoded(text: str) -> str:
    """The text with its escapes undone, by a way of our own: `decode` of the reader is what is looked at here."""
    pieces = _ESCAPE.split(text)
    units = b"".join(
        int(piece, 16).to_bytes(2, "little") if number % 2 else piece.encode("utf-16-le", "surrogatepass")
        for number, piece in enumerate(pieces)
    )
    return units.decode("utf-16-le", "replace").replace("\r\n", "\n").replace("\r", "\n")


def value_rule(ours: Cell, value: Any, data_type: str, is_formula: bool) -> str | None:
    """For the value that openpyxl gives of the saved result."""
    plain = ours.plain or ours.text
    match value:
        case None if is_formula and ours.kind is CellKind.UNCALCULATED:
            return ""
        case None if is_formula and ours.kind is CellKind.TEXT and ours.text == "":
            return "empty result"
        case None if is_formula and ours.kind is CellKind.TEXT and data_type == "inlineStr":
            return "result as own text"
        case bool():
            return "" if ours.kind is CellKind.BOOLEAN and ours.value is value else None
        case str() if data_type == "e" and ours.kind is CellKind.ERROR:
            return "" if ours.text == value else None
        case "#VALUE!" if data_type == "e" and ours.kind is CellKind.NUMBER:
            return "no date"
        case str() if ours.kind is CellKind.TEXT:
            if plain == value:
                return ""
            return "escapes" if plain == decoded(value) else "typed escapes" if stripped(plain) == value else None
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
        return "east asian" if ours.number_format in _EAST_ASIAN else None
    if ours.kind is not CellKind.NUMBER or not isinstance(ours.value, (int, float)):
        return None
    return "" if f"{ours.value:.15g}" == f"{value:.15g}" else None


def _moment_rule(ours: Cell, value: date | datetime | time) -> str | None:
    """openpyxl gives a date with its time whatever the format shows, to the millisecond."""
    if ours.kind is CellKind.NUMBER:
        before = isinstance(value, time) or (isinstance(ours.value, (int, float)) and ours.value < 0)
        return "no date" if before else None
    if type(ours.value) is type(value) and ours.value == value:
        return ""
    whole = value if isinstance(value, datetime) else None
    if isinstance(value, time):
        whole = datetime.combine(date(1904, 1, 1), value)
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
    if isinstance(value, time) and not isinstance(ours.value, time):
        return "first of 1904"
    return "seconds" if type(ours.value) is type(value) else "shape" if near.time() != time() else ""


def formula_rule(ours: Cell, theirs: Any) -> str | None:
    """For openpyxl's formula: a text, one of its two classes, or None."""
    if isinstance(theirs, DataTableFormula):
        return "data table" if ours.formula == "=" else None
    text = theirs.text if isinstance(theirs, ArrayFormula) else theirs
    if ours.formula == text:
        return ""
    return "escapes" if text is not None and ours.formula == decoded(text) else None


def format_rule(ours: Cell, theirs: Any) -> str | None:
    """For the number formats of the two cells."""
    if ours.number_format == theirs.number_format:
        return ""
    if theirs.number_format == "" and ours.number_format == "General":
        return "empty format"
    return "east asian" if theirs.number_format == "General" and ours.number_format in _EAST_ASIAN else None


def stripped(text: str) -> str:
    """The text as openpyxl would leave it: it drops what escapes an underscore wherever it stands."""
    return text.replace("x005F_", "")


def marked(value: Any, font: Any) -> tuple[str, str]:
    """openpyxl's text as ours should be, with escapes decoded and as they are: its runs through our marks."""
    pieces = value if isinstance(value, CellRichText) else [value]
    runs = [
        Run(piece.text, bold=bool(piece.font.b), italic=bool(piece.font.i), styled=True)
        if isinstance(piece, TextBlock)
        else Run(str(piece))
        for piece in pieces
    ]
    readable = [replace(run, text=decoded(run.text)) for run in runs]
    bold, italic = bool(font.b), bool(font.i)
    return markdown(readable, bold=bold, italic=italic), markdown(runs, bold=bold, italic=italic)
