"""The safe repairs of a workbook: found by the checks, made in a copy, told one by one.

Safe is what changes no meaning: the repairs that the checks offer, and blank IDs filled in with the IDs that the rows are
published under anyway.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.assembly import assemble
from pipeline.checks.repairs import REPAIRS
from pipeline.harmless import visible
from pipeline.model import EcosystemMap
from pipeline.problems import CellRef
from pipeline.records import Rows
from pipeline.workbook.repair import Repair, repair

BLANK_ID = "blank-id"
"""Stands for the code of a repair that fills in an ID; a blank ID is no problem."""

_MOST_PASSES = 20
_CONTEXT = 24
_MOST_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A repaired copy: its bytes, the repairs in the order they were made, and those that its cells did not allow."""

    package: bytes
    made: tuple[Repair, ...]
    left: tuple[Repair, ...]


def planned_repairs(rows: Rows, *, sound: bool = False) -> tuple[Repair, ...]:
    """The safe repairs of `rows`, at most one for a cell.

    `sound` says that the rows have no errors; only then is it known under which IDs they are published, and blank ones
    are filled in.
    """
    found: dict[CellRef, Repair] = {}
    for code, offers in REPAIRS:
        for field, after in offers(rows):
            if after != field.text:
                one = Repair(at=field.at, heading=field.column.heading, before=field.text, after=after, code=code)
                found.setdefault(field.at, one)
    if sound:
        for one in _blank_ids(rows):
            found.setdefault(one.at, one)
    return tuple(found.values())


def _blank_ids(rows: Rows) -> Iterator[Repair]:
    """The blank IDs of rows that are published, and of drafts whose ID no published row has."""
    published = _identified(assemble(rows))
    drafts = _identified(assemble(rows, drafts=True))
    taken = {(key, identifier) for (key, _), identifier in published.items()}
    for table in rows:
        key = table.sheet.key
        for record in table:
            field = record.fields.get("id")
            if field is None or field.value or not field.usable:
                continue
            identifier = published.get((key, record.row))
            if identifier is None:
                identifier = drafts.get((key, record.row))
                if identifier is None or (key, identifier) in taken:
                    continue
            yield Repair(at=field.at, heading=field.column.heading, before="", after=identifier, code=BLANK_ID)


def _identified(content: EcosystemMap) -> dict[tuple[str, int], str]:
    """The IDs by sheet and row."""
    return {
        (sheet.key, at.row): str(entry.id)  # type: ignore[attr-defined]
        for sheet, entry in content.entries()
        if "id" in type(entry).model_fields and (at := next(iter(entry.cells.values()), None))
    }


def fix(package: bytes, rows: Rows, *, sound: bool, read: Callable[[bytes], Rows | None]) -> Fixed:
    """Make every safe repair in `package`, whose rows are `rows`, until there is none left; `read` reads a copy.

    One repair can lead to another (an entity becomes a space too many), so the copy is read again after each pass. IDs
    are those that the rows had before any repair: links to them stay whole.
    """
    made: list[Repair] = []
    left: dict[CellRef, Repair] = {}
    plan = planned_repairs(rows, sound=sound)
    for _ in range(_MOST_PASSES):
        done = repair(package, plan)
        package = done.package
        made += done.made
        left |= {one.at: one for one in done.left}
        again = read(package) if done.made else None
        plan = tuple(one for one in planned_repairs(again) if one.at not in left) if again else ()
        if not plan:
            break
    return Fixed(package=package, made=tuple(made), left=tuple(left.values()))


def as_text(repairs: Sequence[Repair]) -> str:
    """The repairs for people: each with its cell, and what stands there before and after."""
    return "".join(f"{_one(repair)}\n" for repair in repairs)


def _one(repair: Repair) -> str:
    where = f"{visible(str(repair.at))}, column “{visible(repair.heading)}”"
    if repair.code == BLANK_ID:
        return f"{where}: ID filled in\n  after:  {visible(repair.after)}"
    before, after = _excerpts(repair.before, repair.after)
    return f"{where}: {repair.code}\n  before: {visible(before)}\n  after:  {visible(after)}"


def _excerpts(before: str, after: str) -> tuple[str, str]:
    """The two texts, cut down to what differs and a few words around it."""
    if max(len(before), len(after)) <= _MOST_CHARACTERS:
        return before, after
    start = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(0, start - _CONTEXT)
    return tuple(_cut(text, start) for text in (before, after))  # type: ignore[return-value]


def _cut(text: str, start: int) -> str:
    end = start + _MOST_CHARACTERS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
