"""The editor's own workbook back with its problems marked: cells filled and commented, and a first sheet that lists them.

The package's parts are edited in place and everything else keeps its bytes: loading and saving with openpyxl would lose
extension drop-downs, sparklines, text boxes and saved results of formulas. Marks of an earlier run are taken out first,
so marking twice equals marking once.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from xml.parsers import expat

from pipeline.errors import PipelineError
from pipeline.harmless import shortened, visible
from pipeline.problems import PROBLEMS_SHEET, Explanation, Problem
from pipeline.workbook.cell_styles import EMPTY, Styles, unmark
from pipeline.workbook.comments import cut_comments, write_comments
from pipeline.workbook.elements import Element, root_of, spliced
from pipeline.workbook.limits import LIMITS
from pipeline.workbook.package import read_package
from pipeline.workbook.parts import Parts, Record
from pipeline.workbook.problems_sheet import MOST_LISTED, TITLE, filter_range, in_kinds, label, problems_sheet, quoted
from pipeline.workbook.sheet_cells import (
    Change,
    Place,
    cell_edits,
    covered_cells,
    frame_of,
    highest_style,
    reference_of,
)
from pipeline.workbook.sheet_list import (
    ListedSheet,
    book_part,
    constants,
    drop_names,
    insert_first,
    listed_sheets,
    take_out,
)
from pipeline.workbook.undo import is_as_written, record_of, undo

_NAMES = "_ecosystem_map_"
_SHEET_NAME = f"{_NAMES}problems"
_FILL_NAME = f"{_NAMES}fill_"
_WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_MOST_IN_A_COMMENT = 6
_MOST_CHARACTERS = 400


def annotate(
    package: bytes, problems: Sequence[Problem], explanations: Mapping[str, Explanation] = MappingProxyType({})
) -> bytes:
    """The workbook `package` with `problems` marked in it, and without the marks of an earlier run.

    `explanations` say why each code matters.

    Without problems it comes back without marks; if there are none to take out either, as the very same bytes.
    Raises `RefusedError` for what is no readable workbook, and `PipelineError` rather than giving a broken copy.
    """
    read_package(package, LIMITS)
    parts = Parts(package)
    was_marked = _without_marks(parts)
    if not problems and not was_marked:
        return package
    if problems:
        parts.record = Record()
        _mark(parts, in_kinds(problems), explanations)
    refuse_broken(parts)
    return parts.packed()


def is_untouched_copy(package: bytes) -> bool:
    """Whether `package` is a marked copy that nobody has saved since it was written."""
    parts = Parts(package)
    sheet = _our_sheet(parts)
    return sheet is not None and is_as_written(parts, sheet.part)


def refuse_broken(parts: Parts) -> None:
    """Raise `PipelineError` when an edited part is no XML any more: better no copy than one that does not open."""
    edited = {name for name, _ in parts.record.passes} | set(parts.record.added)
    for name in edited & set(parts.bodies):
        if not name.endswith(".vml"):
            try:
                expat.ParserCreate().Parse(parts.bodies[name], True)
            except expat.ExpatError as error:
                raise PipelineError(
                    f"The copy could not be made: its part “{name}” would be damaged.",
                    help="Open the workbook in Excel or LibreOffice, save it, and try again; nothing was written.",
                ) from error


# Marks of an earlier run


def _our_sheet(parts: Parts) -> ListedSheet | None:
    """The sheet that an earlier run put first; known by its defined name, or by the text of its first cell."""
    named = constants(parts, _SHEET_NAME).get(_SHEET_NAME, "").rpartition("!")[0].strip("'").replace("''", "'")
    sheets = [sheet for sheet in listed_sheets(parts) if sheet.is_worksheet and sheet.part in parts]
    if named:
        return next((sheet for sheet in sheets if sheet.name == named), None)
    likely = [sheet for sheet in sheets if sheet.name.strip("_ 0123456789").casefold() == PROBLEMS_SHEET.casefold()]
    return next((sheet for sheet in likely if _first_text(parts, sheet.part) == TITLE), None)


def _first_text(parts: Parts, sheet: str) -> str:
    """What stands in A1."""
    found: list[Element | None] = []

    def look(cell: Element | None, style: int) -> bytes:
        found.append(cell)
        return cell.raw if cell else b""

    cell_edits(frame_of(parts.text(sheet)), {(1, 1): look})
    cell = found[0]
    if cell is None:
        return ""
    if cell.attributes.get("t") != "s":
        return cell.text()
    strings = parts.linked(book_part(parts), "sharedStrings")
    texts = parts.root(strings).all("si") if strings else []
    number = cell.text().strip()
    return texts[int(number)].text() if number.isdecimal() and int(number) < len(texts) else ""


def _without_marks(parts: Parts) -> bool:
    """Take out the marks of an earlier run; whether there were any."""
    sheet = _our_sheet(parts)
    if sheet and undo(parts, sheet.part):
        return True
    fills = constants(parts, _FILL_NAME)
    before = parts.bodies
    if sheet:
        take_out(parts, sheet)
    drop_names(parts, lambda attributes: attributes.get("name", "").startswith(_NAMES))
    for other in listed_sheets(parts):
        if other.part in parts:
            cut_comments(parts, other.part)
    if parts.bodies == before:
        return False
    if styles := parts.linked(book_part(parts), "styles"):
        unmark(parts, styles, {name.removeprefix(_FILL_NAME): fill for name, fill in fills.items()})
    return True


# New marks


def _mark(parts: Parts, problems: Sequence[Problem], explanations: Mapping[str, Explanation]) -> None:
    before = dict(parts.bodies)
    book = book_part(parts)
    styles_part = parts.linked(book, "styles")
    if not styles_part:
        styles_part = "xl/styles.xml" if "xl/styles.xml" not in parts else parts.free_name("xl/styles{}.xml")
        parts.add(styles_part, EMPTY)
        parts.declare(styles_part, _STYLES_TYPE)
        parts.link(book, "styles", styles_part)
    sheets = listed_sheets(parts)
    styles = Styles(
        parts.text(styles_part), highest=highest_style([parts.text(one.part) for one in sheets if one.part in parts])
    )
    name = _free_sheet_name([sheet.name for sheet in sheets])
    part = parts.free_name("xl/worksheets/sheet{}.xml")
    parts.add(part, problems_sheet(problems, [sheet.name for sheet in sheets], styles).encode())
    parts.declare(part, _WORKSHEET_TYPE)
    by_sheet = _by_cell(problems[:MOST_LISTED])
    for sheet in sheets:
        if sheet.is_worksheet and sheet.part in parts and sheet.name in by_sheet:
            _mark_sheet(parts, sheet.part, by_sheet[sheet.name], styles, explanations)
    parts.edit(styles_part, styles.edits())
    insert_first(
        parts,
        part,
        name,
        local_names={"_xlnm._FilterDatabase": filter_range(problems, name)},
        global_names={
            _SHEET_NAME: f"{quoted(name)}!$A$1",
            **{f"{_FILL_NAME}{colour}": f'"{fill}"' for colour, fill in styles.marks.items()},
        },
    )
    body = parts.bodies[part]
    parts.put(part, body.replace(b"</worksheet>", record_of(parts, before) + b"</worksheet>"))


def _free_sheet_name(taken: Sequence[str]) -> str:
    """“Problems”, or where an editor has a sheet of that name, one that is read as the editors' own."""
    known = {name.casefold() for name in taken}
    offered = [PROBLEMS_SHEET, f"_{PROBLEMS_SHEET}", *(f"_{PROBLEMS_SHEET} {number}" for number in range(2, 9_999))]
    return next(name for name in offered if name.casefold() not in known)


