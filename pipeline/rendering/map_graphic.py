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
from pipeline.model import EcosystemMap, Phase, Stakeholder
from pipeline.problems import CellRef, Problem, Severity
from pipeline.rendering.colours import accent_colour, phase_colours, shades
from pipeline.rendering.lettering import LEADING, Lettering
from pipeline.rendering.map_geometry import Layout, Seat, curve, fits_label, lay_out
from pipeline.rendering.map_relations import connections, counts_by_phase, partners
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


def label_of(stakeholder: Stakeholder) -> str:
    """What a stakeholder is called on the map: its short name, if it has one."""
    return stakeholder.short_name or stakeholder.name


def layout_of(content: EcosystemMap) -> Layout:
    """Where everything on the map of `content` stands."""
    return lay_out(
        [label_of(stakeholder) for stakeholder in content.stakeholders],
        [phase.name for phase in content.phases],
        heading=content.settings.centre_heading,
        text=content.settings.centre_text,
    )


def draw(
    content: EcosystemMap,
    *,
    templates: Templates,
    href: Callable[[Stakeholder], str] | None = None,
    phase_href: Callable[[Phase], str] | None = None,
    role_id: Callable[[Stakeholder], str] | None = None,
    image_href: Callable[[str], str] | None = None,
    prefix: str = "map",
) -> Markup:
    """The map as an `<svg>` element.

    `href` and `phase_href` make the links, if there are to be any; where phases are links, a number on each disc,
    hidden at first, says how much it does in the phase. `role_id` names the element of the page that tells a
    stakeholder's role; `image_href` gives the address of an image file by its name (else it is put into the drawing);
    `prefix` begins every id, so that two drawings can share a page.
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


def text_overflow(content: EcosystemMap) -> Iterator[Problem]:
    """A name or text is too long for its place on the map, or on a page of the brief.

    The map is drawn all the same and nothing is cut off, but such a text is set smaller than the others, or on more
    lines than look well, and is hard to read.

    Give the stakeholder a short name, or shorten the text.

    Before: International Associations of Credentialing Organizations and Registries, without a short name
    After: the same name, with “Credential Registries” under Short name
    """
    count = len(content.stakeholders)
    for stakeholder in content.stakeholders:
        label = label_of(stakeholder)
        room = _longest(label, lambda text: fits_label(text, count))
        if room < len(label):
            where = "short_name" if stakeholder.short_name else "name"
            yield _too_long(stakeholder.cell(where), "Stakeholders", where, label, room)
    layout = layout_of(content)
    for phase, segment in zip(content.phases, layout.segments, strict=True):
        if not segment.name.fits:
            names = [other.name for other in content.phases]
            at = content.phases.index(phase)
            room = _longest(
                phase.name,
                lambda text, names=names, at=at: (  # type: ignore[misc]
                    lay_out(["-"], [*names[:at], text, *names[at + 1 :]]).segments[at].name.fits
                ),
            )
            yield _too_long(phase.cell("name"), "Phases", "name", phase.name, room)
    settings = content.settings
    for where, lettering in (("centre_heading", layout.hub_heading), ("centre_text", layout.hub_text)):
        value = getattr(settings, where) or ""
        if value and not lettering.fits:
            room = _longest(value, lambda text, where=where: _hub_fits(content, where, text))  # type: ignore[misc]
            yield _too_long(settings.cell(where), "Settings", where, value, room)


def _hub_fits(content: EcosystemMap, where: str, text: str) -> bool:
    settings = content.settings
    heading, body = settings.centre_heading, settings.centre_text
    layout = lay_out(
        ["-"],
        ["-"],
        heading=text if where == "centre_heading" else heading,
        text=text if where == "centre_text" else body,
    )
    return layout.hub_heading.fits and layout.hub_text.fits


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters of `text`, from its beginning, fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


_HEADINGS = {
    "name": "Name",
    "short_name": "Short name",
    "centre_heading": "Centre heading",
    "centre_text": "Centre text",
}


def _too_long(at: CellRef | None, sheet: str, where: str, value: str, room: int) -> Problem:
    over = len(value) - room
    is_name = (sheet, where) == ("Stakeholders", "name")
    return Problem(
        code="text-overflow",
        severity=Severity.WARNING,
        at=at or CellRef(sheet),
        heading=_HEADINGS[where],
        value=value,
        message=f"“{value}” is about {over} character{'s' if over != 1 else ''} too long for its place on the map.",
        help=(
            f"Give it a Short name of at most {room} characters or so."
            if is_name
            else f"Shorten it to about {room} characters, or use shorter words."
        ),
    )


def _lines(content: EcosystemMap, layout: Layout) -> Iterator[Mapping[str, Any]]:
    at = {stakeholder.id: number for number, stakeholder in enumerate(content.stakeholders)}
    for pair, weight in connections(content).items():
        one, other = sorted(at[identifier] for identifier in pair)
        yield {
            "path": curve(layout.seats[one], layout.seats[other]),
            "width": f"{min(1.2 + 0.8 * log2(weight), _THICKEST):.1f}",
            "ends": (one + 1, other + 1),
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
            "href": href(phase) if href else None,
            "shades": shades(colour, paper=tokens["--paper"]),
        }


def _stakeholders(
    content: EcosystemMap,
    layout: Layout,
    words: Words,
    href: Callable[[Stakeholder], str] | None,
    role_id: Callable[[Stakeholder], str] | None,
    image_href: Callable[[str], str] | None,
) -> Iterator[Mapping[str, Any]]:
    with_, counts = partners(content), counts_by_phase(content)
    for number, (stakeholder, seat) in enumerate(zip(content.stakeholders, layout.seats, strict=True), 1):
        is_lucide = stakeholder.icon in icon_names()
        hit = seat.label.box
        side = seat.radius * (1.06 if is_lucide else _IMAGE)
        yield {
            "number": number,
            "href": href(stakeholder) if href else None,
            "role_id": role_id(stakeholder) if role_id else None,
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
            "draft": words("draft") if stakeholder.is_draft else None,
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
    counts = counts_by_phase(content)
    places = [_badge(seat) for seat in layout.seats]
    for at in range(len(content.phases)):
        yield {
            "number": at + 1,
            "badges": [
                {**place, "count": of_one[at]} for place, of_one in zip(places, counts, strict=True) if of_one[at]
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
