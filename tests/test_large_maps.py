"""Maps ten times the sample: made for tests and measurements of size, and checked as any other."""

from datetime import date
from pathlib import Path

import pytest
from large_maps import SAMPLE, large_workbook

from pipeline.load import Loaded, load

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def ten_times(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample ten times over, beside the sample's images."""
    folder = tmp_path_factory.mktemp("ten")
    (folder / "images").symlink_to(SAMPLE.parent / "images")
    path = folder / "map.xlsx"
    path.write_bytes(large_workbook(10))
    return path


@pytest.fixture(scope="module")
def loaded(ten_times: Path) -> Loaded:
    return load(ten_times, today=DAY)


def test_a_large_map_has_ten_times_the_rows_and_no_problem(loaded: Loaded) -> None:
    """Its texts are no copies of each other, its names are found, and nothing in it is misspelt."""
    assert loaded.problems == ()
    assert loaded.content is not None
    assert len(loaded.content.stakeholders) == 100
    assert len({one.text for one in loaded.content.strategies}) == len(loaded.content.strategies) == 1220


def test_a_slip_in_a_large_map_is_found_at_its_cell(ten_times: Path, tmp_path: Path, loaded: Loaded) -> None:
    """Looking at each word once overlooks none: one misspelt word among 1,220 strategies is reported."""
    from openpyxl import load_workbook

    book = load_workbook(ten_times)
    cell = book["Strategies"]["D900"]
    cell.value = f"{cell.value} They recieve it."
    book["Strategies"]["D901"].value = book["Strategies"]["D902"].value
    (tmp_path / "images").symlink_to(SAMPLE.parent / "images")
    book.save(tmp_path / "map.xlsx")
    found = load(tmp_path / "map.xlsx", today=DAY).problems
    assert [(problem.code, problem.at.a1) for problem in found] == [("duplicate-text", "D902"), ("misspelling", "D900")]
