"""The same workbook as other tools want it declared: a data package for frictionless, a schema for flatten-tool.

Both follow from the declaration of the workbook, so that they ask as much of a row as they can: types, required values,
choices, lengths, patterns and, in frictionless, references from sheet to sheet.
"""

import json
from pathlib import Path
from typing import Any

from pipeline.model import ID_PATTERN, LIST_SEPARATOR, SETTINGS_HEADINGS, SHEETS, Column, Kind, Sheet


def heading(column: Column) -> str:
    """A column's heading as the template writes it: with a star where it is required."""
    return f"{column.heading}*" if column.required else column.heading


def write_data_package(workbook: Path, folder: Path) -> Path:
    """Write datapackage.json beside the workbook's copy in `folder`, for `frictionless validate`."""
    resources = [
        {
            "name": sheet.key.replace("_", "-"),
            "type": "table",
            "path": workbook.name,
            "format": "xlsx",
            "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "dialect": {"excel": {"sheet": sheet.name}},
            "schema": _table_schema(sheet),
        }
        for sheet in SHEETS
    ]
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"name": "ecosystem-map", "resources": resources}, indent=1), encoding="utf-8")
    return path


def _table_schema(sheet: Sheet) -> dict[str, Any]:
    if sheet.settings:
        return {"fields": [{"name": name, "type": "any"} for name in SETTINGS_HEADINGS]}
    schema: dict[str, Any] = {"fields": [_field(column) for column in sheet.columns.values()]}
    keys = [
        {
            "fields": [heading(column)],
            "reference": {"resource": column.refers_to.replace("_", "-"), "fields": [_named(column)]},
        }
        for column in sheet.columns.values()
        if column.kind is Kind.REFERENCE
    ]
    return schema | ({"foreignKeys": keys} if keys else {})


def _named(column: Column) -> str:
    referred = next(sheet for sheet in SHEETS if sheet.key == column.refers_to)
    return heading(referred.columns[referred.named_by])


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"maxLength": column.most_characters}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if column.kind is Kind.ID:
        constraints |= {"pattern": ID_PATTERN, "unique": True}
    field: dict[str, Any] = {"name": heading(column), "type": "string", "constraints": constraints}
    if column.kind is Kind.LINK:
        field["format"] = "uri"
    elif column.kind is Kind.DATE:
        field |= {"type": "date", "constraints": {}}
    elif column.kind in (Kind.NAMES, Kind.REFERENCES):
        field |= {"type": "list", "delimiter": LIST_SEPARATOR, "constraints": {}}
    return field


def write_flatten_schema(folder: Path) -> Path:
    """Write schema.json into `folder`, by which `flatten-tool unflatten --convert-titles` knows headings and types."""
    properties: dict[str, Any] = {}
    for sheet in SHEETS:
        for name, column in sheet.columns.items():
            properties.setdefault(name, {"title": heading(column), "type": "string"})
    schema = {"type": "object", "title": "Row", "properties": properties}
    path = folder / "schema.json"
    path.write_text(json.dumps(schema, indent=1), encoding="utf-8")
    return path
