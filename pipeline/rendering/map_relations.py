"""What the map shows of its stakeholders besides their places: who works with whom, and how much each does in a phase."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from pipeline.model import Action, EcosystemMap, Strategy


def connections(content: EcosystemMap) -> Mapping[frozenset[str], int]:
    """How many strategies and actions join two stakeholders, by the pair of their IDs; the direction does not
    count.
    """
    rows: tuple[Strategy | Action, ...] = (*content.strategies, *content.actions)
    pairs = Counter(
        frozenset((row.stakeholder, other)) for row in rows for other in set(row.works_with) if other != row.stakeholder
    )
    order = [stakeholder.id for stakeholder in content.stakeholders]
    return {pair: pairs[pair] for pair in map(frozenset, combinations(order, 2)) if pair in pairs}


def partners(content: EcosystemMap) -> Sequence[Sequence[int]]:
    """For each stakeholder in order, the numbers (from 1) of those that it works with."""
    at = {stakeholder.id: number for number, stakeholder in enumerate(content.stakeholders, 1)}
    found: dict[str, list[int]] = {identifier: [] for identifier in at}
    for one, other in map(sorted, connections(content)):
        found[one].append(at[other])
        found[other].append(at[one])
    return [sorted(numbers) for numbers in found.values()]


def counts_by_phase(content: EcosystemMap) -> Sequence[Sequence[int]]:
    """For each stakeholder in order, how many strategies it has in each phase in order."""
    counts = Counter((row.stakeholder, row.phase) for row in content.strategies)
    return [[counts[one.id, phase.id] for phase in content.phases] for one in content.stakeholders]
