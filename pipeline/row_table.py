"""The row of a problem as a small table of plain characters, for reports that people read and pass on.

Columns are separated by bars and the cell that is meant stands between “>” and “<”, so that the table can be read without
colour and in a letter whose characters are not all of one width.
"""

import unicodedata
from collections.abc import Sequence, Set
from typing import NamedTuple

from pipeline.harmless import shortened, visible
from pipeline.model import Kind
from pipeline.problems import CellRef, Problem
from pipeline.records import Record, Rows

MOST_COLUMNS = 100
"""How wide a table is at most, in columns of a terminal."""

MOST_ROWS = 3
"""How many rows are shown of those that a problem is about."""

_NEIGHBOURS = 4
_LEAST_WIDTH, _LEAST_WIDTH_OF_THE_CELL = 8, 24
_MOST_WIDTH = 60
_INDENT = "    "
_MARK, _UNMARK = "> ", " <"
_BLANK = "(blank)"


class _Shown(NamedTuple):
    """What one cell of the table shows; a marked one is the cell that the problem is about."""

    text: str
    is_marked: bool = False


def row_table(problems: Sequence[Problem], rows: Rows, *, paint: str = "{}") -> tuple[str, ...]:
    """The lines of the table for copies of one problem; none where it would say nothing.

    `problems` are about cells of one column. It shows the column with the nearest ones that are filled in, for the first
    rows and for rows of the same sheet that the problem names. Problems of headings, of sheets and of settings, and rows
    that hold nothing else, have none. `paint` puts colour around a marked cell.
    """
    at = problems[0].at
    table = next((table for table in rows if table.name == at.sheet and not table.sheet.settings), None)
    if table is None or not at.a1:
        return ()
    by_row = {record.row: record for record in table}
    marked = {problem.at for problem in problems}
    places = [at, *(place for place in problems[0].related if place.sheet == at.sheet), *sorted(marked)]
    shown = [by_row[row] for row in dict.fromkeys(place.row for place in places) if row in by_row][:MOST_ROWS]
    if at.row not in by_row:
        return ()
    columns = _columns(at.column, shown, named_by=table.sheet.named_by)
    if len(columns) < 2:
        return ()
    fields = by_row[at.row].fields
    grid = [[_Shown("row"), *(_Shown(_one_line(fields[name].column.heading)) for name in columns)]]
    for record in sorted(shown, key=lambda record: record.row):
        grid.append([_Shown(str(record.row)), *(_cell(record, name, marked) for name in columns)])
    widths = _widths(grid, widest=1 + [fields[name].at.column for name in columns].index(at.column))
    return tuple(_line(row, widths, paint) for row in grid)


def _columns(bad: int, shown: Sequence[Record], *, named_by: str) -> list[str]:
    """The attributes of the columns to show, from left to right: the bad one, that with the name of the row, and the
    nearest that hold something.
    """
    there = {
        name: held.at.column
        for name, held in shown[0].fields.items()
        if held.at.column == bad or any(_text(record, name) for record in shown)
    }
    if bad not in there.values():
        return []
    by_distance = sorted(there, key=lambda name: (name != named_by, abs(there[name] - bad), there[name]))
    nearest = [name for name in by_distance if there[name] != bad][:_NEIGHBOURS]
    nearest += [name for name in there if there[name] == bad][:1]
    return sorted(nearest, key=lambda name: there[name])


def _text(record: Record, name: str) -> str:
    """What the cell shows: names without the marks of bold and italic, everything else as it stands."""
    held = record.fields.get(name)
    if held is None:
        return ""
    is_long = held.column.kind in (Kind.TEXT, Kind.PAGE)
    return (held.value if isinstance(held.value, str) and not is_long else held.text).strip()


def _cell(record: Record, name: str, marked: Set[CellRef]) -> _Shown:
    text = _one_line(_text(record, name))
    held = record.fields.get(name)
    if held is None or held.at not in marked:
        return _Shown(text)
    return _Shown(f"{_MARK}{text or _BLANK}{_UNMARK}", is_marked=True)


def _one_line(text: str) -> str:
    """The beginning of a text, on one line and without the bar that ends a column."""
    return visible(shortened(" ".join(text.split()), 2 * _MOST_WIDTH)).replace("|", "/").replace("\u2009", " ")


def _widths(grid: Sequence[Sequence[_Shown]], *, widest: int) -> list[int]:
    """The width of each column: what it needs, and less for the widest ones until all fit; `widest` may keep the most."""
    widths = [min(max(_width(row[at].text) for row in grid), _MOST_WIDTH) for at in range(len(grid[0]))]
    least = [_LEAST_WIDTH_OF_THE_CELL if at == widest else _LEAST_WIDTH for at in range(len(widths))]
    while sum(widths) + 3 * (len(widths) - 1) + len(_INDENT) > MOST_COLUMNS:
        at = max(range(len(widths)), key=lambda at: widths[at] - least[at])
        widths[at] -= 1
    return widths


def _line(row: Sequence[_Shown], widths: Sequence[int], paint: str) -> str:
    cells: list[str] = []
    for shown, width in zip(row, widths, strict=True):
        cut = _cut(shown, width)
        padding = " " * (width - _width(cut))
        if not cells:
            cells.append(padding + cut)  # the number of the row
            continue
        cells.append((paint.replace("{}", cut) if shown.is_marked else cut) + padding)
    return (_INDENT + " | ".join(cells)).rstrip()


def _cut(shown: _Shown, width: int) -> str:
    """The text in at most `width` columns; a marked cell keeps its marks."""
    if _width(shown.text) <= width:
        return shown.text
    end = "..." + (_UNMARK if shown.is_marked else "")
    kept = shown.text
    while _width(kept) > width - len(end):
        kept = kept[:-1]
    return kept.rstrip() + end


def _width(text: str) -> int:
    """The columns that `text` takes in a terminal: two for wide letters, none for marks on others (UAX 11)."""
    return sum(
        0 if unicodedata.category(one) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(one) in ("W", "F"))
        for one in text
    )
