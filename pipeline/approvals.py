"""What people have approved after the gate had stopped it: `source/editions/<edition>.approvals.json`.

An approval says who gave it, when and why, and counts for one finding alone: the very change of the very texts.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.editions import APPROVALS, edition_file
from pipeline.errors import UsageError
from pipeline.gate import Finding

_WHO_AND_WHY = re.compile(r"([^:]*[^:\s])\s*:\s+(\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved a finding, on which day and why; `key`, `rule` and `reason` are the finding's."""

    key: str
    rule: str
    reason: str
    by: str
    why: str
    approved_on: date

    @property
    def words(self) -> str:
        """The approval as a report says it."""
        return f"Approved by {self.by} on {self.approved_on.isoformat()}: {self.why}"


def approve(findings: Iterable[Finding], text: str, *, today: date) -> tuple[Approval, ...]:
    """`findings` approved with the words `text`, which say who and why: “Ana Ng: the speaker asked for it”.

    Raises UsageError when they do not.
    """
    found = _WHO_AND_WHY.fullmatch(" ".join(text.split()))
    if not found:
        raise UsageError(
            "An approval says who gives it, and why.", help='for instance --approve "Ana Ng: the speaker asked for it".'
        )
    return tuple(
        Approval(key=one.key, rule=one.rule, reason=one.reason, by=found[1], why=found[2], approved_on=today)
        for one in findings
    )


def approvals_file(folder: Path, edition: str) -> Path:
    """Where the approvals for the edition called `edition` are recorded, in the folder `editions`."""
    path = edition_file(folder, edition)
    return path.with_name(path.stem + APPROVALS)


def recorded_approvals(folder: Path, edition: str) -> Mapping[str, Approval]:
    """What has been approved for the edition called `edition`, by the key of the finding."""
    path = approvals_file(folder, edition)
    return read_approvals(path.read_bytes(), path.name) if path.is_file() else {}


def read_approvals(body: bytes, name: str) -> Mapping[str, Approval]:
    """The approvals in a file's bytes, by key. Raises UsageError when they are no such thing; `name` is the file's."""
    try:
        return {
            str(entry["key"]): Approval(
                **{field: str(entry[field]) for field in ("key", "rule", "reason", "by", "why")},
                approved_on=date.fromisoformat(entry["approved_on"]),
            )
            for entry in json.loads(body)["approvals"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"“{name}” is not a list of approvals.", help="delete it, and give the approval again with --approve."
        ) from error


def approvals_text(edition: str, approvals: Iterable[Approval]) -> str:
    """The file of the approvals for the edition called `edition`."""
    entries = [
        {
            "key": one.key,
            "rule": one.rule,
            "reason": one.reason,
            "by": one.by,
            "why": one.why,
            "approved_on": one.approved_on.isoformat(),
        }
        for one in approvals
    ]
    return json.dumps({"edition": edition, "approvals": entries}, indent=2, ensure_ascii=True) + "\n"


def record_approvals(folder: Path, edition: str, given: Iterable[Approval]) -> Path:
    """Write `given` to the approvals of an edition; what was approved before stays as it is. Gives the file's path."""
    known = dict(recorded_approvals(folder, edition))
    path = approvals_file(folder, edition)
    folder.mkdir(exist_ok=True)
    merged = {one.key: one for one in given} | known
    path.write_text(approvals_text(edition, merged.values()), encoding="utf-8")
    return path
