"""A published data/map.json → the content it was made from. The counterpart of `rendering.data`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import UsageError
from pipeline.model import PUBLISHED_SHEETS, SCHEMA_VERSION, EcosystemMap, Entry

_NOT_CONTENT = frozenset({"$schema", "stamp"})


def read_map(body: bytes) -> EcosystemMap:
    """The content of a published `data/map.json`.

    Its entries know no cells, and no images come with it. What is never published gets its plainest value: a quotation
    in the data has permission. Raises UsageError, in a sentence for people, when `body` is something else, was made by a
    newer version of the program, or has a reference that leads nowhere.
    """
    from pipeline.validation import NotAMapError, map_of

    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _not_a_map("it is not a JSON file") from error
    if not isinstance(data, dict) or not isinstance(data.get("settings"), dict):
        raise _not_a_map("it is a JSON file of another kind")
    version = data.get("schema_version")
    if not isinstance(version, str) or not _parts(version):
        raise _not_a_map("it does not say the version of its form")
    if _parts(version)[0] > _parts(SCHEMA_VERSION)[0]:
        raise UsageError(
            f"The data file has the form {version[:20]}; this program knows forms up to {SCHEMA_VERSION}.",
            help="install a newer version of the program.",
        )
    # A newer minor version adds fields (docs/data.md); they are left out rather than refused.
    is_newer = _parts(version) > _parts(SCHEMA_VERSION)
    try:
        content = map_of(_permitted(_known(data) if is_newer else data))
    except RecursionError as error:
        raise _not_a_map("it is a JSON file of another kind") from error
    except NotAMapError as error:
        raise _not_a_map(_reason(error.place, error.more)) from error
    if fault := next(_loose_ends(content), ""):
        raise _not_a_map(fault)
    return content.model_copy(update={"schema_version": SCHEMA_VERSION})


def holds_drafts(body: bytes) -> bool:
    """Whether a `map.json` that `read_map` accepts was made with drafts in it; it does not say which rows are drafts."""
    stamp = json.loads(body).get("stamp")
    return isinstance(stamp, dict) and bool(stamp.get("drafts"))


def _parts(version: str) -> tuple[int, ...]:
    numbers = version.split(".")
    return tuple(int(number) for number in numbers) if all(n.isascii() and n.isdigit() for n in numbers) else ()


def _permitted(data: Mapping[str, Any]) -> Mapping[str, Any]:
    quotes = data.get("quotes", [])
    if isinstance(quotes, list):
        quotes = [{"permission": "yes", **quote} if isinstance(quote, dict) else quote for quote in quotes]
    return {key: value for key, value in data.items() if key not in _NOT_CONTENT} | {"quotes": quotes}


def _known(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`data` without what this version of the program does not know."""
    known: dict[str, Any] = {"schema_version": data["schema_version"]}
    for sheet in PUBLISHED_SHEETS:
        held = data.get(sheet.key)
        if isinstance(held, list):
            known[sheet.key] = [_only(row, sheet.entry) if isinstance(row, dict) else row for row in held]
        elif held is not None:
            known[sheet.key] = _only(held, sheet.entry) if isinstance(held, dict) else held
    return known


def _only(row: Mapping[str, Any], entry: type[Entry]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in entry.model_fields}


def _loose_ends(content: EcosystemMap) -> Iterator[str]:
    """References that lead nowhere, and IDs that are there twice, in words."""
    seen: set[tuple[str, str]] = set()
    for sheet, entry in content.entries():
        identifier = getattr(entry, "id", None)
        if identifier is not None and (sheet.key, identifier) in seen:
            yield f"the ID “{identifier[:60]}” is there twice under “{sheet.key}”"
        seen.add((sheet.key, str(identifier)))
        for name, column in sheet.columns.items():
            if not column.refers_to or name not in type(entry).model_fields:
                continue
            held = getattr(entry, name)
            for one in held if isinstance(held, tuple) else (held,):
                if (column.refers_to, one) not in content.by_id:
                    yield f"“{one[:60]}” under “{sheet.key}” is not among its {column.refers_to.replace('_', ' ')}"


def _reason(place: tuple[str | int, ...], more: int) -> str:
    named = " ".join(str(part + 1) if isinstance(part, int) else part for part in place)
    also = f" (and {more} more)" if more else ""
    return f"“{named[:120]}” is missing or not what it should be{also}"


def _not_a_map(reason: str) -> UsageError:
    return UsageError(
        f"This is not a data file of an ecosystem map: {reason}.",
        help="give the map.json that “ecosystem-map build” writes to output/site/data.",
    )
