"""The commands. The only room that prints, reads the clock or the environment, or ends with an exit status."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from pipeline import __version__
from pipeline.cli_terminal import DONE, MACHINE_FAILED, QUIET, WRONG_USAGE, chatter
from pipeline.errors import PipelineError, UsageError
from pipeline.harmless import visible


class _Commands(click.Group):
    """Lists the commands in the order of a day's work and not of the alphabet, and finds those of other modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        return command.found() if isinstance(command, _Elsewhere) else command


class _Elsewhere(click.Command):
    """A command of another module, which is imported when the command is wanted."""

    def __init__(self, name: str, module: str) -> None:
        super().__init__(name)
        self._module = module

    def found(self) -> click.Command:
        """The command itself: `annotate` is `annotate_command` of its module."""
        command: click.Command = getattr(import_module(self._module), f"{self.name}_command")
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ecosystem-map")
def commands() -> None:
    """One workbook becomes a web map, a printable brief and a data file."""


commands.add_command(_Elsewhere("check", "pipeline.cli_check"))
commands.add_command(_Elsewhere("build", "pipeline.cli_build"))


@commands.command("new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--example", is_flag=True, help="Fill it with the LER Ecosystem Map.")
@QUIET
def new_command(file: Path, example: bool, quiet: bool) -> None:
    """Write a guided workbook to FILE, empty or with an example in it."""
    from pipeline.sample import sample_images, sample_workbook
    from pipeline.workbook.template import write_workbook

    if file.suffix.lower() != ".xlsx":
        raise UsageError(
            f"“{file.name}” does not end in .xlsx.", help="give the new workbook a name such as my-map.xlsx."
        )
    if os.path.lexists(file):
        raise UsageError(f"“{file}” is already there.", help="choose another name; nothing was written.")
    body = sample_workbook() if example else write_workbook()
    with file.open("xb") as opened:
        opened.write(body)
    for name, picture in sample_images().items() if example else ():
        path = file.parent / "images" / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(picture)
    if not quiet:
        pictures = " and its pictures in the folder “images” beside it" if example else ""
        chatter(f"Wrote {file}{pictures}. Open it, read the sheet “Start here”, then: ecosystem-map check {file}\n")


for _name, _module in {
    "preview": "pipeline.cli_preview",
    "annotate": "pipeline.cli_editing",
    "fix": "pipeline.cli_editing",
    "diff": "pipeline.cli_changes",
    "release": "pipeline.cli_changes",
    "import": "pipeline.cli_changes",
    "verify": "pipeline.cli_verify",
    "ci": "pipeline.cli_ci",
    "doctor": "pipeline.cli_doctor",
}.items():
    commands.add_command(_Elsewhere(_name, _module))


@commands.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the data file."""
    from pipeline.rendering.data import json_text
    from pipeline.rendering.data_schema import recorded

    click.echo(json_text(recorded()["map"]), nl=False)


@commands.command("explain")
@click.argument("code", required=False)
def explain_command(code: str | None) -> None:
    """Say what the problem CODE means and how to mend it; without one, list the codes."""
    from pipeline.explanations import explanations
    from pipeline.matching import nearest
    from pipeline.reports import explanation

    known = explanations()
    if code is None:
        for name, explained in known.items():
            click.echo(f"{name:24}{explained.fact}")
    elif code in known:
        click.echo(explanation(known[code]), nl=False)
    else:
        meant = nearest(code, known)
        raise UsageError(
            f"There is no problem with the code “{visible(code)}”.",
            help=f"did you mean “{meant}”?" if meant else "“ecosystem-map explain” lists all codes.",
        )


def main(command: click.Command = commands) -> None:
    """Run the command line, or another `command` of ours; every ending is an exit status and never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets its code instead of ending the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = command.main(prog_name="ecosystem-map", standalone_mode=False)
    except click.exceptions.Abort:
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except UsageError as error:
        status = _failed(error, WRONG_USAGE)
    except PipelineError as error:
        status = _failed(error, MACHINE_FAILED)
    except BrokenPipeError:
        # The reader of a pipe has gone (`… | head`); writing more would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = DONE
    except KeyboardInterrupt:
        chatter("\nStopped; nothing was changed.\n")
        status = 130
    except OSError as error:
        where = Path(str(error.filename)).parent
        if isinstance(error, FileNotFoundError) and error.filename and not where.exists():
            no_folder = UsageError(
                f"There is no folder “{where}”.", help="make it first, or give another place; nothing was written."
            )
            status = _failed(no_folder, WRONG_USAGE)
        else:
            said = f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
            status = _failed(PipelineError(said), MACHINE_FAILED)
    except Exception as error:
        if os.environ.get("ECOSYSTEM_MAP_TRACEBACK"):
            raise
        fault = PipelineError(
            f"The program has a fault ({type(error).__name__}); your workbook is not to blame, and nothing was changed.",
            help="run the command again with ECOSYSTEM_MAP_TRACEBACK=1 in the environment and report what it says.",
        )
        status = _failed(fault, MACHINE_FAILED)
    sys.exit(status)


def _failed(error: PipelineError, status: int) -> int:
    chatter(f"error: {visible(str(error))}\n" + (f"  help: {visible(error.help)}\n" if error.help else ""))
    return status
