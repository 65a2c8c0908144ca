"""Pages for embedding, links to copy and the page for errors, in a real browser."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser_sites import Open, Sites
from playwright.sync_api import Browser, expect

ADDRESS = "https://example.org/map/"


class Host(SimpleHTTPRequestHandler):
    """A host that shows 404.html at addresses where nothing is, and says nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "some" / "path" / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("width", [320, 960])
def test_an_embedded_map_opens_in_the_whole_window(visit: Open, site: Sites, tmp_path: Path, width: int) -> None:
    """In a frame of another page the map is there, whole, and a stakeholder opens in place of that page."""
    folder = site("small")
    outer = tmp_path / "outer.html"
    frame = f'<iframe src="{(folder / "embed/index.html").as_uri()}" title="Map" width="{width}" height="720"></iframe>'
    outer.write_text(f"<!doctype html><html lang=en><title>Outer</title><body>{frame}", encoding="utf-8")
    page = visit("small", width=1280)
    page.goto(outer.as_uri())
    inner = page.frame_locator("iframe")
    for name in ("Firms", "HR Systems") if width > 700 else ("Employers", "HR Systems"):
        expect(inner.get_by_role("link", name=name, exact=True)).to_be_visible()
    if width > 700:
        # in the size that its lines ask for, nothing of it has to be scrolled to
        assert inner.locator("html").evaluate("e => e.scrollHeight <= e.clientHeight")
    inner.get_by_role("link", name="HR Systems", exact=True).click()
    page.wait_for_url("**/stakeholders/hr-systems.html")


def test_an_embedded_stakeholder_leads_to_its_page(visit: Open) -> None:
    """It says who is meant and how much it does in each phase, and each phase leads to those strategies."""
    page = visit("small", "embed/employers.html", width=480)
    expect(page.get_by_role("heading", name="Employers")).to_be_visible()
    page.get_by_role("link", name="Adopting").click()
    page.wait_for_url("**/stakeholders/employers.html#phase_adopting")


def test_lines_to_embed_can_be_copied(browser: Browser, site: Sites) -> None:
    """The button puts the lines into the clipboard and says so; so does the link of a strategy."""
    folder = site("small")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder.parent.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/some/path/"
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{base}downloads.html")
        button = page.locator("[data-copy]").first
        button.click()
        expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f'<iframe src="{ADDRESS}embed/index.html" title="A Small Map"')
        page.goto(f"{base}stakeholders/employers.html")
        link = page.locator(".row-link").first
        link.click()
        expect(link).to_have_text("✓")
        assert page.evaluate("navigator.clipboard.readText()") == page.url
        assert page.locator(":target").count() == 1
        context.close()
        server.shutdown()


def test_the_page_for_errors_is_whole_at_any_depth(browser: Browser, site: Sites) -> None:
    """Wherever a host shows it, it has its colours, asks for nothing, and leads to the map's whole address."""
    folder = site("small")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder.parent.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://127.0.0.1:{server.server_port}/some/path/much/too/deep.html")
        assert page.locator("body").evaluate("e => getComputedStyle(e).display") == "grid"
        assert page.get_by_role("link", name="Go to the map").get_attribute("href") == ADDRESS
        assert len(asked) == 1
        page.close()
        server.shutdown()
