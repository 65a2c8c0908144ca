"""Text made comparable, so that a published value can be looked for in an output.

An output may break lines anywhere, hyphenate, show capitals, and draw ligatures; none of that loses anything. So both
sides are folded (compatibility forms, case) and freed of white space, hyphens and invisible characters. What is found
must still begin and end where a word does: "Pay" is not in "Payment".
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Final

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_GAPS = "\x00-\u2010\u2011"
"""What lies between words besides white space."""
_BETWEEN = "\n"
_NEVER = "\x01"
_NUMBER: Final = "I"
"""How positions are kept, by the letters of `array`: a page has hundreds of thousands of words."""

_MANY = 400
"""Texts. More are looked for in an index, which takes as long to make as looking for about so many."""
_LETTERS = 24
"""Characters by which places are sorted in an index."""
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Searchable:
    """A text without white space and hyphens, and the places in it where there were some (ascending, as an `array` of
    numbers has them in bytes)."""

    dense: str
    gaps: bytes

    def count(self, wanted: "Searchable") -> int:
        """How often `wanted` stands here as whole words; matches may overlap."""
        found, at = 0, self.dense.find(wanted.dense)
        while at >= 0:
            found += self._is_edge(at) and self._is_edge(at + len(wanted.dense))
            at = self.dense.find(wanted.dense, at + 1)
        return found

    def _is_edge(self, at: int) -> bool:
        dense = self.dense
        if at in (0, len(dense)) or not (dense[at - 1].isalnum() and dense[at].isalnum()):
            return True
        gaps = _numbers(self.gaps)
        place = bisect_left(gaps, at)
        return place < len(gaps) and gaps[place] == at


def fold(text: str) -> str:
    """`text` without differences of form: compatibility forms and case folded, invisible characters removed."""
    visible = _INVISIBLE.sub("", text)
    if visible.isascii():
        return visible.casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())


def searchable(pieces: Iterable[str]) -> Searchable:
    """Pieces of one text, in order. A piece ends a word, but a paragraph may go on from piece to piece."""
    text = fold(_BETWEEN.join(pieces))
    for sign in _GAPS:
        text = text.replace(sign, " ")
    parts = text.split()
    return Searchable("".join(parts), array(_NUMBER, accumulate(map(len, parts))).tobytes())


def apart(texts: Iterable[str]) -> Searchable:
    """Texts that have nothing to do with each other: nothing is found across two of them."""
    return searchable((f"{_BETWEEN}{_NEVER}{_BETWEEN}".join(texts),))


def separate(texts: Iterable[Searchable]) -> Searchable:
    """As `apart`, of texts that are searchable already."""
    dense: list[str] = []
    gaps = array(_NUMBER)
    length = 0
    for text in texts:
        gaps.append(length)
        gaps.extend([length + gap for gap in _numbers(text.gaps)])
        dense += [text.dense, _NEVER]
        length += len(text.dense) + 1
    return Searchable("".join(dense), gaps.tobytes())


def count_each(text: Searchable, wanted: Collection[Searchable]) -> Sequence[int]:
    """How often each of `wanted` stands in `text`, as `Searchable.count` says. Many are found quickly."""
    if len(wanted) <= _MANY:
        return [text.count(each) for each in wanted]
    index = _Index(text)
    return [index.count(each.dense) for each in wanted]


class _Index:
    """Every place where a word may begin, in the order of what stands there."""

    def __init__(self, text: Searchable) -> None:
        dense = self._dense = text.dense
        signs = (at for at, letter in enumerate(dense) if not letter.isalnum())
        edges = {0, len(dense), *_numbers(text.gaps)}
        edges.update(chain.from_iterable((at, at + 1) for at in signs))
        self._edges = edges
        self._sorted = array(_NUMBER, sorted(edges, key=self._beginning))

    def count(self, wanted: str) -> int:
        """How often `wanted`, which is dense, stands there as whole words."""
        beginning = wanted[:_LETTERS]
        first = bisect_left(self._sorted, beginning, key=self._beginning)
        last = bisect_left(self._sorted, beginning + _LAST, lo=first, key=self._beginning)
        length = len(wanted)
        return sum(
            at + length in self._edges and (length <= _LETTERS or self._dense.startswith(wanted, at))
            for at in self._sorted[first:last]
        )

    def _beginning(self, at: int) -> str:
        return self._dense[at : at + _LETTERS]


def _numbers(gaps: bytes) -> memoryview:
    return memoryview(gaps).cast(_NUMBER)
