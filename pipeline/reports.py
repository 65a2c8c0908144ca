"""Problems as text for people and as JSON for programs, and what all reports share. Pure: problems in, text out.

Everything that comes from a workbook is made harmless for the medium, by `harmless`. The other forms of a report are in
modules of their own (`report_github`, `report_html` …), and `report_formats` chooses.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.harmless import MOST_CHARACTERS, json_text, shortened, visible
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.problems import CellRef, Explanation, Problem, Severity
from pipeline.records import Rows
from pipeline.row_table import row_table

MOST_CELLS_OF_A_GROUP = 50
"""How many cells a group lists before it only counts the rest."""

_MOST_OF_A_VALUE = 32_767
"""What a cell can hold, in characters; a file that claims more is cut, so that a report stays a report."""

MOST_BLOCKS = 24
"""How many groups are shown one by one as text; of more, each kind of problem has its share and a line in a list."""

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Copies of one problem: the same words about several cells of one column; or all problems of one kind."""

    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The problem that speaks for the group."""
        return self.problems[0]

    def place(self, file_name: str, *, most: int = MOST_CELLS_OF_A_GROUP) -> str:
        """Where it is: `Strategies!B14`, `Strategies!B14, B20 and 3 more`, a sheet, or the file."""
        return listed([problem.at for problem in self.problems], file_name=file_name, most=most)


def listed(places: Sequence[CellRef], *, file_name: str, most: int = MOST_CELLS_OF_A_GROUP) -> str:
    """Places as words: `Strategies!B14, B20; Actions!B2 and 3 more`. A file has one place, whatever is wrong with it."""
    shown = [] if places and not places[0].sheet else list(places[:most])
    parts = []
    for sheet, cells in groupby(shown, key=lambda place: place.sheet):
        first, *rest = cells
        parts.append(", ".join([str(first) if sheet else file_name, *(place.a1 or "" for place in rest)]))
    more = len(places) - len(shown) if shown else 0
    return ("; ".join(parts) or file_name) + (f" and {more} more" if more else "")


def grouped(problems: Iterable[Problem]) -> tuple[Group, ...]:
    """Problems of the same words in the same column under one heading; the order of the first ones is kept."""
    return _groups(
        problems,
        lambda problem: (
            problem.severity,
            problem.code,
            problem.at.sheet,
            problem.heading,
            problem.message,
            problem.help,
        ),
    )


def kinds(problems: Iterable[Problem]) -> tuple[Group, ...]:
    """All problems of one code and severity together; the order of the first ones is kept."""
    return _groups(problems, lambda problem: (problem.severity, problem.code))


def _groups(problems: Iterable[Problem], key: Callable[[Problem], tuple[str, ...]]) -> tuple[Group, ...]:
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        groups.setdefault(key(problem), []).append(problem)
    return tuple(Group(problems=tuple(group)) for group in groups.values())


def counts(problems: Iterable[Problem]) -> Mapping[str, int]:
    """How many problems there are of each severity: {"error": 0, "warning": 0, "note": 0}."""
    found = [problem.severity for problem in problems]
    return {severity.value: found.count(severity) for severity in Severity}


def summary(problems: Sequence[Problem]) -> str:
    """The counts as words: “2 errors and 1 warning”, or “no problems”."""
    parts = [f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in counts(problems).items() if number]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts) or "no problems"


def as_text(problems: Sequence[Problem], *, file_name: str, colour: bool = False, rows: Rows | None = None) -> str:
    """The report for people, one block for each group, errors first; a last line counts them.

    With `rows` (what was read of the workbook), the row of a problem is shown below it as a small table where that helps.
    When there are more groups than anybody reads, each kind of problem has its share of the blocks, one at least, and a
    list of the kinds comes last, so that all are seen at once. `colour` adds ANSI colours.
    """
    groups, found = grouped(problems), kinds(problems)
    if len(found) > MOST_BLOCKS // 2:
        rows = None
    if len(groups) > MOST_BLOCKS:
        most = max(1, MOST_BLOCKS // len(found))
        blocks = [block for kind in found for block in _kind(kind, file_name, most=most, colour=colour, rows=rows)]
        blocks.append(_overview(found, file_name, colour=colour))
    else:
        blocks = [_block(group, file_name, colour=colour, rows=rows) for group in groups]
    blocks.append(f"{visible(file_name)}: {summary(problems)}.")
    return "\n\n".join(blocks) + "\n"


def _block(group: Group, file_name: str, *, colour: bool, rows: Rows | None) -> str:
    lines = _lines(group.first, group.place(file_name), colour=colour)
    if rows is not None:
        paint = _painted("{}", group.first.severity) if colour else "{}"
        lines += row_table(group.problems, rows, paint=paint)
    return "\n".join(lines)


def _lines(problem: Problem, place: str, *, colour: bool) -> list[str]:
    """The block of a problem: what it is and where, the fact, and what to do."""
    tag = f"{problem.severity}[{problem.code}]"
    column = f", column “{visible(shortened(problem.heading, 80))}”" if problem.heading and problem.at.a1 else ""
    lines = [
        f"{_painted(tag, problem.severity) if colour else tag} {visible(place)}{column}",
        f"  {visible(shortened(problem.message))}",
    ]
    if problem.help:
        lines.append(f"  help: {visible(shortened(problem.help, 2 * MOST_CHARACTERS))}")
    return lines


def _kind(kind: Group, file_name: str, *, most: int, colour: bool, rows: Rows | None) -> list[str]:
    """The blocks of the first groups of a kind; the last one says where the others are."""
    groups = grouped(kind.problems)
    blocks = [_block(group, file_name, colour=colour, rows=rows) for group in groups[:most]]
    shown = {problem for group in groups[:most] for problem in group.problems}
    rest = [problem.at for problem in kind.problems if problem not in shown]
    if rest:
        blocks[-1] += f"\n  and {len(rest):,} more of this kind: {visible(listed(rest, file_name=file_name))}"
    return blocks


def _overview(found: Sequence[Group], file_name: str, *, colour: bool) -> str:
    """The kinds of problems, one a line: how many, what, and on which sheets."""
    lines = [f"In short, {len(found)} kinds of problems:"]
    width = max(len(kind.first.code) for kind in found)
    for kind in found:
        severity = kind.first.severity
        sheets = list(dict.fromkeys(problem.at.sheet or file_name for problem in kind.problems))
        more = f" and {len(sheets) - 2} more" if len(sheets) > 2 else ""
        where = ", ".join(visible(shortened(sheet, 31)) for sheet in sheets[:2]) + more
        tag = f"{severity:7}"
        tag = _painted(tag, severity) if colour else tag
        lines.append(f"  {len(kind.problems):5,} {tag} {kind.first.code:{width}}  {where}")
    return "\n".join(
        [*lines, "“ecosystem-map check --format html” shows each of them, on a page that can be passed on."]
    )


def _painted(text: str, severity: Severity) -> str:
    return f"\033[{_COLOURS[severity]}m{text}\033[0m"


def as_json(problems: Sequence[Problem], *, file_name: str, edition: str | None) -> str:
    """The report for programs; its form is a contract: fields are added, never renamed."""
    report = {
        "workbook": file_name,
        "edition": edition,
        "counts": dict(counts(problems)),
        "problems": [
            {
                "code": problem.code,
                "severity": problem.severity.value,
                "sheet": problem.at.sheet or None,
                "cell": problem.at.a1,
                "row": problem.at.row or None,
                "column": (problem.at.a1 or "").rstrip("0123456789") or None,
                "heading": problem.heading or None,
                "value": shortened(problem.value, _MOST_OF_A_VALUE) or None,
                "message": problem.message,
                "help": problem.help or None,
                "related": [{"sheet": place.sheet or None, "cell": place.a1} for place in problem.related],
            }
            for problem in problems
        ],
    }
    return json_text(json.dumps(report, ensure_ascii=False, indent=2)) + "\n"


def explanation(explained: Explanation) -> str:
    """What a problem means, as plain text under its code."""
    return (
        f"{explained.code}\n\n{explained.fact}\n\nWhy it matters: {explained.why}\n\nWhat to do: {explained.how}\n\n"
        f"For example\n  before: {explained.before}\n  after:  {explained.after}\n"
    )


def contents(content: EcosystemMap) -> str:
    """What a workbook holds, counted: “It holds 4 phases, 10 stakeholders, …”."""
    counted = {
        sheet.counted or sheet.name.lower(): len(getattr(content, sheet.key))
        for sheet in PUBLISHED_SHEETS
        if not sheet.settings
    }
    return "It holds " + ", ".join(f"{number} {name}" for name, number in counted.items() if number) + "."
