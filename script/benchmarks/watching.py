"""How long after a save the preview, or Eleventy's watch mode, serves or writes the page with the new words."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measuring import LEFT_OUT

PATIENCE = 120.0
"""Seconds after which what was waited for will not come."""


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in LEFT_OUT}


def _until(is_there: Callable[[], bool]) -> float:
    """Seconds until something is there."""
    begun = time.perf_counter()
    while not is_there():
        if time.perf_counter() - begun > PATIENCE:
            raise SystemExit("what was waited for did not come")
        time.sleep(0.005)
    return time.perf_counter() - begun


def preview(program: Path, workbook: Path, page: str, edits: Sequence[tuple[Callable[[], None], str]]) -> list[float]:
    """Seconds from each edit's save until the preview serves its words on `page`; the first edit does not count."""
    command = [program, "preview", workbook, "--port", "0", "--no-open", "--no-brief"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environment()
    ) as run:
        try:
            address = ""
            while not address and run.stdout and (line := run.stdout.readline()):
                found = re.search(r"http://[\w.:]+/", line)
                address = found[0] if found else ""

            def served(words: str) -> bool:
                try:
                    with urllib.request.urlopen(f"{address}{page}", timeout=PATIENCE) as answer:
                        return words in answer.read().decode()
                except OSError:
                    return False

            _until(lambda: served("<html"))
            return _each(edits, served)
        finally:
            run.terminate()


def eleventy(command: Path, site: Path, page: str, edits: Sequence[tuple[Callable[[], None], str]]) -> list[float]:
    """The same for Eleventy's watch mode, which writes its pages into a folder."""
    written = site / "_watched" / page
    shutil.rmtree(written.parent, ignore_errors=True)
    arguments = ["node", command, "--watch", "--quiet", f"--output={site / '_watched'}"]
    with subprocess.Popen(
        arguments, cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
    ) as run:
        try:
            there = lambda words: written.is_file() and words in written.read_text(encoding="utf-8")  # noqa: E731
            _until(lambda: there("<html"))
            time.sleep(2)  # until it watches
            return _each(edits, there)
        finally:
            run.terminate()


def _each(edits: Sequence[tuple[Callable[[], None], str]], is_there: Callable[[str], bool]) -> list[float]:
    taken = []
    for edit, words in edits:
        edit()
        taken.append(_until(lambda words=words: is_there(words)))  # type: ignore[misc]
        time.sleep(0.5)
    return taken[1:]


def summary(taken: Sequence[float]) -> str:
    """The median with the least and the most, in seconds."""
    return f"{statistics.median(taken):.2f} ({min(taken):.2f}–{max(taken):.2f})"


if __name__ == "__main__":
    sys.exit("run script/bench --section watching")
