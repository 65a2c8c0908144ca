"""The commands as a user runs them: real processes, their streams and exit statuses."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "source" / "ecosystem-map.xlsx"
Write = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in an empty folder; standard input is closed, colours are off as on any pipe."""

    def run_command(
        *arguments: object, folder: Path = tmp_path, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "SOURCE_DATE"))}
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, arguments)],
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run_command


def test_check_of_the_sample_ends_with_0(run: Run) -> None:
    """A sound workbook: no problems, counted contents, status 0, the report on stdout."""
    done = run("check", SAMPLE)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "ecosystem-map.xlsx: no problems.")
    assert "10 stakeholders" in done.stdout


def test_check_finds_the_workbook_in_source(run: Run, workbook: Write) -> None:
    """Without a name, the one workbook in source/ is meant; Excel's own lock files do not count."""
    path = workbook("")
    (path.parent / "~$map.xlsx").write_bytes(b"lock")
    done = run("check", folder=path.parent.parent)
    assert done.returncode == 0, done.stderr


def test_problems_end_with_1(run: Run, workbook: Write) -> None:
    """An error ends with 1; the report names the cell."""
    done = run("check", workbook("| Strategies | Strategy | Phase |\n| | Act first. | Adoptng |"))
    assert done.returncode == 1
    assert "error[unknown-phase] Strategies!B2, column “Phase”" in done.stdout


def test_warnings_pass_unless_strict(run: Run, workbook: Write) -> None:
    """A warning ends with 0, under --strict with 1, and is then called an error."""
    path = workbook("| Ideas | Idea |\n| | Hold a fair |")
    plain, strict = run("check", path), run("check", path, "--strict")
    assert (plain.returncode, strict.returncode) == (0, 1)
    assert "warning[unknown-sheet]" in plain.stdout
    assert "error[unknown-sheet]" in strict.stdout


def test_a_damaged_file_is_content_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    """Damaged, locked and wrong kinds of file are problems of the content: one problem, no traceback."""
    (tmp_path / "map.xlsx").write_bytes(SAMPLE.read_bytes()[:20_000])
    done = run("check", "map.xlsx", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert [problem["code"] for problem in report["problems"]] == ["unreadable-workbook"]
    assert report["problems"][0]["cell"] is None
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere.xlsx"),
        ("check",),
        ("check", "--format", "xml"),
        ("check", "."),
        ("build", "nowhere.xlsx"),
        ("frobnicate",),
        ("explain", "no-such-code"),
        ("new", "map.txt"),
        ("build", SAMPLE, "--templates", "nowhere"),
    ],
    ids=str,
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[object, ...]) -> None:
    """No such file, option, command or code: status 2, a sentence on stderr, nothing on stdout, no traceback."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("check", SAMPLE, "-o", "none/report.txt"), ("new", "none/map.xlsx")])
def test_a_folder_that_is_not_there_is_named(run: Run, arguments: tuple[object, ...]) -> None:
    """Writing into a folder that nobody made is wrong usage: the folder is named, and nothing is written."""
    done = run(*arguments)
    assert done.returncode == 2
    assert "There is no folder “none”." in done.stderr


def test_a_machine_failure_ends_with_3(run: Run, tmp_path: Path) -> None:
    """When the system refuses (here: the report cannot be written), that is the machine and not the content."""
    (tmp_path / "file").write_text("in the way")
    done = run("check", SAMPLE, "-o", "file/report.txt")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_json_goes_to_stdout_and_chatter_to_stderr(run: Run) -> None:
    """What a program reads is on stdout alone; --quiet silences the rest."""
    done = run("check", SAMPLE, "--format", "json")
    assert json.loads(done.stdout)["counts"] == {"error": 0, "warning": 0, "note": 0}
    assert done.stderr
    assert run("check", SAMPLE, "--format", "json", "--quiet").stderr == ""


def test_the_github_report_goes_to_the_job_summary(run: Run, tmp_path: Path, workbook: Write) -> None:
    """On GitHub annotations go to the log and the whole report to the job's summary."""
    path = workbook("| Strategies | Strategy | Phase |\n| | Act first. | Adoptng |")
    done = run("check", path, "--format", "github", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert done.stdout.startswith("::error title=unknown-phase%2C Strategies!B2::“Adoptng” is not on the Phases sheet.")
    written = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "| Strategies&#33;B2" in written
    assert "### Strategies: stakeholders and phases" in written


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("sarif", '{\n  "$schema"'), ("junit", "<?xml"), ("html", "<!doctype html>"), ("text", "error[")],
)
def test_every_form_of_a_report_goes_to_stdout(run: Run, workbook: Write, form: str, beginning: str) -> None:
    """Each form names the cell, ends with 1 on errors, and is all that stands on stdout."""
    done = run("check", workbook("| Strategies | Strategy | Phase |\n| | Act first. | Adoptng |"), "--format", form)
    assert done.returncode == 1
    assert done.stdout.startswith(beginning)
    assert "B2" in done.stdout
    assert "“Adoptng” is not on the Phases sheet." in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "html"])
