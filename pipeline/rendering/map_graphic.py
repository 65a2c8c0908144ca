"""The map as one SVG drawing, for the web and for the brief (long: what does not fit is found beside the drawing).

Attributes carry the light colours, so that the drawing stands alone; the classes let the web's stylesheet
recolour it.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from math import hypot, log2, sqrt
from typing import Any

from markupsafe import Markup

from pipeline.icons import icon_names, icon_paths
from pipeline.model import EcosystemMap, Phase
from pipeline.rendering.colours import accent_colour, phase_colours, shades
from pipeline.rendering.lettering import LEADING, Lettering
from pipeline.rendering.map_geometry import PILE, Layout, Seat, curve
from pipeline.rendering.map_relations import Place, counts_of_places, joined_places, layout_of, partners, places
from pipeline.rendering.map_wheel import WHEEL, sector
from pipeline.rendering.media_types import media_type_of
from pipeline.templating import Templates, Words, direction

TEMPLATE = "shared/map.html"

_FLIPPED = {"start": "end", "end": "start", "middle": "middle"}
_THICKEST = 5.0

_IMAGE = 1.38
"""Sides of an image, in radii of its disc: its corners stay inside."""

_BADGE = 15.0
"""Radius of the number on a disc, at most."""


def draw(
    content: EcosystemMap,
    *,
    templates: Templates,
    href: Callable[[Place], str] | None = None,
    phase_href: Callable[[Phase], str] | None = None,
    role_id: Callable[[Place], str] | None = None,
    image_href: Callable[[str], str] | None = None,
    prefix: str = "map",
) -> Markup:
    """The map as an `<svg>` element.

    `href` and `phase_href` make the links, if there are to be any; where phases are links, a number on each disc,
    hidden at first, says how much it does in the phase. `role_id` names the element of the page that tells the role of
    a place's stakeholder; `image_href` gives the address of an image file by its name (else it is put into the
    drawing); `prefix` begins every id, so that two drawings can share a page.
    """
    words = templates.words(content.settings.language)
    layout = layout_of(content)
    tokens = templates.tokens()
    html = templates.render(
        TEMPLATE,
        prefix=prefix,
        word=words,
        settings=content.settings,
        direction=direction(content.settings.language),
        language=content.settings.language,
        counts={"stakeholders": len(content.stakeholders), "phases": len(content.phases)},
        frame=layout.frame,
        wheel={"outer": f"{WHEEL:g}"},
        colours={
            "accent": shades(accent_colour(content, tokens), paper=tokens["--paper"]),
            "ink": tokens["--ink"],
            "soft": tokens["--ink-soft"],
            "paper": tokens["--paper"],
            "surface": tokens["--surface"],
        },
        lines=list(_lines(content, layout)),
        phases=list(_phases(content, layout, tokens, phase_href)),
        hub_heading=_lettering(content, layout.hub_heading),
        hub_text=_lettering(content, layout.hub_text),
        stakeholders=list(_stakeholders(content, layout, words, href, role_id, image_href)),
        counts_on_discs=list(_counts(content, layout)) if phase_href else [],
    )
    return Markup(html)  # noqa: S704 - made by a template that escapes


def _lines(content: EcosystemMap, layout: Layout) -> Iterator[Mapping[str, Any]]:
    for (one, other), weight in joined_places(content).items():
        yield {
            "path": curve(layout.seats[one - 1], layout.seats[other - 1]),
            "width": f"{min(1.2 + 0.8 * log2(weight), _THICKEST):.1f}",
            "ends": (one, other),
        }


def _phases(
    content: EcosystemMap, layout: Layout, tokens: Mapping[str, str], href: Callable[[Phase], str] | None
) -> Iterator[Mapping[str, Any]]:
    colours = phase_colours(content, tokens)
    for number, (phase, segment, colour) in enumerate(zip(content.phases, layout.segments, colours, strict=True), 1):
        yield {
            "number": number,
            "path": sector(segment),
            "name": _lettering(content, segment.name),
            "place": _lettering(content, segment.number) if segment.number else None,
            "href": href(phase) if href else None,
            "shades": shades(colour, paper=tokens["--paper"]),
        }


def _stakeholders(
    content: EcosystemMap,
    layout: Layout,
    words: Words,
    href: Callable[[Place], str] | None,
    role_id: Callable[[Place], str] | None,
    image_href: Callable[[str], str] | None,
) -> Iterator[Mapping[str, Any]]:
    with_, counts = partners(content), counts_of_places(content)
    for place, seat in zip(places(content), layout.seats, strict=True):
        number, stakeholder = place.number, place.first
        is_lucide = stakeholder.icon in icon_names()
        hit = seat.label.box
        side = seat.radius * (1.06 if is_lucide else _IMAGE)
        yield {
            "number": number,
            "href": href(place) if href else None,
            "role_id": role_id(place) if role_id else None,
            "pile": [_number(seat.y - step) for step in PILE] if place.is_group else (),
            "partners": with_[number - 1] if href else (),
            "phases": [at for at, count in enumerate(counts[number - 1], 1) if count] if href else (),
            "x": _number(seat.x),
            "y": _number(seat.y),
            "radius": _number(seat.radius),
            "ring": _number(seat.radius + 5),
            "paths": Markup(icon_paths(stakeholder.icon)) if is_lucide else None,  # noqa: S704 - the icons are ours
            "image": None if is_lucide else (image_href or _embedded(content))(stakeholder.icon),
            "icon": {
                "x": _number(seat.x - side / 2),
                "y": _number(seat.y - side / 2),
                "side": _number(side),
                "scale": f"{side / 24:.3f}",
            },
            "label": _lettering(content, seat.label),
            "draft": words("draft") if all(one.is_draft for one in place.members) else None,
            "draft_y": _number(seat.y + seat.radius - 4),
            "hit": {
                "x": _number(min(hit.left, seat.disc.left)),
                "y": _number(min(hit.top, seat.disc.top)),
                "width": _number(max(hit.right, seat.disc.right) - min(hit.left, seat.disc.left)),
                "height": _number(max(hit.bottom, seat.disc.bottom) - min(hit.top, seat.disc.top)),
            },
        }


def _counts(content: EcosystemMap, layout: Layout) -> Iterator[Mapping[str, Any]]:
    """For each phase, the numbers on the discs of those who do something in it."""
    counts = counts_of_places(content)
    badges = [_badge(seat) for seat in layout.seats]
    for at in range(len(content.phases)):
        yield {
            "number": at + 1,
            "badges": [
                {**badge, "count": of_one[at]} for badge, of_one in zip(badges, counts, strict=True) if of_one[at]
            ],
        }


def _badge(seat: Seat) -> Mapping[str, str]:
    """Where the number of a disc stands: at its upper right, or where discs are small on its inner side, where no label
    is.
    """
    radius = min(_BADGE, seat.radius * 0.62)
    is_small = radius < _BADGE
    x = -seat.x / hypot(seat.x, seat.y) if is_small else sqrt(0.5)
    y = -seat.y / hypot(seat.x, seat.y) if is_small else -sqrt(0.5)
    return {
        "x": _number(seat.x + x * seat.radius),
        "y": _number(seat.y + y * seat.radius),
        "radius": _number(radius),
        "size": _number(radius * 1.2),
    }


def _lettering(content: EcosystemMap, made: Lettering) -> Mapping[str, Any]:
    """`made` for the template. In a text from right to left, "start" is the right side."""
    is_flipped = direction(content.settings.language) == "rtl"
    return {
        "lines": made.lines,
        "size": f"{made.size:g}",
        "x": _number(made.x),
        "baseline": [_number(made.baseline + at * made.size * LEADING) for at in range(len(made.lines))],
        "anchor": _FLIPPED[made.side] if is_flipped else made.side,
    }


def _embedded(content: EcosystemMap) -> Callable[[str], str]:
    def address(name: str) -> str:
        return f"data:{media_type_of(name)};base64,{b64encode(content.images[name]).decode()}"

    return address


def _number(value: float) -> str:
    written = f"{value:.1f}"
    return "0" if written == "-0.0" else written.removesuffix(".0")
