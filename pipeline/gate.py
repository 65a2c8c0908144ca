"""The gate: what stops a publication until a person has looked at it. Pure: two contents and their changes in.

A rule is a function from what is compared to findings, listed in `RULES`. Rules stop what a slip or a vandal does and an
editor seldom means; everything else passes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.changes import Change, ChangeKind
from pipeline.changes.words import plain, shortened
from pipeline.matching import fold, tidy
from pipeline.model import LIST_SEPARATOR, PUBLISHED_SHEETS, EcosystemMap, Entry, Kind, Sheet
from pipeline.records import Rows

MOST_REMOVED = 0.10
"""How much of the old content may go at once, as a share of its characters."""

_ADDRESS = re.compile(
    r"\b((?:https?|mailto):[^\s<>()\[\]\"“”]+|[^\s<>()\[\]\"“”:;,@]+@[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE
)
"""An address in a text: of the web, or of a mailbox with or without “mailto:”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason to stop. `change` is the change it is about, or None where it is about all together.

    `reason` is a sentence; `help` says how to approve it or what to do instead. `key` names the finding for ever: the
    same change of the same texts has the same key, so an approval counts for it alone.
    """

    rule: str
    reason: str
    help: str
    key: str
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the rules look at: both contents, the changes, the words that are banned, and the share that may go."""

    old: EcosystemMap
    new: EcosystemMap
    changes: Sequence[Change]
    banned: Sequence[str] = ()
    most_removed: float = MOST_REMOVED


Rule = Callable[[Compared], Iterator[Finding]]

_APPROVE = (
    'if it is meant, approve it: ecosystem-map release --approve "who: why" '
    '(or, between editions, diff OLD NEW --gate --approve "who: why")'
)


def findings(compared: Compared) -> tuple[Finding, ...]:
    """Everything that stops this publication; nothing for an ordinary edit."""
    return tuple(finding for rule in RULES for finding in rule(compared))


def banned_words(*contents: Rows | None) -> tuple[str, ...]:
    """The words that the Wording sheets of `contents` forbid (severity “error”).

    Give the old and the new rows: a word must not come in by being taken off the list.
    """
    found: dict[str, None] = {}
    for rows in contents:
        for record in rows["wording"] if rows else ():
            if record.text("severity") == "error":
                phrases = record.text("instead_of").split(LIST_SEPARATOR)
                found |= {phrase: None for part in phrases if (phrase := tidy(part)) and phrase != record.text("use")}
    return tuple(found)


def content_removed(compared: Compared) -> Iterator[Finding]:
    """Much of the content goes at once, or the last row of a sheet.

    A column pasted over, a sheet sorted away or a filter deleted with its rows looks like this.
    """
    gone = sum(max(0, _size(change.before) - _size(change.after)) for change in compared.changes if not change.is_row)
    removed = {(change.sheet, change.id) for change in compared.changes if change.kind is ChangeKind.REMOVED}
    whole = 0
    for sheet, entry in compared.old.entries():
        size = _size_of(sheet, entry)
        whole += size
        gone += size if (sheet.name, getattr(entry, "id", None)) in removed else 0
    share = gone / whole if whole else 0.0
    if share > compared.most_removed:
        said = f"{share:.0%} of the content is taken out; more than {compared.most_removed:.0%} at once stops here."
        yield _finding("content-removed", said, str(gone), str(whole), *sorted(str(one) for one in removed))
    for sheet in PUBLISHED_SHEETS:
        if not sheet.settings and getattr(compared.old, sheet.key) and not getattr(compared.new, sheet.key):
            yield _finding("content-removed", f"Every row of the sheet {sheet.name} is taken out.", sheet.key)


def quotation_changed(compared: Compared) -> Iterator[Finding]:
    """A quotation, or who said it, is another: people are quoted with the words that they agreed to.

    One that was taken out while the same person is quoted with other words is another one too, however unlike the two
    are.
    """
    quotes = [change for change in compared.changes if change.sheet == "Quotes"]
    came = {change.id for change in quotes if change.kind is ChangeKind.ADDED}
    anew = {fold(quote.person) for quote in compared.new.quotes if quote.id in came}
    again = {quote.id for quote in compared.old.quotes if fold(quote.person) in anew}
    for change in quotes:
        is_replaced = change.kind is ChangeKind.REMOVED and change.id in again
        if is_replaced:
            yield _finding("quotation-changed", f"A quotation was replaced. {change.sentence}", change=change)
        elif _is_new_value(change):
            yield _finding("quotation-changed", f"A quotation changed. {change.sentence}", change=change)


def definition_changed(compared: Compared) -> Iterator[Finding]:
    """The definition of a term is another: everything that uses the term now means something else."""
    for change in compared.changes:
        if change.sheet == "Glossary" and change.attribute == "definition" and _is_new_value(change):
            yield _finding("definition-changed", f"A definition changed. {change.sentence}", change=change)


def link_host_changed(compared: Compared) -> Iterator[Finding]:
    """A link leads to another host than before, in a column for links or within a text."""
    for change in compared.changes:
        if change.is_row or change.kind is ChangeKind.REORDERED or not (change.before and change.after):
            continue
        old, new = _hosts(change.before.text), _hosts(change.after.text)
        # Counted, so that one of two links to a host is missed when it leads elsewhere.
        gone, come = old - new, new - old
        if gone and come:
            hosts = f"from {', '.join(sorted(gone))} to {', '.join(sorted(come))}"
            yield _finding(
                "link-host-changed", f"A link leads to another host, {hosts}. {change.sentence}", change=change
            )


