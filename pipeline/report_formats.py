"""The forms of a report by name. Pure: what was loaded in, text out. What a form needs is imported when it is wanted."""

from datetime import date
from pathlib import Path

from pipeline.load import Loaded
from pipeline.problems import Problem
from pipeline.reports import as_json, as_text, contents

FORMS = ("text", "json", "github", "sarif", "junit", "gitlab", "html")
"""The names of the forms, as the command line offers them."""


def render_report(
    form: str,
    problems: tuple[Problem, ...],
    loaded: Loaded,
    *,
    checked_on: date,
    folder: Path | None = None,
    colour: bool = False,
) -> str:
    """The report on `loaded` in the form called `form`, one of `FORMS`.

    `problems` are those of the content and of its outputs; `checked_on` is the day of the check; `folder` is where the
    command runs, for paths that begin there; `colour` is for text on a terminal. “github” gives the annotations of the
    log; the job's summary is `job_summary`.
    """
    name = loaded.path.name
    if form == "text":
        text = as_text(problems, file_name=name, colour=colour, rows=loaded.rows)
        return text + (f"\n{contents(loaded.content)}\n" if loaded.content is not None else "")
    if form == "json":
        return as_json(problems, file_name=name, edition=_setting(loaded, "edition") or None)
    if form == "github":
        from pipeline.report_github import as_annotations

        return as_annotations(problems, file_name=name)
    if form == "junit":
        from pipeline.report_junit import as_junit

        edition = _setting(loaded, "edition") or None
        return as_junit(problems, file_name=name, sheets=_sheets(loaded), edition=edition, checked_on=checked_on)
    if form == "gitlab":
        from pipeline.report_gitlab import as_code_quality

        return as_code_quality(problems, workbook=_address(loaded.path, folder))
    from pipeline.explanations import explanations

    if form == "sarif":
        from pipeline.report_sarif import as_sarif

        return as_sarif(
            problems, workbook=_address(loaded.path, folder), explanations=explanations(), file_sha256=loaded.sha256
        )
    if form != "html":
        raise ValueError(f"There is no form “{form}” of a report.")
    from pipeline.completeness import completeness
    from pipeline.report_html import as_html
    from pipeline.templating import environment

    return as_html(
        problems,
        file_name=name,
        title=_setting(loaded, "title"),
        edition=_setting(loaded, "edition") or None,
        language=loaded.rows.language if loaded.rows else "en",
        sheets=_sheets(loaded),
        completeness=completeness(loaded.rows) if loaded.rows else None,
        checked_on=checked_on,
        explanations=explanations(),
        templates=environment(),
    )


def job_summary(problems: tuple[Problem, ...], loaded: Loaded) -> str:
    """The report for the summary of a job on GitHub, in Markdown: the problems, then what the map still lacks."""
    from pipeline.completeness import completeness
    from pipeline.report_github import as_markdown

    found = completeness(loaded.rows) if loaded.rows else None
    return as_markdown(problems, file_name=loaded.path.name, completeness=found)


def _setting(loaded: Loaded, name: str) -> str:
    settings = loaded.rows.settings if loaded.rows else None
    return settings.text(name) if settings else ""


def _sheets(loaded: Loaded) -> tuple[str, ...]:
    return tuple(table.name for table in loaded.rows if table.present) if loaded.rows else ()


def _address(path: Path, folder: Path | None) -> str:
    """The workbook's path from `folder`, with forward slashes; its name alone where it is outside."""
    if folder is not None and path.is_absolute() and path.is_relative_to(folder):
        path = path.relative_to(folder)
    return path.name if path.is_absolute() or ".." in path.parts else path.as_posix()
