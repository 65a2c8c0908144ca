"""How much room words take, and how they break into lines: from the widths of our own font, without drawing
anything.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.template_files import bundled_templates

WIDTHS = "shared/fonts/widths.json"
"""Advance widths of the font's faces in thousandths of the type size, written by `script/subset-fonts`."""

LEADING = 1.18
"""Distance of two lines, in type sizes."""

_WIDE = 1_000
"""Thousandths: the width of a full-width letter (Unicode's East Asian Width W and F)."""

BOLD = "semibold"
"""The face of headings and labels."""

_CAP_HEIGHT = 0.73
"""Type sizes: how high a capital stands above the baseline."""

_PIECE = re.compile(r"[^\s/-]+[/-]*|[/-]+|\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a broken text. `is_glued`: it goes on in the middle of a word of the line before."""

    text: str
    is_glued: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left, top, right and bottom edges."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """Lines of type: where the first baseline is, the side that `x` is on, and whether it all fits as it
    should.
    """

    lines: tuple[Line, ...]
    size: float
    x: float
    baseline: float
    side: str = "middle"
    box: Box
    fits: bool = True


@cache
def _advances(face: str) -> tuple[Mapping[str, int], int]:
    made = json.loads((bundled_templates() / WIDTHS).read_text(encoding="utf-8"))[face]
    return made["advances"], made["default"]


def text_width(text: str, *, size: float, face: str = "regular") -> float:
    """The width of `text` on one line, in the unit of `size`; `face` is "regular" or "semibold"."""
    return _thousandths(text, face) * size / 1000


@lru_cache(maxsize=8192)
def _thousandths(text: str, face: str) -> int:
    advances, default = _advances(face)
    total = 0
    for character in unicodedata.normalize("NFC", text):
        if character in advances:
            total += advances[character]
        elif unicodedata.category(character) not in ("Cf", "Mn", "Me"):
            total += _WIDE if unicodedata.east_asian_width(character) in "WF" else default
    return total


def break_lines(text: str, *, width: float, size: float, face: str = "regular") -> tuple[Line, ...]:
    """`text` on as few lines as `width` allows, as even as they can be. A word that is wider is broken
    inside.
    """
    pieces = _PIECE.findall(" ".join(text.split()))
    lines = _fill(pieces, width, size, face)
    if len(lines) < 2:
        return lines
    narrow, wide = width / len(lines) / 2, width
    for _ in range(12):
        middle = (narrow + wide) / 2
        tried = _fill(pieces, middle, size, face)
        if len(tried) > len(lines) or _breaks_words(tried) > _breaks_words(lines):
            narrow = middle
        else:
            wide, lines = middle, tried
    return lines


def breaks_a_word(lines: Sequence[Line]) -> bool:
    """Whether a word without a hyphen, in a script that puts spaces between words, goes on in the next line."""
    return _breaks_words(lines) > 0


def widest(lines: Sequence[Line], *, size: float, face: str = "regular") -> float:
    """The width of the widest of `lines`; 0 if there are none."""
    return max((text_width(line.text, size=size, face=face) for line in lines), default=0)


def height_of(lines: Sequence[Line], size: float) -> float:
    """The height of `lines`, from the top of the first to the foot of the last, without leading around them."""
    return size * (1 + LEADING * (len(lines) - 1)) if lines else 0.0


def set_lines(
    lines: tuple[Line, ...],
    size: float,
    x: float,
    left: float,
    width: float,
    middle: float,
    *,
    side: str,
    fits: bool = True,
) -> Lettering:
    """`lines` set at `x`, `width` wide from `left`, with their height around `middle`."""
    tall = height_of(lines, size)
    top = middle - tall / 2
    return Lettering(
        lines=lines,
        size=size,
        x=x,
        baseline=top + size * (1 + _CAP_HEIGHT) / 2,
        side=side,
        box=Box(left, top, left + width, top + tall),
        fits=fits,
    )


def _breaks_words(lines: Sequence[Line]) -> int:
    return sum(
        line.is_glued and before.text[-1] not in "-/" and unicodedata.east_asian_width(before.text[-1]) not in "WF"
        for before, line in pairwise(lines)
    )


def _fill(pieces: Sequence[str], width: float, size: float, face: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    current, is_glued, had_space = "", False, False
    for whole in pieces:
        if whole.isspace():
            had_space = True
            continue
        for at, piece in enumerate(_pieces_that_fit(whole, width, size, face)):
            space = " " if had_space and at == 0 else ""
            longer = f"{current}{space}{piece}" if current else piece
            if current and text_width(longer, size=size, face=face) > width:
                lines.append(Line(current, is_glued))
                current, is_glued = piece, not space
            else:
                current = longer
            had_space = False
    return (*lines, Line(current, is_glued)) if current else tuple(lines)


def _pieces_that_fit(word: str, width: float, size: float, face: str) -> Iterator[str]:
    """`word` itself, or as many letters at a time as `width` holds; never less than one with its accents."""
    if text_width(word, size=size, face=face) <= width:
        yield word
        return
    current = ""
    for character in word:
        is_mark = unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf", "Sk")
        if current and not is_mark and text_width(current + character, size=size, face=face) > width:
            yield current
            current = ""
        current += character
    yield current
