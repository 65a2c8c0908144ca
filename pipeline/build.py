"""The whole line in one function: load → render → parity → publish."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__
from pipeline.changes import changes
from pipeline.editions import FOLDER, Edition, earlier_editions
from pipeline.errors import UsageError
from pipeline.fit import check_fit
from pipeline.json_values import JsonValue
from pipeline.load import Loaded
from pipeline.model import PUBLISHED_SHEETS, EcosystemMap
from pipeline.problems import Problem, has_errors, in_order
from pipeline.publishing import Published, publish
from pipeline.rendering import brief, data, social, web
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.parity import lost_text
from pipeline.templating import Templates

UNDATED = date(2000, 1, 1)
"""What dates the files of an edition without a date: they must never carry the clock."""

_LIBRARIES = ("jinja2", "lucide", "markdown-it-py", "nh3", "pikepdf", "pydantic", "pypdfium2", "segno", "weasyprint")
"""The libraries whose version can change a published byte."""

Say = Callable[[str], None]
"""How a build tells what it is doing: called with a few words before each step that takes a while."""


class Part(StrEnum):
    """One of the three forms that a map is published in."""

    WEB = "web"
    BRIEF = "brief"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build came to: the problems of content and outputs, and the release, if there were no errors."""

    problems: tuple[Problem, ...]
    published: Published | None = None
    artefacts: tuple[Artefact, ...] = ()


def build(
    loaded: Loaded,
    *,
    output: Path,
    templates: Templates,
    parts: Iterable[Part] = Part,
    strict: bool = False,
    drafts: bool = False,
    epoch: int | None = None,
    since: EcosystemMap | None = None,
    paper: str | None = None,
    say: Say = lambda step: None,
) -> Built:
    """Render what `loaded` holds, prove that nothing is lost, and publish it to `output`.

    `epoch` (seconds since 1970, from SOURCE_DATE_EPOCH) dates the files instead of the edition's date; `since` is the
    edition to say the changes from, by default the one before among those recorded beside the workbook; `paper` goes
    before the paper of the Settings sheet. With errors, in content or outputs, nothing is written and the last release
    stays. Raises PipelineError when the machine fails.
    """
    content = loaded.content
    if content is None:
        return Built(problems=loaded.problems)
    parts = tuple(dict.fromkeys(parts))
    stamp = stamp_of(content, epoch=epoch, drafts=drafts)
    found = list(check_fit(content))
    if has_errors(found):
        return Built(problems=in_order((*loaded.problems, *found)))
    editions = earlier_editions(loaded.path.parent / FOLDER, content)
    history = tuple(edition.content for edition in editions)
    since = since or (history[-1] if history else None)
    artefacts = render(
        content, stamp=stamp, templates=templates, parts=parts, since=since, history=history, paper=paper, say=say
    )
    say("Looking for every text in every form")
    by_path = {artefact.path: artefact for artefact in artefacts}
    found += lost_text(content, by_path)
    found += dead_internal_link(content, by_path, elsewhere=_left_out(parts))
    found += missing_image(content, by_path)
    problems = in_order((*loaded.problems, *found))
    if has_errors(problems) or (strict and found):
        return Built(problems=problems, artefacts=artefacts)
    say("Publishing")
    record = record_of(loaded, stamp=stamp, templates=templates, parts=parts, since=since, editions=editions)
    published = publish(artefacts, record=record, output=output, protected=(loaded.path, loaded.path.parent))
    return Built(problems=problems, published=published, artefacts=artefacts)


