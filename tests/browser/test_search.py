"""Search, filters and tooltips in a real browser."""

import pytest
from browser_sites import TONGUES, Open, Sites
from playwright.sync_api import Page, expect

MARKED = "[...(CSS.highlights.get('found') ?? [])].map(range => range.toString())"
TYPED = ("EVALUATION ecole", "strasse", "istanbul", "ελληνικα", "معلم", "עברית", "证书", "हिन्दी")
SHOWN = ".hit:visible .hit-name"


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(SHOWN).all_inner_texts()]


def test_the_search_finds_everything_on_the_map(visit: Open, site: Sites) -> None:
    """A name, a strategy, an action, a reason, a quote, a term by its abbreviation, a resource by its author, and a
    page are found, each with a link to its place.
    """
    page = visit("small", "search.html")
    box = page.get_by_label("Search everything")
    for words, name, href in (
        ("employers firms", "Employers", "stakeholders/employers.html"),
        ("groundwork", "Developing", "phases/developing.html"),
        ("guide first", "Pay for a pilot. Read the guide first.", "stakeholders/employers.html#"),
        ("what you learned", "=Share what you learned", "stakeholders/hr-systems.html#"),
        ("repeated", "Quicker hiring", "stakeholders/employers.html#"),
        ("test person", "We stopped asking for paper.", "stakeholders/employers.html#"),
        ("LER", "Learning and Employment Record", "glossary.html#"),
        ("1edtech", "Open Badges 3.0", "resources.html#"),
        ("who made this", "How this came about", "how-this-came-about.html"),
    ):
        box.fill(words)
        assert name in names(page), words
        link = page.locator(".hit:visible a", has_text=name).first
        assert (link.get_attribute("href") or "").startswith(href)
        link.click()
        assert (site("small") / href.partition("#")[0]).as_uri() in page.url
        if "#" in page.url:
            assert page.locator(":target").count() == 1
        page.go_back()


def test_the_query_is_in_the_address_and_the_count_is_announced(visit: Open) -> None:
    """What is typed can be linked to and survives a reload; the number found is said politely; marks show why."""
    page = visit("small", "search.html")
    page.goto(f"{page.url}?q=pilot")
    box, count = page.get_by_label("Search everything"), page.locator("[role=status]")
    assert (box.input_value(), count.get_attribute("aria-live")) == ("pilot", "polite")
    expect(count).to_have_text("2 of 17 found")
    assert page.evaluate(MARKED) == ["pilot", "pilot"]
    box.fill("zzz")
    expect(count).to_have_text("Nothing found. Try fewer or other words.")
    page.wait_for_url("**/search.html?q=zzz")
    page.reload()
    assert names(page) == []
    page.get_by_role("button", name="Clear").click()
    assert len(names(page)) == 17
    assert page.evaluate("location.search") == ""
    assert box.evaluate("element => element === document.activeElement")


@pytest.mark.parametrize(("written", "typed"), list(zip(TONGUES, TYPED, strict=True)))
def test_letters_are_compared_without_case_and_accents(visit: Open, written: str, typed: str) -> None:
    """What people type without accents is found, in any script, and marked as it is written."""
    page = visit("tongues", "search.html")
    page.get_by_label("Search everything").fill(typed)
    assert names(page) == [written]
    assert "".join(page.evaluate(MARKED)) in written.replace(" à l’", "")


def test_every_page_leads_to_the_search(visit: Open) -> None:
    """The slash puts the focus into the search box, which leads to what it finds; the key can be turned off."""
    page = visit("small", "stakeholders/employers.html")
    page.keyboard.press("/")
    page.keyboard.type("pilot")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=pilot")
    assert len(names(page)) == 2
    page.get_by_label("The key / leads to the search").uncheck()
    page.goto(page.url.replace("search.html?q=pilot", "matrix.html"))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_the_search_is_a_complete_list_without_scripts(visit: Open) -> None:
    """Nothing is hidden and every entry is a link when scripts are off; the box, which could do nothing, is not there."""
    page = visit("small", "search.html", java_script_enabled=False)
    page.goto(f"{page.url}?q=pilot")
    assert len(names(page)) == page.locator(".hit").count() == 17
    assert page.locator("input:visible").count() == 0


@pytest.mark.parametrize(
    ("path", "items", "words", "left"),
    [
        ("matrix.html", ".matrix tbody tr", "hr sys", 2),
        ("glossary.html", ".term", "skills record", 1),
        ("resources.html", ".resource", "hr systems", 1),
    ],
)
def test_pages_with_long_lists_have_a_filter(visit: Open, path: str, items: str, words: str, left: int) -> None:
    """Matrix, glossary and resources show only what holds the words, and hide headings with nothing under them."""
    page = visit("small", path)
    every = page.locator(items).count()
    page.get_by_label("Filter this page").fill(words)
    assert page.locator(f"{items}:visible").count() == left
    expect(page.locator("[role=status]")).to_have_text(f"{left} of {every} found")
    if path == "resources.html":
        assert page.locator(".group h2:visible").all_inner_texts() == ["Standards"]
