"""What the templates of the brief are given: the content, grouped by reader and made ready to print.

Templates decide nothing: every text here is finished HTML or a plain string, and every list is in its final order.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

_LABEL_CHARACTERS = 21
"""About how many characters of a label stand on a line beside the text."""


_KEPT_LETTERS = 1800
"""As many letters take about a third of a page: a group with more of them may be divided."""

_KEPT_READINGS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An icon or image: the markup inside a 24 × 24 SVG, or the address of a file; and what it shows."""

    shapes: Markup | None = None
    address: str = ""
    description: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that leads to a place in the same document."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One strategy, action or reason: its text as HTML, and whom it needs."""

    text: Markup
    title: str = ""
    partners: tuple[Reference, ...] = ()
    is_draft: bool = False

    @property
    def runs_on(self) -> bool:
        """Whether the partners can stand in the line in which the text ends: the text is a single paragraph."""
        return not self.title and self.text.startswith("<p>") and self.text.rfind("<") == self.text.find("</p>")

    @property
    def line(self) -> Markup:
        """The text of one that runs on, without the paragraph around it: one box less for each to lay out."""
        return self.text[3:].rstrip().removesuffix("</p>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items under one label. `number` is that of the phase (0: none); `lines` is how many the label takes."""

    label: str
    items: tuple[Item, ...]
    number: int = 0

    @property
    def lines(self) -> int:
        """About how many lines the label takes beside its items; so far the group must reach at least."""
        return lines_of(self.label)

    @property
    def is_kept(self) -> bool:
        """Whether it is short enough never to be divided between two pages."""
        return sum(len(item.text) for item in self.items) <= _KEPT_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A quotation and who said it."""

    text: Markup
    person: str
    details: tuple[str, ...]
    link: str | None
    is_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A resource with its number in the list."""

    number: int
    title: str
    author: str | None
    link: str
    readers: tuple[Reference, ...]
    is_draft: bool

    @property
    def anchor(self) -> str:
        """Where it stands in the list."""
        return f"resource-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingGroup:
    """Resources under one heading."""

    name: str
    readings: tuple[Reading, ...]

    @property
    def lines(self) -> int:
        """About how many lines the name takes as a label."""
        return lines_of(self.name)

    @property
    def is_kept(self) -> bool:
        """Whether it is short enough never to be divided between two pages."""
        return len(self.readings) <= _KEPT_READINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One stakeholder, with all that is theirs. `turns_on` are the papers on which what follows the strategies is kept
    together, on a page of its own if need be."""

    id: str
    anchor: str
    name: str
    icon: Picture
    definition: Markup
    examples: Markup
    former_names: tuple[str, ...]
    works_with: tuple[Reference, ...]
    strategies: tuple[Group, ...]
    actions: tuple[Group, ...]
    business: Group
    social: Group
    quotes: tuple[Saying, ...]
    readings_by_group: tuple[ReadingGroup, ...]
    turns_on: frozenset[str]
    is_draft: bool

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The resources in the order of the list."""
        return tuple(reading for group in self.readings_by_group for reading in group.readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """One phase, with its number."""

    number: int
    name: str
    tagline: str | None
    description: Markup

    @property
    def lines(self) -> int:
        """About how many lines the name takes as a label, which is set larger here."""
        return 2 * lines_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area for action, and the stakeholders who have actions in it."""

    name: str
    anchor: str
    description: Markup
    stakeholders: tuple[Reference, ...]

    @property
    def lines(self) -> int:
        """About how many lines the name takes as a label."""
        return lines_of(self.name)


@dataclass(frozen=True, slots=True)
class Count:
    """A cell of the matrix: how many strategies, and how many hundredths of the largest number that is."""

    number: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One stakeholder's row of the matrix: a cell for each phase, and how many strategies in all."""

    stakeholder: Reference
    cells: tuple[Count, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the glossary."""

    name: str
    abbreviation: str | None
    also_known_as: tuple[str, ...]
    definition: Markup
    source_name: str | None
    source_link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The terms in order. `second_column` says for each paper how many stand in the first of two columns, where all stand
    on one page; elsewhere 0, and the layout divides them."""

    terms: tuple[Term, ...]
    second_column: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.terms)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of a page, with the heading; `lines` as for a group."""

    html: Markup
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page of the workbook, in the parts that its main headings divide it into."""

    anchor: str
    title: str
    parts: tuple[Part, ...]
    is_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    """Who is thanked."""

    name: str
    link: str | None
    logo: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksGroup:
    """Those who are thanked for the same role (`role` in lower case, as the word for it is called)."""

    role: str
    thanked: tuple[Thanked, ...]


def lines_of(label: str) -> int:
    """About how many lines `label` takes in the margin beside the text."""
    return math.ceil(len(label) / _LABEL_CHARACTERS)
