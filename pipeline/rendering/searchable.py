"""Text made comparable, so that a published value can be looked for in an output.

An output may break lines anywhere, hyphenate, show capitals, and draw ligatures; none of that loses anything. So both
sides are folded (compatibility forms, case) and freed of white space, hyphens and invisible characters. What is found
must still begin and end where a word does: "Pay" is not in "Payment".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_GAP = re.compile("[\\s\x00\\-\u2010\u2011]+")
_BETWEEN = "\n"
_NEVER = "\x01"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_WORD = re.compile(r"\w+")
_SLACK = 20
"""Letters. How much more than a value a block may hold where only letters can be compared."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A text without white space and hyphens, and the places in it where there were some."""

    dense: str
    gaps: frozenset[int]

    def count(self, wanted: "Searchable") -> int:
        """How often `wanted` stands here as whole words; matches may overlap."""
        found, at = 0, self.dense.find(wanted.dense)
        while at >= 0:
            found += self._is_edge(at) and self._is_edge(at + len(wanted.dense))
            at = self.dense.find(wanted.dense, at + 1)
        return found

    def _is_edge(self, at: int) -> bool:
        if at in self.gaps or at in (0, len(self.dense)):
            return True
        return not (self.dense[at - 1].isalnum() and self.dense[at].isalnum())


def fold(text: str) -> str:
    """`text` without differences of form: compatibility forms and case folded, invisible characters removed."""
    visible = _INVISIBLE.sub("", text)
    if visible.isascii():
        return visible.casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())


def searchable(pieces: Iterable[str]) -> Searchable:
    """Pieces of one text, in order. A piece ends a word, but a paragraph may go on from piece to piece."""
    parts = [part for part in _GAP.split(fold(_BETWEEN.join(pieces))) if part]
    return Searchable("".join(parts), frozenset(accumulate(map(len, parts))))


def separate(texts: Iterable[Searchable]) -> Searchable:
    """Texts that have nothing to do with each other: nothing is found across two of them."""
    dense: list[str] = []
    gaps: set[int] = set()
    length = 0
    for text in texts:
        gaps.update((length, *(length + gap for gap in text.gaps)))
        dense += [text.dense, _NEVER]
        length += len(text.dense) + 1
    return Searchable("".join(dense), frozenset(gaps))


def runs_right_to_left(text: str) -> bool:
    """Whether `text` holds Hebrew, Arabic or another script that is written from right to left."""
    return bool(_RIGHT_TO_LEFT.search(text))


def holds_reordered(block: str, wanted: str) -> bool:
    """Whether `wanted` may be in `block`, whose characters came back in another order.

    A PDF keeps what is drawn, not what was written: read back, words of right-to-left text change places, joined letters
    (lam-alef) and brackets turn round, and vowel signs drift into words of their own. What stays are the letters of each
    word; where signs break words up, the letters of the whole block.
    """
    words, there = _words(wanted), _words(block)
    if words <= there:
        return True
    letters, around = _letters(wanted), _letters(block)
    return letters <= around and around.total() - letters.total() <= _SLACK


def _without_signs(text: str) -> str:
    return "".join(sign for sign in fold(text) if unicodedata.category(sign)[0] != "M")


def _words(text: str) -> Counter[str]:
    return Counter("".join(sorted(word)) for word in _WORD.findall(_without_signs(text)))


def _letters(text: str) -> Counter[str]:
    return Counter(letter for letter in _without_signs(text) if letter.isalnum())
