"""Path → content, or the problems that stand in its way."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from pipeline.collection import without_collection
from pipeline.model import EcosystemMap
from pipeline.problems import Problem, Severity, has_errors, in_order
from pipeline.workbook.cells import Worksheet
from pipeline.workbook.reader import ReadResult, read_workbook

if TYPE_CHECKING:
    from pipeline.records import Rows


class Read(Protocol):
    """Reads a workbook, as `read_workbook` does."""

    def __call__(self, path: Path, *, each: Callable[[Worksheet], None]) -> ReadResult: ...


MOST_BYTES_OF_A_FILE = 20 * 1024 * 1024
"""The largest image or page file that is read, in bytes; a larger one counts as missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a workbook holds: every problem, errors first; the content, if there are no errors; and the rows behind it.

    `sha256` is of the workbook's bytes; empty when they could not be read.
    """

    path: Path
    problems: tuple[Problem, ...]
    content: EcosystemMap | None = None
    rows: "Rows | None" = None
    sha256: str = ""


def load(
    path: Path,
    *,
    today: date,
    strict: bool = False,
    drafts: bool = False,
    language: bool = True,
    read: Read = read_workbook,
    meanwhile: Sequence[Callable[[], object]] = (),
) -> Loaded:
    """Read and check the workbook at `path`; the files it names are looked for beside it, in images and pages.

    `today` decides which reviews are overdue. With `strict`, warnings stop publication like errors; with `drafts`, rows
    that are drafts are part of the content; without `language`, the rules about language, which take longest, are left
    out; `read` is how the file is read; `meanwhile` are steps that are taken while another process
    does that, or asks some of the rules. Raises UsageError when there is no such file.
    """
    reading = _Ahead(read, path)
    # Late, so that the worker process reads the workbook while these are imported.
    from pipeline.assembly import assemble
    from pipeline.checks import ALL_CHECKS, LANGUAGE_CHECKS, check, prepare
    from pipeline.icons import icon_names
    from pipeline.records import Rows, Surroundings
    from pipeline.workbook.tables import Ahead, match

    rules = ALL_CHECKS if language else tuple(rule for rule in ALL_CHECKS if rule not in LANGUAGE_CHECKS)
    steps = deque(meanwhile)
    while steps and reading.is_alive():
        steps.popleft()()
    if reading.is_alive():
        prepare(rules)
    with without_collection():
        ahead = Ahead()
        for worksheet in reading.worksheets():
            ahead.take(worksheet)
        found = reading.result()
        if found.workbook is None:
            return Loaded(path=path, problems=_weighed(found.problems, strict=strict))
        matched = match(found.workbook, ahead=ahead)
        surroundings = Surroundings(
            today=today,
            images=files_in(path.parent / "images"),
            pages=files_in(path.parent / "pages"),
            icons=icon_names,
        )
        rows = Rows(tables=matched.tables, surroundings=surroundings)
        by_rules = check(rows, rules, first=partial(_take, steps))
        problems = _weighed((*found.problems, *matched.problems, *by_rules), strict=strict)
        content = None if has_errors(problems) else assemble(rows, drafts=drafts)
        return Loaded(path=path, problems=problems, content=content, rows=rows, sha256=found.workbook.sha256)


def _take(steps: Iterable[Callable[[], object]]) -> None:
    for step in steps:
        step()


class _Ahead(threading.Thread):
    """Reads a workbook in a thread, which waits for the worker process and hands on the sheets that are read.

    It imports nothing: two threads that import the same libraries at the same time can meet one that is half loaded.
    """

    def __init__(self, read: Read, path: Path) -> None:
        super().__init__(daemon=True)
        self._read, self._path = read, path
        self._found: ReadResult | BaseException | None = None
        self._worksheets: SimpleQueue[Worksheet | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        try:
            self._found = self._read(self._path, each=self._worksheets.put)
        except BaseException as error:  # handed on to whoever asked
            self._found = error
        finally:
            self._worksheets.put(None)

    def worksheets(self) -> Iterator[Worksheet]:
        """Each sheet as soon as it has been read, until there are no more."""
        return iter(self._worksheets.get, None)

    def result(self) -> ReadResult:
        """What the reader gave, or the error that it raised."""
        self.join()
        if isinstance(self._found, BaseException):
            raise self._found
        if self._found is None:
            raise RuntimeError("the reader gave nothing")
        return self._found


def _weighed(problems: tuple[Problem, ...], *, strict: bool) -> tuple[Problem, ...]:
    if strict:
        problems = tuple(
            replace(problem, severity=Severity.ERROR) if problem.severity is Severity.WARNING else problem
            for problem in problems
        )
    return in_order(problems)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of `folder`, by name: regular files of a bearable size, no links, nothing hidden."""
    if not folder.is_dir():
        return {}
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.stat().st_size <= MOST_BYTES_OF_A_FILE
    }
