"""Changes as sentences in plain English. Texts are shortened, never escaped: each report does that for its own medium."""

from typing import Any

from pipeline.changes.change import ChangeKind, Side
from pipeline.changes.counterparts import main_attribute
from pipeline.changes.words import Fate, plain, shortened, words
from pipeline.model import Column, EcosystemMap, Kind, Sheet

_ROWS = {
    "phases": "phase",
    "stakeholders": "stakeholder",
    "strategies": "strategy",
    "action_areas": "action area",
    "actions": "action",
    "value_propositions": "value proposition",
    "quotes": "quotation",
    "glossary": "term",
    "resources": "resource",
    "pages": "page",
    "credits": "credit",
}
_MOST_WORDS = 4
"""How many runs of words a sentence names on each side; a text with more was written anew."""


def row_noun(sheet: Sheet) -> str:
    """What one row of `sheet` is called in a sentence: “strategy”."""
    return _ROWS.get(sheet.key, f"row of the sheet {sheet.name}")


def quoted(text: str, most: int = 90) -> str:
    """`text` without its formatting, shortened and in quotation marks."""
    return f"“{shortened(plain(text), most)}”"


def owner(sheet: Sheet, entry: Any, content: EcosystemMap, *, without: str = "") -> str:
    """Where a row belongs: “ of “Employers” in the phase “Adopting””; empty where it belongs nowhere.

    `without`: the attribute to leave out.
    """
    parts = []
    for name, column in sheet.columns.items():
        if column.kind is Kind.REFERENCE and name != without:
            held = content.by_id[column.refers_to, getattr(entry, name)]
            is_whose = column.refers_to == "stakeholders"
            parts.append(f" of “{held.name}”" if is_whose else f" in the {column.heading.lower()} “{held.name}”")
    return "".join(parts)


def row(sheet: Sheet, entry: Any, content: EcosystemMap, *, says: bool = True, without: str = "") -> str:
    """A row as a sentence names it: “the strategy “Accept …” of “Employers” in the phase “Adopting””.

    `says`: with what it says; `without`: the attribute of its place to leave out.
    """
    said = f" {quoted(getattr(entry, main_attribute(sheet)), 60)}" if says else ""
    return f"the {row_noun(sheet)}{said}{owner(sheet, entry, content, without=without)}"


def came(sheet: Sheet, entry: Any, content: EcosystemMap) -> str:
    """A row that was added."""
    return f"New {row_noun(sheet)}{owner(sheet, entry, content)}: {quoted(getattr(entry, main_attribute(sheet)))}."


def went(sheet: Sheet, entry: Any, content: EcosystemMap) -> str:
    """A row that was removed."""
    return f"Removed {row_noun(sheet)}{owner(sheet, entry, content)}: {quoted(getattr(entry, main_attribute(sheet)))}."


def came_after(sheet: Sheet, entry: Any, previous: Any | None, content: EcosystemMap) -> str:
    """A row that stands elsewhere in its sheet; `previous` is the row that it now follows."""
    if previous is None:
        where = "first"
    elif owner(sheet, previous, content) == owner(sheet, entry, content):
        where = f"after {quoted(getattr(previous, main_attribute(sheet)), 60)}"
    else:
        where = f"after {row(sheet, previous, content)}"
    return f"{_capital(row(sheet, entry, content))} now comes {where}."


def sorted_anew(sheet: Sheet, number: int) -> str:
    """A sheet of which many rows stand elsewhere."""
    return f"The rows of the sheet {sheet.name} stand in another order: {number} of them have moved past others."


def value(
    kind: ChangeKind,
    column: Column,
    whose: str,
    before: Side | None,
    after: Side | None,
    *,
    is_main: bool,
    is_formatting: bool,
) -> str:
    """One value that changed. `whose` names the row (or “the map”); `is_main`: the value is what the row says."""
    thing = whose if is_main else f"{_what(column)} of {whose}"
    if is_formatting:
        return f"Only the formatting of {thing} changed (bold, lists, line breaks or spaces); the words are the same."
    if before is None or after is None:
        held, was = (after, "was blank and is now") if after else (before, "was removed; it was")
        return f"{_capital(thing)} {was} {quoted(held.text if held else '')}."
    if kind is ChangeKind.RENAMED:
        return f"{_capital(thing)} {'was renamed from' if is_main else 'changed from'} {_both(before, after)}."
    if kind is ChangeKind.MOVED:
        return f"{_capital(whose)} moved from the {column.heading.lower()} {_both(before, after)}."
    if kind is ChangeKind.REWORDED:
        return f"{_capital(thing)} was reworded from {_both(before, after)}{_words(before.text, after.text)}."
    return f"{_capital(thing)} changed from {_both(before, after)}."


def _what(column: Column) -> str:
    """A column's value in a sentence: “the colour”; a list by its heading, which need not be a noun: “Works with”."""
    if column.kind in (Kind.NAMES, Kind.REFERENCES):
        return f"“{column.heading}”"
    return f"the {column.heading if column.heading.isupper() else column.heading.lower()}"


def _both(before: Side, after: Side) -> str:
    return f"{quoted(before.text)} to {quoted(after.text)}"


def _words(before: str, after: str) -> str:
    """The words taken out and put in, when they are few."""
    runs = words(plain(before), plain(after))
    gone = [run.text.strip() for run in runs if run.fate is Fate.GONE and run.text.strip()]
    put = [run.text.strip() for run in runs if run.fate is Fate.NEW and run.text.strip()]
    if max(len(gone), len(put)) > _MOST_WORDS:
        return "; most of it is new"
    named = [
        f"{verb}: {', '.join(quoted(text, 40) for text in texts)}"
        for verb, texts in (("words taken out", gone), ("words put in", put))
        if texts
    ]
    return f"; {'; '.join(named)}" if named else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
