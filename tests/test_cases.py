"""Every case in `cases/`: sheets in, report out, word for word."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_workbooks import file_body

from pipeline.checks import CHECKS
from pipeline.load import Loaded
from pipeline.reports import as_text

CASES = Path(__file__).parent / "cases"


class Case(NamedTuple):
    """A case: the code of its file, its title, and its blocks."""

    code: str
    title: str
    blocks: dict[str, str]


def _cases() -> list[Case]:
    return [
        Case(path.stem, title, dict(re.findall(r"^```(\w+)\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)))
        for path in sorted(CASES.glob("*.md"))
        if path.stem != "README"
        for title, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case.code}: {case.title}")
def test_case(case: Case, loaded: Callable[..., Loaded]) -> None:
    """The workbook of a case gives the report of the case."""
    described = (line.split(" = ", 1) for line in case.blocks.get("files", "").splitlines())
    files = {name: file_body(written) for name, written in described}
    problems = loaded(case.blocks["sheets"], files=files).problems
    assert as_text(problems, file_name="map.xlsx") == case.blocks["report"]


@pytest.mark.parametrize("code", [check.__name__.replace("_", "-") for check in CHECKS])
def test_every_rule_has_cases(code: str) -> None:
    """Each rule has a case in which it speaks, and one in which it is silent."""
    reports = [case.blocks["report"] for case in _cases() if case.code == code]
    assert any(f"[{code}]" in report for report in reports)
    assert any(f"[{code}]" not in report for report in reports)
