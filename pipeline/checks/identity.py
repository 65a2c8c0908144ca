"""Rules for what a row is called: its ID and its name."""

import re
from collections.abc import Iterator

from pipeline.checks.references import Targets, targets_of
from pipeline.checks.scope import ERROR, advice, problem_at
from pipeline.identifiers import RESERVED, from_content, from_name, is_good
from pipeline.matching import fold
from pipeline.model import Kind
from pipeline.problems import CellRef, Problem
from pipeline.records import Field, Record, Rows, Table

_SUBTAG = "[a-z0-9]"
_LANGUAGE_TAG = re.compile(
    rf"[a-z]{{2,3}}(?:-[a-z]{{3}}){{0,3}}(?:-[a-z]{{4}})?(?:-(?:[a-z]{{2}}|\d{{3}}))?"
    rf"(?:-(?:{_SUBTAG}{{5,8}}|\d{_SUBTAG}{{3}}))*(?:-[a-wyz0-9](?:-{_SUBTAG}{{2,8}})+)*(?:-x(?:-{_SUBTAG}{{1,8}})+)?",
    re.IGNORECASE,
)
"""RFC 5646, section 2.1, without the names of languages that are longer than a code ("English") and the tags of old."""


def bad_id(rows: Rows) -> Iterator[Problem]:
    """An ID holds something other than small letters, digits and hyphens, or is a name that is taken.

    The ID becomes part of a web address and the name of a file, so it must work everywhere.

    Use a to z, 0 to 9 and single hyphens, or clear the cell: then the program makes an ID. Do not change an ID that
    has been published, for links lead to it.

    Before: HR Systems!
    After: hr-systems
    """
    for record in rows.records():
        held = record.fields.get("id")
        if held is None or not held.usable or not isinstance(held.value, str) or is_good(held.value):
            continue
        is_taken = held.value in RESERVED
        why = (
            "the web site needs that name itself" if is_taken else "only a to z, 0 to 9 and single hyphens can be used"
        )
        yield problem_at(
            held,
            "bad-id",
            ERROR,
            f"“{held.value}” cannot be an ID: {why}.",
            help=advice(
                None if is_taken else from_name(held.value), "choose another, or clear the cell to have one made."
            ),
        )


def duplicate_name(rows: Rows) -> Iterator[Problem]:
    """Two rows of a sheet have the same name.

    Other sheets refer to rows by name, so nobody can tell which of the two is meant. Capitals, spaces and punctuation
    make no difference.

    Rename one of the rows, or delete it if it is a copy.

    Before: “HR Systems” and “HR systems”
    After: “HR Systems”, once
    """
    for table in rows:
        first: dict[tuple[str, str], tuple[Field, int]] = {}
        for attribute in (table.sheet.named_by, "short_name"):
            for record in table:
                held = record.fields.get(attribute)
                if held is None or not held.usable or not isinstance(held.value, str) or not held.value:
                    continue
                known, row = first.setdefault(_name_key(record, held.value), (held, record.row))
                if row != record.row:
                    yield problem_at(
                        held,
                        "duplicate-name",
                        ERROR,
                        f"“{held.value}” stands on the {table.name} sheet twice: in {known.at.a1} and {held.at.a1}.",
                        help="give one of them another name, or delete the row that is too many.",
                        related=(known.at,),
                    )


def _name_key(record: Record, name: str) -> tuple[str, str]:
    # One body may be both funder and partner: credits are told apart by their role as well.
    return fold(name), fold(record.text("role"))


