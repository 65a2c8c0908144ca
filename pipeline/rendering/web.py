"""The web map: every page, stylesheet, font and image of the site.

The pages need no script and no network, and every link in them is relative, so that the site works from any
folder of a web host and from disk. Scripts only add to what is there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from markupsafe import Markup

from pipeline.alongside import by_two
from pipeline.changes import Change
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.colours import accent_colour, shades, theme
from pipeline.rendering.map_relations import places
from pipeline.rendering.media_types import media_type_of
from pipeline.rendering.prose import may_link_to
from pipeline.rendering.readings import Readings
from pipeline.rendering.text_of_html import HtmlText, read_html
from pipeline.rendering.web_changes import changes_page
from pipeline.rendering.web_feed import FEED, feed, has_feed
from pipeline.rendering.web_moved import moved_pages
from pipeline.rendering.web_scripts import policy, style
from pipeline.rendering.web_sharing import embeds, oembeds, robots, sharing, sitemap
from pipeline.rendering.web_site import IMAGES, Maker, Site, View, WebPage
from pipeline.rendering.web_views import menu, pages
from pipeline.templating import Templates, direction

STYLESHEET = "assets/site.css"
FONTS = "assets/fonts/"
FIRST_FONTS = ("inter-regular-basic.woff2", "inter-semibold-basic.woff2")
"""The fonts that every page needs at once."""

ICON = "assets/icon.svg"


SCRIPT = "web/site.js"
"""The script of every page: tooltips, the way to the search, links to copy."""

TIPS_HERE = Markup("<!-- tooltips -->")
"""Where the tooltips come in a page: which ones is known only when its texts are."""


def render(
    content: EcosystemMap,
    *,
    stamp: Stamp,
    templates: Templates,
    since: EcosystemMap | None = None,
    changes: Sequence[Change] = (),
    history: Sequence[EcosystemMap] = (),
    has_pictures: bool = False,
    brief_sizes: Mapping[str, int] | None = None,
    sizes_come_late: bool = False,
    readings: Readings | None = None,
) -> Iterator[Artefact]:
    """Every file of the web map, the same bytes for the same content, stamp and templates.

    `since` is the edition before and `changes` what changed after it, for the page that says so; `history` are all
    earlier editions, oldest first, for the feed and for pages at old addresses; `has_pictures` says that
    `pipeline.rendering.social` makes pictures for social networks, which the pages then name; `brief_sizes` are the
    bytes of each brief by its path, which the links to them then say; `sizes_come_late` while they are being made
    (`web_sizes.with_sizes` puts them in); with `readings`, which take what it says, each page is read back
    by the process that made it.
    """
    words = templates.words(content.settings.language)
    site = Site(content, words, stamp, templates, brief_sizes or {}, sizes_come_late)
    makers = [*pages(site), lambda: changes_page(site, since, changes), *embeds(site)]
    is_read = readings is not None
    made = by_two([partial(_made, site, maker, has_pictures=has_pictures, is_read=is_read) for maker in makers])
    for _, artefact, said in made:
        if readings is not None and said is not None:
            readings.take(artefact, said)
        yield artefact
    listed = [page for page, *_ in made]
    for page in moved_pages(site, history, {page.path for page in listed}):
        yield _text(page.path, _html(site, page, has_pictures=has_pictures))
    if has_feed(site):
        yield feed(site, history, since, changes)
    yield from _assets(site)
    yield _text("robots.txt", robots(content.settings, drafts=stamp.drafts))
    if content.settings.site_address:
        yield _text("sitemap.xml", sitemap(content.settings, listed))
        for path, answer in oembeds(site, listed):
            body = json.dumps(answer, ensure_ascii=False, indent=2).encode() + b"\n"
            yield Artefact(path, "application/json+oembed", body)


def _made(site: Site, maker: Maker, *, has_pictures: bool, is_read: bool) -> tuple[WebPage, Artefact, HtmlText | None]:
    """A page, without what its template was given, its file, and what that says, if it is to be read back."""
    page = maker()
    file = _text(page.path, _html(site, page, has_pictures=has_pictures))
    return replace(page, view={}), file, read_html(file.body) if is_read else None


def _html(site: Site, page: WebPage, *, has_pictures: bool) -> str:
    """The page as HTML, with the tooltips of the terms that it explains."""
    templates = site.templates
    html = templates.render(page.template, **_frame(site, page, has_pictures=has_pictures), **page.view)
    tips = site.terms.tips(html)
    written = templates.render("web/tips.html", tips=tips, word=site.words) if tips else ""
    return html.replace(TIPS_HERE, written, 1)


def _frame(site: Site, page: WebPage, *, has_pictures: bool) -> View:
    """What every page is given: what stands around its content."""
    settings, stamp, word, root = site.content.settings, site.stamp, site.words, page.root
    contact = settings.contact or ""
    mail = f"mailto:{contact}"
    shared = sharing(site, page, has_pictures=has_pictures)
    scripts = [site.script(name) for name in (SCRIPT, *page.scripts)]
    styles = [style(_stylesheet(site, ALONE))] if page.path == "404.html" else []
    fonts_script = site.script("web/fonts.js")
    return {
        **shared,
        "fonts": " ".join(f"{root}{FONTS}{name}" for name in FIRST_FONTS),
        "fonts_script": fonts_script,
        "scripts": scripts,
        "styles": styles,
        "tips_here": TIPS_HERE,
        "word": word,
        "language": settings.language,
        "direction": direction(settings.language),
        "policy": policy(scripts=[fonts_script, *scripts, shared["json_ld"]], styles=styles),
        "root": root,
        "stylesheet": f"{root}{STYLESHEET}",
        "icon_href": f"{root}{ICON}",
        "title": page.title,
        "about": page.about,
        "is_front": page.path == "index.html",
        "is_search": page.path == "search.html",
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
        "more": [
            {"words": word("search_everything"), "href": f"{root}search.html"},
            {"words": word("changes"), "href": f"{root}changes.html"},
            {"words": word("share"), "href": f"{root}downloads.html#share"},
        ],
        "feed": {"words": word("feed_title", title=settings.title), "href": f"{root}{FEED}"}
        if has_feed(site)
        else None,
        "tables": [
            {"words": sheet.name, "href": f"{root}data/{sheet.key.replace('_', '-')}.csv"}
            for sheet in PUBLISHED_SHEETS
            if sheet.settings or getattr(site.content, sheet.key)
        ],
    }


ALONE = ("web/404.css",)
"""The stylesheets that a page holds itself when it cannot know the way to the others."""

SHEETS = ("web/site.css", "web/more.css")


def _stylesheet(site: Site, sheets: Sequence[str]) -> str:
    """Tokens, the shades of the workbook's colours, and `sheets`."""
    templates = site.templates
    parts = (
        templates.read("shared/tokens.css").decode(),
        theme(site.content, templates.tokens()),
        *(templates.read(name).decode() for name in sheets),
    )
    return "\n".join(parts)


def _assets(site: Site) -> Iterator[Artefact]:
    templates, content = site.templates, site.content
    tokens = templates.tokens()
    highlights = templates.render("web/highlights.css", count=len(places(content)), phases=len(content.phases))
    yield _text(STYLESHEET, f"{_stylesheet(site, SHEETS)}\n{highlights}")
    for name in templates.names("shared/fonts", ".woff2"):
        path = f"{FONTS}{name.rpartition('/')[2]}"
        yield Artefact(path, media_type_of(name), templates.read(name))
    accent = shades(accent_colour(content, tokens), paper=tokens["--paper"])
    yield _text(ICON, templates.render("web/icon.svg", accent=accent))
    for name, body in sorted(content.images.items()):
        yield Artefact(f"{IMAGES}{name}", media_type_of(name), body)


def _text(path: str, text: str) -> Artefact:
    return Artefact(path, media_type_of(path), text.encode())
