"""What all web pages share: lookups in the content, addresses, and the small views that recur."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pipeline.icons import icon_names, icon_paths
from pipeline.model import (
    Action,
    ActionArea,
    EcosystemMap,
    Entry,
    Phase,
    Quote,
    Resource,
    Stakeholder,
    Strategy,
    ValueProposition,
)
from pipeline.rendering.artefacts import Stamp
from pipeline.rendering.map_relations import connections
from pipeline.rendering.prose import to_html, to_plain
from pipeline.rendering.web_scripts import script
from pipeline.rendering.web_sizes import late, size_of
from pipeline.rendering.web_terms import Terms, terms_of
from pipeline.templating import Templates, Words

View = Mapping[str, Any]

IMAGES = "assets/images/"
"""Where the images of the workbook are, seen from the front page."""

_DESCRIPTION = 200
"""Characters of a page's description for search engines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """One page: where it is, the template that makes it, its title, and what the template is given besides.

    `section` is the item of the main menu that it belongs to; `about` describes it in a line or two; `scripts` are the
    templates of the scripts that it needs besides web/site.js; `is_listed` says whether search engines are to list it.
    """

    path: str
    template: str
    title: str
    section: str = ""
    about: str = ""
    scripts: tuple[str, ...] = ()
    is_listed: bool = True
    view: View

    @property
    def root(self) -> str:
        """The way from the page to the front page's folder: "" or "../"."""
        return root_of(self.path)


Maker = Callable[[], WebPage]
"""Makes a page when it is its turn: what all pages are given is more than the pages themselves."""


