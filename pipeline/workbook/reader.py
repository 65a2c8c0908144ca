"""An .xlsx file → `Workbook`, or the problems that stand in the way. The only door to reading workbooks."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

from pipeline.collection import without_collection
from pipeline.errors import PipelineError
from pipeline.problems import PROBLEMS_SHEET, CellRef, Problem
from pipeline.workbook.cells import Cell, CellKind, Row, Workbook, Worksheet
from pipeline.workbook.file_problems import (
    FILE_PROBLEMS,
    RefusedError,
    hidden_rows,
    hidden_sheet,
    macro_workbook,
    refusal,
)
from pipeline.workbook.limits import LIMITS, Limits
from pipeline.workbook.snapshot import Snapshot, take_snapshot
from pipeline.workbook.sniff import other_file
from pipeline.workbook.worker import AHEAD, OUT_OF_MEMORY

__all__ = ["FILE_PROBLEMS", "LIMITS", "Limits", "ReadResult", "Reader", "read_workbook"]

_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from pipeline.workbook.worker import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What reading gave: the workbook, or None with the error that says why; warnings and notes come with either."""

    workbook: Workbook | None
    problems: tuple[Problem, ...]


def read_workbook(path: Path, *, limits: Limits = LIMITS) -> ReadResult:
    """Read every cell of an .xlsx file, without interpreting any.

    A damaged, locked, protected, too large or wrong kind of file is a problem in the result. Raises `UsageError` when
    there is no such file and `PipelineError` when the machine does not let it be read. Whatever the file holds, this
    ends within `limits.wall_seconds` and stays in bounds of memory.
    """
    return _result(path, limits, lambda data: _answer(data, _started(limits), limits))


