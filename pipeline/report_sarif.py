"""Problems as SARIF 2.1.0 (OASIS), for programs that show the findings of checks. Pure: problems in, text out.

A workbook has no lines, so a place is a logical location: the sheet, or the cell in it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.harmless import json_text, shortened, visible
from pipeline.problems import CellRef, Explanation, Problem, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
"""Where the form is described; GitHub and editors know the file by it."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_MOST_CHARACTERS = 1_000


def as_sarif(
    problems: Sequence[Problem], *, workbook: str, explanations: Mapping[str, Explanation], file_sha256: str = ""
) -> str:
    """The report as SARIF: a rule for each code, with its explanation, and a result for each problem.

    `workbook` is the path of the file, relative to the top of the project and with forward slashes; `explanations` are
    what the codes mean; `file_sha256` is of the workbook's bytes, in hexadecimal.
    """
    codes = list(dict.fromkeys([*explanations, *(problem.code for problem in problems)]))
    numbers = {code: number for number, code in enumerate(codes)}
    location = {"uri": quote(workbook, safe="/"), "uriBaseId": "%SRCROOT%"}
    artifact: dict[str, Any] = {"location": location, "mimeType": MEDIA_TYPE, "roles": ["analysisTarget"]}
    if file_sha256:
        artifact["hashes"] = {"sha-256": file_sha256}
    prints = _Fingerprints()
    run = {
        "tool": {
            "driver": {
                "name": "ecosystem-map",
                "version": __version__,
                "language": "en",
                "rules": [_rule(code, explanations.get(code)) for code in codes],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "artifacts": [artifact],
        "results": [_result(problem, numbers[problem.code], location, prints.of(problem)) for problem in problems],
        "columnKind": "unicodeCodePoints",
    }
    report = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(json.dumps(report, ensure_ascii=False, indent=2)) + "\n"


def _rule(code: str, explained: Explanation | None) -> dict[str, Any]:
    """A rule with its explanation: fact, why, and how with an example (SARIF 3.49)."""
    rule: dict[str, Any] = {"id": code, "name": "".join(part.capitalize() for part in code.split("-"))}
    if explained is None:
        return rule
    example = f"Before: {explained.before}\nAfter: {explained.after}"
    rule["shortDescription"] = {"text": _message(explained.fact)}
    rule["fullDescription"] = {"text": _message(f"{explained.fact} {explained.why}")}
    rule["help"] = {"text": _message(f"{explained.how}\n\n{example}")}
    return rule


def _result(problem: Problem, rule: int, location: Mapping[str, Any], fingerprint: str) -> dict[str, Any]:
    words = " ".join(part for part in (problem.message, problem.help and f"What to do: {problem.help}") if part)
    properties = {"heading": problem.heading, "value": shortened(problem.value, _MOST_CHARACTERS), "help": problem.help}
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": _message(shortened(visible(words), _MOST_CHARACTERS))},
        "locations": [_location(problem.at, location)],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1", "problem/v1": fingerprint},
    }
    if problem.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place, location)} for number, place in enumerate(problem.related, 1)
        ]
    if given := {name: text for name, text in properties.items() if text}:
        result["properties"] = given
    return result


def _location(at: CellRef, file: Mapping[str, Any]) -> dict[str, Any]:
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {**file, "index": 0}}}
    if at.sheet:
        name, kind = (at.a1, "cell") if at.a1 else (at.sheet, "sheet")
        place["logicalLocations"] = [{"name": name, "fullyQualifiedName": str(at), "kind": kind}]
    return place


def _message(text: str) -> str:
    """Text in which nothing is a placeholder or a link (SARIF 3.11.5 and 3.11.6)."""
    return re.sub(r"([{}])", r"\1\1", text).replace("](", "] (")


class _Fingerprints:
    """What stays the same of a problem when rows are added above it: what it says, not where it stands.

    Of several that say the same, the second is told from the first by its number.
    """

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, problem: Problem) -> str:
        """A hash of the code, the sheet, the heading and the value; without a value, of the message."""
        said = (problem.code, problem.at.sheet, problem.heading, problem.value or problem.message)
        digest = sha256("\0".join(said).encode(errors="backslashreplace")).hexdigest()[:16]
        number = self._seen[digest] = self._seen.get(digest, 0) + 1
        return digest if number == 1 else f"{digest}-{number}"
