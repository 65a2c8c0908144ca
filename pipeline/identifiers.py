"""IDs: what a good one is, and the one that follows from a name or a content.

IDs become paths and addresses, so they hold only a to z, digits and hyphens, and none is a name that a file system or
a web server keeps for itself.
"""

import hashlib
import re
import unicodedata

from pipeline.matching import tidy
from pipeline.model import ID_PATTERN, LIMITS, Kind

RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "index", "404", "assets", "embed", "data", "briefs", "brief", "build", "map"}
    | {"stakeholders", "phases", "action-areas", "matrix", "glossary", "resources", "changes", "sitemap", "robots"}
    | {"credits", "search", "print"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
"""Names that Windows, web servers or the site's own pages keep for themselves."""

_GOOD = re.compile(ID_PATTERN)


def is_good(identifier: str) -> bool:
    """Whether `identifier` may stand in the ID column."""
    return bool(_GOOD.fullmatch(identifier)) and len(identifier) <= LIMITS[Kind.ID] and identifier not in RESERVED


def _digest(text: str, characters: int) -> str:
    return hashlib.sha256(unicodedata.normalize("NFKC", text).encode()).hexdigest()[:characters]


def from_name(name: str) -> str:
    """The ID that a row called `name` has when its ID is blank: "HR Systems" → "hr-systems".

    A name that leaves no letters (an emoji), or only a reserved word, gets an ID from its digest, the same each time.
    """
    from slugify import slugify  # late: where every row has its ID, none is made

    slug = slugify(unicodedata.normalize("NFKC", tidy(name)), max_length=LIMITS[Kind.ID], word_boundary=True)
    return slug if is_good(slug) else f"{slug[:40].strip('-') or 'id'}-{_digest(tidy(name), 6)}"


def from_content(*values: str) -> str:
    """The ID of a row without a name, from the values that make it what it is.

    It stays while they stay, wherever the row is moved: ("employers", "adopting", "Accept …") →
    "employers-adopting-3f9a1c2b". Earlier values (IDs, choices, names) stay readable; the digest covers all.
    """
    from slugify import slugify

    readable = slugify("-".join(values[:-1]), max_length=LIMITS[Kind.ID] - 9) or "id"
    return f"{readable}-{_digest(chr(31).join(tidy(value) for value in values), 8)}"
