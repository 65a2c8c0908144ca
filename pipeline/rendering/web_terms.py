"""Glossary terms explained where they stand: each becomes a link to its entry, described by a tooltip on the page."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape, unescape

from markupsafe import Markup

from pipeline.model import GlossaryTerm
from pipeline.rendering.prose import to_plain

_TAG = re.compile(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""")
_ELEMENT = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_UNTOUCHED = frozenset({"a", "h1", "h2", "h3", "h4", "h5", "h6", "th"})
_USED = re.compile(r'<a class="term-link" href="[^"]*" aria-describedby="tip_([a-z0-9-]+)">')
_WORD = re.compile(r"\w+")
_MOST_FORMS_AT_ONCE = 200
"""Above this, a text is looked at for its words before it is tried for terms."""
_LONGEST_TIP = 280
"""Characters. A tooltip that is longer is cut after a word; the whole definition is in the glossary."""


@dataclass(frozen=True)
class Terms:
    """The glossary of a map, in its `language` (BCP 47)."""

    glossary: Sequence[GlossaryTerm]
    language: str

    def explained(self, html: Markup, root: str, *, but: str = "") -> Markup:
        """`html` with the first occurrence of each term made a link to the glossary; `root` leads to the front page.

        Whole words only, the longest first, never inside links and headings; `but` is the ID of a term to leave out.
        """
        return self._remembered(html, root, but) if self._ids else html

    @cached_property
    def _remembered(self) -> Callable[[Markup, str, str], Markup]:
        """`_explained`, with what it gave: the same text stands on several pages."""
        return lru_cache(maxsize=65_536)(self._explained)

    def _explained(self, html: Markup, root: str, but: str) -> Markup:
        done = {but}
        depth = 0
        made: list[str] = []
        for piece in _TAG.split(html):
            element = _ELEMENT.match(piece)
            if element:
                if element[2] in _UNTOUCHED:
                    depth += -1 if element[1] else 1
                made.append(piece)
            else:
                made.append(piece if depth else self._linked(unescape(piece), root, done))
        return Markup("".join(made))  # noqa: S704 - safe HTML, and what is added is escaped

    def tips(self, html: str) -> Sequence[Mapping[str, str]]:
        """The tooltips (id, term, abbreviation, text) that the page `html` refers to, in the order of the glossary."""
        used = self._places.keys() & set(_USED.findall(html))
        return [
            {
                "id": f"tip_{term.id}",
                "term": term.term,
                "abbreviation": term.abbreviation or "",
                "text": _shortened(" ".join(to_plain(term.definition).split())),
            }
            for term in (self.glossary[place] for place in sorted(self._places[identifier] for identifier in used))
        ]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The place of each term in the glossary, by its ID."""
        return {term.id: place for place, term in enumerate(self.glossary)}

    def _linked(self, text: str, root: str, done: set[str]) -> str:
        """`text`, which is not HTML, as HTML with its links; the IDs that were linked are added to `done`."""
        made, end = [], 0
        pattern = self._pattern_for(text)
        for found in pattern.finditer(text) if pattern else ():
            exact, identifier = self._ids.get(_key(found[0]), ("", ""))
            if not identifier or identifier in done or (exact and not found[0].startswith(exact)):
                continue
            done.add(identifier)
            made.append(_escaped(text[end : found.start()]))
            made.append(
                f'<a class="term-link" href="{root}glossary.html#{identifier}" aria-describedby="tip_{identifier}">'
                f"{_escaped(found[0])}</a>"
            )
            end = found.end()
        return "".join((*made, _escaped(text[end:])))

    @cached_property
    def _ids(self) -> Mapping[str, tuple[str, str]]:
        """Every form of every term: what it must begin with to the letter (or ""), and the term's ID."""
        ids: dict[str, tuple[str, str]] = {}
        for term in self.glossary:
            for name in (term.term, term.abbreviation, *term.also_known_as):
                if name:
                    # capitals tell "IT" from "it"
                    exact = name if name.isupper() else ""
                    for form in _forms(name, self.language):
                        ids.setdefault(_key(form), (exact, term.id))
        return ids

    def _pattern_for(self, text: str) -> re.Pattern[str] | None:
        """What finds the terms in `text`: all of them, or where they are many, only those whose words are in it."""
        if len(self._ids) <= _MOST_FORMS_AT_ONCE:
            return self._pattern_of(tuple(self._ranks))
        words = {"", *_WORD.findall(text.lower())}
        forms = sorted(
            (
                form
                for word in self._by_rarest_word.keys() & words
                for form, needed in self._by_rarest_word[word]
                if needed <= words
            ),
            key=self._ranks.__getitem__,
        )
        return self._pattern_of(tuple(forms)) if forms else None

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        """Every form with its place among all, the longest first."""
        return {form: rank for rank, form in enumerate(sorted(self._ids, key=len, reverse=True))}

    @cached_property
    def _by_rarest_word(self) -> Mapping[str, Sequence[tuple[str, frozenset[str]]]]:
        """Forms by the one of their words that fewest forms have, with all words that must stand in a text that holds
        them; under "" those of which that cannot be said."""
        needed = {form: frozenset(_WORD.findall(form)) for form in self._ids}
        common = Counter(word for words in needed.values() for word in words)
        found: dict[str, list[tuple[str, frozenset[str]]]] = {"": []}
        for form, words in needed.items():
            if words and _ends_a_word(form[0]) and _ends_a_word(form[-1]) and _WORD.match(form):
                rarest = min(words, key=lambda word: (common[word], word))
                found.setdefault(rarest, []).append((form, words))
            else:
                found[""].append((form, frozenset()))
        return found

    @cached_property
    def _pattern_of(self) -> Callable[[tuple[str, ...]], re.Pattern[str]]:
        return lru_cache(maxsize=4096)(_pattern)


@lru_cache(maxsize=4)
def terms_of(glossary: tuple[GlossaryTerm, ...], language: str) -> Terms:
    """The terms of a glossary: the same object, and with it what it remembers, for the same glossary."""
    return Terms(glossary, language)


def _forms(name: str, language: str) -> Iterator[str]:
    """`name`, and in English its plurals; other languages form them in too many ways to guess."""
    yield name
    if language.lower().partition("-")[0] == "en" and name[-1:].isalpha() and name.isascii():
        if re.search("[^aeiou]y$", name):
            yield f"{name[:-1]}ies"
        elif re.search("(s|x|z|ch|sh)$", name):
            yield f"{name}es"
        else:
            yield f"{name}s"


def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of `forms`, the first that fits."""
    # one look at the letter spares a try of every form at every letter of a text
    firsts = "".join(sorted({re.escape(case) for form in forms for case in (form[0].lower(), form[0].upper())}))
    return re.compile(f"(?=[{firsts}])(?:{'|'.join(_whole(form) for form in forms)})", re.IGNORECASE)


def _whole(form: str) -> str:
    """A pattern for `form` as a whole word; scripts that are written without spaces have no such edges."""
    before = r"(?<!\w)" if _ends_a_word(form[0]) else ""
    after = r"(?!\w)" if _ends_a_word(form[-1]) else ""
    return before + r"\s+".join(re.escape(part) for part in form.split()) + after


def _ends_a_word(letter: str) -> bool:
    is_thai_or_alike = unicodedata.name(letter, "").startswith(("THAI", "LAO", "KHMER", "MYANMAR"))
    return unicodedata.east_asian_width(letter) not in "WF" and not is_thai_or_alike


def _key(form: str) -> str:
    return " ".join(form.split()).lower()


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TIP else f"{text[:_LONGEST_TIP].rsplit(' ', 1)[0]} …"
