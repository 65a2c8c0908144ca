"""What `diff` says: each edit once, by the right name, at the right cell, and nothing that is no edit."""

from collections import Counter
from datetime import date

import pytest
from edits import Edit, Grid, edits
from small_map import ROWS, small_map

from pipeline.changes import Change, Fate, by_stakeholder, changes, changes_for_readers, words
from pipeline.changes.words import plain

FIFTY = dict(edits())


def found(change: Change) -> tuple[str, str, str, str]:
    return change.kind.value, change.sheet, change.heading, str(change.at)


def only(changed: tuple[Change, ...]) -> Change:
    [change] = changed
    return change


def strategy(text: str, *, stakeholder: str = "employers", phase: str = "adopting") -> dict[str, object]:
    return {"stakeholder": stakeholder, "phase": phase, "text": text}


def test_there_are_fifty_edits_of_ten_kinds() -> None:
    """The list of edits is what it claims to be."""
    assert (len(FIFTY), len({name.rpartition(" ")[0] for name in FIFTY})) == (50, 10)


@pytest.mark.parametrize("with_ids", [True, False], ids=["with IDs", "without IDs"])
def test_nothing_changed(with_ids: bool) -> None:
    """The same content twice has no changes."""
    assert changes(Grid(with_ids=with_ids).content(), Grid(with_ids=with_ids).content()) == ()


@pytest.mark.parametrize("with_ids", [True, False], ids=["with IDs", "without IDs"])
@pytest.mark.parametrize("edit", FIFTY.values(), ids=FIFTY.keys())
def test_each_edit_is_one_change(edit: Edit, with_ids: bool) -> None:
    """An edit of the sample is named once, with its kind and cell, and nothing else is; IDs may be blank."""
    grid = Grid(with_ids=with_ids)
    before = grid.content()
    expected = edit(grid)
    change = only(changes(before, grid.content()))
    assert found(change) == expected.found(grid)


@pytest.mark.parametrize("with_ids", [True, False], ids=["with IDs", "without IDs"])
def test_fifty_edits_together_are_fifty_changes(with_ids: bool) -> None:
    """All edits made to one copy are each named once, and nothing else is."""
    grid = Grid(with_ids=with_ids)
    before = grid.content()
    expected = [edit(grid) for edit in FIFTY.values()]
    after = changes(before, grid.content())
    assert Counter(map(found, after)) == Counter(one.found(grid) for one in expected)
    assert len(after) == 50


@pytest.mark.parametrize("edit", [edit for name, edit in FIFTY.items() if name.startswith("reformatted")])
def test_formatting_is_told_apart_from_meaning(edit: Edit) -> None:
    """Bold, line breaks, spaces and lists are said to be formatting only."""
    grid = Grid()
    before = grid.content()
    edit(grid)
    change = only(changes(before, grid.content()))
    assert change.is_formatting
    assert change.sentence.startswith("Only the formatting of ")


def test_unicode_form_is_formatting() -> None:
    """A text in decomposed letters says the same."""
    composed, decomposed = "Visit caf\u00e9s.", "Visit cafe\u0301s."
    old, new = (small_map(strategies=[strategy(text)]) for text in (composed, decomposed))
    assert only(changes(old, new)).is_formatting


def test_a_reworded_text_without_an_id_is_one_change() -> None:
    """IDs that derive from the text differ, yet the row is the same to a person; the words that differ are named."""
    old = small_map(strategies=[strategy("Accept paper records in every job application."), strategy("Hold a fair.")])
    new = small_map(strategies=[strategy("Hold a fair."), strategy("Accept digital records in job applications.")])
    texts = [change for change in changes(old, new) if change.kind != "reordered"]
    change = only(tuple(texts))
    assert change.kind == "reworded"
    assert "“paper”" in change.sentence
    assert "“digital”" in change.sentence
    assert "“Employers” in the phase “Adopting”" in change.sentence


def test_another_text_in_its_place_is_two_changes() -> None:
    """A row that says something else altogether was removed, and another one added."""
    old = small_map(strategies=[strategy("Accept paper records in every job application.")])
    new = small_map(strategies=[strategy("Fund a pilot with two colleges.")])
    assert [change.kind.value for change in changes(old, new)] == ["added", "removed"]


def test_moved_and_reworded_is_two_changes_of_one_row() -> None:
    """Two edits of one row without an ID are both named, and it is not taken for another row."""
    old = small_map(strategies=[strategy("Accept paper records in every job application.")])
    new = small_map(strategies=[strategy("Accept paper records in each job application.", phase="developing")])
    assert sorted(change.kind.value for change in changes(old, new)) == ["moved", "reworded"]


