"""Where templates are found, what they may do, and the words of the interface."""

import sys
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import RenderingError, UsageError
from pipeline.template_files import bundled_templates
from pipeline.templating import direction, environment

ACCENT = {"fill": "#123456", "line": "#123456", "on_fill": "#ffffff"}


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "web" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_each_file_is_looked_for_in_the_given_folder_then_the_project_then_the_program(tmp_path: Path) -> None:
    """A file of the folder given wins over the project's, and that over the program's; the others stay as
    they are.
    """
    given = write(tmp_path / "given", one="given")
    write(tmp_path / "project" / "templates", one="project", two="project")
    templates = environment(templates=given, project=tmp_path / "project")
    assert templates.render("web/one.html") == "given"
    assert templates.render("web/two.html") == "project"
    assert templates.read("shared/tokens.css") == (bundled_templates() / "shared" / "tokens.css").read_bytes()


def test_an_override_can_extend_the_file_that_it_shadows(tmp_path: Path) -> None:
    """`bundled/` reaches the program's own file from the file that replaces it."""
    override = '{% extends "bundled/web/404.html" %}{% block main %}Own words{% endblock %}'
    given = write(tmp_path, **{"404": override})
    texts = ("language", "direction", "policy", "title", "site_title")
    page = environment(templates=given).render(
        "web/404.html", word=environment().words("en"), **dict.fromkeys(texts, "x"), styles=[]
    )
    assert "Own words" in page
    assert "<!doctype html>" in page


def test_other_files_can_be_overridden_too(tmp_path: Path) -> None:
    """A stylesheet or a font of the folder given wins; names lead nowhere out of the folders."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "tokens.css").write_text(":root {\n  --paper: #eeeeee;\n}\n", encoding="utf-8")
    templates = environment(templates=tmp_path)
    assert templates.tokens() == {"--paper": "#eeeeee"}
    assert environment().read("bundled/shared/tokens.css") == environment().read("shared/tokens.css")
    for name in ("../pyproject.toml", "/etc/passwd", "shared/no-such-file.css"):
        with pytest.raises(RenderingError):
            templates.read(name)


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    """The folder after --templates must be there."""
    with pytest.raises(UsageError):
        environment(templates=tmp_path / "no")


def test_every_value_is_escaped_whatever_the_file_is_called(tmp_path: Path) -> None:
    """Values are escaped in pages, drawings and stylesheets, and a text with braces is never a template."""
    for name in ("x.html", "x.svg", "x.css", "x.txt"):
        (tmp_path / name).write_text("{{ value }}", encoding="utf-8")
        made = environment(templates=tmp_path).render(name, value="<b>{{ 7 * 191 }}</b>")
        assert made == "&lt;b&gt;{{ 7 * 191 }}&lt;/b&gt;"


def test_an_unknown_name_is_an_error_that_names_the_file_and_line(tmp_path: Path) -> None:
    """A template that uses what it is not given fails, and the message says where; None prints nothing."""
    given = write(tmp_path, bad="one\ntwo {{ missing }}", broken="one\n{% if %}", blank="[{{ value }}]")
    templates = environment(templates=given)
    for name, place in (("bad", "web/bad.html, line 2"), ("broken", "web/broken.html, line 2")):
        with pytest.raises(RenderingError, match=place):
            templates.render(f"web/{name}.html")
    assert templates.render("web/blank.html", value=None) == "[]"


def test_an_extended_environment_leaves_the_first_alone(tmp_path: Path) -> None:
    """Filters and values can be added to a copy."""
    given = write(tmp_path, x="{{ word|loud }}")
    first = environment(templates=given)
    second = first.extended(filters={"loud": str.upper}, values={"word": "hello"})
    assert second.render("web/x.html") == "HELLO"
    with pytest.raises(RenderingError):
        first.render("web/x.html")


def test_words_of_another_language_fall_back_to_english(tmp_path: Path) -> None:
    """A region's words win over the language's, and those over English; a word that no file has is an error."""
    words = tmp_path / "shared" / "words"
    words.mkdir(parents=True)
    (words / "pt.toml").write_text('skip = "Saltar"\nmap = "Mapa"\n', encoding="utf-8")
    (words / "pt-br.toml").write_text('skip = "Pular"\n', encoding="utf-8")
    word = environment(templates=tmp_path).words("pt-BR")
    assert (word("skip"), word("map"), word("glossary")) == ("Pular", "Mapa", "Glossary")
    with pytest.raises(RenderingError, match="no-such-word"):
        word("no-such-word")


def test_words_take_values() -> None:
    """Words have places for values, which must be given; dates are written as in the language."""
    word = environment().words("en")
    assert word("edition", edition="<2026>") == "Edition <2026>"
    assert word.date(date(2026, 11, 4)) == "4 November 2026"
    with pytest.raises(RenderingError):
        word("edition")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        *((tag, "rtl") for tag in ("ar", "he-IL", "fa", "ur-PK", "az-Arab")),
        *((tag, "ltr") for tag in ("en", "ar-Latn", "pt-BR", "ku")),
    ],
)
def test_the_direction_follows_from_the_language(language: str, expected: str) -> None:
    """Arabic, Hebrew, Persian and Urdu run from right to left; a script in the language tag decides."""
    assert direction(language) == expected


def test_bundled_templates_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their compiled form is kept where Python keeps that of its modules; a project's templates leave none."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def kept() -> int:
        return len(list((tmp_path / "compiled").rglob("*.jinja-*")))

    first = environment().render("web/icon.svg", accent=ACCENT)
    assert kept() == 1
    assert environment().render("web/icon.svg", accent=ACCENT) == first
    mine = tmp_path / "mine" / "web"
    mine.mkdir(parents=True)
    (mine / "icon.svg").write_text("mine", encoding="utf-8")
    assert environment(templates=tmp_path / "mine").render("web/icon.svg") == "mine"
    assert kept() == 1


def test_where_nothing_may_be_kept_templates_are_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written to, or a Python that is to write no bytecode, costs nothing but time."""
    blocked = tmp_path / "a file"
    blocked.touch()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(blocked))
    made = environment().render("web/icon.svg", accent=ACCENT)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert environment().render("web/icon.svg", accent=ACCENT) == made
    assert not (tmp_path / "compiled").exists()
