"""Where the templates are that come with the program; who only reads a file of them needs no Jinja."""

from pathlib import Path


def bundled_templates() -> Path:
    """The folder of the templates that come with the program: in the wheel, or at the top of a checkout."""
    package = Path(__file__).resolve().parent
    in_wheel = package / "_templates"
    return in_wheel if in_wheel.is_dir() else package.parent / "templates"
