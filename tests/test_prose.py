"""Texts of cells and pages: what becomes formatting, and what stays text."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rendering.prose import (
    images_in_page,
    is_external,
    may_link_to,
    page_to_html,
    page_to_plain,
    to_html,
    to_inline_html,
    to_plain,
)

ALLOWED = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "img", "table", "thead", "tbody", "tr", "th", "td"}
ALLOWED |= {f"h{level}" for level in range(1, 7)}


class Elements(HTMLParser):
    """Every element and attribute of a piece of HTML, how deep it nests, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.depth = self.deepest = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("br", "img"):
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.text += data


def no_image(name: str) -> str | None:
    return None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one **two** *three*", "<p>one <strong>two</strong> <em>three</em></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("[a](https://x.org/)", '<p><a href="https://x.org/" rel="noopener noreferrer">a</a></p>'),
        ("<https://x.org/>", '<p><a href="https://x.org/" rel="noopener noreferrer">https://x.org/</a></p>'),
        ("<map@x.org>", '<p><a href="mailto:map@x.org">map@x.org</a></p>'),
        ("\\*no\\*", "<p>*no*</p>"),
        ("", ""),
    ],
)
def test_cells_know_a_little_markdown(text: str, html: str) -> None:
    """Bold, italic, links, addresses in angle brackets, line breaks and paragraphs are formatting in a cell."""
    assert to_html(text) == html


@pytest.mark.parametrize("bullet", ["• ", "•", "- ", "* ", "· "])
def test_every_bullet_makes_a_list(bullet: str) -> None:
    """The bullets that people type or paste make one list, and a line after it at the margin is a paragraph
    again.
    """
    html = to_html(f"Before\n{bullet}one\n{bullet}two\nafter").replace("\n", "")
    assert html == "<p>Before</p><ul><li>one</li><li>two</li></ul><p>after</p>"


def test_an_indented_bullet_is_a_list_in_the_list() -> None:
    """A bullet that is set in belongs to the item above."""
    assert to_html("• one\n  • inner\n• two").replace("\n", "") == (
        "<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> <script>alert(1)</script>",
        "&colon; &amp; &#58;",
        "1. first\n2. second",
        "2024. A good year",
        "+ 5 % more",
        "# 5 is alive",
        "> 5 years",
        "5 * 3 * 2",
        "snake_case_word",
        "`code`",
        "---",
        "-",
        "~~gone~~",
        "| a | b |",
        "![not in a cell](x.png)",
        "{{7*191}} {% raw %}",
        "![x][y]",
    ],
)
def test_what_is_not_markdown_lite_stays_text(text: str) -> None:
    """Raw HTML, character references, numbers, headings, quotations, code and tables are text in a cell."""
    elements = Elements(to_html(text))
    assert elements.tags <= {"p", "br"}
    assert elements.text.split() == text.split()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "javascript&colon;alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//host/x",
        "/\\host",
        "\\\\host",
        "https://user:word@host/",
        "https://user@host/",
        "https:///path",
        "https:host",
        "https://ho\x01st/",
        "https://host/%0d%0ax",
        "mailto:nobody",
        "https://[::1",
    ],
)
def test_unsafe_addresses_are_never_links(address: str) -> None:
    """Other schemes, `//host`, credentials, control characters and backslashes are refused, and shown as
    text.
    """
    for text in (f"[words]({address})", f"[words](<{address}>)", f"<{address}>"):
        html = to_html(text)
        assert "href" not in html
        assert "words" in html or "&lt;" in html
    assert not may_link_to(address.replace("&colon;", ":"))


@pytest.mark.parametrize(
    "address", ["https://x.org", "http://x.org/a?b=c#d", "mailto:a@x.org", "glossary.html#ler", "#x", "a/b.html", "/a"]
)
def test_safe_addresses_are_links(address: str) -> None:
    """http, https, mailto and relative addresses are links; those that lead out of the site say so to the
    browser.
    """
    assert may_link_to(address)
    html = to_html(f"[words]({address})")
    assert f'href="{address}"' in html
    assert ('rel="noopener noreferrer"' in html) == address.startswith("http") == is_external(address)


def test_relative_links_are_written_as_seen_from_the_front_page() -> None:
    """`root` leads a relative link back to the front page; without a root the link is text, and no word is
    lost.
    """
    text = "See *[the glossary](glossary.html)* and [below](#x)."
    assert 'href="../glossary.html"' in to_html(text, root="../")
    assert 'href="#x"' in to_html(text, root="../")
    assert to_html(text, root=None) == "<p>See <em>the glossary</em> and below.</p>"


def test_inline_html_has_no_blocks() -> None:
    """Inside a line, paragraphs and items are divided by line breaks."""
    assert to_inline_html("a\n\nb\n• c\n• *d*") == "a<br>b<br>c<br><em>d</em>"


def test_plain_text_is_what_a_reader_sees() -> None:
    """Plain text has one paragraph or item a line, without marks of formatting and without addresses of
    links.
    """
    text = "One **bold**\nword & [a link](https://x.org/).\n\n• item\n• <b>"
    assert to_plain(text).splitlines() == ["One bold word & a link.", "item", "<b>"]


