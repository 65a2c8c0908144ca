"""The preview's server, asked over real sockets by friends and strangers."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_workbooks import completed, save, tables
from previews import Preview, previewed

from pipeline.errors import UsageError
from pipeline.preview.pages import Pages
from pipeline.preview.server import MOST_LISTENERS, Server
from pipeline.preview.state import Stage, State
from pipeline.templating import environment

SECRET = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview of a small workbook with an image beside it, and a file outside that it must never give away."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "source" / "images").mkdir(parents=True)
    (folder / "source" / "secret.txt").write_text("secret")
    (folder / "source" / "images" / "unused.svg").write_bytes(SECRET)
    (folder / "source" / "images" / "link.svg").symlink_to(folder / "source" / "secret.txt")
    logo = "| Credits | Name | Role | Logo | Logo description |\n| | A trust | Funder | logo.svg | A logo |"
    (folder / "source" / "images" / "logo.svg").write_bytes(
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
    )
    workbook = save(folder / "source" / "map.xlsx", completed(tables(logo)))
    with previewed(workbook) as running:
        running.wait('class="skip"')
        yield running


def ask(preview: Preview, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer; `Sec_Fetch_Site="…"` is the header Sec-Fetch-Site."""
    connection = http.client.HTTPConnection("127.0.0.1", preview.server.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    answer = connection.getresponse()
    result = (answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return result


def test_only_this_machine_can_reach_it(preview: Preview) -> None:
    """The server listens on the loopback address and no other."""
    assert preview.server.server_address[0] == "127.0.0.1"
    assert preview.server.socket.family == socket.AF_INET


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/stakeholders/employers.html", "/data/map.json", "/assets/site.css"]
)
def test_what_is_published_is_there(preview: Preview, path: str) -> None:
    """Pages, data and styles."""
    status, headers, body = ask(preview, path)
    assert (status, bool(body)) == (200, True)
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert not any(name.startswith("access-control") for name in headers)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost:1",
        "[::1]:{port}",
        "0.0.0.0:{port}",
        "127.1:{port}",
    ],
)
def test_another_host_is_refused(preview: Preview, host: str) -> None:
    """A page whose name was turned to this machine (DNS rebinding) learns nothing."""
    status, _, body = ask(preview, "/", Host=host.format(port=preview.server.port))
    assert (status, body) == (421, b"")


def test_localhost_is_this_host(preview: Preview) -> None:
    """Both names of the machine work."""
    assert ask(preview, "/", Host=f"localhost:{preview.server.port}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_is_refused(preview: Preview, headers: dict[str, str]) -> None:
    """No image, script, frame or request of another website is answered."""
    for path in ("/", "/data/map.json", "/_preview/changes", "/_preview/panel"):
        assert ask(preview, path, **headers)[0] == 403


def test_a_link_from_elsewhere_leads_here(preview: Preview) -> None:
    """A page of its own is nothing that the other site could read."""
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert ask(preview, "/", **headers)[0] == 200
    assert ask(preview, "/_preview/changes", **headers)[0] == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent(preview: Preview, method: str) -> None:
    """GET and HEAD, and no preflight is ever granted."""
    status, headers, _ = ask(preview, "/", method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_head_is_get_without_a_body(preview: Preview) -> None:
    """The same headers."""
    status, headers, body = ask(preview, "/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000


@pytest.mark.parametrize(
    "path",
    [
        "/../source/map.xlsx",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/source/map.xlsx",
        "/map.xlsx",
        "/secret.txt",
        "/assets/images/unused.svg",
        "/assets/images/link.svg",
        "/assets/images/../../secret.txt",
        "/index.html%00",
        "/index.html/",
        "/_preview/",
        "/_preview/../index.html",
        "/stakeholders",
        "/briefs/nobody.pdf",
    ],
)
def test_what_is_not_published_is_not_there(preview: Preview, path: str) -> None:
    """A path is looked up among what was made, and never on the disk."""
    status, _, body = ask(preview, path)
    assert status == 404
    assert b"secret" not in body
    assert b"root:" not in body
    assert b"alert" not in body


def test_an_image_opened_by_itself_runs_nothing(preview: Preview) -> None:
    """What is no page of ours is in a sandbox."""
    status, headers, _ = ask(preview, "/assets/images/logo.svg")
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert "sandbox" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]


def test_a_request_that_cannot_be_read_is_not_repeated(preview: Preview) -> None:
    """The answer to nonsense holds nothing of it."""
    with socket.create_connection(("127.0.0.1", preview.server.port), timeout=20) as connection:
        connection.sendall(b"<script>alert(1)</script> / HTTP/9.9.9\r\n\r\n")
        answer = connection.recv(65536)
    assert b"400" in answer.partition(b"\r\n")[0]
    assert b"alert" not in answer


def test_the_channel_tells_what_a_window_shows(preview: Preview) -> None:
    """Server-sent events: first what is there now."""
    with socket.create_connection(("127.0.0.1", preview.server.port), timeout=20) as connection:
        host = f"127.0.0.1:{preview.server.port}".encode()
        connection.sendall(b"GET /_preview/changes?page=/index.html HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
        heard = b""
        while b"data: " not in heard or not heard.endswith(b"\n\n"):
            heard += connection.recv(65536)
    assert b"text/event-stream" in heard
    news = json.loads(heard.partition(b"data: ")[2])
    assert news["page"] == ask(preview, "/")[1]["x-preview"]


def test_there_are_only_so_many_listeners(preview: Preview) -> None:
    """A program that opens one connection after the other does not use the machine up."""
    taken = 0
    while preview.server.listeners.acquire(blocking=False):
        taken += 1
    assert 0 < taken <= MOST_LISTENERS
    try:
        assert ask(preview, "/_preview/changes")[0] == 503
        assert ask(preview, "/")[0] == 200
    finally:
        preview.server.listeners.release(taken)


def test_a_port_that_is_taken_is_said_plainly(preview: Preview) -> None:
    """With the option that chooses another."""
    port = preview.server.port
    with pytest.raises(UsageError, match=f"port {port} is taken by another program") as error:
        Server(Stage(State(workbook="map.xlsx")), Pages(environment()), port=port)
    assert f"--port {port + 1}" in error.value.help


def test_nothing_to_show_yet_is_said(tmp_path: Path) -> None:
    """A file that is no workbook: the first page says what stands in its way."""
    workbook = tmp_path / "source" / "map.xlsx"
    workbook.parent.mkdir()
    workbook.write_bytes(b"%PDF-1.7 this is no workbook")
    with previewed(workbook) as running:
        page = running.wait("wrong-file-type")
        assert "Nothing to show yet" in page
        assert ask(running, "/")[0] == 200
