"""An .xlsx file → `Workbook`, or the problems that stand in the way. The only door to reading workbooks."""

import gc
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

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
from pipeline.workbook.worker import OUT_OF_MEMORY

__all__ = ["FILE_PROBLEMS", "LIMITS", "Limits", "ReadResult", "read_workbook"]

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
    try:
        snapshot = take_snapshot(path, limits)
        for _ in range(3):
            try:
                found = _read(snapshot.data, limits)
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
    with _without_collection():
        workbook = _workbook(path.name, snapshot, found)
    return ReadResult(workbook=workbook, problems=tuple(_remarks(workbook)))


def _read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The worker's answer for these bytes; `RefusedError` when they are no workbook or the worker was stopped."""
    if refused := other_file(data):
        raise refused
    paths = [entry for entry in sys.path if entry]
    command = [
        *(sys.executable, "-I", "-S", "-B", "-c", _START),
        json.dumps(paths if _ROOT in paths else [*paths, _ROOT]),
        json.dumps(asdict(limits)),
    ]
    try:
        worker = subprocess.run(  # our own program, no shell
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RefusedError("too_large", f"takes longer than {limits.wall_seconds} seconds to read") from None
    except OSError as error:
        raise PipelineError(f"The workbook could not be read: {error.strerror or error}.") from error
    if worker.returncode == 0:
        answer: dict[str, Any] = json.loads(worker.stdout)
        if refused_as := answer.get("refused"):
            place = CellRef(*refused_as["at"])
            raise RefusedError(refused_as["code"], refused_as["fact"], advice=refused_as["advice"], at=place)
        return answer
    raise _stopped(worker.returncode, limits)


def _stopped(status: int, limits: Limits) -> RefusedError:
    """Why a worker without an answer ended, told from its exit status (the negative number of a signal)."""
    if status == -getattr(signal, "SIGXCPU", 0):
        return RefusedError("too_large", f"takes longer than {limits.cpu_seconds} seconds to read, which is the limit")
    if status in (OUT_OF_MEMORY, -getattr(signal, "SIGKILL", 0)):
        size = limits.memory_bytes // 1024**2
        return RefusedError("too_large", f"needs more than {size:,} MB of memory to read, which is the limit")
    return RefusedError("unreadable_workbook", "is damaged in a way that stops it from being read")


@contextmanager
def _without_collection() -> Iterator[None]:
    """Spare Python's search for circular garbage: half a million new cells hold none, and it takes twice their time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
