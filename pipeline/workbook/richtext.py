"""The text of a cell: escapes decoded, and the spreadsheet's bold and italic runs as Markdown-lite.

Marks follow the rules of CommonMark 0.31, section 6.2 (left- and right-flanking delimiter runs), so that what is bold
in the spreadsheet is bold on the page, and no stray asterisk is left over.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, ne

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LIST_MARKER = re.compile(r"\s*([-+*•‣◦▪·–]|\d{1,9}[.)])\s+")
_BOLD, _ITALIC = 1, 2
_MOST_CHANGES = 200  # of style in one line: more is decoration, and takes long to put in order
_MARKS = {_BOLD: "**", _ITALIC: "*"}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `styled` is False for a run that takes the style of its cell."""

    text: str
    bold: bool = False
    italic: bool = False
    styled: bool = False


def decode(text: str) -> str:
    """Undo the `_xHHHH_` escapes (ST_Xstring, ISO/IEC 29500-1, 22.9.2.19) once; line ends become `\\n`.

    Control characters stay, for a check speaks of them; half surrogate pairs, which no file can carry, become U+FFFD.
    """
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def markdown(runs: Sequence[Run], *, bold: bool = False, italic: bool = False) -> str:
    """The runs as one text with `**bold**` and `*italic*` marks.

    `bold` and `italic` are the style of the whole cell, which is decoration and not content: it makes no marks. What
    the editor typed is left as it is.
    """
    text = "".join(run.text for run in runs)
    styles: list[int] = []
    for run in runs:
        style = 0
        if run.styled:
            style = (_BOLD if run.bold and not bold else 0) | (_ITALIC if run.italic and not italic else 0)
        styles.extend([style] * len(run.text))
    if not any(styles):
        return text
    return "\n".join(_marked(line, line_styles) for line, line_styles in _lines(text, styles))


class RichText:
    """Collects the runs of a `si` or `is` element from the events of a parser; phonetic hints are left out."""

    __slots__ = ("_buffer", "_phonetic", "_run", "runs")

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._run = Run("")
        self._buffer: list[str] | None = None
        self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; `tag` is its local name."""
        match tag:
            case "t" if not self._phonetic:
                self._buffer = []
            case "r":
                self._run = Run("")
            case "rPr":
                self._run = replace(self._run, styled=True)
            case "b" | "i":
                on = attributes.get("val", "1").lower() not in ("0", "false", "off")
                self._run = replace(self._run, bold=on) if tag == "b" else replace(self._run, italic=on)
            case "rPh":
                self._phonetic = True

    def data(self, text: str) -> None:
        """Characters between elements."""
        if self._buffer is not None:
            self._buffer.append(text)

    def end(self, tag: str) -> None:
        """An element ends; `tag` is its local name."""
        if tag == "t" and self._buffer is not None:
            # Decoded run by run: an escape never spans two of them.
            text = decode("".join(self._buffer))
            self.runs.append(replace(self._run, text=text) if self._run.styled else Run(text))
            self._buffer = None
        elif tag == "r":
            self._run = Run("")
        elif tag == "rPh":
            self._phonetic = False


def _lines(text: str, styles: list[int]) -> list[tuple[str, list[int]]]:
    """Line by line: a mark must span neither a blank line nor the lines of a list."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((line, styles[start : start + len(line)]))
        start += len(line) + 1
    return lines


def _marked(line: str, styles: list[int]) -> str:
    if not any(styles) or sum(map(ne, styles, styles[1:])) > _MOST_CHANGES:
        return line
    styles = _without_edges(line, styles)
    if not any(styles) or _clashes(line, styles):
        return line
    out: list[str] = []
    opened: list[int] = []
    for index in range(len(line) + 1):
        style = styles[index] if index < len(line) else 0
        while any(not style & mark for mark in opened):
            out.append(_MARKS[opened.pop()])
        starting = [mark for mark in (_BOLD, _ITALIC) if style & mark and mark not in opened]
        # The longer one is opened first, so that the shorter nests in it.
        for mark in sorted(starting, key=lambda mark: -_length(styles, index, mark)):
            out.append(_MARKS[mark])
            opened.append(mark)
        out.append(line[index : index + 1])
    return "".join(out)


