"""What our fonts can draw: the check for letters that they lack, and the fonts that a content needs."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from pipeline.model import EcosystemMap, Entry, Kind, Sheet, Shown
from pipeline.problems import CellRef, Problem, Severity
from pipeline.template_files import bundled_templates

COVERAGE = "shared/fonts/coverage.json"
"""The characters of each family, written by `script/subset-fonts`, in the order in which families are tried."""

_MOST_NAMED = 5
"""Characters named in one problem; more are counted."""

_CODE = re.compile("%[0-9A-Fa-f]{2}|&[#A-Za-z]")
"""How the code of a character begins, in an address or in HTML."""

_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
"""Unicode categories that are never drawn: controls, joiners, direction marks, line separators."""

_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x34F, 0x34F))
"""Variation selectors (and the grapheme joiner): they choose a form of the letter before and draw nothing."""


def missing_glyph(content: EcosystemMap) -> Iterator[Problem]:
    """A text holds a letter or symbol that the fonts of the brief do not have.

    The brief is printed with fonts of its own, so that it looks the same wherever it is made: Latin, Greek, Cyrillic,
    Arabic and Hebrew letters, the usual symbols and emoji. A letter beyond these, such as a Chinese one, would be an
    empty box on paper.

    Write the word in letters that the fonts have, or ask whoever looks after the program to add a font.

    Before: 履歴 (records)
    After: rireki (records)
    """
    for sheet, entry, name, text in _doubtful_texts(content):
        missing = undrawable(text)
        if not missing:
            continue
        column = sheet.columns[name]
        named = ", ".join(_named(character) for character in missing[:_MOST_NAMED])
        more = f", and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        what = "a character" if len(missing) == 1 else f"{len(missing)} characters"
        yield Problem(
            code="missing-glyph",
            severity=Severity.ERROR,
            at=entry.cell(name) or CellRef(sheet.name),
            heading=column.heading,
            value=text,
            message=f"The text has {what} that the fonts of the brief cannot draw: {named}{more}.",
            help=_advice(missing),
        )


def undrawable(text: str) -> tuple[str, ...]:
    """The characters of `text`, each once and in order, that none of our fonts can draw."""
    drawable = _drawable()
    return tuple(
        dict.fromkeys(
            character
            for character in unicodedata.normalize("NFC", text)
            if ord(character) not in drawable and _is_drawn(character)
        )
    )


def families_for(text: str) -> tuple[str, ...]:
    """The families that draw `text`, in stack order: the first always, others only for what those before lack.

    Fonts that a document does not need cost time to load.
    """
    left = {ord(character) for character in set(unicodedata.normalize("NFC", text)) if _is_drawn(character)}
    needed: list[str] = []
    for family, points in _coverage().items():
        if not needed or left & points:
            needed.append(family)
        left -= points
    return tuple(needed)


def _doubtful_texts(content: EcosystemMap) -> Iterator[tuple[Sheet, Entry, str, str]]:
    """Every text that stands in the brief, with the sheet, the row and the attribute that it is from.

    Texts that are sure to be drawn are left out: there are few others, and what stands of a text in the brief takes long
    to tell.
    """
    drawn = _always_drawn()
    for sheet, entry in content.entries():
        for name, column in sheet.columns.items():
            # Short names have no text of their own in the brief, but the map on its cover is drawn with them.
            if Shown.BRIEF not in column.shown and name != "short_name":
                continue
            value = getattr(entry, name, None)
            if isinstance(value, tuple):
                value = "; ".join(value)
            if not isinstance(value, str) or (drawn.issuperset(value) and not _CODE.search(value)):
                continue
            from pipeline.rendering import prose

            if column.kind is Kind.TEXT:
                value = prose.to_plain(value)
            elif column.kind is Kind.PAGE:
                value = prose.page_to_plain(value)
            yield sheet, entry, name, value


def _is_drawn(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE and not any(
        first <= ord(character) <= last for first, last in _SELECTORS
    )


def _named(character: str) -> str:
    return f"“{character}” ({unicodedata.name(character, f'U+{ord(character):04X}')})"


def _advice(missing: Iterable[str]) -> str:
    simpler = {
        character: plain
        for character in missing
        if (plain := unicodedata.normalize("NFKC", character)) != character and not undrawable(plain)
    }
    if simpler:
        return "Write " + ", ".join(f"“{plain}” instead of “{odd}”" for odd, plain in simpler.items()) + "."
    return (
        "Write it in Latin, Greek, Cyrillic, Arabic or Hebrew letters, or ask whoever looks after the program "
        "to add a font."
    )


@cache
def _coverage() -> dict[str, frozenset[int]]:
    written = json.loads((bundled_templates() / COVERAGE).read_text(encoding="utf-8"))
    return {
        family: frozenset(
            point
            for first, last in (span.split("-") for span in ranges)
            for point in range(int(first, 16), int(last, 16) + 1)
        )
        for family, ranges in written.items()
    }


@cache
def _drawable() -> frozenset[int]:
    return frozenset().union(*_coverage().values())


@cache
def _always_drawn() -> frozenset[str]:
    """The characters that our fonts draw whatever stands beside them: all but accents, which may join a letter."""
    plain = map(chr, _drawable())
    return frozenset(character for character in plain if not unicodedata.combining(character)) | {"\n"}
