"""The sheets of a package in order, with the texts and styles that they share; runs inside the worker."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from pipeline.problems import CellRef
from pipeline.workbook.budget import Budget
from pipeline.workbook.display import Format, number_format
from pipeline.workbook.file_problems import RefusedError
from pipeline.workbook.limits import Limits
from pipeline.workbook.markup import (
    MAIN,
    OFFICE_RELATIONSHIP,
    STRICT,
    PartTarget,
    feed,
    is_true,
    read_tree,
    strict_workbook,
    whole_number,
)
from pipeline.workbook.package import Package, Relationship
from pipeline.workbook.richtext import RichText, Run, decode
from pipeline.workbook.worksheet import Style, WorksheetTarget


def read_sheets(package: Package, limits: Limits) -> Iterator[dict[str, Any]]:
    """Every worksheet in order, each as soon as it is read.

    A sheet is {"name", "hidden", "merges", "rows": [[number, hidden, cells]]}. Chart sheets and modules of macros hold
    no cells and are left out. A sheet that the workbook lists and the file lacks is an error.
    """
    book_part = next(
        (link.target for link in package.relationships("").values() if link.kind == "officeDocument"), "xl/workbook.xml"
    )
    if book_part not in package.parts:
        raise RefusedError("unreadable_workbook", "is damaged: the list of its sheets is missing")
    book = read_tree(package.parts[book_part], book_part)
    if book.tag.startswith(STRICT):
        raise strict_workbook()
    if book.tag != f"{MAIN}workbook":
        raise RefusedError("wrong_file_type", "is not an Excel workbook (.xlsx)")
    links = package.relationships(book_part)
    properties = book.find(f"{MAIN}workbookPr")
    from_1904 = properties is not None and is_true(properties.get("date1904"))
    styles = _read_styles(package.parts.get(_related(links, "styles"), b""))
    strings = _read_strings(package.parts.get(_related(links, "sharedStrings"), b""))
    budget = Budget(limits)
    _quick_count(package, links, limits)
    used: set[str] = set()
    for name, part, state in _listed(book, links, package):
        if name.casefold() in used or part in used:
            raise RefusedError("unreadable_workbook", f"lists the sheet “{name}” twice", at=CellRef(name))
        used |= {name.casefold(), part}
        sheet = WorksheetTarget(name, strings, styles, budget, from_1904=from_1904)
        feed(sheet, package.parts[part], f"its sheet “{name}”", at=CellRef(name))
        sheet.finish(package.relationships(part))
        rows = [[number, number in sheet.hidden, sheet.rows[number]] for number in sorted(sheet.rows)]
        yield {"name": name, "hidden": state != "visible", "merges": sheet.merges, "rows": rows}
    if not used:
        raise RefusedError("unreadable_workbook", "has no sheet with cells in it")


def _related(links: dict[str, Relationship], kind: str) -> str:
    return next((link.target for link in links.values() if link.kind == kind), "")


def _listed(
    book: ElementTree.Element, links: dict[str, Relationship], package: Package
) -> Iterator[tuple[str, str, str]]:
    for number, element in enumerate(book.iterfind(f"{MAIN}sheets/{MAIN}sheet"), start=1):
        name = decode(element.get("name") or f"Sheet {number}")
        identifier = element.get(f"{OFFICE_RELATIONSHIP}id", "")
        if not identifier:  # Excel lists a module of macros like this in workbooks that began in the 1990s
            continue
        link = links.get(identifier)
        if link is not None and link.kind in ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"):
            continue
        if link is None or link.target not in package.parts:
            raise RefusedError(
                "unreadable_workbook",
                f"lists the sheet “{name}”, but the sheet itself is missing from the file",
                at=CellRef(name),
            )
        yield name, link.target, element.get("state", "visible")


def _quick_count(package: Package, links: dict[str, Relationship], limits: Limits) -> None:
    """Refuse a flood of cells before reading them one by one; the exact count follows while reading."""
    sheets = {link.target for link in links.values() if link.kind == "worksheet"}
    if sum(package.parts.get(part, b"").count(b"<c ") for part in sheets) > limits.cells:
        raise RefusedError("too_large", f"holds more than {limits.cells:,} cells, which is the limit")


def _read_styles(content: bytes) -> list[Style]:
    if not content:
        return []
    root = read_tree(content, "styles.xml")
    custom = {
        whole_number(element.get("numFmtId")): element.get("formatCode", "")
        for element in root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
    }
    fonts = [
        (_on(font.find(f"{MAIN}b")), _on(font.find(f"{MAIN}i"))) for font in root.iterfind(f"{MAIN}fonts/{MAIN}font")
    ]
    formats: dict[int, Format] = {}
    styles: list[Style] = []
    for element in root.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        identifier = whole_number(element.get("numFmtId"))
        if identifier not in formats:
            formats[identifier] = number_format(identifier, custom)
        font = whole_number(element.get("fontId"))
        bold, italic = fonts[font] if font < len(fonts) else (False, False)
        styles.append(Style(formats[identifier], bold=bold, italic=italic))
    return styles


def _on(element: ElementTree.Element | None) -> bool:
    return element is not None and is_true(element.get("val", "1"))


def _read_strings(content: bytes) -> list[list[Run]]:
    target = _StringsTarget()
    if content:
        feed(target, content, "the list of its texts")
    return target.strings


class _StringsTarget(PartTarget):
    """Collects the shared texts, to which most text cells only point by number."""

    def __init__(self) -> None:
        self.strings: list[list[Run]] = []
        self._item: RichText | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{MAIN}si":
            self._item = RichText()
        elif self._item is not None:
            self._item.start(tag.rpartition("}")[2], attributes)

    def data(self, text: str) -> None:
        if self._item is not None:
            self._item.data(text)

    def end(self, tag: str) -> None:
        if self._item is None:
            return
        if tag == f"{MAIN}si":
            self.strings.append(self._item.runs)
            self._item = None
        else:
            self._item.end(tag.rpartition("}")[2])
