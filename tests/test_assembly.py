"""From records to content: what leaves the building, under which ID, and from which cell."""

from collections.abc import Callable

from pipeline.identifiers import RESERVED, from_content, from_name, is_good
from pipeline.load import Loaded

Load = Callable[..., Loaded]


def test_drafts_stay_behind_with_everything_of_theirs(loaded: Load) -> None:
    """A draft stakeholder is not published, nor are its rows, nor its name in anybody's list."""
    content = loaded(
        "| Stakeholders | Name | Status |\n| | One | |\n| | Secret | draft |\n"
        "| Strategies | Stakeholder | Strategy | Works with |\n| | One | Act first. | Secret |\n"
        "| | Secret | Hide well. | |\n"
        "| Resources | Title | Stakeholders |\n| | A guide | Secret |"
    ).content
    assert content is not None
    assert "ecret" not in content.model_dump_json()
    assert [strategy.text for strategy in content.strategies] == ["Act first."]


def test_archived_rows_are_not_published_even_with_drafts(loaded: Load) -> None:
    """Archived rows stay in the workbook and nowhere else."""
    content = loaded(
        "| Strategies | Strategy | Status |\n| | Act first. | |\n| | Act never. | archived |\n| | Act soon. | draft |"
    ).content
    assert content is not None
    assert [strategy.text for strategy in content.strategies] == ["Act first."]


def test_columns_for_editors_are_never_published(loaded: Load) -> None:
    """Owner, Review by, Source and Notes are in no form of the content."""
    content = loaded(
        "| Strategies | Strategy | Owner | Source | Notes | Review by |\n"
        "| | Act first. | PLANTED | PLANTED | PLANTED | 2099-01-01 |"
    ).content
    assert content is not None
    dumped = content.model_dump_json()
    assert "PLANTED" not in dumped
    assert "2099" not in dumped
    assert "status" not in dumped


def test_every_value_knows_its_cell(loaded: Load) -> None:
    """The content says where each value came from; an ID that the program made has no cell."""
    content = loaded("| Glossary | Term | Definition |\n| | Badge | A sign of a skill. |").content
    assert content is not None
    [term] = content.glossary
    assert (str(term.cell("definition")), term.cell("id")) == ("Glossary!B2", None)


def test_a_page_is_its_cell_and_its_file(loaded: Load) -> None:
    """A page may be written in its cell, in a file, or in both; nothing of it is lost."""
    content = loaded(
        "| Pages | Title | Body | File |\n| | One | In the cell. | one.md |",
        files={"pages/one.md": b"In the file.\r\nMore.\r\n"},
    ).content
    assert content is not None
    assert content.pages[0].body == "In the cell.\n\nIn the file.\nMore."


def test_ids_from_content_do_not_depend_on_the_order(loaded: Load) -> None:
    """A strategy keeps its address when rows are sorted, and two of the same words get two addresses."""
    head = "| Strategies | Strategy |\n"
    one = loaded(head + "| | Act first. |\n| | Act later. |").content
    other = loaded(head + "| | Act later. |\n| | Act first. |\n| | Act first. |").content
    assert one is not None
    assert other is not None
    ids = {strategy.text: strategy.id for strategy in one.strategies}
    assert [strategy.id for strategy in other.strategies[:2]] == [ids["Act later."], ids["Act first."]]
    assert len({strategy.id for strategy in other.strategies}) == 3


def test_ids_are_safe_paths() -> None:
    """Whatever a row is called, its ID is a safe and lasting file name."""
    for name in ("HR Systems", "أصحاب العمل", "🎈", "con", "index", "../../etc", "a" * 500, "Ünïcode & Söhne", "---"):
        made = from_name(name)
        assert is_good(made), (name, made)
        assert made == from_name(name)
    assert is_good(from_content("a" * 60, "b" * 60, "some text"))
    assert not any(is_good(name) for name in RESERVED)
