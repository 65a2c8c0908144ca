"""The front page: the map, what its caption says of each stakeholder and phase, and the same as a list."""

import re

from pipeline.rendering.map_graphic import draw
from pipeline.rendering.map_relations import counts_by_phase
from pipeline.rendering.prose import to_plain
from pipeline.rendering.web_site import Site, WebPage, about, image_address

_MOST_BESIDE_WORDS = 18
"""Stakeholders. With more, the map needs the whole width of the front page for its labels to be readable."""

_ROLE = 170
"""Characters of a role in the map's caption: three lines under a narrow map."""

_SENTENCE = re.compile(r"(?<=[.!?。؟])\s+(?=\S)")
_SHORTEST = 25
"""Characters. A sentence that is shorter ends at an abbreviation, more likely than not."""


def front_page(site: Site) -> WebPage:
    """The front page of `site`."""
    content, settings = site.content, site.content.settings
    counts = counts_by_phase(content)
    return WebPage(
        path="index.html",
        template="web/index.html",
        title=settings.title,
        section="map",
        about=settings.subtitle or about(settings.introduction),
        scripts=("web/map.js",),
        view={
            "is_large": len(content.stakeholders) > _MOST_BESIDE_WORDS,
            "map": draw(
                content,
                templates=site.templates,
                href=lambda one: f"stakeholders/{one.id}.html",
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
            "stakeholders": [
                {**site.stakeholder(one, ""), "role": role_of(one.definition), "counts": counts[at]}
                for at, one in enumerate(content.stakeholders)
            ],
            "phases": [{**site.phase(one, ""), "description": site.html(one.description)} for one in content.phases],
            "areas": [
                {**site.area(one, ""), "description": site.html(one.description)} for one in content.action_areas
            ],
        },
    )


def role_of(definition: str) -> str:
    """What a stakeholder is, in a line: the first sentence of its definition, cut at a word if it is long."""
    plain = " ".join(to_plain(definition).split())
    for end in _SENTENCE.finditer(plain):
        if end.start() >= _SHORTEST:
            plain = plain[: end.start()]
            break
    return plain if len(plain) <= _ROLE else f"{plain[:_ROLE].rsplit(' ', 1)[0]} …"
