"""The command that says what this machine lacks."""

import sys
from pathlib import Path

import click

from pipeline.cli_terminal import DONE, MACHINE_FAILED, shows_colour
from pipeline.errors import UsageError
from pipeline.needs import TEST, VERIFY


@click.command("doctor")
@click.argument("commands", nargs=-1, metavar="[COMMAND]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to report: for people or for programs.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output"),
    show_default=True,
    help="The folder that a release would go to.",
)
@click.pass_context
def doctor_command(context: click.Context, commands: tuple[str, ...], form: str, output: Path) -> None:
    """Say what this machine lacks, and the command that installs it.

    It looks at all commands of the program, or at those named; script/test and script/verify can be named too.
    """
    from pipeline.doctor import examine
    from pipeline.report_doctor import as_json, as_text

    group = context.parent.command if context.parent else None
    known = tuple(group.commands) if isinstance(group, click.Group) else ()
    for command in commands:
        if command not in (*known, TEST, VERIFY):
            raise UsageError(f"There is no command “{command}”.", help=f"one of: {', '.join((*known, TEST, VERIFY))}.")
    diagnosis = examine(commands or known, output=output)
    report = as_json(diagnosis) if form == "json" else as_text(diagnosis, colour=shows_colour(sys.stdout))
    click.echo(report, nl=False, color=True)
    sys.exit(MACHINE_FAILED if diagnosis.missing else DONE)
