"""Whether anything has changed since a release was built: if not, a build need not even read the workbook.

All inputs of a build are one hash: the workbook and the files beside it, the templates, the options, the day (reviews
become overdue), the program and its libraries. Under it is kept which release they made. The release must still lie in
the output folder, byte for byte. Imports little, as the answer should be there at once.
"""

import json
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.cache import Cache
from pipeline.fingerprint import fingerprint, of_folders
from pipeline.manifest import RECORD, Entry, find_differences
from pipeline.problems import Problem, read_problem

MOST_BYTES = 100 * 1024 * 1024
"""A larger file is no workbook that would be read."""

BESIDE = ("images", "pages", "editions")
"""The folders beside a workbook whose files a build may use."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was built before and lies in the output folder: its problems, and what was said at its end."""

    problems: tuple[Problem, ...]
    said: str


def key_of(workbook: Path, templates: Iterable[Path], options: Mapping[str, Any]) -> str | None:
    """The hash of everything that a build of `workbook` with these folders of templates and options depends on; None
    where there is no file that could be a workbook (the build says what is wrong)."""
    try:
        if not stat.S_ISREG(workbook.stat().st_mode) or workbook.stat().st_size > MOST_BYTES:
            return None
        body = workbook.read_bytes()
    except OSError:
        return None
    parts = [
        workbook.name,
        sha256(body).hexdigest(),
        of_folders(workbook.parent / name for name in BESIDE),
        of_folders(templates),
        json.dumps(options, sort_keys=True, default=str),
        fingerprint(),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()


def find(cache: Cache, key: str | None, output: Path) -> Release | None:
    """The release that the inputs of `key` made, if it is the one in `output`; None where something must be built."""
    kept = cache.get(key) if key else None
    if kept is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(kept)
        record = (output / "site" / RECORD).read_bytes()
        if sha256(record).hexdigest() != found["record"] or (output / RECORD).read_bytes() != record:
            return None
        entries = tuple(Entry(one["path"], one["bytes"], one["sha256"]) for one in json.loads(record)["outputs"])
        if find_differences(output / "site", entries, record):
            return None
        return Release(tuple(read_problem(values) for values in found["problems"]), found["said"])
    return None


def keep(cache: Cache, key: str, output: Path, problems: Iterable[Problem], said: str) -> None:
    """Remember that the inputs of `key` made the release that lies in `output`."""
    with suppress(OSError):
        record = sha256((output / "site" / RECORD).read_bytes()).hexdigest()
        values = {"record": record, "problems": [asdict(problem) for problem in problems], "said": said}
        cache.put(key, json.dumps(values, ensure_ascii=False).encode())
