"""Texts of a workbook, made harmless for the place where they are shown. Text in, text out.

A cell, a heading or the name of a sheet or file can hold anything: characters that drive a terminal, commands for
GitHub's runner, marks of Markdown, characters that XML does not know.
"""

import re
import unicodedata

MOST_CHARACTERS = 300
"""How much of a message is shown; a cell can hold 32,767 characters."""

_NEVER_SHOWN = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u2028\u2029\u0085\ufdd0-\ufdef\ufffe\uffff]"
)
"""Marks of direction, spaces without width, and what Unicode says is no character."""
_NOT_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]|##(?=\\[)"
)
"""What would act on a terminal or on GitHub's runner when JSON is shown in a log, and what UTF-8 cannot hold; it stands
inside strings, so escapes serve."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is not a character of XML 1.0 (fifth edition, 2.2)."""
_REFERRING = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)", re.IGNORECASE)
"""What GitHub makes a mention or the number of an issue."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~@:&])")


def visible(text: str) -> str:
    """`text` on one line with every control, escape and direction character made visible, and GitHub's commands broken.

    A line that begins with `::` or holds `##[` would be a command to GitHub's runner, wherever a log is written.
    """
    shown = []
    for character in text:
        if character == "\n":
            shown.append("↵")
        elif ord(character) < 32:
            shown.append(chr(0x2400 + ord(character)))
        elif ord(character) == 127:
            shown.append("␡")
        elif unicodedata.category(character) in ("Cc", "Cs", "Co") or _NEVER_SHOWN.match(character):
            shown.append(f"[U+{ord(character):04X}]")
        else:
            shown.append(character)
    return "".join(shown).replace("##[", "# #[").replace("::", ":\u2009:")


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """`text` cut to `most` characters, with an ellipsis that says so."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """Plain text for Markdown: nothing in it is a mark, a tag, a mention, the number of an issue or a link.

    GitHub looks for mentions and numbers in the finished page, where neither a backslash nor a character reference shows
    any more (github/cmark-gfm, issue 181); a space without width parts them.
    """
    parted = _REFERRING.sub(lambda found: f"{found[0]}\u200b", visible(text))
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[1])};", parted)


def xml_text(text: str) -> str:
    """`visible` text without the characters that XML cannot hold in any form; whoever writes the XML escapes the rest."""
    return _NOT_IN_XML.sub(lambda found: f"[U+{ord(found[0]):04X}]", visible(text))


def json_text(text: str) -> str:
    """JSON, with what would act on a terminal or on GitHub's runner as escapes; it means the same."""
    return _NOT_IN_JSON.sub(lambda found: "".join(f"\\u{ord(one):04x}" for one in found[0]), text)
