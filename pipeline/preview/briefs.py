"""Makes the briefs of a preview in the background, after the pages.

What has not changed is not made again: parts and whole briefs are kept by what they were made from, as builds keep them,
and in the same place. The processes that lay out stay from one save to the next, with everything imported.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event, Thread

from pipeline.cache import Cache
from pipeline.errors import PipelineError
from pipeline.fingerprint import fingerprint
from pipeline.model import EcosystemMap
from pipeline.preview.state import Briefs, Making, Stage
from pipeline.rendering import brief
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.pdf import Press
from pipeline.rendering.pdf_process import Limits
from pipeline.templating import Templates

WHOLE = "brief.pdf"


class BriefMaker:
    """Makes the briefs of one content after the other: a newer one ends the one before.

    The stage is told of each brief. `kept` is where parts are kept; `close` ends every process.
    """

    def __init__(self, stage: Stage, kept: Cache) -> None:
        self._stage, self._kept = stage, kept
        self._press = _LastingPress()
        self._thread: Thread | None = None
        self._stop = Event()
        self._again: Callable[[], None] | None = None

    def make(
        self, content: EcosystemMap, *, stamp: Stamp, templates: Templates, since: EcosystemMap | None = None
    ) -> None:
        """Begin to make the briefs of `content`; `since` is the edition before."""
        self._again = partial(self.make, content, stamp=stamp, templates=templates, since=since)
        self.interrupt()
        self._stop = Event()
        self._thread = Thread(target=self._made, args=(content, stamp, templates, since, self._stop), name="briefs")
        self._thread.start()

    def resume(self) -> None:
        """Go on with what was interrupted, if anything was."""
        if self._thread is None and self._again:
            self._again()

    def interrupt(self) -> None:
        """End what is being made."""
        self._stop.set()
        self._press.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """End everything."""
        self.interrupt()
        self._press.close()

    def _made(
        self, content: EcosystemMap, stamp: Stamp, templates: Templates, since: EcosystemMap | None, stop: Event
    ) -> None:
        self._show(lambda briefs: replace(briefs, making=Making.MAKING, current=frozenset(), failure=""))
        try:
            documents = brief.documents_of(content, stamp=stamp, templates=templates, since=since)
            made = brief.printed_with_fonts(
                sorted(documents, key=lambda document: document.path == WHOLE),
                stamp=stamp,
                templates=templates,
                kept=self._kept,
                scope=fingerprint(),
                open_press=self._press,
            )
            for artefact in made:
                if stop.is_set():
                    return
                self._show(partial(_with, artefact))
            self._again = None
            self._kept.prune()
        except Exception as error:
            if stop.is_set():
                return
            fault = (
                f"{error} {error.help}".strip()
                if isinstance(error, PipelineError)
                else f"{type(error).__name__}: {error}"
            )
            self._show(lambda briefs: replace(briefs, making=Making.FAILED, failure=fault))
        else:
            self._show(lambda briefs: replace(briefs, making=Making.READY))

    def _show(self, change: Callable[[Briefs], Briefs]) -> None:
        self._stage.change(lambda state: replace(state, briefs=change(state.briefs)))


def _with(made: Artefact, briefs: Briefs) -> Briefs:
    return replace(briefs, made={**briefs.made, made.path: made}, current=briefs.current | {made.path})


class _LastingPress:
    """Opens the same press again and again, as long as it is for the same style sheets and fonts."""

    def __init__(self) -> None:
        self._press: Press | None = None
        self._is_for: tuple[Mapping[str, str], Mapping[str, bytes]] | None = None
        self._is_stopped = False

    @contextmanager
    def __call__(self, styles: Mapping[str, str], files: Mapping[str, bytes], *, limits: Limits) -> Iterator[Press]:
        if self._press is None or self._is_for != (styles, files):
            self.close()
            self._press, self._is_for = Press(styles, files, limits=limits), (styles, files)
        press = self._press
        try:
            yield press
        finally:
            if press.outstanding or self._is_stopped:
                # What was not waited for would come as the answer to the next question.
                self.close()
                self._press = Press(styles, files, limits=limits)
                self._press.warm()

    def stop(self) -> None:
        """Have what is being laid out fail at once."""
        press = self._press
        if press is not None and press.outstanding:
            self._is_stopped = True
            press.stop()

    def close(self) -> None:
        """End the processes."""
        press, self._press, self._is_stopped = self._press, None, False
        if press is not None:
            press.__exit__(None, None, None)
