"""The sample many times over, for tests and measurements of size: as many rows again, none of them a plain copy.

Each copy is set in a place of its own (“Employers of Velmar”): names, IDs and addresses differ, its rows refer to each
other, and its texts are the sample's with other words of the sample put for most of theirs, so that no two texts are
nearly the same. Phases, areas for action, pages, credits and house rules stay as they are. The same number gives the
same rows.
"""

import random
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.load import load
from pipeline.model import LIMITS, SHEETS, Column, Kind
from pipeline.rewrite import filling_of
from pipeline.workbook.template import Filling, write_workbook

SAMPLE = Path(__file__).resolve().parent.parent / "source" / "ecosystem-map.xlsx"

ONCE = ("settings", "phases", "action_areas", "pages", "credits", "wording")
"""The sheets whose rows are not repeated."""

_ENDINGS = ("ation", "ment", "ness", "ity", "ing", "ed", "ly", "ers", "es", "s", "e", "y", "t", "")
_WORDS = re.compile(r"(?<![\w@./:-])(?!sample\b)[a-z]{4,}(?![\w@/:-])")
_DOUBLED = re.compile(r"\b(\w+)\W+\1\b")
_PARTS = (("Vel", "Nor", "Ash", "Bre", "Cal", "Dun", "Els", "Fen", "Gor", "Hal"),) + 2 * (
    ("mar", "dale", "wick", "ton", "holm", "ley", "ford", "stead", "cot", "by"),
)

Row = Mapping[str, str | date]


def large_workbook(times: int) -> bytes:
    """The sample `times` over, as an .xlsx file: 10 stakeholders and 122 strategies for each time."""
    loaded = load(SAMPLE, today=date(2026, 11, 24))
    if loaded.rows is None:
        raise ValueError("the sample cannot be read")
    return write_workbook(enlarged(filling_of(loaded.rows), times))


def enlarged(filling: Filling, times: int) -> Filling:
    """`filling` with the rows of its sheets `times` over; the first time they are as they were."""
    copies = [_Copy(filling, place) for place in _places(times - 1)]
    return {
        key: [*rows, *(row for copy in copies for row in copy.rows(key))] if key not in ONCE else rows
        for key, rows in filling.items()
    }


def _places(number: int) -> Iterator[str]:
    """Names of that many places that are on no map: “Velmar”, then “Veldale”, in the end of three parts."""
    names = ("".join(parts) for count in (2, 3) for parts in product(*_PARTS[:count]))
    yield from (name for name, _ in zip(names, range(number), strict=False))


class _Copy:
    """One copy of the sample's rows, set in a place."""

    def __init__(self, filling: Filling, place: str) -> None:
        self.filling, self.place = filling, place
        self.chance = random.Random(place)
        self.names = {
            str(row[sheet.named_by]): f"{row[sheet.named_by]} of {place}"
            for sheet in SHEETS
            if sheet.named_by and sheet.key not in ONCE
            for row in filling[sheet.key]
        }
        self.lexicon = _lexicon(filling)
        self.banned = [str(rule["instead_of"]).casefold() for rule in filling["wording"]]

    def rows(self, key: str) -> Iterator[Row]:
        """The rows of the sheet `key`, in this place."""
        sheet = next(sheet for sheet in SHEETS if sheet.key == key)
        for row in self.filling[key]:
            yield {name: self.value(sheet.columns[name], value) for name, value in row.items() if value}

    def value(self, column: Column, value: str | date) -> str | date:
        if not isinstance(value, str):
            return value
        if column.refers_to or value in self.names:
            return "; ".join(self.names.get(name, name) for name in value.split("; "))
        if column.kind is Kind.ID:
            return f"{self.place.lower()}-{value[-(LIMITS[Kind.ID] - 1 - len(self.place)) :].strip('-')}"
        if column.kind is Kind.LINK:
            return urlsplit(value)._replace(query=f"place={self.place.lower()}").geturl()
        if column.kind is Kind.NAMES:
            return "; ".join(f"{name} of {self.place}" for name in value.split("; "))
        if column.heading == "Short name":
            return f"{value} of {self.place}"
        return self.told_anew(value) if column.kind is Kind.TEXT else value

    def told_anew(self, text: str) -> str:
        """`text` with other words of the same ending for most of its longer words; none stands twice, none is banned."""
        while True:
            told = _WORDS.sub(self._other_word, text)
            plain = told.casefold()
            if not _DOUBLED.search(plain) and not any(words in plain for words in self.banned):
                return told

    def _other_word(self, found: re.Match[str]) -> str:
        return self.chance.choice(self.lexicon[_ending(found[0])]) if self.chance.random() < 0.9 else found[0]


def _ending(word: str) -> str:
    return next(ending for ending in _ENDINGS if word.endswith(ending))


def _lexicon(filling: Filling) -> Mapping[str, list[str]]:
    """The longer words of the sample's texts by their endings."""
    words = {
        word
        for sheet in SHEETS
        for row in filling[sheet.key]
        for name, value in row.items()
        if sheet.columns[name].kind is Kind.TEXT and sheet.key not in ONCE
        for word in _WORDS.findall(str(value))
    }
    return {ending: sorted(word for word in words if _ending(word) == ending) for ending in _ENDINGS}
