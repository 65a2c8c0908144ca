"""HTML documents to PDF files, in worker processes with limits on their time and memory."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import IO, cast

from pipeline.errors import RenderingError
from pipeline.needs import installation, need, this_system
from pipeline.rendering.finishing import Marks

WORKER = "pipeline.rendering.brief_worker"

NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig></fontconfig>\n'
"""A Fontconfig configuration in which no font of the machine exists: only those of our own stylesheet are used."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document to lay out: its path in the release and its HTML."""

    path: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What laying out may cost: `seconds` for each document, `memory` in bytes and `processes` at the same time."""

    seconds: float = 600
    memory: int = 4 * 1024**3
    processes: int = 2


def lay_out(
    documents: Sequence[Document],
    files: Mapping[str, bytes],
    *,
    marks: Marks,
    limits: Limits,
    progress: Callable[[str], None],
) -> Iterator[tuple[str, bytes]]:
    """The PDF of each document with its path, in the order given.

    `files` are all that the documents may use (fonts), by the address that they use; `marks` say which edition they
    are of. `progress` is told each path when
    its PDF is ready. RenderingError if a library is missing, a document cannot be laid out within `limits`, or anything
    in it is not as it should be: each warning of the layout engine is a failure. All workers have ended when this has.
    """
    batches = _shared_out(documents, min(limits.processes, os.cpu_count() or 1))
    results: SimpleQueue[tuple[str, bytes] | RenderingError] = SimpleQueue()
    workers = [_Worker(batch, files, marks, limits, results) for batch in batches]
    ready: dict[str, bytes] = {}
    try:
        for worker in workers:
            worker.start()
        for document in documents:
            while document.path not in ready:
                result = results.get()
                if isinstance(result, RenderingError):
                    raise result
                ready[result[0]] = result[1]
                progress(result[0])
            yield document.path, ready.pop(document.path)
    finally:
        for worker in workers:
            worker.stop()


class _Worker(threading.Thread):
    """A thread that runs one worker process over a batch and puts what it makes, or the failure, into `results`."""

    def __init__(
        self,
        batch: Sequence[Document],
        files: Mapping[str, bytes],
        marks: Marks,
        limits: Limits,
        results: "SimpleQueue[tuple[str, bytes] | RenderingError]",
    ) -> None:
        super().__init__(daemon=True)
        self._batch, self._files, self._marks, self._limits = batch, files, marks, limits
        self._results = results
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self) -> None:
        try:
            for result in self._lay_out():
                self._results.put(result)
        except RenderingError as error:
            self._results.put(error)
        except Exception as error:
            # Whoever waits on `results` must hear of it.
            self._results.put(RenderingError(f"The brief could not be laid out: {type(error).__name__}: {error}"))

    def stop(self) -> None:
        """End the process, if it still runs, and wait for the thread."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()
        if self.is_alive():
            self.join()

    def _lay_out(self) -> Iterator[tuple[str, bytes]]:
        order = {
            "documents": [{"path": document.path, "html": document.html} for document in self._batch],
            "files": {address: base64.b64encode(body).decode() for address, body in self._files.items()},
            "memory": self._limits.memory,
            "marks": asdict(replace(self._marks, data=None)),
            "data": base64.b64encode(self._marks.data or b"").decode(),
        }
        # The folder is ours, so that nothing is left of a process that had to be killed.
        with tempfile.TemporaryDirectory() as folder:
            noise = Path(folder) / "noise.txt"
            self._process = _start(Path(folder), noise)
            if self._stopped:
                self._process.kill()
            with self._process as process:
                _send(cast(IO[bytes], process.stdin), json.dumps(order).encode())
                for document in self._batch:
                    yield document.path, self._receive(document, process, noise)

    def _receive(self, document: Document, process: "subprocess.Popen[bytes]", noise: Path) -> bytes:
        answers = cast(IO[bytes], process.stdout)
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, give_up)
        timer.start()
        try:
            line = answers.readline()
            body = answers.read(json.loads(line)["size"]) if line else b""
        finally:
            timer.cancel()
        if late.is_set():
            raise RenderingError(
                f"{document.path} took longer than {self._limits.seconds:g} seconds to lay out and was stopped.",
                help="Look for a text that is very long, or very deep in lists, and shorten it.",
            )
        if not line:
            process.wait()
            raise RenderingError(
                f"{document.path} could not be laid out: the process ended with status {process.returncode}. "
                f"{_last_line(noise)}".strip(),
                help="It may have needed more memory than there is. `ecosystem-map doctor` looks for what is missing.",
            )
        return _checked(document, json.loads(line), body)


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


def _send(stdin: IO[bytes], order: bytes) -> None:
    # A worker that has died already is reported where its answer is missed.
    try:
        stdin.write(order)
        stdin.close()
    except BrokenPipeError:
        pass


def _checked(document: Document, report: Mapping[str, object], body: bytes) -> bytes:
    """`body`, if the report on it has no complaint."""
    if report.get("missing"):
        command = " && ".join(installation((need("pango"), need("pangoft2"), need("harfbuzz-subset")), this_system()))
        raise RenderingError(
            f"The libraries that lay out the brief are missing on this machine: {report['failure']}.",
            help=f"Install them: {command} (“ecosystem-map doctor” says more).",
        )
    if "failure" in report:
        raise RenderingError(
            f"{document.path} could not be laid out: {report['failure']}.",
            help="Look for a text that is very long, or very deep in lists, and shorten it.",
        )
    complaints = cast(list[str], report["complaints"])
    if complaints:
        more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
        raise RenderingError(
            f"{document.path} is not as it should be: {complaints[0]}{more}.", help=_advice(complaints[0])
        )
    return body


def _advice(complaint: str) -> str:
    if ".notdef" in complaint:
        return "A letter is missing from the fonts of the brief: `ecosystem-map check` names the cell (missing-glyph)."
    if "only the program's own files" in complaint:
        return "Pictures belong in source/images; templates and styles may use no address outside templates/."
    return "templates/brief says how the brief looks; the last change there is the likely cause."


def _shared_out(documents: Sequence[Document], processes: int) -> list[list[Document]]:
    """The documents in at most `processes` batches of about the same length, longest first."""
    batches: list[list[Document]] = [[] for _ in range(min(processes, len(documents)))]
    lengths = [0] * len(batches)
    for document in sorted(documents, key=lambda document: -len(document.html)):
        least = lengths.index(min(lengths))
        batches[least].append(document)
        lengths[least] += len(document.html)
    return batches


def _last_line(noise: Path) -> str:
    lines = noise.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:500] if lines else ""
