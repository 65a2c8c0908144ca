"""What search engines, social networks and embedding pages are told, and the page of changes."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import pytest
from crowds import crowd
from small_map import STAMP, small_map

from pipeline.model import EcosystemMap
from pipeline.rendering import web
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.links import dead_internal_link
from pipeline.rendering.parity import lost_text
from pipeline.templating import environment

ADDRESS = "https://example.org/map/"


@dataclass(frozen=True)
class Side:
    text: str


@dataclass(frozen=True)
class Change:
    sentence: str
    stakeholder: str | None = None
    before: Side | None = None
    after: Side | None = None


def rendered(content: EcosystemMap, **options: Any) -> dict[str, Artefact]:
    options = {"stamp": STAMP, "templates": environment(), **options}
    return {one.path: one for one in web.render(content, **options)}


def html(content: EcosystemMap, path: str, **options: Any) -> str:
    return rendered(content, **options)[path].body.decode()


def test_a_page_says_where_it_is_once_the_address_is_known() -> None:
    """Canonical address, language and picture are whole addresses; a part for embedding names the page it is of."""
    content = small_map()
    page = html(content, "stakeholders/employers.html", has_pictures=True)
    whole = f"{ADDRESS}stakeholders/employers.html"
    assert f'<link rel="canonical" href="{whole}">' in page
    assert f'<link rel="alternate" hreflang="en" href="{whole}">' in page
    assert f'<meta property="og:image" content="{ADDRESS}assets/social.png">' in page
    assert f'<link rel="canonical" href="{ADDRESS}">' in html(content, "index.html")
    assert f'<link rel="canonical" href="{whole}">' in html(content, "embed/employers.html")
    without = html(small_map(settings=[{"site_address": None}]), "index.html", has_pictures=True)
    assert "canonical" not in without
    assert "og:image" not in without


def test_only_pages_with_a_place_of_their_own_are_listed() -> None:
    """Search engines leave out what repeats other pages, and the whole of a copy with drafts."""
    made = {path: one.body.decode() for path, one in rendered(small_map()).items() if path.endswith(".html")}
    hidden = {path for path, page in made.items() if '<meta name="robots" content="noindex">' in page}
    assert hidden == {"404.html", *(path for path in made if path.startswith("embed/"))}
    robots = rendered(small_map(), stamp=replace(STAMP, drafts=True))["robots.txt"].body.decode()
    assert robots == "User-agent: *\nDisallow: /\n"
    assert f"Sitemap: {ADDRESS}sitemap.xml" in rendered(small_map())["robots.txt"].body.decode()


@pytest.mark.parametrize("title", ["A </script><script>alert(1)</script> map", "Less < more & “quotes”", "\u2028"])
def test_structured_data_is_data_whatever_is_in_the_cells(title: str) -> None:
    """JSON-LD gives the title letter by letter, and no letter of it can end the element that it stands in."""
    page = html(small_map(settings=[{"title": title}]), "index.html")
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found = json.loads(data)
    assert (found["@type"], found["name"], found["inLanguage"]) == ("WebSite", title, "en")
    assert not re.search("[<>&\u2028\u2029]", data)


def test_every_embedded_page_can_be_found_by_its_oembed_answer() -> None:
    """Map and stakeholders link to a file in the form of oEmbed 1.0, whose frame shows a page that is there."""
    made = rendered(small_map())
    for path, file in (("index.html", "embed/index.json"), ("stakeholders/employers.html", "embed/employers.json")):
        page = made[path].body.decode()
        [link] = re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)
        assert urljoin(f"https://host/{path}", link) == f"https://host/{file}"
        answer = json.loads(made[file].body)
        assert (answer["version"], answer["type"], answer["provider_name"]) == ("1.0", "rich", "A Small Map")
        [source] = re.findall('src="([^"]+)"', answer["html"])
        assert source.removeprefix(ADDRESS) in made
        assert 'title="' in answer["html"]
    assert not [path for path in rendered(small_map(settings=[{"site_address": None}])) if path.endswith(".json")]


def test_changes_since_the_edition_before_stand_by_stakeholder() -> None:
    """The map first, then stakeholders in their order, each change a sentence with what was before and is now."""
    before = small_map(settings=[{"edition": "2025.2"}])
    changes = (
        Change("A strategy of HR Systems was reworded.", "HR Systems", Side("old <words>"), Side("new words")),
        Change("The title changed."),
    )
    page = html(small_map(), "changes.html", since=before, changes=changes)
    assert "What changed since edition 2025.2" in page
    assert "Changes: 2" in page
    assert page.index("The map as a whole") < page.index("The title changed.") < page.index("was reworded")
    assert "<del>old &lt;words&gt;</del>" in page
    assert "<ins>new words</ins>" in page
    assert "Nothing changed since edition 2025.2." in html(small_map(), "changes.html", since=before)
    assert "There is no earlier edition" in html(small_map(), "changes.html")


def test_a_text_that_stands_only_in_search_or_changes_is_lost() -> None:
    """Pages that repeat texts do not hide that a text is missing from its place."""
    content = small_map()
    made = rendered(content)
    for path in [path for path in made if path.startswith(("credits", "stakeholders/"))]:
        made[path] = Artefact(path, "text/html", b"<p></p>")
    codes = {problem.value for problem in lost_text(content, made)}
    assert {"Example Trust", "Quicker hiring"} <= codes


@pytest.mark.parametrize("size", [3, 10, 17, 24, 40])
def test_every_page_is_reached_and_no_link_is_dead(size: int) -> None:
    """From the front page links lead to every page but the one for errors, and each to a place that is there."""
    content = crowd(size, min(8, size))
    made = rendered(content)
    list(dead_internal_link(content, made, elsewhere=("brief.pdf", "briefs/", "data/")))
    reached, ahead = set(), ["index.html"]
    while ahead:
        path = ahead.pop()
        if path in reached or path not in made:
            continue
        reached.add(path)
        for href in re.findall(r'<a [^>]*href="([^"#:]+)', made[path].body.decode()):
            ahead.append(urljoin(f"https://host/{path}", href).removeprefix("https://host/"))
    assert {path for path in made if path.endswith(".html")} - reached == {"404.html"}
