"""The data for readers: a file for each stakeholder, phase and action area with all that belongs to it, one file with the
whole map nested, and the index of them all.

What a file holds and its JSON Schema stand side by side here, so that whoever changes one sees the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model import PUBLISHED_SHEETS, ActionArea, EcosystemMap, Entry, Phase, Sheet, Stakeholder, sheet_of

FOLDERS: Mapping[str, str] = {"stakeholders": "stakeholders", "phases": "phases", "action_areas": "action-areas"}
"""The sheets whose rows have a file of their own, by key, and the folder under data/."""

Json = dict[str, Any]


def table_name(sheet: Sheet) -> str:
    """The name of a sheet's table under data/."""
    return f"{sheet.key.replace('_', '-')}.csv"


@dataclass(frozen=True, slots=True)
class Rows:
    """How the rows of a sheet stand within another's file: without what their place says (`without`), and with ID and
    name for every other row that they refer to.
    """

    key: str
    without: tuple[str, ...] = ()

    def values(self, entry: Entry, content: EcosystemMap) -> Json:
        """One row."""
        data = entry.model_dump(mode="json", exclude=set(self.without))
        for name, column in sheet_of(self.key).columns.items():
            if column.refers_to and name in data:
                data[name] = [
                    {"id": one, "name": content.by_id[column.refers_to, one].name} for one in getattr(entry, name)
                ]
        return data

    def schema(self, definitions: Mapping[str, Json]) -> Json:
        """The JSON Schema of one row, from that of map.json."""
        sheet = sheet_of(self.key)
        flat = definitions[sheet.entry.__name__]
        properties = {name: value for name, value in flat["properties"].items() if name not in self.without}
        for name, value in properties.items():
            if sheet.columns[name].refers_to:
                named = [{"id": one, "name": one.replace("-", " ").title()} for one in value["examples"][0]]
                about = {"title": value["title"], "description": value["description"], "examples": [named]}
                properties[name] = {"type": "array", "items": NAMED} | about
        return _object(flat["title"], flat["description"], properties)


NAMED: Json = {
    "title": "Reference",
    "description": "Another row: its ID and its name.",
    "type": "object",
    "properties": {
        "id": {"type": "string", "title": "ID", "description": "The ID of the row.", "examples": ["hr-systems"]},
        "name": {"type": "string", "title": "Name", "description": "The name of the row.", "examples": ["HR Systems"]},
    },
    "required": ["id", "name"],
    "additionalProperties": False,
    "examples": [{"id": "hr-systems", "name": "HR Systems"}],
}

_OF_STAKEHOLDER = {
    "strategies": Rows("strategies", ("stakeholder", "phase")),
    "actions": Rows("actions", ("stakeholder", "action_area")),
    "value_propositions": Rows("value_propositions", ("stakeholder", "case")),
    "quotes": Rows("quotes", ("stakeholder",)),
    "resources": Rows("resources", ("stakeholders",)),
}
_OF_PHASE = {"strategies": _OF_STAKEHOLDER["strategies"], "resources": Rows("resources", ("phases",))}
_OF_AREA = {"actions": _OF_STAKEHOLDER["actions"]}


def stakeholder(one: Stakeholder, content: EcosystemMap) -> Json:
    """A stakeholder with all that is its own, references followed."""
    rows = _OF_STAKEHOLDER
    reasons = content.by_stakeholder.get(("value_propositions", one.id), ())

    def own(key: str, **where: str) -> list[Json]:
        return [
            rows[key].values(entry, content)
            for entry in content.by_stakeholder.get((key, one.id), ())
            if all(getattr(entry, name) == value for name, value in where.items())
        ]

    return {
        **one.model_dump(mode="json"),
        "phases": [{**_named(phase), "strategies": own("strategies", phase=phase.id)} for phase in content.phases],
        "action_areas": [
            {**_named(area), "actions": own("actions", action_area=area.id)} for area in content.action_areas
        ],
        "value_propositions": [
            {"case": case, "reasons": own("value_propositions", case=case)}
            for case in dict.fromkeys(entry.case for entry in reasons)
        ],
        "quotes": own("quotes"),
        "resources": [
            rows["resources"].values(entry, content)
            for entry in content.resources
            if one.id in (entry.stakeholders or (one.id,))
        ],
    }


