"""The finished pages as a typesetter would look at them."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from brief.page_layout import faults
from brief.small_maps import ARABIC, briefs_of, difficult_map, small_map

from pipeline.load import load
from pipeline.model import EcosystemMap, Page, Phase

SAMPLE = Path(__file__).parents[2] / "source" / "ecosystem-map.xlsx"


def sample() -> EcosystemMap:
    content = load(SAMPLE, today=date(2026, 11, 24)).content
    assert content is not None
    return content


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("made", [sample, difficult_map], ids=["sample", "difficult"])
def test_no_page_has_a_fault(made: Callable[[], EcosystemMap], paper: str) -> None:
    """No widow, orphan, heading at the end of a page, nearly empty page, or text outside of the page area, on either
    paper, in the sample and in a map with all that is difficult."""
    found = {path: faults(body) for path, body in briefs_of(made(), paper=paper).items()}
    assert not {path: complaints for path, complaints in found.items() if complaints}


def test_right_to_left_pages_have_no_fault() -> None:
    """The same holds for a map in Arabic and Hebrew."""
    found = {path: faults(body) for path, body in briefs_of(small_map(**ARABIC)).items()}
    assert not {path: complaints for path, complaints in found.items() if complaints}


def test_the_look_at_the_pages_sees_a_nearly_empty_one() -> None:
    """A text of one page and a few lines that cannot be set closer is complained of: the check above is not blind."""
    body = "\n\n".join(f"Line {number}." for number in range(1, 41))
    complaints = faults(briefs_of(small_map(pages=(Page(id="long", title="Long", body=body),)))["brief.pdf"])
    assert [complaint for complaint in complaints if "goes on for a few lines only" in complaint]


def test_long_names_stay_on_the_page() -> None:
    """Names as long as words can be are broken, and never run out of the matrix, the header or the paper."""
    name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    phases = tuple(Phase(id=f"p{number}", name=f"{name}{number}", description="Text.") for number in range(6))
    content = small_map(
        settings={"title": name},
        phases=phases,
        strategies=(),
        resources=(),
        pages=(Page(id="p", title=name, body="."),),
    )
    complaints = [text for text in faults(briefs_of(content)["brief.pdf"]) if "page 1:" not in text]
    assert complaints == []


def test_the_sample_is_small_enough_to_send() -> None:
    """The brief has at most 500 KB, a stakeholder's own at most 150 KB, the attached data included."""
    for path, body in briefs_of(sample(), paper="A4").items():
        assert len(body) <= (500_000 if path == "brief.pdf" else 150_000), path


def test_verapdf_finds_no_failed_rule(tmp_path: Path) -> None:
    """PDF/UA-1 and PDF/A-3a, decided by veraPDF where it is on the machine (script/verify-pdfs fetches it): the sample, a
    map with quotations, pictures, tables and emoji, and one from right to left."""
    made = {
        "sample": briefs_of(sample(), paper="A4"),
        "difficult": briefs_of(difficult_map(), paper="A4"),
        "right-to-left": briefs_of(small_map(**ARABIC)),
    }
    files = []
    for name, briefs in made.items():
        # Every whole brief, and the first of the stakeholders' own: the others are made of the same parts.
        for path, body in list(briefs.items())[:2]:
            files.append(tmp_path / f"{name}-{Path(path).name}")
            files[-1].write_bytes(body)
    script = SAMPLE.parents[1] / "script" / "verify-pdfs"
    run = subprocess.run([sys.executable, script, "--given", *files], capture_output=True, text=True)
    if run.returncode == 3:
        pytest.skip(run.stderr.strip())
    assert run.returncode == 0, run.stdout
