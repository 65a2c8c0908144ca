"""The whole line, as a newcomer and a CI job run it: real processes, real files."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openpyxl import Workbook, load_workbook

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "source" / "ecosystem-map.xlsx"
Process = subprocess.CompletedProcess[str]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "pipeline", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def build(workbook: Path, output: Path, *options: object, **variables: str) -> Process:
    return subprocess.run(
        command("build", workbook, "-o", output, *options),
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=300,
    )


def release(output: Path) -> Mapping[str, str]:
    """Every published file and the record: path → digest."""
    files = [path for path in sorted((output / "site").rglob("*")) if path.is_file()]
    return {path.relative_to(output).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files} | {
        "build.json": sha256((output / "build.json").read_bytes()).hexdigest()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built once."""
    output = tmp_path_factory.mktemp("built") / "output"
    done = build(SAMPLE, output)
    assert done.returncode == 0, done.stderr
    return output


def test_the_sample_becomes_all_three_forms(built: Path) -> None:
    """Map, briefs and data are there, and as many of each as the sample has."""
    site = built / "site"
    data = json.loads((site / "data" / "map.json").read_text(encoding="utf-8"))
    counted = {key: len(value) for key, value in data.items() if isinstance(value, list)}
    assert (counted["stakeholders"], counted["phases"], counted["action_areas"], counted["glossary"]) == (10, 4, 4, 15)
    assert counted["strategies"] >= 85
    assert counted["actions"] >= 50
    assert counted["value_propositions"] >= 40
    assert counted["resources"] >= 20
    assert len(list((site / "briefs").glob("*.pdf"))) == 10
    for path in (
        "index.html",
        "brief.pdf",
        "matrix.html",
        "glossary.html",
        "resources.html",
        "credits.html",
        "404.html",
    ):
        assert (site / path).is_file(), path
    assert len(list((site / "stakeholders").glob("*.html"))) == 10
    assert len(list((site / "phases").glob("*.html"))) == 4


def test_every_stakeholder_has_a_strategy_in_every_phase(built: Path) -> None:
    """The sample fills the whole matrix, one to six strategies to a cell."""
    data = json.loads((built / "site" / "data" / "map.json").read_text(encoding="utf-8"))
    for stakeholder in data["stakeholders"]:
        for phase in data["phases"]:
            cell = [
                strategy
                for strategy in data["strategies"]
                if (strategy["stakeholder"], strategy["phase"]) == (stakeholder["id"], phase["id"])
            ]
            assert 1 <= len(cell) <= 6, (stakeholder["id"], phase["id"])


