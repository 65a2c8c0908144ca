"""Problems and completeness as one page that can be sent to anybody. Pure: problems in, HTML out.

The page stands alone: it asks for nothing from elsewhere, runs no script, and its policy allows only its own style. The
views are prepared here; `templates/report/report.html` places them.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from pipeline.completeness import Completeness, Count, Grid
from pipeline.harmless import MOST_CHARACTERS, shortened, visible
from pipeline.model import sheet_of
from pipeline.problems import Explanation, Problem, Severity, has_errors
from pipeline.reports import Group, counts, grouped, kinds, summary
from pipeline.templating import Templates

View = Mapping[str, Any]

MOST_CELLS = 500
"""How many cells a group lists before it only counts the rest."""

_MANY_COLUMNS = 10
_LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
_TEMPLATE, _STYLES = "report/report.html", "report/report.css"
_FONTS = {400: "shared/fonts/inter-regular.woff2", 600: "shared/fonts/inter-semibold.woff2"}
MOST_VALUES = 12
"""Of how many cells a group shows what each holds, where that differs."""

_STATES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.NOTE: "Note"}


def as_html(
    problems: Sequence[Problem],
    *,
    file_name: str,
    title: str = "",
    edition: str | None,
    language: str = "en",
    sheets: Sequence[str],
    completeness: Completeness | None,
    checked_on: date,
    explanations: Mapping[str, Explanation],
    templates: Templates,
) -> str:
    """The report as a page: a summary, the problems by sheet, how complete the map is, and what the problems mean.

    `title`, `edition` and `language` are those of the workbook's settings; `sheets` the names of its sheets in order;
    `explanations` are what the codes mean. The page is in English; only quoted texts are in `language`.
    """
    styles = _styles(templates)
    found = kinds(problems)
    codes = {kind.first.code: number for number, kind in enumerate(found, 1)}
    view = {
        "policy": _policy(styles),
        "styles": Markup(styles),  # noqa: S704 - our own stylesheet
        "file_name": visible(shortened(file_name, 200)),
        "title": visible(shortened(title, 200)) or visible(shortened(file_name, 200)),
        "edition": visible(shortened(edition or "", 80)) or None,
        "language": language if re.fullmatch(_LANGUAGE, language) else "",
        "checked_on": checked_on.isoformat(),
        "checked_on_words": _day(checked_on),
        "is_ready": not has_errors(problems),
        "verdict": _verdict(problems),
        "counts": [
            {"state": severity.value, "number": number, "words": _plural(number, severity.value)}
            for severity, number in zip(Severity, counts(problems).values(), strict=True)
        ],
        "kinds": [_kind(kind, file_name) for kind in found],
        "sheets": list(_sheets(problems, sheets, file_name)),
        "grids": [_grid(grid) for grid in completeness.grids] if completeness else [],
        "reviews": [
            {
                "place": visible(str(review.at)),
                "name": visible(shortened(review.name, 160)),
                "owner": visible(shortened(review.owner, 80)),
                "day": _day(review.day),
            }
            for review in (completeness.reviews if completeness else ())
        ],
        "explanations": [explanations[code] for code in codes if code in explanations],
    }
    return templates.render(_TEMPLATE, **view)


def _styles(templates: Templates) -> str:
    """The tokens, the fonts as part of the page, and the page's own rules."""
    faces = "".join(
        f"@font-face {{ font-family: Inter; font-weight: {weight}; font-style: normal; "
        f'src: url("data:font/woff2;base64,{b64encode(templates.read(name)).decode()}") format("woff2"); }}\n'
        for weight, name in _FONTS.items()
    )
    sheets = (templates.read("shared/tokens.css").decode(), faces, templates.read(_STYLES).decode())
    return "\n".join(sheets).replace("</", r"<\/")


