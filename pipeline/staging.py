"""Writing, copying and removing the folders of a release, so that an interruption at any step can be told and resumed."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.exchange import sync_folder
from pipeline.manifest import RECORD, Contents
from pipeline.rendering.artefacts import Artefact

_AT_ONCE = 4
"""How many files are written at the same time."""


def stage(folder: Path, files: tuple[Artefact, ...], record: bytes) -> None:
    """Write a release into the new, empty `folder`.

    The record comes first, so that a left-over without it is known never to have been a release.
    """
    write(folder / RECORD, record)
    parents = {folder.joinpath(*parts) for file in files for parts in _parents(file.path)}
    for parent in sorted(parents):
        parent.mkdir(0o755)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        # The disk takes as long to keep one file for certain as to keep several.
        for _ in pool.map(lambda file: write(folder.joinpath(*file.path.split("/")), file.body), files):
            pass
    for parent in sorted((folder, *parents), reverse=True):
        sync_folder(parent)


def _parents(path: str) -> list[list[str]]:
    parts = path.split("/")
    return [parts[:length] for length in range(1, len(parts))]


def write(path: Path, body: bytes) -> None:
    """A new file with these bytes, on the disk when it returns; readable for all (0644) as far as the umask allows."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o644), "wb") as stream:
        sys.audit("ecosystem_map.write", str(path))
        stream.write(body)
        stream.flush()
        sys.audit("ecosystem_map.sync", str(path))
        os.fsync(stream.fileno())


def copy(folder: Path, found: Contents, to: Path) -> None:
    """Write the release in `folder`, of which `found` is the contents, once more as the new folder `to`."""
    to.mkdir(0o755)
    for path in reversed(found.folders):
        (to / path).mkdir(0o755)
    for path in sorted(found.files):
        write(to / path, (folder / path).read_bytes())
    for path in (*found.folders, "."):
        sync_folder(to / path)


def remove(folder: Path, found: Contents, *, record: str = RECORD) -> None:
    """Remove a folder in which everything `found` is known to be ours, and fail (OSError) at what came in since.

    The file `record` goes last, so that after an interruption the rest is still known to be ours.
    """
    for path in sorted((found.files | found.others) - {record}):
        (folder / path).unlink()
    holding = record.rpartition("/")[0]
    for path in found.folders:
        if path != holding:
            (folder / path).rmdir()
    if record in found.files:
        (folder / record).unlink()
    if holding in found.folders:
        (folder / holding).rmdir()
    folder.rmdir()
