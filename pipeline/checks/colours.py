"""Rules for colours: how they are written, and whether they can be read."""

import re
from collections.abc import Iterator

from pipeline.checks.scope import ERROR, WARNING, advice, fields_of, problem_at
from pipeline.model import COLOUR_PATTERN, Kind
from pipeline.problems import Problem
from pipeline.records import Field, Rows

LEAST_CONTRAST = 4.5
"""The least contrast of text with its background (WCAG 2.2, success criterion 1.4.3, level AA)."""

Rgb = tuple[int, int, int]
_WHITE: Rgb = (255, 255, 255)


def relative_luminance(colour: Rgb) -> float:
    """How light a colour is, from 0 (black) to 1 (white): WCAG 2.x, “relative luminance”."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, from 1 to 21: WCAG 2.x, “contrast ratio”."""
    darker, lighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _colours(rows: Rows) -> Iterator[tuple[Field, str]]:
    return ((held, str(held.value or "").lower()) for held in fields_of(rows, Kind.COLOUR))


def _rgb(written: str) -> Rgb | None:
    if not re.fullmatch(COLOUR_PATTERN, written):
        return None
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:], 16)


def _hexadecimal(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _meant(written: str) -> str | None:
    """The colour that is probably meant by “0b5c6b”, “#abc”, “dark blue” or “rgb(1, 2, 3)”."""
    from PIL import ImageColor

    compact = written.replace(" ", "")
    for attempt in (compact, f"#{compact.lstrip('#')}"):
        try:
            red, green, blue, *_ = ImageColor.getrgb(attempt)
            return _hexadecimal((red, green, blue))
        except ValueError:
            continue
    return None


def not_a_colour(rows: Rows) -> Iterator[Problem]:
    """A colour is not written in the way that web and print understand.

    Names of colours mean different things in different programs. Web and print understand a # and six digits or
    letters a to f: two each for red, green and blue.

    Write the colour as such a code, for instance #1d5f8a. Spreadsheets and web sites for colours show it as “hex”.

    Before: dark blue
    After: #1d5f8a
    """
    for held, written in _colours(rows):
        if not _rgb(written):
            yield problem_at(
                held,
                "not-a-colour",
                ERROR,
                f"“{held.value}” is not a colour.",
                help=advice(_meant(written), "write # and six digits or letters a to f, such as #1d5f8a."),
            )


def low_contrast(rows: Rows) -> Iterator[Problem]:
    """A colour is too light to be read beside white.

    Headings are printed in this colour on white, and white words on this colour. People with weak sight, and everybody
    in bright light or on a poor printer, need a contrast of 4.5 : 1 (WCAG 2.2, criterion 1.4.3).

    Choose a darker colour.

    Before: #ffd966
    After: #7f6000
    """
    for held, written in _colours(rows):
        colour = _rgb(written)
        if colour and (ratio := contrast(colour, _WHITE)) < LEAST_CONTRAST:
            shown = int(ratio * 100) / 100  # never rounded up to what would be enough
            yield problem_at(
                held,
                "low-contrast",
                WARNING,
                f"“{written}” has a contrast of {shown:.2f} : 1 with white; text needs {LEAST_CONTRAST} : 1.",
                help=f"choose a darker colour; the same colour, darker, is {_darker(colour)}.",
            )


def _darker(colour: Rgb) -> str:
    """The lightest shade of `colour` that can be read beside white."""
    red, green, blue = colour
    shades = ((red * step // 100, green * step // 100, blue * step // 100) for step in range(99, 0, -1))
    return next(_hexadecimal(shade) for shade in shades if contrast(shade, _WHITE) >= LEAST_CONTRAST)
