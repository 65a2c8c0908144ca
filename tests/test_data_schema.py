"""The JSON Schemas: they say everything, accept what is published, refuse what is broken, change with their version."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schema_versions import MAJOR, MINOR, NOTHING, PATCH, change_between, step_between
from small_map import STAMP, small_map

from pipeline.model import PUBLISHED_SHEETS, SCHEMA_VERSION, Shown
from pipeline.rendering import data
from pipeline.rendering.data_schema import RECORDED, recorded, schema, schemas

SCHEMAS = schemas()
FILES = {artefact.path: artefact.body for artefact in data.render(small_map(), stamp=STAMP)}
DATA = {path: json.loads(body) for path, body in FILES.items() if path.endswith(".json") and ".schema." not in path}
Break = Callable[[Any], object]


def kind(path: str) -> str:
    return str(DATA[path]["$schema"]).rpartition("/")[2].removesuffix(".schema.json")


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name], format_checker=Draft202012Validator.FORMAT_CHECKER)


def parts(described: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every schema within a schema, with its place."""
    yield place, described
    for key, value in {**described.get("properties", {}), **described.get("$defs", {})}.items():
        yield from parts(value, f"{place}/{key}")
    if described.get("items", {}).get("type") == "object":
        yield from parts(described["items"], f"{place}/items")


def test_a_change_of_the_schema_needs_another_version(request: pytest.FixtureRequest) -> None:
    """The schemas of a version are for ever: who changes one gives SCHEMA_VERSION a new number and records it
    (`--update-golden` writes what has no record yet, and never over one).
    """
    path = RECORDED / f"{SCHEMA_VERSION}.json"
    text = data.json_text(dict(SCHEMAS))
    if request.config.getoption("--update-golden") and not path.exists():
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"the schemas of version {SCHEMA_VERSION} are not recorded yet: --update-golden"
    assert text == path.read_text(encoding="utf-8"), "the schema changed: SCHEMA_VERSION must too"
    assert text == data.json_text(dict(recorded())), "what is published is the record"


def test_each_version_says_how_much_has_changed() -> None:
    """A version that takes a field or a promise back is a major one, one that adds is a minor one."""
    recorded = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RECORDED.glob("*.json")}
    versions = sorted(recorded, key=lambda version: [int(part) for part in version.split(".")])
    assert versions[-1] == SCHEMA_VERSION
    for old, new in pairwise(versions):
        found = max(change_between(recorded[old][name], recorded[new].get(name)) for name in recorded[old])
        assert found <= step_between(old, new), f"{old} → {new}"


@pytest.mark.parametrize(
    ("change", "means"),
    [
        (lambda whole: None, NOTHING),
        (lambda whole: whole.update(description="Other words."), PATCH),
        (lambda whole: whole["properties"].update(more={"type": "string"}), MINOR),
        (lambda whole: whole["$defs"]["Phase"]["properties"].pop("tagline"), MAJOR),
        (lambda whole: whole["$defs"]["Phase"]["required"].remove("tagline"), MAJOR),
        (lambda whole: whole["$defs"]["Phase"]["properties"]["id"].update(pattern="."), MAJOR),
        (lambda whole: whole["$defs"]["Phase"]["properties"]["name"].update(type=["string", "null"]), MAJOR),
    ],
)
def test_changes_of_a_schema_are_weighed(change: Break, means: int) -> None:
    """The comparison that the test above leans on knows words from fields."""
    changed = json.loads(json.dumps(SCHEMAS["map"]))
    change(changed)
    assert change_between(SCHEMAS["map"], changed) == means


@pytest.mark.parametrize("name", SCHEMAS)
def test_everything_is_described(name: str) -> None:
    """Each schema is sound; every part has a title and a description, every value an example that it accepts."""
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for place, part in parts(SCHEMAS[name]):
        if "$ref" in part:
            continue
        assert part.get("description"), place
        assert part.get("title"), place
        holds_objects = (
            part.get("type") == "object" or "$ref" in str(part.get("items")) or "properties" in part.get("items", {})
        )
        assert holds_objects or part.get("examples"), f"{name}{place} has no example"
        for example in part.get("examples", ()):
            Draft202012Validator(part | {"$defs": SCHEMAS[name].get("$defs", {})}).validate(example)


