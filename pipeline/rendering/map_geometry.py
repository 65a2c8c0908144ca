"""Where everything on the map stands: pure numbers, in units of the drawing, with 0, 0 in its middle and y
downwards.

The stakeholders stand on a ring in clock order, the first at 12 o'clock, their labels outside of it; the
phases are a wheel in the middle, around a hub. Rows of labels are kept apart, and the ring grows taller where
there are many, so that nothing overlaps whatever the names are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations, pairwise
from math import cos, hypot, pi, sin, sqrt

from pipeline.rendering.lettering import (
    BOLD,
    Box,
    Lettering,
    Line,
    break_lines,
    breaks_a_word,
    height_of,
    set_lines,
    widest,
)
from pipeline.rendering.map_wheel import WHEEL, Segment, hub, wheel

RING = 362.0
"""Least radius of the ring, to the middle of a disc."""

_DISC = (18.0, 60.0)
_DISC_SHARE = 0.36
_DISC_GAP = 14.0
_LABEL_GAP = 12.0
_CLEAR = 24.0
"""How far a line that stays outside of the wheel keeps off it."""

_SAG = 0.3
"""How deep a line bends, in distances of the two that it joins."""

PILE = (7.0, 3.5)
"""How far the discs behind that of a group look out above it."""

_ROW_GAP = 5.0
_MARGIN = 10.0
_LEAST_HALF_WIDTH = 520.0
_SMALLEST_LABEL = 13.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A stakeholder's place: the middle and radius of its disc, and its label."""

    x: float
    y: float
    radius: float
    label: Lettering

    @property
    def disc(self) -> Box:
        """The box around the disc."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The whole map. `frame` is what must be seen of it."""

    frame: Box
    seats: tuple[Seat, ...]
    segments: tuple[Segment, ...]
    hub_heading: Lettering
    hub_text: Lettering


def lay_out(
    labels: Sequence[str],
    phases: Sequence[str],
    *,
    heading: str | None = None,
    text: str | None = None,
    is_grouped: bool = False,
) -> Layout:
    """The layout for stakeholders (or groups of them) called `labels` and `phases`, with a heading and a text in the
    middle."""
    return _lay_out(tuple(labels), tuple(phases), heading, text, max(PILE) if is_grouped else 0.0)


@lru_cache(maxsize=16)
def _lay_out(
    labels: tuple[str, ...], phases: tuple[str, ...], heading: str | None, text: str | None, pile: float
) -> Layout:
    # one drawing after another asks for the same: pages, brief, pictures, and the check of what fits
    seats = _seats(labels, pile)
    segments = wheel(phases)
    hub_heading, hub_text = hub(heading or "", text or "")
    boxes = [box for seat in seats for box in (seat.disc, seat.label.box)]
    half_width = max(_LEAST_HALF_WIDTH, *(max(-box.left, box.right) for box in boxes)) + _MARGIN
    frame = Box(
        -half_width,
        min(-WHEEL, *(box.top for box in boxes)) - _MARGIN,
        half_width,
        max(WHEEL, *(box.bottom for box in boxes)) + _MARGIN,
    )
    return Layout(frame=frame, seats=seats, segments=segments, hub_heading=hub_heading, hub_text=hub_text)


def room_for_label(count: int) -> tuple[float, float, int]:
    """What a label may take among `count` stakeholders: type size, width, and number of lines."""
    if count <= 12:
        return 22.0, 190.0, 3
    return (20.0, 180.0, 3) if count <= 20 else (18.0, 180.0, 2)


def fits_label(label: str, count: int) -> bool:
    """Whether `label` has room among `count` stakeholders, in the size of the others and without breaking a
    word.
    """
    size, width, most = room_for_label(count)
    lines = break_lines(label, width=width, size=size, face=BOLD)
    return len(lines) <= most and not breaks_a_word(lines)


