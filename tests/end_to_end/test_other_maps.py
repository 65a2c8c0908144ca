"""A different map from its own workbook: other phases, many stakeholders, another language, right to left."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline.workbook.template import write_workbook

ROOT = Path(__file__).parents[2]
Row = Mapping[str, str | date]

FRENCH = {
    "title": "Carte de l’économie circulaire",
    "introduction": "Qui peut agir, et comment ? Cette carte répond à « qui », « quand » et « avec qui ».",
    "phases": ("Préparer", "Essayer", "Étendre"),
    "stakeholder": "Acteur n° {}",
    "text": "Agir dès maintenant pour l’étape « {} » : l’acteur {} commence ici, à {} %.",
    "language": "fr",
}
ARABIC = {
    "title": "خريطة المنظومة",
    "introduction": "تُظهر هذه الخريطة من يشارك وما الذي يمكن لكل طرف أن يفعله.",
    "phases": ("التطوير", "الإصدار", "الاستخدام"),
    "stakeholder": "الجهة رقم {}",
    "text": "ابدأ العمل في مرحلة {} مع الجهة رقم {} قبل نهاية السنة {}.",
    "language": "ar",
}


def map_in(words: Mapping[str, object], stakeholders: int) -> Mapping[str, Sequence[Row]]:
    """The rows of a map with three phases and `stakeholders` stakeholders, every cell of its matrix filled."""
    phases = [str(phase) for phase in words["phases"]]  # type: ignore[attr-defined]
    names = [str(words["stakeholder"]).format(number) for number in range(1, stakeholders + 1)]
    text = str(words["text"])
    return {
        "settings": [
            {
                "title": str(words["title"]),
                "introduction": str(words["introduction"]),
                "language": str(words["language"]),
                "edition": "1",
                "publisher": names[0],
                "published_on": date(2026, 5, 1),
                "paper_size": "Letter",
            }
        ],
        "phases": [{"name": phase, "description": text.format(phase, 0, 0)} for phase in phases],
        "stakeholders": [
            {
                "name": name,
                "icon": "circle",
                "icon_description": name,
                "definition": text.format(name, number, number),
                "examples": text.format(name, number, number + 1),
            }
            for number, name in enumerate(names)
        ],
        "strategies": [
            {
                "stakeholder": name,
                "phase": phase,
                "text": text.format(phase, number + 1, 10 * number + at),
                "works_with": names[(number + 1) % len(names)],
            }
            for number, name in enumerate(names)
            for at, phase in enumerate(phases)
        ],
    }


@pytest.mark.parametrize("words", [FRENCH, ARABIC], ids=["french", "arabic"])
def test_a_map_in_another_language_builds_from_its_own_workbook(words: Mapping[str, object], tmp_path: Path) -> None:
    """Three phases and seventeen stakeholders, no change in code or templates; nothing is lost in any form."""
    path = tmp_path / "source" / "map.xlsx"
    path.parent.mkdir()
    path.write_bytes(write_workbook(map_in(words, 17)))
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "build", path, "-o", tmp_path / "output"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    site = tmp_path / "output" / "site"
    data = json.loads((site / "data" / "map.json").read_text(encoding="utf-8"))
    assert (len(data["stakeholders"]), len(data["phases"]), len(data["strategies"])) == (17, 3, 51)
    Draft202012Validator(json.loads((site / "data" / "map.schema.json").read_text(encoding="utf-8"))).validate(data)
    assert len(list((site / "briefs").glob("*.pdf"))) == 17
    index = (site / "index.html").read_text(encoding="utf-8")
    direction = "rtl" if words["language"] == "ar" else "ltr"
    assert f'lang="{words["language"]}"' in index
    assert f'dir="{direction}"' in index
    # Only names of files have to be in letters a to z.
    assert all(path.name.isascii() for path in site.rglob("*"))
