"""The rule for text that only holds the place of a text."""

import re
from collections.abc import Iterator

from pipeline.checks.language_prose import OPAQUE, language_of, listed, writings_with
from pipeline.checks.scope import ERROR, problem_at
from pipeline.problems import Problem
from pipeline.records import Rows

_KINDS = (
    r"(?:text|title|subtitle|heading|headline|name|caption|description|content|paragraph|tagline|label|quote|summary)"
)

_WHATEVER_LANGUAGE = (
    r"\blorem ipsum\b|\bdolor sit amet\b|\bconsectetur adipiscing\b",
    rf"(?<![\w.{OPAQUE}-])x{{3,}}(?![\w{OPAQUE}-])",
    r"\A\s*(?:\?+|asdf\w*|qwerty\w*|blah(?:\W+blah)*|foo(?:\W*bar)?|placeholder|dummy)\W*\Z",
)
_ENGLISH = (
    rf"\byour (?:\w+ )?awesome {_KINDS}\b|\byour {_KINDS}(?: goes| will go)? here\b",
    rf"\b{_KINDS} (?:goes|to go|to come) here\b",
    rf"\b(?:insert|enter|add|type|put|write) (?:your |the |some |a )?(?:\w+ )?{_KINDS} here\b",
    rf"\b(?:click|tap) to (?:add|edit) (?:\w+ )?{_KINDS}\b",
    r"(?<![\[{])[\[{]++(?:insert|enter|add|type|write|your|placeholder)\b[^\]}\n]{0,60}[\]}]",
    r"\b(?:placeholder|dummy|filler|sample) text\W*\Z",
    r"\A\W*to be (?:determined|decided|confirmed|announced|written|added|completed|done)\W*\Z|\A\W*coming soon\W*\Z",
)
_ANY_CASE = {
    True: re.compile("|".join((*_WHATEVER_LANGUAGE, *_ENGLISH)), re.IGNORECASE),
    False: re.compile("|".join(_WHATEVER_LANGUAGE), re.IGNORECASE),
}

_CAPITALS = r"\bTBD\b|\bFIXME\b|[(\[]TB[AC][)\]]|\A\W*TB[AC]\W*\Z"
_TBD = re.compile(rf"{_CAPITALS}|\bTODO\b|\bTo ?do:")
_TBD_WHERE_TODO_IS_A_WORD = re.compile(rf"{_CAPITALS}|\bTODO:|\A\W*TODO\W*\Z")
"""Abbreviations that stand for what is not yet there; in small letters they may be words."""

_LANGUAGES_WITH_TODO = frozenset({"ast", "ca", "es", "gl", "it", "pt"})
"""Languages in which “todo” is a word, so that TODO may be one in capitals."""

_ONE_OF_THEM = re.compile(
    r"[\[{]|\A\?|lorem|dolor|consectetur|xxx|asdf|qwerty|blah|foo|placeholder|dummy|awesome|\Ahere|tap\Z|click\Z"
    r"|\Atext|soon|determined|decided|confirmed|announced|written|added|completed|done|tbd|fixme|tb[ac]|todo|\Ado:",
    re.IGNORECASE,
)
"""What none of these patterns can do without."""

FILLER = re.compile(r"\blorem ipsum\b", re.IGNORECASE)
"""How the best known filler text begins; all that follows is Latin."""

_AFTER_A_NAME = re.compile(r"\b[A-Z]\w*[ \u00a0]\Z")


def placeholder_text(rows: Rows) -> Iterator[Problem]:
    """A text only holds the place of a text that is still to be written.

    “Lorem ipsum”, “TBD”, “TODO”, “xxx” or “Your awesome title” must never reach readers.

    Write the text, or take the row out until there is one.

    Before: TBD
    After: Accept digital records in job applications.
    """
    language = language_of(rows)
    for writing in writings_with(rows, _ONE_OF_THEM.search):
        found = sorted(_placeholders(writing.prose, language), key=lambda place: place.start())
        if found:
            shown = [f"“{writing.text[place.start() : place.end()].strip()}”" for place in found]
            yield problem_at(
                writing.field,
                "placeholder-text",
                ERROR,
                f"{writing.passage.where(found[0].start())}This only holds the place of a text: {listed(shown)}.",
                help="write the text, or take the row out until there is one.",
            )


def is_placeholder(prose: str, language: str) -> bool:
    """Whether `prose` only holds the place of a text, which explains whatever else is odd about it."""
    return next(_placeholders(prose, language), None) is not None


def _placeholders(prose: str, language: str) -> Iterator[re.Match[str]]:
    for found in _ANY_CASE[language == "en"].finditer(prose):
        # “Super Bowl XXX” is the thirtieth.
        if found[0] != "XXX" or not _AFTER_A_NAME.search(prose[max(found.start() - 30, 0) : found.start()]):
            yield found
    yield from (_TBD_WHERE_TODO_IS_A_WORD if language in _LANGUAGES_WITH_TODO else _TBD).finditer(prose)
