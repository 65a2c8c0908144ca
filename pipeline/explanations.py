"""Every problem code with the function that makes it, whose docstring explains it to editors."""

from collections.abc import Callable, Mapping

from pipeline.checks import CHECKS
from pipeline.rendering.glyphs import missing_glyph
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.map_graphic import text_overflow
from pipeline.rendering.parity import lost_text
from pipeline.workbook.file_problems import FILE_PROBLEMS
from pipeline.workbook.tables import TABLE_PROBLEMS

OUTPUT_PROBLEMS = (lost_text, dead_internal_link, text_overflow, missing_glyph, missing_image)
"""Every problem of the outputs."""

GROUPS: Mapping[str, tuple[Callable[..., object], ...]] = {
    "The file": FILE_PROBLEMS,
    "Sheets, headings and cells": TABLE_PROBLEMS,
    "Cells and rows": CHECKS,
    "Outputs": OUTPUT_PROBLEMS,
}


def explanations() -> Mapping[str, Callable[..., object]]:
    """Every code, in the order of the groups, with the function that explains it."""
    found: dict[str, Callable[..., object]] = {}
    for functions in GROUPS.values():
        for function in functions:
            found.setdefault(function.__name__.replace("_", "-"), function)
    return found
