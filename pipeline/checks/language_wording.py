"""Rules for house style: the words of the Wording sheet, and abbreviations written in another case."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.checks.language_prose import Writing, language_of, listed, map_names, own_names, writings_with
from pipeline.checks.language_spelling import known_words
from pipeline.checks.scope import ERROR, WARNING, live, problem_at
from pipeline.matching import fold, tidy
from pipeline.model import LIST_SEPARATOR
from pipeline.problems import CellRef, Problem, Severity
from pipeline.records import Rows

_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Scripts that write words without spaces between them: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

_UNTOUCHED = frozenset({("quotes", "text"), ("resources", "title")})
"""What others have said or how others have called their work: nobody here may reword it."""


_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _HouseRule:
    use: str
    instead_of: re.Pattern[str]
    needs: str
    at: CellRef
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """A place in a text where house style wants something else: how the message and the help say so."""

    at: int
    message: str
    help: str
    related: CellRef
    note: str = ""


@dataclass
class _Style:
    """What house style says: the rules, and the abbreviations; `names` are those in which any word is right."""

    rules: Sequence[_HouseRule]
    names: Sequence[str]
    abbreviations: dict[str, tuple[str, CellRef]] = field(default_factory=dict)

    @cached_property
    def right(self) -> re.Pattern[str] | None:
        """The phrases in which the words of rules are right, the longest first."""
        named = {tidied: None for name in self.names if " " in (tidied := tidy(name)) or "-" in name}
        phrases = sorted(sorted(named), key=len, reverse=True)
        return re.compile("|".join(map(_phrase, phrases)), re.IGNORECASE) if phrases else None

    @cached_property
    def written_so(self) -> frozenset[str]:
        """The words of the names, as they are written there."""
        return frozenset(word for name in self.names for word in re.findall(r"\w+", name))


def banned_word(rows: Rows) -> Iterator[Problem]:
    """A text has words that the Wording sheet forbids.

    The row of the Wording sheet says “error” under Severity, so the map is not published with these words. Quotations,
    titles of resources and names are left as they are.

    Write what stands under “Use” in that row.

    Before: Accept a Learner Employment Record.
    After: Accept a Learning and Employment Record.
    """
    yield from _problems(rows, "banned-word", ERROR)


def wording(rows: Rows) -> Iterator[Problem]:
    """A text has words for which house style has better ones, or an abbreviation in the wrong case.

    The Wording sheet lists words to use instead of others; the row that speaks is named. An abbreviation of the
    Glossary sheet is written as it stands there: “LER”, not “Ler”. Quotations, titles of resources and names are left
    as they are.

    Write the better word, which the message names.

    Before: Ask end users what they need.
    After: Ask people what they need.
    """
    yield from _problems(rows, "wording", WARNING)


def _problems(rows: Rows, code: str, severity: Severity) -> Iterator[Problem]:
    style = _style(rows, severity)
    if not style.rules and not style.abbreviations:
        return
    for writing in _in_question(rows, style):
        if (writing.sheet, writing.attribute) in _UNTOUCHED:
            continue
        found = sorted((*_house_words(writing, style), *_abbreviations(writing, style)), key=lambda each: each.at)
        if found:
            note = f" {found[0].note}" if found[0].note and len({each.help for each in found}) == 1 else ""
            yield problem_at(
                writing.field,
                code,
                severity,
                f"{writing.passage.where(found[0].at)}{listed([each.message for each in found])}.",
                help=f"{listed([each.help for each in found])}.{note}",
                related=tuple(dict.fromkeys(each.related for each in found)),
            )


def _in_question(rows: Rows, style: _Style) -> Iterator[Writing]:
    """The texts that may have the words of a rule, or an abbreviation in another case."""
    needed = re.compile("|".join(re.escape(rule.needs) for rule in style.rules), re.IGNORECASE).search

    def asks(piece: str) -> bool:
        return bool(style.rules and needed(piece)) or any(
            _meant_abbreviation(word, style) for word in _LATIN_WORD.findall(piece) if style.abbreviations
        )

    return writings_with(rows, asks, proper_names=False)


def _style(rows: Rows, severity: Severity) -> _Style:
    language = language_of(rows)
    rules: list[_HouseRule] = []
    for record in rows["wording"].records:
        phrases = [tidy(each) for each in record.text("instead_of").split(LIST_SEPARATOR)]
        use = record.text("use")
        if record.text("severity") == severity.value and record.usable("instead_of") and use:
            rules.extend(
                _HouseRule(
                    use=use,
                    instead_of=_pattern(phrase, use, language),
                    needs=_needed_of(phrase),
                    at=record.at("instead_of"),
                    note=record.text("note"),
                )
                for phrase in phrases
                if phrase and phrase != use
            )
    style = _Style(rules=rules, names=tuple({*own_names(rows), *map_names(rows)}))
    if severity is WARNING and language == "en":
        for record in live(rows["glossary"].records):
            short = record.text("abbreviation")
            if re.fullmatch(r"(?=.*[A-Z].*[A-Z])[A-Za-z][A-Za-z0-9]+", short) and record.usable("abbreviation"):
                style.abbreviations.setdefault(short.casefold(), (short, record.at("abbreviation")))
    return style


def _needed_of(phrase: str) -> str:
    """The longest part of `phrase` that every form of it has, between two signs or spaces and without its plural."""
    return max(re.findall(r"[^\W_]+", phrase), key=len, default="").rstrip("s")


def _phrase(phrase: str) -> str:
    """A pattern for `phrase` as whole words, with any spaces, hyphens and apostrophes."""
    words = r"\s+".join(
        re.escape(word).replace(r"\-", "[-\u2010\u2011]").replace("'", "['’]").replace("’", "['’]")
        for word in phrase.split()
    )
    spaceless = re.compile(rf"[{_WITHOUT_SPACES}]")
    begin = "" if spaceless.match(phrase) or not phrase[0].isalnum() else r"(?<!\w)"
    end = "" if spaceless.match(phrase[-1]) or not phrase[-1].isalnum() else r"(?!\w)"
    return f"{begin}{words}{end}"


def _pattern(phrase: str, use: str, language: str) -> re.Pattern[str]:
    pattern = _phrase(phrase)
    if phrase.casefold() == use.casefold():
        # Only capitals differ (“Github” for “GitHub”), so they are what matters.
        return re.compile(pattern)
    if fold(phrase) != fold(use):
        pattern = pattern.replace(r"\s+", "[\\s\u2010\u2011-]+")
    if language == "en" and phrase[-1].isalpha():
        # In English the plural is meant too, and where there are several words, the singular.
        if " " in phrase and re.search(r"[^s]s\Z", phrase):
            pattern = pattern.replace(r"s(?!\w)", r"s?(?!\w)")
        else:
            pattern = pattern.replace(r"(?!\w)", r"(?:s|es)?(?!\w)")
    return re.compile(pattern, re.IGNORECASE)


def _house_words(writing: Writing, style: _Style) -> Iterator[_Finding]:
    right = None
    for rule in style.rules:
        for found in rule.instead_of.finditer(writing.prose):
            if right is None:
                right = [place.span() for place in style.right.finditer(writing.prose)] if style.right else []
            if any(
                begin <= found.start() and found.end() <= end and end - begin > len(found[0]) for begin, end in right
            ):
                continue
            written = " ".join(found[0].split())
            if written != rule.use:
                yield _Finding(
                    at=found.start(),
                    message=f"“{written}” is not the word to use ({rule.at})",
                    help=f"write “{rule.use}”",
                    note=rule.note,
                    related=rule.at,
                )


def _abbreviations(writing: Writing, style: _Style) -> Iterator[_Finding]:
    if not style.abbreviations:
        return
    for word in re.finditer(r"(?<![\w.])[A-Za-z][A-Za-z0-9]+(?!\w)", writing.prose):
        written = word[0]
        if meant := _meant_abbreviation(written, style):
            right, at = meant
            yield _Finding(
                at=word.start(),
                message=f"“{written}” is written “{right}” on the Glossary sheet ({at})",
                help=f"write “{right}”",
                related=at,
            )


def _meant_abbreviation(written: str, style: _Style) -> tuple[str, CellRef] | None:
    """The abbreviation that `written` is in another case, in the same number, and its cell."""
    for ending in ("", "s"):
        short, at = style.abbreviations.get(written.casefold().removesuffix(ending), ("", CellRef()))
        if not short or short.casefold() + ending != written.casefold():
            continue
        # In capitals it may be another one: VCS is not the plural of VC.
        is_another = written.isupper() and (short.isupper() or ending)
        if written == short + ending or is_another:
            return None
        # So few letters may be anything else: of two letters only “Hr” is taken for “HR”.
        is_word = len(short) < 3 and (bool(ending) or not written.istitle())
        is_word = is_word or written in style.written_so or written.lower() in known_words()
        return None if is_word else (short + ending, at)
    return None