def render(
    content: EcosystemMap,
    *,
    stamp: Stamp,
    templates: Templates,
    parts: Iterable[Part] = Part,
    since: EcosystemMap | None = None,
    history: Sequence[EcosystemMap] = (),
    paper: str | None = None,
    say: Say,
) -> tuple[Artefact, ...]:
    """The artefacts of `parts`, in a fixed order. The brief is laid out by its own processes; the web map, which takes a
    small part of the time, comes after it, to say how large each brief is.
    """
    wanted = set(parts)
    made: list[Artefact] = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        printing = None
        if Part.BRIEF in wanted:
            printing = pool.submit(
                lambda: tuple(
                    brief.render(
                        content,
                        stamp=stamp,
                        templates=templates,
                        data=data.map_file(content, stamp=stamp).body,
                        since=since,
                        paper=paper,
                        progress=say,
                    )
                )
            )
        if Part.DATA in wanted:
            say("Making the data files")
            made += data.render(content, stamp=stamp)
        printed = printing.result() if printing else ()
        made += printed
        if Part.WEB in wanted:
            say("Making the web map")
            made += web.render(
                content,
                stamp=stamp,
                templates=templates,
                since=since,
                changes=changes(since, content) if since else (),
                history=history,
                has_pictures=Part.BRIEF in wanted,
                brief_sizes={artefact.path: len(artefact.body) for artefact in printed},
            )
        if printing and Part.WEB in wanted:
            say("Making the pictures for sharing")
            made += social.render(content, stamp=stamp, templates=templates)
    return tuple(made)


def stamp_of(content: EcosystemMap, *, epoch: int | None = None, drafts: bool = False) -> Stamp:
    """The stamp of a release: its edition, the digest of its content and the moment that dates its files."""
    settings = content.settings
    edition_day = datetime.combine(settings.published_on or UNDATED, time(), tzinfo=UTC)
    return Stamp(
        edition=settings.edition,
        published_on=settings.published_on,
        digest=data.digest(content),
        moment=datetime.fromtimestamp(epoch, tz=UTC) if epoch is not None else edition_day,
        drafts=drafts,
    )


def epoch_of(environment: Mapping[str, str]) -> int | None:
    """The moment that SOURCE_DATE_EPOCH names, in seconds since 1970; None when it is not set.

    Raises UsageError when it is no such number. Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > 253_402_300_799:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is “{text}”, which is not a number of seconds since 1970.",
            help="set it to a whole number, for instance the time of the last commit, or unset it.",
        )
    return int(text)


def _left_out(parts: Iterable[Part]) -> tuple[str, ...]:
    """Beginnings of the paths that a build of only some parts leaves out, so that links there are not dead."""
    paths = {Part.BRIEF: ("brief.pdf", "briefs/"), Part.DATA: ("data/",), Part.WEB: ()}
    return tuple(path for part in Part if part not in set(parts) for path in paths[part])


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
    parts: Iterable[Part],
    since: EcosystemMap | None = None,
    editions: Sequence[Edition] = (),
) -> Mapping[str, JsonValue]:
    """The record of the build, without the list of outputs: edition, hashes of every input, versions, counts."""
    if loaded.content is None or loaded.rows is None:
        raise ValueError("only a workbook with content has a record")
    beside = loaded.rows.surroundings
    files = {f"images/{name}": body for name, body in loaded.content.images.items()}
    files |= {f"pages/{name}": body for name, body in beside.pages.items()}
    files |= {f"{FOLDER}/{edition.path.name}": edition.path.read_bytes() for edition in editions}
    inputs: list[JsonValue] = [{"path": loaded.path.name, "sha256": loaded.sha256}]
    inputs += [{"path": path, "sha256": sha256(body).hexdigest()} for path, body in sorted(files.items())]
    inputs += [
        {"path": f"templates/{name}", "sha256": sha256(templates.read(name)).hexdigest()}
        for name in templates.names(".", "")
    ]
    return {
        "edition": stamp.edition,
        "published_on": stamp.published_on.isoformat() if stamp.published_on else None,
        "digest": stamp.digest,
        "moment": stamp.moment.isoformat(),
        "drafts": stamp.drafts,
        "since": {"edition": since.settings.edition, "digest": data.digest(since)} if since else None,
        "parts": [part.value for part in Part if part in set(parts)],
        "counts": dict(counts_of(loaded.content)),
        "versions": {"ecosystem-map": __version__, **{name: version(name) for name in _LIBRARIES}},
        "inputs": inputs,
    }
