"""What can be wrong with one cell under its column: the messages, and what `explain` says of them."""

import re

from pipeline.matching import nearest
from pipeline.problems import CellRef, Problem, Severity
from pipeline.workbook.cells import Cell, CellKind

MOST_CHARACTERS_OF_A_CELL = 32_767
"""What Excel, LibreOffice and the file format allow in one cell (ECMA-376)."""


def missing_value(at: CellRef, heading: str, *, sheet: str, blank: str = "") -> Problem:
    """A required cell is blank.

    Columns with a star must be filled in on every row, for without them the map would have a hole.

    Fill in the cell. If the whole row is not wanted, delete the row. If it is not ready, write “draft” under Status
    where the sheet has that column, and still fill in the starred cells.

    Before: (blank)
    After: Accept digital records in job applications.
    """
    return Problem(
        code="missing-value",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        message=blank or f"“{heading}” is blank.",
        help=f"fill in “{heading}”, or delete the row if it is not wanted."
        if at.row
        else f"add a row with “{heading}” in the first column of {sheet} and its value beside it.",
    )


def not_a_choice(at: CellRef, heading: str, text: str, choices: tuple[str, ...], *, what: str = "") -> Problem:
    """A cell holds something that is not among its choices.

    Some columns take only certain words, which the cell offers as a list. Pasting over a cell removes its list, so a
    word from elsewhere can get in.

    Choose one of the words that the message names.

    Before: ready
    After: published
    """
    meant = nearest(text, choices)
    offered = ", ".join(f"“{choice}”" for choice in choices)
    return Problem(
        code="not-a-choice",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=text,
        message=what or f"“{text}” is not one of the choices for “{heading}”.",
        help=(f"did you mean “{meant}”? " if meant else "") + (f"The choices are {offered}." if choices else ""),
    )


def not_a_date(at: CellRef, heading: str, text: str) -> Problem:
    """A date column holds something that is not a date, or a text that only looks like one.

    A date that the spreadsheet keeps as text cannot be compared or sorted, and 03/04 means March to some and April to
    others.

    Type the date again, for instance 2026-06-30, in a cell whose format is Date. If it stays at the left edge of the
    cell, it is still text: set the format of the cell to Date first, then type it again.

    Before: 31.12.2026 at the left edge of the cell: a text
    After: 2026-12-31 at the right edge of the cell: a date
    """
    looks_like_one = bool(re.search(r"\d", text)) and len(text) <= 30
    return Problem(
        code="not-a-date",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=text,
        message=f"“{text}” looks like a date but is kept as text." if looks_like_one else f"“{text}” is not a date.",
        help="set the format of the cell to Date and type the date again, for instance 2026-06-30.",
    )


def not_a_number(at: CellRef, heading: str, text: str) -> Problem:
    """A cell says that it holds a number, but what it holds is too large or is no number at all.

    Such cells come from other programs. Spreadsheets show them in different ways, so nobody can say what was meant.

    Type the value again.

    Before: 1E+999
    After: 2026.1
    """
    return Problem(
        code="not-a-number",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=text,
        message=f"The cell is kept as a number, but “{text}” is not one that a spreadsheet can hold.",
        help="type the value again.",
    )


def too_long(at: CellRef, heading: str, text: str, most: int) -> Problem:
    """A text is longer than its place can hold.

    The limit keeps the map and the printed brief readable. A longer text would push others from the page.

    Shorten the text, or divide it between two rows.

    Before: a strategy of 1,500 characters
    After: two strategies of 200 characters each
    """
    over = len(text) - most
    return Problem(
        code="too-long",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=text,
        message=f"The text has {len(text):,} characters; “{heading}” takes at most {most:,}.",
        help=f"shorten it by {over:,} character{'' if over == 1 else 's'}, or divide it between two rows.",
    )


def cut_off_text(at: CellRef, heading: str, text: str) -> Problem:
    """A text is exactly as long as a cell can be, so its end was probably cut off.

    A cell holds 32,767 characters; whatever is pasted beyond that is dropped without a word.

    Look at the end of the text. If it stops in the middle, shorten it or keep it in a file in source/pages.

    Before: a page under Body that stops in the middle of a word
    After: the whole page in source/pages/about.md, and “about.md” under File
    """
    return Problem(
        code="cut-off-text",
        severity=Severity.WARNING,
        at=at,
        heading=heading,
        value=text,
        message=f"The text has exactly {MOST_CHARACTERS_OF_A_CELL:,} characters, the most a cell can hold: "
        "its end was probably cut off.",
        help="look at the end of the text; shorten it, or divide it between several cells.",
    )


def formula_without_value(at: CellRef, heading: str, formula: str) -> Problem:
    """A formula was never calculated, so the file does not say what the cell shows.

    Formulas are not calculated here: what was saved with the file is what is published. Files made by other programs
    sometimes carry formulas without their results.

    Open the workbook in Excel or LibreOffice and save it once, or paste the cell as a value.

    Before: =A2&" and "&A3, never calculated
    After: Learners and Earners
    """
    return Problem(
        code="formula-without-value",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=formula,
        message=f"The formula {formula} has no saved result.",
        help="open the workbook, save it once and try again; or copy the cell and paste it as a value.",
    )


def error_value(at: CellRef, heading: str, text: str) -> Problem:
    """A cell shows an error of the spreadsheet, such as #REF! or #N/A.

    The formula in the cell points to something that is no longer there, and readers would see the error.

    Mend the formula, or type the text that should stand in the cell.

    Before: #REF!
    After: Accept digital records in job applications.
    """
    return Problem(
        code="error-value",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=text,
        message=f"The cell shows the spreadsheet’s error {text}.",
        help="mend the formula, or type what should stand in the cell.",
    )


def autoformatted_value(at: CellRef, heading: str, cell: Cell) -> Problem:
    """The spreadsheet made a date or a number of something that should be text.

    Spreadsheets turn “3-4” into a date and “2026.10” into the number 2026.1, often without being noticed.

    Set the format of the cell to Text, then type the text again.

    Before: 2026.1, as a number
    After: 2026.10, as a text
    """
    became = {CellKind.DATE: "a date", CellKind.TIME: "a time", CellKind.BOOLEAN: "a TRUE or FALSE"}.get(
        cell.kind, "a number"
    )
    return Problem(
        code="autoformatted-value",
        severity=Severity.WARNING,
        at=at,
        heading=heading,
        value=cell.text,
        message=f"The spreadsheet made {became} of this text; it is published as “{cell.text}”.",
        help="if that is not what you typed, set the format of the cell to Text and type it again.",
    )


VALUE_PROBLEMS = (
    missing_value,
    not_a_choice,
    not_a_date,
    not_a_number,
    too_long,
    cut_off_text,
    formula_without_value,
    error_value,
    autoformatted_value,
)
"""Every problem that one cell can have under its column."""
