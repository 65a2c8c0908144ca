"""Problems as GitHub wants them: annotations in the log, and a job's summary in Markdown. Pure: problems in, text out."""

from collections.abc import Iterator, Sequence

from pipeline.completeness import Completeness, Count, Grid
from pipeline.gate import Finding
from pipeline.harmless import MOST_CHARACTERS, markdown, shortened, visible
from pipeline.model import sheet_of
from pipeline.problems import Problem, Severity
from pipeline.reports import Group, grouped, kinds, summary

MOST_ANNOTATIONS = 10
"""How many annotations of a severity GitHub shows for one step."""

MOST_BYTES = 1_000_000
"""The longest summary; GitHub refuses one of more than 1 MiB (1,048,576 bytes) altogether."""

_BYTES_FOR_COMPLETENESS = 300_000
_ICONS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_annotations(problems: Sequence[Problem], *, file_name: str) -> str:
    """Workflow commands for GitHub's log: at most ten of a severity, which is all that GitHub shows of one step.

    Where there are more, each kind of problem comes before a second one of any kind.
    """
    lines = []
    for severity, command in _COMMANDS.items():
        for group in _first_of_each_kind([one for one in problems if one.severity is severity])[:MOST_ANNOTATIONS]:
            problem = group.first
            title = _command_value(f"{problem.code}, {shortened(group.place(file_name), 120)}", of_property=True)
            words = " ".join(part for part in (shortened(problem.message), problem.help) if part)
            lines.append(f"::{command} title={title}::{_command_value(words)}")
    return "".join(f"{line}\n" for line in lines)


def gate_annotations(findings: Sequence[Finding]) -> str:
    """Workflow commands for what the gate stopped, at most as many as GitHub shows."""
    lines = []
    for finding in findings[:MOST_ANNOTATIONS]:
        title = _command_value(f"gate: {finding.rule}", of_property=True)
        words = f"{shortened(finding.reason, 2 * MOST_CHARACTERS)} {finding.help}"
        lines.append(f"::error title={title}::{_command_value(words)}")
    return "".join(f"{line}\n" for line in lines)


def _first_of_each_kind(problems: Sequence[Problem]) -> tuple[Group, ...]:
    """The groups, those first that are the first of their kind, if there are too many for all."""
    groups = grouped(problems)
    if len(groups) <= MOST_ANNOTATIONS:
        return groups
    firsts = {id(kind.first) for kind in kinds(problems)}
    return tuple(sorted(groups, key=lambda group: id(group.first) not in firsts))


def _command_value(text: str, *, of_property: bool = False) -> str:
    """Escaped for a workflow command (GitHub's toolkit: packages/core/src/command.ts)."""
    escaped = visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C") if of_property else escaped


def as_markdown(
    problems: Sequence[Problem],
    *,
    file_name: str,
    completeness: Completeness | None = None,
    most_bytes: int = MOST_BYTES,
) -> str:
    """The report as Markdown, for a job's summary or a comment: the problems, and what the map still lacks.

    It has at most `most_bytes` of UTF-8. What does not fit is counted; the first problem of each kind comes before that.
    """
    head = [f"## {markdown(shortened(file_name, 200))}: {summary(problems)}", ""]
    tail = _completeness(completeness, min(_BYTES_FOR_COMPLETENESS, most_bytes // 3)) if completeness else []
    room = most_bytes - _bytes(head) - _bytes(tail) - 500
    groups = grouped(problems)
    lines = [_row(group, file_name) for group in groups]
    if _bytes(lines) > room:
        firsts = {id(kind.first) for kind in kinds(problems)}
        in_turn = sorted(range(len(groups)), key=lambda at: id(groups[at].first) not in firsts)
        kept: list[int] = []
        for at in in_turn:
            room -= _bytes([lines[at]])
            if room < 0:
                break
            kept.append(at)
        left = sum(len(groups[at].problems) for at in set(range(len(groups))) - set(kept))
        lines = [lines[at] for at in sorted(kept)]
        lines += ["", f"{left:,} more problems are not shown here: GitHub takes no longer summary."]
    if groups:
        head += ["| | Where | What | What to do |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *lines, *tail]) + "\n"


def _row(group: Group, file_name: str) -> str:
    problem = group.first
    column = f", column “{markdown(shortened(problem.heading, 80))}”" if problem.heading and problem.at.a1 else ""
    cells = (
        f"{_ICONS[problem.severity]} {problem.severity}",
        markdown(group.place(file_name)) + column,
        f"{markdown(shortened(problem.message))} <sub>{problem.code}</sub>",
        markdown(shortened(problem.help, 2 * MOST_CHARACTERS)),
    )
    return "| " + " | ".join(cells) + " |"


def _completeness(found: Completeness, most_bytes: int) -> list[str]:
    """The tables of completeness, each cut to its share of `most_bytes`, with a count of what is left out."""
    lines: list[str] = []
    for grid in found.grids:
        lines += _grid(grid, most_bytes // len(found.grids))
    return lines


def _grid(grid: Grid, most_bytes: int) -> list[str]:
    columns = sheet_of("phases" if grid.key == "strategies" else "action_areas").name
    filled = f"Of {grid.places} places {grid.places - grid.gaps} have something published"
    head = ["", f"### {markdown(grid.sheet)}: stakeholders and {columns.lower()}", "", f"{filled}.", ""]
    names = [markdown(shortened(column.name, 80)) for column in grid.columns]
    lines = [f"| Stakeholder | {' | '.join(names)} | Total |", "| --- |" + " ---: |" * (len(names) + 1)]
    rows = list(_grid_rows(grid))
    room = most_bytes - _bytes(head) - _bytes(lines)
    kept = 0
    while kept < len(rows) and (room := room - _bytes([rows[kept]])) > 0:
        kept += 1
    lines += rows[:kept]
    if kept < len(rows):
        lines += ["", f"{len(rows) - kept:,} more stakeholders are not shown here: GitHub takes no longer summary."]
    else:
        lines.append(f"| **Total** | {' | '.join(_count(one) for one in grid.by_column)} | {_count(grid.total)} |")
    if grid.unplaced.rows:
        lines += ["", f"Rows that belong to nothing known, and are not counted: {grid.unplaced.rows}."]
    return head + lines


def _grid_rows(grid: Grid) -> Iterator[str]:
    for one, places, total in zip(grid.stakeholders, grid.counts, grid.by_stakeholder, strict=True):
        name = markdown(shortened(one.name, 80)) + (" (draft)" if one.is_draft else "")
        yield f"| {name} | {' | '.join(_count(place, is_place=not one.is_draft) for place in places)} | {_count(total)} |"


def _count(count: Count, *, is_place: bool = False) -> str:
    """“3”, “**gap**”, “3 + 1 draft”, “**gap** + 2 drafts, 1 overdue”."""
    words = "**gap**" if is_place and count.is_gap else str(count.published)
    if count.drafts:
        words += f" + {count.drafts} draft{'' if count.drafts == 1 else 's'}"
    return words + (f", {count.overdue} overdue" if count.overdue else "")


def _bytes(lines: Sequence[str]) -> int:
    return sum(len(line.encode(errors="backslashreplace")) + 1 for line in lines)
