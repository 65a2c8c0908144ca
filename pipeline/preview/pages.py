"""The pages as the preview serves them: with their cells, and with the bar and panel of the preview.

Published bytes are never touched: what is added here is added to a copy on its way to the browser.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from typing import Any
from urllib.parse import quote

from pipeline.harmless import MOST_CHARACTERS, shortened, visible
from pipeline.preview.located import Values, located
from pipeline.preview.state import Making, Shown, State
from pipeline.problems import CellRef, Problem, Severity
from pipeline.rendering.web_scripts import script
from pipeline.reports import Group, counts, grouped, summary
from pipeline.templating import Templates

OWN = "_preview/"
"""Where the preview's own files are; no page of a map has a path that begins so, for IDs have no underscore."""

STYLES, PANEL, CHANGES = f"{OWN}page.css", f"{OWN}panel", f"{OWN}changes"
PANEL_STYLES = f"{OWN}panel.css"
BRIEF = "brief.pdf"

MOST_GROUPS = 200
"""How many groups of problems the panel lists before it only counts the rest."""

MOST_PLACES = 12

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_HEAD = re.compile(r"<head>", re.IGNORECASE)
_CHARSET = re.compile(r'<meta charset="[^"]*">', re.IGNORECASE)
_END = "</body>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to serve: its HTML, the digest of what the workbook makes of it, and whether it is on the map (still)."""

    html: str
    digest: str
    is_there: bool = True


class Pages:
    """Makes pages of a state. `templates` are those of the preview's own bar and panel."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self.script = script(templates, "preview/preview.js")
        tokens = templates.read("shared/tokens.css").decode()
        self.styles = templates.read("preview/page.css").decode()
        self.panel_styles = templates.read("preview/panel.css").decode()
        self.alone_styles = tokens + templates.read("preview/alone.css").decode()
        self._located = lru_cache(maxsize=256)(_located)

    def page(self, state: State, path: str) -> Page | None:
        """The page at `path`; None if there is none, and never was."""
        html = self._html(state, path)
        return self._page(html, state, path) if html else None

    def not_found(self, state: State, path: str) -> Page:
        """What is shown where there is no page."""
        shown = state.shown
        html = shown.files["404.html"].body.decode() if shown and "404.html" in shown.files else self._waiting(state)
        return self._page(html, state, path, is_there=False)

    def brief_to_come(self, state: State, path: str) -> Page:
        """What is shown where a brief will be."""
        briefs = state.briefs
        html = self._templates.render(
            "preview/brief.html",
            styles=ALONE,
            failure=visible(briefs.failure),
            is_failed=briefs.making is Making.FAILED,
        )
        return self._page(html, state, path)

    def news(self, state: State, path: str) -> Mapping[str, str]:
        """Digests of what a window on `path` shows: of its page, stylesheets, other files and panel.

        A window asks for what is different from what it has.
        """
        shown = state.shown
        if path in state.briefs.made:
            page = _brief_digest(state, path)
        elif path.endswith(".pdf"):
            page = self.brief_to_come(state, path).digest
        else:
            html = self._html(state, path)
            page = _digest(html) if html else self.not_found(state, path).digest
        return {
            "page": page,
            "styles": shown.digests["styles"] if shown else "",
            "files": shown.digests["files"] if shown else "",
            "panel": _digest(self.panel(state, path)),
        }

    def _html(self, state: State, path: str) -> str | None:
        """The page at `path` with the cells of its texts, or as it was last; None if there never was one."""
        if state.shown is None:
            return self._waiting(state) if path == "index.html" else None
        if path in state.shown.files:
            body = state.shown.files[path].body
            return self._located(body, path, state.shown.values, _severities(state.problems))
        return state.former[path].body.decode() if path in state.former else None

    def _page(self, html: str, state: State, path: str, *, is_there: bool = True) -> Page:
        digest = _digest(html)
        return Page(html=self._framed(html, state, path, digest), digest=digest, is_there=is_there)

    def panel(self, state: State, path: str) -> str:
        """The bar and the panel for the page at `path`."""
        return self._templates.render("preview/panel.html", styles=f"/{PANEL_STYLES}", **_panel_view(state, path))

    def _waiting(self, state: State) -> str:
        return self._templates.render("preview/waiting.html", workbook=visible(state.workbook), styles=ALONE)

    def _framed(self, html: str, state: State, path: str, page: str) -> str:
        """`html`, whose digest is `page`, with the preview's script, styles and panel, and a policy that allows them."""
        policy = _POLICY.search(html)
        if policy:
            html = html.replace(policy[0], "", 1)
        rules = escape(_with_hash(unescape(policy[1]) if policy else "", self.script))
        head = (
            f'<meta http-equiv="Content-Security-Policy" content="{rules}"><link rel="stylesheet" href="/{STYLES}">'
            f"<script>{self.script}</script>"
        )
        # The script comes before every other, so that it knows what listens to the page.
        first = _CHARSET.search(html) or _HEAD.search(html)
        at = first.end() if first else 0
        html = html[:at] + head + html[at:]
        panel = self.panel(state, path)
        host = (
            f'<div id="preview_host" data-page="{page}" data-panel="{_digest(panel)}">'
            f'<template shadowrootmode="open">{panel}</template></div>'
        )
        before, end, after = html.rpartition(_END)
        return before + host + end + after if end else html + host


