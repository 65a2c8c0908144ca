"""Safe repairs in a copy: what is rewritten, what is left, and that all else stays."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import raw_workbooks as raw
from hypothesis import given, settings
from hypothesis import strategies as st
from kitchen_sink import kitchen_sink, parts_of, strategies_part
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText

from pipeline.load import Loaded, load
from pipeline.problems import CellRef, Problem, Severity
from pipeline.repairs import BLANK_ID, Fixed, as_text, fix, planned_repairs
from pipeline.workbook.annotate import annotate
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.repair import Repair, repair

TODAY = date(2026, 11, 24)
SAMPLE = Path(__file__).parents[1] / "source" / "ecosystem-map.xlsx"
Write = Callable[..., Path]
STRINGS = (
    "<si><t>two  spaces</t></si>"
    '<si><r><t>One  </t></r><r><rPr><b/><i/></rPr><t>bold  word</t></r><r><t xml:space="preserve"> end.</t></r></si>'
    '<si><t>読み</t><rPh sb="0" eb="1"><t>ヨミ</t></rPh></si>'
)


def change(cell: str, before: str, after: str, sheet: str = "Strategies") -> Repair:
    place = re.fullmatch(r"([A-Z])(\d+)", cell)
    assert place
    at = CellRef(sheet, int(place[2]), ord(place[1]) - 64)
    return Repair(at=at, heading="Strategy", before=before, after=after, code="extra-spaces")


def shared(reference: str, number: int, more: str = "") -> str:
    return f'<c r="{reference}" t="s"{more}><v>{number}</v></c>'


def texts(package: bytes, folder: Path) -> dict[str, str]:
    """The texts of the first sheet, as our own reader gives them."""
    path = folder / "read.xlsx"
    path.write_bytes(package)
    found = read_workbook(path).workbook
    assert found is not None
    return {str(cell.at.a1): cell.text for row in found.sheets[0] for cell in row.cells.values()}


def fixed(path: Path) -> Fixed:
    """What `fix` does with the workbook at `path`."""

    def read(package: bytes) -> Loaded:
        copy = path.with_name("copy.xlsx")
        copy.write_bytes(package)
        return load(copy, today=TODAY)

    loaded = load(path, today=TODAY)
    assert loaded.rows is not None
    sound = loaded.content is not None
    return fix(path.read_bytes(), loaded.rows, sound=sound, read=lambda package: read(package).rows)


# The package


def test_a_shared_text_is_rewritten_for_one_cell(tmp_path: Path) -> None:
    """The other cells that show the same text keep it, and the list of shared texts is not touched."""
    package = raw.workbook(raw.row(shared("A1", 0), shared("B1", 0, ' s="0"')), strings=STRINGS)
    done = repair(package, [change("A1", "two  spaces", "two spaces")])
    assert texts(done.package, tmp_path) == {"A1": "two spaces", "B1": "two  spaces"}
    before, after = parts_of(package), parts_of(done.package)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "cell",
    ['<c r="A1" t="inlineStr"><is><t>a  b</t></is></c>', '<c r="A1" t="str"><v>a  b</v></c>'],
    ids=["own text", "saved result"],
)
def test_texts_of_a_cells_own_are_rewritten(cell: str, tmp_path: Path) -> None:
    """A text that stands in the cell itself is rewritten where it stands."""
    done = repair(raw.workbook(raw.row(cell)), [change("A1", "a  b", "a b")])
    assert texts(done.package, tmp_path) == {"A1": "a b"}


def test_styles_inside_a_cell_are_kept(tmp_path: Path) -> None:
    """Where each change lies within one run, the runs keep their formatting, bold and italic included."""
    package = raw.workbook(raw.row(shared("A1", 1)), strings=STRINGS)
    before = texts(package, tmp_path)["A1"]
    assert before == "One  ***bold  word*** end."
    done = repair(package, [change("A1", before, "One ***bold word*** end.")])
    assert texts(done.package, tmp_path)["A1"] == "One ***bold word*** end."
    assert b"<rPr><b/><i/></rPr>" in parts_of(done.package)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        (1, "One  ***bold  word*** end.", "One bold  word end."),
        (1, "One  ***bold  word*** end.", "One  X end."),
        (2, "読み", "読"),
    ],
    ids=["marks of runs", "two runs at once", "reading hints"],
)
def test_what_would_lose_formatting_is_left(number: int, before: str, after: str) -> None:
    """A change across runs, or of a text with hints for reading, is not made; the file stays the very same bytes."""
    package = raw.workbook(raw.row(shared("A1", number)), strings=STRINGS)
    done = repair(package, [change("A1", before, after)])
    assert (done.package, done.made, len(done.left)) == (package, (), 1)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="str"><f>B1</f><v>a  b</v></c>',
        '<c r="A1" t="inlineStr"><is><t>something else</t></is></c>',
        '<c r="A1"><v>12</v></c>',
    ],
    ids=["formula", "other text", "number"],
)
def test_only_the_text_that_was_read_is_rewritten(cell: str) -> None:
    """Formulas, numbers and a text that is not what the repair says are never touched."""
    package = raw.workbook(raw.row(cell))
    done = repair(package, [change("A1", "a  b", "a b")])
    assert (done.package, done.made) == (package, ())


def test_a_blank_cell_is_filled_in_with_its_look(tmp_path: Path) -> None:
    """A cell that is not there gets the style of its column; one that is there keeps its own."""
    columns = '<cols><col min="1" max="1" width="9" style="1"/></cols>'
    package = raw.zipped(raw.parts(raw.worksheet('<row r="2"><c r="A2" s="0"/></row>', before=columns), styles="<xf/>"))
    done = repair(package, [change("A2", "", "an-id"), change("A3", "", "another")])
    assert texts(done.package, tmp_path) == {"A2": "an-id", "A3": "another"}
    body = parts_of(done.package)["xl/worksheets/sheet1.xml"]
    assert b'<c r="A2" s="0" t="inlineStr">' in body
    assert b'<c r="A3" s="1" t="inlineStr">' in body


def test_texts_that_look_like_escapes_are_kept(tmp_path: Path) -> None:
    """What is written is read back as it was meant: “_x0041_”, markup, line breaks."""
    after = "_x0041_ <b> & ]]> line\nline"
    done = repair(raw.workbook(raw.row(raw.text("A1", "a  b"))), [change("A1", "a  b", after)])
    assert texts(done.package, tmp_path) == {"A1": after}


def test_marks_do_not_stay_in_a_repaired_copy(tmp_path: Path) -> None:
    """They would speak of what is mended; the copy of a marked workbook comes without them."""
    package = raw.workbook(raw.row(raw.text("A1", "a  b")))
    marked = annotate(
        package, [Problem(code="x", severity=Severity.ERROR, at=CellRef("Strategies", 1, 1), message="Wrong.")]
    )
    done = repair(marked, [change("A1", "a  b", "a b")])
    assert parts_of(done.package) == parts_of(repair(package, [change("A1", "a  b", "a b")]).package)


RUNS = st.lists(st.tuples(st.text(st.sampled_from("ab *\n<"), max_size=6), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(runs=RUNS, data=st.data())
def test_a_repair_is_made_exactly_or_not_at_all(
    runs: list[tuple[str, bool]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However a cell is made of runs: the new text is read back, or the file has not changed."""
    folder = tmp_path_factory.mktemp("runs")
    inner = "".join(
        f'<r>{"<rPr><b/></rPr>" if bold else ""}<t xml:space="preserve">{text.replace("<", "&lt;")}</t></r>'
        for text, bold in runs
    )
    package = raw.workbook(raw.row(f'<c r="A1" t="inlineStr"><is>{inner}</is></c>'))
    before = texts(package, folder).get("A1", "")
    at = data.draw(st.integers(0, len(before)))
    after = before[:at] + data.draw(st.sampled_from(["", "x", " "])) + before[at + 1 :]
    done = repair(package, [change("A1", before, after)])
    if done.made:
        # Styles stay where they were, so the marks that stand for them may come and go with a letter.
        assert texts(done.package, folder).get("A1", "").replace("*", "") == after.replace("*", "")
    else:
        assert done.package == package


