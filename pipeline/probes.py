"""Small trials in a Python of their own: whatever they load can end only that process. Standard library only."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60
"""How long a trial may take."""

_LOAD = """
import ctypes, os, sys
if hasattr(os, "add_dll_directory"):
    folders = os.environ.get("WEASYPRINT_DLL_DIRECTORIES", r"C:\\msys64\\ucrt64\\bin;C:\\msys64\\mingw64\\bin")
    for folder in folders.split(";"):
        try:
            os.add_dll_directory(folder)
        except OSError:
            pass
said = ""
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError as error:
        said = said if os.sep in said else str(error)
    else:
        print(name)
        break
else:
    sys.exit(said)
"""
"""Loads the first of the named libraries as WeasyPrint does; else says why not, best with the path that was tried."""

_IMPORT = """
import importlib, importlib.metadata, re, sys
from pathlib import Path
try:
    wanted = importlib.metadata.requires("ecosystem-map") or []
except importlib.metadata.PackageNotFoundError:
    import tomllib
    file = Path(sys.argv[1]) / "pyproject.toml"
    wanted = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["dependencies"]
modules = {}
for module, names in importlib.metadata.packages_distributions().items():
    for name in names:
        modules.setdefault(re.sub(r"[-_.]+", "-", name).lower(), []).append(module)
for one in wanted:
    name = re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", one)[0]).lower()
    if "extra ==" in one:
        continue
    print("?", name, flush=True)
    for module in modules.get(name, [name.replace("-", "_")]):
        if name != "weasyprint" and not module.startswith("_"):
            importlib.import_module(module)
    importlib.metadata.version(name)
    print("!", name, flush=True)
"""
"""Imports every package that the program depends on, saying each name before and after: one that crashes is known."""


def load_library(names: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Load the first of `names` that the system's loader knows; the process prints it, or why there is none."""
    return run_python(_LOAD, *names)


def import_packages() -> "subprocess.CompletedProcess[str]":
    """Import every package that the program depends on: a line “? name” before each, “! name” after it."""
    return run_python(_IMPORT, str(_ROOT))


def run_python(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What `code` prints in a Python of its own: whatever it loads can end only that one."""
    paths = os.pathsep.join((str(_ROOT), *filter(None, (os.environ.get("PYTHONPATH", ""),))))
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )
