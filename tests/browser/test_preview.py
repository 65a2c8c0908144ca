"""The preview in a real browser: the editor saves, and sees it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from previews import PATIENCE, Preview, previewed

WriteWorkbook = Callable[..., Path]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run({ resultTypes: ['violations'] }).then(result => result.violations.map(
    violation => [violation.id, violation.nodes.map(node => node.html.slice(0, 160))]))"""

STRATEGIES = "\n".join(
    ["| Strategies | Stakeholder | Phase | Strategy | Status |"]
    + [f"| | Employers | Adopting | Accept records of kind number {number}. | |" for number in range(1, 25)]
)
EMPLOYERS = "stakeholders/employers.html"

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def preview(workbook: WriteWorkbook) -> Iterator[Preview]:
    """A preview of a small workbook with a long page."""
    with previewed(workbook(STRATEGIES)) as running:
        running.wait('class="skip"')
        yield running


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of a preview in a window; any error of its scripts, or a refusal of its policy, fails the test."""
    contexts = []
    errors: list[str] = []

    def open_window(preview: Preview, path: str = "", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 700}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(preview.address(path))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


def edit(workbook: Path, cell: str, value: str | None) -> None:
    """Save the workbook with another value in one cell of the sheet Strategies."""
    opened = load_workbook(workbook)
    opened["Strategies"][cell] = value
    opened.save(workbook)


def test_a_save_is_seen_in_place(preview: Preview, window: Callable[..., Page]) -> None:
    """The text changes on the page that is open; it is the same page, at the same place, with the same focus."""
    page = window(preview, EMPLOYERS)
    link = page.locator(".row-link").nth(14)
    link.focus()
    page.evaluate("window.stays = true; scrollTo(0, 1200)")
    edit(preview.workbook, "C13", "Accept a record that nobody had heard of.")
    expect(page.get_by_text("Accept a record that nobody had heard of.")).to_be_visible()
    assert page.evaluate("[window.stays, scrollY]") == [True, 1200]
    expect(page.locator(".row-link").nth(14)).to_be_focused()
    # The scripts of the page serve the new page as they did the old one.
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()


def test_a_row_above_does_not_move_what_is_read(preview: Preview, window: Callable[..., Page]) -> None:
    """A longer text further up leaves the line where the eye is."""
    page = window(preview, EMPLOYERS)
    line = page.get_by_text("Accept records of kind number 18.")
    line.evaluate("(line) => scrollTo(0, scrollY + line.getBoundingClientRect().top - 200)")
    before = line.evaluate("(line) => line.getBoundingClientRect().top")
    edit(preview.workbook, "C3", "Accept records. " * 40)
    expect(page.get_by_text("Accept records. Accept records.")).to_have_count(1)
    assert abs(line.evaluate("(line) => line.getBoundingClientRect().top") - before) < 3


def test_a_problem_is_listed_and_marked_until_it_is_mended(preview: Preview, window: Callable[..., Page]) -> None:
    """The panel names the cell, leads to it, and is empty again after the next save; the row's own text stays."""
    page = window(preview, EMPLOYERS)
    opener = page.locator("#opener")
    expect(opener).to_have_text(re.compile("No problems"))
    edit(preview.workbook, "C5", "Accept the the records.")
    expect(opener).to_have_text(re.compile(r"1\s*warning"))
    opener.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("doubled-word")
    place = panel.get_by_role("link", name="Strategies!C5")
    place.focus()
    page.keyboard.press("Enter")
    marked = page.locator("[data-problem=warning]").get_by_text("Accept the the records.")
    expect(page.locator("[data-cell='Strategies!C5']").first).to_be_focused()
    expect(marked).to_be_in_viewport()
    edit(preview.workbook, "C5", "Accept the records.")
    expect(opener).to_have_text(re.compile("No problems"))
    expect(page.locator("[data-problem]")).to_have_count(0)
    expect(panel).to_be_visible()


