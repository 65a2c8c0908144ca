"""The bytes of a file as they were at one moment, while editors and cloud folders go on saving."""

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError, UsageError
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import Limits

ATTEMPTS = 5
PAUSE = 0.2
"""Seconds between two attempts: Excel and LibreOffice save a workbook of this kind in less than a second."""

_NONBLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of a file at one moment."""

    data: bytes


def take_snapshot(path: Path, limits: Limits) -> Snapshot:
    """Read a regular file once, again if it changes meanwhile.

    Raises `RefusedError` for a lock file, a pipe or device, a file over the limit and one that never keeps still;
    `UsageError` when there is no such file; `PipelineError` when the machine does not let it be read.
    """
    try:
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE)
            before = path.stat()
            _refuse_by_kind(path, before)
            data = _read_bounded(path, limits)
            if _signature(before) == _signature(path.stat()):
                return Snapshot(data)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file “{path}”.", help="Check the name and the folder.") from error
    except PermissionError as error:
        raise without_permission(path, error, on_windows=os.name == "nt") from error
    except (OSError, ValueError) as error:
        raise PipelineError(f"“{path}” could not be read: {getattr(error, 'strerror', None) or error}.") from error
    raise RefusedError("locked_file", "is being changed by another program at this moment")


def without_permission(path: Path, error: PermissionError, *, on_windows: bool) -> RefusedError | PipelineError:
    """What a denied access means: on Windows another program holds the file; elsewhere the rights are missing."""
    if on_windows:
        return RefusedError("locked_file", "is open in another program, probably Excel, which keeps it to itself")
    return PipelineError(
        f"“{path}” could not be read: {error.strerror or 'no permission'}.",
        help="Give yourself the right to read the file.",
    )


def _refuse_by_kind(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UsageError(f"“{path}” is a folder, not a workbook.", help="Name the .xlsx file that is in it.")
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("wrong_file_type", "is a pipe or a device, not a file", advice="Name an .xlsx file.")
    if path.name.startswith(("~$", ".~lock.")):
        raise RefusedError(
            "locked_file",
            "only marks that a workbook is open in Excel or LibreOffice; it is not the workbook",
            advice="Choose the workbook itself: the file of the same name without the mark in front.",
        )


def _read_bounded(path: Path, limits: Limits) -> bytes:
    # Non-blocking: a pipe that takes the file's place between the look and the opening must not hang the program.
    with os.fdopen(os.open(path, os.O_RDONLY | _NONBLOCKING), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise RefusedError("wrong_file_type", "is a pipe or a device, not a file", advice="Name an .xlsx file.")
        data = stream.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise RefusedError("too_large", f"is larger than {limits.file_bytes // 1024**2} MB, which is the limit")
    return data


def _signature(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_dev