def test_plain_text_and_html_say_the_same() -> None:
    """What plain text says is what stands in the HTML, for texts and for pages."""
    for text in ("a **b**c [d](e.html)\n\n- f\n- g", "5 * 3", "*a **b** c* `d`"):
        assert Elements(to_html(text)).text.split() == to_plain(text).split()
    page = "## H\n\n1. x\n2. y\n\n| a | b |\n|--|--|\n| *c* | d |"
    assert Elements(page_to_html(page, image=no_image)).text.split() == page_to_plain(page).split()


def test_pages_know_headings_numbers_tables_and_images() -> None:
    """A page may hold headings, numbered lists, tables and images besides; alignment is a class, never a
    style.
    """
    html = page_to_html(
        "# Top\n\n### Skips a level\n\n3. three\n4. four\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n![A *tree*](tree.png)",
        image=lambda name: f"assets/{name}",
    )
    for part in ("<h2>Top</h2>", "<h3>Skips a level</h3>", '<ol start="3">', '<th scope="col">a</th>'):
        assert part in html
    assert '<td class="align-end">2</td>' in html
    assert '<img src="assets/tree.png" alt="A tree">' in html
    assert "style" not in html


def test_headings_begin_at_the_level_that_is_asked_for() -> None:
    """The highest heading of a page gets the level that is asked for, whatever it was written as."""
    assert page_to_html("## A\n\n### B", image=no_image, heading_level=3) == "<h3>A</h3>\n<h4>B</h4>"


@pytest.mark.parametrize(
    "source", ["https://x.org/a.png", "../a.png", "sub/a.png", "/a.png", "C:a.png", ".hidden.png", "images/../a.png"]
)
def test_images_come_from_one_folder_only(source: str) -> None:
    """An image from anywhere but source/images is never asked for; its description is shown."""
    asked: list[str] = []
    html = page_to_html(f"![A tree]({source})", image=lambda name: asked.append(name) or name)  # type: ignore[func-returns-value]
    assert asked == []
    assert "<img" not in html
    assert "A tree" in html


def test_images_of_a_page_are_listed() -> None:
    """Every image of a page is listed with its description; the folder may be written or left out."""
    page = "![A *tree*](tree.png) and ![](<../images/two words.png>) ![x](https://x.org/y.png)"
    assert images_in_page(page) == (("tree.png", "A tree"), ("two words.png", ""), ("https://x.org/y.png", "x"))


def test_lines_wrapped_by_hand_flow_in_files() -> None:
    """In a page from a file a line break is a space; in a page from a cell it is a line break."""
    assert page_to_html("a\nb", image=no_image, keep_lines=False) == "<p>a\nb</p>"
    assert page_to_html("a\nb", image=no_image) == "<p>a<br>\nb</p>"


@pytest.mark.parametrize(
    "bomb",
    ["[" * 9000, "*a " * 4000, "_*_*" * 4000, "- " * 8000, "\n".join(" " * n + "- x" for n in range(150)), "![" * 8000],
    ids=["brackets", "asterisks", "emphasis", "bullets", "indents", "images"],
)
def test_no_text_nests_deeply_or_is_lost(bomb: str) -> None:
    """Whatever a text repeats, its HTML nests a few levels at most and every letter of it is still there."""
    elements = Elements(page_to_html(bomb, image=no_image))
    assert elements.deepest < 40
    assert elements.text.count("x") == bomb.count("x")
    assert elements.text.count("[") == bomb.count("[")


@given(st.text(alphabet=st.sampled_from("abZ1  ,.;:?!()'\"%/’“”–—…-&_é"), max_size=12))
def test_a_text_without_marks_is_what_the_parser_makes_of_it(text: str) -> None:
    """A sentence that holds no mark goes a short way; it comes out as it does beside a mark, which goes the long way."""
    sentence = f"A{text.rstrip()}"
    inside = to_html(sentence).removeprefix("<p>").removesuffix("</p>")
    assert to_html(f"{sentence} *b*") == f"<p>{inside} <em>b</em></p>"
    assert to_plain(f"{sentence} *b*") == f"{to_plain(sentence)} b"


@given(st.text(alphabet=st.sampled_from("ab *_[]()<>!&;:/\\\n-•1.#|\"'=\x01htps@x"), max_size=60))
def test_no_text_makes_other_elements(text: str) -> None:
    """No text whatever makes an element, an attribute or an address that is not on the list."""
    for html in (to_html(text), page_to_html(text, image=lambda name: f"assets/{name}")):
        elements = Elements(html)
        assert elements.tags <= ALLOWED
        for tag, name, value in elements.attributes:
            assert (tag, name) in {
                ("a", "href"),
                ("a", "rel"),
                ("img", "src"),
                ("img", "alt"),
                ("ol", "start"),
                ("th", "scope"),
                ("th", "class"),
                ("td", "class"),
            }
            if name == "href":
                assert may_link_to(value)
    assert not re.search(r"\S", to_plain(text)) or to_html(text)
