"""The finished pages of one build, each read once."""

from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.text_of_html import HtmlText, Reference, read_html


class Readings:
    """The pages as they were read, so that none is read twice.

    Of each is kept what it points to and what can be pointed at; that is little, and the pages of a large map share
    most of it. What it says is handed out once and not kept.
    """

    def __init__(self) -> None:
        self._pointers: dict[bytes, tuple[tuple[Reference, ...], frozenset[str]]] = {}
        self._known: dict[Reference, Reference] = {}
        self._unasked: dict[bytes, HtmlText] = {}

    def take(self, page: Artefact, read: HtmlText) -> None:
        """Take what `read_html` gave of these very bytes where they were made."""
        self._unasked[page.body] = read

    def read(self, page: Artefact) -> HtmlText:
        """What `page` says, read now where it was not read when it was made."""
        read = self._unasked.pop(page.body, None) or read_html(page.body)
        references = tuple(self._known.setdefault(reference, reference) for reference in read.references)
        self._pointers[page.body] = references, read.anchors
        return read

    def references(self, page: Artefact) -> tuple[Reference, ...]:
        """The references of `page`."""
        return self._of(page)[0]

    def anchors(self, page: Artefact) -> frozenset[str]:
        """The IDs on `page` that links can lead to."""
        return self._of(page)[1]

    def _of(self, page: Artefact) -> tuple[tuple[Reference, ...], frozenset[str]]:
        if page.body not in self._pointers:
            self.read(page)
        return self._pointers[page.body]
