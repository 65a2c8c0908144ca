"""The record of a build: what it was made from, and how much it made."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from pipeline import __version__
from pipeline.editions import FOLDER, Edition
from pipeline.fingerprint import installed
from pipeline.json_values import JsonValue
from pipeline.load import Loaded, files_in
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.rendering import data
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.templating import Templates

_LIBRARIES = (
    "jinja2",
    "lucide",
    "markdown-it-py",
    "nh3",
    "pikepdf",
    "pydantic",
    "pypdfium2",
    "segno",
    "uharfbuzz",
    "weasyprint",
)
"""The libraries whose version can change a published byte."""


def counts_of(content: EcosystemMap) -> Mapping[str, int]:
    """How many entries each sheet publishes, by the sheet's key."""
    return {sheet.key: len(getattr(content, sheet.key)) for sheet in PUBLISHED_SHEETS if not sheet.settings}


def count_forms(artefacts: Iterable[Artefact]) -> Counter[str]:
    """How many files of each kind there are: “pages”, “briefs”, “data files”, “other files”."""
    kinds = {
        "text/html": "pages",
        "application/pdf": "briefs",
        "application/json": "data files",
        "text/csv": "data files",
    }
    return Counter(kinds.get(artefact.media_type.split(";")[0], "other files") for artefact in artefacts)


def record_of(
    loaded: Loaded,
    *,
    stamp: Stamp,
    templates: Templates,
    parts: Iterable[str],
    since: EcosystemMap | None = None,
    editions: Sequence[Edition] = (),
) -> Mapping[str, JsonValue]:
    """The record of a build of `parts`, without the list of outputs: edition, hashes of the inputs, versions, counts."""
    if loaded.content is None:
        raise ValueError("only a workbook with content has a record")
    pages = loaded.rows.surroundings.pages if loaded.rows else files_in(loaded.path.parent / "pages")
    files = {f"images/{name}": body for name, body in loaded.content.images.items()}
    files |= {f"pages/{name}": body for name, body in pages.items()}
    files |= {f"{FOLDER}/{edition.path.name}": edition.path.read_bytes() for edition in editions}
    inputs: list[JsonValue] = [{"path": loaded.path.name, "sha256": loaded.sha256}]
    inputs += [{"path": path, "sha256": sha256(body).hexdigest()} for path, body in sorted(files.items())]
    inputs += [
        {"path": f"templates/{name}", "sha256": sha256(templates.read(name)).hexdigest()}
        for name in templates.names(".", "")
    ]
    versions = installed()
    return {
        "edition": stamp.edition,
        "published_on": stamp.published_on.isoformat() if stamp.published_on else None,
        "digest": stamp.digest,
        "moment": stamp.moment.isoformat(),
        "drafts": stamp.drafts,
        "since": {"edition": since.settings.edition, "digest": data.digest(since)} if since else None,
        "parts": list(parts),
        "counts": dict(counts_of(loaded.content)),
        "versions": {
            "ecosystem-map": __version__,
            **{name: versions.get(name) or _version(name) for name in _LIBRARIES},
        },
        "inputs": inputs,
    }


def _version(name: str) -> str:
    """The version of a package whose folder does not say it, as those that a Linux distribution installs."""
    from importlib.metadata import version  # late: it takes five times as long as reading the names of folders

    return version(name)
