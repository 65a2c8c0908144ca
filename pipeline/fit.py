"""What can be said of the outputs without making them: letters that no font has, texts that do not fit."""

from pipeline.model import EcosystemMap
from pipeline.problems import Problem
from pipeline.rendering.brief_fit import overflow_in_print
from pipeline.rendering.glyphs import missing_glyph
from pipeline.rendering.map_fit import text_overflow


def check_fit(content: EcosystemMap) -> tuple[Problem, ...]:
    """The problems that the outputs of `content` are sure to have."""
    return (*missing_glyph(content), *text_overflow(content), *overflow_in_print(content))
