"""The Language checks beyond the cases: every place, every language, and the repairs."""

from collections.abc import Callable, Mapping

import pytest
from fixture_types import CheckWorkbook
from hypothesis import given, settings
from hypothesis import strategies as st
from test_checks import Filled, rows_of

from pipeline.checks import CHECKS
from pipeline.checks.language_conventions import with_capital_start, with_full_stop, without_full_stop
from pipeline.checks.language_prose import MARK, OPAQUE, WITH_FULL_STOPS, prose_of
from pipeline.checks.language_punctuation import with_even_quotes, without_outer_quotes
from pipeline.checks.language_spacing import without_doubled_words, without_extra_spaces
from pipeline.checks.language_spelling import corrections
from pipeline.checks.repairs import REPAIRS, without_control_characters, without_entities
from pipeline.problems import Problem
from pipeline.records import Rows, Value

BY_CODE = {check.__name__.replace("_", "-"): check for check in CHECKS}
LANGUAGE = [
    "extra-spaces",
    "doubled-word",
    "misspelling",
    "run-on",
    "wording",
    "banned-word",
    "mixed-quotes",
    "outer-quotes",
    "unbalanced-brackets",
    "full-stop",
    "lower-case-start",
    "placeholder-text",
]
GOOD = "Ask people what they need."
COLUMN = [
    "Accept records of learning.",
    "Tell applicants about it.",
    "Train the people who hire.",
    "Share what you learned.",
    "Publish the results.",
    "Ask for less data.",
    "Keep paper as a choice.",
    "Review degree rules.",
    "Pay for wallets.",
]


def problems_of(code: str, *texts: str, language: str = "en", sheets: Filled | None = None) -> list[Problem]:
    """What the check `code` says of strategies with these texts."""
    return list(BY_CODE[code](strategies(*texts, language=language, sheets=sheets)))


def strategies(*texts: str, language: str = "en", sheets: Filled | None = None) -> Rows:
    """Rows with these strategies, and with other sheets: key of the sheet → rows → attribute → value."""
    rows: list[Mapping[str, Value]] = [{"text": text} for text in texts]
    return rows_of({"settings": [{"language": language}], "strategies": rows, **(sheets or {})})


def test_every_language_check_is_listed() -> None:
    """Each code of the Language group has its function in the list of checks."""
    assert set(LANGUAGE) <= set(BY_CODE)


@pytest.mark.parametrize("code", LANGUAGE)
@pytest.mark.parametrize(
    "text",
    [
        "تقبل الشركات السجلات الرقمية، وتخبر المتقدمين بذلك.",
        "רשומות דיגיטליות (של למידה) נשמרות אצל האדם עצמו.",
        "นายจ้างยอมรับบันทึกการเรียนรู้ และ แจ้งผู้สมัคร",
        "雇主接受数字记录，并告知申请人（包括学生）。",
        "雇用主は記録を受け入れ、「応募者」に伝えます。",
        "Les employeurs acceptent-ils les titres ? Oui : « tous » !",
        "¿Qué es un registro? ¡Un documento que la persona guarda!",
        "Alle, die die Karte nutzen, sagen „ja“ dazu.",
        "Работодатели принимают записи (и сообщают об этом).",
        "Yavaş yavaş kabul edin.",
        "नियोक्ता अभिलेख स्वीकार करते हैं।",
    ],
)
@pytest.mark.parametrize("language", ["en", "fr", "de", "th", "ar", "zh-Hant", "und"])
def test_good_prose_of_any_language_is_left_alone(code: str, text: str, language: str) -> None:
    """No check speaks of good prose in another script or language, whatever the Settings sheet says."""
    if language in ("en", "de") and text.startswith(("Les ", "Yavaş", *(["Alle"] if language == "en" else []))):
        pytest.skip("a map that says so wrongly is not good prose")
    assert problems_of(code, text, language=language) == []


