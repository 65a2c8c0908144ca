"""What a typesetter decides before anything is laid out."""

import pytest
from markupsafe import Markup

from pipeline.rendering.brief_measure import half_way, lines_taken, well_broken


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Ask for it only once, at the end.</p>", "<p>Ask for it only once, at the\u00a0end.</p>"),
        ("<p>Ask for it before everything.</p>", "<p>Ask for it before everything.</p>"),
        ("<ul><li>one at a time</li></ul>", "<ul><li>one at a\u00a0time</li></ul>"),
        (
            '<p>Read <em>this</em> first, with <a href="x y">care</a> always</p>',
            '<p>Read<em> this</em> first, with<a href="x y"> care</a>\u00a0always</p>',
        ),
    ],
)
def test_lines_break_where_they_should(html: str, expected: str) -> None:
    """A short last word stays beside the one before, and a space stands inside the marked words that it comes before."""
    assert well_broken(Markup(html)) == expected


@pytest.mark.parametrize(
    ("heights", "first"),
    [([1, 1, 1, 1], 2), ([1, 1, 1], 2), ([5, 1, 1], 1), ([1, 1, 5], 2), ([1, 9, 1, 9], 2), ([3], 1), ([], 0)],
)
def test_columns_are_balanced_and_the_first_is_the_higher(heights: list[float], first: int) -> None:
    """The higher of two columns is as low as it can be; where that is open, the first is the higher one."""
    assert half_way(heights) == first


def test_lines_are_told_about_right() -> None:
    """A text of a line, of two paragraphs, and of none."""
    assert lines_taken("<p>Short.</p>", width=128, size=9) == 1
    assert lines_taken(f"<p>{'word ' * 30}</p><p>Short.</p>", width=128, size=9) == 3
    assert lines_taken("", width=128, size=9) == 0
