"""Workbook → data → workbook → data is identical; what is no data file is refused in plain words."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from edits import SAMPLE
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from markdown_workbooks import TODAY
from small_map import ROWS, STAMP, small_map

from pipeline.errors import UsageError
from pipeline.load import load
from pipeline.model import PUBLISHED_SHEETS, SHEETS, STATUS, EcosystemMap, Kind, Sheet, attribute_name, sheet_of
from pipeline.published import holds_drafts, read_map
from pipeline.rendering.data import map_file
from pipeline.restoring import _entries, _row, read_back, restore
from pipeline.row_listing import row_listing
from pipeline.workbook.reader import read_workbook
from pipeline.workbook.tables import match
from pipeline.workbook.template import write_workbook
from pipeline.workbook.values import clean_text


def published(content: EcosystemMap) -> bytes:
    return map_file(content, stamp=STAMP).body


def round_trip(content: EcosystemMap, folder: Path) -> bytes:
    """The data of the workbook that the data of `content` was made into."""
    restored = restore(read_map(published(content)))
    (folder / "map.xlsx").write_bytes(restored.workbook)
    (folder / "pages").mkdir(exist_ok=True)
    for name, body in restored.pages.items():
        (folder / "pages" / name).write_bytes(body)
    return published(read_back(folder / "map.xlsx"))


def test_the_sample_comes_back_whole(tmp_path: Path) -> None:
    """The sample's data is byte for byte the same after the way through a workbook."""
    content = load(SAMPLE, today=TODAY).content
    assert content
    assert round_trip(content, tmp_path) == published(content)


def test_every_column_comes_back(tmp_path: Path) -> None:
    """The small map, which fills every published column, comes back the same."""
    content = small_map()
    for sheet in PUBLISHED_SHEETS:
        rows = [content.settings] if sheet.settings else getattr(content, sheet.key)
        for name, column in sheet.columns.items():
            if name in sheet.entry.model_fields and name not in ("file", "status"):
                assert any(getattr(row, name) for row in rows), f"{sheet.name}: {column.heading}"
    assert round_trip(content, tmp_path) == published(content)


def test_drafts_and_columns_for_editors_are_all_that_is_lost(tmp_path: Path) -> None:
    """Workbook → data → workbook → data: a workbook with every column used, drafts, house rules and notes among them,
    publishes the same again; what comes back has no draft and nothing of the editors.
    """
    filling = filled(small_map())
    for sheet in SHEETS:
        extra = {attribute_name(column): column.example for column in sheet.editors if column.heading != "Status"}
        for row in filling.setdefault(sheet.key, []):
            row.update(extra)
        if STATUS in sheet.editors:
            draft = dict(filling[sheet.key][0]) | {"id": "planted-draft", "status": "draft"}
            if sheet.named_by:
                draft[sheet.named_by] = "A planted draft"
            filling[sheet.key].append(draft)
    filling["wording"] = [{name: column.example for name, column in sheet_of("wording").columns.items()}]
    used = {(key, name) for key, rows in filling.items() for row in rows for name, value in row.items() if value}
    unused = {(sheet.key, name) for sheet in SHEETS for name in sheet.columns} - used
    assert unused == {("pages", "file")}
    (tmp_path / "first.xlsx").write_bytes(write_workbook(filling))
    assert "planted" in listing(tmp_path / "first.xlsx")
    first = published(read_back(tmp_path / "first.xlsx"))
    assert first == published(small_map())
    assert round_trip(read_map(first), tmp_path) == first
    again = listing(tmp_path / "map.xlsx")
    assert "planted" not in again
    assert not re.search(r"^(?:Owner|Review by|Notes|Use|Instead of): ", again, re.MULTILINE)


def filled(content: EcosystemMap) -> dict[str, list[dict[str, Any]]]:
    """What `restore` writes into the cells of a workbook that publishes `content`."""
    return {
        sheet.key: [_row(sheet, entry, content, {}) for entry in _entries(content, sheet)] for sheet in PUBLISHED_SHEETS
    }


def listing(path: Path) -> str:
    """Everything that stands in a workbook, drafts and the editors' columns among it, as text."""
    workbook = read_workbook(path).workbook
    assert workbook
    return row_listing(match(workbook).tables.values())


def test_a_restored_workbook_passes_the_check(tmp_path: Path) -> None:
    """With its images beside it, the workbook made of the sample's data has no problems."""
    content = load(SAMPLE, today=TODAY).content
    assert content
    restored = restore(content)
    (tmp_path / "map.xlsx").write_bytes(restored.workbook)
    (tmp_path / "images").mkdir()
    for name in restored.images:
        (tmp_path / "images" / name).write_bytes((SAMPLE.parent / "images" / name).read_bytes())
    assert load(tmp_path / "map.xlsx", today=TODAY).problems == ()


@pytest.mark.parametrize("body", ["x" * 33_000, "## A\n\n\n\nB  \nC\u00a0D", "\ufeffA", "tail\\"], ids=lambda b: b[:8])
def test_pages_that_no_cell_can_hold_become_files(tmp_path: Path, body: str) -> None:
    """A page from a long or hand-wrapped file comes back from a file."""
    content = small_map(pages=[{"title": "Long", "body": body}])
    assert round_trip(content, tmp_path) == published(content)


