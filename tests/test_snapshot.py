"""Taking the bytes of a file that others go on saving."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from raw_workbooks import row, text, workbook

from pipeline.errors import PipelineError
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import LIMITS
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.snapshot import take_snapshot, without_permission


@contextmanager
def meanwhile(act: Callable[[], object], *, every: float) -> Iterator[None]:
    """Do something again and again in another thread, as a program that saves would; `every` is in seconds."""
    stopped = threading.Event()

    def repeat() -> None:
        while not stopped.wait(every):
            act()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def test_file_that_never_keeps_still_is_locked(tmp_path: Path) -> None:
    """A file that changes during every attempt is reported as being saved, not read by halves."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(b"x" * 30_000_000)
    with (
        path.open("ab", buffering=0) as growing,
        meanwhile(lambda: growing.write(b"y"), every=0),
        pytest.raises(RefusedError) as refused,
    ):
        take_snapshot(path, LIMITS)
    assert refused.value.code == "locked_file"


def test_file_saved_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """Half a file that becomes whole while the worker looks at it is read whole."""
    path, new = tmp_path / "map.xlsx", tmp_path / "new.xlsx"
    path.write_bytes(workbook()[:-100])
    new.write_bytes(workbook(row(text("A1", "whole"))))
    # The worker needs longer than this to start, find the end of the zip missing, and answer.
    with meanwhile(lambda: new.exists() and new.replace(path), every=0.005):
        result = read_workbook(path)
    assert result.workbook is not None
    assert result.workbook.sheets[0].rows[0].cells[1].text == "whole"


def test_denied_access_means_excel_on_windows_and_rights_elsewhere() -> None:
    """Excel on Windows keeps a file to itself, which the editor can end; other systems deny it for want of rights."""
    denied = PermissionError(13, "Permission denied")
    on_windows = without_permission(Path("map.xlsx"), denied, on_windows=True)
    elsewhere = without_permission(Path("map.xlsx"), denied, on_windows=False)
    assert isinstance(on_windows, RefusedError)
    assert on_windows.code == "locked_file"
    assert isinstance(elsewhere, PipelineError)
