"""When two names are the same to a person, and which name was probably meant.

Editors' names differ in case, spaces, no-break spaces and punctuation without meaning to; those are matched. Letters
that only look alike (Latin "a", Cyrillic "а") are never matched, only suggested.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

INVISIBLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(127, 133), *range(134, 160), 0x00AD, 0x200B, 0x2060, 0xFEFF]
)
"""Control characters and spaces without width, which nobody means to write. Joiners between letters and marks of writing
direction are not among them: some scripts cannot be written without them."""

_NOT_WORD = re.compile(r"[\W_]+")

LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝвкмнтАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "aeopcyxijshdqwbkmhtABEKMHOPCTXIJSABEZHIKMNOPTYXo"
)
"""Cyrillic and Greek letters that are drawn like Latin ones (from Unicode's confusables, those met in names)."""


def tidy(text: str) -> str:
    """`text` on one line, without invisible characters and with single, ordinary spaces."""
    if text.isprintable():  # then nothing in it is invisible
        return " ".join(text.split())
    return " ".join(text.translate(INVISIBLE).split())


@lru_cache(maxsize=32_768)  # references say the same few names again and again
def fold(text: str) -> str:
    """What is left of a name when case, spaces, punctuation and Unicode form do not matter.

    A name made of punctuation alone keeps it: "C++" and "C#" stay apart, for "+" and "#" are kept.
    """
    plain = unicodedata.normalize("NFKC", tidy(text)).casefold()
    letters = _NOT_WORD.sub("", plain.replace("+", "plus").replace("#", "sharp").replace("&", "and"))
    return letters or plain


def nearest(text: str, names: Iterable[str], *, at_least: float = 74) -> str | None:
    """The name that was probably meant by `text`, or None. `at_least` is a likeness from 0 to 100."""
    offered = list(dict.fromkeys(names))
    key = fold(text).translate(LOOK_ALIKES)
    if not key:
        return None
    from rapidfuzz import fuzz, process  # late: in most workbooks every name is known

    found = process.extractOne(key, [fold(name) for name in offered], scorer=fuzz.ratio, score_cutoff=at_least)
    return offered[found[2]] if found else None
