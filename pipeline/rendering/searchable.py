"""Text made comparable, so that a published value can be looked for in an output.

An output may break lines anywhere, hyphenate, show capitals, and draw ligatures; none of that loses anything. So both
sides are folded (compatibility forms, case) and freed of white space, hyphens and invisible characters. What is found
must still begin and end where a word does: "Pay" is not in "Payment".
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_GAP = re.compile("[\\s\x00\\-\u2010\u2011]+")
_BETWEEN = "\n"
_NEVER = "\x01"


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
