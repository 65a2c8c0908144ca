"""What WeasyPrint leaves undone, done with pikepdf: a PDF that is PDF/UA-1 and PDF/A-3a at once, and carries its edition.

The same bytes go in and out: nothing here reads a clock or draws a number at random, and the file is not linearised.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.rendering import seal
from pipeline.rendering.structure import Annotation, Element, Mark, Texts, link_descriptions, mend
from pipeline.rendering.text_of_pdf import marked_texts
from pipeline.rendering.xmp import packet

ATTACHMENT = "map.json"

_MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
_POINTS = 0.75
"""Points in a pixel of CSS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Which edition a document is of: as in `artefacts.Stamp`, with dates as text (ISO 8601), and the bytes of
    `data/map.json` to attach."""

    edition: str
    published_on: str
    digest: str
    moment: str
    drafts: bool = False
    data: bytes | None = None


def finish(body: bytes, marks: Marks) -> bytes:
    """The PDF `body` of WeasyPrint with mended tags, metadata, attached data and seal."""
    import pikepdf  # late: only the process that lays out needs it

    texts = marked_texts(body)
    with pikepdf.open(io.BytesIO(body)) as document:
        _mend_tags(pikepdf, document, texts)
        if marks.data is not None:
            _attach(pikepdf, document, marks.data, marks.moment)
        for item in document.objects:
            # Whether to smooth a picture is the viewer's to decide (ISO 19005-3, 6.2.8).
            if isinstance(item, pikepdf.Stream) and "/Interpolate" in item:
                del item["/Interpolate"]
        _describe(pikepdf, document, marks)
        out = io.BytesIO()
        document.remove_unreferenced_resources()
        document.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            linearize=False,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return seal.sealed(out.getvalue())


def _mend_tags(pikepdf: Any, document: Any, texts: Texts) -> None:
    root, dropped = _read(pikepdf, document)
    mend(root, texts)
    for annotation, words in link_descriptions(root, texts):
        annotation.drawn.Contents = pikepdf.String(words)
    kept = {annotation.drawn.objgen for annotation in root.annotations()}
    for page in document.pages:
        if "/Annots" in page:
            left = [drawn for drawn in page.Annots if drawn.objgen in kept or drawn.objgen not in dropped]
            page.Annots = pikepdf.Array(left)
    numbers: dict[int, dict[int, int]] = {number: {} for number in range(len(document.pages))}
    for mark in root.marks():
        of_page = numbers[mark.page]
        of_page[mark.number] = len(of_page)
    for number, page in enumerate(document.pages):
        _renumber(document, page, numbers[number])
    _write(pikepdf, document, root, numbers)


def _read(pikepdf: Any, document: Any) -> tuple[Element, set[tuple[int, int]]]:
    """The tree of the document's tags, and the numbers of all annotations in it."""
    pages = {page.objgen: number for number, page in enumerate(document.pages)}
    seen: set[tuple[int, int]] = set()

    def read(node: Any, page: int) -> Element:
        page = pages[node.Pg.objgen] if "/Pg" in node else page
        element = Element(str(node.S)[1:], page, description=str(node.get("/Alt", "")))
        attributes = node.get("/A", {})
        if "/BBox" in attributes:
            height = float(document.pages[page].MediaBox[3])
            x1, y1, x2, y2 = (_POINTS * float(value) for value in attributes.BBox)
            element.box = tuple(round(value, 2) for value in (x1, height - y2, x2, height - y1))
        element.spans = {name: int(attributes[name]) for name in ("/ColSpan", "/RowSpan") if name in attributes}
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                element.kids.append(Mark(page, kid))
            elif kid.get("/Type") == "/OBJR":
                drawn = kid.Obj
                seen.add(drawn.objgen)
                element.kids.append(Annotation(page, drawn, str(drawn.get("/A", {}).get("/URI", ""))))
            else:
                element.kids.append(read(kid, page))
        return element

    return read(document.Root.StructTreeRoot.K[0], 0), seen


def _renumber(document: Any, page: Any, numbers: dict[int, int]) -> None:
    """Number the marked contents of a page in reading order; those that are in no element become artifacts."""

    def marked(found: re.Match[bytes]) -> bytes:
        number = numbers.get(int(found[1]))
        if number is None:
            return b"/Artifact BMC"
        return found[0].replace(b"/MCID " + found[1], b"/MCID %d" % number)

    page.contents_coalesce()
    page.Contents = document.make_stream(_MARKED.sub(marked, page.Contents.read_bytes()))


def _write(pikepdf: Any, document: Any, root: Element, numbers: dict[int, dict[int, int]]) -> None:
    """Give the document the tags of `root`."""
    pages = [page.obj for page in document.pages]
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
                annotated.append((kid.drawn, made))
                kids.append(pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=kid.drawn, Pg=pages[kid.page]))
            else:
                number = numbers[kid.page][kid.number]
                parents[kid.page][number] = made
                is_here = kid.page == element.page
                mcr = pikepdf.Name.MCR
                kids.append(number if is_here else pikepdf.Dictionary(Type=mcr, Pg=pages[kid.page], MCID=number))
        made.K = pikepdf.Array(kids)
        return made

    tree.K = pikepdf.Array([write(root, tree)])
    nums: list[Any] = []
    for number, page in enumerate(pages):
        page.StructParents = number
        nums += [number, document.make_indirect(pikepdf.Array([made for _, made in sorted(parents[number].items())]))]
    for number, (drawn, made) in enumerate(annotated, len(pages)):
        drawn.StructParent = number
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


def _attach(pikepdf: Any, document: Any, data: bytes, moment: str) -> None:
    """Attach `data` once, as the data that the document was made from (ISO 19005-3, annex E)."""
    date = pikepdf.String(_pdf_date(moment))
    checksum = hashlib.md5(data, usedforsecurity=False).digest()
    stream = document.make_stream(
        data,
        Type=pikepdf.Name.EmbeddedFile,
        Subtype=pikepdf.Name("/application/json"),
        Params=pikepdf.Dictionary(Size=len(data), CreationDate=date, ModDate=date, CheckSum=pikepdf.String(checksum)),
    )
    specification = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=pikepdf.String(ATTACHMENT),
            UF=pikepdf.String(ATTACHMENT),
            Desc=pikepdf.String("The data of the whole map"),
            AFRelationship=pikepdf.Name.Data,
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    names = document.Root.get("/Names", pikepdf.Dictionary())
    names.EmbeddedFiles = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String(ATTACHMENT), specification]))
    document.Root.Names = names
    document.Root.AF = pikepdf.Array([specification])


def _describe(pikepdf: Any, document: Any, marks: Marks) -> None:
    """Say in the document's two descriptions of itself what it is, in the same words."""
    information = {name[1:]: str(value) for name, value in document.docinfo.items()}
    xml = packet(information, language=str(document.Root.get("/Lang", "")), marks=marks)
    stream = document.make_stream(xml, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    document.Root.Metadata = stream
    document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def _pdf_date(moment: str) -> str:
    """“2026-11-24T00:00:00Z” as a date of PDF: “D:20261124000000Z”."""
    return "D:" + re.sub(r"[^0-9]", "", moment) + "Z"
