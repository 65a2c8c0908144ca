"""What a machine lacks is found by trying, said with the command that installs it, and never ends in a traceback."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import __main__ as guard
from pipeline.cli import commands
from pipeline.doctor import LOOKS, Diagnosis, Finding, State, examine
from pipeline.needs import NEEDS, OLDEST_PYTHON, TEST, VERIFY, System, installation, need
from pipeline.report_doctor import as_json, as_text

ROOT = Path(__file__).parents[1]
OF_THE_PROGRAM = {"python", "packages", "workers", "templates", "fonts", "sample", "weasyprint", "output", "exchange"}


def doctor(
    *arguments: str, python: str = sys.executable, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, "-m", "pipeline", "doctor", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )


def states(run: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    return {one["key"]: one["state"] for one in json.loads(run.stdout)["needs"]}


def test_a_machine_that_is_set_up_lacks_nothing() -> None:
    """After script/setup every command is ready, and the tests too; each of their needs was looked for."""
    run = doctor("--format", "json", *commands.commands, TEST)
    assert (run.returncode, run.stderr) == (0, "")
    report = json.loads(run.stdout)
    assert [one["key"] for one in report["needs"]] == [one.key for one in NEEDS if VERIFY not in one.commands]
    assert {one["command"]: one["lacks"] for one in report["commands"]} == {
        name: [] for name in (*commands.commands, TEST)
    }
    assert report["install"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="uses the way of Linux's loader")
def test_a_library_must_load_and_not_only_be_there(tmp_path: Path) -> None:
    """A file with the name of Pango that is no library is found out: briefs are not ready, checking is."""
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"no library")
    broken = {"LD_LIBRARY_PATH": str(tmp_path)}
    run = doctor("check", "build", "--format", "json", environment=broken)
    report = json.loads(run.stdout)
    assert (run.returncode, states(run)["pango"]) == (3, "missing")
    lacks = {one["command"]: one["lacks"] for one in report["commands"]}
    assert "pango" in lacks["build"]
    assert lacks["check"] == []
    [command] = report["install"]
    assert "libpango-1.0-0" in command or report["system"] != System.DEBIAN
    text = doctor("build", "check", environment=broken).stdout
    assert "ecosystem-map build --only web" in text
    assert f"To install what is missing:\n  {command}\n" in text
    assert "Ready: check." in text


def test_a_package_that_ends_the_process_is_named(tmp_path: Path) -> None:
    """A package whose import kills Python is reported by its name; the report goes on."""
    (tmp_path / "segno.py").write_text("import os\nos._exit(9)\n")
    run = doctor("check", "build", "--format", "json", environment={"PYTHONPATH": str(tmp_path)})
    found = {one["key"]: one for one in json.loads(run.stdout)["needs"]}
    assert run.returncode == 3
    assert found["packages"]["found"].startswith("segno")
    assert found["weasyprint"]["state"] == "ok"


def test_it_speaks_without_any_package(tmp_path: Path) -> None:
    """In a Python without click, pydantic and the rest, it says that they are missing; other commands point to it."""
    venv.create(tmp_path, with_pip=False, symlinks=os.name != "nt")
    python = str(tmp_path / ("Scripts" if os.name == "nt" else "bin") / "python")
    run = doctor(python=python)
    assert (run.returncode, run.stderr) == (3, "")
    assert "missing    the Python packages: click: ModuleNotFoundError: No module named 'click'" in run.stdout
    check = subprocess.run([python, "-m", "pipeline", "check"], capture_output=True, text=True, cwd=ROOT)
    assert check.returncode == 3
    assert "ecosystem-map doctor" in check.stderr
    assert "Traceback" not in run.stdout + check.stderr


def test_an_old_python_gets_a_sentence() -> None:
    """The guard is written for any Python 3 and says which one is needed."""
    ast.parse(Path(guard.__file__).read_text(encoding="utf-8"), feature_version=(3, 7))
    code = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_module('pipeline', run_name='__main__')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 3
    assert "This is Python 3.9; ecosystem-map needs 3.11 or later." in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
def test_an_output_folder_that_cannot_be_written_to_is_found() -> None:
    """Writing is tried, not read off the permissions: root may do everything but in /proc."""
    run = doctor("build", "--format", "json", "-o", "/proc/release")
    assert (run.returncode, states(run)["output"]) == (3, "missing")


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """The folder that was tried is as it was."""
    examine(("build",), output=tmp_path / "deep" / "output")
    assert list(tmp_path.iterdir()) == []


def test_a_weaker_promise_is_said_and_is_no_failure() -> None:
    """Where two folders cannot be exchanged, publishing works with a weaker promise; the status stays 0."""
    finding = Finding(need=need("exchange"), state=State.MISSING, said="this file system cannot do it")
    found = Diagnosis(version="1", machine="a machine", system=System.DEBIAN, commands=("build",), findings=(finding,))
    assert found.missing == ()
    assert "weaker" in as_text(found)
    assert "the promise is weaker" in as_text(found)
    assert json.loads(as_json(found))["install"] == []


def test_what_is_said_of_a_machine_cannot_drive_a_terminal() -> None:
    """Error messages of the system may hold anything."""
    finding = Finding(need=need("pango"), state=State.MISSING, said="\x1b[2J::error::")
    found = Diagnosis(version="1", machine="\x1b[31m", system=None, commands=("build",), findings=(finding,))
    assert "\x1b" not in as_text(found)
    assert "::error::" not in as_text(found)


def test_an_unknown_command_is_wrong_usage() -> None:
    """A misspelt command is not taken for one without needs."""
    run = CliRunner().invoke(commands, ["doctor", "biuld"])
    assert run.exit_code == 1
    assert "biuld" in str(run.exception)


@pytest.mark.parametrize("system", System)
def test_every_system_has_a_command_for_everything(system: System) -> None:
    """What does not come with the program can be installed on each of the four systems."""
    for one in NEEDS:
        if one.key in OF_THE_PROGRAM - {"python", "packages"} or (one.key == "atomic" and system not in
            (System.DEBIAN, System.FEDORA)):  # fmt: skip
            continue
        assert installation((one,), system, as_root=False), one.key


def test_commands_are_joined() -> None:
    """Whoever lacks three libraries gets one command, without sudo where there is no need for it."""
    lacking = [need("pango"), need("pangoft2"), need("harfbuzz-subset")]
    assert installation(lacking, System.DEBIAN, as_root=True) == (
        "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    )
    assert installation(lacking, System.FEDORA, as_root=False) == ("sudo dnf install pango harfbuzz",)
    assert installation(lacking, System.MACOS) == ("brew install pango",)


def test_each_need_can_be_looked_for() -> None:
    """A need is a library, a program, or has a look of its own; and it belongs to commands that there are."""
    for one in NEEDS:
        assert bool(one.libraries) + bool(one.programs) + (one.key in LOOKS) == 1, one.key
        assert {*one.commands} <= {*commands.commands, TEST, VERIFY}, one.key
    assert {*LOOKS} <= {one.key for one in NEEDS}


def test_the_setup_script_names_the_same_packages() -> None:
    """script/setup, which cannot read the declaration, installs what the declaration says for Debian, and no more."""
    script = (ROOT / "script" / "setup").read_text(encoding="utf-8")
    named = set(re.findall(r"missing\+=\(([a-z][^)]*)\)", script))
    wanted = {
        package
        for one in NEEDS
        if one.install.get(System.DEBIAN) and one.key != "git" and VERIFY not in one.commands
        for package in one.install[System.DEBIAN].packages
    }
    assert {package for group in named for package in group.split()} == wanted


def test_the_verify_script_names_the_same_packages() -> None:
    """script/verify tells at its top how to install what it needs."""
    script = (ROOT / "script" / "verify").read_text(encoding="utf-8")
    wanted = {package for one in NEEDS if VERIFY in one.commands for package in one.install[System.DEBIAN].packages}
    assert wanted <= set(script.split("set -euo")[0].split())


def test_the_oldest_python_is_the_same_everywhere() -> None:
    """Said in four places, each for a reader that cannot read the others."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]}"
    assert guard._OLDEST == OLDEST_PYTHON
    assert f"sys.version_info < {OLDEST_PYTHON}" in (ROOT / "script" / "setup").read_text(encoding="utf-8")
