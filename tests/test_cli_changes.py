"""`diff`, `release` and `import` as people and machines run them: files and Git on disk, exit statuses, safe output."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from edits import Grid, edits
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from small_map import STAMP, small_map

from pipeline.approvals import recorded_approvals
from pipeline.changes import changes
from pipeline.editions import recorded_editions
from pipeline.gate import Compared, findings
from pipeline.load import load
from pipeline.rendering.data import map_file
from pipeline.report_changes import FORMS, ChangeReport, render_changes

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "source" / "ecosystem-map.xlsx"
Run = Callable[..., "subprocess.CompletedProcess[str]"]

DOCUMENTED = (ROOT / "docs" / "changes.md").read_text(encoding="utf-8")
HOSTILE = "::error::x ##[error]y <script>alert(1)</script> =HYPERLINK(1) \x1b[31m ![x](http://h.example/) @all `a` |"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in an empty folder, as on a pipe."""

    def run_command(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run_command


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder source/ with the sample and its images; gives the workbook."""
    workbook = tmp_path / "source" / "ecosystem-map.xlsx"
    (workbook.parent / "images").mkdir(parents=True)
    workbook.write_bytes(SAMPLE.read_bytes())
    for path in (SAMPLE.parent / "images").iterdir():
        (workbook.parent / "images" / path.name).write_bytes(path.read_bytes())
    return workbook


def edit(workbook: Path, **cells: str | CellRichText) -> None:
    """Write into cells: `Strategies_D2="text"`; a blank in a sheet's name is two underscores."""
    book = load_workbook(workbook, rich_text=True)
    for place, text in cells.items():
        sheet, _, cell = place.rpartition("_")
        book[sheet.replace("__", " ")][cell] = text
    book.save(workbook)


def git(folder: Path, *arguments: str, path: str = os.environ["PATH"]) -> str:
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *settings, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": path},
    ).stdout


def report(text: str = HOSTILE, **more: object) -> ChangeReport:
    old, new = small_map(), small_map(settings=[{"subtitle": text, "feedback_link": "https://other.example/"}])
    found = changes(old, new)
    stopped = findings(Compared(old=old, new=new, changes=found))
    return ChangeReport(old="a", new=text, content=new, changes=found, is_gated=True, stopped=stopped, approved=())


