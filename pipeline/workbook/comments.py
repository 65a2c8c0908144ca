"""Comments of a worksheet, edited in place: our text added to cells, below what others wrote, and cut out again.

A comment is in two parts: its text (ISO/IEC 29500-1, 18.7) and, for the box around it, a shape in VML (ISO/IEC 29500-4,
19). Ours is told by its first line and not by its author, for LibreOffice drops the authors.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from xml.sax.saxutils import escape

from pipeline.workbook.elements import Element, Splice, encoded, outermost
from pipeline.workbook.parts import RELATIONSHIP_TYPES, Parts
from pipeline.workbook.sheet_cells import Place, frame_of, place_of, reference_of

AUTHOR = "ecosystem-map check"
FIRST_LINE = "——— ecosystem-map check ———"
LAST_LINE = "——— end of check ———"

_OURS = re.compile(rf"\s*{FIRST_LINE}.*?(?:{LAST_LINE}|\Z)", re.DOTALL)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_THREAD = "tc="
"""How the author of the text behind a threaded comment begins ([MS-XLSX] 2.1.65)."""

_NO_COMMENTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}"><authors></authors>'
    "<commentList></commentList></comments>"
).encode()
_NO_SHAPES = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>\
</o:shapelayout></xml>"""
_KIND_OF_SHAPE = """<v:shapetype {spaces}id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,\
l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_SHAPE = """<v:shape {spaces}id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;\
margin-top:1.5pt;width:250pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">\
<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>\
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData \
ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>\
{column}</x:Column></x:ClientData></v:shape>"""
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_SHAPE_TAG = re.compile(rb"<(?:(/)(?:[\w.-]{1,40}:)?shape\s*>|(?:[\w.-]{1,40}:)?shape\s)")
_ANCHOR = re.compile(rb"(<(?:[\w.-]+:)?Anchor>(?:\s*\d+\s*,){6}\s*)(\d+)(\s*,\s*\d+\s*</)")
_CHARACTERS_OF_A_LINE = 46
_POINTS_OF_A_LINE = 11.5


def write_comments(parts: Parts, sheet: str, texts: Mapping[Place, str]) -> None:
    """Give the cells of a worksheet part these comments; one that is there keeps its text, ours goes below it."""
    if not texts:
        return
    name = parts.linked(sheet, "comments")
    if not name:
        name = parts.free_name("xl/comments{}.xml")
        parts.add(name, _NO_COMMENTS)
        parts.declare(name, _COMMENTS_TYPE)
        parts.link(sheet, "comments", name)
    root = parts.root(name)
    authors, held = root.first("authors"), root.first("commentList")
    if authors is None or held is None:
        return
    names = [author.text() for author in authors.children]
    there = {place_of(comment.attributes.get("ref", "")): comment for comment in held.children}
    edits: list[Splice] = []
    new, grown = "", {}
    number = names.index(AUTHOR) if AUTHOR in names else len(names)
    for place, text in sorted(texts.items()):
        whole = f"{FIRST_LINE}\n{text}\n{LAST_LINE}"
        if place not in there:
            new += (
                f'<{root.prefix}comment ref="{reference_of(place)}" authorId="{number}" shapeId="0">'
                f"<{root.prefix}text>{_run(root.prefix, whole)}</{root.prefix}text></{root.prefix}comment>"
            )
            continue
        author = there[place].attributes.get("authorId", "")
        if author.isdecimal() and int(author) < len(names) and names[int(author)].startswith(_THREAD):
            continue  # Excel shows the thread and writes this text itself
        edits += _extended(there[place], f"\n\n{whole}")
        grown[place] = lines_of(whole) + 2
    if new:
        edits.append(held.appended(inner=new))
        if AUTHOR not in names:
            edits.append(authors.appended(inner=f"<{root.prefix}author>{AUTHOR}</{root.prefix}author>"))
    parts.edit(name, edits)
    _write_shapes(
        parts, sheet, {place: lines_of(text) + 2 for place, text in texts.items() if place not in there}, grown
    )


