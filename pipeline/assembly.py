"""Records without errors → the `EcosystemMap`: references become IDs, drafts stay behind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.identifiers import from_content, from_name
from pipeline.matching import fold
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap, Entry, Kind, Sheet
from pipeline.problems import CellRef
from pipeline.records import Record, Rows, Table, Value


def assemble(rows: Rows, *, drafts: bool = False) -> EcosystemMap:
    """The content that `rows` publish; with `drafts`, rows whose Status is draft as well.

    `rows` have no errors. A row leaves together with the stakeholder, phase or area it belongs to, and a name in a list
    leaves with the row it names, so that nothing unpublished is mentioned.
    """
    statuses = {"published", "draft"} if drafts else {"published"}
    assembly = _Assembly(rows, statuses)
    # Rows that others refer to first, so that their IDs are known.
    in_order = sorted(PUBLISHED_SHEETS, key=lambda sheet: any(column.refers_to for column in sheet.columns.values()))
    entries: dict[str, Any] = {sheet.key: tuple(assembly.entries(sheet)) for sheet in in_order}
    content = EcosystemMap(settings=entries.pop("settings")[0], **entries)
    return content.with_images(_images(content, rows.surroundings.images))


@dataclass(frozen=True, slots=True)
class _Names:
    """How references find the ID of a published row."""

    ids: Mapping[str, str]

    @classmethod
    def of(cls, table: Table, identified: Mapping[int, str]) -> "_Names":
        found = {**table.formerly_named(), **table.named()}
        return cls({name: identified[record.row] for name, record in found.items() if record.row in identified})

    def __getitem__(self, name: str) -> str | None:
        return self.ids.get(fold(name))


class _Assembly:
    def __init__(self, rows: Rows, statuses: set[str]) -> None:
        self.rows = rows
        self.statuses = statuses
        self.names: dict[str, _Names] = {}

    def entries(self, sheet: Sheet) -> Iterator[Entry]:
        table = self.rows[sheet.key]
        identified: dict[int, str] = {}
        taken: set[str] = set()
        for record in table:
            values = self.values(sheet, record)
            if record.status not in self.statuses or values is None:
                continue
            if "id" in sheet.entry.model_fields:
                values["id"] = identified[record.row] = _unused(_identify(sheet, record, values), taken)
                taken.add(values["id"])
            yield sheet.entry(status=record.status, **values).with_cells(self.cells(record))
        self.names[sheet.key] = _Names.of(table, identified)

    def values(self, sheet: Sheet, record: Record) -> dict[str, Any] | None:
        """The values of an entry by attribute; None when what the row belongs to is not published."""
        values: dict[str, Any] = {}
        for name, column in sheet.columns.items():
            if name == "status" or name not in sheet.entry.model_fields:
                continue
            value: Value = record.value(name)
            if column.kind is Kind.REFERENCE:
                value = self.names[column.refers_to][record.text(name)]
                if value is None:
                    return None
            elif column.kind is Kind.REFERENCES:
                names = self.names[column.refers_to]
                value = tuple(dict.fromkeys(found for part in record.names(name) if (found := names[part])))
            elif column.kind is Kind.NAMES:
                value = record.names(name)
            values[name] = value
        if "file" in values and "body" in values:
            values["body"] = self.body(record)
        return values

    def body(self, record: Record) -> str | None:
        """A page's text: what stands in its cell, then what stands in its file."""
        file = self.rows.surroundings.pages.get(record.text("file"), b"").decode("utf-8-sig", "replace")
        parts = [part for part in (record.text("body"), file.replace("\r\n", "\n").strip()) if part]
        return "\n\n".join(parts) or None

    def cells(self, record: Record) -> Mapping[str, CellRef]:
        cells = {name: field.at for name, field in record.fields.items() if field.value is not None}
        if "file" in cells and "body" not in cells:
            cells["body"] = cells["file"]
        return cells


def _identify(sheet: Sheet, record: Record, values: Mapping[str, Any]) -> str:
    if record.text("id"):
        return record.text("id")
    if sheet.named_by:
        return from_name(record.text(sheet.named_by))
    return from_content(*(str(values[name]) for name in sheet.identified_by))


def _unused(identifier: str, taken: set[str]) -> str:
    """`identifier`, or with a number behind it where two rows have the very same content."""
    number, offered = 1, identifier
    while offered in taken:
        number += 1
        offered = f"{identifier}-{number}"
    return offered


def _images(content: EcosystemMap, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files that the content uses: icons and logos by name, and those that a page's text names."""
    named = {entry.icon for entry in content.stakeholders} | {entry.logo for entry in content.credits}
    bodies = [page.body or "" for page in content.pages]
    uses: Callable[[str], bool] = lambda name: name in named or any(name in body for body in bodies)  # noqa: E731
    return {name: body for name, body in sorted(files.items()) if uses(name)}
