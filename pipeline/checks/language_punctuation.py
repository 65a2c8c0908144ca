"""Rules for quotation marks and brackets."""

import re
from collections.abc import Iterator

from pipeline.checks.language_prose import MARK, OPAQUE, listed, prose_of, substituted, writings, writings_with
from pipeline.checks.scope import WARNING, problem_at
from pipeline.problems import Problem
from pipeline.records import Rows

_STRAIGHT = re.compile("[\"']")
_CURLY = re.compile("[“”„]")
_CURLY_APOSTROPHE = re.compile(r"(?<=[^\W\d_])’(?=[^\W\d_])")
_STRAIGHT_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
# Behind the signs of bold or italic only a word that follows tells "**so**" from **"so"**.
_OPENS = re.compile(rf'[\s(\[{{—–/]"|{MARK}"(?=\w)')

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’", "‚": "‘’", "”": "”", "「": "」", "『": "』"}
"""Opening quotation marks and what may close them, in the ways of several languages."""

_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【"}
_BRACKET = re.compile(r"[()\[\]{}（）【】]")
_NO_BRACKETS = re.compile(
    # The intervals of mathematics: [0, 1) is closed on one side and open on the other.
    r"\[[^\[\]()\s]{1,12}, ?[^\[\]()\s]{1,12}\)|\([^\[\]()\s]{1,12}, ?[^\[\]()\s]{1,12}\]"
    # A bracket that is spoken of, “(”, and the name of a key, Ctrl+]
    r"|[\"'“‘][()\[\]{}]{1,2}[\"'”’]|(?<=\w[+-])\]|(?<=\bthe )[()\[\]{}](?=\s)"
)

_MAY_BE_ALONE = re.compile(
    # Before the bracket stands the number of an item, 1) or a), or it is part of a face, :-) or ;(
    r"(?:^|[\s(,;:/])(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.]?\)\Z|(?<!\w)[:;=]['’]?-?[()\[\]]+\Z"
)


def mixed_quotes(rows: Rows) -> Iterator[Problem]:
    """A text has both typographic and straight quotation marks or apostrophes.

    Part of it was probably pasted from somewhere else. Readers notice the mixture, and searches miss half of the
    places.

    Write all of them in one way, or let the command “fix” make them typographic in a copy of the workbook.

    Before: Say “record” and not "file".
    After: Say “record” and not “file”.
    """
    for writing in writings_with(rows, _STRAIGHT.search):
        found = _straight_among_curly(writing.prose)
        if found:
            first = min(found)
            signs = dict.fromkeys(writing.text[at] for at in sorted(found))
            kinds = {'"': 'quotation marks, “…” and "…"', "'": "apostrophes, ’ and '"}
            yield problem_at(
                writing.field,
                "mixed-quotes",
                WARNING,
                f"{writing.passage.where(first)}There are two kinds of {listed([kinds[sign] for sign in signs])}; "
                f"a straight one is in “{_around(writing.text, first)}”.",
                help="write all of them in one way.",
            )


def _around(text: str, at: int) -> str:
    """The word with the character at `at`."""
    before = re.split(r"\s", text[max(at - 40, 0) : at])[-1]
    return before + re.split(r"\s", text[at : at + 40], maxsplit=1)[0]


def _straight_among_curly(prose: str) -> frozenset[int]:
    """The places of straight marks in a text that has typographic ones of the same use."""
    quotes = _straight_quotes(prose) if _CURLY.search(prose) else ()
    apostrophes = _STRAIGHT_APOSTROPHE.finditer(prose) if _CURLY_APOSTROPHE.search(prose) else ()
    return frozenset((*quotes, *(found.start() for found in apostrophes)))


def _straight_quotes(prose: str) -> Iterator[int]:
    """The places of straight quotation marks. After a digit, where none is open, it stands for inches or seconds."""
    is_open = False
    for found in re.finditer('"', prose):
        at = found.start()
        if is_open or not prose[max(at - 1, 0) : at].isdigit():
            is_open = not is_open
            yield at


