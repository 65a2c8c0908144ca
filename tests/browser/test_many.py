"""A map of more stakeholders than the ring has places for: groups, a list to be searched, and pages that stay usable."""

from browser_sites import MANY, Open, maps
from playwright.sync_api import expect

from pipeline.rendering.map_relations import counts_by_phase, counts_of_places, places

NAME = f"crowd {MANY}"
ENTRIES = ".directory .entry:visible"


def test_a_group_on_the_map_leads_to_its_part_of_the_list(visit: Open) -> None:
    """Each place on the ring leads to the heading of its group, where each of its stakeholders is a link; the caption
    says who they are, and the numbers of a phase are those of the whole group.
    """
    content = maps()[NAME]
    page = visit(NAME, reduced_motion="reduce")
    made = places(content)
    assert page.locator("a.map-stakeholder").count() == len(made) < MANY
    place = made[2]
    page.locator("a.map-stakeholder").nth(2).hover()
    expect(page.locator(".caption-3")).to_be_visible()
    assert page.locator(".caption-3").inner_text().startswith(place.first.name)
    page.get_by_role("radio").nth(1).check()
    page.mouse.move(0, 0)
    shown = page.locator(".counts-1 .map-count").all_text_contents()
    assert shown == [str(counts[0]) for counts in counts_of_places(content) if counts[0]]
    page.get_by_role("radio").nth(0).check()
    page.locator("a.map-stakeholder").nth(2).click()
    group = page.locator(f"section[aria-labelledby={place.id}]")
    assert page.evaluate("location.hash") == f"#{place.id}"
    expect(group.get_by_role("heading")).to_be_in_viewport()
    assert group.locator("a").evaluate_all("all => all.map(e => e.getAttribute('href'))") == [
        f"stakeholders/{one.id}.html" for one in place.members
    ]


def test_the_list_holds_everyone_and_is_narrowed_down(visit: Open) -> None:
    """All are listed in the order of the workbook, with scripts or without; a name leaves those who bear it, a phase
    those who do something in it.
    """
    content = maps()[NAME]
    for width in (360, 1280):
        for scripts in (True, False):
            page = visit(NAME, width=width, java_script_enabled=scripts)
            hrefs = page.locator(ENTRIES).evaluate_all("all => all.map(e => e.getAttribute('href'))")
            assert hrefs == [f"stakeholders/{one.id}.html" for one in content.stakeholders]
            assert page.locator("#filter_box:visible").count() == scripts
    page = visit(NAME, reduced_motion="reduce")
    page.get_by_label("Find a stakeholder").fill("providers 96")
    assert [text.split("\n")[0] for text in page.locator(ENTRIES).all_inner_texts()] == ["LER Solution Providers 96"]
    assert page.locator(".group-of-entries:visible").count() == 1
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("radio").nth(2).check()
    does = [one.id for one, counts in zip(content.stakeholders, counts_by_phase(content), strict=True) if counts[1]]
    hrefs = page.locator(ENTRIES).evaluate_all("all => all.map(e => e.getAttribute('href'))")
    assert hrefs == [f"stakeholders/{identifier}.html" for identifier in does]


def test_the_page_of_many_is_small_and_prints_its_list(visit: Open) -> None:
    """The scripts of a map with groups take 10 KB too; on paper the list is there, its filter is not."""
    page = visit(NAME)
    scripts = page.locator("script:not([type])").evaluate_all("all => all.map(e => e.textContent.length)")
    assert 0 < sum(scripts) <= 10_000
    page.emulate_media(media="print")
    assert page.locator(ENTRIES).count() == MANY
    assert not page.locator(".filter").is_visible()


def test_a_long_table_keeps_its_headings_in_sight(visit: Open) -> None:
    """The names of the phases stay where they are while a table of a hundred rows is scrolled in its frame."""
    page = visit(NAME, "matrix.html")
    page.locator(".scroller").first.evaluate("e => e.scrollTop = e.scrollHeight")
    frame, head = page.locator(".scroller").first.bounding_box(), page.locator("thead th a").first.bounding_box()
    assert frame
    assert head
    assert frame["y"] <= head["y"] < frame["y"] + 100
    assert page.locator(".scroller").first.evaluate("e => e.clientHeight") < 900


def test_a_link_into_a_long_page_lands_where_it_leads(visit: Open) -> None:
    """A browser lays out what is far from the window when it comes near; the last of a phase is found all the same, by
    its link and by search in the page, and is on paper.
    """
    page = visit(NAME, "phases/p0.html", reduced_motion="reduce")
    last = page.locator(".block").last
    assert last.evaluate("e => getComputedStyle(e).contentVisibility") == "auto"
    page.locator(".contents a").last.click()
    expect(last.get_by_role("heading")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate("find('number 96.')")
    expect(page.get_by_text("Do something useful, number 96.")).to_be_in_viewport()
    page.emulate_media(media="print")
    assert last.evaluate("e => getComputedStyle(e).contentVisibility") == "visible"


def test_a_very_long_search_shows_the_first_that_are_found(visit: Open) -> None:
    """Of thousands of entries the first 200 that hold the words are shown, under their headings, and the count says so;
    without words all are there again.
    """
    page = visit(NAME, "search.html")
    page.evaluate(
        """() => { const list = document.querySelector('.hits ul');
        for (let at = 0; at < 2100; at++) {
            const hit = list.lastElementChild.cloneNode(true);
            hit.querySelector('a').textContent = `Filling ${at}`;
            list.append(hit) }
        const script = [...document.scripts].find(each => each.text.includes('.filter'));
        document.querySelector('.filter').replaceWith(document.querySelector('.filter').cloneNode(true));
        Function(script.text)() }"""
    )
    box = page.get_by_label("Search everything")
    box.fill("filling")
    expect(page.locator("[role=status]")).to_contain_text("2100 of")
    expect(page.locator("[role=status]")).to_contain_text("first 200")
    assert page.locator(".hit:visible").count() == 200
    assert page.locator(".hits h2:visible").all_inner_texts() == ["Stakeholders"]
    box.fill("filling 2099")
    assert page.locator(".hit:visible .hit-name").all_inner_texts() == ["Filling 2099"]
    assert page.evaluate("[...(CSS.highlights.get('found') ?? [])].map(range => range.toString())") == [
        "Filling",
        "2099",
    ]
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".hit:visible").count() == page.locator(".hit").count() > 2100
