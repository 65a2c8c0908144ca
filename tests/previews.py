"""A preview that runs inside the test: real files, a real watcher, a real server on a free port."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from markdown_workbooks import TODAY

from pipeline.cache import Cache
from pipeline.preview.briefs import BriefMaker
from pipeline.preview.pages import Pages
from pipeline.preview.server import Server
from pipeline.preview.state import Stage, State
from pipeline.preview.studio import Place, Studio
from pipeline.templating import environment

PATIENCE = 30.0
"""Seconds after which a test gives up waiting; on a busy machine everything takes its time."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A running preview."""

    workbook: Path
    stage: Stage
    server: Server
    complaints: list[str]

    def address(self, path: str = "") -> str:
        """The address of a page."""
        return f"{self.server.address}{path}"

    def wait(self, expected: str, path: str = "index.html") -> str:
        """The page at `path`, once `expected` stands in it."""
        end = time.monotonic() + PATIENCE
        version = -1
        while time.monotonic() < end:
            state = self.stage.newer(version, seconds=0.5)
            if state:
                version = state.version
                page = self.server.pages.page(state, path)
                if page and expected in page.html:
                    return page.html
        raise AssertionError(f"“{expected}” never came to {path}")


@contextmanager
def previewed(workbook: Path, *, with_briefs: bool = False, templates: Path | None = None) -> Iterator[Preview]:
    """A preview of `workbook`, ended with the block; it must not have had a fault."""
    stage = Stage(State(workbook=workbook.name))
    place = Place(workbook=workbook, project=workbook.parent.parent, templates=templates)
    studio = Studio(
        place,
        stage,
        today=lambda: TODAY,
        briefs=BriefMaker(stage, Cache(workbook.parents[1] / "cache")) if with_briefs else None,
    )
    complaints: list[str] = []
    stop = Event()
    with Server(stage, Pages(environment()), port=0, complain=complaints.append) as server:
        threads = [
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}),
            Thread(target=studio.run, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield Preview(workbook=workbook, stage=stage, server=server, complaints=complaints)
        finally:
            stop.set()
            stage.end()
            server.shutdown()
            for thread in threads:
                thread.join()
    assert complaints == []
    assert "fault" not in stage.state.fault
