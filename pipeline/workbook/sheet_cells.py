"""The cells of one worksheet part, edited in place: found, changed, or put where none was.

A sheet may hold half a million cells; only the rows that matter are looked into.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipeline.problems import column_letters
from pipeline.workbook.elements import Element, Splice, elements
from pipeline.workbook.limits import LIMITS
from pipeline.workbook.markup import is_true, whole_number

_BEFORE_DATA = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols")
_AFTER_SHAPES = (
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst AlternateContent"
)
"""What stands after the place of `legacyDrawing`, and before the cells (ISO/IEC 29500-1, 18.3.1.99)."""

_SKIPPED = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|"
_ROOT = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*<([^\s/>!?]+)[^>]*?(/?)>", re.DOTALL)
_DATA = re.compile(_SKIPPED + rb"<((?:[^\s/>:]+:)?sheetData)(?:\s[^>]*?)?(/?)>", re.DOTALL)
_STYLE = re.compile(rb"""\ss=["'](\d{1,6})["']""")
_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)")

Place = tuple[int, int]
"""Row and column, from 1."""
Change = Callable[[Element | None, int], bytes]
"""What becomes of a cell: its element, or None and the style that a new cell there would have → the cell as XML."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A worksheet part taken apart: what stands before its rows, the rows, and what stands after them."""

    source: bytes
    prefix: str
    inside: int
    head: tuple[Element, ...]
    data: Element | None
    tail: tuple[Element, ...]

    def all(self, local: str) -> list[Element]:
        """The elements called `local` beside the rows."""
        return [element for element in (*self.head, *self.tail) if element.local == local]

    def for_shapes(self) -> int:
        """Where an element that names the shapes of the comments belongs."""
        after = [element.start for element in self.tail if element.local in _AFTER_SHAPES.split()]
        return min(after) if after else self.source.rindex(b"</")


def frame_of(content: bytes) -> Frame:
    """The frame of a worksheet part (UTF-8)."""
    root = _ROOT.match(content)
    if root is None:
        raise ValueError("no element")
    name = root[1].decode()
    prefix = name[: name.find(":") + 1]
    begun = next((found for found in _DATA.finditer(content, root.end()) if found[1]), None)
    if begun is None:
        children = tuple(elements(content, root.end()))
        head = tuple(child for child in children if child.local in _BEFORE_DATA)
        return Frame(content, prefix, root.end(), head, None, tuple(child for child in children if child not in head))
    inside_end, end = begun.end(), begun.end()
    if not begun[2]:
        closing = re.compile(_SKIPPED + rb"(</" + re.escape(begun[1]) + rb"\s*>)", re.DOTALL)
        found = next(found for found in closing.finditer(content, begun.end()) if found[1])
        inside_end, end = found.span()
    data = Element(content, begun[1].decode(), begun.start(), begun.end(), inside_end, end)
    head = tuple(elements(content, root.end(), begun.start()))
    return Frame(content, prefix, root.end(), head, data, tuple(elements(content, end)))


def cell_edits(frame: Frame, changes: Mapping[Place, Change]) -> list[Splice]:
    """The edits that change the cells at these places; rows and cells that are not there are made."""
    if not changes:
        return []
    wanted: dict[int, list[int]] = {}
    for row, column in sorted(changes):
        wanted.setdefault(row, []).append(column)
    edits: list[Splice] = []
    found, places = _rows(frame, list(wanted))
    columns = _column_styles(frame)
    new_rows: dict[int, list[str]] = {}
    for number, numbers in wanted.items():
        if number in found:
            edits += _row_edits(found[number], number, numbers, changes, columns)
            continue
        cells = b"".join(changes[number, column](None, _style_of(columns, column)) for column in numbers)
        new = f'<{frame.prefix}row r="{number}">{cells.decode()}</{frame.prefix}row>'
        new_rows.setdefault(places[number], []).append(new)
    return edits + _new_row_edits(frame, new_rows)


def _new_row_edits(frame: Frame, new_rows: Mapping[int, list[str]]) -> list[Splice]:
    if not new_rows:
        return []
    if frame.data is None:
        place = max((element.end for element in frame.head), default=frame.inside)
        rows = "".join(row for place_rows in new_rows.values() for row in place_rows)
        return [Splice(place, place, f"<{frame.prefix}sheetData>{rows}</{frame.prefix}sheetData>".encode())]
    if frame.data.is_empty:
        return [frame.data.appended(inner="".join(row for rows in new_rows.values() for row in rows))]
    return [Splice(place, place, "".join(rows).encode()) for place, rows in new_rows.items()]


