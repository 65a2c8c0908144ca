"""Which row of the old content is which row of the new: by ID, then by name and place, then by likeness."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from pipeline.changes.words import plain
from pipeline.identifiers import from_content, from_name
from pipeline.matching import fold
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap, Entry, Kind, Sheet

AS_ALIKE_IN_PLACE = 0.35
"""How alike (0 to 1) two texts of one stakeholder and phase are at least, to count as one row reworded."""

AS_ALIKE_NEAR_BY = 0.5
"""The same for texts of one stakeholder, or of one phase."""

AS_ALIKE_ANYWHERE = 0.65
"""The same for texts that have only their sheet in common."""

_LETTERS_IN_COMMON_BY_CHANCE = 0.5
"""The likeness of letters that any two sentences of a language have, and so counts for nothing."""

_MOST_CANDIDATES = 50
"""With how many rows a row is compared where there are more: those that share its rarest words, and of these the
nearest."""

# A letter of a script without spaces is a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Pairs:
    """The rows of one sheet that are the same row before and after, in the new order; and those that are not."""

    both: tuple[tuple[Any, Any], ...] = ()
    removed: tuple[Any, ...] = ()
    added: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterparts:
    """The pairs of every sheet, and the new ID for each old one."""

    pairs: Mapping[str, Pairs]
    ids: Mapping[tuple[str, str], str]

    def id_after(self, key: str, identifier: str) -> str | None:
        """The ID that the old row `identifier` of the sheet `key` has now; None when it is gone."""
        return self.ids.get((key, identifier))


def counterparts(old: EcosystemMap, new: EcosystemMap) -> Counterparts:
    """Match the rows of every sheet; those that others refer to first, so that a rename is not taken for a move."""
    pairs: dict[str, Pairs] = {}
    ids: dict[tuple[str, str], str] = {}
    in_order = sorted(PUBLISHED_SHEETS, key=lambda sheet: any(column.refers_to for column in sheet.columns.values()))
    for sheet in in_order:
        if sheet.settings:
            continue
        found = _Matching(sheet, getattr(old, sheet.key), getattr(new, sheet.key), ids).pairs()
        pairs[sheet.key] = found
        ids.update({(sheet.key, before.id): after.id for before, after in found.both})
    return Counterparts(pairs, ids)


def ids_after(old: EcosystemMap, new: EcosystemMap) -> Mapping[tuple[str, str], str]:
    """The ID in `new` of every row of `old` that is still there, by its sheet's key and its old ID."""
    return counterparts(old, new).ids


def main_attribute(sheet: Sheet) -> str:
    """The attribute that says what a row is: its name, its title, or its text."""
    names = sheet.entry.model_fields
    return sheet.named_by or next(name for name in ("title", "text") if name in names)


def places(sheet: Sheet) -> tuple[str, ...]:
    """The attributes that say where a row belongs: its stakeholder, its phase, its group. A change of one is a move."""
    columns = sheet.columns
    return tuple(
        name
        for name in sheet.entry.model_fields
        if name in columns and (columns[name].kind is Kind.REFERENCE or name in ("case", "group"))
    )


def has_derived_id(sheet: Sheet, entry: Any) -> bool:
    """Whether the ID of `entry` is the one that follows from its content when the ID cell is blank."""
    if sheet.named_by:
        made = from_name(getattr(entry, sheet.named_by))
    else:
        made = from_content(*(str(getattr(entry, name)) for name in sheet.identified_by))
    return entry.id == made or bool(re.fullmatch(re.escape(made) + r"-\d+", entry.id))


