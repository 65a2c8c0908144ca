"""Every defect planted alone in a copy of the sample: exactly its code, at its cell, and nothing else."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from shutil import copytree
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from pipeline.load import load
from pipeline.problems import Severity

SAMPLE = Path(__file__).parents[2] / "source" / "ecosystem-map.xlsx"
TODAY = date(2026, 11, 24)
Edit = Callable[[Workbook], None]


@dataclass(frozen=True)
class Defect:
    """One defect: what the report must say, the edit that plants it, and files to lay beside the workbook."""

    code: str
    place: str
    edit: Edit
    severity: Severity = Severity.ERROR
    files: Mapping[str, bytes] = field(default_factory=dict)
    note: str = ""
    also: tuple[str, ...] = ()
    """Further places with the same code, where one cause shows in several cells."""

    def __str__(self) -> str:
        return f"{self.code}-{self.note}" if self.note else self.code


def sheet(workbook: Workbook, name: str) -> Worksheet:
    found = workbook[name]
    assert isinstance(found, Worksheet)
    return found


def put(place: str, value: object, *, link: str | None = None, as_text: bool = False) -> Edit:
    """An edit that writes `value` into the cell `place` ("Strategies!B14")."""

    def edit(workbook: Workbook) -> None:
        name, _, address = place.partition("!")
        cell = sheet(workbook, name)[address]
        cell.value = value
        if as_text:
            cell.data_type = "s"
        if link:
            cell.hyperlink = link

    return edit


def add(name: str, *values: object) -> Edit:
    """An edit that adds a row below the last one."""

    def edit(workbook: Workbook) -> None:
        sheet(workbook, name).append(list(values))

    return edit


def each(*edits: Edit) -> Edit:
    def edit(workbook: Workbook) -> None:
        for one in edits:
            one(workbook)

    return edit


def rename(old: str, new: str) -> Edit:
    def edit(workbook: Workbook) -> None:
        workbook[old].title = new

    return edit


def delete_column(name: str, column: int) -> Edit:
    def edit(workbook: Workbook) -> None:
        worksheet = sheet(workbook, name)
        worksheet.auto_filter.ref = None
        worksheet.delete_cols(column)

    return edit


def empty(name: str) -> Edit:
    def edit(workbook: Workbook) -> None:
        sheet(workbook, name).delete_rows(2, 2000)

    return edit


def delete_rows(name: str, wanted: Callable[[tuple[object, ...]], bool]) -> Edit:
    def edit(workbook: Workbook) -> None:
        worksheet = sheet(workbook, name)
        for row in range(worksheet.max_row, 1, -1):
            if wanted(tuple(cell.value for cell in worksheet[row])):
                worksheet.delete_rows(row)

    return edit


def text_of(workbook: Workbook, place: str) -> str:
    name, _, address = place.partition("!")
    return str(sheet(workbook, name)[address].value)


def change(place: str, how: Callable[[str], object]) -> Edit:
    return lambda workbook: put(place, how(text_of(workbook, place)))(workbook)


def merge(name: str, cells: str) -> Edit:
    return lambda workbook: sheet(workbook, name).merge_cells(cells)


def hide_row(workbook: Workbook) -> None:
    sheet(workbook, "Strategies").row_dimensions[5].hidden = True


def hide_sheet(workbook: Workbook) -> None:
    workbook["Glossary"].sheet_state = "hidden"


def picture(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    packed = BytesIO()
    Image.new("RGB", size, "#0b5563").save(packed, form)
    return packed.getvalue()


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{inside}</svg>'.encode()


CLEAN_SVG = svg('<path d="M2 2h20v20z"/>')
FILE = "File one.svg"
WARNING, NOTE = Severity.WARNING, Severity.NOTE

DEFECTS = [
    Defect("hidden-sheet", "Glossary", hide_sheet, NOTE),
    Defect("hidden-rows", "Strategies", hide_row, NOTE),
    Defect("old-template", "Lists!G2", put("Lists!G2", "0"), WARNING),
    # Sheets and headings
    Defect("missing-sheet", "Glossary", lambda workbook: workbook.remove(workbook["Glossary"])),
    Defect("missing-sheet", "Strategies", lambda workbook: workbook.remove(workbook["Strategies"]), note="strategies"),
    Defect("missing-sheet", "Phases", lambda workbook: workbook.remove(workbook["Phases"]), note="phases"),
    Defect(
        "missing-sheet", "Stakeholders", lambda workbook: workbook.remove(workbook["Stakeholders"]), note="stakeholders"
    ),
    Defect("missing-sheet", "Settings", lambda workbook: workbook.remove(workbook["Settings"]), note="settings"),
    Defect("misspelt-sheet", "Stratgies", rename("Strategies", "Stratgies")),
    Defect("misspelt-sheet", "Phase", rename("Phases", "Phase"), note="phases"),
    Defect("missing-column", "Strategies", delete_column("Strategies", 3)),
    Defect("missing-column", "Stakeholders", delete_column("Stakeholders", 2), note="names"),
    Defect("missing-column", "Settings", delete_column("Settings", 2), note="settings"),
    Defect("misspelt-column", "Strategies!C1", put("Strategies!C1", "Fase")),
    Defect("misspelt-column", "Stakeholders!F1", put("Stakeholders!F1", "Defintion"), note="required"),
    Defect("duplicate-column", "Strategies!I1", put("Strategies!I1", "Strategy")),
    Defect("unknown-column", "Strategies!J1", put("Strategies!J1", "Mood"), WARNING),
    Defect("unknown-column", "Strategies!K1", put("Strategies!K7", "stray text"), WARNING, note="without-heading"),
    Defect("unknown-sheet", "Leftovers", lambda workbook: workbook.create_sheet("Leftovers").append(["x"]), WARNING),
    Defect("empty-sheet", "Glossary", empty("Glossary"), WARNING),
    Defect("empty-sheet", "Strategies", empty("Strategies"), WARNING, note="strategies"),
    Defect("empty-sheet", "Stakeholders", empty("Stakeholders"), note="stakeholders"),
    Defect("empty-sheet", "Action areas", empty("Action areas"), note="action-areas"),
    Defect("merged-cells", "Strategies!B4", merge("Strategies", "B4:B6")),
    Defect("merged-cells", "Stakeholders!F3", merge("Stakeholders", "F3:G3"), note="across"),
    # Cells
    Defect("missing-value", "Strategies!D9", put("Strategies!D9", None)),
    Defect("missing-value", "Strategies!B9", put("Strategies!B9", "  \u00a0 "), note="spaces"),
    Defect("missing-value", "Stakeholders!B4", put("Stakeholders!B4", None), note="name"),
    Defect("missing-value", "Phases!B2", put("Phases!B2", None), note="phase-name"),
    Defect("missing-value", "Settings!B2", put("Settings!B2", None), note="title"),
    Defect("missing-value", "Pages!D2", put("Pages!D2", None), note="page-without-text"),
    Defect("not-a-choice", "Value propositions!C5", put("Value propositions!C5", "Busines")),
    Defect("not-a-choice", "Strategies!F5", put("Strategies!F5", "ready"), note="status"),
    Defect("not-a-choice", "Settings!B8", put("Settings!B8", "English please"), note="language"),
    Defect("not-a-choice", "Settings!A3", put("Settings!A3", "Subtitel"), note="setting"),
    Defect("not-a-date", "Strategies!H5", put("Strategies!H5", "31.12.2026", as_text=True)),
    Defect("not-a-date", "Settings!B10", put("Settings!B10", "soon"), note="edition"),
    Defect("not-a-link", "Resources!E4", put("Resources!E4", "www.w3.org/TR/did-core")),
    Defect("unsafe-link", "Resources!E4", put("Resources!E4", "javascript:alert(1)")),
    Defect("unsafe-link", "Strategies!D8", put("Strategies!D8", "Read [this](data:text/html,x) first."), note="text"),
    Defect(
        "unsafe-link", "Strategies!D8", put("Strategies!D8", "Read this first.", link="file:///etc/passwd"), note="cell"
    ),
    Defect("too-long", "Strategies!D8", put("Strategies!D8", "All work and no play. " * 100)),
    Defect("cut-off-text", "Pages!D2", put("Pages!D2", ("Plain words. " * 3000)[:32767]), WARNING),
    Defect("formula-without-value", "Strategies!D8", put("Strategies!D8", "=CONCATENATE(A1,B1)")),
    Defect("error-value", "Strategies!D8", put("Strategies!D8", "#REF!")),
    Defect("autoformatted-value", "Strategies!D8", put("Strategies!D8", datetime(2026, 4, 3)), WARNING),
    Defect("autoformatted-value", "Settings!B9", put("Settings!B9", 2026.1), WARNING, note="edition"),
    Defect("html-in-cell", "Strategies!D8", put("Strategies!D8", "Use <b>bold</b> words.")),
    Defect("html-entity", "Strategies!D8", put("Strategies!D8", "Do this&colon; ask first."), WARNING),
    Defect("control-character", "Strategies!D8", put("Strategies!D8", "Ask_x0007_ first, then act."), WARNING),
    Defect("not-a-colour", "Phases!E3", put("Phases!E3", "greenish")),
    Defect("low-contrast", "Phases!E3", put("Phases!E3", "#ffee88"), WARNING),
    Defect("bad-id", "Stakeholders!A3", put("Stakeholders!A3", "LER Providers!")),
    Defect("bad-id", "Stakeholders!A3", put("Stakeholders!A3", "index"), note="reserved"),
    Defect("unknown-icon", "Stakeholders!D3", put("Stakeholders!D3", "lightbulbb")),
    Defect("unsafe-path", "Stakeholders!D3", put("Stakeholders!D3", "../../secret.svg")),
    Defect("missing-file", "Stakeholders!D3", put("Stakeholders!D3", "lamp.svg")),
    Defect(
        "wrong-image-type",
        "Stakeholders!D3",
        put("Stakeholders!D3", "lamp.png"),
        files={"images/lamp.png": picture("JPEG")},
    ),
    Defect(
        "unsafe-image",
        "Stakeholders!D3",
        put("Stakeholders!D3", "lamp.svg"),
        files={"images/lamp.svg": svg("<script>alert(1)</script>")},
    ),
    Defect(
        "large-image",
        "Stakeholders!D3",
        put("Stakeholders!D3", "lamp.png"),
        WARNING,
        files={"images/lamp.png": picture("PNG", (5000, 40))},
    ),
    # Rows against each other
    Defect("duplicate-id", "Stakeholders!A4", put("Stakeholders!A4", "employers")),
    Defect("duplicate-name", "Stakeholders!B5", put("Stakeholders!B5", "  employers ")),
    Defect("duplicate-name", "Settings!A19", add("Settings", "Title", "Again"), note="setting"),
    Defect("unknown-stakeholder", "Strategies!B14", put("Strategies!B14", "Employrs")),
    Defect("unknown-stakeholder", "Strategies!E2", put("Strategies!E2", "HR Systems; Banks"), note="in-a-list"),
    Defect("unknown-phase", "Strategies!C14", put("Strategies!C14", "Adoptng")),
    Defect("unknown-action-area", "Actions!C7", put("Actions!C7", "Promoting adopton")),
    Defect(
        "duplicate-text",
        "Strategies!D9",
        lambda book: put("Strategies!D9", text_of(book, "Strategies!D8"))(book),
        WARNING,
    ),
    Defect(
        "near-duplicate-text",
        "Strategies!D9",
        lambda book: put("Strategies!D9", text_of(book, "Strategies!D8").rstrip(".") + " soon.")(book),
        WARNING,
    ),
    Defect(
        "duplicate-link", "Resources!E4", lambda book: put("Resources!E4", text_of(book, "Resources!E2"))(book), WARNING
    ),
    Defect(
        "unused-phase", "Phases!B6", add("Phases", None, "Resting", None, "A pause for breath.", "#5a4a78"), WARNING
    ),
    Defect(
        "unused-action-area", "Action areas!B6", add("Action areas", None, "Resting", "A pause for breath."), WARNING
    ),
    Defect(
        "gap", "Stakeholders!B4", delete_rows("Strategies", lambda row: row[1:3] == ("Governance", "Using")), WARNING
    ),
    Defect(
        "no-value-proposition",
        "Stakeholders!B8",
        delete_rows("Value propositions", lambda row: row[1] == "Funders"),
        WARNING,
    ),
    Defect(
        "quote-without-permission",
        "Quotes!H2",
        add("Quotes", None, "Employers", "A planted sentence for the test.", "Nobody", None, None, None, "no", None),
    ),
    Defect(
        "overdue-review",
        "Strategies!H5",
        each(put("Strategies!H5", datetime(2026, 1, 31)), put("Strategies!G5", "Content team")),
        WARNING,
    ),
    Defect(
        "former-name-in-use",
        "Strategies!B14",
        each(put("Stakeholders!H2", "Companies"), put("Strategies!B14", "Companies")),
        WARNING,
    ),
    # Language
    Defect("extra-spaces", "Strategies!D8", change("Strategies!D8", lambda text: text.replace(" ", "  ", 1)), WARNING),
    Defect("doubled-word", "Strategies!D8", put("Strategies!D8", "Ask the the people who hire."), WARNING),
    Defect("misspelling", "Strategies!D8", put("Strategies!D8", "Help people to recieve a record."), WARNING),
    Defect("misspelling", "Stakeholders!C4", put("Stakeholders!C4", "Goverment"), WARNING, note="name"),
    Defect("run-on", "Strategies!D8", put("Strategies!D8", "Explain LERsImplement a pilot in each office."), WARNING),
    Defect("wording", "Strategies!D8", put("Strategies!D8", "Ask end users what they need."), WARNING),
    Defect(
        "wording", "Strategies!D8", put("Strategies!D8", "Accept an Ler from anyone."), WARNING, note="abbreviation"
    ),
    Defect("banned-word", "Strategies!D8", put("Strategies!D8", "Accept a Learner Employment Record.")),
    Defect("mixed-quotes", "Strategies!D8", put("Strategies!D8", 'Say “record” and not "file".'), WARNING),
    Defect(
        "outer-quotes",
        "Quotes!C2",
        add("Quotes", None, "Employers", "“A planted sentence.”", "Nobody", None, None, None, "yes", None),
        WARNING,
    ),
    Defect("unbalanced-brackets", "Strategies!D8", put("Strategies!D8", "Accept records (all of them."), WARNING),
    Defect("full-stop", "Strategies!D8", change("Strategies!D8", lambda text: text.removesuffix(".")), WARNING),
    Defect(
        "full-stop",
        "Value propositions!D5",
        change("Value propositions!D5", lambda text: f"{text}."),
        WARNING,
        note="too-many",
    ),
    Defect(
        "lower-case-start", "Strategies!D8", change("Strategies!D8", lambda text: text[0].lower() + text[1:]), WARNING
    ),
    Defect("placeholder-text", "Strategies!D8", put("Strategies!D8", "TBD")),
    Defect(
        "placeholder-text", "Value propositions!D5", put("Value propositions!D5", "Your awesome title"), note="title"
    ),
]


@pytest.fixture(scope="module")
def sample() -> bytes:
    return SAMPLE.read_bytes()


def lay_images(folder: Path) -> None:
    """Lay the sample's own pictures beside a copy of it."""
    copytree(SAMPLE.parent / "images", folder / "images")


