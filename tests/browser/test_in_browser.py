"""The web map in a real browser: reachable by keyboard, complete without scripts, quiet, and never too wide."""

import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from pathlib import Path

import pytest
from browser_sites import ADDRESS, MANY, NARROW, SIZES, WIDE, Open, Sites, maps
from playwright.sync_api import Browser, Request

from pipeline.rendering.map_relations import label_of, places
from pipeline.templating import environment

LINKS = (
    ".menu a, .map-target, .entry, .light, .step, .row-link, .card h3 a, .tag, .chip, .button, .count-link, "
    ".letters a, .contents a, .neighbour, .foot a, .brand"
)
"""Links that stand alone, and not in running text."""


def paths(folder: Path) -> list[str]:
    """Every page that stays where it is opened."""
    found = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    return sorted(path for path, html in found.items() if "data-moved" not in html)


def test_every_stakeholder_is_reached_by_keyboard_in_clock_order(visit: Open) -> None:
    """Tab leads through the stakeholders in clock order; each is a link with its label as name, and shows the
    focus.
    """
    content = maps()["crowd 17"]
    page = visit("crowd 17")
    reached: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const e = document.activeElement; const ring = e.querySelector('.map-focus');
            return [e.getAttribute('href'), e.classList.contains('map-stakeholder'),
                    ring && getComputedStyle(ring).stroke !== 'none'] }"""
        )
        if reached and not focused[1]:
            break
        if focused[1]:
            assert focused[2], f"{focused[0]} does not show that it has the focus"
            reached.append(focused[0])
    assert reached == [f"stakeholders/{one.id}.html" for one in content.stakeholders]
    for one in content.stakeholders:
        assert page.get_by_role("link", name=label_of(one), exact=True).count() == 1


def test_the_first_tab_leads_past_the_menu(visit: Open) -> None:
    """The first link skips to the content and can be seen when it has the focus."""
    page = visit("small")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("element => element === document.activeElement && element.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_pages_are_quiet_and_ask_for_nothing_outside(browser: Browser, site: Sites) -> None:
    """From disk and under a path of a host, no page says a word in the console, and none asks for a file
    elsewhere.
    """
    folder = site("small")
    handler = partial(QuietHandler, directory=str(folder.parent.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            for base in (f"{folder.as_uri()}/", f"http://127.0.0.1:{server.server_port}{ADDRESS}"):
                said: list[str] = []
                asked: list[str] = []
                failed: list[str] = []
                page = browser.new_page()
                page.on("console", heard(said))
                page.on("pageerror", heard(said))
                page.on("request", urls(asked))
                page.on("requestfailed", failures(failed))
                for path in paths(folder):
                    page.goto(base + path)
                    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('1em Inter'))"), path
                page.close()
                assert (said, failed) == ([], [])
                assert [url for url in asked if not url.startswith(base)] == []
                assert any(url.endswith(".woff2") for url in asked)
        finally:
            server.shutdown()


def heard(said: list[str]) -> Callable[[object], None]:
    return lambda message: said.append(str(message))


def urls(found: list[str]) -> Callable[[Request], None]:
    return lambda request: found.append(request.url)


def failures(found: list[str]) -> Callable[[Request], None]:
    """The next page may be opened before the icon of this one has come; that is no failure."""
    return lambda request: None if "ABORTED" in (request.failure or "") else found.append(request.url)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("width", [NARROW, 360, 768, 2560])
def test_no_page_is_wider_than_the_window(visit: Open, site: Sites, width: int) -> None:
    """No page scrolls sideways, from 320 pixels to 2560 (WCAG 2.2, 1.4.10)."""
    for name in ("small", "crowd 40", "crowd 100", "arabic"):
        page = visit(name, width=width)
        folder = site(name)
        for path in [*paths(folder)[: 60 if name == "small" else 3], "matrix.html"]:
            page.goto((folder / path).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, path)


def test_pages_say_the_same_without_scripts(visit: Open, site: Sites) -> None:
    """Every page shows the same words and links when scripts are off, but for what only a script can do."""
    with_scripts, without = visit("small"), visit("small", java_script_enabled=False)
    for path in paths(site("small")):
        seen = []
        for page in (with_scripts, without):
            page.goto((site("small") / path).as_uri())
            links = page.locator("a").evaluate_all("all => all.filter(e => e.checkVisibility()).map(e => e.href)")
            assert page.locator(".for-scripts:visible").count() == 0 or page is with_scripts, path
            page.evaluate("document.querySelectorAll('.for-scripts').forEach(element => element.remove())")
            seen.append((page.locator("body").inner_text(), links))
        assert seen[0] == seen[1], path
        assert seen[0][0]


@pytest.mark.parametrize("size", [*SIZES, MANY])
def test_labels_do_not_overlap_as_they_are_drawn(visit: Open, size: int) -> None:
    """The boxes of labels and discs that the browser draws are apart from each other and inside the picture."""
    page = visit(f"crowd {size}")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.map-label, .map-disc')].map(element => {
            const box = element.getBoundingClientRect();
            return [element.getAttribute('class'), box.left, box.top, box.right, box.bottom] })"""
    )
    frame = page.locator("svg.map").bounding_box()
    assert frame
    assert len(boxes) == 2 * len(places(maps()[f"crowd {size}"]))
    for _, left, top, right, bottom in boxes:
        assert frame["x"] <= left < right <= frame["x"] + frame["width"]
        assert frame["y"] <= top < bottom <= frame["y"] + frame["height"]
    for one, other in combinations(boxes, 2):
        if one[0] == other[0] == "map-disc":
            middles = ((one[1] + one[3] - other[1] - other[3]) / 2, (one[2] + one[4] - other[2] - other[4]) / 2)
            assert middles[0] ** 2 + middles[1] ** 2 > ((one[3] - one[1] + other[3] - other[1]) / 2) ** 2
        else:
            overlap_x = min(one[3], other[3]) - max(one[1], other[1])
            overlap_y = min(one[4], other[4]) - max(one[2], other[2])
            # a drawn box has the leading of its font around the letters, which are what must not touch
            assert overlap_x <= 0 or overlap_y <= 0.3 * min(one[4] - one[2], 24), (one, other)