def lines_of(text: str) -> int:
    """How many lines a text fills in the box of a comment."""
    return sum(1 + len(line) // _CHARACTERS_OF_A_LINE for line in text.split("\n"))


def _run(prefix: str, text: str) -> str:
    looks = "".join(
        f"<{prefix}{look}/>" for look in ('sz val="9"', 'color indexed="81"', 'rFont val="Tahoma"', 'family val="2"')
    )
    body = f'<{prefix}t xml:space="preserve">{encoded(text)}</{prefix}t>'
    return f"<{prefix}r><{prefix}rPr>{looks}</{prefix}rPr>{body}</{prefix}r>"


def _extended(comment: Element, text: str) -> list[Splice]:
    holder = comment.first("text")
    if holder is None:
        return [
            comment.appended(inner=f"<{comment.prefix}text>{_run(comment.prefix, text.strip())}</{comment.prefix}text>")
        ]
    plain = holder.first("t")
    if plain and not holder.first("r"):
        return [plain.appended(inner=encoded(text))]
    runs = holder.all("r")
    place = runs[-1].end if runs else holder.inside
    if not runs and holder.is_empty:
        return [holder.appended(inner=_run(comment.prefix, text.strip()))]
    return [Splice(place, place, _run(comment.prefix, text if runs else text.strip()).encode())]


def _write_shapes(parts: Parts, sheet: str, new: Mapping[Place, int], grown: Mapping[Place, int]) -> None:
    """Boxes for new comments, and higher ones for those that have grown; both by their number of lines."""
    name = _shapes_part(parts, sheet)
    if not name:
        if not new:
            return
        name = parts.free_name("xl/drawings/vmlDrawing{}.vml")
        parts.add(name, _NO_SHAPES)
        parts.declare_extension("vml", _SHAPES_TYPE)
        identifier = parts.link(sheet, "vmlDrawing", name)
        frame = frame_of(parts.text(sheet))
        place = frame.for_shapes()
        element = f'<{frame.prefix}legacyDrawing xmlns:r="{RELATIONSHIP_TYPES}" r:id="{identifier}"/>'
        parts.edit(sheet, [Splice(place, place, element.encode())])
    body = parts.text(name)
    edits = []
    for first, last in _shapes(body) if grown else ():
        shape = body[first:last]
        anchor = _ANCHOR.search(shape)
        if anchor and (lines := grown.get(_place_of_shape(shape) or (0, 0))):
            start = first + anchor.start(2)
            edits.append(Splice(start, start + len(anchor[2]), str(int(anchor[2]) + lines).encode()))
    if new:
        root = outermost(body)
        missing = [prefix for prefix, space in _SPACES.items() if root.attributes.get(f"xmlns:{prefix}") != space]
        spaces = "".join(f'xmlns:{prefix}="{_SPACES[prefix]}" ' for prefix in missing)
        first = max([1024, *(int(number) for number in re.findall(rb"_x0000_s(\d{1,9})\b", body))]) + 1
        shapes = "" if b'id="_x0000_t202"' in body else _KIND_OF_SHAPE.format(spaces=spaces)
        for number, ((row, column), lines) in enumerate(sorted(new.items()), start=first):
            height = round(12 + lines * _POINTS_OF_A_LINE)
            shapes += _SHAPE.format(spaces=spaces, number=number, height=height, row=row - 1, column=column - 1)
        edits.append(root.appended(inner=shapes))
    parts.edit(name, edits)


def _shapes_part(parts: Parts, sheet: str) -> str:
    """The VML part with the shapes of a sheet's comments; header pictures have one of their own."""
    named = [
        value for element in frame_of(parts.text(sheet)).all("legacyDrawing") for value in element.attributes.values()
    ]
    return next((link.target for link in parts.links(sheet) if link.id in named and link.target in parts), "")


def _shapes(body: bytes) -> Iterator[tuple[int, int]]:
    """Where each shape begins and ends; read tag by tag, so that a part that is no XML takes no longer."""
    first = None
    for tag in _SHAPE_TAG.finditer(body):
        if not tag[1]:
            first = tag.start()
        elif first is not None:
            yield first, tag.end()
            first = None


def _place_of_shape(shape: bytes) -> Place | None:
    row = re.search(rb"Row>\s*(\d+)\s*</", shape)
    column = re.search(rb"Column>\s*(\d+)\s*</", shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def cut_comments(parts: Parts, sheet: str) -> None:
    """Cut our text out of the comments of a worksheet part; a comment in which nothing is left goes, with its box."""
    name = parts.linked(sheet, "comments")
    if not name or FIRST_LINE.encode() not in parts.text(name):
        return
    held = parts.root(name).first("commentList")
    edits: list[Splice] = []
    gone: set[Place] = set()
    comments = held.children if held else ()
    for comment in comments:
        cut, left = _without_ours(comment)
        if cut and not left:
            gone.add(place_of(comment.attributes.get("ref", "")))
            edits.append(comment.removed())
        else:
            edits += cut
    parts.edit(name, edits)
    if len(gone) == len(comments):
        parts.unlink(sheet, name)
        parts.remove(name)
    _remove_shapes(parts, sheet, gone)


def _without_ours(comment: Element) -> tuple[list[Splice], str]:
    """The edits that cut our text out, and the text that is left."""
    holder = comment.first("text")
    pieces = []
    for child in holder.children if holder else ():
        if child.local in ("t", "r"):
            inner = child if child.local == "t" else child.first("t")
            pieces.append((child, inner, inner.text() if inner else ""))
    whole = "".join(text for _, _, text in pieces)
    stretches = [found.span() for found in _OURS.finditer(whole)]
    edits: list[Splice] = []
    position, left = 0, ""
    for child, inner, text in pieces:
        kept = "".join(
            letter
            for place, letter in enumerate(text, start=position)
            if not any(start <= place < end for start, end in stretches)
        )
        position += len(text)
        left += kept
        if kept == text or inner is None:
            continue
        if kept or child is inner:
            edits.append(Splice(inner.inside, inner.inside_end, escape(kept).encode()))
        else:
            edits.append(child.removed())
    return edits, left.strip()


def _remove_shapes(parts: Parts, sheet: str, gone: Collection[Place]) -> None:
    name = _shapes_part(parts, sheet)
    if not name or not gone:
        return
    body = parts.text(name)
    shapes = list(_shapes(body))
    ours = [
        (first, last)
        for first, last in shapes
        if b"Note" in body[first:last] and _place_of_shape(body[first:last]) in gone
    ]
    parts.edit(name, [Splice(first, last, b"") for first, last in ours])
    if len(ours) == len(shapes):
        identifiers = [link.id for link in parts.links(sheet) if link.target == name]
        drawn = frame_of(parts.text(sheet)).all("legacyDrawing")
        parts.edit(
            sheet, [one.removed() for one in drawn if any(value in identifiers for value in one.attributes.values())]
        )
        parts.unlink(sheet, name)
        parts.remove(name)
