"""Glossary terms explained in place, in a real browser (WCAG 2.2, 1.4.13: content on hover or focus)."""

from browser_sites import WIDE, Open
from playwright.sync_api import Page, expect

PATH = "stakeholders/employers.html"
TERM = ".term-link"


def first_term(page: Page) -> str:
    link = page.locator(TERM).first
    return f"#{link.get_attribute('aria-describedby')}"


def test_a_term_is_explained_to_those_who_use_a_keyboard(visit: Open) -> None:
    """The tooltip comes with the focus, is the description of the link, and Escape takes it away."""
    page = visit("sample", PATH)
    tip = page.locator(first_term(page))
    expect(tip).to_be_hidden()
    page.locator(TERM).first.focus()
    expect(tip).to_be_visible()
    inside = tip.evaluate("e => { const b = e.getBoundingClientRect(); return b.left >= 0 && b.right <= innerWidth }")
    assert inside
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    assert page.locator(TERM).first.evaluate("element => element === document.activeElement")


def test_a_tooltip_stays_while_it_is_pointed_at(visit: Open) -> None:
    """The pointer can move from the term onto the tooltip; it goes when the pointer leaves both."""
    page = visit("sample", PATH)
    tip = page.locator(first_term(page))
    page.locator(TERM).first.hover()
    expect(tip).to_be_visible()
    tip.hover()
    page.wait_for_timeout(500)
    expect(tip).to_be_visible()
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_the_first_touch_explains_and_the_second_leads_to_the_glossary(visit: Open) -> None:
    """On a touch screen a term does not lead away before it is explained."""
    page = visit("sample", PATH, width=360, has_touch=True)
    link = page.locator(TERM).first
    tip = page.locator(first_term(page))
    link.tap()
    expect(tip).to_be_visible()
    assert PATH in page.url
    box = tip.bounding_box()
    assert box
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    link.tap()
    page.wait_for_url("**/glossary.html#*")
    assert page.locator(":target").count() == 1


def test_the_description_is_heard_and_there_without_scripts(visit: Open) -> None:
    """Assistive technology reads the definition with the link, also where no script runs."""
    page = visit("sample", PATH, width=WIDE, java_script_enabled=False)
    tip = page.locator(first_term(page))
    link = page.locator(TERM).first
    expect(link).to_have_accessible_description(" ".join((tip.text_content() or "").split()))
    link.click()
    assert "/glossary.html#" in page.url
