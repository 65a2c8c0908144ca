"""Small maps, and the briefs made of them."""

import base64
import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.cache import Cache
from pipeline.fingerprint import fingerprint
from pipeline.model import (
    Action,
    ActionArea,
    Credit,
    EcosystemMap,
    GlossaryTerm,
    Page,
    Phase,
    Quote,
    Resource,
    Settings,
    Stakeholder,
    Strategy,
    ValueProposition,
)
from pipeline.rendering import brief, data
from pipeline.rendering.artefacts import Artefact, Stamp
from pipeline.rendering.pdf_process import Limits
from pipeline.templating import environment

STAMP = Stamp(
    edition="2026.1",
    published_on=datetime.date(2026, 11, 24),
    digest="0123456789abcdef" * 4,
    moment=datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC),
)

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#336699"/></svg>'
)


def small_map(*, settings: Mapping[str, Any] | None = None, **changes: Any) -> EcosystemMap:
    """A map of two stakeholders and two phases with a row on every sheet; `changes` replace its rows."""
    rows: dict[str, Any] = {
        "settings": Settings(
            **{
                "title": "Ecosystem of bread",
                "subtitle": "From field to table",
                "introduction": "Who takes part in **good bread**.\n\nAnd what each can do.",
                "call_to_action": "Bake something.",
                "centre_heading": "Bread",
                "centre_text": "Made together",
                "language": "en",
                "edition": STAMP.edition,
                "published_on": STAMP.published_on,
                "publisher": "Bakers’ Guild",
                "contact": "guild@example.org",
                "feedback_link": "https://example.org/feedback",
                "licence_name": "CC BY 4.0",
                "licence_link": "https://creativecommons.org/licenses/by/4.0/",
                "site_address": "https://example.org/bread/",
                **(settings or {}),
            }
        ),
        "phases": (
            Phase(id="growing", name="Growing", tagline="In the field", description="Grain grows.", colour="#1d5f8a"),
            Phase(id="baking", name="Baking", description="Dough becomes bread."),
        ),
        "stakeholders": (
            Stakeholder(
                id="farmers",
                name="Farmers",
                icon="wheat",
                icon_description="An ear of wheat",
                definition="People who grow grain.",
                examples="Family farms & co-operatives",
                former_names=("Growers", "Peasants"),
            ),
            Stakeholder(
                id="bakers",
                name="Bakers",
                icon="logo.svg",
                icon_description="A blue square",
                definition="People who bake.",
                examples="Village bakeries",
            ),
        ),
        "strategies": (
            Strategy(
                id="s1",
                stakeholder="farmers",
                phase="growing",
                text="Sow *old* varieties; see [the guide](https://example.org/guide).",
                works_with=("bakers",),
            ),
            Strategy(
                id="s2", stakeholder="bakers", phase="baking", text="Bake slowly:\n- rest the dough\n- heat the stone"
            ),
        ),
        "action_areas": (ActionArea(id="trust", name="Building trust", description="Knowing where bread is from."),),
        "actions": (
            Action(id="a1", stakeholder="bakers", action_area="trust", text="Name the field.", works_with=("farmers",)),
        ),
        "value_propositions": (
            ValueProposition(
                id="v1", stakeholder="bakers", case="Business", title="Loyal guests", description="They come back."
            ),
            ValueProposition(
                id="v2", stakeholder="bakers", case="Social", title="Meeting places", description="People talk."
            ),
        ),
        "quotes": (
            Quote(
                id="q1",
                stakeholder="bakers",
                text="We stopped hurrying.",
                person="Example Person",
                role="Baker",
                organisation="Example Bakery",
                source_link="https://example.org/interview",
                permission="yes",
            ),
        ),
        "glossary": (
            GlossaryTerm(
                id="sourdough",
                term="Sourdough",
                abbreviation="SD",
                also_known_as=("Levain",),
                definition="Dough raised by wild yeast.",
                source_name="Book of Bread",
                source_link="https://example.org/book",
            ),
        ),
        "resources": (
            Resource(
                id="r1",
                group="Guides",
                title="How to bake",
                author="Guild",
                link="https://example.org/how",
                stakeholders=("bakers",),
                phases=("baking",),
            ),
        ),
        "pages": (
            Page(
                id="about",
                title="About bread",
                body="Some words.\n\n## Kinds\n\n| Kind | Flour |\n| --- | --- |\n| Rye | dark |\n\n"
                "![A square](logo.svg)",
            ),
        ),
        "credits": (
            Credit(id="mill", name="The Mill", role="Funder", logo="logo.svg", link="https://example.org/mill"),
        ),
        **changes,
    }
    return EcosystemMap(**rows).with_images({"logo.svg": LOGO})


