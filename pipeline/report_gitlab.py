"""Problems as GitLab's code quality report. Pure: problems in, text out.

The form: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from pipeline.harmless import json_text, shortened, visible
from pipeline.problems import Problem, Severity
from pipeline.reports import MOST_CELLS_OF_A_GROUP, grouped

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_MOST_CHARACTERS = 500


def as_code_quality(problems: Sequence[Problem], *, workbook: str) -> str:
    """The report as a JSON list; copies of one problem are one entry, with all their cells in its words.

    `workbook` is its path in the repository. GitLab knows only lines of a file: the line is the row, and 1 where the
    problem is about a sheet or the file. A fingerprint stays the same while place and words do, so that GitLab can tell
    new problems of a merge request from old ones.
    """
    seen: Counter[str] = Counter()
    entries = []
    for group in grouped(problems):
        problem = group.first
        column = f", column “{problem.heading}”" if problem.heading and problem.at.a1 else ""
        place = group.place(workbook, most=MOST_CELLS_OF_A_GROUP)
        words = " ".join(part for part in (problem.message, problem.help) if part)
        about = "\0".join((problem.code, problem.at.sheet, problem.heading, problem.value, problem.message))
        seen[about] += 1
        fingerprint = hashlib.sha256(f"{about}\0{seen[about]}".encode("utf-8", "backslashreplace")).hexdigest()
        entries.append(
            {
                "description": visible(f"{shortened(place, 200)}{column}: {shortened(words, _MOST_CHARACTERS)}"),
                "check_name": problem.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[problem.severity],
                "location": {"path": workbook, "lines": {"begin": max(problem.at.row, 1)}},
            }
        )
    return json_text(json.dumps(entries, ensure_ascii=False, indent=2)) + "\n"
