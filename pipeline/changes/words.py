"""Two versions of a text: what they say without their formatting, and the words that differ between them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rapidfuzz.distance import Indel

from pipeline.matching import tidy

_TOKEN = re.compile(r"\s+|[^\W_]+(?:['’.\-][^\W_]+)*|.", re.DOTALL)
_BULLET = re.compile(r"(?m)^[ \t]*[•‣◦·–][ \t]+")

_READER = MarkdownIt("zero", {"maxNesting": 20}).enable(
    ["list", "newline", "escape", "emphasis", "link", "autolink", "heading", "table", "image"]
)
"""Every mark of cells and pages: a mark that a cell does not know stands there in both versions and harms nothing."""


class Fate(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in a row with one fate. `text` is plain; whoever shows it escapes it for its medium."""

    fate: Fate
    text: str


def words(before: str, after: str) -> tuple[Run, ...]:
    """The two texts as one row of runs, words taken out before those put in.

    The texts of the runs that are not new make up `before`, those of the runs that are not gone make up `after`. Give it
    `plain` texts to leave marks of formatting out.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    runs: list[tuple[str, str, str]] = []
    for step in Indel.opcodes(old, new):
        gone, put = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        runs.append((gone, "", "") if step.tag == "equal" else ("", gone, put))
    return tuple(_joined(runs))


def _joined(runs: Sequence[tuple[str, str, str]]) -> Iterator[Run]:
    """Neighbouring changes as one: a space that happens to be the same between them says nothing to a reader."""
    gone = put = ""
    for at, (same, taken, given) in enumerate(runs):
        if same and (not (gone or put) or at + 1 == len(runs) or not same.isspace()):
            yield from (Run(fate, text) for fate, text in ((Fate.GONE, gone), (Fate.NEW, put)) if text)
            yield Run(Fate.SAME, same)
            gone = put = ""
        else:
            gone, put = gone + same + taken, put + same + given
    yield from (Run(fate, text) for fate, text in ((Fate.GONE, gone), (Fate.NEW, put)) if text)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` on one line without its formatting: bold, lists, headings, line breaks, spaces, Unicode form.

    What a reader can see or follow stays: the address of a link is added in angle brackets, an image's too.
    """
    tokens = _READER.parse(_BULLET.sub("- ", unicodedata.normalize("NFC", text)))
    return tidy(" ".join("".join(_inline(token.children or ())) for token in tokens if token.type == "inline"))


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    addresses: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "link_open":
            # An address that is its own text (<https://…>) is not said twice.
            addresses.append("" if token.info == "auto" else f" <{token.attrGet('href')}>")
        elif token.type == "link_close":
            yield addresses.pop()
        elif token.type == "image":
            yield f"{token.content} <{token.attrGet('src')}>"
        else:
            yield token.content


def shortened(text: str, most: int = 90) -> str:
    """`text` cut between words to at most `most` characters, with an ellipsis that says so."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > most // 2 else cut).rstrip(" ,;:.–—-") + "…"
