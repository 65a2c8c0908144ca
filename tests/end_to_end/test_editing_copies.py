"""`annotate` and `fix` as editors use them: real processes, real files, and LibreOffice in between."""

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from kitchen_sink import kitchen_sink, parts_of
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.explanations import explanations
from pipeline.load import load
from pipeline.problems import CellRef, Problem
from pipeline.workbook.annotate import annotate
from pipeline.workbook.comments import FIRST_LINE

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "source" / "ecosystem-map.xlsx"
TODAY = date(2026, 11, 24)
Write = Callable[..., Path]
WRONG = "| Strategies | Strategy | Phase |\n| | Act  first. | Adoptng |\n| | Act  then. | Adopting |"


def run(*arguments: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_annotate_writes_a_copy_and_never_the_original(workbook: Write, tmp_path: Path) -> None:
    """The copy is marked, the workbook is as it was, and writing over it is refused, by whichever name it goes."""
    path = workbook(WRONG)
    before = path.read_bytes()
    done = run("annotate", path, "-o", "copy.xlsx", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 error" in done.stderr
    assert load_workbook(tmp_path / "copy.xlsx").sheetnames[0] == "Problems"
    (tmp_path / "link.xlsx").symlink_to(path)
    for same in (path, "link.xlsx", f"source/../source/{path.name}"):
        refused = run("annotate", path, "-o", same, folder=tmp_path)
        assert (refused.returncode, "the workbook itself" in refused.stderr) == (2, True)
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy.xlsx", "link.xlsx", "source"]


def test_annotate_replaces_its_own_copy_but_nobodys_work(workbook: Write, tmp_path: Path) -> None:
    """A copy that nobody has saved since is written anew; one that an editor worked in, or another file, stays."""
    path, copy = workbook(WRONG), tmp_path / "copy.xlsx"
    assert run("annotate", path, "-o", copy, folder=tmp_path).returncode == 0
    path.write_bytes(workbook(WRONG.replace("Adoptng", "Usng")).read_bytes())
    assert run("annotate", path, "-o", copy, folder=tmp_path).returncode == 0
    assert "Usng" in str(load_workbook(copy)["Problems"]["D5"].value)
    book = load_workbook(copy)
    book.save(copy)
    edited = copy.read_bytes()
    refused = run("annotate", path, "-o", copy, folder=tmp_path)
    assert (refused.returncode, "already there" in refused.stderr) == (2, True)
    assert copy.read_bytes() == edited


def test_the_copy_has_the_ending_of_the_workbook(workbook: Write, tmp_path: Path) -> None:
    """Excel opens no file whose ending is not what is in it."""
    refused = run("fix", workbook(WRONG), "-o", "copy.xls", folder=tmp_path)
    assert (refused.returncode, "does not end in .xlsx" in refused.stderr) == (2, True)


@pytest.mark.parametrize("command", ["annotate", "fix"])
def test_a_damaged_file_gives_no_copy(command: str, tmp_path: Path) -> None:
    """What cannot be read is told as `check` tells it, with status 1, and nothing is written."""
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 half of a file")
    done = run(command, "broken.xlsx", "-o", "copy.xlsx", folder=tmp_path)
    assert done.returncode == 1
    assert "error[unreadable-workbook] broken.xlsx" in done.stdout
    assert not (tmp_path / "copy.xlsx").exists()


def test_fix_lists_each_repair(workbook: Write, tmp_path: Path) -> None:
    """Cell, before and after on stdout; how many on stderr; status 0; a second run has nothing to do."""
    path = workbook(WRONG)
    done = run("fix", path, "-o", "fixed.xlsx", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "Strategies!A2, column “Strategy”: extra-spaces\n  before: Act  first.\n  after:  Act first.\n" in done.stdout
    )
    assert "2 repairs" in done.stderr
    assert "IDs were not filled in" in done.stderr
    again = run("fix", "fixed.xlsx", "-o", "again.xlsx", folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "fixed.xlsx").read_bytes()
    refused = run("fix", path, "-o", "again.xlsx", "--quiet", folder=tmp_path)
    assert refused.returncode == 0  # the same bytes again: nothing is lost
    (tmp_path / "again.xlsx").write_bytes(b"somebody's")
    assert run("fix", path, "-o", "again.xlsx", folder=tmp_path).returncode == 2


# Through LibreOffice and back


def through_libreoffice(workbook: Path, folder: Path) -> Path:
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: apt-get install --no-install-recommends libreoffice-calc"
    outdir = ("--outdir", str(folder / "saved"), str(workbook))
    subprocess.run(
        [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx", *outdir],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / "saved" / workbook.name


def planted(path: Path) -> tuple[Problem, ...]:
    """Ten defects in a copy of the sample at `path`, and the problems that the check finds."""
    shutil.copytree(SAMPLE.parent / "images", path.parent / "images")
    book = load_workbook(SAMPLE)
    for place, value in {
        "Strategies!B14": "Employrs",
        "Strategies!C20": "Adoptng",
        "Strategies!D30": None,
        "Strategies!D31": "Say &colon; <b>it</b>",
        "Strategies!D1": "Stratgy*",
        "Stakeholders!F3": None,
        "Settings!B2": None,
        "Resources!E3": "no address",
        "Phases!E2": "#zzzzzz",
        "Glossary!G5": "javascript:alert(1)",
    }.items():
        sheet, _, cell = place.partition("!")
        book[sheet][cell] = value
    book.save(path)
    problems = load(path, today=TODAY).problems
    assert len({problem.at for problem in problems}) >= 10
    return problems


def places(problems: Sequence[Problem]) -> set[tuple[str, CellRef, str]]:
    return {(problem.code, problem.at, problem.message) for problem in problems}


@pytest.mark.libreoffice
def test_a_marked_copy_goes_through_libreoffice(tmp_path: Path) -> None:
    """Marks, notes, drop-downs, links and content are still there; the check says the same; then the marks go."""
    path = tmp_path / "map.xlsx"
    problems = planted(path)
    original = path.read_bytes()
    path.write_bytes(annotate(original, problems, explanations()))
    saved = through_libreoffice(path, tmp_path)
    shutil.copytree(tmp_path / "images", saved.parent / "images")
    assert places(load(saved, today=TODAY).problems) == places(problems)
    marked, before = load_workbook(saved), load_workbook(path)
    assert marked.sheetnames == before.sheetnames
    assert links(marked["Problems"]) == links(before["Problems"])
    for problem in problems:
        if problem.at.a1:
            cell = marked[problem.at.sheet][problem.at.a1]
            assert FIRST_LINE in cell.comment.text
            assert problem.message in cell.comment.text
            assert explanations()[problem.code].why in cell.comment.text
            assert cell.fill.fgColor.rgb == before[problem.at.sheet][problem.at.a1].fill.fgColor.rgb
    offered = [
        {(one.type, one.formula1) for one in book["Strategies"].data_validations.dataValidation}
        for book in (marked, before)
    ]
    assert offered[0] == offered[1]
    saved.write_bytes(annotate(saved.read_bytes(), ()))
    clean = load_workbook(saved)
    path.write_bytes(original)
    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows(max_row=40):
            for old in row:
                new = clean[sheet.title][old.coordinate]
                assert (new.comment.text if new.comment else "") == (old.comment.text if old.comment else "")
                assert str(new.fill.fgColor.rgb)[2:] == str(old.fill.fgColor.rgb)[2:]
    assert places(load(saved, today=TODAY).problems) == places(problems)


def links(sheet: Worksheet) -> set[str]:
    """Where the links of a sheet lead."""
    return {str(cell.hyperlink.location) for row in sheet.iter_rows() for cell in row if cell.hyperlink}


@pytest.mark.libreoffice
def test_the_kitchen_sink_opens_in_libreoffice(tmp_path: Path) -> None:
    """Marked, with macros, a thread, shapes, prefixes and extensions in it, it opens and says the same."""
    path = tmp_path / "sink.xlsx"
    path.write_bytes(kitchen_sink(tmp_path))
    problems = load(path, today=TODAY).problems
    path.write_bytes(annotate(path.read_bytes(), problems))
    saved = through_libreoffice(path, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl names what it cannot keep
        marked = load_workbook(BytesIO(saved.read_bytes()))
    assert "Anna" in marked["Strategies"]["B2"].comment.text
    assert FIRST_LINE in marked["Strategies"]["B2"].comment.text
    assert marked["Strategies"]["E2"].comment.text == "Keep me."
    assert any(name.startswith("xl/charts/") for name in parts_of(saved.read_bytes()))
    found = {(one.code, one.at) for one in load(saved, today=TODAY).problems}
    assert found == {(one.code, one.at) for one in problems if one.code != "macro-workbook"}


@pytest.mark.libreoffice
def test_a_fixed_copy_goes_through_libreoffice(workbook: Write, tmp_path: Path) -> None:
    """Repaired texts and filled-in IDs are the same content afterwards."""
    path = workbook("| Strategies | ID | Strategy |\n| | | Act  first. |\n| | | Then act. |")
    assert run("fix", path, "-o", "fixed.xlsx", folder=tmp_path).returncode == 0
    saved = through_libreoffice(tmp_path / "fixed.xlsx", tmp_path)
    assert places(load(saved, today=TODAY).problems) == places(load(tmp_path / "fixed.xlsx", today=TODAY).problems)
    before, after = (load(each, today=TODAY).content for each in (tmp_path / "fixed.xlsx", saved))
    assert before is not None
    assert after is not None
    assert after.model_dump() == before.model_dump()
    assert [entry.text for entry in after.strategies] == ["Act first.", "Then act."]
    assert all(re.fullmatch("[a-z0-9-]+", entry.id) for entry in after.strategies)


@pytest.mark.libreoffice
def test_a_fixed_sample_keeps_its_guidance_in_libreoffice(tmp_path: Path) -> None:
    """Drop-downs and notes of a repaired copy are those of the workbook, before and after LibreOffice saved it."""
    path = tmp_path / "map.xlsx"
    book = load_workbook(SAMPLE)
    book["Strategies"]["D8"] = "Act  first, then ask."
    book.save(path)
    shutil.copytree(SAMPLE.parent / "images", tmp_path / "images")
    assert run("fix", path, "-o", "fixed.xlsx", folder=tmp_path).returncode == 0
    saved = through_libreoffice(tmp_path / "fixed.xlsx", tmp_path)
    books = [load_workbook(each) for each in (path, tmp_path / "fixed.xlsx", saved)]
    offered = [
        {(one.type, one.formula1) for one in each["Strategies"].data_validations.dataValidation} for each in books
    ]
    notes = [[bool(cell.comment) for cell in each["Strategies"][1]] for each in books]
    assert offered[0] == offered[1] == offered[2] != set()
    assert notes[0] == notes[1] == notes[2]
    assert any(notes[0])
    assert [each["Strategies"]["D8"].value for each in books[1:]] == ["Act first, then ask."] * 2
