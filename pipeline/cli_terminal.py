"""What the commands share: their common options, exit statuses, and how they speak on a terminal or a pipe."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.collection import without_collection
from pipeline.harmless import visible
from pipeline.places import default_workbook
from pipeline.problems import Problem, in_order

if TYPE_CHECKING:
    from pipeline.load import Loaded

DONE, CONTENT_HAS_PROBLEMS, WRONG_USAGE, MACHINE_FAILED = 0, 1, 2, 3

WORKBOOK = click.argument("workbook", required=False, type=click.Path(path_type=Path))
QUIET = click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
STRICT = click.option("--strict", is_flag=True, help="Take warnings for errors.")


def chatter(text: str) -> None:
    """Say something that is not the result: on the stream for errors, in colour where there is a terminal."""
    click.echo(text, nl=False, err=True, color=shows_colour(sys.stderr))


def shows_colour(stream: object) -> bool:
    """Whether a stream is a terminal that wants colours (https://no-color.org)."""
    isatty: Callable[[], bool] = getattr(stream, "isatty", lambda: False)
    return isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done: a spinner on a terminal, plain lines elsewhere."""
    if quiet:
        yield lambda step: None
    elif shows_colour(sys.stderr):
        from rich.console import Console

        with Console(stderr=True).status("Reading the workbook") as status:
            yield lambda step: status.update(f"{visible(step)} …".replace("[", r"\["))
    else:
        yield lambda step: chatter(f"{visible(step)} …\n")


def load_named(
    workbook: Path | None,
    *,
    say: Callable[[str], None],
    strict: bool = False,
    drafts: bool = False,
    meanwhile: Sequence[Callable[[], object]] = (),
) -> "Loaded":
    """Load the workbook that was named, or the one in source/; `meanwhile` is as for `load`."""
    # Late: a build that finds nothing changed needs none of it.
    from pipeline.workbook.worker_process import start_ahead

    start_ahead()
    from pipeline.load import load

    path = workbook or default_workbook(Path("source"))
    say(f"Checking {path}")
    with without_collection():
        loaded = load(path, today=date.today(), strict=strict, drafts=drafts, meanwhile=meanwhile)
        # It stays to the end of the command, and need not be looked through for garbage again and again.
        gc.freeze()
    return loaded


def with_fit(loaded: "Loaded") -> tuple[Problem, ...]:
    """The problems of the content and, where there is content, those that its outputs are sure to have."""
    if loaded.content is None:
        return loaded.problems
    from pipeline.fit import check_fit

    return in_order((*loaded.problems, *check_fit(loaded.content)))
