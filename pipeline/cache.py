"""What earlier builds have made, kept in a folder by what it was made from.

The folder may be deleted or copied at any time, and several builds may use it at once: an entry is a file of its own,
written beside its place and renamed into it, and begins with the hash of the rest, so that one that is damaged counts as
none. A key is a hash of everything that decides the value. The folder is kept below a size: what has not been used for
the longest goes first.
"""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

MOST_BYTES = 512 * 1024 * 1024
"""The size that the folder is kept below, in bytes: some thousand stakeholders' briefs, several times over."""

_KEY = re.compile("[0-9a-f]{64}")
_HASH = hashlib.sha256().digest_size
_LEFT_OVER = ".writing-"


class Cache:
    """A folder of entries, made with the first one. `used` and `made` count the entries found and written."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._can_write = True
        self.used = self.made = 0

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`; None where there is nothing, or not what was written."""
        path = self._path(key)
        try:
            written = path.read_bytes()
        except OSError:
            return None
        body = written[_HASH:]
        if hashlib.sha256(body).digest() != written[:_HASH]:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # used just now: it stays longer
        self.used += 1
        return body

    def put(self, key: str, body: bytes) -> None:
        """Keep `body` under `key`. A folder that cannot be written to keeps nothing, and no build fails for it."""
        if not self._can_write:
            return
        path = self._path(key)
        beside = path.with_name(f"{_LEFT_OVER}{os.getpid()}-{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with beside.open("xb") as file:
                file.write(hashlib.sha256(body).digest() + body)
            beside.replace(path)
            self.made += 1
        except OSError:
            self._can_write = False
            with suppress(OSError):
                beside.unlink()

    def prune(self) -> None:
        """Remove what has not been used for the longest, until the folder is below its size."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                status = path.lstat()
                if _KEY.fullmatch(path.parent.name + path.name) or path.name.startswith(_LEFT_OVER):
                    found.append((status.st_mtime, status.st_size, path))
        size = sum(entry[1] for entry in found)
        for _, length, path in sorted(found, key=lambda entry: entry[:2]):
            if size <= self._most_bytes:
                return
            with suppress(OSError):
                path.unlink()
                size -= length

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"a key is a SHA-256 in hexadecimal, not {key!r}")
        return self._folder / key[:2] / key[2:]


def default_folder() -> Path:
    """Where this system keeps what programs can make again: ~/.cache/ecosystem-map on Linux."""
    return Path(user_cache_path("ecosystem-map", appauthor=False))
