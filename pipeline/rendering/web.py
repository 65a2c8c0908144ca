"""The web map: every page, stylesheet, font and image of the site.

The pages need no script and no network, and every link in them is relative, so that the site works from any
folder of a web host and from disk.
"""

from collections.abc import Iterator
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.colours import accent_colour, shades, theme
from pipeline.rendering.media_types import media_type_of
from pipeline.rendering.prose import may_link_to
from pipeline.rendering.web_site import IMAGES, Site, View, WebPage
from pipeline.rendering.web_views import menu, pages
from pipeline.templating import Templates, direction

POLICY = (
    "default-src 'none'; style-src 'self' file:; font-src 'self' file:; img-src 'self' file: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""Content security policy of every page. `file:` is for pages opened from disk, where some browsers have no
'self'; a page from the web cannot reach files anyway. Without `connect-src` some tools cannot read
robots.txt."""

STYLESHEET = "assets/site.css"
FONTS = "assets/fonts/"
ICON = "assets/icon.svg"


def render(content: EcosystemMap, *, stamp: Stamp, templates: Templates) -> Iterator[Artefact]:
    """Every file of the web map, the same bytes for the same content, stamp and templates."""
    words = templates.words(content.settings.language)
    site = Site(content, words, stamp, templates)
    made = tuple(pages(site))
    for page in made:
        html = templates.render(page.template, **_frame(site, page), **page.view)
        yield _text(page.path, html)
    yield from _assets(site)
    if content.settings.site_address:
        yield _text("sitemap.xml", _sitemap(content, made))


def _frame(site: Site, page: WebPage) -> View:
    """What every page is given: what stands around its content."""
    settings, stamp, word, root = site.content.settings, site.stamp, site.words, page.root
    contact = settings.contact or ""
    mail = f"mailto:{contact}"
    return {
        "word": word,
        "language": settings.language,
        "direction": direction(settings.language),
        "policy": POLICY,
        "root": root,
        "stylesheet": f"{root}{STYLESHEET}",
        "icon_href": f"{root}{ICON}",
        "title": page.title,
        "about": page.about,
        "is_front": page.path == "index.html",
        "site_title": settings.title,
        "settings": settings,
        "menu": [
            {
                "words": words,
                "href": f"{root}{href}",
                "current": ("page" if href == page.path else "true") if section == page.section else None,
            }
            for section, words, href in menu(site)
        ],
        "contact_link": mail if may_link_to(mail) and " " not in contact else None,
        "edition": word("edition", edition=stamp.edition),
        "published": word("published", date=word.date(stamp.published_on)) if stamp.published_on else None,
        "release": word("release", digest=stamp.short_digest),
        "is_draft_copy": stamp.drafts,
        "downloads": [
            {"words": word("whole_brief"), "href": f"{root}brief.pdf"},
            {"words": word("data"), "href": f"{root}data/map.json"},
        ],
        "tables": [
            {"words": sheet.name, "href": f"{root}data/{sheet.key.replace('_', '-')}.csv"}
            for sheet in PUBLISHED_SHEETS
            if sheet.settings or getattr(site.content, sheet.key)
        ],
    }


def _assets(site: Site) -> Iterator[Artefact]:
    templates, content = site.templates, site.content
    tokens = templates.tokens()
    sheets = (
        templates.read("shared/tokens.css").decode(),
        theme(content, tokens),
        templates.read("web/site.css").decode(),
        templates.render("web/highlights.css", count=len(content.stakeholders)),
    )
    yield _text(STYLESHEET, "\n".join(sheets))
    for name in templates.names("shared/fonts", ".woff2"):
        path = f"{FONTS}{name.rpartition('/')[2]}"
        yield Artefact(path, media_type_of(name), templates.read(name))
    accent = shades(accent_colour(content, tokens), paper=tokens["--paper"])
    yield _text(ICON, templates.render("web/icon.svg", accent=accent))
    for name, body in sorted(content.images.items()):
        yield Artefact(f"{IMAGES}{name}", media_type_of(name), body)


def _sitemap(content: EcosystemMap, made: tuple[WebPage, ...]) -> str:
    """The pages for search engines (sitemaps.org, protocol 0.9)."""
    settings = content.settings
    address = (settings.site_address or "").rstrip("/") + "/"
    day = f"<lastmod>{settings.published_on.isoformat()}</lastmod>" if settings.published_on else ""
    entries = "".join(
        f"<url><loc>{escape(urljoin(address, page.path))}</loc>{day}</url>\n"
        for page in made
        if page.path != "404.html"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def _text(path: str, text: str) -> Artefact:
    return Artefact(path, media_type_of(path), text.encode())
