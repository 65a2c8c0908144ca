"""Every case in `cases/`: sheets in, report out, word for word."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from case_edits import edited, overrides
from fixture_types import WriteWorkbook
from markdown_workbooks import TODAY, file_body

from pipeline.build import Part, build
from pipeline.explanations import explanations
from pipeline.fit import check_fit
from pipeline.load import load
from pipeline.problems import in_order
from pipeline.reports import as_text
from pipeline.templating import environment

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
def test_case(case: Case, workbook: WriteWorkbook, tmp_path: Path) -> None:
    """The workbook of a case gives the report of the case."""
    assert report_of(case, workbook, tmp_path) == case.blocks["report"]


def report_of(case: Case, workbook: WriteWorkbook, folder: Path) -> str:
    """What the program says of a case: of its workbook, or with a block `build` of its web map as well."""
    described = (line.split(" = ", 1) for line in case.blocks.get("files", "").splitlines())
    files = {name: file_body(written) for name, written in described}
    path = edited(workbook(case.blocks["sheets"], files=files), case.blocks.get("workbook", ""))
    loaded = load(path, today=TODAY)
    problems = loaded.problems
    if loaded.content is not None and "build" in case.blocks:
        own = overrides(folder / "templates", case.blocks["build"])
        problems = build(
            loaded, output=folder / "output", templates=environment(templates=own), parts=[Part.WEB]
        ).problems
    elif loaded.content is not None:
        problems = in_order((*problems, *check_fit(loaded.content)))
    return as_text(problems, file_name="map.xlsx")


@pytest.mark.parametrize("code", explanations())
def test_every_code_has_cases(code: str) -> None:
    """Each code of the catalogue has a case in which it speaks, and one in which it is silent."""
    reports = [case.blocks["report"] for case in _cases() if case.code == code]
    assert any(f"[{code}]" in report for report in reports)
    assert any(f"[{code}]" not in report for report in reports)


def test_every_case_is_of_a_code() -> None:
    """No case is left over from a code that is no more."""
    assert {case.code for case in _cases()} <= set(explanations())
