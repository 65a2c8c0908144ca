"""The pages of stakeholders, phases and action areas: what each template is given."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.model import ActionArea, Phase, Stakeholder
from pipeline.rendering.web_site import Site, View, WebPage, about, anchors_of

T = TypeVar("T")


def stakeholder_page(site: Site, one: Stakeholder, at: int) -> WebPage:
    """The page of the stakeholder `one`, which is number `at` on the ring (from 0)."""
    content, word, root = site.content, site.words, "../"
    rows = site.by_stakeholder[one.id]
    strategies, actions, values, quotes, resources = (
        rows.strategies,
        rows.actions,
        rows.values,
        rows.quotes,
        rows.resources,
    )
    anchors = rows.anchors
    works_with = site.works_with.get(one.id, ())
    sections = {
        **({"partners": word("works_with")} if works_with else {}),
        "strategies": word("strategies_by_phase"),
        **({"actions": word("actions_by_area")} if actions else {}),
        **({"value": word("value")} if values else {}),
        **({"quotes": word("quotes")} if quotes else {}),
        **({"resources": word("resources")} if resources else {}),
    }
    return WebPage(
        path=f"stakeholders/{one.id}.html",
        template="web/stakeholder.html",
        title=one.name,
        section="map",
        about=about(one.definition),
        view={
            **site.stakeholder(one, root),
            "icon_description": one.icon_description,
            "short_name": one.short_name,
            "former_names": one.former_names,
            "definition": site.html(one.definition, root),
            "examples": site.html(one.examples, root),
            "brief": site.brief(f"briefs/{one.id}.pdf", root),
            "numbers": site.numbers(
                strategies=len(strategies),
                actions=len(actions),
                reasons=len(values),
                partners=len(works_with),
                resources=len(resources),
            ),
            "sections": [{"anchor": f"section_{key}", "words": words} for key, words in sections.items()],
            "works_with": [
                {**site.stakeholder(site.stakeholders[other], root), "count": count} for other, count in works_with
            ],
            "phases": [
                {
                    **site.phase(phase, root),
                    "anchor": f"phase_{phase.id}",
                    "rows": [site.row(row, root, anchors) for row in site.strategies.get((one.id, phase.id), ())],
                }
                for phase in content.phases
            ],
            "areas": [
                {
                    **site.area(area, root),
                    "anchor": f"area_{area.id}",
                    "rows": [site.row(row, root, anchors) for row in site.actions.get((one.id, area.id), ())],
                }
                for area in content.action_areas
                if (one.id, area.id) in site.actions
            ],
            "cases": [
                {
                    "name": word(f"{case.lower()}_case"),
                    "rows": [
                        {
                            "anchor": anchors[id(row)],
                            "title": row.title,
                            "text": site.html(row.description, root),
                            "is_draft": row.is_draft,
                        }
                        for row in values
                        if row.case == case
                    ],
                }
                for case in ("Business", "Social")
                if any(row.case == case for row in values)
            ],
            "quotes": [
                {
                    "anchor": anchors[id(row)],
                    "text": site.html(row.text, root),
                    "person": row.person,
                    "role": row.role,
                    "organisation": row.organisation,
                    "link": row.source_link,
                    "is_draft": row.is_draft,
                }
                for row in quotes
            ],
            "resources": [
                {**site.resource(row, root), "anchor": anchors[id(row)], "stakeholders": []} for row in resources
            ],
            **_neighbours(content.stakeholders, at, lambda each: site.stakeholder(each, root)),
        },
    )


def phase_page(site: Site, phase: Phase, at: int) -> WebPage:
    """The page of `phase`, which is number `at` (from 0)."""
    content, root = site.content, "../"
    rows = [row for row in content.strategies if row.phase == phase.id]
    resources = [row for row in content.resources if phase.id in row.phases]
    anchors = anchors_of(rows, resources)
    return WebPage(
        path=f"phases/{phase.id}.html",
        template="web/phase.html",
        title=phase.name,
        section="phases",
        about=phase.tagline or about(phase.description),
        view={
            **site.phase(phase, root),
            "description": site.html(phase.description, root),
            "numbers": site.numbers(
                stakeholders=len({row.stakeholder for row in rows}), strategies=len(rows), resources=len(resources)
            ),
            "all_phases": [{**site.phase(each, root), "is_current": each.id == phase.id} for each in content.phases],
            "stakeholders": [
                {
                    **site.stakeholder(one, root),
                    "anchor": f"stakeholder_{one.id}",
                    "rows": [site.row(row, root, anchors) for row in site.strategies.get((one.id, phase.id), ())],
                }
                for one in content.stakeholders
                if (one.id, phase.id) in site.strategies
            ],
            "resources": [{**site.resource(row, root), "anchor": anchors[id(row)], "phases": []} for row in resources],
            **_neighbours(content.phases, at, lambda each: site.phase(each, root)),
        },
    )


def area_page(site: Site, area: ActionArea, at: int) -> WebPage:
    """The page of the action area that stands at place `at`."""
    content, root = site.content, "../"
    rows = [row for row in content.actions if row.action_area == area.id]
    anchors = anchors_of(rows)
    return WebPage(
        path=f"action-areas/{area.id}.html",
        template="web/area.html",
        title=area.name,
        section="areas",
        about=about(area.description),
        view={
            **site.area(area, root),
            "description": site.html(area.description, root),
            "numbers": site.numbers(stakeholders=len({row.stakeholder for row in rows}), actions=len(rows)),
            "stakeholders": [
                {
                    **site.stakeholder(one, root),
                    "anchor": f"stakeholder_{one.id}",
                    "rows": [site.row(row, root, anchors) for row in site.actions.get((one.id, area.id), ())],
                }
                for one in content.stakeholders
                if (one.id, area.id) in site.actions
            ],
            **_neighbours(content.action_areas, at, lambda each: site.area(each, root)),
        },
    )


def _neighbours(entries: Sequence[T], at: int, view: Callable[[T], View]) -> View:
    return {
        "previous": view(entries[at - 1]) if at > 0 else None,
        "following": view(entries[at + 1]) if at + 1 < len(entries) else None,
    }
