"""The map: nothing overlaps, nothing leaves the picture, and everything on it can be read and followed."""

import re
from collections import Counter
from itertools import combinations, product
from math import hypot
from xml.etree.ElementTree import Element

import pytest
from crowds import crowd
from defusedxml.ElementTree import fromstring
from small_map import IMAGES, small_map

from pipeline.model import EcosystemMap
from pipeline.problems import Severity
from pipeline.rendering.lettering import Box, break_lines, breaks_a_word, text_width
from pipeline.rendering.map_fit import text_overflow
from pipeline.rendering.map_geometry import Layout, curve, lay_out
from pipeline.rendering.map_graphic import draw
from pipeline.rendering.map_relations import connections, label_of, layout_of, places
from pipeline.rendering.map_wheel import HUB, WHEEL, wheel
from pipeline.templating import environment

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Credentialing Organizations and Quality Assurance Agencies for Apprentices at Work"[:80]
MIXED = ("X", "Learners and Earners", LONG, "HR Systems", "W" * 40)
PHASES = ("Developing", "Planning and designing records together", "Using", "W" * 40)


def names(count: int, kind: str) -> list[str]:
    return {"short": ["Employers"] * count, "long": [LONG] * count, "one word": ["W" * 80] * count}.get(
        kind, [MIXED[at % 5] for at in range(count)]
    )


def layout(count: int, kind: str = "mixed", phases: int = 4) -> Layout:
    return lay_out(
        names(count, kind), [PHASES[at % 4] for at in range(phases)], heading="What can you do?", text="Choose " * 22
    )


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def heard(element: Element) -> str:
    """The text of `element` and its children, but for what is hidden from those who listen."""
    if element.get("aria-hidden") == "true":
        return ""
    pieces = (element.text, *(piece for child in element for piece in (heard(child), child.tail)))
    return " ".join(" ".join(piece or "" for piece in pieces).split())