def phase(one: Phase, content: EcosystemMap) -> Json:
    """A phase with the strategies of every stakeholder in it, and the resources for it."""
    return {
        **one.model_dump(mode="json"),
        "stakeholders": list(_by_stakeholder(content, "strategies", _OF_PHASE, "phase", one.id)),
        "resources": [
            _OF_PHASE["resources"].values(entry, content)
            for entry in content.resources
            if one.id in (entry.phases or (one.id,))
        ],
    }


def action_area(one: ActionArea, content: EcosystemMap) -> Json:
    """An action area with the actions of every stakeholder in it."""
    return {
        **one.model_dump(mode="json"),
        "stakeholders": list(_by_stakeholder(content, "actions", _OF_AREA, "action_area", one.id)),
    }


def _by_stakeholder(
    content: EcosystemMap, key: str, rows: Mapping[str, Rows], place: str, identifier: str
) -> Iterator[Json]:
    for one in content.stakeholders:
        entries = [
            entry for entry in content.by_stakeholder.get((key, one.id), ()) if getattr(entry, place) == identifier
        ]
        yield {**_named(one), key: [rows[key].values(entry, content) for entry in entries]}


def nested(content: EcosystemMap) -> Json:
    """The whole map as people read it: every stakeholder whole, the phases and areas that it refers to, and the rest."""
    flat = content.model_dump(mode="json", exclude={"schema_version"})
    return {
        **{key: flat[key] for key in ("settings", "phases", "action_areas")},
        "stakeholders": [stakeholder(one, content) for one in content.stakeholders],
        **{key: flat[key] for key in ("glossary", "resources", "pages", "credits")},
    }


def index(content: EcosystemMap) -> Json:
    """What data files there are; `href` is an address as seen from the index."""
    return {
        "title": content.settings.title,
        "language": content.settings.language,
        "map": "map.json",
        "nested": "nested.json",
        "schemas": {name: f"{name}.schema.json" for name in ("map", "nested", "index", *_SINGULAR.values())},
        **{
            key: [{**_named(entry), "href": f"{folder}/{entry.id}.json"} for entry in getattr(content, key)]
            for key, folder in FOLDERS.items()
        },
        "tables": [{"sheet": sheet.name, "href": table_name(sheet)} for sheet in PUBLISHED_SHEETS],
    }


_SINGULAR = {"stakeholders": "stakeholder", "phases": "phase", "action_areas": "action-area"}


