"""What is read back from pages is what a browser makes of them."""

from browser_sites import Open
from markup import MENDED, WELL_FORMED

from pipeline.rendering.searchable import apart
from pipeline.rendering.text_of_html import read_html

SEEN = """all => all.map(html => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const each = document.createNodeIterator(page, NodeFilter.SHOW_TEXT);
    const texts = [];
    for (let node; node = each.nextNode();)
        if (!node.parentNode.closest('script, style')) texts.push(node.data);
    const spoken = [...page.querySelectorAll('*')].flatMap(e => [...e.attributes])
        .filter(e => ['alt', 'title', 'aria-label'].includes(e.name) && e.value).map(e => e.value);
    const values = name => [...page.querySelectorAll(`[${name}]`)].map(e => e.getAttribute(name)).filter(Boolean);
    return { texts, spoken, hrefs: values('href'), ids: values('id') } })"""
"""What stands in each of the pages, as Chromium mends their markup (without running anything)."""


def test_markup_is_read_as_a_browser_reads_it(visit: Open) -> None:
    """Of sound markup and of markup with mistakes, the same texts, descriptions, links and anchors are read as shown."""
    markup = [*WELL_FORMED, *MENDED]
    for html, seen in zip(markup, visit("small").evaluate(SEEN, markup), strict=True):
        page = read_html(html.encode())
        assert page.said == apart(["\n".join(seen["texts"]), *seen["spoken"]]), html
        assert {one.address for one in page.references if one.attribute == "href"} == set(seen["hrefs"]), html
        assert page.anchors >= set(seen["ids"]), html
