"""What is done to a PDF after WeasyPrint: tags, metadata, the attached data and the seal."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from brief.small_maps import STAMP, briefs_of, difficult_map, small_map

from pipeline.rendering import data, seal
from pipeline.rendering.qr_code import QUIET, qr_code
from pipeline.rendering.text_of_pdf import read_pdf


@pytest.fixture
def opened() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(briefs_of(difficult_map())["brief.pdf"])) as document:
        yield document


def elements(node: Any) -> Iterator[Any]:
    """Every element of structure, parents first."""
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        for kid in node.K:
            yield from elements(kid)


def tags(document: pikepdf.Pdf) -> list[Any]:
    return list(elements(document.Root.StructTreeRoot.K[0]))


def kinds_in(node: Any) -> list[str]:
    return [str(kid.S)[1:] for kid in node.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def test_it_says_that_it_is_accessible_and_archivable(opened: pikepdf.Pdf) -> None:
    """PDF/UA-1 and PDF/A-3a in one packet of metadata, with the same words as the Info dictionary."""
    with opened.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "3", "A")
        assert metadata["dc:title"] == str(opened.docinfo["/Title"])
        assert metadata["dc:creator"] == [str(opened.docinfo["/Author"])]
        assert metadata["dc:description"] == str(opened.docinfo["/Subject"])
        assert metadata["pdf:Keywords"] == str(opened.docinfo["/Keywords"])
    assert opened.Root.Metadata.read_bytes().count(b"<rdf:RDF") == 1
    [intent] = opened.Root.OutputIntents
    assert intent.DestOutputProfile.read_bytes()


def test_the_edition_and_the_digest_are_in_the_metadata(opened: pikepdf.Pdf) -> None:
    """A program can tell the edition of a file without reading its pages."""
    with opened.open_metadata() as metadata:
        assert metadata[f"{{{seal.NAMESPACE}}}name"] == STAMP.edition
        assert metadata[f"{{{seal.NAMESPACE}}}digest"] == STAMP.digest


def test_the_published_data_is_attached_once() -> None:
    """map.json, byte for byte, as the data that the document was made from, dated by the edition; and nothing else."""
    content = small_map()
    for body in briefs_of(content).values():
        with pikepdf.open(io.BytesIO(body)) as document:
            assert list(document.attachments) == ["map.json"]
            [specification] = document.Root.AF
            assert specification.AFRelationship == "/Data"
            stream = specification.EF.F
            assert stream.read_bytes() == data.map_file(content, stamp=STAMP).body
            assert str(stream.Params.ModDate) == "D:20261124000000Z"


def test_contents_are_a_table_of_contents(opened: pikepdf.Pdf) -> None:
    """The list of contents is tagged TOC with an item for each entry, whose dots are not read aloud."""
    [contents, below] = [tag for tag in tags(opened) if tag.S == "/TOC"]
    assert set(kinds_in(contents)) == {"TOCI", "TOC"}
    assert kinds_in(below) == ["TOCI", "TOCI"]
    [reference] = contents.K[0].K
    [link] = reference.K
    said = [str(kid.Obj.Contents) for kid in link.K if isinstance(kid, pikepdf.Dictionary)]
    assert said == ["Introduction 3"]


def test_lists_have_items_with_bodies(opened: pikepdf.Pdf) -> None:
    """L has LI, LI has a label and a body; a list in a list is in the body of its item."""
    lists = [tag for tag in tags(opened) if tag.S == "/L"]
    assert lists
    for found in lists:
        assert set(kinds_in(found)) == {"LI"}
        for item in found.K:
            assert kinds_in(item) in (["LBody"], ["Lbl", "LBody"])
    assert any("L" in kinds_in(body) for found in lists for item in found.K for body in item.K)


def test_header_cells_say_what_they_head(opened: pikepdf.Pdf) -> None:
    """Every TH has a scope: columns in the head of a table, rows in its body."""
    scopes = Counter(str(tag.A.Scope) for tag in tags(opened) if tag.S == "/TH")
    assert scopes["/Row"] == 2
    assert set(scopes) == {"/Row", "/Column"}


def test_links_say_where_they_lead(opened: pikepdf.Pdf) -> None:
    """Each link has one annotation, described by its words, and by its address if they do not say it."""
    described = []
    for tag in tags(opened):
        if tag.S == "/Link":
            [annotation] = [kid.Obj for kid in tag.K if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid]
            described.append(str(annotation.Contents))
    assert all(described)
    assert "the guide – https://example.org/guide" in described
    assert "https://example.org/mill" in described
    assert not any("..." in text for text in described)


def test_every_figure_is_described_and_placed(opened: pikepdf.Pdf) -> None:
    """A figure has a description, and a box in points that lies on its page."""
    figures = [tag for tag in tags(opened) if tag.S == "/Figure"]
    assert len(figures) >= 5
    for figure in figures:
        assert str(figure.Alt)
        left, bottom, right, top = (float(value) for value in figure.A.BBox)
        assert 0 <= left < right <= float(figure.Pg.MediaBox[2])
        assert 0 <= bottom < top <= float(figure.Pg.MediaBox[3])


def test_all_that_is_drawn_is_tagged_or_an_artifact(opened: pikepdf.Pdf) -> None:
    """Marked contents are numbered without holes, each belongs to an element; running heads and dots are artifacts."""
    for page in opened.pages:
        numbers = [
            int(operands[1].MCID)
            for operands, operator in ((step.operands, step.operator) for step in pikepdf.parse_content_stream(page))
            if str(operator) == "BDC" and "/MCID" in operands[1]
        ]
        parents = opened.Root.StructTreeRoot.ParentTree.Nums[2 * int(page.obj.StructParents) + 1]
        assert sorted(numbers) == list(range(len(parents)))


def test_the_seal_shows_every_change() -> None:
    """A byte changed anywhere, or one more at the end, and the seal no longer fits."""
    body = briefs_of(small_map())["briefs/bakers.pdf"]
    named = seal.read_seal(body)
    assert named is not None
    assert (named.edition, named.digest, named.is_intact) == (STAMP.edition, STAMP.digest, True)
    for place in range(0, len(body), len(body) // 40):
        changed = seal.read_seal(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
        assert changed is None or not changed.is_intact
    longer = seal.read_seal(body + b"\n")
    assert longer is not None
    assert not longer.is_intact


def test_a_file_cut_off_anywhere_is_never_whole() -> None:
    """Whatever is left of a file that broke off while it was sent, it is not taken for the one that was sealed."""
    body = briefs_of(small_map())["briefs/bakers.pdf"]
    for length in (0, 1, 5, *range(0, len(body), len(body) // 60), len(body) - 1):
        named = seal.read_seal(body[:length])
        assert named is None or not named.is_intact


def test_a_file_written_anew_still_names_its_edition() -> None:
    """After another program has saved it, the edition can be read and the change be seen."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(briefs_of(small_map())["brief.pdf"])) as document:
        document.save(out, linearize=True)
    named = seal.read_seal(out.getvalue())
    assert named is not None
    assert (named.edition, named.is_intact) == (STAMP.edition, False)


