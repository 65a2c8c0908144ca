"""`python -m pipeline` and the command `ecosystem-map`: the guard before everything else.

Where Python is too old or its packages are missing, this says so in a sentence, and `doctor` still speaks. So it is
written for any Python 3, and imports nothing of ours before it has looked.
"""

import gc
import sys

_OLDEST = (3, 11)  # also `needs.OLDEST_PYTHON`, which older Pythons cannot import


def main() -> None:
    """Run the command line, or say why it cannot run; ends with an exit status."""
    _guarded(is_for_files=False)


def check_files() -> None:
    """Check the files that are named, for the pre-commit hook, or say why it cannot run; ends with an exit status."""
    _guarded(is_for_files=True)


def _guarded(is_for_files: bool) -> None:
    if sys.version_info < _OLDEST:
        sys.stderr.write(
            "error: This is Python %d.%d; ecosystem-map needs %d.%d or later.\n"  # noqa: UP031
            "  help: install a newer Python and make .venv with it; docs/machine.md has the commands.\n"
            % (sys.version_info[:2] + _OLDEST)
        )
        raise SystemExit(3)
    # A run is short and makes much that stays: looking for garbage every 700 values takes a twentieth of it.
    gc.set_threshold(100_000, 20, 20)
    try:
        if sys.argv[1:2] == ["check"] or (sys.argv[1:2] == ["build"] and "--no-cache" in sys.argv):
            # First of all: the process that reads is ready when everything else is.
            from pipeline.workbook.worker_process import start_ahead

            start_ahead()
        from pipeline import cli

        if is_for_files:
            from pipeline.cli_check_files import check_files_command
    except ImportError as error:
        raise SystemExit(_without_packages(error)) from None
    cli.main(check_files_command if is_for_files else cli.commands)


def _without_packages(error: ImportError) -> int:
    """Say what is missing without the help of any package; the exit status."""
    if "doctor" in sys.argv[1:2]:
        from pathlib import Path

        from pipeline.doctor import examine
        from pipeline.needs import NEEDS
        from pipeline.report_doctor import as_json, as_text

        known = dict.fromkeys(name for one in NEEDS for name in one.commands if not name.startswith("script/"))
        diagnosis = examine(tuple(known), output=Path("output"))
        sys.stdout.write(as_json(diagnosis) if "json" in sys.argv else as_text(diagnosis))
        return 3
    sys.stderr.write(
        f"error: A part of the program cannot be loaded ({error}).\n"
        "  help: “ecosystem-map doctor” says what this machine lacks and how to install it.\n"
    )
    return 3


if __name__ == "__main__":
    main()
