"""Rules for what stands in a text besides its words: HTML, codes for characters, invisible characters."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from html.entities import html5

from pipeline.checks.scope import ERROR, WARNING, fields_of, passages, problem_at, published_fields
from pipeline.model import Kind
from pipeline.problems import Problem
from pipeline.records import Field, Rows

_HTML = re.compile(
    r"<!--|<!doctype\b|<\?xml\b"
    # An unclosed tag is only taken for one where it could do something.
    r"|<(?:script|style|iframe|object|embed|svg|img|link|meta|form|base)\b"
    # <b>, </p>, <br/>, <a href="…">; of the single letters only those that are elements, so that "x<y>z" may stand.
    r"|</?(?:[abipqsu]|[a-z][a-z0-9-]+)(?:\s+[a-z:-]+\s*=[^<>]*)?\s*/?>"
    # What word processors leave behind: <o:p>.
    r"|</?[a-z]:[a-z]+\s*/?>",
    re.IGNORECASE,
)

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

CONTROL_CHARACTERS = re.compile(
    # C0 and C1 without tab and line ends; line and paragraph separators; embedded writing directions; half characters
    # (surrogates) and code points that are no characters.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Characters that nobody can see or type on purpose and that no output may carry."""


def character_names(text: str) -> str:
    """What `text`, a character or two, is called: itself in quotation marks, or its Unicode name if it is invisible."""
    if text.isprintable() and not text.isspace():
        return f"“{text}”"
    return " and ".join(f"the character “{unicodedata.name(each, f'U+{ord(each):04X}').lower()}”" for each in text)


def entities(text: str) -> Iterator[tuple[int, str, str]]:
    """Every HTML entity of `text`: where it begins, how it is written, and the character it stands for."""
    for found in _ENTITY.finditer(text):
        code = found[0]
        known = code[1] == "#" or code[1:] in html5
        if known and (stands_for := html.unescape(code)) not in ("", code):
            yield found.start(), code, stands_for


def html_tags(text: str) -> tuple[str, ...]:
    """Every piece of HTML in `text`, as it is written, each once."""
    return tuple(dict.fromkeys(match[0] for match in _HTML.finditer(text)))


def html_in_cell(rows: Rows) -> Iterator[Problem]:
    """A text contains HTML, such as <b> or <!-- … -->.

    The map is made from plain text, so tags would be printed as they stand, and some could do harm.

    Take the tags out. For bold and italic use the spreadsheet's own buttons, or **bold** and *italic*; for a link
    write [text](address).

    Before: Ask <b>first</b>.
    After: Ask **first**.
    """
    for passage in passages(rows):
        found = html_tags(passage.text) if "<" in passage.text else ()
        if found:
            first = _HTML.search(passage.text)
            shown = ", ".join(f"“{tag if len(tag) <= 40 else tag[:39] + '…'}”" for tag in found[:3])
            yield problem_at(
                passage.field,
                "html-in-cell",
                ERROR,
                f"{passage.where(first.start() if first else 0)}The text contains HTML: {shown}"
                + (f" and {len(found) - 3} more." if len(found) > 3 else "."),
                help="take it out; write **bold**, *italic* or [text](address) instead.",
            )


def html_entity(rows: Rows) -> Iterator[Problem]:
    """A text contains the code of a character, such as &amp; or &#8217;, in place of the character.

    Such codes come from web pages, and readers would see the code.

    Type the character that it stands for. The command “fix” does this in a copy of the workbook.

    Before: Two steps&colon; ask, then act.
    After: Two steps: ask, then act.
    """
    for passage in passages(rows):
        yield from _entities_of(passage.field, passage.text, passage.where)
    for held in fields_of(rows, Kind.LINK):
        yield from _entities_of(held, held.text, lambda _: "")


def _entities_of(held: Field, text: str, where: Callable[[int], str]) -> Iterator[Problem]:
    if "&" not in text:
        return
    found = list(entities(text))
    if not found:
        return
    meanings = dict.fromkeys(f"“{code}” stands for {character_names(meant)}" for _, code, meant in found)
    yield problem_at(
        held,
        "html-entity",
        WARNING,
        f"{where(found[0][0])}{', '.join(list(meanings)[:5])}.",
        help="type the character itself.",
    )


def control_character(rows: Rows) -> Iterator[Problem]:
    """A text contains an invisible character that does not belong in a text.

    They come along when text is copied from other programs. Readers, screens and printers treat each of them in its
    own way, or stop at it.

    Type the words around the place again, or let the command “fix” take the character out in a copy of the workbook.

    Before: Ask first_x0007_, then act.
    After: Ask first, then act.
    """
    for _, _, held in published_fields(rows):
        # In an address the same character is an unsafe link.
        if held.column.kind is not Kind.LINK:
            yield from _control_characters_of(held, held.text, lambda _: "")
    for passage in passages(rows):
        if passage.file:
            yield from _control_characters_of(passage.field, passage.text, passage.where)


def _control_characters_of(held: Field, text: str, where: Callable[[int], str]) -> Iterator[Problem]:
    first = None if text.isprintable() else CONTROL_CHARACTERS.search(text)
    if not first:
        return
    codes = dict.fromkeys(f"U+{ord(found[0]):04X}" for found in CONTROL_CHARACTERS.finditer(text))
    before = CONTROL_CHARACTERS.sub("", text[: first.start()])[-20:].lstrip()
    yield problem_at(
        held,
        "control-character",
        WARNING,
        f"{where(first.start())}The text contains an invisible character ({', '.join(codes)})"
        + (f" after “{before}”." if before else " at its beginning."),
        help="type the words around it again, or let the command “fix” take it out.",
    )
