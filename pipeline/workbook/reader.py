"""An .xlsx file → `Workbook`, or the problems that stand in the way. The only door to reading workbooks."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

from pipeline.collection import without_collection
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
from pipeline.workbook.snapshot import take_snapshot
from pipeline.workbook.sniff import other_file
from pipeline.workbook.worker_process import WorkerProcess, take

__all__ = ["FILE_PROBLEMS", "LIMITS", "Limits", "ReadResult", "Reader", "read_workbook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What reading gave: the workbook, or None with the error that says why; warnings and notes come with either."""

    workbook: Workbook | None
    problems: tuple[Problem, ...]


def read_workbook(
    path: Path, *, limits: Limits = LIMITS, each: Callable[[Worksheet], None] = lambda worksheet: None
) -> ReadResult:
    """Read every cell of an .xlsx file, without interpreting any.

    `each` is called with each sheet as soon as it has been read; it may yet be that the workbook is refused.

    A damaged, locked, protected, too large or wrong kind of file is a problem in the result. Raises `UsageError` when
    there is no such file and `PipelineError` when the machine does not let it be read. Whatever the file holds, this
    ends within `limits.wall_seconds` and stays in bounds of memory.
    """
    return _result(path, limits, lambda: take(limits), each)


class Reader:
    """Reads one workbook after the other as `read_workbook` does, without waiting for the worker process to start.

    Each read has a process of its own all the same. `prepare` starts the next one, which waits with everything
    imported; `close` ends it.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._waiting: WorkerProcess | None = None

    def __call__(self, path: Path, *, each: Callable[[Worksheet], None] = lambda worksheet: None) -> ReadResult:
        """What the workbook at `path` holds; `each` and errors as for `read_workbook`."""
        return _result(path, self._limits, self._taken, each)

    def prepare(self) -> None:
        """Start the process for the next read, unless it waits already."""
        if self._waiting is None or not self._waiting.waits:
            self.close()
            self._waiting = WorkerProcess(self._limits, is_ahead=True)

    def close(self) -> None:
        """End the waiting process."""
        if self._waiting is not None:
            self._waiting.end()
            self._waiting = None

    def _taken(self) -> WorkerProcess:
        self.prepare()
        worker, self._waiting = cast(WorkerProcess, self._waiting), None
        return worker


def _result(
    path: Path, limits: Limits, worker: Callable[[], WorkerProcess], each: Callable[[Worksheet], None]
) -> ReadResult:
    """The workbook at `path`, its bytes read by the process that `worker` gives."""
    try:
        snapshot = take_snapshot(path, limits)
        for _ in range(3):
            try:
                if refused := other_file(snapshot.data):
                    raise refused
                with without_collection():
                    workbook = _read(path.name, snapshot.data, worker(), each)
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
    return ReadResult(workbook=workbook, problems=tuple(_remarks(workbook)))


def _read(name: str, data: bytes, worker: WorkerProcess, each: Callable[[Worksheet], None]) -> Workbook:
    """The workbook of these bytes; `RefusedError` when they are none or the worker was stopped."""
    has_macros = False
    sheets: list[Worksheet] = []
    with closing(worker.answers(data)) as answers:
        for said in answers:
            if refused := said.get("refused"):
                place = CellRef(*refused["at"])
                raise RefusedError(refused["code"], refused["fact"], advice=refused["advice"], at=place)
            if sheet := said.get("sheet"):
                sheets.append(_worksheet(sheet))
                each(sheets[-1])
            else:
                has_macros = said["macros"]
    digest = hashlib.sha256(data).hexdigest()
    return Workbook(name=name, sha256=digest, sheets=tuple(sheets), has_macros=has_macros)


def _worksheet(sheet: dict[str, Any]) -> Worksheet:
    name = sheet["name"]
    rows = tuple(
        Row(number=number, cells={cell[0]: _cell(name, number, cell) for cell in cells}, hidden=hidden)
        for number, hidden, cells in sheet["rows"]
    )
    merges = tuple((top, left, bottom, right) for top, left, bottom, right in sheet["merges"])
    return Worksheet(name=name, rows=rows, merges=merges, hidden=sheet["hidden"])


_KINDS = {kind.value: kind for kind in CellKind}


def _cell(sheet: str, row: int, cell: list[Any]) -> Cell:
    column, kind, text, value, *others = cell  # in the order of `Cell`
    if isinstance(value, str):
        value = _moment(value)
    return Cell(CellRef(sheet, row, column), _KINDS[kind], text, value, *others)


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
