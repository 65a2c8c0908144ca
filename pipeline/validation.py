"""The declaration as pydantic models: what checks a data file, and gives the JSON Schema.

The models follow from the classes of `model`. They are a module of their own, because importing pydantic takes longer
than reading and checking a small workbook, which needs none of it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from pipeline.model import COLOUR_PATTERN, ID_PATTERN, LIMITS, LINK_PATTERN, Column, EcosystemMap, Entry, Kind

_Class = Any
"""A class of the declaration. (Mypy takes classes with fields for unhashable, so that none of them could be cached.)"""


class NotAMapError(ValueError):
    """Data that is no map: `place` is where the first fault is, keys and positions from 0; `more` how many follow."""

    def __init__(self, place: tuple[str | int, ...], more: int) -> None:
        super().__init__(".".join(map(str, place)))
        self.place, self.more = place, more


def map_of(data: Mapping[str, Any]) -> EcosystemMap:
    """The map that `data`, values as JSON has them, holds. NotAMapError where something is missing, more or of another
    type; what is never published must be there too."""
    try:
        found = _model(EcosystemMap).model_validate(data)
    except ValidationError as error:
        raise NotAMapError(error.errors()[0]["loc"], error.error_count() - 1) from error
    content: EcosystemMap = _declared(EcosystemMap, found)
    return content


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a map as it is published."""
    return _model(EcosystemMap).model_json_schema(mode="serialization")


def _declared(kind: _Class, held: BaseModel) -> Any:
    """What a model holds, as the class of the declaration that it was made from."""
    values = dict(held)
    for name, value in values.items():
        entries = _entries(kind, name)
        if entries and isinstance(value, tuple):
            values[name] = tuple(_declared(entries, one) for one in value)
        elif entries:
            values[name] = _declared(entries, value)
    return kind(**values)


@cache
def _model(kind: _Class) -> type[BaseModel]:
    attributes: dict[str, Any] = {name: _attribute(kind, name) for name in kind.model_fields}
    config = ConfigDict(frozen=True, extra="forbid")
    return create_model(kind.__name__, __config__=config, __doc__=kind.__doc__, **attributes)


def _attribute(kind: _Class, name: str) -> tuple[Any, FieldInfo]:
    """An attribute's annotation for pydantic, with its default and what else there is to know."""
    held, beside = _hints(kind)[name]
    default: Any = kind.model_fields[name].default
    said: dict[str, Any] = {}
    for known in beside:
        said |= known if isinstance(known, dict) else {"description": known} if isinstance(known, str) else {}
    field = Field(
        default=... if default is MISSING else default, exclude=name not in kind.published_fields or None, **said
    )
    entries = _entries(kind, name)
    if entries:
        model: Any = _model(entries)
        held = tuple[model, ...] if get_origin(held) is tuple else model
    for column in beside:
        if isinstance(column, Column):
            held = Annotated[held, _InSchema(column)]
    return held, field


@cache
def _entries(kind: _Class, name: str) -> _Class | None:
    """The class of the entries that an attribute holds; None where it holds plain values."""
    held = _hints(kind)[name][0]
    entry = get_args(held)[0] if get_origin(held) is tuple else held
    return entry if isinstance(entry, type) and issubclass(entry, Entry) else None


@cache
def _hints(kind: _Class) -> Mapping[str, tuple[Any, tuple[Any, ...]]]:
    """The type of each attribute, and what is declared beside it."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        name: (hint.__origin__, hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())
        for name, hint in hints.items()
    }


@dataclass(frozen=True, slots=True)
class _InSchema:
    column: Column

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Title, description and example of the column, in the published JSON Schema."""
        column, schema = self.column, handler(core)
        schema["title"] = column.heading
        schema["description"] = column.help
        if example := column.example_in_data:
            schema["examples"] = [example]
        texts = [
            part for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())) if part.get("type") == "string"
        ]
        for text in texts:
            if column.kind is Kind.ID or column.refers_to:
                text |= {"pattern": ID_PATTERN, "maxLength": LIMITS[Kind.ID]}
            elif column.kind is Kind.CHOICE:
                text["enum"] = list(column.choices)
            elif column.kind is Kind.LINK:
                text |= {"format": "uri", "pattern": LINK_PATTERN}
            elif column.kind is Kind.TEXT or column.kind is Kind.PAGE:
                text |= {"contentMediaType": "text/markdown", "minLength": 1}
            elif column.kind is Kind.COLOUR:
                text["pattern"] = COLOUR_PATTERN
            elif "format" not in text:
                text["minLength"] = 1
        return schema
