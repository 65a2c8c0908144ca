"""The text report: rows as small tables, and reports that nobody could read to the end."""

import re
from collections.abc import Callable

from many_problems import hostile, many

from pipeline.load import Loaded
from pipeline.problems import Problem, column_letters
from pipeline.reports import MOST_BLOCKS, as_text, kinds
from pipeline.row_table import MOST_COLUMNS, row_table

Load = Callable[..., Loaded]


def table(found: Loaded, code: str) -> list[str]:
    """The lines of the table of the problems with that code."""
    assert found.rows is not None
    return list(row_table([one for one in found.problems if one.code == code], found.rows))


def test_the_row_is_shown_around_the_bad_cell(loaded: Load) -> None:
    """Row number, headings of the neighbours, their values, and marks around the cell that is meant."""
    found = loaded("| Strategies | Stakeholder | Phase | Strategy |\n| | Employers | Adoptng | Accept them. |")
    assert table(found, "unknown-phase") == [
        "    row | Stakeholder | Phase       | Strategy",
        "      2 | Employers   | > Adoptng < | Accept them.",
    ]
    text = as_text(found.problems, file_name="map.xlsx", rows=found.rows)
    assert text.index("  help: did you mean “Adopting”?") < text.index("    row | Stakeholder")


def test_a_blank_cell_is_named(loaded: Load) -> None:
    """What is missing is shown as blank, between the marks."""
    found = loaded("| Strategies | Stakeholder | Phase | Strategy |\n| | Employers | Adopting | |")
    assert table(found, "missing-value")[1] == "      2 | Employers   | Adopting | > (blank) <"


def test_without_rows_the_report_is_the_contract_alone(loaded: Load) -> None:
    """`as_text` shows tables only to those who give it the rows."""
    found = loaded("| Strategies | Stakeholder | Phase | Strategy |\n| | Employers | Adoptng | Accept them. |")
    assert "row |" not in as_text(found.problems, file_name="map.xlsx")


def test_copies_and_rows_that_the_problem_names_are_shown_together(loaded: Load) -> None:
    """The row that is repeated stands above the one that repeats it; only the bad cell is marked."""
    found = loaded("| Strategies | Stakeholder | Strategy |\n| | Employers | Do it. |\n| | Employers | Do it. |")
    lines = table(found, "duplicate-text")
    assert [line.split("|")[0].strip() for line in lines] == ["row", "2", "3"]
    assert ["> Do it. <" in line for line in lines] == [False, False, True]


def test_no_table_is_wider_than_a_letter_allows(loaded: Load) -> None:
    """However long the values are, lines have at most 100 columns, and wide letters count twice."""
    long = "Very long words " * 40
    wide = "漢字" * 200
    rows = "".join(f"| | {long} | {wide} | {name}x | draft | {long} |\n" for name in ("Adopting", "Employers"))
    found = loaded("| Strategies | Strategy | Source | Phase | Status | Owner |\n" + rows)
    lines = table(found, "unknown-phase")
    assert len(lines) == 3
    for line in lines:
        assert len(line) + sum(letter in "漢字" for letter in line) <= MOST_COLUMNS
        assert line.isprintable()
    assert "> Adoptingx <" in lines[1]


def test_settings_headings_and_sheets_have_no_table(loaded: Load) -> None:
    """A table would say nothing there that the message does not."""
    found = loaded("| Settings | Setting | Value |\n| | Language | Klingon! |\n| Ideas | Idea |\n| | x |")
    assert found.problems
    assert "row |" not in as_text(found.problems, file_name="map.xlsx", rows=found.rows)


def test_a_table_is_plain_characters_and_does_nothing(loaded: Load) -> None:
    """Escapes and direction marks of a value are visible, and its bars do not end a column."""
    found = loaded("| Strategies | Owner | Phase |\n| | \x9b31m\u202e a \\| b ::x | Adoptng |")
    lines = table(found, "unknown-phase")
    assert lines[1].count("|") == lines[0].count("|")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]|::", "".join(lines))


def test_colour_only_adds_to_the_marks(loaded: Load) -> None:
    """Without its colours a coloured report is the plain one."""
    found = loaded("| Strategies | Stakeholder | Phase | Strategy |\n| | Employers | Adoptng | Accept {them}. |")
    plain = as_text(found.problems, file_name="map.xlsx", rows=found.rows)
    coloured = as_text(found.problems, file_name="map.xlsx", rows=found.rows, colour=True)
    assert coloured != plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_no_kind_hides_another() -> None:
    """Of 500 problems of 40 kinds each kind has its block, all its cells, and a line in a list that fits a screen."""
    problems = many()
    text = as_text(problems, file_name="map.xlsx")
    blocks = text.split("\n\n")
    tags = [re.match(r"(error|warning)\[([a-z-]+)\]", block) for block in blocks]
    assert len([tag for tag in tags if tag]) == len({tag[2] for tag in tags if tag}) == 40
    overview = next(block for block in blocks if block.startswith("In short"))
    lines = overview.splitlines()
    assert len(lines) == 42
    assert all(len(line) <= MOST_COLUMNS for line in lines)
    for kind in kinds(problems):
        assert sum(f" {kind.first.code} " in f"{line} " for line in lines) == 1
    for one in problems:
        block = next(block for block in blocks if block.startswith(f"{one.severity}[{one.code}]"))
        assert re.search(rf"\b{column_letters(one.at.column)}{one.at.row}\b", block)
    assert text.endswith(f"\n{blocks[-1]}")
    assert re.fullmatch(r"map\.xlsx: \d+ errors and \d+ warnings\.\n", blocks[-1])


def test_few_kinds_share_the_room() -> None:
    """Where there are few kinds, several of each are shown in full; the rest is listed."""
    text = as_text(many(90, 3), file_name="map.xlsx")
    assert text.count("error[") == MOST_BLOCKS
    assert text.count("and 22 more of this kind: ") == 3


def test_a_report_is_the_same_every_time() -> None:
    """Order and words depend on the problems alone."""
    assert as_text(many(), file_name="map.xlsx") == as_text(many(), file_name="map.xlsx")


def test_hostile_texts_stay_on_their_lines() -> None:
    """A sheet's name cannot forge a line of the list of kinds."""
    crowd: tuple[Problem, ...] = (hostile(), *many())
    text = as_text(crowd, file_name="map.xlsx")
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