@pytest.mark.parametrize("language", ["en-GB", "en-US", "en"])
@pytest.mark.parametrize(
    "word",
    [
        "colour",
        "color",
        "organisation",
        "organization",
        "licence",
        "license",
        "cancelled",
        "canceled",
        "programme",
        "enrolment",
        "judgement",
        "acknowledgement",
        "learnt",
        "fulfil",
        "skilful",
        "analyse",
        "practise",
        "catalogue",
        "centre",
        "re-use",
        "cancelation",
        "connexion",
        "Handel",
    ],
)
def test_british_and_american_spelling_are_both_right(word: str, language: str) -> None:
    """A spelling that a good dictionary of either side has is not called wrong."""
    assert problems_of("misspelling", f"We like {word} here.", language=language) == []


def test_a_misspelt_word_is_corrected_in_its_own_case() -> None:
    """The suggestion begins with a capital where the word does; where several words may be meant, all are offered."""
    assert corrections("Recieve") == ("Receive",)
    assert corrections("wether") == ("weather", "whether")
    assert corrections("receive") == ()


def test_a_misspelt_name_is_found_where_it_is_given_only() -> None:
    """A stakeholder's misspelt name is one problem, at its own cell, however many texts use it."""
    rows = strategies(
        "Ask the Recievers.", sheets={"stakeholders": [{"name": "Recievers", "definition": "The Recievers get it."}]}
    )
    assert [str(problem.at) for problem in BY_CODE["misspelling"](rows)] == ["Stakeholders!B2"]


@pytest.mark.parametrize(
    "names",
    [
        {"glossary": [{"term": "Seperate", "definition": GOOD}]},
        {"glossary": [{"term": "S", "abbreviation": "seperate", "definition": GOOD}]},
        {"glossary": [{"term": "S", "also_known_as": ("Nothing", "Seperate Records"), "definition": GOOD}]},
        {"wording": [{"use": "seperate", "instead_of": "apart", "severity": "warning"}]},
        {"credits": [{"name": "Seperate Foundation", "role": "Funder"}]},
        {"resources": [{"title": "One", "author": "Seperate Press", "group": "Books"}]},
    ],
    ids=lambda names: next(iter(names)),
)
def test_the_maps_own_words_are_right(names: Filled) -> None:
    """Terms, abbreviations, other names, words to use, and names of people and organisations are spelt as they are."""
    assert problems_of("misspelling", "Keep them seperate.") != []
    assert problems_of("misspelling", "Keep them seperate.", sheets=names) == []


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("extra-spaces", "Ask  them."),
        ("doubled-word", "Ask the the people."),
        ("misspelling", "Ask seperate people."),
        ("run-on", "Explain LERsImplement now."),
        ("mixed-quotes", 'Say “a” or "b".'),
        ("unbalanced-brackets", "Ask (them."),
        ("placeholder-text", "Lorem ipsum."),
    ],
)
def test_drafts_are_checked_and_what_is_not_published_is_not(code: str, bad: str) -> None:
    """Drafts are read like published rows; archived rows, editors' columns and the Wording sheet are not."""
    row: Mapping[str, Value] = {"text": GOOD}
    rows = rows_of(
        {
            "strategies": [
                {"text": bad, "status": "draft"},
                {"text": bad, "status": "archived"},
                {**row, "owner": bad, "source": bad},
            ],
            "wording": [{"use": bad, "instead_of": bad, "severity": "warning", "note": bad}],
        }
    )
    found = [problem for problem in BY_CODE[code](rows) if problem.at.sheet != "Wording"]
    # What stands under “Use” is the map's own vocabulary.
    expected = [] if code in ("misspelling", "run-on") else ["Strategies!D2"]
    assert [str(problem.at) for problem in found] == expected


@pytest.mark.parametrize("code", ["extra-spaces", "doubled-word", "misspelling", "unbalanced-brackets"])
def test_a_page_file_is_named_with_its_line(code: str) -> None:
    """What is wrong in a file of source/pages is reported at the cell that names it, with file and line."""
    body = b"# Good\n\nAsk  the the seperate (people.\n"
    rows = rows_of({"pages": [{"title": "About", "file": "about.md"}]}, pages={"about.md": body})
    [problem] = BY_CODE[code](rows)
    assert str(problem.at) == "Pages!E2"
    assert problem.message.startswith("source/pages/about.md, line 3: ")


