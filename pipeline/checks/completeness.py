"""Rules for what is missing: stakeholders without strategies, phases without rows, pages without text.

A row that refers to nothing known may be the very row that is missed; while it stands, these rules say nothing about what
it might fill, for one cause gives one problem.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks.references import Targets, may_be_asked, targets_of
from pipeline.checks.scope import ERROR, WARNING, problem_at
from pipeline.problems import Problem
from pipeline.records import Record, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """Which of two kinds of rows (stakeholders and phases, say) the rows of a sheet bring together.

    `pairs` holds row numbers of both; None stands for one that cannot be told.
    """

    firsts: Targets
    seconds: Targets
    pairs: frozenset[tuple[int | None, int | None]]

    def is_used(self, second: int) -> bool:
        """Whether some row belongs, or may belong, to the row `second` of the second kind."""
        return any(pair[1] in (second, None) for pair in self.pairs)

    def has(self, first: int, second: int) -> bool:
        """Whether some row belongs, or may belong, to both."""
        return bool(self.pairs & {(one, two) for one in (first, None) for two in (second, None)})


def _filled(rows: Rows, key: str, first: str, second: str) -> _Filled | None:
    """What the published rows of the sheet `key` fill; None where that cannot be asked.

    `first` and `second` are attributes of its rows that refer to other sheets.
    """
    table = rows[key]
    columns = table.sheet.columns
    first_table, second_table = (rows[columns[name].refers_to] for name in (first, second))
    if not (table.present and table.records and table.has(first) and table.has(second)):
        return None
    if not (may_be_asked(first_table) and may_be_asked(second_table)):
        return None
    firsts, seconds = (targets_of(rows, each.sheet.key) for each in (first_table, second_table))
    pairs = {(_row(record, first, firsts), _row(record, second, seconds)) for record in table if record.is_published}
    return _Filled(firsts=firsts, seconds=seconds, pairs=frozenset(pairs))


def _row(record: Record, name: str, targets: Targets) -> int | None:
    found = targets.find(record.text(name)) if record.text(name) else None
    return found.row if found else None


def unused_phase(rows: Rows) -> Iterator[Problem]:
    """No published strategy belongs to a phase.

    The phase would be an empty ring of the map.

    Add strategies to it, or delete the phase. If its strategies are drafts, publish them first.

    Before: the phase “Resting”, which no strategy names
    After: the phase “Resting”, with a strategy for each stakeholder
    """
    return _unused(rows, "strategies", "phase", "unused-phase", "strategy")


def unused_action_area(rows: Rows) -> Iterator[Problem]:
    """No published action belongs to an action area.

    The area would be a heading with nothing below it.

    Add actions to it, or delete the area. If its actions are drafts, publish them first.

    Before: the area “Sharing results”, which no action names
    After: the area “Sharing results”, with its actions
    """
    return _unused(rows, "actions", "action_area", "unused-action-area", "action")


def _unused(rows: Rows, key: str, attribute: str, code: str, what: str) -> Iterator[Problem]:
    filled = _filled(rows, key, "stakeholder", attribute)
    if filled is None:
        return
    for record in _to_be_filled(filled.seconds):
        if not filled.is_used(record.row):
            yield problem_at(
                record.fields["name"],
                code,
                WARNING,
                f"“{record.text('name')}” has no published {what}.",
                help=f"add one on the {rows[key].name} sheet, or delete this row.",
            )


def gap(rows: Rows) -> Iterator[Problem]:
    """A stakeholder has no published strategy in a phase.

    On the map the place where the two meet would be empty, and readers would take it that there is nothing to do.

    Add a strategy for the stakeholder in that phase. If there really is none, the warning may stay.

    Before: Funders, without a strategy in Using
    After: Funders, with one strategy in Using
    """
    filled = _filled(rows, "strategies", "stakeholder", "phase")
    if filled is None:
        return
    phases = [phase for phase in _to_be_filled(filled.seconds) if filled.is_used(phase.row)]
    for stakeholder in _to_be_filled(filled.firsts):
        for phase in phases:
            if not filled.has(stakeholder.row, phase.row):
                yield problem_at(
                    stakeholder.fields["name"],
                    "gap",
                    WARNING,
                    f"“{stakeholder.text('name')}” has no published strategy in the phase “{phase.text('name')}”.",
                    help=f"add one on the {rows['strategies'].name} sheet.",
                    related=(phase.at("name"),),
                )


def no_value_proposition(rows: Rows) -> Iterator[Problem]:
    """A stakeholder has no published value proposition.

    Readers look there for what they gain by taking part.

    Add at least one reason, of business or of society, for the stakeholder on the Value propositions sheet.

    Before: Funders, without a row on Value propositions
    After: Funders, with one row on Value propositions
    """
    reasons, stakeholders = rows["value_propositions"], rows["stakeholders"]
    if not (reasons.present and reasons.records and reasons.has("stakeholder") and may_be_asked(stakeholders)):
        return
    targets = Targets(stakeholders)
    served = {_row(record, "stakeholder", targets) for record in reasons if record.is_published}
    if None in served:
        return
    for stakeholder in _to_be_filled(targets):
        if stakeholder.row not in served:
            yield problem_at(
                stakeholder.fields["name"],
                "no-value-proposition",
                WARNING,
                f"“{stakeholder.text('name')}” has no published value proposition.",
                help=f"add one on the {reasons.name} sheet.",
            )


def _to_be_filled(targets: Targets) -> Iterator[Record]:
    """The published rows that other rows can refer to: those with a name, and of two with the same name the first."""
    for record in targets.table:
        if record.is_published and record.text("name") and targets.find(record.text("name")) is record:
            yield record


def page_without_text(rows: Rows) -> Iterator[Problem]:
    """A published page has neither a text nor a file; its code is `missing-value`."""
    pages = rows["pages"]
    if not (pages.has("body") or pages.has("file")):
        return
    for record in pages:
        held = [record.fields[name] for name in ("body", "file") if name in record.fields]
        if record.is_published and all(each.usable and not each.value for each in held):
            yield problem_at(
                held[0],
                "missing-value",
                ERROR,
                "The page has no text: both “Body” and “File” are blank.",
                help="write the text under “Body”, or name a file of source/pages under “File”.",
            )
