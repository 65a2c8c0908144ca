"""What can be wrong with a workbook as a file: one function a problem, and `RefusedError`, which names one of them."""

from collections.abc import Callable, Iterable

from pipeline.problems import FILE, CellRef, Problem, Severity

SAVE_AS_XLSX = (
    "Open it in the program that made it and save it as .xlsx. In Excel: File → Save As → “Excel Workbook (.xlsx)”. "
    "In LibreOffice: File → Save As → “Excel 2007–365 (.xlsx)”. In Google Sheets: File → Download → “Microsoft Excel "
    "(.xlsx)”. In Numbers: File → Export To → “Excel…”."
)
SAVE_AGAIN = (
    "Open it in Excel or LibreOffice, let the program repair it if it offers to, and save it again as .xlsx. If it "
    "does not open there either, take the last good copy or ask the sender for the file again."
)
REMOVE_EXCESS = (
    "Delete the rows, columns and sheets that are not needed (select the empty ones as well, for their formatting "
    "counts too), then save. Copying only the cells with content into a new workbook does the same."
)
WITHOUT_ENCRYPTION = (
    "Save it without the password. In Excel: File → Info → Protect Workbook → Encrypt with Password, empty the box, "
    "then save. In LibreOffice: File → Save As without “Save with password”."
)


class RefusedError(Exception):
    """The workbook cannot be read.

    `code` is the name of one of the functions below; `fact` completes the sentence “<file name> …”; `advice` replaces
    the usual advice of that problem; `at` is the smallest place that is to blame.
    """

    def __init__(self, code: str, fact: str, *, advice: str = "", at: CellRef = FILE) -> None:
        super().__init__(code, fact)
        self.code, self.fact, self.advice, self.at = code, fact, advice, at


def unreadable_workbook(name: str, fact: str, *, advice: str = "", at: CellRef = FILE) -> Problem:
    """The file is damaged: it is empty, only half there, or something inside it is missing or broken.

    This happens when a download or a copy stops half-way, when a cloud folder shows a file that it has not fetched
    yet, or when a program saved it wrongly. Nothing can be published from it, because nobody could tell what is
    missing.

    Open the file in Excel or LibreOffice and save it again. If it does not open there either, take the last good copy.

    Before: map.xlsx, of which only the first half was downloaded
    After: map.xlsx, downloaded again, which opens in the spreadsheet
    """
    return _error("unreadable-workbook", name, fact, advice or SAVE_AGAIN, at)


def password_protected(name: str, fact: str, *, advice: str = "", at: CellRef = FILE) -> Problem:
    """The file asks for a password when it is opened.

    All of its content is encrypted, so not even the names of the sheets can be read.

    Save a copy without the password: in Excel under File → Info → Protect Workbook → Encrypt with Password, empty the
    box and save. Protecting single sheets against changes is no obstacle.

    Before: a workbook that asks for a password before it opens
    After: a copy that opens without asking
    """
    return _error("password-protected", name, fact, advice or WITHOUT_ENCRYPTION, at)


def wrong_file_type(name: str, fact: str, *, advice: str = "", at: CellRef = FILE) -> Problem:
    """The file is not an Excel workbook (.xlsx), whatever its name says.

    Giving a file another ending does not change what is in it: an old .xls, an OpenDocument sheet, a CSV file or a web
    page that was saved instead of the download stay what they are. The message says what the file is.

    Open it in the program that made it and save or export it as “Excel Workbook (.xlsx)”.

    Before: map.csv, renamed “map.xlsx”
    After: map.xlsx, saved as “Excel Workbook (.xlsx)”
    """
    return _error("wrong-file-type", name, fact, advice or SAVE_AS_XLSX, at)


def too_large(name: str, fact: str, *, advice: str = "", at: CellRef = FILE) -> Problem:
    """The workbook is larger than what is read; the message names the limit that it exceeds.

    The usual cause is not content but formatting: a colour or border given to whole columns or to a million empty
    rows, or a merged range that runs to the end of the sheet. Such a file fills the memory of the computer that reads
    it.

    Delete the empty rows and columns below and beside the content and save, or copy the cells with content into a new
    workbook.

    Before: 122 strategies, and a million empty rows with borders below them
    After: 122 strategies, and nothing below them
    """
    return _error("too-large", name, fact, advice or REMOVE_EXCESS, at)


