"""Which changes of files a preview hears of."""

from pathlib import Path
from threading import Event, Thread

import pytest

from pipeline.preview.watching import Changed, Sources, changes, is_passing


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """A workbook with an image beside it, and a folder of templates."""
    for name in ("source/images/a.svg", "source/map.xlsx", "templates/web/base.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return Sources(workbook=tmp_path / "source" / "map.xlsx", templates=(tmp_path / "templates",))


@pytest.mark.parametrize(
    "name", ["~$map.xlsx", ".~lock.map.xlsx#", "map.xlsx~", ".map.xlsx.swp", "lu123.tmp", "map.xlsx.crdownload"]
)
def test_lock_files_and_half_saved_files_pass(sources: Sources, name: str) -> None:
    """Excel and LibreOffice leave them beside the workbook while it is open."""
    assert is_passing(name)
    assert sources.meaning(sources.workbook.with_name(name)) is Changed.NOTHING


def test_what_a_file_means(sources: Sources) -> None:
    """The workbook and what it may name are content; designs are templates; all else is nobody's business."""
    source, designs = sources.workbook.parent, sources.templates[0]
    assert sources.meaning(sources.workbook) is Changed.CONTENT
    assert sources.meaning(source / "images" / "new.png") is Changed.CONTENT
    assert sources.meaning(source / "pages" / "about.md") is Changed.CONTENT
    assert sources.meaning(designs / "web" / "site.css") is Changed.TEMPLATES
    assert sources.meaning(source / "other.xlsx") is Changed.NOTHING
    assert sources.meaning(source / "images" / "deep" / "a.png") is Changed.NOTHING


def heard(sources: Sources, seen: frozenset[object], act: list[Path]) -> list[Changed]:
    """What is told, one for each file of `act`, which is written when the one before has been told."""
    stop = Event()
    told: list[Changed] = []

    def listen() -> None:
        for changed in changes(sources, stop, seen=seen):
            told.append(changed)
            if act:
                path = act.pop(0)
                path.parent.mkdir(exist_ok=True)
                path.write_text("new")
            else:
                stop.set()

    thread = Thread(target=listen)
    thread.start()
    thread.join(60)
    stop.set()
    thread.join()
    return told


def test_a_change_before_the_watch_began_is_told(sources: Sources) -> None:
    """Whoever saves while the first page is still made sees it all the same."""
    seen = sources.signature()
    sources.workbook.write_text("saved meanwhile")
    assert heard(sources, seen, []) == [Changed.CONTENT | Changed.TEMPLATES]


def test_saves_are_told_in_folders_that_are_new_too(sources: Sources) -> None:
    """Each save once it is done; a folder that was not there before is watched from then on."""
    told = heard(sources, frozenset(), [sources.workbook, sources.workbook.parent / "pages" / "about.md"])
    assert len(told) == 3
    assert Changed.CONTENT in told[1]
    assert Changed.CONTENT in told[2]
