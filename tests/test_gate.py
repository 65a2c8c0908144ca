"""Each rule of the gate stops its case, lets an ordinary edit pass, and can be approved for that one change alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from edits import EDITS, Edit, Grid
from small_map import ROWS, small_map

from pipeline.approvals import approve, record_approvals, recorded_approvals
from pipeline.changes import changes
from pipeline.errors import UsageError
from pipeline.gate import RULES, Compared, Finding, findings, stopped
from pipeline.model import EcosystemMap

QUOTE, TERM = ROWS["quotes"][0], ROWS["glossary"][0]


def asked(old: EcosystemMap, new: EcosystemMap, **more: Any) -> tuple[Finding, ...]:
    return findings(Compared(old=old, new=new, changes=changes(old, new), **({"most_removed": 1.0} | more)))


def rules(old: EcosystemMap, new: EcosystemMap, **more: Any) -> list[str]:
    return [finding.rule for finding in asked(old, new, **more)]


def named(name: str, *former: str) -> EcosystemMap:
    """The small map with its first stakeholder called `name`; its ID stays."""
    row = ROWS["stakeholders"][0] | {"id": "employers", "name": name, "former_names": former}
    return small_map(stakeholders=[row, ROWS["stakeholders"][1]])


CASES = {
    "quotation-changed": small_map(quotes=[QUOTE | {"id": "q", "text": "We never asked for paper."}]),
    "definition-changed": small_map(glossary=[TERM | {"definition": "Something that nobody needs."}]),
    "link-host-changed": small_map(settings=[{"feedback_link": "https://elsewhere.example/feedback"}]),
    "stakeholder-without-former-name": named("Firms of Today", "Companies"),
    "banned-word-added": small_map(settings=[{"subtitle": "For end users"}]),
}
PASSING = {
    "a new quotation": small_map(quotes=[QUOTE, QUOTE | {"text": "It saves us a week."}]),
    "a quotation in bold": small_map(quotes=[QUOTE | {"text": "We **stopped** asking for paper."}]),
    "a new term": small_map(glossary=[TERM, TERM | {"term": "Wallet", "definition": "An app that holds records."}]),
    "a term's other name": small_map(glossary=[TERM | {"also_known_as": ("Comprehensive record",)}]),
    "the same host": small_map(settings=[{"feedback_link": "https://example.org/contact"}]),
    "a new link in a text": small_map(settings=[{"call_to_action": "Pick one: [here](https://new.example/)."}]),
    "renamed with its former name": named("Firms of Today", "Employers", "Companies"),
    "a good word": small_map(settings=[{"subtitle": "For learners and earners"}]),
}


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_stops_its_case(rule: str) -> None:
    """The rule stops, says why in a sentence, and says how to approve it."""
    old = small_map(quotes=[QUOTE | {"id": "q"}]) if rule == "quotation-changed" else small_map()
    [finding] = asked(old, CASES[rule], banned=("end user",))
    assert finding.rule == rule
    assert finding.reason.endswith(".")
    assert "ecosystem-map release --approve" in finding.help


@pytest.mark.parametrize("name", PASSING)
def test_ordinary_edits_pass(name: str) -> None:
    """What an editor does every week is not stopped."""
    old = named("Employers", "Companies") if name.startswith("renamed") else small_map()
    assert rules(old, PASSING[name], banned=("end user",)) == []


@pytest.mark.parametrize(
    "edit", [edit for kind in ("reworded", "added", "moved to another stakeholder") for edit in EDITS[kind][:2]]
)
def test_edits_of_the_sample_pass(edit: Edit) -> None:
    """Rewording, adding and moving rows of the sample does not stop, with the rules as they come."""
    grid = Grid()
    before = grid.content()
    edit(grid)
    assert rules(before, grid.content(), most_removed=0.10) == []


def test_much_removed_at_once_stops() -> None:
    """A tenth of the content may go and no more; the share is an option."""
    grid = Grid()
    before = grid.content()
    del grid.sheets["Strategies"][:10]
    assert rules(before, grid.content(), most_removed=0.10) == []
    assert rules(before, grid.content(), most_removed=0.01) == ["content-removed"]
    del grid.sheets["Strategies"][:60]
    [finding] = asked(before, grid.content(), most_removed=0.10)
    assert "of the content is taken out" in finding.reason


def test_shortened_texts_count_as_removed() -> None:
    """A column pasted over with short texts takes content out though every row is still there."""
    grid = Grid()
    before = grid.content()
    for line in grid.sheets["Strategies"]:
        line.set(4, line.text(4)[:12])
    assert "content-removed" in rules(before, grid.content(), most_removed=0.10)


def test_an_emptied_sheet_stops() -> None:
    """All rows of a small sheet are less than a tenth, and still no slip to publish."""
    grid = Grid()
    before = grid.content()
    grid.sheets["Credits"].clear()
    assert rules(before, grid.content(), most_removed=0.10) == ["content-removed"]


def test_a_removed_stakeholder_needs_an_heir() -> None:
    """One that is gone stops, unless another has its name among its former names."""
    old = small_map(strategies=[], actions=[], value_propositions=[], quotes=[], resources=[])

    def without(former: tuple[str, ...]) -> EcosystemMap:
        kept = ROWS["stakeholders"][0] | {"former_names": former}
        return small_map(stakeholders=[kept], strategies=[], actions=[], value_propositions=[], quotes=[], resources=[])

    assert rules(old, without(("Companies", "Businesses"))) == ["stakeholder-without-former-name"]
    assert rules(old, without(("Companies", "Businesses", "HR Systems"))) == []


def test_a_host_inside_a_text_counts() -> None:
    """A link within a strategy that leads to another host is stopped like one in a column."""
    rows = [dict(row) | {"id": f"s{number}"} for number, row in enumerate(ROWS["strategies"])]
    changed = [rows[0] | {"text": rows[0]["text"].replace("example.org", "example.net")}, *rows[1:]]
    [finding] = asked(small_map(strategies=rows), small_map(strategies=changed))
    assert finding.rule == "link-host-changed"
    assert "from example.org to example.net" in finding.reason


def test_a_banned_word_in_a_new_row_is_found_in_every_column() -> None:
    """A row that comes is read whole, not only its name."""
    new = small_map(glossary=[TERM, TERM | {"term": "Wallet", "definition": "An app for end users."}])
    assert rules(small_map(), new, banned=("end users",)) == ["banned-word-added"]
    assert rules(new, new, banned=("end users",)) == []


def test_a_replaced_quotation_stops() -> None:
    """Other words by the same person that are nothing like the old ones are a changed quotation, though two rows."""
    other = QUOTE | {
        "text": "Completely different things matter far more, believe me!",
        "role": None,
        "organisation": None,
    }
    assert rules(small_map(), small_map(quotes=[other])) == ["quotation-changed"]
    assert rules(small_map(), small_map(quotes=[])) == ["content-removed"]


def test_one_of_two_links_to_a_host_counts() -> None:
    """A text with two links to one host is stopped when one of them leads elsewhere; hosts are counted."""
    text = "Read [one](https://example.org/1) and [two](https://example.org/2)."
    old = small_map(settings=[{"call_to_action": text}])
    new = small_map(settings=[{"call_to_action": text.replace("example.org/2", "evil.example/2")}])
    assert rules(old, new) == ["link-host-changed"]


def test_the_contact_is_a_link_too() -> None:
    """The address that readers write to becomes a link, and so another house of it is another host."""
    old = small_map(settings=[{"contact": "map@example.org"}])
    assert rules(old, small_map(settings=[{"contact": "map@evil.example"}])) == ["link-host-changed"]
    assert rules(old, small_map(settings=[{"contact": "Anna <anna@example.org>"}])) == []


def test_an_approval_says_who_when_and_why(tmp_path: Path) -> None:
    """What is recorded can be read again, with the day; words without a name are refused; an earlier one stays."""
    [finding] = asked(small_map(), CASES["definition-changed"])
    given = approve([finding], "Ana Ng:  the working group agreed", today=date(2027, 5, 3))
    record_approvals(tmp_path / "editions", "2027.1", given)
    record_approvals(tmp_path / "editions", "2027.1", approve([finding], "Ben: again", today=date(2027, 6, 1)))
    [read] = recorded_approvals(tmp_path / "editions", "2027.1").values()
    assert (read.by, read.approved_on.isoformat(), read.why) == ("Ana Ng", "2027-05-03", "the working group agreed")
    assert (read.rule, read.key) == ("definition-changed", finding.key)
    for words in ("", " ", "yes", "Ana:", ": fine", "https://example.org"):
        with pytest.raises(UsageError, match="who gives it"):
            approve([finding], words, today=date(2027, 5, 3))


def test_an_approval_counts_for_that_change_alone() -> None:
    """The key of a finding is the same for the same change, and another for any other text."""
    old = small_map()
    [finding] = asked(old, CASES["definition-changed"])
    [again] = asked(old, CASES["definition-changed"])
    [other] = asked(old, small_map(glossary=[TERM | {"definition": "Something else that nobody needs."}]))
    assert stopped([again], {finding.key}) == ()
    assert stopped([other], {finding.key}) == (other,)


def test_every_rule_has_a_case() -> None:
    """No rule without a test that it stops."""
    assert {rule.__name__.replace("_", "-") for rule in RULES} == {*CASES, "content-removed"}
