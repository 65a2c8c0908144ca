"""Old addresses in a real browser: they lead on, with and without scripts, and say what they say to everybody."""

from pathlib import Path
from typing import Literal

import pytest
from browser.test_accessibility import AXE, RUN
from playwright.sync_api import Browser
from small_map import ROWS, STAMP, small_map

from pipeline.rendering import web
from pipeline.templating import environment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small map, whose Employers were called Companies and whose edition before had a stakeholder more."""
    gone = {"name": "Gone", "icon": "globe", "icon_description": "A globe", "definition": "Was.", "examples": "None."}
    before = small_map(stakeholders=[*ROWS["stakeholders"], gone])
    made = tmp_path_factory.mktemp("moved")
    for artefact in web.render(small_map(), stamp=STAMP, templates=environment(), history=(before,)):
        (made / artefact.path).parent.mkdir(parents=True, exist_ok=True)
        (made / artefact.path).write_bytes(artefact.body)
    return made


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_old_address_leads_on(browser: Browser, folder: Path, scripts: bool) -> None:
    """The new page opens by itself, at the place on it where scripts are to be had; going back does not come here."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto((folder / "stakeholders" / "companies.html").as_uri() + "#phase_adopting", wait_until="commit")
    page.wait_for_url("**/employers.html*")
    assert page.url.endswith(
        "/stakeholders/employers.html#phase_adopting" if scripts else "/stakeholders/employers.html"
    )
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_last_word_is_accessible(browser: Browser, folder: Path, scheme: Literal["light", "dark"]) -> None:
    """The page of what is gone stays, in light and dark, without a finding of axe; nor has one that leads on."""
    context = browser.new_context(color_scheme=scheme, java_script_enabled=True, bypass_csp=True)
    context.add_init_script(AXE)
    page = context.new_page()
    page.goto((folder / "stakeholders" / "gone.html").as_uri())
    assert page.get_by_role("heading", level=1).inner_text() == "This is no longer here"
    assert page.get_by_role("link", name="Go to the map").is_visible()
    assert page.evaluate(RUN) == []
    moved = (folder / "stakeholders" / "companies.html").read_text(encoding="utf-8")
    page.set_content(moved.replace("location.replace", "void").replace('http-equiv="refresh"', ""))
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    context.close()