def _policy(styles: str) -> str:
    """The page's own style and fonts, and nothing else (Content Security Policy Level 3, 2.3.1)."""
    digest = b64encode(sha256(styles.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _verdict(problems: Sequence[Problem]) -> str:
    if has_errors(problems):
        number = counts(problems)[Severity.ERROR.value]
        return f"Not ready to publish: {_number(number, 'error')} must be mended first."
    if problems:
        return f"Ready to publish. The check has {summary(problems)}."
    return "Ready to publish. The check found no problems."


def _kind(kind: Group, file_name: str) -> View:
    sheets = dict.fromkeys(problem.at.sheet for problem in kind.problems)
    return {
        "code": kind.first.code,
        "state": kind.first.severity.value,
        "state_word": _STATES[kind.first.severity],
        "number": len(kind.problems),
        "sheets": ", ".join(visible(sheet or file_name) for sheet in sheets),
    }


def _sheets(problems: Sequence[Problem], sheets: Sequence[str], file_name: str) -> Iterator[View]:
    """The sheets that have problems, in the order of the workbook; first what is about the whole file."""
    order = list(dict.fromkeys(["", *sheets, *(problem.at.sheet for problem in problems)]))
    for number, sheet in enumerate(order):
        found = [problem for problem in problems if problem.at.sheet == sheet]
        if found:
            groups = [group for kind in kinds(found) for group in grouped(kind.problems)]
            yield {
                "anchor": f"sheet-{number}",
                "name": visible(shortened(sheet or file_name, 80)),
                "is_file": not sheet,
                "summary": summary(found),
                "groups": [_group(group) for group in groups],
            }


def _group(group: Group) -> View:
    """Copies of one problem. What the cells hold is left out where the message quotes it."""
    problem = group.first
    is_cell = problem.at.a1 is not None
    return {
        "state": problem.severity.value,
        "state_word": _STATES[problem.severity],
        "code": problem.code,
        "places": visible(group.place("", most=MOST_CELLS)) if is_cell else "",
        "heading": visible(shortened(problem.heading, 80)) if is_cell else "",
        "held": list(_held(group)),
        "message": visible(shortened(problem.message, 2 * MOST_CHARACTERS)),
        "help": visible(shortened(problem.help, 2 * MOST_CHARACTERS)),
        "related": ", ".join(visible(str(place)) for place in problem.related if str(place)),
    }


def _held(group: Group) -> Iterator[View]:
    """What the cells of a group hold: once if it is the same, each with its cell if they are few."""
    problem, values = group.first, {one.value for one in group.problems}
    if len(values) == 1:
        if problem.value and f"“{problem.value}”" not in problem.message:
            yield {"place": "", "text": _value(problem.value)}
    elif len(group.problems) <= MOST_VALUES:
        for one in group.problems:
            yield {"place": one.at.a1, "text": _value(one.value)}


def _value(text: str) -> str:
    return visible(shortened(text, MOST_CHARACTERS))


def _grid(grid: Grid) -> View:
    columns = sheet_of("phases" if grid.key == "strategies" else "action_areas")
    total = grid.total
    drafts, overdue, unplaced = total.drafts, total.overdue, grid.unplaced.rows
    return {
        "key": grid.key.replace("_", "-"),
        "rows": visible(shortened(grid.sheet, 80)),
        "columns_are": columns.name.lower(),
        "is_wide": len(grid.columns) > _MANY_COLUMNS,
        "filled": grid.places - grid.gaps,
        "places": grid.places,
        "gaps": grid.gaps,
        "drafts": drafts,
        "overdue": overdue,
        "unplaced": unplaced,
        "columns": [visible(shortened(column.name, 120)) for column in grid.columns],
        "stakeholders": [
            {
                "name": visible(shortened(one.name, 120)),
                "is_draft": one.is_draft,
                "places": [_place(place, may_be_gap=not one.is_draft) for place in places],
                "total": _place(total_of_one),
            }
            for one, places, total_of_one in zip(grid.stakeholders, grid.counts, grid.by_stakeholder, strict=True)
        ],
        "totals": [_place(one) for one in grid.by_column],
        "total": _place(total),
    }


def _place(count: Count, *, may_be_gap: bool = False) -> View:
    return {
        "is_gap": may_be_gap and count.is_gap,
        "number": count.published,
        "drafts": _number(count.drafts, "draft") if count.drafts else "",
        "overdue": f"{count.overdue} overdue" if count.overdue else "",
    }


def _number(number: int, word: str) -> str:
    return f"{number:,} {_plural(number, word)}"


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
