"""One hostile workbook through every report, feed, table, page and copy: parsed back, shown, and without effect.

What its cells hold would be a command, a tag, a formula, a mention or an escape somewhere else.
"""

import csv
import io
import json
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from markdown_it import MarkdownIt
from markdown_workbooks import TODAY
from openpyxl import Workbook, load_workbook
from small_map import ROWS, STAMP, small_map

from pipeline.changes import changes
from pipeline.completeness import completeness
from pipeline.gate import Compared, findings
from pipeline.load import Loaded, load
from pipeline.model import PUBLISHED_SHEETS, SHEETS, EcosystemMap, Kind
from pipeline.published import read_map
from pipeline.rendering import data, web
from pipeline.report_changes import FORMS as CHANGE_FORMS
from pipeline.report_changes import ChangeReport, render_changes
from pipeline.report_formats import FORMS, job_summary, render_report
from pipeline.report_github import gate_annotations
from pipeline.report_job import JobReport, as_comment, as_summary
from pipeline.templating import environment

TEXTS = (
    "::error::pwned",
    "  ::set-output name=a::b",
    "##[command]rm -rf /",
    "x ##[error]y",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</textarea></style></script><!-- ]]>",
    '=HYPERLINK("http://evil.example/","click")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\uff1d1+1",
    "\x1b[31mred\x1b]0;title\x07",
    "a\u202ecod.exe\u2066\u200e",
    "![x](http://evil.example/p.png)",
    "[x](javascript:alert(1))",
    "```\n# a heading\n```",
    "~~~\n~~~ `````",
    "@octocat and @github/team, see #1 and GH-2",
    "https://evil.example/auto www.evil.example",
    "| a | b |\n| --- | --- |",
    "${{ secrets.TOKEN }} {{ 7*191 }} %0A::error::x",
    "&#60;b&#62; &lt;i&gt;",
    "line\u2028separator\x85",
)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})
OUR_TAGS = re.compile(r"</?(?:sub|details|summary|br)>")


