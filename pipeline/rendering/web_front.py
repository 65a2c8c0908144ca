"""The front page: the map, what its caption says of each stakeholder and phase, and the same as a list."""

import re
from collections.abc import Iterator, Sequence

from pipeline.rendering.map_graphic import draw
from pipeline.rendering.map_relations import Place, counts_by_phase, counts_of_places, label_of, places
from pipeline.rendering.prose import to_plain
from pipeline.rendering.web_site import Site, View, WebPage, about, image_address

_MOST_BESIDE_WORDS = 18
"""Places on the ring. With more, the map needs the whole width of the front page for its labels to be readable."""

_ROLE = 170
"""Characters of a role in the map's caption: three lines under a narrow map."""

_SENTENCE = re.compile(r"(?<=[.!?。؟])\s+(?=\S)")
_SHORTEST = 25
"""Characters. A sentence that is shorter ends at an abbreviation, more likely than not."""


def front_page(site: Site) -> WebPage:
    """The front page of `site`."""
    content, settings = site.content, site.content.settings
    on_the_ring = places(content)
    is_grouped = any(place.is_group for place in on_the_ring)
    return WebPage(
        path="index.html",
        template="web/index.html",
        title=settings.title,
        section="map",
        about=settings.subtitle or about(settings.introduction),
        scripts=("web/map.js", "web/filter.js") if is_grouped else ("web/map.js",),
        view={
            "is_large": len(on_the_ring) > _MOST_BESIDE_WORDS,
            "is_grouped": is_grouped,
            "map": draw(
                content,
                templates=site.templates,
                href=lambda place: href_of(place, root="", front=""),
                phase_href=lambda one: f"phases/{one.id}.html",
                role_id=lambda one: f"role_{one.id}",
                image_href=image_address,
            ),
            "introduction": site.html(settings.introduction),
            "call_to_action": site.html(settings.call_to_action or ""),
            "numbers": site.numbers(
                stakeholders=len(content.stakeholders),
                phases=len(content.phases),
                strategies=len(content.strategies),
                actions=len(content.actions),
            ),
            "roles": [{"id": place.id, "text": _role(place)} for place in on_the_ring],
            "groups": list(_groups(site, on_the_ring)),
            "phases": [{**site.phase(one, ""), "description": site.html(one.description)} for one in content.phases],
            "areas": [
                {**site.area(one, ""), "description": site.html(one.description)} for one in content.action_areas
            ],
        },
    )


def href_of(place: Place, *, root: str, front: str) -> str:
    """Where a place on the map leads: to a stakeholder's page, or to a group in the list of the front page.

    `root` leads to the folder of the front page, and `front` to the front page itself.
    """
    return f"{front}#{place.id}" if place.is_group else f"{root}stakeholders/{place.id}.html"


def _groups(site: Site, on_the_ring: Sequence[Place]) -> Iterator[View]:
    """The list of all stakeholders: a part for each group of the map, or one part where there are none."""
    listed = [
        {**site.stakeholder(one, ""), "counts": counts}
        for one, counts in zip(site.content.stakeholders, counts_by_phase(site.content), strict=True)
    ]
    if not any(place.is_group for place in on_the_ring):
        yield {"anchor": None, "name": None, "counts": (), "stakeholders": listed}
        return
    start = 0
    for place, counts in zip(on_the_ring, counts_of_places(site.content), strict=True):
        end = start + len(place.members)
        names = dict.fromkeys(one.name for one in (place.first, place.members[-1]))
        yield {"anchor": place.id, "name": " – ".join(names), "counts": counts, "stakeholders": listed[start:end]}
        start = end


def _role(place: Place) -> str:
    """What the caption says of a place: what its stakeholder is, or who stands there."""
    if place.is_group:
        return _shortened(", ".join(label_of(one) for one in place.members))
    return role_of(place.first.definition)


def role_of(definition: str) -> str:
    """What a stakeholder is, in a line: the first sentence of its definition, cut at a word if it is long."""
    plain = " ".join(to_plain(definition).split())
    for end in _SENTENCE.finditer(plain):
        if end.start() >= _SHORTEST:
            plain = plain[: end.start()]
            break
    return _shortened(plain)


def _shortened(text: str) -> str:
    return text if len(text) <= _ROLE else f"{text[:_ROLE].rsplit(' ', 1)[0]} …"
