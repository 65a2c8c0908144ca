"""The sample that comes with the program: a workbook, and the pictures that it names."""

from collections.abc import Mapping
from pathlib import Path


def sample_workbook() -> bytes:
    """The LER Ecosystem Map: from the wheel, or from source/ in a checkout."""
    return (_folder() / "ecosystem-map.xlsx").read_bytes()


def sample_images() -> Mapping[str, bytes]:
    """The pictures of the sample by their file names, to stand in the folder “images” beside the workbook."""
    return {path.name: path.read_bytes() for path in sorted((_folder() / "images").iterdir()) if path.is_file()}


def _folder() -> Path:
    package = Path(__file__).resolve().parent
    in_wheel = package / "_sample"
    return in_wheel if in_wheel.is_dir() else package.parent / "source"
