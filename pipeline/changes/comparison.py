"""Content × content → the changes between them. Pure; knows neither workbooks nor outputs."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pipeline.changes import sentences
from pipeline.changes.change import Change, ChangeKind, Side
from pipeline.changes.counterparts import Counterparts, Pairs, counterparts, has_derived_id, main_attribute, places
from pipeline.changes.words import plain
from pipeline.matching import tidy
from pipeline.model import LIST_SEPARATOR, PUBLISHED_SHEETS, Column, EcosystemMap, Entry, Kind, Sheet

_PROSE = frozenset({"subtitle", "tagline", "centre_heading", "centre_text", "icon_description", "logo_description"})
"""Lines that are read as a text and not as a name or a label: other words there are a rewording."""

_SAID_BY_HEADING = frozenset({"edition", "published_on"})

_MOST_REORDERED = 8
"""How many rows that stand elsewhere are named one by one; a sheet with more was sorted."""


def changes(old: EcosystemMap, new: EcosystemMap) -> tuple[Change, ...]:
    """Every change from `old` to `new`, each once, in the order of the workbook: the new one's rows, then those gone.

    Rows are matched by ID, then by likeness, so a reworded row without an ID of its own is one change. What only follows
    from another change is not one: rows of a renamed stakeholder, IDs that derive from a name, a new former
    name, mentions of a row that is gone.
    """
    comparison = _Comparison(old, new)
    return tuple(change for sheet in PUBLISHED_SHEETS for change in comparison.sheet(sheet))


def changes_for_readers(old: EcosystemMap, new: EcosystemMap) -> tuple[Change, ...]:
    """What a reader of the map is told of the changes: not that the edition has another name and date, which the heading
    says, and nothing of formatting alone.
    """
    return tuple(
        change
        for change in changes(old, new)
        if not change.is_formatting and not (change.sheet == "Settings" and change.attribute in _SAID_BY_HEADING)
    )


class _Comparison:
    def __init__(self, old: EcosystemMap, new: EcosystemMap) -> None:
        self.old, self.new = old, new
        self.matched: Counterparts = counterparts(old, new)

    def sheet(self, sheet: Sheet) -> Iterator[Change]:
        """The changes of one sheet."""
        if sheet.settings:
            yield from self.values(sheet, self.old.settings, self.new.settings)
            return
        pairs = self.matched.pairs[sheet.key]
        before = {after.id: old for old, after in pairs.both}
        moves = {change.id: change for change in self.reordered(sheet, pairs)}
        for entry in getattr(self.new, sheet.key):
            if entry.id in before:
                yield from self.values(sheet, before[entry.id], entry)
                if entry.id in moves:
                    yield moves[entry.id]
            else:
                yield self.row(sheet, ChangeKind.ADDED, entry)
        if None in moves:
            yield moves[None]
        for entry in pairs.removed:
            yield self.row(sheet, ChangeKind.REMOVED, entry)

    def row(self, sheet: Sheet, kind: ChangeKind, entry: Any) -> Change:
        """A row that came or went."""
        name = main_attribute(sheet)
        is_new = kind is ChangeKind.ADDED
        content = self.new if is_new else self.old
        side = Side(entry.cell(name), getattr(entry, name))
        return Change(
            kind=kind,
            sheet=sheet.name,
            heading=sheet.columns[name].heading,
            stakeholder=self.whose(sheet, entry, content),
            before=None if is_new else side,
            after=side if is_new else None,
            sentence=(sentences.came if is_new else sentences.went)(sheet, entry, content),
            id=entry.id,
            attribute=name,
            is_row=True,
        )

    def whose(self, sheet: Sheet, entry: Any, content: EcosystemMap) -> str | None:
        """The name of the stakeholder that a row belongs to; the present name, if it is still there."""
        if sheet.key == "stakeholders":
            identifier = entry.id
        elif sheet.columns.get("stakeholder"):
            identifier = entry.stakeholder
        else:
            return None
        if content is self.old:
            now = self.matched.id_after("stakeholders", identifier)
            if now is not None:
                content, identifier = self.new, now
        return str(content.by_id["stakeholders", identifier].name)

    def values(self, sheet: Sheet, before: Entry, after: Entry) -> Iterator[Change]:
        """The values of one row that differ."""
        for name, column in sheet.columns.items():
            if name not in type(after).published_fields:
                continue
            old, new = getattr(before, name), getattr(after, name)
            if column.kind in (Kind.REFERENCE, Kind.REFERENCES):
                changed = self.refers_elsewhere(column, old, new)
            elif column.kind is Kind.ID:
                changed = old != new and not (has_derived_id(sheet, before) and has_derived_id(sheet, after))
            elif name == "former_names":
                renamed = getattr(before, sheet.named_by)
                changed = tuple(one for one in new if one != renamed or one in old) != old
            else:
                changed = old != new
            if changed:
                yield self.value(sheet, name, before, after)

    def refers_elsewhere(self, column: Column, old: Any, new: Any) -> bool:
        """Whether references lead to other rows; one that went with its row is not a change of its own."""
        if not isinstance(old, tuple):
            return bool(self.matched.id_after(column.refers_to, old) != new)
        known = [self.matched.id_after(column.refers_to, one) for one in old]
        return bool(tuple(one for one in known if one is not None) != new)

    def value(self, sheet: Sheet, name: str, before: Entry, after: Entry) -> Change:
        """One value that differs, as a change."""
        column = sheet.columns[name]
        sides = [
            Side(entry.cell(name), text) if (text := _text(column, getattr(entry, name), content)) else None
            for entry, content in ((before, self.old), (after, self.new))
        ]
        is_formatting = None not in sides and _is_formatting(column, *(side.text for side in sides if side))
        kind = ChangeKind.CHANGED if is_formatting or None in sides else _kind(sheet, name, column)
        is_main = name == ("title" if sheet.settings else main_attribute(sheet))
        return Change(
            kind=kind,
            sheet=sheet.name,
            heading=column.heading,
            stakeholder=None if sheet.settings else self.whose(sheet, after, self.new),
            before=sides[0],
            after=sides[1],
            sentence=sentences.value(
                kind,
                column,
                self.named(sheet, name, kind, after),
                sides[0],
                sides[1],
                is_main=is_main,
                is_formatting=is_formatting,
            ),
            id=getattr(after, "id", None),
            attribute=name,
            is_formatting=is_formatting,
        )

    def named(self, sheet: Sheet, name: str, kind: ChangeKind, entry: Entry) -> str:
        """What a sentence about the value `name` calls its row: without what the sentence says next."""
        if sheet.settings:
            return "the map"
        is_said = name == main_attribute(sheet) and kind is not ChangeKind.CHANGED
        without = name if kind is ChangeKind.MOVED else ""
        return sentences.row(sheet, entry, self.new, says=not is_said, without=without)

    def reordered(self, sheet: Sheet, pairs: Pairs) -> Iterator[Change]:
        """The fewest rows that must move to make the old order the new one; those that belong elsewhere now do not count.

        Of a sheet that was sorted there is one change, without an ID.
        """
        stayed = [
            (before, after)
            for before, after in pairs.both
            if all(
                not self.refers_elsewhere(sheet.columns[name], getattr(before, name), getattr(after, name))
                if sheet.columns[name].refers_to
                else getattr(before, name) == getattr(after, name)
                for name in places(sheet)
            )
        ]
        old_positions = {entry.id: at for at, entry in enumerate(getattr(self.old, sheet.key))}
        kept = _longest_rise([old_positions[before.id] for before, _ in stayed])
        elsewhere = [pair for at, pair in enumerate(stayed) if at not in kept]
        if len(elsewhere) > _MOST_REORDERED:
            sentence = sentences.sorted_anew(sheet, len(elsewhere))
            yield Change(kind=ChangeKind.REORDERED, sheet=sheet.name, sentence=sentence)
            return
        name, rows = main_attribute(sheet), getattr(self.new, sheet.key)
        positions = {entry.id: at for at, entry in enumerate(rows)}
        for before, after in elsewhere:
            at = positions[after.id]
            yield Change(
                kind=ChangeKind.REORDERED,
                sheet=sheet.name,
                heading=sheet.columns[name].heading,
                stakeholder=self.whose(sheet, after, self.new),
                before=Side(before.cell(name), getattr(before, name)),
                after=Side(after.cell(name), getattr(after, name)),
                sentence=sentences.came_after(sheet, after, rows[at - 1] if at else None, self.new),
                id=after.id,
                attribute=name,
            )


def _kind(sheet: Sheet, name: str, column: Column) -> ChangeKind:
    if name in (sheet.named_by, "title"):
        return ChangeKind.RENAMED
    if name in places(sheet):
        return ChangeKind.MOVED
    if column.kind in (Kind.TEXT, Kind.PAGE) or name in _PROSE:
        return ChangeKind.REWORDED
    return ChangeKind.CHANGED


def _text(column: Column, value: Any, content: EcosystemMap) -> str:
    """A value as an editor would have written it: names for references."""
    parts = value if isinstance(value, tuple) else (value,)
    if column.refers_to:
        parts = tuple(content.by_id[column.refers_to, one].name for one in parts)
    texts = (one.isoformat() if isinstance(one, date) else one or "" for one in parts)
    return f"{LIST_SEPARATOR} ".join(texts)


def _is_formatting(column: Column, before: str, after: str) -> bool:
    """Whether two texts that differ say the same."""
    if column.kind in (Kind.TEXT, Kind.PAGE):
        return plain(before) == plain(after)
    return tidy(unicodedata.normalize("NFC", before)) == tidy(unicodedata.normalize("NFC", after))


def _longest_rise(numbers: Sequence[int]) -> frozenset[int]:
    """The positions of a longest rising run of `numbers` (patience sorting, Fredman 1975); as early as can be."""
    tails: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(tails, number)
        previous.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        last[length : length + 1] = [at]
    kept, at = set(), last[-1] if last else -1
    while at >= 0:
        kept.add(at)
        at = previous[at]
    return frozenset(kept)
