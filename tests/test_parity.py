"""Parity: no value leaves an output without a problem at its cell (long: a test for each way of losing a text)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from plain_outputs import all_outputs, briefs, data_files, page, pdfs, web
from small_map import ROWS, SETTINGS, small_map

from pipeline.model import PUBLISHED_SHEETS, SHEETS, EcosystemMap, Kind, Shown
from pipeline.problems import Problem, Severity
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.parity import lost_text

Outputs = dict[str, Artefact]

CHANGED: dict[Kind, Any] = {
    Kind.NAME: "Something else",
    Kind.TEXT: "Something else altogether.",
    Kind.PAGE: "Something else altogether.",
    Kind.NAMES: ("Something else",),
    Kind.LINK: "https://example.net/else",
    Kind.CHOICE: "Something else",
}
EVERY_VALUE = [
    (sheet.key, name)
    for sheet in PUBLISHED_SHEETS
    for name, column in sheet.columns.items()
    if Shown.WEB in column.shown and (sheet.settings or ROWS[sheet.key][0].get(name))
]


def places(problems: list[Problem]) -> list[str]:
    return [str(problem.at) for problem in problems]


def changed(*values: tuple[str, str]) -> EcosystemMap:
    """The small map with these values (sheet, attribute) of the first row replaced by others."""
    rows = {key: [dict(row) for row in held] for key, held in ROWS.items()}
    settings = dict(SETTINGS)
    kept = {key: [entry.id for entry in getattr(small_map(), key)] for key in rows}
    for key, name in values:
        column = next(sheet for sheet in SHEETS if sheet.key == key).columns[name]
        held = settings if key == "settings" else rows[key][0]
        held[name] = CHANGED[column.kind]
    for key, held_rows in rows.items():
        for row, identifier in zip(held_rows, kept[key], strict=True):
            row["id"] = identifier
    return small_map(settings=[settings], **rows)


def cell_of(key: str, name: str) -> str:
    entry = getattr(small_map(), key)
    return str((entry if key == "settings" else entry[0]).cell(name))


@pytest.fixture(scope="module")
def outputs() -> Outputs:
    """Everything that the small map publishes."""
    return all_outputs(small_map())


def test_nothing_is_lost_when_everything_is_there(outputs: Outputs) -> None:
    """Complete outputs have no problem, with texts that hold each other, lists, links, tables and special characters."""
    assert list(lost_text(small_map(), outputs)) == []


def test_every_column_is_tried() -> None:
    """The test below speaks of each column that is on the web."""
    shown = {(s.key, name) for s in PUBLISHED_SHEETS for name, column in s.columns.items() if Shown.WEB in column.shown}
    assert set(EVERY_VALUE) == shown


@pytest.mark.parametrize(("key", "name"), EVERY_VALUE)
def test_a_value_that_leaves_the_web_map_is_found(outputs: Outputs, key: str, name: str) -> None:
    """Whatever one value is missing from the web map: one problem, at its cell, that names the web map alone."""
    [problem] = lost_text(small_map(), outputs | web(changed((key, name))))
    assert (problem.code, problem.severity) == ("lost-text", Severity.ERROR)
    assert str(problem.at) == cell_of(key, name)
    assert problem.message.endswith("is missing from the web map.")


@pytest.mark.parametrize(("key", "name"), EVERY_VALUE)
def test_a_value_that_leaves_the_data_file_is_found(outputs: Outputs, key: str, name: str) -> None:
    """Whatever one value is missing from the data file: one problem, at its cell, that names the data file alone."""
    [problem] = lost_text(small_map(), outputs | data_files(changed((key, name))))
    assert str(problem.at) == cell_of(key, name)
    assert problem.message.endswith("is missing from the data file.")


def test_values_that_leave_the_brief_are_found(outputs: Outputs) -> None:
    """Values of every column are missing from the brief: one problem each, at its cell, naming the brief."""
    gone = [(key, name) for key, name in EVERY_VALUE if Shown.BRIEF in column_of(key, name).shown]
    main = {"brief.pdf": briefs(changed(*gone))["brief.pdf"]}
    problems = list(lost_text(small_map(), outputs | main))
    assert places(problems) == [cell_of(key, name) for key, name in gone]
    assert all(problem.message.endswith("is missing from the brief.") for problem in problems)


def column_of(key: str, name: str) -> Any:
    return next(sheet for sheet in SHEETS if sheet.key == key).columns[name]


@pytest.mark.parametrize(
    ("key", "name"), [("settings", "accent_colour"), ("phases", "colour"), ("quotes", "source_link")]
)
def test_a_value_must_be_in_the_data_as_it_is(outputs: Outputs, key: str, name: str) -> None:
    """Values that are only in the data are looked for too, and nearly right is wrong."""
    published = json.loads(outputs["data/map.json"].body)
    entry = published[key] if key == "settings" else published[key][0]
    entry[name] = entry[name].upper()
    broken = Artefact("data/map.json", "application/json", json.dumps(published).encode())
    [problem] = lost_text(small_map(), outputs | {broken.path: broken})
    assert str(problem.at) == cell_of(key, name)


def test_a_reference_must_be_in_the_data(outputs: Outputs) -> None:
    """Who works with whom is content like any text."""
    published = json.loads(outputs["data/map.json"].body)
    published["strategies"][0]["works_with"] = []
    broken = Artefact("data/map.json", "application/json", json.dumps(published).encode())
    assert places(list(lost_text(small_map(), outputs | {broken.path: broken}))) == ["Strategies!E2"]


def test_one_problem_names_all_the_outputs(outputs: Outputs) -> None:
    """A value that is missing everywhere is one problem that names each output, and where it belongs in each."""
    [problem] = lost_text(small_map(), all_outputs(changed(("stakeholders", "definition"))))
    assert problem.message == (
        "“Organizations that hire people <and> help them grow.” is missing from the web map, the brief, "
        "the stakeholder’s own brief and the data file."
    )
    assert "stakeholders/employers.html, brief.pdf, briefs/employers.pdf and data/map.json" in problem.help
    assert problem.heading == "Definition"


@pytest.mark.parametrize("drop", ["Read ", "guide", "https://example.org/guide"])
def test_every_part_of_a_text_counts(outputs: Outputs, drop: str) -> None:
    """A word, a link's words and a link's address are parts of a text; losing one is losing the text."""
    path = "stakeholders/employers.html"
    body = outputs[path].body.replace(drop.encode(), b"")
    assert places(list(lost_text(small_map(), outputs | {path: Artefact(path, "text/html", body)}))) == [
        "Strategies!D2"
    ]


@pytest.mark.parametrize("drop", ["A paragraph.", "<li>two</li>", "<td>cell</td>", "Other"])
def test_every_part_of_a_page_counts(outputs: Outputs, drop: str) -> None:
    """Paragraphs, list items and table cells are looked for one by one."""
    path = "how-this-came-about.html"
    assert drop.encode() in outputs[path].body
    body = outputs[path].body.replace(drop.encode(), b"")
    assert places(list(lost_text(small_map(), outputs | {path: Artefact(path, "text/html", body)}))) == ["Pages!D2"]


def test_a_text_inside_a_longer_one_is_not_found_there(outputs: Outputs) -> None:
    """“Pay for a pilot.” also stands in another strategy; that does not hide that its own place is empty."""
    path = "stakeholders/employers.html"
    body = outputs[path].body.replace(b"<p>Pay for a pilot.</p>", b"")
    [problem] = lost_text(small_map(), outputs | {path: Artefact(path, "text/html", body)})
    assert str(problem.at) == "Strategies!D3"


def test_a_word_inside_a_longer_word_is_not_found_there() -> None:
    """“Pay” is not in “Payment”."""
    content = small_map(phases=[{"id": "developing", "name": "Pay", "description": "Payment of all."}], **only_phases())
    complete = web(content)
    assert list(lost_text(content, complete)) == []
    path = "phases/developing.html"
    body = complete[path].body.replace(b"<p>Pay</p>", b"")
    assert places(list(lost_text(content, complete | {path: Artefact(path, "text/html", body)}))) == ["Phases!B2"]


def only_phases() -> dict[str, list[dict[str, Any]]]:
    return {key: [] for key in ROWS if key != "phases"}


def test_a_text_that_stands_twice_must_be_there_twice() -> None:
    """Two rows of one stakeholder say the same; one place for both is a loss, and the other cell is named."""
    twice = [ROWS["strategies"][1], {**ROWS["strategies"][1], "phase": "developing"}]
    content = small_map(strategies=twice)
    complete = web(content)
    path = "stakeholders/employers.html"
    body = complete[path].body.replace(b"<p>Pay for a pilot.</p>", b"", 1)
    [problem] = lost_text(content, complete | {path: Artefact(path, "text/html", body)})
    assert str(problem.at) == "Strategies!D3"
    assert [str(place) for place in problem.related] == ["Strategies!D2"]


def test_a_heading_may_do_for_a_group() -> None:
    """Two resources of one group need its name only once."""
    content = small_map(resources=[{**row, "group": "Standards"} for row in ROWS["resources"]])
    complete = web(content)
    path = "resources.html"
    once = complete[path].body.replace(b"<p>Standards</p>", b"", 1)
    assert b"<p>Standards</p>" in once
    assert list(lost_text(content, complete | {path: Artefact(path, "text/html", once)})) == []


def test_a_name_inside_another_text_is_not_found_there() -> None:
    """“Reading” in “Reading is good” does not hide that the group’s own heading is gone."""
    content = small_map(resources=[{**ROWS["resources"][1], "author": "Reading is good"}])
    complete = web(content)
    path = "resources.html"
    body = complete[path].body.replace(b"<p>Reading</p>", b"")
    assert list(lost_text(content, complete)) == []
    assert places(list(lost_text(content, complete | {path: Artefact(path, "text/html", body)}))) == ["Resources!B2"]


def test_a_text_must_be_where_it_belongs(outputs: Outputs) -> None:
    """A strategy that is only on the front page is missing from its stakeholder's page."""
    path = "stakeholders/hr-systems.html"
    elsewhere = page("index.html", outputs["index.html"].body.decode() + outputs[path].body.decode())
    empty = page(path, outputs[path].body.decode().replace("Accept skills-based records.", ""))
    problems = list(lost_text(small_map(), outputs | {"index.html": elsewhere, path: empty}))
    assert places(problems) == ["Strategies!D5"]


