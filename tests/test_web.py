"""The web map: which files there are, and what every page keeps to."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from crowds import crowd
from small_map import IMAGES, STAMP, small_map

from pipeline.model import EcosystemMap
from pipeline.rendering import web
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.templating import environment

MOVED = {f"{folder}/{name}.html" for folder in ("stakeholders", "embed") for name in ("companies", "businesses")}
"""The pages at old addresses that the former names of the small map make (tests/test_web_moved.py)."""


class Page(HTMLParser):
    """The elements of a page with their attributes, in order, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def rendered(content: EcosystemMap, stamp: Stamp = STAMP, templates: Path | None = None) -> dict[str, Artefact]:
    return {one.path: one for one in web.render(content, stamp=stamp, templates=environment(templates=templates))}


def pages(content: EcosystemMap, stamp: Stamp = STAMP) -> dict[str, Page]:
    return {
        path: Page(artefact.body.decode())
        for path, artefact in rendered(content, stamp).items()
        if artefact.media_type == "text/html"
    }


@pytest.fixture(scope="module")
def small() -> dict[str, Page]:
    return pages(small_map())


def test_every_row_has_its_page_and_every_file_its_place() -> None:
    """Each stakeholder, phase, action area and page has a page of its own; fonts, icon and images are assets."""
    content = small_map()
    made = rendered(content)
    own = {f"{page.id}.html" for page in content.pages}
    own |= {f"stakeholders/{one.id}.html" for one in content.stakeholders}
    own |= {f"phases/{one.id}.html" for one in content.phases}
    own |= {f"action-areas/{one.id}.html" for one in content.action_areas}
    own |= {f"embed/{one.id}.html" for one in content.stakeholders}
    shared = {"index.html", "matrix.html", "glossary.html", "resources.html", "credits.html", "404.html"}
    shared |= {"search.html", "downloads.html", "changes.html", "embed/index.html"}
    assert {path for path in made if path.endswith(".html")} == own | shared | MOVED
    rest = {path: artefact.media_type for path, artefact in made.items() if not path.endswith(".html")}
    assert rest == {
        "sitemap.xml": "application/xml",
        "feed.xml": "application/atom+xml",
        "robots.txt": "text/plain",
        **{
            f"embed/{name}.json": "application/json+oembed"
            for name in ("index", *(one.id for one in content.stakeholders))
        },
        "assets/site.css": "text/css",
        "assets/icon.svg": "image/svg+xml",
        "assets/images/trust.svg": "image/svg+xml",
        **{path: "font/woff2" for path in rest if re.fullmatch(r"assets/fonts/inter-[a-z-]+\.woff2", path)},
    }
    assert made["assets/images/trust.svg"].body == IMAGES["trust.svg"]


def test_the_stylesheet_names_only_fonts_that_are_there() -> None:
    """Every font of the stylesheet is an asset, and it asks nobody else for anything."""
    made = rendered(small_map())
    addresses = re.findall(r"url\(\"?([^\")]+)", made["assets/site.css"].body.decode())
    assert addresses
    assert all(f"assets/{address}" in made for address in addresses)
    assert b"@import" not in made["assets/site.css"].body


def test_pages_without_rows_are_not_made() -> None:
    """A map without glossary, resources, areas, pages and credits has neither the pages nor links to them."""
    made = pages(small_map(glossary=[], resources=[], action_areas=[], actions=[], pages=[], credits=[]))
    assert not {"glossary.html", "resources.html", "credits.html"} & set(made)
    menu = [link["href"] for link in made["index.html"].all("a")]
    assert not {"glossary.html", "resources.html", "credits.html", "index.html#areas_list"} & set(menu)


