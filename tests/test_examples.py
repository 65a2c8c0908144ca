"""The examples of the guide are true: what stands before is found, what stands after is not."""

import pytest
from fixture_types import CheckWorkbook
from markdown_workbooks import file_body

from pipeline.explanations import explanations
from pipeline.model import sheet_of

IN_CELLS = {
    "not-a-choice": "Strategies/Status",
    "not-a-link": "Resources/Link",
    "unsafe-link": "Resources/Link",
    "html-in-cell": "Strategies/Strategy",
    "html-entity": "Strategies/Strategy",
    "control-character": "Strategies/Strategy",
    "not-a-colour": "Phases/Colour",
    "low-contrast": "Phases/Colour",
    "bad-id": "Stakeholders/ID",
    "unknown-icon": "Stakeholders/Icon",
    "unsafe-path": "Stakeholders/Icon",
    "unknown-stakeholder": "Strategies/Works with",
    "unknown-phase": "Strategies/Phase",
    "unknown-action-area": "Actions/Action area",
    "extra-spaces": "Strategies/Strategy",
    "doubled-word": "Strategies/Strategy",
    "misspelling": "Strategies/Strategy",
    "run-on": "Strategies/Strategy",
    "mixed-quotes": "Strategies/Strategy",
    "outer-quotes": "Quotes/Quote",
    "unbalanced-brackets": "Strategies/Strategy",
    "full-stop": "Strategies/Strategy",
    "lower-case-start": "Strategies/Strategy",
    "placeholder-text": "Strategies/Strategy",
    "wording": "Strategies/Strategy",
    "banned-word": "Strategies/Strategy",
    "quote-without-permission": "Quotes/Permission",
}
"""The codes whose example is one cell, with the sheet and heading under which it is tried."""

BESIDE = """
    | Wording | Use | Instead of | Severity |
    | | people | end users | warning |
    | | Learning and Employment Record | Learner Employment Record | error |
"""
SVG = file_body("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1h7v7z'/></svg>")


@pytest.mark.parametrize(("code", "place"), IN_CELLS.items(), ids=list(IN_CELLS))
def test_an_example_is_true(code: str, place: str, check: CheckWorkbook) -> None:
    """A cell that holds the example's “before” has the problem; with the “after” it has none."""
    sheet, _, heading = place.partition("/")
    one = explanations()[code]
    others = ["Ask.", "Act.", "Write.", "Read.", "Speak.", "Listen.", "Think.", "Meet.", "Wait."]

    def found(text: str) -> set[str]:
        rows = f"| {sheet} | {heading} |\n| | {text} |\n"
        if heading == "Strategy":
            rows += "".join(f"| | {other} |\n" for other in others)
        beside = "| Stakeholders | Name |\n| | Employers |\n| | HR Systems |\n" if sheet == "Strategies" else ""
        problems = check(f"{rows}{beside}{BESIDE}", files={"images/coin.svg": SVG})
        return {problem.code for problem in problems if problem.at.sheet == sheet}

    assert code in found(one.before)
    assert code not in found(one.after.removesuffix(", once the person has agreed"))


def test_every_kind_of_column_is_tried() -> None:
    """The sheets and headings above are those of the declaration."""
    for place in IN_CELLS.values():
        sheet, _, heading = place.partition("/")
        key = sheet.lower().replace(" ", "_")
        assert heading in {column.heading for column in sheet_of(key).columns.values()}
