"""The contents that are measured: the sample once, ten times and a hundred times over, as workbooks and as data."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from large_maps import SAMPLE, large_workbook

from benchmarks.equivalents import write_data_package, write_flatten_schema

ROOT = Path(__file__).resolve().parent.parent.parent
MAP = "ecosystem-map.xlsx"


def workbook(cache: Path, times: int) -> Path:
    """The sample `times` over, as a workbook in a folder of its own, with what the peers want beside it."""
    made_from = b"".join(path.read_bytes() for path in (SAMPLE, ROOT / "tests" / "large_maps.py"))
    folder = cache / "contents" / f"{hashlib.sha256(made_from).hexdigest()[:12]}-{times}" / "source"
    path = folder / MAP
    if not path.is_file():
        shutil.copytree(SAMPLE.parent, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.xlsx", "editions"))
        body = SAMPLE.read_bytes() if times == 1 else large_workbook(times)
        path.write_bytes(body)
    write_data_package(path, folder)
    write_flatten_schema(folder)
    return path


def data_of(path: Path) -> Path:
    """The workbook's published map.json, made by the program and kept beside the workbook."""
    made = path.parent / "data.json"
    if not made.is_file():
        output = path.parent.parent / "data"
        command = [sys.executable, "-m", "pipeline", "build", str(path), "--only", "data", "-o", str(output), "--quiet"]
        subprocess.run(command, cwd=ROOT, check=True)
        made.write_bytes((output / "site" / "data" / "map.json").read_bytes())
    return made


def counts(path: Path) -> tuple[int, int]:
    """How many stakeholders and strategies the workbook's data holds."""
    data = json.loads(data_of(path).read_bytes())
    return len(data["stakeholders"]), len(data["strategies"])
