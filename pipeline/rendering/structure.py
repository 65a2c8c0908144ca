"""The tags of a PDF as a tree of plain values: read, mended and written anew.

WeasyPrint tags what CSS made (three links where there is one, a paragraph for each dot of a dotted line). What comes out
here is what ISO 14289-1 (PDF/UA-1) and ISO 32000-1, 14.8.4 ask for: contents are a TOC, items have a body, header cells a
scope, links a readable description, and whatever is not to be read aloud is an artifact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

Texts = Mapping[tuple[int, int], str]
"""What each marked content says, by page (from 0) and MCID."""


@dataclass(slots=True, eq=False)
class Mark:
    """A marked content: the page that it is on (from 0) and its number there (MCID)."""

    page: int
    number: int


@dataclass(slots=True, eq=False)
class Annotation:
    """A link's annotation: its page and its place among those of the page (both from 0); `target` is the address, "" for
    a place in the same document."""

    page: int
    index: int
    target: str


@dataclass(slots=True, eq=False)
class Element:
    """An element of structure: its type (`kind`, such as "P"), its page and what it has, in reading order."""

    kind: str
    page: int
    kids: "list[Element | Mark | Annotation]" = field(default_factory=list)
    description: str = ""
    box: tuple[float, ...] = ()
    spans: dict[str, int] = field(default_factory=dict)
    scope: str = ""

    def elements(self) -> "Iterator[Element]":
        """The elements directly in this one."""
        return (kid for kid in self.kids if isinstance(kid, Element))

    def marks(self) -> Iterator[Mark]:
        """Every marked content in this element, at any depth, in order."""
        for kid in self.kids:
            if isinstance(kid, Mark):
                yield kid
            elif isinstance(kid, Element):
                yield from kid.marks()

    def annotations(self) -> Iterator[Annotation]:
        """Every annotation in this element, at any depth, in order."""
        for kid in self.kids:
            if isinstance(kid, Annotation):
                yield kid
            elif isinstance(kid, Element):
                yield from kid.annotations()

    def written(self) -> list[Any]:
        """The element as values of JSON; `read` makes it of them again."""
        kids: list[Any] = []
        for kid in self.kids:
            if isinstance(kid, Element):
                kids.append(kid.written())
            elif isinstance(kid, Mark):
                kids.append([kid.page, kid.number])
            else:
                kids.append([kid.page, kid.index, kid.target])
        return [self.kind, self.page, self.description, self.box, self.spans, self.scope, kids]

    @classmethod
    def read(cls, values: Sequence[Any], *, first_page: int = 0) -> Self:
        """The element that `written` made `values` of, on pages that begin at `first_page`."""
        kind, page, description, box, spans, scope, written = values
        element = cls(kind, first_page + page, [], description, tuple(box), dict(spans), scope)
        for kid in written:
            if isinstance(kid[0], str):
                element.kids.append(cls.read(kid, first_page=first_page))
            elif len(kid) == 2:
                element.kids.append(Mark(first_page + kid[0], kid[1]))
            else:
                element.kids.append(Annotation(first_page + kid[0], kid[1], kid[2]))
        return element


_KEPT_EMPTY = frozenset({"TD", "TH", "TR", "Figure", "Document"})
_DISSOLVED = frozenset({"NonStruct", "Span"})


def mend(root: Element, texts: Texts) -> None:
    """Make of the tags that WeasyPrint wrote those that a screen reader should find."""
    dissolve(root)
    for element in _all(root):
        if element.kind == "L":
            _make_bodies(element)
    for element in _all(root):
        # Outermost first: the lists inside a table of contents become part of it.
        if element.kind == "L" and _is_contents(element):
            _make_contents(element, texts)
        elif element.kind == "Table":
            _give_scopes(element, "Column")


def dissolve(element: Element) -> None:
    """Take out what says nothing: unnamed boxes, links inside the same link, elements without content."""
    kids: list[Element | Mark | Annotation] = []
    for kid in element.kids:
        if isinstance(kid, Element):
            dissolve(kid)
            if kid.kind in _DISSOLVED and not kid.description:
                kids += kid.kids
                continue
            if not kid.kids and kid.kind not in _KEPT_EMPTY:
                continue
        kids.append(kid)
    if element.kind == "Link":
        kids = list(_one_link(kids))
    element.kids = kids


def _one_link(kids: "list[Element | Mark | Annotation]") -> "Iterator[Element | Mark | Annotation]":
    """What a link has, with a single annotation: those of generated content and line breaks lie on the first."""
    has_annotation = False
    for kid in kids:
        parts = kid.kids if isinstance(kid, Element) and kid.kind == "Link" else [kid]
        for part in parts:
            if isinstance(part, Annotation):
                if has_annotation:
                    continue
                has_annotation = True
            yield part


def _make_bodies(element: Element) -> None:
    """Items have a label and a body, and nothing else; a list inside a list is in the body of the item before it."""
    items: list[Element] = []
    for kid in element.kids:
        if isinstance(kid, Element) and kid.kind == "Caption":
            items.append(kid)
        elif isinstance(kid, Element) and kid.kind == "LI":
            labels = [part for part in kid.kids if isinstance(part, Element) and part.kind == "Lbl"]
            rest = [part for part in kid.kids if part not in labels]
            body = Element("LBody", kid.page)
            for part in rest:
                body.kids += part.kids if isinstance(part, Element) and part.kind == "LBody" else [part]
            kid.kids = [*labels, *([body] if body.kids else [])]
            items.append(kid)
        elif items and items[-1].kind == "LI":
            body = next((part for part in items[-1].elements() if part.kind == "LBody"), Element("LBody", element.page))
            if body not in items[-1].kids:
                items[-1].kids.append(body)
            body.kids.append(kid)
        else:
            items.append(Element("LI", element.page, [Element("LBody", element.page, [kid])]))
    element.kids = list(items)


def _is_contents(element: Element) -> bool:
    """Whether each item of a list is a link to a place in the document, with or without such a list below it."""
    for item in element.elements():
        for body in item.elements():
            lists = [part for part in body.elements() if part.kind == "L"]
            rest = [part for part in body.kids if part not in lists]
            links = [part for part in rest if isinstance(part, Element) and part.kind == "Link"]
            if not links or not all(_is_contents(part) for part in lists):
                return False
            if any(not isinstance(part, Mark) for part in rest if part not in links):
                return False
            if any(annotation.target for link in links for annotation in link.annotations()):
                return False
    return bool(element.kids)


def _make_contents(element: Element, texts: Texts) -> None:
    entries: list[Element | Mark | Annotation] = []
    for item in element.elements():
        below = []
        reference = Element("Reference", item.page)
        for part in (part for body in item.elements() for part in body.kids):
            if isinstance(part, Element) and part.kind == "L":
                _make_contents(part, texts)
                below.append(part)
            elif isinstance(part, Element):
                # The dots that lead to the page number are drawn, not said.
                part.kids = [kid for kid in part.kids if not (isinstance(kid, Mark) and _is_leader(kid, texts))]
                reference.kids.append(part)
        entries += [Element("TOCI", item.page, [reference]), *below]
    element.kind, element.kids = "TOC", entries


def _is_leader(mark: Mark, texts: Texts) -> bool:
    return not texts.get((mark.page, mark.number), "").strip(" .\u00a0")


def _give_scopes(element: Element, scope: str) -> None:
    for kid in element.elements():
        if kid.kind == "TH":
            kid.scope = scope
        elif kid.kind != "Table":
            _give_scopes(kid, {"TBody": "Row", "THead": "Column"}.get(kid.kind, scope))


def _all(element: Element) -> Iterator[Element]:
    yield element
    for kid in tuple(element.elements()):
        yield from _all(kid)


def link_descriptions(root: Element, texts: Texts) -> Iterator[tuple[Annotation, str]]:
    """Every link's annotation with what a reader is told of it: its words, and the address where they do not say it."""
    for element in _all(root):
        if element.kind != "Link":
            continue
        pieces = [texts.get((mark.page, mark.number), " ") for mark in element.marks()]
        if pieces and pieces[-1].strip().isdigit():
            # The number of a page, which dots kept apart from the words.
            pieces.insert(-1, " ")
        words = " ".join("".join(pieces).split())
        for annotation in element.annotations():
            parts = [words, annotation.target] if annotation.target not in words else [words]
            yield annotation, " – ".join(filter(None, parts)) or annotation.target
