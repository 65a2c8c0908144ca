"""What the service says of the job that it runs: GitHub Actions, GitLab CI, or none. Pure: environment in, values out.

Only what these services document is read:
https://docs.github.com/en/actions/reference/workflows-and-actions/variables and
https://docs.gitlab.com/ci/variables/predefined_variables/.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MOST_BYTES_OF_AN_EVENT = 25 * 1024 * 1024
"""GitHub caps an event at 25 MB."""


class Service(StrEnum):
    """Who runs the job."""

    GITHUB = "GitHub"
    GITLAB = "GitLab"
    NONE = "this machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job: its service, the number of the pull or merge request (None on a branch), and where results are written.

    `bases` are revisions that the request would be merged into, the best first, each with a revision that must exist for
    it to be meant; `into` is the name of that branch. `summary` and `outputs` are files to append to.
    """

    service: Service
    number: int | None = None
    bases: tuple[tuple[str, str], ...] = ()
    into: str = ""
    summary: Path | None = None
    outputs: Path | None = None


def job_of(environment: Mapping[str, str]) -> Job:
    """The job that `environment` describes. A damaged event is taken for that of a branch."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _on_github(environment)
    if environment.get("GITLAB_CI") == "true":
        number, base = (
            environment.get("CI_MERGE_REQUEST_IID", ""),
            environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
        )
        return Job(
            service=Service.GITLAB,
            number=_number(number),
            bases=((base, base),) if _number(number) and base else (),
            into=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        )
    return Job(service=Service.NONE)


def _on_github(environment: Mapping[str, str]) -> Job:
    request = _request(environment.get("GITHUB_EVENT_PATH", ""))
    number = request.get("number")
    bases: list[tuple[str, str]] = []
    if isinstance(number, int):
        # What is checked out is the merge of both sides, so its first parent is what it would be merged into.
        bases.append(("HEAD^1", "HEAD^2"))
        if branch := environment.get("GITHUB_BASE_REF", ""):
            bases.append((f"origin/{branch}", f"origin/{branch}"))
        base = request.get("base")
        sha = base.get("sha") if isinstance(base, dict) else None
        if isinstance(sha, str):
            bases.append((sha, sha))
    return Job(
        service=Service.GITHUB,
        number=number if isinstance(number, int) else None,
        bases=tuple(bases),
        into=environment.get("GITHUB_BASE_REF", ""),
        summary=_file(environment, "GITHUB_STEP_SUMMARY"),
        outputs=_file(environment, "GITHUB_OUTPUT"),
    )


def _request(path: str) -> Mapping[str, object]:
    """The pull request of the event in the file `path`; nothing when it is about something else."""
    file = Path(path)
    if not path or not file.is_file() or file.stat().st_size > MOST_BYTES_OF_AN_EVENT:
        return {}
    try:
        found = json.loads(file.read_bytes())["pull_request"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def as_outputs(values: Mapping[str, str]) -> str:
    """`values` in the form of GITHUB_OUTPUT; no text of a workbook can end its own value, for the mark is drawn anew."""
    lines = []
    for name, value in values.items():
        mark = f"end-{secrets.token_hex(16)}"
        lines.append(f"{name}<<{mark}\n{value}\n{mark}\n")
    return "".join(lines)
