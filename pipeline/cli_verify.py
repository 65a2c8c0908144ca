"""The command that says which edition a PDF is of, whether it is the published one, and whether it was altered."""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipeline.cli_terminal import CONTENT_HAS_PROBLEMS, DONE
from pipeline.errors import UsageError
from pipeline.harmless import visible
from pipeline.rendering.seal import Named, read_seal

_DATA, _RECORD = Path("output/site/data/map.json"), Path("output/build.json")
_LARGEST = 200_000_000
"""Bytes: no brief is nearly as large, and a file that is would only fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is published: the edition and the digest of its data, and the hashes of its PDFs (path by SHA-256), if the
    record of the build is there."""

    edition: str
    digest: str
    hashes: dict[str, str]


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="What is published: a map.json, or the build.json of the release.  [default: those in output/]",
)
def verify_command(file: Path, data: Path | None) -> None:
    """Say which edition the brief FILE is of, whether that is the published one, and whether it was altered.

    FILE carries a seal over its own bytes, which shows damage and edits. Whoever knows how can make a new seal; only a
    comparison with the publisher's own build.json rules that out.
    """
    body = _bytes_of(file)
    named = read_seal(body)
    release = _release(data)
    lines, is_good = verdict(body, named, release)
    click.echo("".join(f"{visible(line)}\n" for line in lines), nl=False)
    sys.exit(DONE if is_good else CONTENT_HAS_PROBLEMS)


def verdict(body: bytes, named: Named | None, release: Release | None) -> tuple[list[str], bool]:
    """What is to be said of a file, and whether it is current and unaltered."""
    if named is None:
        kind = "It is no PDF." if not body.startswith(b"%PDF-") else "It is a PDF without the mark of an edition."
        why = " It is protected with a password, which a brief never is." if b"/Encrypt" in body else ""
        return [f"{kind}{why} Whether it was made from a brief cannot be said."], False
    when = f", published on {named.published_on}" if named.published_on else ""
    drafts = " It holds unpublished drafts." if named.drafts else ""
    lines = [f"It says that it is of edition {named.edition}{when} (release {named.digest[:12] or 'unknown'}).{drafts}"]
    path = release.hashes.get(hashlib.sha256(body).hexdigest()) if release else None
    is_current = bool(release and named.digest) and release is not None and release.digest == named.digest
    if path:
        lines.append(f"It is unaltered: byte for byte the published {path}, as the record of the build has it.")
    elif not named.is_intact:
        lines.append("It was altered, or damaged, after it was made: its bytes do not fit its seal.")
    elif is_current and release is not None and release.hashes:
        lines.append(
            "Its seal fits its bytes, but it is not among the files that the record of the build lists: "
            "it was made in another build, or altered and sealed anew."
        )
    else:
        lines.append("Its seal fits its bytes: nothing was changed by accident, or by a program that does not know it.")
    is_unaltered = bool(path) or (named.is_intact and not (is_current and release is not None and release.hashes))
    if release is None:
        lines.append(
            "Whether it is the current edition cannot be said: there is no published data to compare it with "
            "(--data FILE)."
        )
    elif is_current and is_unaltered:
        lines.append("It is current: its content is the published content.")
    elif is_current:
        lines.append("The edition that it names is the published one.")
    elif release.edition == named.edition:
        lines.append(f"It is not current: edition {release.edition} was published with other content.")
    else:
        lines.append(f"It is not current: edition {release.edition} is published now.")
    return lines, is_current and is_unaltered


def _bytes_of(file: Path) -> bytes:
    if not file.is_file():
        raise UsageError(f"There is no file “{file}”.", help="check the path of the PDF.")
    if file.stat().st_size > _LARGEST:
        raise UsageError(f"“{file.name}” is larger than any brief.", help="choose the PDF of a brief.")
    return file.read_bytes()


def _release(data: Path | None) -> Release | None:
    """The release that `data` describes, or the one in output/; None if there is none there."""
    if data is not None:
        if not data.is_file():
            raise UsageError(f"There is no file “{data}”.", help="--data takes a published map.json or a build.json.")
        found = _read(data)
        if found is None:
            raise UsageError(f"“{data.name}” is neither a published map.json nor a build.json.")
        return found
    published, record = (_read(path) if path.is_file() else None for path in (_DATA, _RECORD))
    if published and record and published.digest == record.digest:
        return record
    return published or record


def _read(path: Path) -> Release | None:
    try:
        read: Any = json.loads(path.read_bytes())
        stamp = read.get("stamp", read)
        edition, digest = stamp["edition"], stamp["digest"]
        outputs = read.get("outputs", [])
        hashes = {item["sha256"]: item["path"] for item in outputs if item["path"].endswith(".pdf")}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not all(isinstance(text, str) for text in (edition, digest, *hashes, *hashes.values())):
        return None
    return Release(edition=edition, digest=digest, hashes=hashes)
