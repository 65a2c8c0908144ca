"""The jobs of the workflows, run here step by step on a clone with a good and with a bad workbook."""

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import yaml
from requests_in_git import NUMBER, ROOT, VERIFYING, WORKBOOK, edit, git, pushed, repository, request, setting, there
from workflow_runner import own_environment

from pipeline.problems import column_letters

TEXT = "Rewrite every job advert in plain words"
BOOM = "::error::boom ##[error]x \x1b[31m <script>alert(1)</script> ![x](http://h.example/) @everyone `a` ``` | "


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository like this one."""
    folder = tmp_path / "origin"
    folder.mkdir()
    return repository(folder)


def heading(sheet: str, name: str) -> str:
    """The letter of the column `name` in the sample."""
    row = openpyxl.load_workbook(ROOT / WORKBOOK)[sheet][1]
    [number] = [cell.column for cell in row if str(cell.value).rstrip("*").strip() == name]
    return column_letters(number or 0)


def commands(log: str) -> list[str]:
    """The lines of a log that GitHub's runner would obey."""
    return [line for line in log.splitlines() if re.match(r"\s*::", line) or "##[" in line]


@pytest.mark.slow
def test_a_good_workbook(origin: Path, tmp_path: Path) -> None:
    """The job passes and leaves the summary, site, briefs, reports and what a comment is made of."""
    cell = f"{heading('Strategies', 'Strategy')}2"
    checkout = request(origin, tmp_path, setting("Strategies", cell, TEXT + " in the the words of the people"))
    run = checkout.job("pull-request.yml", "map", tmp_path / "runner")
    assert run.passed, run.log
    outputs = run.outputs["map"]
    assert {name: outputs[name] for name in ("errors", "changes", "stopped", "published")} == {
        "errors": "0",
        "changes": "1",
        "stopped": "0",
        "published": "true",
    }
    assert int(outputs["warnings"]) >= 1  # “the the”
    assert run.summary.startswith("# Ready to be published")
    # In the order of a reviewer without errors: what changed, in sentences; problems; what the map still lacks.
    places = [
        run.summary.index(text) for text in ("was reworded from", "doubled-word", "Strategies: stakeholders and phases")
    ]
    assert places == sorted(places)
    assert {name: run.artefacts[name].is_dir() for name in run.artefacts} == dict.fromkeys(
        ("site", "briefs", "report", "ecosystem-map-comment"), True
    )
    assert (run.artefacts["site"] / "index.html").is_file()
    assert (run.artefacts["site"] / "data" / "map.json").is_file()
    briefs = sorted(
        file.relative_to(run.artefacts["briefs"]).as_posix() for file in run.artefacts["briefs"].rglob("*.pdf")
    )
    assert briefs[0] == "brief.pdf"
    assert len(briefs) == 11
    report = run.artefacts["report"]
    marked = openpyxl.load_workbook(report / Path(outputs["marked"]).name)
    assert marked.sheetnames[0] == "Problems"
    assert {"check.html", "changes.html", "junit.xml", "code-quality.json", "summary.md"} <= {
        file.name for file in report.iterdir()
    }
    assert [file.name for file in run.artefacts["ecosystem-map-comment"].iterdir()] == ["comment.json"]
    assert json.loads((report / "comment.json").read_bytes())["number"] == NUMBER


def test_a_bad_workbook(origin: Path, tmp_path: Path) -> None:
    """The job fails, says what is wrong where, and leaves the marked workbook; nothing of its texts is obeyed."""
    stakeholder, strategy = (heading("Strategies", name) for name in ("Stakeholder", "Strategy"))
    checkout = request(
        origin,
        tmp_path,
        setting("Strategies", f"{stakeholder}14", "Employrs"),
        setting("Strategies", f"{stakeholder}15", BOOM.replace("\x1b", "")),
        setting("Strategies", f"{strategy}16", '=HYPERLINK("http://h.example/","x")'),
        setting("Settings", "B2", "\n::error::the title"),
    )
    run = checkout.job("pull-request.yml", "map", tmp_path / "runner")
    assert not run.passed
    outputs = run.outputs["map"]
    assert int(outputs["errors"]) >= 2
    assert (outputs["published"], outputs["site"], outputs["stopped"]) == ("false", "", "0")
    assert set(run.artefacts) == {"report", "ecosystem-map-comment"}
    assert run.summary.startswith("# Not to be published")
    assert "“Employrs” is not on the Stakeholders sheet" in run.summary
    assert "said once the workbook has no errors" in run.summary
    assert Path(outputs["marked"]).is_file()
    obeyed = commands(run.log)
    assert [line for line in obeyed if "Employrs" in line]
    assert all(re.match(r"::(error|warning|notice) title=[a-z-]+%2C [^:]*::", line) for line in obeyed), obeyed
    assert not re.search(r"<script|!\[x\]\(|@everyone|\x1b", run.summary)
    assert not (checkout.clone / "output" / "site").exists()


