"""Worker processes that lay out HTML as PDF: they take one job after another, with limits on their time and memory."""

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from queue import PriorityQueue, SimpleQueue
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from pipeline.deadline import deadline
from pipeline.errors import RenderingError
from pipeline.needs import installation, need, this_system
from pipeline.rendering import frames
from pipeline.rendering.pdf_process import Limits, Started, take


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
            with take() as started:
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

    def _work(self, started: Started) -> None:
        self.process = started.process
        with self.process as process:
            if self.stopped:
                process.kill()
            try:
                _send(process, self.shared, self.files)
                while (job := self.waiting.get()[2]) is not None and not self.stopped:
                    self.answers.put(self._answer(job, process, started))
            finally:
                process.kill()
                with suppress(BrokenPipeError):
                    cast(BinaryIO, process.stdin).close()

    def _answer(self, job: Job, process: "subprocess.Popen[bytes]", started: Started) -> Answer:
        with deadline(process, self.limits.seconds) as late:
            _send(process, {"kind": job.kind, **job.values}, job.blobs)
            answer = frames.receive(cast(BinaryIO, process.stdout))
        if late.is_set():
            raise RenderingError(
                f"{job.path} took longer than {self.limits.seconds:g} seconds to lay out and was stopped.",
                help="Look for a text that is very long, or very deep in lists, and shorten it.",
            )
        if answer is None:
            process.wait()
            raise RenderingError(
                f"{job.path} could not be laid out: the process ended with status {process.returncode}. "
                f"{started.last_words()}".strip(),
                help="It may have needed more memory than there is. `ecosystem-map doctor` looks for what is missing.",
            )
        return Answer(job, _checked(job.path, answer[0]), answer[1])


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
