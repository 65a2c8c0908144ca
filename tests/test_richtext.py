"""Bold and italic runs as Markdown-lite, and the escapes of the file format."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.workbook.richtext import Run, decode, markdown

COMMONMARK = MarkdownIt("zero", {"breaks": True}).enable(["emphasis", "newline", "list"])


def bold(text: str) -> Run:
    return Run(text, bold=True, styled=True)


def italic(text: str) -> Run:
    return Run(text, italic=True, styled=True)


def both(text: str) -> Run:
    return Run(text, bold=True, italic=True, styled=True)


def plain(text: str) -> Run:
    return Run(text, styled=True)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ((plain("a "), bold("b"), plain(" c")), "a **b** c"),
        ((plain("a "), italic("b")), "a *b*"),
        ((both("a"), plain(" b")), "***a*** b"),
        ((bold("one "), bold("two")), "**one two**"),
        ((bold("one"), plain(" "), bold("two")), "**one two**"),
        ((plain("a"), bold(" b "), plain("c")), "a **b** c"),
        ((bold("a "), both("b"), bold(" c")), "**a *b* c**"),
        ((bold("a"), italic("b")), "ab"),
        ((bold("see "), both("this"), bold(", now")), "**see *this*, now**"),
        ((bold("one "), both("two "), italic("three")), "**one *two*** *three*"),
        ((plain("un"), bold("believ"), plain("able")), "un**believ**able"),
        ((plain("word"), bold("(note)"), plain("word")), "word(**note**)word"),
        ((bold("Note:"), plain(" text")), "**Note:** text"),
        ((bold("Note:"), plain("text")), "**Note**:text"),
        ((bold("one\n\ntwo"),), "**one**\n\n**two**"),
        ((bold("• one\n• two"),), "• **one**\n• **two**"),
        ((bold("- one\n2. two"),), "- **one**\n2. **two**"),
        ((bold("  "), plain("a")), "  a"),
        ((bold("!"), plain("a")), "!a"),
        ((plain("5*"), bold("3"), plain(" = 15")), "5*3 = 15"),
        ((plain("{{7*191}} _x_ "), bold("b")), "{{7*191}} _x_ **b**"),
    ],
)
def test_runs_become_marks(runs: tuple[Run, ...], expected: str) -> None:
    """Runs of one style are joined; spaces, list marks and punctuation that clings to a letter stay outside the marks."""
    assert markdown(runs) == expected


def test_style_of_the_whole_cell_is_no_content() -> None:
    """In a bold cell bold is decoration; only what differs within the cell means something."""
    assert markdown([bold("Strategy"), bold("*")], bold=True) == "Strategy*"
    assert markdown([bold("a "), both("b")], bold=True) == "a *b*"
    assert markdown([Run("takes the style of its cell"), bold(" b")]) == "takes the style of its cell **b**"


def test_escapes_are_decoded_once() -> None:
    """`_x000D_` is a carriage return, and `_x005F_` an underscore that keeps such a text from being one."""
    assert decode("a_x000D_\nb_x000d_c\r\nd\re") == "a\nb\nc\nd\ne"
    assert decode("_x005F_x000D_") == "_x000D_"
    assert decode("a_x0007_b") == "a\x07b"
    assert decode("snake_x_case _xyz1_") == "snake_x_case _xyz1_"


def test_half_characters_are_replaced() -> None:
    """Two escapes can make one character; half of one cannot be published and becomes U+FFFD."""
    assert decode("_xD83D__xDE00_") == "😀"
    assert decode("a_xD83D_b") == "a\ufffdb"


RUNS = st.lists(
    st.builds(
        Run,
        st.text(alphabet="ab é.,(“-1€ \n", min_size=1, max_size=6),
        bold=st.booleans(),
        italic=st.booleans(),
        styled=st.just(True),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=500, deadline=None)
@given(RUNS)
def test_marks_are_read_as_they_were_meant(runs: list[Run]) -> None:
    """A Markdown renderer finds the same text, no stray asterisk, and styles only where the spreadsheet has them."""
    text = "".join(run.text for run in runs)
    styles = [(run.bold, run.italic) for run in runs for _ in run.text]
    marked = markdown(runs)
    assert marked.replace("*", "") == text
    for line, original, start in zip(marked.split("\n"), text.split("\n"), line_starts(text), strict=True):
        shown, found = rendered(line)
        assert shown == original.strip()
        offset = start + len(original) - len(original.lstrip())
        for index, character in enumerate(shown):
            is_bold, is_italic = found[index]
            if character.isalnum():
                meant = styles[offset + index]
                assert is_bold <= meant[0]
                assert is_italic <= meant[1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([plain, bold, italic, both]), st.text("abc", min_size=1)), min_size=1))
def test_no_style_between_spaces_is_lost(words: list[tuple[type[Run], str]]) -> None:
    """Whole words keep exactly the bold and italic that they have in the spreadsheet."""
    runs = [run for make, word in words for run in (make(word), plain(" "))]
    shown, found = rendered(markdown(runs))
    meant = [(run.bold, run.italic) for run in runs for _ in run.text]
    for index, character in enumerate(shown):
        if character != " ":
            assert found[index] == meant[index]


def line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def rendered(line: str) -> tuple[str, list[tuple[bool, bool]]]:
    """What a renderer shows of one line, and whether each character is bold and italic."""
    text, styles = "", []
    is_bold = is_italic = 0
    for token in COMMONMARK.parseInline(line.strip())[0].children or ():
        is_bold += (token.type == "strong_open") - (token.type == "strong_close")
        is_italic += (token.type == "em_open") - (token.type == "em_close")
        text += token.content
        styles += [(is_bold > 0, is_italic > 0)] * len(token.content)
    return text, styles
