"""The documentation says what the program has: commands, sheets, columns, codes."""

import re
from pathlib import Path

import pytest

from pipeline.cli import commands
from pipeline.explanations import explanations
from pipeline.guide import pages, slug
from pipeline.model import SHEETS

DOCS = Path(__file__).parents[1] / "docs"
README = DOCS.parent / "README.md"


def test_generated_pages_are_up_to_date() -> None:
    """The editors' guide is what the program says today (`python -m pipeline.guide docs`), and has no page besides."""
    made = pages()
    for path, text in made.items():
        assert (DOCS / path).read_text(encoding="utf-8") == text, f"{path} is stale"
    there = {
        page.relative_to(DOCS).as_posix() for folder in ("sheets", "problems") for page in (DOCS / folder).iterdir()
    }
    assert there == {path for path in made if "/" in path}


def test_every_sheet_and_column_is_documented() -> None:
    """An editor finds every sheet and every heading in the guide."""
    first = (DOCS / "editors-guide.md").read_text(encoding="utf-8")
    for sheet in SHEETS:
        assert f"(sheets/{slug(sheet)}.md)" in first
        page = (DOCS / "sheets" / f"{slug(sheet)}.md").read_text(encoding="utf-8")
        for column in sheet.columns.values():
            assert f"| {column.heading}" in page


@pytest.mark.parametrize("word", ["Excel", "LibreOffice", "Google Sheets", "GitHub", "Upload files", "pull request"])
def test_the_guide_covers_the_programs_of_editors(word: str) -> None:
    """Each spreadsheet program, and how a workbook is sent in, has its place in the guide."""
    assert word in (DOCS / "editors-guide.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    """A command that the README does not name cannot be found."""
    assert f"ecosystem-map {command}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted(explanations()))
def test_every_code_is_explained_to_an_editor(code: str) -> None:
    """Each code has a fact, why it matters, how to mend it, and an example, in an editor's words and not too many."""
    one = explanations()[code]
    for words in (one.fact, one.why, one.how):
        assert words.rstrip("”)").endswith((".", "?"))
        assert 1 <= len(re.findall(r"[.?!](?=\s|$)", words)) <= 4
    assert len(f"{one.why} {one.how}".split()) >= 12
    assert len(one.fact) < 120
    assert one.before != one.after
    forbidden = re.findall(
        r"\b(null|parse[ds]?|invalid|schema|foreign key|illegal)\b", f"{one.fact} {one.why} {one.how}", re.IGNORECASE
    )
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
        prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"(?<!\\)\]\(([^)#\s]+)", prose):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
