"""The pictures that stand for the map elsewhere."""

import io

import pytest
from crowds import crowd
from PIL import Image
from small_map import STAMP, small_map

from pipeline.model import EcosystemMap
from pipeline.rendering import brief, social
from pipeline.templating import environment


def pictures(content: EcosystemMap) -> dict[str, bytes]:
    templates = environment()
    drawn = social.pictures(content, stamp=STAMP, templates=templates)
    return {one.path: one.body for one in brief.printed_with_fonts((), drawn, stamp=STAMP, templates=templates)}


@pytest.mark.parametrize("content", [crowd(10, language="ar")], ids=["arabic"])
def test_pictures_have_the_sizes_that_are_asked_for(content: EcosystemMap) -> None:
    """Social networks show 1200 × 630 pixels, home screens 180 × 180; both show something, and weigh little."""
    made = pictures(content)
    assert {path: Image.open(io.BytesIO(body)).size for path, body in made.items()} == {
        "assets/social.png": (1200, 630),
        "assets/icon.png": (180, 180),
    }
    for body in made.values():
        assert len(body) < 150_000
        assert len(Image.open(io.BytesIO(body)).convert("RGB").getcolors(2**24) or ()) > 16


def test_the_same_map_gives_the_same_pictures() -> None:
    """Two renderings are equal to the byte."""
    assert pictures(small_map()) == pictures(small_map())
