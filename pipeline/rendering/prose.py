"""Markdown-lite to safe HTML and to plain text.

Two walls stand between an editor's text and a page: markdown-it with only the rules named here (raw HTML is
not one of them), then nh3, which lets through only the elements and addresses named here. What is not allowed
is shown as the text that it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from pipeline.rendering.lists import cell_as_markdown, page_as_markdown

IMAGE_FOLDERS = ("", "images/", "../images/", "source/images/")
"""How a page may write the folder of its images; all of them mean source/images."""

_SCHEMES = frozenset({"http", "https", "mailto"})
_CELL_RULES = ("list", "newline", "escape", "emphasis", "link", "autolink")
_PAGE_RULES = (*_CELL_RULES, "heading", "table", "image")
_ELEMENTS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "img", "table", "thead", "tbody", "tr", "th", "td"}
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_ALIGNMENT = {"text-align:right": "align-end", "text-align:center": "align-centre", "text-align:left": "align-start"}

_REMEMBERED = 65_536
"""Texts whose rendering is kept: each stands on several pages, and in a preview most are the same after every save."""

_REMEMBERED_PAGES = 256
"""The same for whole pages, which are longer."""

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\\]|%(?:[01][0-9a-f]|7f|5c)", re.IGNORECASE)


_ONLY_WORDS = re.compile(r"[A-Za-z](?:[A-Za-z0-9,.;:?!()'\"%/’“”–—…-]| (?=\S))*")
"""A sentence in which nothing is Markdown or HTML: most cells are no more, and need no parser. It begins with a letter
and so makes no list; what is not here (other scripts included) goes the long way."""


def may_link_to(address: str) -> bool:
    """Whether `address` may be the target of a link: http, https or mailto, or relative.

    Refused: other schemes, `//host`, credentials before the host, control characters, spaces and backslashes
    (browsers read `/\\host` as `//host`).
    """
    if not address or _CONTROL.search(address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not parts.scheme:
        return not parts.netloc and not address.startswith("//") and ":" not in parts.path.partition("/")[0]
    if parts.scheme not in _SCHEMES:
        return False
    if parts.scheme == "mailto":
        return not parts.netloc and "@" in parts.path
    return bool(host) and "@" not in parts.netloc


def is_external(address: str) -> bool:
    """Whether `address` leads out of the site."""
    return urlsplit(address).scheme in _SCHEMES - {"mailto"}


@lru_cache(maxsize=_REMEMBERED)
def to_html(text: str, *, root: str | None = "") -> Markup:
    """A cell's text as HTML blocks: paragraphs, bullet lists, line breaks, bold, italic, links.

    `root` is put before relative links, which are written as seen from the front page; with None they are
    text.
    """
    if _ONLY_WORDS.fullmatch(text):
        return Markup(f"<p>{text}</p>")  # noqa: S704 - nothing in it means anything to HTML
    return _render(_CELLS, cell_as_markdown(text), root=root)


def to_inline_html(text: str, *, root: str | None = "") -> Markup:
    """A cell's text without blocks, for use inside a line: paragraphs and list items are divided by line
    breaks."""
    tokens = _tokens(_CELLS, cell_as_markdown(text), root)
    lines = [_CELLS.renderer.render([token], _CELLS.options, {}) for token in tokens if token.type == "inline"]
    return _second_wall("<br>".join(lines))


@lru_cache(maxsize=_REMEMBERED)
def to_plain(text: str) -> str:
    """The text of a cell that a reader sees: each paragraph and each list item on a line of its own."""
    if _ONLY_WORDS.fullmatch(text):
        return text
    return "\n".join(_lines(_CELLS.parse(cell_as_markdown(text))))


def page_to_html(
    text: str,
    *,
    image: Callable[[str], str | None],
    heading_level: int = 2,
    root: str | None = "",
    keep_lines: bool = True,
) -> Markup:
    """A page's text as HTML: what cells may hold, and headings, numbered lists, tables and images.

    `image` gives the address of a file of source/images by its name, or None, and then the image's
    description is shown instead. The highest heading in the text becomes level `heading_level`; no level is
    left out below it. `keep_lines`: a line break in the text is one on the page (texts from cells), or a
    space (files, which are often wrapped by hand).
    """
    return _render(
        _PAGES,
        page_as_markdown(text, keep_lines=keep_lines),
        root=root,
        image=image,
        heading_level=heading_level,
        breaks=keep_lines,
    )


@lru_cache(maxsize=_REMEMBERED_PAGES)
def page_to_plain(text: str, *, keep_lines: bool = True) -> str:
    """The text of a page that a reader sees, one block a line; descriptions of images are not in it."""
    return "\n".join(_lines(_PAGES.parse(page_as_markdown(text, keep_lines=keep_lines))))


@lru_cache(maxsize=_REMEMBERED_PAGES)
def images_in_page(text: str) -> tuple[tuple[str, str], ...]:
    """Every image of a page, in order: the name of its file in source/images, and its description ("" if
    none).

    An image that is not in source/images is given as it is written.
    """
    found = []
    for token in _PAGES.parse(page_as_markdown(text, keep_lines=True)):
        for child in token.children or ():
            if child.type == "image":
                source = str(child.attrs["src"])
                found.append((_image_name(source) or unquote(source), _description(child)))
    return tuple(found)


def _render(
    markdown: MarkdownIt,
    text: str,
    *,
    root: str | None,
    image: Callable[[str], str | None] | None = None,
    heading_level: int = 2,
    breaks: bool = True,
) -> Markup:
    tokens = _tokens(markdown, text, root)
    _shift_headings(tokens, heading_level)
    options = OptionsDict({**markdown.options, "breaks": breaks})  # type: ignore[typeddict-item]
    return _second_wall(markdown.renderer.render(tokens, options, {"image": image or (lambda _: None)}).strip())


def _second_wall(html: str) -> Markup:
    cleaned = nh3.clean(
        html,
        tags=_ELEMENTS | _HEADINGS,
        attributes={
            "a": {"href", "rel"},
            "img": {"src", "alt"},
            "ol": {"start"},
            "th": {"class", "scope"},
            "td": {"class"},
        },
        attribute_filter=lambda tag, name, value: (
            None if (tag, name) == ("a", "href") and not may_link_to(value) else value
        ),
        url_schemes={*_SCHEMES, "data"},
        link_rel=None,
    )
    return Markup(cleaned)  # noqa: S704 - this is the place where HTML becomes trusted


def _tokens(markdown: MarkdownIt, text: str, root: str | None) -> list[Token]:
    """The tokens of `text`, with its links and its tables made ready."""
    tokens = markdown.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_mend_inline(token.children, root))
        if token.type in ("th_open", "td_open"):
            alignment = _ALIGNMENT.get(str(token.attrs.pop("style", "")))
            if alignment:
                token.attrs["class"] = alignment
            if token.type == "th_open":
                token.attrs["scope"] = "col"
    return tokens


def _mend_inline(children: Sequence[Token], root: str | None) -> Iterator[Token]:
    """Links made ready: rebased, marked as external, or dropped. Bold in bold and italic in italic are
    dropped too:

    a thousand asterisks would otherwise nest a thousand elements, which takes the brief minutes or breaks it.
    """
    depth: Counter[str] = Counter()
    is_link_dropped = False
    for child in children:
        element = child.type.rpartition("_")[0]
        if child.type == "link_open":
            address = str(child.attrs["href"])
            is_relative = not urlsplit(address).scheme
            is_link_dropped = is_relative and root is None
            if is_relative and root and address[0] not in "/#":
                address = root + address
            child.attrs = {"href": address}
            if is_external(address):
                child.attrs["rel"] = "noopener noreferrer"
        if child.nesting > 0:
            depth[element] += 1
        if depth[element] <= 1 and not (element == "link" and is_link_dropped):
            yield child
        if child.nesting < 0:
            depth[element] -= 1


def _shift_headings(tokens: Sequence[Token], heading_level: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    before = heading_level - 1
    for token in headings:
        if token.type == "heading_open":
            before = min(heading_level + int(token.tag[1]) - highest, before + 1, 6)
        token.tag = f"h{before}"


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            line = "".join(
                " " if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or ()
                if child.type != "image"
            )
            if line.strip():
                yield " ".join(line.split())


def _image_name(source: str) -> str | None:
    """The name of a file of source/images, from how a page writes it; None where it is not one."""
    written = unquote(source)
    for folder in IMAGE_FOLDERS:
        name = written.removeprefix(folder) if written.startswith(folder) else ""
        if name and not re.search(r"[/\\:\x00-\x1f]", name) and not name.startswith("."):
            return name
    return None


def _render_image(
    renderer: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    name = _image_name(str(token.attrs["src"]))
    address = env["image"](name) if name else None
    if address is None:
        return escapeHtml(_description(token))
    return f'<img src="{escapeHtml(address)}" alt="{escapeHtml(_description(token))}">'


def _description(image: Token) -> str:
    return "".join(child.content for child in image.children or ())


def _markdown(rules: Sequence[str]) -> MarkdownIt:
    markdown = MarkdownIt("zero", {"breaks": True}).enable(list(rules))
    markdown.validateLink = may_link_to  # type: ignore[method-assign, assignment]
    markdown.add_render_rule("image", lambda self, *given: _render_image(self, *given))
    return markdown


_CELLS = _markdown(_CELL_RULES)
_PAGES = _markdown(_PAGE_RULES)
