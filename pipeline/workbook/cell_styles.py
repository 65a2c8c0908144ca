"""The styles part, edited in place: cell formats cloned with another fill, and given their own fill back.

A mark changes nothing of a cell but its fill. The colour of the mark itself says what it replaced: there is one for
cells without a fill, and each other fill gets a shade of its own, which differs by a few units that nobody sees. So a
mark finds its way back wherever sorting, inserting rows or another spreadsheet program has carried it.
"""

import re
from collections.abc import Mapping
from itertools import count

from openpyxl.styles.colors import COLOR_INDEX

from pipeline.problems import Severity
from pipeline.workbook.elements import Element, Splice, elements, reprefixed, root_of, spliced
from pipeline.workbook.markup import whole_number
from pipeline.workbook.parts import Parts

EMPTY = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>"""
"""A styles part for a workbook that has none."""

LIGHT = {Severity.ERROR: "F8D1CB", Severity.WARNING: "FBDDA1", Severity.NOTE: "D3DDE6"}
"""Fills for dark text: light red, amber, blue-grey."""

DARK = {Severity.ERROR: "8E1B1F", Severity.WARNING: "7A5200", Severity.NOTE: "44566A"}
"""The same for light text, as in dark headings; at least 6:1 against white (WCAG 2.2, 1.4.3 asks for 4.5:1)."""

LONGEST_CONSTANT = 255
"""How long a text in a defined name may be, in characters (Excel's specifications and limits)."""

_MOST_FORMATS = 65_490
"""How many cell formats Excel allows (its specifications and limits)."""

_ORDER = "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst".split()  # noqa: SIM905
_FIRST = {
    "fonts": "<{p}font/>",
    "fills": "".join(
        f'<{{p}}fill><{{p}}patternFill patternType="{kind}"/></{{p}}fill>' for kind in ("none", "gray125")
    ),
    "cellXfs": "<{p}xf/>",
}
"""What a container begins with: number 0 is what cells without a choice have."""


class Styles:
    """Additions to a styles part. `marks` maps the colours of marks to the fills that they replace.

    `highest` is the highest number of a cell format that cells name. Broken files name some that are not there; these
    are made, plain, for otherwise an added one would take the number.
    """

    def __init__(self, content: bytes, *, highest: int = 0) -> None:
        self._root = root_of(content)
        self._added: dict[str, list[str]] = {}
        self._held = {name: self._container(name) for name in _FIRST}
        self.marks: dict[str, str] = {}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._fills: dict[str, int] = {}
        for _ in range(max(1, len(self._held["cellXfs"])), min(highest, _MOST_FORMATS) + 1):
            self.add("cellXfs", "<{p}xf/>")

    def _container(self, name: str) -> tuple[Element, ...]:
        holder = self._root.first(name)
        return tuple(map(_plain, holder.children)) if holder else ()

    def add(self, container: str, inner: str) -> int:
        """Put an element at the end of `fonts`, `fills` or `cellXfs`; gives its number. Prefixes are written as `{p}`."""
        first = 0 if self._held[container] else 2 if container == "fills" else 1
        added = self._added.setdefault(container, [])
        added.append(inner.replace("{p}", self._root.prefix))
        return first + len(self._held[container]) + len(added) - 1

    def solid(self, colour: str) -> int:
        """The number of a fill in one colour (six hexadecimal digits)."""
        if colour not in self._fills:
            pattern = f'<{{p}}fgColor rgb="FF{colour}"/><{{p}}bgColor indexed="64"/>'
            fill = f'<{{p}}fill><{{p}}patternFill patternType="solid">{pattern}</{{p}}patternFill></{{p}}fill>'
            self._fills[colour] = self.add("fills", fill)
        return self._fills[colour]

    def marked(self, style: int, severity: Severity) -> int:
        """The number of the cell format `style` with the fill of a mark; `style` where its fill cannot be remembered."""
        key = (style, severity)
        if key not in self._marked:
            formats = self._held["cellXfs"]
            xf = formats[style if style < len(formats) else 0] if formats else None
            colour = self._colour(xf, severity)
            self._marked[key] = style if colour is None else self._clone(xf, self.solid(colour))
        return self._marked[key]

    def _clone(self, xf: Element | None, fill: int) -> int:
        if xf is None:
            return self.add("cellXfs", f'<{{p}}xf fillId="{fill}" applyFill="1"/>')
        body = xf.raw
        for name, value in (("fillId", str(fill)), ("applyFill", "1")):
            body = spliced(body, [root_of(body).with_attribute(name, value)])
        return self.add("cellXfs", body.decode())

    def _colour(self, xf: Element | None, severity: Severity) -> str | None:
        colours = DARK if xf is not None and self._has_light_text(xf) else LIGHT
        fill = "" if xf is None else self._fill_of(xf)
        if not fill:
            return colours[severity]
        if len(fill) > LONGEST_CONSTANT:
            return None
        base = int(colours[severity], 16)
        for step in count(1):
            # The low bits of blue, then of green, then of red: 4,095 shades within 15 units of a channel.
            shade = f"{base ^ ((step & 15) | (step >> 4 & 15) << 8 | (step >> 8 & 15) << 16):06X}"
            if step > 4095 or self.marks.setdefault(shade, fill) == fill:
                break
        return shade if step <= 4095 else None

    def _fill_of(self, xf: Element) -> str:
        """The fill of a cell format as it can be remembered; empty for none."""
        number = whole_number(xf.attributes.get("fillId"))
        fills = self._held["fills"]
        if not number or number >= len(fills) or not fills[number].children:
            return ""
        pattern = fills[number].children[0]
        if pattern.local == "patternFill" and pattern.attributes.get("patternType", "none") == "none":
            return ""
        return reprefixed(pattern.raw.decode(), pattern.prefix, "").replace('"', "'")

    def _has_light_text(self, xf: Element) -> bool:
        """Whether the text of a cell is nearer to white than to black."""
        number = whole_number(xf.attributes.get("fontId"))
        fonts = self._held["fonts"]
        colour = fonts[number].first("color") if number < len(fonts) else None
        if colour is None:
            return False
        stated = colour.attributes
        rgb = stated.get("rgb", "")
        if "indexed" in stated and whole_number(stated["indexed"]) < len(COLOR_INDEX):
            rgb = COLOR_INDEX[whole_number(stated["indexed"])]
        if not re.fullmatch("[0-9A-Fa-f]{6,8}", rgb):
            # Themes begin with the colours of paper and ink: 0 and 2 are light, 1 and 3 dark.
            return stated.get("theme") in ("0", "2") and not stated.get("tint", "").startswith("-0.")
        red, green, blue = (int(rgb[place : place + 2], 16) for place in (-6, -4, len(rgb) - 2))
        return 0.299 * red + 0.587 * green + 0.114 * blue > 150

    def edits(self) -> list[Splice]:
        """The edits that make the additions."""
        edits = []
        for name, added in self._added.items():
            inner = "".join(added)
            holder = self._root.first(name)
            if not self._held[name]:
                inner = _FIRST[name].replace("{p}", self._root.prefix) + inner
            if holder:
                edits.append(holder.appended(inner=inner))
                if "count" in holder.attributes:
                    number = sum(1 for _ in elements(inner.encode())) + len(self._held[name])
                    edits.append(holder.with_attribute("count", str(number)))
            else:
                before = [child for child in self._root.children if child.local in _ORDER[: _ORDER.index(name)]]
                place = before[-1].end if before else self._root.inside
                qualified = f"{self._root.prefix}{name}"
                edits.append(Splice(place, place, f"<{qualified}>{inner}</{qualified}>".encode()))
        return edits


def _plain(entry: Element) -> Element:
    """An entry as programs read it that know no extension: some write two for one (ISO/IEC 29500-3, 7.7)."""
    alternatives = (entry.first("Fallback"), entry.first("Choice")) if entry.local == "AlternateContent" else ()
    return next((one.children[0] for one in alternatives if one and one.children), entry)


def unmark(parts: Parts, styles: str, marks: Mapping[str, str]) -> None:
    """Give every cell format with the fill of a mark the fill that it replaced.

    `marks` are the remembered fills by colour. A colour that is in none of them and that stands for no fill is
    somebody's own.
    """
    root = parts.root(styles)
    fills, formats = root.first("fills"), root.first("cellXfs")
    if fills is None or formats is None:
        return
    known = {**{colour: "" for colours in (LIGHT, DARK) for colour in colours.values()}, **marks}
    replaced: dict[str, str] = {}
    added: list[str] = []
    for number, held in enumerate(fills.children):
        colour = _solid_colour(held)
        if colour not in known:
            continue
        replaced[str(number)] = "0"
        if known[colour]:
            replaced[str(number)] = str(len(fills.children) + len(added))
            pattern = reprefixed(known[colour].replace("'", '"'), "", root.prefix)
            added.append(f"<{root.prefix}fill>{pattern}</{root.prefix}fill>")
    edits = [
        xf.with_attribute("fillId", replaced[fill])
        for xf in formats.children
        if (fill := xf.attributes.get("fillId", "")) in replaced
    ]
    if edits and added:
        edits.append(fills.appended(inner="".join(added)))
        if "count" in fills.attributes:
            edits.append(fills.with_attribute("count", str(len(fills.children) + len(added))))
    parts.edit(styles, edits)


def _solid_colour(fill: Element) -> str:
    pattern = fill.first("patternFill")
    if pattern is None or pattern.attributes.get("patternType") != "solid":
        return "no solid fill"
    colour = pattern.first("fgColor")
    return colour.attributes.get("rgb", "")[-6:].upper() if colour else ""