@pytest.mark.parametrize("size", [10, 40, MANY])
def test_links_are_large_enough_to_hit(visit: Open, size: int) -> None:
    """Links outside of running text are 24 pixels wide and high at least, on large and small screens (2.5.8)."""
    for width in (360, 768, WIDE):
        for path in ("index.html", "matrix.html", "stakeholders/s0.html"):
            page = visit(f"crowd {size}", path, width=width)
            small = page.locator(LINKS).evaluate_all(
                "all => all.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])"
                ".filter(([e, box]) => box.width && Math.min(box.width, box.height) < 23.9)"
                ".map(([e, box]) => [e.outerHTML.slice(0, 90), box.width, box.height])"
            )
            assert small == [], (path, width)


def test_narrow_screens_show_the_list_in_place_of_the_map(visit: Open) -> None:
    """Either the map or the list of the same stakeholders is there, so that each is met once."""
    content = maps()["crowd 10"]
    for width, shown, hidden in ((WIDE, ".hero-map", ".directory"), (360, ".directory", ".hero-map")):
        page = visit("crowd 10", width=width)
        assert page.locator(shown).is_visible()
        assert not page.locator(hidden).is_visible()
        hrefs = page.locator(f"{shown} a[href^=stakeholders]").evaluate_all(
            "all => all.map(e => e.getAttribute('href'))"
        )
        assert hrefs == [f"stakeholders/{one.id}.html" for one in content.stakeholders]


def test_pointing_at_a_stakeholder_shows_its_lines(visit: Open) -> None:
    """The lines of the stakeholder that is pointed at come forward, and the others step back."""
    page = visit("crowd 10", reduced_motion="reduce")
    page.locator(".map-stakeholder").nth(2).hover()
    opacities = page.locator(".map-line").evaluate_all(
        "all => all.map(e => [e.classList.contains('joins-3'), +getComputedStyle(e).opacity])"
    )
    assert {opacity for is_own, opacity in opacities if is_own} == {1}
    assert max(opacity for is_own, opacity in opacities if not is_own) < 0.5


def test_pages_turn_round_for_arabic(visit: Open) -> None:
    """From right to left the words of the front page stand to the right of the map, and labels stay off their
    discs.
    """
    page = visit("arabic")
    words, graphic = page.locator("h1").bounding_box(), page.locator("svg.map").bounding_box()
    assert words
    assert graphic
    assert words["x"] > graphic["x"] + graphic["width"] / 2
    for at in range(10):
        one = page.locator(".map-stakeholder").nth(at)
        disc, label = one.locator(".map-disc").bounding_box(), one.locator(".map-label").bounding_box()
        assert disc
        assert label
        beside = label["x"] >= disc["x"] + disc["width"] or label["x"] + label["width"] <= disc["x"]
        assert beside or at in (0, 5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_are_drawn(visit: Open, scheme: str) -> None:
    """The page and the map follow the reader's choice of light or dark."""
    page = visit("small", color_scheme=scheme)
    tokens = environment().tokens()
    for selector, property_ in (("body", "backgroundColor"), (".map-hub", "fill")):
        colour = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{property_}")
        wanted = tokens["--paper" if scheme == "light" else "--paper-dark"]
        assert colour == "rgb({}, {}, {})".format(*(int(wanted[at : at + 2], 16) for at in (1, 3, 5)))
