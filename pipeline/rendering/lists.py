"""Lists as people type them into cells, as strict Markdown."""

import re

_DEEPEST_INDENT = 12
"""Spaces. Deeper lists are drawn at this depth: markdown-it leaves out what is nested beyond its limit."""

_BULLET = re.compile(r"(?:[-*]\s+|•\s*|·\s+)(?=[^\s•·])")
_ITEM = re.compile(rf"{_BULLET.pattern}|\d{{1,9}}[.)]\s+(?=\S)")
_MARKER = re.compile(r"([-*+]|\d{1,9}(?=[.)]))(?=[.)]?(?:\s|$))")


def cell_as_markdown(text: str) -> str:
    """The text of a cell as strict Markdown: each sort of bullet is "-", only bullets make lists, images are
    text.
    """
    return _tidy_lists(text.replace("![", "!\\["), starts_item=_BULLET, closes_lists=True)


def page_as_markdown(text: str, *, keep_lines: bool) -> str:
    """The text of a page as strict Markdown, where numbers make lists too. `keep_lines` as in `prose`."""
    return _tidy_lists(text, starts_item=_ITEM, closes_lists=keep_lines)


def _tidy_lists(text: str, *, starts_item: re.Pattern[str], closes_lists: bool) -> str:
    """Lines as markdown-it needs them.

    `closes_lists`: a line at the margin after a list is a new paragraph, as it looks in a cell; Markdown
    would make it part of the last item.
    """
    lines: list[str] = []
    in_list = False
    for line in re.split(r"\r\n|\r|\n", text.expandtabs(4)):
        body = line.strip()
        indent = " " * min(len(line) - len(line.lstrip()), _DEEPEST_INDENT)
        if item := starts_item.match(body):
            marker = item[0].strip() if item[0][0].isdigit() else "-"
            lines.append(f"{indent}{marker} {_escape_marker(body[item.end() :])}")
            in_list = True
            continue
        if body and not indent:
            if in_list and closes_lists and lines[-1]:
                lines.append("")
            in_list = False
        lines.append(f"{indent if in_list else ''}{_escape_marker(body)}" if body else "")
    return "\n".join(lines)


def _escape_marker(body: str) -> str:
    """`body` so that nothing at its beginning starts a list: "1. x" → "1\\. x", "+ x" → "\\+ x"."""
    found = _MARKER.match(body)
    if not found:
        return body
    at = found.end() if found[1][0].isdigit() else 0
    return f"{body[:at]}\\{body[at:]}"