def with_even_quotes(text: str, *, is_page: bool = False) -> str:
    """`text` with typographic marks in place of the straight ones of which `mixed_quotes` speaks.

    A mark after a space, an opening bracket or at the beginning opens; any other closes. Which signs open and close
    follows the text itself: „…“ where it has „, else “…”.
    """
    prose = prose_of(text, is_page=is_page)
    opening, closing = ("“", "”") if "„" not in prose else ("„", "”") if "”" in prose else ("„", "“")
    changes = []
    for at in sorted(_straight_among_curly(prose)):
        opens = _OPENS.match(prose, at - 1) if at else True
        changes.append((at, at + 1, "’" if text[at] == "'" else opening if opens else closing))
    return substituted(text, changes)


def outer_quotes(rows: Rows) -> Iterator[Problem]:
    """A quotation carries its own quotation marks.

    The map and the brief put quotation marks around each quotation of the Quotes sheet, so readers would see them
    twice. Marks within the quotation stay.

    Take the outer marks out of the cell, or let the command “fix” do it in a copy of the workbook.

    Before: “A record that people own is a record that people use.”
    After: A record that people own is a record that people use.
    """
    for writing in writings(rows):
        if (writing.sheet, writing.attribute) == ("quotes", "text") and _is_enclosed(writing.text):
            yield problem_at(
                writing.field,
                "outer-quotes",
                WARNING,
                "The quotation stands in quotation marks of its own.",
                help="take them out; they are added when the map is made.",
            )


def _is_enclosed(text: str) -> bool:
    return without_outer_quotes(text) != text


_ENCLOSED = re.compile(
    r"\s*(?P<marks>[*_]{0,3})(?P<open>[“„«»‹‘‚”「『\"'])\s*(?P<inner>.+?)\s*"
    r"(?P<close>[”“»«›’‘」』\"'])(?P<end>[.,]?)(?P=marks)\s*",
    re.DOTALL,
)


def without_outer_quotes(text: str) -> str:
    """`text` without the quotation marks that enclose the whole of it; a full stop behind them moves inside."""
    while (found := _ENCLOSED.fullmatch(text)) and _is_one_pair(found):
        inner, end = found["inner"], found["end"].replace(",", "")
        end = "" if inner.endswith((".", "!", "?", "…")) else end
        text = f"{found['marks']}{inner}{end}{found['marks']}"
    return text


def _is_one_pair(found: re.Match[str]) -> bool:
    """Whether the first mark is closed by the last one and not before: “A,” she said, “and B.” is not enclosed."""
    opened, closed, inner = found["open"], found["close"], found["inner"]
    if not re.search(r"\w", inner):
        return False
    if opened in "\"'":
        inside = re.sub(r"(?<=\w)'(?=\w)", "", inner) if opened == "'" else inner
        return closed == opened and opened not in inside
    if closed not in _PAIRS.get(opened, ""):
        return False
    depth = 0
    for at, sign in enumerate(inner):
        is_apostrophe = sign == "’" and at and inner[at - 1].isalpha()
        if sign == closed and not is_apostrophe:
            depth -= 1
        elif sign == opened:
            depth += 1
        if depth < 0:
            return False
    return depth == 0


def unbalanced_brackets(rows: Rows) -> Iterator[Problem]:
    """A bracket is opened and not closed, or closed and not opened.

    Something was probably lost when the text was changed. Items numbered 1) or a) are left alone.

    Add the missing bracket, or take the other one out.

    Before: Accept records (all of them.
    After: Accept records (all of them).
    """
    for writing in writings_with(rows, _BRACKET.search):
        alone = _alone(writing.prose)
        if alone:
            first = alone[0]
            shown = [
                f"“{writing.text[at]}” in “{_around(writing.text, at)}” is not "
                + ("opened" if writing.text[at] in _BRACKETS else "closed")
                for at in alone
            ]
            yield problem_at(
                writing.field,
                "unbalanced-brackets",
                WARNING,
                f"{writing.passage.where(first)}The bracket {listed(shown)}.",
                help="add the missing bracket, or take this one out.",
            )


def _alone(prose: str) -> tuple[int, ...]:
    """The places of brackets without their partner."""
    plain = _NO_BRACKETS.sub(lambda found: OPAQUE * len(found[0]), prose)
    opened: list[int] = []
    alone: list[int] = []
    for at, sign in enumerate(plain):
        if sign in _BRACKETS.values():
            opened.append(at)
        elif sign in _BRACKETS:
            if opened and plain[opened[-1]] == _BRACKETS[sign]:
                opened.pop()
            else:
                alone.append(at)
    return tuple(at for at in sorted(alone + opened) if not _MAY_BE_ALONE.search(plain[max(at - 8, 0) : at + 1]))
