"""The command that a job of continuous integration runs: check, compare, ask the gate, build, and leave the reports."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from pipeline.cli_changes import compared
from pipeline.cli_terminal import CONTENT_HAS_PROBLEMS, DONE, QUIET, STRICT, WORKBOOK, load_named, progress, with_fit
from pipeline.completeness import completeness
from pipeline.errors import UsageError
from pipeline.gate import MOST_REMOVED
from pipeline.harmless import visible
from pipeline.job import Job, Service, as_outputs, job_of
from pipeline.load import Loaded
from pipeline.model import EcosystemMap
from pipeline.problems import Problem, has_errors
from pipeline.records import Rows
from pipeline.report_changes import ChangeReport, render_changes
from pipeline.report_changes import summary as changes_in_short
from pipeline.report_formats import render_report
from pipeline.report_github import gate_annotations
from pipeline.report_job import JobReport, as_comment, as_summary
from pipeline.reports import counts, summary

Say = Callable[[str], None]

REPORTS = {"text": "check.txt", "json": "check.json", "html": "check.html", "junit": "junit.xml"}
"""The reports on the workbook that are always written: form → file."""

CODE_QUALITY, COMMENT, SUMMARY = "code-quality.json", "comment.json", "summary.md"


@click.command("ci")
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
    "--report",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("report"),
    show_default=True,
    help="The folder for the reports and the marked workbook.",
)
@click.option(
    "--base", metavar="REVISION", help="Compare with the workbook of this revision, not with what the job says."
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ECOSYSTEM_MAP_CACHE",
    help="Where to keep what the next job need not make again; without it everything is made anew.",
)
@click.option("--without-build", is_flag=True, help="Check and compare only.")
@click.option("--without-gate", is_flag=True, help="Do not ask the gate.")
@STRICT
@QUIET
def ci_command(
    workbook: Path | None,
    output: Path,
    folder: Path,
    base: str | None,
    cache: Path | None,
    without_build: bool,
    without_gate: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Check the WORKBOOK, say what changed, ask the gate, build, and leave reports for GitHub, GitLab or people.

    In a pull or merge request it compares with the branch that it goes into; elsewhere with the edition recorded last.
    """
    job = job_of(os.environ)
    with progress(quiet=quiet) as say:
        loaded = load_named(workbook, strict=strict, say=say)
        problems = with_fit(loaded)
        say("Comparing")
        changes, no_changes = _changes(loaded, job, base, asks=not without_gate)
        is_sound = not has_errors(problems) and (not strict or not set(problems) - set(loaded.problems))
        published = False
        if is_sound and not without_build:
            problems, published = _built(loaded, output, cache, strict=strict, say=say)
            is_sound = published
    stopped = changes.stopped if changes else ()
    files = _write_reports(folder, loaded, problems, changes)
    report = JobReport(
        file_name=loaded.path.name,
        edition=loaded.content.settings.edition if loaded.content else "",
        verdict=_verdict(problems, changes, is_sound=is_sound, is_built=not without_build),
        problems=problems,
        completeness=completeness(loaded.rows) if loaded.rows else None,
        changes=changes,
        no_changes=no_changes,
        files=_kept(published, files),
    )
    _tell(job, folder, report, loaded)
    _write_outputs(job, report, output if published else None, folder, files)
    sys.exit(DONE if is_sound and not stopped else CONTENT_HAS_PROBLEMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What the workbook is compared with; without content, `why` says why it is not compared."""

    name: str = ""
    content: EcosystemMap | None = None
    rows: Rows | None = None
    why: str = ""


def _changes(loaded: Loaded, job: Job, base: str | None, *, asks: bool) -> tuple[ChangeReport | None, str]:
    """What changed and what the gate says of it; else a sentence that says why that is not known."""
    from pipeline.approvals import recorded_approvals
    from pipeline.editions import FOLDER, recorded_editions

    content = loaded.content
    if content is None:
        return None, "What changed is said once the workbook has no errors."
    editions = loaded.path.parent / FOLDER
    recorded = recorded_editions(editions)[-1:]
    if base or job.number is not None or not recorded:
        before = _in_history(loaded.path, job, base)
    else:
        before = _Before(name=f"edition {recorded[0].name}", content=recorded[0].content)
    if before.content is None:
        return None, before.why
    # Whoever recorded this very content as an edition has been through the gate.
    is_released = bool(recorded) and _as_published(content) == recorded[0].content
    report = compared(
        (before.name, before.content),
        (loaded.path.name, content),
        rows=(before.rows, loaded.rows),
        approvals=recorded_approvals(editions, content.settings.edition),
        most_removed=100 * MOST_REMOVED if asks and not is_released else None,
    )
    return report, ""


def _in_history(path: Path, job: Job, base: str | None) -> _Before:
    from pipeline.versions import has_revision, read_version, workbook_then

    candidates = ((base, base),) if base else job.bases or (("HEAD^1", "HEAD^1"),)
    revision = next((revision for revision, guard in candidates if has_revision(guard)), None)
    name = base or job.into or ("the commit before" if revision == "HEAD^1" else revision or "")
    if revision is None or not has_revision(revision):
        depth = " Check out with fetch-depth: 2 or more." if job.service is Service.GITHUB else ""
        return _Before(why=f"What changed is not known: there is nothing to compare with in this clone.{depth}")
    then = workbook_then(path, revision)
    if then is None:
        return _Before(why=f"The workbook is new: there is none in {name} to compare it with.")
    version = read_version(then, today=date.today())
    if version.content is None:
        return _Before(why=f"What changed is not known: the workbook in {name} has errors itself.")
    return _Before(name=name, content=version.content, rows=version.rows)


def _as_published(content: EcosystemMap) -> EcosystemMap:
    from pipeline.build import stamp_of
    from pipeline.published import read_map
    from pipeline.rendering.data import map_file

    return read_map(map_file(content, stamp=stamp_of(content)).body)


def _built(
    loaded: Loaded, output: Path, cache: Path | None, *, strict: bool, say: Say
) -> tuple[tuple[Problem, ...], bool]:
    """Build as the command `build` does: every problem that is known then, and whether there is a release."""
    from pipeline.build import build, epoch_of
    from pipeline.cache import Cache
    from pipeline.fingerprint import fingerprint
    from pipeline.templating import environment

    kept = Cache(cache) if cache else None

    place = loaded.path.absolute().parent
    project = place.parent if place.name == "source" else place
    built = build(
        loaded,
        output=output,
        templates=environment(project=project),
        strict=strict,
        epoch=epoch_of(os.environ),
        kept=kept,
        scope=fingerprint() if kept else "",
        say=say,
    )
    if kept:
        kept.prune()
    return built.problems, built.published is not None


def _write_reports(
    folder: Path, loaded: Loaded, problems: tuple[Problem, ...], changes: ChangeReport | None
) -> Mapping[str, str]:
    """Write the reports on workbook and changes; name of each file → what it is, for people."""
    if folder.is_symlink():
        # Whoever sends a request can have put a link there.
        raise UsageError(f"“{folder}” is a symbolic link.", help="name a folder itself with --report.")
    folder.mkdir(parents=True, exist_ok=True)
    written = {"check.html": "what is wrong, on one page"}
    for form, name in (*REPORTS.items(), ("gitlab", CODE_QUALITY)):
        text = render_report(form, problems, loaded, checked_on=date.today(), folder=Path.cwd())
        _write(folder / name, text.encode())
    if changes:
        for form, name in (("text", "changes.txt"), ("json", "changes.json"), ("html", "changes.html")):
            _write(folder / name, render_changes(form, changes).encode())
        written["changes.html"] = "what changed, on one page"
    if problems and loaded.rows is not None:
        from pipeline.workbook.annotate import annotate

        name = re.sub(r"[^\w.-]+", "-", loaded.path.stem)[:80] + f"-marked{loaded.path.suffix}"
        _write(folder / name, annotate(loaded.path.read_bytes(), problems))
        written[name] = "the workbook with its problems marked in the cells"
    return written


def _write(file: Path, body: bytes) -> None:
    """Write a report; a link that stands there is taken away and not followed."""
    if file.is_symlink():
        file.unlink()
    file.write_bytes(body)


def _verdict(problems: tuple[Problem, ...], changes: ChangeReport | None, *, is_sound: bool, is_built: bool) -> str:
    if not is_sound:
        return f"Not to be published: {summary(problems)}."
    if changes and changes.stopped:
        number = len(changes.stopped)
        return f"Needs a person: the gate stops {number} {'change' if number == 1 else 'changes'}."
    ready = "Ready to be published" if is_built else "Checked"
    return f"{ready}: {summary(problems)}. {changes_in_short(changes.changes) if changes else ''}".strip()


def _kept(published: bool, files: Mapping[str, str]) -> Mapping[str, str]:
    release = {"site": "the web map, the briefs and the data, as they would be published"} if published else {}
    return {**release, **files}


def _tell(job: Job, folder: Path, report: JobReport, loaded: Loaded) -> None:
    """The log, the summary, and what a comment is made of."""
    text = as_summary(report)
    _write(folder / SUMMARY, text.encode())
    if job.summary:
        with job.summary.open("a", encoding="utf-8") as opened:
            opened.write(text)
    if job.number is not None:
        _write(folder / COMMENT, as_comment(report, number=job.number).encode())
    form = "github" if job.service is Service.GITHUB else "text"
    click.echo(render_report(form, tuple(report.problems), loaded, checked_on=date.today()), nl=False)
    if report.changes and form == "github":
        click.echo(gate_annotations(report.changes.stopped), nl=False)
    click.echo(render_changes("text", report.changes) if report.changes else f"{report.no_changes}\n", nl=False)
    click.echo(visible(report.verdict))


def _write_outputs(job: Job, report: JobReport, output: Path | None, folder: Path, files: Mapping[str, str]) -> None:
    """What later steps may use, for GitHub: counts, edition and paths; a path is empty when there is no such file."""
    if job.outputs is None:
        return
    site = output.absolute() / "site" if output else None
    brief = site / "brief.pdf" if site else None
    marked = next((name for name in files if "-marked" in name), "")
    values = {
        "edition": visible(report.edition),
        **{f"{severity}s": str(number) for severity, number in counts(report.problems).items()},
        "changes": str(len(report.changes.changes)) if report.changes else "",
        "stopped": str(len(report.changes.stopped)) if report.changes else "0",
        "published": "true" if output else "false",
        "site": str(site or ""),
        "brief": str(brief if brief and brief.is_file() else ""),
        "record": str(output.absolute() / "build.json" if output else ""),
        "report": str(folder.absolute()),
        "marked": str(folder.absolute() / marked if marked else ""),
    }
    with job.outputs.open("a", encoding="utf-8") as opened:
        opened.write(as_outputs(values))
