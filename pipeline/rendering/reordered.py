"""Text that comes back in another order than it was written in.

A PDF keeps what is drawn, not what was written. Read back, words of right-to-left text (and whatever stands in a line
with it) change places, joined letters (lam-alef) and brackets turn round, and vowel signs drift into words of their own.
What stays are the letters of each word, or, where signs break words up, the letters of the whole block.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.rendering.searchable import fold

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_WORD = re.compile(r"\w+")
_SLACK = 20
"""Letters. How much more than a text a block may hold where only letters can be compared."""


@dataclass(frozen=True, slots=True)
class Reordered:
    """Blocks whose words or characters may stand in any order: the words and letters of each, and where a word is."""

    words: Sequence[Counter[str]]
    letters: Sequence[Counter[str]]
    places: Mapping[str, set[int]]

    def may_hold(self, wanted: str) -> bool:
        """Whether `wanted` may stand in one of the blocks."""
        words, letters = _words(wanted), _letters(wanted)
        common = set.intersection(*(self.places.get(word, set()) for word in words)) if words else set()
        if any(words <= self.words[place] for place in common):
            return True
        least = letters.total()
        return any(least <= around.total() <= least + _SLACK and letters <= around for around in self.letters)


NOTHING_REORDERED = Reordered((), (), {})


def reordered(blocks: Sequence[str], *, all_of_them: bool = False) -> Reordered:
    """The blocks of a document, in order, that hold right-to-left text; `all_of_them` where the whole document runs
    from right to left. Two that follow each other count as one as well: a paragraph may go on after the end of a page.
    """
    taken = [block for block in _with_following(blocks) if all_of_them or _RIGHT_TO_LEFT.search(block)]
    words = [_words(block) for block in taken]
    places: dict[str, set[int]] = defaultdict(set)
    for place, found in enumerate(words):
        for word in found:
            places[word].add(place)
    return Reordered(words, [_letters(block) for block in taken], places)


def _with_following(blocks: Sequence[str]) -> Iterator[str]:
    yield from blocks
    yield from (f"{block} {following}" for block, following in pairwise(blocks))


def _without_signs(text: str) -> str:
    return "".join(sign for sign in fold(text) if unicodedata.category(sign)[0] != "M")


def _words(text: str) -> Counter[str]:
    return Counter("".join(sorted(word)) for word in _WORD.findall(_without_signs(text)))


def _letters(text: str) -> Counter[str]:
    return Counter(letter for letter in _without_signs(text) if letter.isalnum())
