"""Taking the bytes of a file that others go on saving."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from raw_workbooks import row, text, workbook

from pipeline.errors import PipelineError
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import LIMITS
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.snapshot import take_snapshot, without_permission

if sys.platform == "win32":
    from pathlib import WindowsPath as SystemPath
else:
    from pathlib import PosixPath as SystemPath


class SharedPath(SystemPath):
    """A file on which another program acts just before each look at its size and time, counted from 1."""

    act: Callable[[int], object]
    looks = 0

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """What the file is, after the other program has acted."""
        self.looks += 1
        self.act(self.looks)
        return super().stat(follow_symlinks=follow_symlinks)


def test_file_that_never_keeps_still_is_locked(tmp_path: Path) -> None:
    """A file that changes during every attempt is reported as being saved, not read by halves."""
    path = SharedPath(tmp_path / "map.xlsx")
    path.write_bytes(workbook())
    with path.open("ab", buffering=0) as growing:
        path.act = lambda look: growing.write(b"y")
        with pytest.raises(RefusedError) as refused:
            take_snapshot(path, LIMITS)
    assert refused.value.code == "locked_file"


def test_file_that_comes_to_rest_is_read(tmp_path: Path) -> None:
    """A file that changes during the first attempt only is read as it is after that."""
    path = SharedPath(tmp_path / "map.xlsx")
    path.write_bytes(b"old")
    path.act = lambda look: look == 2 and path.write_bytes(b"newer")
    assert take_snapshot(path, LIMITS).data == b"newer"


def test_file_saved_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """Half a file that becomes whole while the worker looks at it is read whole."""
    path, new = SharedPath(tmp_path / "map.xlsx"), tmp_path / "new.xlsx"
    path.write_bytes(workbook()[:-100])
    new.write_bytes(workbook(row(text("A1", "whole"))))
    # Two looks go with the first reading; the third comes after the worker has found the end of the zip missing.
    path.act = lambda look: look == 3 and new.replace(path)
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
