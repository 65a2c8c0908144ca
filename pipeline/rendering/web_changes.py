"""The page that says what changed since an earlier edition."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.changes import Change
from pipeline.model import EcosystemMap
from pipeline.rendering.web_site import Site, View, WebPage


def changes_page(site: Site, since: EcosystemMap | None, changes: Sequence[Change]) -> WebPage:
    """What changed since the edition `since`, by stakeholder; a few words where there is nothing to say."""
    word = site.words
    earlier = since.settings.edition if since else ""
    groups: dict[str, list[View]] = defaultdict(list)
    for change in changes:
        groups[change.stakeholder or ""].append(_view(change))
    names = {one.name: site.stakeholder(one, "") for one in site.content.stakeholders}
    names |= {one.id: site.stakeholder(one, "") for one in site.content.stakeholders}
    order = ["", *(key for key in names if key in groups), *(key for key in groups if key and key not in names)]
    title = word("changes_since", edition=earlier) if since else word("changes")
    return WebPage(
        path="changes.html",
        template="web/changes.html",
        title=title,
        section="changes",
        about=title,
        view={
            "summary": _summary(site, since, changes),
            "groups": [
                {
                    "anchor": f"changes_{number}",
                    "name": names[key]["name"] if key in names else key or word("changes_of_map"),
                    "href": names[key]["href"] if key in names else None,
                    "changes": groups[key],
                }
                for number, key in enumerate((key for key in order if key in groups), 1)
            ],
        },
    )


def _summary(site: Site, since: EcosystemMap | None, changes: Sequence[Change]) -> str:
    if since is None:
        return site.words("changes_first")
    if not changes:
        return site.words("changes_none", edition=since.settings.edition)
    return site.words("changes_count", count=len(changes))


def _view(change: Change) -> View:
    before, after = (side.text if side else "" for side in (change.before, change.after))
    return {
        "sentence": change.sentence,
        "before": before if before and before not in change.sentence else "",
        "after": after if after and after not in change.sentence else "",
    }
