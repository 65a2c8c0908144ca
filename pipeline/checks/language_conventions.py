"""Rules that follow what most of a column does: full stops at the end, capitals at the beginning."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from pipeline.checks.language_placeholder import is_placeholder
from pipeline.checks.language_prose import (
    MARK,
    OPAQUE,
    WITH_FULL_STOPS,
    Writing,
    language_of,
    own_names,
    prose_of,
    words_of,
    writings,
)
from pipeline.checks.language_spelling import is_known_word
from pipeline.checks.scope import WARNING, problem_at
from pipeline.matching import fold
from pipeline.model import Kind
from pipeline.problems import Problem
from pipeline.records import Rows

FEWEST = 8
"""In a column with fewer texts there is no custom to speak of."""

MOST = 0.9
"""The share of a column's texts that makes a custom."""

_CLOSING = f"”’“\"')]»›{MARK}"
_OPENING = f"“„‘‚«‹¿¡\"'{MARK}"
_LAST_ITEM = re.compile(r"[ \t]*(?:[-+•‣◦–#|>]|\*[ \t]|\d{1,3}[.)])")
"""How a line begins that is an item, a heading, a row of a table or somebody's words."""

_FIRST_ITEM = re.compile(r"(?:[-+•‣◦–#|>]|\*[ \t]|\d{1,3}[.)])")
_WITHOUT_CAPITALS = re.compile("[\u10d0-\u10ff]")
_ABBREVIATION = re.compile(
    r"(?:\b[^\W\d_]|\b(?:abbr|approx|assn|assoc|bros|ca|cf|co|corp|dept|dr|ed|eds|est|etc|fig|gov|inc|intl|jr|ltd|min|mr"
    r"|mrs|ms|natl|no|nos|op|orgs?|pp?|prof|sr|st|univ|viz|vol|vs))\.\Z",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = len("approx.")

_AFTER_A_NAME = re.compile(
    r"[\"”’']?(?:[,:(]|\s+\(|\s+(?:is|was|has|had|can|could|may|might|must|shall|should|will|would|does|did)\b)"
)
_VERB = re.compile(r"[\"”’']?\s+(?:(?:also|always|normally|often|then|usually)\s+)?[a-z]{3,}s\b")
_VERB_AND_OBJECT = re.compile(_VERB.pattern + r"\s+(?:an?|all|any|its|many|several|some|the|these|this|your)\b")
"""What follows the name of a thing, which has no article: a comma or a verb in the third person."""

_LETTER = re.compile(r"[^\W\d_]")
_FIRST_WORD = re.compile(r"[\w'’.+/-]+")


def full_stop(rows: Rows) -> Iterator[Problem]:
    """A text ends with a full stop and most of its column do not, or the other way round.

    On the map the texts of a column stand side by side, and the odd one out looks like a slip. The rule speaks where
    at least eight texts of a column end in a known way and nine of ten agree.

    Add the full stop or take it out, or let the command “fix” do it in a copy of the workbook.

    Before: Accept digital records in job applications
    After: Accept digital records in job applications.
    """
    for odd, has_one in _odd_ones(rows, _ends_with_stop):
        most, missing = ("do not", "ends with a full stop") if has_one else ("do", "does not end with a full stop")
        yield problem_at(
            odd.field,
            "full-stop",
            WARNING,
            f"The text {missing}; most texts of this column {most}.",
            help="take the full stop out." if has_one else "add a full stop.",
        )


def lower_case_start(rows: Rows) -> Iterator[Problem]:
    """A text begins with a small letter, and most of its column begin with a capital.

    On the map the texts of a column stand side by side, and the odd one out looks like a slip. The rule speaks where
    at least eight texts of a column begin with a letter and nine of ten agree.

    Write the first letter as a capital, or let the command “fix” do it in a copy of the workbook.

    Before: accept digital records in job applications.
    After: Accept digital records in job applications.
    """
    own = frozenset(word for name in own_names(rows) for word in name.split())
    small = [odd for odd, is_capital in _odd_ones(rows, lambda text: _begins_with_capital(text, own)) if not is_capital]
    if not small:
        return
    language = language_of(rows)
    in_capitals = frozenset(word[0] for text in writings(rows) for word in words_of(text.prose) if word[0].istitle())
    words = [_first_word(odd) for odd in small]
    for odd, word in zip(small, words, strict=True):
        is_name = _is_name(
            odd, word, is_frequent=words.count(word) > 1, has_capital=word.title() in in_capitals, language=language
        )
        if not is_name:
            yield problem_at(
                odd.field,
                "lower-case-start",
                WARNING,
                f"The text begins with a small letter, “{word}”; most texts of this column begin with a capital.",
                help="write the first letter as a capital.",
            )


def _first_word(writing: Writing) -> str:
    found = _FIRST_WORD.search(writing.prose)
    return found[0].rstrip(".") if found else ""


def _is_name(writing: Writing, word: str, *, is_frequent: bool, has_capital: bool, language: str) -> bool:
    """Whether a text begins with a name that is written small, such as “npm”.

    It may, if the map never writes the word with a capital, and several texts begin with it. In English it also may where
    an ordinary noun would have an article: “nice runs a command”.
    """
    if language != "en":
        return is_frequent and not has_capital
    after = writing.prose.partition(word)[2]
    is_strange = not all(map(is_known_word, word.split("-")))
    if _AFTER_A_NAME.match(after) or (is_strange and _VERB.match(after)):
        return True
    return not has_capital and (is_frequent or word.endswith(("'s", "’s")) or bool(_VERB_AND_OBJECT.match(after)))


def _odd_ones(rows: Rows, says: Callable[[Writing], bool | None]) -> Iterator[tuple[Writing, bool]]:
    """The texts that differ from the custom of their column, with what `says` says of them; None takes no side."""
    language = language_of(rows)
    if language not in WITH_FULL_STOPS:
        return
    columns: dict[tuple[str, str], list[tuple[Writing, bool]]] = {}
    for writing in writings(rows, proper_names=False):
        if writing.sheet != "settings" and writing.field.column.kind in (Kind.NAME, Kind.TEXT):
            said = says(writing)
            if said is not None:
                columns.setdefault((writing.sheet, writing.attribute), []).append((writing, said))
    for texts in columns.values():
        for custom in (True, False):
            others = [(writing, said) for writing, said in texts if said is not custom]
            if len(texts) >= FEWEST and others and len(texts) - len(others) >= MOST * len(texts):
                # What stands there twice is reported as such, and one of the two will go; so will a placeholder.
                copies = Counter(fold(writing.text) for writing, _ in texts)
                for writing, said in others:
                    if copies[fold(writing.text)] == 1 and not is_placeholder(writing.prose, language):
                        yield writing, said


def _ends_with_stop(writing: Writing) -> bool | None:
    """Whether a text ends with a full stop; None for other signs, lists, addresses and abbreviations."""
    end = _end(writing.prose)
    if not _LETTER.search(end) or end[-1] == OPAQUE or _LAST_ITEM.match(_last_line(writing.text)):
        return None
    if end[-1] == ".":
        return None if end.endswith("..") or _ABBREVIATION.search(end, len(end) - _LONGEST_ABBREVIATION) else True
    return False if end[-1].isalnum() or end[-1] in "%°" else None


def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2]


