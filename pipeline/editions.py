"""The editions that have been released: `source/editions/<edition>.json`, each the data file of its day.

Beside an edition stands `<edition>.approvals.json` where a person approved what the gate had stopped (approvals.py).
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.identifiers import RESERVED, from_name
from pipeline.model import EcosystemMap
from pipeline.published import read_map

FOLDER = "editions"
"""The folder beside the workbook."""

APPROVALS = ".approvals.json"
"""The ending of the files of approvals, which stand among the editions."""

_GOOD_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A released edition: its name, its file, and what it published (entries know no cells)."""

    name: str
    path: Path
    content: EcosystemMap

    @property
    def published_on(self) -> date | None:
        """The date that the edition gives itself."""
        return self.content.settings.published_on


def recorded_editions(folder: Path, *, without: Path | None = None) -> tuple[Edition, ...]:
    """Every edition recorded in `folder` (a folder `editions`), oldest first; none if the folder is not there. The file
    `without` is left unread.

    The order is that of their dates, then of their names with numbers as numbers: 2026.9 before 2026.10. Raises
    UsageError when a file there is not the data file of a map.
    """
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if (
            path == without
            or path.name.endswith(APPROVALS)
            or path.name.startswith(".")
            or path.is_symlink()
            or not path.is_file()
        ):
            continue
        try:
            content = read_map(path.read_bytes())
        except UsageError as error:
            raise UsageError(f"The recorded edition {path} cannot be read. {error}", help=error.help) from error
        found.append(Edition(name=content.settings.edition, path=path, content=content))
    return tuple(sorted(found, key=lambda edition: (edition.published_on or date.min, _in_order(edition.name))))


def earlier_editions(folder: Path, content: EcosystemMap) -> tuple[Edition, ...]:
    """The editions recorded in `folder` that are others than that of `content` and not of a later date, oldest first."""
    settings = content.settings
    return tuple(
        edition
        # Its own record need not be read: it takes a while, and most builds have no other.
        for edition in recorded_editions(folder, without=edition_file(folder, settings.edition))
        if edition.name != settings.edition
        and (edition.published_on or date.min) <= (settings.published_on or date.max)
    )


def edition_file(folder: Path, name: str) -> Path:
    """Where the edition called `name` is recorded; a name that is no good name for a file gets one made of it."""
    is_good = _GOOD_NAME.fullmatch(name) and name.lower().partition(".")[0] not in RESERVED
    return folder / f"{name if is_good and not name.lower().endswith('.approvals') else from_name(name)}.json"


def _in_order(name: str) -> tuple[tuple[int, str], ...]:
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.findall(r"\d+|\D+", name)
    )
