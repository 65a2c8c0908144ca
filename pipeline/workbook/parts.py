"""An .xlsx package whose parts are edited in place: parts, relationships and content types, and a record of each edit.

What is not edited keeps its bytes. The record is what takes the edits back, byte by byte.
"""

import hashlib
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.workbook.elements import Element, Splice, outermost, root_of, spliced
from pipeline.workbook.limits import LIMITS

RELATIONSHIP_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT_TYPES = "[Content_Types].xml"
_STATED_ENCODING = re.compile(r"""(<\?xml[^>]*?encoding\s*=\s*)(["'])([^"']*)\2""")
_NEW_PART_DATE = (1980, 1, 1, 0, 0, 0)
_HIGHEST_RATIO = LIMITS.ratio * 0.8

Pass = tuple[str, tuple[tuple[int, int, bytes], ...]]
"""How one edit is taken back: the part, and (offset, length, what stood there) for each splice."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of a part: its ID, the last word of its type, the part it leads to (empty for one outside)."""

    id: str
    kind: str
    target: str
    element: Element


@dataclass(slots=True)
class Record:
    """What was done to a package: parts added, and for each edit how to take it back, in order."""

    added: list[str] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)


class Parts:
    """The parts of a package by name, in order; names are found whatever their case."""

    def __init__(self, package: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            self._entries = {entry.filename: entry for entry in archive.infolist()}
            self._bodies = {name: archive.read(name) for name in self._entries}
        self._names = {_key(name): name for name in self._entries}
        self.record = Record()

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._names

    @property
    def bodies(self) -> Mapping[str, bytes]:
        """Every part as it is now."""
        return dict(self._bodies)

    def text(self, name: str) -> bytes:
        """An XML part in UTF-8, its root opened; edits are counted in these bytes."""
        text = _in_utf_8(self._bodies[self._names[_key(name)]])
        root = outermost(text)
        return spliced(text, [root.appended(inner="")]) if root.is_empty else text

    def root(self, name: str) -> Element:
        """The root element of an XML part."""
        return root_of(self.text(name))

    def edit(self, name: str, splices: Iterable[Splice]) -> None:
        """Change a part at some places, as counted in `text(name)`."""
        known, text = self._names[_key(name)], self.text(name)
        changes = [splice for splice in splices if splice.start != splice.end or splice.text]
        if not changes:
            return
        if text != self._bodies[known]:
            self._note(known, ((0, len(text), self._bodies[known]),))
        back, moved = [], 0
        for splice in sorted(changes, key=lambda splice: (splice.start, splice.end)):
            back.append((splice.start + moved, len(splice.text), text[splice.start : splice.end]))
            moved += len(splice.text) - (splice.end - splice.start)
        self._bodies[known] = spliced(text, changes)
        self._note(known, tuple(back))

    def _note(self, name: str, back: tuple[tuple[int, int, bytes], ...]) -> None:
        if name not in self.record.added:
            self.record.passes.append((name, back))

    def add(self, name: str, body: bytes) -> None:
        """A new part."""
        entry = zipfile.ZipInfo(name, _NEW_PART_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        self._entries[name], self._bodies[name], self._names[_key(name)] = entry, body, name
        self.record.added.append(name)

    def put(self, name: str, body: bytes) -> None:
        """Give a part other bytes, without recording it."""
        self._bodies[self._names[_key(name)]] = body

    def remove(self, name: str) -> None:
        """Take a part out, with its relationships and its content type; not recorded."""
        for gone in (name, relationships_of(name)):
            if gone in self:
                self.drop(gone)
                self._undeclare(gone)

    def drop(self, name: str) -> None:
        """Take a part out and nothing else; not recorded."""
        known = self._names.pop(_key(name))
        del self._entries[known], self._bodies[known]

    def free_name(self, pattern: str) -> str:
        """The first unused name of a pattern such as "xl/worksheets/sheet{}.xml"."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    # Relationships

    def links(self, part: str) -> tuple[Link, ...]:
        """The relationships of a part; those of the package for the part ""."""
        name = relationships_of(part)
        if name not in self:
            return ()
        found = []
        for element in self.root(name).all("Relationship"):
            attributes = element.attributes
            target = ""
            if attributes.get("TargetMode", "").lower() != "external":
                folder = posixpath.dirname(part)
                target = attributes.get("Target", "").replace("\\", "/")
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                target = self._names.get(_key(target), target).replace("\\", "/")
            found.append(Link(attributes.get("Id", ""), attributes.get("Type", "").rpartition("/")[2], target, element))
        return tuple(found)

    def linked(self, part: str, kind: str) -> str:
        """The part to which a part's first relationship of a kind leads; empty when there is none."""
        return next((link.target for link in self.links(part) if link.kind == kind and link.target in self), "")

    def link(self, part: str, kind: str, target: str) -> str:
        """A new relationship from a part to another; gives its ID."""
        name = relationships_of(part)
        if name not in self:
            self.add(name, f'{_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'.encode())
        root = self.root(name)
        taken = {element.attributes.get("Id", "").casefold() for element in root.children}
        number = len(taken) + 1
        while f"rid{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(part) or ".")
        element = f'<{root.prefix}Relationship Id="rId{number}" Type="{RELATIONSHIP_TYPES}/{kind}" Target="{path}"/>'
        self.edit(name, [root.appended(inner=element)])
        return f"rId{number}"

    def unlink(self, part: str, target: str) -> None:
        """Take out the relationships of a part that lead to another."""
        gone = [link.element.removed() for link in self.links(part) if link.target == target]
        self.edit(relationships_of(part), gone)

    # Content types

    def declare(self, part: str, content_type: str) -> None:
        """Say what a part is."""
        root = self.root(_CONTENT_TYPES)
        element = f'<{root.prefix}Override PartName="/{part}" ContentType="{content_type}"/>'
        self.edit(_CONTENT_TYPES, [root.appended(inner=element)])

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Say what parts of a file extension are, unless that is said already."""
        root = self.root(_CONTENT_TYPES)
        defaults = [element for element in root.children if element.local == "Default"]
        if any(element.attributes.get("Extension", "").lower() == extension for element in defaults):
            return
        # Defaults come first by habit, and some readers count on it.
        place = defaults[-1].end if defaults else root.inside
        element = f'<{root.prefix}Default Extension="{extension}" ContentType="{content_type}"/>'
        self.edit(_CONTENT_TYPES, [Splice(place, place, element.encode())])

    def _undeclare(self, part: str) -> None:
        said = [
            element.removed()
            for element in self.root(_CONTENT_TYPES).all("Override")
            if element.attributes.get("PartName", "").lstrip("/").casefold() == part.casefold()
        ]
        self.edit(_CONTENT_TYPES, said)

    # The package

    def packed(self) -> bytes:
        """The package: entries in their order, with their dates; the same parts give the same bytes."""
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w") as archive:
            for name, known in self._entries.items():
                entry = zipfile.ZipInfo(known.filename, known.date_time)
                entry.external_attr, entry.create_system = known.external_attr, known.create_system
                entry.compress_type = zipfile.ZIP_DEFLATED if known.compress_type else zipfile.ZIP_STORED
                body = self._bodies[name]
                if len(body) > LIMITS.ratio_from and len(body) > _HIGHEST_RATIO * len(zlib.compress(body)):
                    # Shapes of comments are so alike that packing them would look like a zip bomb, to us as well.
                    entry.compress_type = zipfile.ZIP_STORED
                archive.writestr(entry, body)
        return result.getvalue()


def _in_utf_8(body: bytes) -> bytes:
    """An XML part in UTF-8 without a byte order mark."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = body.decode("utf-16")
    elif body.startswith(b"\xef\xbb\xbf"):
        return body[3:]
    else:
        stated = _STATED_ENCODING.match(body[:200].decode("latin-1"))
        if stated is None or stated[3].lower() in ("utf-8", "utf8", "us-ascii", "ascii"):
            return body
        plain = body.decode(stated[3])
    return _STATED_ENCODING.sub(r"\1\2UTF-8\2", plain, count=1).encode()


def _key(name: str) -> str:
    """What is the same in two ways to write the name of one part (ISO/IEC 29500-2, 6.3.5; some programs write “\\”)."""
    return name.replace("\\", "/").casefold()


def relationships_of(part: str) -> str:
    """The name of the part that holds the relationships of `part`."""
    folder, _, base = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{base}.rels")


def digest(body: bytes) -> str:
    """The SHA-256 of a part, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()