# Letters of several scripts, and everything that spreadsheets, Markdown and lists take for their own.
LETTERS = st.sampled_from(
    [*"aZé0 .=+-@*_[](){}<>#|'\"\\/:&!?%~`^$,“”–", "ß", "日", "ש", "👩‍🏫", "_x000D_", "TRUE", "1e5", "2026.10"]
)
# No longer than the shortest limit of a column: what is longer is an error and never published.
LINE = (
    st.lists(LETTERS, min_size=1, max_size=12)
    .map("".join)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: 0 < len(text) <= 30)
)
TEXT = (
    st.lists(st.one_of(LINE, st.just("\n"), st.just("\n\n")), min_size=1, max_size=5)
    .map("".join)
    .map(clean_text)
    .filter(bool)
)


def folded(text: str) -> str:
    """The letters and digits of a text, which are what tells two names apart."""
    return "".join(filter(str.isalnum, text)).casefold()


NAME = LINE.filter(folded)
ROWS_OF_ONE = {key: rows[0] for key, rows in ROWS.items()} | {"settings": {}}


@st.composite
def maps(draw: st.DrawFn) -> EcosystemMap:
    """A map whose every text, name, list, link, colour, choice and date is generated: one to three rows of each sheet,
    which refer to each other, blank cells wherever a cell may be blank.
    """
    numbers = {sheet.key: draw(st.integers(1, 3)) for sheet in PUBLISHED_SHEETS if not sheet.settings}
    needed = sum(numbers.values())
    names = iter(draw(st.lists(NAME, min_size=needed, max_size=needed, unique_by=folded)))
    ids = {key: [f"{key.replace('_', '-')}-{at}" for at in range(count)] for key, count in numbers.items()}

    def value(name: str, sheet: Sheet) -> Any:
        column = sheet.columns[name]
        if column.kind is Kind.REFERENCE:
            return draw(st.sampled_from(ids[column.refers_to]))
        if not column.required and draw(st.booleans()):
            return () if column.kind in (Kind.NAMES, Kind.REFERENCES) else None
        if column.kind is Kind.REFERENCES:
            return tuple(draw(st.lists(st.sampled_from(ids[column.refers_to]), unique=True)))
        if column.kind is Kind.NAMES:
            part = LINE.map(lambda text: text.replace(";", ",")).filter(folded)
            return tuple(draw(st.lists(part, min_size=1, max_size=3, unique=True)))
        if column.kind is Kind.CHOICE:
            return draw(st.sampled_from([choice for choice in column.choices if choice != "no"]))
        if column.kind is Kind.DATE:
            return draw(st.dates(date(1904, 1, 2), date(9999, 12, 31)))
        if column.kind is Kind.COLOUR:
            return f"#{draw(st.integers(0, 0xFFFFFF)):06x}"
        if column.kind in (Kind.TEXT, Kind.PAGE):
            return draw(TEXT)
        return draw(LINE) if column.kind is Kind.NAME else ROWS_OF_ONE[sheet.key].get(name) or column.example

    rows: dict[str, list[dict[str, Any]]] = {}
    for sheet in PUBLISHED_SHEETS:
        made = [
            {
                name: value(name, sheet)
                for name in sheet.columns
                if name in sheet.entry.model_fields and name not in ("id", "status", "file")
            }
            | ({} if sheet.settings else {"id": ids[sheet.key][at]})
            | ({sheet.named_by: next(names)} if sheet.named_by else {})
            for at in range(numbers.get(sheet.key, 1))
        ]
        rows[sheet.key] = made
    return small_map(**rows)


@given(content=maps())
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a round trip takes most of a second
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_generated_maps_come_back(content: EcosystemMap, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the texts are, the data is the same after the way through a workbook."""
    again = round_trip(content, tmp_path_factory.mktemp("trip"))
    # Line by line: pytest shows the few that differ.
    assert again.decode().splitlines() == published(content).decode().splitlines()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.pop("settings"), "JSON file of another kind"),
        (lambda data: data.pop("schema_version"), "version of its form"),
        (lambda data: data.update(schema_version="9.0.0"), "this program knows forms up to"),
        (lambda data: data.update(surprise=1), "surprise"),
        (lambda data: data["phases"][0].pop("name"), "phases 1 name"),
        (lambda data: data["strategies"][0].update(phase="nowhere"), "“nowhere” under “strategies”"),
        (lambda data: data["phases"].append(data["phases"][0]), "twice"),
    ],
)
def test_what_is_no_data_file_is_refused(change: Any, said: str) -> None:
    """A file of another kind, a newer form, a hole or a loose end: one sentence that names it."""
    data = json.loads(published(small_map()))
    change(data)
    with pytest.raises(UsageError, match=said):
        read_map(json.dumps(data).encode())


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04", b"[1]", b"{", b"[" * 100_000, b"\xff\xfe"], ids=lambda body: repr(body[:8])
)
def test_other_bytes_are_refused(body: bytes) -> None:
    """Whatever the bytes are, the answer is a sentence and no other failure."""
    with pytest.raises(UsageError, match="not a data file"):
        read_map(body)


def test_a_newer_minor_form_is_read() -> None:
    """What a later program has added is left out; the rest is there."""
    data = json.loads(published(small_map())) | {"schema_version": "1.99.0", "surprise": 1}
    data["phases"][0]["mood"] = "good"
    assert read_map(json.dumps(data).encode()) == read_map(published(small_map()))


def test_data_with_drafts_says_so() -> None:
    """A file made with drafts is known, for it cannot say which rows they are."""
    data = json.loads(published(small_map()))
    assert not holds_drafts(json.dumps(data).encode())
    data["stamp"]["drafts"] = True
    assert holds_drafts(json.dumps(data).encode())
