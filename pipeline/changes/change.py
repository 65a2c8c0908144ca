"""One change, as a person would count it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.changes.words import Run, plain, words
from pipeline.model import EcosystemMap, Stakeholder
from pipeline.problems import CellRef


class ChangeKind(StrEnum):
    """What happened. The words are a contract: `diff --format json` prints them."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    """A text says it in other words, or something else."""
    RENAMED = "renamed"
    """A name, a title or a term is another."""
    MOVED = "moved"
    """A row belongs to another stakeholder, phase, area, case or group."""
    REORDERED = "reordered"
    """A row stands elsewhere among the others that are there before and after."""
    CHANGED = "changed"
    """Any other value: a link, a colour, a list; or only the formatting of a text."""


@dataclass(frozen=True, slots=True)
class Side:
    """What stood, or stands, where something changed: the text as an editor wrote it, and the cell if it is known.

    Content that was read from a data file knows no cells.
    """

    at: CellRef | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change between two versions of a map. Texts are plain and unescaped: each report escapes for its own medium.

    `sheet` and `heading` are the editors' words; a row that was added or removed has the heading of what it says, and a
    whole sheet in another order has none. `stakeholder` is the name of whose row it is, the present one if there still is
    one, or None. `before` is None where nothing stood, `after` where nothing stands. `sentence` says it all in plain
    English. `id` is the row's ID, after the change unless it was removed. `is_row`: a whole row came or went.
    `is_formatting`: the words are the same (bold, lists, line breaks, spaces, Unicode form).
    """

    kind: ChangeKind
    sheet: str
    heading: str = ""
    stakeholder: str | None = None
    before: Side | None = None
    after: Side | None = None
    sentence: str = ""
    id: str | None = None
    attribute: str = ""
    is_row: bool = False
    is_formatting: bool = False

    @property
    def words(self) -> tuple[Run, ...]:
        """The words that differ, as runs to mark up; whole texts where only one side has any."""
        return words(plain(self.before.text) if self.before else "", plain(self.after.text) if self.after else "")

    @property
    def at(self) -> CellRef | None:
        """Where to look: the cell after the change, or the one before where nothing is left."""
        sides = [side.at for side in (self.after, self.before) if side and side.at]
        return sides[0] if sides else None


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one stakeholder; of the map as a whole where `stakeholder` and `name` are empty.

    `stakeholder` is None for one that is no longer on the map; `name` is its name all the same.
    """

    name: str
    stakeholder: Stakeholder | None
    changes: tuple[Change, ...]


def by_stakeholder(changes: Iterable[Change], content: EcosystemMap) -> tuple[ChangeGroup, ...]:
    """Changes for readers: of the map as a whole first, then of each stakeholder of `content`, then of those gone.

    Groups without changes are left out.
    """
    found: dict[str, list[Change]] = {name: [] for name in ("", *(held.name for held in content.stakeholders))}
    for change in changes:
        found.setdefault(change.stakeholder or "", []).append(change)
    present = {stakeholder.name: stakeholder for stakeholder in content.stakeholders}
    return tuple(ChangeGroup(name, present.get(name), tuple(held)) for name, held in found.items() if held)
