"""Texts that do not fit their places in the brief, found before anything is laid out."""

import pytest
from brief.page_layout import PageFound, pages_found
from brief.small_maps import briefs_of, small_map

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


WORDS = "Partners of the harvest bring every kind of grain to the mill and to all the bakers of the valley " * 4


def with_names(title: int, phase: int, page: int) -> EcosystemMap:
    """The small map with so many letters in its title, a phase's name and a page's title."""
    return small_map(
        settings={"title": WORDS[:title].strip()},
        phases=(
            Phase(id="growing", name=WORDS[:phase].strip(), description="x"),
            Phase(id="baking", name="Baking", description="x"),
        ),
        pages=(Page(id="p", title=WORDS[:page].strip(), body="\n\n".join("Line." for _ in range(60))),),
    )


def room_for(heading: str) -> int:
    """How many letters of `WORDS`, at most, are said to fit below `heading`."""
    fitting = 0
    for number in range(4, len(WORDS) - 1):
        if WORDS[number] != " ":
            continue
        made = {"Name": (9, number, 9), "Title": (9, 9, number)}[heading]
        if not list(overflow_in_print(with_names(*made))):
            fitting = number
    return fitting


def lines_at_the_head_of(page: PageFound) -> int:
    """How many lines the running header of a page has."""
    heights = {round(bottom) for (_, bottom, _, top), _ in page.boxes if page.height - top < 60}
    return len(heights)


def test_what_is_said_to_fit_does_in_the_layout_and_a_word_more_does_not() -> None:
    """The room that the check sees is that of the finished page: cell of the matrix and running header, line by line."""
    phase, page = room_for("Name"), room_for("Title")
    # The badge with the phase's number is a line of the cell, too.
    for more, expected in ((0, (1 + 5, 2)), (1, (1 + 6, 3))):
        longer = [number if not more else WORDS.index(" ", number + 1) for number in (phase, page)]
        content = with_names(9, *longer)
        assert bool(list(overflow_in_print(content))) is bool(more)
        pages = pages_found(briefs_of(content)["brief.pdf"])
        [cell] = [block for found in pages for block in found.blocks if "TH" in block.path and WORDS[:12] in block.text]
        heads = [lines_at_the_head_of(found) for found in pages if any("Line." in block.text for block in found.blocks)]
        assert (cell.lines, heads[-1]) == expected