ARABIC: Mapping[str, Any] = {
    "settings": {
        "title": "خريطة الخبز",
        "subtitle": "من الحقل إلى المائدة",
        "introduction": "من يشارك في **الخبز الجيد** وماذا يمكن لكل طرف أن يفعل.",
        "call_to_action": "اخبز شيئا.",
        "language": "ar",
        "publisher": "نقابة الخبازين",
        "centre_heading": "الخبز",
        "centre_text": "نصنعه معا",
    },
    "phases": (
        Phase(id="growing", name="الزراعة", description="تنمو الحبوب."),
        Phase(id="baking", name="الخبز", tagline="في الفرن", description="يصبح العجين خبزا."),
    ),
    "stakeholders": (
        Stakeholder(
            id="farmers",
            name="المزارعون",
            icon="wheat",
            icon_description="سنبلة قمح",
            definition="الناس الذين يزرعون الحبوب في الحقول على مدار السنة.",
            examples="مزارع عائلية (صغيرة)",
        ),
        Stakeholder(
            id="bakers",
            name="אופים",
            icon="cake",
            icon_description="עוגה",
            definition="אנשים שאופים לחם.",
            examples="מאפיות בכפר",
        ),
    ),
    "strategies": (
        Strategy(
            id="s1",
            stakeholder="farmers",
            phase="growing",
            text="ازرع أصنافا قديمة، وانظر [الدليل](https://example.org/guide).",
            works_with=("bakers",),
        ),
        Strategy(id="s2", stakeholder="bakers", phase="baking", text="אפו לאט:\n- הניחו לבצק\n- חממו את האבן"),
    ),
}
"""What makes the small map one in Arabic and Hebrew."""

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAAFklEQVR42mM8ISfXwIAHMDEQAMNDAQCWGQGUK5y13AAAAABJRU5ErkJggg=="
)
"""A PNG with an alpha channel, eight pixels square."""


def difficult_map() -> EcosystemMap:
    """The small map with quotations, images, tables, lists in lists and emoji, with a text that runs over pages, and
    with the letters of several scripts."""
    body = (
        "Words with **bold**, *italic*, [a link that is long enough to be broken over the end of a line in the text, "
        "so that it has two rectangles](https://example.org/long?a=1&b=2), and emoji ❤️ 🎉.\n\n"
        "- one\n  - one in one\n    - one deeper\n  - two in one\n- two\n\n1. first\n2. second\n   - with bullets\n\n"
        "## Tables\n\n| Kind | Flour | Picture |\n| --- | ---: | :---: |\n| Rye | dark | ![A red square](red.png) |\n"
        "| Wheat | [white](https://example.org/white) | – |\n\n### A heading below\n\n> A quotation\n> on two lines.\n\n"
        "![A blue square](logo.svg)\n\n"
    ) + "\n\n".join(f"Line {number} of many. Ελληνικά, Русский, עברית, العربية → ✓ ½." for number in range(60))
    rows = "\n".join(f"| Row {number} | {number} |" for number in range(70))
    content = small_map(
        pages=(
            Page(id="about", title="About “bread” & <butter>", body=body),
            Page(id="long", title="A long table", body=f"| Name | Number |\n| --- | --- |\n{rows}"),
        ),
        quotes=tuple(
            Quote(id=f"q{number}", stakeholder="bakers", text=text, person="Ann “B.” O’Hara", permission="yes")
            for number, text in enumerate(("One.\n\nTwo paragraphs.", "*So* 🎉 it is – “really”."))
        ),
    )
    return content.with_images({"logo.svg": LOGO, "red.png": PICTURE})


VERIFIED: Mapping[str, tuple[EcosystemMap, str | None]] = {
    "small": (small_map(), None),
    "letter": (small_map(settings={"site_address": None, "paper_size": "Letter"}), None),
    "right-to-left": (small_map(**ARABIC), None),
    "difficult": (difficult_map(), None),
    "difficult-letter": (difficult_map(), "Letter"),
}
"""The maps that veraPDF is shown, with the paper that is asked for."""

_made: dict[str, Mapping[str, bytes]] = {}


def briefs_of(
    content: EcosystemMap, *, stamp: Stamp = STAMP, since: EcosystemMap | None = None, paper: str | None = None
) -> Mapping[str, bytes]:
    """The briefs of `content`: path → PDF. The same content is laid out once in a test run."""
    before = since.model_dump_json() if since else ""
    key = content.model_dump_json() + repr((stamp, [entry.status for _, entry in content.entries()], before, paper))
    if key not in _made:
        made = render(
            content, stamp=stamp, since=since, paper=paper, kept=Cache(Path(os.environ["ECOSYSTEM_MAP_CACHE"]))
        )
        _made[key] = {artefact.path: artefact.body for artefact in made}
    return _made[key]


def render(
    content: EcosystemMap,
    *,
    stamp: Stamp = STAMP,
    limits: Limits | None = None,
    templates: Path | None = None,
    since: EcosystemMap | None = None,
    paper: str | None = None,
    kept: Cache | None = None,
) -> Iterator[Artefact]:
    """The briefs of `content` as the program makes them, with the files in `templates` in place of ours."""
    return brief.render(
        content,
        stamp=stamp,
        templates=environment(templates=templates),
        limits=limits,
        data=data.map_file(content, stamp=stamp).body,
        since=since,
        paper=paper,
        kept=kept,
        scope=fingerprint(),
    )
