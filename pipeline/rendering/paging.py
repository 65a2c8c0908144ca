"""How a long document is divided into parts that are laid out alone, and what each part says of the others' pages.

A template marks where a part begins: `<!-- part NAME -->`, with `level 2` where its first bookmark is of the second
level and `bare` where its pages have no folio (the running foot). What lies between two marks must begin on a new page. A
document without marks is one part. Only what a part says decides how it is laid out, so a part that has not changed need
not be laid out again; the numbers of other parts' pages stand in it as text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

PLACE = "urn:ecosystem-map:place:"
"""What the address of a place in another part begins with, until the parts are bound."""

_MARK = re.compile(r"<!-- part (?P<name>[\w-]+)(?: level (?P<level>\d))?(?P<bare> bare)? -->")
_STYLE = re.compile(r"<style>(.*?)</style>\s*", re.DOTALL)
_FOLIOS = re.compile(r"/\* folios \*/(.*?)/\* end of folios \*/", re.DOTALL)
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_OPENING = re.compile(r"<html[^>]*>")
_LANGUAGE = re.compile(r'\blang="?([\w-]+)')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_META = re.compile(r'<meta name="([\w.]+)" content="([^"]*)">')
_ANCHOR = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'href="#(?P<anchor>[^"]+)"(?P<page> data-page="")?')

_LETTERS_OF_A_PAGE = 2600
"""How many letters fill a page of a brief, about: the first guess at how many pages a part will have."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document that begins on a new page: its name, its HTML without a frame, the level of its first
    bookmark, whether its pages are without a folio, and the anchors in it."""

    name: str
    html: str
    level: int
    is_bare: bool
    anchors: frozenset[str]

    @property
    def likely_pages(self) -> int:
        """How many pages it will probably have, judged by its length."""
        letters = len(re.sub(r"<svg.*?</svg>|<[^>]*>|\s\s+", "", self.html, flags=re.DOTALL))
        return max(1, -(-letters // _LETTERS_OF_A_PAGE))


@dataclass(frozen=True, slots=True)
class Divided:
    """A document in parts: the opening tag of its HTML, its style sheet, that of its folios, what it says of itself
    (title, author, description, keywords, generator and the dates, by the names of its head), and its parts."""

    opening: str
    style: str
    folio_style: str
    about: Mapping[str, str]
    parts: tuple[Part, ...]

    @property
    def language(self) -> str:
        found = _LANGUAGE.search(self.opening)
        return found[1] if found else ""

    def framed(self, body: str, *, style: str = "") -> str:
        """`body` as an HTML document that says nothing but its language."""
        inner = f"<style>{style}</style>" if style else ""
        head = f'<head><meta charset="utf-8"><title>-</title>{inner}</head>'
        return f"<!DOCTYPE html>\n{self.opening}\n{head}\n<body>{body}</body>\n</html>\n"


@dataclass(frozen=True, slots=True)
class Extent:
    """What is known of a part once it is laid out: how many pages it has, and on which of them (from 0) its anchors
    are."""

    pages: int
    anchors: Mapping[str, int]


def divide(html: str) -> Divided:
    """The parts of the HTML of a document."""
    body = _BODY.search(html)
    style = _STYLE.search(html[: body.start()] if body else html)
    css = style[1] if style else ""
    folios = _FOLIOS.search(css)
    head = html[: body.start()] if body else ""
    about = {name: unescape(content) for name, content in _META.findall(head)}
    title = _TITLE.search(head)
    opening = _OPENING.search(html)
    return Divided(
        opening=opening[0] if opening else "<html>",
        style=_FOLIOS.sub("", css),
        folio_style=folios[1] if folios else "",
        about={"title": unescape(title[1]) if title else "", **about},
        parts=tuple(_parts(body[1] if body else html)),
    )


def _parts(body: str) -> "list[Part]":
    marks = list(_MARK.finditer(body))
    if not marks:
        return [_part("whole", body, 1, False)]
    before = body[: marks[0].start()]
    ends = [*(mark.start() for mark in marks[1:]), len(body)]
    return [
        _part(
            mark["name"],
            (before if number == 0 else "") + body[mark.end() : end],
            int(mark["level"] or 1),
            bool(mark["bare"]),
        )
        for number, (mark, end) in enumerate(zip(marks, ends, strict=True))
    ]


def _part(name: str, html: str, level: int, is_bare: bool) -> Part:
    return Part(name, html, level, is_bare, frozenset(_ANCHOR.findall(html)))


def guess(parts: Sequence[Part], known: Mapping[str, Extent]) -> dict[str, Extent]:
    """The extent of each part by its name: as it was in an earlier layout, else as its length lets expect."""
    return {
        part.name: known.get(part.name) or Extent(part.likely_pages, dict.fromkeys(part.anchors, 0)) for part in parts
    }


def numbered(parts: Sequence[Part], extents: Mapping[str, Extent]) -> dict[str, str]:
    """The HTML of each part, by its name, with the numbers of the pages that it names and links that can leave it."""
    pages = _pages(parts, extents)

    def written(part: Part) -> str:
        def link(found: re.Match[str]) -> str:
            anchor = found["anchor"]
            if anchor not in pages:
                return found[0]  # it leads nowhere, which the layout complains of
            number = f' data-page="{pages[anchor]}"' if found["page"] else ""
            return f'href="{"#" if anchor in part.anchors else PLACE}{anchor}"{number}'

        return _LINK.sub(link, part.html)

    return {part.name: written(part) for part in parts}


def numbered_in_one_piece(html: str) -> str:
    """The HTML of a document, undivided, with the numbers that the pages will probably have."""
    parts = divide(html).parts
    pages = _pages(parts, guess(parts, {}))

    def link(found: re.Match[str]) -> str:
        number = pages.get(found["anchor"])
        return f'href="#{found["anchor"]}" data-page="{number}"' if found["page"] and number else found[0]

    return _LINK.sub(link, html)


def _pages(parts: Sequence[Part], extents: Mapping[str, Extent]) -> Mapping[str, int]:
    """The page (from 1) on which each anchor is."""
    pages: dict[str, int] = {}
    first = 1
    for part in parts:
        extent = extents[part.name]
        pages |= {anchor: first + extent.anchors.get(anchor, 0) for anchor in part.anchors}
        first += extent.pages
    return pages


def folios(document: Divided, extents: Mapping[str, Extent]) -> str:
    """The HTML of a document that has as many pages, and on them nothing but the folios; "" where there are none."""
    if not document.folio_style:
        return ""
    kinds = [
        kind for part in document.parts for kind in ["cover" if part.is_bare else "auto"] * extents[part.name].pages
    ]
    if kinds[-1] == "auto":
        kinds[-1] = "last"
    sheets = "".join(f'<div style="break-before: page; page: {kind}"></div>' for kind in kinds)
    return document.framed(sheets, style=document.folio_style)
