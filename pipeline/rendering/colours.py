"""Colours that can be read: shades of the editors' colours, with contrast guaranteed on light and on dark
paper.

The formulas are those of WCAG 2.2 (relative luminance, contrast ratio); its criteria 1.4.3 and 1.4.11 give
the ratios.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass, fields
from functools import lru_cache

from pipeline.errors import RenderingError
from pipeline.model import COLOUR_PATTERN, EcosystemMap

TEXT_RATIO = 4.5
"""Least contrast of text with what is behind it (WCAG 2.2, 1.4.3)."""

SHAPE_RATIO = 3.0
"""Least contrast of a shape that must be seen, such as a line or a ring (WCAG 2.2, 1.4.11)."""

BLACK, WHITE = "#000000", "#ffffff"

_STEPS = 50
_CALMING = 0.8
"""How much of its saturation a colour loses on the whole way to black or white: pale colours glare otherwise.
"""

_TINT = {"light": 0.09, "dark": 0.16}
_EDGE = {"light": 0.32, "dark": 0.55}
_INK = {"light": TEXT_RATIO, "dark": 6.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shades:
    """What one colour becomes on one paper, each as #rrggbb.

    `fill` is the colour itself, for areas; `on_fill` is text on it; `ink` is text in the colour, readable on
    the paper and on `tint`; `tint` is a faint area; `edge` a faint line on the paper; `line` a line that must
    be seen.
    """

    fill: str
    on_fill: str
    ink: str
    tint: str
    edge: str
    line: str


def relative_luminance(colour: str) -> float:
    """The relative luminance of `colour` (#rrggbb), from 0 for black to 1 for white (WCAG 2.2, glossary)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, glossary)."""
    darker, lighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`one` with a `share` (0 to 1) of `other` in it."""
    mixed = (
        round(first + (second - first) * share) for first, second in zip(_channels(one), _channels(other), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def readable(colour: str, *, on: Sequence[str], ratio: float = TEXT_RATIO) -> str:
    """`colour`, made darker or lighter as little as is needed to have `ratio` with every colour of `on`.

    Its hue stays. Where no lightness is enough, it is black or white, whichever is better.
    """
    end = max((BLACK, WHITE), key=lambda end: min(contrast(end, ground) for ground in on))
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    for step in range(_STEPS + 1):
        share = step / _STEPS
        moved = lightness + ((end == WHITE) - lightness) * share
        calmer = saturation * (1 - share * _CALMING)
        shade = _hexadecimal(channel * 255 for channel in hls_to_rgb(hue, moved, calmer))
        if all(contrast(shade, ground) >= ratio for ground in on):
            return shade
    return end


@lru_cache(maxsize=256)
def shades(colour: str, *, paper: str, is_dark: bool = False) -> Shades:
    """The shades of `colour` on `paper`. RenderingError if either is not #rrggbb."""
    scheme = "dark" if is_dark else "light"
    tint = mix(paper, colour, _TINT[scheme])
    return Shades(
        fill=colour,
        on_fill=WHITE if contrast(WHITE, colour) >= TEXT_RATIO else BLACK,
        ink=readable(colour, on=(paper, tint), ratio=_INK[scheme]),
        tint=tint,
        edge=mix(paper, readable(colour, on=(paper,), ratio=SHAPE_RATIO), _EDGE[scheme]),
        line=readable(colour, on=(paper,), ratio=SHAPE_RATIO),
    )


def accent_colour(content: EcosystemMap, tokens: Mapping[str, str]) -> str:
    """The editors' accent colour, else that of shared/tokens.css."""
    return content.settings.accent_colour or tokens["--accent-default"]


def phase_colours(content: EcosystemMap, tokens: Mapping[str, str]) -> tuple[str, ...]:
    """The colour of each phase in order: the editors', else the next one of shared/tokens.css."""
    defaults = [value for name, value in tokens.items() if name.startswith("--phase-default-")]
    return tuple(phase.colour or defaults[at % len(defaults)] for at, phase in enumerate(content.phases))


def theme(content: EcosystemMap, tokens: Mapping[str, str], *, with_dark: bool = True) -> str:
    """A stylesheet that sets the custom properties of the accent and of the phases.

    `--accent-ink`, `--accent-tint` … are the shades of the accent; a class `phase-1`, `phase-2` … sets
    `--phase-ink`, `--phase-tint` … for what is inside it. `with_dark` adds their values for a dark screen.
    """
    light = _rules(content, tokens, tokens["--paper"], is_dark=False)
    if not with_dark:
        return light
    dark = _rules(content, tokens, tokens["--paper-dark"], is_dark=True)
    return f"{light}@media screen {{ @media (prefers-color-scheme: dark) {{\n{dark}}} }}\n"


def _rules(content: EcosystemMap, tokens: Mapping[str, str], paper: str, *, is_dark: bool) -> str:
    rules = [(":root", "accent", accent_colour(content, tokens))]
    rules += [(f".phase-{number}", "phase", colour) for number, colour in enumerate(phase_colours(content, tokens), 1)]
    return "".join(
        f"{selector} {{ {' '.join(_properties(prefix, shades(colour, paper=paper, is_dark=is_dark)))} }}\n"
        for selector, prefix, colour in rules
    )


def _properties(prefix: str, made: Shades) -> Iterator[str]:
    for field in fields(made):
        yield f"--{prefix}-{field.name.replace('_', '-')}: {getattr(made, field.name)};"


def _hexadecimal(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _channels(colour: str) -> tuple[int, int, int]:
    if not re.fullmatch(COLOUR_PATTERN, colour):
        raise RenderingError(
            f"“{colour}” is not a colour such as #0b5c6b.", help="Colours in shared/tokens.css are # and six digits."
        )
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
