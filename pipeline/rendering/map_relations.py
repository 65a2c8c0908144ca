"""What the map shows of its stakeholders besides their places: who works with whom, and how much each does in a phase."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import Action, EcosystemMap, Stakeholder, Strategy
from pipeline.rendering.map_geometry import Layout, lay_out

MOST_ON_THE_RING = 40
"""Stakeholders. Labels of more have no room around a ring that is seen at a glance."""

GROUPS = 20
"""Places on the ring where there are too many stakeholders for a place each: as many as have large labels."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the ring: that of one stakeholder, or of a group of neighbours in clock order.

    `number` counts the places from 1, clockwise from 12 o'clock.
    """

    number: int
    members: tuple[Stakeholder, ...]

    @property
    def first(self) -> Stakeholder:
        """The stakeholder whose name and icon the place shows."""
        return self.members[0]

    @property
    def is_group(self) -> bool:
        """Whether several stakeholders share the place."""
        return len(self.members) > 1

    @property
    def id(self) -> str:
        """The stakeholder's ID, or that of the group, which no stakeholder can have: IDs hold no underscore."""
        return f"group_{self.number}" if self.is_group else self.first.id

    @property
    def label(self) -> str:
        """What the map calls it: the stakeholder's short name, if it has one; of a group "Employers +4"."""
        name = label_of(self.first)
        return f"{name} +{len(self.members) - 1}" if self.is_group else name


def label_of(stakeholder: Stakeholder) -> str:
    """What a stakeholder is called on the map: its short name, if it has one."""
    return stakeholder.short_name or stakeholder.name


def places(content: EcosystemMap) -> Sequence[Place]:
    """The places on the ring: one for each stakeholder, or of more than `MOST_ON_THE_RING` groups of neighbours.

    Groups are runs of the workbook's order, which is the editors' own, and of one size but for one.
    """
    every = content.stakeholders
    count = len(every) if len(every) <= MOST_ON_THE_RING else GROUPS
    edges = [len(every) * at // count for at in range(count)] if count else []
    return [
        Place(number, every[start:end])
        for number, (start, end) in enumerate(zip(edges, [*edges[1:], len(every)], strict=True), 1)
    ]


def connections(content: EcosystemMap) -> Mapping[frozenset[str], int]:
    """How many strategies and actions join two stakeholders, by the pair of their IDs; the direction does not
    count.
    """
    rows: tuple[Strategy | Action, ...] = (*content.strategies, *content.actions)
    pairs = Counter(
        frozenset((row.stakeholder, other)) for row in rows for other in set(row.works_with) if other != row.stakeholder
    )
    at = {stakeholder.id: number for number, stakeholder in enumerate(content.stakeholders)}
    in_order = sorted((sorted(at[one] for one in pair), pair) for pair in pairs if pair <= at.keys())
    return {pair: pairs[pair] for _, pair in in_order}


def joined_places(content: EcosystemMap) -> Mapping[tuple[int, int], int]:
    """How many strategies and actions join two places, by the pair of their numbers, the lower first."""
    at = {one.id: place.number for place in places(content) for one in place.members}
    weights: Counter[tuple[int, int]] = Counter()
    for pair, weight in connections(content).items():
        one, other = sorted(at[identifier] for identifier in pair)
        if one != other:
            weights[one, other] += weight
    return {pair: weights[pair] for pair in sorted(weights)}


def partners(content: EcosystemMap) -> Sequence[Sequence[int]]:
    """For each place in order, the numbers of those that it works with."""
    found: dict[int, list[int]] = {place.number: [] for place in places(content)}
    for one, other in joined_places(content):
        found[one].append(other)
        found[other].append(one)
    return [sorted(numbers) for numbers in found.values()]


def counts_by_phase(content: EcosystemMap) -> Sequence[Sequence[int]]:
    """For each stakeholder in order, how many strategies it has in each phase in order."""
    counts = Counter((row.stakeholder, row.phase) for row in content.strategies)
    return [[counts[one.id, phase.id] for phase in content.phases] for one in content.stakeholders]


def counts_of_places(content: EcosystemMap) -> Sequence[Sequence[int]]:
    """For each place in order, how many strategies its stakeholders have in each phase in order."""
    of_each = iter(counts_by_phase(content))
    return [
        [sum(of_one) for of_one in zip(*(next(of_each) for _ in place.members), strict=True)]
        for place in places(content)
    ]


def layout_of(content: EcosystemMap) -> Layout:
    """Where everything on the map of `content` stands."""
    on_the_ring = places(content)
    return lay_out(
        [place.label for place in on_the_ring],
        [phase.name for phase in content.phases],
        heading=content.settings.centre_heading,
        text=content.settings.centre_text,
        is_grouped=any(place.is_group for place in on_the_ring),
    )
