"""The data files: complete, in their form, safe in a spreadsheet, and free of what is for editors alone."""

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from fixture_types import Golden
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from small_map import ROWS, STAMP, small_map

from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.rendering import data
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.data_schema import schema


def rendered(content: EcosystemMap) -> dict[str, Artefact]:
    return {artefact.path: artefact for artefact in data.render(content, stamp=STAMP)}


def map_of(content: EcosystemMap) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(rendered(content)["data/map.json"].body)
    return read


def table(content: EcosystemMap, name: str) -> list[list[str]]:
    text = rendered(content)[f"data/{name}.csv"].body.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_data_of_the_small_map_is_as_recorded(golden: Golden) -> None:
    """The map, a stakeholder's file and a table are byte for byte what was reviewed."""
    files = rendered(small_map())
    golden("data/map.json", files["data/map.json"].body)
    golden("data/stakeholders/employers.json", files["data/stakeholders/employers.json"].body)
    golden("data/resources.csv", files["data/resources.csv"].body)


def test_there_is_a_file_for_everything() -> None:
    """The map, its parts, their schemas and one table a published sheet, named after IDs and keys; the index has them."""
    found = set(rendered(small_map()))
    tables = {f"data/{sheet.key.replace('_', '-')}.csv" for sheet in PUBLISHED_SHEETS}
    parts = {
        "data/stakeholders/employers.json",
        "data/stakeholders/hr-systems.json",
        "data/phases/developing.json",
        "data/phases/adopting.json",
        "data/action-areas/promoting-adoption.json",
    }
    kinds = {f"data/{kind}.schema.json" for kind in ("map", "nested", "index", "stakeholder", "phase", "action-area")}
    assert found == {"data/map.json", "data/nested.json", "data/index.json", *parts, *kinds, *tables}
    index = json.loads(rendered(small_map())["data/index.json"].body)
    listed = [index["map"], index["nested"], *index["schemas"].values()]
    listed += [one["href"] for key in ("stakeholders", "phases", "action_areas", "tables") for one in index[key]]
    assert {f"data/{href}" for href in listed} == found - {"data/index.json"}


def test_every_row_is_nested_somewhere() -> None:
    """The nested map says all that the flat one says: each row with all its values, under what it belongs to."""
    flat, text = map_of(small_map()), rendered(small_map())["data/nested.json"].body.decode()
    nested = json.loads(text)
    for key in ("settings", "phases", "action_areas", "glossary", "resources", "pages", "credits"):
        assert nested[key] == flat[key]
    for row in (*flat["strategies"], *flat["actions"], *flat["value_propositions"], *flat["quotes"]):
        [whose] = [one for one in nested["stakeholders"] if one["id"] == row["stakeholder"]]
        assert row["id"] in json.dumps(whose)
    assert [one["id"] for one in nested["stakeholders"]] == [one["id"] for one in flat["stakeholders"]]


def test_phases_and_areas_are_nested_by_stakeholder() -> None:
    """Readers of one phase or area need no other file; every stakeholder is there, with or without rows."""
    files = rendered(small_map())
    adopting = json.loads(files["data/phases/adopting.json"].body)
    assert [(one["name"], len(one["strategies"])) for one in adopting["stakeholders"]] == [
        ("Employers", 2),
        ("HR Systems", 0),
    ]
    assert [one["title"] for one in adopting["resources"]] == ["Open Badges 3.0", "Verifiable Credentials"]
    assert adopting["resources"][0]["stakeholders"] == [{"id": "hr-systems", "name": "HR Systems"}]
    area = json.loads(files["data/action-areas/promoting-adoption.json"].body)
    [action] = area["stakeholders"][1]["actions"]
    assert (action["text"], action["works_with"]) == (
        "=Share what\nyou learned",
        [{"id": "employers", "name": "Employers"}],
    )


def test_the_same_content_gives_the_same_bytes() -> None:
    """Two renderings of equal content are equal, whatever the order of attributes was."""
    first, second = small_map(), small_map(phases=[dict(reversed(row.items())) for row in ROWS["phases"]])
    assert rendered(first) == rendered(second)
    assert data.digest(first) == data.digest(second)


