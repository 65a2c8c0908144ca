"""What other machines are told of the pages: search engines, social networks, and pages that embed the map."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from html import escape
from urllib.parse import urljoin

from markupsafe import Markup
from markupsafe import escape as html_escape

from pipeline.json_values import JsonValue
from pipeline.model import Settings, Stakeholder
from pipeline.rendering.map_graphic import draw
from pipeline.rendering.prose import to_html
from pipeline.rendering.web_front import href_of
from pipeline.rendering.web_scripts import as_data
from pipeline.rendering.web_site import Maker, Site, View, WebPage, about, image_address

SOCIAL_PICTURE = "assets/social.png"
TOUCH_ICON = "assets/icon.png"
SOCIAL_SIZE = (1200, 630)
"""Width and height of the social picture in pixels, as social networks show it (Open Graph, 1.91 to 1)."""

_EMBED_SIZE = (960, 720)
"""Width and height in pixels that an embedded map asks for."""

_EMBED = "embed/index.html"


def address_of(settings: Settings, path: str) -> str | None:
    """The whole address of the file at `path`; None where the address of the site is not known."""
    if not settings.site_address:
        return None
    return urljoin(settings.site_address.rstrip("/") + "/", "" if path == "index.html" else path)


def embeds(site: Site) -> Iterator[Maker]:
    """What makes the pages that stand inside other pages: the map, and each stakeholder."""
    yield partial(_embedded_map, site)
    yield from (partial(_embedded, site, one) for one in site.content.stakeholders)


def _embedded_map(site: Site) -> WebPage:
    content, root = site.content, "../"
    return WebPage(
        path=_EMBED,
        template="web/embed.html",
        title=content.settings.title,
        is_listed=False,
        view={
            "map": _opening_outside(
                draw(
                    content,
                    templates=site.templates,
                    href=lambda place: href_of(place, root=root, front=f"{root}index.html"),
                    phase_href=lambda one: f"{root}phases/{one.id}.html",
                    image_href=lambda name: image_address(name, root),
                )
            ),
            "stakeholders": [site.stakeholder(one, root) for one in content.stakeholders],
            "whole": f"{root}index.html",
        },
    )


def _embedded(site: Site, one: Stakeholder) -> WebPage:
    root = "../"
    return WebPage(
        path=f"embed/{one.id}.html",
        template="web/embed_stakeholder.html",
        title=one.name,
        is_listed=False,
        view={
            **site.stakeholder(one, root),
            "definition": to_html(one.definition, root=root),
            "phases": [
                {
                    **site.phase(phase, root),
                    "href": f"{root}stakeholders/{one.id}.html#phase_{phase.id}",
                    "count": len(site.strategies.get((one.id, phase.id), ())),
                }
                for phase in site.content.phases
            ],
            "whole": f"{root}stakeholders/{one.id}.html",
        },
    )


def _opening_outside(drawing: Markup) -> Markup:
    """`drawing` with links that open in the whole window: those of SVG do not heed the page's base (SVG 2, 16.2)."""
    return Markup(str(drawing).replace("<a ", '<a target="_top" '))  # noqa: S704 - the drawing is finished HTML


def original_of(path: str) -> str:
    """The page that the embedded page at `path` shows a part of; any other page is its own."""
    if not path.startswith("embed/"):
        return path
    return "index.html" if path == _EMBED else f"stakeholders/{path.removeprefix('embed/')}"


def embed_of(path: str) -> str | None:
    """The version of the page at `path` that is made to stand inside others, if it has one."""
    if path == "index.html":
        return _EMBED
    return f"embed/{path.removeprefix('stakeholders/')}" if path.startswith("stakeholders/") else None


def snippet(settings: Settings, path: str, title: str) -> str | None:
    """The HTML that puts the embedded page at `path` into another page; None without the site's address."""
    address = address_of(settings, path)
    if address is None:
        return None
    width, height = _EMBED_SIZE
    return (
        f'<iframe src="{html_escape(address)}" title="{html_escape(title)}" width="{width}" height="{height}" '
        'style="max-width:100%;border:0" loading="lazy"></iframe>'
    )


