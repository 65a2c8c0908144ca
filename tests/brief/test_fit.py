"""Texts that do not fit their places in the brief, found before anything is laid out."""

import pytest
from brief.small_maps import small_map

from pipeline.model import EcosystemMap, Page, Phase
from pipeline.problems import Severity
from pipeline.rendering.brief_fit import overflow_in_print

LONG = "The very long title of a map that goes on and on and on, and then a little further still, " * 3


@pytest.mark.parametrize(
    ("content", "sheet", "heading", "place"),
    [
        (small_map(settings={"title": LONG}), "Settings", "Title", "on the cover"),
        (
            small_map(settings={"title": "Donaudampfschifffahrtsgesellschaftskapitän"}),
            "Settings",
            "Title",
            "on the cover",
        ),
        (
            small_map(
                phases=(
                    Phase(id="growing", name=LONG, description="x"),
                    Phase(id="baking", name="Baking", description="x"),
                )
            ),
            "Phases",
            "Name",
            "at the head of the matrix",
        ),
        (small_map(pages=(Page(id="p", title=LONG * 2, body="x"),)), "Pages", "Title", "in the running header"),
    ],
    ids=["title", "word", "phase", "page"],
)
def test_a_text_too_long_for_its_place_is_found(content: EcosystemMap, sheet: str, heading: str, place: str) -> None:
    """Cover title, matrix cell and running header: the problem says where, and how many characters are too many."""
    [problem] = overflow_in_print(content)
    assert (problem.code, problem.severity, problem.heading) == ("text-overflow", Severity.WARNING, heading)
    assert str(problem.at).startswith(sheet)
    assert f"too long for its place {place} of the brief" in problem.message
    room = int(problem.help.split("about ")[1].split()[0])
    assert 0 < room < len(problem.value or "")


def test_texts_of_usual_length_fit() -> None:
    """Nothing is said of a map whose texts fit, on either paper."""
    for paper in ("A4", "Letter"):
        assert list(overflow_in_print(small_map(), paper=paper)) == []