def stakeholder_without_former_name(compared: Compared) -> Iterator[Finding]:
    """A stakeholder is renamed or gone, and no stakeholder has its name under Former names.

    Links and printed briefs with the old name would lead nowhere.
    """
    former = {fold(name) for stakeholder in compared.new.stakeholders for name in stakeholder.former_names}
    for change in compared.changes:
        is_renamed = change.kind is ChangeKind.RENAMED and change.attribute == "name"
        if change.sheet != "Stakeholders" or not change.before or not (is_renamed or change.kind is ChangeKind.REMOVED):
            continue
        if fold(change.before.text) not in former:
            name = change.before.text
            yield _finding(
                "stakeholder-without-former-name",
                f"{change.sentence} “{shortened(name)}” is not among anybody's Former names.",
                change=change,
                help=f"write “{shortened(name)}” under Former names of the stakeholder that takes its place, so that "
                f"old links still lead there; or, {_APPROVE}",
            )


def banned_word_added(compared: Compared) -> Iterator[Finding]:
    """A text has a word that the Wording sheet forbids, and did not have it before."""
    for phrase in compared.banned:
        pattern = re.compile(_phrase(phrase), re.IGNORECASE)
        for change in compared.changes:
            before, after = (pattern.findall(side.text) if side else [] for side in (change.before, change.after))
            if len(after) > len(before) and change.kind is not ChangeKind.REORDERED:
                yield _finding(
                    "banned-word-added",
                    f"“{shortened(phrase)}” is on the list of words not to use (Wording). {change.sentence}",
                    phrase,
                    change=change,
                )
        yield from _in_rest_of_new_rows(compared, phrase, pattern)


RULES: tuple[Rule, ...] = (
    content_removed,
    quotation_changed,
    definition_changed,
    link_host_changed,
    stakeholder_without_former_name,
    banned_word_added,
)
"""Every rule, in the order of the report."""


def _in_rest_of_new_rows(compared: Compared, phrase: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    """The other texts of a row that was added: its change speaks of one."""
    added = {(change.sheet, change.id): change for change in compared.changes if change.kind is ChangeKind.ADDED}
    for sheet, entry in compared.new.entries() if added else ():
        change = added.get((sheet.name, getattr(entry, "id", None)))
        for name, text in _texts(sheet, entry) if change else ():
            if change and name != change.attribute and pattern.search(text):
                heading = sheet.columns[name].heading
                yield _finding(
                    "banned-word-added",
                    f"“{shortened(phrase)}” is on the list of words not to use (Wording) and stands under {heading}. "
                    f"{change.sentence}",
                    phrase,
                    name,
                    change=change,
                )


def _is_new_value(change: Change) -> bool:
    """Whether a value of a row that stays says something else: not its formatting, nor its place in the sheet."""
    return not (change.is_row or change.is_formatting or change.kind is ChangeKind.REORDERED)


def _finding(
    rule: str, reason: str, *parts: str, change: Change | None = None, help: str = f"look at it; {_APPROVE}"
) -> Finding:
    if change:
        sides = [side.text if side else "" for side in (change.before, change.after)]
        parts = (change.kind, change.sheet, change.id or "", change.heading, *sides, *parts)
    key = hashlib.sha256("\x1f".join((rule, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Finding(rule=rule, reason=reason, help=help, key=key, change=change)


def _texts(sheet: Sheet, entry: Entry) -> Iterator[tuple[str, str]]:
    """The texts of a row, by attribute."""
    for name, column in sheet.columns.items():
        if column.kind in (Kind.NAME, Kind.TEXT, Kind.PAGE, Kind.NAMES) and name in type(entry).model_fields:
            held = getattr(entry, name)
            if text := "; ".join(held) if isinstance(held, tuple) else held:
                yield name, text


def _size_of(sheet: Sheet, entry: Entry) -> int:
    return sum(len(plain(text)) for _, text in _texts(sheet, entry))


def _size(side: object) -> int:
    return len(plain(getattr(side, "text", "") or ""))


def _hosts(text: str) -> Counter[str]:
    """The hosts of every address in a text, counted; of a mail address what comes after its “@”."""
    return Counter(host for found in _ADDRESS.finditer(text) if (host := _host(found[1])))


def _host(address: str) -> str:
    try:
        parts = urlsplit(address if ":" in address else f"mailto:{address}")
        host = parts.path.partition("?")[0].rpartition("@")[2] if parts.scheme == "mailto" else parts.hostname or ""
    except ValueError:
        return ""
    return host.lower().rstrip(".,;")


def _phrase(phrase: str) -> str:
    """A pattern for `phrase` as whole words, with any spaces and hyphens between them."""
    words = r"[\s\u2010\u2011-]+".join(re.escape(word) for word in phrase.split())
    begin = r"(?<!\w)" if phrase[0].isalnum() else ""
    end = r"(?:s|es)?(?!\w)" if phrase[-1].isalnum() else ""
    return begin + words + end


def stopped(found: Iterable[Finding], approved: Iterable[str]) -> tuple[Finding, ...]:
    """The findings that nobody has approved; `approved` are keys."""
    keys = frozenset(approved)
    return tuple(finding for finding in found if finding.key not in keys)
