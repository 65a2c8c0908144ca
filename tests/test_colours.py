"""Shades of the editors' colours can be read, on light and on dark paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_map import small_map

from pipeline.errors import RenderingError
from pipeline.rendering.colours import (
    SHAPE_RATIO,
    TEXT_RATIO,
    contrast,
    mix,
    phase_colours,
    relative_luminance,
    shades,
    theme,
)
from pipeline.templating import environment

TOKENS = environment().tokens()
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_the_formulas_are_those_of_wcag() -> None:
    """Luminance and contrast agree with known values: black on white is 21, #767676 on white is 4.54."""
    assert (relative_luminance("#000000"), relative_luminance("#ffffff")) == (0, 1)
    assert contrast("#ffffff", "#000000") == contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


@given(COLOURS)
def test_any_colour_can_be_read_on_both_papers(colour: str) -> None:
    """Whatever colour an editor chooses, text in it, on it and over its tint has enough contrast, and so have
    lines.
    """
    for name, is_dark in (("--paper", False), ("--paper-dark", True)):
        paper = TOKENS[name]
        made = shades(colour, paper=paper, is_dark=is_dark)
        assert made.fill == colour
        assert contrast(made.on_fill, made.fill) >= TEXT_RATIO
        assert contrast(made.ink, paper) >= TEXT_RATIO
        assert contrast(made.ink, made.tint) >= TEXT_RATIO
        assert contrast(made.line, paper) >= SHAPE_RATIO


def test_the_tokens_themselves_can_be_read() -> None:
    """Ink and soft ink of tokens.css have enough contrast with every ground, in the light and in the dark."""
    sheet = environment().read("shared/tokens.css").decode()
    light, dark = sheet.split("@media", 1)
    for part in (light, dark):
        tokens = {
            name: value
            for line in part.splitlines()
            if line.strip().startswith("--")
            for name, _, value in [line.strip().rstrip(";").partition(": ")]
        }
        for ink in ("--ink", "--ink-soft"):
            for ground in ("--paper", "--surface", "--sunken"):
                assert contrast(tokens[ink], tokens[ground]) >= TEXT_RATIO
        assert contrast(tokens["--mark-ink"], tokens["--mark"]) >= TEXT_RATIO


def test_a_phase_without_a_colour_gets_the_next_default() -> None:
    """The editors' colour is kept; a blank one is filled from tokens.css, in order."""
    assert phase_colours(small_map(), TOKENS) == ("#1d5f8a", TOKENS["--phase-default-2"])


def test_the_theme_sets_every_shade_for_both_papers() -> None:
    """The stylesheet has the accent and each phase, and only the web's has the dark."""
    sheet = theme(small_map(), TOKENS)
    assert sheet.count("--accent-ink: ") == 2
    assert sheet.count(".phase-2 {") == 2
    assert "prefers-color-scheme" not in theme(small_map(), TOKENS, with_dark=False)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "url(x)", "#1234567"])
def test_what_is_no_colour_never_reaches_a_stylesheet(colour: str) -> None:
    """Only # and six digits are accepted."""
    with pytest.raises(RenderingError):
        shades(colour, paper="#ffffff")