def test_the_valid_rest_is_shown_with_errors(preview: Preview, window: Callable[..., Page]) -> None:
    """One row of an unknown phase is left out and said to be; the others are there."""
    page = window(preview, EMPLOYERS)
    edit(preview.workbook, "B4", "Adoptng")
    page.locator("#opener").click()
    expect(page.locator("#panel")).to_contain_text("left out of the preview")
    expect(page.get_by_text("Accept records of kind number 3.")).to_have_count(0)
    expect(page.get_by_text("Accept records of kind number 4.")).to_have_count(1)


def test_the_cell_is_shown_on_hover_and_by_keyboard(preview: Preview, window: Callable[..., Page]) -> None:
    """What is pointed at says its cell; after “Cells”, every text is reached with Tab and says it."""
    page = window(preview, EMPLOYERS)
    readout = page.locator("#readout")
    page.get_by_text("Accept records of kind number 2.").hover()
    expect(readout).to_have_text("Strategies!C3")
    page.locator("#cells").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cells")).to_have_attribute("aria-pressed", "true")
    page.locator("main").focus()
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        seen.append(readout.text_content())
    assert "Stakeholders!A2" in seen
    assert "Strategies!C2" in seen


def test_half_a_file_and_lock_files_change_nothing(preview: Preview, window: Callable[..., Page]) -> None:
    """While half a workbook lies there, the last good page stays, without a word; the whole one comes at once."""
    page = window(preview, EMPLOYERS)
    whole = preview.workbook.read_bytes()
    edit(preview.workbook, "C2", "Accept what was saved in two steps.")
    expect(page.get_by_text("Accept what was saved in two steps.")).to_be_visible()
    read = preview.stage.state.saved
    for name in ("~$map.xlsx", ".~lock.map.xlsx#"):
        (preview.workbook.parent / name).write_bytes(b"lock")
    preview.workbook.write_bytes(whole[: len(whole) // 2])
    page.wait_for_timeout(300)
    expect(page.locator("#opener")).to_have_text(re.compile("No problems"))
    preview.workbook.write_bytes(whole)
    expect(page.get_by_text("Accept records of kind number 1.")).to_be_visible()
    assert read


def test_the_last_good_page_stays_when_the_file_is_damaged(preview: Preview, window: Callable[..., Page]) -> None:
    """The problem is in the panel, the page as it was; a page of a row that is gone stays too."""
    page = window(preview, EMPLOYERS)
    whole = preview.workbook.read_bytes()
    preview.workbook.write_bytes(whole[:2000])
    expect(page.locator(".line.behind")).to_contain_text("last good state")
    page.locator("#opener").click()
    expect(page.locator("#panel")).to_contain_text("unreadable-workbook")
    expect(page.get_by_text("Accept records of kind number 1.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Accept records of kind number 1.")).to_be_visible()
    preview.workbook.unlink()
    expect(page.locator(".line.fault")).to_contain_text("There is no file")
    preview.workbook.write_bytes(whole)
    expect(page.locator(".line")).to_have_count(0)


def test_drafts_are_visible_and_marked(preview: Preview, window: Callable[..., Page]) -> None:
    """A draft is shown with its mark, and the page says that it holds drafts."""
    page = window(preview, EMPLOYERS)
    edit(preview.workbook, "D6", "draft")
    expect(page.locator("mark.draft")).to_have_count(1)
    expect(page.locator(".notice")).to_be_visible()


def test_a_template_is_taken_over(workbook: WriteWorkbook, window: Callable[..., Page], tmp_path: Path) -> None:
    """A designer saves a template and sees it; a template with a mistake is named, and the page stays."""
    designs = tmp_path / "designs"
    (designs / "web").mkdir(parents=True)
    with previewed(workbook(STRATEGIES), templates=designs) as running:
        running.wait('class="skip"')
        page = window(running)
        template = designs / "web" / "index.html"
        template.write_text('{% extends "bundled/web/index.html" %}{% block footer %}<p>Our own foot</p>{% endblock %}')
        expect(page.get_by_text("Our own foot")).to_be_visible()
        template.write_text("{% extends %}")
        expect(page.locator(".line.fault")).to_contain_text("web/index.html, line 1")
        expect(page.get_by_text("Our own foot")).to_be_visible()


def test_the_brief_opens_beside_the_page_and_follows(workbook: WriteWorkbook, window: Callable[..., Page]) -> None:
    """It is being made, then it is there; after a save, only the briefs that the text stands in are others."""
    two = "| Stakeholders | Name | Icon |\n| | Employers | users |\n| | Funders | coins |\n"
    rows = "| Strategies | Stakeholder | Phase | Strategy |\n| | Employers | Adopting | Accept records. |\n"
    path = workbook(f"{two}\n{rows}| | Funders | Adopting | Fund pilots. |")
    with previewed(path, with_briefs=True) as running:
        running.wait('class="skip"')
        page = window(running, EMPLOYERS)
        page.locator("#brief").click()
        status = page.locator("#beside").get_by_role("status")
        expect(status).to_have_text("The brief is up to date.")
        assert page.request.get(running.address("brief.pdf")).body().startswith(b"%PDF-")
        assert "briefs/employers.pdf" in (page.locator("#frame").get_attribute("src") or "")
        before = dict(running.stage.state.briefs.made)
        edit(path, "C2", "Accept records of a new kind.")
        expect(page.get_by_text("Accept records of a new kind.")).to_be_visible()
        expect(status).to_have_text("The brief is being made …")
        expect(status).to_have_text("The brief is up to date.")
        after = running.stage.state.briefs.made
        assert {path for path in after if after[path].body != before[path].body} == {
            "brief.pdf",
            "briefs/employers.pdf",
        }


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_with_the_panel_open(
    preview: Preview, window: Callable[..., Page], scheme: str, width: int
) -> None:
    """The panel, the bar and the marks on the page pass axe-core."""
    edit(preview.workbook, "C5", "Accept the the records of lerners.")
    edit(preview.workbook, "B4", "Adoptng")
    preview.wait("unknown-phase", EMPLOYERS)
    page = window(preview, EMPLOYERS, color_scheme=scheme, bypass_csp=True)
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("#opener").click()
    page.locator("#cells").click()
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bar_is_put_away_and_brought_back(preview: Preview, window: Callable[..., Page]) -> None:
    """Whoever wants to see the page alone does, on the next page too."""
    page = window(preview)
    page.locator("#hide").click()
    expect(page.locator(".bar")).to_be_hidden()
    page.goto(preview.address(EMPLOYERS))
    expect(page.locator(".bar")).to_be_hidden()
    page.locator("#tab").click()
    expect(page.locator(".bar")).to_be_visible()


def test_the_command_prints_the_address_and_ends_with_ctrl_c(workbook: WriteWorkbook) -> None:
    """The address on the stream for chatter; a second preview says that the port is taken; Ctrl-C ends all of it."""
    path = workbook(STRATEGIES)
    command = [sys.executable, "-m", "pipeline", "preview", str(path), "--no-open", "--no-brief"]
    options: dict[str, Any] = {"stderr": subprocess.PIPE, "text": True, "cwd": Path(__file__).parents[2]}
    with subprocess.Popen([*command, "--port", "0"], start_new_session=True, **options) as process:
        assert process.stderr
        first = process.stderr.readline()
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", first)
        assert port, first
        second = subprocess.run([*command, "--port", port[1]], check=False, timeout=PATIENCE, **options)
        assert second.returncode == 2
        assert f"The port {port[1]} is taken by another program." in second.stderr
        assert "--port" in second.stderr
        while "no problems" not in (line := process.stderr.readline()):
            assert line
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert "The preview has ended." in process.stderr.read()
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