def schemas(whole: Json) -> Iterator[tuple[str, Json]]:
    """The form of each kind of file, by the name of the kind, as titles and properties; `whole` is that of map.json.

    What every file has besides (`$schema`, `schema_version`, `stamp`) is not in it.
    """
    definitions = whole["$defs"]
    one = {key: definitions[sheet_of(key).entry.__name__] for key in FOLDERS}

    def of_sheet(key: str) -> Json:
        held = definitions[sheet_of(key).entry.__name__]
        return _array(whole["properties"][key]["title"], whole["properties"][key]["description"], held)

    def rows(key: str, of: Mapping[str, Rows], about: str) -> Json:
        return _array(whole["properties"][key]["title"], about, of[key].schema(definitions))

    def grouped(title: str, about: str, key: str, held: Json) -> Json:
        return _array(title, about, _object(title, about, NAMED["properties"] | {key: held}))

    case = definitions["ValueProposition"]["properties"]["case"]
    reasons = _object(
        "Case",
        "The reasons of one case.",
        {"case": case, "reasons": rows("value_propositions", _OF_STAKEHOLDER, "The reasons, in order.")},
    )
    strategies = rows("strategies", _OF_STAKEHOLDER, "The strategies, in order.")
    actions = rows("actions", _OF_STAKEHOLDER, "The actions, in order.")
    whole_stakeholder = one["stakeholders"]["properties"] | {
        "phases": grouped("Phases", "Every phase with the strategies of the stakeholder.", "strategies", strategies),
        "action_areas": grouped("Action areas", "Every area with the actions of the stakeholder.", "actions", actions),
        "value_propositions": _array("Value propositions", "Its reasons to take part, by case.", reasons),
        "quotes": rows("quotes", _OF_STAKEHOLDER, "Quotations of it."),
        "resources": rows("resources", _OF_STAKEHOLDER, "What it may read; resources for everybody too."),
    }
    yield "stakeholder", _object("Stakeholder", "One stakeholder with all that is its own.", whole_stakeholder)
    yield (
        "phase",
        _object(
            "Phase",
            "One phase with what every stakeholder can do in it.",
            one["phases"]["properties"]
            | {
                "stakeholders": grouped("Stakeholders", "Every stakeholder, in order.", "strategies", strategies),
                "resources": rows("resources", _OF_PHASE, "What may be read about it; resources for all phases too."),
            },
        ),
    )
    yield (
        "action-area",
        _object(
            "Action area",
            "One action area with what every stakeholder can do in it.",
            one["action_areas"]["properties"]
            | {"stakeholders": grouped("Stakeholders", "Every stakeholder, in order.", "actions", actions)},
        ),
    )
    yield (
        "nested",
        _object(
            "Ecosystem map, nested",
            "Everything that an ecosystem map publishes, as people read it: each stakeholder with all that is its own.",
            {
                "settings": definitions["Settings"],
                **{key: of_sheet(key) for key in ("phases", "action_areas")},
                "stakeholders": _array(
                    "Stakeholders",
                    "The stakeholders, in clock order, each whole.",
                    _object("Stakeholder", "One stakeholder with all that is its own.", whole_stakeholder),
                ),
                **{key: of_sheet(key) for key in ("glossary", "resources", "pages", "credits")},
            },
        ),
    )
    yield "index", _index_schema()


def _index_schema() -> Json:
    href = _text("Address", "Where the file is, as seen from the index.", "stakeholders/employers.json")
    files = {
        key: _array(
            sheet_of(key).name,
            "The files of this kind, in order.",
            _object("File", "One row and its file.", NAMED["properties"] | {"href": href}),
        )
        for key in FOLDERS
    }
    table = {"sheet": _text("Sheet", "The sheet that the table is of.", "Strategies"), "href": href}
    names = {
        name: _text("Address", f"The schema of the files of this kind ({name}).", f"{name}.schema.json")
        for name in ("map", "nested", "index", *_SINGULAR.values())
    }
    return _object(
        "Index",
        "What data files there are.",
        {
            "title": _text("Title", "The name of the map.", "LER Ecosystem Map"),
            "language": _text("Language", "The language of the texts, as a language tag (BCP 47).", "en"),
            "map": _text("Map", "The whole map, flat, for machines.", "map.json"),
            "nested": _text("Nested map", "The whole map, nested, for readers.", "nested.json"),
            "schemas": _object("Schemas", "The JSON Schema of each kind of file.", names),
            **files,
            "tables": _array("Tables", "A table for each sheet (CSV).", _object("Table", "One table.", table)),
        },
    )


def _named(entry: Any) -> Json:
    return {"id": entry.id, "name": entry.name}


def _text(title: str, about: str, example: str) -> Json:
    return {"type": "string", "title": title, "description": about, "minLength": 1, "examples": [example]}


def _array(title: str, about: str, items: Json) -> Json:
    return {"type": "array", "title": title, "description": about, "items": items}


def _object(title: str, about: str, properties: Mapping[str, Json]) -> Json:
    return {
        "type": "object",
        "title": title,
        "description": about,
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
