"""Problems: mistakes in the content, as values with a place.

A problem is collected, never raised. Each code has one function somewhere in the package that makes it; that
function's name is the code and its docstring is the explanation that `ecosystem-map explain` prints.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


def column_letters(number: int) -> str:
    """The spreadsheet's letters of a column number: 1 → "A", 28 → "AB"."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """A place in a workbook: a cell, or a whole sheet (row and column 0), or the whole file (no sheet).

    `str()` gives what an editor would type: `Strategies!B14`, `Strategies`, or nothing for the file.
    """

    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def a1(self) -> str | None:
        """The cell in A1 style, or None when the place is a sheet or the file."""
        return f"{column_letters(self.column)}{self.row}" if self.row and self.column else None

    def __str__(self) -> str:
        return f"{self.sheet}!{self.a1}" if self.a1 else self.sheet


PROBLEMS_SHEET = "Problems"
"""The sheet that lists the problems in a marked copy of a workbook."""

FILE = CellRef()
"""The place of a problem that is about the whole file."""


class Severity(StrEnum):
    """How much a problem weighs. Errors stop publication; warnings do too under `--strict`; notes never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for errors, 1 for warnings, 2 for notes: the order of every report."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, at the smallest place that explains it.

    `message` states the fact and stands alone; `help` says what to do; `value` is what the cell holds, as the
    editor sees it; `related` are the other cells that the message speaks of. Words are the editor's: sheet, column,
    row, cell. Texts are plain and unescaped: each report escapes for its own medium.
    """

    code: str
    severity: Severity
    at: CellRef
    message: str
    heading: str = ""
    value: str = ""
    help: str = ""
    related: tuple[CellRef, ...] = ()


def read_problem(values: Mapping[str, Any]) -> Problem:
    """The problem that `dataclasses.asdict` made `values` of, which may have been JSON meanwhile."""
    places = {"at": CellRef(**values["at"]), "related": tuple(CellRef(**at) for at in values["related"])}
    return Problem(**{**values, **places, "severity": Severity(values["severity"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a code means, for editors: the fact, why it matters, how it is mended, and an example before and after."""

    code: str
    fact: str
    why: str
    how: str
    before: str
    after: str


def explained(function: Callable[..., object]) -> Explanation:
    """The explanation of a code, read from the docstring of the function that makes its problems.

    The docstring has four paragraphs: the fact, why it matters, how to mend it, and two entries that begin with “Before:”
    and “After:”. Raises ValueError for one that has not.
    """
    code = function.__name__.replace("_", "-")
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", (function.__doc__ or "").strip())]
    example = re.fullmatch(r"Before: (.+) After: (.+)", parts[-1])
    if len(parts) != 4 or example is None:
        raise ValueError(f"The docstring of “{code}” must have fact, why, how, and an example with Before: and After:.")
    fact, why, how, _ = parts
    return Explanation(code=code, fact=fact, why=why, how=how, before=example[1], after=example[2])


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Errors first, then warnings, then notes; within each the order in which the checks found them."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.severity.rank))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any problem stops publication."""
    return any(problem.severity is Severity.ERROR for problem in problems)
