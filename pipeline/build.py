"""The whole line in one function: load → render → parity → publish."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from pipeline.build_record import record_of
from pipeline.changes import changes_for_readers
from pipeline.editions import FOLDER, earlier_editions
from pipeline.errors import PipelineError, UsageError
from pipeline.fit import check_fit
from pipeline.load import Loaded
from pipeline.model import EcosystemMap
from pipeline.problems import Problem, has_errors, in_order
from pipeline.publishing import Published, publish
from pipeline.rendering import data, web
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.links import dead_internal_link, missing_image
from pipeline.rendering.media_types import PDF
from pipeline.rendering.parity import lost_text
from pipeline.rendering.readings import Readings
from pipeline.rendering.web_sizes import with_sizes
from pipeline.templating import Templates

if TYPE_CHECKING:
    from pipeline.rendering.orders import Kept

UNDATED = date(2000, 1, 1)
"""What dates the files of an edition without a date: they must never carry the clock."""

_SECONDS_BETWEEN = 5
"""How long a build is silent at most while it lays out briefs."""

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
    kept: "Kept | None" = None,
    scope: str = "",
    say: Say = lambda step: None,
) -> Built:
    """Render what `loaded` holds, prove that nothing is lost, and publish it to `output`.

    `epoch` (seconds since 1970, from SOURCE_DATE_EPOCH) dates the files instead of the edition's date; `since` is the
    edition to say the changes from, by default the one before among those recorded beside the workbook; `paper` goes
    before the paper of the Settings sheet; `kept` and `scope` are as in `rendering.printing`. With errors, in content or
    outputs, nothing is written and the last release stays. Raises PipelineError when the machine fails.
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
    early: list[Problem] = []
    readings = Readings()

    def look_early(artefacts: Sequence[Artefact]) -> None:
        early.extend(lost_text(content, {artefact.path: artefact for artefact in artefacts}, readings=readings))

    artefacts = render(
        content,
        stamp=stamp,
        templates=templates,
        parts=parts,
        since=since,
        history=history,
        paper=paper,
        kept=kept,
        scope=scope,
        say=say,
        readings=readings,
        meanwhile=look_early,
    )
    say("Looking for every text in every form")
    by_path = {artefact.path: artefact for artefact in artefacts}
    briefs = {path: artefact for path, artefact in by_path.items() if artefact.media_type == PDF}
    if early or any(True for _ in lost_text(content, briefs)):
        # Something is lost: once more over all forms together, so that one problem says where it is missing.
        found += lost_text(content, by_path, readings=readings)
    found += dead_internal_link(content, by_path, elsewhere=_left_out(parts), readings=readings)
    found += missing_image(content, by_path, readings=readings)
    problems = in_order((*loaded.problems, *found))
    if has_errors(problems) or (strict and found):
        return Built(problems=problems, artefacts=artefacts)
    say("Publishing")
    record = record_of(
        loaded,
        stamp=stamp,
        templates=templates,
        parts=[part.value for part in Part if part in parts],
        since=since,
        editions=editions,
    )
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
    kept: "Kept | None" = None,
    scope: str = "",
    say: Say,
    readings: Readings | None = None,
    meanwhile: Callable[[Sequence[Artefact]], None] = lambda artefacts: None,
) -> tuple[Artefact, ...]:
    """The artefacts of `parts`, in a fixed order.

    The briefs are laid out by processes of their own; the data and the pages are made while these work, and `meanwhile`
    is called with them, complete but for the sizes of the briefs. `readings` is as for `web.render`.
    """
    wanted = set(parts)
    has_pictures = {Part.BRIEF, Part.WEB} <= wanted
    data_files = data.render(content, stamp=stamp) if wanted & {Part.BRIEF, Part.DATA} else iter(())
    map_file = next(data_files, None)
    stopped = Event()
    work = None
    if Part.BRIEF in wanted:
        body = map_file.body if map_file else None
        options = {"data": body, "kept": kept, "scope": scope, "progress": _pages_said(say, stopped)}
        work = _printing(content, stamp, templates, since, paper, has_pictures=has_pictures, **options)
    with _beside(work, stopped) as printing:
        made = (map_file, *data_files) if map_file and Part.DATA in wanted else ()
        pages: tuple[Artefact, ...] = ()
        if Part.WEB in wanted:
            say("Making the web map")
            pages = tuple(
                web.render(
                    content,
                    stamp=stamp,
                    templates=templates,
                    since=since,
                    changes=changes_for_readers(since, content) if since else (),
                    history=history,
                    has_pictures=has_pictures,
                    sizes_come_late=Part.BRIEF in wanted,
                    readings=readings,
                )
            )
        meanwhile((*made, *pages))
        printed = printing()
    sizes = {one.path: len(one.body) for one in printed}
    briefs = tuple(one for one in printed if one.media_type == PDF)
    pages = tuple(
        replace(page, body=with_sizes(page.body, sizes)) if page.media_type.startswith("text/html") else page
        for page in pages
    )
    return (*made, *briefs, *pages, *(one for one in printed if one not in briefs))


@contextmanager
def _beside(
    work: Callable[[], Iterable[Artefact]] | None, stopped: Event
) -> Iterator[Callable[[], tuple[Artefact, ...]]]:
    """`work` done by a thread while the context lasts, and a function that waits for what it made. `stopped` is set
    when the context fails."""
    if work is None:
        yield lambda: ()
        return
    from concurrent.futures import ThreadPoolExecutor  # late: pages alone need none

    with ThreadPoolExecutor(max_workers=1) as pool:
        made = pool.submit(lambda: tuple(work()))
        try:
            yield made.result
        except BaseException:
            stopped.set()
            raise


def _printing(
    content: EcosystemMap,
    stamp: Stamp,
    templates: Templates,
    since: EcosystemMap | None,
    paper: str | None,
    *,
    has_pictures: bool,
    **options: Any,
) -> Callable[[], Iterator[Artefact]]:
    """What lays out the briefs and, with a web map, the pictures for sharing. Their HTML is made now, before there is a
    second thread: of two that compute, one would wait for the other, and the workers with it."""
    from pipeline.rendering import brief, social  # late: most of what a build of pages alone would import

    documents = tuple(brief.documents_of(content, stamp=stamp, templates=templates, since=since, paper=paper))
    pictures = social.pictures(content, stamp=stamp, templates=templates) if has_pictures else ()
    return partial(brief.printed_with_fonts, documents, pictures, stamp=stamp, templates=templates, **options)


def _pages_said(say: Say, stopped: Event) -> Callable[[int, int], None]:
    """How far the briefs are, said at the beginning and then every few seconds, with the time that is left."""
    began = last = monotonic()
    is_first = True

    def progress(done: int, of: int) -> None:
        nonlocal last, is_first
        if stopped.is_set():
            raise PipelineError("The briefs were given up, as the build has failed.")
        now = monotonic()
        if is_first:
            say(f"Laying out the briefs, about {of} pages")
        elif now - last >= _SECONDS_BETWEEN and done < of:
            left = (now - began) / done * (of - done)
            say(f"Laying out the briefs: {done} of about {of} pages, about {_duration(left)} left")
        if is_first or now - last >= _SECONDS_BETWEEN:
            last = now
        is_first = False

    return progress


def _duration(seconds: float) -> str:
    """A time to wait as people say it: “40 seconds”, “3 minutes”."""
    if seconds < 100:
        return f"{max(5, 5 * round(seconds / 5))} seconds"
    return f"{round(seconds / 60)} minutes"


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
