"""Old addresses lead on: renamed and removed rows keep a page, and no page of the site is replaced."""

from typing import Any

from small_map import ROWS, STAMP, small_map

from pipeline.changes import changes
from pipeline.model import EcosystemMap
from pipeline.rendering import web
from pipeline.templating import environment


def site(content: EcosystemMap, *history: EcosystemMap) -> dict[str, str]:
    """The text of every page of the site; `history` are earlier editions."""
    since = history[-1] if history else None
    found = changes(since, content) if since else ()
    made = web.render(content, stamp=STAMP, templates=environment(), since=since, changes=found, history=history)
    return {one.path: one.body.decode() for one in made if one.path.endswith((".html", ".xml"))}


def renamed(new: str, *former: str, identifier: str = "", **settings: Any) -> EcosystemMap:
    """The small map with HR Systems called `new`."""
    identifier = identifier or new.lower().replace(" ", "-")

    def swap(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(map(swap, value))
        return identifier if value == "hr-systems" else value

    rows = {key: [{name: swap(value) for name, value in row.items()} for row in ROWS[key]] for key in ROWS}
    row = dict(ROWS["stakeholders"][1]) | {"name": new, "id": identifier, "former_names": former}
    return small_map(**rows | {"stakeholders": [ROWS["stakeholders"][0], row]}, settings=[settings])


def test_a_former_name_is_an_address() -> None:
    """The page that a stakeholder had under a former name leads to its page, with no edition recorded at all."""
    page = site(renamed("People Systems", "HR Systems"))["stakeholders/hr-systems.html"]
    assert '<meta http-equiv="refresh" content="0; url=../stakeholders/people-systems.html">' in page
    assert '<a class="button" href="../stakeholders/people-systems.html" data-moved>People Systems</a>' in page
    assert "“HR Systems” is called “People Systems” now" in page
    assert "<h1>" in page
    assert 'lang="en"' in page


def test_embedded_pages_lead_on_too() -> None:
    """Pages of others that embed the old address show the new one."""
    assert "url=../embed/people-systems.html" in site(renamed("People Systems", "HR Systems"))["embed/hr-systems.html"]


def test_an_id_of_an_earlier_edition_is_an_address() -> None:
    """A page that moved because its ID changed leads on, without any former name; the way goes through all editions."""
    files = site(renamed("HR Systems", identifier="hr"), renamed("HR Systems", identifier="people"), small_map())
    first = site(renamed("HR Systems", identifier="hr"), small_map(), renamed("HR Systems", identifier="people"))
    for found in (files, first):
        assert "url=../stakeholders/hr.html" in found["stakeholders/hr-systems.html"]
        assert "url=../stakeholders/hr.html" in found["stakeholders/people.html"]


def test_the_canonical_address_is_the_new_page() -> None:
    """With a Site address search engines are told where the page is now, without an anchor; sitemaps leave it out."""
    content = renamed("People Systems", "HR Systems", site_address="https://example.org/map/")
    files = site(content)
    new = "https://example.org/map/stakeholders/people-systems.html"
    for path in ("stakeholders/hr-systems.html", "embed/hr-systems.html"):
        assert f'<link rel="canonical" href="{new}">' in files[path]
    assert "hr-systems" not in files["sitemap.xml"]
    unknown = site(renamed("People Systems", "HR Systems", site_address=None))
    assert "canonical" not in unknown["stakeholders/hr-systems.html"]


def test_a_removed_stakeholder_has_a_last_word() -> None:
    """One that is gone without an heir says so and leads to the map; with an heir it leads there."""
    less = {key: list[Any]() for key in ("strategies", "actions", "value_propositions", "quotes", "resources")}

    def without(*former: str) -> EcosystemMap:
        return small_map(stakeholders=[ROWS["stakeholders"][0] | {"former_names": former}], **less)

    gone = site(without(), small_map(**less))["stakeholders/hr-systems.html"]
    assert "“HR Systems” is no longer part of the map." in gone
    assert "refresh" not in gone
    assert 'href="../index.html"' in gone
    assert "noindex" in gone
    assert "url=../stakeholders/employers.html" in site(without("HR Systems"))["stakeholders/hr-systems.html"]
    heir = site(without("HR Systems"), small_map(**less))["stakeholders/hr-systems.html"]
    assert "url=../stakeholders/employers.html" in heir


def test_phases_areas_and_pages_lead_on() -> None:
    """Whatever has a page of its own and gets another ID keeps its old address."""
    new = small_map(
        phases=[{"name": "Preparing", "description": ROWS["phases"][0]["description"], "id": "preparing"}],
        strategies=[],
        resources=[],
        pages=[dict(ROWS["pages"][0]) | {"id": "our-story"}],
    )
    old = small_map(
        phases=[{"name": "Preparation", "description": ROWS["phases"][0]["description"], "id": "preparation"}],
        strategies=[],
        resources=[],
        pages=[dict(ROWS["pages"][0]) | {"id": "story"}],
    )
    files = site(new, old)
    assert "url=../phases/preparing.html" in files["phases/preparation.html"]
    assert "url=our-story.html" in files["story.html"]


def test_no_page_is_replaced() -> None:
    """A former name that is now another stakeholder's own leads nowhere: the page there is that stakeholder's."""
    content = small_map(
        stakeholders=[ROWS["stakeholders"][0] | {"former_names": ("HR Systems",)}, ROWS["stakeholders"][1]]
    )
    page = site(content, small_map())["stakeholders/hr-systems.html"]
    assert "data-moved" not in page
    assert page == site(small_map())["stakeholders/hr-systems.html"]


def test_hostile_names_are_only_texts() -> None:
    """A name from an earlier edition is shown and never run."""
    name = '"><script>alert(1)</script>'
    page = next(text for path, text in site(renamed("People Systems", name)).items() if "script-alert" in path)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
