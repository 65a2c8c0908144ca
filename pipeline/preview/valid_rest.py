"""What can be shown of a workbook with errors. Pure: rows and their problems in, content out.

Texts with a mistake in them are shown as they are: whoever wrote them looks for them. What cannot be used as it is
(a link, an image, a colour) is left out, a required value that is missing is stood in for by the name of its column, and
a row is left out only where nothing can stand in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.assembly import assemble
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap, Kind, Sheet
from pipeline.problems import CellRef, Problem, Severity
from pipeline.records import Field, Record, Rows, Table, Value

_SHOWN_WITH_MISTAKES = frozenset(
    {Kind.NAME, Kind.NAMES, Kind.TEXT, Kind.PAGE, Kind.REFERENCE, Kind.REFERENCES, Kind.ICON, Kind.LANGUAGE}
)
"""Kinds whose value is shown although a rule has an error for it; a reference that leads nowhere is left out later."""

_TEXTS = frozenset({Kind.NAME, Kind.TEXT})
_ICON = "circle-question-mark"
"""The icon of a stakeholder whose own cannot be used."""


def content_of(rows: Rows, problems: tuple[Problem, ...]) -> EcosystemMap | None:
    """The content that can be shown of `rows`, drafts included; None without the rows that every map needs."""
    content = assemble(valid_rest(rows, problems), drafts=True)
    return content if all(getattr(content, sheet.key) for sheet in PUBLISHED_SHEETS if sheet.is_needed) else None


def valid_rest(rows: Rows, problems: tuple[Problem, ...]) -> Rows:
    """`rows` without what its errors make unusable, complete enough to be assembled."""
    wrong = {problem.at for problem in problems if problem.severity is Severity.ERROR}
    icons = rows.surroundings.icons()
    tables = {key: _table(table, wrong, icons) for key, table in rows.tables.items()}
    settings = tables["settings"]
    if not settings.records:
        record = _settings_of_nothing(settings.sheet, icons)
        tables["settings"] = replace(settings, records=(record,))
    return replace(rows, tables=tables)


def _table(table: Table, wrong: set[CellRef], icons: frozenset[str]) -> Table:
    records = (_record(record, wrong, icons) for record in table.records)
    return replace(table, records=tuple(record for record in records if record is not None))


def _record(record: Record, wrong: set[CellRef], icons: frozenset[str]) -> Record | None:
    """The record with what can be shown of it; None when too little is left."""
    fields = {name: _usable(field, wrong, icons) for name, field in record.fields.items()}
    for name, stand_in in _missing(record.sheet, fields, icons):
        if stand_in is None:
            return None
        known = fields.get(name)
        fields[name] = (
            known._replace(value=stand_in)
            if known
            else Field(at=CellRef(), column=record.sheet.columns[name], value=stand_in)
        )
    return replace(record, fields=fields)


def _usable(field: Field, wrong: set[CellRef], icons: frozenset[str]) -> Field:
    kind = field.column.kind
    if field.at not in wrong:
        return field
    if kind not in _SHOWN_WITH_MISTAKES or (kind is Kind.ICON and field.value not in icons):
        return field._replace(value=None)
    return field


def _missing(sheet: Sheet, fields: Mapping[str, Field], icons: frozenset[str]) -> Iterator[tuple[str, Value]]:
    """The required values that are missing, each with what stands in for it; None where nothing can."""
    for name, column in sheet.columns.items():
        held = fields.get(name)
        if not column.required or (held and held.value not in (None, "", ())):
            continue
        if column.kind in _TEXTS and (sheet.settings or not _makes(sheet, name, fields)):
            yield name, f"({column.heading})"
        elif column.kind is Kind.ICON:
            yield name, _ICON if _ICON in icons else min(icons, default=None)
        elif column.kind is Kind.LANGUAGE:
            yield name, "en"
        else:
            yield name, None


def _makes(sheet: Sheet, name: str, fields: Mapping[str, Field]) -> bool:
    """Whether a row without the value `name` is no row: its name, or its one text."""
    if name == sheet.named_by:
        return True
    return not sheet.named_by and sheet.columns[name].kind in _TEXTS and name in sheet.identified_by


def _settings_of_nothing(sheet: Sheet, icons: frozenset[str]) -> Record:
    """The settings of a workbook without settings."""
    return Record(
        sheet=sheet,
        row=1,
        fields={
            name: Field(at=CellRef(sheet.name, 1, 2), column=sheet.columns[name], value=stand_in)
            for name, stand_in in _missing(sheet, {}, icons)
        },
    )
