"""The sheet *Problems* of a marked copy: every problem in a list that leads to its cell."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.harmless import shortened, visible
from pipeline.problems import Problem, Severity
from pipeline.reports import summary
from pipeline.workbook.cell_styles import LIGHT, Styles
from pipeline.workbook.elements import encoded
from pipeline.workbook.markup import MAIN

TITLE = "What the check found"
"""The text of the first cell, by which the sheet is known when its defined name is gone."""

MOST_LISTED = 5_000
"""How many problems are listed and marked; nobody mends more in one go, and Excel follows only 65,530 links a sheet."""

HEADINGS = ("Severity", "Where", "Column", "What is wrong", "What to do", "Code")
HEADING_ROW = 4
_WIDTHS = (12, 26, 20, 58, 58, 25)
_SHOWN_IN_FULL = 40
"""Up to how many problems every row is open; of longer lists, copies are folded under the first of their kind."""

_LABELS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}
_MOST_CHARACTERS = 1_000
_INK = "FF16323B"


def label(severity: Severity) -> str:
    """The severity as a word: colour alone says nothing to many readers."""
    return _LABELS[severity]


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def in_kinds(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Errors before warnings before notes; those of one code together, in the order of the first ones."""
    first = {(problem.severity, problem.code): place for place, problem in reversed(list(enumerate(problems)))}
    return tuple(sorted(problems, key=lambda problem: (problem.severity.rank, first[problem.severity, problem.code])))


def problems_sheet(problems: Sequence[Problem], sheets: Sequence[str], styles: Styles) -> str:
    """The worksheet part that lists `problems` (as `in_kinds` orders them); `sheets` are those a link can lead to."""
    looks = _Looks(styles)
    listed = problems[:MOST_LISTED]
    rows, links = [], []
    for number, (problem, copies, is_copy) in enumerate(_with_copies(listed), start=HEADING_ROW + 1):
        leads = problem.at.sheet in sheets
        rows.append(_row(number, problem, copies, looks, is_copy=is_copy, leads=leads))
        if leads:
            target = encoded(f"{quoted(problem.at.sheet)}!{problem.at.a1 or 'A1'}").replace('"', "&quot;")
            links.append(f'<hyperlink ref="B{number}" location="{target}"/>')
    last = HEADING_ROW + len(rows)
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    above = "".join(
        f'<row r="{number}" ht="{height}" customHeight="1">{_cell("A", number, text, style)}</row>'
        for number, height, text, style in (
            (1, 27, TITLE, looks.title),
            (2, 18, _counted(problems), looks.line),
            (3, 18, _advice(len(listed)), looks.line),
        )
    )
    headings = "".join(
        _cell(letter, HEADING_ROW, text, looks.heading) for letter, text in zip("ABCDEF", HEADINGS, strict=True)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN.strip("{}")}">'
        '<sheetPr><tabColor rgb="FF8E1B1F"/><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:F{last}"/>'
        f'<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="{HEADING_ROW}" '
        f'topLeftCell="A{HEADING_ROW + 1}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" '
        f'activeCell="B{HEADING_ROW + 1}" sqref="B{HEADING_ROW + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15" outlineLevelRow="1"/><cols>{columns}</cols>'
        f'<sheetData>{above}<row r="{HEADING_ROW}" ht="21" customHeight="1">{headings}</row>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="A{HEADING_ROW}:F{last}"/>'
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def filter_range(problems: Sequence[Problem], name: str) -> str:
    """The cells that the filter of the sheet covers, as its defined name must say."""
    return f"{quoted(name)}!$A${HEADING_ROW}:$F${HEADING_ROW + min(len(problems), MOST_LISTED)}"


def _counted(problems: Sequence[Problem]) -> str:
    errors = any(problem.severity is Severity.ERROR for problem in problems)
    end = " Nothing is published while there are errors." if errors else " They do not stop publication."
    return f"{summary(problems).capitalize()}.{end}"