def test_a_renamed_stakeholder_is_one_change() -> None:
    """Its rows, their IDs, mentions of it and the new former name only follow."""
    new_row = ROWS["stakeholders"][1] | {"name": "People Systems", "former_names": ("HR Systems",)}
    renamed = {
        key: [
            {name: _swapped(value) for name, value in row.items()}
            for row in (ROWS[key] if key != "stakeholders" else [ROWS["stakeholders"][0], new_row])
        ]
        for key in ROWS
    }
    change = only(changes(small_map(), small_map(**renamed)))
    assert (change.kind, change.stakeholder) == ("renamed", "People Systems")
    assert change.sentence == "The stakeholder was renamed from “HR Systems” to “People Systems”."


def _swapped(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_swapped(part) for part in value)
    return "people-systems" if value == "hr-systems" else value


def test_a_removed_stakeholder_leaves_no_echo_in_lists() -> None:
    """Its rows are removed one by one; that others no longer work with it goes without saying."""
    kept = {
        key: [
            {name: tuple(p for p in v if p != "hr-systems") if isinstance(v, tuple) else v for name, v in row.items()}
            for row in ROWS[key]
            if row.get("stakeholder") != "hr-systems" and row.get("name") != "HR Systems"
        ]
        for key in ROWS
    }
    found_kinds = Counter(change.kind.value for change in changes(small_map(), small_map(**kept)))
    assert found_kinds == {"removed": 3}


def test_a_swap_is_one_change() -> None:
    """Of two rows that change places one has moved."""
    old, new = small_map(), small_map(phases=ROWS["phases"][::-1])
    assert only(changes(old, new)).kind == "reordered"


def test_a_sorted_sheet_is_one_change() -> None:
    """A sheet in quite another order is said in one sentence, not in dozens."""
    grid = Grid()
    before = grid.content()
    grid.sheets["Strategies"].sort(key=lambda line: line.text(4))
    change = only(changes(before, grid.content()))
    assert (change.kind, change.sheet, change.heading) == ("reordered", "Strategies", "")


def test_an_id_of_ones_own_that_changes_is_a_change() -> None:
    """Pages move with an ID that somebody chose; one that follows a name says nothing of its own."""
    rows = [dict(ROWS["stakeholders"][0]), ROWS["stakeholders"][1] | {"id": "hr"}]
    references = {
        key: [{name: _hr(value) for name, value in row.items()} for row in ROWS[key]]
        for key in ("strategies", "actions", "resources")
    }
    change = only(changes(small_map(), small_map(stakeholders=rows, **references)))
    assert (change.kind, change.heading, change.after and change.after.text) == ("changed", "ID", "hr")


def _hr(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_hr(part) for part in value)
    return "hr" if value == "hr-systems" else value


def test_changes_are_grouped_for_readers() -> None:
    """What concerns the whole map comes first, then the stakeholders in their order, then those that are gone."""
    old = small_map(strategies=[strategy("Act first."), strategy("Pay well.", stakeholder="hr-systems")])
    new = small_map(settings=[{"subtitle": "Anew"}], strategies=[strategy("Act first, and now.")])
    groups = by_stakeholder(changes(old, new), new)
    assert [group.name for group in groups] == ["", "Employers", "HR Systems"]
    assert [group.stakeholder.id if group.stakeholder else None for group in groups] == [
        None,
        "employers",
        "hr-systems",
    ]


def test_readers_are_not_told_of_formatting_nor_that_an_edition_is_another() -> None:
    """A page that is called “since edition 1” need not say that the edition changed; bold letters are no news."""
    old = small_map(strategies=[strategy("Act first."), strategy("Pay well.", stakeholder="hr-systems")])
    new = small_map(
        settings=[{"edition": "2", "published_on": date(2027, 1, 1)}],
        strategies=[strategy("Act **first**."), strategy("Pay quite well.", stakeholder="hr-systems")],
    )
    assert Counter(change.kind.value for change in changes(old, new)) == {"changed": 3, "reworded": 1}
    assert only(changes_for_readers(old, new)).kind == "reworded"


def test_words_give_back_both_texts() -> None:
    """The runs make up both texts, and what is the same is not marked."""
    before, after = "Accept paper in job applications.", "Accept records on screen in all job applications."
    runs = words(before, after)
    assert "".join(run.text for run in runs if run.fate is not Fate.NEW) == before
    assert "".join(run.text for run in runs if run.fate is not Fate.GONE) == after
    assert [run.text.strip() for run in runs if run.fate is Fate.GONE] == ["paper"]


def test_an_address_is_no_formatting() -> None:
    """A link that leads elsewhere changes what a reader gets, though the words are the same."""
    assert plain("Read [it](https://a.example)") != plain("Read [it](https://b.example)")
    assert plain("Read **it**\n\n- now") == plain("Read it now")


def test_thousands_of_rows_are_compared() -> None:
    """Large maps whose every row is new to the other are compared without comparing each row with each."""
    old = small_map(strategies=[strategy(f"Do thing {n} with care {n * 7919 % 1000}.") for n in range(1500)])
    new = small_map(strategies=[strategy(f"Do thing {n} with much care {n * 7919 % 1000}.") for n in range(1500)])
    assert Counter(change.kind.value for change in changes(old, new)) == {"reworded": 1500}
