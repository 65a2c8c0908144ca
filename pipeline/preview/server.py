"""The preview's web server: this machine only, and only what the preview has made.

The wall against other websites is threefold: the Host that is asked for must be this server (against DNS rebinding), what
another site asks for is refused by what the browser says of it (Fetch Metadata), and nothing may be read or framed from
elsewhere. Nothing comes from the disk at request time; a path is only ever looked up among what was made.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.errors import UsageError
from pipeline.preview.pages import BRIEF, CHANGES, OWN, PANEL, PANEL_STYLES, STYLES, Page, Pages
from pipeline.preview.state import Stage, State

ADDRESS = "127.0.0.1"
"""The loopback address: no other machine can reach it, and there is no option to choose another."""

MOST_LISTENERS = 32
"""How many windows are told of changes at the same time."""

HEARTBEAT = 15.0
"""Seconds after which a window that nothing happened for is told so, to notice that it has gone."""

_HTML, _CSS, _EVENTS = "text/html; charset=utf-8", "text/css; charset=utf-8", "text/event-stream; charset=utf-8"

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
"""What every answer carries; pages bring their own policy besides. Without CORS headers no other origin can read it."""

FRAMES = "frame-ancestors 'self'"
ALONE = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; {FRAMES}"
"""The policy of what is no page of ours: an image that is opened by itself runs nothing."""


class Server(ThreadingHTTPServer):
    """Serves what is on `stage` at `port` of this machine (0: any that is free).

    `complain` is told of a fault of the program; nothing is ever said of requests. Raises UsageError when the port is
    taken.
    """

    daemon_threads = True
    block_on_close = False
    # On Windows this would let two programs share a port.
    allow_reuse_address = os.name != "nt"
    request_queue_size = 64

    def __init__(
        self, stage: Stage, pages: Pages, *, port: int, complain: Callable[[str], None] = lambda line: None
    ) -> None:
        self.stage, self.pages, self.complain = stage, pages, complain
        self.listeners = BoundedSemaphore(MOST_LISTENERS)
        try:
            super().__init__((ADDRESS, port), Answer)
        except (OSError, OverflowError) as error:
            reason = "is taken by another program" if port and is_taken(port) else f"cannot be used ({error})"
            raise UsageError(
                f"The port {port} {reason}.",
                help=f"choose another: --port {port + 1 if 0 < port < 65535 else 8321}, or --port 0 for any free one.",
            ) from error
        self.port: int = self.server_address[1]
        self.hosts = frozenset(f"{name}:{self.port}" for name in (ADDRESS, "localhost")) | (
            frozenset((ADDRESS, "localhost")) if self.port == 80 else frozenset()
        )
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    @property
    def address(self) -> str:
        """Where the preview is."""
        return f"http://{ADDRESS}:{self.port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A window that was closed in the middle of an answer is no news; a fault of the program is."""
        fault = sys.exc_info()[1]
        if not isinstance(fault, OSError):
            self.complain(f"A page could not be made: the program has a fault ({type(fault).__name__}: {fault}).")


