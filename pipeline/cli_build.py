"""The command that publishes: `build`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

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
from pipeline.harmless import visible
from pipeline.load import Loaded
from pipeline.model import EcosystemMap
from pipeline.rendering.artefacts import Artefact
from pipeline.reports import as_text, contents


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
@click.option("--only", type=click.Choice(["web", "brief", "data"]), help="Make only this form.")
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
    only: str | None,
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
    from pipeline.build import Part, build, epoch_of
    from pipeline.cache import Cache, default_folder
    from pipeline.fingerprint import fingerprint
    from pipeline.templating import environment

    kept = None if no_cache else Cache(cache or default_folder())
    before = _edition_before(since)
    with progress(quiet=quiet) as say:
        loaded = load_named(workbook, strict=strict, drafts=drafts, say=say)
        built = build(
            loaded,
            output=output,
            templates=environment(templates=templates, project=_project(loaded.path)),
            parts=(Part(only),) if only else Part,
            strict=strict,
            drafts=drafts,
            epoch=epoch_of(os.environ),
            since=before,
            paper=paper,
            kept=kept,
            scope=fingerprint() if kept else "",
            say=say,
        )
    if kept:
        kept.prune()
    if built.problems:
        chatter(as_text(built.problems, file_name=loaded.path.name, colour=shows_colour(sys.stderr)))
    if built.published is None:
        chatter("Nothing was published; the last release is as it was.\n")
        sys.exit(CONTENT_HAS_PROBLEMS)
    if not quiet:
        chatter(_made(built.artefacts, loaded, built.published.weaker_promise, output, only))


def _edition_before(file: Path | None) -> EcosystemMap | None:
    """The content of a published map.json. UsageError if there is none in `file`."""
    if file is None:
        return None
    from pipeline.published import read_map

    if not file.is_file():
        raise UsageError(f"There is no file “{file}”.", help="--since takes the data/map.json of the edition before.")
    return read_map(file.read_bytes())


def _project(workbook: Path) -> Path:
    """The folder of the project that a workbook belongs to: the one above source/, else the workbook's own."""
    folder = workbook.absolute().parent
    return folder.parent if folder.name == "source" else folder


def _made(artefacts: Sequence[Artefact], loaded: Loaded, promise: str, output: Path, only: str | None) -> str:
    """The end of a build: what was made, where, how many of each, and what to do next."""
    from pipeline.build_record import count_forms

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
        lines.append("Only this form was made: links to the others lead nowhere until the next whole build.")
    if only in (None, "web"):
        lines.append(f"Next: open {site / 'index.html'} in a browser, or put the folder {site} on any web host.")
    if only in (None, "brief"):
        lines.append(f"{site / 'brief.pdf'} is the printable brief; each stakeholder's own is in {site / 'briefs'}.")
    return "".join(f"{line}\n" for line in lines if line)
