"""Maps of any size, for tests of how they lay themselves out."""

from small_map import small_map

from pipeline.model import EcosystemMap

NAMES = (
    "Employers",
    "LER Solution Providers",
    "Learners and Earners",
    "Credentialing Organizations and Quality Assurance Agencies",
    "HR Systems",
)
ICONS = ("building-2", "lightbulb", "users-round", "award", "route")
PHASES = ("Developing", "Issuing", "Using", "Adopting", "Reviewing", "Renewing", "Retiring", "Remembering")


def crowd(stakeholders: int, phases: int = 4, **settings: object) -> EcosystemMap:
    """A map with that many stakeholders (some with long names) and phases; each works with two others."""
    ids = [f"s{number}" for number in range(stakeholders)]
    return small_map(
        settings=[settings],
        phases=[
            {"id": f"p{number}", "name": PHASES[number], "description": "What happens.", "colour": None}
            for number in range(phases)
        ],
        stakeholders=[
            {
                "id": identifier,
                "name": f"{NAMES[number % 5]} {number}" if number > 4 else NAMES[number],
                "icon": ICONS[number % 5],
                "icon_description": "A picture",
                "definition": "Who they are.",
                "examples": "One, two",
            }
            for number, identifier in enumerate(ids)
        ],
        strategies=[
            {
                "stakeholder": identifier,
                "phase": f"p{number % phases}",
                "text": f"Do something useful, number {number}.",
                "works_with": tuple({ids[number - 1], ids[number - stakeholders // 2]} - {identifier}),
            }
            for number, identifier in enumerate(ids)
        ],
        actions=[],
        value_propositions=[],
        quotes=[],
        resources=[],
    )
