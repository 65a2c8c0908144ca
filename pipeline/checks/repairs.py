"""The safe repairs: for each code that `fix` mends, which cells get which text. None of them touches meaning."""

import re
from collections.abc import Callable, Iterable, Iterator

from pipeline.checks.language_conventions import (
    full_stop,
    lower_case_start,
    with_capital_start,
    with_full_stop,
    without_full_stop,
)
from pipeline.checks.language_prose import language_of
from pipeline.checks.language_punctuation import mixed_quotes, outer_quotes, with_even_quotes, without_outer_quotes
from pipeline.checks.language_spacing import doubled_word, extra_spaces, without_doubled_words, without_extra_spaces
from pipeline.checks.markup import CONTROL_CHARACTERS, control_character, entities, html_entity, html_tags
from pipeline.checks.scope import PAGES_FOLDER
from pipeline.model import Kind
from pipeline.problems import Problem
from pipeline.records import Field, Rows

Repair = Callable[[Rows], Iterator[tuple[Field, str]]]
"""What a repair gives: each cell to change, with its new text. What stands in a page file is not repaired."""

_ON_SEVERAL_LINES = (Kind.TEXT, Kind.PAGE)


def _fields_of(rows: Rows, problems: Iterable[Problem]) -> Iterator[tuple[Field, Problem]]:
    """The fields that `problems` speak of, each with its problem."""
    by_cell = {problem.at: problem for problem in problems}
    for _, _, held in rows.fields():
        # In a page file nothing is repaired: its cell only holds the file's name.
        if held.at in by_cell and not by_cell[held.at].message.startswith(f"{PAGES_FOLDER}/"):
            yield held, by_cell[held.at]


def _mended(held: Field, text: str) -> Iterator[tuple[Field, str]]:
    if text != held.text and text.strip():
        yield held, text


def without_entities(text: str) -> str:
    """`text` with the characters that HTML entities stand for; unchanged where that would make HTML or something
    invisible of it."""
    mended = text
    while codes := list(entities(mended)):
        for at, code, character in reversed(codes):
            mended = mended[:at] + character + mended[at + len(code) :]
    spoils = CONTROL_CHARACTERS.search(mended) and not CONTROL_CHARACTERS.search(text)
    return text if spoils or html_tags(mended) != html_tags(text) else mended


def without_control_characters(text: str, *, on_several_lines: bool = True) -> str:
    """`text` without control characters.

    Those that divide lines become a line break, or a space where the text stands on one line. Those of 0x80 to 0x9F that
    are quotation marks and dashes in Windows-1252 become what they were before a program misread them.
    """

    def mended(found: re.Match[str]) -> str:
        if found[0] in "\x0b\x0c\x1c\x1d\x1e\u2028\u2029":
            return "\n" if on_several_lines else " "
        if "\x80" <= found[0] <= "\x9f":
            return found[0].encode("latin-1").decode("cp1252", "ignore")
        return ""

    return CONTROL_CHARACTERS.sub(mended, text)


def _html_entities(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, html_entity(rows)):
        yield from _mended(held, without_entities(held.text))


def _control_characters(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, control_character(rows)):
        several = held.column.kind in _ON_SEVERAL_LINES
        yield from _mended(held, without_control_characters(held.text, on_several_lines=several))


def _extra_spaces(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, extra_spaces(rows)):
        yield from _mended(held, without_extra_spaces(held.text, language_of(rows), is_page=_is_page(held)))


def _doubled_words(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, doubled_word(rows)):
        yield from _mended(held, without_doubled_words(held.text, language_of(rows), is_page=_is_page(held)))


def _mixed_quotes(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, mixed_quotes(rows)):
        yield from _mended(held, with_even_quotes(held.text, is_page=_is_page(held)))


def _outer_quotes(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, outer_quotes(rows)):
        yield from _mended(held, without_outer_quotes(held.text))


def _full_stops(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, problem in _fields_of(rows, full_stop(rows)):
        mend = with_full_stop if problem.help.startswith("add") else without_full_stop
        yield from _mended(held, mend(held.text))


def _capitals(rows: Rows) -> Iterator[tuple[Field, str]]:
    for held, _ in _fields_of(rows, lower_case_start(rows)):
        yield from _mended(held, with_capital_start(held.text, language_of(rows)))


def _is_page(held: Field) -> bool:
    return held.column.kind is Kind.PAGE


REPAIRS: tuple[tuple[str, Repair], ...] = (
    ("html-entity", _html_entities),
    ("control-character", _control_characters),
    ("extra-spaces", _extra_spaces),
    ("doubled-word", _doubled_words),
    ("outer-quotes", _outer_quotes),
    ("mixed-quotes", _mixed_quotes),
    ("full-stop", _full_stops),
    ("lower-case-start", _capitals),
)
"""Every repair with the code that it mends, in the order in which they are made: each is given the rows as the one
before it left them."""