def test_only_the_prose_of_a_page_is_read() -> None:
    """Code, tables' rules, addresses and names of files on a page are no prose."""
    page = (
        "## Heading\n\n| Part   | What it does      |\n| ------ | :---------------: |\n| Issuer | Signs  `the the`  |\n\n"
        "```\nrecieve  the the (\n```\n\n1. One\n2. Two\n\n![A map](images/recieve.png) and https://example.org/recieve"
    )
    rows = rows_of({"pages": [{"title": "About", "body": page}]})
    found = {code: [problem.message for problem in BY_CODE[code](rows)] for code in LANGUAGE}
    assert {code: messages for code, messages in found.items() if messages} == {
        "extra-spaces": ["There are extra spaces: 2 between “Signs” and “`the”."]
    }


@given(st.text(alphabet="ab `*_[](){}<>|#-.:/@\\\n!\"'“”", max_size=60))
def test_what_is_covered_keeps_its_place(text: str) -> None:
    """Prose is as long as its text, and each of its characters is the text's own or a cover."""
    for is_page in (False, True):
        prose = prose_of(text, is_page=is_page)
        assert len(prose) == len(text)
        assert all(shown in (own, OPAQUE, MARK) for shown, own in zip(prose, text, strict=True))


RULES: list[Mapping[str, Value]] = [
    {"use": "learners and earners", "instead_of": "learners", "severity": "warning", "note": "All of them."},
    {"use": "e-mail", "instead_of": "email; electronic mail", "severity": "warning"},
    {"use": "GitHub", "instead_of": "Github", "severity": "error"},
    {"use": "雇主", "instead_of": "老板", "severity": "warning"},
]


@pytest.mark.parametrize(
    ("text", "code", "cells"),
    [
        ("The learners came.", "wording", ["Wording!B2"]),
        ("The learners and earners came.", "wording", []),
        ("Unlearners and relearners came.", "wording", []),
        ("Write an Email, or electronic\nmail.", "wording", ["Wording!B3"]),
        ("Write an e-mail to email@example.org or see https://example.org/email.", "wording", []),
        ("On Github and GitHub.", "banned-word", ["Wording!B4"]),
        ("On GitHub and GITHUB.", "banned-word", []),
        ("我们的老板接受记录。", "wording", ["Wording!B5"]),
    ],
)
def test_house_style(text: str, code: str, cells: list[str]) -> None:
    """Whole words are found in any case, except where only the case is wrong; the rule's cell is named and related."""
    problems = problems_of(code, text, sheets={"wording": RULES})
    assert [str(cell) for problem in problems for cell in problem.related] == cells
    assert all(cell in problem.message for problem in problems for cell in cells)


def test_house_style_does_not_reword_others() -> None:
    """What a person said, what a resource is called, and names are left as they are."""
    rows = strategies(
        GOOD,
        sheets={
            "wording": RULES,
            "quotes": [{"text": "We learners came.", "person": "A", "permission": "yes"}],
            "resources": [{"title": "The learners’ handbook", "author": "Learners Press", "group": "Books"}],
        },
    )
    assert list(BY_CODE["wording"](rows)) == []