def test_the_same_map_gives_the_same_bytes() -> None:
    """Two runs, in two processes each, give the same files."""
    from brief.small_maps import render

    first = briefs_of(small_map())
    second = {artefact.path: artefact.body for artefact in render(small_map())}
    assert {path: hashlib.sha256(body).hexdigest() for path, body in first.items()} == {
        path: hashlib.sha256(body).hexdigest() for path, body in second.items()
    }


def test_a_brief_of_ones_own_has_a_code_only_with_an_address() -> None:
    """With a Site address there is a QR code, described, and the address is printed beside it; without one neither."""
    for address, count in (("https://example.org/bread/", 1), (None, 0)):
        body = briefs_of(small_map(settings={"site_address": address}))["briefs/bakers.pdf"]
        with pikepdf.open(io.BytesIO(body)) as document:
            alts = [str(tag.Alt) for tag in tags(document) if tag.S == "/Figure" and "QR" in str(tag.Alt)]
        assert len(alts) == count
        assert all("https://example.org/bread/stakeholders/bakers.html" in alt for alt in alts)


def test_the_code_is_the_standards() -> None:
    """The path draws the very modules that the library computes, inside a quiet zone of four."""
    import re

    import segno

    code = qr_code("https://example.org/x")
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path)
        for step in range(int(length))
    }
    rows = segno.make_qr("https://example.org/x", error="m").matrix
    assert dark == {(x + QUIET, y + QUIET) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    assert code.size == len(rows) + 2 * QUIET


def test_what_changed_stands_in_sentences_by_stakeholder() -> None:
    """With an edition before, a page says what changed since, the map first, then each stakeholder."""
    before = small_map(settings={"edition": "2025.2", "subtitle": "From seed to table"}, strategies=())
    with pikepdf.open(io.BytesIO(briefs_of(small_map(), since=before)["brief.pdf"])) as document:
        with document.open_outline() as outline:
            [page] = [item for item in outline.root if item.title == "What changed since edition 2025.2"]
            assert [item.title for item in page.children] == ["The map as a whole", "Farmers", "Bakers"]
        assert json.loads(document.attachments["map.json"].get_file().read_bytes())["stamp"]["edition"] == "2026.1"


def test_it_is_read_in_the_order_of_the_content() -> None:
    """Read back by its tags, the brief says each section's texts in the order of the workbook, and each once."""
    blocks = read_pdf(briefs_of(small_map())["brief.pdf"]).blocks
    said = " ".join(" ".join("".join(block).split()) for block in blocks)
    expected = (
        *("Who takes part in", "Bake something.", "Grain grows.", "Dough becomes bread.", "People who grow grain."),
        *("Family farms & co-operatives", "varieties; see", "People who bake.", "Village bakeries", "Bake slowly:"),
        *("rest the dough", "heat the stone", "Name the field.", "They come back.", "People talk."),
        *("We stopped hurrying.", "Knowing where bread is from.", "Some words.", "Dough raised by wild yeast."),
        *("How to bake", "guild@example.org", "The Mill"),
    )
    places = [said.index(text) for text in expected]
    assert places == sorted(places)
    assert [text for text in expected if said.count(text) != 1] == []
