"""A repository like this one with a pull request in it, checked out as GitHub checks out a request."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from workflow_runner import Run, Runner

ROOT = Path(__file__).parents[1]
WORKBOOK = "source/ecosystem-map.xlsx"
NUMBER = 7

Edit = Callable[[openpyxl.Workbook], None]

VERIFYING = bool(os.environ.get("ECOSYSTEM_MAP_VERIFY"))
"""Set by script/verify: then every run sets up its own .venv from the lock file, as on GitHub."""


def git(folder: Path, *arguments: str) -> str:
    """What Git prints; whoever runs the tests does not matter to it."""
    who = ["-c", "user.name=A person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return done.stdout.strip()


def edit(path: Path, *edits: Edit) -> None:
    """Make `edits` to the workbook at `path`, as somebody with a spreadsheet program would."""
    book = openpyxl.load_workbook(path)
    for one in edits:
        one(book)
    book.save(path)


def setting(sheet: str, cell: str, text: str) -> Edit:
    """The edit that writes `text` into a cell."""

    def write(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = text

    return write


def repository(folder: Path) -> Path:
    """A repository in `folder` with the files of this one, as they are now, in one commit on the branch main."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if not name.startswith(("tests/", "docs/images/")) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Before")
    return folder


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A clone as actions/checkout makes it for a request, and the environment that GitHub sets there."""

    clone: Path
    environment: dict[str, str]

    def job(self, workflow: str, name: str, temporary: Path) -> Run:
        """Run a job of one of our workflows in it."""
        temporary.mkdir()
        runner = Runner(workspace=self.clone, temporary=temporary, environment=self.environment)
        return runner.job(self.clone / ".github" / "workflows" / workflow, name)


def there(
    clone: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `ecosystem-map` in `clone`, with nothing in the environment but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=clone,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **(environment or {})},
    )


def request(origin: Path, folder: Path, *edits: Edit, body: bytes | None = None, depth: int = 2) -> Checkout:
    """A pull request to `origin` that makes `edits`, or puts `body` in the workbook's place, checked out in `folder`."""
    git(origin, "checkout", "--quiet", "-B", "request", "main")
    if body is None:
        edit(origin / WORKBOOK, *edits)
    else:
        (origin / WORKBOOK).write_bytes(body)
    git(origin, "commit", "--quiet", "--all", "--message", "A change")
    git(origin, "checkout", "--quiet", "-B", "merge", "main")
    git(origin, "merge", "--quiet", "--no-ff", "--message", "Merge", "request")
    clone = folder / "clone"
    git(folder, "clone", "--quiet", f"--depth={depth}", "--branch=merge", origin.as_uri(), str(clone))
    event = folder / "event.json"
    event.write_text(
        json.dumps({"pull_request": {"number": NUMBER, "base": {"sha": git(origin, "rev-parse", "main")}}})
    )
    _set_up(clone)
    return Checkout(
        clone=clone,
        environment={
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF": f"refs/pull/{NUMBER}/merge",
        },
    )


def pushed(origin: Path, folder: Path, *edits: Edit) -> Checkout:
    """A commit on the branch main of `origin` that makes `edits`, checked out in `folder`."""
    git(origin, "checkout", "--quiet", "main")
    edit(origin / WORKBOOK, *edits)
    git(origin, "commit", "--quiet", "--all", "--message", "A change")
    clone = folder / "clone"
    git(folder, "clone", "--quiet", "--depth=2", "--branch=main", origin.as_uri(), str(clone))
    event = folder / "event.json"
    event.write_text(json.dumps({"before": "0" * 40}))
    _set_up(clone)
    return Checkout(
        clone=clone,
        environment={"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(event)},
    )


def _set_up(clone: Path) -> None:
    """What script/setup would make, of the packages that these tests run with: a command that runs the clone's code."""
    if VERIFYING:
        return
    locked = b"".join((clone / name).read_bytes() for name in ("uv.lock", "pyproject.toml", "script/setup"))
    command = clone / ".venv" / "bin" / "ecosystem-map"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{clone}" exec "{sys.executable}" -m pipeline "$@"\n')
    command.chmod(0o755)
    (command.parent / "python").symlink_to(sys.executable)
    (clone / ".venv" / "ready-build").write_text(f"{hashlib.sha256(locked).hexdigest()}  -\n")
