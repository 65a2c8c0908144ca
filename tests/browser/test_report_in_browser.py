"""The report of a check in a real browser: quiet, never too wide, and readable when it is copied."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from many_problems import hostile, many, problem
from playwright.sync_api import Browser, Page

from pipeline.completeness import Completeness, Count, Grid, Named
from pipeline.explanations import explanations
from pipeline.problems import CellRef
from pipeline.report_html import as_html
from pipeline.templating import environment

Open = Callable[..., Page]


def page() -> str:
    grid = Grid(
        key="strategies",
        sheet="Strategies",
        stakeholders=tuple(Named(name=f"Credentialing Organizations {at}", at=CellRef()) for at in range(40)),
        columns=tuple(Named(name=f"Remembering {at}", at=CellRef()) for at in range(8)),
        counts=((Count(published=1, drafts=2, overdue=1),) * 7 + (Count(),),) * 40,
    )
    return as_html(
        (problem(), hostile(), *many()),
        file_name="a-very-long-name-without-a-break-" * 6 + ".xlsx",
        title="Our Map",
        edition="2026.1",
        sheets=("Strategies",),
        completeness=Completeness(grids=(grid,)),
        checked_on=date(2026, 11, 24),
        explanations=explanations(),
        templates=environment(),
    )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_page_asks_for_nothing_and_fits(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    """One request, no complaint, styled under its own policy, and no scrolling from side to side."""
    (tmp_path / "report.html").write_text(page(), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    requests: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto((tmp_path / "report.html").as_uri())
    assert [url for url in requests if not url.startswith("data:")] == [(tmp_path / "report.html").as_uri()]
    assert said == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    tokens = environment().tokens()
    wanted = tokens["--paper" if scheme == "light" else "--paper-dark"]
    colour = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb({}, {}, {})".format(*(int(wanted[at : at + 2], 16) for at in (1, 3, 5)))
    context.close()


def test_text_copied_from_the_page_reads_on(browser: Browser, tmp_path: Path) -> None:
    """Pasted as plain text, a problem is a few whole lines and a table is lines with tabs."""
    (tmp_path / "report.html").write_text(page(), encoding="utf-8")
    opened = browser.new_page()
    opened.goto((tmp_path / "report.html").as_uri())
    text = opened.evaluate("getSelection().selectAllChildren(document.body) ?? getSelection().toString()")
    lines = [line.strip() for line in text.splitlines()]
    assert "Error Strategies!B14, column “Stakeholder”" in lines
    assert "What to do: did you mean “Employers”?" in lines
    assert any(line.endswith("errors") and line[0].isdigit() for line in lines)
    assert any(
        line.startswith("Error\t1\tunknown-stakeholder\t") or "\tunknown-stakeholder\t" in line for line in lines
    )
