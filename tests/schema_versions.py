"""What a change of a JSON Schema means for the readers of the data, as semantic versioning has it."""

from typing import Any

_SAID = frozenset({"$id", "title", "description", "examples", "contentMediaType"})
"""Keywords that say something and refuse nothing."""

NOTHING, PATCH, MINOR, MAJOR = range(4)


def change_between(old: Any, new: Any, keyword: str = "") -> int:
    """What `new` is to a reader of what `old` described: NOTHING, a PATCH (other words), MINOR (a field or a promise
    more) or MAJOR (a field or a promise less, or another).
    """
    if old == new:
        return NOTHING
    if keyword in _SAID:
        return PATCH
    if keyword == "required":
        return MINOR if set(old) <= set(new) else MAJOR
    if isinstance(old, dict) and isinstance(new, dict):
        if set(old) - set(new) - (set() if keyword in ("properties", "$defs") else _SAID):
            return MAJOR
        is_named = keyword in ("properties", "$defs")
        added = [PATCH if key in _SAID and not is_named else MINOR for key in new if key not in old]
        changed = [change_between(old[key], new[key], "" if is_named else key) for key in old if key in new]
        return max((*added, *changed, NOTHING))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return max(change_between(*pair, keyword) for pair in zip(old, new, strict=True))
    return MAJOR


def step_between(old: str, new: str) -> int:
    """What the numbers of two versions promise: “1.2.3” to “1.3.0” is MINOR."""
    before, after = ([int(part) for part in version.split(".")] for version in (old, new))
    assert after > before
    return next(kind for kind, a, b in zip((MAJOR, MINOR, PATCH), before, after, strict=True) if a != b)
