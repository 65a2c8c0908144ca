"""The web pages: what each template is given. Templates place it and decide nothing."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from pipeline.model import Page
from pipeline.rendering.prose import page_to_html, page_to_plain, to_html
from pipeline.rendering.web_entries import area_page, phase_page, stakeholder_page
from pipeline.rendering.web_front import front_page
from pipeline.rendering.web_matrix import matrix_page
from pipeline.rendering.web_search import search_page
from pipeline.rendering.web_sharing import address_of, snippets
from pipeline.rendering.web_site import Maker, Site, WebPage, about, image_address

_ROLES = ("Maintainer", "Funder", "Partner", "Contributor")


def pages(site: Site) -> Iterator[Maker]:
    """What makes each page of the site, the front page first."""
    content = site.content
    yield partial(front_page, site)
    yield from (partial(stakeholder_page, site, one, at) for at, one in enumerate(content.stakeholders))
    yield from (partial(phase_page, site, one, at) for at, one in enumerate(content.phases))
    yield from (partial(area_page, site, one, at) for at, one in enumerate(content.action_areas))
    yield partial(matrix_page, site)
    if content.glossary:
        yield partial(_glossary, site)
    if content.resources:
        yield partial(_resources, site)
    yield from (partial(_own_page, site, page) for page in content.pages)
    if content.credits:
        yield partial(_credits, site)
    yield partial(search_page, site)
    yield partial(_downloads, site)
    yield partial(_not_found, site)


def menu(site: Site) -> Sequence[tuple[str, str, str]]:
    """The main menu: section, words, and address as seen from the front page."""
    content, word = site.content, site.words
    return (
        ("map", word("map"), "index.html"),
        ("phases", word("phases"), "index.html#phases_list"),
        *((("areas", word("action_areas"), "index.html#areas_list"),) if content.action_areas else ()),
        ("matrix", word("matrix"), "matrix.html"),
        *((("glossary", word("glossary"), "glossary.html"),) if content.glossary else ()),
        *((("resources", word("resources"), "resources.html"),) if content.resources else ()),
        *((f"page-{page.id}", page.menu or page.title, f"{page.id}.html") for page in content.pages),
        *((("credits", word("credits"), "credits.html"),) if content.credits else ()),
    )


def _glossary(site: Site) -> WebPage:
    word = site.words
    terms = sorted(site.content.glossary, key=lambda term: (_sorted_as(term.term), term.term))
    letters = [
        {
            "letter": letter,
            "anchor": f"letter_{number}",
            "terms": [
                {
                    "anchor": term.id,
                    "term": term.term,
                    "abbreviation": term.abbreviation,
                    "also_known_as": term.also_known_as,
                    "definition": site.terms.explained(to_html(term.definition), "", but=term.id),
                    "source_name": term.source_name,
                    "source_link": term.source_link,
                    "is_draft": term.is_draft,
                }
                for term in held
            ],
        }
        for number, (letter, held) in enumerate(groupby(terms, key=lambda term: _sorted_as(term.term)[:1].upper()), 1)
    ]
    return WebPage(
        path="glossary.html",
        template="web/glossary.html",
        title=word("glossary"),
        section="glossary",
        scripts=("web/filter.js",),
        view={"letters": letters},
    )


def _resources(site: Site) -> WebPage:
    groups = dict.fromkeys(resource.group for resource in site.content.resources)
    return WebPage(
        path="resources.html",
        template="web/resources.html",
        title=site.words("resources"),
        section="resources",
        scripts=("web/filter.js",),
        view={
            "groups": [
                {
                    "name": group,
                    "anchor": f"group_{number}",
                    "resources": [site.resource(one, "") for one in site.content.resources if one.group == group],
                }
                for number, group in enumerate(groups, 1)
            ]
        },
    )


def _own_page(site: Site, page: Page) -> WebPage:
    images = site.content.images
    keep_lines = not page.file
    body = page.body or ""
    return WebPage(
        path=f"{page.id}.html",
        template="web/page.html",
        title=page.title,
        section=f"page-{page.id}",
        about=about(page_to_plain(body, keep_lines=keep_lines)),
        view={
            "body": site.terms.explained(
                page_to_html(
                    body, image=lambda name: image_address(name) if name in images else None, keep_lines=keep_lines
                ),
                "",
            ),
            "is_draft": page.is_draft,
        },
    )


def _credits(site: Site) -> WebPage:
    content, word = site.content, site.words
    return WebPage(
        path="credits.html",
        template="web/credits.html",
        title=word("credits"),
        section="credits",
        view={
            "roles": [
                {
                    "name": word(role.lower()),
                    "credits": [
                        {
                            "anchor": one.id,
                            "name": one.name,
                            "logo": image_address(one.logo) if one.logo else None,
                            "logo_description": one.logo_description,
                            "link": one.link,
                            "is_draft": one.is_draft,
                        }
                        for one in content.credits
                        if one.role == role
                    ],
                }
                for role in _ROLES
                if any(one.role == role for one in content.credits)
            ]
        },
    )


def _downloads(site: Site) -> WebPage:
    content, word = site.content, site.words
    return WebPage(
        path="downloads.html",
        template="web/downloads.html",
        title=word("downloads"),
        section="downloads",
        about=word("downloads_text"),
        view={
            "data_files": [
                {"words": word("data"), "href": "data/map.json"},
                {"words": word("data_nested"), "href": "data/nested.json"},
                {"words": word("data_index"), "href": "data/index.json"},
                {"words": word("schema"), "href": "data/map.schema.json"},
            ],
            "parts": [
                {"words": word("data_of", name=one.name), "name": one.name, "href": f"data/{folder}/{one.id}.json"}
                for folder, held in (("phases", content.phases), ("action-areas", content.action_areas))
                for one in held
            ],
            "stakeholders": [
                {
                    **site.stakeholder(one, ""),
                    "files": [
                        {"words": word("brief_of", name=one.name), "short": "PDF", "href": f"briefs/{one.id}.pdf"},
                        {
                            "words": word("data_of", name=one.name),
                            "short": "JSON",
                            "href": f"data/stakeholders/{one.id}.json",
                        },
                    ],
                }
                for one in content.stakeholders
            ],
            "snippets": snippets(site),
            "is_address_known": bool(content.settings.site_address),
        },
    )


def _not_found(site: Site) -> WebPage:
    # a host shows this page at addresses of any depth, from where only a whole address leads back
    settings = site.content.settings
    links = (("index.html", "to_map"), ("search.html", "search_everything"))
    return WebPage(
        path="404.html",
        template="web/404.html",
        title=site.words("not_found"),
        is_listed=False,
        view={
            "links": [{"words": site.words(words), "href": address_of(settings, path) or path} for path, words in links]
        },
    )


def _sorted_as(term: str) -> str:
    """`term` as it is sorted: without accents, case and leading punctuation."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", term) if not unicodedata.combining(letter)
    ).casefold()
    return plain.lstrip("“”\"'([{ ") or plain
