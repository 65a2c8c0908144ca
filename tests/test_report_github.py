"""What GitHub is shown: annotations, and a job's summary within GitHub's limits."""

from collections.abc import Callable

from many_problems import HOSTILE, hostile, many, problem

from pipeline.completeness import Completeness, Count, Grid, Named, completeness
from pipeline.load import Loaded
from pipeline.problems import CellRef
from pipeline.report_github import MOST_BYTES, as_annotations, as_markdown
from pipeline.reports import kinds


def grid(stakeholders: int, columns: int = 4, name: str = "Employers") -> Grid:
    return Grid(
        key="strategies",
        sheet="Strategies",
        stakeholders=tuple(Named(name=f"{name} {at}", at=CellRef()) for at in range(stakeholders)),
        columns=tuple(Named(name=f"{name} {at}", at=CellRef()) for at in range(columns)),
        counts=((Count(published=1),) * columns,) * stakeholders,
    )


def test_completeness_stands_under_the_problems(loaded: Callable[..., Loaded]) -> None:
    """Counts, gaps, drafts and overdue reviews are words in a table."""
    rows = loaded(
        "| Phases | Name |\n| | Developing |\n| | Using |\n"
        "| Strategies | Stakeholder | Phase | Strategy | Status | Review by |\n"
        "| | Employers | Using | One. | | 2026-01-01 |\n| | Employers | Using | Two. | draft | |\n"
        "| | Employrs | Using | Three. | | |\n"
    ).rows
    assert rows is not None
    text = as_markdown([problem()], file_name="map.xlsx", completeness=completeness(rows))
    assert "| Employers | **gap** | 1 + 1 draft, 1 overdue | 1 + 1 draft, 1 overdue |" in text
    assert "Of 2 places 1 have something published." in text
    assert "not counted: 1." in text
    assert text.index("is not on the Stakeholders sheet") < text.index("### Strategies")


def test_the_summary_keeps_within_githubs_limit_and_counts_the_rest() -> None:
    """GitHub shows nothing of a summary of more than 1 MiB, so it is cut: each kind has a row, the tables stay."""
    long = "Ü" * 300
    problems = tuple(
        problem(row, code=f"kind-{row % 40}", message=f"{row} {long}", help=long) for row in range(2, 2002)
    )
    text = as_markdown(problems, file_name="map.xlsx", completeness=Completeness(grids=(grid(2000), grid(2000))))
    assert len(text.encode()) <= MOST_BYTES < 1024 * 1024
    shown = text.count("❌")
    assert 0 < shown < 2000
    assert f"\n{2000 - shown:,} more problems are not shown here" in text
    for kind in kinds(problems):
        assert f"<sub>{kind.first.code}</sub>" in text
    assert text.count("### Strategies") == 2


def test_a_map_too_large_for_the_summary_is_cut_with_a_count() -> None:
    """Stakeholders that do not fit are counted."""
    text = as_markdown([], file_name="map.xlsx", completeness=Completeness(grids=(grid(5_000, 8, "Ü" * 80),)))
    assert len(text.encode()) <= MOST_BYTES
    assert "more stakeholders are not shown here" in text


def test_annotations_show_each_kind_before_a_second_of_any() -> None:
    """Ten are shown; a kind with hundreds does not take the places of the others."""
    problems = (
        *(problem(row, message=f"Fact {row}.") for row in range(2, 300)),
        problem(code="bad-id", message="Bad."),
    )
    assert "title=bad-id" in as_annotations(problems, file_name="map.xlsx")


def test_hostile_names_do_nothing_in_the_tables() -> None:
    """Names of stakeholders and phases cannot end a cell, be tags, mentions, pictures or commands."""
    text = as_markdown([hostile()], file_name=HOSTILE, completeness=Completeness(grids=(grid(1, 1, HOSTILE),)))
    for mark in ("<script", "<img", "![x]", "@everyone", "##[", "\x1b", "\u202e", "[link]"):
        assert mark not in text
    table = [line for line in text.splitlines() if line.startswith("| ") and "boom" in line]
    assert [line.count("|") for line in table[1:]] == [4, 4]
    text.encode()


def test_the_summary_is_the_same_every_time() -> None:
    """Order and words depend on the problems alone."""
    assert as_markdown(many(), file_name="a.xlsx") == as_markdown(many(), file_name="a.xlsx")
