"""One comment on a pull request, kept up to date by a job that trusts nothing in what it reads. Standard library only.

The job that checks a stranger's workbook has no rights; it leaves a file (`report_job.as_comment`). A second workflow,
started by the end of the first, runs this with the right to comment. Whoever sent the request may have written that file:
its size, form and number are checked, the request must be the one whose newest commit was checked, and its texts are
shown as text. No package is installed for it, so nothing but Python and this repository has the token.
"""

import io
import json
import re
import textwrap
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.harmless import visible

ARTEFACT, FILE = "ecosystem-map-comment", "comment.json"
"""The names of the artefact that the first workflow uploads, and of the one file in it that is read."""

MARK = "<!-- ecosystem-map: the one comment that is kept up to date -->"
BOT = "github-actions[bot]"
MOST_BYTES = 1024 * 1024
MOST_OF_A_TEXT = 25_000
MOST_PAGES = 10
_SECONDS = 30
_WIDTH = 110
_SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the first job says, as far as it can be believed: it has this form and these sizes."""

    number: int
    counts: Mapping[str, int]
    changes: str
    check: str


def read_report(body: bytes) -> Report:
    """The report in `body`. PipelineError if it is not of the form that `report_job.as_comment` writes."""
    if len(body) > MOST_BYTES:
        raise PipelineError("The report is larger than a report can be.")
    try:
        found = json.loads(body)
        number, counts, changes, check = (found[name] for name in ("number", "counts", "changes", "check"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PipelineError("The report is not of the form that it should have.") from error
    numbers: dict[str, Any] = {name: counts.get(name) if isinstance(counts, dict) else None for name in _SEVERITIES}
    if not all(type(one) is int and 0 <= one < 10**7 for one in numbers.values()):
        raise PipelineError("The report has no sound counts.")
    if type(number) is not int or not 0 < number < 10**9:
        raise PipelineError("The report has no sound number of a request.")
    if not isinstance(changes, str) or not isinstance(check, str):
        raise PipelineError("The report has no texts.")
    return Report(number=number, counts=numbers, changes=changes, check=check)


def unpack(archive: bytes) -> bytes:
    """The one file of an artefact, read in memory and no further than it may be long; nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened, opened.open(FILE) as file:
            return file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise PipelineError("The artefact is not of the form that it should have.") from error
    except Exception as error:  # zlib.error and what else a forged archive can raise
        raise PipelineError("The artefact cannot be unpacked.") from error


def as_markdown(report: Report, *, commit: str, run: str) -> str:
    """The comment: counts in words, a link to the run, and both texts as text in fences that they cannot close."""
    parts = [
        f"{report.counts[severity]} {severity}{'' if report.counts[severity] == 1 else 's'}" for severity in _SEVERITIES
    ]
    lines = [
        MARK,
        f"## The workbook at {commit[:10]}: {', '.join(parts)}",
        "",
        f"[The run]({run}) has the whole report in its summary, and under Artifacts the map as it would be published, "
        "the briefs, and the workbook with its problems marked.",
    ]
    for heading, text in (("What changed", report.changes), ("What is wrong", report.check)):
        lines += ["", f"### {heading}", "", *_fenced(text)]
    return "\n".join(lines) + "\n"


def _fenced(text: str) -> list[str]:
    """`text` between fences longer than any run of backticks in it, without names that would call people.

    It is cut after it was made harmless, which makes it longer; very long runs are broken, or the fences would be long.
    """
    lines = (visible(line).replace("@", "@\u200b") for line in text[: 2 * MOST_OF_A_TEXT].rstrip("\n").split("\n"))
    shown = "\n".join(wrapped for line in lines for wrapped in _wrapped(line))
    shown = shown.replace("`" * 50, "`" * 50 + "\u200b")
    if len(shown) > MOST_OF_A_TEXT:
        shown = shown[:MOST_OF_A_TEXT] + "\n…"
    fence = "`" * max(3, *(len(run) + 1 for run in ("", *re.findall("`+", shown))))
    return [f"{fence}text", shown, fence]


def _wrapped(line: str) -> list[str]:
    """A line as several that need no scrolling, each set in as the first is."""
    indent = line[: len(line) - len(line.lstrip(" "))][:8]
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """GitHub's API for one repository (https://docs.github.com/en/rest)."""

    address: str
    repository: str
    token: str

    def ask(self, path: str, *, method: str = "GET", body: Mapping[str, Any] | None = None) -> Any:
        """The answer as JSON. PipelineError when GitHub refuses."""
        return json.loads(self.fetch(f"{self.address}/repos/{self.repository}/{path}", method=method, body=body))

    def fetch(self, address: str, *, method: str = "GET", body: Mapping[str, Any] | None = None) -> bytes:
        """The bytes of an answer, at most 20 MiB. The token does not follow a redirection to another server."""
        request = urllib.request.Request(  # noqa: S310 - the address is that of the API, set by the runner
            address,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
        )
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(20 * MOST_BYTES))
        except urllib.error.HTTPError as error:
            raise PipelineError(f"GitHub answered {error.code} to {method} {address}.") from error
        except OSError as error:
            raise PipelineError(f"GitHub could not be reached: {error}.") from error


def update_comment(environment: Mapping[str, str]) -> str:
    """Write or renew the comment that the event in `environment` is about; a sentence on what was done.

    Needs GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL and GITHUB_EVENT_PATH of an event “workflow_run”.
    """
    try:
        run = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_bytes())["workflow_run"]
        identifier, commit, address = int(run["id"]), str(run["head_sha"]), str(run["html_url"])
        api = Api(
            address=environment.get("GITHUB_API_URL") or "https://api.github.com",
            repository=environment["GITHUB_REPOSITORY"],
            token=environment["GITHUB_TOKEN"],
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PipelineError(f"This is no job after a workflow: {error} is missing.") from error
    if run.get("event") != "pull_request":
        return "The workflow was not about a pull request: there is nothing to comment on."
    found = api.ask(f"actions/runs/{identifier}/artifacts?name={ARTEFACT}&per_page=10")["artifacts"]
    artefact = next((one for one in found if one["name"] == ARTEFACT and not one["expired"]), None)
    if artefact is None:
        return "The workflow left no report to comment with."
    if artefact["size_in_bytes"] > MOST_BYTES:
        raise PipelineError("The artefact is larger than a report can be.")
    archive = api.fetch(f"{api.address}/repos/{api.repository}/actions/artifacts/{int(artefact['id'])}/zip")
    report = read_report(unpack(archive))
    request = api.ask(f"pulls/{report.number}")
    if request["state"] != "open" or request["head"]["sha"] != commit:
        # The number comes from the artefact: only the request whose newest commit was checked may be commented on.
        return f"Request {report.number} is closed, or its newest commit is not the one that was checked."
    body = {"body": as_markdown(report, commit=commit, run=address)}
    for page in range(1, MOST_PAGES + 1):
        comments = api.ask(f"issues/{report.number}/comments?per_page=100&page={page}")
        for one in comments:
            if one["user"]["login"] == BOT and one["body"].startswith(MARK):
                api.ask(f"issues/comments/{int(one['id'])}", method="PATCH", body=body)
                return f"The comment on request {report.number} is up to date."
        if len(comments) < 100:
            break
    api.ask(f"issues/{report.number}/comments", method="POST", body=body)
    return f"Commented on request {report.number}."