def plant(sample: bytes, defect: Defect, folder: Path) -> Path:
    workbook = load_workbook(BytesIO(sample), rich_text=True)
    defect.edit(workbook)
    path = folder / "source" / "map.xlsx"
    path.parent.mkdir()
    workbook.save(path)
    lay_images(path.parent)
    for name, body in defect.files.items():
        (path.parent / name).write_bytes(body)
    return path


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_a_planted_defect_is_found_alone(defect: Defect, sample: bytes, tmp_path: Path) -> None:
    """The report names the defect at its cell, once, and no problem follows from it."""
    loaded = load(plant(sample, defect, tmp_path), today=TODAY)
    found = [(problem.code, str(problem.at)) for problem in loaded.problems]
    assert found == [(defect.code, defect.place)], "\n".join(map(str, loaded.problems))
    [problem] = loaded.problems
    assert problem.severity is defect.severity
    assert (loaded.content is None) == (defect.severity is Severity.ERROR)
    assert problem.message.rstrip().endswith((".", "!", "?", "”")), problem.message
    assert problem.help


def test_macros_are_a_warning(sample: bytes, tmp_path: Path) -> None:
    """A workbook with macros is read without them, and says so."""
    path = tmp_path / "map.xlsx"
    lay_images(tmp_path)
    with ZipFile(BytesIO(sample)) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                macros = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                part = part.replace(b"</Types>", macros + b"</Types>")
            new.writestr(name, part)
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(100))
    loaded = load(path, today=TODAY)
    assert [(problem.code, problem.severity) for problem in loaded.problems] == [("macro-workbook", WARNING)]


def test_a_number_that_is_none_is_found(sample: bytes, tmp_path: Path) -> None:
    """A cell that claims to be a number but overflows every spreadsheet is named; nothing becomes infinite."""
    path = tmp_path / "map.xlsx"
    lay_images(tmp_path)
    with ZipFile(BytesIO(sample)) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).decode() if name.startswith("xl/worksheets/sheet2.") else old.read(name)
            if isinstance(part, str):
                part = re.sub(r'<c r="B9"[^>]*>.*?</c>', '<c r="B9"><v>1e999</v></c>', part, flags=re.DOTALL)
            new.writestr(name, part)
    loaded = load(path, today=TODAY)
    assert [(problem.code, str(problem.at)) for problem in loaded.problems] == [("not-a-number", "Settings!B9")]


def test_the_sample_is_sound(sample: bytes) -> None:
    """The shipped sample has no errors and no warnings, not even notes."""
    loaded = load(SAMPLE, today=TODAY)
    assert loaded.problems == ()
    assert loaded.content is not None
    assert len(loaded.content.stakeholders) == 10
    assert [phase.name for phase in loaded.content.phases] == ["Developing", "Issuing", "Using", "Adopting"]
