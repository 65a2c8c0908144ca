"""Parity: every published value is looked for in what was rendered, read back from the finished files.

A value is looked for where it belongs (a strategy on its stakeholder's page), so that its turning up elsewhere does not
hide that it is missing there. Texts that stand in several cells must be there as often as they are written, and a text
that is part of a longer one must also be there by itself.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from urllib.parse import unquote

from pipeline.collection import without_collection
from pipeline.model import EcosystemMap, Shown
from pipeline.problems import Problem, Severity
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.data import MAP_PATH
from pipeline.rendering.readings import Readings
from pipeline.rendering.reordered import NOTHING_REORDERED, Reordered, reordered
from pipeline.rendering.searchable import Searchable, count_each, searchable, separate
from pipeline.rendering.text_of_html import HtmlText
from pipeline.rendering.text_of_pdf import read_pdf
from pipeline.rendering.values import Line, Wanted, wanted_values
from pipeline.templating import direction

BRIEF_PATH = "brief.pdf"

_REPEATS = ("search.html", "changes.html", "embed/")
"""Pages that repeat what has its place elsewhere; a text that stands only there is lost."""

_LONGEST_SHOWN = 60
"""Characters of a value that the message repeats."""


def lost_text(
    content: EcosystemMap, artefacts: Mapping[str, Artefact], *, readings: Readings | None = None
) -> Iterator[Problem]:
    """A text that is to be published did not come through to the web map, the brief or the data file.

    After each build the program reads the finished files again and looks for every text of the workbook in them. This
    one was not found, so nothing was published: readers would have missed it and nobody would have noticed.

    The fault is hardly ever in your text; most often a template was changed and no longer shows it. Send the message
    to whoever looks after the templates.

    Before: a template of the glossary that shows the terms without their definitions
    After: a template that shows both
    """
    # `readings`: where pages may have been read already, or may be read again
    missing: dict[Wanted, dict[str, str]] = defaultdict(dict)
    wanted = tuple(wanted_values(content))
    with without_collection():  # there are no circles in what is looked through
        for place in _places(wanted, artefacts, readings or Readings(), language=content.settings.language):
            for value in place.lost():
                missing[value].setdefault(place.output, place.path)
    alike: dict[tuple[str, str, object], list[Wanted]] = defaultdict(list)
    for value in wanted if missing else ():
        alike[_sort_of(value)].append(value)
    for value in wanted:
        if value in missing:
            yield _problem(value, missing[value], alike[_sort_of(value)])


def _sort_of(value: Wanted) -> tuple[str, str, object]:
    """What is equal for values that say the same in the same column."""
    return value.sheet.key, value.name, value.value


@dataclass(frozen=True, slots=True)
class _Said:
    """What one or more files say and link to; `reordered` is what may be there in another order."""

    text: Searchable
    addresses: frozenset[str]
    reordered: Reordered = NOTHING_REORDERED

    def links_to(self, address: str) -> bool:
        """Whether a link leads to `address`, or the address is printed."""
        return unquote(address) in self.addresses or self.text.count(searchable([address])) > 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where values belong: in which output, in which file (for the message), and what stands there.

    What several files say is looked through one by one, as long as something is lacking; none is kept.
    """

    output: str
    path: str
    values: Sequence[Wanted]
    said: Iterable[_Said]

    def lost(self) -> Iterator[Wanted]:
        """The values that are not there."""
        holders: dict[Line, list[Wanted]] = defaultdict(list)
        linking: dict[str, list[Wanted]] = defaultdict(list)
        for value in self.values:
            for line in value.lines:
                holders[line].append(value)
            for address in value.links:
                linking[address].append(value)
        counted = {line: [value for value in values if value.is_counted] for line, values in holders.items()}
        texts = [line.folded for line, values in counted.items() for _ in range(max(1, len(values)))]
        expected = dict(zip(holders, count_each(separate(texts), [line.folded for line in holders]), strict=True))
        found, turned = self._found(expected, linking)
        yield from dict.fromkeys(value for values in linking.values() for value in values)
        yield from _not_often_enough(holders, counted, expected, found, turned)

    def _found(
        self, expected: Mapping[Line, int], linking: dict[str, list[Wanted]]
    ) -> tuple[Mapping[Line, int], Set[Line]]:
        """How often each line is there, counted no further than it is expected, and those that may be there in another
        order. Addresses that are there are taken out of `linking`."""
        found: Counter[Line] = Counter()
        turned: set[Line] = set()
        lacking = list(expected)
        for said in self.said:
            for address in [address for address in linking if said.links_to(address)]:
                del linking[address]
            if lacking:
                found.update(dict(zip(lacking, count_each(said.text, [line.folded for line in lacking]), strict=True)))
            lacking = [line for line in lacking if found[line] < expected[line]]
            turned.update(line for line in lacking if said.reordered.may_hold(line.text))
            if not lacking and not linking:
                break
        return found, turned