def test_the_data_satisfies_its_own_schema(built: Path) -> None:
    """map.json is what map.schema.json says."""
    data = built / "site" / "data"
    schema = json.loads((data / "map.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads((data / "map.json").read_text(encoding="utf-8")))


def test_the_record_lists_every_file_with_its_digest(built: Path) -> None:
    """build.json names the edition, the hashes of inputs and outputs, versions and counts."""
    record = json.loads((built / "build.json").read_text(encoding="utf-8"))
    assert record["edition"] == "2026.1"
    assert record["inputs"][0] == {"path": SAMPLE.name, "sha256": sha256(SAMPLE.read_bytes()).hexdigest()}
    listed = {f"site/{one['path']}": one["sha256"] for one in record["outputs"]}
    found = {path: digest for path, digest in release(built).items() if not path.endswith("build.json")}
    assert listed == found
    assert record["counts"]["stakeholders"] == 10
    assert "weasyprint" in record["versions"]


def test_every_output_carries_the_same_stamp(built: Path) -> None:
    """Pages, briefs and data name one edition and one digest."""
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

    site = built / "site"
    stamp = json.loads((site / "data" / "map.json").read_text(encoding="utf-8"))["stamp"]
    short = stamp["digest"][:12]
    for page in site.rglob("*.html"):
        assert short in page.read_text(encoding="utf-8"), page
    for brief in [site / "brief.pdf", *(site / "briefs").glob("*.pdf")]:
        document = PdfDocument(brief)
        assert short in "".join(page.get_textpage().get_text_bounded() for page in document), brief
        document.close()


def test_an_edited_map_is_the_same_with_and_without_what_was_kept(built: Path, tmp_path: Path) -> None:
    """After an edit, a build that takes what it can from the cache publishes what a build from nothing does.

    The edit makes one section longer, so that page numbers in others change.
    """

    def lengthen(book: Workbook) -> None:
        sheet = book["Strategies"]
        for row in range(2, 8):
            sheet.cell(row, 4).value = f"{sheet.cell(row, 4).value} " * 8

    path = edited(tmp_path / "source" / "map.xlsx", lengthen)
    for output, *options in (("kept",), ("anew", "--no-cache")):
        done = build(path, tmp_path / output, *options)
        assert done.returncode == 0, done.stderr
    assert release(tmp_path / "kept") == release(tmp_path / "anew")
    assert release(tmp_path / "kept") != release(built)


def test_two_builds_are_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Another folder, time zone, hash seed and working directory change no byte of any output."""
    copied = tmp_path / "elsewhere" / "source"
    shutil.copytree(SAMPLE.parent, copied)
    done = subprocess.run(
        command("build", copied / SAMPLE.name, "-o", tmp_path / "output", "--no-cache"),
        cwd=tmp_path,
        env=environment(TZ="Pacific/Auckland", PYTHONHASHSEED="4711", LC_ALL="C"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert release(tmp_path / "output") == release(built)


def test_the_end_says_what_was_made_and_what_to_do(built: Path, tmp_path: Path) -> None:
    """The last lines count what was made, say where it is, and name the next step. Progress is plain lines on a pipe."""
    done = build(SAMPLE, tmp_path / "output", "--only", "data")
    assert "Publishing …" in done.stderr
    assert "Published “LER Ecosystem Map”, edition 2026.1" in done.stderr
    assert "10 stakeholders" in done.stderr
    assert done.stdout == ""
    assert "\x1b" not in done.stderr
    assert sorted(path.name for path in (tmp_path / "output" / "site").iterdir()) == ["build.json", "data"]


def test_two_forms_can_be_made_without_the_third(tmp_path: Path) -> None:
    """`--only` twice makes both forms, and the end says that links to the third lead nowhere for now."""
    done = build(SAMPLE, tmp_path / "output", "--only", "web", "--only", "data")
    assert done.returncode == 0, done.stderr
    assert "Only these forms were made" in done.stderr
    site = tmp_path / "output" / "site"
    assert (site / "index.html").is_file()
    assert (site / "data" / "map.json").is_file()
    assert not (site / "brief.pdf").exists()


def edited(path: Path, edit: Callable[..., None]) -> Path:
    """A copy of the sample, pictures and all, with `edit` made in its workbook."""
    shutil.copytree(SAMPLE.parent, path.parent)
    workbook = load_workbook(SAMPLE, rich_text=True)
    edit(workbook)
    (path.parent / SAMPLE.name).unlink()
    workbook.save(path)
    return path


def test_bad_content_leaves_the_last_release(built: Path, tmp_path: Path) -> None:
    """A workbook with an error publishes nothing; the release is byte for byte the old one."""
    shutil.copytree(built, tmp_path / "output", symlinks=True)
    before = release(tmp_path / "output")

    def misspell(workbook: object) -> None:
        workbook["Strategies"]["B14"] = "Employrs"  # type: ignore[index]

    done = build(edited(tmp_path / "source" / "map.xlsx", misspell), tmp_path / "output")
    assert done.returncode == 1
    assert "error[unknown-stakeholder] Strategies!B14" in done.stderr
    assert "Nothing was published" in done.stderr
    assert release(tmp_path / "output") == before


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda ending: ending.name)
def test_a_build_that_is_stopped_leaves_the_last_release(built: Path, tmp_path: Path, ending: signal.Signals) -> None:
    """Killed or interrupted while rendering, the output is the old release, and the next build works."""
    shutil.copytree(built, tmp_path / "output", symlinks=True)
    before = release(tmp_path / "output")
    running = subprocess.Popen(
        command("build", SAMPLE, "-o", tmp_path / "output", "--no-cache"),
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that starts jobs in the background has them ignore Ctrl-C; whoever presses it does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with running:
        assert running.stderr is not None
        for line in running.stderr:
            if "Laying out" in line:
                break
        running.send_signal(ending)
        rest = running.stderr.read()
    assert running.returncode != 0
    assert "Traceback" not in rest
    assert release(tmp_path / "output") == before
    assert build(SAMPLE, tmp_path / "output", "--only", "data").returncode == 0


def test_a_strange_file_in_the_release_is_not_deleted(built: Path, tmp_path: Path) -> None:
    """A file that no build wrote stops the next build with an explanation, and stays."""
    shutil.copytree(built, tmp_path / "output", symlinks=True)
    mine = tmp_path / "output" / "site" / "my-notes.txt"
    mine.write_text("mine")
    done = build(SAMPLE, tmp_path / "output", "--only", "data")
    assert done.returncode == 3
    assert "my-notes.txt" in done.stderr
    assert mine.read_text() == "mine"


def test_a_lost_text_stops_the_build(tmp_path: Path) -> None:
    """A template that drops a text is caught before publication, at the cell of the text."""
    mine = tmp_path / "templates"
    (mine / "web").mkdir(parents=True)
    template = (ROOT / "templates" / "web" / "glossary.html").read_text(encoding="utf-8")
    assert template.count("{{ term.definition }}") == 1
    (mine / "web" / "glossary.html").write_text(template.replace("{{ term.definition }}", ""), encoding="utf-8")
    done = build(SAMPLE, tmp_path / "output", "--only", "web", "--templates", mine)
    assert done.returncode == 1
    assert "error[lost-text] Glossary!E2" in done.stderr
    assert not (tmp_path / "output" / "site").exists()


def test_drafts_never_leave_without_being_asked(tmp_path: Path) -> None:
    """A draft is in no file of a release, unless --drafts asks for it; then it is marked."""

    def draft(workbook: object) -> None:
        sheet = workbook["Strategies"]  # type: ignore[index]
        sheet["D2"], sheet["F2"] = "A planted sentence about zebras.", "draft"

    path = edited(tmp_path / "source" / "map.xlsx", draft)
    for options, found in (((), 0), (("--drafts",), 1)):
        output = tmp_path / f"output{found}"
        assert build(path, output, "--only", "web", *options).returncode == 0
        page = (output / "site" / "stakeholders" / "employers.html").read_text(encoding="utf-8")
        assert page.count("zebras") == found
        assert ("Draft" in page) == bool(found)


def test_a_second_build_waits_for_nobody(built: Path, tmp_path: Path) -> None:
    """While one build publishes, another ends with a sentence, not with a mixture."""
    shutil.copytree(built, tmp_path / "output", symlinks=True)
    jobs = [
        subprocess.Popen(
            command("build", SAMPLE, "-o", tmp_path / "output", "--only", "data"),
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    endings = [(job.communicate(timeout=120)[1], job.returncode) for job in jobs]
    assert {status for _, status in endings} <= {0, 3}
    assert 0 in {status for _, status in endings}
    assert all("Traceback" not in said for said, _ in endings)
    record = json.loads((tmp_path / "output" / "build.json").read_text(encoding="utf-8"))
    for one in record["outputs"]:
        path = tmp_path / "output" / "site" / one["path"]
        assert sha256(path.read_bytes()).hexdigest() == one["sha256"]