@pytest.mark.parametrize(
    ("written", "is_found"),
    [("Ler", True), ("lers", True), ("LER", False), ("LERs", False), ("did", False), ("Did", False), ("XAPI", True)],
)
def test_abbreviations_are_written_as_in_the_glossary(written: str, is_found: bool) -> None:
    """An abbreviation in another case is found, unless it is an English word."""
    glossary: list[Mapping[str, Value]] = [
        {"term": "Learning and Employment Record", "abbreviation": "LER", "definition": GOOD},
        {"term": "Decentralized Identifier", "abbreviation": "DID", "definition": GOOD},
        {"term": "Experience API", "abbreviation": "xAPI", "definition": GOOD},
    ]
    assert bool(problems_of("wording", f"We say {written} here.", sheets={"glossary": glossary})) is is_found


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("“Quoted.”", "Quoted."),
        ("“Quoted”.", "Quoted."),
        ("*„Zitat“*", "*Zitat*"),
        ("« Citation »", "Citation"),
        ("“‘Twice’”", "Twice"),
        ("“One,” she said, “two.”", "“One,” she said, “two.”"),
        ('"One" and "two"', '"One" and "two"'),
        ("’Tis the employers’", "’Tis the employers’"),
    ],
)
def test_outer_quotes_are_taken_off(text: str, after: str) -> None:
    """Marks that enclose the whole quotation go, marks within it stay."""
    assert without_outer_quotes(text) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('“a” "b" ("c") **"d"** "**e**"', "“a” “b” (“c”) **“d”** “**e**”"),
        ('„ja“ "nein"', "„ja“ „nein“"),
        ("It’s theirs, isn't it?", "It’s theirs, isn’t it?"),
        ('“a” 5" `"b"`', '“a” 5" `"b"`'),
    ],
)
def test_quotes_become_even(text: str, after: str) -> None:
    """Straight marks take the direction that their place gives them; code and inches stay."""
    assert with_even_quotes(text) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Accept it", "Accept it."),
        ("Accept (it)", "Accept (it)."),
        ("Accept **it**", "Accept **it.**"),
        ("Say “yes.”", "Say “yes.”"),
    ],
)
def test_a_full_stop_is_added_behind_the_last_word(text: str, after: str) -> None:
    """The full stop stands behind brackets and quotation marks, and before the signs of bold and italic."""
    assert with_full_stop(text) == after


def test_a_full_stop_is_taken_out() -> None:
    """One full stop goes; dots that mean something stay."""
    assert without_full_stop("Quicker hiring.") == "Quicker hiring"
    assert without_full_stop("**Quicker hiring.**") == "**Quicker hiring**"
    assert without_full_stop("And so on...") == "And so on..."


def test_a_capital_is_written_as_its_language_does() -> None:
    """Turkish i becomes İ, Dutch ij becomes IJ, and signs before the word stay."""
    assert with_capital_start("istanbul", "tr") == "İstanbul"
    assert with_capital_start("ijs", "nl") == "IJs"
    assert with_capital_start("**accept** it") == "**Accept** it"


def test_entities_become_characters_but_never_html() -> None:
    """An entity that would make HTML stays, for the result would be worse than what it repairs."""
    assert without_entities("R&amp;D&nbsp;&#8212; &amp;eacute;") == "R&D\u00a0— é"
    assert without_entities("&lt;b&gt;bold&lt;/b&gt;") == "&lt;b&gt;bold&lt;/b&gt;"


def test_misread_characters_become_what_they_were() -> None:
    """A quotation mark that a program misread comes back; line separators become line breaks, or spaces in names."""
    assert without_control_characters("applicant\x92s\x07") == "applicant’s"
    assert without_control_characters("one\u2028two") == "one\ntwo"
    assert without_control_characters("one\u2028two", on_several_lines=False) == "one two"


