"""What a command imports before it does anything: each takes time at every start."""

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent.parent / "source" / "ecosystem-map.xlsx"

RUN = """
import sys
sys.argv = ["ecosystem-map", *sys.argv[1:]]
try:
    from pipeline.cli import main
    main()
finally:
    print("\\n".join(sorted(sys.modules)), file=sys.stderr)
"""

HEAVY = {
    "weasyprint",
    "pikepdf",
    "pypdfium2",
    "PIL",
    "openpyxl",
    "jinja2",
    "pydantic",
    "lucide",
    "nh3",
    "rich",
    "segno",
    "selectolax",
}
"""What takes a tenth of a second and more together, and no check of a sound workbook needs."""


def imported(*arguments: str) -> set[str]:
    """The top-level modules that a run of the command line leaves imported."""
    run = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stderr.split()}


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("check", str(SAMPLE))])
def test_help_and_check_start_light(arguments: tuple[str, ...]) -> None:
    """Neither help nor the check of a sound workbook waits for libraries of the other commands."""
    assert imported(*arguments) & HEAVY == set()


def test_the_comparison_starts_without_the_layout_engine() -> None:
    """`diff` reads, compares and reports without what lays out pages."""
    heavy = {"weasyprint", "pikepdf", "pypdfium2", "PIL", "openpyxl", "lucide", "nh3", "segno"}
    assert imported("diff", str(SAMPLE), str(SAMPLE)) & heavy == set()


def test_the_reading_process_starts_without_openpyxl() -> None:
    """The worker that reads a workbook brings its own knowledge of number formats and calendars."""
    needed = "import sys; from pipeline.workbook.worker import answers, LIMITS; "
    script = f"{needed}list(answers(open(sys.argv[1], 'rb').read(), LIMITS)); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script, str(SAMPLE)], capture_output=True, text=True, check=True)
    assert "openpyxl" not in run.stdout.split()
