"""Changes, and what the gate stopped, as text, Markdown, JSON and a page. Pure: changes in, text out.

Everything that comes from a workbook is made harmless for the medium.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.changes import Change, ChangeGroup, ChangeKind, Fate, Side, by_stakeholder
from pipeline.gate import Finding
from pipeline.harmless import MOST_CHARACTERS, json_text, markdown, shortened, visible
from pipeline.model import EcosystemMap

FORMS = ("text", "markdown", "json", "html")
"""The names of the forms, as the command line offers them."""

MOST_CHANGES = 1_000
"""How many changes a report for people lists before it only counts the rest."""

MOST_BYTES_OF_MARKDOWN = 60_000
"""The longest Markdown, in bytes; a comment on GitHub holds 65,536 characters."""

_MOST_OF_A_TEXT = 4_000
_NO_CHANGES = "Nothing changed."
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "li{margin:.75rem 0}del{text-decoration:line-through}ins{text-decoration:underline}"
    "del,ins{padding:0 .15em}q{display:block;margin:.25rem 0 .25rem 1rem}code{font-size:.9em}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """What a report says: the changes from `old` to `new` (names of versions), and what the gate found.

    `stopped` are the findings that nobody approved; `approved` the others, each with who approved it and why. `is_gated`
    is whether the gate was asked at all.
    """

    old: str
    new: str
    content: EcosystemMap
    changes: Sequence[Change]
    is_gated: bool = False
    stopped: Sequence[Finding] = ()
    approved: Sequence[tuple[Finding, str]] = ()


def render_changes(form: str, report: ChangeReport) -> str:
    """The report in the form called `form`, one of `FORMS`."""
    return _RENDERERS[form](report)


def _as_text(report: ChangeReport) -> str:
    lines = [f"From {visible(report.old)} to {visible(report.new)}: {summary(report.changes)}", ""]
    for group in _shown(report):
        lines.append(visible(shortened(group.name, 120)) or "The map as a whole")
        for change in group.changes:
            lines.append(f"  {visible(_long(change.sentence))}")
            lines.append(f"    {change.kind} · {visible(_place(change))}")
        lines.append("")
    lines += _rest(report)
    if report.is_gated:
        lines += [_verdict(report), ""]
        for finding in report.stopped:
            lines += [
                f"stopped[{finding.rule}] {visible(_long(finding.reason))}",
                f"  help: {visible(finding.help)}",
                "",
            ]
        for finding, words in report.approved:
            lines += [f"approved[{finding.rule}] {visible(_long(finding.reason))}", f"  {visible(_long(words))}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _as_markdown(report: ChangeReport) -> str:
    head = [f"## {markdown(report.old)} → {markdown(report.new)}: {summary(report.changes)}", ""]
    if report.is_gated:
        head += [f"**{markdown(_verdict(report))}**", ""]
        head += [f"- ⛔ {markdown(_long(one.reason))} *{markdown(one.help)}*" for one in report.stopped]
        head += [f"- ✅ {markdown(_long(one.reason))} {markdown(_long(words))}" for one, words in report.approved]
        head.append("")
    lines: list[str] = []
    left, room = 0, MOST_BYTES_OF_MARKDOWN - len("\n".join(head).encode())
    for group in _shown(report):
        block = [f"### {markdown(shortened(group.name, 120)) or 'The map as a whole'}", ""]
        for change in group.changes:
            line = f"- {markdown(_long(change.sentence))} <sub>{markdown(_place(change))}</sub>"
            room -= len(line.encode()) + 120 * (len(block) == 2)
            if room < 0:
                left += 1
            else:
                block.append(line)
        lines += [*block, ""] if len(block) > 2 else []
    if left:
        lines += [f"{left:,} more changes are not shown here.", ""]
    text = "\n".join([*head, *lines, *_rest(report)]).rstrip("\n") + "\n"
    # A gate that found thousands: what is most important stands first.
    return text if len(text.encode()) <= MOST_BYTES_OF_MARKDOWN + 5_000 else _cut(text)


def _cut(text: str) -> str:
    kept = text.encode()[:MOST_BYTES_OF_MARKDOWN].decode("utf-8", "ignore").rpartition("\n")[0]
    return f"{kept}\n\nThe rest is not shown here.\n"


def _as_json(report: ChangeReport) -> str:
    """The report for programs; its form is a contract: fields are added, never renamed."""
    found: dict[str, object] = {"changes": [_as_entry(change) for change in report.changes]}
    if report.is_gated:
        found["gate"] = {
            "stopped": [_as_finding(finding) for finding in report.stopped],
            "approved": [_as_finding(finding) | {"approval": words} for finding, words in report.approved],
        }
    return json_text(json.dumps(found, ensure_ascii=False, indent=2)) + "\n"


def _as_entry(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind.value,
        "sheet": change.sheet,
        "heading": change.heading or None,
        "stakeholder": change.stakeholder,
        "before": _as_side(change.before),
        "after": _as_side(change.after),
        "sentence": change.sentence,
        "formatting_only": change.is_formatting,
    }


def _as_side(side: Side | None) -> dict[str, str | None] | None:
    return {"cell": side.at.a1 if side.at else None, "text": side.text} if side else None


def _as_finding(finding: Finding) -> dict[str, object]:
    place = finding.change
    return {
        "rule": finding.rule,
        "reason": finding.reason,
        "help": finding.help,
        "key": finding.key,
        "sheet": place.sheet if place else None,
        "cell": place.at.a1 if place and place.at else None,
    }


def _as_html(report: ChangeReport) -> str:
    """A page that stands alone, asks for nothing from elsewhere and runs no script."""
    title = f"{_html(report.old)} → {_html(report.new)}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f'<meta name="viewport" content="width=device-width">\n<title>Changes: {title}</title>',
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{_html(summary(report.changes))}</p>",
    ]
    if report.is_gated:
        parts.append(f"<h2>{_html(_verdict(report))}</h2>\n<ul>")
        parts += [f"<li>{_html(_long(one.reason))}<br>{_html(one.help)}</li>" for one in report.stopped]
        parts += [
            f"<li>Approved: {_html(_long(one.reason))}<br>{_html(_long(words))}</li>" for one, words in report.approved
        ]
        parts.append("</ul>")
    for group in _shown(report):
        parts.append(f"<h2>{_html(shortened(group.name, 120)) or 'The map as a whole'}</h2>\n<ul>")
        parts += [
            f"<li>{_html(_long(one.sentence))} <code>{_html(_place(one))}</code>{_marked(one)}</li>"
            for one in group.changes
        ]
        parts.append("</ul>")
    parts += [f"<p>{_html(line)}</p>" for line in _rest(report) if line]
    return "\n".join([*parts, "</main>\n</body>\n</html>"]) + "\n"


_RENDERERS: dict[str, Callable[[ChangeReport], str]] = {
    "text": _as_text,
    "markdown": _as_markdown,
    "json": _as_json,
    "html": _as_html,
}


def _marked(change: Change) -> str:
    """Both texts as one, what was taken out and put in marked as such."""
    if change.kind is not ChangeKind.REWORDED or any(
        len(side.text) > _MOST_OF_A_TEXT for side in (change.before, change.after) if side
    ):
        return ""
    tags = {Fate.SAME: "{}", Fate.GONE: "<del>{}</del>", Fate.NEW: "<ins>{}</ins>"}
    return f"<q>{''.join(tags[run.fate].format(_html(run.text)) for run in change.words)}</q>"


def summary(changes: Sequence[Change]) -> str:
    """The changes counted by kind: “3 changes: 2 reworded and 1 added.” Those of formatting alone are said apart."""
    if not changes:
        return _NO_CHANGES
    found = [change.kind for change in changes if not change.is_formatting]
    parts = [f"{found.count(kind)} {kind.value}" for kind in ChangeKind if kind in found]
    if alone := len(changes) - len(found):
        parts.append(f"{alone} of formatting alone")
    kinds = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"{len(changes):,} change{'' if len(changes) == 1 else 's'}: {kinds}."


def _shown(report: ChangeReport) -> tuple[ChangeGroup, ...]:
    return by_stakeholder(report.changes[:MOST_CHANGES], report.content)


def _rest(report: ChangeReport) -> list[str]:
    more = len(report.changes) - MOST_CHANGES
    return [f"and {more:,} more changes; --format json has them all.", ""] if more > 0 else []


def _verdict(report: ChangeReport) -> str:
    number = len(report.stopped)
    if number:
        needing = "1 finding needs" if number == 1 else f"{number} findings need"
        return f"The gate stops here: {needing} a person."
    return "The gate lets it pass."


def _place(change: Change) -> str:
    """Where to look: “Strategies!D14, column “Strategy””."""
    column = f", column “{change.heading}”" if change.heading and change.sheet != "Settings" else ""
    setting = f", setting “{change.heading}”" if change.sheet == "Settings" else ""
    formatting = ", only the formatting" if change.is_formatting else ""
    return f"{change.at or change.sheet}{column}{setting}{formatting}"


def _long(text: str) -> str:
    return shortened(text, 2 * MOST_CHARACTERS)


def _html(text: str) -> str:
    return escape(visible(text))
