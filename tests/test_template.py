"""The guided workbook: what an editor finds in it."""

from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import copytree

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.load import load
from pipeline.model import LISTS_SHEET, SHEETS, START_SHEET
from pipeline.rewrite import filling_of
from pipeline.workbook.template import write_workbook

SAMPLE = Path(__file__).parents[1] / "source" / "ecosystem-map.xlsx"
TODAY = date(2026, 11, 24)


def test_every_declared_column_has_its_heading_and_note() -> None:
    """Each heading of the model stands in row 1, starred if required, with a note that says what goes in."""
    book = load_workbook(BytesIO(write_workbook()))
    assert book.sheetnames == [START_SHEET, *(sheet.name for sheet in SHEETS), LISTS_SHEET]
    for sheet in SHEETS:
        worksheet = book[sheet.name]
        cells = worksheet["A"][1:] if sheet.settings else worksheet[1]
        wanted = [column.heading + "*" * column.required for column in sheet.columns.values()]
        assert [cell.value for cell in cells] == wanted
        if not sheet.settings:
            for cell, column in zip(cells, sheet.columns.values(), strict=True):
                assert cell.comment is not None
                assert column.help in cell.comment.text
            assert worksheet.freeze_panes


def test_an_empty_template_publishes_nothing_by_mistake() -> None:
    """Below the headings there is nothing: examples are in notes."""
    book = load_workbook(BytesIO(write_workbook()))
    for sheet in SHEETS:
        worksheet = book[sheet.name]
        assert isinstance(worksheet, Worksheet)
        held = [cell.value for row in worksheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
        if sheet.settings:
            assert [cell.value for cell in worksheet["B"][1:] if cell.value is not None] == []
        else:
            assert held == []


def test_choices_and_references_have_drop_downs() -> None:
    """Every column of choices or of single names offers its list, from a named range that exists."""
    book = load_workbook(BytesIO(write_workbook()))
    for sheet in SHEETS:
        worksheet = book[sheet.name]
        assert isinstance(worksheet, Worksheet)
        offered = {str(one.formula1) for one in worksheet.data_validations.dataValidation}
        wanted = sum(bool(column.choices) or column.kind.name == "REFERENCE" for column in sheet.columns.values())
        assert len(worksheet.data_validations.dataValidation) == wanted
        assert offered <= set(book.defined_names)


def test_nothing_is_locked() -> None:
    """No sheet is protected: protection stops people sorting and filtering."""
    book = load_workbook(BytesIO(write_workbook()))
    assert not any(sheet.protection.sheet for sheet in book.worksheets)


def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    """A term called “=1+1” is a term, in the file and when it is read back."""
    loaded = load(SAMPLE, today=TODAY)
    assert loaded.rows is not None
    filling = {**filling_of(loaded.rows), "glossary": [{"term": "=1+1", "definition": "@SUM, -2 and +3."}]}
    path = tmp_path / "map.xlsx"
    path.write_bytes(write_workbook(filling))
    copytree(SAMPLE.parent / "images", tmp_path / "images")
    content = load(path, today=TODAY).content
    assert content is not None
    assert [(term.term, term.definition) for term in content.glossary] == [("=1+1", "@SUM, -2 and +3.")]


def test_the_sample_is_in_the_form_that_the_program_writes() -> None:
    """Rewriting the sample changes no byte of it: its form is the template's, and every ID is filled in."""
    loaded = load(SAMPLE, today=TODAY)
    assert loaded.rows is not None
    assert write_workbook(filling_of(loaded.rows)) == SAMPLE.read_bytes()
