"""Rules for what is said twice."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, groupby
from operator import itemgetter
from urllib.parse import urlsplit

from pipeline.checks.scope import WARNING, live, problem_at
from pipeline.matching import fold
from pipeline.problems import Problem
from pipeline.records import Field, Record, Rows, Table

_TEXTS: Mapping[str, str] = {
    "phases": "description",
    "stakeholders": "definition",
    "strategies": "text",
    "action_areas": "description",
    "actions": "text",
    "value_propositions": "description",
    "quotes": "text",
    "glossary": "definition",
}
"""The text of each sheet that is worth reading only once: sheet key → attribute."""

LIKENESS = 92
"""From this likeness on (0 to 100, words in any order) two texts say nearly the same."""

SHORTEST = 40
"""Texts of so many characters or fewer are too short to be called nearly the same."""

RAREST = 4
"""By how many of its rarest words a text is looked for."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    record: Record
    field: Field
    key: str
    """What is left when case, spaces and punctuation do not matter."""


def _all_texts(rows: Rows) -> Iterator[list[_Text]]:
    """The texts of each sheet that has such texts."""
    return (_texts(rows[key]) for key in _TEXTS)


def _texts(table: Table) -> list[_Text]:
    attribute = _TEXTS[table.sheet.key]
    found = []
    for record in live(table.records):
        held = record.fields.get(attribute)
        if held and held.usable and isinstance(held.value, str) and (key := fold(held.value)):
            found.append(_Text(record=record, field=held, key=key))
    return found


def _is_copied_row(one: Record, other: Record) -> bool:
    """Whether the rows have the same name or ID, which is reported as such."""
    attributes = (one.sheet.named_by, "id")
    return any(one.text(name) and fold(one.text(name)) == fold(other.text(name)) for name in attributes if name)


def duplicate_text(rows: Rows) -> Iterator[Problem]:
    """Two rows of a sheet have the same text.

    Usually a row was copied and not yet changed. Capitals, spaces and punctuation make no difference.

    Change one of the texts, or delete the row that is too many. For a strategy that several stakeholders share, one
    row that names the others under Works with is enough.

    Before: “Accept digital records.” for Employers, and again for HR Systems
    After: “Accept digital records.” for Employers, with HR Systems under Works with
    """
    for texts in rows.once(_all_texts):
        first: dict[str, _Text] = {}
        for text in texts:
            known = first.setdefault(text.key, text)
            if known is not text and not _is_copied_row(text.record, known.record):
                yield problem_at(
                    text.field,
                    "duplicate-text",
                    WARNING,
                    f"The same text stands in {known.field.at.a1} as well.",
                    help="change one of the two, or delete the row that is too many.",
                    related=(known.field.at,),
                )


def near_duplicate_text(rows: Rows) -> Iterator[Problem]:
    """Two rows of a sheet have nearly the same text.

    Perhaps the same thing was written down twice, by two people or at two times.

    Read both. If they mean the same, keep the better one; if not, make the difference plain.

    Before: “Accept digital records from all applicants.” and “Accept digital records from all the applicants.”
    After: “Accept digital records from all applicants.”, once
    """
    for texts in rows.once(_all_texts):
        for text, known in _near(texts):
            yield problem_at(
                text.field,
                "near-duplicate-text",
                WARNING,
                f"Nearly the same text stands in {known.field.at.a1}.",
                help="read both; keep the better one, or make the difference plain.",
                related=(known.field.at,),
            )