ALONE = f"/{OWN}alone.css"
"""The stylesheet of the preview's own pages."""


def _located(body: bytes, path: str, values: Values, severities: Mapping[CellRef, str]) -> str:
    return located(body.decode(), path, values, severities)


class _Severities(dict[CellRef, str]):
    """The weights of problems by cell, known by what they are made of."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        # Backwards: the worst problem of a cell comes first in the list, and is what counts.
        super().__init__({problem.at: problem.severity.value for problem in reversed(problems) if problem.at.a1})
        self._key = hash(tuple(self.items()))

    def __hash__(self) -> int:  # type: ignore[override]
        return self._key


@lru_cache(maxsize=4)
def _severities(problems: tuple[Problem, ...]) -> _Severities:
    return _Severities(problems)


def _panel_view(state: State, path: str) -> Mapping[str, Any]:
    groups = grouped(state.problems)
    number = counts(state.problems)
    stakeholder = re.fullmatch(r"stakeholders/([a-z0-9-]+)\.html", path)
    briefs = [{"words": "The whole brief", "path": BRIEF}]
    if stakeholder:
        briefs.insert(0, {"words": "This stakeholder’s brief", "path": f"briefs/{stakeholder[1]}.pdf"})
    return {
        "workbook": visible(shortened(state.workbook, 80)),
        "saved": state.saved,
        "fault": visible(shortened(state.fault, 600)),
        "is_behind": state.is_behind,
        "is_former": bool(state.shown and path not in state.shown.files and path in state.former),
        "summary": summary(state.problems),
        "counts": [
            {"severity": severity.value, "number": number[severity.value]}
            for severity in Severity
            if number[severity.value]
        ],
        "groups": [_group(group, state, path) for group in groups[:MOST_GROUPS]],
        "more": max(0, len(groups) - MOST_GROUPS),
        "making": state.briefs.making.value,
        "failure": visible(shortened(state.briefs.failure, 400)),
        "briefs": [
            {
                **each,
                "href": f"/{each['path']}",
                "is_made": each["path"] in state.briefs.made,
                "is_current": each["path"] in state.briefs.current,
                "digest": _brief_digest(state, each["path"]),
            }
            for each in briefs
        ],
    }


def _brief_digest(state: State, path: str) -> str:
    made = state.briefs.made.get(path)
    return sha256(made.body).hexdigest()[:12] if made else ""


def _group(group: Group, state: State, path: str) -> Mapping[str, Any]:
    first, shown = group.first, state.shown
    left_out = shown is not None and not state.is_behind and not any(_is_shown(one, shown) for one in group.problems)
    return {
        "severity": first.severity.value,
        "word": first.severity.value.capitalize(),
        "code": first.code,
        "heading": visible(shortened(first.heading, 80)),
        "message": visible(shortened(first.message, 2 * MOST_CHARACTERS)),
        "help": visible(shortened(first.help, 2 * MOST_CHARACTERS)),
        "is_left_out": left_out and first.severity is Severity.ERROR,
        "places": [_place(problem.at, state, path) for problem in group.problems[:MOST_PLACES]],
        "more": max(0, len(group.problems) - MOST_PLACES),
    }


def _is_shown(problem: Problem, shown: Shown) -> bool:
    """Whether the row that a problem is about is part of what is shown."""
    at = problem.at
    return not at.row or at.sheet == "Settings" or (at.sheet, at.row) in shown.rows


def _place(at: CellRef, state: State, path: str) -> Mapping[str, str]:
    """A cell by its name, and where its text is to be seen: on the page itself, if it is there too."""
    name = visible(shortened(str(at) or state.workbook, 80))
    page = state.shown.pages.get(at, "") if state.shown and not state.is_behind else ""
    return {"name": name, "cell": str(at), "href": f"/{page}#cell={quote(str(at), safe='!')}" if page else ""}


def _with_hash(policy: str, script: str) -> str:
    """`policy` that also allows `script`, and what the preview's panel needs."""
    ours = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";") if rule.strip())
    rules.setdefault("default-src", "'none'")
    for name, sources in (
        ("script-src", ours),
        ("style-src", "'self'"),
        ("connect-src", "'self'"),
        ("frame-src", "'self'"),
        ("img-src", "'self' data:"),
    ):
        known = rules.get(name, "").split()
        rules[name] = " ".join(dict.fromkeys((*known, *sources.split())))
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def _digest(html: str) -> str:
    return sha256(html.encode()).hexdigest()[:16]
