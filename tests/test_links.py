"""Links and images of the finished pages: all lead somewhere, and a dead one is laid at the right door."""

from collections.abc import Mapping

import pytest
from plain_outputs import all_outputs, page, web
from small_map import ROWS, small_map

from pipeline.errors import RenderingError
from pipeline.model import EcosystemMap
from pipeline.problems import Severity
from pipeline.rendering.artefacts import Artefact
from pipeline.rendering.links import dead_internal_link, missing_image

DEEP = "stakeholders/employers.html"


def site(**pages: str) -> dict[str, Artefact]:
    """A front page, a page in a folder and some files; `pages` give the body of "index" or "deep"."""
    files = [
        page("index.html", pages.get("index", "<h1 id='top-of-map'>Map</h1>")),
        page(DEEP, pages.get("deep", "<a name='grün'>x</a>")),
        Artefact("brief.pdf", "application/pdf", b""),
        Artefact("assets/icons.svg", "image/svg+xml", b"<svg><symbol id='coin'/></svg>"),
        Artefact("assets/größe 1.png", "image/png", b""),
    ]
    return {file.path: file for file in files}


def with_text(text: str) -> EcosystemMap:
    return small_map(action_areas=[{"name": "Area", "description": text}], actions=[])


@pytest.mark.parametrize(
    "address",
    [
        "../index.html",
        "../index.html#top-of-map",
        "../index.html?from=here#top-of-map",
        "employers.html#gr%C3%BCn",
        "#grün",
        "#",
        "#top",
        "?print",
        "../brief.pdf#page=2",
        "../assets/icons.svg#coin",
        "../assets/gr%C3%B6%C3%9Fe%201.png",
        "https://example.org/gone",
        "http://example.org",
        "mailto:map@example.org",
        "tel:+1234",
        "data:text/plain,x",
    ],
)
def test_links_that_lead_somewhere(address: str) -> None:
    """Files and places of the site, with queries and percent signs, and whatever is outside of it."""
    assert list(dead_internal_link(small_map(), site(deep=f"<a name='grün' href='{address}'>x</a>"))) == []


@pytest.mark.parametrize(
    "address",
    [
        "index.html",
        "../index.html#nowhere",
        "#nowhere",
        "../assets/icons.svg#nothing",
        "../stakeholders/",
        "..",
        "../../index.html",
        "/index.html",
        "//example.org/x",
        "file:///home/someone/index.html",
        "javascript:void(0)",
        "../Index.html",
    ],
)
def test_a_dead_link_in_a_template_is_a_failure_of_the_machine(address: str) -> None:
    """No editor can mend a template: the build fails, naming page, address and where to look."""
    with pytest.raises(RenderingError, match=r"^stakeholders/employers\.html points to ") as raised:
        list(dead_internal_link(small_map(), site(deep=f"<a href='{address}'>x</a>")))
    assert address in str(raised.value)
    assert f'href="{address}"' in raised.value.help


@pytest.mark.parametrize("tag", ["<link href='x.css'>", "<script src='x.js'></script>", "<use xlink:href='x.svg#a'/>"])
def test_whatever_a_page_points_to_is_looked_at(tag: str) -> None:
    """Style sheets, scripts and drawings are as needed as pages."""
    with pytest.raises(RenderingError):
        list(dead_internal_link(small_map(), site(index=tag)))


def test_a_dead_link_in_a_text_is_a_problem_at_its_cell() -> None:
    """The cell that holds the link is named, once, on however many pages the text is shown."""
    content = with_text("See [the page](phases/gone.html) for more.")
    pages = site(index="<a href='phases/gone.html'>x</a>", deep="<a href='../phases/gone.html'>x</a>")
    [problem] = dead_internal_link(content, pages)
    assert (problem.code, problem.severity) == ("dead-internal-link", Severity.ERROR)
    assert (str(problem.at), problem.heading) == ("Action areas!C2", "Description")
    assert problem.value == "phases/gone.html"
    assert problem.message == "The link to “phases/gone.html” leads nowhere: the map has no such page or place."


@pytest.mark.parametrize("address", ["#gone", "/phases/gone.html", "phases/gone.html#a%20b", "stakeholders/"])
def test_dead_links_of_every_form_are_found_in_texts(address: str) -> None:
    """A place on the same page, an address from the root and a folder are blamed on the text that holds them."""
    [problem] = dead_internal_link(with_text(f"[x]({address})"), site(index=f"<a href='{address}'>x</a>"))
    assert problem.value == address


def test_the_links_of_the_plain_outputs_are_sound() -> None:
    """Texts with links outside of the site have no problem."""
    assert list(dead_internal_link(small_map(), all_outputs(small_map()))) == []


def test_what_this_build_leaves_out_is_not_dead() -> None:
    """A build of the web map alone may link to the brief and the data of another one, and to nothing else."""
    pages = site(index="<a href='briefs/employers.pdf'>x</a><a href='data/map.json'>y</a>")
    with pytest.raises(RenderingError):
        list(dead_internal_link(small_map(), pages, elsewhere=("briefs/",)))
    assert list(dead_internal_link(small_map(), pages, elsewhere=("briefs/", "data/"))) == []


def image_map(images: Mapping[str, bytes]) -> EcosystemMap:
    content = small_map(
        stakeholders=[{**ROWS["stakeholders"][0], "icon": "own.svg"}, ROWS["stakeholders"][1]],
        pages=[{"title": "About", "body": "![A chart](chart.png)"}],
        credits=[{"name": "Trust", "role": "Funder", "logo": "logo.png"}],
    )
    return content.with_images(images)


def test_a_picture_that_is_not_there_is_a_problem_at_its_cell() -> None:
    """An icon, a picture in a page and a logo are looked for; names of Lucide icons are no files."""
    problems = list(missing_image(image_map({}), web(small_map())))
    assert [(str(problem.at), problem.value) for problem in problems] == [
        ("Stakeholders!D2", "own.svg"),
        ("Pages!D2", "chart.png"),
        ("Credits!D2", "logo.png"),
    ]
    assert {(problem.code, problem.severity) for problem in problems} == {("missing-image", Severity.ERROR)}


def test_a_picture_that_was_not_published_is_a_problem_at_its_cell() -> None:
    """The file is in source/images, and the page that shows it points to nothing."""
    content = image_map(dict.fromkeys(["own.svg", "chart.png", "logo.png"], b""))
    [problem] = missing_image(content, site(index="<img src='assets/images/chart.png' alt='A chart'>"))
    assert (str(problem.at), problem.value) == ("Pages!D2", "chart.png")


def test_a_picture_of_a_template_that_is_not_there_is_a_failure_of_the_machine() -> None:
    """No cell names it: the build fails, naming the page."""
    content = image_map(dict.fromkeys(["own.svg", "chart.png", "logo.png"], b""))
    with pytest.raises(RenderingError, match=r"index\.html points to “assets/banner\.png”"):
        list(missing_image(content, site(index="<img srcset='assets/banner.png 2x'>")))


def test_pictures_that_are_there_are_no_problem() -> None:
    """Each named file is there and shown."""
    content = image_map(dict.fromkeys(["own.svg", "chart.png", "logo.png"], b""))
    assert list(missing_image(content, site(deep="<img src='../assets/gr%C3%B6%C3%9Fe%201.png' alt=''>"))) == []
