"""The process that lays out briefs: HTML in, PDF out. The only module that imports WeasyPrint.

`pipeline.rendering.pdf` runs it (`python -m pipeline.rendering.brief_worker`), so that a text that takes for ever
costs a process and never the build. It is told once what all documents share (`Shared`), and then answers one job after
another (`frames`) until its input ends:

- `lay_out`: the HTML of a part → its pages and what `binding.trim` says of them,
- `lay_over`: the HTML of the feet of all pages → these as PDF, and the fonts that it uses,
- `pack`: the data file → the same as it is attached to every document,
- `bind`: parts, feet and data → the finished PDF and what it says, read back,
- `draw`: HTML → a picture of its first page.
"""

import gc
import importlib
import io
import json
import logging
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from types import ModuleType
from typing import Any, BinaryIO, TypedDict

from pipeline.rendering import binding, embedding, frames
from pipeline.rendering.finishing import Marks, packed
from pipeline.rendering.text_of_pdf import read_pdf

VARIANT = "pdf/a-3a"
"""What WeasyPrint is asked for; binding makes of it PDF/UA-1 as well."""

UNTAGGED = "pdf/a-3b"
"""The same without tags, for what is drawn as an artifact."""

FIT = "data-fit"
"""The attribute of a section that may be set closer."""

SPILL = 0.25
"""A section that ends this far down its last page, or higher, has spilt over. A share of the page's height."""

_MOST_UNCOLLECTED = 250_000
"""Objects that may have been made since garbage was looked for last: some 50 MB of boxes and styles."""

_COLOURS = 128
"""Colours of a picture that is drawn."""


class Shared(TypedDict):
    """What all documents share: bytes of memory that the process may have, style sheets by name, and the addresses of the
    files (fonts) that follow as byte strings."""

    memory: int
    styles: dict[str, str]
    addresses: list[str]


Made = tuple[dict[str, Any], list[bytes]]
"""What came of a job: values of JSON, and byte strings."""


class Workshop:
    """WeasyPrint with the files and style sheets that all documents share, each style sheet read once."""

    def __init__(self, shared: Shared, files: Sequence[bytes]) -> None:
        self.weasyprint = load()
        self.files = dict(zip(shared["addresses"], files, strict=True))
        self.addresses = {sha256(body).hexdigest(): address for address, body in self.files.items()}
        self._styles = shared["styles"]
        self._read: dict[str, tuple[Any, Any]] = {}
        self._fetcher = own_files_only(self.files)
        self._blob_of = importlib.import_module("weasyprint.text.fonts").get_hb_object_data
        embedding.leave_out(importlib.import_module("weasyprint.pdf.fonts"))

    def paginated(self, html: str, style: str, *, variant: str = VARIANT) -> Any:
        """The document of `html`, divided into pages."""
        if style not in self._read:
            fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
            css = self.weasyprint.CSS(string=self._styles[style], url_fetcher=self._fetcher, font_config=fonts)
            self._read[style] = fonts, css
        fonts, css = self._read[style]
        source = self.weasyprint.HTML(string=html, url_fetcher=self._fetcher, media_type="print")
        return source.render(font_config=fonts, stylesheets=[css], pdf_variant=variant)

    def written(self, document: Any, *, variant: str = VARIANT) -> tuple[bytes, dict[str, embedding.UsedFont]]:
        """A document as PDF without its fonts, and the fonts that it uses."""
        body: bytes = document.write_pdf(pdf_variant=variant, uncompressed_pdf=True)
        return body, embedding.used(document, self._blob_of, self.addresses)

    def lay_out(self, job: Mapping[str, Any], _: Sequence[bytes]) -> Made:
        """The pages of a part, with what is known of them."""
        html, style = job["html"], job["style"]
        document = self.paginated(html, style)
        spilling = sections_that_spill(document.pages)
        if spilling:
            for name in spilling:
                html = html.replace(f'id="{name}" {FIT}>', f'id="{name}" {FIT}="tight">', 1)
            document = self.paginated(html, style)
        pages = document.pages
        anchors = {name: number for number in reversed(range(len(pages))) for name in pages[number].anchors}
        body, fonts = self.written(document)
        body, trimmed = binding.trim(body)
        # Only binding must understand what is said of a part: until then it is bytes, which are quick to hand on.
        said = json.dumps({**trimmed, "fonts": fonts}, ensure_ascii=False).encode()
        return {"pages": trimmed["pages"], "anchors": anchors}, [body, said]

    def lay_over(self, job: Mapping[str, Any], _: Sequence[bytes]) -> Made:
        """The feet of a document's pages."""
        document = self.paginated(job["html"], job["style"], variant=UNTAGGED)
        body, fonts = self.written(document, variant=UNTAGGED)
        return {"folio_fonts": fonts}, [body]

    def pack(self, _: Mapping[str, Any], blobs: Sequence[bytes]) -> Made:
        """The data as it is attached."""
        body, facts = packed(blobs[0])
        return {"data": facts}, [body]

    def bind(self, job: Mapping[str, Any], blobs: Sequence[bytes]) -> Made:
        """The finished PDF of parts, and what it says."""
        data, folios, *parts = blobs
        body = binding.bind(
            [
                (body, json.loads(said), level)
                for body, said, level in zip(parts[::2], parts[1::2], job["levels"], strict=True)
            ],
            folios=(folios, job["folio_fonts"]) if folios else None,
            files=self.files,
            about={**job["about"], "producer": f"WeasyPrint {self.weasyprint.__version__}"},
            language=job["language"],
            marks=Marks(**job["marks"]),
            data=(data, job["data"]) if data else None,
        )
        return {"said": read_pdf(body).written()}, [body]

    def draw(self, job: Mapping[str, Any], _: Sequence[bytes]) -> Made:
        """A picture of the first page of `html`, in PNG."""
        document = self.paginated(job["html"], job["style"], variant=UNTAGGED)
        body, fonts = self.written(document, variant=UNTAGGED)
        return {}, [picture(binding.whole(body, fonts, self.files), tuple(job["size"]))]


