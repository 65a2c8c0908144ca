"""The sample workbook that comes with the program."""

from pathlib import Path


def sample_workbook() -> bytes:
    """The LER Ecosystem Map: from the wheel, or from source/ in a checkout."""
    package = Path(__file__).resolve().parent
    in_wheel = package / "_sample" / "ecosystem-map.xlsx"
    return (in_wheel if in_wheel.is_file() else package.parent / "source" / "ecosystem-map.xlsx").read_bytes()
