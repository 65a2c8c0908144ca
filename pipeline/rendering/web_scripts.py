"""Scripts and data inside a page, and the content security policy that allows exactly these.

Scripts stand in the page: opened from disk, a browser would refuse a file of its own whose hash is asked for.
"""

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from markupsafe import Markup

from pipeline.json_values import JsonValue
from pipeline.templating import Templates

_ESCAPED = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def script(templates: Templates, name: str) -> Markup:
    """The script `name` of the templates without its comment lines and indentation, to stand inside a page."""
    lines = (line.strip() for line in templates.read(name).decode().splitlines())
    text = "\n".join(line for line in lines if line and not line.startswith("//"))
    if "</" in text or "<!--" in text:
        raise ValueError(f"{name} holds “</” or “<!--”, which would end the element that it stands in")
    return Markup(text)  # noqa: S704 - our own file


def style(text: str) -> Markup:
    """The stylesheet `text`, to stand inside a page."""
    if "</" in text:
        raise ValueError("the stylesheet holds “</”, which would end the element that it stands in")
    return Markup(text.strip())  # noqa: S704 - our own file


def as_data(value: JsonValue) -> Markup:
    """`value` as JSON that is safe inside a script element (HTML, “restrictions for contents of script elements”)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPED))  # noqa: S704 - escaped here


def policy(*, scripts: Iterable[str] = (), styles: Iterable[str] = ()) -> str:
    """The content security policy of a page that holds `scripts` and `styles` (CSP 3).

    `file:` is for pages opened from disk, where some browsers have no 'self'; a page from the web cannot reach files
    anyway. Without `connect-src` some tools cannot read robots.txt.
    """
    rules = {
        "default-src": "'none'",
        "script-src": _hashes(scripts),
        "style-src": " ".join(("'self' file:", *_hashes(styles).split())),
        "font-src": "'self' file:",
        "img-src": "'self' file: data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self' file:",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items() if sources)


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)
