"""Which addresses are good, which are not, and that what is checked agrees with what is published."""

import pytest
from fixture_types import CheckWorkbook
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.checks.addresses import address_fault, target_fault
from pipeline.checks.images import IMAGE_FOLDERS
from pipeline.rendering import prose

GOOD = (
    "https://example.org",
    "http://example.org/",
    "HTTPS://EXAMPLE.ORG/Path_(with)_brackets?x=1&y=%C3%A9#part",
    "https://münchen.example/straße",
    "https://xn--mnchen-3ya.example:8443",
    "https://192.0.2.7/x",
    "http://[2001:db8::1]:80/",
    "http://localhost:8000/",
    "https://example.org/@team/a:b",
    "https://example.org/?next=//other.example",
)


@pytest.mark.parametrize("address", GOOD)
def test_good_addresses(address: str) -> None:
    """Complete web addresses of every form are good, in cells and in texts."""
    assert address_fault(address) is None
    assert target_fault(address) is None


@pytest.mark.parametrize("address", ["glossary.html", "stakeholders/employers.html#x", "#top", "mailto:a@example.org"])
def test_addresses_within_the_site(address: str) -> None:
    """A text may link within the site or to an e-mail address; a Link column holds web addresses only."""
    assert target_fault(address) is None
    fault = address_fault(address)
    assert fault is not None
    assert fault.code == "not-a-link"


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JAVASCRIPT:x", "java\tscript:x", " javascript:x", "data:text/html,x", "vbscript:x"),
        *(
            "file:///etc/passwd",
            "blob:https://a.example",
            "tel:123",
            "ftp://example.org",
            "//example.org",
            "\\\\server\\x",
        ),
        *(
            "https://user@example.org",
            "https://a:b@example.org",
            "https:\\\\example.org",
            "C:/x.html",
            "x\x00y",
            "a%0ab",
        ),
        *("https://example.org/\u202egpj.exe", "httpss://example.org"),
    ],
)
def test_unsafe_addresses(address: str) -> None:
    """Schemes that act, addresses without a scheme, credentials, backslashes and invisible characters are unsafe."""
    for fault in (address_fault(address), target_fault(address)):
        assert fault is not None
        assert fault.code == "unsafe-link"


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("www.example.org", "https://www.example.org"),
        ("example.org/guide", "https://example.org/guide"),
        ("http:example.org", "http://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("htttps://example.org/x", "https://example.org/x"),
        ("https://example.org/my report.pdf", "https://example.org/my%20report.pdf"),
    ],
)
def test_the_whole_address_is_suggested(address: str, meant: str) -> None:
    """Where one can tell what was meant, the help gives it ready to copy."""
    fault = address_fault(address)
    assert fault is not None
    assert f"“{meant}”" in fault.help


@given(
    st.one_of(
        st.text(st.characters(exclude_characters=" "), min_size=1), st.from_regex(r"[a-z]{0,6}:?/{0,3}[!-~]{0,9}")
    )
)
@example("http:x@y")
@example("x:y")
@example("a/b:c")
def test_what_passes_the_check_is_published(address: str) -> None:
    """A link that no rule complains of is not dropped when the page is made."""
    if not any(character.isspace() for character in address) and target_fault(address) is None:
        assert prose.may_link_to(address)


def test_the_folders_of_images_are_the_same_everywhere() -> None:
    """A page may write the folder of an image in the ways that the web pages understand, and no other."""
    assert set(IMAGE_FOLDERS) == set(prose.IMAGE_FOLDERS) - {""}


def test_a_link_in_other_markdown_is_found(check: CheckWorkbook) -> None:
    """Links are found where Markdown hides them: below a heading, in a table, in a nested list, by reference."""
    problems = check(
        "| Pages | Title | Body |\n"
        r"| | A | ## [a](javascript:1) |" + "\n"
        r"| | B | \| x \| y \|\n\| - \| - \|\n\| [b](javascript:2) \| z \| |" + "\n"
        r"| | C | - a\n    - b\n        - [c](javascript:3) |" + "\n"
        r"| | D | See [d].\n\n[d]: javascript:4 |" + "\n"
        r"| | E | *[**e**](javascript:5 'title')* |"
    )
    assert [(problem.code, str(problem.at)) for problem in problems] == [
        ("unsafe-link", f"Pages!B{row}") for row in range(2, 7)
    ]
