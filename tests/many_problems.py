"""Problems for tests of reports: one, hostile ones, and many of many kinds."""

from pipeline.explanations import explanations
from pipeline.problems import CellRef, Problem, Severity, in_order

HOSTILE = (
    "::error::boom ##[group]x \x1b[31mred\x1b[0m \u202egnp.exe <script>alert(1)</script> </style> | @everyone "
    '![x](http://e) [link](http://e) {0} {{7*191}} ]]> &amp; \x00 \ufffe \udcff "><img src=x onerror=alert(1)>\n::set'
)


def problem(row: int = 14, **more: object) -> Problem:
    """The problem of the design's example, in the row `row`; `more` replaces what it names."""
    given: dict[str, object] = {
        "code": "unknown-stakeholder",
        "severity": Severity.ERROR,
        "at": CellRef("Strategies", row, 2),
        "heading": "Stakeholder",
        "value": "Employrs",
        "message": "“Employrs” is not on the Stakeholders sheet.",
        "help": "did you mean “Employers”?",
        **more,
    }
    return Problem(**given)  # type: ignore[arg-type]


def hostile() -> Problem:
    """A problem in which every text does what it can."""
    place = CellRef(HOSTILE, 2, 2)
    return problem(message=HOSTILE, heading=HOSTILE, help=HOSTILE, value=HOSTILE, at=place, related=(place,))


def many(number: int = 500, kinds: int = 40) -> tuple[Problem, ...]:
    """That many problems of that many kinds, every one in its own words, on three sheets; 24 of the kinds are errors."""
    codes = list(explanations())[:kinds]
    return in_order(
        problem(
            row=at + 2,
            code=codes[at % kinds],
            severity=Severity.ERROR if at % kinds < 24 else Severity.WARNING,
            at=CellRef(("Strategies", "Actions", "Glossary")[at % 3], at + 2, 1 + at % 5),
            value=f"Value {at}",
            message=f"“Value {at}” is wrong in the way number {at}.",
        )
        for at in range(number)
    )
