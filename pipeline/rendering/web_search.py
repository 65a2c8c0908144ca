"""The search page: everything on the map in complete lists, which a script narrows down to what is asked for."""

from collections.abc import Callable, Iterable, Sequence

from pipeline.rendering.prose import page_to_plain, to_plain
from pipeline.rendering.web_site import Site, View, WebPage

_BEGINNING = 400
"""Characters of a page's text that the list shows and the search finds."""


def search_page(site: Site) -> WebPage:
    """Every name, strategy, action, reason, quote, term, resource and page, each with the way to it."""
    content, word = site.content, site.words
    by_id = {**{one.id: one.name for one in content.stakeholders}}
    phases = {one.id: one.name for one in content.phases}
    areas = {one.id: one.name for one in content.action_areas}
    # a resource stands on several pages, and has an anchor on its own
    resources = {id(row) for row in content.resources}
    anchors = {
        identity: anchor
        for rows in site.by_stakeholder.values()
        for identity, anchor in rows.anchors.items()
        if identity not in resources
    }
    own: Callable[[str, int], str] = lambda one, row: f"stakeholders/{one}.html#{anchors[row]}"  # noqa: E731
    groups: Sequence[tuple[str, Iterable[View]]] = (
        (
            word("stakeholders"),
            (
                _entry(f"stakeholders/{one.id}.html", one.name, one.definition, (one.short_name, *one.former_names))
                for one in content.stakeholders
            ),
        ),
        (
            word("phases"),
            (_entry(f"phases/{one.id}.html", one.name, one.description, (one.tagline,)) for one in content.phases),
        ),
        (
            word("action_areas"),
            (_entry(f"action-areas/{one.id}.html", one.name, one.description) for one in content.action_areas),
        ),
        (
            word("strategies"),
            (
                _entry(own(row.stakeholder, id(row)), row.text, "", (by_id[row.stakeholder], phases[row.phase]))
                for row in content.strategies
            ),
        ),
        (
            word("actions"),
            (
                _entry(own(row.stakeholder, id(row)), row.text, "", (by_id[row.stakeholder], areas[row.action_area]))
                for row in content.actions
            ),
        ),
        (
            word("value_propositions"),
            (
                _entry(own(row.stakeholder, id(row)), row.title, row.description, (by_id[row.stakeholder],))
                for row in content.value_propositions
            ),
        ),
        (
            word("quotes"),
            (
                _entry(own(row.stakeholder, id(row)), row.text, "", (row.person, by_id[row.stakeholder]))
                for row in content.quotes
            ),
        ),
        (
            word("glossary"),
            (
                _entry(f"glossary.html#{one.id}", one.term, one.definition, (one.abbreviation, *one.also_known_as))
                for one in content.glossary
            ),
        ),
        (
            word("resources"),
            (_entry(f"resources.html#{one.id}", one.title, "", (one.author, one.group)) for one in content.resources),
        ),
        (
            word("pages"),
            (
                _entry(f"{one.id}.html", one.title, page_to_plain(one.body or "", keep_lines=not one.file))
                for one in content.pages
            ),
        ),
    )
    listed = [{"name": name, "entries": list(entries)} for name, entries in groups]
    return WebPage(
        path="search.html",
        template="web/search.html",
        title=word("search"),
        section="search",
        about=word("search_hint"),
        scripts=("web/filter.js",),
        view={
            "groups": [
                {**group, "anchor": f"found_{number}"} for number, group in enumerate(listed, 1) if group["entries"]
            ]
        },
    )


def _entry(href: str, name: str, text: str, beside: Iterable[str | None] = ()) -> View:
    plain = " ".join(to_plain(text).split()) if text else ""
    shown = plain if len(plain) <= _BEGINNING else f"{plain[:_BEGINNING].rsplit(' ', 1)[0]} …"
    return {
        "href": href,
        "name": " ".join(to_plain(name).split()) or name,
        "text": shown,
        "beside": " · ".join(each for each in beside if each),
    }
