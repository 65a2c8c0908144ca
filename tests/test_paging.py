"""Documents in parts: where they are divided, and what each part says of the pages of the others."""

from pipeline.rendering.paging import PLACE, Extent, divide, folios, guess, numbered

HTML = """<!DOCTYPE html>
<html lang="de" dir="ltr">
<head>
<meta charset="utf-8">
<title>Bread &amp; butter</title>
<meta name="author" content="Bakers&#39; Guild">
<style>
p { color: red }
/* folios */
@page { @bottom-left { content: "foot" } }
/* end of folios */
</style>
</head>
<body>
<!-- part cover bare -->
<section><a href="#bakers">Bakers</a></section>
<!-- part contents -->
<section id="contents"><a href="#bakers" data-page="">Bakers</a><a href="#rye" data-page="">Rye</a>
<a href="#gone">?</a></section>
<!-- part bakers level 2 -->
<section id="bakers"><h2 id="rye">Rye</h2><a href="#rye">below</a></section>
</body>
</html>
"""


def test_a_document_is_divided_at_its_marks() -> None:
    """Each part knows its name, the level of its bookmarks, its anchors and whether its pages have a folio."""
    divided = divide(HTML)
    assert [(part.name, part.level, part.is_bare) for part in divided.parts] == [
        ("cover", 1, True),
        ("contents", 1, False),
        ("bakers", 2, False),
    ]
    assert divided.parts[2].anchors == {"bakers", "rye"}
    assert "".join(part.html.strip() for part in divided.parts).count("<section") == 3


def test_what_a_document_says_of_itself_is_not_in_its_parts() -> None:
    """Title, author and the folio change without any part having to be laid out again."""
    divided = divide(HTML)
    assert divided.about == {"title": "Bread & butter", "author": "Bakers' Guild"}
    assert divided.language == "de"
    assert "p { color: red }" in divided.style
    assert "foot" not in divided.style
    assert "foot" in divided.folio_style
    framed = divided.framed(divided.parts[0].html)
    assert "Bread" not in framed
    assert 'lang="de"' in framed


def test_a_document_without_marks_is_one_part() -> None:
    """A stakeholder's brief, or a template of somebody's own, need not be divided."""
    [part] = divide("<html lang=en><head><style>p{}</style></head><body><p id=a>One.</p></body></html>").parts
    assert part.html == "<p id=a>One.</p>"


def test_parts_say_the_pages_of_others() -> None:
    """A number stands where the template wants one; a link out of its part waits for the binding; one to nowhere stays
    as it is, so that the layout complains of it."""
    divided = divide(HTML)
    extents = {
        "cover": Extent(1, {}),
        "contents": Extent(2, {"contents": 0}),
        "bakers": Extent(3, {"bakers": 0, "rye": 2}),
    }
    html = numbered(divided.parts, extents)
    assert f'href="{PLACE}bakers">' in html["cover"]
    assert f'href="{PLACE}bakers" data-page="4"' in html["contents"]
    assert f'href="{PLACE}rye" data-page="6"' in html["contents"]
    assert 'href="#gone"' in html["contents"]
    assert 'href="#rye">' in html["bakers"]


def test_a_part_that_says_no_numbers_does_not_change_with_them() -> None:
    """Sections without numbers of others are laid out once, however long the others are."""
    divided = divide(HTML)
    few = numbered(divided.parts, guess(divided.parts, {}))
    many = numbered(divided.parts, guess(divided.parts, {"contents": Extent(9, {})}))
    assert few["bakers"] == many["bakers"]
    assert few["cover"] == many["cover"]
    assert few["contents"] != many["contents"]


def test_folios_are_as_many_pages_as_the_document() -> None:
    """The cover has none, and the last page one of its own, which names the release."""
    divided = divide(HTML)
    extents = {"cover": Extent(1, {}), "contents": Extent(1, {}), "bakers": Extent(2, {})}
    html = folios(divided, extents)
    assert [kind.split('"')[0] for kind in html.split("page: ")[1:] if kind.startswith(("cover", "auto", "last"))] == [
        "cover",
        "auto",
        "auto",
        "last",
    ]
    assert folios(divide("<body>x</body>"), {"whole": Extent(1, {})}) == ""


def test_the_first_guess_goes_by_the_length_of_the_text() -> None:
    """Drawings and tags do not count; every part has a page at least."""
    drawing = "<svg>" + "<path d='M0 0'/>" * 1000 + "</svg>"
    short, long = divide(f"<body><!-- part a -->{drawing}<p>Hi</p><!-- part b --><p>{'word ' * 1500}</p></body>").parts
    assert short.likely_pages == 1
    assert long.likely_pages == 3
