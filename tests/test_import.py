"""Workbook → data → workbook → data is identical; what is no data file is refused in plain words."""

import json
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
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap, Kind
from pipeline.published import holds_drafts, read_map
from pipeline.rendering.data import map_file
from pipeline.restoring import read_back, restore
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
LINE = st.lists(LETTERS, min_size=1, max_size=12).map("".join).map(lambda text: " ".join(text.split())).filter(bool)
TEXT = (
    st.lists(st.one_of(LINE, st.just("\n"), st.just("\n\n")), min_size=1, max_size=5)
    .map("".join)
    .map(clean_text)
    .filter(bool)
)
NAME = LINE.filter(lambda text: any(letter.isalnum() for letter in text))


@st.composite
def maps(draw: st.DrawFn) -> EcosystemMap:
    """A map whose every text is generated, with one row or none of each sheet."""
    names = iter(
        draw(
            st.lists(NAME, min_size=8, max_size=8, unique_by=lambda text: "".join(filter(str.isalnum, text)).casefold())
        )
    )
    rows: dict[str, list[dict[str, Any]]] = {}
    for sheet in PUBLISHED_SHEETS:
        if sheet.settings:
            continue
        made = []
        for number, row in enumerate(ROWS[sheet.key][:1]):
            columns = {name: column for name, column in sheet.columns.items() if name in row}
            row = dict(row) | {
                "id": {"phases": "developing", "stakeholders": "employers", "action_areas": "promoting-adoption"}.get(
                    sheet.key, f"row-{number}"
                )
            }
            for name, column in columns.items():
                if name == sheet.named_by:
                    row[name] = next(names)
                elif column.kind in (Kind.TEXT, Kind.PAGE):
                    row[name] = draw(TEXT)
                elif column.kind is Kind.NAME:
                    row[name] = draw(LINE)
                elif column.kind is Kind.REFERENCES:
                    row[name] = draw(st.sampled_from([(), ("developing",) if name == "phases" else ("employers",)]))
                elif column.kind is Kind.REFERENCE and name == "stakeholder":
                    row[name] = "employers"
            made.append(row)
        rows[sheet.key] = made
    return small_map(settings=[{name: draw(LINE) for name in ("title", "subtitle", "publisher", "edition")}], **rows)


@given(content=maps())
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a round trip takes most of a second
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_generated_maps_come_back(content: EcosystemMap, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the texts are, the data is the same after the way through a workbook."""
    assert round_trip(content, tmp_path_factory.mktemp("trip")) == published(content)


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
