"""The fonts of a PDF: which glyphs its parts use, and one subset of each face that has them all.

Parts of a document are written without their fonts (`leave_out`), as each would carry a subset of its own; what they use
is noted (`used`) and embedded once when they are bound (`embed`). Glyphs keep their numbers, so that the parts stay as
they are. Source: ISO 32000-1, 9.7.4 (CIDFonts) and 9.10.3 (ToUnicode).
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, TypedDict

_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
"""Tables that say how text is set; in a PDF it is set already."""

_FIXED_PITCH = 1
_MOST_OF_A_BLOCK = 100
"""Entries that a block of a CMap may have (Adobe Technical Note 5014)."""


class UsedFont(TypedDict):
    """A font as a part uses it: the address of its file, and by glyph the width (in thousandths of the size) and the
    letters that it stands for."""

    address: str
    glyphs: dict[str, tuple[float, str]]


def leave_out(fonts_module: Any) -> None:
    """Have WeasyPrint (its module `pdf.fonts`) write fonts without their files from now on."""

    def clean(font: Any, to_unicode: object, hinting: object) -> None:
        font.file_content = b""

    fonts_module.Font.clean = clean


def used(document: Any, blob_of: Any, addresses: Mapping[str, str]) -> dict[str, UsedFont]:
    """The fonts of a document that WeasyPrint has written, by the name that its pages use.

    `blob_of` gives the bytes of a font's face; `addresses` has the address of each font file by its SHA-256.
    """
    found: dict[str, UsedFont] = {}
    known: dict[str, str] = {}
    for font in document.fonts.values():
        if font.hash not in known:
            known[font.hash] = addresses[sha256(blob_of(font.hb_face)).hexdigest()]
        entry = found.setdefault(font.hash, {"address": known[font.hash], "glyphs": {}})
        for glyph, letters in font.to_unicode.items():
            entry["glyphs"][str(glyph)] = (font.widths.get(glyph, 0), letters)
        for glyph, width in font.widths.items():
            entry["glyphs"].setdefault(str(glyph), (width, ""))
    return found


def embed(pikepdf: Any, document: Any, parts: Iterable[Mapping[str, UsedFont]], files: Mapping[str, bytes]) -> None:
    """Give each font of `document` one file with every glyph that `parts` use, and all pages the same fonts."""
    all_used: dict[str, UsedFont] = {}
    for part in parts:
        for name, font in part.items():
            entry = all_used.setdefault(name, {"address": font["address"], "glyphs": {}})
            entry["glyphs"] |= font["glyphs"]
    made: dict[str, Any] = {}
    holders = [item for item in document.objects if isinstance(item, pikepdf.Dictionary | pikepdf.Stream)]
    resources = [item.Resources for item in holders if "/Resources" in item and "/Font" in item.Resources]
    for held in resources:
        for name, font in held.Font.items():
            if name not in made:
                used_font = all_used[name[1:]]
                made[name] = _whole(pikepdf, document, font, used_font, files[used_font["address"]])
    shared = document.make_indirect(pikepdf.Dictionary(dict(sorted(made.items()))))
    for held in resources:
        held.Font = shared


def _whole(pikepdf: Any, document: Any, font: Any, used_font: UsedFont, file: bytes) -> Any:
    """`font` of one part, with the glyphs of all of them."""
    glyphs = sorted((int(number), *of_glyph) for number, of_glyph in used_font["glyphs"].items())
    widths = {number: round(float(width), 3) for number, width, _ in glyphs}
    descendant = font.DescendantFonts[0]
    descriptor = descendant.FontDescriptor
    body = subset(file, widths)
    descriptor.FontFile2 = document.make_stream(body, Length1=len(body))
    box = [float(value) for value in descriptor.FontBBox]
    descriptor.FontBBox = pikepdf.Array([box[0], box[1], max(widths.values(), default=0), box[3]])
    is_fixed = len(widths) > 1 and len(set(widths.values())) == 1
    descriptor.Flags = (int(descriptor.Flags) & ~_FIXED_PITCH) | (_FIXED_PITCH if is_fixed else 0)
    descendant.W = pikepdf.Array(list(_runs(pikepdf, widths)))
    font.ToUnicode = document.make_stream(_to_unicode({number: letters for number, _, letters in glyphs}))
    return document.make_indirect(font)


def subset(file: bytes, glyphs: Iterable[int]) -> bytes:
    """The TrueType font `file` with these glyphs only, under the numbers that they have."""
    import uharfbuzz  # type: ignore[import-untyped]  # late: only the process that binds needs it

    face = uharfbuzz.Face(uharfbuzz.Blob(file))
    chosen = uharfbuzz.SubsetInput()
    chosen.glyph_set.update({0, *glyphs})
    flags = uharfbuzz.SubsetFlags
    chosen.flags = flags.RETAIN_GIDS | flags.PASSTHROUGH_UNRECOGNIZED | flags.DESUBROUTINIZE | flags.NO_HINTING
    chosen.drop_table_tag_set.update(int.from_bytes(name.encode(), "big") for name in _DROPPED)
    return bytes(uharfbuzz.subset(face, chosen).blob.data)


def _runs(pikepdf: Any, widths: Mapping[int, float]) -> "Iterable[Any]":
    """Widths as in the array W: the first glyph of a run, then the widths of the run."""
    run: list[float] = []
    first = -1
    for number, width in widths.items():
        if run and number != first + len(run):
            yield from (first, pikepdf.Array(run))
            run = []
        first = first if run else number
        run.append(int(width) if width == int(width) else width)
    if run:
        yield from (first, pikepdf.Array(run))


def _to_unicode(letters: Mapping[int, str]) -> bytes:
    entries = [f"<{number:04x}> <{text.encode('utf-16-be').hex()}>" for number, text in letters.items() if text]
    blocks = [entries[start : start + _MOST_OF_A_BLOCK] for start in range(0, len(entries), _MOST_OF_A_BLOCK)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo\n<< /Registry (Adobe)\n/Ordering (UCS)\n/Supplement 0\n>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{mapped}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")
