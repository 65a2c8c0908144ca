"""A small map for tests of the outputs: every column filled, and the texts that are easily lost."""

from datetime import UTC, date, datetime
from typing import Any

from pipeline.identifiers import from_content, from_name
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap, Entry, Sheet
from pipeline.problems import CellRef
from pipeline.rendering.artefacts import Stamp

STAMP = Stamp(
    edition="2026.1", published_on=date(2026, 11, 24), digest="ab" * 32, moment=datetime(2026, 11, 24, tzinfo=UTC)
)

IMAGES = {"trust.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'}
SETTINGS: dict[str, Any] = {
    "title": "A Small Map",
    "subtitle": "For tests alone",
    "introduction": "First paragraph of the introduction.\n\nSecond paragraph, with **bold** and *italic* words.",
    "call_to_action": "Pick one strategy & start.",
    "centre_heading": "What now?",
    "centre_text": "Choose a stakeholder.",
    "language": "en",
    "edition": "2026.1",
    "published_on": date(2026, 11, 24),
    "publisher": "Example Foundation",
    "contact": "map@example.org",
    "feedback_link": "https://example.org/feedback?from=map&kind=é",
    "licence_name": "CC BY 4.0",
    "licence_link": "https://creativecommons.org/licenses/by/4.0/",
    "site_address": "https://example.org/map/",
    "paper_size": "A4",
    "accent_colour": "#0b5c6b",
}

ROWS: dict[str, list[dict[str, Any]]] = {
    "phases": [
        {"name": "Developing", "tagline": "Groundwork", "description": "Partners agree.", "colour": "#1d5f8a"},
        {"name": "Adopting", "tagline": "Everyday use", "description": "People *use* it.", "colour": None},
    ],
    "stakeholders": [
        {
            "name": "Employers",
            "short_name": "Firms",
            "icon": "lightbulb",
            "icon_description": "A lightbulb",
            "definition": "Organizations that hire people <and> help them grow.",
            "examples": "- small businesses\n- hospitals",
            "former_names": ("Companies", "Businesses"),
        },
        {
            "name": "HR Systems",
            "icon": "users",
            "icon_description": "Two people",
            "definition": "Software for hiring.",
            "examples": "Applicant tracking",
        },
    ],
    "strategies": [
        {
            "stakeholder": "employers",
            "phase": "developing",
            "text": "Pay for a pilot. Read [the guide](https://example.org/guide) first.",
            "works_with": ("hr-systems",),
        },
        {"stakeholder": "employers", "phase": "adopting", "text": "Pay for a pilot."},
        {"stakeholder": "employers", "phase": "adopting", "text": "Accept skills-based records."},
        {"stakeholder": "hr-systems", "phase": "developing", "text": "Accept skills-based records."},
    ],
    "action_areas": [{"name": "Promoting adoption", "description": "Making records familiar."}],
    "actions": [
        {
            "stakeholder": "hr-systems",
            "action_area": "promoting-adoption",
            "text": "=Share what\nyou learned",
            "works_with": ("employers",),
        }
    ],
    "value_propositions": [
        {
            "stakeholder": "employers",
            "case": "Business",
            "title": "Quicker hiring",
            "description": "No repeated checks.",
        },
        {"stakeholder": "employers", "case": "Social", "title": "Fairness", "description": "Skills count, not names."},
    ],
    "quotes": [
        {
            "stakeholder": "employers",
            "text": "We stopped asking for paper.",
            "person": "Test Person",
            "role": "Tester",
            "organisation": "Test House",
            "source_link": "https://example.org/interview",
            "permission": "yes",
        }
    ],
    "glossary": [
        {
            "term": "Learning and Employment Record",
            "abbreviation": "LER",
            "also_known_as": ("Comprehensive record", "Skills record"),
            "definition": "A digital record that the person controls.",
            "source_name": "A standard",
            "source_link": "https://www.w3.org/TR/vc-data-model-2.0/",
        }
    ],
    "resources": [
        {
            "group": "Standards",
            "title": "Open Badges 3.0",
            "author": "1EdTech",
            "link": "https://www.imsglobal.org/spec/ob/v3p0/",
            "stakeholders": ("hr-systems",),
            "phases": ("adopting",),
        },
        {"group": "Reading", "title": "Verifiable Credentials", "author": "W3C", "link": "https://www.w3.org/TR/vc/"},
    ],
    "pages": [
        {
            "title": "How this came about",
            "menu": "Came about",
            "body": "## Who made this\n\nA paragraph.\n\n1. one\n2. two\n\n"
            "| Head | Other |\n| --- | --- |\n| cell | last |",
        }
    ],
    "credits": [
        {
            "name": "Example Trust",
            "role": "Funder",
            "logo": "trust.svg",
            "logo_description": "Logo of the trust",
            "link": "https://example.org/trust",
        }
    ],
}


def small_map(**rows: list[dict[str, Any]]) -> EcosystemMap:
    """The small map; `rows` replace those of their sheet (`settings=[{…}]` changes only what it names)."""
    settings = {**SETTINGS, **(rows.pop("settings", None) or [{}])[0]}
    made: dict[str, Any] = {}
    for sheet in PUBLISHED_SHEETS:
        if sheet.settings:
            cells = {name: CellRef(sheet.name, row, 2) for row, name in enumerate(sheet.columns, 2)}
            made[sheet.key] = sheet.entry(**settings).with_cells(cells)
        else:
            made[sheet.key] = tuple(
                _entry(sheet, n, row) for n, row in enumerate(rows.get(sheet.key, ROWS[sheet.key]), 2)
            )
    return EcosystemMap(**made).with_images(IMAGES)


def _entry(sheet: Sheet, number: int, values: dict[str, Any]) -> Entry:
    columns = {name: CellRef(sheet.name, number, at) for at, name in enumerate(sheet.columns, 1)}
    known = {name: columns[name] for name, value in values.items() if value not in (None, ()) and name in columns}
    named = str(values[sheet.named_by]) if sheet.named_by else ""
    made = from_name(named) if named else from_content(*(str(values[name]) for name in sheet.identified_by))
    return sheet.entry(**{"id": made, **values}).with_cells(known)
