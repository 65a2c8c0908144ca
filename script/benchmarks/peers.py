"""The peers, installed into a folder of the bench's own: pinned versions, through each registry's own client."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

PYTHON = ("frictionless[excel]==5.21.0", "flattentool==0.28.0", "openpyxl==3.1.5", "typst==0.15.2")
NODE = {"@11ty/eleventy": "3.1.8"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = Path(__file__).resolve().parent


def python_peers(cache: Path) -> Path:
    """The folder with the commands of a virtual environment that holds the Python peers."""
    folder = cache / "python"
    _once(
        folder,
        " ".join(PYTHON),
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PYTHON],
    )
    return folder / "bin"


def eleventy(cache: Path) -> Path | None:
    """Eleventy's command in a folder with our templates for it; None where there is no npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None
    folder = cache / "eleventy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": NODE}), encoding="utf-8")
    _once(folder, json.dumps(NODE), ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)])
    return folder / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"


def browser() -> str | None:
    """A Chromium that is on this machine."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _once(folder: Path, wanted: str, *commands: list[str]) -> None:
    """Run the commands, unless the folder holds what is wanted already."""
    mark = folder / "ready"
    if mark.is_file() and mark.read_text() == wanted:
        return
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:4])} … failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    mark.write_text(wanted)
