"""The template's version: what it stands for, and how a workbook of an earlier template is read."""

from typing import Annotated

from fixture_types import Golden, WriteWorkbook

from pipeline.model import SHEETS, TEMPLATE_VERSION, Column, Entry, Kind, Sheet
from pipeline.problems import CellRef
from pipeline.workbook.heading_problems import old_template
from pipeline.workbook.headings import changes_since, template_version
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.tables import match


class Idea(Entry):
    """A row of a sheet that was declared in template 1 and changed since, as a later model will have some."""

    name: Annotated[str, Column("Idea", Kind.NAME, "An idea.", required=True, formerly=("Suggestion",))]
    mood: Annotated[str | None, Column("Mood", Kind.NAME, "How it feels.", since=TEMPLATE_VERSION + 1)] = None


class Risk(Entry):
    """A row of a sheet that came after template 1."""

    name: Annotated[str, Column("Risk", Kind.NAME, "A risk.", required=True)]


LATER = (
    Sheet(
        name="Ideas",
        key="ideas",
        entry=Idea,
        row_is="an idea",
        named_by="name",
        published=False,
        formerly=("Thoughts",),
    ),
    Sheet(name="Risks", key="risks", entry=Risk, row_is="a risk", named_by="name", since=TEMPLATE_VERSION + 1),
)
LISTS = f"| Lists | Template version |\n| | {TEMPLATE_VERSION} |\n"


def test_a_change_of_the_declaration_raises_the_version(golden: Golden) -> None:
    """Sheets, headings and stars are those on record for this version: whoever changes them raises the version and says
    in `since` and `formerly` what an older workbook lacks; then `--update-golden` writes the record."""
    listed = "".join(
        f"{sheet.name}: {', '.join(column.heading + '*' * column.required for column in sheet.columns.values())}\n"
        for sheet in SHEETS
    )
    golden(f"template-{TEMPLATE_VERSION}.txt", listed.encode())


def test_an_older_workbook_is_read_where_it_can_be(workbook: WriteWorkbook) -> None:
    """Old names of sheets and headings are known, and what came later is not missed."""
    path = workbook(f"| Thoughts | Suggestion |\n| | Ask first |\n{LISTS}", complete=False)
    read = read_workbook(path).workbook
    assert read is not None
    matched = match(read, LATER)
    assert [record.text("name") for record in matched.tables["ideas"]] == ["Ask first"]
    assert not matched.tables["risks"].present
    assert [problem.code for problem in matched.problems] == []


def test_the_message_says_what_changed(workbook: WriteWorkbook) -> None:
    """New sheets, new columns and new names since the workbook's template are listed."""
    path = workbook("| Lists | Template version |\n| | 1 |\n", complete=False)
    read = read_workbook(path).workbook
    assert read is not None
    version, cell = template_version(read)
    assert (version, str(cell.at) if cell else "") == (1, "Lists!A2")
    assert changes_since(TEMPLATE_VERSION, LATER) == (
        "a new column “Mood” on “Ideas”",
        "a new sheet “Risks” (a risk in each row)",
        "“Suggestion” on “Ideas” is now called “Idea”",
        "the sheet “Thoughts” is now called “Ideas”",
    )
    assert changes_since(TEMPLATE_VERSION) == ()
    message = old_template(CellRef("Lists", 2, 1), "1", 1, changes_since(1, LATER))
    assert "a new column “Mood” on “Ideas”; a new sheet “Risks”" in message.help
