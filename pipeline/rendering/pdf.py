"""Worker processes that lay out HTML as PDF: they take one job after another, with limits on their time and memory."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import PriorityQueue, SimpleQueue
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from pipeline.errors import RenderingError
from pipeline.needs import installation, need, this_system
from pipeline.rendering import frames

WORKER = "pipeline.rendering.brief_worker"

NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig></fontconfig>\n'
"""A Fontconfig configuration in which no font of the machine exists: only those of our own stylesheet are used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What laying out may cost: `seconds` for each job, `memory` in bytes and `processes` at the same time."""

    seconds: float = 600
    memory: int = 4 * 1024**3
    processes: int = 4

    @property
    def at_once(self) -> int:
        """How many processes there are at most on this machine."""
        return min(self.processes, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One thing for a worker to do (see `brief_worker`): `kind` and `values` say what, `blobs` are byte strings for it.

    `path` is the file that it is for; the job with the greatest `weight` that waits is done next.
    """

    kind: str
    path: str
    values: Mapping[str, Any]
    blobs: Sequence[bytes] = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker made of a job."""

    job: Job
    values: Mapping[str, Any]
    blobs: Sequence[bytes]


class Press:
    """Up to `limits.processes` worker processes that share `styles` (style sheets by name) and `files` (by address).

    `submit` jobs and take their answers with `next`. A process starts with the first job that none is free for, and
    stays for the next; all have ended when the context has.
    """

    def __init__(self, styles: Mapping[str, str], files: Mapping[str, bytes], *, limits: Limits) -> None:
        self._shared = {"memory": limits.memory, "styles": dict(styles), "addresses": list(files)}
        self._files = list(files.values())
        self._limits = limits
        self._most = limits.at_once
        self._waiting: PriorityQueue[tuple[int, int, Job | None]] = PriorityQueue()
        self._answers: SimpleQueue[Answer | RenderingError] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._numbers = count()
        self.outstanding = 0
        """How many jobs have been submitted and not answered."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for _ in self._workers:
            self._waiting.put((-sys.maxsize, next(self._numbers), None))
        for worker in self._workers:
            worker.stop()

    def submit(self, job: Job) -> None:
        """Have `job` done."""
        self.outstanding += 1
        self._waiting.put((-job.weight, next(self._numbers), job))
        if len(self._workers) < min(self._most, self.outstanding):
            self._start_one()

    def warm(self) -> None:
        """Start every process now, so that none has to be waited for when there is a job."""
        while len(self._workers) < self._most:
            self._start_one()

    def stop(self) -> None:
        """Have whoever waits for an answer hear that there will be none: `next` raises RenderingError."""
        self._answers.put(RenderingError("The layout was stopped."))

    def _start_one(self) -> None:
        worker = _Worker(self._shared, self._files, self._limits, self._waiting, self._answers)
        self._workers.append(worker)
        worker.start()

    def next(self) -> Answer:
        """The next answer. RenderingError if a library is missing, a job cannot be done within the limits, or anything
        in it is not as it should be: each warning of the layout engine is a failure."""
        answer = self._answers.get()
        if isinstance(answer, RenderingError):
            raise answer
        self.outstanding -= 1
        return answer


