"""What decides the bytes of a build besides its content: this program, its libraries, and the system's.

A fingerprint is compared with that of an earlier build, perhaps on another machine; so it is made of contents and
versions, never of times or places.
"""

import hashlib
import os
import platform
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

_NATIVE = ("pango-1.0", "pangoft2-1.0", "pangocairo-1.0", "harfbuzz", "fontconfig", "freetype", "fribidi")
"""The system's libraries that decide where a letter stands: their names without “lib” and ending."""

_FOLDERS = (
    f"/usr/lib/{platform.machine()}-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/lib",
    *filter(None, os.environ.get("WEASYPRINT_DLL_DIRECTORIES", "").split(os.pathsep)),
)
"""Where systems keep them."""


@cache
def fingerprint() -> str:
    """The SHA-256, in hexadecimal, of the program's own files and of the versions of all it is made with."""
    digest = hashlib.sha256(f"{sys.version} {sys.platform} {platform.machine()}\n".encode())
    package = Path(__file__).resolve().parent
    for name, body in _files(package, (".py", ".json")):
        _add(digest, name, body)
    for name in _distributions():
        digest.update(f"{name}\n".encode())
    for path in _native():
        _add(digest, path.name, path.read_bytes())
    return digest.hexdigest()


def of_folders(folders: Iterable[Path]) -> str:
    """The SHA-256, in hexadecimal, of every file in `folders` and below, by name and contents, in the order given."""
    digest = hashlib.sha256()
    for folder in folders:
        digest.update(b"folder\n")
        for name, body in _files(folder):
            _add(digest, name, body)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", name: str, body: bytes) -> None:
    digest.update(f"{name} {len(body)}\n".encode())
    digest.update(body)


def _files(folder: Path, suffix: str | tuple[str, ...] = "") -> Iterator[tuple[str, bytes]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(names):
            if name.endswith(suffix) and not name.startswith("."):
                path = Path(parent, name)
                if not stat.S_ISREG(path.lstat().st_mode):
                    continue  # a pipe or a link: no build reads it
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def installed() -> Mapping[str, str]:
    """The version of each Python package that is installed, by its name in small letters with “-”."""
    parted = (name.removesuffix(".dist-info").rpartition("-") for name in _distributions())
    return {name.lower().replace("_", "-"): version for name, _, version in parted}


def _distributions() -> list[str]:
    """The names and versions of the Python packages that are installed, as their folders say."""
    names: set[str] = set()
    for folder in sys.path:
        if folder and Path(folder).is_dir():
            names |= {path.name for path in Path(folder).glob("*.dist-info")}
    return sorted(names)


def _native() -> Iterator[Path]:
    for name in _NATIVE:
        for folder in _FOLDERS:
            found = [
                path
                for path in sorted(Path(folder).glob(f"lib{name}.*"))
                if ".so." in path.name or ".dylib" in path.name
            ]
            if found:
                yield found[0].resolve()
                break
