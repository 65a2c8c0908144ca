"""The Atom feed of the editions: what changed in each (RFC 4287).

IDs are UUIDs made of the first edition, so that they stay when the site moves or the map gets another title. Addresses
are whole where the Settings sheet gives the Site address. Without one they are relative, which the format allows: a
reader takes them from where it found the feed.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from html import escape
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.changes import Change, by_stakeholder, changes_for_readers
from pipeline.harmless import xml_text
from pipeline.model import EcosystemMap, Settings
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.web_sharing import address_of
from pipeline.rendering.web_site import Site

FEED = "feed.xml"
"""The path of the feed."""

MOST_EDITIONS = 20
"""How many editions the feed tells of, the latest first."""

MOST_CHANGES = 200
"""How many changes of an edition it tells before it only counts the rest."""

_ATOM = "http://www.w3.org/2005/Atom"
_IDS = UUID("5f0f2f4e-6c39-5d0b-9a39-7a9d0a3f3f0e")
_UNDATED = date(2000, 1, 1)


def has_feed(site: Site) -> bool:
    """Whether there is a feed: not in a copy with drafts, which is for those who write."""
    return not site.stamp.drafts


def feed(site: Site, history: Sequence[EcosystemMap], since: EcosystemMap | None, found: Sequence[Change]) -> Artefact:
    """The feed of the editions `history`, oldest first, and of the present one.

    `found` is what changed from `since` to the present content.
    """
    settings, word = site.content.settings, site.words
    first = (*history, site.content)[0].settings
    # The separator cannot be in a cell.
    seed = "\x1f".join((first.title, first.publisher, first.edition))
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": settings.language})
    _text(root, "id", uuid5(_IDS, seed).urn)
    _text(root, "title", word("feed_title", title=settings.title))
    _text(root, "updated", _moment(settings, site.stamp.moment))
    _text(SubElement(root, "author"), "name", settings.publisher)
    if settings.licence_name:
        _text(root, "rights", settings.licence_name)
    _link(root, "alternate", settings, "changes.html", "text/html")
    if settings.site_address:
        _link(root, "self", settings, FEED, "application/atom+xml")
    told = [(site.content, since, found)]
    for at in range(len(history) - 1, -1, -1):
        before = history[at - 1] if at else None
        is_told = before is not None and len(told) < MOST_EDITIONS
        told.append((history[at], before, changes_for_readers(before, history[at]) if before and is_told else ()))
    for content, before, changed in told[:MOST_EDITIONS]:
        entry = SubElement(root, "entry")
        about = content.settings
        _text(entry, "id", uuid5(_IDS, f"{seed}\x1f{about.edition}").urn)
        _text(entry, "title", word("edition", edition=about.edition))
        _text(entry, "updated", _moment(about, site.stamp.moment if content is site.content else None))
        _link(entry, "alternate", settings, "changes.html", "text/html")
        _text(entry, "content", _told(site, content, before, changed)).set("type", "html")
    indent(root)
    body = tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    return Artefact(FEED, "application/atom+xml", body)


def _told(site: Site, content: EcosystemMap, before: EcosystemMap | None, found: Sequence[Change]) -> str:
    """What changed in an edition, as HTML."""
    word = site.words
    if before is None:
        return f"<p>{escape(word('feed_first'))}</p>"
    if not found:
        return f"<p>{escape(word('changes_none', edition=before.settings.edition))}</p>"
    parts = [f"<p>{escape(word('changes_since', edition=before.settings.edition))}</p>"]
    for group in by_stakeholder(found[:MOST_CHANGES], content):
        items = "".join(f"<li>{escape(change.sentence)}</li>" for change in group.changes)
        parts.append(f"<h2>{escape(group.name or word('changes_of_map'))}</h2><ul>{items}</ul>")
    if len(found) > MOST_CHANGES:
        parts.append(f"<p>{escape(word('feed_more', count=len(found) - MOST_CHANGES))}</p>")
    return "".join(parts)


def _moment(settings: Settings, otherwise: datetime | None) -> str:
    """When an edition was published, as RFC 3339 has it; never by the clock."""
    if settings.published_on or otherwise is None:
        otherwise = datetime.combine(settings.published_on or _UNDATED, time(), tzinfo=UTC)
    return otherwise.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = xml_text(text)
    return element


def _link(parent: Element, relation: str, settings: Settings, path: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": address_of(settings, path) or path})
