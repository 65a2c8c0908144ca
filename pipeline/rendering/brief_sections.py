"""The stakeholders' sections of the brief: what is each stakeholder's own, gathered from all sheets in one pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from pipeline.model import Stakeholder
from pipeline.rendering.brief_measure import PAPERS, lines_taken, page_height, token
from pipeline.rendering.brief_values import Values
from pipeline.rendering.brief_views import Group, Item, Reading, ReadingGroup, Reference, Saying, Section

_CASES = ("Business", "Social")

_COUNTED_ON = 0.95
"""The part of a page that may be counted on, since the heights of texts are known only about."""

_MARKS = ", With"
"""What stands around the names of partners, by its length."""


class _Owned(Protocol):
    @property
    def stakeholder(self) -> str: ...


_Row = TypeVar("_Row", bound=_Owned)


class Sections:
    """The sections of one content. `readings` are its resources, numbered."""

    def __init__(self, values: Values, readings: Iterable[ReadingGroup]) -> None:
        content = values.content
        self._values = values
        self._strategies = _by_owner(content.strategies)
        self._actions = _by_owner(content.actions)
        self._reasons = _by_owner(content.value_propositions)
        self._quotes = _by_owner(content.quotes)
        self._readings: dict[str, dict[str, list[Reading]]] = defaultdict(dict)
        for group in readings:
            for reading in group.readings:
                for reader in dict.fromkeys(reader.anchor for reader in reading.readers):
                    self._readings[reader].setdefault(group.name, []).append(reading)

    def all(self) -> tuple[Section, ...]:
        """Every stakeholder's section, in clock order."""
        return tuple(self._section(stakeholder) for stakeholder in self._values.content.stakeholders)

    def _section(self, stakeholder: Stakeholder) -> Section:
        values, content = self._values, self._values.content
        anchor = f"stakeholder-{stakeholder.id}"
        rows = self._strategies.get(stakeholder.id, ())
        actions = self._actions.get(stakeholder.id, ())
        by_phase: dict[str, list[Item]] = defaultdict(list)
        for strategy in rows:
            by_phase[strategy.phase].append(values.item(strategy, strategy.text, strategy.works_with))
        by_area: dict[str, list[Item]] = defaultdict(list)
        for action in actions:
            by_area[action.action_area].append(values.item(action, action.text, action.works_with))
        by_case: dict[str, list[Item]] = defaultdict(list)
        for reason in self._reasons.get(stakeholder.id, ()):
            by_case[reason.case].append(values.item(reason, reason.description, title=reason.title))
        named = (*(row.works_with for row in rows), *(row.works_with for row in actions))
        lead, examples = values.html(stakeholder.definition), values.html(stakeholder.examples)
        works_with = values.in_clock_order(partner for partners in named for partner in partners)
        strategies = tuple(
            Group(label=phase.name, number=number, items=tuple(by_phase[phase.id]))
            for number, phase in enumerate(content.phases, 1)
            if phase.id in by_phase
        )
        areas = tuple(
            Group(label=area.name, items=tuple(by_area[area.id])) for area in content.action_areas if area.id in by_area
        )
        business, social = (Group(label="", items=tuple(by_case[case])) for case in _CASES)
        sayings = tuple(
            Saying(
                text=values.html(quote.text),
                person=quote.person,
                details=tuple(filter(None, (quote.role, quote.organisation))),
                link=quote.source_link,
                is_draft=quote.is_draft,
            )
            for quote in self._quotes.get(stakeholder.id, ())
        )
        return Section(
            id=stakeholder.id,
            anchor=anchor,
            name=stakeholder.name,
            icon=values.picture(stakeholder.icon, stakeholder.icon_description),
            definition=lead,
            examples=examples,
            former_names=stakeholder.former_names,
            works_with=works_with,
            strategies=strategies,
            actions=areas,
            business=business,
            social=social,
            quotes=sayings,
            readings_by_group=tuple(
                ReadingGroup(name=name, readings=tuple(readings))
                for name, readings in self._readings.get(anchor, {}).items()
            ),
            turns_on=frozenset(
                paper
                for paper in PAPERS
                if _turns(
                    paper,
                    first=_height_of_beginning(paper, lead, examples, works_with)
                    + _height_of_groups(paper, strategies),
                    second=_height_of_groups(paper, areas)
                    + _height_of_groups(paper, [case for case in (business, social) if case.items])
                    + sum(_height_of_text(paper, saying.text) + 3 * token("line") for saying in sayings),
                )
            ),
            is_draft=stakeholder.is_draft,
        )


def _by_owner(rows: Iterable[_Row]) -> Mapping[str, Sequence[_Row]]:
    owned: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        owned[row.stakeholder].append(row)
    return owned


def _turns(paper: str, *, first: float, second: float) -> bool:
    """Whether a section is better divided between who they are and what they do on one page, and the rest on the next:
    each part fits on a page, and both together do not."""
    room = _COUNTED_ON * page_height(paper)
    return first <= room and second <= room and first + second > page_height(paper)


def _height_of_beginning(paper: str, lead: str, examples: str, partners: Sequence[Reference]) -> float:
    """About how many points the name, the definition and what is told in a line or two take."""
    column = _column(paper)
    named = len(", 10".join(partner.name for partner in partners))
    lines = lines_taken(lead, width=column, size=token("lead"))
    facts = lines_taken(examples, width=column, size=token("size")) + lines_taken(
        "x" * named, width=column, size=token("size")
    )
    return 2.5 * token("line") + token("h1-line") + lines * token("lead-line") + (facts + 2) * token("line")


def _height_of_groups(paper: str, groups: Sequence[Group]) -> float:
    """About how many points a heading and the groups below it take; 0 without groups."""
    items = [item for group in groups for item in group.items]
    if not items:
        return 0.0
    lines = sum(_lines_of_item(paper, item) for item in items)
    between = token("half") * (len(items) - len(groups)) + token("line") * (len(groups) - 1)
    return 3.5 * token("line") + lines * token("line") + between


def _lines_of_item(paper: str, item: Item) -> int:
    partners = "".join(f"{partner.name}{_MARKS}" for partner in item.partners)
    whole = f"{item.text.removesuffix('</p>')} {partners}" if item.runs_on else item.text
    return lines_taken(whole, width=_column(paper), size=token("size")) + bool(item.title)


def _height_of_text(paper: str, text: str) -> float:
    return lines_taken(text, width=_column(paper), size=token("lead")) * token("lead-line")


def _column(paper: str) -> float:
    """How wide the column of text is, in millimetres."""
    return PAPERS[paper][0] - 2 * token("margin") - token("indent")