class Answer(BaseHTTPRequestHandler):
    """The answer to one request."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "preview", ""
    timeout = 30

    def do_GET(self) -> None:
        """What was asked for, if the asker may have it."""
        if refusal := self._refusal():
            self._send(refusal, b"", "text/plain; charset=utf-8")
            return
        address = urlsplit(self.path)
        path = unquote(address.path, errors="replace").removeprefix("/")
        query = parse_qs(address.query, max_num_fields=8)
        page = query.get("page", ["/"])[0].removeprefix("/") or "index.html"
        state = self.server.stage.state
        if path == CHANGES:
            self._tell_changes(page)
        elif path == PANEL:
            self._text(self.server.pages.panel(state, page), _HTML)
        elif path.startswith(OWN):
            self._own(path)
        else:
            self._published(state, path or "index.html")

    do_HEAD = do_GET  # noqa: N815 - the names are those of the library

    def _not_allowed(self) -> None:
        self.close_connection = True
        self._send(405, b"", "text/plain; charset=utf-8", {"Allow": "GET, HEAD"})

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _not_allowed  # noqa: N815

    def _refusal(self) -> int:
        """The status with which the request is refused; 0 if it is not."""
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or hosts[0].lower() not in self.server.hosts:
            return 421
        if self.headers.get("Content-Length", "0") != "0" or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return 400
        origin = self.headers.get("Origin")
        if origin is not None and origin not in self.server.origins:
            return 403
        site = self.headers.get("Sec-Fetch-Site", "none")
        if site in ("same-origin", "none"):
            return 0
        # A link from elsewhere may lead here, as a page of its own; nothing else of another site may.
        is_visit = self.headers.get("Sec-Fetch-Mode") == "navigate" and self.headers.get("Sec-Fetch-Dest") == "document"
        return 0 if is_visit else 403

    def _own(self, path: str) -> None:
        pages = self.server.pages
        sheets = {STYLES: pages.styles, PANEL_STYLES: pages.panel_styles, f"{OWN}alone.css": pages.alone_styles}
        if path in sheets:
            self._text(sheets[path], _CSS)
        else:
            self._missing(self.server.stage.state, path)

    def _published(self, state: State, path: str) -> None:
        if path in state.briefs.made:
            self._send(200, state.briefs.made[path].body, "application/pdf", {"Content-Security-Policy": FRAMES})
        elif is_brief(state, path):
            self._page(self.server.pages.brief_to_come(state, path))
        elif path.endswith(".html"):
            page = self.server.pages.page(state, path)
            if page:
                self._page(page)
            else:
                self._missing(state, path)
        elif state.shown and path in state.shown.files:
            file = state.shown.files[path]
            self._send(200, file.body, file.media_type, {"Content-Security-Policy": ALONE})
        else:
            self._missing(state, path)

    def _missing(self, state: State, path: str) -> None:
        self._page(self.server.pages.not_found(state, path))

    def _page(self, page: Page) -> None:
        headers = {"X-Preview": page.digest, "Content-Security-Policy": FRAMES}
        self._send(200 if page.is_there else 404, page.html.encode(), _HTML, headers)

    def _text(self, text: str, media_type: str) -> None:
        self._send(200, text.encode(), media_type, {"Content-Security-Policy": f"default-src 'none'; {FRAMES}"})

    def _send(self, status: int, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _tell_changes(self, page: str) -> None:
        """Server-sent events (HTML Standard, 9.2): what of `page` is different now, each time that something is."""
        if self.command == "HEAD" or self.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            self._send(403, b"", "text/plain; charset=utf-8")
            return
        if not self.server.listeners.acquire(blocking=False):
            self._send(503, b"", "text/plain; charset=utf-8", {"Retry-After": "10"})
            return
        try:
            self.close_connection = True
            self.send_response(200)
            for name, value in {**HEADERS, "Content-Type": _EVENTS, "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self._go_on_telling(page)
        finally:
            self.server.listeners.release()

    def _go_on_telling(self, page: str) -> None:
        state, told = self.server.stage.state, ""
        self.wfile.write(b"retry: 1000\n\n")
        while not self.server.stage.is_over:
            news = json.dumps(self.server.pages.news(state, page))
            if news != told:
                self.wfile.write(f"data: {news}\n\n".encode())
                told = news
            newer = self.server.stage.newer(state.version, seconds=HEARTBEAT)
            if newer:
                state = newer
            elif not self.server.stage.is_over:
                self.wfile.write(b": still here\n\n")
        self.wfile.write(b"event: end\ndata: {}\n\n")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library says of a request that it cannot read, without a word of the request in it."""
        super().send_error(code)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a request can hold whatever another program wrote into it."""

    def version_string(self) -> str:
        """What the server calls itself: nothing that tells its version."""
        return self.server_version


def is_brief(state: State, path: str) -> bool:
    """Whether `path` is that of a brief that the content has, made already or not."""
    if state.shown is None:
        return path == BRIEF
    return path == BRIEF or path in {f"briefs/{one.id}.pdf" for one in state.shown.content.stakeholders}


def is_taken(port: int) -> bool:
    """Whether some program listens at `port` of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((ADDRESS, port)) == 0
