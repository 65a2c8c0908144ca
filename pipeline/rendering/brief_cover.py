"""The map on the cover: the drawing, and its words set over it as text.

WeasyPrint sets the text of drawings letter by letter: without kerning, and Arabic letters would not join. So the words
are taken out of the drawing and set in the same places as paragraphs, which can also be links.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.model import EcosystemMap
from pipeline.rendering import map_graphic
from pipeline.rendering.lettering import BOLD, LEADING, Lettering, break_lines
from pipeline.rendering.map_relations import layout_of, places
from pipeline.templating import Templates

_ASCENT, _DESCENT = 0.969, 0.241
"""How far Inter reaches above and below the baseline, in type sizes (its hhea table)."""

_ROOM = 90.0
"""Millimetres: the width of the box around a word. Nothing is broken in it, so it need only be wide enough."""

_ABOVE = 0.45
"""The part of the free space that is above the map: what stands in the very middle seems to sink."""

_WORDS = re.compile(r"<text\b.*?</text>", re.DOTALL)
_NAMES = re.compile(r"<title\b[^>]*>(?P<title>.*?)</title>\s*<desc\b[^>]*>(?P<description>.*?)</desc>", re.DOTALL)
_LENGTH = re.compile(r"(?P<number>[0-9.]+)(?P<unit>mm|pt)")
_POINT = 25.4 / 72
"""Millimetres in a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words on the map: a line each, the anchor that they lead to ("" for none), their class, and their place as CSS."""

    lines: tuple[str, ...]
    anchor: str
    kind: str
    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The map as large as the cover has room for: its height, the margins beside it and the space above it in
    millimetres, the drawing without words, and the words."""

    margin: float
    above: float
    height: float
    drawing: Markup
    words: tuple[Words, ...]


def cover(content: EcosystemMap, templates: Templates, *, paper: tuple[float, float]) -> Cover:
    """The map of `content` for the cover of a `paper` of that width and height in millimetres."""
    frame = layout_of(content).frame
    tokens = {name: _millimetres(value) for name, value in templates.tokens().items() if _LENGTH.fullmatch(value)}
    wide = tokens["--print-cover-width"]
    room = paper[1] - _height_without_map(content, tokens, paper[0])
    high = min(tokens["--print-cover-height"], room)
    scale = min(wide / (frame.right - frame.left), high / (frame.bottom - frame.top))
    drawing = _WORDS.sub("", map_graphic.draw(content, templates=templates))
    # Only the title of a drawing becomes its description in the PDF.
    described = _NAMES.sub(r"<title>\g<title>. \g<description></title>", drawing, count=1)
    return Cover(
        margin=round((paper[0] - scale * (frame.right - frame.left)) / 2, 2),
        above=round(2 * tokens["--print-line"] + _ABOVE * (room - scale * (frame.bottom - frame.top)), 2),
        height=round(scale * (frame.bottom - frame.top), 2),
        drawing=Markup(described),  # noqa: S704 - the drawing is finished HTML
        words=tuple(_words(content, scale)),
    )


def _words(content: EcosystemMap, scale: float) -> Iterator[Words]:
    layout = layout_of(content)
    left, top = layout.frame.left, layout.frame.top

    def place(lettering: Lettering, kind: str, anchor: str = "") -> Words:
        size = scale * lettering.size
        x = scale * (lettering.x - left)
        above = ((LEADING - _ASCENT - _DESCENT) / 2 + _ASCENT) * size
        begin = {"start": x, "middle": x - _ROOM / 2, "end": x - _ROOM}[lettering.side]
        align = {"start": "left", "middle": "center", "end": "right"}[lettering.side]
        return Words(
            lines=tuple(line.text for line in lettering.lines),
            anchor=anchor,
            kind=kind,
            style=f"left: {begin:.2f}mm; top: {scale * (lettering.baseline - top) - above:.2f}mm; width: {_ROOM:g}mm; "
            f"font-size: {size:.3f}mm; line-height: {LEADING}; text-align: {align}",
        )

    for lettering, kind in ((layout.hub_heading, "map-heading"), (layout.hub_text, "map-text")):
        if lettering.lines:
            yield place(lettering, kind)
    for number, segment in enumerate(layout.segments, 1):
        yield place(segment.name, f"map-phase-name phase-{number}", "at-a-glance")
    for one, seat in zip(places(content), layout.seats, strict=True):
        yield place(seat.label, "map-label", f"stakeholder-{one.first.id}")


def _height_without_map(content: EcosystemMap, tokens: Mapping[str, float], paper_width: float) -> float:
    """Millimetres of the cover that its title and foot take, as templates/brief/brief.css sets them."""
    line, margin = tokens["--print-line"], tokens["--print-margin"]
    width = paper_width - 2 * margin
    title = break_lines(content.settings.title, width=width, size=tokens["--print-cover"], face=BOLD)
    subtitle = break_lines(content.settings.subtitle or "", width=width, size=tokens["--print-h2"], face="regular")
    band = margin + 5.5 * line + len(title) * tokens["--print-cover-line"] + 1.5 * len(subtitle) * line
    foot = margin + 5 * line
    return band + 2 * line + foot


def _millimetres(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    return float(found["number"]) * (1 if found["unit"] == "mm" else _POINT) if found else 0.0