_PIECES = st.sampled_from(
    [
        "the",
        "The",
        "that",
        "records",
        "accept",
        "Accept",
        "it's",
        "it’s",
        "“",
        "”",
        '"',
        "'",
        "„",
        "(",
        ")",
        ".",
        ",",
        ";",
        ":",
        "!",
        "?",
        " ",
        "  ",
        "\xa0",
        "\t",
        "\n",
        "*",
        "**",
        "_",
        "`",
        "[a](https://x.org/a)",
        '5"',
        "&amp;",
        "&lt;b&gt;",
        "&nbsp;",
        "&#7;",
        "\x07",
        "\x92",
        "\u2028",
        "https://example.org",
        "eBay",
        "ist",
        "...",
        "- ",
        "1) ",
        "”.",
    ]
)
_TEXTS = st.lists(_PIECES, min_size=1, max_size=14).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS, language=st.sampled_from(["en", "fr", "de", "tr", "nl", "th"]))
def test_after_a_repair_its_check_is_silent(text: str, language: str) -> None:
    """Whatever stands in a cell: a repair is right at once, and a second one changes nothing."""
    without_stops: list[Mapping[str, Value]] = [
        {"title": each.rstrip("."), "description": each, "stakeholder": "x", "case": "Business"} for each in COLUMN
    ]

    def rows_with(text: str) -> Rows:
        return strategies(
            *COLUMN,
            text,
            language=language,
            sheets={
                "quotes": [{"text": text, "person": "A", "permission": "yes"}],
                "value_propositions": [*without_stops, {"title": text, "description": GOOD}],
                "pages": [{"title": "About", "body": text}],
            },
        )

    rows = rows_with(text)
    for code, repair in REPAIRS:
        before = {problem.at for problem in BY_CODE[code](rows)}
        for held, mended in repair(rows):
            assert held.at in before
            assert mended != held.text
            after = rows_with(mended)
            assert held.at not in {problem.at for problem in BY_CODE[code](after)}
            assert held.at not in {again.at for again, _ in repair(after)}


REPAIRED_BY_TEXT: Mapping[str, Callable[[str], str]] = {
    "extra-spaces": without_extra_spaces,
    "doubled-word": without_doubled_words,
    "mixed-quotes": with_even_quotes,
    "outer-quotes": without_outer_quotes,
    "full-stop": with_full_stop,
    "no-full-stop": without_full_stop,
    "lower-case-start": with_capital_start,
    "html-entity": without_entities,
    "control-character": without_control_characters,
}


@pytest.mark.parametrize("code", REPAIRED_BY_TEXT)
@given(text=_TEXTS)
def test_repairing_twice_is_repairing_once(code: str, text: str) -> None:
    """Every repair of a text is done after the first time."""
    repair = REPAIRED_BY_TEXT[code]
    assert repair(repair(text)) == repair(text)


def test_every_mark_has_its_repair() -> None:
    """The repairs are those that the catalogue of checks promises, each once."""
    promised = {"html-entity", "control-character", *LANGUAGE} - set(
        "misspelling run-on wording banned-word unbalanced-brackets placeholder-text".split()  # noqa: SIM905
    )
    assert sorted(code for code, _ in REPAIRS) == sorted(promised)


def test_one_problem_a_cell_and_code(check: CheckWorkbook) -> None:
    """Several findings of one kind in a cell are one problem, which lists the first few."""
    [problem] = check("""
        | Strategies | Strategy                                                     |
        |            | Recieve seperate and neccessary records that definately help. |
    """)
    assert problem.code == "misspelling"
    assert problem.message.count("“") == 6
    assert problem.message.endswith("; and 1 more.")


_LONG = [
    *(character * 4_000 for character in "(\"“*_ .a[`<&'"),
    "a " * 2_000,
    "[a](" * 1_000,
    "“a " * 1_300,
    "xxx-" * 1_000,
    "a/" * 2_000,
    "a.a" * 1_300,
]


@pytest.mark.parametrize("text", _LONG, ids=lambda text: repr(text[:4]))
def test_no_text_holds_a_check_up(text: str) -> None:
    """Of a text made to be slow each check says one thing at most, and comes to an end."""
    for code in LANGUAGE:
        assert len(problems_of(code, text)) <= 1


def test_languages_that_the_conventions_know() -> None:
    """Full stops and capitals are asked for only where the script has them."""
    lower = [*COLUMN, "compare results"]
    assert problems_of("full-stop", *lower)
    assert problems_of("lower-case-start", *lower)
    for language in ("ar", "he", "th", "zh", "ja", "hi", "ka"):
        assert language not in WITH_FULL_STOPS
        assert not problems_of("full-stop", *lower, language=language)
        assert not problems_of("lower-case-start", *lower, language=language)