class Html(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def is_harmless_page(text: str, ours: frozenset[str] = frozenset()) -> None:
    """No script but those that `ours` has, no handler, no address of a script, nothing from elsewhere."""
    page = Html(text)
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    assert set(scripts) <= ours
    for tag, attributes in page.elements:
        assert tag not in {"iframe", "object", "embed", "textarea"}, tag
        assert tag != "base" or not attributes.get("href")
        assert not [name for name in attributes if name.startswith("on")], attributes
        for name in ("href", "src", "action", "data", "poster"):
            address = attributes.get(name, "")
            assert not re.match(r"\s*(?:javascript|vbscript|data:text)", address, re.IGNORECASE), address
        assert "evil.example" not in attributes.get("src", "")
    assert "1337" not in page.text.replace("1337px", "")


def is_harmless_in_a_terminal(text: str) -> None:
    """No escape, no character of control or direction, and no command of GitHub's runner on any line."""
    assert CONTROLS.search(text) is None
    assert "##[" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def is_harmless_markdown(text: str) -> None:
    """Rendered as GitHub does: no tag but ours, no picture, no link away, no mention, no number of an issue."""
    is_harmless_in_a_terminal(text)
    texts = []
    for token in MARKDOWN.parse(text):
        assert token.type not in ("fence", "code_block"), token.content
        if token.type == "html_block":
            assert OUR_TAGS.sub("", token.content).count("<") == 0, token.content
        for inner in token.children or ():
            assert inner.type != "image", inner.content
            if inner.type == "link_open":
                assert str(inner.attrs["href"]).startswith("https://github.com/"), inner.attrs
            if inner.type == "html_inline":
                assert OUR_TAGS.fullmatch(inner.content), inner.content
            if inner.type == "text":
                texts.append(inner.content)
    shown = " ".join(texts)
    assert not re.search(r"@\w", shown)
    assert not re.search(r"#\d|GH-\d", shown)


def cell_text(text: str) -> str:
    """A text as an .xlsx file holds it: what XML has no place for as _xHHHH_ (ECMA-376, 22.9.2.19)."""
    return "".join(f"_x{ord(one):04X}_" if unicodedata.category(one) == "Cc" and one != "\n" else one for one in text)


def hostile_workbook(folder: Path) -> Path:
    """A real .xlsx whose every cell, heading and sheet name is hostile, and whose rows are wrong in many ways."""
    book = Workbook()
    book.remove(book.worksheets[0])
    texts = iter(TEXTS * 100)
    for sheet in SHEETS:
        made = book.create_sheet(sheet.name)
        columns = list(sheet.columns.values())
        if sheet.settings:
            rows = [["Setting", "Value"], *([column.heading, next(texts)] for column in columns)]
        else:
            headings = [*(column.heading for column in columns), "::warning::<b>heading</b>"]
            rows = [headings, *([next(texts) for _ in headings] for _ in range(8))]
        for row in rows:
            made.append([cell_text(text) for text in row])
            for cell in made[made.max_row]:
                cell.data_type = "s"
    book.create_sheet("##<script>@octocat")["A1"] = "x"
    path = folder / "##[error] <b>@octocat `x`.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The hostile workbook with the problems that are found in it."""
    return load(hostile_workbook(tmp_path_factory.mktemp("hostile")), today=TODAY)


def test_the_workbook_is_as_hostile_as_it_should_be(loaded: Loaded) -> None:
    """Most of the texts are among the values that problems repeat; else the tests below would prove little."""
    values = "\n".join(problem.value for problem in loaded.problems)
    assert len({problem.code for problem in loaded.problems}) >= 12
    for wanted in ("::error::", "##[command]", "<script>", "HYPERLINK", "![x]", "```", "@octocat", "\u202e"):
        assert wanted in values, wanted


def test_reports_of_the_check_have_no_effect(loaded: Loaded) -> None:
    """Each form of the report is read back by what reads it, and shows the texts as texts."""
    reports = {form: render_report(form, loaded.problems, loaded, checked_on=TODAY) for form in FORMS}
    for form, text in reports.items():
        assert CONTROLS.search(text) is None, form
        assert "##[" not in text, form
    is_harmless_in_a_terminal(reports["text"])
    read = json.loads(reports["json"])
    assert [one["value"] for one in read["problems"]] == [one.value for one in loaded.problems]
    for form in ("sarif", "gitlab"):
        json.loads(reports[form])
    assert "markdown" not in {
        key for result in json.loads(reports["sarif"])["runs"][0]["results"] for key in result["message"]
    }
    tags = {element.tag for element in fromstring(reports["junit"]).iter()}
    assert tags <= {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "system-out",
        "system-err",
    }
    is_harmless_page(reports["html"], frozenset(re.findall(r"<script[^>]*>(.*?)</script>", sound_page(), re.DOTALL)))
    assert "&lt;script&gt;" in reports["html"]


def sound_page() -> str:
    """The page that the check makes of the sample: what scripts it has are ours."""
    sample = load(Path(__file__).parents[1] / "source" / "ecosystem-map.xlsx", today=TODAY)
    return render_report("html", sample.problems, sample, checked_on=TODAY)


def test_annotations_are_only_those_meant(loaded: Loaded) -> None:
    """GitHub's runner sees our commands and no other: each line is one, with the text of a cell escaped in it."""
    lines = render_report("github", loaded.problems, loaded, checked_on=TODAY).splitlines()
    assert 1 <= len(lines) <= 30
    for line in lines:
        command, _, rest = line.removeprefix("::").partition(" title=")
        assert command in ("error", "warning", "notice")
        title, message = rest.split("::", 1)
        assert not set(title) & set(":,")
        assert "::" not in message
    is_harmless_markdown(job_summary(loaded.problems, loaded))


def texts_for(kind: Kind) -> tuple[str, ...]:
    """The texts as an editor's cell could hold them after reading: no characters of control."""
    kept = [re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", "", text) for text in TEXTS]
    return tuple(text.replace("\n", " ") for text in kept) if kind is Kind.NAME else tuple(kept)


def hostile_map(*, is_hostile: bool = True) -> EcosystemMap:
    """The small map with a hostile text in each column that takes text, more hostile than any check lets through.

    Not hostile, it is the edition before: the same rows with their own texts.
    """
    at = 0
    rows: dict[str, list[dict[str, Any]]] = {}
    for sheet in PUBLISHED_SHEETS:
        given = [{}] if sheet.settings else ROWS[sheet.key]
        made = []
        for number, row in enumerate(given):
            row = dict(row) | ({} if sheet.settings else {"id": f"row-{number}"})
            if sheet.key in ("stakeholders", "phases", "action_areas"):
                row["id"] = {"stakeholders": ("employers", "hr-systems"), "phases": ("developing", "adopting")}.get(
                    sheet.key, ("promoting-adoption",)
                )[number]
            for name, column in sheet.columns.items():
                if is_hostile and column.kind in (Kind.NAME, Kind.TEXT, Kind.PAGE) and name in sheet.entry.model_fields:
                    row[name] = texts_for(column.kind)[at % len(TEXTS)]
                    at += 1
            made.append(row)
        rows[sheet.key] = made
    return small_map(**rows)


HOSTILE, BEFORE = hostile_map(), hostile_map(is_hostile=False)


def report(form: str) -> str:
    found = changes(BEFORE, HOSTILE)
    stopped = findings(Compared(old=BEFORE, new=HOSTILE, changes=found, banned=("pwned",)))
    assert {finding.rule for finding in stopped} >= {"quotation-changed", "banned-word-added"}
    made = ChangeReport(
        old=TEXTS[0],
        new=TEXTS[4],
        content=HOSTILE,
        changes=found,
        is_gated=True,
        stopped=stopped[1:],
        approved=[(stopped[0], f"Approved by {TEXTS[4]} on 2026-11-24: {TEXTS[13]}")],
    )
    return render_changes(form, made)


@pytest.mark.parametrize("form", CHANGE_FORMS)
def test_reports_of_changes_and_of_the_gate_have_no_effect(form: str) -> None:
    """What changed to a hostile text, what the gate says of it and who approved it are shown and do nothing."""
    text = report(form)
    is_harmless_in_a_terminal(text)
    if form == "json":
        written = [one["after"]["text"] for one in json.loads(text)["changes"] if one["after"]]
        assert any("<script>alert(1)</script>" in one for one in written)
    elif form == "html":
        is_harmless_page(text)
        assert "&lt;script&gt;alert(1)" in text
    elif form == "markdown":
        is_harmless_markdown(text)


def test_what_a_job_says_has_no_effect(loaded: Loaded) -> None:
    """The summary of a pull request's job, the annotations of the gate and what its comment is made of."""
    found = changes(BEFORE, HOSTILE)
    stopped = findings(Compared(old=BEFORE, new=HOSTILE, changes=found))
    change_report = ChangeReport(old="a", new=TEXTS[4], content=HOSTILE, changes=found, is_gated=True, stopped=stopped)
    job = JobReport(
        file_name=loaded.path.name,
        edition=TEXTS[4],
        verdict=TEXTS[0],
        problems=loaded.problems,
        completeness=completeness(loaded.rows) if loaded.rows else None,
        changes=change_report,
        no_changes="",
        files={TEXTS[4]: TEXTS[19]},
    )
    is_harmless_markdown(as_summary(job))
    for line in gate_annotations(stopped).splitlines():
        assert re.fullmatch(r"::error title=gate%3A [a-z-]+::(?:(?!::).)*", line), line
    comment = as_comment(job, number=7)
    assert CONTROLS.search(comment) is None
    assert set(json.loads(comment)) >= {"number", "changes", "check"}


ARTEFACTS = {one.path: one.body for one in data.render(HOSTILE, stamp=STAMP)}


@pytest.mark.parametrize("path", [path for path in ARTEFACTS if path.endswith(".csv")])
def test_tables_start_no_formula(path: str) -> None:
    """No cell of a table begins as a formula does, and every text is there."""
    rows = list(csv.reader(io.StringIO(ARTEFACTS[path].decode("utf-8-sig"), newline="")))
    for cell in (cell for row in rows for cell in row):
        start = unicodedata.normalize("NFKC", cell.lstrip(" \u00a0\u3000\ufeff\u200b\u202e")[:1])
        assert start not in set("=+-@\t\r"), cell
    assert len({len(row) for row in rows}) == 1


def test_data_is_data() -> None:
    """The data comes back as it was, and its text could stand in a page: no line end that a script takes for one."""
    assert read_map(ARTEFACTS["data/map.json"]) == HOSTILE
    for path, body in ARTEFACTS.items():
        if path.endswith(".json"):
            assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u2029]", body.decode()), path
            json.loads(body)


def test_pages_and_the_feed_have_no_effect() -> None:
    """Every page of the site, those at old addresses too, and the feed: texts are texts."""
    old = BEFORE
    sound = web.render(old, stamp=STAMP, templates=environment())
    ours = frozenset(
        script
        for one in sound
        if one.media_type == "text/html"
        for script in re.findall(r"<script(?! type)[^>]*>(.*?)</script>", one.body.decode(), re.DOTALL)
    )
    found = changes(old, HOSTILE)
    made = web.render(HOSTILE, stamp=STAMP, templates=environment(), since=old, changes=found, history=(HOSTILE, old))
    for one in made:
        if one.media_type == "text/html":
            text = one.body.decode()
            for description in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL):
                json.loads(description)
                text = text.replace(f'<script type="application/ld+json">{description}</script>', "")
            is_harmless_page(text, ours)
        elif one.path == "feed.xml":
            feed = fromstring(one.body.decode())
            assert CONTROLS.search(one.body.decode()) is None
            for content in feed.iter("{http://www.w3.org/2005/Atom}content"):
                tags = {tag for tag, _ in Html(content.text or "").elements}
                assert tags <= {"p", "h2", "ul", "li"}