def locked_file(name: str, fact: str, *, advice: str = "", at: CellRef = FILE) -> Problem:
    """The workbook is open in another program that keeps it to itself, or is being saved at this moment.

    What is on the disk may then be only half of what the editor sees. A file whose name begins with “~$” or “.~lock”
    is only Excel's or LibreOffice's mark that a workbook is open.

    Save and close the workbook, wait until a cloud folder has finished, and try again. In place of the mark, choose
    the workbook itself.

    Before: ~$map.xlsx, while map.xlsx is open in Excel
    After: map.xlsx, saved and closed
    """
    return _error("locked-file", name, fact, advice or "Save and close the workbook, then try again.", at)


def macro_workbook(name: str) -> Problem:
    """The workbook carries macros, which are small programs.

    They are never run and never published; only the cells are read. Some colleagues' mail and security settings refuse
    such files, though.

    If nobody needs the macros, save the workbook as “Excel Workbook (.xlsx)”.

    Before: a workbook with a macro in it
    After: the same rows, saved as “Excel Workbook (.xlsx)”
    """
    return Problem(
        code="macro-workbook",
        severity=Severity.WARNING,
        at=FILE,
        message=f"“{name}” carries macros. They are not run; only the cells are read.",
        help="If nobody needs the macros, save the workbook as “Excel Workbook (.xlsx)”.",
    )


def hidden_sheet(sheet: str) -> Problem:
    """A sheet is hidden in the workbook, but its rows are published like those of the others.

    Hiding only changes what the spreadsheet shows. The note is there so that nobody publishes something that they
    believed to be put away.

    To keep a sheet out, begin its name with “_”. To see it, right-click any sheet tab and choose Unhide.

    Before: the sheet “Ideas”, hidden
    After: the sheet “_Ideas”, hidden or not
    """
    return Problem(
        code="hidden-sheet",
        severity=Severity.NOTE,
        at=CellRef(sheet),
        message=f"The sheet “{sheet}” is hidden, and its rows count like those of the others.",
        help="Nothing needs doing if that is meant. To keep a sheet out, begin its name with “_”.",
    )


def hidden_rows(sheet: str, rows: Iterable[int]) -> Problem:
    """Some rows of a sheet are hidden, by hand or by a filter, but they are published like the others.

    Hiding only changes what the spreadsheet shows. The note is there so that nobody publishes a row that they believed
    to be put away.

    To keep a row out, set its Status to draft or archived. To see all rows, clear the filter (Data → Clear) or select
    the whole sheet, right-click a row number and choose Unhide.

    Before: row 14, hidden, with a blank Status
    After: row 14, in view, with “draft” under Status
    """
    numbers = sorted(set(rows))
    named = _spans(numbers)
    return Problem(
        code="hidden-rows",
        severity=Severity.NOTE,
        at=CellRef(sheet),
        message=(
            f"Row {named} of “{sheet}” is hidden, and it counts like the others."
            if len(numbers) == 1
            else f"Rows {named} of “{sheet}” are hidden, and they count like the others."
        ),
        help="Nothing needs doing if that is meant. To keep a row out, set its Status to draft or archived.",
    )


FILE_PROBLEMS: tuple[Callable[..., Problem], ...] = (
    unreadable_workbook,
    password_protected,
    wrong_file_type,
    too_large,
    locked_file,
    macro_workbook,
    hidden_sheet,
    hidden_rows,
)
"""Every problem that reading a file can find."""


def refusal(name: str, refused: RefusedError) -> Problem:
    """The problem that a `RefusedError` stands for; `name` is the file's name."""
    make = {problem.__name__: problem for problem in FILE_PROBLEMS}[refused.code]
    return make(name, refused.fact, advice=refused.advice, at=refused.at)


def _error(code: str, name: str, fact: str, advice: str, at: CellRef) -> Problem:
    return Problem(code=code, severity=Severity.ERROR, at=at, message=f"“{name}” {fact}.", help=advice)


def _spans(numbers: list[int], *, most: int = 12) -> str:
    """[4, 5, 6, 9] → "4–6 and 9"; after `most` spans the rest is only counted."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    named = [str(first) if first == last else f"{first}–{last}" for first, last in spans[:most]]
    if rest := sum(last - first + 1 for first, last in spans[most:]):
        named.append(f"{rest:,} more")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
