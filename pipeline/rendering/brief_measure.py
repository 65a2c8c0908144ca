"""How much room texts take on the page of the brief, about: told from their letters, before anything is laid out."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache

from markupsafe import Markup

from pipeline.template_files import bundled_templates

PAPERS: Mapping[str, tuple[float, float]] = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height of the papers, in millimetres."""

POINT = 25.4 / 72
"""Millimetres in a point."""

_LETTER = 0.46
"""How wide a letter of running text is on average, in type sizes, spaces included: our own font, English prose."""

_LONGEST_RUNT = 7
"""Letters: a word longer than this may stand alone in the last line of a paragraph."""

_RUNT = re.compile(rf"(?<=\S) (?=[^\s<>]{{1,{_LONGEST_RUNT}}}(?:</(?:p|li)>|$))")
_SPACE_BEFORE = re.compile(r"(?<=[^\s>]) (?P<tag><(?:em|strong|a)\b[^>]*>)")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr)>|<br>")
_LENGTH = re.compile(r"--print-(?P<name>[a-z0-9-]+):\s*(?P<number>[0-9.]+)(?:mm|pt);")
_NO_BREAK = "\u00a0"


def well_broken(html: Markup) -> Markup:
    """`html` made ready to be broken into lines: the last word of each paragraph, if it is short, is kept beside the word
    before, so that no line is that word alone; and a space before bold, italic or linked words is moved into them, since
    WeasyPrint 70 breaks a line too early where a text fits but not the space that it ends with."""
    kept = _RUNT.sub(_NO_BREAK, html)
    return Markup(_SPACE_BEFORE.sub(r"\g<tag> ", kept))  # noqa: S704 - finished HTML, its spaces changed


def lines_taken(text: str, *, width: float, size: float) -> int:
    """About how many lines a text or HTML takes in a column `width` wide (millimetres), in type of `size` points."""
    letters = max(1, int(width / (size * POINT * _LETTER)))
    blocks = (_TAG.sub("", block).strip() for block in _BLOCK_END.split(text))
    return sum(math.ceil(len(block) / letters) for block in blocks if block)


def half_way(heights: Sequence[float]) -> int:
    """How many of these, from the first, make a column as high as that of the rest, or a little higher."""
    left, whole = 0.0, sum(heights)
    for number, height in enumerate(heights):
        if 2 * (left + height) > whole:
            # The one in the middle goes where it makes the higher column lower, and else to the left.
            return number + 1 if left + height <= whole - left else max(1, number)
        left += height
    return len(heights)


def page_height(paper: str) -> float:
    """Points from the top to the foot of the text on a page of `paper`."""
    return (PAPERS[paper][1] - token("head") - token("foot")) / POINT


def token(name: str) -> float:
    """A length that the printed page is set with, as shared/tokens.css names it after --print-, in its own unit: points
    for type, millimetres for margins."""
    return _tokens()[name]


@cache
def _tokens() -> dict[str, float]:
    css = (bundled_templates() / "shared" / "tokens.css").read_text(encoding="utf-8")
    found: dict[str, float] = {}
    for length in _LENGTH.finditer(css):
        found.setdefault(length["name"], float(length["number"]))
    return found