MEGABYTES = 10 * 1024**2
FILLINGS = {"zip bomb": "a" * MEGABYTES, "noise": random.Random(6).randbytes(MEGABYTES // 2).hex()}


def big(folder: Path, filling: str) -> Path:
    """The hostile workbook with a cell of 10 MB."""
    path = hostile_workbook(folder)
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name, body in parts.items() if b"+1+1" in body)
    parts[sheet] = parts[sheet].replace(b"+1+1", filling.encode(), 1)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return path


@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)
def test_a_cell_of_ten_megabytes_fills_no_report(filling: str, tmp_path: Path) -> None:
    """Whether it is refused or read, every report stays of a size that people and machines can take."""
    found = load(big(tmp_path, filling), today=TODAY)
    assert any(one.code in ("too-large", "too-long", "cut-off-text", "too-many") for one in found.problems)
    assert found.content is None
    for form in FORMS:
        text = render_report(form, found.problems, found, checked_on=TODAY)
        assert len(text) < 3_000_000, form
    assert len(job_summary(found.problems, found).encode()) < 1_048_576


def commands(path: Path) -> Iterator[list[str]]:
    yield from (["check", str(path)], ["diff", str(path), str(path)], ["diff", "--textconv", str(path)])


def test_the_commands_themselves_say_nothing_that_acts(tmp_path: Path) -> None:
    """As people run them: both streams of check, diff and Git's text of the workbook, file name included."""
    path = hostile_workbook(tmp_path)
    for arguments in commands(path):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *arguments],
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode in (0, 1), done.stderr
        is_harmless_in_a_terminal(done.stdout)
        is_harmless_in_a_terminal(done.stderr)


def test_a_marked_copy_runs_no_formula(tmp_path: Path) -> None:
    """What looks like a formula in the workbook is a text in the copy with the marks, on the first sheet too."""
    path = hostile_workbook(tmp_path)
    copy = tmp_path / "marked.xlsx"
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "annotate", str(path), "-o", str(copy)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert copy.exists(), done.stderr
    is_harmless_in_a_terminal(done.stderr)
    for sheet in load_workbook(copy).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or str(cell.value).startswith('=HYPERLINK("#'), (sheet.title, cell.value)
