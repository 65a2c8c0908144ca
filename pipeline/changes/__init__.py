"""What changed between two versions of a map: content × content → changes. Pure, and below all outputs."""

from pipeline.changes.change import Change, ChangeGroup, ChangeKind, Side, by_stakeholder
from pipeline.changes.comparison import changes, changes_for_readers
from pipeline.changes.counterparts import ids_after
from pipeline.changes.words import Fate, Run, words

__all__ = [
    "Change",
    "ChangeGroup",
    "ChangeKind",
    "Fate",
    "Run",
    "Side",
    "by_stakeholder",
    "changes",
    "changes_for_readers",
    "ids_after",
    "words",
]
