"""The command behind the pre-commit hook: check each of the workbooks that are named, one report after the other."""

import sys
from pathlib import Path

import click

from pipeline.cli_terminal import CONTENT_HAS_PROBLEMS, DONE, STRICT, load_named, shows_colour, with_fit
from pipeline.problems import has_errors
from pipeline.reports import as_text


@click.command("ecosystem-map-check-files")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@STRICT
def check_files_command(files: tuple[Path, ...], strict: bool) -> None:
    """Check the workbooks FILES; ends with 1 when one of them has errors."""
    failed = False
    for file in files:
        loaded = load_named(file, strict=strict, say=lambda step: None)
        problems = with_fit(loaded)
        failed = failed or has_errors(problems) or (strict and bool(problems))
        text = as_text(problems, file_name=str(file), colour=shows_colour(sys.stdout), rows=loaded.rows)
        click.echo(text, nl=False, color=True)
    sys.exit(CONTENT_HAS_PROBLEMS if failed else DONE)