@pytest.mark.parametrize("path", DATA)
def test_every_published_file_is_accepted(path: str) -> None:
    """Each file names its schema, which lies where it says and accepts it."""
    folder = path.rpartition("/")[0]
    named = "/".join([*folder.split("/"), *DATA[path]["$schema"].split("/")]).replace(f"{folder}/../", "data/")
    assert json.loads(FILES[named]) == SCHEMAS[kind(path)]
    assert DATA[path]["schema_version"] == SCHEMA_VERSION
    validator(kind(path)).validate(DATA[path])


BROKEN: dict[str, tuple[str, Break]] = {
    "no title": ("data/map.json", lambda read: read["settings"].pop("title")),
    "a blank title": ("data/map.json", lambda read: read["settings"].update(title="")),
    "null for a title": ("data/map.json", lambda read: read["settings"].update(title=None)),
    "a date in words": ("data/map.json", lambda read: read["settings"].update(published_on="24 November")),
    "a colour by name": ("data/map.json", lambda read: read["settings"].update(accent_colour="teal")),
    "a paper that is not offered": ("data/map.json", lambda read: read["settings"].update(paper_size="A3")),
    "a column for editors": ("data/map.json", lambda read: read["settings"].update(owner="somebody")),
    "an ID of two words": ("data/map.json", lambda read: read["stakeholders"][0].update(id="Two Words")),
    "an ID that is too long": ("data/map.json", lambda read: read["stakeholders"][0].update(id="a" * 61)),
    "a text for a list": ("data/map.json", lambda read: read["strategies"][0].update(works_with="hr-systems")),
    "a name for an ID": ("data/map.json", lambda read: read["strategies"][0].update(phase="In Use")),
    "a blank strategy": ("data/map.json", lambda read: read["strategies"][0].update(text="")),
    "an unknown case": ("data/map.json", lambda read: read["value_propositions"][0].update(case="Personal")),
    "a script for a link": ("data/map.json", lambda read: read["resources"][0].update(link="javascript:alert(1)")),
    "a number for a text": ("data/map.json", lambda read: read["glossary"][0].update(term=1)),
    "a short digest": ("data/map.json", lambda read: read["stamp"].update(digest="0")),
    "drafts: no": ("data/map.json", lambda read: read["stamp"].update(drafts=False)),
    "a sheet for editors": ("data/map.json", lambda read: read.update(wording=[])),
    "a sheet less": ("data/map.json", lambda read: read.pop("quotes")),
    "no version": ("data/map.json", lambda read: read.pop("schema_version")),
    "a version in words": ("data/map.json", lambda read: read.update(schema_version="one")),
    "an object for a list": ("data/map.json", lambda read: read.update(phases={})),
    "a stakeholder without phases": ("data/stakeholders/employers.json", lambda read: read.pop("phases")),
    "a partner without a name": (
        "data/stakeholders/employers.json",
        lambda read: read["phases"][0]["strategies"][0]["works_with"][0].pop("name"),
    ),
    "a strategy that names its phase twice": (
        "data/stakeholders/employers.json",
        lambda read: read["phases"][0]["strategies"][0].update(phase="developing"),
    ),
    "a phase without a description": ("data/phases/developing.json", lambda read: read.pop("description")),
    "a phase's stakeholder by ID alone": ("data/phases/developing.json", lambda read: read.update(stakeholders=["a"])),
    "an area with a stranger": (
        "data/action-areas/promoting-adoption.json",
        lambda read: read.update(colour="#000000"),
    ),
    "an index without tables": ("data/index.json", lambda read: read.pop("tables")),
    "an entry without its address": ("data/index.json", lambda read: read["phases"][0].pop("href")),
    "a nested map with flat strategies": ("data/nested.json", lambda read: read.update(strategies=[])),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused(name: str) -> None:
    """What the program would never publish, the schema refuses."""
    path, break_it = BROKEN[name]
    broken = json.loads(json.dumps(DATA[path]))
    break_it(broken)
    assert not validator(kind(path)).is_valid(broken)


@pytest.mark.parametrize("sheet", list(PUBLISHED_SHEETS), ids=lambda sheet: sheet.key)
def test_the_schema_wants_every_published_column(sheet: Any) -> None:
    """A reader of the data can count on each attribute, blank or not; editors' columns are not among them."""
    published = {name for name, column in sheet.columns.items() if Shown.DATA in column.shown}
    definition = schema()["$defs"][sheet.entry.__name__]
    assert set(definition["required"]) == set(definition["properties"]) == published