def test_a_page_that_is_not_there_loses_all_its_texts(outputs: Outputs) -> None:
    """Without the glossary's page, each value of the glossary is a problem."""
    left = {path: artefact for path, artefact in outputs.items() if path != "glossary.html"}
    problems = list(lost_text(small_map(), left))
    assert places(problems) == [f"Glossary!{column}2" for column in "BCDEFG"]


def test_a_description_of_no_logo_is_not_looked_for() -> None:
    """Where the logo was taken out and its description left behind, there is nothing to describe."""
    content = small_map(credits=[{**ROWS["credits"][0], "logo": None}])
    complete = web(small_map())
    body = complete["index.html"].body.replace(b"Logo of the trust", b"")
    assert list(lost_text(content, complete | {"index.html": Artefact("index.html", "text/html", body)})) == []


def test_scripts_and_styles_say_nothing(outputs: Outputs) -> None:
    """A text that is only in a script of the page is not on the page."""
    path = "phases/developing.html"
    hidden = outputs[path].body.replace(b"<p>Partners agree.</p>", b"<script>let a = '<p>Partners agree.</p>'</script>")
    assert places(list(lost_text(small_map(), outputs | {path: Artefact(path, "text/html", hidden)}))) == ["Phases!D2"]


@pytest.mark.parametrize("attribute", ["alt", "title", "aria-label"])
def test_descriptions_are_text(outputs: Outputs, attribute: str) -> None:
    """What a picture shows is published in an attribute."""
    path = "stakeholders/hr-systems.html"
    described = outputs[path].body.replace(b"<p>Two people</p>", f'<img {attribute}="Two people">'.encode())
    assert list(lost_text(small_map(), outputs | {path: Artefact(path, "text/html", described)})) == []


