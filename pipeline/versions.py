"""One version of a map by what people call it: a workbook, a published data file, or a file in Git's history.

Of a workbook in the history the images and pages beside it are taken from the same revision. Git is asked for objects
only: nothing is checked out, no filter or driver of the repository runs.
"""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pipeline.approvals import Approval, approvals_file, read_approvals, recorded_approvals
from pipeline.editions import FOLDER
from pipeline.errors import PipelineError, UsageError
from pipeline.load import MOST_BYTES_OF_A_FILE, load
from pipeline.model import EcosystemMap
from pipeline.problems import Problem
from pipeline.published import read_map
from pipeline.records import Rows

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

_SECONDS = 60
_REVISION = re.compile(r"([^-:\s][^:\s]*):([^:].*)")
_BESIDE = ("images", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a version holds. Without `content` it has errors, which are among `problems`.

    `rows` are there when it was read from a workbook; `approvals` are those recorded for its edition, by key;
    `folder` is where they are recorded: the folder `editions` beside a workbook on this machine, else None.
    """

    name: str
    content: EcosystemMap | None
    problems: tuple[Problem, ...] = ()
    rows: Rows | None = None
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    folder: Path | None = None


def read_version(name: str, *, today: date) -> Version:
    """The version that `name` means: the path of a file, or REV:path in the Git repository of the present folder.

    A file of that very name goes before a revision. Raises UsageError when there is neither, and PipelineError when Git
    is missing or fails.
    """
    path, found = Path(name), _REVISION.fullmatch(name)
    return _of_history(name, found[1], found[2], today) if found and not path.exists() else _of_file(path, name, today)


def has_revision(revision: str) -> bool:
    """Whether `revision` is a commit in the repository of the present folder; False also where there is no Git."""
    if not re.fullmatch(r"[^-:\s][^:\s]*", revision):
        return False
    try:
        return _git("cat-file", "-e", f"{revision}^{{commit}}") is not None
    except PipelineError:
        return False


def workbook_then(path: Path, revision: str) -> str | None:
    """What to call the workbook `path` as it was in `revision`, for `read_version`; None when it was not there yet.

    A workbook that has another name today is the one of its folder, if that held only one.
    """
    top = _git("rev-parse", "--show-toplevel")
    if top is None:
        return None
    real = path.resolve()
    try:
        inside = real.relative_to(Path(top.decode("utf-8", "surrogateescape").strip()).resolve()).as_posix()
    except ValueError:
        return None
    if _git("cat-file", "-e", f"{revision}:{inside}") is not None:
        return f"{revision}:{inside}"
    folder = inside.rpartition("/")[0]
    named = [name for name, _ in _files(f"{revision}:{folder}") if name.lower().endswith(".xlsx")]
    return f"{revision}:{folder}/{named[0]}".replace(":/", ":") if len(named) == 1 else None


def _of_file(path: Path, name: str, today: date) -> Version:
    if not path.exists():
        raise UsageError(
            f"There is no file “{name}”.",
            help="give a workbook, a map.json, or REVISION:path of a file in Git, such as main:source/map.xlsx.",
        )
    if path.is_file():
        with path.open("rb") as opened:
            start = opened.read(64)
        if _is_data(path.name, start):
            if path.stat().st_size > MOST_BYTES:
                raise UsageError(f"“{name}” is larger than {MOST_BYTES // 1024**2} MiB, which no map is.")
            return Version(name=name, content=_content(path.read_bytes(), name))
    folder = path.parent / FOLDER
    found = _of_workbook(path, name, today, lambda edition: recorded_approvals(folder, edition))
    return replace(found, folder=folder)


def _of_history(name: str, revision: str, inside: str, today: date) -> Version:
    body = _blob(f"{revision}:{inside}", name)
    if _is_data(inside, body):
        return Version(name=name, content=_content(body, name))
    folder = inside.rpartition("/")[0]
    beside = f"{revision}:{folder}/" if folder else f"{revision}:"

    def approved(edition: str) -> Mapping[str, Approval]:
        path = approvals_file(Path(FOLDER), edition)
        files = dict(_files(f"{beside}{FOLDER}", {path.name}))
        return read_approvals(files[path.name], path.name) if path.name in files else {}

    with TemporaryDirectory(prefix="ecosystem-map-") as made:
        workbook = Path(made) / (PurePosixPath(inside).name or "workbook.xlsx")
        workbook.write_bytes(body)
        for kind in _BESIDE:
            (Path(made) / kind).mkdir()
            for file, held in _files(f"{beside}{kind}"):
                (Path(made) / kind / file).write_bytes(held)
        return _of_workbook(workbook, name, today, approved)


def _of_workbook(path: Path, name: str, today: date, approved: Callable[[str], Mapping[str, Approval]]) -> Version:
    loaded = load(path, today=today)
    return Version(
        name=name,
        content=loaded.content,
        problems=loaded.problems,
        rows=loaded.rows,
        approvals=approved(loaded.content.settings.edition) if loaded.content else {},
    )


def _is_data(name: str, start: bytes) -> bool:
    return name.lower().endswith(".json") or start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _content(body: bytes, name: str) -> EcosystemMap:
    try:
        return read_map(body)
    except UsageError as error:
        raise UsageError(f"“{name}” cannot be read. {error}", help=error.help) from error


def _blob(address: str, name: str) -> bytes:
    kind = _git("cat-file", "-t", address)
    if kind is None or kind.strip() != b"blob":
        raise UsageError(
            f"“{name}” is neither a file here nor a file in Git's history.",
            help="look at the spelling; REVISION:path counts from the top of the repository.",
        )
    if int(_git("cat-file", "-s", address) or 0) > MOST_BYTES:
        raise UsageError(f"“{name}” is larger than {MOST_BYTES // 1024**2} MiB, which no map is.")
    body = _git("cat-file", "blob", address)
    if body is None:
        raise PipelineError(f"Git could not give “{name}”.", help="“git fsck” says whether the repository is sound.")
    return body


def _files(folder: str, wanted: Set[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """The plain files directly in a folder of a revision, by name; none if there is no such folder."""
    for line in (_git("ls-tree", "-z", "-l", folder) or b"").split(b"\0"):
        about, _, raw = line.partition(b"\t")
        name = raw.decode("utf-8", "replace")
        if not about or "/" in name or "\\" in name or name.startswith(".") or (wanted and name not in wanted):
            continue
        mode, kind, identifier, size = about.decode().split()
        if kind == "blob" and mode.startswith("100") and int(size) <= MOST_BYTES_OF_A_FILE:
            yield name, _git("cat-file", "blob", identifier) or b""


def _git(*arguments: str) -> bytes | None:
    """What Git prints, or None when it fails. No argument begins with a hyphen that is not ours; there is no shell."""
    try:
        # Plumbing that prints objects: it runs no filter, no driver and no pager of the repository.
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError as error:
        raise PipelineError("Git is not installed, so its history cannot be read.", help="install git.") from error
    except subprocess.TimeoutExpired as error:
        raise PipelineError(f"Git did not answer within {_SECONDS} seconds.") from error
    return done.stdout if done.returncode == 0 else None