def test_a_sitemap_needs_the_address_of_the_site() -> None:
    """The sitemap lists every page but the one for errors and those for embedding, and only when the address is
    known.
    """
    assert "sitemap.xml" not in rendered(small_map(settings=[{"site_address": None}]))
    made = rendered(small_map(settings=[{"site_address": "https://example.org/map?a=1&b"}]))
    ElementTree.fromstring(made["sitemap.xml"].body)
    made = rendered(small_map())
    sheet = ElementTree.fromstring(made["sitemap.xml"].body)
    listed = {each.text for each in sheet.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert listed == {
        f"https://example.org/map/{'' if path == 'index.html' else path}"
        for path in made
        if path.endswith(".html") and path not in {"404.html", *MOVED} and not path.startswith("embed/")
    }


def test_the_same_content_gives_the_same_bytes() -> None:
    """Two renderings are equal, file by file."""
    assert rendered(small_map()) == rendered(small_map())


def test_pages_ask_for_nothing_from_elsewhere(small: dict[str, Page]) -> None:
    """Styles, images and icons have relative addresses; scripts stand in the page, and its policy allows those alone,
    by their hash.
    """
    for path, page in small.items():
        [policy] = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy
        assert "unsafe" not in policy
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert not re.sub(r"'sha256-[A-Za-z0-9+/=]+'", "", rules.get("script-src", "")).strip(), path
        fetched = [
            link["href"] for link in page.all("link") if "canonical" not in link["rel"] and "hreflang" not in link
        ]
        fetched += [image.get("src") or image["href"] for tag in ("img", "image") for image in page.all(tag)]
        for address in fetched:
            assert address == "data:," or not re.match(r"[a-z]+:|/", address), (path, address)
        assert not page.all("iframe")
        assert not [each for each in page.all("script") if "src" in each]
        assert not [each for each in page.all("base") if "href" in each]
        assert page.all("style") == ([{}] if path == "404.html" else []), path
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name == "style" or name.startswith("on")], (path, tag)


def test_links_inside_are_relative_and_those_outside_give_nothing_away(small: dict[str, Page]) -> None:
    """A link to the web has rel="noopener noreferrer", except to the site itself; all others name a file."""
    for path, page in small.items():
        for link in page.all("a"):
            if link["href"].startswith("http"):
                assert "noopener" in link.get("rel", "") or path == "404.html", (path, link)
            else:
                assert re.match(r"(\.\./)*[a-z0-9/.-]+\.(html|pdf|json|csv|xml)(#|$)|#|mailto:", link["href"]), (
                    path,
                    link,
                )


def test_every_page_is_built_soundly(small: dict[str, Page]) -> None:
    """One h1, no heading level left out, landmarks, a skip link that leads somewhere, each id once, a title."""
    for path, page in small.items():
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
        alone = path in {"404.html", *MOVED} or path.startswith("embed/")
        for landmark in ("main", "title") if alone else ("header", "nav", "main", "footer", "title"):
            assert page.all(landmark), (path, landmark)
        ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
        assert not [each for each, times in ids.items() if times > 1], path
        if not alone:
            skip = next(link["href"] for link in page.all("a") if link.get("class") == "skip")
            assert skip.removeprefix("#") in ids
        for _, attributes in page.elements:
            assert set(attributes.get("aria-labelledby", "").split()) <= set(ids), path
        assert all("alt" in image for image in page.all("img"))


def test_every_page_carries_the_stamp(small: dict[str, Page]) -> None:
    """Edition, date and digest stand at the foot of every page, with links to the downloads."""
    for path, page in small.items():
        root = "../" * path.count("/")
        words = " ".join(page.text.split())
        assert f"Edition {STAMP.edition} · Published on 24 November 2026 · Release {STAMP.short_digest}" in words
        links = {link["href"] for link in page.all("a")}
        if path in {"404.html", *MOVED} or path.startswith("embed/"):
            continue
        assert {f"{root}brief.pdf", f"{root}data/map.json", f"{root}data/strategies.csv"} <= links


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl")])
def test_pages_are_in_the_language_of_the_map(language: str, way: str) -> None:
    """Every page names the language of the Settings sheet and runs in its direction."""
    for page in pages(small_map(settings=[{"language": language}])).values():
        [html] = page.all("html")
        assert (html["lang"], html["dir"]) == (language, way)


