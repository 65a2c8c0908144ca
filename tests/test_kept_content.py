"""Content that was read and checked before: what comes back is what was kept."""

from datetime import date
from pathlib import Path

from edits import SAMPLE
from markdown_workbooks import TODAY
from small_map import small_map

from pipeline import kept_content
from pipeline.cache import Cache
from pipeline.load import Loaded, load
from pipeline.problems import CellRef, Problem, Severity

A_PROBLEM = Problem(
    code="gap",
    severity=Severity.WARNING,
    at=CellRef("Strategies", 3, 2),
    message="“ü” is missing.",
    related=(CellRef("Phases"),),
)


def assert_same(before: Loaded, after: Loaded) -> None:
    assert before.content is not None
    assert after.content is not None
    assert after.content == before.content
    assert after.content.images == before.content.images
    for (_, one), (_, other) in zip(before.content.entries(), after.content.entries(), strict=True):
        assert (other.cells, other.status) == (one.cells, one.status)
    assert (after.problems, after.sha256, after.path) == (before.problems, before.sha256, before.path)


def test_the_sample_comes_back_with_its_cells(tmp_path: Path) -> None:
    """Values, the cell of each, statuses and pictures are the same, found by another process or not."""
    loaded = load(SAMPLE, today=TODAY)
    key = kept_content.key_of(SAMPLE, today=TODAY, strict=False, drafts=False)
    kept_content.keep(Cache(tmp_path), key, loaded)
    found = kept_content.find(Cache(tmp_path), key, SAMPLE)
    assert found is not None
    assert_same(loaded, found)


def test_every_column_comes_back() -> None:
    """Dates, lists, blanks and problems too."""
    content = small_map()
    loaded = Loaded(path=Path("map.xlsx"), problems=(A_PROBLEM,), content=content, sha256="0" * 64)
    assert_same(loaded, kept_content.read(kept_content.written(loaded), loaded.path, content.images))


def test_a_day_an_option_or_a_page_makes_another_key(tmp_path: Path) -> None:
    """Reviews become overdue, drafts are content under --drafts, warnings are errors under --strict."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    keys = {
        kept_content.key_of(path, today=today, strict=strict, drafts=drafts)
        for today in (TODAY, date(2031, 1, 1))
        for strict in (False, True)
        for drafts in (False, True)
    }
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "more.md").write_text("More.")
    keys.add(kept_content.key_of(path, today=TODAY, strict=False, drafts=False))
    assert len(keys) == 9


def test_content_with_errors_is_not_kept(tmp_path: Path) -> None:
    """A workbook that cannot be published is read again each time."""
    key = kept_content.key_of(SAMPLE, today=TODAY, strict=False, drafts=False)
    kept_content.keep(Cache(tmp_path), key, Loaded(path=SAMPLE, problems=(A_PROBLEM,)))
    assert kept_content.find(Cache(tmp_path), key, SAMPLE) is None
