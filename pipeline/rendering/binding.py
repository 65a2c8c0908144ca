"""Binding: the parts of a document, laid out one by one, become one PDF that is PDF/UA-1 and PDF/A-3a (with pikepdf).

`trim` makes of a PDF that WeasyPrint wrote a part that can be bound and kept: pages, and beside them as plain values what
concerns the whole document (tags, bookmarks, places, fonts). `bind` puts parts together. The same bytes go in and out:
nothing here reads a clock or draws a number at random.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from pipeline.rendering import seal
from pipeline.rendering.embedding import UsedFont, embed
from pipeline.rendering.finishing import Facts, Marks, attach, describe, say_about
from pipeline.rendering.structure import Element
from pipeline.rendering.tagging import put_tags, take_tags
from pipeline.rendering.text_of_pdf import marked_texts

Pages = Mapping[Any, int]
"""The pages of a document by what identifies their objects."""

Bookmark = list[Any]
"""A bookmark as values of JSON: its title, page (from 0), place there (x, y in points) and the bookmarks below it."""


class Trimmed(TypedDict):
    """What is known of a part beside its pages: how many they are, the tags (`Element.written`), the bookmarks, the
    places by their names (page from 0, x, y in points) and the fonts that it uses."""

    pages: int
    tags: list[Any]
    bookmarks: list[Bookmark]
    places: dict[str, tuple[int, float, float]]
    fonts: NotRequired[dict[str, UsedFont]]


def trim(body: bytes) -> tuple[bytes, Trimmed]:
    """The pages of the PDF `body` of WeasyPrint, and what it says of them."""
    import pikepdf  # late: only the process that lays out needs it

    with pikepdf.open(io.BytesIO(body)) as document:
        pages: Pages = {page.objgen: number for number, page in enumerate(document.pages)}
        root: Any = document.Root
        names = root.Names.Dests.Names if "/Names" in root else []
        places = {str(name): _place(pages, names[index + 1]) for index, name in enumerate(names) if index % 2 == 0}
        bookmarks = _bookmarks(document.Root.get("/Outlines"), pages)
        # Only links must know what they say.
        texts = marked_texts(body, [number for number, page in enumerate(document.pages) if "/Annots" in page])
        tags = take_tags(pikepdf, document, texts)
        for name in ("/Outlines", "/Names", "/Metadata"):
            if name in document.Root:
                del document.Root[name]
        for item in document.objects:
            # Whether to smooth a picture is the viewer's to decide (ISO 19005-3, 6.2.8).
            if isinstance(item, pikepdf.Stream) and "/Interpolate" in item:
                del item["/Interpolate"]
        document.remove_unreferenced_resources()
        out = io.BytesIO()
        document.save(out, deterministic_id=True, compress_streams=False)
        trimmed = Trimmed(pages=len(document.pages), tags=tags.written(), bookmarks=bookmarks, places=places)
    return out.getvalue(), trimmed


def _place(pages: Pages, destination: Any) -> tuple[int, float, float]:
    page, _, x, y, *_ = destination
    return pages[page.objgen], float(x), float(y)


def _bookmarks(parent: Any, pages: Pages) -> list[Bookmark]:
    found: list[Bookmark] = []
    item = parent.get("/First") if parent is not None else None
    while item is not None:
        found.append([str(item.Title), *_place(pages, item.Dest), _bookmarks(item, pages)])
        item = item.get("/Next")
    return found


def bind(
    parts: Sequence[tuple[bytes, Trimmed, int]],
    *,
    folios: tuple[bytes, dict[str, UsedFont]] | None,
    files: Mapping[str, bytes],
    about: Mapping[str, str],
    language: str,
    marks: Marks,
    data: tuple[bytes, Facts] | None,
) -> bytes:
    """One PDF of `parts`: each the pages, what `trim` said of them and the level of its first bookmark.

    `folios` is a PDF with as many pages, which are laid over, and the fonts that it uses; `files` are the font files by
    their addresses, `about` what the document says of itself, `marks` which edition it is of, and `data` what
    `finishing.packed` made of the file that is attached.
    """
    import pikepdf

    document = pikepdf.new()
    sources = []
    root = Element("Document", 0)
    bookmarks: list[Bookmark] = []
    places: dict[str, tuple[int, float, float]] = {}
    first = 0
    for body, trimmed, level in parts:
        source = pikepdf.open(io.BytesIO(body))
        sources.append(source)
        for page in source.pages:
            document.pages.append(page)
        root.kids += Element.read(trimmed["tags"], first_page=first).kids
        places |= {name: (first + page, x, y) for name, (page, x, y) in trimmed["places"].items()}
        _add_bookmarks(bookmarks, _moved(trimmed["bookmarks"], first), level)
        first += trimmed["pages"]
    _share_colours(document)
    document.Root.OutputIntents = document.copy_foreign(sources[0].make_indirect(sources[0].Root.OutputIntents))
    if folios is not None:
        with pikepdf.open(io.BytesIO(folios[0])) as overlay:
            _lay_over(pikepdf, document, overlay)
    used = [trimmed["fonts"] for _, trimmed, _ in parts] + ([folios[1]] if folios else [])
    embed(pikepdf, document, used, files)
    put_tags(pikepdf, document, root)
    _put_places(pikepdf, document, places)
    _put_bookmarks(pikepdf, document, bookmarks)
    document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    document.Root.Lang = pikepdf.String(language)
    say_about(pikepdf, document, about, marks)
    if data is not None:
        attach(pikepdf, document, data, marks.moment)
    describe(pikepdf, document, marks)
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
    for source in sources:
        source.close()
    return seal.sealed(out.getvalue())


def _share_colours(document: Any) -> None:
    """Have all pages use one copy of the colour spaces, which are the same in every part."""
    shared = document.make_indirect(document.pages[0].Resources.ColorSpace)
    for page in document.pages:
        page.Resources.ColorSpace = shared


def _lay_over(pikepdf: Any, document: Any, overlay: Any) -> None:
    """Draw each page of `overlay` on the page of `document`, as an artifact: it is not read aloud."""
    for page, folio in zip(document.pages, overlay.pages, strict=True):
        if b"Tj" not in folio.Contents.read_bytes() and b"TJ" not in folio.Contents.read_bytes():
            continue
        form = document.copy_foreign(folio.as_form_xobject())
        # A name of our own choice: pikepdf would draw one at random.
        name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name.Folio, replace_existing=False)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(f"Q\n/Artifact BMC\nq {name} Do Q\nEMC\n".encode())
        page.contents_coalesce()


def _moved(bookmarks: Iterable[Bookmark], first: int) -> list[Bookmark]:
    return [[title, first + page, x, y, _moved(below, first)] for title, page, x, y, below in bookmarks]


def _add_bookmarks(bookmarks: list[Bookmark], of_part: list[Bookmark], level: int) -> None:
    """Add the bookmarks of a part at `level`: below the last one of the level above it."""
    while level > 1 and bookmarks:
        bookmarks = bookmarks[-1][4]
        level -= 1
    bookmarks += of_part


def _put_places(pikepdf: Any, document: Any, places: Mapping[str, tuple[int, float, float]]) -> None:
    if not places:
        return
    # A name tree is sorted by the bytes of its names (ISO 32000-1, 7.9.6).
    names: list[Any] = []
    for name in sorted(places, key=lambda name: bytes(pikepdf.String(name))):
        names += [pikepdf.String(name), _destination(pikepdf, document, *places[name])]
    document.Root.Names = pikepdf.Dictionary(Dests=pikepdf.Dictionary(Names=pikepdf.Array(names)))


def _destination(pikepdf: Any, document: Any, page: int, x: float, y: float) -> Any:
    return pikepdf.Array([document.pages[page].obj, pikepdf.Name.XYZ, round(x, 3), round(y, 3), 0])


def _put_bookmarks(pikepdf: Any, document: Any, bookmarks: Sequence[Bookmark]) -> None:
    if not bookmarks:
        return
    outlines = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Outlines))
    outlines.Count = _put_items(pikepdf, document, outlines, bookmarks)
    document.Root.Outlines = outlines


def _put_items(pikepdf: Any, document: Any, parent: Any, bookmarks: Sequence[Bookmark]) -> int:
    """Put `bookmarks` below `parent`; how many they are with all below them."""
    count = 0
    before = None
    for title, page, x, y, below in bookmarks:
        destination = _destination(pikepdf, document, page, x, y)
        item = document.make_indirect(pikepdf.Dictionary(Title=pikepdf.String(title), Parent=parent, Dest=destination))
        number = _put_items(pikepdf, document, item, below)
        if number:
            item.Count = number
        if before is None:
            parent.First = item
        else:
            before.Next, item.Prev = item, before
        before = item
        count += 1 + number
    if before is not None:
        parent.Last = before
    return count


def whole(body: bytes, fonts: Mapping[str, UsedFont], files: Mapping[str, bytes]) -> bytes:
    """The PDF `body`, which was written without its fonts, with them."""
    import pikepdf

    with pikepdf.open(io.BytesIO(body)) as document:
        embed(pikepdf, document, [fonts], files)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()
