"""Texts of cells rewritten in a copy of the workbook; every other byte of it stays.

A text that several cells share is left to the others: the repaired cell gets a text of its own. A cell in several styles
is repaired run by run, and left as it is where that cannot be done. A formula is never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.problems import CellRef
from pipeline.workbook.annotate import annotate, refuse_broken
from pipeline.workbook.elements import Element, encoded, reprefixed, root_of, spliced
from pipeline.workbook.parts import Parts
from pipeline.workbook.richtext import decode
from pipeline.workbook.sheet_cells import Change, Place, cell_edits, frame_of, reference_of
from pipeline.workbook.sheet_list import book_part, listed_sheets

_MOST_DIFFERENT = 4_000
"""Up to how many characters between the first and the last difference two texts are compared letter by letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One cell's text before and after; `code` is that of the problem, `heading` the column's.

    Texts are as the reader gives them: bold and italic runs as Markdown-lite. A blank cell is "" before.
    """

    at: CellRef
    heading: str
    before: str
    after: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A workbook with repairs made, and the repairs that could not be made without losing something of the cell."""

    package: bytes
    made: tuple[Repair, ...]
    left: tuple[Repair, ...]


def repair(package: bytes, repairs: Sequence[Repair]) -> Repaired:
    """Make the repairs in `package`, at most one for a cell; marks of an earlier `annotate` are taken out with them.

    Raises `RefusedError` for what is no readable workbook, and `PipelineError` rather than giving a broken copy.
    """
    if not repairs:
        return Repaired(package=package, made=(), left=())
    parts = Parts(annotate(package, ()))
    texts = _SharedTexts(parts)
    made: set[Repair] = set()
    by_place = {repair.at: repair for repair in repairs}
    for sheet in listed_sheets(parts):
        wanted = {(at.row, at.column): repair for at, repair in by_place.items() if at.sheet == sheet.name and at.a1}
        if not wanted or not sheet.is_worksheet or sheet.part not in parts:
            continue
        frame = frame_of(parts.text(sheet.part))
        changes: dict[Place, Change] = {}
        for place, one in wanted.items():
            changes[place] = _rewritten(place, one, texts, made, frame.prefix)
        parts.edit(sheet.part, cell_edits(frame, changes))
    refuse_broken(parts)
    return Repaired(
        package=parts.packed() if made else package,
        made=tuple(one for one in by_place.values() if one in made),
        left=tuple(one for one in by_place.values() if one not in made),
    )


class _SharedTexts:
    """The texts that cells point to by number."""

    def __init__(self, parts: Parts) -> None:
        part = parts.linked(book_part(parts), "sharedStrings")
        self._items = parts.root(part).all("si") if part else []

    def __getitem__(self, number: str) -> Element | None:
        number = number.strip()
        return self._items[int(number)] if number.isdecimal() and int(number) < len(self._items) else None


def _rewritten(place: Place, repair: Repair, texts: _SharedTexts, made: set[Repair], prefix: str) -> Change:
    """The change that gives a cell its new text; a cell that is not as `repair` says stays, and is not in `made`."""

    def rewrite(cell: Element | None, style: int) -> bytes:
        if cell is None:
            if repair.before:
                return b""
            made.add(repair)
            opened = f'<{prefix}c r="{reference_of(place)}" s="{style}" t="inlineStr">'
            return f"{opened}{_plain(prefix, repair.after)}</{prefix}c>".encode()
        inner = _new_text(cell, repair, texts)
        if inner is None:
            return cell.raw
        made.add(repair)
        return _with_text(cell, inner)

    return rewrite


def _plain(prefix: str, text: str) -> str:
    return f'<{prefix}is><{prefix}t xml:space="preserve">{encoded(text)}</{prefix}t></{prefix}is>'


def _with_text(cell: Element, inner: str) -> bytes:
    """The cell with another text; its place, style and extensions stay."""
    kept = b"".join(child.raw for child in cell.children if child.local not in ("v", "is"))
    opened = cell.source[cell.start : cell.inside]
    if cell.is_empty:
        opened = opened[: opened.rindex(b"/")].rstrip() + b">"
    whole = opened + inner.encode() + kept + f"</{cell.name}>".encode()
    return spliced(whole, [root_of(whole).with_attribute("t", "inlineStr")])


def _new_text(cell: Element, repair: Repair, texts: _SharedTexts) -> str | None:
    """The `is` element that the cell gets; None when it must stay as it is."""
    value = cell.first("v")
    kind = cell.attributes.get("t", "n")
    if cell.first("f"):
        return None
    if value is None and cell.first("is") is None:
        return None if repair.before else _plain(cell.prefix, repair.after)
    item = texts[value.text()] if kind == "s" and value else cell.first("is") if kind == "inlineStr" else None
    if kind == "str" and value:
        return _plain(cell.prefix, repair.after) if decode(value.text()) == repair.before else None
    if item is None or item.first("rPh"):
        return None
    runs = item.all("r")
    written = [found for run in runs or [item] for found in run.all("t")]
    held = [decode(piece.text()) for piece in written]
    if not runs:
        same = "".join(held) == repair.before or not (repair.before or "".join(held).strip())
        return _plain(cell.prefix, repair.after) if same else None
    changed = _run_by_run(held, repair.before, repair.after) if len(written) == len(runs) else None
    if changed is None:
        return None
    styled = "".join(
        _run(run, piece, text, cell.prefix) for run, piece, text in zip(runs, written, changed, strict=True)
    )
    return f"<{cell.prefix}is>{styled}</{cell.prefix}is>"


def _run(run: Element, piece: Element, text: str, prefix: str) -> str:
    """A run with another text, in the prefix of the sheet: the list of shared texts may have one of its own."""
    if decode(piece.text()) == text:
        return reprefixed(run.raw.decode(), run.prefix, prefix)
    looks = run.first("rPr")
    written = reprefixed(looks.raw.decode(), run.prefix, prefix) if looks else ""
    return f'<{prefix}r>{written}<{prefix}t xml:space="preserve">{encoded(text)}</{prefix}t></{prefix}r>'


def _run_by_run(runs: Sequence[str], before: str, after: str) -> list[str] | None:
    """The texts of the runs after the repair; None where a change would touch a mark of a run or two runs at once."""
    plain = "".join(runs)
    marked = plain != before
    if marked and ("*" in plain or before.replace("*", "") != plain):
        return None  # a typed asterisk cannot be told from the mark of a run
    changed = list(runs)
    starts = [sum(map(len, runs[:number])) for number in range(len(runs))]
    differences = _differences(before, after)
    if differences is None:
        return None
    for start, end, new in reversed(differences):
        if marked and "*" in before[start:end] + new:
            return None
        first = start - (before[:start].count("*") if marked else 0)
        last = first + end - start
        number = next((n for n, text in enumerate(runs) if starts[n] <= first and last <= starts[n] + len(text)), None)
        if number is None:
            return None
        offset = first - starts[number]
        changed[number] = changed[number][:offset] + new + changed[number][offset + last - first :]
    return changed


def _differences(before: str, after: str) -> list[tuple[int, int, str]] | None:
    """What changes, as (start, end, new text) in `before`; None when the texts are too long and too different."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) + len(new) > _MOST_DIFFERENT:
        return None
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(start + a, start + b, new[c:d]) for kind, a, b, c, d in codes if kind != "equal"]
