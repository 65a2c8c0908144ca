"""What the program needs of a machine (long, because it is one list): for which command, how found, how installed.

The one declaration behind `doctor`, the page docs/machine.md and the advice of a failing brief; standard library only.
`script/setup`, which runs where there is no Python yet, names Debian's packages itself; a test compares them with these.
"""

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OLDEST_PYTHON = (3, 11)
"""Also in pyproject.toml (requires-python) and script/setup; a test compares them."""


class System(StrEnum):
    """A kind of machine that is told how to install things."""

    DEBIAN = "Debian or Ubuntu"
    FEDORA = "Fedora"
    MACOS = "macOS"
    WINDOWS = "Windows"


APT, DNF, BREW, CASK = (
    "sudo apt-get install --no-install-recommends",
    "sudo dnf install",
    "brew install",
    "brew install --cask",
)
WINGET = "winget install --exact --id"
MSYS2 = r"C:\msys64\usr\bin\pacman --sync --needed --noconfirm"
WSL = "wsl --install --distribution Debian"
"""How programs are installed. What stands behind it is joined when several things are missing, except for winget."""


@dataclass(frozen=True, slots=True)
class Install:
    """How one thing is installed: the packages that `manager` is given, or `manager` alone as the whole command."""

    manager: str
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that a machine should have.

    `why` says what it does for us, `without` what goes on without it. `commands` cannot do their work without it (an
    empty tuple means every command); with `essential` off they lose only what `without` says. `libraries` are the names
    under which the system's loader knows a library, `programs` those under which a program is looked for; other needs
    are looked for by a function of `doctor` that is called like the key.
    """

    key: str
    name: str
    why: str
    without: str
    commands: tuple[str, ...] = ()
    essential: bool = True
    libraries: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    install: Mapping[System, Install] = field(default_factory=dict)


READING = ("check", "build", "annotate", "fix", "diff", "release", "import", "preview", "ci")
"""The commands that read a workbook."""

BRIEFS = ("build", "ci")
PAGES = ("build", "preview", "ci")
TEST, VERIFY = "script/test", "script/verify"

_PANGO_ON_WINDOWS = Install(MSYS2, ("mingw-w64-ucrt-x86_64-pango",))
_SCRIPTS_ON_WINDOWS = Install(WSL)
_NO_BRIEFS = "web map and data are made all the same: ecosystem-map build --only web"


def _library(key: str, name: str, why: str, names: str, debian: str, fedora: str) -> Need:
    return Need(
        key=key,
        name=name,
        why=why,
        without=_NO_BRIEFS,
        commands=BRIEFS,
        libraries=tuple(names.split()),
        install={
            System.DEBIAN: Install(APT, (debian,)),
            System.FEDORA: Install(DNF, (fedora,)),
            System.MACOS: Install(BREW, ("pango",)),
            System.WINDOWS: _PANGO_ON_WINDOWS,
        },
    )


def _tool(key: str, name: str, why: str, programs: str, command: str, debian: str, fedora: str, macos: Install) -> Need:
    return Need(
        key=key,
        name=name,
        why=why,
        without=f"the program itself needs it for nothing; {command} stops",
        commands=(command,),
        programs=tuple(programs.split()),
        install={
            System.DEBIAN: Install(APT, (debian,)),
            System.FEDORA: Install(DNF, (fedora,)),
            System.MACOS: macos,
            System.WINDOWS: _SCRIPTS_ON_WINDOWS,
        },
    )


NEEDS: tuple[Need, ...] = (
    Need(
        key="python",
        name=f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or later",
        why="runs the program",
        without="nothing runs",
        install={
            System.DEBIAN: Install(APT, ("python3", "python3-venv")),
            System.FEDORA: Install(DNF, ("python3",)),
            System.MACOS: Install(BREW, ("python@3.13",)),
            System.WINDOWS: Install(f"{WINGET} Python.Python.3.13"),
        },
    ),
    Need(
        key="packages",
        name="the Python packages",
        why="read workbooks, check them and make the outputs",
        without="nothing runs but “doctor”",
        install={
            System.DEBIAN: Install("script/setup build"),
            System.FEDORA: Install("python3 -m venv .venv && .venv/bin/python -m pip install ."),
            System.MACOS: Install("python3.13 -m venv .venv && .venv/bin/python -m pip install ."),
            System.WINDOWS: Install(r"py -m venv .venv && .venv\Scripts\python -m pip install ."),
        },
    ),
    Need(
        key="workers",
        name="processes of our own",
        why="read workbooks and lay out briefs within limits, so that a bad file costs only a process",
        without="no workbook is read",
        commands=READING,
    ),
    Need(
        key="templates",
        name="templates",
        why="are the designs of web map and brief, and come with the program",
        without="no page and no brief is made",
        commands=PAGES,
    ),
    Need(
        key="fonts",
        name="fonts of our own",
        why="are drawn with, so that nothing depends on the fonts of a machine, and come with the program",
        without="no page and no brief is made",
        commands=PAGES,
    ),
    Need(
        key="sample",
        name="the sample",
        why="fills a new workbook with an example, and comes with the program",
        without="“new” writes empty workbooks only",
        commands=("new",),
        essential=False,
    ),
    _library(
        "pango",
        "Pango",
        "lays out the text of the briefs",
        "libpango-1.0-0 pango-1.0-0 pango-1.0 libpango-1.0.so.0 libpango-1.0.dylib",
        "libpango-1.0-0",
        "pango",
    ),
    _library(
        "pangoft2",
        "Pango for FreeType",
        "finds the letters of a font for the briefs",
        "libpangoft2-1.0-0 pangoft2-1.0-0 pangoft2-1.0 libpangoft2-1.0.so.0 libpangoft2-1.0.dylib",
        "libpangoft2-1.0-0",
        "pango",
    ),
    _library(
        "harfbuzz-subset",
        "HarfBuzz (subset)",
        "puts only the letters that are used into the briefs, so that their bytes are the same everywhere",
        "libharfbuzz-subset-0 harfbuzz-subset harfbuzz-subset-0.0 libharfbuzz-subset.so.0 libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset0",
        "harfbuzz",
    ),
    Need(
        key="weasyprint",
        name="WeasyPrint with all that it loads",
        why="makes the PDFs of the briefs",
        without=_NO_BRIEFS,
        commands=BRIEFS,
    ),
    Need(
        key="output",
        name="a folder that can be written to",
        why="takes the release (-o names another)",
        without="nothing can be published there",
        commands=("build", "ci"),
    ),
    Need(
        key="exchange",
        name="exchange of two folders in one step",
        why="swaps a release in without a moment in which there is none",
        without="the promise is weaker: for a moment between two renames there is no “site”",
        commands=("build",),
        essential=False,
    ),
    Need(
        key="git",
        name="Git",
        why="gives older versions of a workbook (REV:path) and the base of a pull request",
        without="only files are compared with each other",
        commands=("diff", "ci"),
        essential=False,
        programs=("git",),
        install={
            System.DEBIAN: Install(APT, ("git",)),
            System.FEDORA: Install(DNF, ("git-core",)),
            System.MACOS: Install(BREW, ("git",)),
            System.WINDOWS: Install(f"{WINGET} Git.Git"),
        },
    ),
    _tool(
        "browser",
        "Chromium",
        "opens the pages in the tests",
        "chromium chromium-browser google-chrome google-chrome-stable",
        TEST,
        "chromium",
        "chromium",
        Install(CASK, ("chromium",)),
    ),
    Need(
        key="atomic",
        name="libatomic",
        why="is what the driver of the browser tests loads on Linux",
        without=f"the program itself needs it for nothing; {TEST} stops",
        commands=(TEST,),
        libraries=("libatomic.so.1",),
        install={System.DEBIAN: Install(APT, ("libatomic1",)), System.FEDORA: Install(DNF, ("libatomic",))},
    ),
    _tool(
        "curl",
        "curl",
        "runs the examples of the documentation in the tests",
        "curl",
        TEST,
        "curl",
        "curl",
        Install(BREW, ("curl",)),
    ),
    _tool(
        "jq",
        "jq",
        "runs the examples of the documentation in the tests",
        "jq",
        TEST,
        "jq",
        "jq",
        Install(BREW, ("jq",)),
    ),
    _tool(
        "libreoffice",
        "LibreOffice Calc",
        "saves workbooks and reads them back in the slow proofs",
        "soffice libreoffice",
        VERIFY,
        "libreoffice-calc",
        "libreoffice-calc",
        Install(CASK, ("libreoffice",)),
    ),
    _tool(
        "java",
        "Java",
        "runs veraPDF and the HTML checker in the slow proofs",
        "java",
        VERIFY,
        "default-jre-headless",
        "java-21-openjdk-headless",
        Install(BREW, ("openjdk",)),
    ),
    _tool(
        "maven",
        "Maven",
        "fetches veraPDF for the slow proofs",
        "mvn",
        VERIFY,
        "maven",
        "maven",
        Install(BREW, ("maven",)),
    ),
    _tool(
        "npm",
        "npm",
        "fetches Lighthouse for the slow proofs",
        "npm",
        VERIFY,
        "npm",
        "nodejs-npm",
        Install(BREW, ("node",)),
    ),
    _tool(
        "go",
        "Go 1.24 or later (in Debian 12 from its backports)",
        "builds actionlint for the slow proofs",
        "go",
        VERIFY,
        "golang-go",
        "golang",
        Install(BREW, ("go",)),
    ),
)
"""Every need, in the order of the report."""


def need(key: str) -> Need:
    """The need that is called `key`."""
    return next(one for one in NEEDS if one.key == key)


def this_system() -> System | None:
    """What kind of machine this is; None for one that we know no commands for."""
    if sys.platform == "darwin":
        return System.MACOS
    if sys.platform in ("win32", "cygwin"):
        return System.WINDOWS
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        return None
    # https://www.freedesktop.org/software/systemd/man/os-release.html: the own ID, then those that it is like.
    for name in (about.get("ID", ""), *about.get("ID_LIKE", "").split()):
        if name in ("debian", "ubuntu"):
            return System.DEBIAN
        if name in ("fedora", "rhel", "centos"):
            return System.FEDORA
    return None


def installation(needs: Iterable[Need], system: System | None, *, as_root: bool | None = None) -> tuple[str, ...]:
    """The commands that install `needs` on `system`, as few as there can be; none where none is known.

    On a Linux that we do not know, Debian's names serve a search. `as_root` leaves “sudo” out; by default this process
    decides.
    """
    joined: dict[str, dict[str, None]] = {}
    for one in needs:
        install = one.install.get(system or System.DEBIAN)
        if install is not None:
            joined.setdefault(install.manager, {}).update(dict.fromkeys(install.packages))
    # Whole commands come last: they set up .venv with the Python that the others install.
    in_order = sorted(joined.items(), key=lambda item: not item[1] and not item[0].startswith("winget"))
    commands = [" ".join((manager, *packages)) for manager, packages in in_order]
    if any(command.startswith(MSYS2) for command in commands):
        # MSYS2 brings Pango to Windows; WeasyPrint is told where it is.
        commands.insert(0, f"{WINGET} MSYS2.MSYS2")
        at = next(number for number, command in enumerate(commands) if command.startswith(MSYS2))
        commands.insert(at + 1, r"setx WEASYPRINT_DLL_DIRECTORIES C:\msys64\ucrt64\bin")
    if as_root is None:
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return tuple(command.removeprefix("sudo ") if as_root else command for command in commands)
