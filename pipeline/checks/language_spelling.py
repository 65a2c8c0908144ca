"""Rules for words that are misspelt or run into one another. They know English only."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from pipeline.checks.language_placeholder import FILLER
from pipeline.checks.language_prose import (
    MARK,
    OPAQUE,
    Writing,
    language_of,
    listed,
    map_names,
    own_names,
    vocabulary,
    words_of,
    writings,
    writings_with,
)
from pipeline.checks.language_variants import RARER_SPELLINGS, SURNAMES
from pipeline.checks.scope import WARNING, problem_at
from pipeline.problems import Problem
from pipeline.records import Rows

SHORTEST = 4
"""Shorter words are left alone: too many of them are abbreviations or words of other languages."""

_SPELT = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MAP_NAME_COLUMNS = frozenset(
    {("stakeholders", "name"), ("stakeholders", "short_name"), ("phases", "name"), ("action_areas", "name")}
)

_RUN_TOGETHER = re.compile(r"[a-z.!?][A-Z]")
_RUN_ON = re.compile(
    # An abbreviation in the plural and what follows it: “LERsImplement”.
    r"(?<!\w)(?P<plural>[A-Z]{2,}s)(?P<next>[A-Z][a-z]{2,})(?!\w)"
    # A word and what follows it: “recordsImplement”.
    r"|(?<![\w.])(?P<word>[a-z]{3,})(?P<after>[A-Z][a-z]{2,})(?!\w)"
    # The end of a sentence and the next: “work.They”.
    r"|(?<![\w./])(?P<last>[A-Za-z]?[a-z]{2,})[.!?](?P<first>[A-Z][a-z]+)(?=\s+\w|,)"
)


@cache
def _misspellings() -> Mapping[str, str]:
    """codespell's dictionary: misspelt word → what it should be, as written there (several divided by commas).

    The file is read without importing codespell, which would be slower than reading it.
    """
    package = find_spec("codespell_lib")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("codespell_lib")
    dictionary = Path(package.submodule_search_locations[0], "data", "dictionary.txt").read_text(encoding="utf-8")
    return dict(line.split("->", 1) for line in dictionary.splitlines() if "->" in line)


@cache
def known_words() -> frozenset[str]:
    """English words that are spelt rightly: those that codespell's dictionary offers, in small letters."""
    offered = chain.from_iterable(right.replace(",", " ").split() for right in _misspellings().values())
    return frozenset(word for word in offered if word.islower())


def is_known_word(word: str) -> bool:
    """Whether `word`, in small letters, is one of `known_words`, or the plural or a form in -s of one."""
    return word in known_words() or (word.endswith("s") and word[:-1] in known_words())


def corrections(word: str) -> tuple[str, ...]:
    """What a misspelt English `word` should be, in its own case; nothing when it is not known to be misspelt."""
    if word.lower() in RARER_SPELLINGS or word in SURNAMES:
        return ()
    parts = [part.strip() for part in _misspellings().get(word.replace("’", "'").lower(), "").split(",")]
    # Where there are several, behind the last comma stands why the word may be right after all, or nothing.
    right = parts[:-1] if len(parts) > 1 else [part for part in parts if part]
    return tuple(each[0].upper() + each[1:] if word[0].isupper() else each for each in right)


def misspelling(rows: Rows) -> Iterator[Problem]:
    """A word is spelt in a way that is known to be wrong.

    Readers stumble over it, and whoever searches for the right word does not find the place. The words are those that
    people misspell most often in English (the dictionary of the program codespell); British and American spelling are
    both right. Maps in other languages are not checked.

    Correct the word. If it is a name or a term of yours, put it on the Glossary sheet or under “Use” on the Wording
    sheet, and it is left alone.

    Before: Help people to recieve a record.
    After: Help people to receive a record.
    """
    if language_of(rows) != "en":
        return
    own = vocabulary(own_names(rows))
    named = vocabulary(map_names(rows))

    def asks(piece: str) -> bool:
        return any(len(word) >= SHORTEST and _corrections_of_parts(word) for word in _SPELT.findall(piece))

    for writing in writings_with(rows, asks, proper_names=False):
        # A misspelt name is reported where the name is given, and not wherever it is used.
        known = own if (writing.sheet, writing.attribute) in _MAP_NAME_COLUMNS else own | named
        found = [word for word in _candidates(writing) if word[0].casefold() not in known]
        wrong = {word.start(): (word[0], right) for word in found if (right := _corrections_of_parts(word[0]))}
        if wrong and not FILLER.search(writing.text):
            meant = [f"“{word}” is probably “{'” or “'.join(right[:3])}”" for word, right in wrong.values()]
            yield problem_at(
                writing.field,
                "misspelling",
                WARNING,
                f"{writing.passage.where(min(wrong))}{listed(meant)}.",
                help="correct it; if it is a name or a term of yours, put it on the Glossary sheet.",
            )