def drawing(content: EcosystemMap, **more: object) -> str:
    return draw(content, templates=environment(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [2, 3, 4, 5, 10, 11, 16, 17, 24, 25, 33, 40])
@pytest.mark.parametrize("kind", ["short", "mixed", "long", "one word"])
def test_nothing_overlaps_and_nothing_leaves_the_picture(count: int, kind: str) -> None:
    """With 2 to 40 stakeholders of any names, no disc or label touches another, and all are in the picture."""
    made = layout(count, kind)
    boxes = [("label", at, seat.label.box) for at, seat in enumerate(made.seats)]
    boxes += [("disc", at, seat.disc) for at, seat in enumerate(made.seats)]
    for (one, first, box), (other, second, its) in combinations(boxes, 2):
        if (one, other) != ("disc", "disc"):
            assert not box.overlaps(its), f"{one} {first} overlaps {other} {second}"
    for one_seat, other_seat in combinations(made.seats, 2):
        distance = hypot(one_seat.x - other_seat.x, one_seat.y - other_seat.y)
        assert distance > one_seat.radius + other_seat.radius + 10
    assert all(holds(made.frame, box) for _, _, box in boxes)
    assert all(hypot(seat.x, seat.y) - seat.radius > WHEEL + 10 for seat in made.seats)


@pytest.mark.parametrize("count", [2, 3, 10, 17, 40])
def test_stakeholders_stand_in_clock_order_from_twelve(count: int) -> None:
    """The first is at 12 o'clock, and each next one is further round, clockwise."""
    seats = layout(count).seats
    assert (seats[0].x, seats[0].y) == (0, min(seat.y for seat in seats))
    turns = [one.x * other.y - one.y * other.x for one, other in zip(seats, (*seats[1:], seats[0]), strict=True)]
    assert count == 2 or all(turn > 0 for turn in turns)


@pytest.mark.parametrize("phases", range(1, 9))
def test_phase_names_stay_inside_their_segments(phases: int) -> None:
    """From 1 to 8 phases, each name is inside the wheel, off the hub, and off the other names."""
    segments = layout(10, phases=phases).segments
    for segment in segments:
        box = segment.name.box
        corners = [hypot(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        nearest = hypot(min(max(0, box.left), box.right), min(max(0, box.top), box.bottom))
        assert max(corners) < WHEEL
        assert nearest > HUB
    for one, other in combinations(segments, 2):
        assert not one.name.box.overlaps(other.name.box)


def test_phases_are_numbered_where_there_is_room() -> None:
    """The number stands in the segment, off every name; a single phase needs none."""
    for phases in range(2, 9):
        segments = wheel((["Developing", "Issuing", "Using", "Adopting"] * 2)[:phases])
        for segment, other in product(segments, segments):
            assert segment.number
            box = segment.number.box
            assert all(HUB < hypot(x, y) < WHEEL for x in (box.left, box.right) for y in (box.top, box.bottom))
            assert not box.overlaps(other.name.box)
        assert [line.text for segment in segments if segment.number for line in segment.number.lines] == [
            str(number) for number in range(1, phases + 1)
        ]
    assert [segment.number for segment in wheel(["One"])] == [None]
    assert "map-phase-number" in drawing(crowd(10))


def test_names_of_one_length_stand_equally_far_from_the_middle() -> None:
    """The names of the wheel lie on a circle where they can."""
    distances = [
        hypot((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        for box in (segment.name.box for segment in wheel(["Developing", "Issuing", "Using", "Adopting"]))
    ]
    assert max(distances) - min(distances) < 1


def test_lines_between_neighbours_stay_outside_of_the_wheel() -> None:
    """Among ten, whoever is next to another or next but one is joined to it by a line that the wheel does not hide."""
    seats = layout(10, "short").seats
    for one, other in combinations(range(10), 2):
        ax, ay, bx, by, cx, cy = map(float, re.findall("-?[0-9.]+", curve(seats[one], seats[other])))
        nearest = min(
            hypot(
                (1 - s) ** 2 * ax + 2 * s * (1 - s) * bx + s * s * cx,
                (1 - s) ** 2 * ay + 2 * s * (1 - s) * by + s * s * cy,
            )
            for s in (at / 50 for at in range(51))
        )
        assert (nearest > WHEEL) == (min(other - one, 10 - other + one) <= 2)


@pytest.mark.parametrize(("heading", "text"), [("", ""), ("Now", ""), ("", "Choose"), ("W" * 60, "word " * 32)])
def test_the_words_in_the_middle_stay_in_the_hub(heading: str, text: str) -> None:
    """Heading and text of the longest kind fit into the circle in the middle."""
    made = lay_out(["A", "B"], ["P"], heading=heading, text=text)
    for lettering in (made.hub_heading, made.hub_text):
        box = lettering.box
        assert all(hypot(x, y) < HUB for x in (box.left, box.right) for y in (box.top, box.bottom))


def test_lines_are_broken_without_losing_a_letter() -> None:
    """Broken lines put together are the text again, whether they break at spaces, at hyphens or inside a
    word.
    """
    for text in (
        "Learners and Earners",
        "skills-based systems/tools",
        "W" * 50,
        "Ünï" * 20,
        "数据标准机构的共同工作组织",
        "",
    ):
        lines = break_lines(text, width=120, size=20, face="semibold")
        joined = "".join(("" if line.is_glued else " ") + line.text for line in lines).strip()
        assert joined == text
        assert all(text_width(line.text, size=20, face="semibold") <= 120 for line in lines)
    assert breaks_a_word(break_lines("W" * 50, width=120, size=20))
    assert not breaks_a_word(break_lines("skills-based systems", width=120, size=20))


def test_every_stakeholder_and_phase_is_a_link_with_its_name() -> None:
    """The links stand in clock order in the document, and their text is the label, words divided by spaces."""
    content = crowd(12)
    root = fromstring(drawing(content, href=lambda one: f"to/{one.id}.html", phase_href=lambda one: f"p/{one.id}"))
    links = [(link.get("href"), heard(link)) for link in root.iter(f"{SVG}a")]
    assert links == [
        *((f"p/{phase.id}", phase.name) for phase in content.phases),
        *((f"to/{one.id}.html", label_of(one)) for one in content.stakeholders),
    ]


def test_the_drawing_stands_alone() -> None:
    """It has a title and a description, ids of its own, and no style, script or handler."""
    content = small_map()
    one, other = (fromstring(drawing(content, prefix=prefix)) for prefix in ("a", "b"))
    ids = [{element.get("id") for element in root.iter()} - {None} for root in (one, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert set((one.get("aria-labelledby") or "").split()) <= ids[0]
    assert [text.strip() for text in one.itertext() if content.settings.title in text]
    for element in one.iter():
        assert element.tag not in (f"{SVG}script", f"{SVG}style")
        assert not [name for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118
    assert not list(one.iter(f"{SVG}a"))
    for shape in one.iter(f"{SVG}text"):
        assert re.fullmatch("#[0-9a-f]{6}", shape.get("fill") or "")


@pytest.mark.parametrize(("count", "seats"), [(1, 1), (40, 40), (41, 20), (100, 20), (1000, 20)])
def test_more_than_the_ring_holds_stand_in_groups(count: int, seats: int) -> None:
    """Up to 40 each has a place; more share 20 places, neighbours together, nobody left out, groups of one size but for
    one. A group says who is first in it and how many more, leads to its part of the list, and its lines join groups.
    """
    content = crowd(count, 4)
    made = places(content)
    assert len(made) == seats
    assert [one for place in made for one in place.members] == list(content.stakeholders)
    sizes = [len(place.members) for place in made]
    assert max(sizes) - min(sizes) <= 1
    root = fromstring(drawing(content, href=lambda place: f"#{place.id}"))
    links = [(link.get("href"), " ".join("".join(link.itertext()).split())) for link in root.iter(f"{SVG}a")]
    assert links == [
        (f"#group_{place.number}", f"{label_of(place.first)} +{len(place.members) - 1}")
        if place.is_group
        else (f"#{place.first.id}", label_of(place.first))
        for place in made
    ]
    lines = [path.get("class") for path in root.iter(f"{SVG}path") if "map-line" in path.get("class", "")]
    assert len(lines) == len(set(lines)) <= seats * (seats - 1) / 2


def test_lines_join_those_who_work_together() -> None:
    """A line joins two stakeholders once, whoever names whom; more strategies and actions make it thicker."""
    row = {"phase": "developing", "text": "x"}
    content = small_map(
        strategies=[
            {**row, "stakeholder": "employers", "works_with": ("hr-systems", "employers")},
            {**row, "text": "y", "stakeholder": "hr-systems", "works_with": ("employers",)},
        ],
        actions=[],
    )
    assert connections(content) == {frozenset(("employers", "hr-systems")): 2}
    [line] = [path for path in fromstring(drawing(content)).iter(f"{SVG}path") if "map-line" in path.get("class", "")]
    alone = small_map(strategies=[{**row, "stakeholder": "employers", "works_with": ("hr-systems",)}], actions=[])
    [thin] = [path for path in fromstring(drawing(alone)).iter(f"{SVG}path") if "map-line" in path.get("class", "")]
    assert float(line.get("stroke-width") or 0) > float(thin.get("stroke-width") or 0)


def test_numbers_on_the_discs_wait_until_they_are_asked_for() -> None:
    """Where phases are links, each disc has the number of its strategies in each phase, hidden at first and not heard; a
    drawing without links, such as that of the brief, has none.
    """
    content = crowd(10)
    root = fromstring(drawing(content, href=lambda one: one.id, phase_href=lambda one: one.id))
    groups = [group for group in root.iter(f"{SVG}g") if "map-counts" in (group.get("class") or "")]
    assert len(groups) == len(content.phases)
    for group, phase in zip(groups, content.phases, strict=True):
        assert (group.get("visibility"), group.get("aria-hidden")) == ("hidden", "true")
        does = Counter(row.stakeholder for row in content.strategies if row.phase == phase.id)
        assert [text.text for text in group.iter(f"{SVG}text")] == [
            str(does[one.id]) for one in content.stakeholders if does[one.id]
        ]
    assert "map-counts" not in drawing(content)


@pytest.mark.parametrize("count", [3, 10, 17, 24, 40])
def test_numbers_and_pictures_stay_off_the_labels(count: int) -> None:
    """The number at the edge of a disc touches no label, and the corners of a picture stay inside the disc."""
    content = crowd(count)
    labels = [seat.label.box for seat in layout_of(content).seats]
    root = fromstring(drawing(content, href=lambda one: one.id, phase_href=lambda one: one.id))
    badges = [circle for circle in root.iter(f"{SVG}circle") if circle.get("class") == "map-badge"]
    assert badges
    for badge in badges:
        x, y, r = (float(badge.get(name) or 0) for name in ("cx", "cy", "r"))
        box = Box(x - r, y - r, x + r, y + r)
        assert not any(box.overlaps(label) for label in labels)
    first = content.stakeholders[0].model_copy(update={"icon": "trust.svg"})
    content = content.model_copy(update={"stakeholders": (first, *content.stakeholders[1:])}).with_images(IMAGES)
    [image] = fromstring(drawing(content)).iter(f"{SVG}image")
    assert float(image.get("width") or 0) / 2**0.5 <= layout_of(content).seats[0].radius


@pytest.mark.parametrize("count", [41, 100, 1000])
def test_the_discs_behind_a_group_stay_off_the_labels(count: int) -> None:
    """A group's pile of discs is higher than one disc, and touches no label for that."""
    content = crowd(count)
    labels = [seat.label.box for seat in layout_of(content).seats]
    piles = [one for one in fromstring(drawing(content)).iter(f"{SVG}circle") if one.get("class") == "map-pile"]
    assert piles
    for pile in piles:
        x, y, r = (float(pile.get(name) or 0) for name in ("cx", "cy", "r"))
        assert not any(Box(x - r, y - r, x + r, y + r).overlaps(label) for label in labels)


def test_an_image_of_the_editors_is_put_into_the_drawing_or_pointed_at() -> None:
    """An icon that is a file is embedded, so that the drawing stands alone, or its address is asked for."""
    content = small_map().with_images(IMAGES)
    first = content.stakeholders[0].model_copy(update={"icon": "trust.svg"})
    content = content.model_copy(update={"stakeholders": (first, *content.stakeholders[1:])}).with_images(IMAGES)
    [image] = fromstring(drawing(content)).iter(f"{SVG}image")
    assert (image.get("href") or "").startswith("data:image/svg+xml;base64,")
    [image] = fromstring(drawing(content, image_href=lambda name: f"pictures/{name}")).iter(f"{SVG}image")
    assert image.get("href") == "pictures/trust.svg"


def test_texts_are_escaped() -> None:
    """Names and texts of the workbook are text in the drawing."""
    content = crowd(3, centre_heading="<b>&", title='"><script>')
    root = fromstring(drawing(content))
    assert "<b>&" in "".join(root.itertext())
    assert not list(root.iter(f"{SVG}script"))


def test_the_same_content_is_drawn_in_the_same_bytes() -> None:
    """The drawing depends on the content alone."""
    assert drawing(crowd(17)) == drawing(crowd(17))


def test_labels_run_the_right_way() -> None:
    """In a language from right to left a label beside its disc is anchored at its other end."""
    anchors = {}
    for language in ("en", "ar"):
        root = fromstring(drawing(crowd(10, language=language)))
        labels = [text for text in root.iter(f"{SVG}text") if text.get("class") == "map-label"]
        anchors[language] = [text.get("text-anchor") for text in labels]
    assert anchors["en"][1] == anchors["ar"][9] == "start"
    assert anchors["en"][9] == anchors["ar"][1] == "end"


def test_a_label_that_does_not_fit_is_reported_at_its_cell() -> None:
    """A name without room is a warning at Name, a short name at Short name, and the message says how much too
    long.
    """
    content = crowd(20)
    problems = list(text_overflow(content))
    assert {problem.code for problem in problems} == {"text-overflow"}
    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert [problem.heading for problem in problems] == ["Name"] * 4
    assert all(
        problem.at == content.stakeholders[at].cell("name")
        for problem, at in zip(problems, (3, 8, 13, 18), strict=True)
    )
    first = problems[0]
    over = int(re.search(r"about (\d+) character", first.message)[1])  # type: ignore[index]
    shorter = content.stakeholders[3].model_copy(update={"short_name": first.value[: len(first.value) - over].strip()})
    mended = content.model_copy(
        update={"stakeholders": (*content.stakeholders[:3], shorter, *content.stakeholders[4:])}
    )
    assert len(list(text_overflow(mended))) == 3
    wider = shorter.model_copy(update={"short_name": "W" * 40})
    worse = content.model_copy(update={"stakeholders": (wider,)})
    assert [problem.heading for problem in text_overflow(worse)] == ["Short name"]


def test_phases_and_the_middle_are_reported_too() -> None:
    """A phase or a text in the middle that must be set too small to read is reported at its own cell."""
    content = crowd(3, 8, centre_heading="W" * 60, centre_text="word " * 32)
    long = content.phases[0].model_copy(update={"name": "W" * 40})
    content = content.model_copy(update={"phases": (long, *content.phases[1:])})
    headings = [problem.heading for problem in text_overflow(content)]
    assert headings[0] == "Name"
    assert "Centre text" in headings or "Centre heading" in headings
    assert list(text_overflow(crowd(3, 8))) == []


def test_ordinary_names_need_no_warning() -> None:
    """Names of two or three words fit among ten stakeholders, without a short name."""
    content = crowd(10)
    ordinary = tuple(one for one in content.stakeholders if not one.name.startswith("Credentialing"))
    assert list(text_overflow(content.model_copy(update={"stakeholders": ordinary}))) == []
