"""Pages at old addresses: they lead on to where a renamed row is now, or say that it is gone.

An address is old when an earlier edition had it, or when it follows from a former name of a stakeholder. No page of the
site is ever replaced.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from pipeline.changes import ids_after
from pipeline.identifiers import from_name, is_good
from pipeline.matching import fold
from pipeline.model import EcosystemMap, sheet_of
from pipeline.rendering.web_sharing import address_of
from pipeline.rendering.web_site import Site, WebPage

_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "stakeholders": ("stakeholders/{}.html", "embed/{}.html"),
    "phases": ("phases/{}.html",),
    "action_areas": ("action-areas/{}.html",),
    "pages": ("{}.html",),
}
"""The pages that the row with an ID has, by the key of its sheet."""


@dataclass(frozen=True, slots=True)
class _Old:
    """A row that had an address: its sheet's key, its ID and name then, and its ID now, None when it is gone."""

    key: str
    id: str
    name: str
    now: str | None


def moved_pages(site: Site, history: Sequence[EcosystemMap], taken: Set[str]) -> Iterator[WebPage]:
    """A page for each old address that is not `taken`; `history` are the earlier editions, oldest first."""
    made = set(taken)
    for old in (*_of_editions(site.content, history), *_of_former_names(site.content)):
        for address in _ADDRESSES[old.key]:
            path = address.format(old.id)
            if path not in made:
                made.add(path)
                yield _page(site, path, old, address.format(old.now) if old.now else None)


def _of_editions(content: EcosystemMap, history: Sequence[EcosystemMap]) -> Iterator[_Old]:
    """What the rows of earlier editions are now, followed from edition to edition; the latest edition first."""
    former = {fold(name): one.id for one in content.stakeholders for name in one.former_names}
    following, now = content, {(key, entry.id): entry.id for key in _ADDRESSES for entry in getattr(content, key)}
    for edition in reversed(history):
        had = [(key, entry) for key in _ADDRESSES for entry in getattr(edition, key)]
        if all((key, entry.id) in following.by_id for key, entry in had):
            after = {(key, entry.id): entry.id for key, entry in had}  # rows are matched by their IDs first
        else:
            after = dict(ids_after(edition, following))
        found: dict[tuple[str, str], str] = {}
        for key, entry in had:
            name = str(getattr(entry, sheet_of(key).named_by))
            at = now.get((key, after[key, entry.id])) if (key, entry.id) in after else None
            if at is None and key == "stakeholders":
                at = former.get(fold(name))
            if at is not None:
                found[key, entry.id] = at
            if at != entry.id:
                yield _Old(key, entry.id, name, at)
        following, now = edition, found


def _of_former_names(content: EcosystemMap) -> Iterator[_Old]:
    for one in content.stakeholders:
        for name in one.former_names:
            if is_good(identifier := from_name(name)):
                yield _Old("stakeholders", identifier, name, one.id)


def _page(site: Site, path: str, old: _Old, target: str | None) -> WebPage:
    word, settings = site.words, site.content.settings
    link, canonical, name = "index.html", None, ""
    if old.now and target:
        entry = site.content.by_id[old.key, old.now]
        link, name = target, str(getattr(entry, sheet_of(old.key).named_by))
        # An embedded page is a part of the page that search engines are to list.
        canonical = address_of(settings, target.replace("embed/", "stakeholders/", 1))
    root = "../" * path.count("/")
    return WebPage(
        path=path,
        template="web/moved.html",
        title=word("moved") if name else word("gone"),
        is_listed=False,
        scripts=("web/moved.js",) if name else (),
        view={
            "text": word("moved_text", old=old.name, new=name) if name else word("gone_text", old=old.name),
            "href": f"{root}{link}",
            "link_words": name or word("to_map"),
            "is_moved": bool(name),
            # A search engine follows a page that leads on; it must not keep the others.
            "is_listed_elsewhere": bool(name) and not path.startswith("embed/") and not site.stamp.drafts,
            "now_at": canonical,
        },
    )