def test_what_an_output_does_to_letters_is_no_loss(outputs: Outputs) -> None:
    """Capitals, soft hyphens, other spaces and line breaks in a page lose nothing."""
    path = "action-areas/promoting-adoption.html"
    body = (
        outputs[path]
        .body.decode()
        .replace("Making records familiar.", "MAKING\u00a0rec\u00adords<br>\n fam<b>iliar</b>.")
    )
    assert list(lost_text(small_map(), outputs | {path: page(path, body)})) == []


@pytest.mark.parametrize("select", [web, data_files, briefs])
def test_only_what_was_rendered_is_looked_at(select: Callable[[EcosystemMap], Outputs]) -> None:
    """A build of one output alone has nothing to answer for the others."""
    assert list(lost_text(small_map(), select(small_map()))) == []
    assert list(lost_text(small_map(), {})) == []


def test_the_stakeholders_own_brief_is_looked_at(outputs: Outputs) -> None:
    """A text that is in the whole brief and not in the stakeholder's own is missing."""
    own = {"briefs/employers.pdf": briefs(changed(("value_propositions", "title")))["briefs/employers.pdf"]}
    [problem] = lost_text(small_map(), outputs | own)
    assert problem.message == "“Quicker hiring” is missing from the stakeholder’s own brief."