def test_strategies_and_actions_can_be_linked_to() -> None:
    """Their IDs are anchors on the stakeholder's page, also where a strategy and an action share one."""
    content = small_map()
    first, *others = content.actions
    same = first.model_copy(update={"id": content.strategies[-1].id, "stakeholder": content.strategies[-1].stakeholder})
    made = pages(content.model_copy(update={"actions": (same, *others)}))
    page = made[f"stakeholders/{same.stakeholder}.html"]
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {same.id, f"{same.id}_2"} <= ids


def test_the_matrix_counts_and_leads_to_the_strategies(small: dict[str, Page]) -> None:
    """Each number of the matrix is a link to the phase's part of the stakeholder's page; a zero is no link."""
    links = [link for link in small["matrix.html"].all("a") if "count-link" in link.get("class", "")]
    counted = {link["href"]: link["aria-label"].rpartition(": ")[2] for link in links}
    content = small_map()
    expected = Counter(f"stakeholders/{row.stakeholder}.html#phase_{row.phase}" for row in content.strategies)
    expected += Counter(f"stakeholders/{row.stakeholder}.html#area_{row.action_area}" for row in content.actions)
    assert counted == {href: str(count) for href, count in expected.items()}
    for href in counted:
        path, _, anchor = href.partition("#")
        assert anchor in {attributes.get("id") for _, attributes in small[path].elements}


def test_drafts_are_marked_wherever_they_stand() -> None:
    """In a copy with drafts each draft has a visible mark, and every page says that it is such a copy."""
    content = small_map()
    one, *others = content.stakeholders
    draft = content.model_copy(
        update={
            "stakeholders": (one.model_copy(update={"status": "draft"}), *others),
            "strategies": tuple(row.model_copy(update={"status": "draft"}) for row in content.strategies),
        }
    )
    made = pages(draft, replace(STAMP, drafts=True))
    marks = sum("draft" in mark.get("class", "") for mark in made[f"stakeholders/{one.id}.html"].all("mark"))
    assert marks == 1 + sum(row.stakeholder == one.id for row in content.strategies)
    assert all("drafts that are not published" in page.text for path, page in made.items() if path != "404.html")
    assert all({"name": "robots", "content": "noindex"} in page.all("meta") for page in made.values())
    assert [text for text in made["index.html"].all("text") if text.get("class") == "map-draft"]
    assert not any(page.all("mark") for page in pages(content).values())


def test_texts_of_the_workbook_are_never_markup_or_templates() -> None:
    """What looks like HTML or like a template in a cell is shown as it is written, in every kind of column."""
    evil = '<img src=x onerror="alert(1)">{{ 7 * 191 }}"\'>'
    content = small_map(
        settings=[{"title": evil, "subtitle": evil, "centre_text": evil, "contact": evil, "introduction": evil}],
        glossary=[{"term": evil, "abbreviation": evil, "definition": evil, "also_known_as": (evil,)}],
        pages=[{"id": "evil", "title": evil, "body": evil}],
        credits=[],
    )
    made = pages(content)
    for page in made.values():
        assert not [image for image in page.all("img") if "onerror" in image]
    assert made["glossary.html"].text.count(evil) >= 3
    assert evil in made["evil.html"].text


def test_an_override_changes_the_pages(tmp_path: Path) -> None:
    """A template and the tokens of the user's own folder are used in place of the program's."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "404.html").write_text("Gone: {{ title }}", encoding="utf-8")
    assert rendered(small_map(), templates=tmp_path)["404.html"].body == b"Gone: This page is not here"


@pytest.mark.parametrize(("stakeholders", "phases"), [(2, 1), (40, 8)])
def test_any_size_of_map_is_made(stakeholders: int, phases: int) -> None:
    """From 2 stakeholders and 1 phase to 40 and 8, every page is there and the front page names everyone."""
    content = crowd(stakeholders, phases)
    front = pages(content)["index.html"]
    for one in content.stakeholders:
        assert sum(link.get("href") == f"stakeholders/{one.id}.html" for link in front.all("a")) == 2
