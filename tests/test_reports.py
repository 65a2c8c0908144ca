"""Reports: what people, programs and GitHub are shown, and that a workbook's text does nothing there."""

import json

import pytest

from pipeline.harmless import visible
from pipeline.problems import FILE, CellRef, Problem, Severity
from pipeline.report_github import as_annotations, as_markdown
from pipeline.reports import as_json, as_text, summary

HOSTILE = "::error::boom ##[group]x \x1b[31mred\x1b[0m \u202egnp.exe <script>alert(1)</script> | @everyone ![x](http://e)\n::set"


def problem(row: int = 14, **more: object) -> Problem:
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


def test_text_is_as_the_design_shows_it() -> None:
    """Code, cell and column; the fact; the help."""
    assert as_text([problem()], file_name="map.xlsx") == (
        "error[unknown-stakeholder] Strategies!B14, column “Stakeholder”\n"
        "  “Employrs” is not on the Stakeholders sheet.\n"
        "  help: did you mean “Employers”?\n\n"
        "map.xlsx: 1 error.\n"
    )


def test_copies_of_one_problem_are_one_group_with_all_its_cells() -> None:
    """Sixty rows with one misspelling are one block, which lists fifty cells and counts the rest."""
    text = as_text([problem(row) for row in range(2, 62)], file_name="map.xlsx")
    assert text.count("error[") == 1
    assert "Strategies!B2, B3, B4" in text
    assert "B51 and 10 more" in text
    assert text.endswith("map.xlsx: 60 errors.\n")


def test_json_has_the_fields_of_the_contract() -> None:
    """Names and nesting are what other programs rely on."""
    report = json.loads(as_json([problem(related=(CellRef("Phases", 3, 28),))], file_name="map.xlsx", edition="2026.1"))
    assert report == {
        "workbook": "map.xlsx",
        "edition": "2026.1",
        "counts": {"error": 1, "warning": 0, "note": 0},
        "problems": [
            {
                "code": "unknown-stakeholder",
                "severity": "error",
                "sheet": "Strategies",
                "cell": "B14",
                "row": 14,
                "column": "B",
                "heading": "Stakeholder",
                "value": "Employrs",
                "message": "“Employrs” is not on the Stakeholders sheet.",
                "help": "did you mean “Employers”?",
                "related": [{"sheet": "Phases", "cell": "AB3"}],
            }
        ],
    }


@pytest.mark.parametrize(("at", "sheet"), [(FILE, None), (CellRef("Glossary"), "Glossary")])
def test_json_has_no_cell_where_there_is_none(at: CellRef, sheet: str | None) -> None:
    """A problem of a sheet or a file has null for its cell, row and column."""
    [found] = json.loads(as_json([problem(at=at)], file_name="map.xlsx", edition=None))["problems"]
    assert (found["sheet"], found["cell"], found["row"], found["column"]) == (sheet, None, None, None)


def test_errors_come_first_in_words_too() -> None:
    """The last line counts errors, warnings and notes, with the right endings."""
    found = [problem(), problem(15), problem(severity=Severity.WARNING), problem(severity=Severity.NOTE)]
    assert summary(found) == "2 errors, 1 warning and 1 note"
    assert summary([]) == "no problems"


@pytest.mark.parametrize("render", [as_text, as_annotations, as_markdown], ids=lambda render: render.__name__)
def test_text_of_a_workbook_does_nothing_in_a_report(render: object) -> None:
    """Escapes, direction marks, GitHub's commands, tags, mentions and pictures are shown and not obeyed."""
    hostile = problem(message=HOSTILE, heading=HOSTILE, help=HOSTILE, at=CellRef(HOSTILE, 2, 2))
    text = render([hostile], file_name=HOSTILE)  # type: ignore[operator]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "##[" not in text
    for line in text.splitlines():
        body = line.removeprefix("::error title=")
        assert not body.lstrip().startswith("::")
        assert body.count("::") == (1 if body != line else 0)
    if render is as_markdown:
        for mark in ("<script", "![x]", "@everyone", "| @"):
            assert mark not in text


def test_json_of_hostile_text_is_the_same_text_and_harmless() -> None:
    """JSON gives every character back, but none that a terminal or GitHub's runner would act on stands in it."""
    text = as_json([problem(message=HOSTILE)], file_name="map.xlsx", edition=None)
    assert json.loads(text)["problems"][0]["message"] == HOSTILE
    assert not {"\x1b", "\u202e", "##["} & {text[at : at + width] for at in range(len(text)) for width in (1, 3)}


def test_annotations_keep_within_githubs_limit() -> None:
    """Ten of a severity are shown; more would be dropped by GitHub without a word."""
    found = [problem(row, message=f"Fact {row}.") for row in range(2, 40)]
    assert as_annotations(found, file_name="map.xlsx").count("::error ") == 10


def test_a_long_text_is_shortened_in_words_only() -> None:
    """A message that quotes 32,767 characters does not fill the terminal."""
    assert len(as_text([problem(message="x" * 32_767)], file_name="map.xlsx")) < 1_000


def test_visible_keeps_ordinary_text() -> None:
    """Accents, scripts, emoji and typographic signs are left alone."""
    text = "“Zoë’s” – naïve “أصحاب” 漢字 🎈 50 %"
    assert visible(text) == text
