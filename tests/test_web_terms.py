"""Glossary terms explained where they stand."""

from typing import Any

import pytest
from markupsafe import Markup
from small_map import STAMP, small_map

from pipeline.rendering import web, web_terms
from pipeline.rendering.prose import to_html
from pipeline.rendering.web_terms import Terms
from pipeline.templating import environment


def terms(*names: str, language: str = "en", **more: Any) -> Terms:
    rows = [{"term": name, "definition": f"What {name} means.", **more} for name in names]
    return Terms(small_map(glossary=rows).glossary, language)


def explained(text: str, *names: str, language: str = "en", **more: Any) -> list[str]:
    """The words of `text` that lead to the glossary, in order."""
    html = terms(*names, language=language, **more).explained(to_html(text), "")
    return [piece.split(">")[1].split("<")[0] for piece in html.split('<a class="term-link"')[1:]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("An issuer issues.", ["issuer"]),
        ("Issuers and an issuer.", ["Issuers"]),
        ("A reissuer and issuership.", []),
        ("The issuer’s key, the issuer-led pilot.", ["issuer"]),
        ("A digital wallet is a wallet.", ["digital wallet", "wallet"]),
        ("Digital wallets first.", ["Digital wallets"]),
        ("See [the issuer](https://example.org).", []),
        ("Registries **and a registry**.", ["Registries"]),
        ("It is IT that helps.", ["IT"]),
    ],
)
def test_whole_words_are_explained_once(text: str, found: list[str]) -> None:
    """The first occurrence in a text, the longest term first, plurals too, never in a link or within a word; capitals
    tell an abbreviation from a word.
    """
    assert explained(text, "issuer", "wallet", "digital wallet", "registry", "IT") == found


def test_other_names_lead_to_the_same_term() -> None:
    """An abbreviation and other names are explained too, and count as the same term."""
    more: dict[str, Any] = {"abbreviation": "LER", "also_known_as": ("skills record",)}
    assert explained("LERs hold more than a skills record.", "Learning Record", **more) == ["LERs"]
    assert explained("A skills record is a LER.", "Learning Record", **more) == ["skills record"]


def test_only_english_plurals_are_guessed() -> None:
    """In another language a longer word is another word."""
    assert explained("Zwei Records.", "Record", language="de") == []


def test_scripts_without_spaces_have_terms_too() -> None:
    """Chinese and Thai words stand next to each other without a space."""
    assert explained("这是一个证书系统。", "证书", language="zh") == ["证书"]
    assert explained("นี่คือใบรับรองดิจิทัล", "ใบรับรอง", language="th") == ["ใบรับรอง"]


def test_headings_and_what_looks_like_html_are_left_alone() -> None:
    """No link in a heading, and text that looks like a tag or an entity stays text."""
    html = terms("issuer", "amp", "lt").explained(Markup("<h2>An issuer</h2><p>R&amp;D &lt;issuer&gt;</p>"), "../")
    assert html == (
        '<h2>An issuer</h2><p>R&amp;D &lt;<a class="term-link" href="../glossary.html#issuer" '
        'aria-describedby="tip_issuer">issuer</a>&gt;</p>'
    )


def test_each_page_holds_the_tooltips_that_it_needs() -> None:
    """A term that a page explains has its definition there, hidden until it is asked for; other pages do not."""
    content = small_map(settings=[{"introduction": "About the learning and employment record."}])
    rendered = web.render(content, stamp=STAMP, templates=environment())
    made = {one.path: one.body.decode() for one in rendered if one.path.endswith(".html")}
    [identifier] = [term.id for term in content.glossary]
    tip = f'<div class="tip" role="tooltip" id="tip_{identifier}" hidden>'
    assert tip in made["index.html"]
    assert "A digital record that the person controls." in made["index.html"].split(tip)[1].split("</div>")[0]
    assert tip not in made["matrix.html"]
    assert 'class="term-link"' not in made["glossary.html"]


def test_many_terms_are_found_as_a_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a glossary is so long that texts are first looked at for their words, the same links are made."""
    names = ("wallet", "open badge", "e-mail", "IT", "credential", "credential wallet", "数据", "C++", "naïve reader")
    html = Markup(
        "<p>An open  badge in a credential wallet, by E-mail; wallets, it and IT, 开放数据, C++ for naïve readers.</p>"
    )
    expected = terms(*names).explained(html, "")
    assert expected.count("term-link") >= 7
    monkeypatch.setattr(web_terms, "_MOST_FORMS_AT_ONCE", 0)
    assert terms(*names).explained(html, "") == expected
