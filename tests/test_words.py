"""The words of the interface: complete in each language that the program brings, with the same places for values."""

import re
import string
import tomllib
from collections.abc import Iterator

import pytest

from pipeline.template_files import bundled_templates
from pipeline.templating import FALLBACK_LANGUAGE

WORDS = bundled_templates() / "shared" / "words"
OTHERS = sorted(path.stem for path in WORDS.glob("*.toml") if path.stem != FALLBACK_LANGUAGE)


def words(language: str) -> dict[str, str | list[str]]:
    return tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))


def places(text: str | list[str]) -> Iterator[str]:
    for line in [text] if isinstance(text, str) else text:
        yield from sorted(name for _, name, _, _ in string.Formatter().parse(line) if name is not None)


def test_another_language_is_there() -> None:
    """The program brings one language besides English, as proof that all words can be translated."""
    assert OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_word_with_the_same_places(language: str) -> None:
    """Each key of en.toml is in the other language and no more, with the same names in braces; lists are as long."""
    english, other = words(FALLBACK_LANGUAGE), words(language)
    assert set(other) == set(english)
    for key, text in english.items():
        assert list(places(other[key])) == list(places(text)), key
        assert type(other[key]) is type(text), key
        if isinstance(text, list):
            assert len(other[key]) == len(text), key


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_is_translated_and_not_copied(language: str) -> None:
    """No text of more than two words is the same as in English, but for those that are made of values alone."""
    english, other = words(FALLBACK_LANGUAGE), words(language)
    written = {key: re.sub(r"\{[^}]*\}|PDF", "", str(text)) for key, text in english.items()}
    long = [key for key, text in written.items() if len(re.findall(r"\w+", text)) > 2]
    assert [key for key in long if other[key] == english[key]] == []
