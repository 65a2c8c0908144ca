"""Where the time goes: the steps of a check and of a build without a cache, each timed once in one process."""

import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

BEGUN = time.perf_counter()


def main(workbook: Path) -> None:
    """Print a row of a table for each step: what, and how many milliseconds."""
    steps: list[tuple[str, float]] = []

    def done(name: str) -> None:
        steps.append((name, time.perf_counter()))

    steps.append(("", BEGUN))
    from pipeline import cli  # noqa: F401 - what the command line imports
    from pipeline.load import files_in

    done("imports of the command line")
    from pipeline.assembly import assemble
    from pipeline.checks import CHECKS, FURTHER_CHECKS
    from pipeline.fit import check_fit
    from pipeline.icons import icon_names
    from pipeline.records import Rows, Surroundings
    from pipeline.workbook.reader import read_workbook
    from pipeline.workbook.tables import match

    done("imports of reader and checks (in a check: while the worker reads)")
    reading = read_workbook(workbook)
    if reading.workbook is None:
        raise SystemExit("the workbook cannot be read")
    done("reading (worker process included)")
    tables = match(reading.workbook).tables
    done("matching rows to the model")
    images = files_in(workbook.parent / "images")
    rows = Rows(tables=tables, surroundings=Surroundings(today=date.today(), images=images, icons=icon_names))
    slowest: list[tuple[float, str]] = []
    for rule in (*CHECKS, *FURTHER_CHECKS):
        begun = time.perf_counter()
        tuple(rule(rows))
        slowest.append((time.perf_counter() - begun, rule.__name__))
    done(f"checks (most: {', '.join(f'{name} {1000 * took:.0f}' for took, name in sorted(slowest)[:-6:-1])})")
    content = assemble(rows)
    tuple(check_fit(content))
    done("assembly and fit")
    for (_, before), (name, after) in pairwise(steps):
        print(f"{name}\t{1000 * (after - before):.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
