"""Every problem code with its explanation, which stands in the docstring of the function that makes the problem."""

from collections.abc import Callable, Mapping
from functools import cache

from pipeline.checks import CELL_CHECKS, LANGUAGE_CHECKS, ROW_CHECKS
from pipeline.problems import Explanation, explained
from pipeline.rendering.glyphs import missing_glyph
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.map_fit import text_overflow
from pipeline.rendering.parity import lost_text
from pipeline.workbook.file_problems import FILE_PROBLEMS
from pipeline.workbook.heading_problems import HEADING_PROBLEMS, old_template
from pipeline.workbook.value_problems import VALUE_PROBLEMS

OUTPUT_PROBLEMS = (lost_text, dead_internal_link, text_overflow, missing_glyph, missing_image)
"""Every problem of the outputs."""

GROUPS: Mapping[str, tuple[Callable[..., object], ...]] = {
    "The file": (*FILE_PROBLEMS, old_template),
    "Sheets and headings": HEADING_PROBLEMS,
    "Cells": (*VALUE_PROBLEMS, *CELL_CHECKS),
    "Rows against each other": ROW_CHECKS,
    "Language": LANGUAGE_CHECKS,
    "Outputs": OUTPUT_PROBLEMS,
}


@cache
def explanations() -> Mapping[str, Explanation]:
    """Every code, in the order of the groups, with its explanation."""
    return {one.code: one for functions in GROUPS.values() for one in map(explained, functions)}
