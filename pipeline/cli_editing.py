"""The commands that give editors a copy of their own workbook: marked, or with the safe repairs made."""

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pipeline.cli_terminal import (
    CONTENT_HAS_PROBLEMS,
    QUIET,
    STRICT,
    WORKBOOK,
    chatter,
    load_named,
    progress,
    shows_colour,
    with_fit,
)
from pipeline.errors import PipelineError, UsageError
from pipeline.harmless import visible
from pipeline.load import Loaded, load
from pipeline.places import default_workbook
from pipeline.problems import Problem
from pipeline.records import Rows
from pipeline.reports import as_text, summary

_COPY = click.option(
    "--output",
    "-o",
    "file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The copy to write; never the workbook itself.",
)


@click.command("annotate")
@WORKBOOK
@_COPY
@STRICT
@QUIET
def annotate_command(workbook: Path | None, file: Path, strict: bool, quiet: bool) -> None:
    """Write a copy of the WORKBOOK with its problems marked in the cells and listed on a first sheet."""
    workbook = _other_than(file, workbook)
    with progress(quiet=quiet) as say:
        loaded = load_named(workbook, strict=strict, say=say)
        problems = with_fit(loaded)
        _end_if_unreadable(loaded, problems)
        # Late, because openpyxl, which knows the colours, takes 0.2 s to import.
        from pipeline.explanations import explanations
        from pipeline.workbook.annotate import annotate, is_untouched_copy

        say("Marking the copy")
        _write(file, annotate(_bytes_of(loaded), problems, explanations()), replaceable=is_untouched_copy)
    if quiet:
        return
    if problems:
        name = visible(str(file))
        chatter(f"Wrote {name} with {summary(problems)} marked. Open it: its first sheet leads to every cell.\n")
    else:
        chatter(f"Wrote {visible(str(file))}. There are no problems, so nothing is marked in it.\n")


@click.command("fix")
@WORKBOOK
@_COPY
@QUIET
def fix_command(workbook: Path | None, file: Path, quiet: bool) -> None:
    """Write a copy of the WORKBOOK with the safe repairs made, each of them listed; none changes meaning."""
    workbook = _other_than(file, workbook)
    with progress(quiet=quiet) as say:
        loaded = load_named(workbook, say=say)
        _end_if_unreadable(loaded, loaded.problems)
        from pipeline.repairs import as_text as repairs_as_text
        from pipeline.repairs import fix

        say("Repairing the copy")
        if loaded.rows is None:
            raise PipelineError("The workbook has no rows to repair.")
        rows = loaded.rows
        fixed = fix(_bytes_of(loaded), rows, sound=loaded.content is not None, read=lambda body: _rows_of(body, rows))
        _write(file, fixed.package, replaceable=lambda body: False)
    click.echo(repairs_as_text(fixed.made), nl=False)
    if quiet:
        return
    if fixed.left:
        chatter(
            "Left as they are, because a repair would lose the formatting inside the cell; please mend them by hand:\n"
            + repairs_as_text(fixed.left)
        )
    if loaded.content is None:
        chatter("Blank IDs were not filled in: that is done once the workbook has no errors.\n")
    number = len(fixed.made)
    made = (
        "1 repair" if number == 1 else f"{number:,} repairs" if number else "no repairs, for there is nothing to repair"
    )
    chatter(f"Wrote {visible(str(file))} with {made}. The original is as it was.\n")


def _other_than(file: Path, workbook: Path | None) -> Path:
    """The workbook, once it is sure that the copy is another file with the same ending."""
    path = workbook or default_workbook(Path("source"))
    if file.exists() and path.exists() and file.samefile(path):
        raise UsageError(
            f"“{file}” is the workbook itself.", help="give the copy another name; the original is never written over."
        )
    if file.suffix.lower() != path.suffix.lower():
        raise UsageError(
            f"“{file.name}” does not end in {path.suffix or 'nothing'}, as the workbook does.",
            help="give the copy the same ending; Excel refuses to open a file whose ending is wrong.",
        )
    return path


def _end_if_unreadable(loaded: Loaded, problems: tuple[Problem, ...]) -> None:
    """Report the problems and end when the workbook could not be read at all: there is nothing to copy."""
    if loaded.rows is None:
        click.echo(as_text(problems, file_name=loaded.path.name, colour=shows_colour(sys.stdout)), nl=False)
        sys.exit(CONTENT_HAS_PROBLEMS)


def _bytes_of(loaded: Loaded) -> bytes:
    body = loaded.path.read_bytes()
    if hashlib.sha256(body).hexdigest() != loaded.sha256:
        raise PipelineError(
            f"“{loaded.path}” was saved while it was being checked.", help="run the command again; nothing was written."
        )
    return body


def _rows_of(package: bytes, rows: Rows) -> Rows | None:
    """The rows of a copy, in the surroundings of the original."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.xlsx"
        path.write_bytes(package)
        loaded = load(path, today=date.today())
    return None if loaded.rows is None else replace(loaded.rows, surroundings=rows.surroundings)


def _write(file: Path, body: bytes, *, replaceable: Callable[[bytes], bool]) -> None:
    """Write the copy in one step; a file that is there stays, unless nobody would miss it."""
    if os.path.lexists(file):
        there = file.read_bytes()
        if there == body:
            return
        if not replaceable(there):
            raise UsageError(
                f"“{file}” is already there, and it may hold somebody's work.",
                help="choose another name, or delete it first; nothing was written.",
            )
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with temporary.open("xb") as opened:
            opened.write(body)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