def _end(prose: str) -> str:
    """A text up to its last sign, closing brackets, quotation marks and signs of bold and italic left out."""
    return prose.rstrip().rstrip(_CLOSING).rstrip()


def _begins_with_capital(writing: Writing, own: frozenset[str]) -> bool | None:
    """Whether a text begins with a capital; None where it begins with something else, or with a name written small."""
    if "A" <= writing.prose[:1] <= "Z":
        return True
    start = writing.prose.lstrip(f"{MARK} \t\n\u00a0")
    is_quoted = start[:1] in _OPENING
    start = start.lstrip(_OPENING).lstrip()
    word = _FIRST_WORD.match(start)
    if not word or not start[0].isalpha() or _FIRST_ITEM.match(writing.text.lstrip()):
        return None
    if start[0].isupper():
        return True
    follows = start[word.end() : word.end() + 1]
    is_name = (
        not re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[.]?", word[0]) or not word[0].islower() or follows == OPAQUE
    )
    has_capital = len(start[0].upper()) == 1 and start[0].upper() != start[0] and not _WITHOUT_CAPITALS.match(start)
    return None if is_quoted or is_name or word[0].rstrip(".") in own or not has_capital else False


def with_full_stop(text: str) -> str:
    """`text` with a full stop behind its last word, bracket or quotation mark (before the signs of bold and italic)."""
    if _end(prose_of(text)).endswith((".", "!", "?", "…", ":")) or text.rstrip().rstrip(f"*_{_CLOSING}").endswith("."):
        return text
    words = text.rstrip().rstrip("*_")
    return f"{words}.{text.rstrip()[len(words) :]}"


def without_full_stop(text: str) -> str:
    """`text` without the full stop at its end, also where it stands within closing brackets or quotation marks."""
    while (shorter := re.sub(r"(?<!\.)\.([”’“\"')\]»›*_\s]*)\Z", r"\1", text)) != text:
        text = shorter
    return text


def with_capital_start(text: str, language: str = "en") -> str:
    """`text` with its first letter as a capital, as the language writes it (Turkish i, Dutch ij)."""
    prose = prose_of(text)
    at = len(prose) - len(prose.lstrip().lstrip(_OPENING).lstrip())
    letter = text[at : at + 1]
    if language == "nl" and text[at : at + 2] == "ij":
        return f"{text[:at]}IJ{text[at + 2 :]}"
    capital = _TURKISH.get(letter, letter.upper()) if language in ("az", "tr") else letter.upper()
    return text[:at] + (capital if len(capital) == 1 else letter) + text[at + 1 :]


_TURKISH: Mapping[str, str] = {"i": "İ", "ı": "I"}
