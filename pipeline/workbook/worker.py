"""Reads one workbook in a process of its own, with little memory and time: bytes on stdin, lines of JSON on stdout.

A hostile or broken file can then only end this process. The answer is JSON and not pickle, so that a worker that was
taken over could only lie about cells. Each sheet is a line as soon as it is read: whoever waits for the answer takes
it in while the next one is read.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from itertools import chain
from typing import Any

from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import LIMITS, Limits
from pipeline.workbook.worker_process import AHEAD, OUT_OF_MEMORY

_NEEDED = (
    "pipeline.workbook.package",
    "pipeline.workbook.sheets",
    "pipeline.workbook.number_formats",
    "encodings.cp437",
)


def restrict(limits: Limits) -> None:
    """Let the system end this process when it takes more memory or computing time; no-op where it cannot."""
    try:
        import resource
    except ImportError:  # Windows: only the parent's clock watches
        return
    for kind, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):
        try:
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
        except (ValueError, OSError):  # macOS refuses some limits; the clock still watches
            continue


def answers(data: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    """{"macros"} and each {"sheet"} of a workbook; at any point {"refused": {"code", "fact", "advice", "at"}}, after
    which nothing comes, and all before is void."""
    try:
        from pipeline.workbook.package import read_package
        from pipeline.workbook.sheets import read_sheets

        package = read_package(data, limits)
        yield {"macros": package.has_macros}
        for sheet in read_sheets(package, limits):
            yield {"sheet": sheet}
    except RefusedError as refused:
        yield {
            "refused": {
                "code": refused.code,
                "fact": refused.fact,
                "advice": refused.advice,
                "at": list(asdict(refused.at).values()),
            }
        }


def main() -> None:
    """The process: `AHEAD` or nothing and limits as JSON as arguments, the file on stdin, the answer on stdout."""
    limits = Limits(**json.loads(sys.argv[-1])) if len(sys.argv) > 1 else LIMITS
    restrict(limits)
    gc.disable()  # the process ends with its answer
    # openpyxl imports these three if it finds them; no cell needs them, and they triple the start.
    for unneeded in ("numpy", "PIL", "lxml"):
        sys.modules[unneeded] = None  # type: ignore[assignment]
    if AHEAD in sys.argv:
        for needed in _NEEDED:
            import_module(needed)
    try:
        written = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
        for said in chain(answers(sys.stdin.buffer.read(), limits), ({"end": True},)):
            sys.stdout.buffer.write(f"{written(said)}\n".encode())
            sys.stdout.buffer.flush()
        os._exit(0)  # nothing is left to clear up, and whoever waits for the answer waits for the end
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # without clearing up, which would need memory


if __name__ == "__main__":
    main()
