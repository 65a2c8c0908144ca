"""The map on the front page: what it lights up, how one gets about on it, and how little has to be fetched for it."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser_sites import Open, Sites, maps
from playwright.sync_api import Page, expect

from pipeline.rendering.map_relations import counts_by_phase, partners
from pipeline.rendering.web_front import role_of

MOST_FOR_THE_MAP, MOST_SCRIPT, MOST_BESIDE_FONTS = 60_000, 10_000, 40_000
"""Bytes: the map's page as it is sent (texts compressed), its scripts as they are written, a stakeholder's page."""


def shown(page: Page, selector: str) -> list[str]:
    """The texts of the elements of the page that can be seen, spaces made single."""
    texts: list[str] = page.locator(selector).evaluate_all(
        "all => all.filter(e => e.checkVisibility({visibilityProperty: true})).map(e => e.textContent)"
    )
    return [" ".join(text.split()) for text in texts]


def dimmed(page: Page) -> list[int]:
    """The numbers of the stakeholders that have stepped back."""
    found: list[int] = page.locator(".map-disc").evaluate_all(
        "all => all.map((e, at) => +getComputedStyle(e).opacity < 0.5 ? at + 1 : 0).filter(Boolean)"
    )
    return found


@pytest.mark.parametrize("how", ["hover", "focus"])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_stakeholder_shows_its_role_and_its_partners(visit: Open, how: str, scripts: bool) -> None:
    """Pointed at or in focus, with scripts or without, a stakeholder shows its role and its lines; all whom it does not
    work with step back, and nothing moves.
    """
    content = maps()["sample"]
    page = visit("sample", reduced_motion="reduce", java_script_enabled=scripts)
    places = page.locator(".map, .lights, .captions, .band").evaluate_all("all => all.map(e => e.offsetTop ?? 0)")
    for at in (0, 4):
        link = page.locator("a.map-stakeholder").nth(at)
        if how == "hover":
            link.hover()
        else:
            page.keyboard.press("Tab")
            link.focus()
        assert shown(page, ".caption") == [role_of(content.stakeholders[at].definition)]
        with_ = {at + 1, *partners(content)[at]}
        assert dimmed(page) == [number for number in range(1, 11) if number not in with_]
        lit = page.locator(".map-line").evaluate_all(
            "all => all.filter(e => getComputedStyle(e).opacity > 0).map(e => e.getAttribute('class'))"
        )
        assert len(lit) == len(with_) - 1
        assert all(f"joins-{at + 1}" in line.split() for line in lit)
    assert places == page.locator(".map, .lights, .captions, .band").evaluate_all(
        "all => all.map(e => e.offsetTop ?? 0)"
    )


def test_who_is_pointed_at_goes_before_who_has_the_focus(visit: Open) -> None:
    """With the focus on one link and the pointer on another, one caption is shown: that of the pointer."""
    content = maps()["sample"]
    page = visit("sample", reduced_motion="reduce")
    page.keyboard.press("Tab")
    page.locator("a.is-2").focus()
    page.locator("a.is-7").hover()
    assert shown(page, ".caption") == [role_of(content.stakeholders[6].definition)]
    page.locator("a.map-phase").nth(1).hover()
    assert [text.split(".")[0] for text in shown(page, ".caption")] == [content.phases[1].name]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("width", "numbers"), [(1280, ".map-count"), (360, ".entry-count")])
def test_a_phase_that_is_chosen_says_who_does_how_much(visit: Open, scripts: bool, width: int, numbers: str) -> None:
    """Choosing a phase, with scripts or without, on wide screens and narrow ones, puts the number of its strategies at
    each stakeholder and steps those back who have none; “All phases” takes the numbers away.
    """
    name = "crowd 10"
    counts = counts_by_phase(maps()[name])
    page = visit(name, width=width, reduced_motion="reduce", java_script_enabled=scripts)
    assert shown(page, numbers) == []
    for phase in (2, 0):
        page.get_by_role("radio").nth(phase + 1).check()
        of_phase = [row[phase] for row in counts]
        assert shown(page, numbers) == [str(count) for count in of_phase if count]
        assert shown(page, ".caption")[0].startswith(maps()[name].phases[phase].name)
        if width > 1000:
            assert dimmed(page) == [number for number, count in enumerate(of_phase, 1) if not count]
    page.get_by_role("radio").nth(0).check()
    assert (shown(page, numbers), dimmed(page)) == ([], [])


def test_pointing_at_a_phase_shows_its_numbers_and_follows_its_link(visit: Open) -> None:
    """A segment of the wheel is a link that shows the numbers of its phase, also while another phase is chosen."""
    content = maps()["sample"]
    page = visit("sample", reduced_motion="reduce")
    page.get_by_role("radio").nth(1).check()
    page.locator("a.map-phase").nth(3).hover()
    assert shown(page, ".map-count") == [str(row[3]) for row in counts_by_phase(content) if row[3]]
    page.locator("a.map-phase").nth(3).click()
    assert page.url.endswith(f"phases/{content.phases[3].id}.html")


def test_every_stakeholder_is_heard_with_its_role(visit: Open) -> None:
    """The accessible description of a link on the map is the stakeholder's role."""
    content = maps()["sample"]
    page = visit("sample")
    for at, one in enumerate(content.stakeholders):
        expect(page.locator("a.map-stakeholder").nth(at)).to_have_accessible_description(role_of(one.definition))


