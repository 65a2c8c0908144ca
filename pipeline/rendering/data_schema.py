"""The JSON Schemas (2020-12) of the data files, from the declaration of the workbook.

Those of every version are recorded in the folder `schemas`, and published from there: making them takes longer than
making the pages of a small map. A test compares the record with what is made of the declaration.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.identifiers import from_content, from_name
from pipeline.model import PUBLISHED_SHEETS, SCHEMA_VERSION, Sheet
from pipeline.rendering.data_nested import Json
from pipeline.rendering.data_nested import schemas as nested_schemas

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_STAMP: Mapping[str, Any] = {
    "title": "Stamp",
    "description": "Which release this file belongs to. Every file of a release carries the same.",
    "type": "object",
    "properties": {
        "edition": {
            "type": "string",
            "title": "Edition",
            "description": "The name of the edition.",
            "minLength": 1,
            "examples": ["2026.1"],
        },
        "published_on": {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
            "title": "Published on",
            "description": "The date of the edition.",
            "examples": ["2026-11-24"],
        },
        "digest": {
            "type": "string",
            "title": "Digest",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 of the published data, in hexadecimal.",
            "examples": ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
        },
        "drafts": {
            "const": True,
            "title": "Drafts",
            "description": "Present where unpublished drafts are in the data.",
            "examples": [True],
        },
    },
    "required": ["edition", "published_on", "digest"],
    "additionalProperties": False,
}


RECORDED = Path(__file__).parent / "schemas"
"""The schemas of each version, by the name of the kind."""


def recorded() -> Mapping[str, Json]:
    """What `schemas` makes, as it is recorded for this version."""
    found: Mapping[str, Json] = json.loads((RECORDED / f"{SCHEMA_VERSION}.json").read_bytes())
    return found


def schema() -> Json:
    """The JSON Schema of `data/map.json`."""
    from pipeline.validation import json_schema

    model = json_schema()
    for definition in (model, *model["$defs"].values()):
        # What is blank is published as null or as an empty list, never left out.
        definition["required"] = list(definition["properties"])
        for value in definition["properties"].values():
            value.pop("default", None)
    for sheet in PUBLISHED_SHEETS:
        model["properties"][sheet.key]["title"] = sheet.name
        definition = model["$defs"][sheet.entry.__name__]
        definition["title"] = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", sheet.entry.__name__).capitalize()
        if "id" in definition["properties"]:
            definition["properties"]["id"]["examples"] = [_example_id(sheet)]
        values = {name: (value.get("examples") or [None])[0] for name, value in definition["properties"].items()}
        definition["examples"] = [values]
    for value in model["properties"].values():
        if value.get("type") == "array":
            value["examples"] = [model["$defs"][value["items"]["$ref"].rpartition("/")[2]]["examples"]]
    title = "Ecosystem map"
    about = (
        "Everything that an ecosystem map publishes. References between entries are IDs; "
        "texts are Markdown-lite (bold, italic, links, lists, paragraphs)."
    )
    version = model["properties"].pop("schema_version")
    return _file("map", title, about, version, model["properties"]) | {"$defs": model["$defs"]}


def schemas() -> Mapping[str, Json]:
    """The JSON Schema of every kind of data file, by the name of the kind: “map”, “stakeholder”, “index”."""
    whole = schema()
    version = whole["properties"]["schema_version"]
    return {"map": whole} | {
        name: _file(name, form["title"], form["description"], version, form["properties"])
        for name, form in nested_schemas(whole)
    }


def _file(name: str, title: str, about: str, version: Json, properties: Mapping[str, Json]) -> Json:
    """The schema of a file that holds `properties`, and before them what every file has."""
    reference = {
        "type": "string",
        "title": "Schema",
        "description": "The JSON Schema of this file, as an address seen from it.",
        "examples": [f"{name}.schema.json"],
    }
    held = {"$schema": reference, "schema_version": version, "stamp": _STAMP, **properties}
    return {
        "$schema": _DIALECT,
        "$id": f"urn:ecosystem-map:schema:{'' if name == 'map' else f'{name}:'}{SCHEMA_VERSION}",
        "title": title,
        "description": about,
        "type": "object",
        "properties": held,
        "required": list(held),
        "additionalProperties": False,
    }


def _example_id(sheet: Sheet) -> str:
    """The ID that the example row of `sheet` would have."""
    columns = sheet.columns
    if sheet.named_by:
        return from_name(columns[sheet.named_by].example)
    return from_content(*(str(columns[name].example_in_data) for name in sheet.identified_by))
