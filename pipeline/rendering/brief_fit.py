"""Texts that do not fit their places on the printed page: cover, matrix, running header, footer.

Lines are counted with the widths of our own font, as the layout engine breaks them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.model import EcosystemMap, Entry
from pipeline.problems import CellRef, Problem, Severity
from pipeline.rendering.brief_measure import PAPERS, POINT, token
from pipeline.rendering.lettering import BOLD, break_lines, breaks_a_word

_FIRST_COLUMN = 0.3
"""The part of the matrix that the stakeholders' names take."""

_PAGE_NUMBER = 30.0
"""Millimetres of the footer that “Page 100 of 100” takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Room on the page: how it is called, its width (millimetres), how many lines it has, and the type (points)."""

    name: str
    width: float
    lines: int
    size: float
    face: str = "regular"
    keeps_words: bool = False

    def fits(self, text: str) -> bool:
        """Whether `text` can stand there: on so many lines and, where words are kept, none broken inside."""
        lines = break_lines(text, width=self.width, size=self.size * POINT, face=self.face)
        return len(lines) <= self.lines and not (self.keeps_words and breaks_a_word(lines))


def overflow_in_print(content: EcosystemMap, *, paper: str | None = None) -> Iterator[Problem]:
    """The problems “text-overflow” (see `map_fit.text_overflow`) of the brief on `paper`, or on that of Settings."""
    settings = content.settings
    padding = token("cell") * POINT
    paper = paper or settings.paper_size or "A4"
    width = PAPERS[paper][0] - 2 * token("margin")
    column = (1 - _FIRST_COLUMN) * width / (len(content.phases) + 1) - padding
    small = token("small")
    title = Place(name="on the cover", width=width, lines=4, size=token("cover"), face=BOLD, keeps_words=True)
    subtitle = Place(name="on the cover", width=width, lines=4, size=token("h2"))
    header = Place(name="in the running header", width=width, lines=2, size=small)
    footer = Place(name="in the footer", width=width - _PAGE_NUMBER, lines=2, size=small)
    cell = Place(name="at the head of the matrix", width=column, lines=5, size=small, face=BOLD)
    row = Place(name="in the matrix", width=_FIRST_COLUMN * width - padding, lines=4, size=token("size"), face=BOLD)
    yield from _overflow(settings, "Settings", "title", "Title", settings.title, (title, footer))
    if settings.subtitle:
        yield from _overflow(settings, "Settings", "subtitle", "Subtitle", settings.subtitle, (subtitle,))
    for phase in content.phases:
        yield from _overflow(phase, "Phases", "name", "Name", phase.name, (cell,))
    for stakeholder in content.stakeholders:
        yield from _overflow(stakeholder, "Stakeholders", "name", "Name", stakeholder.name, (row, header))
    for page in content.pages:
        yield from _overflow(page, "Pages", "title", "Title", page.title, (header,))


def _overflow(
    entry: Entry, sheet: str, attribute: str, heading: str, text: str, places: tuple[Place, ...]
) -> Iterator[Problem]:
    for place in places:
        if place.fits(text):
            continue
        room = _longest(text, place.fits)
        over = len(text) - room
        yield Problem(
            code="text-overflow",
            severity=Severity.WARNING,
            at=entry.cell(attribute) or CellRef(sheet),
            heading=heading,
            value=text,
            message=f"“{text}” is about {over} character{'s' if over != 1 else ''} too long for its place "
            f"{place.name} of the brief.",
            help=f"Shorten it to about {room} characters, or use shorter words.",
        )
        return


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters of `text`, from its beginning, fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low
