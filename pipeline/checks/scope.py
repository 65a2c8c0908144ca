"""What the checks look at, and how they speak of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Kind, Shown
from pipeline.problems import CellRef, Problem, Severity
from pipeline.records import Field, Record, Rows

Check = Callable[[Rows], Iterator[Problem]]
"""A rule: rows in, problems out. It never raises for bad content."""

ERROR, WARNING = Severity.ERROR, Severity.WARNING

PAGES_FOLDER = "source/pages"

_PROSE = (Kind.NAME, Kind.NAMES, Kind.TEXT, Kind.PAGE)
_ON_ONE_LINE = (Kind.ID, Kind.NAME, Kind.REFERENCE, Kind.CHOICE, Kind.LINK, Kind.ICON, Kind.IMAGE, Kind.FILE)


def live(records: Iterator[Record] | tuple[Record, ...]) -> Iterator[Record]:
    """The records that are or may become content: all but the archived ones."""
    return (record for record in records if record.status != "archived")


def published_fields(rows: Rows) -> Sequence[tuple[Record, str, Field]]:
    """Every usable, filled field that is published with its row, with its record and attribute; drafts included."""
    return rows.once(_published_fields)


def fields_of(rows: Rows, kind: Kind) -> Sequence[Field]:
    """The fields of `published_fields` that hold this kind, in the same order."""
    return dict(rows.once(_by_kind)).get(kind, ())


def _by_kind(rows: Rows) -> Iterable[tuple[Kind, Sequence[Field]]]:
    found: dict[Kind, list[Field]] = {}
    for _, _, held in published_fields(rows):
        found.setdefault(held.column.kind, []).append(held)
    return found.items()


def _published_fields(rows: Rows) -> Iterator[tuple[Record, str, Field]]:
    for record in live(rows.records()):
        if not record.sheet.published:
            continue
        for name, held in record.fields.items():
            if held.usable and held.column.shown is not Shown.NOWHERE and held.text.strip():
                yield record, name, held


def page_files(rows: Rows) -> Sequence[tuple[Field, str]]:
    """The cells that name a file of source/pages, with the file's name."""
    return rows.once(_page_files)


def _page_files(rows: Rows) -> Iterator[tuple[Field, str]]:
    for record in live(rows.records()):
        for held in record.fields.values():
            if held.column.kind is Kind.FILE and held.usable and isinstance(held.value, str) and held.value:
                yield held, held.value


def page_text(body: bytes) -> str | None:
    """The text of a page file; None when it is not text (UTF-8)."""
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A published text: what a cell holds, or what stands in the file that a cell names.

    `field` is the cell; `text` the words; `file` the name of the file, empty for a text of the cell itself;
    `is_page` says that headings and images may be used.
    """

    field: Field
    text: str
    file: str = ""
    is_page: bool = False

    def where(self, offset: int) -> str:
        """How a message begins that speaks of the character at `offset`: nothing for a cell, else file and line."""
        return f"{PAGES_FOLDER}/{self.file}, line {self.text.count(chr(10), 0, offset) + 1}: " if self.file else ""


def passages(rows: Rows) -> Sequence[Passage]:
    """Every published text, with its bold, italic, links and lists as Markdown-lite."""
    return rows.once(_passages)


def _passages(rows: Rows) -> Iterator[Passage]:
    for _, _, held in published_fields(rows):
        if held.column.kind in _PROSE:
            yield Passage(field=held, text=held.text, is_page=held.column.kind is Kind.PAGE)
    for held, name in page_files(rows):
        text = page_text(rows.surroundings.pages.get(name, b""))
        if text:
            yield Passage(field=held, text=text, file=name, is_page=True)


def seen(held: Field) -> str:
    """What the cell shows: a name or choice without its surplus spaces, anything else as it stands."""
    return held.value if isinstance(held.value, str) and held.column.kind in _ON_ONE_LINE else held.text


def problem_at(
    held: Field, code: str, severity: Severity, message: str, *, help: str, related: tuple[CellRef, ...] = ()
) -> Problem:
    """The problem `code` at the cell of `held`."""
    return Problem(
        code=code,
        severity=severity,
        at=held.at,
        heading=held.column.heading,
        value=seen(held),
        message=message,
        help=help,
        related=related,
    )


def advice(suggestion: str | None, then: str) -> str:
    """A help: what was probably meant, if anything, and `then` what else to do (written with a small letter)."""
    return f"did you mean “{suggestion}”? {then[:1].upper()}{then[1:]}" if suggestion else then
