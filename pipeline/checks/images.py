"""Rules for files that cells name: pictures, pages, icons (long because six explanations stand beside their rules)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from pipeline.checks.addresses import UNSAFE_LINK
from pipeline.checks.links import image_targets
from pipeline.checks.pictures import TYPES, Picture, inspect
from pipeline.checks.scope import (
    ERROR,
    PAGES_FOLDER,
    WARNING,
    advice,
    fields_of,
    page_files,
    page_text,
    passages,
    problem_at,
    published_fields,
)
from pipeline.matching import nearest
from pipeline.model import Kind
from pipeline.problems import CellRef, Problem
from pipeline.records import Field, Rows

IMAGES_FOLDER = "source/images"

MOST_BYTES = 1_000_000
"""The most bytes of a picture: what a telephone on a slow line loads in a few seconds."""

MOST_PIXELS = 4_000
"""The most pixels of a side: more than the largest screen or a full printed page at 300 a inch shows."""

IMAGE_FOLDERS = ("source/images/", "../images/", "images/")
"""How a page may write the folder of its images."""
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A place that names a file: the cell, the name as written, the file's name, and how its message begins."""

    field: Field
    written: str
    name: str
    begin: str = ""
    in_page: bool = False
    others: tuple[CellRef, ...] = ()


def image_uses(rows: Rows) -> Sequence[Use]:
    """Every place that names a picture of source/images: icons, logos, and the images of pages."""
    return rows.once(_image_uses)


def _image_uses(rows: Rows) -> Iterator[Use]:
    for _, _, held in published_fields(rows):
        if isinstance(held.value, str) and (
            held.column.kind is Kind.IMAGE or (held.column.kind is Kind.ICON and is_file_name(held.value))
        ):
            yield Use(field=held, written=held.value, name=held.value)
    for passage in passages(rows):
        for target in image_targets(passage):
            name = unquote(target)
            folder = next((folder for folder in IMAGE_FOLDERS if name.startswith(folder)), "")
            yield Use(
                field=passage.field,
                written=target,
                name=name.removeprefix(folder),
                begin=passage.where(max(passage.text.find(target), 0)),
                in_page=True,
            )


def is_file_name(icon: str) -> bool:
    """Whether the content of an Icon cell names a file, not one of the Lucide icons."""
    return bool(re.search(r"[./\\:]", icon))


def _pictures(rows: Rows) -> Sequence[tuple[Use, Picture]]:
    """Every picture that is used and is there, once, at the first cell that names it."""
    return rows.once(_inspected)


def _inspected(rows: Rows) -> Iterator[tuple[Use, Picture]]:
    uses: dict[str, list[Use]] = {}
    for use in image_uses(rows):
        if use.name in rows.surroundings.images:
            uses.setdefault(use.name, []).append(use)
    for name, (first, *rest) in uses.items():
        others = tuple(dict.fromkeys(use.field.at for use in rest if use.field.at != first.field.at))
        yield replace(first, others=others), inspect(rows.surroundings.images[name])


def _path_fault(name: str) -> str:
    """Why `name` is not the plain name of a file in its folder, as the end of a sentence; empty if it is."""
    decoded = unquote(name)
    if _OUTSIDE.match(decoded):
        return "is an address, not the name of a file in {folder}"
    if re.search(r"[\x00-\x1f\x7f]", decoded):
        return "contains invisible characters"
    if ".." in re.split(r"[/\\]", decoded) or re.match(r"[/\\~]|[a-z]:", decoded, re.IGNORECASE) or "\\" in decoded:
        return "leads out of {folder}"
    if PurePosixPath(decoded).name.startswith("."):
        return "begins with a dot, as hidden files do"
    return ""


def _is_web_image(use: Use) -> bool:
    return use.in_page and bool(_OUTSIDE.match(use.name))