class Reader:
    """Reads one workbook after the other as `read_workbook` does, without waiting for the worker process to start.

    Each read has a process of its own all the same. `prepare` starts the next one, which waits with everything
    imported; `close` ends it.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._waiting: subprocess.Popen[bytes] | None = None

    def __call__(self, path: Path) -> ReadResult:
        """What the workbook at `path` holds; errors as for `read_workbook`."""
        return _result(path, self._limits, self._answered)

    def prepare(self) -> None:
        """Start the process for the next read, unless it waits already."""
        if self._waiting is None or self._waiting.poll() is not None:
            self.close()
            self._waiting = _started(self._limits, AHEAD)

    def close(self) -> None:
        """End the waiting process."""
        if self._waiting is not None:
            _end(self._waiting)
            self._waiting = None

    def _answered(self, data: bytes) -> dict[str, Any]:
        self.prepare()
        worker, self._waiting = self._waiting, None
        return _answer(data, cast("subprocess.Popen[bytes]", worker), self._limits)


def _result(path: Path, limits: Limits, read: Callable[[bytes], dict[str, Any]]) -> ReadResult:
    """The workbook at `path`, its bytes read by `read`."""
    try:
        snapshot = take_snapshot(path, limits)
        for _ in range(3):
            try:
                if refused := other_file(snapshot.data):
                    raise refused
                found = read(snapshot.data)
                break
            except RefusedError:
                # A save that is under way leaves half a file for a moment: look again if it went on.
                newer = take_snapshot(path, limits)
                if newer.data == snapshot.data:
                    raise
                snapshot = newer
        else:
            raise RefusedError("locked_file", "is being changed by another program at this moment")
    except RefusedError as refused:
        return ReadResult(workbook=None, problems=(refusal(path.name, refused),))
    with without_collection():
        workbook = _workbook(path.name, snapshot, found)
    return ReadResult(workbook=workbook, problems=tuple(_remarks(workbook)))


def _started(limits: Limits, *options: str) -> "subprocess.Popen[bytes]":
    """A worker process that waits for a file; our own program, no shell."""
    paths = [entry for entry in sys.path if entry]
    command = [
        *(sys.executable, "-I", "-S", "-B", "-c", _START),
        json.dumps(paths if _ROOT in paths else [*paths, _ROOT]),
        *options,
        json.dumps(asdict(limits)),
    ]
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise PipelineError(f"The workbook could not be read: {error.strerror or error}.") from error


def _answer(data: bytes, worker: "subprocess.Popen[bytes]", limits: Limits) -> dict[str, Any]:
    """The worker's answer for these bytes; `RefusedError` when they are no workbook or the worker was stopped."""
    try:
        answered, _ = worker.communicate(data, timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        raise RefusedError("too_large", f"takes longer than {limits.wall_seconds} seconds to read") from None
    finally:
        _end(worker)
    if worker.returncode == 0:
        answer: dict[str, Any] = json.loads(answered)
        if refused_as := answer.get("refused"):
            place = CellRef(*refused_as["at"])
            raise RefusedError(refused_as["code"], refused_as["fact"], advice=refused_as["advice"], at=place)
        return answer
    raise _stopped(worker.returncode, limits)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    """End a worker that has nothing to do any more, and let go of its pipes."""
    if worker.poll() is None:
        worker.kill()
    with suppress(OSError), worker:
        pass


def _stopped(status: int, limits: Limits) -> RefusedError:
    """Why a worker without an answer ended, told from its exit status (the negative number of a signal)."""
    if status == -getattr(signal, "SIGXCPU", 0):
        return RefusedError("too_large", f"takes longer than {limits.cpu_seconds} seconds to read, which is the limit")
    if status in (OUT_OF_MEMORY, -getattr(signal, "SIGKILL", 0)):
        size = limits.memory_bytes // 1024**2
        return RefusedError("too_large", f"needs more than {size:,} MB of memory to read, which is the limit")
    return RefusedError("unreadable_workbook", "is damaged in a way that stops it from being read")


def _workbook(name: str, snapshot: Snapshot, answer: dict[str, Any]) -> Workbook:
    return Workbook(
        name=name,
        sha256=hashlib.sha256(snapshot.data).hexdigest(),
        sheets=tuple(_worksheet(sheet) for sheet in answer["sheets"]),
        has_macros=answer["macros"],
    )


def _worksheet(sheet: dict[str, Any]) -> Worksheet:
    name = sheet["name"]
    rows = tuple(
        Row(number=number, cells={cell[0]: _cell(name, number, cell) for cell in cells}, hidden=hidden)
        for number, hidden, cells in sheet["rows"]
    )
    merges = tuple((top, left, bottom, right) for top, left, bottom, right in sheet["merges"])
    return Worksheet(name=name, rows=rows, merges=merges, hidden=sheet["hidden"])


def _cell(sheet: str, row: int, cell: list[Any]) -> Cell:
    column, kind, text, value, number_format, link, formula, plain = cell
    return Cell(
        at=CellRef(sheet, row, column),
        kind=CellKind(kind),
        text=text,
        value=_moment(value) if isinstance(value, str) else value,
        number_format=number_format,
        link=link,
        formula=formula,
        plain=plain,
    )


def _moment(text: str) -> date | datetime | time:
    """A date or time as the worker spells it: ISO 8601."""
    if "T" in text:
        return datetime.fromisoformat(text)
    return time.fromisoformat(text) if ":" in text else date.fromisoformat(text)


def _remarks(workbook: Workbook) -> Iterator[Problem]:
    """Warnings and notes about a file that was read; sheets that begin with “_” are the editors' own.

    The list of problems in a marked copy folds its own rows.
    """
    if workbook.has_macros:
        yield macro_workbook(workbook.name)
    for sheet in workbook.sheets:
        if sheet.name.startswith("_") or not sheet.rows or sheet.name == PROBLEMS_SHEET:
            continue
        if sheet.hidden:
            yield hidden_sheet(sheet.name)
        if rows := [row.number for row in sheet.rows if row.hidden]:
            yield hidden_rows(sheet.name, rows)
