"""Letters that the fonts of the brief lack, and the fonts themselves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from pipeline.model import EcosystemMap, Page, Phase, Settings, Stakeholder
from pipeline.problems import CellRef, Problem
from pipeline.rendering.brief import FACES
from pipeline.rendering.glyphs import COVERAGE, families_for, missing_glyph, undrawable
from pipeline.template_files import bundled_templates

FONTS = bundled_templates() / "shared" / "fonts"


def content_with(*, definition: str = "People who bake.", pages: tuple[Page, ...] = (), **more: Any) -> EcosystemMap:
    """A map of one stakeholder with this definition, at Stakeholders!G2."""
    bakers = Stakeholder(
        **{
            "id": "bakers",
            "name": "Bakers",
            "icon": "wheat",
            "icon_description": "Wheat",
            "definition": definition,
            "examples": "Village bakeries",
            **more,
        }
    ).with_cells({"definition": CellRef("Stakeholders", 2, 7)})
    settings = Settings(title="Bread", introduction="Hello", language="en", edition="1", publisher="Guild")
    phase = Phase(id="baking", name="Baking", description="Dough becomes bread.")
    return EcosystemMap(settings=settings, phases=(phase,), stakeholders=(bakers,), pages=pages)


def problems_of(content: EcosystemMap) -> list[Problem]:
    """The missing glyphs of `content`."""
    return list(missing_glyph(content))


def test_a_letter_without_a_font_is_found_at_its_cell() -> None:
    """The cell, the character and its name in Unicode are given, all of one cell in one problem."""
    [problem] = problems_of(content_with(definition="Bread is 麵包 or 麵 and 🫠"))
    assert (problem.code, problem.severity, str(problem.at)) == ("missing-glyph", "error", "Stakeholders!G2")
    assert problem.heading == "Definition"
    assert problem.message.startswith("The text has 2 characters that the fonts of the brief cannot draw: ")
    assert "“麵” (CJK UNIFIED IDEOGRAPH-9EB5)" in problem.message


def test_many_missing_letters_are_counted() -> None:
    """Five are named; more would only make the message hard to read."""
    [problem] = problems_of(content_with(definition="一二三四五六七八"))
    assert problem.message.count("CJK UNIFIED") == 5
    assert problem.message.endswith(", and 3 more.")


@pytest.mark.parametrize(
    "text",
    [
        "Plain – “quoted” … € £ ½ × ≤ ≥ © ® ™ ° • → ← ↑ ↓ ✓ ✗ ☐ ☒ ➤",
        "Ελληνικά Русский Українська Português Čeština Tiếng Việt Türkçe",
        "العربية فارسی עברית",
        "❤️ 👩‍💻 👍🏽 🎉 1️⃣",
        "soft\u00adhyphen zero\u200bwidth no\u00a0break joiner\u200d mark\u200f bom\ufeff",
        "e\u0301 o\u0308 x\u0323",
        "line\nbreak\ttab",
    ],
)
def test_what_the_fonts_have_is_no_problem(text: str) -> None:
    """Letters, signs and emoji that people use, in composed or decomposed form, with invisible characters between."""
    assert undrawable(text) == ()


def test_the_simpler_form_is_suggested() -> None:
    """A joined ﬁ that came with a paste from a PDF can simply be typed again."""
    [problem] = problems_of(content_with(definition="a ﬁeld"))
    assert problem.help == "Write “fi” instead of “ﬁ”."


def test_only_what_is_printed_counts() -> None:
    """Addresses behind words and notes for editors are not drawn; the short name is, on the map of the cover."""
    assert problems_of(content_with(definition="See [this](https://example.org/麵)")) == []
    assert problems_of(content_with(icon="麵.svg")) == []
    [problem] = problems_of(content_with(short_name="麵"))
    assert (str(problem.at), problem.heading) == ("Stakeholders", "Short name")


def test_pages_and_lists_of_names_are_looked_at() -> None:
    """Every kind of text that the brief prints is checked."""
    content = content_with(former_names=("Bakers", "麵"), pages=(Page(id="p", title="Page", body="## A 麵\n\n- item"),))
    assert [problem.heading for problem in problems_of(content)] == ["Former names", "Body"]


def test_fonts_are_loaded_only_where_a_text_needs_them() -> None:
    """Inter always; another family only for letters that those before it lack."""
    assert families_for("") == ("Inter",)
    assert families_for("Bread 123 # ©") == ("Inter",)
    assert families_for("عيش לחם 🎉") == ("Inter", "Vazirmatn", "Noto Sans Hebrew", "Noto Emoji")


def test_coverage_is_that_of_the_fonts() -> None:
    """The list of characters was made from the very files that print them: each face has every one."""
    coverage = json.loads((bundled_templates() / COVERAGE).read_text(encoding="utf-8"))
    assert list(coverage) == list(FACES)
    for family, ranges in coverage.items():
        points = {
            point for span in ranges for point in range(int(span.split("-")[0], 16), int(span.split("-")[1], 16) + 1)
        }
        cmaps = [set(TTFont(FONTS / f"{file}.ttf").getBestCmap()) for _, _, file in FACES[family]]
        assert points == set.intersection(*cmaps)


def test_every_font_has_its_licence_beside_it() -> None:
    """Each family may be given on, and says so."""
    for family in FACES:
        licence = FONTS / f"{family.lower().replace(' ', '-')}-LICENCE.txt"
        assert "SIL Open Font License, Version 1.1" in licence.read_text(encoding="utf-8")


def test_the_stylesheet_tries_the_families_in_the_same_order() -> None:
    """What the check believes to be drawn with a family is drawn with it."""
    tokens = (bundled_templates() / "shared" / "tokens.css").read_text(encoding="utf-8")
    stack = re.search(r"--font-text:([^;]*);", tokens)
    assert stack is not None
    named = [name.strip().strip('"') for name in stack[1].split(",")]
    assert [name for name in named if name in FACES] == list(FACES)


def test_fonts_of_the_web_are_small() -> None:
    """A reader on a slow line waits for at most 20 KB of type on an English page, and 45 KB more for accents."""
    sizes = {path.name: path.stat().st_size for path in Path(FONTS).glob("*.woff2")}
    assert sizes["inter-regular-basic.woff2"] + sizes["inter-semibold-basic.woff2"] <= 20_000
    assert sizes["inter-regular.woff2"] + sizes["inter-semibold.woff2"] <= 45_000


@pytest.mark.parametrize("face", ["regular", "italic", "semibold"])
def test_the_two_fonts_of_a_face_share_its_letters(face: str) -> None:
    """The stylesheet sends each letter of a face to the one of its two files that is meant for it, and none to both."""
    sheet = (bundled_templates() / "web" / "site.css").read_text(encoding="utf-8")
    named: list[set[int]] = []
    for ending in ("-basic", ""):
        found = re.search(rf"inter-{face}{ending}\.woff2.*?unicode-range: ([^;]*);", sheet)
        assert found is not None
        spans = [part.strip().removeprefix("U+").split("-") for part in found[1].split(",")]
        named.append({point for span in spans for point in range(int(span[0], 16), int(span[-1], 16) + 1)})
        assert set(TTFont(FONTS / f"inter-{face}{ending}.woff2").getBestCmap()) & named[-1]
    basic, rest = named
    assert set(TTFont(FONTS / f"inter-{face}-basic.woff2").getBestCmap()) == basic
    assert not basic & rest
    assert set(TTFont(FONTS / f"inter-{face}.woff2").getBestCmap()) <= basic | rest