def _near(texts: list[_Text]) -> Iterator[tuple[_Text, _Text]]:
    """Texts that are nearly, not quite, the same as one of an earlier row, each with one such.

    Comparing each text with each other takes minutes on large sheets. Texts that are nearly the same share at least one
    of their rarest words, so only such texts are compared.
    """
    distinct = [next(same) for _, same in groupby(sorted(texts, key=_order), key=lambda text: text.key)]
    words = {text.record.row: sorted(_WORD.findall(str(text.field.value).casefold())) for text in distinct}
    frequency = Counter(chain.from_iterable(map(set, words.values())))
    rank = {word: number for number, word in enumerate(sorted(frequency, key=lambda word: (frequency[word], word)))}
    # A word that stands in one text alone leads to no other.
    lonely = sum(number == 1 for number in frequency.values())
    earlier: defaultdict[int, _Offered] = defaultdict(_Offered)
    for text in sorted(distinct, key=lambda text: text.record.row):
        spelt = " ".join(words[text.record.row])
        if len(spelt) <= SHORTEST:
            continue
        rarest = sorted(map(rank.__getitem__, set(words[text.record.row])))[:RAREST]
        offered = [earlier[number] for number in rarest if number >= lonely]
        for others in offered:
            known = others.near(spelt)
            if known and not _is_copied_row(text.record, known.record):
                yield text, known
                break
        for others in offered:
            others.add(spelt, text)


class _Offered:
    """Texts that have a word in common, by their lengths: of what is much longer or shorter none is nearly the same."""

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._held: list[tuple[int, _Text]] = []
        self._spelt: list[str] = []

    def add(self, spelt: str, text: _Text) -> None:
        """One more text, with its words in order."""
        at = bisect_right(self._lengths, len(spelt))
        self._lengths.insert(at, len(spelt))
        self._spelt.insert(at, spelt)
        self._held.insert(at, (len(self._held), text))

    def near(self, spelt: str) -> _Text | None:
        """The first text that was added of those that are nearly the same."""
        # Of two lengths a ≤ b the likeness is at most 200 a / (a + b).
        least = len(spelt) * LIKENESS / (200 - LIKENESS)
        most = len(spelt) * (200 - LIKENESS) / LIKENESS
        begin, end = bisect_left(self._lengths, int(least)), bisect_right(self._lengths, int(most) + 1)
        if begin == end:
            return None
        found = _alike()(spelt, self._spelt[begin:end])
        near = min((self._held[begin + index] for _, _, index in found), key=_number, default=None)
        return near[1] if near else None


_number = itemgetter(0)


@cache
def _alike() -> Callable[[str, Sequence[str]], Iterable[tuple[str, float, int]]]:
    """A function that gives those of some texts that are nearly the same as one, each with its likeness and place."""
    from rapidfuzz import fuzz, process  # late: a small map has nothing to compare

    # Not `extract_iter`, of which each call leaves a circle of functions behind: 150 MB in a map of a thousand.
    return partial(process.extract, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=None)


def _order(text: _Text) -> tuple[str, int]:
    return text.key, text.record.row


def duplicate_link(rows: Rows) -> Iterator[Problem]:
    """One address stands under two titles on the Resources sheet.

    Readers would open the same page twice. A slash at the end, the part behind # and capitals in the name of the site
    make no difference.

    Delete one of the rows, or correct the address that was pasted wrongly.

    Before: https://www.w3.org/TR/did-core/ under “Decentralized Identifiers” and under “Verifiable Credentials”
    After: https://www.w3.org/TR/vc-data-model-2.0/ under “Verifiable Credentials”
    """
    first: dict[str, tuple[Record, Field]] = {}
    for record in live(rows["resources"].records):
        held = record.fields.get("link")
        if held is None or not held.usable or not isinstance(held.value, str) or not held.value:
            continue
        other, known = first.setdefault(_page_of(held.value), (record, held))
        if other is not record and fold(other.text("title")) != fold(record.text("title")):
            yield problem_at(
                held,
                "duplicate-link",
                WARNING,
                f"The same address stands in {known.at.a1}"
                + (f", under the title “{other.text('title')}”." if other.text("title") else "."),
                help="delete one of the rows, or correct the address.",
                related=(known.at,),
            )


def _page_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.scheme.lower() not in ("http", "https"):
        return address
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
