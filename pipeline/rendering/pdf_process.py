"""Starting the processes that lay out: what each may cost, and starting some before there is work for them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

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


class Started:
    """A worker process in a folder of its own, so that nothing is left of one that had to be killed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.noise = Path(self._folder.name) / "noise.txt"
        self.process = _start(Path(self._folder.name), self.noise)

    def last_words(self) -> str:
        """The last line that the process said on standard error."""
        lines = self.noise.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.kill()
        with suppress(BrokenPipeError), self.process:
            pass
        self._folder.cleanup()


_SPARE: list[Started] = []
"""Processes that were started before there was work for them."""


def take() -> Started:
    """A process that was started ahead, else a new one."""
    return _SPARE.pop() if _SPARE else Started()


@contextmanager
def ahead(limits: Limits) -> Iterator[Callable[[], None]]:
    """A function that starts the processes, which take most of a second to be ready, before it is known what they will
    do. What is not needed after all ends with the context."""

    def start() -> None:
        _SPARE.extend(Started() for _ in range(limits.at_once))

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
