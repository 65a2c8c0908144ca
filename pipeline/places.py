"""Where things are by default: the workbook, the project that it belongs to, its templates."""

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.template_files import bundled_templates


def default_workbook(source: Path) -> Path:
    """The one workbook in `source`; UsageError when there is none or more than one."""
    found = [path for path in sorted(source.glob("*.xlsx")) if not path.name.startswith(("~$", ".", "_"))]
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found)
    raise UsageError(
        f"There are several workbooks in {source}: {names}." if found else f"There is no workbook (.xlsx) in {source}.",
        help="name the one you mean: ecosystem-map check FILE.xlsx",
    )


def project_of(workbook: Path) -> Path:
    """The folder of the project that a workbook belongs to: the one above source/, else the workbook's own."""
    folder = workbook.absolute().parent
    return folder.parent if folder.name == "source" else folder


def template_folders(templates: Path | None, project: Path | None) -> tuple[Path, ...]:
    """The folders in which each template is looked for, in this order: `templates` (what the command was given), the
    `templates` folder of `project`, the bundled ones. UsageError if `templates` is not a folder."""
    if templates is not None and not templates.is_dir():
        raise UsageError(f"The templates folder “{templates}” is not there.", help="Check the path after --templates.")
    own = [templates] if templates is not None else []
    if project is not None and (project / "templates").is_dir():
        own.append(project / "templates")
    bundled = bundled_templates()
    return (*(folder for folder in own if folder.resolve() != bundled), bundled)