def test_a_file_that_is_no_workbook(origin: Path, tmp_path: Path) -> None:
    """A web page in the workbook's place is said to be one; the job ends well-behaved."""
    run = request(origin, tmp_path, body=b"<!doctype html><title>Log in</title>").job(
        "pull-request.yml", "map", tmp_path / "runner"
    )
    assert not run.passed
    assert "wrong-file-type" in run.summary
    assert run.outputs["map"]["marked"] == ""
    assert "Traceback" not in run.log


def test_what_needs_a_person_stops(origin: Path, tmp_path: Path) -> None:
    """A changed definition fails the request until it is recorded who approved it, and why."""
    cell = f"{heading('Glossary', 'Definition')}2"
    change = setting("Glossary", cell, "A pizza with cheese.")
    checkout = request(origin, tmp_path, change)
    asked = there(checkout.clone, "ci", "--without-build", "--quiet", environment=checkout.environment)
    assert asked.returncode == 1
    assert "::error title=gate%3A definition-changed::A definition changed." in asked.stdout
    assert "Needs a person: the gate stops 1 change." in asked.stdout
    without = there(checkout.clone, "ci", "--without-build", "--without-gate", environment=checkout.environment)
    assert without.returncode == 0
    versions = f"HEAD^1:{WORKBOOK}", WORKBOOK
    approved = there(checkout.clone, "diff", *versions, "--gate", "--approve", "Ana: as agreed", "--quiet")
    assert approved.returncode == 0, approved.stderr
    again = there(checkout.clone, "ci", "--without-build", "--quiet", environment=checkout.environment)
    assert again.returncode == 0, again.stdout


def test_an_approved_change_passes(origin: Path, tmp_path: Path) -> None:
    """On a branch the edition recorded last is compared with; once who approved it and why is recorded, it passes."""
    clone = request(origin, tmp_path).clone
    definition = f"{heading('Glossary', 'Definition')}2"
    assert there(clone, "release", "--quiet").returncode == 0
    edit(clone / WORKBOOK, setting("Glossary", definition, "A pizza with cheese."), _new_edition)
    stopped = there(clone, "ci", "--without-build", "--quiet")
    assert stopped.returncode == 1
    assert "From edition" in stopped.stdout
    assert there(clone, "release", "--quiet", "--approve", "Ana: as agreed").returncode == 0
    assert there(clone, "ci", "--without-build", "--quiet").returncode == 0


def test_a_clone_without_history_says_so(origin: Path, tmp_path: Path) -> None:
    """With the depth that actions/checkout has by default, the summary says what to change."""
    cell = f"{heading('Strategies', 'Strategy')}2"
    checkout = request(origin, tmp_path, setting("Strategies", cell, TEXT), depth=1)
    asked = there(checkout.clone, "ci", "--without-build", "--quiet", environment=checkout.environment)
    assert asked.returncode == 0
    assert "Check out with fetch-depth: 2 or more." in asked.stdout


@pytest.mark.skipif(not VERIFYING, reason="builds twice, with a .venv of its own: script/verify runs it")
def test_what_is_pushed_is_published(origin: Path, tmp_path: Path) -> None:
    """On the main branch the site is built twice with the same bytes and handed to Pages."""
    cell = f"{heading('Strategies', 'Strategy')}2"
    checkout = pushed(origin, tmp_path, setting("Strategies", cell, TEXT))
    run = checkout.job("publish.yml", "build", tmp_path / "runner")
    assert run.passed, run.log
    assert "A second build gave the same bytes." in run.log
    assert (run.artefacts["github-pages"] / "index.html").is_file()


def _new_edition(book: openpyxl.Workbook) -> None:
    for name, value, *_ in book["Settings"].iter_rows(min_row=2):
        if str(name.value).rstrip("*").strip() == "Edition":
            value.value = "2099.1"


def test_a_merge_request_on_gitlab(origin: Path, tmp_path: Path) -> None:
    """The lines of the template's job “check”, with GitLab's environment: the reports that it takes up are there."""
    stakeholder = heading("Strategies", "Stakeholder")
    clone = request(origin, tmp_path, setting("Strategies", f"{stakeholder}14", "Employrs"), depth=5).clone
    jobs = yaml.safe_load((clone / "docs" / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
    check, machine = jobs["check"], jobs[".ecosystem-map-machine"]
    environment = {
        "GITLAB_CI": "true",
        "ECOSYSTEM_MAP": str(clone),
        "CI_MERGE_REQUEST_IID": "12",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(origin, "rev-parse", "main"),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    lines = "\n".join([*machine["before_script"], *check["script"]])
    run = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", lines],
        cwd=clone,
        capture_output=True,
        text=True,
        env=own_environment() | environment,
    )
    assert run.returncode == 1
    assert "“Employrs” is not on the Stakeholders sheet." in run.stdout
    reports = check["artifacts"]["reports"]
    [quality] = json.loads((clone / reports["codequality"]).read_bytes())
    assert (quality["check_name"], quality["severity"]) == ("unknown-stakeholder", "critical")
    assert quality["location"] == {"path": WORKBOOK, "lines": {"begin": 14}}
    failed = ElementTree.parse(clone / reports["junit"]).findall(".//failure")
    assert len(failed) == 1
    assert {path for path in check["artifacts"]["paths"] if (clone / path).exists()} == {"report"}
