"""The documentation says what the program has: commands, sheets, columns, codes."""

import re
from pathlib import Path

import pytest

from pipeline.cli import commands
from pipeline.explanations import explanations
from pipeline.guide import problems_page, workbook_page
from pipeline.model import SHEETS

DOCS = Path(__file__).parents[1] / "docs"
README = DOCS.parent / "README.md"


def test_generated_pages_are_up_to_date() -> None:
    """docs/workbook.md and docs/problems.md are what the program says today (`python -m pipeline.guide docs`)."""
    assert (DOCS / "workbook.md").read_text(encoding="utf-8") == workbook_page()
    assert (DOCS / "problems.md").read_text(encoding="utf-8") == problems_page()


def test_every_sheet_and_column_is_documented() -> None:
    """An editor finds every sheet and every heading in the guide."""
    page = (DOCS / "workbook.md").read_text(encoding="utf-8")
    for sheet in SHEETS:
        section = page.split(f"\n## {sheet.name}\n")[1].split("\n## ")[0]
        for column in sheet.columns.values():
            assert f"| {column.heading}" in section


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    """A command that the README does not name cannot be found."""
    assert f"ecosystem-map {command}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted(explanations()))
def test_every_code_is_explained_to_an_editor(code: str) -> None:
    """Each code has a first sentence, then why it matters and what to do, in an editor's words."""
    explanation = explanations()[code].__doc__ or ""
    first, _, rest = explanation.strip().partition("\n\n")
    assert first.strip().endswith(".")
    assert len(rest.split()) >= 12, f"{code} has no explanation beyond its first sentence"
    forbidden = re.findall(r"\b(null|parse[ds]?|invalid|schema|foreign key|illegal)\b", explanation, re.IGNORECASE)
    assert forbidden == []


CATALOGUE = set(
    """
unreadable-workbook password-protected wrong-file-type too-large locked-file macro-workbook old-template hidden-sheet
hidden-rows missing-sheet misspelt-sheet missing-column misspelt-column duplicate-column unknown-column unknown-sheet
empty-sheet merged-cells missing-value not-a-choice not-a-date not-a-number not-a-link unsafe-link too-long cut-off-text
formula-without-value error-value autoformatted-value html-in-cell html-entity control-character not-a-colour low-contrast
bad-id unknown-icon unsafe-path missing-file wrong-image-type unsafe-image large-image duplicate-id duplicate-name
unknown-stakeholder unknown-phase unknown-action-area duplicate-text near-duplicate-text duplicate-link unused-phase
unused-action-area gap no-value-proposition quote-without-permission overdue-review former-name-in-use lost-text
dead-internal-link text-overflow missing-glyph missing-image extra-spaces doubled-word misspelling run-on wording
banned-word mixed-quotes outer-quotes unbalanced-brackets full-stop lower-case-start placeholder-text
""".split()  # noqa: SIM905
)
"""The codes of the catalogue of checks."""


def test_the_catalogue_is_complete() -> None:
    """Every code of the catalogue has the function that makes it, and there is no code besides."""
    assert set(explanations()) == CATALOGUE


def test_links_of_the_documentation_lead_somewhere() -> None:
    """No page of the documentation points to a file that is not there."""
    for page in [README, *DOCS.rglob("*.md"), DOCS.parent / "CONTRIBUTING.md"]:
        for target in re.findall(r"(?<!\\)\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
