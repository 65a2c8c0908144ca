"""The pictures that stand for the map elsewhere: the one that social networks show, and the icon of a home screen.

Both are laid out by the machinery of the brief and then drawn as pixels, so they need the same libraries, show the same
drawing and are the same bytes for the same content.
"""

from markupsafe import Markup

from pipeline.model import EcosystemMap
from pipeline.rendering import brief
from pipeline.rendering.artefacts import Stamp
from pipeline.rendering.brief_cover import cover
from pipeline.rendering.brief_measure import PAPERS
from pipeline.rendering.colours import accent_colour, shades, theme
from pipeline.rendering.printing import Picture
from pipeline.rendering.web_sharing import SOCIAL_PICTURE, SOCIAL_SIZE, TOUCH_ICON
from pipeline.templating import Templates, direction

ICON_SIZE = (180, 180)
"""Width and height in pixels of the icon that home screens show."""

_MAP_ROOM = (690.0, 580.0)
"""Pixels that the map may take of the social picture."""

_MILLIMETRE = 96 / 25.4
"""Pixels of CSS in a millimetre."""


def pictures(content: EcosystemMap, *, stamp: Stamp, templates: Templates) -> tuple[Picture, ...]:
    """`assets/social.png` and `assets/icon.png`, to be drawn."""
    return (
        Picture(SOCIAL_PICTURE, _social(content, stamp, templates), SOCIAL_SIZE),
        Picture(TOUCH_ICON, _icon(content, templates), ICON_SIZE),
    )


def _social(content: EcosystemMap, stamp: Stamp, templates: Templates) -> str:
    paper = PAPERS["A4"]
    drawn = cover(content, templates, paper=paper)
    width, height = (paper[0] - 2 * drawn.margin) * _MILLIMETRE, drawn.height * _MILLIMETRE
    scale = min(_MAP_ROOM[0] / width, _MAP_ROOM[1] / height)
    words = templates.words(content.settings.language)
    is_rtl = direction(content.settings.language) == "rtl"
    return templates.render(
        "web/social.html",
        settings=content.settings,
        language=content.settings.language,
        direction="rtl" if is_rtl else "ltr",
        edition=words("edition", edition=stamp.edition),
        fonts_here=brief.FONTS_HERE,
        styles=_styles(content, templates),
        size=SOCIAL_SIZE,
        cover=drawn,
        map={
            "width": f"{width:.2f}",
            "height": f"{height:.2f}",
            "scale": f"{scale:.4f}",
            "left": f"{24 if is_rtl else SOCIAL_SIZE[0] - 24 - scale * width:.2f}",
            "top": f"{(SOCIAL_SIZE[1] - scale * height) / 2:.2f}",
        },
        words_width=f"{SOCIAL_SIZE[0] - scale * width - 24 - 60 - 24:.0f}",
        title_size=_title_size(content.settings.title),
    )


def _title_size(title: str) -> int:
    """Pixels. The longer the title, the smaller, so that it has room beside the map."""
    longest = max((len(word) for word in title.split()), default=0)
    return 30 if len(title) > 90 or longest > 18 else 38 if len(title) > 45 or longest > 13 else 50


def _icon(content: EcosystemMap, templates: Templates) -> str:
    tokens = templates.tokens()
    accent = shades(accent_colour(content, tokens), paper=tokens["--paper"])
    return templates.render(
        "web/touch_icon.html",
        settings=content.settings,
        language=content.settings.language,
        size=ICON_SIZE,
        paper=tokens["--paper"],
        icon=Markup(templates.render("web/icon.svg", accent=accent)),  # noqa: S704 - our own drawing
    )


def _styles(content: EcosystemMap, templates: Templates) -> Markup:
    sheets = (templates.read("shared/tokens.css").decode(), theme(content, templates.tokens(), with_dark=False))
    return Markup("\n".join(sheets))  # noqa: S704 - our own files
