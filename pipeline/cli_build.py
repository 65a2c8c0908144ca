"""The command that publishes: `build`."""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import unchanged
from pipeline.cache import Cache, default_folder
from pipeline.cli_terminal import (
    CONTENT_HAS_PROBLEMS,
    QUIET,
    STRICT,
    WORKBOOK,
    chatter,
    load_named,
    progress,
    shows_colour,
)
from pipeline.errors import UsageError
from pipeline.fingerprint import fingerprint
from pipeline.harmless import visible
from pipeline.places import default_workbook, project_of, template_folders
from pipeline.problems import Problem
from pipeline.rendering.artefacts import Artefact

if TYPE_CHECKING:
    from pipeline.load import Loaded
    from pipeline.model import EcosystemMap


@click.command("build")
@WORKBOOK
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output"),
    show_default=True,
    help="The folder to publish to: the release is its folder “site”.",
)
@click.option(
    "--only", multiple=True, type=click.Choice(["web", "brief", "data"]), help="Make only this form; may be repeated."
)
@click.option("--templates", type=click.Path(path_type=Path), help="A folder of templates that go before the others.")
@click.option("--drafts", is_flag=True, help="Publish drafts too, marked as such.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="The data/map.json that web map and brief say the changes from; by default the latest in source/editions.",
)
@click.option("--paper", type=click.Choice(["A4", "Letter"]), help="The paper of the briefs, whatever Settings says.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ECOSYSTEM_MAP_CACHE",
    help="Where to keep what the next build need not make again (by default the user's cache folder).",
)
@click.option("--no-cache", is_flag=True, help="Make everything anew, and keep nothing.")
@STRICT
@QUIET
def build_command(
    workbook: Path | None,
    output: Path,
    only: tuple[str, ...],
    templates: Path | None,
    drafts: bool,
    since: Path | None,
    paper: str | None,
    cache: Path | None,
    no_cache: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Check the WORKBOOK (by default the one in source/), and publish the web map, the briefs and the data."""
    path = workbook or default_workbook(Path("source"))
    kept = None if no_cache else Cache(cache or default_folder())
    options = {
        "output": str(output),  # what is said at the end names it
        "only": sorted(set(only)),
        "drafts": drafts,
        "since": sha256(since.read_bytes()).hexdigest() if since and since.is_file() else str(since),
        "paper": paper,
        "strict": strict,
        "epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
        "today": date.today(),
    }
    folders = template_folders(templates, project_of(path))
    key = unchanged.key_of(path, folders, options) if kept else None
    release = unchanged.find(kept, key, output) if kept else None
    if release is None:
        release = _built(
            path,
            output=output,
            only=only,
            templates=templates,
            drafts=drafts,
            since=since,
            paper=paper,
            strict=strict,
            kept=kept,
            quiet=quiet,
        )
        # Only if nothing was changed while it was built.
        if kept and key and key == unchanged.key_of(path, folders, options):
            unchanged.keep(kept, key, output, release.problems, release.said)
        said = release.said
    else:
        said = f"Nothing has changed since this release was built. {release.said}"
    if kept and kept.made:
        kept.prune()
    if release.problems:
        _say_problems(release.problems, path)
    if not quiet:
        chatter(said)


def _built(
    path: Path,
    *,
    output: Path,
    only: tuple[str, ...],
    templates: Path | None,
    drafts: bool,
    since: Path | None,
    paper: str | None,
    strict: bool,
    kept: Cache | None,
    quiet: bool,
) -> unchanged.Release:
    """Build and publish; the process ends here if the content has errors."""
    from pipeline.rendering.pdf_process import Limits, ahead

    before = _edition_before(since)
    with progress(quiet=quiet) as say, ahead(Limits()) as start_layout:
        loaded = _loaded(
            path,
            strict=strict,
            drafts=drafts,
            kept=kept,
            say=say,
            is_new=start_layout if not only or "brief" in only else lambda: None,
        )
        from pipeline.build import Part, build, epoch_of
        from pipeline.templating import environment

        built = build(
            loaded,
            output=output,
            templates=environment(templates=templates, project=project_of(path)),
            parts=[part for part in Part if part.value in only] or Part,
            strict=strict,
            drafts=drafts,
            epoch=epoch_of(os.environ),
            since=before,
            paper=paper,
            kept=kept,
            scope=fingerprint() if kept else "",
            say=say,
        )
    if built.published is None:
        _say_problems(built.problems, path)
        chatter("Nothing was published; the last release is as it was.\n")
        sys.exit(CONTENT_HAS_PROBLEMS)
    return unchanged.Release(
        built.problems, _made(built.artefacts, loaded, built.published.weaker_promise, output, only)
    )


def _loaded(
    path: Path,
    *,
    strict: bool,
    drafts: bool,
    kept: Cache | None,
    say: Callable[[str], None],
    is_new: Callable[[], None],
) -> "Loaded":
    """What the workbook at `path` holds: as it was found before, or read and checked now. `is_new` is called before it is
    read: then there will be something to lay out."""
    from pipeline import kept_content

    today = date.today()
    key = kept_content.key_of(path, today=today, strict=strict, drafts=drafts) if kept and path.is_file() else None
    loaded = kept_content.find(kept, key, path) if kept and key else None
    if loaded is None:
        is_new()
        loaded = load_named(
            path,
            strict=strict,
            drafts=drafts,
            say=say,
            meanwhile=[partial(import_module, name) for name in _NEEDED_NEXT],
        )
        # Only if nothing was changed while it was read.
        if kept and key and key == kept_content.key_of(path, today=today, strict=strict, drafts=drafts):
            kept_content.keep(kept, key, loaded)
    return loaded


_NEEDED_NEXT = ("pipeline.templating", "pipeline.rendering.parity", "pipeline.rendering.web", "pipeline.build")
"""What a build needs when the workbook has been read, in pieces that take about as long to import."""


def _say_problems(problems: Sequence[Problem], path: Path) -> None:
    from pipeline.reports import as_text

    chatter(as_text(tuple(problems), file_name=path.name, colour=shows_colour(sys.stderr)))


def _edition_before(file: Path | None) -> "EcosystemMap | None":
    """The content of a published map.json. UsageError if there is none in `file`."""
    if file is None:
        return None
    from pipeline.published import read_map

    if not file.is_file():
        raise UsageError(f"There is no file “{file}”.", help="--since takes the data/map.json of the edition before.")
    return read_map(file.read_bytes())


def _made(artefacts: Sequence[Artefact], loaded: "Loaded", promise: str, output: Path, only: Sequence[str]) -> str:
    """The end of a build: what was made, where, how many of each, and what to do next."""
    from pipeline.build_record import count_forms
    from pipeline.reports import contents

    if loaded.content is None:
        return ""
    settings, site = loaded.content.settings, output / "site"
    made = ", ".join(f"{number} {kind}" for kind, number in count_forms(artefacts).items())
    lines = [
        f"Published “{visible(settings.title)}”, edition {visible(settings.edition)}, to {site}: {made}.",
        contents(loaded.content),
        promise,
    ]
    if only:
        what = "this form was" if len(set(only)) == 1 else "these forms were"
        lines.append(f"Only {what} made: links to the others lead nowhere until the next whole build.")
    if not only or "web" in only:
        lines.append(f"Next: open {site / 'index.html'} in a browser, or put the folder {site} on any web host.")
    if not only or "brief" in only:
        lines.append(f"{site / 'brief.pdf'} is the printable brief; each stakeholder's own is in {site / 'briefs'}.")
    return "".join(f"{line}\n" for line in lines if line)