def _by_cell(problems: Sequence[Problem]) -> Mapping[str, Mapping[Place, list[Problem]]]:
    """The problems that are about a cell, by sheet and place."""
    found: dict[str, dict[Place, list[Problem]]] = {}
    for problem in problems:
        if problem.at.a1:
            cells = found.setdefault(problem.at.sheet, {})
            cells.setdefault((problem.at.row, problem.at.column), []).append(problem)
    return found


def _mark_sheet(
    parts: Parts,
    sheet: str,
    cells: Mapping[Place, list[Problem]],
    styles: Styles,
    explanations: Mapping[str, Explanation],
) -> None:
    changes: dict[Place, Change] = {}
    frame = frame_of(parts.text(sheet))
    shown: dict[Place, list[Problem]] = {}
    covered = covered_cells(frame)
    for place, problems in cells.items():
        shown.setdefault(covered.get(place, place), []).extend(problems)
    for place, problems in shown.items():
        problems.sort(key=lambda problem: problem.severity.rank)
        changes[place] = _filled(place, problems[0], styles, frame.prefix)
    parts.edit(sheet, cell_edits(frame, changes))
    texts = {place: comment_text(problems, explanations) for place, problems in shown.items()}
    write_comments(parts, sheet, texts)


def _filled(place: Place, problem: Problem, styles: Styles, prefix: str) -> Change:
    """The change that gives a cell the fill of a mark; the worst problem comes first and decides."""

    def fill(cell: Element | None, style: int) -> bytes:
        if cell is None:
            number = styles.marked(style, problem.severity)
            return f'<{prefix}c r="{reference_of(place)}" s="{number}"/>'.encode()
        stated = cell.attributes.get("s", "0")
        number = styles.marked(int(stated) if stated.isdecimal() else 0, problem.severity)
        return spliced(cell.raw, [root_of(cell.raw).with_attribute("s", str(number))])

    return fill


def comment_text(problems: Sequence[Problem], explanations: Mapping[str, Explanation]) -> str:
    """What the comment of a cell says: each problem with its severity, why it matters, what to do, and its code."""
    told: set[str] = set()
    blocks = []
    for problem in problems[:_MOST_IN_A_COMMENT]:
        lines = [f"{label(problem.severity)}: {visible(shortened(problem.message, _MOST_CHARACTERS))}"]
        if problem.code in explanations and problem.code not in told:
            lines.append(f"Why: {explanations[problem.code].why}")
            told.add(problem.code)
        if problem.help:
            lines.append(f"What to do: {visible(shortened(problem.help, _MOST_CHARACTERS))}")
        blocks.append("\n".join([*lines, f"({problem.code})"]))
    if len(problems) > _MOST_IN_A_COMMENT:
        blocks.append(f"… and {len(problems) - _MOST_IN_A_COMMENT} more: see the first sheet.")
    return "\n\n".join(blocks)