def _rows(frame: Frame, wanted: list[int]) -> tuple[dict[int, Element], dict[int, int]]:
    """The wanted rows that are there, and where the others belong."""
    found: dict[int, Element] = {}
    if frame.data is None:
        return found, dict.fromkeys(wanted, frame.inside)
    source, data = frame.source, frame.data
    places = dict.fromkeys(wanted, data.inside_end)
    name = re.escape(f"{frame.prefix}row".encode())
    tags = re.compile(_SKIPPED + rb"<" + name + rb"((?:\s[^>]*?)?)(/?)>|(</" + name + rb"\s*>)", re.DOTALL)
    number = passed = 0
    begun: re.Match[bytes] | None = None
    for tag in tags.finditer(source, data.inside, data.inside_end):
        if tag[3]:
            if begun is not None and number in places:
                found[number] = Element(
                    source, f"{frame.prefix}row", begun.start(), begun.end(), tag.start(), tag.end()
                )
            continue
        if tag[1] is None:
            continue
        begun = tag
        stated = re.search(rb"\sr\s*=\s*[\"'](\d+)[\"']", tag[1])
        number = int(stated[1]) if stated else number + 1
        while passed < len(wanted) and wanted[passed] < number:
            places[wanted[passed]] = tag.start()
            passed += 1
        if tag[2] and number in places:
            found[number] = Element(source, f"{frame.prefix}row", tag.start(), tag.end(), tag.end(), tag.end())
    return found, places


def _row_edits(
    row: Element, number: int, wanted: list[int], changes: Mapping[Place, Change], columns: list[tuple[int, int, int]]
) -> list[Splice]:
    cells: dict[int, Element] = {}
    column = 0
    for cell in row.all("c"):
        reference = cell.attributes.get("r")
        column = column_of(reference) if reference else column + 1
        cells[column] = cell
    own = whole_number(row.attributes.get("s")) if is_true(row.attributes.get("customFormat")) else None
    edits, added = [], b""
    for column in wanted:
        change = changes[number, column]
        if column in cells:
            cell = cells[column]
            edits.append(Splice(cell.start, cell.end, change(cell, 0)))
            continue
        new = change(None, _style_of(columns, column) if own is None else own)
        later = [cell.start for known, cell in cells.items() if known > column]
        if later:
            edits.append(Splice(min(later), min(later), new))
        else:
            added += new
    if added:
        edits.append(row.appended(inner=added))
    return edits


def covered_cells(frame: Frame) -> dict[Place, Place]:
    """The cells that a merge covers, each with the first cell of the merge, which is the one that shows."""
    covered: dict[Place, Place] = {}
    for element in (element for holder in frame.all("mergeCells") for element in holder.children):
        first, _, last = element.attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        if top and (bottom - top + 1) * (right - left + 1) <= LIMITS.merged_cells:
            covered |= {
                (row, column): (top, left) for row in range(top, bottom + 1) for column in range(left, right + 1)
            }
    return covered


def _column_styles(frame: Frame) -> list[tuple[int, int, int]]:
    """(first, last, style) of the columns that have a style of their own."""
    return [
        (whole_number(known.get("min")), whole_number(known.get("max")), whole_number(known.get("style")))
        for holder in frame.all("cols")
        for element in holder.children
        if (known := element.attributes).get("style")
    ]


def _style_of(columns: list[tuple[int, int, int]], column: int) -> int:
    return next((style for first, last, style in columns if first <= column <= last), 0)


def highest_style(sheets: Iterable[bytes]) -> int:
    """The highest number of a cell format that a cell of these worksheet parts names."""
    return max((int(number) for sheet in sheets for number in set(_STYLE.findall(sheet))), default=0)


def column_of(reference: str) -> int:
    """The column number of a cell reference: "AB14" → 28; 0 for what is none."""
    place = _A1.fullmatch(reference)
    number = 0
    for letter in place[1].upper() if place else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def place_of(reference: str) -> Place:
    """Row and column of a cell reference; zeros for what is none."""
    place = _A1.fullmatch(reference)
    return (int(place[2]), column_of(reference)) if place else (0, 0)


def reference_of(place: Place) -> str:
    """The cell reference of a place: (14, 28) → "AB14"."""
    return f"{column_letters(place[1])}{place[0]}"