def _length(styles: list[int], start: int, mark: int) -> int:
    end = start
    while end < len(styles) and styles[end] & mark:
        end += 1
    return end - start


def _without_edges(line: str, styles: list[int]) -> list[int]:
    """The styles with list markers, spaces and clinging punctuation at the edges of a stretch left out."""
    styles = list(styles)
    if marker := _LIST_MARKER.match(line):
        styles[: marker.end()] = [0] * marker.end()
    before: list[int] = []
    while before != styles:
        before = list(styles)
        _style_spaces(line, styles)
        _unify_words(line, styles)
        for mark in (_BOLD, _ITALIC):
            for first, after in _spans(styles, mark):
                start, end = first, after
                while start < end and _breaks(line[start], line[start - 1] if start else " "):
                    styles[start] &= ~mark
                    start += 1
                while start < end and _breaks(line[end - 1], line[end] if end < len(line) else " "):
                    end -= 1
                    styles[end] &= ~mark
        _untangle(line, styles)
    return styles


def _style_spaces(line: str, styles: list[int]) -> None:
    """A space takes the style that the letters on both sides share: that joins words and trims edges."""
    last = 0
    following = 0
    after = [0] * len(line)
    for index in reversed(range(len(line))):
        after[index] = following
        if not line[index].isspace():
            following = styles[index]
    for index, character in enumerate(line):
        if character.isspace():
            styles[index] = last & after[index]
        else:
            last = styles[index]


def _unify_words(line: str, styles: list[int]) -> None:
    """Letters of one word that are styled differently keep only what they share; so do marks of punctuation in a row.

    Between two of a kind a mark can both open and close, and `*a***b*c***` is read in another way than it was written.
    """
    start = 0
    for index in range(len(line) + 1):
        inside = index < len(line) and styles[index] and not line[index].isspace()
        if not inside or (start < index and _differ(line[index - 1], line[index])):
            if start < index and len(set(styles[start:index])) > 1:
                styles[start:index] = [reduce(and_, styles[start:index])] * (index - start)
            start = index if inside else index + 1


def _differ(before: str, after: str) -> bool:
    """Whether one is a letter and the other punctuation, by every edition of the rules."""
    return (_is_punctuation(before) and not _may_be_punctuation(after)) or (
        _is_punctuation(after) and not _may_be_punctuation(before)
    )


def _untangle(line: str, styles: list[int]) -> None:
    """Where bold ends inside italic (or the reverse), the two are made to nest.

    At a space both marks are closed and the lasting one is opened again; elsewhere the overlap keeps only the style
    that ends there.
    """
    for ending, lasting in ((_BOLD, _ITALIC), (_ITALIC, _BOLD)):
        for start, end in _spans(styles, ending):
            for begin, finish in _spans(styles, lasting):
                if start < begin < end < finish:
                    within = range(begin, end)
                    if line[end].isspace():
                        within = range(end, end + len(line[end:]) - len(line[end:].lstrip()))
                    for index in within:
                        styles[index] &= ~lasting


def _spans(styles: list[int], mark: int) -> list[tuple[int, int]]:
    """The stretches with a mark, as (first, after last)."""
    spans: list[tuple[int, int]] = []
    for index, style in enumerate(styles):
        if style & mark and not (index and styles[index - 1] & mark):
            spans.append((index, index + _length(styles, index, mark)))
    return spans


def _breaks(inside: str, outside: str) -> bool:
    """Whether a mark between these two characters would not be seen as one: punctuation inside, a letter outside."""
    return inside.isspace() or (_may_be_punctuation(inside) and not (outside.isspace() or _is_punctuation(outside)))


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P") or character in "$+<=>^`|~"


def _may_be_punctuation(character: str) -> bool:
    """Symbols count as punctuation since CommonMark 0.31, and did not before: be careful with both."""
    return unicodedata.category(character)[0] in "PS"


def _clashes(line: str, styles: list[int]) -> bool:
    """Whether a typed asterisk or backslash touches a mark, which would then be read as something else."""
    for index in range(len(line) + 1):
        before = styles[index - 1] if index else 0
        after = styles[index] if index < len(line) else 0
        if before != after and (line[index - 1 : index] in ("*", "\\") or line[index : index + 1] == "*"):
            return True
    return False
