"""What a job of continuous integration says: its summary in Markdown, and what a comment is made of. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.completeness import Completeness
from pipeline.harmless import json_text, markdown, shortened
from pipeline.problems import Problem, has_errors
from pipeline.report_changes import ChangeReport, render_changes
from pipeline.report_github import MOST_BYTES, as_markdown
from pipeline.reports import as_text, counts

MOST_OF_A_COMMENT = 25_000
"""How many characters of each report a comment shows; GitHub takes 65,536 in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """What a job found: problems and completeness of the workbook; the changes, or `no_changes`, why there are none.

    `verdict` is the first sentence: what became of it, and what to do. `files` are what the job keeps: name → what it is.
    """

    file_name: str
    edition: str
    verdict: str
    problems: Sequence[Problem]
    completeness: Completeness | None
    changes: ChangeReport | None
    no_changes: str
    files: Mapping[str, str]


def as_summary(report: JobReport) -> str:
    """The summary of the job, within what GitHub takes: the verdict, changes, problems, what the map still lacks."""
    head = [f"# {markdown(report.verdict)}", ""]
    if report.files:
        head += ["Kept with this run:", ""]
        head += [f"- **{markdown(name)}**: {markdown(what)}" for name, what in report.files.items()]
        head.append("")
    changed = render_changes("markdown", report.changes) if report.changes else f"{markdown(report.no_changes)}\n"
    start, middle = "\n".join(head) + "\n", f"{changed}\n"
    room = MOST_BYTES - len((start + middle).encode())
    found = as_markdown(report.problems, file_name=report.file_name, completeness=report.completeness, most_bytes=room)
    # Whoever has errors mends them first; else what changed is what a reviewer came for.
    return start + (f"{found}\n{middle}" if has_errors(report.problems) else f"{middle}{found}")


def as_comment(report: JobReport, *, number: int) -> str:
    """What a second workflow makes the comment of: texts, counts and the number of the request, as JSON.

    Nobody may believe it: whoever sends a request can write what they like here (`request_comment`).
    """
    changes = render_changes("text", report.changes) if report.changes else f"{report.no_changes}\n"
    found = {
        "number": number,
        "counts": dict(counts(report.problems)),
        "verdict": shortened(report.verdict, 300),
        "changes": _cut(changes),
        "check": _cut(as_text(report.problems, file_name=report.file_name)),
    }
    return json_text(json.dumps(found, ensure_ascii=False, indent=2)) + "\n"


def _cut(text: str) -> str:
    if len(text) <= MOST_OF_A_COMMENT:
        return text
    return text[:MOST_OF_A_COMMENT].rpartition("\n")[0] + "\n\nThe rest is in the summary of the run.\n"
