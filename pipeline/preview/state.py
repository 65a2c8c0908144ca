"""What a preview shows at a moment, and waiting for the next: one writer, many readers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from threading import Condition

from pipeline.model import EcosystemMap
from pipeline.preview.located import Values
from pipeline.problems import CellRef, Problem
from pipeline.rendering.artefacts import Artefact


@dataclass(frozen=True, eq=False)
class Shown:
    """The last good state: content, with what was made of it. `files` are the pages and data by path."""

    content: EcosystemMap
    files: Mapping[str, Artefact]

    @cached_property
    def values(self) -> Values:
        """Every value that a page may show, with its cell."""
        return Values.of(self.content)

    def with_files(self, files: Mapping[str, Artefact]) -> "Shown":
        """The same content with other files; what is known of its values stays known."""
        shown = Shown(self.content, files)
        shown.__dict__["values"] = self.values
        return shown

    @cached_property
    def pages(self) -> Mapping[CellRef, str]:
        """The page on which each cell is shown first of all; the front page where any page may be it."""
        found: dict[CellRef, str] = {}
        for values in (*self.values.whole.values(), *self.values.links.values()):
            for value in values:
                path = value.page if value.page in self.files else "index.html"
                found.setdefault(value.entry.cell(value.name) or value.at, path)
        return found

    @cached_property
    def rows(self) -> frozenset[tuple[str, int]]:
        """Every row that is part of the content, by the name of its sheet and its number."""
        return frozenset((at.sheet, at.row) for _, entry in self.content.entries() for at in entry.cells.values())

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Digests of the stylesheets (“styles”) and of images and fonts (“files”)."""
        return {
            "styles": self._digest(".css"),
            "files": self._digest(".svg", ".png", ".jpg", ".gif", ".webp", ".woff2"),
        }

    def _digest(self, *suffixes: str) -> str:
        made = sha256()
        for path, artefact in sorted(self.files.items()):
            if path.endswith(suffixes):
                made.update(path.encode() + b"\0" + artefact.body)
        return made.hexdigest()[:16]


class Making(StrEnum):
    """How far the briefs are."""

    WAITING = "waiting"
    """Nothing can be made yet."""
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefs:
    """The briefs: those that were made last by their path, which of them are of the content that is shown, and how far
    the others are. `failure` says why they could not be made."""

    making: Making = Making.WAITING
    made: Mapping[str, Artefact] = field(default_factory=dict)
    current: frozenset[str] = frozenset()
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that a preview shows.

    `problems` are those of the workbook as it was saved last, which may be newer than what is `shown`: then `is_behind`.
    `fault` says why nothing newer could be made where the content is not to blame. `former` are pages that the content
    had before, by path. `saved` is the time of day at which the workbook was read.
    """

    version: int = 0
    workbook: str
    shown: Shown | None = None
    problems: tuple[Problem, ...] = ()
    is_behind: bool = False
    fault: str = ""
    former: Mapping[str, Artefact] = field(default_factory=dict)
    briefs: Briefs = field(default_factory=Briefs)
    saved: str = ""


class Stage:
    """The state that is shown. Changes are made one after the other; whoever waits is told."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._changed = Condition()
        self._is_over = False

    @property
    def state(self) -> State:
        """The state at this moment."""
        return self._state

    @property
    def is_over(self) -> bool:
        """Whether the preview has ended."""
        return self._is_over

    def change(self, change: Callable[[State], State]) -> State:
        """Show what `change` makes of the state, as the next version."""
        with self._changed:
            self._state = replace(change(self._state), version=self._state.version + 1)
            self._changed.notify_all()
            return self._state

    def newer(self, version: int, *, seconds: float) -> State | None:
        """The state, as soon as it is newer than `version`; None when it is not after `seconds`, or all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._state.version > version, timeout=seconds)
            return self._state if self._state.version > version and not self._is_over else None

    def end(self) -> None:
        """Let everybody go who waits."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
