"""axe-core in a real browser: no violation on any page, in light, dark and forced colours, on narrow and wide screens."""

from importlib.resources import files

import pytest
from browser_sites import Sites
from playwright.sync_api import Browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run({ resultTypes: ['violations'] }).then(result => result.violations.map(
    violation => [violation.id, violation.nodes.map(node => node.html.slice(0, 160))]))"""


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 320), ("light", 1280), ("dark", 320), ("dark", 1280), ("forced", 1280)]
)
def test_axe_finds_nothing_on_any_page(browser: Browser, site: Sites, scheme: str, width: int) -> None:
    """Every page of the small map passes all rules of axe-core (WCAG 2.2 A and AA, and good practice)."""
    folder = site("small")
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="active" if scheme == "forced" else "none",
        reduced_motion="reduce",
        bypass_csp=True,
    )
    context.add_init_script(AXE)
    page = context.new_page()
    found = {}
    for path in sorted(folder.rglob("*.html")):
        if "data-moved" in path.read_text(encoding="utf-8"):
            continue  # it leads on at once; test_moved.py looks at it
        page.goto(path.as_uri())
        violations = page.evaluate(RUN)
        if violations:
            found[path.relative_to(folder).as_posix()] = violations
    context.close()
    assert found == {}


def test_axe_sees_a_violation_where_there_is_one(browser: Browser) -> None:
    """A picture without description and a page without language are found, so silence means something."""
    context = browser.new_context()
    context.add_init_script(AXE)
    page = context.new_page()
    page.set_content("<title>x</title><main><h1>x</h1><img src='data:,'></main>")
    page.evaluate(AXE)
    assert {"image-alt", "html-has-lang"} <= {identifier for identifier, _ in page.evaluate(RUN)}
    context.close()
