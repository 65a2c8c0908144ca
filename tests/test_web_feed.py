"""The Atom feed: valid after RFC 4287, with IDs that stay, and texts that are only texts."""

import re
from typing import Any
from uuid import UUID

import pytest
from defusedxml.ElementTree import fromstring
from small_map import ROWS, STAMP, small_map

from pipeline.changes import changes
from pipeline.model import EcosystemMap
from pipeline.rendering import web
from pipeline.rendering.searchable import searchable
from pipeline.rendering.text_of_html import read_html
from pipeline.templating import environment

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def edition(name: str, **settings: object) -> EcosystemMap:
    return small_map(settings=[{"edition": name, **settings}])


def site(content: EcosystemMap, *history: EcosystemMap, drafts: bool = False) -> dict[str, bytes]:
    since = history[-1] if history else None
    stamp = type(STAMP)(
        edition=content.settings.edition, published_on=None, digest="ab" * 32, moment=STAMP.moment, drafts=drafts
    )
    made = web.render(
        content,
        stamp=stamp,
        templates=environment(),
        since=since,
        changes=changes(since, content) if since else (),
        history=history,
    )
    return {artefact.path: artefact.body for artefact in made}


def feed(content: EcosystemMap, *history: EcosystemMap) -> Any:
    return fromstring(site(content, *history)["feed.xml"].decode())


def texts(parent: Any, name: str) -> list[str]:
    return [element.text or "" for element in parent.findall(f"{ATOM}{name}")]


@pytest.mark.parametrize("address", [None, "https://example.org/map"], ids=["no address", "an address"])
def test_the_feed_is_what_the_standard_asks_for(address: str | None) -> None:
    """RFC 4287: one ID, title and date for the feed and for each entry, an author, links, content that is HTML."""
    root = feed(
        edition("2026.3", subtitle="Three", site_address=address),
        edition("2026.1", subtitle="One", published_on=None),
        edition("2026.2", subtitle="Two"),
    )
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    entries = root.findall(f"{ATOM}entry")
    for part in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(texts(part, name)) == 1, name
            assert texts(part, name)[0].strip()
        UUID(texts(part, "id")[0].removeprefix("urn:uuid:"))
        assert RFC_3339.fullmatch(texts(part, "updated")[0])
        [alternate] = [link for link in part.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert alternate.get("href") == (f"{address}/changes.html" if address else "changes.html")
    assert texts(root.find(f"{ATOM}author"), "name") == [ROWS and small_map().settings.publisher]
    found = {text for part in (root, *entries) for text in texts(part, "id")}
    assert len(found) == 4
    assert texts(root, "updated") == texts(entries[0], "updated")
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == ([f"{address}/feed.xml"] if address else [])
    assert [texts(entry, "title")[0] for entry in entries] == ["Edition 2026.3", "Edition 2026.2", "Edition 2026.1"]
    assert [entry.find(f"{ATOM}content").get("type") for entry in entries] == ["html"] * 3


def test_each_entry_says_what_changed_in_its_edition() -> None:
    """The latest says what changed since the one before, that one since the first, and the first that it is the first."""
    root = feed(edition("3", subtitle="Three"), edition("1", subtitle="One"), edition("2", subtitle="Two"))
    told = [texts(entry, "content")[0] for entry in root.findall(f"{ATOM}entry")]
    assert "from “Two” to “Three”" in told[0]
    assert "from “One” to “Two”" in told[1]
    assert "The first edition." in told[2]


def test_ids_stay() -> None:
    """Another title, another address and another edition: what readers have seen already is not new to them."""
    first, second = edition("1"), edition("2", title="Another title", site_address="https://elsewhere.example/")
    before, after = feed(first), feed(second, first)
    assert texts(before, "id") == texts(after, "id")
    assert texts(before.find(f"{ATOM}entry"), "id") == texts(after.findall(f"{ATOM}entry")[1], "id")


def test_texts_of_the_workbook_are_only_texts() -> None:
    """Tags, marks of direction and what XML cannot hold come through as text."""
    hostile = "<script>alert(1)</script> ]]> &amp; \u202e \x0b ::error::"
    root = feed(edition("2", subtitle=hostile, title=hostile, publisher=hostile), edition("1"))
    [entry, _] = root.findall(f"{ATOM}entry")
    html = texts(entry, "content")[0]
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html


def test_pages_lead_to_the_feed() -> None:
    """Each page names the feed for readers of feeds, the page of changes in words too; a copy with drafts has none."""
    files = site(edition("1"))
    for path in ("index.html", "stakeholders/employers.html", "changes.html"):
        root = "../" * path.count("/")
        assert f'type="application/atom+xml" href="{root}feed.xml"' in files[path].decode()
    assert read_html(files["changes.html"]).said.count(searchable(["Follow the changes"]))
    copy = site(edition("1"), drafts=True)
    assert "feed.xml" not in copy
    assert b"feed.xml" not in copy["changes.html"]
