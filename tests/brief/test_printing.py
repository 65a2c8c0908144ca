"""The processes that lay out: started before there is work, and what the cache holds of what they made."""

from pathlib import Path

from brief.small_maps import briefs_of, render, small_map

from pipeline.cache import Cache
from pipeline.rendering import pdf_process
from pipeline.rendering.pdf_process import Limits, ahead


def test_processes_that_were_started_ahead_make_the_same(tmp_path: Path) -> None:
    """A process that has waited for its work makes the same bytes, and is used."""
    with ahead(Limits(processes=2)) as start:
        start()
        waiting = [started.process for started in pdf_process._SPARE]
        made = {artefact.path: artefact.body for artefact in render(small_map())}
        assert pdf_process._SPARE == []
    assert made == briefs_of(small_map())
    assert all(process.poll() is not None for process in waiting)


def test_processes_that_are_not_needed_end() -> None:
    """A workbook with errors lays out nothing: what was started for it is gone, with its folder."""
    with ahead(Limits(processes=1)) as start:
        start()
        [started] = pdf_process._SPARE
        assert started.process.poll() is None
        folder = started.noise.parent
    assert started.process.poll() is not None
    assert not folder.exists()


def test_a_damaged_cache_changes_no_byte(tmp_path: Path) -> None:
    """Entries that were cut off, emptied or changed are made anew: the briefs are what they were."""
    cache = Cache(tmp_path)
    before = {artefact.path: artefact.body for artefact in render(small_map(), kept=cache)}
    entries = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(entries) > 10
    for number, path in enumerate(entries):
        body = path.read_bytes()
        path.write_bytes((b"", body[:-1], body[:40] + bytes([body[40] ^ 1]) + body[41:], body)[number % 4])
    again = {artefact.path: artefact.body for artefact in render(small_map(), kept=Cache(tmp_path))}
    assert again == before == briefs_of(small_map())


def test_a_cache_that_was_copied_serves_elsewhere(tmp_path: Path) -> None:
    """The folder of one machine is good for another with the same program: nothing in it is of its place or time."""
    first = Cache(tmp_path / "one")
    list(render(small_map(), kept=first))
    (tmp_path / "one").rename(tmp_path / "other")
    second = Cache(tmp_path / "other")
    made = {artefact.path: artefact.body for artefact in render(small_map(), kept=second)}
    assert made == briefs_of(small_map())
    assert second.made == 0
    assert second.used > 10
