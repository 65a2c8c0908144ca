"""What can be shown of a workbook with errors."""

from collections.abc import Callable

import pytest
from small_map import STAMP

from pipeline.load import Loaded
from pipeline.model import EcosystemMap
from pipeline.preview.valid_rest import content_of
from pipeline.problems import has_errors
from pipeline.rendering import web
from pipeline.templating import environment

Load = Callable[..., Loaded]


def rest(loaded: Loaded) -> EcosystemMap:
    """The content that can be shown of a workbook that has errors."""
    assert loaded.rows
    assert has_errors(loaded.problems)
    content = content_of(loaded.rows, loaded.problems)
    assert content
    return content


def test_a_row_of_an_unknown_phase_is_left_out_and_the_others_stay(loaded: Load) -> None:
    """One wrong row costs that row."""
    content = rest(
        loaded("""
        | Strategies | Stakeholder | Phase    | Strategy               |
        |            | Employers   | Adoptng  | Accept records.        |
        |            | Employers   | Adopting | Ask for records first. |
    """)
    )
    assert [strategy.text for strategy in content.strategies] == ["Ask for records first."]


def test_a_missing_text_is_stood_in_for_by_its_heading(loaded: Load) -> None:
    """A stakeholder without a definition keeps its page, and whoever looks sees what is missing where."""
    content = rest(
        loaded("""
        | Stakeholders | Name      | Icon  | Icon description | Definition | Examples  |
        |              | Employers | users | Two people       |            | Companies |
    """)
    )
    [employers] = content.stakeholders
    assert employers.definition == "(Definition)"
    assert str(employers.cell("definition")) == "Stakeholders!D2"


def test_a_text_with_an_error_in_it_is_shown(loaded: Load) -> None:
    """Placeholder text stops publication, and is where its editor looks for it."""
    content = rest(loaded("| Strategies | Strategy |\n| | Lorem ipsum dolor sit amet. |"))
    assert [strategy.text for strategy in content.strategies] == ["Lorem ipsum dolor sit amet."]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "www.example", "data:text/html,x"])
def test_a_link_that_cannot_be_used_is_never_shown(loaded: Load, link: str) -> None:
    """Neither as a link nor as anything else."""
    content = rest(loaded(f"| Settings | Setting | Value |\n| | Feedback link | {link} |"))
    assert content.settings.feedback_link is None


def test_an_unknown_icon_is_stood_in_for(loaded: Load) -> None:
    """A misspelt icon does not cost the stakeholder."""
    content = rest(loaded("| Stakeholders | Name | Icon |\n| | Employers | buldings |"))
    assert [one.icon for one in content.stakeholders] == ["circle-question-mark"]


def test_a_quotation_without_permission_is_not_shown(loaded: Load) -> None:
    """It is for its person to say where it is shown."""
    content = rest(
        loaded("""
        | Quotes | Stakeholder | Quote            | Person      | Permission |
        |        | Employers   | We like records. | Test Person | no         |
    """)
    )
    assert content.quotes == ()


def test_drafts_are_shown(loaded: Load) -> None:
    """A preview is where drafts are looked at."""
    content = rest(
        loaded("""
        | Strategies | Stakeholder | Phase    | Strategy         | Status |
        |            | Employers   | Adopting | A first thought. | draft  |
        |            | Employers   | Adoptng  | A lost thought.  |        |
    """)
    )
    assert [strategy.is_draft for strategy in content.strategies] == [True]


@pytest.mark.parametrize(
    "markdown",
    [
        "| Settings | Setting | Value |\n| | Title | |\n| | Language | xx-notalanguage-- |\n| | Accent colour | mauve |",
        "| Phases | Name | Colour |\n| | Adopting | red-ish |\n| | adopting | |\n| | Using | #zzzzzz |",
        "| Strategies | ID | Strategy | Works with |\n| | A b! | Do it. | Nobody; Employers |\n| | con | Do more. | |",
        "| Pages | Title | File |\n| | About | ../../etc/passwd |\n| | About | missing.md |",
        "| Credits | Name | Role | Logo |\n| | A trust | Funder | none.png |\n| | Other | King | |",
        "| Resources | Group | Title | Link |\n| | Reading | A book | javascript:alert(1) |",
    ],
)
def test_whatever_is_wrong_the_rest_becomes_pages(loaded: Load, markdown: str) -> None:
    """Nothing that an editor writes stops the preview."""
    pages = {
        artefact.path: artefact for artefact in web.render(rest(loaded(markdown)), stamp=STAMP, templates=environment())
    }
    assert b"</html>" in pages["index.html"].body


@pytest.mark.parametrize("sheet", ["Settings", "Strategies"])
def test_a_missing_sheet_leaves_the_others(loaded: Load, sheet: str) -> None:
    """Half a workbook becomes half a map."""
    tables = {
        "Settings": "| Settings | Setting | Value |\n| | Title | A map |",
        "Phases": "| Phases | Name | Description |\n| | Adopting | Use. |",
        "Stakeholders": "| Stakeholders | Name | Icon | Icon description | Definition | Examples |\n"
        "| | Employers | users | Two people | Who hire. | Companies |",
        "Strategies": "| Strategies | Stakeholder | Phase | Strategy |\n| | Employers | Adopting | Accept. |",
    }
    given = "\n".join(table for name, table in tables.items() if name != sheet)
    made = list(web.render(rest(loaded(given, complete=False)), stamp=STAMP, templates=environment()))
    assert made[0].path == "index.html"


@pytest.mark.parametrize("sheet", ["Phases", "Stakeholders"])
def test_without_what_every_map_needs_there_is_nothing_to_show(loaded: Load, sheet: str) -> None:
    """No map is drawn without phases or stakeholders; what was shown before stays."""
    made = loaded(f"| {sheet} | Name |\n| | |")
    assert made.rows
    assert content_of(made.rows, made.problems) is None