def test_a_file_that_cannot_be_read_has_a_report_in_every_form(run: Run, tmp_path: Path, form: str) -> None:
    """Without rows there is no table, no edition and no completeness, but the one problem."""
    (tmp_path / "map.xlsx").write_bytes(SAMPLE.read_bytes()[:20_000])
    done = run("check", "map.xlsx", "--format", form)
    assert done.returncode == 1, done.stderr
    assert "unreadable-workbook" in done.stdout


def test_sarif_names_the_workbook_from_where_the_command_runs(run: Run, tmp_path: Path, workbook: Write) -> None:
    """A whole path is shortened to the one inside the project; what lies outside is named alone."""
    path = workbook("")
    for folder, address in ((tmp_path, "source/map.xlsx"), (path.parent, "map.xlsx"), (ROOT, "map.xlsx")):
        report = json.loads(run("check", path, "--format", "sarif", folder=folder).stdout)
        assert report["runs"][0]["artifacts"][0]["location"]["uri"] == address


def test_reports_are_written_to_a_file(run: Run, tmp_path: Path) -> None:
    """-o FILE takes the report; stdout stays empty."""
    done = run("check", SAMPLE, "-o", "report.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8").startswith("ecosystem-map.xlsx: no problems.")


def test_a_terminal_without_letters_gets_codes(run: Run, workbook: Write) -> None:
    """An old console that cannot show “ ” does not end the program."""
    path = workbook("| Strategies | Strategy | Phase |\n| | Act first. | Adoptng |")
    done = run("check", path, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 1
    assert "Adoptng" in done.stdout


def test_new_writes_a_workbook_and_never_over_one(run: Run, tmp_path: Path) -> None:
    """`new` makes a guided workbook; a file that is there is not touched."""
    assert run("new", "mine.xlsx", "--example").returncode == 0
    assert run("check", "mine.xlsx").stdout.startswith("mine.xlsx: no problems.")
    before = (tmp_path / "mine.xlsx").read_bytes()
    assert run("new", "mine.xlsx").returncode == 2
    assert (tmp_path / "mine.xlsx").read_bytes() == before
    assert run("new", "empty.xlsx").returncode == 0
    assert load_workbook(tmp_path / "empty.xlsx").sheetnames[0] == "Start here"
    empty = json.loads(run("check", "empty.xlsx", "--format", "json").stdout)
    assert {problem["code"] for problem in empty["problems"]} == {"empty-sheet", "missing-value"}


def test_explain_says_what_a_code_means(run: Run) -> None:
    """Every code has an explanation, and a misspelt one a suggestion."""
    assert "not on the Phases sheet" in run("explain", "unknown-phase").stdout
    assert "did you mean “unknown-phase”?" in run("explain", "unknown-fase").stderr
    listed = run("explain").stdout
    assert "lost-text" in listed
    assert "unreadable-workbook" in listed


def test_schema_is_json(run: Run) -> None:
    """`schema` prints the JSON Schema of the data file."""
    assert json.loads(run("schema").stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_wrong_source_date_is_wrong_usage(run: Run) -> None:
    """SOURCE_DATE_EPOCH must be a number of seconds."""
    done = run("build", SAMPLE, SOURCE_DATE_EPOCH="yesterday")
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr
