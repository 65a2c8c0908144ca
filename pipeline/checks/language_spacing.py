"""Rules for spaces that are too many and words that stand twice."""

import re
from collections.abc import Iterator, Mapping
from operator import eq

from pipeline.checks.language_prose import (
    SPACE,
    WITH_FULL_STOPS,
    language_of,
    listed,
    prose_of,
    substituted,
    words_in,
    writings,
)
from pipeline.checks.scope import WARNING, problem_at
from pipeline.problems import Problem
from pipeline.records import Rows

_SPACED_SIGNS = frozenset({"br", "fr"})
"""Languages that write a space before two-part signs, such as ; : ! and ?"""

_BEFORE_SIGN = rf"(?<=[^\W_]|[)\]”’\"'%])(?P<sign>{SPACE}+)(?={{signs}}(?:\s|[)\]”’\"']|$))"
_INSIDE_BRACKETS = rf"(?<=\()(?P<opened>{SPACE}+)(?=[^\s).])|(?<=[^\s(.])(?P<closed>{SPACE}+)(?=\))"
# Two spaces behind a sentence are a habit of typists, which nobody sees in the map.
_SEVERAL = rf"(?<=\S)(?P<several>{SPACE}{{{{3,}}}}|(?<![.!?:])(?<![.!?:][)\]”’\"']){SPACE}{{{{2}}}})(?=\S)"
# Not the first of several dots, and in _USUALLY no face, such as :-)
_ONE_DOT = r"\.(?!\s*\.)"

_EVERYWHERE = re.compile(_SEVERAL.format())
_FRENCH = re.compile("|".join((_BEFORE_SIGN.format(signs=rf"(?:,|{_ONE_DOT})"), _INSIDE_BRACKETS, _SEVERAL.format())))
_USUALLY = re.compile(
    "|".join(
        (_BEFORE_SIGN.format(signs=rf"(?![:;]-?[()])(?:[,;:!?]+|{_ONE_DOT})"), _INSIDE_BRACKETS, _SEVERAL.format())
    )
)
_MAY_BE_SURPLUS = re.compile(rf"{SPACE}(?:{SPACE}|[,;:!?.)])|\({SPACE}")
"""What none of these patterns can do without."""

_NAMED_SIGN = re.compile(r"\b(?:a|an|and|as|by|for|in|of|or|the|to|type|use|with)\Z", re.IGNORECASE)
"""What stands before a sign that is itself spoken of: “the .”, “type !”."""

_GOES_ON = re.compile(rf"[.!?]+{SPACE}+[^\W\d_A-Z]|[.!?]+,")
"""Such a sign ends no sentence, so that a small letter follows it: “press ? to see more”."""

_RATIO = re.compile(rf"\d{SPACE}+:{SPACE}+\d")

_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DOUBLED = re.compile(
    rf"(?<![\w'’./-])(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)(?P<again>(?:{SPACE}+(?P=word))+)(?![\w/]|['’.-]\w)",
    re.IGNORECASE,
)

_MAY_STAND_TWICE = words_in(
    "blah bye chop far ha had her his hush knock long many never no now on so tut that there very well who yes you"
)
"""English words that good prose says twice: “the fact that that form is used”, “gave her her record”, “very, very”."""

_NEVER_TWICE: Mapping[str, frozenset[str]] = {
    "de": words_in("ein eine einen eines für nicht oder und"),
    "es": words_in("con de del el en las los para por un una y"),
    "fr": words_in("au aux avec dans de des du et le les par pour sur un une"),
    "it": words_in("con del della di e il per un una"),
    "nl": words_in("de een en het van voor"),
    "pt": words_in("com da de do e em para um uma"),
}
"""Small words that never stand twice in good prose. In other languages doubling a word may be grammar, so no word is
called doubled there."""


def extra_spaces(rows: Rows) -> Iterator[Problem]:
    """A text has more spaces than it needs.

    Two spaces between words, a space before a comma or inside brackets come from typing and pasting; they tear lines
    apart and make searches miss. French keeps its space before ; : ! and ?

    Take the spaces out, or let the command “fix” do it in a copy of the workbook.

    Before: Ask  first , then act.
    After: Ask first, then act.
    """
    language = language_of(rows)
    for writing in writings(rows):
        found = list(_surplus(writing.prose, language)) if _MAY_BE_SURPLUS.search(writing.prose) else ()
        if found:
            yield problem_at(
                writing.field,
                "extra-spaces",
                WARNING,
                f"{writing.passage.where(found[0].start())}There are extra spaces: "
                f"{listed([_described(space, writing.text) for space in found])}.",
                help="take them out, or let the command “fix” do it.",
            )


