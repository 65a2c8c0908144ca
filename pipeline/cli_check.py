"""The command that says what is wrong: `check`."""

import os
import sys
from datetime import date
from pathlib import Path

import click

from pipeline.cli_terminal import (
    CONTENT_HAS_PROBLEMS,
    DONE,
    QUIET,
    STRICT,
    WORKBOOK,
    chatter,
    load_named,
    progress,
    shows_colour,
    with_fit,
)
from pipeline.harmless import visible
from pipeline.load import Loaded
from pipeline.problems import Problem, has_errors
from pipeline.report_formats import FORMS, job_summary, render_report
from pipeline.reports import summary


@click.command("check")
@WORKBOOK
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="How to report: for people, programs, GitHub's log and job summary, code scanning, tests, or as a page.",
)
@click.option("--output", "-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here.")
@STRICT
@QUIET
def check_command(workbook: Path | None, form: str, file: Path | None, strict: bool, quiet: bool) -> None:
    """Say what is wrong in the WORKBOOK (by default the one in source/), cell by cell."""
    with progress(quiet=quiet) as say:
        loaded = load_named(workbook, strict=strict, say=say)
        problems = with_fit(loaded)
    failed = has_errors(problems) or (strict and any(problem not in loaded.problems for problem in problems))
    _report(problems, loaded, form=form, file=file, quiet=quiet)
    sys.exit(CONTENT_HAS_PROBLEMS if failed else DONE)


def _report(problems: tuple[Problem, ...], loaded: Loaded, *, form: str, file: Path | None, quiet: bool) -> None:
    has_colour = file is None and shows_colour(sys.stdout)
    text = render_report(form, problems, loaded, checked_on=date.today(), folder=Path.cwd(), colour=has_colour)
    if form == "text" and quiet and not problems:
        return
    if form == "github":
        target = os.environ.get("GITHUB_STEP_SUMMARY")
        if target:
            with Path(target).open("a", encoding="utf-8") as opened:
                opened.write(job_summary(problems, loaded))
        else:
            text += job_summary(problems, loaded)
    if file is None:
        click.echo(text, nl=False, color=True)
        return
    file.write_text(text, encoding="utf-8")
    if not quiet:
        chatter(f"{visible(loaded.path.name)}: {summary(problems)}. The report is in {file}.\n")