JOBS: Mapping[str, Callable[[Workshop, Mapping[str, Any], Sequence[bytes]], Made]] = {
    "lay_out": Workshop.lay_out,
    "lay_over": Workshop.lay_over,
    "pack": Workshop.pack,
    "bind": Workshop.bind,
    "draw": Workshop.draw,
}
"""What each kind of job is done by."""


def picture(body: bytes, size: tuple[int, int]) -> bytes:
    """The first page of the PDF `body` as a picture (PNG) `size` pixels wide and high."""
    import pypdfium2  # type: ignore[import-untyped]
    from PIL import Image

    document = pypdfium2.PdfDocument(body)
    try:
        page = document[0]
        # drawn twice as large and then halved: thin lines come out even
        drawn = page.render(scale=2 * size[0] / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    made = drawn.resize(size, Image.Resampling.LANCZOS).quantize(_COLOURS, dither=Image.Dither.NONE)
    written = io.BytesIO()
    made.save(written, "PNG", optimize=True)
    return written.getvalue()


def work(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer the jobs on `stdin`, on `stdout`."""
    complaints = listen()
    with suppress(MissingLibraryError):  # which the first job says
        load()
    shared = frames.receive(stdin)
    if shared is None:
        return
    limit_memory(shared[0]["memory"])
    workshop: Workshop | None = None
    while (message := frames.receive(stdin)) is not None:
        job, blobs = message
        complaints.clear()
        answer: dict[str, Any] = {}
        made: list[bytes] = []
        try:
            workshop = workshop or Workshop(Shared(**shared[0]), shared[1])  # type: ignore[typeddict-item]
            answer, made = JOBS[job["kind"]](workshop, job, blobs)
        except MemoryError:
            answer = {"failure": "it needs more memory than it may have"}
        except MissingLibraryError as error:
            answer = {"failure": str(error), "missing": True}
        except Exception as error:
            answer = {"failure": f"{type(error).__name__}: {error}"}
        frames.send(stdout, {**answer, "complaints": list(dict.fromkeys(complaints))}, made)
        if gc.get_count()[0] > _MOST_UNCOLLECTED:
            gc.collect()


def sections_that_spill(pages: Sequence[Any]) -> tuple[str, ...]:
    """The IDs of sections that go on, for a few lines only, on a page of their own.

    A section that can be set closer has `data-fit` and at its end an empty element with the ID `end-…`.
    """
    places: dict[str, tuple[int, float]] = {}
    for number, page in enumerate(pages):
        for name, box in page.anchors.items():
            # A section that is divided by a page break is found on each of its pages: the first counts.
            places.setdefault(name, (number, box[1] / page.height))
    return tuple(
        name
        for name, (first, _) in places.items()
        if (end := places.get(f"end-{name}")) and end[0] > first and end[1] < SPILL
    )


def own_files_only(files: Mapping[str, bytes]) -> Any:
    """A fetcher of WeasyPrint's kind that knows `files` and data: addresses, and refuses everything else."""
    urls = importlib.import_module("weasyprint.urls")

    class OwnFiles(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in files:
                return urls.URLFetcherResponse(url, files[url])
            if url.startswith("data:"):
                return super().fetch(url, headers)
            raise ValueError(f"only the program's own files may be used, not {url}")

    return OwnFiles(allowed_protocols={"data"}, allow_redirects=False)


class MissingLibraryError(Exception):
    """A library that WeasyPrint needs is not on this machine."""


def load() -> Any:
    """The module `weasyprint`. MissingLibraryError if a library is missing."""
    # WeasyPrint would subset fonts with these two, which `embedding` does without; they are a quarter of its start.
    for unneeded in ("fontTools.subset", "fontTools.varLib.instancer"):
        module = sys.modules.setdefault(unneeded, ModuleType(unneeded))
        module.__dict__.setdefault("instantiateVariableFont", None)
    try:
        with warnings.catch_warnings():
            # It warns that there are no fonts on the machine, which is how FONTCONFIG_FILE was set on purpose.
            warnings.simplefilter("ignore")
            weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise MissingLibraryError(str(error)) from error
    # What has been imported stays; nothing that layout makes is garbage before the document is done, and looking for some
    # takes a tenth of the time.
    gc.disable()
    gc.freeze()
    return weasyprint


def listen() -> list[str]:
    """A list that grows by every warning and error that WeasyPrint logs from now on."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(re.sub(r"data:[^ ]{80,}", "data:…", record.getMessage())[:500])

    logger = logging.getLogger("weasyprint")
    logger.addHandler(Listener(level=logging.WARNING))
    logger.propagate = False
    return heard


def limit_memory(most: int) -> None:
    """Let this process have at most `most` bytes of memory, where the system can be told so."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