LONG = (
    "Every extraordinarily responsible organisation efficiently offers sufficient, skills-based and straightforward "
    "documentation, first and foremost for official affiliates, office staff and flourishing fields. "
)


@pytest.mark.parametrize(
    "css",
    [
        "p{hyphens:auto}",
        "p{hyphens:auto;text-align:justify}",
        "body{columns:2;column-gap:4mm;hyphens:auto}",
        "p{text-transform:uppercase}",
        "p{font-variant:small-caps}",
        "p{letter-spacing:.2em}",
    ],
)
def test_a_paragraph_is_found_however_the_brief_sets_it(css: str) -> None:
    """Line and page breaks, hyphens, ligatures, columns, capitals and spacing are typography and no loss."""
    texts = [f"Number {number}. {LONG * 3}".strip() for number in range(4)]
    content = small_map(phases=[{"name": f"P{n}", "description": text} for n, text in enumerate(texts)], **rest())
    body = "".join(f"<p>{text}</p>" for text in (*front(), *(f"P{n}</p><p>{text}" for n, text in enumerate(texts))))
    whole, cut = pdfs({"whole": body, "cut": body.replace("Number 2. Every", "Number 2.")}, css).values()
    assert list(lost_text(content, {"brief.pdf": whole})) == []
    assert places(list(lost_text(content, {"brief.pdf": cut}))) == ["Phases!D4"]


def rest() -> dict[str, list[dict[str, Any]]]:
    only = {
        name: None for name in SETTINGS if name not in ("title", "introduction", "language", "edition", "publisher")
    }
    return {**only_phases(), "settings": [only]}


def front() -> tuple[str, ...]:
    """What the settings that `rest` leaves want to see."""
    introduction = SETTINGS["introduction"].replace("*", "").replace("\n\n", "</p><p>")
    return (SETTINGS["title"], introduction, SETTINGS["edition"], SETTINGS["publisher"])


RIGHT_TO_LEFT = (
    "كتاب اللغات الأساسية",
    "لا إله إلا الله، والسَّلامُ عليكم (لام) 50% و 3.5",
    "العربية هي لغة جميلة (مثال 123) مع نص طويل يمتد على أكثر من سطر، with some English words, ثم نعود إلى الكتابة.",
    "הורים",
    "שָׁלוֹם עוֹלָם, זה “ציטוט” של 100 ש״ח.",
    "אנשים מאמצים רשומות דיגיטליות בקצב שלהם (גרסה 3.0) והטקסט הזה ארוך מספיק כדי לעבור לשורה הבאה.",
)


@pytest.mark.parametrize("direction", ["auto", "ltr"])
def test_right_to_left_text_is_found_in_the_brief(direction: str) -> None:
    """A PDF gives right-to-left text back in another order; it is found all the same, and missed when it is gone."""
    rows = [{"id": f"p{n}", "name": f"P{n}", "description": text} for n, text in enumerate(RIGHT_TO_LEFT)]
    content = small_map(phases=rows, **rest())
    texts = [*front(), *(f"P{number}" for number in range(len(rows))), *RIGHT_TO_LEFT]
    body = "".join(f"<p dir={direction}>{text}</p>" for text in texts)
    without = [body.replace(f"<p dir={direction}>{text}</p>", "") for text in RIGHT_TO_LEFT]
    whole, *files = pdfs({str(number): part for number, part in enumerate((body, *without))}).values()
    assert list(lost_text(content, {"brief.pdf": whole})) == []
    for number, file in enumerate(files):
        assert places(list(lost_text(content, {"brief.pdf": file}))) == [f"Phases!D{number + 2}"]


def test_what_is_drawn_and_described_in_the_brief_counts() -> None:
    """Labels in a drawing and descriptions of pictures are in the brief."""
    content = small_map(**rest(), phases=[{"name": "In the drawing", "description": "What the picture shows."}])
    drawing = (
        "<svg viewBox='0 0 99 20' width='99' height='20'><title>Map</title>"
        "<text x='2' y='9' font-size='8' font-family='inter'>In the drawing</text></svg>"
    )
    picture = (
        "<img alt='What the picture shows.' src=\"data:image/svg+xml,"
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>\">"
    )
    body = "".join(f"<p>{text}</p>" for text in front())
    drawn, bare = pdfs({"drawn": body + drawing + picture, "bare": body}).values()
    assert list(lost_text(content, {"brief.pdf": drawn})) == []
    assert places(list(lost_text(content, {"brief.pdf": bare}))) == ["Phases!B2", "Phases!D2"]