def _surplus(prose: str, language: str) -> Iterator[re.Match[str]]:
    pattern = _EVERYWHERE
    if language in _SPACED_SIGNS:
        pattern = _FRENCH
    elif language in WITH_FULL_STOPS:
        pattern = _USUALLY
    for found in pattern.finditer(prose):
        is_sign_named = found.lastgroup == "sign" and (
            _NAMED_SIGN.search(prose[max(found.start() - 8, 0) : found.start()]) or _GOES_ON.match(prose, found.end())
        )
        if not is_sign_named and not _RATIO.match(prose, found.start() - 1):
            yield found


def _described(space: re.Match[str], text: str) -> str:
    left = "".join(text[max(space.start() - 20, 0) : space.start()].split()[-1:])
    right = "".join(text[space.end() : space.end() + 20].split()[:1])
    if space.lastgroup == "sign":
        return f"before “{text[space.end()]}” after “{left}”"
    if space.lastgroup in ("opened", "closed"):
        return f"inside the brackets of “{left} {right}”"
    return f"{len(space[0])} between “{left}” and “{right}”"


def without_extra_spaces(text: str, language: str = "en", *, is_page: bool = False) -> str:
    """`text` without the spaces of which `extra_spaces` speaks."""
    while found := list(_surplus(prose_of(text, is_page=is_page), language)):
        changes = [(space.start(), space.end(), _instead_of(space)) for space in found]
        text = substituted(text, changes)
    return text


def _instead_of(space: re.Match[str]) -> str:
    if space.lastgroup != "several":
        return ""
    return "\u00a0" if set(space[0]) == {"\u00a0"} else " "


def doubled_word(rows: Rows) -> Iterator[Problem]:
    """A word stands twice in a row, such as “the the”.

    Such slips happen when a sentence is changed, and eyes pass over them. Words that may well stand twice, as in “that
    that”, are left alone.

    Delete one of the two, or let the command “fix” do it in a copy of the workbook.

    Before: Ask the the people who hire.
    After: Ask the people who hire.
    """
    language = language_of(rows)
    if language != "en" and language not in _NEVER_TWICE:
        return
    for writing in writings(rows):
        words = _ONE_WORD.findall(writing.prose.casefold())
        found = list(_doubled(writing.prose, language)) if any(map(eq, words, words[1:])) else ()
        if found:
            yield problem_at(
                writing.field,
                "doubled-word",
                WARNING,
                f"{writing.passage.where(found[0].start())}A word stands twice: "
                f"{listed(['“' + ' '.join(twice[0].split()) + '”' for twice in found])}.",
                help="delete one of the two.",
            )


def _doubled(prose: str, language: str) -> Iterator[re.Match[str]]:
    if language != "en" and language not in _NEVER_TWICE:
        return
    for found in _DOUBLED.finditer(prose):
        word, again = found["word"], found["again"].split()
        folded = word.casefold()
        if language != "en":
            is_doubled = folded in _NEVER_TWICE[language]
        elif any(each[0].isupper() for each in again):
            # “Walla Walla” is a town, and “see section Section 3” leads to one; “the The” is a slip.
            is_doubled = folded in _SMALL_WORDS
        else:
            is_doubled = folded not in _MAY_STAND_TWICE and (len(word) > 1 or word in "aA")
        # “The DID did” is an abbreviation and a word.
        is_other = len(word) > 1 and any(each.isupper() != word.isupper() for each in again)
        if is_doubled and not is_other:
            yield found


_SMALL_WORDS = words_in("a an and are as at be by for from in is it of or the to was we with")


def without_doubled_words(text: str, language: str = "en", *, is_page: bool = False) -> str:
    """`text` with each word of which `doubled_word` speaks once; the first of the two stays as it is written."""
    while found := list(_doubled(prose_of(text, is_page=is_page), language)):
        text = substituted(text, [(twice.start("again"), twice.end("again"), "") for twice in found])
    return text
