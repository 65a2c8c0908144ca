"""Publishing: stage a release beside the last one, verify it, swap it in. The only writer of the output folder.

What lies in the output folder:

    site/          the release, with its own record in site/build.json
    build.json     a link to site/build.json, so that site and record change in the same step
    .previous/     the release before, kept until the next build for readers that are still inside it
    .staging-…/    a release in the making; the next build removes what a killed one left
    .lock          held by the one build that runs

Every step is either invisible from outside or one system call, so that an interruption at any point leaves the old
release or the new one. Each file and folder is flushed before the swap, or a power cut could leave a release of empty
files; measured on ext4: 10 ms for 60 files, 0.25 s for 1,000.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PublishingError
from pipeline.exchange import THIS_SYSTEM, FileSystem, explain, sync_folder
from pipeline.json_values import JsonValue
from pipeline.locking import hold
from pipeline.manifest import RECORD, Entry, describe, find_differences, is_link, look_into, read_record, write_record
from pipeline.output_folder import (
    LINK,
    is_folder,
    refuse_output,
    stop_at_foreign_record,
    stop_at_unknown,
    stop_at_unknown_in_staging,
)
from pipeline.rendering.artefacts import Artefact
from pipeline.staging import copy, remove, stage, write

_STAGING = ".staging-"

_NOT_EXCHANGED = (
    "This file system cannot exchange two folders in one step: for a moment between two renames there is no “site”. "
    "If the build is killed in that moment, the next build puts the last release back."
)
_NOT_MOVED = (
    "This is a layered file system (a container) that cannot move the last release: it was copied and removed before the "
    "new one came in. If the build is killed in that moment, a part of it is left until the next build puts it back."
)
_NOT_LINKED = (
    "This file system has no symbolic links: “build.json” is a copy of “site/build.json” that is replaced just after "
    "the site."
)


@dataclass(frozen=True, slots=True)
class Published:
    """What a build has published. `files` and `total_bytes` leave out the record itself.

    `added`, `changed` and `removed` are paths compared with the last release, sorted. `atomic` is False where the
    system could only give a weaker promise; `weaker_promise` then says in sentences which.
    """

    site: Path
    record: Path
    files: int
    total_bytes: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    weaker_promise: str = ""

    @property
    def atomic(self) -> bool:
        return not self.weaker_promise


@dataclass(frozen=True, slots=True)
class _Places:
    output: Path
    site: Path
    record: Path
    previous: Path
    staging: Path
    staged: Path


def publish(
    artefacts: Iterable[Artefact],
    *,
    record: Mapping[str, JsonValue],
    output: Path,
    protected: tuple[Path, ...] = (),
    system: FileSystem = THIS_SYSTEM,
) -> Published:
    """Make `artefacts` the release in `output`/site, all of them or none, and `record` with their list its record.

    `protected` are paths that the output folder must not be or contain: the workbook and its folder. Files that no
    build wrote are never deleted or hidden: they stop the publishing. The same arguments give the same bytes.

    Raises UsageError for a folder that cannot be meant, BusyError while another build holds it, PublishingError when
    the release cannot be written, PipelineError for paths that no release can have.
    """
    files = tuple(artefacts)
    entries = describe(files)
    body = write_record(record, entries)
    staging = output / f"{_STAGING}{os.getpid()}-{secrets.token_hex(4)}"
    at = _Places(
        output=output,
        site=output / "site",
        record=output / RECORD,
        previous=output / ".previous",
        staging=staging,
        staged=staging / "site",
    )
    try:
        refuse_output(output, protected)
        if not output.is_dir():
            output.mkdir(parents=True, exist_ok=True)
        with hold(output / ".lock"):
            _clear_the_way(at)
            before = read_record(at.site / RECORD) or {}
            weaker = _replace(at, files, entries, body, system)
    except OSError as error:
        raise PublishingError(
            f"The release could not be written to “{output}”: {explain(error)}.",
            help=f"Mend that and build again. {_what_is_left(at)}",
        ) from error
    now = {entry.path: entry.sha256 for entry in entries}
    return Published(
        site=at.site,
        record=at.record,
        files=len(entries),
        total_bytes=sum(entry.size for entry in entries),
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(path for path in now.keys() & before.keys() if now[path] != before[path])),
        removed=tuple(sorted(before.keys() - now.keys())),
        weaker_promise=" ".join(weaker),
    )


def _clear_the_way(at: _Places) -> None:
    """Put back what a killed build left half-way, and stop before anything that no build of ours wrote."""
    _put_back(at)
    for folder in (at.site, at.previous):
        if is_folder(folder):
            stop_at_unknown(at.output, folder, look_into(folder))
    stop_at_foreign_record(at.output)
    for folder in sorted(at.output.glob(f"{_STAGING}*")):
        if folder.is_dir() and not is_link(folder):
            found = look_into(folder)
            stop_at_unknown_in_staging(at.output, folder, found)
            remove(folder, found, record=LINK)


def _replace(
    at: _Places, files: tuple[Artefact, ...], entries: tuple[Entry, ...], body: bytes, system: FileSystem
) -> list[str]:
    """Stage, verify and swap; returns the sentences of a weaker promise. `at.staging` is gone afterwards."""
    new: tuple[int, int] | None = None
    try:
        at.staging.mkdir(0o700)
        at.staged.mkdir(0o755)
        new = _identity(at.staged)
        stage(at.staged, files, body)
        if wrong := find_differences(at.staged, entries, body):
            raise PublishingError(
                f"What was written does not read back the same, “{wrong[0]}” for one; {len(wrong)} in all.",
                help="The disk may be failing, or another program changes files there. The last release is as it was.",
            )
        linked = _link_record(at, body, system)
        if is_folder(at.previous):
            found = look_into(at.previous)
            stop_at_unknown(at.output, at.previous, found)
            remove(at.previous, found)
        weaker = _swap(at, system)
        _tidy(at, new)
        sync_folder(at.output)
    except BaseException as error:
        # Ctrl-C included. What a second failure leaves is the next build's to remove.
        with suppress(OSError):
            _tidy(at, new)
        if isinstance(error, OSError) and new is not None and _identity(at.site) == new:
            raise PublishingError(
                f"The new release is in place in “{at.site}”, but the build could not finish: {explain(error)}.",
                help="Build again, so that the record and the folder are in order.",
            ) from error
        raise
    return [*weaker, *([] if linked else [_NOT_LINKED])]


def _swap(at: _Places, system: FileSystem) -> list[str]:
    """Put the staged folder in the place of the site, where `at.previous` does not exist.

    Returns the sentence of a weaker promise, if any. A failure after which the site is missing is undone.
    """
    if not os.path.lexists(at.site):
        at.staged.rename(at.site)
        return []
    if system.exchange(at.staged, at.site):
        return []
    try:
        if system.move(at.site, at.previous):
            weaker = _NOT_EXCHANGED
        else:
            weaker = _NOT_MOVED
            found = look_into(at.site)
            stop_at_unknown(at.output, at.site, found)
            copy(at.site, found, at.staging / "copy")
            (at.staging / "copy").rename(at.previous)
            remove(at.site, found)
        at.staged.rename(at.site)
    except BaseException:
        _put_back(at)
        raise
    return [weaker]


def _put_back(at: _Places) -> None:
    """Make the previous release the site again where a build ended between taking one away and bringing the other."""
    if not is_folder(at.previous):
        return
    listed = read_record(at.previous / RECORD)
    if listed is None or not listed.keys() <= look_into(at.previous).files:
        return  # it is being removed
    if is_folder(at.site):
        found = look_into(at.site)
        left = read_record(at.site / RECORD)
        going = not found.files or (left == listed and not listed.keys() <= found.files)
        if not going or found.others or found.files - {*listed, RECORD}:
            return
        remove(at.site, found)
    at.previous.rename(at.site)


def _link_record(at: _Places, body: bytes, system: FileSystem) -> bool:
    """Have `build.json` lead to the record in the site; before the swap, as it then changes together with the site.

    False where links are not to be had: a copy then waits in the staging folder.
    """
    if is_link(at.record):
        return True
    if not system.link(LINK, at.staging / RECORD):
        write(at.staging / RECORD, body)
        return False
    (at.staging / RECORD).replace(at.record)
    return True


def _tidy(at: _Places, new: tuple[int, int] | None) -> None:
    """Keep what was swapped out as the previous release, or remove a staged one that was not swapped in."""
    if new is not None and _identity(at.site) == new:
        if os.path.lexists(at.staging / RECORD):
            (at.staging / RECORD).replace(at.record)
        if os.path.lexists(at.staged):
            at.staged.rename(at.previous)
    if os.path.lexists(at.staging):
        remove(at.staging, look_into(at.staging), record=LINK)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells the folder from another under the same name, whichever way an interrupted swap went."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _what_is_left(at: _Places) -> str:
    if not os.path.lexists(at.site) and os.path.lexists(at.previous):
        return f"The last release waits in “{at.previous}”; the next build puts it back."
    return "The last release is as it was."
