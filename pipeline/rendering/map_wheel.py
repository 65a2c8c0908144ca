"""The wheel in the middle of the map: the phases around a hub. Units and directions as in `map_geometry`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import asin, cos, hypot, pi, sin

from pipeline.rendering.lettering import (
    BOLD,
    Box,
    Lettering,
    Line,
    break_lines,
    breaks_a_word,
    height_of,
    set_lines,
    text_width,
    widest,
)

HUB, WHEEL = 120.0, 238.0
"""Inner and outer radius of the wheel."""

SMALLEST_TYPE = 11.0
"""Below this size words on the map are too small to be read; they are drawn smaller, and reported."""

_INSET = 6.0
_LARGEST, _COMMON = 23.0, 15.0
_DISTANCES = tuple((HUB + WHEEL) / 2 + step for step in (5, 0, 10, -5, 15, -11, -17, 21))
_NUMBER = 17.0
"""Type size of a phase's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A phase's part of the wheel: from one angle to another (radians, clockwise from 12 o'clock)."""

    start: float
    end: float
    name: Lettering
    number: Lettering | None = None


def wheel(names: Sequence[str]) -> tuple[Segment, ...]:
    """A segment for each of the phases called `names`, from 12 o'clock on; the names as large as they can be.

    They are all of one size, but a name that needs a smaller one does not make the others unreadable. Where the names
    leave room for it, each segment has its number where it begins.
    """
    sizes = [_segment(name, at, len(names), _LARGEST).name.size for at, name in enumerate(names)]
    common = max(min(sizes, default=_LARGEST), _COMMON)
    sizes = [min(size, common) for size in sizes]
    named = _at_one_distance(names, sizes) or [
        _segment(name, at, len(names), size) for at, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]
    numbers = [_number(number, segment) for number, segment in enumerate(named, 1)]
    has_room = not any(number.box.overlaps(segment.name.box) for number, segment in zip(numbers, named, strict=True))
    return tuple(
        replace(segment, number=number if has_room and len(names) > 1 else None)
        for number, segment in zip(numbers, named, strict=True)
    )


def _number(number: int, segment: Segment) -> Lettering:
    """The number of a phase in the outer corner where its segment begins: which is first is seen at a glance."""
    away = WHEEL - _NUMBER * 1.5
    x, y = point_at(away, segment.start + asin(_NUMBER * 1.3 / away))
    lines = break_lines(str(number), width=WHEEL, size=_NUMBER, face=BOLD)
    width = widest(lines, size=_NUMBER, face=BOLD)
    return set_lines(lines, _NUMBER, x, x - width / 2, width, y, side="middle")


def _at_one_distance(names: Sequence[str], sizes: Sequence[float]) -> Sequence[Segment]:
    """The segments with all names equally far from the middle; none where the names do not allow it."""
    for away in _DISTANCES:
        tried = [
            _placed(name, at, len(names), size, (away,))
            for at, (name, size) in enumerate(zip(names, sizes, strict=True))
        ]
        made = [segment for segment in tried if segment]
        if len(made) == len(names):
            return made
    return ()


def _segment(name: str, at: int, count: int, size: float) -> Segment:
    """The segment with its name in that size, or in the next smaller one that has room."""
    while True:
        if made := _placed(name, at, count, size, _DISTANCES):
            return made
        size -= 1


def _placed(name: str, at: int, count: int, size: float, distances: Sequence[float]) -> Segment | None:
    """The segment with its name in that size, at the first of `distances` from the middle where it has room."""
    step = 2 * pi / count
    start = at * step if count > 1 else -pi
    for lines in _candidates(name, size, may_break=size < SMALLEST_TYPE):
        for away in distances:
            x, y = point_at(away, start + step / 2)
            width = widest(lines, size=size, face=BOLD)
            lettering = set_lines(lines, size, x, x - width / 2, width, y, side="middle", fits=size >= SMALLEST_TYPE)
            if _is_inside(lettering.box, start, step) or size < 4:
                return Segment(start=start, end=start + step, name=lettering)
    return None


def _candidates(text: str, size: float, *, may_break: bool) -> Sequence[tuple[Line, ...]]:
    """`text` on one line, on two …: every way to break it that is worth a try."""
    full = text_width(text, size=size, face=BOLD) + 0.1
    tried = dict.fromkeys(
        break_lines(text, width=full / parts, size=size, face=BOLD) for parts in (1, 1.7, 2.4, 3.2, 5)
    )
    return [lines for lines in tried if may_break or not breaks_a_word(lines)]


def _is_inside(box: Box, start: float, step: float) -> bool:
    """Whether a box lies inside the wheel's segment from `start`, `step` wide, clear of its edges."""
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    nearest_x = min(max(0.0, box.left), box.right)
    nearest_y = min(max(0.0, box.top), box.bottom)
    if hypot(nearest_x, nearest_y) < HUB + _INSET or max(hypot(x, y) for x, y in corners) > WHEEL - _INSET:
        return False
    if step > 2 * pi - 0.001:
        return True
    edges = ((start, 1), (start + step, -1))
    return all(
        (cos(angle) * x + sin(angle) * y) * sign >= _INSET or step > pi for angle, sign in edges for x, y in corners
    )


def hub(heading: str, text: str) -> tuple[Lettering, Lettering]:
    """The heading and the text in the middle, as large as the hub allows."""
    room = HUB - 14
    size = 30.0
    while True:
        small = max(size * 0.62, min(size, 14.0))
        for share in (1.7, 1.55, 1.4, 1.25):
            made = _stack(heading, text, size, small, room * share)
            corners = [
                hypot(max(abs(line.left), abs(line.right)), y)
                for lettering in made
                for line in (lettering.box,)
                for y in (line.top, line.bottom)
            ]
            words_hold = not any(breaks_a_word(lettering.lines) for lettering in made) or size <= 12
            if (max(corners) <= room and words_hold) or size < 5:
                return made
        size -= 1


def _stack(heading: str, text: str, size: float, small: float, width: float) -> tuple[Lettering, Lettering]:
    head = break_lines(heading, width=width, size=size, face=BOLD)
    body = break_lines(text, width=width, size=small)
    gap = small * 0.7 if head and body else 0
    high, low = height_of(head, size), height_of(body, small)
    top = -(high + gap + low) / 2
    head_width, body_width = widest(head, size=size, face=BOLD), widest(body, size=small)
    return (
        set_lines(
            head, size, 0, -head_width / 2, head_width, top + high / 2, side="middle", fits=size >= SMALLEST_TYPE
        ),
        set_lines(
            body, small, 0, -body_width / 2, body_width, -top - low / 2, side="middle", fits=small >= SMALLEST_TYPE
        ),
    )


def sector(segment: Segment) -> str:
    """SVG path data of a phase's part of the wheel."""
    if segment.end - segment.start > 2 * pi - 0.001:
        return f"{_circle(WHEEL, 1)}{_circle(HUB, 0)}"
    large = int(segment.end - segment.start > pi)
    (ax, ay), (bx, by) = point_at(WHEEL, segment.start), point_at(WHEEL, segment.end)
    (cx, cy), (dx, dy) = point_at(HUB, segment.end), point_at(HUB, segment.start)
    return (
        f"M{ax:.1f} {ay:.1f}A{WHEEL:g} {WHEEL:g} 0 {large} 1 {bx:.1f} {by:.1f}"
        f"L{cx:.1f} {cy:.1f}A{HUB:g} {HUB:g} 0 {large} 0 {dx:.1f} {dy:.1f}Z"
    )


def _circle(radius: float, sweep: int) -> str:
    half = f"A{radius:g} {radius:g} 0 0 {sweep}"
    return f"M0 {-radius:g}{half} 0 {radius:g}{half} 0 {-radius:g}Z"


def point_at(radius: float, angle: float) -> tuple[float, float]:
    return radius * sin(angle), -radius * cos(angle)