def unsafe_path(rows: Rows) -> Iterator[Problem]:
    """A cell names a file by a path that leads elsewhere, such as ../logo.png or C:\\logo.png.

    Only files beside the workbook, in source/images and source/pages, are published: anything else is missing on other
    computers, and might not be meant for publication.

    Put the file into the folder and write only its name.

    Before: C:\\Pictures\\coin.svg
    After: coin.svg
    """
    for use in image_uses(rows):
        if not _is_web_image(use) and (fault := _path_fault(use.name)):
            yield _unsafe_path(use.field, use.written, fault, IMAGES_FOLDER, use.begin)
    for held, name in page_files(rows):
        if fault := _path_fault(name):
            yield _unsafe_path(held, name, fault, PAGES_FOLDER)


def _unsafe_path(held: Field, written: str, fault: str, folder: str, begin: str = "") -> Problem:
    return problem_at(
        held,
        "unsafe-path",
        ERROR,
        f"{begin}“{written}” {fault.format(folder=folder)}.",
        help=f"put the file into {folder} and write only its name.",
    )


def unsafe_image_link(rows: Rows) -> Iterator[Problem]:
    """An image of a page is fetched from elsewhere; its code is `unsafe-link`."""
    for use in image_uses(rows):
        if _is_web_image(use):
            yield problem_at(
                use.field,
                UNSAFE_LINK,
                ERROR,
                f"{use.begin}The image “{use.written}” is not a file in {IMAGES_FOLDER}.",
                help=f"put the picture into {IMAGES_FOLDER} and write only the name of the file.",
            )


def missing_file(rows: Rows) -> Iterator[Problem]:
    """A cell names a file that is not in its folder.

    Pictures are kept in source/images, the texts of pages in source/pages, beside the workbook. What is not there
    cannot be published.

    Put the file there, or correct its name: capitals count, and so does the ending (.png, .svg, .md). A page's text
    must be plain text (UTF-8).

    Before: Coin.PNG, while the file is named coin.png
    After: coin.png
    """
    for use in image_uses(rows):
        if use.name not in rows.surroundings.images and not _path_fault(use.name):
            names = tuple(rows.surroundings.images)
            yield _missing_file(use.field, use.written, use.name, names, IMAGES_FOLDER, use.begin)
    for held, name in page_files(rows):
        body = rows.surroundings.pages.get(name)
        if body is not None and page_text(body) is None:
            yield problem_at(
                held,
                "missing-file",
                ERROR,
                f"The file “{name}” in {PAGES_FOLDER} is there, but it is not a plain text.",
                help="save it as plain text with the encoding UTF-8.",
            )
        elif body is None and not _path_fault(name):
            yield _missing_file(held, name, name, tuple(rows.surroundings.pages), PAGES_FOLDER)


def _missing_file(
    held: Field, written: str, name: str, names: tuple[str, ...], folder: str, begin: str = ""
) -> Problem:
    last = PurePosixPath(name).name
    return problem_at(
        held,
        "missing-file",
        ERROR,
        f"{begin}There is no file “{written}” in {folder}.",
        help=advice(
            last if last in names else nearest(name, names), f"put the file into {folder}, or correct its name."
        ),
    )


def unknown_icon(rows: Rows) -> Iterator[Problem]:
    """A stakeholder's icon is neither one of the Lucide icons nor a file.

    Without its picture the stakeholder would have an empty place on the map. Icons are chosen by name from the
    collection at https://lucide.dev/icons.

    Choose a name from there, for instance “lightbulb”. For a picture of your own put the file into source/images and
    write its name with the ending, such as coin.svg.

    Before: light-bulbs
    After: lightbulb
    """
    for held in fields_of(rows, Kind.ICON):
        if not isinstance(held.value, str) or is_file_name(held.value):
            continue
        known = rows.surroundings.icons()
        if known and held.value not in known:
            near = _near(held.value, known)
            offered = " or ".join(f"“{name}”" for name in near)
            yield problem_at(
                held,
                "unknown-icon",
                ERROR,
                f"“{held.text.strip()}” is not one of the icons.",
                help=(f"did you mean {offered}? Choose" if near else "choose")
                + " a name from https://lucide.dev/icons, or write the name of a file in source/images.",
            )


