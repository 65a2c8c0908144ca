"""The content of a workbook that was read and checked before, kept for the next build.

Whoever edits a template or asks for another form builds from the same workbook: it need not be read and
checked again then.
Kept are the values, the cell that each came from, and the problems, as JSON; pictures are read anew.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.cache import Cache
from pipeline.fingerprint import fingerprint, of_folders
from pipeline.load import Loaded, files_in
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap, Entry, Kind, Sheet
from pipeline.problems import CellRef, read_problem


def key_of(workbook: Path, *, today: date, strict: bool, drafts: bool) -> str:
    """The hash of everything that decides what loading `workbook` gives."""
    parts = [
        workbook.name,
        sha256(workbook.read_bytes()).hexdigest(),
        of_folders(workbook.parent / name for name in ("images", "pages")),
        f"{today} {strict} {drafts}",
        fingerprint(),
    ]
    return sha256("\n".join(("content", *parts)).encode()).hexdigest()


def keep(cache: Cache, key: str, loaded: Loaded) -> None:
    """Keep what was loaded, if it is content that can be published."""
    if loaded.content is not None:
        cache.put(key, written(loaded))


def find(cache: Cache, key: str, path: Path) -> Loaded | None:
    """What was loaded from the workbook at `path` before, under `key`; None if nothing was."""
    kept = cache.get(key)
    if kept is not None:
        with suppress(ValueError, KeyError, TypeError):
            return read(kept, path, files_in(path.parent / "images"))
    return None


def written(loaded: Loaded) -> bytes:
    """What was loaded, as JSON."""
    content = loaded.content
    if content is None:
        raise ValueError("there is no content")
    values = {
        "sha256": loaded.sha256,
        "problems": [asdict(problem) for problem in loaded.problems],
        "images": list(content.images),
        "entries": {sheet.key: [_written(entry) for entry in _entries(content, sheet)] for sheet in PUBLISHED_SHEETS},
    }
    return json.dumps(values, ensure_ascii=False, default=date.isoformat).encode()


def read(body: bytes, path: Path, images: Mapping[str, bytes]) -> Loaded:
    """What `written` wrote, for the workbook at `path` with these image files beside it."""
    values = json.loads(body)
    entries: dict[str, Any] = {
        sheet.key: tuple(_read(sheet, entry) for entry in values["entries"][sheet.key]) for sheet in PUBLISHED_SHEETS
    }
    [settings] = entries.pop("settings")
    content = EcosystemMap(settings=settings, **entries).with_images({name: images[name] for name in values["images"]})
    problems = tuple(read_problem(problem) for problem in values["problems"])
    return Loaded(path=path, problems=problems, content=content, sha256=values["sha256"])


def _entries(content: EcosystemMap, sheet: Sheet) -> tuple[Entry, ...]:
    held = getattr(content, sheet.key)
    return (held,) if isinstance(held, Entry) else held


def _written(entry: Entry) -> list[Any]:
    cells = {name: (at.sheet, at.row, at.column) for name, at in entry.cells.items()}
    return [{name: getattr(entry, name) for name in entry.model_fields}, cells]


def _read(sheet: Sheet, written: list[Any]) -> Entry:
    values, cells = written
    for name, column in sheet.columns.items():
        value = values.get(name)
        if isinstance(value, list):
            values[name] = tuple(value)
        elif column.kind is Kind.DATE and value is not None:
            values[name] = date.fromisoformat(value)
    return sheet.entry(**values).with_cells({name: CellRef(*at) for name, at in cells.items()})