def duplicate_id(rows: Rows) -> Iterator[Problem]:
    """Two rows of a sheet have the same ID, so both would have the same web address.

    It happens when a row is copied together with its ID, or when two names differ only in letters that an address
    cannot hold, such as “C#” and “C++”.

    Clear the ID of the newer row, or write one of your own. Keep the ID of the row that was published first, for links
    lead to it.

    Before: “employers” under ID in two rows
    After: “employers” in the older row, a blank ID in the newer one
    """
    known: dict[str, dict[int, str]] = {}
    for table in sorted(rows, key=lambda table: bool(table.sheet.identified_by)):
        identifiers = known[table.sheet.key] = dict(_identifiers(table, rows, known))
        first: dict[str, Record] = {}
        for record in table:
            identifier = identifiers.get(record.row)
            if identifier is None:
                continue
            other = first.setdefault(identifier, record)
            if other is not record and not _is_copy(record, other):
                yield _duplicate_id(record, other, identifier)


def _duplicate_id(record: Record, other: Record, identifier: str) -> Problem:
    is_written = bool(record.text("id"))
    held = record.fields["id"] if is_written else record.fields[_named_in(record)]
    name = record.sheet.columns["id"].heading
    return problem_at(
        held,
        "duplicate-id",
        ERROR,
        f"The ID “{identifier}” is that of row {other.row} as well."
        if is_written
        else f"The {name} made for this row, “{identifier}”, is that of row {other.row} as well.",
        help="write another ID, or clear the cell to have one made."
        if is_written
        else f"write {name}s of your own in column “{name}”, or change what is the same in both rows.",
        related=(_cell_of_id(other),),
    )


def _named_in(record: Record) -> str:
    """The attribute of which a row's ID is made, or the last of them."""
    return record.sheet.named_by or record.sheet.identified_by[-1]


def _cell_of_id(record: Record) -> CellRef:
    return record.at("id" if record.text("id") else _named_in(record))


def _is_copy(record: Record, other: Record) -> bool:
    """Whether the rows are the same by name or text, which is a problem of its own."""
    named_by = record.sheet.named_by
    if named_by:
        return _name_key(record, record.text(named_by)) == _name_key(other, other.text(named_by))
    if record.text("id") and other.text("id"):
        return False
    texts = [name for name, column in record.sheet.columns.items() if column.kind is Kind.TEXT and column.required]
    return all(fold(record.text(name)) == fold(other.text(name)) for name in texts)


def _identifiers(table: Table, rows: Rows, known: dict[str, dict[int, str]]) -> Iterator[tuple[int, str]]:
    """The ID of each row of `table` by row number, written or made; rows of which it cannot be told are left out."""
    sheet = table.sheet
    if "id" not in sheet.columns:
        return
    targets = {key: targets_of(rows, key) for key in known}
    for record in table:
        held = record.fields.get("id")
        if held is not None and not held.usable:
            continue
        if record.text("id"):
            yield record.row, record.text("id")
        elif sheet.named_by:
            if record.text(sheet.named_by):
                yield record.row, from_name(record.text(sheet.named_by))
        else:
            values = [_content(record, name, targets, known) for name in sheet.identified_by]
            if all(values):
                yield record.row, from_content(*values)


def _content(record: Record, name: str, targets: dict[str, Targets], known: dict[str, dict[int, str]]) -> str:
    key = record.sheet.columns[name].refers_to
    if not key:
        return record.text(name)
    found = targets[key].find(record.text(name)) if key in targets else None
    return known[key].get(found.row, "") if found else ""


def unknown_language(rows: Rows) -> Iterator[Problem]:
    """The setting Language is not a language tag (BCP 47); its code is `not-a-choice`."""
    for record in rows.records():
        for held in record.fields.values():
            if held.column.kind is not Kind.LANGUAGE or not held.usable or not isinstance(held.value, str):
                continue
            if held.value and not _LANGUAGE_TAG.fullmatch(held.value):
                mended = held.value.replace("_", "-").replace(" ", "")
                yield problem_at(
                    held,
                    "not-a-choice",
                    ERROR,
                    f"“{held.value}” is not a language tag.",
                    help=advice(
                        mended if _LANGUAGE_TAG.fullmatch(mended) else None,
                        "write the two or three letters of the language, such as en, with a region if it matters: en-GB.",
                    ),
                )