@dataclass(eq=False)
class _Worker(threading.Thread):
    """A thread with a worker process of its own that takes jobs from `waiting` and puts answers, or a failure."""

    shared: Mapping[str, Any]
    files: Sequence[bytes]
    limits: Limits
    waiting: "PriorityQueue[tuple[int, int, Job | None]]"
    answers: "SimpleQueue[Answer | RenderingError]"
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    stopped: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        try:
            with _SPARE.pop() if _SPARE else _Started() as started:
                self._work(started)
        except RenderingError as error:
            self.answers.put(error)
        except Exception as error:
            # Whoever waits for answers must hear of it.
            self.answers.put(RenderingError(f"The brief could not be laid out: {type(error).__name__}: {error}"))

    def stop(self) -> None:
        """End the process, if it still runs, and wait for the thread."""
        self.stopped = True
        if self.process is not None:
            self.process.kill()
        if self.is_alive():
            self.join()

    def _work(self, started: "_Started") -> None:
        noise = started.noise
        self.process = started.process
        with self.process as process:
            if self.stopped:
                process.kill()
            try:
                _send(process, self.shared, self.files)
                while (job := self.waiting.get()[2]) is not None and not self.stopped:
                    self.answers.put(self._answer(job, process, noise))
            finally:
                process.kill()
                with suppress(BrokenPipeError):
                    cast(BinaryIO, process.stdin).close()

    def _answer(self, job: Job, process: "subprocess.Popen[bytes]", noise: Path) -> Answer:
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.limits.seconds, give_up)
        timer.start()
        try:
            _send(process, {"kind": job.kind, **job.values}, job.blobs)
            answer = frames.receive(cast(BinaryIO, process.stdout))
        finally:
            timer.cancel()
        if late.is_set():
            raise RenderingError(
                f"{job.path} took longer than {self.limits.seconds:g} seconds to lay out and was stopped.",
                help="Look for a text that is very long, or very deep in lists, and shorten it.",
            )
        if answer is None:
            process.wait()
            raise RenderingError(
                f"{job.path} could not be laid out: the process ended with status {process.returncode}. "
                f"{_last_line(noise)}".strip(),
                help="It may have needed more memory than there is. `ecosystem-map doctor` looks for what is missing.",
            )
        return Answer(job, _checked(job.path, answer[0]), answer[1])


class _Started:
    """A worker process in a folder of its own, so that nothing is left of one that had to be killed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.noise = Path(self._folder.name) / "noise.txt"
        self.process = _start(Path(self._folder.name), self.noise)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.kill()
        with suppress(BrokenPipeError), self.process:
            pass
        self._folder.cleanup()


_SPARE: list[_Started] = []
"""Processes that were started before there was work for them."""


@contextmanager
def ahead(limits: Limits) -> Iterator[Callable[[], None]]:
    """A function that starts the processes, which take most of a second to be ready, before it is known what they will
    do. What is not needed after all ends with the context."""

    def start() -> None:
        _SPARE.extend(_Started() for _ in range(limits.at_once))

    try:
        yield start
    finally:
        while _SPARE:
            with _SPARE.pop():
                pass


def _start(folder: Path, noise: Path) -> "subprocess.Popen[bytes]":
    """A worker process that finds this very package, sees no font of the machine, and hears nothing of the environment
    that could change a byte. `folder` is its own; what it says on standard error goes to `noise`."""
    fonts = folder / "fonts.conf"
    fonts.write_text(NO_FONTS, encoding="utf-8")
    package_root = str(Path(__file__).resolve().parents[2])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH", "")))),
        "PYTHONHASHSEED": "0",
        "PYTHONSAFEPATH": "1",
        "FONTCONFIG_FILE": str(fonts),
        "TMPDIR": str(folder),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
    with noise.open("wb") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment,
            cwd=folder,
        )


def _send(process: "subprocess.Popen[bytes]", values: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
    # A worker that has died already is reported where its answer is missed.
    with suppress(BrokenPipeError):
        frames.send(cast(BinaryIO, process.stdin), values, blobs)


def _checked(path: str, values: dict[str, Any]) -> dict[str, Any]:
    """`values`, if there is no complaint in them."""
    if values.get("missing"):
        command = " && ".join(installation((need("pango"), need("pangoft2"), need("harfbuzz-subset")), this_system()))
        raise RenderingError(
            f"The libraries that lay out the brief are missing on this machine: {values['failure']}.",
            help=f"Install them: {command} (“ecosystem-map doctor” says more).",
        )
    complaints: list[str] = values.pop("complaints")
    if complaints:
        more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
        raise RenderingError(f"{path} is not as it should be: {complaints[0]}{more}.", help=_advice(complaints[0]))
    if "failure" in values:
        raise RenderingError(
            f"{path} could not be laid out: {values['failure']}.",
            help="Look for a text that is very long, or very deep in lists, and shorten it.",
        )
    return values


def _advice(complaint: str) -> str:
    if ".notdef" in complaint:
        return "A letter is missing from the fonts of the brief: `ecosystem-map check` names the cell (missing-glyph)."
    if "only the program's own files" in complaint:
        return "Pictures belong in source/images; templates and styles may use no address outside templates/."
    return "templates/brief says how the brief looks; the last change there is the likely cause."


def _last_line(noise: Path) -> str:
    lines = noise.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:500] if lines else ""
