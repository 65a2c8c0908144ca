"""The finished pages as a typesetter would look at them."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from brief.page_layout import faults, pages_found
from brief.small_maps import ARABIC, briefs_of, difficult_map, small_map
from pypdfium2 import raw

from pipeline.load import load
from pipeline.model import EcosystemMap, Page, Phase
from pipeline.rendering.prose import to_plain
from pipeline.rendering.text_of_pdf import read_pdf

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


def test_a_section_turns_the_page_where_it_is_best_divided() -> None:
    """Who a stakeholder is and its strategies stand on the first page, and the rest on the second, if that can be; and no
    page goes on with items whose phase or area stands on the page before."""
    pages = pages_found(briefs_of(sample(), paper="A4")["brief.pdf"])
    [first] = [
        n
        for n, page in enumerate(pages)
        if any(block.text == "Career Navigators" and block.path[-1] == "H2" for block in page.blocks)
    ]
    assert pages[first + 1].blocks[0].text == "Actions by area"
    for page in pages[first : first + 14]:
        assert page.blocks[0].path[-1].startswith("H") or page.blocks[0].path[-1] == "Figure"


def test_both_columns_of_the_glossary_stand_on_the_same_lines() -> None:
    """Each line of the left column has its baseline at the height of one in the right, or a whole number of lines off."""
    document = pypdfium2.PdfDocument(briefs_of(sample(), paper="A4")["brief.pdf"])
    [page] = [page for page in document if page.get_textpage().get_text_bounded().startswith("Glossary")]
    text_page = page.get_textpage()
    baselines = [drawn.get_matrix().f for drawn in page.get_objects((raw.FPDF_PAGEOBJ_TEXT,), textpage=text_page)]
    lines = [y for y in baselines if 60 < y < page.get_height() - 100]
    off = {round((y - lines[0]) % 13) % 13 for y in lines}
    assert len(lines) > 60
    assert off <= {0, 1}, "smaller type stands half a point higher on its line"


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


def test_each_text_of_the_sample_is_read_once_and_in_order() -> None:
    """Read back by its tags, the sample's brief says every definition, strategy and action once, stakeholder by
    stakeholder, by phase and area, in the order of the workbook."""
    content = sample()
    said = _folded(" ".join("".join(block) for block in read_pdf(briefs_of(content, paper="A4")["brief.pdf"]).blocks))
    last = 0
    for stakeholder in content.stakeholders:
        phases = [phase.id for phase in content.phases]
        areas = [area.id for area in content.action_areas]
        strategies = sorted(
            (row for row in content.strategies if row.stakeholder == stakeholder.id),
            key=lambda row: phases.index(row.phase),
        )
        actions = sorted(
            (row for row in content.actions if row.stakeholder == stakeholder.id),
            key=lambda row: areas.index(row.action_area),
        )
        for text in (stakeholder.definition, *(row.text for row in strategies), *(row.text for row in actions)):
            wanted = _folded(to_plain(text))
            assert said.count(wanted) == 1, text
            place = said.index(wanted)
            assert place > last, text
            last = place


def _folded(text: str) -> str:
    """`text` without spaces and without the hyphens that lines end with, which are drawn and not written."""
    return "".join(text.replace("\u00ad", "").replace("-", "").split())
