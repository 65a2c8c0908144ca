"""Whole processes measured in turn: wall time, computing time of the process and those it waited for, and memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "ECOSYSTEM_MAP_CACHE")
"""Variables of the caller that would slow one side down: without compiled files every start compiles anew."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command with the folder it runs in; `before` runs ahead of it, unmeasured; `status` is how it should end."""

    name: str
    arguments: Sequence[str | Path]
    folder: Path | None = None
    before: Callable[[], object] | None = None
    status: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds of wall time and of computing, and the megabytes of its largest process."""

    wall: float
    cpu: float
    peak: float


def run(command: Command) -> Run:
    """Run a command once. Exits with what it said if it ends otherwise than it should."""
    if command.before:
        command.before()
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command.arguments],
        cwd=command.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.status:
        raise SystemExit(
            f"{command.name} ended with {process.returncode}: {said.decode(errors='replace')[-2000:]}\n"
            f"  {' '.join(map(str, command.arguments))}"
        )
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two commands run in turn, A B A B …, and their ratios pair by pair."""

    ours: Command
    theirs: Command
    runs: Sequence[tuple[Run, Run]]

    def ratios(self, what: str) -> Sequence[float]:
        """The ratio of ours to theirs in each pair, of `wall` or `cpu`."""
        return [getattr(one, what) / max(getattr(other, what), 1e-9) for one, other in self.runs]

    def row(self, limit: str = "") -> Sequence[str]:
        """The comparison as a row of a table, under `HEADINGS`."""
        walls = self.ratios("wall")
        return (
            self.ours.name,
            self.theirs.name,
            f"{_median(self.runs, 0, 'wall'):.2f}",
            f"{_median(self.runs, 1, 'wall'):.2f}",
            f"**{statistics.median(walls):.2f}** ({min(walls):.2f}–{max(walls):.2f})",
            f"{statistics.median(self.ratios('cpu')):.2f}",
            limit,
            f"{max(one.peak for one, _ in self.runs):.0f} / {max(other.peak for _, other in self.runs):.0f}",
        )


HEADINGS = ("ours", "theirs", "s", "s", "ratio, wall (least–most)", "ratio, computing", "aim", "MB")


def _median(runs: Sequence[tuple[Run, Run]], side: int, what: str) -> float:
    return statistics.median(getattr(pair[side], what) for pair in runs)


def compare(ours: Command, theirs: Command, *, pairs: int, warm: bool = True) -> Comparison:
    """Run both in turn, `pairs` times after one run of each that does not count (unless not `warm`)."""
    if warm:
        run(ours), run(theirs)
    comparison = Comparison(ours, theirs, [(run(ours), run(theirs)) for _ in range(pairs)])
    ratio = statistics.median(comparison.ratios("wall"))
    print(f"{ours.name} : {theirs.name} {ratio:.2f}", file=sys.stderr, flush=True)
    return comparison


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