def _near(written: str, known: Collection[str]) -> list[str]:
    """Up to three icons with nearly the same letters, or with one of the same words in their name."""
    from rapidfuzz import fuzz

    words = {word for word in written.split("-") if len(word) > 2}
    shares = {name: 77 if words & set(name.split("-")) else 0 for name in known}
    likeness = {name: max(shares[name], fuzz.ratio(written, name)) for name in known}
    return sorted((name for name in known if likeness[name] > 76), key=lambda name: (-likeness[name], len(name), name))[
        :3
    ]


def wrong_image_type(rows: Rows) -> Iterator[Problem]:
    """A file is not the kind of picture that its name says, or is no picture at all.

    Browsers and printers go by the content, other programs by the name. Where the two differ the picture is missing
    for some readers.

    Open the file in a program for pictures and save it again as SVG, PNG, JPEG, GIF or WebP, with the right ending to
    its name.

    Before: coin.png, a JPEG picture that was renamed
    After: coin.png, saved as PNG
    """
    for use, picture in _pictures(rows):
        if fault := _type_fault(use.name, picture):
            yield problem_at(
                use.field,
                "wrong-image-type",
                ERROR,
                f"{use.begin}The file “{use.name}” {fault}.",
                help="save the picture again as SVG, PNG, JPEG, GIF or WebP, with the ending that belongs to it.",
                related=use.others,
            )


def _type_fault(name: str, picture: Picture) -> str:
    ending = PurePosixPath(name).suffix.lower()
    if picture.is_:
        return picture.is_
    if picture.kind not in TYPES.values():
        return f"is a picture of the kind {picture.kind}, which browsers or printers do not show"
    if TYPES.get(ending) == picture.kind:
        return ""
    named = f"its name ends in “{ending}”" if ending else "its name has no ending"
    return f"is {picture.kind} inside, but {named}"


def unsafe_image(rows: Rows) -> Iterator[Problem]:
    """An SVG drawing contains more than a drawing: a script, or a reference to something outside of it.

    Such a file can act on the reader's computer or tell others who looks at it, so it is not published.

    Open it in a drawing program and save it as “plain SVG” or “optimised SVG”, or export it as PNG.

    Before: coin.svg, with a script in it
    After: coin.svg, saved as “plain SVG”
    """
    for use, picture in _pictures(rows):
        if picture.dangers and not _type_fault(use.name, picture):
            yield problem_at(
                use.field,
                "unsafe-image",
                ERROR,
                f"{use.begin}The file “{use.name}” is not safe: it {'; it '.join(picture.dangers[:3])}.",
                help="save it as plain or optimised SVG in a drawing program, or export it as PNG.",
                related=use.others,
            )


def large_image(rows: Rows) -> Iterator[Problem]:
    """A picture is larger than it needs to be.

    More than 1 MB, or more than 4,000 pixels on a side, makes the map slow for people on a telephone and the brief
    heavy to send, and nobody sees the difference.

    Save the picture smaller: for a logo 1,000 pixels are plenty.

    Before: logo.png, 6,000 pixels wide
    After: logo.png, 1,000 pixels wide
    """
    for use, picture in _pictures(rows):
        size = len(rows.surroundings.images[use.name])
        side = max(picture.width, picture.height)
        if _type_fault(use.name, picture) or (size <= MOST_BYTES and side <= MOST_PIXELS):
            continue
        measures = f"{picture.width:,} × {picture.height:,} pixels" if side > MOST_PIXELS else f"{size / 1e6:.1f} MB"
        yield problem_at(
            use.field,
            "large-image",
            WARNING,
            f"{use.begin}The file “{use.name}” has {measures}.",
            help=f"save it smaller: at most {MOST_BYTES / 1e6:.0f} MB and {MOST_PIXELS:,} pixels on each side.",
            related=use.others,
        )
