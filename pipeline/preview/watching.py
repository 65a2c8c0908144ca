"""Which files matter to a preview, and waiting for them to change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

STEP = 20
"""Milliseconds without a further change after which a change counts as finished."""

DEBOUNCE = 400
"""Milliseconds after which a change is told although files go on changing."""

WAKE = 400
"""Milliseconds without a change after which the watcher looks whether it is to end."""


class Changed(Flag):
    """What changed."""

    NOTHING = 0
    CONTENT = auto()
    """The workbook, or a file beside it that it may name."""
    TEMPLATES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files that a preview is made of: a workbook with the folders beside it, and the folders of the templates."""

    workbook: Path
    templates: tuple[Path, ...]

    def folders(self) -> tuple[Path, ...]:
        """Every folder that is watched, each for itself: a workbook may lie in a folder of a hundred thousand files."""
        beside = (self.workbook.parent, *(self.workbook.parent / name for name in ("images", "pages")))
        designs = (path for root in self.templates for path in (root, *root.rglob("*")))
        return tuple(dict.fromkeys(path for path in (*beside, *designs) if path.is_dir()))

    def signature(self) -> frozenset[object]:
        """What tells whether any of the files has changed: their names, sizes and times."""
        found = set()
        for folder in self.folders():
            for path in folder.iterdir():
                if self.meaning(path) and path.is_file():
                    status = path.stat()
                    found.add((path, status.st_ino, status.st_size, status.st_mtime_ns))
        return frozenset(found)

    def meaning(self, path: Path) -> Changed:
        """What it means that the file `path` changed; lock files and what editors leave for a moment mean nothing."""
        if is_passing(path.name):
            return Changed.NOTHING
        if path == self.workbook or path.parent in (self.workbook.parent / "images", self.workbook.parent / "pages"):
            return Changed.CONTENT
        if any(path.is_relative_to(root) for root in self.templates):
            return Changed.TEMPLATES
        return Changed.NOTHING


def is_passing(name: str) -> bool:
    """Whether a file of this name marks a lock or is on its way to another name: `~$map.xlsx`, `.~lock.map.xlsx#`,
    `map.xlsx~`, `.map.swp`, `4913`, `lu1234.tmp`."""
    return name.startswith(("~$", ".", "#")) or name.endswith(("~", ".tmp", ".TMP", ".swp", ".part", ".crdownload"))


def changes(sources: Sources, stop: Event, *, seen: frozenset[object]) -> Iterator[Changed]:
    """What changed, each time that something did, until `stop` is set.

    `seen` is the signature of the sources when they were looked at last: what changed before the watch began is told as
    well. New folders are watched from then on.
    """
    while not stop.is_set():
        folders = sources.folders()
        is_first = True
        for batch in _batches(folders, stop):
            told = Changed.NOTHING
            for _, name in batch:
                told |= sources.meaning(Path(name))
            if is_first and sources.signature() != seen:
                told = Changed.CONTENT | Changed.TEMPLATES
            is_first = False
            if told:
                yield told
            if batch and sources.folders() != folders:
                # Files may come with a new folder before anybody watches it.
                seen = frozenset()
                break


def _batches(folders: Sequence[Path], stop: Event) -> Iterator[set[tuple[Change, str]]]:
    return watch(
        *folders,
        watch_filter=lambda _, name: not is_passing(Path(name).name),
        debounce=DEBOUNCE,
        step=STEP,
        stop_event=stop,
        rust_timeout=WAKE,
        yield_on_timeout=True,
        raise_interrupt=False,
        recursive=False,
        ignore_permission_denied=True,
    )
