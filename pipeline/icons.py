"""The Lucide icons: which names there are, and the drawing of one. The only door to the `lucide` package."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile


@cache
def icon_names() -> frozenset[str]:
    """The names of all icons, such as "lightbulb"."""
    # The file is found without importing the package, which brings Jinja with it.
    package = find_spec("lucide")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("lucide")
    with ZipFile(Path(package.submodule_search_locations[0], "lucide.zip")) as archive:
        return frozenset(name.removesuffix(".svg") for name in archive.namelist() if name.endswith(".svg"))


@cache
def icon_paths(name: str) -> str:
    """The shapes inside the icon `name`, as SVG markup for a 24 × 24 view box, to be stroked 2 wide.

    KeyError if there is no such icon.
    """
    from lucide.jinja import lucide

    if name not in icon_names():
        raise KeyError(name)
    drawing = str(lucide(name))
    return " ".join(drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].split())
