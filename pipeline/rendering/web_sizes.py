"""The sizes of files as pages say them, also of those that are still being made while the pages are."""

import re
from collections.abc import Mapping

_LATE = re.compile(rb"\x02([^\x02]+)\x02")


def late(path: str) -> str:
    """What stands for the size of the brief at `path` until it is known; no text of a workbook can have it in it."""
    return f"\x02{path}\x02"


def with_sizes(body: bytes, sizes: Mapping[str, int]) -> bytes:
    """A page with the sizes in it that came late: of each brief in bytes, by its path."""
    return _LATE.sub(lambda found: size_of(sizes[found[1].decode()]).encode(), body) if b"\x02" in body else body


def size_of(count: int) -> str:
    """A number of bytes as people read it: "146 KB", "1.2 MB"; "" for none."""
    if not count:
        return ""
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(1, round(count / 1e3))} KB"
