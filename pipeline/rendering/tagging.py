"""The tags of a PDF, taken out of the file that WeasyPrint wrote and put into the one that is published."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.rendering.paging import PLACE
from pipeline.rendering.structure import Annotation, Element, Mark, Texts, link_descriptions, mend

_MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
_POINTS = 0.75
"""Points in a pixel of CSS."""


def take_tags(pikepdf: Any, document: Any, texts: Texts) -> Element:
    """The mended tags of `document`, whose marked contents are numbered anew in reading order; the document loses them.

    `texts` is what each marked content says. Links to other parts become links to the places of that name.
    """
    _make_internal(pikepdf, document)
    drawn = [list(page.get("/Annots", ())) for page in document.pages]
    where = {one.objgen: (page, index) for page, ones in enumerate(drawn) for index, one in enumerate(ones)}
    root, tagged = _read(pikepdf, document, where)
    mend(root, texts)
    for annotation, words in link_descriptions(root, texts):
        drawn[annotation.page][annotation.index].Contents = pikepdf.String(words)
    kept = {(annotation.page, annotation.index) for annotation in root.annotations()}
    moved: dict[tuple[int, int], int] = {}
    for number, page in enumerate(document.pages):
        left = [
            index for index in range(len(drawn[number])) if (number, index) in kept or (number, index) not in tagged
        ]
        moved |= {(number, index): place for place, index in enumerate(left)}
        if drawn[number]:
            page.Annots = pikepdf.Array([drawn[number][index] for index in left])
    for annotation in root.annotations():
        annotation.index = moved[annotation.page, annotation.index]
    _number_marks(document, root)
    del document.Root.StructTreeRoot
    return root


def _make_internal(pikepdf: Any, document: Any) -> None:
    """Make the links that WeasyPrint took for addresses those to places that they are."""
    for page in document.pages:
        for annotation in page.get("/Annots", ()):
            address = str(annotation.get("/A", {}).get("/URI", ""))
            if address.startswith(PLACE):
                annotation.Dest = pikepdf.String(address.removeprefix(PLACE))
                del annotation.A


def _read(
    pikepdf: Any, document: Any, where: "dict[tuple[int, int], tuple[int, int]]"
) -> tuple[Element, set[tuple[int, int]]]:
    """The tree of the document's tags, and the places of all annotations in it."""
    pages = {page.objgen: number for number, page in enumerate(document.pages)}
    heights = [float(page.MediaBox[3]) for page in document.pages]
    seen: set[tuple[int, int]] = set()

    def read(node: Any, page: int) -> Element:
        page = pages[node.Pg.objgen] if "/Pg" in node else page
        element = Element(str(node.S)[1:], page, description=str(node.get("/Alt", "")))
        attributes = node.get("/A", {})
        if "/BBox" in attributes:
            x1, y1, x2, y2 = (_POINTS * float(value) for value in attributes.BBox)
            element.box = tuple(round(value, 2) for value in (x1, heights[page] - y2, x2, heights[page] - y1))
        element.spans = {name: int(attributes[name]) for name in ("/ColSpan", "/RowSpan") if name in attributes}
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                element.kids.append(Mark(page, kid))
            elif kid.get("/Type") == "/OBJR":
                place = where[kid.Obj.objgen]
                seen.add(place)
                target = str(kid.Obj.get("/A", {}).get("/URI", ""))
                element.kids.append(Annotation(*place, target=target))
            else:
                element.kids.append(read(kid, page))
        return element

    return read(document.Root.StructTreeRoot.K[0], 0), seen


def _number_marks(document: Any, root: Element) -> None:
    """Number the marked contents of each page in reading order; those that are in no element become artifacts."""
    numbers: dict[int, dict[int, int]] = {number: {} for number in range(len(document.pages))}
    for mark in root.marks():
        mark.number = numbers[mark.page].setdefault(mark.number, len(numbers[mark.page]))
    for number, page in enumerate(document.pages):
        here = numbers[number]

        def marked(found: re.Match[bytes], here: dict[int, int] = here) -> bytes:
            new = here.get(int(found[1]))
            return b"/Artifact BMC" if new is None else found[0].replace(b"/MCID " + found[1], b"/MCID %d" % new)

        page.contents_coalesce()
        page.Contents = document.make_stream(_MARKED.sub(marked, page.Contents.read_bytes()))


def put_tags(pikepdf: Any, document: Any, root: Element) -> None:
    """Give `document` the tags of `root`, whose pages are those of the document."""
    pages = [page.obj for page in document.pages]
    drawn: list[Sequence[Any]] = [list(page.get("/Annots", ())) for page in pages]
    parents: list[dict[int, Any]] = [{} for _ in pages]
    annotated: list[tuple[Any, Any]] = []
    tree = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))

    def write(element: Element, parent: Any) -> Any:
        made = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem, S=pikepdf.Name(f"/{element.kind}"), P=parent, Pg=pages[element.page]
            )
        )
        if element.description:
            made.Alt = pikepdf.String(element.description)
        attributes = list(_attributes(pikepdf, element))
        if attributes:
            made.A = attributes[0] if len(attributes) == 1 else pikepdf.Array(attributes)
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(write(kid, made))
            elif isinstance(kid, Annotation):
                annotation = drawn[kid.page][kid.index]
                annotated.append((annotation, made))
                kids.append(pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=annotation, Pg=pages[kid.page]))
            else:
                parents[kid.page][kid.number] = made
                is_here = kid.page == element.page
                mcr = pikepdf.Name.MCR
                reference = pikepdf.Dictionary(Type=mcr, Pg=pages[kid.page], MCID=kid.number) if not is_here else None
                kids.append(reference if reference is not None else kid.number)
        made.K = pikepdf.Array(kids)
        return made

    tree.K = pikepdf.Array([write(root, tree)])
    nums: list[Any] = []
    for number, page in enumerate(pages):
        page.StructParents = number
        nums += [number, document.make_indirect(pikepdf.Array([made for _, made in sorted(parents[number].items())]))]
    for number, (annotation, made) in enumerate(annotated, len(pages)):
        annotation.StructParent = number
        nums += [number, made]
    tree.ParentTree = document.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(nums)))
    tree.ParentTreeNextKey = len(pages) + len(annotated)
    document.Root.StructTreeRoot = tree


def _attributes(pikepdf: Any, element: Element) -> Iterator[Any]:
    if element.box:
        yield pikepdf.Dictionary(O=pikepdf.Name.Layout, BBox=pikepdf.Array(element.box))
    table = {name: value for name, value in element.spans.items() if value != 1}
    if element.scope or table:
        scope = {"/Scope": pikepdf.Name(f"/{element.scope}")} if element.scope else {}
        yield pikepdf.Dictionary({"/O": pikepdf.Name.Table, **scope, **table})
    if element.kind == "L":
        # Which kind of bullets or numbers is drawn cannot be told from the tags; that there are some can.
        has_labels = any(part.kind == "Lbl" for item in element.elements() for part in item.elements())
        kind = pikepdf.Name.Disc if has_labels else pikepdf.Name("/None")
        yield pikepdf.Dictionary(O=pikepdf.Name.List, ListNumbering=kind)
