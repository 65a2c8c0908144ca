"""What the command of a job does on any machine: its reports, its status, and what it refuses."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_types import WriteWorkbook
from requests_in_git import git, there

WARNED = "| Strategies | Strategy |\n| | Accept the the records |"
REPORTS = {"check.txt", "check.json", "check.html", "junit.xml", "code-quality.json", "summary.md"}


PLACE = {"PYTHONPATH": str(Path(__file__).parents[1])}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def ci(tmp_path: Path) -> Run:
    """Run the command on a workbook, in a folder that is no repository."""
    return lambda workbook, *arguments: there(
        tmp_path, "ci", str(workbook), "--without-build", "--quiet", *arguments, environment=PLACE
    )


def test_outside_of_a_repository(workbook: WriteWorkbook, ci: Run, tmp_path: Path) -> None:
    """It says that there is nothing to compare with, and checks all the same; no service, no comment."""
    done = ci(workbook(WARNED))
    assert done.returncode == 0, done.stderr
    assert "What changed is not known: there is nothing to compare with in this clone." in done.stdout
    assert {file.name for file in (tmp_path / "report").iterdir()} >= REPORTS
    assert not (tmp_path / "report" / "comment.json").exists()


def test_strict_takes_warnings_for_errors(workbook: WriteWorkbook, ci: Run, tmp_path: Path) -> None:
    """The status and every report say so."""
    path = workbook(WARNED)
    assert ci(path).returncode == 0
    done = ci(path, "--strict")
    assert done.returncode == 1
    assert json.loads((tmp_path / "report" / "check.json").read_bytes())["counts"]["error"] >= 1
    assert (tmp_path / "report" / "summary.md").read_text(encoding="utf-8").startswith("# Not to be published")


@pytest.mark.skipif(sys.platform == "win32", reason="needs the right to make links")
def test_links_are_not_followed(workbook: WriteWorkbook, ci: Run, tmp_path: Path) -> None:
    """A request that brings links along cannot have a report written elsewhere."""
    path, elsewhere = workbook(WARNED), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    (tmp_path / "report").symlink_to(elsewhere)
    assert ci(path).returncode == 2
    (tmp_path / "report").unlink()
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "summary.md").symlink_to(elsewhere / "kept.txt")
    assert ci(path).returncode == 0
    assert [(file.name, file.read_text()) for file in elsewhere.iterdir()] == [("kept.txt", "kept")]


def test_no_such_workbook_is_wrong_usage(ci: Run, tmp_path: Path) -> None:
    """It ends as every command does."""
    assert ci(tmp_path / "none.xlsx").returncode == 2


def test_a_base_that_is_no_revision(workbook: WriteWorkbook, ci: Run, tmp_path: Path) -> None:
    """What looks like an option or a path is never handed to Git; a revision is taken for one."""
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    assert "The workbook is new: there is none in HEAD" in ci(workbook(WARNED), "--base=HEAD").stdout
    for base in ("--output=/tmp/x", "main:../x", "no-such-branch"):
        done = ci(workbook(WARNED), f"--base={base}")
        assert "there is nothing to compare with" in done.stdout
