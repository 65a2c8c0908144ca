"""What can be wrong with sheets and headings: the messages, and what `explain` says of them."""

from pipeline.model import TEMPLATE_VERSION, Sheet
from pipeline.problems import CellRef, Problem, Severity

PRIVATE = "_"
"""A sheet or heading that begins so is the editors' own and is not looked at."""


def missing_sheet(sheet: Sheet) -> Problem:
    """A sheet of the workbook is missing.

    Every sheet has its place in the map. If one is gone, everything on it would be gone from the map too, and perhaps
    nobody would notice.

    Put the sheet back from an earlier copy of the workbook. If there is nothing to say on it, leave the sheet in place
    with only its headings.

    Before: a workbook whose sheet “Glossary” was deleted
    After: the sheet “Glossary” with its headings, and perhaps no terms yet
    """
    headings = ", ".join(f"“{column.heading}”" for column in sheet.columns.values() if column.required)
    return Problem(
        code="missing-sheet",
        severity=Severity.ERROR,
        at=CellRef(sheet.name),
        message=f"The workbook has no sheet “{sheet.name}”.",
        help=f"put it back from an earlier copy, or add a sheet of that name (its columns: {headings} …). "
        "It may stay empty below its headings.",
    )


def misspelt_sheet(sheet: Sheet, written: str) -> Problem:
    """A sheet has a name that is not quite right.

    Sheets are known by their names. Capitals, spaces and punctuation do not matter, but the letters do: the rows of a
    sheet that is not known would leave the map.

    Rename the sheet: double-click its tab and type the name that the message gives.

    Before: the tab “Stratgies”
    After: the tab “Strategies”
    """
    return Problem(
        code="misspelt-sheet",
        severity=Severity.ERROR,
        at=CellRef(written),
        value=written,
        message=f"The sheet “{written}” is not known; the sheet “{sheet.name}” is missing.",
        help=f"did you mean “{sheet.name}”? Double-click the sheet’s tab and rename it.",
    )


def unknown_sheet(written: str) -> Problem:
    """A sheet has a name that means nothing to the program, so nothing on it is published.

    Somebody may have written there what was meant to be published.

    If the sheet is for editors only, begin its name with an underscore (“_Ideas”) and it is left alone. If it should
    be published, move its rows to one of the sheets of the template.

    Before: the tab “Ideas”
    After: the tab “_Ideas”
    """
    return Problem(
        code="unknown-sheet",
        severity=Severity.WARNING,
        at=CellRef(written),
        value=written,
        message=f"The sheet “{written}” is not one of the map’s sheets; nothing on it is published.",
        help=f"if it is only for editors, rename it “{PRIVATE}{written}”.",
    )


def empty_sheet(sheet: Sheet, written: str, *, needed_by: str = "") -> Problem:
    """A sheet has headings but no rows.

    Perhaps its rows were deleted or moved by mistake. Where nothing can be published without the sheet, or other
    sheets refer to it, this is an error.

    Compare with an earlier copy of the workbook, and put the rows back. If the map really has nothing of this kind,
    you may leave the sheet empty.

    Before: the sheet “Resources”, with headings and nothing below them
    After: the sheet “Resources”, with its rows put back
    """
    return Problem(
        code="empty-sheet",
        severity=Severity.ERROR if needed_by else Severity.WARNING,
        at=CellRef(written),
        message=f"The sheet “{written}” has no rows below its headings"
        + (f", and {needed_by} cannot do without it." if needed_by else "."),
        help=f"add a row for each entry (one row is {sheet.row_is})"
        + ("." if needed_by else ", or leave it if there is nothing to say."),
    )


def missing_column(sheet: Sheet, written: str, heading: str, *, all_of_them: bool = False) -> Problem:
    """A sheet lacks a column that every row needs.

    Without the column its texts would vanish from the map.

    Put the heading back in row 1, exactly as the message gives it, above the cells that belong to it.

    Before: Strategies, with the headings Stakeholder, Strategy
    After: Strategies, with the headings Stakeholder, Phase, Strategy
    """
    return Problem(
        code="missing-column",
        severity=Severity.ERROR,
        at=CellRef(written),
        heading=heading,
        message=f"None of the headings of the sheet “{written}” is there."
        if all_of_them
        else f"The sheet “{written}” has no column “{heading}”.",
        help=(
            f"put the headings back in row 1: {heading}."
            if all_of_them
            else f"put the heading “{heading}” back in row 1."
        )
        + (" The template shows where." if all_of_them else ""),
    )


