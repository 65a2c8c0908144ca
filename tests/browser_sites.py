"""The sites that tests open in a browser, and what the fixtures of browser/conftest.py give, for annotations."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from crowds import crowd
from playwright.sync_api import Page
from small_map import small_map

from pipeline.load import load
from pipeline.model import EcosystemMap

SIZES = (3, 10, 17, 24, 40)
MANY = 100
"""Stakeholders: too many for a place each on the ring."""

WIDE, NARROW = 1280, 320
ADDRESS = "/some/path/"

TONGUES = ("Évaluation à l’école", "Straße", "İstanbul", "Ελληνικά", "مُعَلِّم", "עִבְרִית", "证书系统", "हिन्दी")
"""Titles of resources in many scripts, with accents and points that people leave out when they type."""

Sites = Callable[[str], Path]
Open = Callable[..., Page]


def maps() -> dict[str, EcosystemMap]:
    """The maps by the name of their site: the small one (and in many scripts), the sample, one from right to left,
    and crowds of every size.
    """
    sample = load(Path(__file__).parents[1] / "source" / "ecosystem-map.xlsx", today=date(2026, 11, 24)).content
    assert sample is not None
    return {
        "sample": sample,
        "small": small_map(),
        "tongues": small_map(
            resources=[{"group": "All", "title": title, "link": "https://example.org/"} for title in TONGUES]
        ),
        "arabic": crowd(10, language="ar"),
        **{f"crowd {size}": crowd(size, min(8, size)) for size in (*SIZES, MANY)},
    }
