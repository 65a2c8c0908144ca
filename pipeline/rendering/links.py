"""Links and images of the finished web pages: whatever a page points to inside the site must be there.

The site is also opened from disk, so a link must name a file: a folder, an address that begins with a slash, or one of
the machine that made the site leads nowhere.
"""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from pipeline.errors import RenderingError
from pipeline.icons import icon_names
from pipeline.model import Column, EcosystemMap, Entry, Kind
from pipeline.problems import FILE, Problem, Severity
from pipeline.rendering import prose
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.readings import Readings
from pipeline.rendering.text_of_html import Reference, read_html

_LEAVES_THE_SITE = frozenset({"http", "https", "mailto", "tel", "data"})
_PICTURES = frozenset({"img", "image", "source", "video"})
_TOP = ("", "top")
"""Anchors that every page has (HTML, “scroll to the fragment”)."""


def dead_internal_link(
    content: EcosystemMap,
    artefacts: Mapping[str, Artefact],
    *,
    elsewhere: tuple[str, ...] = (),
    readings: Readings | None = None,
) -> Iterator[Problem]:
    """A link in a text leads to a page, or to a place on a page, that is not part of the map.

    Readers would meet an error page. Such links break when a stakeholder, phase or page gets another ID.

    Write the address as seen from the front page, for example stakeholders/employers.html, or the whole web address
    beginning with https://.

    Before: See [the employers](stakeholders/employer.html).
    After: See [the employers](stakeholders/employers.html).
    """
    # `elsewhere`: beginnings of the paths of other outputs, which this build leaves out; `readings` as for `lost_text`
    is_link: Callable[[Reference], bool] = lambda reference: reference.element not in _PICTURES  # noqa: E731
    dead = _dead_references(artefacts, readings or Readings(), is_link, elsewhere)
    for cell, address in _blamed(content, dead):
        yield Problem(
            code="dead-internal-link",
            severity=Severity.ERROR,
            at=cell.entry.cell(cell.name) or FILE,
            heading=cell.column.heading,
            value=address,
            message=f"The link to “{address}” leads nowhere: the map has no such page or place.",
            help="Write the address as seen from the front page, such as “glossary.html”, or the whole web address "
            "beginning with “https://”.",
        )


def missing_image(
    content: EcosystemMap, artefacts: Mapping[str, Artefact], *, readings: Readings | None = None
) -> Iterator[Problem]:
    """A picture that the workbook names did not get into the web map.

    Readers would see an empty frame. The file is not in source/images, or its name is written in another way there
    (capital letters count).

    Put the file into source/images, or write its name as it stands there.

    Before: ![The steps](steps.PNG), while the file is named steps.png
    After: ![The steps](steps.png)
    """
    for cell in _cells(content):
        for name in cell.images:
            if name not in content.images:
                yield _missing_image(cell, name)
    is_picture: Callable[[Reference], bool] = lambda reference: reference.element in _PICTURES  # noqa: E731
    for cell, address in _blamed(content, _dead_references(artefacts, readings or Readings(), is_picture)):
        yield _missing_image(cell, address)


def _missing_image(cell: "_Cell", name: str) -> Problem:
    return Problem(
        code="missing-image",
        severity=Severity.ERROR,
        at=cell.entry.cell(cell.name) or FILE,
        heading=cell.column.heading,
        value=name,
        message=f"The picture “{name}” is not in the web map.",
        help="Put the file into source/images and write its name exactly as it is there.",
    )


@dataclass(frozen=True)
class _Cell:
    """A published value that may hold links or name pictures."""

    entry: Entry
    name: str
    column: Column
    value: str

    @cached_property
    def links(self) -> frozenset[str]:
        """The addresses in it, as written."""
        if self.column.kind is Kind.LINK:
            return frozenset({self.value})
        if self.column.kind not in (Kind.TEXT, Kind.PAGE):
            return frozenset()
        html = (
            prose.to_html(self.value)
            if self.column.kind is Kind.TEXT
            else prose.page_to_html(self.value, image=lambda _: None)
        )
        return frozenset(reference.address for reference in read_html(html.encode()).references)

    @cached_property
    def images(self) -> tuple[str, ...]:
        """The files of source/images that it names."""
        if self.column.kind is Kind.IMAGE:
            return (self.value,)
        if self.column.kind is Kind.ICON:
            return () if self.value in icon_names() else (self.value,)
        if self.column.kind is Kind.PAGE:
            return tuple(dict.fromkeys(name for name, _ in prose.images_in_page(self.value)))
        return ()


