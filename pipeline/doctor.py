"""What this machine lacks, found by trying: libraries are loaded, programs run, folders written to. Nothing stays there.

It works where nothing else does: only the standard library is imported at the top, all else is tried in a process of its
own or behind a guard, and a look that fails is itself a finding.
"""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline import __version__
from pipeline.needs import NEEDS, OLDEST_PYTHON, Need, System, installation, this_system
from pipeline.probes import SECONDS, import_packages, load_library, run_python

_ANSI = re.compile(r"\x1b\[[0-9;]*m")  # Maven shows its version in bold even to a pipe


class State(StrEnum):
    """What was found."""

    OK = "ok"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One need, as this machine has it. `said` is what was found, or why it was not, in a few words."""

    need: Need
    state: State
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was found of each need, for the commands that were asked about.

    `version` and `machine` say what was looked at; `system` is None where we know no commands to install with.
    """

    version: str
    machine: str
    system: System | None
    commands: tuple[str, ...]
    findings: tuple[Finding, ...]

    def lacks(self, command: str) -> tuple[Finding, ...]:
        """What `command` cannot do without, and is not there."""
        return tuple(one for one in self.findings if one.need.essential and _is_lacking(one) and _serves(one, command))

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What one of the commands that were asked about cannot do without."""
        lacking = [one for command in self.commands for one in self.lacks(command)]
        return tuple(one for one in self.findings if one in lacking)

    @property
    def install(self) -> tuple[str, ...]:
        """The commands that install what is missing on this machine."""
        return installation((one.need for one in self.missing), self.system)


def _is_lacking(finding: Finding) -> bool:
    return finding.state is not State.OK


def _serves(finding: Finding, command: str) -> bool:
    return not finding.need.commands or command in finding.need.commands


def examine(commands: Sequence[str], *, output: Path) -> Diagnosis:
    """Look for what `commands` need; `output` is the folder that a release would go to."""
    wanted = [one for one in NEEDS if not one.commands or not {*one.commands}.isdisjoint(commands)]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        findings = tuple(pool.map(lambda one: _found(one, output), wanted))
    return Diagnosis(
        version=__version__,
        machine=f"{_machine()}, Python {platform.python_version()}",
        system=this_system(),
        commands=tuple(commands),
        findings=findings,
    )


def _machine() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform(terse=True)


def _found(one: Need, output: Path) -> Finding:
    try:
        if one.libraries:
            state, said = _library(one.libraries)
        elif one.programs:
            state, said = _program(one.programs)
        else:
            state, said = LOOKS[one.key](output)
    except subprocess.TimeoutExpired:
        state, said = State.MISSING, f"it did not answer within {SECONDS} seconds"
    except ImportError as error:
        state, said = State.UNKNOWN, f"it is looked for with a package that is missing ({error})"
    except OSError as error:
        state, said = State.MISSING, error.strerror or str(error)
    except Exception as error:
        # Whatever a broken machine does, the other lines of the report are still worth having.
        state, said = State.UNKNOWN, f"it could not be looked for ({type(error).__name__}: {error})"
    return Finding(need=one, state=state, said=" ".join(said.split())[:300])


def _library(names: Sequence[str]) -> tuple[State, str]:
    if names == ("libatomic.so.1",) and sys.platform != "linux":
        return State.OK, "not needed on this system"
    done = load_library(names)
    if done.returncode == 0:
        return State.OK, done.stdout.strip()
    said = done.stderr.strip() or f"loading it ended the process ({done.returncode})"
    return State.MISSING, f"it cannot be loaded: {said}"


def _program(names: Sequence[str]) -> tuple[State, str]:
    for name in names:
        path = shutil.which(name)
        if path:
            # Ubuntu's chromium-browser may be only a script that asks for a snap; macOS's git one that asks for Xcode.
            # Java and Go of old know no "--version"; that they answer is enough.
            arguments = ["version"] if name == "go" else ["--version"]
            done = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=SECONDS, check=False)
            if done.returncode == 0:
                return State.OK, (_ANSI.sub("", done.stdout or done.stderr).strip().splitlines() or [path])[0]
    return State.MISSING, f"there is no program {' or '.join(f'“{name}”' for name in names)} that starts"


def python(output: Path) -> tuple[State, str]:
    """The Python that runs this."""
    is_new = sys.version_info >= OLDEST_PYTHON
    return (State.OK if is_new else State.MISSING), f"{platform.python_version()}, {sys.executable}"


def packages(output: Path) -> tuple[State, str]:
    """Every package that the program depends on, imported."""
    done = import_packages()
    said = [line.split() for line in done.stdout.splitlines() if line[:2] in ("? ", "! ")]
    if done.returncode == 0:
        return State.OK, f"{sum(mark == '!' for mark, _ in said)} packages can be imported"
    why = (done.stderr.strip().splitlines() or [f"the process ended with {done.returncode}"])[-1]
    return State.MISSING, f"{said[-1][1] if said else 'Python'}: {why}"


def workers(output: Path) -> tuple[State, str]:
    """The sample, read by a process with limits as every workbook is."""
    _expect("openpyxl")
    from pipeline.sample import sample_workbook
    from pipeline.workbook.reader import read_workbook

    with tempfile.TemporaryDirectory(prefix="ecosystem-map-") as made:
        workbook = Path(made) / "sample.xlsx"
        workbook.write_bytes(sample_workbook())
        found = read_workbook(workbook)
    if found.workbook is None:
        return State.MISSING, found.problems[0].message if found.problems else "the sample could not be read"
    limits = "time and memory" if _has_limits() else "time only: this system offers no limit of memory"
    return State.OK, f"a workbook was read in a process with limits of {limits}"


def _has_limits() -> bool:
    try:
        import resource
    except ImportError:
        return False
    return hasattr(resource, "RLIMIT_AS") and sys.platform != "darwin"


def templates(output: Path) -> tuple[State, str]:
    """The folder of the templates, and the three files without which nothing is made."""
    from pipeline.template_files import bundled_templates

    folder = bundled_templates()
    lacking = [
        name for name in ("web/base.html", "brief/brief.html", "shared/tokens.css") if not (folder / name).is_file()
    ]
    return (State.MISSING, f"{folder} lacks {', '.join(lacking)}") if lacking else (State.OK, str(folder))


def fonts(output: Path) -> tuple[State, str]:
    """The files of the fonts, each with bytes in it that begin as those of a font do."""
    from pipeline.template_files import bundled_templates

    folder = bundled_templates() / "shared" / "fonts"
    files = sorted((*folder.glob("*.ttf"), *folder.glob("*.woff2")))
    broken = [file.name for file in files if file.read_bytes()[:4] not in (b"\0\1\0\0", b"wOF2")]
    if broken or not files:
        # A clone without Git LFS, or an unpacking that stopped.
        return State.MISSING, f"not whole: {', '.join(broken)}" if broken else f"there are no fonts in {folder}"
    return State.OK, f"{len(files)} files in {folder}"


def sample(output: Path) -> tuple[State, str]:
    """The workbook of the sample."""
    from pipeline.sample import sample_workbook

    return State.OK, f"{len(sample_workbook()):,} bytes"


def weasyprint(output: Path) -> tuple[State, str]:
    """WeasyPrint, imported as the worker of the briefs does it."""
    _expect("weasyprint")
    done = run_python("import pipeline.rendering.brief_worker as worker; print(worker.load().__version__)")
    if done.returncode == 0:
        return State.OK, done.stdout.strip()
    return State.MISSING, (done.stderr.strip().splitlines() or [f"the process ended with {done.returncode}"])[-1]


def output(folder: Path) -> tuple[State, str]:
    """A file made and removed in the output folder; where there is none yet, in the folder that it would be made in."""
    place = _nearest(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".ecosystem-map-doctor-", dir=place):
            return State.OK, f"{folder} can be written to"
    except OSError as error:
        return State.MISSING, f"{place}: {error.strerror or error}"


def exchange(folder: Path) -> tuple[State, str]:
    """Two folders exchanged on the file system of the output folder, as a release is swapped in."""
    from pipeline.exchange import exchange as swap

    with tempfile.TemporaryDirectory(prefix=".ecosystem-map-doctor-", dir=_nearest(folder)) as made:
        first, second = Path(made) / "first", Path(made) / "second"
        first.mkdir()
        second.mkdir()
        if swap(first, second):
            return State.OK, "a release is complete at every moment, whatever interrupts it"
    return State.MISSING, "this system or file system cannot do it"


def _expect(package: str) -> None:
    """Raise ImportError if a package that a look works with is missing: that is a finding of its own."""
    if importlib.util.find_spec(package) is None:
        raise ImportError(f"No module named '{package}'")


def _nearest(folder: Path) -> Path:
    """`folder` itself, or the nearest folder above it that exists."""
    folder = folder.absolute()
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)


LOOKS: dict[str, Callable[[Path], tuple[State, str]]] = {
    look.__name__: look for look in (python, packages, workers, templates, fonts, sample, weasyprint, output, exchange)
}
"""The looks that are neither at a library nor at a program, by the key of their need."""
