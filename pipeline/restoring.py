"""Published data → a workbook again: content in, the bytes of an .xlsx file and of its pages out.

What the data does not hold stays blank: drafts, the editors' columns, the Wording sheet. Everything else comes back the
same when the workbook is read: `read_back` is the proof.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.assembly import assemble
from pipeline.errors import PipelineError
from pipeline.load import files_in
from pipeline.matching import fold
from pipeline.model import PUBLISHED_SHEETS, Column, EcosystemMap, Entry, Sheet
from pipeline.records import Rows, Surroundings
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.tables import match
from pipeline.workbook.template import listed, write_workbook
from pipeline.workbook.values import clean_text

_MOST_OF_A_CELL = 32_000
"""A longer page is written to a file of its own; a cell holds 32,767 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A workbook's bytes, the page files that belong in the folder `pages` beside it, and the image files it needs."""

    workbook: bytes
    pages: Mapping[str, bytes] = field(default_factory=dict)
    images: tuple[str, ...] = ()


def restore(content: EcosystemMap) -> Restored:
    """The workbook that publishes `content`. Every ID is written out, so that links and change reports stay whole."""
    pages = {f"{page.id}.md": page.body for page in content.pages if page.body and not _fits_a_cell(page.body)}
    filling = {
        sheet.key: [_row(sheet, entry, content, pages) for entry in _entries(content, sheet)]
        for sheet in PUBLISHED_SHEETS
    }
    named = [stakeholder.icon for stakeholder in content.stakeholders if "." in stakeholder.icon]
    named += [credit.logo for credit in content.credits if credit.logo]
    return Restored(
        workbook=write_workbook(filling),
        pages={name: body.encode("utf-8-sig") for name, body in pages.items()},
        images=tuple(dict.fromkeys(named)),
    )


def read_back(workbook: Path) -> EcosystemMap:
    """What a restored workbook publishes, read without the checks: images need not be there yet.

    Raises PipelineError when it cannot be read at all.
    """
    reading = read_workbook(workbook)
    if reading.workbook is None:
        raise PipelineError(f"The workbook that was written cannot be read: {reading.problems[0].message}")
    surroundings = Surroundings(today=date.min, pages=files_in(workbook.parent / "pages"))
    return assemble(Rows(tables=match(reading.workbook).tables, surroundings=surroundings))


def _entries(content: EcosystemMap, sheet: Sheet) -> tuple[Entry, ...]:
    held = getattr(content, sheet.key)
    return (held,) if isinstance(held, Entry) else held


def _row(sheet: Sheet, entry: Entry, content: EcosystemMap, pages: Mapping[str, str]) -> dict[str, str | date]:
    values = dict(_values(sheet, entry, content))
    file = f"{values.get('id', '')}.md"
    if sheet.key == "pages" and file in pages:
        values |= {"body": "", "file": file}
    return values


def _values(sheet: Sheet, entry: Entry, content: EcosystemMap) -> Iterator[tuple[str, str | date]]:
    for name, column in sheet.columns.items():
        if name in type(entry).model_fields and name not in ("status", "file"):
            yield name, _typed(column, getattr(entry, name), content)


def _typed(column: Column, value: Any, content: EcosystemMap) -> str | date:
    """A value as an editor would type it: names for references."""
    if column.refers_to:
        parts = value if isinstance(value, tuple) else (value,)
        return listed([_name(column, identifier, content) for identifier in parts])
    if isinstance(value, tuple):
        return listed(value)
    return value if isinstance(value, date) else str(value or "")


def _name(column: Column, identifier: str, content: EcosystemMap) -> str:
    """How a cell names a row: by its name, or by its ID where the name could be mistaken or divides a list."""
    name = str(content.by_id[column.refers_to, identifier].name)
    alike = [row for row in getattr(content, column.refers_to) if fold(row.name) == fold(name)]
    return name if len(alike) == 1 and ";" not in name else identifier


def _fits_a_cell(body: str) -> bool:
    return len(body) <= _MOST_OF_A_CELL and clean_text(body) == body
