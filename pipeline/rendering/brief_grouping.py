"""From the content to the views of the brief: rows are grouped by stakeholder, phase, area and group, in order."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.model import GlossaryTerm, Page, Resource
from pipeline.rendering import prose
from pipeline.rendering.brief_measure import PAPERS, half_way, lines_taken, page_height, token, well_broken
from pipeline.rendering.brief_sections import Sections
from pipeline.rendering.brief_values import Values
from pipeline.rendering.brief_views import (
    Area,
    Count,
    Glossary,
    MatrixRow,
    PageView,
    Part,
    PhaseView,
    Picture,
    Reading,
    ReadingGroup,
    Section,
    Term,
    Thanked,
    ThanksGroup,
    lines_of,
)

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)")

_ROLES = ("Funder", "Partner", "Contributor", "Maintainer")


class Views(Values):
    """The views of one content."""

    def sections(self) -> tuple[Section, ...]:
        """Every stakeholder in clock order."""
        return Sections(self, self.readings()).all()

    def phases(self) -> tuple[PhaseView, ...]:
        """The phases in order, numbered from 1."""
        return tuple(
            PhaseView(number=number, name=phase.name, tagline=phase.tagline, description=self.html(phase.description))
            for number, phase in enumerate(self.content.phases, 1)
        )

    def matrix(self) -> tuple[MatrixRow, ...]:
        """How many strategies each stakeholder has in each phase."""
        counts = Counter((strategy.stakeholder, strategy.phase) for strategy in self.content.strategies)
        most = max(counts.values(), default=1)
        rows = []
        for stakeholder in self.content.stakeholders:
            numbers = [counts[stakeholder.id, phase.id] for phase in self.content.phases]
            rows.append(
                MatrixRow(
                    stakeholder=self.reference(stakeholder.id),
                    cells=tuple(Count(number, round(100 * number / most)) for number in numbers),
                    total=sum(numbers),
                )
            )
        return tuple(rows)

    def areas(self) -> tuple[Area, ...]:
        """The areas for action. Their actions stand with the stakeholders, so that each is printed once."""
        taken = {(action.action_area, action.stakeholder) for action in self.content.actions}
        return tuple(
            Area(
                name=area.name,
                anchor=f"area-{area.id}",
                description=self.html(area.description),
                stakeholders=tuple(
                    self.reference(stakeholder.id)
                    for stakeholder in self.content.stakeholders
                    if (area.id, stakeholder.id) in taken
                ),
            )
            for area in self.content.action_areas
        )

    def readings(self) -> tuple[ReadingGroup, ...]:
        """The resources by group, groups in the order in which they first come, numbered throughout."""
        groups: dict[str, list[Resource]] = {}
        for resource in self.content.resources:
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
                        readers=self.references(resource.stakeholders),
                        is_draft=resource.is_draft,
                    )
                )
            made.append(ReadingGroup(name=name, readings=tuple(readings)))
        return tuple(made)

    def glossary(self) -> Glossary:
        """The terms in the order of the workbook."""
        terms = tuple(
            Term(
                name=term.term,
                abbreviation=term.abbreviation,
                also_known_as=term.also_known_as,
                definition=self.html(term.definition),
                source_name=term.source_name,
                source_link=term.source_link,
            )
            for term in self.content.glossary
        )
        return Glossary(terms=terms, second_column={paper: self._second_column(paper) for paper in PAPERS})

    def _second_column(self, paper: str) -> int:
        """How many terms the first column has where all stand on one page of `paper`; 0 where they do not. To be told
        spares the layout many trials."""
        heights = [_height_of(paper, term) for term in self.content.glossary]
        room = page_height(paper) - token("h1-line") - 1.5 * token("line")
        number = half_way(heights)
        is_sure = max(sum(heights[:number]), sum(heights[number:])) <= room
        return number if is_sure and 0 < number < len(heights) else 0

    def pages(self) -> tuple[PageView, ...]:
        """The pages in the order of the workbook."""
        return tuple(self._page(page) for page in self.content.pages)

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
            if (credits_ := [credit for credit in self.content.credits if credit.role == role])
        )

    def texts(self) -> Iterator[str]:
        """The names that describe what the whole is about, for the keywords of a document."""
        yield from self.names.values()
        yield from (phase.name for phase in self.content.phases)

    def _page(self, page: Page) -> PageView:
        return PageView(
            anchor=f"page-{page.id}",
            title=page.title,
            parts=parts_of(
                well_broken(
                    prose.page_to_html(
                        page.body or "", image=self.address, heading_level=2, root=self.root, keep_lines=not page.file
                    )
                )
            ),
            is_draft=page.is_draft,
        )

    def _logo(self, name: str | None, description: str) -> Picture | None:
        address = self.address(name) if name else None
        return Picture(address=address, description=description) if address else None


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


def _height_of(paper: str, term: GlossaryTerm) -> float:
    """About how many points a term takes in its column on `paper`, with the space below."""
    width = (PAPERS[paper][0] - 2 * token("margin") - token("gap")) / 2
    name = f"{term.term} ({term.abbreviation}) " if term.abbreviation else f"{term.term} "
    lines = lines_taken(name + prose.to_plain(term.definition).replace("\n", "<br>"), width=width, size=token("size"))
    source = (
        f"Source: {term.source_name or ''}<br>{term.source_link or ''}" if term.source_name or term.source_link else ""
    )
    also = f"Also known as: {', '.join(term.also_known_as)}" if term.also_known_as else ""
    asides = lines_taken(f"{also}<br>{source}", width=width, size=token("small"))
    return (lines + asides + 1) * token("line")
