"""Rules for links: the addresses in Link columns, in texts and behind cells."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from pipeline.checks.addresses import NOT_A_LINK, UNSAFE_LINK, Fault, address_fault, target_fault
from pipeline.checks.scope import ERROR, Passage, passages, problem_at, published_fields
from pipeline.model import Kind
from pipeline.problems import Problem
from pipeline.records import Field, Rows

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # late: most texts hold no link

    markdown = MarkdownIt("zero", {"maxNesting": 100})
    markdown.enable(["link", "image", "autolink", "escape", "newline", "heading", "table", "reference"])
    # Every address is wanted, and just as it was written: the bad ones are what is looked for.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return markdown


def _tokens(text: str) -> Iterator["Token"]:
    if "](" not in text and "<" not in text and "]:" not in text:
        return
    # Without their indentation, for what is nested too deeply would not be looked at.
    tokens = _markdown().parse("\n".join(line.strip() for line in text.split("\n")))
    for token in tokens:
        yield from token.children or ()


def link_targets(passage: Passage) -> tuple[str, ...]:
    """The addresses that the links of a text lead to, each once; on a page without those of its images."""
    wanted = ("link_open",) if passage.is_page else ("link_open", "image")
    attribute = {"link_open": "href", "image": "src"}
    found = [str(token.attrs[attribute[token.type]]) for token in _tokens(passage.text) if token.type in wanted]
    return tuple(dict.fromkeys(found))


def image_targets(passage: Passage) -> tuple[str, ...]:
    """The files that the images of a page name, as written, each once."""
    if not passage.is_page:
        return ()
    return tuple(dict.fromkeys(str(token.attrs["src"]) for token in _tokens(passage.text) if token.type == "image"))


def not_a_link(rows: Rows) -> Iterator[Problem]:
    """A link is not a complete web address.

    An address without https:// at its front, with a space in it or with half of it missing leads nowhere.

    Open the page in a browser and copy the whole address from the address bar into the cell.

    Before: www.w3.org/TR/vc-data-model
    After: https://www.w3.org/TR/vc-data-model
    """
    return (problem for problem in rows.once(_faulty_links) if problem.code == NOT_A_LINK)


def unsafe_link(rows: Rows) -> Iterator[Problem]:
    """A link leads to something other than a web page, or hides where it leads.

    Addresses that begin with javascript:, data: or file:, that begin with //, or that carry a password or invisible
    characters can harm readers or give something away. They are never published.

    Write the plain address of the page, beginning with https://.

    Before: file:///C:/Reports/guide.html
    After: https://example.org/guide.html
    """
    return (problem for problem in rows.once(_faulty_links) if problem.code == UNSAFE_LINK)


def _faulty_links(rows: Rows) -> Iterator[Problem]:
    for _, _, held in published_fields(rows):
        if held.column.kind is Kind.LINK:
            yield from _faulty_address(held)
        elif held.link and (fault := target_fault(held.link)):
            yield _problem(held, fault, f"The hyperlink of the cell, “{held.link}”, {fault.is_}.")
    for passage in passages(rows):
        for target in link_targets(passage):
            if target != passage.field.link and (fault := target_fault(target)):
                begin = passage.where(max(passage.text.find(target), 0))
                yield _problem(passage.field, fault, f"{begin}The address “{target}” {fault.is_}.")


def _faulty_address(held: Field) -> Iterator[Problem]:
    address = str(held.value)
    # What was cleaned away of the text is part of the address all the same.
    fault = address_fault(held.text.strip()) if held.value and held.link != held.value else None
    fault = fault if fault and fault.code == UNSAFE_LINK else address_fault(address)
    if fault:
        yield _problem(held, fault, f"“{address}” {fault.is_}.")


def _problem(held: Field, fault: Fault, message: str) -> Problem:
    return problem_at(held, fault.code, ERROR, message, help=fault.help)
