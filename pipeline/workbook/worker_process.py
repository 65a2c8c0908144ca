"""The process that reads a workbook (`worker`): starting it, perhaps before there is a file for it, and its answers.

Imports little, as a command that will read starts the process before it imports anything else.
"""

import atexit
import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipeline.deadline import deadline
from pipeline.errors import PipelineError
from pipeline.workbook.limits import LIMITS, Limits

OUT_OF_MEMORY = 3
"""The exit status of a worker that met the limit of its memory."""

AHEAD = "ahead"
"""The argument of a worker that is started before there is a file: it imports what most files need while it waits."""

_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from pipeline.workbook.worker import main; main()"


class WorkerProcess:
    """One process that reads one file, with limits on its time and memory."""

    def __init__(self, limits: Limits = LIMITS, *, is_ahead: bool = False) -> None:
        """PipelineError if the machine does not let it be started."""
        self._limits = limits
        paths = [entry for entry in sys.path if entry]
        command = [
            *(sys.executable, "-I", "-S", "-B", "-c", _START),
            json.dumps(paths if _ROOT in paths else [*paths, _ROOT]),
            *([AHEAD] if is_ahead else []),
            json.dumps(asdict(limits)),
        ]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise PipelineError(f"The workbook could not be read: {error.strerror or error}.") from error

    def answers(self, data: bytes) -> Generator[dict[str, Any], None, None]:
        """What the process says of the file `data`, thing after thing as it reads; it has ended when this has.

        RefusedError when the process was stopped. What was said before then counts for nothing.
        """
        try:
            with deadline(self._process, self._limits.wall_seconds) as late:
                with suppress(BrokenPipeError):  # one that has died already is reported below
                    cast(BinaryIO, self._process.stdin).write(data)
                    cast(BinaryIO, self._process.stdin).close()
                has_ended = False
                for line in cast(BinaryIO, self._process.stdout):
                    if not line.endswith(b"\n"):
                        break
                    said = json.loads(line)
                    if has_ended := "end" in said:
                        break
                    yield said
                if not has_ended:
                    self._process.wait()
                    raise _stopped(self._process.returncode, self._limits, is_late=late.is_set())
        finally:
            self.end()

    @property
    def waits(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """End a process that has nothing to do any more, and let go of its pipes."""
        if self.waits:
            self._process.kill()
        with suppress(OSError), self._process:
            pass


_SPARE: list[WorkerProcess] = []
"""A process that was started before there was a file for it."""


def start_ahead() -> None:
    """Start the process for the next file, unless one waits. One that is not needed ends with the program; that one
    cannot be started is said when there is a file for it."""
    if not _SPARE:
        with suppress(PipelineError):
            _SPARE.append(WorkerProcess(is_ahead=True))
            atexit.register(_end_spare)


def take(limits: Limits) -> WorkerProcess:
    """The process that was started ahead, else a new one."""
    if limits is LIMITS:
        with suppress(IndexError):
            return _SPARE.pop()
    return WorkerProcess(limits)


def _end_spare() -> None:
    while _SPARE:
        _SPARE.pop().end()


def _stopped(status: int, limits: Limits, *, is_late: bool) -> Exception:
    """Why a worker without an end to its answer ended, told from its exit status (the negative number of a signal)."""
    from pipeline.workbook.file_problems import RefusedError

    if is_late:
        return RefusedError("too_large", f"takes longer than {limits.wall_seconds} seconds to read")
    if status == -getattr(signal, "SIGXCPU", 0):
        return RefusedError("too_large", f"takes longer than {limits.cpu_seconds} seconds to read, which is the limit")
    if status in (OUT_OF_MEMORY, -getattr(signal, "SIGKILL", 0)):
        size = limits.memory_bytes // 1024**2
        return RefusedError("too_large", f"needs more than {size:,} MB of memory to read, which is the limit")
    return RefusedError("unreadable_workbook", "is damaged in a way that stops it from being read")
