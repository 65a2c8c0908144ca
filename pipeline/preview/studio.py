"""Makes what the preview shows: reads the workbook when it was saved, and makes pages, data and briefs of it.

Everything is imported once and kept; the workbook is read in a process with limits that was started beforehand; texts
that are the same as before are not rendered again.
"""

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Event

from pipeline.build import Part, render, stamp_of
from pipeline.checks import LANGUAGE_CHECKS, check
from pipeline.editions import FOLDER, earlier_editions
from pipeline.errors import PipelineError, UsageError
from pipeline.fit import check_fit
from pipeline.load import Loaded, load
from pipeline.model import EcosystemMap
from pipeline.preview.briefs import BriefMaker
from pipeline.preview.state import Shown, Stage, State
from pipeline.preview.valid_rest import content_of
from pipeline.preview.watching import Changed, Sources, changes
from pipeline.problems import CellRef, Problem, in_order
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.parity import lost_text
from pipeline.rendering.readings import Readings
from pipeline.reports import summary
from pipeline.templating import Templates, environment
from pipeline.workbook.reader import Reader

PREVIEW_DIGEST = "0" * 64
"""The digest on everything that a preview makes: it is no release, and what has not changed is to stay the same."""

UNFINISHED = frozenset({"unreadable-workbook", "locked-file"})
"""Problems of a file that is being saved at this moment, more likely than not."""

PATIENCE = (0.1, 0.2, 0.4, 0.8)
"""Seconds between looks at a file that cannot be read, before that is said."""

