"""What may be an output folder, and what in one is ours: the refusals that keep publishing from doing harm.

Nothing here writes.
"""

import os
from contextlib import suppress
from pathlib import Path

from pipeline.errors import PublishingError, UsageError
from pipeline.manifest import RECORD, Contents, is_link, read_record

LINK = f"site/{RECORD}"
_SHOWN = 10


def refuse_output(output: Path, protected: tuple[Path, ...]) -> None:
    """Raise UsageError where a release in `output` could bury or replace what is not ours."""
    name_another = "Name another folder with -o, for example “output”."
    for path in (output, output / "site"):
        if is_link(path):
            raise UsageError(
                f"“{path}” is a symbolic link; a release is only written to a folder itself.",
                help=f"Name the folder that it leads to, or remove the link. {name_another}",
            )
        if path.exists() and not path.is_dir():
            raise UsageError(f"“{path}” is not a folder.", help=name_another)
    real = Path(os.path.realpath(output))
    if real == real.parent:
        raise UsageError(f"“{output}” is the root of the file system.", help=name_another)
    for place in protected:
        if _holds(real, place):
            raise UsageError(f"The output folder “{output}” is, or contains, “{place}”.", help=name_another)
    with suppress(RuntimeError):  # there is an account without a home folder
        if _holds(real, Path.home()):
            raise UsageError(f"The output folder “{output}” is, or contains, your home folder.", help=name_another)


def _holds(folder: Path, place: Path) -> bool:
    """Whether `place` is `folder` or lies in it, also under another spelling (case, a second mount)."""
    real = Path(os.path.realpath(place))
    for candidate in (real, *real.parents):
        if candidate == folder or (candidate.exists() and folder.exists() and candidate.samefile(folder)):
            return True
    return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder at this place of ours; raises PublishingError for anything else in its stead."""
    if not os.path.lexists(path):
        return False
    if is_link(path) or not path.is_dir():
        raise PublishingError(
            f"“{path}” is not a folder, and no build has made it.",
            help="Remove it and build again. Nothing was changed.",
        )
    return True


def stop_at_unknown(output: Path, folder: Path, found: Contents) -> None:
    """Raise PublishingError when the release `folder` holds what its own record does not list.

    Names are compared case-exactly. A folder without a readable record knows nothing: every file in it is unknown.
    Empty folders are no matter. A listed file that somebody has edited by hand is still ours, and will be replaced.
    """
    listed = read_record(folder / RECORD)
    known: set[str] = set() if listed is None else {*listed, RECORD}
    _stop(output, folder, (found.files - known) | found.others)


def stop_at_unknown_in_staging(output: Path, folder: Path, found: Contents) -> None:
    """Raise PublishingError when what a killed build has left holds a file that no build wrote.

    It is an unfinished release or, where the build was killed just after the swap, the release before it. The second
    always has a readable record, as nothing else is swapped out, and may hold what somebody added in the last moment.
    Without a record all of `site` is unfinished work of ours: the record is the first file written. `copy` is our own
    copy of the last release.
    """
    listed = read_record(folder / "site" / RECORD)
    files = {path for path in found.files if path != RECORD and not path.startswith("copy/")}
    if listed is None:
        unknown = {path for path in files if not path.startswith("site/")}
    else:
        unknown = files - {f"site/{path}" for path in (*listed, RECORD)}
    _stop(output, folder, unknown | (found.others - {RECORD}))


def _stop(output: Path, folder: Path, unknown: set[str] | frozenset[str]) -> None:
    if unknown:
        # A file name may hold characters that cannot be written or that steer a terminal.
        names = [name if name.isprintable() else ascii(name)[1:-1] for name in sorted(unknown)[:_SHOWN]]
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        raise PublishingError(
            f"“{folder}” holds files that the last build did not write: "
            f"{', '.join(f'“{name}”' for name in names)}{more}.",
            help=f"Move them somewhere outside “{output}” and build again. Nothing was changed.",
        )


def stop_at_foreign_record(output: Path) -> None:
    """Raise PublishingError when `build.json` beside the site is neither our link nor, where links fail, our copy."""
    record = output / RECORD
    if is_link(record):
        ours = record.readlink().as_posix() == LINK
    else:
        ours = not os.path.lexists(record) or read_record(record) is not None
    if not ours:
        raise PublishingError(
            f"“{record}” is not the record of a build.",
            help=f"Move it somewhere outside “{output}” and build again. Nothing was changed.",
        )