class _Matching:
    """The matching of one sheet, in steps from the surest to the least sure; each step sees what is left."""

    def __init__(
        self, sheet: Sheet, old: Sequence[Entry], new: Sequence[Entry], ids: Mapping[tuple[str, str], str]
    ) -> None:
        self.sheet, self.old, self.new, self.ids = sheet, old, new, ids
        self.after: dict[int, int] = {}
        self.left_old = dict(enumerate(old))
        self.left_new = dict(enumerate(new))

    def pairs(self) -> Pairs:
        self.by(lambda entry, _: entry.id)
        if self.sheet.named_by:
            self.by(lambda entry, _: fold(getattr(entry, self.sheet.named_by)))
            self.by_former_name()
            self.by_likeness(lambda entry, is_old: (), AS_ALIKE_NEAR_BY)
        else:
            main = main_attribute(self.sheet)
            self.by(lambda entry, is_old: (self.place(entry, is_old), plain(getattr(entry, main))))
            self.by_likeness(self.place, AS_ALIKE_IN_PLACE)
            for at in range(len(places(self.sheet)) if len(places(self.sheet)) > 1 else 0):
                self.by_likeness(lambda entry, is_old, at=at: self.place(entry, is_old)[at], AS_ALIKE_NEAR_BY)  # type: ignore[misc]
            self.by_likeness(lambda entry, is_old: (), AS_ALIKE_ANYWHERE)
        before = {position: at for at, position in self.after.items()}
        return Pairs(
            both=tuple((self.old[before[at]], entry) for at, entry in enumerate(self.new) if at in before),
            removed=tuple(self.left_old.values()),
            added=tuple(self.left_new.values()),
        )

    def place(self, entry: Any, is_old: bool) -> tuple[str, ...]:
        """Where a row belongs, in the IDs of the new content."""
        found = []
        for name in places(self.sheet):
            value, column = getattr(entry, name), self.sheet.columns[name]
            # An ID that is gone keeps its old name behind a mark that no new ID can have.
            is_translated = is_old and column.refers_to
            found.append(self.ids.get((column.refers_to, value), f"\0{value}") if is_translated else value)
        return tuple(found)

    def pair(self, old: int, new: int) -> None:
        self.after[old] = new
        del self.left_old[old], self.left_new[new]

    def by(self, key: Callable[[Any, bool], Hashable]) -> None:
        """Pair rows with the same key; of several, the first with the first."""
        found = defaultdict(list)
        for at, entry in self.left_new.items():
            found[key(entry, False)].append(at)
        for at, entry in list(self.left_old.items()):
            if offered := found.get(key(entry, True)):
                self.pair(at, offered.pop(0))

    def by_former_name(self) -> None:
        """Pair a row with the one that gives its name among its former names."""
        former = {fold(name): at for at, entry in self.left_new.items() for name in getattr(entry, "former_names", ())}
        for at, entry in list(self.left_old.items()):
            found = former.get(fold(getattr(entry, self.sheet.named_by)))
            if found is not None and found in self.left_new:
                self.pair(at, found)

    def by_likeness(self, group: Callable[[Any, bool], Hashable], at_least: float) -> None:
        """Pair the rows of each group that are most alike, as long as they are `at_least` so."""
        if not self.left_old or not self.left_new:
            return
        words = {
            (is_old, at): Counter(_WORD.findall(self.says(entry).casefold()))
            for is_old, left in ((True, self.left_old), (False, self.left_new))
            for at, entry in left.items()
        }
        weights = _Weights([set(_WORD.findall(self.says(entry).casefold())) for entry in self.old])
        found = []
        for old, new in self._candidates(words, weights, group):
            likeness = _likeness(words[True, old], words[False, new], weights)
            if likeness < 1:
                likeness = max(likeness, self.by_letters(self.old[old], self.new[new]))
            if likeness >= at_least:
                found.append((-likeness, abs(old - new), old, new))
        for _, _, old, new in sorted(found):
            if old in self.left_old and new in self.left_new:
                self.pair(old, new)

    def _candidates(
        self,
        words: Mapping[tuple[bool, int], Counter[str]],
        weights: "_Weights",
        group: Callable[[Any, bool], Hashable],
    ) -> Iterator[tuple[int, int]]:
        """Pairs worth comparing: all of a small group; in a large one those that share a rare word."""
        groups = defaultdict(list)
        for at, entry in self.left_new.items():
            groups[group(entry, False)].append(at)
        with_word = defaultdict[str, set[int]](set)
        for new in self.left_new:
            for word in words[False, new]:
                with_word[word].add(new)
        for old, entry in self.left_old.items():
            offered = groups.get(group(entry, True), [])
            if len(offered) > _MOST_CANDIDATES:
                near: set[int] = set()
                for word in sorted(words[True, old], key=lambda word: (-weights[word], word)):
                    if len(near) + len(with_word[word]) > _MOST_CANDIDATES and near:
                        break
                    near |= with_word[word]
                offered = sorted((new for new in offered if new in near), key=lambda new: abs(new - old))
                offered = offered[: 2 * _MOST_CANDIDATES]
            yield from ((old, new) for new in offered)

    def says(self, entry: Any) -> str:
        """What a row is compared by: its texts, and for rows without a name nothing else."""
        kept = {Kind.TEXT, Kind.PAGE, Kind.NAME, Kind.NAMES, Kind.LINK}
        if not self.sheet.named_by:
            kept = {Kind.TEXT, Kind.NAME}
        held = [
            getattr(entry, name)
            for name, column in self.sheet.columns.items()
            if column.kind in kept and name in type(entry).model_fields and name not in places(self.sheet)
        ]
        return plain(" \n\n".join("; ".join(one) if isinstance(one, tuple) else one for one in held if one))

    def by_letters(self, old: Any, new: Any) -> float:
        """The likeness of what the two rows are called or say, letter by letter, chance taken off; 0 to 1."""
        main = main_attribute(self.sheet)
        ratio = fuzz.ratio(plain(getattr(old, main)), plain(getattr(new, main))) / 100
        return max(0.0, (ratio - _LETTERS_IN_COMMON_BY_CHANCE) / (1 - _LETTERS_IN_COMMON_BY_CHANCE))


class _Weights(dict[str, float]):
    """How much a word says: the rarer in the old texts of the sheet, the more (inverse document frequency)."""

    def __init__(self, texts: Sequence[Set[str]]) -> None:
        self.texts = len(texts)
        having = Counter(word for text in texts for word in text)
        super().__init__({word: self.weight(number) for word, number in having.items()})

    def __missing__(self, word: str) -> float:
        return self.weight(1)

    def weight(self, number: int) -> float:
        """What a word weighs that `number` texts have."""
        return math.log((1 + self.texts) / number) + 0.1


def _likeness(first: Counter[str], second: Counter[str], weights: _Weights) -> float:
    """Dice's coefficient of two bags of words, each word by its weight: 0 for none in common, 1 for the same."""
    common = sum(number * weights[word] for word, number in (first & second).items())
    whole = sum(number * weights[word] for text in (first, second) for word, number in text.items())
    return 2 * common / whole if whole else 0.0