def sharing(site: Site, page: WebPage, *, has_pictures: bool) -> View:
    """What the head of `page` says to search engines and social networks."""
    settings = site.content.settings
    address = address_of(settings, original_of(page.path)) if page.path != "404.html" else None
    embed = embed_of(page.path) if settings.site_address else None
    picture = address_of(settings, SOCIAL_PICTURE) if has_pictures else None
    return {
        "canonical": address,
        "is_listed": page.is_listed and not site.stamp.drafts,
        "oembed": f"{page.root}{embed.removesuffix('.html')}.json" if embed else None,
        "touch_icon": f"{page.root}{TOUCH_ICON}" if has_pictures else None,
        "social_picture": {"href": picture, "width": SOCIAL_SIZE[0], "height": SOCIAL_SIZE[1]} if picture else None,
        "json_ld": as_data(_described(site, page, address)),
    }


def _described(site: Site, page: WebPage, address: str | None) -> JsonValue:
    """`page` in the words of schema.org."""
    settings = site.content.settings
    whole: dict[str, JsonValue] = {
        "@type": "WebSite",
        "name": settings.title,
        "publisher": {"@type": "Organization", "name": settings.publisher},
    }
    found: dict[str, JsonValue | None] = {
        "@context": "https://schema.org",
        "@type": {"index.html": "WebSite", "glossary.html": "DefinedTermSet"}.get(page.path, "WebPage"),
        "name": page.title,
        "description": page.about or None,
        "url": address,
        "inLanguage": settings.language,
        "version": site.stamp.edition,
        "datePublished": settings.published_on.isoformat() if settings.published_on else None,
        "license": settings.licence_link or None,
        "publisher": whole["publisher"],
        "isPartOf": whole if page.path != "index.html" else None,
    }
    if page.path == "glossary.html":
        found["hasDefinedTerm"] = [
            {"@type": "DefinedTerm", "name": term.term, "description": about(term.definition)}
            for term in site.content.glossary
        ]
    return {name: value for name, value in found.items() if value is not None}


def sitemap(settings: Settings, made: Sequence[WebPage]) -> str:
    """The pages for search engines (sitemaps.org, protocol 0.9)."""
    day = f"<lastmod>{settings.published_on.isoformat()}</lastmod>" if settings.published_on else ""
    entries = "".join(
        f"<url><loc>{escape(address_of(settings, page.path) or '')}</loc>{day}</url>\n"
        for page in made
        if page.is_listed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def robots(settings: Settings, *, drafts: bool) -> str:
    """Which pages search engines may read (RFC 9309): all, or none of a copy with drafts."""
    lines = ["User-agent: *", "Disallow: /" if drafts else "Allow: /"]
    if settings.site_address and not drafts:
        lines.append(f"Sitemap: {address_of(settings, 'sitemap.xml')}")
    return "\n".join(lines) + "\n"


def oembeds(site: Site, made: Iterable[WebPage]) -> Iterator[tuple[str, JsonValue]]:
    """The oEmbed answer (oembed.com, 1.0) of each page that has one, with its path."""
    settings = site.content.settings
    width, height = _EMBED_SIZE
    for page in made:
        embed = embed_of(page.path)
        if embed and settings.site_address:
            yield (
                f"{embed.removesuffix('.html')}.json",
                {
                    "version": "1.0",
                    "type": "rich",
                    "title": page.title,
                    "provider_name": settings.title,
                    "provider_url": settings.site_address,
                    "html": snippet(settings, embed, page.title),
                    "width": width,
                    "height": height,
                },
            )


def snippets(site: Site) -> Sequence[View]:
    """Everything that can be embedded: its name, where to look at it, and the lines to copy."""
    settings = site.content.settings
    named = [(_EMBED, settings.title), *((f"embed/{one.id}.html", one.name) for one in site.content.stakeholders)]
    return [
        {"words": site.words("embed_of", name=name), "href": path, "lines": snippet(settings, path, name)}
        for path, name in named
    ]