def curve(one: Seat, other: Seat) -> str:
    """SVG path data of the line between two stakeholders.

    That of two who stand near each other bends towards the middle and stays outside of the wheel, where the eye can
    follow it; any other goes straight, and beneath the wheel.
    """
    x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
    halfway, apart = hypot(x, y), hypot(one.x - other.x, one.y - other.y)
    clear = WHEEL + _CLEAR
    nearest = max(halfway - apart * _SAG, clear) if halfway > clear else halfway
    # a quadratic curve is halfway between its chord and its control point where it is nearest to the middle
    share = (2 * nearest - halfway) / halfway if halfway > 1 else 0.0
    x, y = x * share, y * share
    return f"M{one.x:.1f} {one.y:.1f}Q{x:.1f} {y:.1f} {other.x:.1f} {other.y:.1f}"


def _seats(labels: Sequence[str], pile: float) -> tuple[Seat, ...]:
    count = len(labels)
    chord = 2 * RING * sin(pi / max(count, 2))
    radius = min(max(chord * _DISC_SHARE, _DISC[0]), _DISC[1])
    broken = [_label_lines(label, count) for label in labels]
    on_a_side = (count - 1) // 2
    heights = [height_of(lines, size) for lines, size, _ in broken]
    tallest = [max(heights[at], heights[-at]) for at in range(1, on_a_side + 1)]
    pitches = [max((a + b) / 2, max(a, b) / 2 + radius + pile) + _ROW_GAP for a, b in pairwise(tallest)]
    ring = max(RING, sum(pitches) / 2 / cos(2 * pi / count)) if pitches else RING
    rows = _apart([-ring * cos(2 * pi * at / count) for at in range(1, on_a_side + 1)], pitches)
    right = [(RING * sqrt(max(0.0, 1 - (y / ring) ** 2)), y) for y in rows]
    places = [(0.0, -ring), *right, *([(0.0, ring)] if count % 2 == 0 else []), *((-x, y) for x, y in right[::-1])]
    nearest = min((hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)), default=2 * ring)
    radius = min(radius, (nearest - _DISC_GAP) / 2)
    return tuple(
        Seat(x=x, y=y, radius=radius, label=_label(lines, size, fits, x, y, radius))
        for (x, y), (lines, size, fits) in zip(places, broken, strict=True)
    )


def _apart(rows: Sequence[float], pitches: Sequence[float]) -> list[float]:
    """`rows` (rising) so that they are `pitches` apart, between the first and the last, which stay.

    What room there is beyond the pitches is shared in proportion to what each gap had of it before.
    """
    gaps = [below - above for above, below in pairwise(rows)]
    to_spare = [max(gap - pitch, 0.0) + 0.001 for gap, pitch in zip(gaps, pitches, strict=True)]
    slack = (sum(gaps) - sum(pitches)) / sum(to_spare) if gaps else 0.0
    steps = [pitch + slack * spare for pitch, spare in zip(pitches, to_spare, strict=True)]
    return list(accumulate(steps, initial=rows[0])) if rows else []


def _label_lines(label: str, count: int) -> tuple[tuple[Line, ...], float, bool]:
    """The lines of a label, their size, and whether they fit; one that does not is set smaller, and in full."""
    base, width, most = room_for_label(count)
    if fits_label(label, count):
        return break_lines(label, width=width, size=base, face=BOLD), base, True
    size = base
    while True:
        size -= 1
        lines = break_lines(label, width=width, size=size, face=BOLD)
        if (len(lines) <= most + 1 and not breaks_a_word(lines)) or size <= _SMALLEST_LABEL:
            return lines, size, False


def _label(lines: tuple[Line, ...], size: float, fits: bool, x: float, y: float, radius: float) -> Lettering:
    height, width = height_of(lines, size), widest(lines, size=size, face=BOLD)
    away = radius + _LABEL_GAP
    if abs(x) < 1:
        side, left, middle = "middle", x - width / 2, y + (away + height / 2) * (1 if y > 0 else -1)
    else:
        side, left, middle = ("start", x + away, y) if x > 0 else ("end", x - away - width, y)
    anchor = {"middle": x, "start": left, "end": left + width}[side]
    return set_lines(lines, size, anchor, left, width, middle, side=side, fits=fits)
