"""Whether the names and texts of a map have room in its drawing."""

from collections.abc import Callable, Iterator

from pipeline.model import EcosystemMap
from pipeline.problems import CellRef, Problem, Severity
from pipeline.rendering.map_geometry import fits_label, lay_out
from pipeline.rendering.map_relations import layout_of, places


def text_overflow(content: EcosystemMap) -> Iterator[Problem]:
    """A name or text is too long for its place on the map, or on a page of the brief.

    The map is drawn all the same and nothing is cut off, but such a text is set smaller than the others, or on more
    lines than look well, and is hard to read.

    Give the stakeholder a short name, or shorten the text.

    Before: International Associations of Credentialing Organizations and Registries, without a short name
    After: the same name, with “Credential Registries” under Short name
    """
    on_the_ring = places(content)
    count = len(on_the_ring)
    for place in on_the_ring:
        stakeholder, label = place.first, place.label
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
