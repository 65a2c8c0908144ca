"""The data files: the whole map, its parts and an index for readers, their JSON Schemas, and a table for each sheet.

`data/map.json` is flat: arrays of entries that refer to each other by ID, so that nothing is said twice and the map can
be read back into a workbook. `data/nested.json` says the same as people read it, and `data/stakeholders/<id>.json`,
`data/phases/<id>.json` and `data/action-areas/<id>.json` are its parts. The tables are for spreadsheets and say names
where the data says IDs. What is for editors alone is in none of them: the model leaves it out.
"""

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.model import (
    LIST_SEPARATOR,
    PUBLISHED_SHEETS,
    SCHEMA_VERSION,
    SETTINGS_HEADINGS,
    Column,
    EcosystemMap,
    Entry,
    Kind,
    Sheet,
    Shown,
)
from pipeline.rendering import data_nested
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.data_nested import table_name
from pipeline.rendering.data_schema import recorded

MAP_PATH = "data/map.json"
INDEX_PATH = "data/index.json"
SCHEMA_PATH = "data/map.schema.json"

_FORMULA_STARTS = frozenset("=+-@\t\r\n")


def render(content: EcosystemMap, *, stamp: Stamp) -> Iterator[Artefact]:
    """Every file under `data/`: the map, flat and nested, the index, the parts, the schemas, then the tables."""
    yield map_file(content, stamp=stamp)
    yield _file("nested", data_nested.nested(content), stamp=stamp)
    yield _file("index", data_nested.index(content), stamp=stamp)
    for one in content.stakeholders:
        yield _file("stakeholder", data_nested.stakeholder(one, content), stamp=stamp, folder="stakeholders")
    for phase in content.phases:
        yield _file("phase", data_nested.phase(phase, content), stamp=stamp, folder="phases")
    for area in content.action_areas:
        yield _file("action-area", data_nested.action_area(area, content), stamp=stamp, folder="action-areas")
    for name, described in recorded().items():
        yield _json(f"data/{name}.schema.json", described)
    for sheet in PUBLISHED_SHEETS:
        yield Artefact(f"data/{table_name(sheet)}", "text/csv", _csv(_table(content, sheet)))


def map_file(content: EcosystemMap, *, stamp: Stamp) -> Artefact:
    """`data/map.json`."""
    return _file("map", published(content), stamp=stamp)


def _file(kind: str, data: Mapping[str, Any], *, stamp: Stamp, folder: str = "") -> Artefact:
    """A data file: `<kind>.json`, or the file of a row in `folder`. It says its schema, the form's version, the stamp."""
    path = f"{folder}/{data['id']}.json" if folder else f"{kind}.json"
    head = {"$schema": f"{'../' if folder else ''}{kind}.schema.json", "schema_version": SCHEMA_VERSION}
    return _json(f"data/{path}", head | {"stamp": _stamp(stamp)} | dict(data))


def published(content: EcosystemMap) -> dict[str, Any]:
    """The published data as plain values, without `schema_version` and stamp, in the order of the workbook."""
    return content.model_dump(mode="json", exclude={"schema_version"})


def digest(content: EcosystemMap) -> str:
    """SHA-256, in hexadecimal, of the published data: the same for the same content wherever and whenever it is made.

    Taken over the JSON with sorted keys, without white space and without the stamp (which holds this very value).
    """
    data = content.model_dump(mode="json")
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _stamp(stamp: Stamp) -> dict[str, Any]:
    day = stamp.published_on
    data = {"edition": stamp.edition, "published_on": day and day.isoformat(), "digest": stamp.digest}
    return data | ({"drafts": True} if stamp.drafts else {})


def _json(path: str, data: Mapping[str, Any]) -> Artefact:
    return Artefact(path, "application/json", json_text(data).encode())


def json_text(data: Mapping[str, Any]) -> str:
    """`data` as people read it: two spaces, real letters, a line end at the end.

    U+2028 and U+2029 are escaped: JavaScript before 2019 takes them for line ends.
    """
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def _table(content: EcosystemMap, sheet: Sheet) -> Iterator[Iterable[str]]:
    """The rows of one sheet as a table, headings first."""
    columns = {name: column for name, column in sheet.columns.items() if Shown.DATA in column.shown}
    if sheet.settings:
        yield SETTINGS_HEADINGS[:2]
        for name, column in columns.items():
            yield column.heading, _cell_text(content, column, getattr(content.settings, name))
        return
    yield [column.heading for column in columns.values()]
    entries: tuple[Entry, ...] = getattr(content, sheet.key)
    for entry in entries:
        yield [_cell_text(content, column, getattr(entry, name)) for name, column in columns.items()]


def _cell_text(content: EcosystemMap, column: Column, value: Any) -> str:
    """A value as an editor would have written it into its cell."""
    if value is None:
        return ""
    values = value if isinstance(value, tuple) else (value,)
    if column.kind in (Kind.REFERENCE, Kind.REFERENCES):
        values = tuple(content.by_id[column.refers_to, identifier].name for identifier in values)
    return f"{LIST_SEPARATOR} ".join(str(part) for part in values)


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    """A table as RFC 4180 has it, with the mark at the start by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([harmless(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(value: str) -> str:
    """`value` as a spreadsheet will show it and never run it: an apostrophe before what could start a formula.

    Spaces before it do not help and full-width signs count too (OWASP, “CSV Injection”).
    """
    start = value.lstrip(" \u00a0\u3000\ufeff\u200b")[:1]
    risky = unicodedata.normalize("NFKC", start)[:1] in _FORMULA_STARTS if start else False
    return f"'{value}" if risky else value
