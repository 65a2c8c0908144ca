"""What the front page and the heads of pages say in a line: roles, numbers, and the size of a brief."""

import pytest
from small_map import STAMP, small_map

from pipeline.rendering import web
from pipeline.rendering.web_front import role_of
from pipeline.rendering.web_sizes import size_of
from pipeline.templating import environment


@pytest.mark.parametrize(
    ("definition", "role"),
    [
        ("People who learn, in school or out of it. They keep records.", "People who learn, in school or out of it."),
        (
            "Groups, e.g. schools and unions, that teach people. More.",
            "Groups, e.g. schools and unions, that teach people.",
        ),
        ("**Bodies** that [write](https://example.org) rules for records", "Bodies that write rules for records"),
        ("Who pays?", "Who pays?"),
        ("word " * 60, "word " * 33 + "word …"),
    ],
)
def test_a_role_is_the_first_sentence_of_the_definition(definition: str, role: str) -> None:
    """Without marks, not ended by an abbreviation near its beginning, and cut at a word where it is long."""
    assert role_of(definition) == role


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 KB"), (34_400, "34 KB"), (999_499, "999 KB"), (999_500, "1.0 MB"), (2_460_000, "2.5 MB")],
)
def test_sizes_are_written_as_people_read_them(count: int, words: str) -> None:
    """Whole kilobytes below a megabyte, then megabytes with one place."""
    assert size_of(count) == words


def test_a_brief_says_its_size_and_date_where_they_are_known() -> None:
    """The link to a stakeholder's brief says its size and date once it is made; before that it says neither."""
    content = small_map()
    one, other = content.stakeholders
    sizes = {f"briefs/{one.id}.pdf": 34_400}
    made = {
        artefact.path: artefact.body.decode()
        for artefact in web.render(content, stamp=STAMP, templates=environment(), brief_sizes=sizes)
        if artefact.path.startswith("stakeholders/")
    }
    assert "PDF, 34 KB, 24 November 2026" in made[f"stakeholders/{one.id}.html"]
    assert "brief_details" not in made[f"stakeholders/{other.id}.html"]
