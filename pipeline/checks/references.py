"""Rules for names that refer to a row of another sheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.checks.scope import ERROR, WARNING, advice, problem_at
from pipeline.matching import fold, nearest
from pipeline.model import LIST_SEPARATOR, Kind
from pipeline.problems import Problem
from pipeline.records import Field, Record, Rows, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One name in a cell that refers to a row of another sheet."""

    record: Record
    field: Field
    name: str


class Targets:
    """The rows of a sheet, as names find them."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @cached_property
    def _now(self) -> Mapping[str, Record]:
        return self.table.named()

    @cached_property
    def _formerly(self) -> Mapping[str, Record]:
        return self.table.formerly_named()

    def find(self, name: str) -> Record | None:
        """The row that `name` refers to: by its name, ID, short name, or a former name."""
        key = fold(name)
        return self._now.get(key) or self._formerly.get(key)

    def has_left(self, name: str) -> bool:
        """Whether `name` is only a former name."""
        key = fold(name)
        return key not in self._now and key in self._formerly

    @property
    def names(self) -> tuple[str, ...]:
        """The names to choose from, as written."""
        attributes = (self.table.sheet.named_by, "short_name")
        return tuple(name for attribute in attributes for record in self.table if (name := record.text(attribute)))

    @property
    def unnamed(self) -> int:
        """How many rows have a name that cannot be used."""
        return sum(not record.usable(self.table.sheet.named_by) for record in self.table)


def targets_of(rows: Rows, key: str) -> Targets:
    """The rows of the sheet `key`, as names find them."""
    return next(targets for targets in rows.once(_targets) if targets.table.sheet.key == key)


def _targets(rows: Rows) -> Iterator[Targets]:
    return (Targets(table) for table in rows)


def may_be_asked(table: Table) -> bool:
    """Whether names may be looked up on a sheet: it is there, and so is the column with its names."""
    return table.present and table.has(table.sheet.named_by)


def references(rows: Rows, key: str) -> Iterator[Reference]:
    """Every name in the workbook that refers to the sheet `key`."""
    return (each for each in rows.once(_references) if each.field.column.refers_to == key)


def _references(rows: Rows) -> Iterator[Reference]:
    for record in rows.records():
        for held in record.fields.values():
            if not held.column.refers_to or not held.usable:
                continue
            names = held.value if isinstance(held.value, tuple) else (held.value,)
            for name in names:
                if isinstance(name, str) and name:
                    yield Reference(record=record, field=held, name=name)


def unknown_stakeholder(rows: Rows) -> Iterator[Problem]:
    """A row names a stakeholder that is not on the Stakeholders sheet.

    Rows belong to stakeholders by name. If a name is misspelt, or a stakeholder was renamed, the row would belong to
    nobody and leave the map unseen.

    Choose the name from the list in the cell, or add the stakeholder to the Stakeholders sheet. After renaming a
    stakeholder, write its old name under Former names.

    Before: Employrs
    After: Employers
    """
    return _unknown(rows, "stakeholders")


def unknown_phase(rows: Rows) -> Iterator[Problem]:
    """A row names a phase that is not on the Phases sheet.

    Editors rename a phase and forget the rows in it; without this check those strategies would leave the map and
    nobody would notice.

    Choose the name from the list in the cell, or add the phase to the Phases sheet.

    Before: Adoptng
    After: Adopting
    """
    return _unknown(rows, "phases")


def unknown_action_area(rows: Rows) -> Iterator[Problem]:
    """An action names an area that is not on the Action areas sheet.

    The action would stand under no heading and leave the map unseen.

    Choose the name from the list in the cell, or add the area to the Action areas sheet.

    Before: Promoting adoptions
    After: Promoting adoption
    """
    return _unknown(rows, "action_areas")


_CODES = {"stakeholders": "unknown-stakeholder", "phases": "unknown-phase", "action_areas": "unknown-action-area"}


def _unknown(rows: Rows, key: str) -> Iterator[Problem]:
    table = rows[key]
    if not may_be_asked(table):
        return
    targets = targets_of(rows, key)
    unknown = [reference for reference in references(rows, key) if targets.find(reference.name) is None]
    # Rows whose own name is missing or broken are probably those that are meant, and that is reported already.
    if len({fold(reference.name) for reference in unknown}) <= targets.unnamed:
        return
    for reference in unknown:
        yield problem_at(
            reference.field,
            _CODES[key],
            ERROR,
            f"“{reference.name}” is not on the {table.name} sheet.",
            help=_help(reference, targets),
        )


def _help(reference: Reference, targets: Targets) -> str:
    if reference.field.column.kind is Kind.REFERENCES:
        parts = _several(reference.name, targets)
        if parts:
            return advice(f"{LIST_SEPARATOR} ".join(parts), "put a semicolon between the names.")
        then = f"write names as they stand on {targets.table.name}, with semicolons between them, or add a row there."
    else:
        then = f"choose from the list in the cell, or add a row to {targets.table.name}."
    return advice(nearest(reference.name, targets.names), then)


def _several(name: str, targets: Targets) -> tuple[str, ...]:
    """The known names that `name` consists of, if only the wrong mark stands between them."""
    for separator in (",", "/", "|", "•", " & ", " and ", " + "):
        parts = [part.strip() for part in name.split(separator)]
        if len(parts) > 1 and all(part and targets.find(part) for part in parts):
            return tuple(parts)
    return ()


def former_name_in_use(rows: Rows) -> Iterator[Problem]:
    """A row refers to a stakeholder by a name that it no longer has.

    The row is still found, through the column Former names, but editors who search for the new name will miss it.

    Write the new name.

    Before: Companies
    After: Employers
    """
    for key in _CODES:
        table = rows[key]
        if not may_be_asked(table):
            continue
        targets = targets_of(rows, key)
        for reference in references(rows, key):
            found = targets.find(reference.name) if targets.has_left(reference.name) else None
            if found and found.text(table.sheet.named_by):
                name = found.text(table.sheet.named_by)
                yield problem_at(
                    reference.field,
                    "former-name-in-use",
                    WARNING,
                    f"“{reference.name}” is a former name of “{name}”.",
                    help=f"write “{name}”.",
                    related=(found.at("former_names"),),
                )