# What is repaired


def test_the_kitchen_sink_is_repaired_in_place(tmp_path: Path) -> None:
    """Of a workbook with everything in it, only the cells with repairs change, and only in their text."""
    package = kitchen_sink(tmp_path)
    (tmp_path / "sink.xlsx").write_bytes(package)
    done = fixed(tmp_path / "sink.xlsx")
    assert [(str(one.at), one.code, one.after) for one in done.made] == [
        ("Strategies!A2", "extra-spaces", "Accept **records** here."),
        ("Strategies!A3", "doubled-word", "Read the file."),
    ]
    before, after = parts_of(package), parts_of(done.package)
    name = strategies_part(package)
    assert [part for part in before if before[part] != after[part]] == [name]
    without = re.compile(rb'<c r="A[23]".*?</c>', re.DOTALL)
    assert without.sub(b"", before[name]) == without.sub(b"", after[name])


def test_repairing_twice_changes_nothing_more(workbook: Write) -> None:
    """One repair may lead to another; all are made at once, and a second run finds nothing."""
    path = workbook(
        """
        | Strategies | Strategy                                   |
        |            | Accept &nbsp; the the &amp;quot;records&amp;quot; , please |
        |            | Say  what you  need.                       |
        """
    )
    first = fixed(path)
    assert len({one.code for one in first.made}) >= 2
    path.write_bytes(first.package)
    again = fixed(path)
    assert (again.made, again.package) == ((), first.package)


