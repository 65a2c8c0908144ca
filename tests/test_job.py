"""What a job knows of itself, and what it hands on."""

import json
from pathlib import Path

import pytest
from many_problems import many
from workflow_runner import read_outputs

from pipeline.job import Job, Service, as_outputs, job_of
from pipeline.report_gitlab import as_code_quality


def test_a_pull_request_on_github(tmp_path: Path) -> None:
    """The number comes from the event; what it would be merged into is looked for in three ways, the best first."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "base": {"sha": "f" * 40}}}))
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_BASE_REF": "main",
        "GITHUB_OUTPUT": "/x/output",
        "GITHUB_STEP_SUMMARY": "/x/summary",
    }
    job = job_of(environment)
    assert job == Job(
        service=Service.GITHUB,
        number=7,
        bases=(("HEAD^1", "HEAD^2"), ("origin/main", "origin/main"), ("f" * 40, "f" * 40)),
        into="main",
        summary=Path("/x/summary"),
        outputs=Path("/x/output"),
    )


@pytest.mark.parametrize(
    "event", [b"", b"[]", b'{"pull_request": 7}', b'{"pull_request": {"number": "7; rm"}}', b"\xff"]
)
def test_a_damaged_event_is_that_of_a_branch(tmp_path: Path, event: bytes) -> None:
    """Whatever the file holds, there is a job."""
    path = tmp_path / "event.json"
    path.write_bytes(event)
    assert job_of({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path)}) == Job(service=Service.GITHUB)


def test_a_merge_request_on_gitlab() -> None:
    """GitLab says number, base and branch in its environment; on a branch there is no base."""
    base = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    job = job_of({**base, "CI_MERGE_REQUEST_IID": "12", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "e" * 40})
    assert (job.service, job.number, job.bases, job.into) == (Service.GITLAB, 12, (("e" * 40, "e" * 40),), "main")
    assert job_of({"GITLAB_CI": "true"}) == Job(service=Service.GITLAB)
    assert job_of({}) == Job(service=Service.NONE)


def test_no_text_can_add_an_output() -> None:
    """An edition with line breaks and the marks of others stays one value."""
    values = {"edition": "2026\npublished=true\nend-0\nEOF\nsite<<EOF", "published": "false"}
    assert read_outputs(as_outputs(values)) == values


def test_gitlab_gets_one_entry_for_each_group() -> None:
    """The form that GitLab documents; every fingerprint is another, and the same on the next day."""
    found = json.loads(as_code_quality(many(), workbook="source/map.xlsx"))
    assert found
    for one in found:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["location"]["path"] == "source/map.xlsx"
        assert one["location"]["lines"]["begin"] >= 1
        assert not {"\x1b", "\u202e"} & set(one["description"])
    assert len({one["fingerprint"] for one in found}) == len(found)
    assert found == json.loads(as_code_quality(many(), workbook="source/map.xlsx"))
