"""How complete a map is: what each stakeholder has in each phase and in each action area. Pure: rows in, counts out.

It counts what can be read, so that a workbook with errors has its map of completeness too: a row that names nobody known
is counted as one that has no place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from pipeline.matching import fold
from pipeline.model import sheet_of
from pipeline.problems import CellRef
from pipeline.records import Record, Rows, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows there are in one place.

    `published` leave the building, `drafts` do not yet; `overdue` of them all should have been read again by now.
    Archived rows do not count.
    """

    published: int = 0
    drafts: int = 0
    overdue: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            published=self.published + other.published,
            drafts=self.drafts + other.drafts,
            overdue=self.overdue + other.overdue,
        )

    @property
    def is_gap(self) -> bool:
        """Whether nothing is published here."""
        return self.published == 0

    @property
    def rows(self) -> int:
        """Published rows and drafts."""
        return self.published + self.drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A stakeholder, phase or action area: its name as written, the cell of the name, and whether it is only a draft."""

    name: str
    at: CellRef
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Stakeholders against phases, or against action areas.

    `key` is that of the sheet whose rows are counted, `sheet` its name in the workbook. `counts` has a row for each of
    `stakeholders` and in it a place for each of `columns`. `unplaced` are rows whose stakeholder or column is not known.
    """

    key: str
    sheet: str
    stakeholders: tuple[Named, ...]
    columns: tuple[Named, ...]
    counts: tuple[tuple[Count, ...], ...]
    unplaced: Count = Count()

    @property
    def places(self) -> int:
        """How many places there are for published rows: those of stakeholders that are not drafts."""
        return sum(not one.is_draft for one in self.stakeholders) * len(self.columns)

    @property
    def gaps(self) -> int:
        """How many of the places have nothing published."""
        return sum(
            place.is_gap
            for one, row in zip(self.stakeholders, self.counts, strict=True)
            if not one.is_draft
            for place in row
        )

    @property
    def by_stakeholder(self) -> tuple[Count, ...]:
        """The sum of each row."""
        return tuple(_sum(row) for row in self.counts)

    @property
    def by_column(self) -> tuple[Count, ...]:
        """The sum of each column."""
        return tuple(_sum(row[at] for row in self.counts) for at in range(len(self.columns)))

    @property
    def total(self) -> Count:
        """The sum of all places."""
        return _sum(self.by_stakeholder)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueReview:
    """A row whose review is overdue: the cell of the day, what the row is about, who looks after it, and the day."""

    at: CellRef
    name: str
    owner: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The map of completeness: `grids` for phases and for action areas, where both sides have rows; overdue reviews.

    `reviews` are those of every sheet, the longest overdue first.
    """

    grids: tuple[Grid, ...] = ()
    reviews: tuple[OverdueReview, ...] = ()


_GRIDS = (("strategies", "phase"), ("actions", "action_area"))


def completeness(rows: Rows) -> Completeness:
    """What `rows` fill and what they leave open, as of the day that they are checked."""
    grids = (_grid(rows, key, column) for key, column in _GRIDS)
    return Completeness(grids=tuple(grid for grid in grids if grid), reviews=tuple(_reviews(rows)))


def _grid(rows: Rows, key: str, column: str) -> Grid | None:
    table = rows[key]
    refers_to = sheet_of(key).columns[column].refers_to
    firsts, seconds = _Places.of(rows["stakeholders"]), _Places.of(rows[refers_to])
    if not (firsts.named and seconds.named):
        return None
    found: dict[tuple[int, int], Count] = defaultdict(Count)
    unplaced = Count()
    for record in table:
        if record.status == "archived":
            continue
        row, place = firsts.find(record.text("stakeholder")), seconds.find(record.text(column))
        if firsts.is_archived(record.text("stakeholder")):
            continue
        counted = _count(record, rows, is_published=row is None or not firsts.named[row].is_draft)
        if row is None or place is None:
            unplaced += counted
        else:
            found[row, place] += counted
    return Grid(
        key=key,
        sheet=table.name,
        stakeholders=firsts.named,
        columns=seconds.named,
        counts=tuple(
            tuple(found.get((row, place), Count()) for place in range(len(seconds.named)))
            for row in range(len(firsts.named))
        ),
        unplaced=unplaced,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """The rows of a sheet that others refer to by name, in order, and which of them a name means."""

    named: tuple[Named, ...]
    numbers: Mapping[str, int]
    archived: frozenset[str]

    @classmethod
    def of(cls, table: Table) -> "_Places":
        """Of two rows with one name the first counts; a row without a name cannot be referred to."""
        meant = {**table.formerly_named(), **table.named()}
        name = table.sheet.named_by
        live = [
            record
            for record in table
            if record.status != "archived" and record.text(name) and meant[fold(record.text(name))] is record
        ]
        at = {record.row: number for number, record in enumerate(live)}
        return cls(
            named=tuple(
                Named(name=record.text(name), at=record.at(name), is_draft=not record.is_published) for record in live
            ),
            numbers={folded: at[record.row] for folded, record in meant.items() if record.row in at},
            archived=frozenset(folded for folded, record in meant.items() if record.status == "archived"),
        )

    def find(self, name: str) -> int | None:
        """The number of the row that `name` means, from 0."""
        return self.numbers.get(fold(name)) if name else None

    def is_archived(self, name: str) -> bool:
        """Whether `name` means an archived row: what belongs to it leaves the map with it."""
        return bool(name) and fold(name) in self.archived


def _count(record: Record, rows: Rows, *, is_published: bool) -> Count:
    published = is_published and record.is_published
    return Count(published=int(published), drafts=int(not published), overdue=int(_overdue(record, rows) is not None))


def _overdue(record: Record, rows: Rows) -> date | None:
    day = record.value("review_by")
    return day if isinstance(day, date) and day < rows.surroundings.today else None


def _reviews(rows: Rows) -> list[OverdueReview]:
    found = []
    for record in rows.records():
        day = _overdue(record, rows)
        if day and record.status != "archived":
            names = (record.sheet.named_by, "text", "title")
            name = next((text for attribute in names if attribute and (text := record.text(attribute))), "")
            found.append(OverdueReview(at=record.at("review_by"), name=name, owner=record.text("owner"), day=day))
    return sorted(found, key=lambda review: review.day)


def _sum(counts: Iterable[Count]) -> Count:
    return reduce(Count.__add__, counts, Count())