@dataclass(frozen=True)
class Site:
    """The content with its lookups, the words, the stamp and the templates."""

    content: EcosystemMap
    words: Words
    stamp: Stamp
    templates: Templates
    brief_sizes: Mapping[str, int] = field(default_factory=dict)
    """The size in bytes of each brief that has been made already, by its path."""
    sizes_come_late: bool = False
    """Whether the briefs are being made: their sizes are then put in by `with_sizes`."""

    @cached_property
    def terms(self) -> Terms:
        """The glossary, as it is explained in place."""
        return terms_of(self.content.glossary, self.content.settings.language)

    def html(self, text: str, root: str = "") -> Markup:
        """A cell's text as HTML, with the terms of the glossary explained; `root` as for `WebPage.root`."""
        return self.terms.explained(to_html(text, root=root), root)

    def script(self, name: str) -> Markup:
        """The script `name` of the templates, to stand inside a page."""
        made = self._scripts.get(name)
        if made is None:
            made = self._scripts[name] = script(self.templates, name)
        return made

    @cached_property
    def _scripts(self) -> dict[str, Markup]:
        return {}

    @cached_property
    def stakeholders(self) -> Mapping[str, Stakeholder]:
        """Every stakeholder by ID."""
        return {one.id: one for one in self.content.stakeholders}

    @cached_property
    def phases(self) -> Mapping[str, tuple[int, Phase]]:
        """Every phase by ID, with its number."""
        return {one.id: (number, one) for number, one in enumerate(self.content.phases, 1)}

    @cached_property
    def strategies(self) -> Mapping[tuple[str, str], Sequence[Strategy]]:
        """Strategies by stakeholder and phase."""
        return _grouped(self.content.strategies, lambda row: (row.stakeholder, row.phase))

    @cached_property
    def actions(self) -> Mapping[tuple[str, str], Sequence[Action]]:
        """Actions by stakeholder and area."""
        return _grouped(self.content.actions, lambda row: (row.stakeholder, row.action_area))

    @cached_property
    def by_stakeholder(self) -> Mapping[str, "Rows"]:
        """The rows of each stakeholder's page, by its ID."""
        content = self.content
        strategies, actions, values, quotes = (
            _grouped(rows, lambda row: row.stakeholder)
            for rows in (content.strategies, content.actions, content.value_propositions, content.quotes)
        )
        resources: dict[str, list[Resource]] = defaultdict(list)
        for row in content.resources:
            for one in dict.fromkeys(row.stakeholders):
                resources[one].append(row)
        return {
            one: Rows(
                strategies=strategies.get(one, ()),
                actions=actions.get(one, ()),
                values=values.get(one, ()),
                quotes=quotes.get(one, ()),
                resources=resources.get(one, ()),
            )
            for one in self.stakeholders
        }

    @cached_property
    def works_with(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """The other stakeholders that each works with, and how much; the closest first."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for pair, weight in connections(self.content).items():
            for one in pair:
                [other] = pair - {one}
                found[one].append((other, weight))
        order = {identifier: at for at, identifier in enumerate(self.stakeholders)}
        return {one: sorted(others, key=lambda each: (-each[1], order[each[0]])) for one, others in found.items()}

    def numbers(self, **counts: int) -> Sequence[View]:
        """A summary: each of `counts` that is not 0, under the word of the interface that it is called by."""
        return [{"words": self.words(key), "count": count} for key, count in counts.items() if count]

    def brief(self, path: str, root: str) -> View:
        """The brief at `path` as a link, with its size and date where its size is known."""
        size = late(path) if self.sizes_come_late else size_of(self.brief_sizes.get(path, 0))
        day = self.stamp.published_on
        details = None
        if size and day:
            details = self.words("brief_details", size=size, date=self.words.date(day))
        elif size:
            details = self.words("brief_details_undated", size=size)
        return {"href": f"{root}{path}", "details": details}

    def stakeholder(self, one: Stakeholder, root: str) -> View:
        """A stakeholder as a link, with its icon."""
        made = self._links.get((one.id, root))
        if made is None:
            made = self._links[one.id, root] = self._stakeholder(one, root)
        return made

    @cached_property
    def _links(self) -> dict[tuple[str, str], View]:
        """What `stakeholder` made: most rows name some."""
        return {}

    def _stakeholder(self, one: Stakeholder, root: str) -> View:
        return {
            "id": one.id,
            "name": one.name,
            "href": f"{root}stakeholders/{one.id}.html",
            "icon": icon(one.icon, root),
            "is_draft": one.is_draft,
        }

    def phase(self, one: Phase, root: str) -> View:
        """A phase as a link, with its number, which is also that of its colour."""
        return {
            "id": one.id,
            "name": one.name,
            "tagline": one.tagline,
            "href": f"{root}phases/{one.id}.html",
            "number": self.phases[one.id][0],
            "is_draft": one.is_draft,
        }

    def area(self, one: ActionArea, root: str) -> View:
        """An action area as a link."""
        return {"id": one.id, "name": one.name, "href": f"{root}action-areas/{one.id}.html", "is_draft": one.is_draft}

    def row(self, row: Strategy | Action, root: str, anchors: Mapping[int, str]) -> View:
        """A strategy or an action: its text, its anchor, and whom it needs."""
        return {
            "anchor": anchors[id(row)],
            "text": self.html(row.text, root),
            "works_with": [self.stakeholder(self.stakeholders[other], root) for other in row.works_with],
            "link_label": self.words("link_to_this"),
            "is_draft": row.is_draft,
        }

    def resource(self, one: Resource, root: str) -> View:
        """A resource, and for whom and which phases it is."""
        return {
            "anchor": one.id,
            "title": one.title,
            "author": one.author,
            "link": one.link,
            "stakeholders": [self.stakeholder(self.stakeholders[each], root) for each in one.stakeholders],
            "phases": [self.phase(self.phases[each][1], root) for each in one.phases],
            "is_draft": one.is_draft,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a stakeholder, sheet by sheet, in the order of the workbook, and the anchors of all on its page."""

    strategies: Sequence[Strategy]
    actions: Sequence[Action]
    values: Sequence[ValueProposition]
    quotes: Sequence[Quote]
    resources: Sequence[Resource]

    @property
    def anchors(self) -> Mapping[int, str]:
        """As of `anchors_of`."""
        return anchors_of(self.strategies, self.actions, self.values, self.quotes, self.resources)


def icon(name: str, root: str) -> View:
    """An icon: the shapes of a Lucide icon, or the address of an image."""
    if name in icon_names():
        return {"paths": Markup(icon_paths(name)), "src": None}  # noqa: S704 - the icons are ours
    return {"paths": None, "src": image_address(name, root)}


def image_address(name: str, root: str = "") -> str:
    """The address of an image of the workbook, by the name of its file."""
    return f"{root}{IMAGES}{quote(name)}"


def root_of(path: str) -> str:
    """The way from the page at `path` to the front page's folder."""
    return "../" * path.count("/")


def anchors_of(*groups: Iterable[Entry]) -> Mapping[int, str]:
    """An anchor for each row on a page, by its identity: its ID, with a number where another sheet has the
    same.
    """
    taken: set[str] = set()
    anchors: dict[int, str] = {}
    for group in groups:
        for row in group:
            identifier, number = row.id, 1  # type: ignore[attr-defined]
            while identifier in taken:
                number += 1
                identifier = f"{row.id}_{number}"  # type: ignore[attr-defined]
            taken.add(identifier)
            anchors[id(row)] = identifier
    return anchors


def about(text: str) -> str:
    """The beginning of a cell's text, for a page's description."""
    plain = " ".join(to_plain(text).split())
    return plain if len(plain) <= _DESCRIPTION else f"{plain[:_DESCRIPTION].rsplit(' ', 1)[0]} …"


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> Mapping[Any, Sequence[Any]]:
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
