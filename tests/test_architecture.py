"""The direction rules of the house, read from the imports of every file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixture_types import WriteWorkbook

PACKAGE = Path(__file__).parent.parent / "pipeline"

LEVELS = (
    {"__main__", "rewrite", "guide"},
    {"cli"},
    {"cli_ci"},
    {
        "cli_build",
        "cli_changes",
        "cli_check",
        "cli_check_files",
        "cli_doctor",
        "cli_editing",
        "cli_preview",
        "cli_verify",
    },
    {"cli_terminal"},
    {"report_formats", "report_doctor", "guide_machine"},
    {"doctor", "preview", "report_job"},
    {"build", "explanations", "versions", "restoring"},
    {"build_record", "approvals", "kept_content", "unchanged"},
    {"load", "sample", "fit", "editions", "repairs"},
    {"assembly"},
    {"workbook", "checks", "rendering", "publishing"},
    {"report_github", "report_gitlab", "report_html", "report_junit", "report_sarif", "report_changes"},
    {"reports", "templating"},
    {"row_table", "row_listing", "completeness", "gate"},
    {"records"},
    {"changes", "published"},
    {"identifiers", "icons", "validation"},
    {"model", "exchange", "locking", "manifest", "output_folder", "staging"},
    {"matching"},
    {"problems"},
    {"request_comment"},
    {"harmless", "places"},
    {
        "errors",
        "alongside",
        "collection",
        "deadline",
        "job",
        "json_values",
        "needs",
        "probes",
        "template_files",
        "cache",
        "fingerprint",
    },
)
"""Rooms and modules from top to bottom; an import may only go down. docs/architecture.md shows the same list."""

ALLOWED_ON_A_LEVEL = {
    ("cli", "__main__"),
    ("publishing", "rendering"),
    ("publishing", "staging"),
    ("manifest", "rendering"),
    ("staging", "rendering"),
    ("staging", "manifest"),
    ("staging", "exchange"),
    ("staging", "output_folder"),
    ("output_folder", "manifest"),
    ("output_folder", "exchange"),
    ("locking", "output_folder"),
}
"""Arrows between neighbours, each for one reason: publishing writes `rendering.artefacts.Artefact`, and is itself several
modules."""

DOORS = {
    "openpyxl": "workbook/",
    "jinja2": "templating.py",
    "weasyprint": "rendering/brief_worker.py",
    "click": "cli",
    "rich": "cli",
    "lucide": "icons.py",
    "pydantic": "validation.py",
    "pikepdf": "rendering/",
    "uharfbuzz": "rendering/embedding.py",
    "platformdirs": "cache.py",
}
"""The one place that may import a dependency, as the beginning of its path in the package."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, late imports included, by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} uses a relative import"
            names = [alias.name for alias in node.names]
            for name in names:
                whole = f"{node.module}.{name}"
                is_module = (PACKAGE.parent / Path(*whole.split("."))).with_suffix(".py").is_file()
                yield whole if is_module else str(node.module)


def room(module: str) -> str:
    """The room of a module: `pipeline.workbook.reader` → workbook."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def level(of: str) -> int:
    found = [number for number, rooms in enumerate(LEVELS) if of in rooms]
    assert found, f"{of} is not in LEVELS: decide where it belongs, here and in docs/architecture.md"
    return found[0]


def module_name(path: Path) -> str:
    return ".".join(["pipeline", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_go_down(path: Path) -> None:
    """No module imports from a room above its own, nor from a neighbour that it should not know."""
    own = room(module_name(path))
    for imported in imports(path):
        other = room(imported)
        if not imported.startswith("pipeline") or not other or not own or other == own:
            continue
        is_down = level(own) < level(other)
        assert is_down or (own, other) in ALLOWED_ON_A_LEVEL, f"{name_of(path)} imports {imported}: upward or sideways"


def test_there_is_no_circle() -> None:
    """No module imports itself through others."""
    arrows = {module_name(path): {name for name in imports(path) if name.startswith("pipeline.")} for path in modules()}
    finished: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail, module))
        if module not in finished:
            for other in arrows.get(module, ()):
                walk(other, (*trail, module))
            finished.add(module)

    for module in arrows:
        walk(module, ())


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_each_dependency_has_one_door(path: Path) -> None:
    """openpyxl, Jinja, WeasyPrint, click, rich and lucide are imported in one place each."""
    for imported in imports(path):
        door = DOORS.get(imported.split(".")[0])
        assert door is None or name_of(path).startswith(door), f"{name_of(path)} imports {imported}; its door is {door}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    """Other rooms return values or raise. Worker processes speak on their own streams; `rewrite` is a script."""
    if name_of(path).startswith("cli") or name_of(path) == "rewrite.py":
        return
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"print", "sys.exit", "exit", "quit", "input"}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_long_file_gives_its_reason(path: Path) -> None:
    """A file of more than 300 lines says why in the first line of its docstring, in parentheses."""
    text = path.read_text(encoding="utf-8")
    first_line = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    assert first_line, f"{name_of(path)} has no docstring"
    assert text.count("\n") <= 300 or "(long" in first_line, f"{name_of(path)} has {text.count(chr(10))} lines"


def test_slow_imports_come_late() -> None:
    """`check` and `--help` start without openpyxl, WeasyPrint, Jinja or pikepdf in the process."""
    import subprocess
    import sys

    slow = "openpyxl weasyprint jinja2 pikepdf pypdfium2 rich"
    code = f"import sys, pipeline.cli; print([name for name in '{slow}'.split() if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("form", ["text", "json", "github", "junit", "gitlab"])
def test_a_report_imports_what_its_form_needs(form: str, workbook: WriteWorkbook) -> None:
    """A check of a workbook with errors needs no Jinja, whatever the form, unless it is a page or explains all codes."""
    import subprocess
    import sys

    path = workbook("| Strategies | Phase |\n| | Adoptng |")
    code = (
        "import sys, datetime, pathlib, pipeline.load, pipeline.report_formats as forms;"
        f"loaded = pipeline.load.load(pathlib.Path({str(path)!r}), today=datetime.date.today());"
        f"assert forms.render_report({form!r}, loaded.problems, loaded, checked_on=datetime.date.today());"
        "print('jinja2' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert run.stdout.strip() == "False"