def _corrections_of_parts(word: str) -> tuple[str, ...]:
    """What a word should be, or a word with hyphens, of which the longer parts are looked at too."""
    right = corrections(word)
    if right and "-" in word:
        # “re-use” and “reuse” are both right.
        right = tuple(each for each in right if each.lower() != word.replace("-", "").lower())
    if right:
        return right
    parts = word.split("-")
    mended = [(corrections(part) or (part,))[0] if len(part) > SHORTEST else part for part in parts]
    return ("-".join(mended),) if mended != parts else ()


def _candidates(writing: Writing) -> Iterator[re.Match[str]]:
    prose = writing.prose
    for word in _SPELT.finditer(prose):
        around = prose[max(word.start() - 1, 0) : word.start()] + prose[word.end() : word.end() + 1]
        # Capitals inside make it an abbreviation or a brand.
        is_plain = word[0][1:].islower() and len(word[0]) >= SHORTEST
        if is_plain and not re.search(rf"[\d_@#/\\{OPAQUE}]|\A[\])]", around) and not _is_part_of_word(prose, word):
            yield word


def _is_part_of_word(prose: str, word: re.Match[str]) -> bool:
    """Whether only the signs of bold or italic divide the word from a further letter: **w**ord."""
    before, after = prose[max(word.start() - 4, 0) : word.start()], prose[word.end() : word.end() + 4]
    return bool(re.search(rf"\w{MARK}+\Z", before) or re.match(rf"{MARK}+\w", after))


def run_on(rows: Rows) -> Iterator[Problem]:
    """Two words or sentences run into each other, such as “LERsImplement” or “work.They”.

    A space or a line break was lost, mostly when text was pasted. Brands that are written with a capital in the middle
    are left alone where they are known from the Glossary or Credits sheet, or from “Use” on the Wording sheet.

    Put the space or the line break back.

    Before: Explain LERsImplement a pilot in each office.
    After: Explain LERs. Implement a pilot in each office.
    """
    if language_of(rows) != "en":
        return
    candidates = [
        (writing, found)
        for writing in writings_with(rows, _RUN_TOGETHER.search, proper_names=False)
        if (found := list(_RUN_ON.finditer(writing.prose)))
    ]
    if not candidates:
        return
    own = vocabulary(own_names(rows))
    used = frozenset(word[0] for writing in writings(rows) for word in words_of(writing.prose) if word[0].islower())
    times = Counter(each[0] for _, found in candidates for each in found)
    for writing, found in candidates:
        # What is written so again and again is written so on purpose.
        once = (each for each in found if each["plural"] or times[each[0]] == 1)
        run = [each for each in once if each[0].casefold() not in own and _is_run_on(each, used)]
        if run:
            apart = [f"“{each[0]}” is probably “{' '.join(_apart(each))}”" for each in run]
            yield problem_at(
                writing.field,
                "run-on",
                WARNING,
                f"{writing.passage.where(run[0].start())}{listed(apart)}.",
                help="put a space or a line break between them.",
            )


def _apart(found: re.Match[str]) -> tuple[str, str]:
    second = next(part for part in (found["next"], found["after"], found["first"]) if part)
    return found[0].removesuffix(second), second


def _is_run_on(found: re.Match[str], used: frozenset[str]) -> bool:
    first, second = found["word"] or found["last"] or "", _apart(found)[1]
    if found["plural"]:
        return True
    known = [is_known_word(each.lower()) or each.lower() in used for each in (first, second)]
    return any(known) if found["word"] else all(known)
