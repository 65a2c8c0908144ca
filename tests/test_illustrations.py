"""The sample's own pictures: one hand drew them, and they hold up on light and on dark discs and on paper."""

import re
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from pipeline.rendering.colours import SHAPE_RATIO, contrast, shades
from pipeline.templating import environment

PICTURES = tuple(sorted((Path(__file__).parents[1] / "source" / "images").glob("*.svg")))
LINE, WHITE = "#0b3d48", "#ffffff"
TONES = ("#7fbcc2", "#f4b25f", WHITE)
ACCENT = "#0b5563"


def discs() -> tuple[str, str]:
    """The backgrounds of a disc on light and on dark paper, in the sample's accent colour."""
    tokens = environment().tokens()
    return (
        shades(ACCENT, paper=tokens["--paper"]).tint,
        shades(ACCENT, paper=tokens["--paper-dark"], is_dark=True).tint,
    )


def test_there_are_ten() -> None:
    """Each of the ten stakeholders of the sample has its picture."""
    assert len(PICTURES) == 10


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_keeps_to_the_common_hand(path: Path) -> None:
    """A square of 96, three tones and one line of one weight; nothing but shapes, so that it is safe and small."""
    root = fromstring(path.read_bytes())
    assert root.get("viewBox") == "0 0 96 96"
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "g", "path", "circle", "rect"}
    colours = {each for element in root.iter() for name in ("fill", "stroke") if (each := element.get(name))}
    assert colours <= {LINE, *TONES, "none"}
    [group] = root
    assert group.get("stroke-width") == "3"
    # a wider stroke is an area: a road or a ray, drawn with a line of 3 on either side of it
    widths = [float(element.get("stroke-width") or 3) for element in group]
    assert all(width == 3 or any(other == width - 6 for other in widths) or (width + 6) in widths for width in widths)
    assert len(path.read_bytes()) <= 1_000
    assert not re.search(rb"<(style|script|image|text|use)|href", path.read_bytes())


def test_the_tones_are_seen_on_light_and_on_dark_discs() -> None:
    """On a light disc the line is seen; on a dark one, where the line is lost, every tone is; and lines are seen on all
    tones (WCAG 2.2, 1.4.11).
    """
    light, dark = discs()
    assert contrast(LINE, light) >= SHAPE_RATIO
    for tone in TONES:
        assert contrast(tone, dark) >= SHAPE_RATIO
        assert contrast(LINE, tone) >= SHAPE_RATIO
