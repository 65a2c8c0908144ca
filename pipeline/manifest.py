"""What a release consists of: its list of files, the record that carries the list, and what really lies in a folder.

Nothing here writes; publishing does.
"""

import hashlib
import json
import os
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.json_values import JsonValue
from pipeline.rendering.artefacts import Artefact

RECORD = "build.json"

# Absent from `stat` except on Windows: a junction, which looks like a folder and leads elsewhere.
_JUNCTION = 0xA0000003


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a release: its path below `site`, its size in bytes and the SHA-256 of its bytes in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies in a folder, as paths below it with forward slashes; `others` are links and whatever else is no file.

    `folders` has the deepest first, so that each is empty when its turn comes.
    """

    files: frozenset[str]
    others: frozenset[str]
    folders: tuple[str, ...]


def describe(artefacts: Iterable[Artefact]) -> tuple[Entry, ...]:
    """The list of files for these artefacts, sorted by path.

    Raises PipelineError for paths that cannot all be written, and mean the same, on every system: that is a mistake
    in the program, as paths are made from checked IDs.
    """
    entries = tuple(
        sorted(
            (Entry(item.path, len(item.body), hashlib.sha256(item.body).hexdigest()) for item in artefacts),
            key=lambda entry: entry.path,
        )
    )
    if not entries:
        raise PipelineError("A release without any file cannot be meant.")
    spellings: dict[str, str] = {_folded(RECORD): RECORD}
    files: set[str] = {_folded(RECORD)}
    for entry in entries:
        _check_path(entry.path)
        parts = entry.path.split("/")
        for length in range(1, len(parts) + 1):
            prefix = "/".join(parts[:length])
            other = spellings.setdefault(_folded(prefix), prefix)
            if other != prefix:
                raise PipelineError(f"“{entry.path}” and “{other}” are one path where case does not count.")
            if _folded(prefix) in files:
                raise PipelineError(f"Two files claim the path “{prefix}”.")
        files.add(_folded(entry.path))
    return entries


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _check_path(path: str) -> None:
    parts = path.split("/")
    if (
        any(part in ("", ".", "..") or part.endswith((".", " ")) for part in parts)  # Windows drops a dot at the end
        or any(character in '\\:*?"<>|' or unicodedata.category(character) in ("Cc", "Cs") for character in path)
    ):
        raise PipelineError(f"{path!r} is not a path that a release can have on every system.")


def write_record(record: Mapping[str, JsonValue], entries: tuple[Entry, ...]) -> bytes:
    """The record of a build as JSON: the keys of `record` in their order, then “outputs”, the list of files.

    The record does not list itself, since it cannot hold its own hash.
    """
    if "outputs" in record:
        raise PipelineError("The record already has “outputs”; publishing writes that key.")
    outputs = [{"path": entry.path, "bytes": entry.size, "sha256": entry.sha256} for entry in entries]
    text = json.dumps({**record, "outputs": outputs}, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def read_record(path: Path) -> dict[str, str] | None:
    """Path → SHA-256 of every file that the record at `path` lists; None when there is no record that can be read."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        outputs = json.loads(path.read_bytes())["outputs"]
        listed = {item["path"]: item["sha256"] for item in outputs}
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return listed if all(isinstance(text, str) for pair in listed.items() for text in pair) else None


def is_link(path: Path) -> bool:
    """Whether the path itself, not what it leads to, is a symbolic link or a Windows junction."""
    try:
        return _is_link(path.lstat())
    except (FileNotFoundError, NotADirectoryError):
        return False


def _is_link(status: os.stat_result) -> bool:
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def look_into(folder: Path) -> Contents:
    """Everything in `folder` and below. No link is followed; what cannot be read is an OSError, never skipped."""
    files: set[str] = set()
    others: set[str] = set()
    folders: list[str] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as entries:
            for entry in entries:
                path = f"{below}{entry.name}"
                status = (folder / path).lstat()
                if stat.S_ISDIR(status.st_mode) and not _is_link(status):
                    folders.append(path)
                    waiting.append(f"{path}/")
                else:
                    (files if stat.S_ISREG(status.st_mode) else others).add(path)
    return Contents(frozenset(files), frozenset(others), tuple(reversed(folders)))


def find_differences(folder: Path, entries: tuple[Entry, ...], record: bytes) -> tuple[str, ...]:
    """The paths at which `folder` is not, byte for byte, the release of `entries` and `record`; read back from disk."""
    expected = {entry.path: (entry.size, entry.sha256) for entry in entries}
    expected[RECORD] = (len(record), hashlib.sha256(record).hexdigest())
    found = look_into(folder)
    wrong = set(expected.keys() ^ found.files) | found.others
    for path in expected.keys() & found.files:
        body = (folder / path).read_bytes()
        if (len(body), hashlib.sha256(body).hexdigest()) != expected[path]:
            wrong.add(path)
    return tuple(sorted(wrong))
