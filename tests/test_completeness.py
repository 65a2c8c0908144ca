"""Completeness: what each stakeholder has in each phase and area, counted from what can be read."""

from collections.abc import Callable
from datetime import date

from pipeline.completeness import Completeness, Count, Grid, completeness
from pipeline.load import Loaded

Load = Callable[..., Loaded]

PHASES = "| Phases | Name |\n| | Developing |\n| | Using |\n"
STAKEHOLDERS = (
    "| Stakeholders | Name | Short name | Former names |\n| | Employers | | Companies |\n| | HR Systems | HR | |\n"
)


def found(loaded: Load, markdown: str) -> Completeness:
    rows = loaded(markdown).rows
    assert rows is not None
    return completeness(rows)


def strategies(loaded: Load, markdown: str) -> Grid:
    return next(grid for grid in found(loaded, markdown).grids if grid.key == "strategies")


def numbers(grid: Grid) -> list[list[int]]:
    return [[place.published for place in row] for row in grid.counts]


def test_published_rows_are_counted_by_stakeholder_and_phase(loaded: Load) -> None:
    """Stakeholders and phases stand in the order of their sheets; an empty place is a gap."""
    grid = strategies(
        loaded,
        PHASES + STAKEHOLDERS + "| Strategies | Stakeholder | Phase | Strategy |\n"
        "| | HR Systems | Using | One. |\n| | HR Systems | Using | Two. |\n| | Employers | Developing | Three. |\n",
    )
    assert [one.name for one in grid.stakeholders] == ["Employers", "HR Systems"]
    assert [one.name for one in grid.columns] == ["Developing", "Using"]
    assert numbers(grid) == [[1, 0], [0, 2]]
    assert (grid.places, grid.gaps, grid.total.published) == (4, 2, 3)
    assert [one.published for one in grid.by_column] == [1, 2]
    assert [one.published for one in grid.by_stakeholder] == [1, 2]


def test_drafts_and_overdue_reviews_are_counted_apart_and_archived_rows_not(loaded: Load) -> None:
    """A draft fills no gap; a row that should have been read again by today is overdue, whatever its status."""
    grid = strategies(
        loaded,
        PHASES + STAKEHOLDERS + "| Strategies | Stakeholder | Phase | Strategy | Status | Review by |\n"
        "| | Employers | Developing | One. | draft | 2026-11-23 |\n"
        "| | Employers | Developing | Two. | archived | 2020-01-01 |\n"
        "| | Employers | Using | Three. | published | 2026-11-24 |\n",
    )
    assert grid.counts[0] == (Count(drafts=1, overdue=1), Count(published=1))
    assert grid.gaps == 3


def test_what_belongs_to_a_draft_is_a_draft(loaded: Load) -> None:
    """A stakeholder that is not published takes its rows with it; it has no places to fill. An archived one is gone."""
    grid = strategies(
        loaded,
        PHASES
        + "| Stakeholders | Name | Status |\n| | Employers | |\n| | HR Systems | draft |\n| | Funders | archived |\n"
        "| Strategies | Stakeholder | Phase | Strategy |\n"
        "| | HR Systems | Using | One. |\n| | Funders | Using | Two. |\n| | Employers | Using | Three. |\n",
    )
    assert [(one.name, one.is_draft) for one in grid.stakeholders] == [("Employers", False), ("HR Systems", True)]
    assert grid.counts[1][1] == Count(drafts=1)
    assert (grid.places, grid.gaps, grid.total.rows, grid.unplaced.rows) == (2, 1, 2, 0)


def test_every_name_of_a_row_finds_it(loaded: Load) -> None:
    """Short names, former names and other spellings count for the row that they mean."""
    grid = strategies(
        loaded,
        PHASES + STAKEHOLDERS + "| Strategies | Stakeholder | Phase | Strategy |\n"
        "| | HR | using | One. |\n| | companies | USING | Two. |\n",
    )
    assert numbers(grid) == [[0, 1], [0, 1]]


def test_a_workbook_with_errors_has_its_completeness_too(loaded: Load) -> None:
    """A row that names nobody known has no place, and is said; the others count."""
    grid = strategies(
        loaded,
        PHASES + STAKEHOLDERS + "| Strategies | Stakeholder | Phase | Strategy |\n"
        "| | Employrs | Using | One. |\n| | Employers | Usin | Two. |\n"
        "| | | Using | Three. |\n| | Employers | Using | |\n",
    )
    assert (grid.unplaced.rows, grid.total.published) == (3, 1)


def test_without_stakeholders_there_is_nothing_to_fill(loaded: Load) -> None:
    """A sheet that is missing, or has no names, gives no table and no fault."""
    rows = loaded("| Phases | Name |\n| | Using |\n", complete=False).rows
    assert rows is not None
    assert completeness(rows) == Completeness()


def test_overdue_reviews_of_every_sheet_come_oldest_first(loaded: Load) -> None:
    """Each has its cell, its owner and the day."""
    reviews = found(
        loaded,
        PHASES + "| Stakeholders | Name | Owner | Review by |\n| | Employers | Ann | 2026-05-01 |\n"
        "| Strategies | Stakeholder | Phase | Strategy | Review by |\n| | Employers | Using | Act. | 2026-02-01 |\n",
    ).reviews
    assert [(str(one.at), one.name, one.owner, one.day) for one in reviews] == [
        ("Strategies!D2", "Act.", "", date(2026, 2, 1)),
        ("Stakeholders!C2", "Employers", "Ann", date(2026, 5, 1)),
    ]


def test_the_size_of_the_map_does_not_matter(loaded: Load) -> None:
    """One phase with sixty stakeholders, and eight phases with two."""
    names = [f"Actor number {number}" for number in range(60)]
    many = "| Stakeholders | Name |\n" + "".join(f"| | {name} |\n" for name in names)
    grid = strategies(loaded, "| Phases | Name |\n| | Using |\n" + many)
    assert (len(grid.stakeholders), len(grid.columns), grid.places, grid.gaps) == (60, 1, 60, 0)
    eight = "| Phases | Name |\n" + "".join(f"| | Phase {letter} |\n" for letter in "abcdefgh")
    assert len(strategies(loaded, eight + STAKEHOLDERS).columns) == 8
