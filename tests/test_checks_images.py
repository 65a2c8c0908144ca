"""What is found in picture files, good, wrong and hostile."""

import zlib
from io import BytesIO

import pytest
from fixture_types import CheckWorkbook
from PIL import Image

from pipeline.checks.pictures import inspect

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        "<SCRIPT>alert(1)</SCRIPT>",
        '<g xmlns:h="http://www.w3.org/1999/xhtml"><h:script>x</h:script></g>',
        "<foreignObject><p/></foreignObject>",
        '<g onclick="x()"/>',
        '<image href="http://example.org/x.png"/>',
        '<image xlink:href="//example.org/x.png"/>',
        '<image href="x.png"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<use href="other.svg#a"/>',
        '<a href="  javascript:alert(1)"><g/></a>',
        "<rect style=\"fill: url( 'https://example.org/a' )\"/>",
        "<style>@import url(x.css);</style>",
        "<style>.a{background:ur<![CDATA[l(http://example.org)]]>}</style>",
        r'<rect style="fill: \75 rl(http://example.org)"/>',
        '<animate attributeName="xlink:href" values="#a;http://example.org"/>',
        '<g xml:base="https://example.org/"/>',
    ],
)
def test_unsafe_drawings(inside: str) -> None:
    """Everything that runs, or that fetches something from outside, makes a drawing unsafe."""
    picture = inspect(SVG.format(inside).encode())
    assert picture.kind == "SVG"
    assert picture.dangers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_unsafe_in_every_encoding(encoding: str) -> None:
    """Entities can grow without end or read files, so a drawing may not declare any."""
    body = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    assert inspect(body.encode(encoding)).dangers


@pytest.mark.parametrize(
    "inside",
    [
        "<title>Two people</title><path d='M0 0h24v24'/>",
        '<use xlink:href="#a"/><rect fill="url(#a)" style="stroke:url(\'#a\')"/>',
        "<style>.a{fill:#fff} .b{fill:url(#c)}</style>",
        '<image href="data:image/jpeg;base64,AAAA"/>',
        '<metadata xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:RDF r:resource="http://example.org"/></metadata>',
        '<animate attributeName="opacity" from="0" to="1" values="0;1"/>',
    ],
)
def test_safe_drawings(inside: str) -> None:
    """What honest drawing programs write is safe."""
    assert inspect(SVG.format(inside).encode()).dangers == ()


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 900, b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg", b"<html></html>", b"\xff\xfe<", b"PK\3\4"]
)
def test_what_is_no_picture(body: bytes) -> None:
    """Empty, damaged and other files are no pictures, and say what they are."""
    picture = inspect(body)
    assert picture.kind == ""
    assert picture.is_


def _png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\1\0\0\0\0"
    checked = header + zlib.crc32(header).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + checked + (9).to_bytes(4, "big") + b"IDAT" + b"\0" * 13


def test_a_picture_that_claims_billions_of_pixels_is_not_unpacked(check: CheckWorkbook) -> None:
    """A small file that would fill the memory is refused by what it says of itself."""
    [problem] = check(
        "| Credits | Name | Role | Logo |\n| | One | Funder | one.png |",
        files={"images/one.png": _png_that_claims(100_000, 100_000)},
    )
    assert problem.code == "wrong-image-type"
    assert "more pixels" in problem.message


def test_a_file_in_several_cells_is_one_problem(check: CheckWorkbook) -> None:
    """A picture that is too large is reported at the first cell that names it; the others are named with it."""
    drawn = BytesIO()
    Image.new("1", (5_000, 10)).save(drawn, "PNG")
    [problem] = check(
        "| Credits | Name | Role | Logo |\n| | One | Funder | a.png |\n| | Two | Partner | a.png |\n"
        "| Pages | Title | Body |\n| | About | ![A](a.png) |",
        files={"images/a.png": drawn.getvalue()},
    )
    assert (problem.code, str(problem.at)) == ("large-image", "Credits!C2")
    assert [str(cell) for cell in problem.related] == ["Credits!C3", "Pages!B2"]


def test_a_page_file_that_is_no_text(check: CheckWorkbook) -> None:
    """A page file in another encoding is named, for its letters could not be read."""
    [problem] = check("| Pages | Title | File |\n| | About | a.md |", files={"pages/a.md": "é".encode("latin-1")})
    assert (problem.code, str(problem.at)) == ("missing-file", "Pages!B2")
    assert "not a plain text" in problem.message
