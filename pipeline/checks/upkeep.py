"""Rules for what editors have to keep an eye on: permissions and reviews."""

from collections.abc import Iterator
from datetime import date

from pipeline.checks.scope import ERROR, WARNING, live, problem_at
from pipeline.problems import Problem
from pipeline.records import Rows


def quote_without_permission(rows: Rows) -> Iterator[Problem]:
    """A quotation is to be published, but the person has not agreed.

    Nobody is quoted here without having said yes.

    Ask the person, and write “yes” under Permission when they agree. Until then write “draft” under Status.

    Before: no
    After: yes, once the person has agreed
    """
    for record in rows["quotes"]:
        held = record.fields.get("permission")
        if held and held.usable and held.value == "no" and record.is_published:
            person = record.text("person")
            yield problem_at(
                held,
                "quote-without-permission",
                ERROR,
                (f"“{person}” has" if person else "The person has") + " not agreed to be quoted.",
                help="ask for permission and write “yes”, or write “draft” under “Status” until then.",
            )


def overdue_review(rows: Rows) -> Iterator[Problem]:
    """The day on which a row should be read again has passed.

    Nothing is wrong with the row, but its owner promised to look at it.

    Read it, correct it where needed, and write the next day under Review by.

    Before: 2024-06-30, which is past
    After: 2031-06-30, once the row has been read
    """
    for record in live(rows.records()):
        held = record.fields.get("review_by")
        if held and held.usable and isinstance(held.value, date) and held.value < rows.surroundings.today:
            owner = record.text("owner")
            day = f"{held.value.day} {held.value:%B %Y}"
            yield problem_at(
                held,
                "overdue-review",
                WARNING,
                f"The review of this row was due on {day}; "
                + (f"its owner is “{owner}”." if owner else "it has no owner."),
                help="read the row again and write the next day of review.",
            )
