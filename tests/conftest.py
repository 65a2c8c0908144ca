"""Fixtures that every test may use."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fixture_types import CheckWorkbook, Golden, WriteWorkbook
from markdown_workbooks import TODAY, completed, save, tables

from pipeline.load import Loaded, load
from pipeline.problems import Problem

_GOLDEN = Path(__file__).parent / "golden"


def pytest_configure(config: pytest.Config) -> None:
    """One cache for all builds of a run, which begins empty: what the same program has made need not be made twice."""
    if "ECOSYSTEM_MAP_TESTS" not in os.environ:
        folder = tempfile.mkdtemp(prefix="ecosystem-map-tests-")
        os.environ |= {"ECOSYSTEM_MAP_TESTS": folder, "ECOSYSTEM_MAP_CACHE": f"{folder}/cache"}
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares bytes with a reviewed file: `golden("data/map.json", body)` with tests/golden/data/map.json.

    `pytest --update-golden` writes the files anew: read the difference before you keep it.
    """

    def compare(name: str, actual: bytes) -> None:
        path = _GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual)
        assert path.exists(), f"{path} is not there yet: run pytest --update-golden and review it"
        # Decoded, so that pytest shows the lines that differ.
        assert actual.decode() == path.read_bytes().decode()

    return compare


@pytest.fixture
def workbook(tmp_path: Path) -> WriteWorkbook:
    """Write a workbook from Markdown tables; what they leave out is completed unless `complete` is false.

    `files` go beside it: "images/logo.svg" → bytes. Gives the path of the workbook.
    """

    def write(markdown: str, *, files: Mapping[str, bytes] | None = None, complete: bool = True) -> Path:
        given = tables(markdown)
        path = save(tmp_path / "source" / "map.xlsx", completed(given) if complete else list(given.values()))
        for name, body in (files or {}).items():
            (path.parent / name).parent.mkdir(exist_ok=True)
            (path.parent / name).write_bytes(body)
        return path

    return write


@pytest.fixture
def loaded(workbook: WriteWorkbook) -> Callable[..., Loaded]:
    """Write a workbook as `workbook` does, and load it as the program does."""

    def write_and_load(markdown: str, **more: object) -> Loaded:
        return load(workbook(markdown, **more), today=TODAY)

    return write_and_load


@pytest.fixture
def check(loaded: Callable[..., Loaded]) -> CheckWorkbook:
    """Write a workbook as `workbook` does, and give the problems that the program finds in it."""

    def write_and_check(markdown: str, **more: object) -> tuple[Problem, ...]:
        return loaded(markdown, **more).problems

    return write_and_check
