"""How marks are taken back byte by byte: a record of the edits that travels in our own sheet's part.

It stands there as an XML comment, which every spreadsheet program drops when it saves. So it is found exactly as long as
nobody has saved the copy; after that the marks are recognised one by one.
"""

import base64
import json
import re
import zlib
from typing import Any

from pipeline.workbook.limits import LIMITS
from pipeline.workbook.parts import Parts, digest

_RECORD = re.compile(rb"<!--ecosystem-map-record:([A-Za-z0-9+/=]+)-->")


def record_of(parts: Parts, before: dict[str, bytes]) -> bytes:
    """The XML comment that takes back every edit recorded in `parts`; `before` are its parts as they were."""
    changed = sorted({name for name, _ in parts.record.passes})
    after = parts.bodies
    record = {
        "added": parts.record.added,
        "changed": {name: [digest(after[name]), digest(before[name])] for name in changed},
        "passes": [
            [name, [[offset, length, base64.b64encode(old).decode()] for offset, length, old in splices]]
            for name, splices in parts.record.passes
        ],
    }
    packed = base64.b64encode(zlib.compress(json.dumps(record).encode(), 9))
    return b"<!--ecosystem-map-record:" + packed + b"-->"


def undo(parts: Parts, sheet: str) -> bool:
    """Take back what the record in the part `sheet` says; False, and nothing done, unless all is as it was written."""
    undone = _undone(parts, sheet)
    if undone is None:
        return False
    bodies, added = undone
    for name, body in bodies.items():
        parts.put(name, body)
    for name in added:
        parts.drop(name)
    return True


def is_as_written(package_parts: Parts, sheet: str) -> bool:
    """Whether nobody has saved the marked copy since we wrote it."""
    return _undone(package_parts, sheet) is not None


def _undone(parts: Parts, sheet: str) -> tuple[dict[str, bytes], list[str]] | None:
    """The changed parts as they were, and the parts that were added; None when something differs."""
    found = _RECORD.search(parts.bodies[sheet])
    if found is None:
        return None
    try:
        reader = zlib.decompressobj()
        record: dict[str, Any] = json.loads(reader.decompress(base64.b64decode(found[1]), LIMITS.unpacked_bytes))
        now = parts.bodies
        changed: dict[str, list[str]] = record["changed"]
        if any(name not in now for name in record["added"]) or any(
            digest(now[name]) != after for name, (after, _) in changed.items()
        ):
            return None
        bodies = {name: now[name] for name in changed}
        for name, splices in reversed(record["passes"]):
            bodies[name] = _taken_back(bodies[name], splices)
        if any(digest(bodies[name]) != before for name, (_, before) in changed.items()):
            return None
    except (ValueError, LookupError, TypeError, AttributeError, zlib.error):
        return None  # not a record of ours, whatever it is
    return bodies, list(record["added"])


def _taken_back(body: bytes, splices: list[list[Any]]) -> bytes:
    pieces, position = [], 0
    for offset, length, old in splices:
        if offset < position or length < 0:
            raise ValueError(offset)
        pieces += [body[position:offset], base64.b64decode(old)]
        position = offset + length
    return b"".join([*pieces, body[position:]])
