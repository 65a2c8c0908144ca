"""The commands around editions: what changed, the gate before a release, and published data back into a workbook."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

import click

from pipeline.cli_terminal import (
    CONTENT_HAS_PROBLEMS,
    DONE,
    QUIET,
    WORKBOOK,
    chatter,
    load_named,
    progress,
    shows_colour,
)
from pipeline.errors import UsageError
from pipeline.gate import MOST_REMOVED, Finding
from pipeline.harmless import shortened, visible
from pipeline.model import EcosystemMap
from pipeline.problems import Problem, has_errors
from pipeline.records import Rows
from pipeline.report_changes import FORMS, ChangeReport
from pipeline.reports import as_text

if TYPE_CHECKING:
    from pipeline.approvals import Approval
    from pipeline.restoring import Restored  # brings openpyxl, which takes 0.2 s to import

_MOST_REMOVED = click.option(
    "--most-removed",
    type=click.FloatRange(0, 100),
    default=100 * MOST_REMOVED,
    show_default=True,
    metavar="PERCENT",
    help="How much of the content may go at once before the gate stops.",
)


@click.command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How to report.")
@click.option("--gate", is_flag=True, help="End with 1 when a person must look at the changes first.")
@_MOST_REMOVED
@click.option("--approve", metavar="TEXT", help="Approve what the gate stops, for the edition of NEW: “who: why”.")
@click.option("--textconv", type=click.Path(path_type=Path), help="Print this workbook as text instead, for Git.")
@click.option("--output", "-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here.")
@QUIET
def diff_command(
    old: str | None,
    new: str | None,
    form: str,
    gate: bool,
    most_removed: float,
    approve: str | None,
    textconv: Path | None,
    file: Path | None,
    quiet: bool,
) -> None:
    """Say what changed from OLD to NEW, in sentences. Each is a workbook, a map.json, or REVISION:path in Git."""
    if textconv is not None:
        click.echo(_as_plain_text(textconv), nl=False)
        return
    if old is None or new is None:
        raise UsageError("Two versions are compared.", help="ecosystem-map diff OLD NEW, for instance two workbooks.")
    if approve is not None and not gate:
        raise UsageError("Only what the gate stops can be approved.", help="give --gate as well.")
    from pipeline.report_changes import render_changes
    from pipeline.versions import read_version

    with progress(quiet=quiet) as say:
        versions = []
        for name in (old, new):
            say(f"Reading {name}")
            versions.append(read_version(name, today=date.today()))
    before, after = versions
    if before.content is None or after.content is None:
        for version in versions:
            if version.content is None:
                _report_problems(version.problems, version.name)
        sys.exit(CONTENT_HAS_PROBLEMS)
    report = compared(
        (old, before.content),
        (new, after.content),
        rows=(before.rows, after.rows),
        approvals=after.approvals,
        most_removed=most_removed if gate else None,
    )
    if approve is not None:
        if after.folder is None:
            raise UsageError(f"“{new}” is no workbook here.", help="an approval is recorded beside the workbook.")
        report = _approved(report, approve, folder=after.folder, quiet=quiet)
    text = render_changes(form, report)
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
    sys.exit(CONTENT_HAS_PROBLEMS if report.stopped else DONE)


@click.command("release")
@WORKBOOK
@click.option("--approve", metavar="TEXT", help="Approve what the gate stops: “who: why”.")
@_MOST_REMOVED
@QUIET
def release_command(workbook: Path | None, approve: str | None, most_removed: float, quiet: bool) -> None:
    """Record the edition of the WORKBOOK in source/editions, once the gate has let it pass or a person approved it."""
    from pipeline.approvals import recorded_approvals
    from pipeline.build import stamp_of
    from pipeline.editions import FOLDER, edition_file, recorded_editions
    from pipeline.rendering.data import map_file
    from pipeline.report_changes import render_changes

    with progress(quiet=quiet) as say:
        loaded = load_named(workbook, say=say)
    content = loaded.content
    if content is None:
        _report_problems(loaded.problems, loaded.path.name)
        sys.exit(CONTENT_HAS_PROBLEMS)
    folder, edition = loaded.path.parent / FOLDER, content.settings.edition
    target, body = edition_file(folder, edition), map_file(content, stamp=stamp_of(content)).body
    if target.exists():
        _end_as_recorded(target, body, edition, quiet=quiet)
    earlier = recorded_editions(folder)[-1:]
    for previous in earlier:
        report = compared(
            (f"edition {previous.name}", previous.content),
            (f"edition {edition}", content),
            rows=(loaded.rows,),
            approvals=recorded_approvals(folder, edition),
            most_removed=most_removed,
        )
        if report.stopped and approve is None:
            click.echo(render_changes("text", report), nl=False)
            chatter("Nothing was recorded.\n")
            sys.exit(CONTENT_HAS_PROBLEMS)
        if approve is not None:
            _approved(report, approve, folder=folder, quiet=quiet)
    folder.mkdir(exist_ok=True)
    with target.open("xb") as opened:
        opened.write(body)
    if not quiet:
        since = f"; the gate compared it with edition {visible(earlier[0].name)}" if earlier else ""
        chatter(f"Recorded edition {visible(edition)} in {target}{since}. Commit this file with the workbook.\n")


def _end_as_recorded(target: Path, body: bytes, edition: str, *, quiet: bool) -> NoReturn:
    """End a release whose edition is there already: well if it is the same, else as something to mend."""
    from pipeline.published import read_map

    if read_map(target.read_bytes()) == read_map(body):
        chatter("" if quiet else f"Edition {visible(edition)} is already recorded in {target}, as it is now.\n")
        sys.exit(DONE)
    chatter(
        f"error: Edition {visible(edition)} is already recorded in {target}, with other content.\n"
        "  help: a recorded edition is never changed. Give Edition on the Settings sheet a new name.\n"
    )
    sys.exit(CONTENT_HAS_PROBLEMS)


def _approved(report: ChangeReport, text: str, *, folder: Path, quiet: bool) -> ChangeReport:
    """`report` with all that it stopped approved with the words `text`, which are recorded in `folder`."""
    from pipeline.approvals import approve, record_approvals

    edition = report.content.settings.edition
    given = approve(report.stopped, text, today=date.today())
    if not given:
        return report
    path = record_approvals(folder, edition, given)
    if not quiet:
        chatter(f"Recorded what was approved for edition {visible(edition)} in {path}. Commit it with the workbook.\n")
    added = tuple((finding, one.words) for finding, one in zip(report.stopped, given, strict=True))
    return replace(report, stopped=(), approved=(*report.approved, *added))


@click.command("import")
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    "file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The workbook to write.",
)
@QUIET
def import_command(data: Path, file: Path, quiet: bool) -> None:
    """Turn published DATA (a map.json) back into a workbook; what it publishes is the same again."""
    from pipeline.published import holds_drafts, read_map
    from pipeline.restoring import restore
    from pipeline.versions import MOST_BYTES

    if not data.is_file():
        raise UsageError(f"There is no file “{data}”.")
    if data.stat().st_size > MOST_BYTES:
        raise UsageError(f"“{data}” is larger than {MOST_BYTES // 1024**2} MiB, which no map is.")
    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"“{file.name}” does not end in .xlsx.", help="give the workbook a name such as map.xlsx.")
    body = data.read_bytes()
    content = read_map(body)
    restored = restore(content)
    files = {file: restored.workbook} | {file.parent / "pages" / name: page for name, page in restored.pages.items()}
    for path in files:
        if os.path.lexists(path):
            raise UsageError(f"“{path}” is already there.", help="choose another name; nothing was written.")
    if lost := _lost(content, restored):
        chatter("error: A workbook cannot hold this data as it is; nothing was written.\n")
        chatter("".join(f"  {visible(shortened(sentence))}\n" for sentence in lost[:20]))
        sys.exit(CONTENT_HAS_PROBLEMS)
    for path, held in files.items():
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as opened:
            opened.write(held)
    if quiet:
        return
    chatter(f"Wrote {visible(str(file))}; what it publishes is what {visible(data.name)} holds.\n")
    if restored.pages:
        chatter(f"Long pages are in {visible(str(file.parent / 'pages'))}: keep that folder beside the workbook.\n")
    if restored.images:
        names = visible(shortened(", ".join(restored.images), 2_000))
        chatter(f"It needs these files in the folder “images” beside it: {names}.\n")
    if holds_drafts(body):
        chatter("The data was made with drafts in it. Which rows are drafts it does not say: look at Status again.\n")


def _lost(content: EcosystemMap, restored: "Restored") -> tuple[str, ...]:
    """What would be lost if `restored` were read again, in sentences; nothing when all comes back."""
    from pipeline.changes import changes
    from pipeline.restoring import read_back

    with TemporaryDirectory(prefix="ecosystem-map-") as made:
        trial = Path(made) / "map.xlsx"
        trial.write_bytes(restored.workbook)
        (trial.parent / "pages").mkdir()
        for name, page in restored.pages.items():
            (trial.parent / "pages" / name).write_bytes(page)
        again = read_back(trial)
    if again.model_dump(mode="json") == content.model_dump(mode="json"):
        return ()
    return tuple(change.sentence for change in changes(content, again)) or ("Some IDs would be others.",)


def compared(
    old: tuple[str, EcosystemMap],
    new: tuple[str, EcosystemMap],
    *,
    rows: Sequence[Rows | None],
    approvals: "Mapping[str, Approval]",
    most_removed: float | None,
) -> ChangeReport:
    """The changes between two named contents, and what the gate says of them unless `most_removed` is None."""
    from pipeline.changes import changes
    from pipeline.gate import Compared, banned_words, findings, stopped

    found, gated = changes(old[1], new[1]), tuple[Finding, ...]()
    if most_removed is not None:
        gated = findings(
            Compared(old=old[1], new=new[1], changes=found, banned=banned_words(*rows), most_removed=most_removed / 100)
        )
    return ChangeReport(
        old=old[0],
        new=new[0],
        content=new[1],
        changes=found,
        is_gated=most_removed is not None,
        stopped=stopped(gated, approvals),
        approved=tuple((one, approvals[one.key].words) for one in gated if one.key in approvals),
    )


def _report_problems(problems: tuple[Problem, ...], name: str) -> None:
    errors = tuple(problem for problem in problems if has_errors((problem,)))
    chatter(as_text(errors, file_name=name, colour=shows_colour(sys.stderr)))


def _as_plain_text(path: Path) -> str:
    """A workbook for Git's comparison; one that cannot be read says why, for Git would stop at a failure."""
    from pipeline.row_listing import row_listing
    from pipeline.workbook.reader import read_workbook
    from pipeline.workbook.tables import match

    reading = read_workbook(path)
    if reading.workbook is None:
        return "".join(f"{visible(problem.message)}\n" for problem in reading.problems)
    return row_listing(match(reading.workbook).tables.values())