def _advice(listed: int) -> str:
    words = (
        "Click a place to go to its cell; its comment says the same. Mend, save, and run the check again: a new "
        "copy comes without the marks of what is mended."
    )
    if listed >= MOST_LISTED:
        words += f" Only the first {MOST_LISTED:,} are listed and marked."
    return words if listed <= _SHOWN_IN_FULL else words + " The + at the left edge shows more of the same kind."


def _with_copies(problems: Sequence[Problem]) -> Iterator[tuple[Problem, int, bool]]:
    """Each problem with how many of its kind follow it, and whether it is itself folded under the first."""
    for _, kind in groupby(problems, key=lambda problem: (problem.severity, problem.code)):
        group = list(kind)
        fold = len(problems) > _SHOWN_IN_FULL and len(group) > 2
        for place, problem in enumerate(group):
            yield problem, len(group) - 1 if fold and not place else 0, fold and place > 0


def _row(number: int, problem: Problem, copies: int, looks: "_Looks", *, is_copy: bool, leads: bool) -> str:
    where = visible(str(problem.at)) or "the whole file"
    if problem.at.sheet and not problem.at.a1:
        where = f"{where} (sheet)"
    more = f"\nAnd {copies:,} more of this kind: click + at the left edge." if copies else ""
    texts = (
        label(problem.severity),
        where,
        visible(shortened(problem.heading, 80)) if problem.at.a1 else "",
        visible(shortened(problem.message, _MOST_CHARACTERS)) + more,
        visible(shortened(_sentence(problem.help), _MOST_CHARACTERS)),
        problem.code,
    )
    lines = max(
        sum(1 + len(line) // (width + 2) for line in text.split("\n"))
        for text, width in zip(texts, _WIDTHS, strict=True)
    )
    styles = (looks.severities[problem.severity], looks.link if leads else looks.body, *[looks.body] * 3, looks.code)
    cells = "".join(
        _cell(letter, number, text, style) for letter, text, style in zip("ABCDEF", texts, styles, strict=True)
    )
    fold = ' outlineLevel="1" hidden="1"' if is_copy else ' collapsed="1"' if copies else ""
    return f'<row r="{number}" ht="{min(400, 15 * lines + 5)}"{fold}>{cells}</row>'


def _sentence(help_: str) -> str:
    return help_[:1].upper() + help_[1:]


def _cell(letter: str, row: int, text: str, style: int) -> str:
    if not text:
        return f'<c r="{letter}{row}" s="{style}"/>'
    return f'<c r="{letter}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{encoded(text)}</t></is></c>'


class _Looks:
    """The cell formats of the sheet, added to the workbook's styles."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        body, bold = self._font(), self._font("<{p}b/>")
        line = '<{p}alignment vertical="center"/>'
        wrapped = '<{p}alignment vertical="top" wrapText="1"/>'
        self.title = self._format(self._font("<{p}b/>", size=18), 0, line)
        self.line = self._format(body, 0, line)
        self.heading = self._format(self._font("<{p}b/>", colour="FFFFFFFF"), styles.solid("0B4F5C"), line)
        self.body = self._format(body, 0, wrapped)
        self.link = self._format(self._font("<{p}u/>", colour="FF0B5C6B"), 0, wrapped)
        self.code = self._format(self._font(colour="FF56676C", size=10), 0, wrapped)
        self.severities = {
            severity: self._format(bold, styles.solid(LIGHT[severity]), wrapped) for severity in Severity
        }

    def _font(self, before: str = "", *, colour: str = _INK, size: int = 11) -> int:
        looks = f'{before}<{{p}}sz val="{size}"/><{{p}}color rgb="{colour}"/><{{p}}name val="Calibri"/>'
        return self._styles.add("fonts", f"<{{p}}font>{looks}</{{p}}font>")

    def _format(self, font: int, fill: int, alignment: str) -> int:
        return self._styles.add(
            "cellXfs",
            f'<{{p}}xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" applyNumberFormat="1" applyFont="1" '
            f'applyFill="1" applyAlignment="1">{alignment}</{{p}}xf>',
        )