def _cells(content: EcosystemMap) -> Iterator[_Cell]:
    kinds = (Kind.TEXT, Kind.PAGE, Kind.LINK, Kind.IMAGE, Kind.ICON)
    for sheet, entry in content.entries():
        for name, column in sheet.columns.items():
            if column.shown and column.kind in kinds and (value := getattr(entry, name)):
                yield _Cell(entry, name, column, value)


def _blamed(content: EcosystemMap, dead: Iterable[tuple[str, Reference]]) -> Iterator[tuple[_Cell, str]]:
    """The cells that hold dead addresses, with the address as written there.

    RenderingError for one that no cell holds: it comes from a template.
    """
    written: _Written | None = None
    found: dict[tuple[int, str], tuple[_Cell, str]] = {}
    for page, reference in dead:
        written = written or _Written(_cells(content))
        holders = written.holders(page, reference)
        if not holders:
            raise RenderingError(
                f"{page} points to “{reference.address}”, which is not in the site.",
                help=f'Look for {reference.attribute}="{reference.address}" in the templates (templates/web).',
            )
        found |= {(id(cell), address): (cell, address) for cell, address in holders}
    yield from found.values()


class _Written:
    """Where the cells of a map write addresses and name pictures. Cells write as seen from the front page."""

    def __init__(self, cells: Iterable[_Cell]) -> None:
        self._pictures: dict[str, list[tuple[_Cell, str]]] = defaultdict(list)
        self._links: dict[str | tuple[str, str], list[tuple[_Cell, str]]] = defaultdict(list)
        for cell in cells:
            for name in cell.images:
                self._pictures[name].append((cell, name))
            for address in sorted(cell.links):
                self._links[address].append((cell, address))
                if target := _target("index.html", address):
                    self._links[target].append((cell, address))

    def holders(self, page: str, reference: Reference) -> list[tuple[_Cell, str]]:
        """The cells from which `reference` on `page` comes, each with the address as it is written there."""
        if reference.element in _PICTURES:
            return self._pictures.get(posixpath.basename(unquote(urlsplit(reference.address).path)), [])
        target = _target(page, reference.address)
        meant = self._links.get(target, []) if target else []
        return [*self._links.get(reference.address, []), *meant]


def _dead_references(
    artefacts: Mapping[str, Artefact],
    readings: Readings,
    is_meant: Callable[[Reference], bool],
    elsewhere: tuple[str, ...] = (),
) -> Iterator[tuple[str, Reference]]:
    """Every reference of a web page that is meant and leads nowhere inside the site, with the page's path."""
    leads = _Leads(artefacts, readings, elsewhere)
    for path, artefact in artefacts.items():
        if path.endswith(".html"):
            folder = posixpath.dirname(path)
            for reference in readings.references(artefact):
                if is_meant(reference) and not leads.somewhere(path, folder, reference.address):
                    yield path, reference


class _Leads:
    """Which addresses lead somewhere. The same ways lead from all pages of a folder, and are followed once."""

    def __init__(self, artefacts: Mapping[str, Artefact], readings: Readings, elsewhere: tuple[str, ...]) -> None:
        self._artefacts, self._readings, self._elsewhere = artefacts, readings, elsewhere
        self._known: dict[str, dict[str, str | bool]] = defaultdict(dict)

    def somewhere(self, page: str, folder: str, address: str) -> bool:
        """Whether `address` on `page`, which is in `folder`, does."""
        way, _, anchor = address.partition("#")
        if not way or way[0] == "?":
            end: str | bool = page
        else:
            known = self._known[folder]
            if way not in known:
                known[way] = self._end_of(page, way)
            end = known[way]
        if isinstance(end, bool):
            return end
        return anchor in _TOP or unquote(anchor) in self._readings.anchors(self._artefacts[end])

    def _end_of(self, page: str, way: str) -> str | bool:
        """The file at the end of `way`, if it may have anchors; of any other, whether it is there."""
        if urlsplit(way).scheme in _LEAVES_THE_SITE:
            return True
        target = _target(page, way)
        if target is None:
            return False
        path = target[0]
        if path not in self._artefacts:
            return bool(self._elsewhere) and path.startswith(self._elsewhere)
        return path if path.endswith((".html", ".svg")) else True


def _target(page: str, address: str) -> tuple[str, str] | None:
    """The path and the anchor that `address` means on `page`; None where it is not an address inside the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    path = unquote(parts.path)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    is_outside = joined.startswith("..") or path.endswith("/")
    return None if is_outside else (joined, unquote(parts.fragment))