def _not_often_enough(
    holders: Mapping[Line, Sequence[Wanted]],
    counted: Mapping[Line, Sequence[Wanted]],
    expected: Mapping[Line, int],
    found: Mapping[Line, int],
    turned: Set[Line],
) -> Iterator[Wanted]:
    """The values of lines that are not there as often as they are expected, those in `turned` left out.

    Longest first: a short text also stands in each longer one that holds it, but not in one that is lost.
    """
    gone: list[Searchable] = []
    for line in sorted(holders, key=lambda line: -len(line.folded.dense)):
        is_in_longer = expected[line] > max(1, len(counted[line]))
        with_longer = sum(longer.count(line.folded) for longer in gone) if is_in_longer else 0
        lacking = expected[line] - with_longer - found[line]
        if lacking > 0 and line not in turned:
            yield from counted[line][-lacking:] if found[line] and counted[line] else holders[line]
            gone += [line.folded] * lacking


@dataclass(frozen=True, slots=True)
class _DataPlace:
    """The data file: every value must be there as it is, at its entry and attribute."""

    artefact: Artefact
    values: Sequence[Wanted]
    output: str = "the data file"
    path: str = MAP_PATH

    def lost(self) -> Iterator[Wanted]:
        """The values that are not there."""
        data = json.loads(self.artefact.body)
        there = {
            (key, entry.get("id")): entry
            for key, held in data.items()
            if isinstance(held, dict | list)
            for entry in (held if isinstance(held, list) else [held])
        }
        for value in self.values:
            entry = there.get((value.sheet.key, getattr(value.entry, "id", None)), {})
            if entry.get(value.name) != value.entry.model_dump(mode="json", include={value.name})[value.name]:
                yield value


def _places(
    wanted: Sequence[Wanted], artefacts: Mapping[str, Artefact], readings: Readings, *, language: str
) -> Iterator[_Place | _DataPlace]:
    """Every place of the outputs that were rendered, each with the values that belong there."""
    pages = [path for path in artefacts if path.endswith(".html") and not path.startswith(_REPEATS)]
    briefs = [path for path in artefacts if path.startswith("briefs/")]
    in_brief = [value for value in wanted if Shown.BRIEF in value.column.shown]
    if pages:
        groups = _grouped(value for value in wanted if Shown.WEB in value.column.shown)
        for path, values in groups.items():
            # What may be on any page is most likely on those that are not some rows' own.
            where = [path] if path else sorted(pages, key=groups.__contains__)
            said = (_said_by_page(readings.read(artefacts[page])) for page in where if page in artefacts)
            yield _Place("the web map", path or "index.html", values, said)
    if BRIEF_PATH in artefacts:
        yield _Place("the brief", BRIEF_PATH, in_brief, [_said_by_pdf(artefacts[BRIEF_PATH], language=language)])
    if briefs:
        of_stakeholders: dict[str, list[Wanted]] = defaultdict(list)
        for value in in_brief:
            if value.stakeholder:
                of_stakeholders[value.stakeholder].append(value)
        for identifier, own in of_stakeholders.items():
            path = f"briefs/{identifier}.pdf"
            said = (_said_by_pdf(artefacts[each], language=language) for each in (path,) if each in artefacts)
            yield _Place("the stakeholder’s own brief", path, own, said)
    if MAP_PATH in artefacts:
        yield _DataPlace(artefacts[MAP_PATH], [value for value in wanted if Shown.DATA in value.column.shown])


def _grouped(values: Iterable[Wanted]) -> Mapping[str, Sequence[Wanted]]:
    """Values by the page on which they belong; under "" those that may be on any."""
    groups: dict[str, list[Wanted]] = defaultdict(list)
    for value in values:
        groups[value.page].append(value)
    return groups


def _said_by_page(page: HtmlText) -> _Said:
    addresses = frozenset(unquote(reference.address) for reference in page.references)
    return _Said(page.said, addresses)


def _said_by_pdf(artefact: Artefact, *, language: str) -> _Said:
    read = artefact.said or read_pdf(artefact.body)
    text = searchable(piece for block in read.blocks for piece in block)
    others = [searchable(read.loose), *(searchable([description]) for description in read.descriptions)]
    addresses = frozenset(unquote(address) for address in read.addresses)
    blocks = [" ".join(block) for block in read.blocks]
    turned = reordered(blocks, all_of_them=direction(language) == "rtl")
    return _Said(separate([text, *others]), addresses, turned)


def _problem(value: Wanted, missing: Mapping[str, str], alike: Sequence[Wanted]) -> Problem:
    """`missing` are the outputs where the value is not, each with the file in which it belongs; `alike` the values that
    say the same."""
    text = value.text
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN].rstrip()}…"
    return Problem(
        code="lost-text",
        severity=Severity.ERROR,
        at=value.at,
        heading=value.column.heading,
        value=text,
        message=f"“{shown}” is missing from {_listed(tuple(missing))}.",
        help="The text is probably fine and a template does not show it. Tell whoever looks after the templates that "
        f"it belongs in {_listed(tuple(missing.values()))}.",
        related=tuple(dict.fromkeys(other.at for other in alike if other.at != value.at)),
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
