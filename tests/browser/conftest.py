"""Fixtures for tests in a real browser: the sites, Chromium, and a window on a page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_sites import ADDRESS, WIDE, Open, Sites, maps
from playwright.sync_api import Browser, Page, sync_playwright
from small_map import STAMP

from pipeline.rendering import web
from pipeline.templating import environment


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """The folder of a site, written when it is first asked for."""
    contents = maps()
    written: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in written:
            written[name] = tmp_path_factory.mktemp("root")
            for artefact in web.render(contents[name], stamp=STAMP, templates=environment()):
                path = written[name] / ADDRESS.strip("/") / artefact.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(artefact.body)
        return written[name] / ADDRESS.strip("/")

    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the system."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        pytest.fail("Chromium is not installed: run script/test, which installs it, or “apt-get install chromium”.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, site: Sites) -> Iterator[Open]:
    """Open a page of a site from disk, in a window `width` wide; other options are those of the browser."""
    contexts = []

    def open_page(name: str, path: str = "index.html", *, width: int = WIDE, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto((site(name) / path).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
