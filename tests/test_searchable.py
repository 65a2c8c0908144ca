"""What counts as the same text, and where a text may begin and end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rendering.searchable import apart, count_each, searchable, separate


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (["skills\u2010", "based"], "skills-based"),
        (["re\u00adcords"], "records"),
        (["RECORDS"], "records"),
        (["STRASSE"], "Straße"),
        (["o\ufb03ce"], "office"),
        (["a\u00a0b\u202fc"], "a b c"),
        (["in", "ter", "rupted"], "interrupted"),
        (["cafe\u0301"], "café"),
        (["(pay)"], "pay"),
        (["H", "R", "S", "y", "s"], "HR Sys"),
    ],
)
def test_the_same_text_in_other_forms(there: list[str], wanted: str) -> None:
    """Breaks, hyphens, capitals, ligatures and other spaces do not make another text."""
    assert searchable(there).count(searchable([wanted])) == 1


@pytest.mark.parametrize(("there", "wanted"), [("Payment", "Pay"), ("repay", "pay"), ("2026.10", "2026.1"), ("a", "b")])
def test_another_text(there: str, wanted: str) -> None:
    """Part of a word or of a number is another text."""
    assert searchable([there]).count(searchable([wanted])) == 0


def test_each_time_is_counted_and_none_across_separate_texts() -> None:
    """A text is counted as often as it stands there, and never where one text ends and another begins."""
    texts = separate([searchable(["one two"]), searchable(["two one"]), searchable(["two"])])
    assert texts.count(searchable(["two"])) == 3
    assert texts.count(searchable(["two two"])) == 0


@given(texts=st.lists(st.text(min_size=1), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_every_text_is_found_among_others(texts: list[str]) -> None:
    """Whatever stands around a text, it is found as often as it is written: nothing complete is ever called lost."""
    wanted = [searchable([text]) for text in texts]
    page = searchable(part for text in texts for part in (text, "\n"))
    for text in wanted:
        if text.dense:
            assert page.count(text) >= separate(wanted).count(text)


@given(texts=st.lists(st.text("ab \x01-é\u0301’", min_size=1, max_size=9), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_many_are_counted_as_few_are(texts: list[str]) -> None:
    """However many texts are looked for at once, each is found as often as by itself."""
    there = separate(searchable([text]) for text in texts)
    wanted = [each for each in (searchable([text]) for text in texts) if each.dense]
    many = wanted * (1 + 1000 // max(1, len(wanted)))
    assert list(count_each(there, many)[: len(wanted)]) == [there.count(each) for each in wanted]


def test_texts_apart_are_folded_together() -> None:
    """Texts of a page that have nothing to do with each other are made searchable in one go."""
    texts = ["One-two", "two", "", "Ⅳ\u0301 o\ufb03ce"]
    for wanted in ("one two", "two", "two two", "iv\u0301", "office", "iv"):
        each = searchable([wanted])
        assert apart(texts).count(each) == separate(searchable([text]) for text in texts).count(each)
