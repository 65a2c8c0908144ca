"""From the content to the views of the brief: rows are grouped by stakeholder, phase, area and group, in order."""

import base64
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from pipeline.icons import icon_paths
from pipeline.model import EcosystemMap, Entry, Page, Resource, Stakeholder
from pipeline.rendering import prose
from pipeline.rendering.brief_views import (
    Area,
    Count,
    Group,
    Item,
    MatrixRow,
    PageView,
    Part,
    PhaseView,
    Picture,
    Reading,
    ReadingGroup,
    Reference,
    Saying,
    Section,
    Term,
    Thanked,
    ThanksGroup,
    lines_of,
)
from pipeline.rendering.media_types import media_type_of

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)")

_ROLES = ("Funder", "Partner", "Contributor", "Maintainer")
_CASES = ("Business", "Social")


class Views:
    """The views of one content. `root` is what links inside the map begin with on paper, None if it has no address."""

    def __init__(self, content: EcosystemMap) -> None:
        self._content = content
        address = content.settings.site_address
        self._root = f"{address.rstrip('/')}/" if address else None
        self._names = {stakeholder.id: stakeholder.name for stakeholder in content.stakeholders}

    def html(self, text: str | None) -> Markup:
        """A cell's text as HTML blocks; nothing for None."""
        return prose.to_html(text, root=self._root) if text else Markup("")

    def first_paragraph(self, text: str) -> str:
        """The first paragraph of a text, plain."""
        return prose.to_plain(text).split("\n", 1)[0]

    def sections(self) -> tuple[Section, ...]:
        """Every stakeholder in clock order."""
        readings = self.readings()
        return tuple(self._section(stakeholder, readings) for stakeholder in self._content.stakeholders)

    def phases(self) -> tuple[PhaseView, ...]:
        """The phases in order, numbered from 1."""
        return tuple(
            PhaseView(number=number, name=phase.name, tagline=phase.tagline, description=self.html(phase.description))
            for number, phase in enumerate(self._content.phases, 1)
        )

    def matrix(self) -> tuple[MatrixRow, ...]:
        """How many strategies each stakeholder has in each phase."""
        counts = Counter((strategy.stakeholder, strategy.phase) for strategy in self._content.strategies)
        most = max(counts.values(), default=1)
        rows = []
        for stakeholder in self._content.stakeholders:
            numbers = [counts[stakeholder.id, phase.id] for phase in self._content.phases]
            rows.append(
                MatrixRow(
                    stakeholder=self._reference(stakeholder.id),
                    cells=tuple(Count(number, round(100 * number / most)) for number in numbers),
                    total=sum(numbers),
                )
            )
        return tuple(rows)

    def areas(self) -> tuple[Area, ...]:
        """The areas for action. Their actions stand with the stakeholders, so that each is printed once."""
        taken = {(action.action_area, action.stakeholder) for action in self._content.actions}
        return tuple(
            Area(
                name=area.name,
                anchor=f"area-{area.id}",
                description=self.html(area.description),
                stakeholders=tuple(
                    self._reference(stakeholder.id)
                    for stakeholder in self._content.stakeholders
                    if (area.id, stakeholder.id) in taken
                ),
            )
            for area in self._content.action_areas
        )

    def readings(self) -> tuple[ReadingGroup, ...]:
        """The resources by group, groups in the order in which they first come, numbered throughout."""
        groups: dict[str, list[Resource]] = {}
        for resource in self._content.resources:
            groups.setdefault(resource.group, []).append(resource)
        made: list[ReadingGroup] = []
        number = 0
        for name, resources in groups.items():
            readings = []
            for resource in resources:
                number += 1
                readings.append(
                    Reading(
                        number=number,
                        title=resource.title,
                        author=resource.author,
                        link=resource.link,
                        readers=self._references(resource.stakeholders),
                        is_draft=resource.is_draft,
                    )
                )
            made.append(ReadingGroup(name=name, readings=tuple(readings)))
        return tuple(made)

    def glossary(self) -> tuple[Term, ...]:
        """The terms in the order of the workbook."""
        return tuple(
            Term(
                name=term.term,
                abbreviation=term.abbreviation,
                also_known_as=term.also_known_as,
                definition=self.html(term.definition),
                source_name=term.source_name,
                source_link=term.source_link,
            )
            for term in self._content.glossary
        )

    def pages(self) -> tuple[PageView, ...]:
        """The pages in the order of the workbook."""
        return tuple(self._page(page) for page in self._content.pages)

    def thanks(self) -> tuple[ThanksGroup, ...]:
        """Funders, partners, contributors and maintainers: those groups that have anybody in them."""
        return tuple(
            ThanksGroup(
                role=role.lower(),
                thanked=tuple(
                    Thanked(
                        name=credit.name,
                        link=credit.link,
                        logo=self._logo(credit.logo, credit.logo_description or credit.name),
                    )
                    for credit in credits_
                ),
            )
            for role in _ROLES
            if (credits_ := [credit for credit in self._content.credits if credit.role == role])
        )

    def texts(self) -> Iterator[str]:
        """The names that describe what the whole is about, for the keywords of a document."""
        yield from self._names.values()
        yield from (phase.name for phase in self._content.phases)

    def _section(self, stakeholder: Stakeholder, readings: Iterable[ReadingGroup]) -> Section:
        content = self._content
        own = [strategy for strategy in content.strategies if strategy.stakeholder == stakeholder.id]
        actions = [action for action in content.actions if action.stakeholder == stakeholder.id]
        named = (*(row.works_with for row in own), *(row.works_with for row in actions))
        partners = {partner for row in named for partner in row}
        strategies = [
            Group(
                label=phase.name,
                number=number,
                items=tuple(
                    self._item(strategy, strategy.text, strategy.works_with)
                    for strategy in own
                    if strategy.phase == phase.id
                ),
            )
            for number, phase in enumerate(content.phases, 1)
        ]
        by_area = [
            Group(
                label=area.name,
                items=tuple(
                    self._item(action, action.text, action.works_with)
                    for action in actions
                    if action.action_area == area.id
                ),
            )
            for area in content.action_areas
        ]
        reasons = {
            case: tuple(
                self._item(reason, reason.description, (), title=reason.title)
                for reason in content.value_propositions
                if reason.stakeholder == stakeholder.id and reason.case == case
            )
            for case in _CASES
        }
        return Section(
            id=stakeholder.id,
            anchor=f"stakeholder-{stakeholder.id}",
            name=stakeholder.name,
            icon=self._picture(stakeholder.icon, stakeholder.icon_description),
            definition=self.html(stakeholder.definition),
            examples=self.html(stakeholder.examples),
            former_names=stakeholder.former_names,
            works_with=tuple(self._reference(other) for other in self._names if other in partners),
            strategies=tuple(group for group in strategies if group.items),
            actions=tuple(group for group in by_area if group.items),
            business=reasons["Business"],
            social=reasons["Social"],
            quotes=tuple(
                Saying(
                    text=self.html(quote.text),
                    person=quote.person,
                    details=tuple(filter(None, (quote.role, quote.organisation))),
                    link=quote.source_link,
                    is_draft=quote.is_draft,
                )
                for quote in content.quotes
                if quote.stakeholder == stakeholder.id
            ),
            readings_by_group=tuple(
                ReadingGroup(name=group.name, readings=own_readings)
                for group in readings
                if (own_readings := _readings_for(f"stakeholder-{stakeholder.id}", group))
            ),
            is_draft=stakeholder.is_draft,
        )

    def _item(self, entry: Entry, text: str, partners: Iterable[str], title: str = "") -> Item:
        return Item(text=self.html(text), title=title, partners=self._references(partners), is_draft=entry.is_draft)

    def _reference(self, stakeholder: str) -> Reference:
        return Reference(self._names[stakeholder], f"stakeholder-{stakeholder}")

    def _references(self, stakeholders: Iterable[str]) -> tuple[Reference, ...]:
        # Of a reference to a row that is not in this release (a draft, an archived one) nothing is printed.
        return tuple(self._reference(identifier) for identifier in stakeholders if identifier in self._names)

    def _page(self, page: Page) -> PageView:
        return PageView(
            anchor=f"page-{page.id}",
            title=page.title,
            parts=parts_of(
                prose.page_to_html(
                    page.body or "", image=self._address, heading_level=2, root=self._root, keep_lines=not page.file
                )
            ),
            is_draft=page.is_draft,
        )

    def _picture(self, name: str, description: str) -> Picture:
        address = self._address(name)
        if address:
            return Picture(address=address, description=description)
        return Picture(shapes=Markup(icon_paths(name)), description=description)  # noqa: S704 - Lucide's own drawing

    def _logo(self, name: str | None, description: str) -> Picture | None:
        address = self._address(name) if name else None
        return Picture(address=address, description=description) if address else None

    def _address(self, name: str) -> str | None:
        """The image file `name` as a data: address, or None if the content has no such file."""
        body = self._content.images.get(name)
        return f"data:{media_type_of(name)};base64,{base64.b64encode(body).decode()}" if body else None


def parts_of(html: Markup) -> tuple[Part, ...]:
    """A page divided before each of its main headings (h2), unless one stands inside a list or a table."""
    cuts, depth = [0], 0
    for tag in _TAG.finditer(html):
        if tag["name"] == "h2" and not tag["close"] and depth == 0:
            cuts.append(tag.start())
        if tag["name"] not in ("br", "img"):
            depth += -1 if tag["close"] else 1
    pieces = [html[start:end] for start, end in itertools.pairwise([*cuts, len(html)])]
    # Slices of our own finished HTML stay finished HTML.
    return tuple(Part(Markup(piece), _heading_lines(piece)) for piece in pieces if piece.strip())  # noqa: S704


def _heading_lines(html: str) -> int:
    heading = re.match(r"\s*<h2>(.*?)</h2>", html, re.DOTALL)
    return lines_of(Markup(heading[1]).striptags()) if heading else 0  # noqa: S704


def _readings_for(anchor: str, group: ReadingGroup) -> tuple[Reading, ...]:
    return tuple(reading for reading in group.readings if anchor in {reader.anchor for reader in reading.readers})