@pytest.mark.parametrize("name", ["sample", "crowd 17", "crowd 3"])
def test_arrow_keys_lead_to_who_stands_there(visit: Open, name: str) -> None:
    """From the first stakeholder the arrow keys lead once down each side of the ring; Home and End to first and last."""
    page = visit(name)
    count = len(maps()[name].stakeholders)
    focused = "[...document.querySelectorAll('a.map-stakeholder')].indexOf(document.activeElement)"
    page.locator("a.is-1").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == 0
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == 1
    reached = {0}
    for side in ("ArrowRight", "ArrowLeft"):
        page.keyboard.press("Home")
        page.keyboard.press(side)
        reached.add(page.evaluate(focused))
        for _ in range(count):
            page.keyboard.press("ArrowDown")
            reached.add(page.evaluate(focused))
    assert reached == set(range(count))
    page.keyboard.press("End")
    assert page.evaluate(focused) == count - 1


def test_who_comes_back_finds_the_focus_where_it_was(visit: Open) -> None:
    """Back from a stakeholder's page, the focus is on the link that led there."""
    page = visit("sample")
    page.keyboard.press("Tab")
    page.locator("a.is-6").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stakeholders/**")
    page.go_back()
    page.wait_for_url("**/index.html")
    page.wait_for_function("document.activeElement.classList.contains('is-6')")


@pytest.mark.parametrize("wanted", ["reduce", "no-preference"])
def test_motion_is_small_and_off_for_those_who_want_none(visit: Open, wanted: str) -> None:
    """Nothing moves or fades for readers who ask for less motion; for others nothing takes longer than a fifth of a
    second.
    """
    page = visit("sample", reduced_motion=wanted)
    durations = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => { const s = getComputedStyle(e); "
        "return [...s.transitionDuration.split(','), ...s.animationDuration.split(',')].map(parseFloat) })"
    )
    assert max(durations) <= (0 if wanted == "reduce" else 0.2)


def test_the_map_is_printed_without_its_controls(visit: Open) -> None:
    """On paper the map is there, and the list that stands in for it on narrow screens, choices and menus are not."""
    page = visit("sample", width=700)
    page.emulate_media(media="print")
    assert page.locator("svg.map").is_visible()
    for selector in (".directory", ".lights", ".menu", ".actions"):
        assert not page.locator(selector).first.is_visible(), selector


def test_pages_are_small(visit: Open, site: Sites) -> None:
    """The map's page takes 60 KB with font, pictures and script, its scripts 10 KB before compression; a stakeholder's
    page takes 40 KB besides the fonts.
    """
    page = visit("sample", "404.html")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto((site("sample") / "index.html").as_uri())
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    sent = {url: sent_size(url) for url in dict.fromkeys(fetched)}
    assert any(url.endswith(".woff2") for url in sent)
    assert sum(sent.values()) <= MOST_FOR_THE_MAP, sent
    scripts = page.locator("script:not([type])").evaluate_all("all => all.map(e => e.textContent.length)")
    assert 0 < sum(scripts) <= MOST_SCRIPT
    for one in maps()["sample"].stakeholders:
        fetched.clear()
        page.goto((site("sample") / f"stakeholders/{one.id}.html").as_uri())
        page.wait_for_load_state("networkidle")
        sizes = [sent_size(url) for url in dict.fromkeys(fetched) if not url.endswith(".woff2")]
        assert sum(sizes) <= MOST_BESIDE_FONTS, one.id


def sent_size(url: str) -> int:
    """How many bytes of the file at `url` (on disk) a host sends: texts compressed, fonts as they are."""
    body = Path(unquote(urlsplit(url).path)).read_bytes()
    return len(body if url.endswith(".woff2") else gzip.compress(body, 9))
