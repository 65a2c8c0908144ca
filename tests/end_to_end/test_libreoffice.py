"""Workbooks opened and saved by LibreOffice: what editors rely on is still there, and the check says the same.

Run by `script/verify`; LibreOffice must be installed.
"""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.load import load
from pipeline.model import LISTS_SHEET, SHEETS, START_SHEET, attribute_name
from pipeline.workbook.template import write_workbook

pytestmark = pytest.mark.libreoffice

SAMPLE = Path(__file__).parents[2] / "source" / "ecosystem-map.xlsx"
TODAY = date(2026, 11, 24)


def through_libreoffice(workbook: Path, folder: Path) -> Path:
    """`workbook` as LibreOffice saves it, in `folder`."""
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


def test_the_sample_is_the_same_content_after_libreoffice(tmp_path: Path) -> None:
    """Every text, reference, date and ID comes back; the check finds nothing before and nothing after."""
    saved = through_libreoffice(SAMPLE, tmp_path)
    shutil.copytree(SAMPLE.parent / "images", saved.parent / "images")
    before, after = load(SAMPLE, today=TODAY), load(saved, today=TODAY)
    assert after.problems == before.problems == ()
    assert after.content is not None
    assert before.content is not None
    assert after.content.model_dump() == before.content.model_dump()


@pytest.mark.parametrize("filled", [False, True], ids=["template", "sample"])
def test_guidance_survives_libreoffice(filled: bool, tmp_path: Path) -> None:
    """Headings keep their notes, columns their drop-downs, the lists their names."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(SAMPLE.read_bytes() if filled else write_workbook())
    saved = through_libreoffice(path, tmp_path)
    shutil.copytree(SAMPLE.parent / "images", tmp_path / "images")
    shutil.copytree(SAMPLE.parent / "images", saved.parent / "images")
    found = [[(one.code, one.at, one.message) for one in load(each, today=TODAY).problems] for each in (path, saved)]
    assert found[0] == found[1]
    assert bool(found[0]) != filled
    before, after = load_workbook(path), load_workbook(saved)
    assert after.sheetnames == [START_SHEET, *(sheet.name for sheet in SHEETS), LISTS_SHEET]
    assert set(before.defined_names) <= set(after.defined_names)
    for sheet in SHEETS:
        old, new = before[sheet.name], after[sheet.name]
        assert isinstance(old, Worksheet)
        assert isinstance(new, Worksheet)
        for cell in old[1]:
            assert bool(new[cell.coordinate].comment) == bool(cell.comment)
        # LibreOffice lets a drop-down end a thousand rows below the last one that is filled.
        offered, kept = (
            {
                (str(one.sqref).split(":")[0], one.type, one.formula1)
                for one in worksheet.data_validations.dataValidation
            }
            for worksheet in (old, new)
        )
        assert offered == kept
        assert len(new.conditional_formatting) == len(old.conditional_formatting)


def test_drop_downs_offer_the_names_in_libreoffice(tmp_path: Path) -> None:
    """Each list behind a drop-down is, as LibreOffice works it out, as long as the sheet that it names; new rows too."""
    path = tmp_path / "map.xlsx"
    book = load_workbook(SAMPLE)
    names = sorted(name for name in book.defined_names if name.endswith(("_names", "_choices")))
    book["Phases"]["B6"] = "Resting"
    asked = book.create_sheet("_asked")
    for row, name in enumerate(names, start=1):
        asked.cell(row, 1).value = f"=ROWS({name})"
    book.save(path)
    answers = load_workbook(through_libreoffice(path, tmp_path), data_only=True)["_asked"]
    lengths = {name: answers.cell(row, 1).value for row, name in enumerate(names, start=1)}
    assert lengths["stakeholder_names"] == 10
    assert lengths["phase_names"] == 5
    assert lengths["action_area_names"] == 4
    choices = {f"{attribute_name(one)}_choices": len(one.choices) for sheet in SHEETS for one in sheet.columns.values()}
    for name, length in lengths.items():
        if name.endswith("_choices"):
            assert length == choices[name], name
