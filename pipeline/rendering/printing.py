"""From the HTML of documents to finished PDFs: parts are laid out in workers, numbered, and bound, and nothing twice.

A part says the numbers of other parts' pages, which are known only when those are laid out. So each is laid out with the
numbers that its length lets expect, and again if they were wrong. The steps are the same whatever is kept from earlier
builds, so the bytes are too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any, Protocol

from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.finishing import Marks
from pipeline.rendering.media_types import PDF, PNG
from pipeline.rendering.orders import Kept, NothingKept, Orders
from pipeline.rendering.paging import Divided, Extent, Part, divide, folios, guess, numbered
from pipeline.rendering.pdf import Job, Press
from pipeline.rendering.pdf_process import Limits
from pipeline.rendering.text_of_pdf import PdfText


class OpenPress(Protocol):
    """Opens a press for the time of a context."""

    def __call__(
        self, styles: Mapping[str, str], files: Mapping[str, bytes], *, limits: Limits
    ) -> AbstractContextManager[Press]: ...


MOST_ROUNDS = 6
"""How often the parts of a document are numbered anew; a text that still changes then fits with neither number."""

_FIRST = 100_000_000
"""The weight that brings the document with the most parts forward: no other takes as long."""

_SOON = 1_000_000
"""The weight of what ends a document: its parts need not be held any longer then."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document to print: its path in the release and its HTML, with marks where parts begin (see `paging`)."""

    path: str
    html: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to draw: its path in the release, its HTML, and its width and height in pixels."""

    path: str
    html: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """What documents may use: `files` (fonts) by their addresses; `marks` say which edition they are of; `kept` is what
    earlier builds made, and `scope` names whatever else decides a byte (the program and its libraries)."""

    files: Mapping[str, bytes]
    marks: Marks
    kept: Kept = field(default_factory=NothingKept)
    scope: str = ""


def printed(
    documents: Sequence[Document],
    pictures: Sequence[Picture] = (),
    *,
    supplies: Supplies,
    limits: Limits,
    progress: Callable[[int, int], None] = lambda done, of: None,
    open_press: OpenPress = Press,
) -> Iterator[Artefact]:
    """The PDF of each document and the picture of each drawing, as each is ready.

    `progress` is told how many pages are laid out, of how many that there will probably be. RenderingError if a library
    is missing, a document cannot be laid out within `limits`, or anything in it is not as it should be: each warning of
    the layout engine is a failure. All workers have ended when this has, unless `open_press` gives a press that stays.
    """
    divided = {document.path: divide(document.html) for document in documents}
    drawn = {picture.path: divide(picture.html) for picture in pictures}
    styles = {_name(one.style): one.style for one in (*divided.values(), *drawn.values())}
    with open_press(styles, supplies.files, limits=limits) as press:
        desk = _Desk(press, supplies, progress)
        most = max(divided, key=lambda path: len(divided[path].parts), default="")
        for path, document in divided.items():
            desk.take(path, document, weight=_FIRST if path == most else 0)
        for picture in pictures:
            desk.draw(picture, drawn[picture.path])
        yield from desk.finished()


def _name(style: str) -> str:
    return sha256(style.encode()).hexdigest()


@dataclass(slots=True)
class _Book:
    """A document on its way: the HTML that each part was last laid out with, and what is known of it."""

    path: str
    document: Divided
    weight: int
    html: dict[str, str] = field(default_factory=dict)
    laid: dict[str, tuple[str, Extent, Sequence[bytes]]] = field(default_factory=dict)
    rounds: int = 0

    def extents(self) -> dict[str, Extent]:
        return {name: extent for name, (_, extent, _) in self.laid.items()}

    def is_complete(self) -> bool:
        return all(name in self.laid and self.laid[name][0] == html for name, html in self.html.items())


class _Desk:
    """Hands out jobs, keeps what comes back, and knows what each document waits for."""

    def __init__(self, press: Press, supplies: Supplies, progress: Callable[[int, int], None]) -> None:
        self._supplies, self._progress = supplies, progress
        files = sorted((address, sha256(body).hexdigest()) for address, body in supplies.files.items())
        self._orders = Orders(press, supplies.kept, scope=f"{supplies.scope} {files}")
        self._books: dict[str, _Book] = {}
        self._ready: list[Artefact] = []
        self._expected = self._done = 0

    def take(self, path: str, document: Divided, *, weight: int) -> None:
        """Have a document laid out and bound."""
        book = self._books[path] = _Book(path, document, weight)
        extents = guess(document.parts, {})
        self._expected += sum(extent.pages for extent in extents.values())
        self._set(book, numbered(document.parts, extents))

    def draw(self, picture: Picture, divided: Divided) -> None:
        """Have a picture drawn."""
        html = divided.framed("".join(part.html for part in divided.parts))
        values = {"html": html, "style": _name(divided.style), "size": list(picture.size)}
        self._orders.give(
            Job("draw", picture.path, values, weight=len(html)),
            lambda _, blobs: self._ready.append(Artefact(picture.path, PNG, blobs[0])),
        )

    def finished(self) -> Iterator[Artefact]:
        """Every artefact, when it is ready, until all are."""
        yield from self._taken()
        while self._orders.wait():
            yield from self._taken()

    def _taken(self) -> Iterator[Artefact]:
        while self._ready:
            yield self._ready.pop(0)

    def _set(self, book: _Book, html: Mapping[str, str]) -> None:
        """Have those parts of a book laid out whose HTML is not what they were laid out with."""
        changed = [part for part in book.document.parts if book.html.get(part.name) != html[part.name]]
        book.html = dict(html)
        book.rounds += 1
        for part in changed:
            self._lay_out(book, part, html[part.name])
        if not changed:
            self._bind(book)

    def _lay_out(self, book: _Book, part: Part, html: str) -> None:
        framed = book.document.framed(html)
        values = {"html": framed, "style": _name(book.document.style)}

        def laid(said: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
            if part.name not in book.laid:
                self._done += said["pages"]
                self._expected += said["pages"] - part.likely_pages
                self._progress(self._done, self._expected)
            book.laid[part.name] = html, Extent(said["pages"], said["anchors"]), blobs
            if book.is_complete():
                self._number(book)

        self._orders.give(Job("lay_out", book.path, values, weight=book.weight + len(html)), laid)

    def _number(self, book: _Book) -> None:
        """Once all parts are laid out: are the numbers in them right?"""
        html = numbered(book.document.parts, book.extents())
        self._set(book, html if book.rounds < MOST_ROUNDS else book.html)

    def _bind(self, book: _Book) -> None:
        """Have the feet of a book's pages laid out and the data packed, which many books share, and then all bound."""
        data, html = self._supplies.marks.data, folios(book.document, book.extents())
        weight = _SOON + book.weight

        def packed(data_said: Mapping[str, Any], data_blobs: Sequence[bytes]) -> None:
            def laid_over(said: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
                self._put_together(book, {**data_said, **said}, data_blobs, blobs)

            if html:
                values = {"html": html, "style": _name(book.document.style)}
                self._orders.give(Job("lay_over", book.path, values, weight=weight), laid_over, is_shared=True)
            else:
                laid_over({}, ())

        if data is not None:
            self._orders.give(Job("pack", book.path, {}, (data,), weight=weight), packed, is_shared=True)
        else:
            packed({}, ())

    def _put_together(
        self, book: _Book, said: Mapping[str, Any], data: Sequence[bytes], folios: Sequence[bytes]
    ) -> None:
        document = book.document
        values = {
            **said,
            "levels": [part.level for part in document.parts],
            "about": document.about,
            "language": document.language,
            "marks": asdict(replace(self._supplies.marks, data=None)),
        }
        parts = (blob for part in document.parts for blob in book.laid[part.name][2])
        blobs = [*(data or (b"",)), *(folios or (b"",)), *parts]

        def bound(said: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
            self._ready.append(Artefact(book.path, PDF, blobs[0], said=PdfText.read(said["said"])))

        self._orders.give(Job("bind", book.path, values, blobs, weight=_SOON + book.weight), bound)
        book.laid.clear()
