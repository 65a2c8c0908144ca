"""Colours, texts and identifiers: the arithmetic and the lists behind the rules."""

import pytest
from fixture_types import CheckWorkbook

from pipeline.checks.colours import contrast
from pipeline.checks.markup import CONTROL_CHARACTERS, entities
from pipeline.identifiers import from_name


@pytest.mark.parametrize(
    ("colour", "expected"),
    [((0, 0, 0), 21.0), ((255, 255, 255), 1.0), ((118, 118, 118), 4.54), ((255, 0, 0), 4.0), ((0, 0, 255), 8.59)],
)
def test_contrast_is_that_of_wcag(colour: tuple[int, int, int], expected: float) -> None:
    """The contrast with white is what WCAG's formula gives, whichever colour is named first."""
    assert contrast(colour, (255, 255, 255)) == pytest.approx(expected, abs=0.005)
    assert contrast((255, 255, 255), colour) == contrast(colour, (255, 255, 255))


@pytest.mark.parametrize(
    "character", ["\x00", "\x0b", "\x7f", "\x92", "\u2028", "\u202e", "\ud800", "\ufffe", "\U0010ffff"]
)
def test_characters_that_no_output_may_carry(character: str) -> None:
    """Control characters, directions, half characters and code points that are no characters are all found."""
    assert CONTROL_CHARACTERS.search(f"a{character}b")


@pytest.mark.parametrize(
    "text", ["tab\tand\nlines", "no\u00a0break", "👩‍🎓", "می‌خواهم", "\u200eRTL\u200f", "naïve", "漢字"]
)
def test_characters_that_belong_in_texts(text: str) -> None:
    """Line breaks, joiners and every script are left alone."""
    assert not CONTROL_CHARACTERS.search(text)


def test_entities_are_those_of_html() -> None:
    """Named and numbered codes are known by what they stand for; other ampersands are not codes."""
    found = [(code, meant) for _, code, meant in entities("&eacute; &#x2019; &#39; &notacode; & &amp &lt;")]
    assert found == [("&eacute;", "é"), ("&#x2019;", "’"), ("&#39;", "'"), ("&lt;", "<")]


def test_ids_are_compared_as_they_will_be_made(check: CheckWorkbook) -> None:
    """An ID that an editor writes is the same as the one that is made for another row of a sheet without names."""
    first = "| Strategies | ID | Strategy |\n| | | Accept it. |\n"
    assert check(first) == ()
    made = "employers-adopting-" + _digest_of(check)
    [problem] = check(f"{first}| | {made} | Something else |")
    assert (problem.code, str(problem.at), problem.related[0].a1) == ("duplicate-id", "Strategies!A3", "B2")


def _digest_of(check: CheckWorkbook) -> str:
    from pipeline.identifiers import from_content

    return from_content(from_name("Employers"), from_name("Adopting"), "Accept it.").rpartition("-")[2]
