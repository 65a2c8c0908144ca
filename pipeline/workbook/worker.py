"""Reads one workbook in a process of its own, with little memory and time: bytes on stdin, JSON on stdout.

A hostile or broken file can then only end this process. The answer is JSON and not pickle, so that a worker that was
taken over could only lie about cells.
"""

import gc
import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from typing import Any

from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import LIMITS, Limits

OUT_OF_MEMORY = 3
"""The exit status of a worker that met the limit of its memory."""

AHEAD = "ahead"
"""The argument of a worker that is started before there is a file: it imports what most files need while it waits."""

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


def answer(data: bytes, limits: Limits) -> dict[str, Any]:
    """{"macros", "sheets"} of a workbook, or {"refused": {"code", "fact", "advice", "at"}}."""
    try:
        from pipeline.workbook.package import read_package
        from pipeline.workbook.sheets import read_sheets

        package = read_package(data, limits)
        return {"macros": package.has_macros, "sheets": read_sheets(package, limits)}
    except RefusedError as refused:
        return {
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
        found = answer(sys.stdin.buffer.read(), limits)
        sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False, allow_nan=False).encode())
        sys.stdout.buffer.flush()
        os._exit(0)  # nothing is left to clear up, and whoever waits for the answer waits for the end
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # without clearing up, which would need memory


if __name__ == "__main__":
    main()