def test_blank_ids_are_those_that_are_published(workbook: Write) -> None:
    """Filling in an ID changes no published ID, and an ID that is there is never changed."""
    path = workbook(
        """
        | Strategies | ID   | Strategy            |
        |            |      | Accept the  records. |
        |            | mine | Say what you need.  |
        |            |      | Ask for less.       |
        """
    )
    before = load(path, today=TODAY).content
    assert before is not None
    done = fixed(path)
    filled = {str(one.at): one.after for one in done.made if one.code == BLANK_ID and one.at.sheet == "Strategies"}
    ids = [entry.id for entry in before.strategies]
    assert filled == {"Strategies!A2": ids[0], "Strategies!A4": ids[2]}
    path.write_bytes(done.package)
    after = load(path, today=TODAY).content
    assert after is not None
    assert [entry.id for entry in after.strategies] == ids == [ids[0], "mine", ids[2]]


def test_a_draft_never_gets_the_id_of_a_published_row(workbook: Write) -> None:
    """Two rows of the same words would have the same ID; the published one keeps it."""
    path = workbook(
        """
        | Glossary | ID | Term   | Definition   | Status |
        |          |    | Wallet | Keeps things |        |
        | Pages    | ID | Title  | Body         | Status |
        |          |    | About  | One text.    | draft  |
        |          |    | About  | Other text.  |        |
        """
    )
    rows = load(path, today=TODAY).rows
    assert rows is not None
    content = load(path, today=TODAY).content
    if content is None:  # a name twice is an error: then no ID is known
        assert not [one for one in planned_repairs(rows, sound=False) if one.code == BLANK_ID]
        return
    offered = [one.after for one in planned_repairs(rows, sound=True) if one.at.sheet == "Pages"]
    assert len(offered) == len(set(offered))


def test_no_id_is_filled_in_while_there_are_errors(workbook: Write) -> None:
    """An ID made from a wrong name would stay when the name is mended."""
    done = fixed(workbook("| Strategies | ID | Strategy | Phase |\n| | | Act  first. | Adoptng |"))
    assert {one.code for one in done.made} == {"extra-spaces"}


def test_the_sample_needs_no_repair() -> None:
    """The sample is clean, and a clean workbook comes back as the very same bytes."""
    loaded = load(SAMPLE, today=TODAY)
    assert loaded.rows is not None
    assert [one for one in planned_repairs(loaded.rows, sound=True) if one.code != BLANK_ID] == []
    assert repair(SAMPLE.read_bytes(), ()).package == SAMPLE.read_bytes()


def test_each_repair_is_told_with_its_cell(workbook: Write) -> None:
    """The list names the cell, the column, and what stood there before and after; a long text is cut to the change."""
    long = "word " * 100
    told = as_text([change("A2", f"{long}a  b{long}", f"{long}a b{long}")])
    assert told.startswith("Strategies!A2, column “Strategy”: extra-spaces\n  before: …")
    assert "a  b" in told
    assert "after:  …" in told
    assert max(map(len, told.splitlines())) < 140


def test_a_repaired_copy_opens_everywhere(tmp_path: Path) -> None:
    """openpyxl reads the rich text that was repaired."""
    package = kitchen_sink(tmp_path)
    (tmp_path / "sink.xlsx").write_bytes(package)
    with pytest.warns(UserWarning, match="extension"):
        book = load_workbook(BytesIO(fixed(tmp_path / "sink.xlsx").package), rich_text=True)
    held = book["Strategies"]["A2"].value
    assert isinstance(held, CellRichText)
    assert str(held) == "Accept records here."