def misspelt_column(at: CellRef, written: str, heading: str) -> Problem:
    """A heading is not quite right.

    Columns are known by their headings. Capitals, spaces and punctuation do not matter, but the letters do: what
    stands below a heading that is not known would leave the map.

    Type the heading that the message gives.

    Before: the heading “Defintion”
    After: the heading “Definition”
    """
    return Problem(
        code="misspelt-column",
        severity=Severity.ERROR,
        at=at,
        heading=written,
        value=written,
        message=f"The heading “{written}” is not known on the sheet “{at.sheet}”, and “{heading}” is missing.",
        help=f"did you mean “{heading}”? Type it in this cell.",
    )


def duplicate_column(at: CellRef, first: CellRef, heading: str) -> Problem:
    """Two columns of a sheet have the same heading.

    The program cannot know which of them is meant, and would publish one and lose the other.

    Delete one of the columns, or give it a heading of its own. A heading that begins with an underscore is left alone.

    Before: the headings “Strategy” and “Strategy”
    After: the headings “Strategy” and “_Strategy last year”
    """
    return Problem(
        code="duplicate-column",
        severity=Severity.ERROR,
        at=at,
        heading=heading,
        value=heading,
        message=f"The heading “{heading}” stands here and in {first.a1} as well.",
        help=f"keep one of the two columns, or rename this one “{PRIVATE}{heading}”.",
        related=(first,),
    )


def unknown_column(at: CellRef, written: str) -> Problem:
    """A column has a heading that means nothing to the program, so nothing in it is published.

    Somebody may have written there what was meant to be published.

    If the column is for editors only, begin its heading with an underscore (“_Ideas”) and it is left alone. If it
    should be published, move its texts under one of the sheet's own headings.

    Before: the heading “Mood”
    After: the heading “_Mood”
    """
    return Problem(
        code="unknown-column",
        severity=Severity.WARNING,
        at=at,
        heading=written,
        value=written,
        message=f"The heading “{written}” is not one of the sheet’s; nothing in its column is published."
        if written
        else "This column has text but no heading; nothing in it is published.",
        help=f"if it is only for editors, rename it “{PRIVATE}{written or 'Notes'}”.",
    )


def merged_cells(at: CellRef, last: CellRef) -> Problem:
    """Cells with content are merged.

    A merged cell belongs to several rows or columns at once, so the program cannot tell which of them its text is for.

    Select the cell, choose Merge & Centre (or Unmerge) to divide it, and fill in each cell.

    Before: “Employers” once, in B4 to B6 merged into one
    After: “Employers” three times, in B4, in B5 and in B6
    """
    return Problem(
        code="merged-cells",
        severity=Severity.ERROR,
        at=at,
        message=f"The cells {at.a1} to {last.a1} are merged into one.",
        help="unmerge them, then fill in each of the cells that the merge had covered.",
        related=(last,),
    )


def old_template(at: CellRef, written: str, version: int, changes: tuple[str, ...] = ()) -> Problem:
    """The workbook was made from an earlier template, or from a later one than the program knows.

    The workbook is read as far as it can be, but what came later is not in it: columns, drop-downs, notes. The message
    says what changed since.

    Make a new workbook with the command “new” and copy your rows into it. If the workbook is newer than the program,
    update the program.

    Before: your rows in a workbook of an earlier template
    After: your rows, copied into a workbook from “ecosystem-map new”
    """
    if version > TEMPLATE_VERSION:
        message = (
            f"The workbook was made from template {version}; this program knows template {TEMPLATE_VERSION} at most."
        )
        advice = "update the program; sheets and columns that are new in the workbook are not read."
    elif version < 1:
        message = "The version of the template that stands here is none that this program knows."
        advice = f"if the headings are those of the template, write {TEMPLATE_VERSION}; else {_NEW_WORKBOOK}"
    else:
        message = f"The workbook was made from template {version}; this program writes template {TEMPLATE_VERSION}."
        advice = f"what changed since: {'; '.join(changes)}. To have it, {_NEW_WORKBOOK}" if changes else _NEW_WORKBOOK
    return Problem(code="old-template", severity=Severity.WARNING, at=at, value=written, message=message, help=advice)


_NEW_WORKBOOK = "make a new workbook with the command “new” and copy your rows into it."


HEADING_PROBLEMS = (
    missing_sheet,
    misspelt_sheet,
    unknown_sheet,
    empty_sheet,
    missing_column,
    misspelt_column,
    duplicate_column,
    unknown_column,
    merged_cells,
)
"""Every problem with sheets and headings."""
