"""The data files: the whole map, its JSON Schema, one file for each stakeholder, and a table for each sheet.

`data/map.json` is flat: arrays of entries that refer to each other by ID, so that nothing is said twice and the map can
be read back into a workbook. `data/stakeholders/<id>.json` is nested, for readers who want one stakeholder whole. The
tables are for spreadsheets and say names where the data says IDs. What is for editors alone is in none of them: the
model leaves it out.
"""

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from pipeline.model import (
    LIST_SEPARATOR,
    PUBLISHED_SHEETS,
    SCHEMA_VERSION,
    SETTINGS_HEADINGS,
    Action,
    Column,
    EcosystemMap,
    Entry,
    Kind,
    Sheet,
    Shown,
    Stakeholder,
    Strategy,
)
from pipeline.rendering.artefacts import Artefact, Stamp

MAP_PATH = "data/map.json"
SCHEMA_PATH = "data/map.schema.json"
SCHEMA_NAME = "map.schema.json"

_FORMULA_STARTS = frozenset("=+-@\t\r\n")
_STAMP_SCHEMA: Mapping[str, Any] = {
    "title": "Stamp",
    "description": "Which release this file belongs to. Every file of a release carries the same.",
    "type": "object",
    "properties": {
        "edition": {"type": "string", "description": "The name of the edition."},
        "published_on": {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
            "description": "The date of the edition.",
        },
        "digest": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 of the published data, in hexadecimal.",
        },
        "drafts": {"const": True, "description": "Present where unpublished drafts are in the data."},
    },
    "required": ["edition", "published_on", "digest"],
    "additionalProperties": False,
}


def render(content: EcosystemMap, *, stamp: Stamp) -> Iterator[Artefact]:
    """Every file under `data/`: the map, its schema, the stakeholders' files, then the tables."""
    yield map_file(content, stamp=stamp)
    yield _json(SCHEMA_PATH, schema())
    for stakeholder in content.stakeholders:
        path = f"data/stakeholders/{stakeholder.id}.json"
        yield _json(path, {"stamp": _stamp(stamp)} | _whole(content, stakeholder))
    for sheet in PUBLISHED_SHEETS:
        path = f"data/{sheet.key.replace('_', '-')}.csv"
        yield Artefact(path, "text/csv", _csv(_table(content, sheet)))


def map_file(content: EcosystemMap, *, stamp: Stamp) -> Artefact:
    """`data/map.json`."""
    data = {"$schema": SCHEMA_NAME, "schema_version": content.schema_version, "stamp": _stamp(stamp)}
    return _json(MAP_PATH, data | published(content))


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


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `data/map.json`, from the declaration of the workbook."""
    model = EcosystemMap.model_json_schema(mode="serialization")
    for definition in (model, *model["$defs"].values()):
        # What is blank is published as null or as an empty list, never left out.
        definition["required"] = list(definition["properties"])
        for value in definition["properties"].values():
            value.pop("default", None)
    reference = {"type": "string", "description": "The JSON Schema of this file, beside it."}
    version = {"schema_version": model["properties"].pop("schema_version")}
    properties = {"$schema": reference} | version | {"stamp": _STAMP_SCHEMA} | model["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ecosystem-map:schema:{SCHEMA_VERSION}",
        "title": "Ecosystem map",
        "description": "Everything that an ecosystem map publishes. References between entries are IDs; "
        "texts are Markdown-lite (bold, italic, links, lists, paragraphs).",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": model["$defs"],
    }


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


def _whole(content: EcosystemMap, stakeholder: Stakeholder) -> dict[str, Any]:
    """A stakeholder with all that is its own, references followed."""

    def plain(entry: BaseModel, *known: str) -> dict[str, Any]:
        return entry.model_dump(mode="json", exclude={"stakeholder", *known})

    def named(key: str, ids: Sequence[str]) -> list[dict[str, str]]:
        return [{"id": identifier, "name": content.by_id[key, identifier].name} for identifier in ids]

    def doing(entry: Strategy | Action, known: str) -> dict[str, Any]:
        return plain(entry, known) | {"works_with": named("stakeholders", entry.works_with)}

    strategies = [entry for entry in content.strategies if entry.stakeholder == stakeholder.id]
    actions = [entry for entry in content.actions if entry.stakeholder == stakeholder.id]
    reasons = [entry for entry in content.value_propositions if entry.stakeholder == stakeholder.id]
    return {
        **plain(stakeholder),
        "phases": [
            {
                "id": phase.id,
                "name": phase.name,
                "strategies": [doing(entry, "phase") for entry in strategies if entry.phase == phase.id],
            }
            for phase in content.phases
        ],
        "action_areas": [
            {
                "id": area.id,
                "name": area.name,
                "actions": [doing(entry, "action_area") for entry in actions if entry.action_area == area.id],
            }
            for area in content.action_areas
        ],
        "value_propositions": [
            {"case": case, "reasons": [plain(entry, "case") for entry in reasons if entry.case == case]}
            for case in dict.fromkeys(entry.case for entry in reasons)
        ],
        "quotes": [plain(entry) for entry in content.quotes if entry.stakeholder == stakeholder.id],
        "resources": [
            plain(entry, "stakeholders") | {"phases": named("phases", entry.phases)}
            for entry in content.resources
            if stakeholder.id in (entry.stakeholders or (stakeholder.id,))
        ],
    }


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
