"""The Lucide icons: which names there are, and the drawing of one. The only door to the `lucide` package."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

from lucide.jinja import lucide


@cache
def icon_names() -> frozenset[str]:
    """The names of all icons, such as "lightbulb"."""
    packed = files("lucide").joinpath("lucide.zip").read_bytes()
    with ZipFile(BytesIO(packed)) as archive:
        return frozenset(name.removesuffix(".svg") for name in archive.namelist() if name.endswith(".svg"))


@cache
def icon_paths(name: str) -> str:
    """The shapes inside the icon `name`, as SVG markup for a 24 × 24 view box, to be stroked 2 wide.

    KeyError if there is no such icon.
    """
    if name not in icon_names():
        raise KeyError(name)
    drawing = str(lucide(name))
    return " ".join(drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].split())