def test_diff_compares_two_workbooks(run: Run, source: Path, tmp_path: Path) -> None:
    """Two files on disk: each change once, in the contract's form; changes alone do not fail."""
    other = tmp_path / "new.xlsx"
    other.write_bytes(source.read_bytes())
    (tmp_path / "images").symlink_to(source.parent / "images")
    text = load_workbook(source)["Strategies"]["D2"].value
    edit(other, Strategies_D2=f"Now {text}", Phases_E2="#123456")
    done = run("diff", source, other, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["changes"]
    assert [list(change) for change in found] == 2 * [
        ["kind", "sheet", "heading", "stakeholder", "before", "after", "sentence", "formatting_only"]
    ]
    assert found[0] | {"sentence": ""} == {
        "kind": "changed",
        "sheet": "Phases",
        "heading": "Colour",
        "stakeholder": None,
        "before": {"cell": "E2", "text": load_workbook(source)["Phases"]["E2"].value},
        "after": {"cell": "E2", "text": "#123456"},
        "sentence": "",
        "formatting_only": False,
    }
    assert (found[1]["kind"], found[1]["stakeholder"]) == ("reworded", "Employers")


def test_fifty_edits_of_a_file_are_fifty_changes(run: Run, tmp_path: Path) -> None:
    """All fifty edits at once, in real workbooks and through the command: each is named once, with kind, cell and both
    texts, and nothing else is; the text for people names each cell too.
    """
    grid = Grid()
    grid.save(tmp_path / "old.xlsx")
    expected = [made.found(grid) for made in [edit(grid) for _, edit in edits()]]
    grid.save(tmp_path / "new.xlsx")
    done = run("diff", "old.xlsx", "new.xlsx", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["changes"]
    assert len(found) == 50
    cells: Counter[tuple[str, str, str, str]] = Counter()
    for change in found:
        side = change["after"] or change["before"]
        cells[change["kind"], change["sheet"], change["heading"], f"{change['sheet']}!{side['cell']}"] += 1
        assert (change["before"] is None, change["after"] is None).count(True) <= 1
        texts = [one["text"] for one in (change["before"], change["after"]) if one]
        assert change["kind"] == "reordered" or len(set(texts)) == len(texts)
    assert cells == Counter(expected)
    assert sum(change["formatting_only"] for change in found) == 5
    people = run("diff", "old.xlsx", "new.xlsx").stdout
    for _, _, _, cell in expected:
        assert f"· {cell}" in people


def test_any_two_kinds_of_version_can_be_compared(run: Run, source: Path, tmp_path: Path) -> None:
    """A workbook, a data file, and either of them in Git's history, in any mix: the same one change is found."""
    git(tmp_path, "init", "-q")
    assert run("release", source).returncode == 0
    [recorded] = (source.parent / "editions").iterdir()
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    before = source.parent / "before.xlsx"
    before.write_bytes(source.read_bytes())
    edit(source, Settings_B3="Another subtitle")
    git(tmp_path, "commit", "-q", "-am", "second")
    data = tmp_path / "new.json"
    data.write_bytes(recorded.read_bytes().replace(b"Driving opportunity and equity", b"Another subtitle"))
    workbook, edition = "source/ecosystem-map.xlsx", f"source/editions/{recorded.name}"
    pairs = [
        (before, data),
        (recorded, f"HEAD:{workbook}"),
        (f"HEAD~1:{workbook}", source),
        (f"HEAD~1:{edition}", data),
        (f"HEAD~1:{workbook}", f"HEAD:{workbook}"),
    ]
    for old, new in pairs:
        done = run("diff", old, new, "--format", "json")
        assert done.returncode == 0, done.stderr
        assert [change["heading"] for change in json.loads(done.stdout)["changes"]] == ["Subtitle"], (old, new)


def test_diff_reads_revisions_and_data(run: Run, source: Path, tmp_path: Path) -> None:
    """REV:path is read from Git with the images of that revision; a map.json is as good as a workbook."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    assert run("release", source).returncode == 0
    [recorded] = (source.parent / "editions").iterdir()
    edit(source, Settings_B3="Another subtitle")
    for old in ("HEAD:source/ecosystem-map.xlsx", "HEAD:./source/ecosystem-map.xlsx", recorded):
        done = run("diff", old, source, "--format", "json")
        assert done.returncode == 0, done.stderr
        assert [change["heading"] for change in json.loads(done.stdout)["changes"]] == ["Subtitle"]


@pytest.mark.parametrize(
    "name", ["nowhere.xlsx", "HEAD:nowhere.xlsx", "--output=x:y", "-x:y", "HEAD:", "nobranch:source/ecosystem-map.xlsx"]
)
def test_what_is_not_there_is_wrong_usage(run: Run, source: Path, tmp_path: Path, name: str) -> None:
    """No such file or revision: status 2 and a sentence; nothing that looks like an option reaches Git."""
    git(tmp_path, "init", "-q")
    done = run("diff", "--", name, source)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name not in (".git", "source")] == []


def test_an_input_with_errors_ends_with_1(run: Run, source: Path, tmp_path: Path) -> None:
    """A version that cannot be published cannot be compared: its errors are shown."""
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(source.read_bytes())
    edit(broken, Strategies_C2="Adoptng")
    done = run("diff", source, broken)
    assert (done.returncode, done.stdout) == (1, "")
    assert "unknown-phase" in done.stderr


def test_the_gate_stops_until_somebody_approves(run: Run, source: Path, tmp_path: Path) -> None:
    """A changed definition stops release and gate; the approval is recorded with its words and opens both."""
    assert run("release", source).returncode == 0
    before = tmp_path / "before.json"
    [recorded] = (source.parent / "editions").iterdir()
    before.write_bytes(recorded.read_bytes())
    edit(source, Glossary_E2="Something that nobody needs.", Settings_B9="2027.1")
    stopped = run("release", source)
    assert stopped.returncode == 1
    assert "stopped[definition-changed]" in stopped.stdout
    assert [path.name for path in (source.parent / "editions").iterdir()] == [recorded.name]
    assert run("diff", before, source).returncode == 0
    assert run("diff", before, source, "--gate").returncode == 1
    assert run("release", source, "--approve", "fine").returncode == 2
    assert run("release", source, "--approve", "Ana Ng: agreed on 3 May").returncode == 0
    approvals = json.loads((source.parent / "editions" / "2027.1.approvals.json").read_text(encoding="utf-8"))
    [entry] = approvals["approvals"]
    assert (entry["by"], entry["why"], entry["rule"]) == ("Ana Ng", "agreed on 3 May", "definition-changed")
    assert date.fromisoformat(entry["approved_on"]) <= date.today()
    passed = run("diff", before, source, "--gate")
    assert passed.returncode == 0
    assert "approved[definition-changed]" in passed.stdout


def test_a_change_can_be_approved_between_editions(run: Run, source: Path, tmp_path: Path) -> None:
    """On the way to the next edition a pull request needs an approval too: diff records it beside the workbook."""
    before = tmp_path / "before.xlsx"
    before.write_bytes(source.read_bytes())
    (tmp_path / "images").symlink_to(source.parent / "images")
    edit(source, Glossary_E2="Something that nobody needs.")
    assert run("diff", before, source, "--approve", "Ana: yes").returncode == 2
    assert run("diff", before, source, "--gate").returncode == 1
    given = run("diff", before, source, "--gate", "--approve", "Ana Ng: agreed")
    assert given.returncode == 0, given.stderr
    assert f"Approved by Ana Ng on {date.today().isoformat()}: agreed" in given.stdout
    assert run("diff", before, source, "--gate").returncode == 0
    edit(source, Glossary_E2="Something else.")
    assert run("diff", before, source, "--gate").returncode == 1


def test_formatting_is_said_apart(run: Run, source: Path, tmp_path: Path) -> None:
    """A cell that is bold now and says the same: one change of formatting alone, for people and for programs."""
    other = tmp_path / "new.xlsx"
    other.write_bytes(source.read_bytes())
    (tmp_path / "images").symlink_to(source.parent / "images")
    text = load_workbook(source)["Strategies"]["D2"].value
    edit(other, Strategies_D2=CellRichText(TextBlock(InlineFont(b=True), text)))
    done = run("diff", source, other)
    assert "1 change: 1 of formatting alone." in done.stdout
    assert "Strategies!D2, column “Strategy”, only the formatting" in done.stdout
    [change] = json.loads(run("diff", source, other, "--format", "json").stdout)["changes"]
    assert (change["kind"], change["formatting_only"]) == ("changed", True)


def test_a_recorded_edition_is_never_changed(run: Run, source: Path) -> None:
    """The same edition twice is fine; with other content it is refused, and the file stays."""
    assert run("release", source).returncode == 0
    [recorded] = (source.parent / "editions").iterdir()
    before = recorded.read_bytes()
    assert run("release", source).returncode == 0
    edit(source, Settings_B3="Another subtitle")
    refused = run("release", source)
    assert refused.returncode == 1
    assert "already recorded" in refused.stderr
    assert recorded.read_bytes() == before


def test_a_build_says_what_changed_since_the_last_edition(run: Run, source: Path, tmp_path: Path) -> None:
    """The edition recorded beside the workbook is found by itself: page of changes, feed, old address of a page."""
    assert run("release", source).returncode == 0
    [recorded] = (source.parent / "editions").iterdir()
    names = [cell.value for cell in load_workbook(source)["Stakeholders"]["B"]]
    row = names.index("Funders") + 1
    book = load_workbook(source, rich_text=True)
    for sheet, column in (("Strategies", "B"), ("Actions", "B"), ("Value propositions", "B")):
        for cell in book[sheet][column]:
            cell.value = "Backers" if cell.value == "Funders" else cell.value
    for sheet in ("Strategies", "Actions", "Resources"):
        for cells in book[sheet].iter_rows(min_row=2):
            for cell in cells:
                if isinstance(cell.value, str) and "Funders" in cell.value.split("; "):
                    cell.value = cell.value.replace("Funders", "Backers")
    book["Stakeholders"][f"A{row}"], book["Stakeholders"][f"B{row}"] = "backers", "Backers"
    book["Stakeholders"][f"H{row}"] = "Funders"
    book["Settings"]["B9"] = "2027.1"
    book.save(source)
    built = run("build", source, "--only", "web", "-o", tmp_path / "out")
    assert built.returncode == 0, built.stderr
    site = tmp_path / "out" / "site"
    assert "renamed from “Funders” to “Backers”" in (site / "changes.html").read_text(encoding="utf-8")
    assert "renamed from “Funders” to “Backers”" in (site / "feed.xml").read_text(encoding="utf-8")
    moved = (site / "stakeholders" / "funders.html").read_text(encoding="utf-8")
    assert "url=../stakeholders/backers.html" in moved
    record = json.loads((tmp_path / "out" / "build.json").read_text(encoding="utf-8"))
    assert record["since"]["edition"] == json.loads(recorded.read_bytes())["settings"]["edition"]
    assert f"editions/{recorded.name}" in [one["path"] for one in record["inputs"]]


def test_import_writes_a_workbook_and_never_over_one(run: Run, tmp_path: Path) -> None:
    """A map.json becomes a workbook that publishes the same; a file that is there is not touched."""
    (tmp_path / "map.json").write_bytes(map_file(small_map(), stamp=STAMP).body)
    done = run("import", "map.json", "-o", "made.xlsx")
    assert done.returncode == 0, done.stderr
    assert "trust.svg" in done.stderr
    made = (tmp_path / "made.xlsx").read_bytes()
    assert run("import", "map.json", "-o", "made.xlsx").returncode == 2
    assert (tmp_path / "made.xlsx").read_bytes() == made
    assert run("import", "made.xlsx", "-o", "other.xlsx").returncode == 2
    assert run("import", "map.json", "-o", "other.txt").returncode == 2


def test_import_writes_nothing_that_would_differ(run: Run, tmp_path: Path) -> None:
    """Data that no cell can hold as it is (spaces at the end, by hand) is refused with the place."""
    data = json.loads(map_file(small_map(), stamp=STAMP).body)
    data["phases"][0]["tagline"] = "Groundwork  "
    (tmp_path / "map.json").write_text(json.dumps(data), encoding="utf-8")
    done = run("import", "map.json", "-o", "made.xlsx")
    assert done.returncode == 1
    assert "tagline" in done.stderr
    assert not (tmp_path / "made.xlsx").exists()


def test_git_shows_a_workbook_as_text(run: Run, source: Path, tmp_path: Path) -> None:
    """With the documented line of set-up, git diff shows the cell that changed and no other."""
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitattributes").write_text("*.xlsx diff=ecosystem-map\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    edit(source, Settings_B3="Another \x1b subtitle".replace("\x1b ", ""))
    [line] = re.findall(r"^git (config diff\.ecosystem-map\.textconv) \"(.*)\"$", DOCUMENTED, re.MULTILINE)
    git(tmp_path, *line[0].split(), line[1])
    # The command as it is installed: what the documented line leaves to the search path.
    installed = tmp_path / "bin" / "ecosystem-map"
    installed.parent.mkdir()
    installed.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m pipeline \"$@\"\n")
    installed.chmod(0o755)
    shown = git(tmp_path, "diff", "--no-color", "--", "source", path=f"{installed.parent}:{os.environ['PATH']}")
    changed = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["-Subtitle: Driving opportunity and equity", "+Subtitle: Another subtitle"]


def test_a_workbook_that_cannot_be_read_is_a_sentence_for_git(run: Run, tmp_path: Path) -> None:
    """Git ends altogether when its helper fails, so the helper says what is wrong instead."""
    (tmp_path / "bad.xlsx").write_bytes(b"not a workbook")
    done = run("diff", "--textconv", "bad.xlsx")
    assert done.returncode == 0
    assert done.stdout.strip()


@pytest.mark.parametrize("form", FORMS)
def test_hostile_texts_have_no_effect(form: str) -> None:
    """No escape, command of GitHub's runner, tag, image or mention of a workbook survives in any form."""
    text = render_changes(form, report())
    assert "\x1b" not in text
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    if form == "markdown":
        assert not any(mark in text for mark in ("<script", "](", "@all", "`a`"))
    if form == "html":
        assert "<script" not in text
        assert "http-equiv" in text
    if form == "json":
        assert json.loads(text)["changes"][0]["after"]["text"] == HOSTILE


def test_a_comment_fits_github() -> None:
    """The Markdown stays below what a comment can hold, however much has changed, and says what it leaves out."""
    rows = [{"stakeholder": "employers", "phase": "adopting", "text": f"{n} " + "long text " * 100} for n in range(900)]
    old, new = small_map(strategies=[]), small_map(strategies=rows)
    found = changes(old, new)
    text = render_changes("markdown", ChangeReport(old="a", new="b", content=new, changes=found))
    assert len(text) < 65_536
    assert "more changes are not shown here" in text
    assert (
        len(json.loads(render_changes("json", ChangeReport(old="a", new="b", content=new, changes=found)))["changes"])
        == 900
    )


def test_nothing_changed_is_said(run: Run, source: Path) -> None:
    """The same file twice: one sentence, or an empty list."""
    assert "Nothing changed." in run("diff", source, source).stdout
    assert json.loads(run("diff", source, source, "--format", "json").stdout) == {"changes": []}


def test_the_editions_of_the_sample_are_in_order() -> None:
    """What is recorded as the sample's edition is what the sample publishes: whoever edits the sample gives Edition a new
    name. Every record can be read, and its approvals too.
    """
    content = load(SAMPLE, today=date.today()).content
    assert content
    folder = SAMPLE.parent / "editions"
    editions = recorded_editions(folder)
    assert editions
    for edition in editions:
        recorded_approvals(folder, edition.name)
        if edition.name == content.settings.edition:
            assert changes(edition.content, content) == ()
