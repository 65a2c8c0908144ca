"""What a typesetter would mark on the finished pages: found through the text boxes and the tags of the PDF."""

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

SAFE = 18.0
"""Points: no text stands nearer to the edge of the paper; printers cannot print there."""

FOOT = 50.0
"""Points: the footer stands below this height, and nothing else."""

NEARLY_EMPTY = 0.2
"""The part of a page that a text going on there must reach down at least."""

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Block:
    """A paragraph, heading or item as far as it stands on one page: its tags from the outside in, text and boxes."""

    path: tuple[str, ...]
    text: str = ""
    boxes: list[Box] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines it has: groups of boxes that share no height with others."""
        count, bottom = 0, float("inf")
        for _, low, _, high in sorted(self.boxes, key=lambda box: -box[3]):
            if (low + high) / 2 < bottom:
                count, bottom = count + 1, low
        return count


@dataclass(slots=True)
class PageFound:
    """A page: its size, all text boxes, and its blocks in reading order."""

    width: float
    height: float
    boxes: list[tuple[Box, str]]
    blocks: list[Block]


def faults(body: bytes) -> list[str]:
    """Widows, orphans, headings left alone, pages nearly empty and text outside of the page area, each in a sentence."""
    pages = pages_found(body)
    return [
        f"page {number}: {fault}"
        for number, page in enumerate(pages, 1)
        for fault in _faults_of(page, pages[number] if number < len(pages) else None)
    ]


def _faults_of(page: PageFound, following: PageFound | None) -> Iterator[str]:
    for (left, bottom, right, top), text in page.boxes:
        if min(left, bottom, page.width - right, page.height - top) < SAFE:
            yield f"outside of the page area: {text!r}"
    for block in page.blocks:
        if min(box[1] for box in block.boxes) < FOOT:
            yield f"runs into the footer: {block.text!r}"
    if not page.blocks:
        yield "empty"
        return
    if page.blocks[-1].path[-1].startswith("H"):
        yield f"ends with the heading {page.blocks[-1].text!r}"
    if following is None or not following.blocks:
        return
    last, first = page.blocks[-1], following.blocks[0]
    if first.path[-1] in ("H1", "H2") and first.boxes and first.boxes[0][3] > 0.8 * page.height:
        return
    lowest = min(box[1] for block in following.blocks for box in block.boxes)
    if lowest > (1 - NEARLY_EMPTY) * following.height:
        yield f"goes on for a few lines only: {first.text!r}"
    if last.path[-1] == first.path[-1] and _goes_on(last.text, first.text):
        if last.lines < 2:
            yield f"ends with the first line of a paragraph: {last.text!r}"
        if first.lines < 2:
            yield f"the last line of its paragraph stands alone on the next page: {first.text!r}"
    others = following.blocks[1:2]
    is_alone = not others or "LI" not in others[0].path
    if "LI" in first.path and "LI" in last.path and first.lines < 2 and is_alone:
        yield f"the last line of its list stands alone on the next page: {first.text!r}"


def _goes_on(end: str, beginning: str) -> bool:
    """Whether a sentence is divided between the two."""
    return end.rstrip()[-1:] not in ".:;!?”)…" and beginning.lstrip()[:1].islower()


def pages_found(body: bytes) -> list[PageFound]:
    """The pages of a PDF."""
    document = pypdfium2.PdfDocument(body)
    texts: list[dict[int, list[tuple[Box, str]]]] = []
    sizes: list[tuple[float, float]] = []
    for page in document:
        marked: dict[int, list[tuple[Box, str]]] = defaultdict(list)
        text_page = page.get_textpage()
        for drawn in page.get_objects((raw.FPDF_PAGEOBJ_TEXT,), textpage=text_page):
            text = drawn.extract()
            if text.strip():
                marked[raw.FPDFPageObj_GetMarkedContentID(drawn)].append((drawn.get_bounds(), text))
        texts.append(marked)
        sizes.append(page.get_size())
        text_page.close()
        page.close()
    document.close()
    blocks: list[list[Block]] = [[] for _ in texts]
    with pikepdf.open(io.BytesIO(body)) as opened:
        numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(opened.pages)}
        _collect(opened.Root.StructTreeRoot.K[0], (), numbers, texts, blocks)
    return [
        PageFound(
            *size, [item for items in marked.values() for item in items], [block for block in found if block.boxes]
        )
        for size, marked, found in zip(sizes, texts, blocks, strict=True)
    ]


def _collect(
    element: Any,
    path: tuple[str, ...],
    numbers: dict[Any, int],
    texts: list[dict[int, list[tuple[Box, str]]]],
    blocks: list[list[Block]],
) -> None:
    kind = str(element.S)[1:]
    page = numbers[element.Pg.objgen]
    if kind not in ("Link", "Reference", "Lbl"):
        path = (*path, kind)
        blocks[page].append(Block(path))
    for kid in element.K:
        if isinstance(kid, int):
            for box, text in texts[page].get(kid, ()):
                blocks[page][-1].boxes.append(box)
                blocks[page][-1].text += text
        elif "/S" in kid:
            _collect(kid, path, numbers, texts, blocks)
            if str(kid.S) not in ("/Link", "/Reference", "/Lbl"):
                blocks[page].append(Block(path))
