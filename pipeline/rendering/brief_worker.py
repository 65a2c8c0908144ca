"""The process that lays out briefs: HTML in, PDF out. The only module that imports WeasyPrint.

`pipeline.rendering.pdf` runs it (`python -m pipeline.rendering.brief_worker`), so that a text that takes for ever
costs a process and never the build. It reads one JSON object from standard input (`Order`) and writes, for each
document, one line of JSON (`Report`) and then as many bytes of PDF as the line says.
"""

import base64
import gc
import importlib
import json
import logging
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, NotRequired, TypedDict

from pipeline.rendering.finishing import Marks, finish

VARIANT = "pdf/a-3a"
"""What WeasyPrint is asked for; `finish` makes of it PDF/UA-1 as well."""

FIT = "data-fit"
"""The attribute of a section that may be set closer."""

SPILL = 0.25
"""A section that ends this far down its last page, or higher, has spilt over. A share of the page's height."""


class Page(TypedDict):
    """One document to lay out: its path in the release, its HTML, and the variant of PDF."""

    path: str
    html: str


class Order(TypedDict):
    """What the worker is given: documents, the files that they may use (address → base64), bytes of memory, what
    `finishing.Marks` are made of and the data to attach (base64; "" for none)."""

    documents: list[Page]
    files: dict[str, str]
    memory: int
    marks: dict[str, Any]
    data: str


class Report(TypedDict):
    """What the worker says before each PDF; `complaints` are WeasyPrint's warnings, `failure` why there is no PDF."""

    path: str
    size: int
    pages: int
    complaints: list[str]
    failure: NotRequired[str]
    missing: NotRequired[bool]


def work(order: Order, reply: Callable[[Report, bytes], None]) -> None:
    """Lay out every document of `order`, handing each PDF with its report to `reply` as soon as it is ready."""
    limit_memory(order["memory"])
    files = {address: base64.b64decode(body) for address, body in order["files"].items()}
    marks = Marks(**order["marks"] | {"data": base64.b64decode(order["data"]) or None})
    complaints = listen()
    try:
        weasyprint = load()
    except (ImportError, OSError) as error:
        reply({"path": "", "size": 0, "pages": 0, "complaints": [], "failure": str(error), "missing": True}, b"")
        return
    # Nothing that layout makes is garbage before the document is done, and looking for some takes a tenth of the time.
    gc.disable()
    for document in order["documents"]:
        complaints.clear()
        report: Report = {"path": document["path"], "size": 0, "pages": 0, "complaints": []}
        body = b""
        try:
            body, report["pages"] = lay_out(weasyprint, document["html"], files)
            body = finish(body, marks)
        except MemoryError:
            report["failure"] = "it needs more memory than it may have"
        except Exception as error:
            report["failure"] = f"{type(error).__name__}: {error}"
        report["size"], report["complaints"] = len(body), list(dict.fromkeys(complaints))
        reply(report, body)
        gc.collect()


def lay_out(weasyprint: Any, html: str, files: Mapping[str, bytes]) -> tuple[bytes, int]:
    """The unfinished PDF of `html`, which may use only `files` and data: addresses, and its number of pages."""
    document = paginated(weasyprint, html, files)
    spilling = sections_that_spill(document.pages)
    if spilling:
        for name in spilling:
            html = html.replace(f'id="{name}" {FIT}>', f'id="{name}" {FIT}="tight">', 1)
        document = paginated(weasyprint, html, files)
    return document.write_pdf(pdf_variant=VARIANT), len(document.pages)


def paginated(weasyprint: Any, html: str, files: Mapping[str, bytes]) -> Any:
    """The document of `html`, divided into pages."""
    fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
    source = weasyprint.HTML(string=html, url_fetcher=own_files_only(files), media_type="print")
    return source.render(font_config=fonts, pdf_variant=VARIANT)


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


def load() -> Any:
    """The module `weasyprint`. ImportError or OSError if a library is missing."""
    with warnings.catch_warnings():
        # It warns that there are no fonts on the machine, which is how FONTCONFIG_FILE was set on purpose.
        warnings.simplefilter("ignore")
        weasyprint = importlib.import_module("weasyprint")
    if importlib.import_module("weasyprint.text.ffi").harfbuzz_subset is None:
        # It would still make a PDF, but not the same bytes as on a machine that has the library.
        raise OSError("cannot load library 'libharfbuzz-subset'")
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


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer the one order on `stdin`, on `stdout`."""

    def reply(report: Report, body: bytes) -> None:
        stdout.write(json.dumps(report).encode() + b"\n" + body)
        stdout.flush()

    work(json.load(stdin), reply)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
