"""The list of a workbook's sheets and its defined names, edited in place: a sheet put first, and taken out again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.workbook.elements import Element, Splice, encoded
from pipeline.workbook.markup import is_true
from pipeline.workbook.parts import RELATIONSHIP_TYPES, Parts
from pipeline.workbook.richtext import decode
from pipeline.workbook.sheet_cells import frame_of

_AFTER_NAMES = (
    "calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
    "webPublishObjects extLst"
)
"""What stands after the defined names (ISO/IEC 29500-1, 18.2.27)."""


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """One sheet: its name, its part, its place in the list (from 0), and whether it is a worksheet."""

    name: str
    part: str
    position: int
    is_worksheet: bool


def book_part(parts: Parts) -> str:
    """The part that lists the sheets."""
    return parts.linked("", "officeDocument") or "xl/workbook.xml"


def listed_sheets(parts: Parts) -> tuple[ListedSheet, ...]:
    """Every sheet in order."""
    book = book_part(parts)
    links = {link.id: link for link in parts.links(book)}
    found = []
    for position, element in enumerate(_sheets(parts.root(book))):
        link = links.get(element.attributes.get(_relationship_attribute(parts.root(book), element), ""))
        name = decode(element.attributes.get("name") or f"Sheet {position + 1}")
        found.append(
            ListedSheet(name, link.target if link else "", position, link is not None and link.kind == "worksheet")
        )
    return tuple(found)


def _sheets(root: Element) -> list[Element]:
    holder = root.first("sheets")
    return holder.all("sheet") if holder else []


def _relationship_attribute(root: Element, element: Element) -> str:
    """How the attribute `r:id` is written here."""
    for one in (element, root):
        for name, value in one.attributes.items():
            if name.startswith("xmlns:") and value == RELATIONSHIP_TYPES:
                return f"{name[6:]}:id"
    return "r:id"


def constants(parts: Parts, prefix: str) -> dict[str, str]:
    """The defined names that begin with `prefix`, with the text that each one stands for."""
    names = parts.root(book_part(parts)).first("definedNames")
    return {
        name: element.text().strip().removeprefix('"').removesuffix('"')
        for element in (names.all("definedName") if names else [])
        if (name := element.attributes.get("name", "")).startswith(prefix)
    }


def insert_first(
    parts: Parts, part: str, name: str, *, local_names: Mapping[str, str], global_names: Mapping[str, str]
) -> None:
    """List the worksheet `part` as the first sheet, in front of the editor; its defined names and ours are hidden.

    Names that belong to a sheet say so by its place in the list, and the tab shown by a number: both move along.
    """
    book = book_part(parts)
    identifier = parts.link(book, "worksheet", part)
    root = parts.root(book)
    holder = root.first("sheets")
    if holder is None:
        raise ValueError("the list of sheets is missing")
    numbers = [int(found) for element in _sheets(root) if (found := element.attributes.get("sheetId", "")).isdecimal()]
    attribute = _relationship_attribute(root, holder.children[0])
    declared = "" if attribute.split(":")[0] in _prefixes(root) else f' xmlns:r="{RELATIONSHIP_TYPES}"'
    sheet = (
        f'<{root.prefix}sheet name="{encoded(name)}" sheetId="{max(numbers, default=0) + 1}"'
        f'{declared} {attribute if not declared else "r:id"}="{identifier}"/>'
    )
    edits = [Splice(holder.inside, holder.inside, sheet.encode()), *_moved(root, +1, 0)]
    own = "".join(
        f'<{root.prefix}definedName name="{own_name}"{local} hidden="1">{encoded(value)}</{root.prefix}definedName>'
        for names, local in ((local_names, ' localSheetId="0"'), (global_names, ""))
        for own_name, value in names.items()
    )
    names = root.first("definedNames")
    if names:
        edits.append(names.appended(inner=own))
    else:
        after = [child.start for child in root.children if child.local in _AFTER_NAMES.split()]
        place = min(after, default=root.inside_end)
        whole = f"<{root.prefix}definedNames>{own}</{root.prefix}definedNames>"
        edits.append(Splice(place, place, whole.encode()))
    parts.edit(book, edits)
    _show_only(parts, part)


def _prefixes(element: Element) -> set[str]:
    return {name[6:] for name in element.attributes if name.startswith("xmlns:")}


def _moved(root: Element, by: int, from_position: int) -> list[Splice]:
    """Move what counts sheets; `by` is +1 for a new first sheet, -1 for one that goes from `from_position`."""
    edits: list[Splice] = []
    views = root.first("bookViews")
    for view in views.all("workbookView") if views else []:
        if by > 0:
            # Our sheet is the one to show; the first tab must be in sight.
            edits += [view.with_attribute(name, "0") for name in ("firstSheet", "activeTab") if name in view.attributes]
            continue
        for name in ("firstSheet", "activeTab"):
            place = view.attributes.get(name, "")
            if place.isdecimal() and int(place) > from_position:
                edits.append(view.with_attribute(name, str(int(place) - 1)))
    names = root.first("definedNames")
    for element in names.all("definedName") if names else []:
        place = element.attributes.get("localSheetId", "")
        if place.isdecimal() and (by > 0 or int(place) > from_position):
            edits.append(element.with_attribute("localSheetId", str(int(place) + by)))
    return edits


def _show_only(parts: Parts, shown: str) -> None:
    """Select no other tab: two that are selected are a group, and what is typed into one goes into both."""
    for sheet in listed_sheets(parts):
        if sheet.part == shown or sheet.part not in parts or b"tabSelected" not in parts.text(sheet.part):
            continue
        views = [view for holder in frame_of(parts.text(sheet.part)).all("sheetViews") for view in holder.children]
        chosen = [view for view in views if is_true(view.attributes.get("tabSelected"))]
        parts.edit(sheet.part, [view.with_attribute("tabSelected", None) for view in chosen])


def take_out(parts: Parts, sheet: ListedSheet) -> None:
    """Take a sheet out of the workbook, with its names and what only it uses."""
    book = book_part(parts)
    drop_names(parts, lambda attributes: attributes.get("localSheetId") == str(sheet.position))
    root = parts.root(book)
    parts.edit(book, [_sheets(root)[sheet.position].removed(), *_moved(root, -1, sheet.position)])
    own = [link.target for link in parts.links(sheet.part) if link.target]
    parts.unlink(book, sheet.part)
    parts.remove(sheet.part)
    still_used = {link.target for name in parts.bodies if name.endswith(".rels") for link in parts.links(_owner(name))}
    for target in own:
        if target in parts and target not in still_used:
            parts.remove(target)


def _owner(relationships: str) -> str:
    """The part that a .rels part belongs to."""
    folder, _, base = relationships.rpartition("/")
    parent = folder.removesuffix("_rels").rstrip("/")
    return f"{parent}/{base.removesuffix('.rels')}".lstrip("/")


def drop_names(parts: Parts, unwanted: Callable[[Mapping[str, str]], bool]) -> None:
    """Take out the defined names whose attributes are `unwanted`."""
    book = book_part(parts)
    holder = parts.root(book).first("definedNames")
    names = holder.all("definedName") if holder else []
    gone = [element for element in names if unwanted(element.attributes)]
    if holder and gone and len(gone) == len(names):
        parts.edit(book, [holder.removed()])
    else:
        parts.edit(book, [element.removed() for element in gone])