def test_the_digest_is_of_the_published_data() -> None:
    """Anyone can compute the digest from the published file: its data without stamp and reference, keys sorted."""
    content = small_map()
    published = {key: value for key, value in map_of(content).items() if key not in ("$schema", "stamp")}
    canonical = json.dumps(published, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert data.digest(content) == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_digest_changes_with_any_text_and_not_with_notes() -> None:
    """A changed comma makes another digest; what is for editors alone does not."""
    before = data.digest(small_map())
    assert data.digest(small_map(settings=[{"subtitle": "For tests, alone"}])) != before
    assert data.digest(small_map(phases=[{**row, "status": "draft"} for row in ROWS["phases"]])) == before


def test_the_map_keeps_the_order_of_the_workbook() -> None:
    """Sheets come in the order of the workbook, after what every file says of itself."""
    published = map_of(small_map())
    assert list(published) == ["$schema", "schema_version", "stamp", *(sheet.key for sheet in PUBLISHED_SHEETS)]
    assert published["stamp"] == {"edition": "2026.1", "published_on": "2026-11-24", "digest": "ab" * 32}


def test_what_is_for_editors_is_never_published() -> None:
    """Status, permission and the name of a page's file are in the content and in no data file."""
    content = small_map(
        stakeholders=[{**row, "status": "planted-status"} for row in ROWS["stakeholders"]],
        quotes=[{**row, "permission": "planted-permission"} for row in ROWS["quotes"]],
        pages=[{**row, "file": "planted-file.md", "status": "planted-status"} for row in ROWS["pages"]],
    )
    for artefact in rendered(content).values():
        assert b"planted" not in artefact.body
        assert not {"Status", "Owner", "Review by", "Notes", "Permission"} & set(artefact.body.decode().split(","))


def test_drafts_are_declared_in_the_stamp() -> None:
    """A file with drafts in it says so; others do not mention drafts."""
    stamp = type(STAMP)(edition="x", published_on=None, digest="0" * 64, moment=STAMP.moment, drafts=True)
    published = json.loads(next(data.render(small_map(), stamp=stamp)).body)
    assert published["stamp"] == {"edition": "x", "published_on": None, "digest": "0" * 64, "drafts": True}
    Draft202012Validator(schema()).validate(published)


def test_a_stakeholder_file_is_nested_and_names_what_it_refers_to() -> None:
    """Readers of one stakeholder need no other file: phases, areas, reasons by case, resources that apply."""
    files = rendered(small_map())
    employers = json.loads(files["data/stakeholders/employers.json"].body)
    hr_systems = json.loads(files["data/stakeholders/hr-systems.json"].body)
    assert employers["stamp"]["digest"] == STAMP.digest
    assert [(phase["name"], len(phase["strategies"])) for phase in employers["phases"]] == [
        ("Developing", 1),
        ("Adopting", 2),
    ]
    assert employers["phases"][0]["strategies"][0]["works_with"] == [{"id": "hr-systems", "name": "HR Systems"}]
    assert [(group["case"], group["reasons"][0]["title"]) for group in employers["value_propositions"]] == [
        ("Business", "Quicker hiring"),
        ("Social", "Fairness"),
    ]
    assert [resource["title"] for resource in employers["resources"]] == ["Verifiable Credentials"]
    assert [resource["title"] for resource in hr_systems["resources"]] == ["Open Badges 3.0", "Verifiable Credentials"]
    assert hr_systems["action_areas"][0]["actions"][0]["text"] == "=Share what\nyou learned"


def test_tables_have_the_headings_of_the_workbook_and_names_for_references() -> None:
    """A table reads like the sheet: its headings, names instead of IDs, lists with semicolons."""
    [headings, first, *_] = table(small_map(), "strategies")
    assert headings == ["ID", "Stakeholder", "Phase", "Strategy", "Works with"]
    assert first[1:3] == ["Employers", "Developing"]
    assert first[4] == "HR Systems"
    assert table(small_map(), "stakeholders")[1][-1] == "Companies; Businesses"
    assert ["Published on", "2026-11-24"] in table(small_map(), "settings")


def test_tables_are_as_excel_and_the_standard_want_them() -> None:
    """UTF-8 with its mark, lines that end as RFC 4180 has them, line breaks inside quotation marks."""
    body = rendered(small_map())["data/actions.csv"].body
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert b'"\'=Share what\nyou learned"' in body


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1", "＋1", "－1", " ＠x"]
)
def test_a_table_starts_no_formula(text: str) -> None:
    """What a spreadsheet could run as a formula is text, also behind spaces and in full-width form (OWASP)."""
    [_, row] = table(small_map(action_areas=[{"name": "Area", "description": text}], actions=[]), "action-areas")
    assert row[2] == f"'{text}"


@pytest.mark.parametrize("text", ["a=1", "(1)", "“=1”", "5 - 4", "é", ""])
def test_a_table_leaves_other_texts_alone(text: str) -> None:
    """Only the beginning of a text can start a formula."""
    assert data.harmless(text) == text


def test_line_separators_are_escaped_in_json() -> None:
    """U+2028 and U+2029 are in the data as escapes: scripts took them for line ends."""
    content = small_map(phases=[{"name": "A", "description": "a\u2028b\u2029c"}], strategies=[], resources=[])
    body = rendered(content)["data/map.json"].body.decode()
    assert "a\\u2028b\\u2029c" in body
    assert json.loads(body)["phases"][0]["description"] == "a\u2028b\u2029c"


@given(text=st.text(st.characters(codec="utf-8"), min_size=1))
@settings(max_examples=50, deadline=None)
def test_every_text_comes_through_unchanged(text: str) -> None:
    """Whatever an editor writes is in the data, character for character."""
    content = small_map(phases=[{"id": "a", "name": "A", "description": text}], strategies=[], resources=[])
    assert map_of(content)["phases"][0]["description"] == text
