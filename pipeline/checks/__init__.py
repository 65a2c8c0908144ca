"""The rules across cells and rows. Each is one function: `Rows` in, problems out, nothing raised.

A rule's name is its code, with underscores; its docstring is what `explain` prints and what the editors' guide says.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module

from pipeline.alongside import by_two
from pipeline.checks.colours import low_contrast, not_a_colour
from pipeline.checks.completeness import gap, no_value_proposition, page_without_text, unused_action_area, unused_phase
from pipeline.checks.identity import bad_id, duplicate_id, duplicate_name, unknown_language
from pipeline.checks.images import (
    large_image,
    missing_file,
    unknown_icon,
    unsafe_image,
    unsafe_image_link,
    unsafe_path,
    wrong_image_type,
)
from pipeline.checks.language_conventions import full_stop, lower_case_start
from pipeline.checks.language_placeholder import placeholder_text
from pipeline.checks.language_punctuation import mixed_quotes, outer_quotes, unbalanced_brackets
from pipeline.checks.language_spacing import doubled_word, extra_spaces
from pipeline.checks.language_spelling import known_words, misspelling, run_on
from pipeline.checks.language_wording import banned_word, wording
from pipeline.checks.links import not_a_link, unsafe_link
from pipeline.checks.markup import control_character, html_entity, html_in_cell
from pipeline.checks.references import former_name_in_use, unknown_action_area, unknown_phase, unknown_stakeholder
from pipeline.checks.repetition import duplicate_link, duplicate_text, near_duplicate_text
from pipeline.checks.scope import Check
from pipeline.checks.upkeep import overdue_review, quote_without_permission
from pipeline.problems import Problem
from pipeline.records import Rows

CELL_CHECKS: tuple[Check, ...] = (
    not_a_link,
    unsafe_link,
    html_in_cell,
    html_entity,
    control_character,
    not_a_colour,
    low_contrast,
    bad_id,
    unknown_icon,
    unsafe_path,
    missing_file,
    wrong_image_type,
    unsafe_image,
    large_image,
)
"""Rules about what one cell holds."""

ROW_CHECKS: tuple[Check, ...] = (
    duplicate_id,
    duplicate_name,
    unknown_stakeholder,
    unknown_phase,
    unknown_action_area,
    former_name_in_use,
    duplicate_text,
    near_duplicate_text,
    duplicate_link,
    unused_phase,
    unused_action_area,
    gap,
    no_value_proposition,
    quote_without_permission,
    overdue_review,
)
"""Rules about rows against each other."""

LANGUAGE_CHECKS: tuple[Check, ...] = (
    extra_spaces,
    doubled_word,
    misspelling,
    run_on,
    wording,
    banned_word,
    mixed_quotes,
    outer_quotes,
    unbalanced_brackets,
    full_stop,
    lower_case_start,
    placeholder_text,
)
"""Rules about language."""

CHECKS: tuple[Check, ...] = (*CELL_CHECKS, *ROW_CHECKS, *LANGUAGE_CHECKS)
"""Every rule whose name is its code."""

FURTHER_CHECKS: tuple[Check, ...] = (unknown_language, unsafe_image_link, page_without_text)
"""Rules that report under the code of another one, which explains it."""


ALL_CHECKS: tuple[Check, ...] = (*CHECKS, *FURTHER_CHECKS)
"""Every rule."""


_LONG = ((near_duplicate_text, duplicate_text, not_a_link), (wording, misspelling))
"""Rules that take long: those of the front and those of the end."""


def check(
    rows: Rows, rules: tuple[Check, ...] = ALL_CHECKS, *, first: Callable[[], None] = lambda: None
) -> tuple[Problem, ...]:
    """Every problem that `rules` find in `rows`, in the order of the rules; each problem once.

    A second core asks the rules from the end of the queue, where those about language are: they share what they work
    out. What takes long stands at the ends, so that both are done at about the same time. `first` is as for `by_two`.
    """
    queue = sorted(rules, key=lambda rule: (rule in LANGUAGE_CHECKS, rule in _LONG[1], rule not in _LONG[0]))
    found = dict(zip(queue, by_two([partial(_asked, rule, rows) for rule in queue], first=first), strict=True))
    return tuple(dict.fromkeys(problem for rule in rules for problem in found[rule]))


def prepare(rules: tuple[Check, ...] = ALL_CHECKS) -> None:
    """Load what most maps make `rules` load, while there is nothing else to do."""
    if misspelling in rules:
        known_words()
    if near_duplicate_text in rules:
        import_module("rapidfuzz.process")
    if not_a_link in rules:
        import_module("markdown_it")


def _asked(rule: Check, rows: Rows) -> tuple[Problem, ...]:
    return tuple(rule(rows))