_LEFT_OUT = ("brief.pdf", "briefs/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a preview works: the workbook, the project's folder, and the folder of templates that was named, if any."""

    workbook: Path
    project: Path
    templates: Path | None = None

    def environment(self) -> Templates:
        """The templates as they are at this moment."""
        return environment(templates=self.templates, project=self.project)


class Studio:
    """Keeps `stage` up to date with the files of `place`.

    `today` and `now` are the clock; `say` is told a line about each save.
    """

    def __init__(
        self,
        place: Place,
        stage: Stage,
        *,
        today: Callable[[], date] = date.today,
        now: Callable[[], datetime] = datetime.now,
        say: Callable[[str], None] = lambda line: None,
        briefs: BriefMaker | None = None,
    ) -> None:
        self._place, self._stage = place, stage
        self._today, self._now, self._say = today, now, say
        self._reader = Reader()
        self._templates = place.environment()
        self._briefs = briefs
        self._sources = Sources(workbook=place.workbook, templates=self._templates.folders)
        self._seen = self._sources.signature()
        self._texts: Mapping[CellRef, str] = {}
        self._found_late: tuple[Problem, ...] = ()

    def run(self, stop: Event) -> None:
        """Make the first state, and a newer one after every change, until `stop` is set."""
        try:
            if self._stage.state.version == 0:
                self.make(stop)
            for changed in changes(self._sources, stop, seen=self._seen):
                if Changed.TEMPLATES in changed:
                    self._templates = self._place.environment()
                self.make(stop)
        finally:
            self.close()

    def close(self) -> None:
        """End every process that was started."""
        self._reader.close()
        if self._briefs:
            self._briefs.close()

    def make(self, stop: Event) -> None:
        """Make a state of the files as they are, once they keep still."""
        if self._briefs:
            self._briefs.interrupt()
        gc.disable()
        try:
            self._make(stop)
        except PipelineError as error:
            self._failed(f"{error} {error.help}".strip())
        except Exception as error:
            # Whatever happens, the last good state stays and the next save is looked at.
            self._failed(f"The program has a fault ({type(error).__name__}: {error}); your workbook is not to blame.")
        finally:
            gc.enable()
        self._reader.prepare()
        if self._briefs:
            self._briefs.resume()

    def _make(self, stop: Event) -> None:
        started = time.perf_counter()
        loaded = self._loaded(stop)
        saved = f"{self._now():%H:%M:%S}"
        content = content_of(loaded.rows, loaded.problems) if loaded.rows else None
        if loaded.rows is None or content is None:
            self._stage.change(
                lambda state: replace(state, problems=loaded.problems, is_behind=True, fault="", saved=saved)
            )
            self._say(summary(loaded.problems))
            return
        stamp = _stamp(content)
        history = tuple(one.content for one in earlier_editions(self._place.workbook.parent / FOLDER, content))
        since = history[-1] if history else None
        make = partial(
            render, content, stamp=stamp, templates=self._templates, since=since, history=history, say=lambda step: None
        )
        # First the pages, which somebody waits for, with the problems that are known already; then what takes longer.
        texts = {field.at: field.text for record in loaded.rows.records() for field in record.fields.values()}
        still = tuple(one for one in self._found_late if self._texts.get(one.at) == texts.get(one.at))
        problems = in_order((*loaded.problems, *still))
        files = {artefact.path: artefact for artefact in make(parts=(Part.WEB,))}
        self._stage.change(lambda state: _newer(state, content, {**_data_of(state), **files}, problems, saved))
        files |= {artefact.path: artefact for artefact in make(parts=(Part.DATA,))}
        self._stage.change(lambda state: replace(state, shown=state.shown and state.shown.with_files(files)))
        seconds = time.perf_counter() - started
        late = (*check(loaded.rows, LANGUAGE_CHECKS), *check_fit(content))
        late = (*late, *self._of_outputs(content, files, (*loaded.problems, *late)))
        self._texts, self._found_late = texts, late
        problems = in_order((*loaded.problems, *late))
        self._stage.change(lambda state: replace(state, problems=problems))
        self._say(f"{summary(problems)} (pages and data in {seconds:.2f} s)")
        if self._briefs:
            self._briefs.make(content, stamp=stamp, templates=self._templates, since=since)

    @staticmethod
    def _of_outputs(
        content: EcosystemMap, files: Mapping[str, Artefact], problems: Iterable[Problem]
    ) -> tuple[Problem, ...]:
        """What a build would find wrong in the pages and the data, of texts that have no error already."""
        known, readings = {problem.at for problem in problems}, Readings()
        found = (
            *lost_text(content, files, readings=readings),
            *dead_internal_link(content, files, elsewhere=_LEFT_OUT, readings=readings),
            *missing_image(content, files, readings=readings),
        )
        return tuple(problem for problem in found if problem.at not in known)

    def _loaded(self, stop: Event) -> Loaded:
        """The workbook, once it can be read; if it never can within a moment, the problem that says why."""
        for pause in (*PATIENCE, 0.0):
            try:
                loaded = load(self._place.workbook, today=self._today(), drafts=True, language=False, read=self._reader)
            except UsageError:
                # Between two steps of a save, the file is not there.
                if not pause:
                    raise
                loaded = None
            if loaded and not (loaded.rows is None and UNFINISHED & {one.code for one in loaded.problems}):
                return loaded
            if not pause or stop.wait(pause):
                break
        if loaded is None:
            raise UsageError("The preview has ended.")
        return loaded

    def _failed(self, fault: str) -> None:
        self._stage.change(lambda state: replace(state, fault=fault, is_behind=True, saved=f"{self._now():%H:%M:%S}"))
        self._say(fault)


def _newer(
    state: State, content: EcosystemMap, files: Mapping[str, Artefact], problems: tuple[Problem, ...], saved: str
) -> State:
    """`state` with new content in it. Pages that are gone stay as they were last, for whoever looks at one."""
    before = state.shown.files if state.shown else {}
    gone = {path: before[path] for path in before if path.endswith(".html") and path not in files}
    former = {path: page for path, page in {**state.former, **gone}.items() if path not in files}
    return replace(
        state, shown=Shown(content, files), problems=problems, is_behind=False, fault="", former=former, saved=saved
    )


def _stamp(content: EcosystemMap) -> Stamp:
    """The stamp of a preview: no release, and drafts only if there are some."""
    has_drafts = any(entry.is_draft for _, entry in content.entries())
    return replace(stamp_of(content, drafts=has_drafts), digest=PREVIEW_DIGEST)


def _data_of(state: State) -> Mapping[str, Artefact]:
    """The data files of `state`, which stand until there are newer ones."""
    return {path: file for path, file in state.shown.files.items() if path.startswith("data/")} if state.shown else {}
