"""What a PDF says, read back from its bytes in the order in which assistive technology reads it.

The tags of the document (ISO 14289-1) say which text belongs to which paragraph; so running heads between the two
halves of a paragraph do not come between them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from ctypes import c_char, c_ulong, create_string_buffer, sizeof
from dataclasses import dataclass, field
from typing import Any, Self

_INLINE = frozenset({"Span", "NonStruct", "Link", "Em", "Strong", "Code", "Reference", "Quote", "Sub", "Annot", "Ruby"})
_LINE_END_HYPHEN = "\x02"
"""What PDFium gives for a hyphen that a line ends with and that is not the soft one: it takes the word for split."""
_MOST_FORMS = 8
"""How deep drawings may be nested in each other."""

_LIKELY_LETTERS = 512
"""A text that is drawn at once hardly ever has more letters; if it has, it is asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    """A document as read: `blocks` of text in pieces (paragraphs, items, cells, headings) in reading order, text that is
    in no block (`loose`: running heads, labels in drawings), descriptions of pictures, and addresses that links lead
    to."""

    blocks: tuple[tuple[str, ...], ...]
    loose: tuple[str, ...]
    descriptions: tuple[str, ...]
    addresses: frozenset[str]

    def written(self) -> dict[str, Any]:
        """The same as values of JSON."""
        return {
            "blocks": self.blocks,
            "loose": self.loose,
            "descriptions": self.descriptions,
            "addresses": sorted(self.addresses),
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """What `written` wrote."""
        return cls(
            blocks=tuple(tuple(block) for block in written["blocks"]),
            loose=tuple(written["loose"]),
            descriptions=tuple(written["descriptions"]),
            addresses=frozenset(written["addresses"]),
        )


@dataclass(slots=True)
class _Reading:
    blocks: list[list[str]] = field(default_factory=lambda: [[]])
    loose: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)


def read_pdf(body: bytes) -> PdfText:
    """What stands in the PDF `body`."""
    import pypdfium2  # type: ignore[import-untyped]  # late: only a build that makes a brief needs it

    reading = _Reading()
    document = pypdfium2.PdfDocument(body)
    try:
        for page in document:
            _read_page(document, page, reading)
            page.close()
    finally:
        document.close()
    return PdfText(
        blocks=tuple(tuple(block) for block in reading.blocks if block),
        loose=tuple(reading.loose),
        descriptions=tuple(reading.descriptions),
        addresses=frozenset(reading.addresses),
    )


def marked_texts(body: bytes, pages: Iterable[int]) -> dict[tuple[int, int], str]:
    """What each marked content on these pages (from 0) of the PDF `body` says, by page and number (MCID)."""
    import pypdfium2

    texts: dict[tuple[int, int], str] = {}
    document = pypdfium2.PdfDocument(body)
    try:
        for number in pages:
            page = document[number]
            for mark, pieces in _marked(page).items():
                texts[number, mark] = "".join(pieces)
            page.close()
    finally:
        document.close()
    return texts


def _marked(page: Any) -> dict[int, list[str]]:
    """The pieces of text of a page by the number of the marked content that they are in (-1: none)."""
    from pypdfium2 import raw

    marked: dict[int, list[str]] = defaultdict(list)
    text_page = page.get_textpage()
    for drawn in _texts(raw, page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, _MOST_FORMS):
        said = _drawn_text(raw, drawn, text_page).replace(_LINE_END_HYPHEN, "-")
        marked[raw.FPDFPageObj_GetMarkedContentID(drawn)].append(said)
    text_page.close()
    return marked


def _texts(
    raw: Any, holder: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any], depth: int
) -> Iterator[Any]:
    """The texts that are drawn on a page or in a drawing (`holder`), and in the drawings in it up to `depth`, in order.

    By PDFium's own functions: a brief has tens of thousands of texts, and an object of pypdfium2 for each takes longer
    than reading it.
    """
    for index in range(count(holder)):
        drawn = get(holder, index)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield drawn
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth > 1:
            yield from _texts(raw, drawn, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, depth - 1)


def _drawn_text(raw: Any, drawn: Any, text_page: Any) -> str:
    """What a drawn text says. PDFium looks through the page for it at each call, so most are read by one."""
    room = _LIKELY_LETTERS
    while True:
        buffer = (raw.FPDF_WCHAR * room)()
        length: int = raw.FPDFTextObj_GetText(drawn, text_page, buffer, sizeof(buffer))
        if length <= sizeof(buffer):
            return bytes(memoryview(buffer)[: max(0, length // 2 - 1)]).decode("utf-16-le", "replace")
        room = length // 2


def _read_page(document: Any, page: Any, reading: _Reading) -> None:
    from pypdfium2 import raw

    marked = _marked(page)
    tree = raw.FPDF_StructTree_GetForPage(page)
    if tree:
        for index in range(raw.FPDF_StructTree_CountChildren(tree)):
            element = raw.FPDF_StructTree_GetChildAtIndex(tree, index)
            _read_element(raw, element, marked, reading)
        raw.FPDF_StructTree_Close(tree)
    for pieces in marked.values():
        reading.loose.extend(pieces)
    reading.addresses.update(_addresses(raw, document, page))


def _read_element(raw: Any, element: Any, marked: dict[int, list[str]], reading: _Reading) -> None:
    """Take what belongs to `element` out of `marked`, in order."""
    if not element:
        return
    is_block = _string(raw.FPDF_StructElement_GetType, element) not in _INLINE
    if is_block:
        reading.blocks.append([])
    for function in (raw.FPDF_StructElement_GetAltText, raw.FPDF_StructElement_GetActualText):
        if description := _string(function, element):
            reading.descriptions.append(description)
    for index in range(raw.FPDF_StructElement_CountChildren(element)):
        identifier = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
        if identifier >= 0:
            reading.blocks[-1].extend(marked.pop(identifier, ()))
        else:
            child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
            _read_element(raw, child, marked, reading)
    if is_block:
        reading.blocks.append([])


def _string(function: Callable[..., int], element: Any) -> str:
    """A string that PDFium writes into a buffer, in UTF-16 with a zero at its end."""
    length = function(element, None, 0)
    if length <= 2:
        return ""
    buffer = create_string_buffer(length)
    function(element, buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")


def _addresses(raw: Any, document: Any, page: Any) -> Iterator[str]:
    from ctypes import byref, c_int

    position, link = c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, byref(position), byref(link)):
        action = raw.FPDFLink_GetAction(link)
        if not action:
            continue
        length: int = raw.FPDFAction_GetURIPath(document, action, None, c_ulong(0))
        if length > 1:
            buffer = (c_char * length)()
            raw.FPDFAction_GetURIPath(document, action, buffer, length)
            yield buffer.value.decode("utf-8", "replace")
