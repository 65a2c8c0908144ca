"""A build to which nothing has changed: said at once, and never wrongly."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]


def build(workbook: Path, output: Path, *options: object, **variables: str) -> str:
    """Build the data of a workbook; what was said."""
    command = [sys.executable, "-m", "pipeline", "build", workbook, "-o", output, "--only", "data", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr


def is_unchanged(said: str) -> bool:
    return "Nothing has changed" in said


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The sample in a folder of its own."""
    shutil.copytree(ROOT / "source", tmp_path / "source")
    [path] = (tmp_path / "source").glob("*.xlsx")
    return path


def test_a_second_build_finds_nothing_changed(workbook: Path, tmp_path: Path) -> None:
    """It says so, names the release again, and touches no file of it."""
    output = tmp_path / "output"
    first = build(workbook, output)
    assert not is_unchanged(first)
    written = {path: path.stat().st_mtime_ns for path in output.rglob("*")}
    second = build(workbook, output)
    assert is_unchanged(second)
    assert "Published “LER Ecosystem Map”" in second
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*")} == written


def test_whatever_a_build_is_made_of_counts(workbook: Path, tmp_path: Path) -> None:
    """Workbook, pictures, pages, templates, options and the date of the files: after a change of any, it is built."""
    output = tmp_path / "output"
    build(workbook, output)

    def edit_cell() -> None:
        book = load_workbook(workbook, rich_text=True)
        book["Settings"]["B2"].value = "Another map"
        book.save(workbook)

    def edit_picture() -> None:
        picture = next((workbook.parent / "images").glob("*.svg"))
        picture.write_text(picture.read_text(encoding="utf-8") + "<!-- edited -->", encoding="utf-8")

    def add_template() -> None:
        (tmp_path / "templates" / "web").mkdir(parents=True)
        (tmp_path / "templates" / "web" / "mine.html").write_text("mine", encoding="utf-8")

    def add_page() -> None:
        (workbook.parent / "pages").mkdir()
        (workbook.parent / "pages" / "more.md").write_text("More.", encoding="utf-8")

    for change in (edit_cell, edit_picture, add_template, add_page):
        change()
        assert not is_unchanged(build(workbook, output)), change.__name__
        assert is_unchanged(build(workbook, output)), change.__name__
    assert not is_unchanged(build(workbook, output, "--strict"))
    assert not is_unchanged(build(workbook, output, SOURCE_DATE_EPOCH="1000000000"))
    assert not is_unchanged(build(workbook, output, "--no-cache"))


def test_a_release_that_was_touched_is_built_again(workbook: Path, tmp_path: Path) -> None:
    """A file of the release that was changed or lost comes back, though no input has changed; so does a lost release."""
    output = tmp_path / "output"
    build(workbook, output)
    data = output / "site" / "data" / "map.json"
    right = data.read_bytes()
    for damage in (lambda: data.write_bytes(b"{}"), data.unlink, lambda: shutil.rmtree(output)):
        damage()
        assert not is_unchanged(build(workbook, output))
        assert data.read_bytes() == right
    assert is_unchanged(build(workbook, output))


def test_warnings_are_said_again(workbook: Path, tmp_path: Path) -> None:
    """That nothing has changed does not make a warning go away."""
    book = load_workbook(workbook, rich_text=True)
    book["Strategies"]["D2"].value = "Accept the the records that people bring."
    book.save(workbook)
    for _ in range(2):
        said = build(workbook, tmp_path / "output")
        assert "warning[doubled-word] Strategies!D2" in said
    assert is_unchanged(said)
