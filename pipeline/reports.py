"""Problems as text for people, as JSON for programs, and as GitHub wants them. Pure: problems in, text out.

Everything that comes from a workbook is made harmless for the medium: control and direction characters become visible,
GitHub's commands are broken, Markdown and HTML are escaped.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.problems import Problem, Severity

MOST_CELLS_OF_A_GROUP = 50
"""How many cells a group lists before it only counts the rest."""

MOST_CHARACTERS = 300
"""How much of a message is shown; a cell can hold 32,767 characters."""

MOST_ANNOTATIONS = 10
"""How many annotations of a severity GitHub shows for one step."""

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u2028\u2029\u0085]")
_NOT_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|##(?=\\[)")
"""What would act on a terminal or on GitHub's runner when JSON is shown in a log; inside strings, so escapes serve."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~@:&])")


def visible(text: str) -> str:
    """`text` on one line with every control, escape and direction character made visible, and GitHub's commands broken.

    A line that begins with `::` or holds `##[` would be a command to GitHub's runner, wherever a log is written.
    """
    shown = []
    for character in text:
        if character == "\n":
            shown.append("↵")
        elif ord(character) < 32:
            shown.append(chr(0x2400 + ord(character)))
        elif ord(character) == 127:
            shown.append("␡")
        elif unicodedata.category(character) in ("Cc", "Cs", "Co") or _DIRECTION.match(character):
            shown.append(f"[U+{ord(character):04X}]")
        else:
            shown.append(character)
    return "".join(shown).replace("##[", "# #[").replace("::", ":\u2009:")


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """`text` cut to `most` characters, with an ellipsis that says so."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Copies of one problem: the same words about several cells of one column."""

    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The problem that speaks for the group."""
        return self.problems[0]

    def place(self, file_name: str) -> str:
        """Where it is: `Strategies!B14`, `Strategies!B14, B20 and 3 more`, a sheet, or the file."""
        if not self.first.at.sheet:
            return file_name
        rest = [problem.at.a1 or "" for problem in self.problems[1:]]
        listed = ", ".join([str(self.first.at), *rest[: MOST_CELLS_OF_A_GROUP - 1]])
        more = len(rest) - (MOST_CELLS_OF_A_GROUP - 1)
        return f"{listed} and {more} more" if more > 0 else listed


def grouped(problems: Iterable[Problem]) -> tuple[Group, ...]:
    """Problems of the same words in the same column under one heading; the order of the first ones is kept."""
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        key = (problem.severity, problem.code, problem.at.sheet, problem.heading, problem.message, problem.help)
        groups.setdefault(key, []).append(problem)
    return tuple(Group(problems=tuple(group)) for group in groups.values())


def counts(problems: Iterable[Problem]) -> Mapping[str, int]:
    """How many problems there are of each severity: {"error": 0, "warning": 0, "note": 0}."""
    found = [problem.severity for problem in problems]
    return {severity.value: found.count(severity) for severity in Severity}


def summary(problems: Sequence[Problem]) -> str:
    """The counts as words: “2 errors and 1 warning”, or “no problems”."""
    parts = [f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in counts(problems).items() if number]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts) or "no problems"


def as_text(problems: Sequence[Problem], *, file_name: str, colour: bool = False) -> str:
    """The report for people, one block for each group, errors first; a last line counts them.

    `colour` adds ANSI colours to the first line of each block.
    """
    name = visible(file_name)
    blocks = []
    for group in grouped(problems):
        problem = group.first
        tag = f"{problem.severity}[{problem.code}]"
        painted = f"\033[{_COLOURS[problem.severity]}m{tag}\033[0m" if colour else tag
        column = f", column “{visible(shortened(problem.heading, 80))}”" if problem.heading and problem.at.a1 else ""
        lines = [f"{painted} {visible(group.place(file_name))}{column}", f"  {visible(shortened(problem.message))}"]
        if problem.help:
            lines.append(f"  help: {visible(shortened(problem.help, 2 * MOST_CHARACTERS))}")
        blocks.append("\n".join(lines))
    blocks.append(f"{name}: {summary(problems)}.")
    return "\n\n".join(blocks) + "\n"


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
                "value": problem.value or None,
                "message": problem.message,
                "help": problem.help or None,
                "related": [{"sheet": place.sheet or None, "cell": place.a1} for place in problem.related],
            }
            for problem in problems
        ],
    }
    text = json.dumps(report, ensure_ascii=False, indent=2)
    return _NOT_IN_JSON.sub(lambda found: "".join(f"\\u{ord(one):04x}" for one in found[0]), text) + "\n"


def _command_value(text: str, *, of_property: bool = False) -> str:
    """Escaped for a workflow command (GitHub's toolkit: packages/core/src/command.ts)."""
    escaped = visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C") if of_property else escaped


def as_annotations(problems: Sequence[Problem], *, file_name: str) -> str:
    """Workflow commands for GitHub's log: at most ten of a severity, which is all that GitHub shows of one step."""
    lines = []
    for severity, command in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")):
        groups = [group for group in grouped(problems) if group.first.severity is severity]
        for group in groups[:MOST_ANNOTATIONS]:
            problem = group.first
            title = _command_value(f"{problem.code}, {shortened(group.place(file_name), 120)}", of_property=True)
            words = " ".join(part for part in (shortened(problem.message), problem.help) if part)
            lines.append(f"::{command} title={title}::{_command_value(words)}")
    return "".join(f"{line}\n" for line in lines)


def _markdown(text: str) -> str:
    """Plain text for Markdown: nothing in it is a mark, a tag, a mention or a link."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[1])};", visible(text))


def as_markdown(problems: Sequence[Problem], *, file_name: str) -> str:
    """The report as Markdown, for a job's summary or a comment."""
    icons = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}
    lines = [f"## {_markdown(file_name)}: {summary(problems)}", ""]
    groups = grouped(problems)
    if groups:
        lines += ["| | Where | What | What to do |", "| --- | --- | --- | --- |"]
    for group in groups:
        problem = group.first
        column = f", column “{_markdown(shortened(problem.heading, 80))}”" if problem.heading and problem.at.a1 else ""
        cells = (
            icons[problem.severity] + f" {problem.severity}",
            _markdown(group.place(file_name)) + column,
            f"{_markdown(shortened(problem.message))} <sub>{problem.code}</sub>",
            _markdown(shortened(problem.help, 2 * MOST_CHARACTERS)),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def explanation(problem_function: Callable[..., object], *, severity: str = "") -> str:
    """What a problem means, from the docstring of the function that makes it, as plain text."""
    code = problem_function.__name__.replace("_", "-")
    words = re.sub(r"[ \t]*\n[ \t]*", "\n", (problem_function.__doc__ or "").strip())
    paragraphs = [part.replace("\n", " ").strip() for part in words.split("\n\n")]
    return "\n\n".join([code + (f" ({severity})" if severity else ""), *paragraphs]) + "\n"


def contents(content: EcosystemMap) -> str:
    """What a workbook holds, counted: “It holds 4 phases, 10 stakeholders, …”."""
    counted = {sheet.name: len(getattr(content, sheet.key)) for sheet in PUBLISHED_SHEETS if not sheet.settings}
    return "It holds " + ", ".join(f"{number} {name.lower()}" for name, number in counted.items() if number) + "."
