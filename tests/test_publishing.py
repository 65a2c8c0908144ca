"""Publishing: what a build may write, what it must leave alone, and what it says when it stops."""

import errno
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import BusyError, PipelineError, PublishingError, UsageError
from pipeline.exchange import FileSystem, exchange, link
from pipeline.manifest import describe, find_differences, write_record
from pipeline.publishing import Published, publish
from pipeline.rendering.artefacts import Artefact

NO_EXCHANGE = FileSystem(exchange=lambda first, second: False)
NO_LINK = FileSystem(link=lambda target, at: False)


def artefacts(**bodies: str) -> tuple[Artefact, ...]:
    """Artefacts from `index="text"`; `a__b="text"` is the file b in the folder a."""
    return tuple(
        Artefact(f"{name.replace('__', '/')}.html", "text/html", body.encode()) for name, body in bodies.items()
    )


OLD = artefacts(index="old", stakeholders__employers="old", same="same")
NEW = artefacts(index="new", phases__adopting="new", same="same")


def bodies(files: tuple[Artefact, ...]) -> dict[str, bytes]:
    return {file.path: file.body for file in files}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below the folder; links are not followed and stand with what they say."""
    return {
        path.relative_to(folder).as_posix(): f"-> {path.readlink()}".encode()
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def release(site: Path) -> dict[str, bytes]:
    """The published files of a release, without its record."""
    return {path: body for path, body in tree(site).items() if path != "build.json"}


def staging(output: Path) -> list[Path]:
    return list(output.glob(".staging-*"))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def published(output: Path) -> Published:
    """A last release is in place."""
    return publish(OLD, record={"edition": "2024"}, output=output)


# What a release is


def test_first_release_is_complete(output: Path) -> None:
    """The first build makes the folder, the site with every byte, and the record."""
    done = publish(OLD, record={"edition": "2024"}, output=output)
    assert release(output / "site") == bodies(OLD)
    assert (done.site, done.record) == (output / "site", output / "build.json")
    assert (done.files, done.total_bytes) == (3, 10)
    assert done.added == ("index.html", "same.html", "stakeholders/employers.html")
    assert (done.changed, done.removed) == ((), ())
    assert staging(output) == []


def test_next_release_replaces_and_tells_the_difference(output: Path, published: Published) -> None:
    """Stale files go, new ones come, and the difference is told by path."""
    done = publish(NEW, record={"edition": "2025"}, output=output)
    assert release(output / "site") == bodies(NEW)
    assert done.added == ("phases/adopting.html",)
    assert done.changed == ("index.html",)
    assert done.removed == ("stakeholders/employers.html",)


def test_one_previous_release_is_kept(output: Path, published: Published) -> None:
    """Readers inside the last release keep it until the build after the next; older ones are gone."""
    publish(NEW, record={}, output=output)
    assert release(output / ".previous") == bodies(OLD)
    publish(artefacts(index="newest"), record={}, output=output)
    assert release(output / ".previous") == bodies(NEW)
    assert staging(output) == []


def test_same_artefacts_give_the_same_bytes(tmp_path: Path) -> None:
    """Two folders, two orders of the same artefacts: the same bytes, record included."""
    publish(NEW, record={"edition": "2025"}, output=tmp_path / "one")
    publish(reversed(NEW), record={"edition": "2025"}, output=tmp_path / "two")
    assert tree(tmp_path / "one" / "site") == tree(tmp_path / "two" / "site")


def test_nothing_else_in_the_output_folder_is_touched(output: Path, published: Published) -> None:
    """What lies beside the site belongs to somebody else."""
    (output / "README.md").write_text("mine")
    (output / "notes").mkdir()
    (output / "notes" / "a.txt").write_text("mine")
    publish(NEW, record={}, output=output)
    assert (output / "README.md").read_text() == "mine"
    assert (output / "notes" / "a.txt").read_text() == "mine"


@pytest.mark.parametrize(("mask", "file_mode", "folder_mode"), [(0o022, 0o644, 0o755), (0o027, 0o640, 0o750)])
def test_web_server_may_read_what_the_umask_allows(output: Path, mask: int, file_mode: int, folder_mode: int) -> None:
    """Files are 0644 and folders 0755 less the umask, although the staging folder is private."""
    before = os.umask(mask)
    try:
        publish(OLD, record={}, output=output)
    finally:
        os.umask(before)
    site = output / "site"
    for path in (site, site / "stakeholders"):
        assert path.stat().st_mode & 0o777 == folder_mode
    for path in (site / "index.html", site / "build.json"):
        assert path.stat().st_mode & 0o777 == file_mode


# The record


def test_record_lists_every_file_after_its_own_keys(output: Path) -> None:
    """Keys keep their order, outputs are sorted by path with size and hash, the text is UTF-8 and ends its line."""
    publish(OLD, record={"edition": "Été", "counts": {"web": 3}}, output=output)
    text = (output / "build.json").read_bytes()
    record = json.loads(text)
    assert list(record) == ["edition", "counts", "outputs"]
    assert record["outputs"] == [
        {"path": path, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for path, body in sorted(bodies(OLD).items())
    ]
    assert "Été".encode() in text
    assert text.endswith(b"}\n")
    assert text.startswith(b'{\n  "edition"')


def test_record_changes_with_the_site(output: Path, published: Published) -> None:
    """`build.json` leads to the record inside the release, also after the whole folder has been moved."""
    publish(NEW, record={"edition": "2025"}, output=output)
    moved = output.rename(output.with_name("moved"))
    assert (moved / "build.json").is_symlink()
    assert (moved / "build.json").read_bytes() == (moved / "site" / "build.json").read_bytes()
    assert json.loads((moved / "build.json").read_bytes())["edition"] == "2025"


def test_record_cannot_bring_its_own_outputs(output: Path) -> None:
    """The list of files is publishing's to write; a caller who writes one is mistaken."""
    with pytest.raises(PipelineError, match="outputs"):
        publish(OLD, record={"outputs": []}, output=output)


def test_copied_record_becomes_the_link(output: Path, published: Published) -> None:
    """A record that a system without links has left as a file is replaced by the link."""
    text = (output / "build.json").read_bytes()
    (output / "build.json").unlink()
    (output / "build.json").write_bytes(text)
    publish(NEW, record={}, output=output)
    assert (output / "build.json").is_symlink()


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_foreign_record_stops(output: Path, tmp_path: Path, kind: str) -> None:
    """A `build.json` that no build wrote is neither replaced nor followed."""
    output.mkdir()
    foreign = tmp_path / "foreign.json"
    foreign.write_text("mine")
    match kind:
        case "file":
            (output / "build.json").write_text("mine")
        case "link":
            (output / "build.json").symlink_to(foreign)
        case _:
            (output / "build.json").mkdir()
    before = tree(tmp_path)
    with pytest.raises(PublishingError, match="is not the record of a build"):
        publish(OLD, record={}, output=output)
    assert not (output / "site").exists()
    assert before.items() <= tree(tmp_path).items()


# Files that no build wrote


def assert_stops(output: Path, *names: str) -> PublishingError:
    """Publishing stops, names these files, and changes nothing but the lock file."""
    before = tree(output)
    with pytest.raises(PublishingError) as caught:
        publish(NEW, record={}, output=output)
    assert {**tree(output), ".lock": b""} == {**before, ".lock": b""}
    for name in names:
        assert f"“{name}”" in str(caught.value)
    assert "Move them" in caught.value.help
    return caught.value


@pytest.mark.parametrize("name", ["notes.txt", "stakeholders/notes.txt", "new/notes.txt", "Index.html", ".DS_Store"])
def test_unknown_file_stops(output: Path, published: Published, name: str) -> None:
    """A file that the last build did not write stops the next one; names are compared case-exactly."""
    path = output / "site" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    assert_stops(output, name)


def test_many_unknown_files_are_counted(output: Path, published: Published) -> None:
    """Ten are named and the rest counted."""
    for number in range(13):
        (output / "site" / f"{number:02}.txt").write_text("mine")
    error = assert_stops(output, "00.txt", "09.txt")
    assert "“10.txt”" not in str(error)
    assert "and 3 more" in str(error)


def test_unknown_names_cannot_steer_the_terminal(output: Path, published: Published) -> None:
    """Control characters and bytes that are no text are shown as escapes."""
    (output / "site" / "a\x1b[2J").write_text("mine")
    (output / "site" / os.fsdecode(b"b\xff")).write_text("mine")
    message = str(assert_stops(output))
    assert message.isprintable()
    assert "\\x1b" in message


def test_unknown_empty_folder_is_harmless(output: Path, published: Published) -> None:
    """An empty folder holds nothing that could be lost."""
    (output / "site" / "empty").mkdir()
    publish(NEW, record={}, output=output)
    publish(NEW, record={}, output=output)
    assert release(output / "site") == bodies(NEW)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"outputs": [1]}', '{"outputs": [{"path": ["index.html"]}]}'])
def test_site_without_a_readable_record_stops(output: Path, text: str | None) -> None:
    """Where no record tells what a build wrote, every file counts as somebody's."""
    (output / "site").mkdir(parents=True)
    (output / "site" / "index.html").write_text("mine")
    if text is not None:
        (output / "site" / "build.json").write_text(text)
    assert_stops(output, "index.html")


def test_empty_site_folder_is_no_obstacle(output: Path) -> None:
    """Somebody made the folder beforehand: it is used."""
    (output / "site").mkdir(parents=True)
    publish(OLD, record={}, output=output)
    assert release(output / "site") == bodies(OLD)


@pytest.mark.parametrize("name", ["elsewhere", "index.html", "build.json"])
def test_link_in_the_site_stops(output: Path, published: Published, tmp_path: Path, name: str) -> None:
    """No build makes links in a site, not even under a name of its own; what the link leads to stays."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("mine")
    path = output / "site" / name
    path.unlink(missing_ok=True)
    path.symlink_to(outside)
    assert_stops(output, name)
    assert tree(outside) == {"a.txt": b"mine"}


def test_file_edited_by_hand_is_replaced(output: Path, published: Published) -> None:
    """A published file that somebody has edited is still the build's, and the workbook's word counts."""
    (output / "site" / "index.html").write_text("edited")
    publish(NEW, record={}, output=output)
    assert release(output / "site") == bodies(NEW)


def test_unknown_file_in_the_previous_release_stops(output: Path, published: Published) -> None:
    """The release before is only removed when all of it is ours."""
    publish(NEW, record={}, output=output)
    (output / ".previous" / "notes.txt").write_text("mine")
    assert_stops(output, "notes.txt")


def test_file_that_comes_into_the_previous_release_meanwhile_survives(output: Path, published: Published) -> None:
    """The release before is looked at again when its turn to be removed has come."""
    publish(NEW, record={}, output=output)
    (output / "build.json").unlink()

    def late(target: str, at: Path) -> bool:
        (output / ".previous" / "late.txt").write_text("mine")
        return link(target, at)

    with pytest.raises(PublishingError, match=r"“late\.txt”"):
        publish(OLD, record={}, output=output, system=FileSystem(link=late))
    assert (output / ".previous" / "late.txt").read_text() == "mine"
    assert release(output / "site") == bodies(NEW)


def test_link_in_place_of_the_previous_release_stops(output: Path, published: Published, tmp_path: Path) -> None:
    """A link is never followed to remove what it leads to."""
    outside = tmp_path / "outside"
    publish(NEW, record={}, output=outside)
    (output / ".previous").symlink_to(outside / "site")
    with pytest.raises(PublishingError, match="is not a folder"):
        publish(NEW, record={}, output=output)
    assert release(outside / "site") == bodies(NEW)


@pytest.mark.parametrize("atomic", [True, False])
def test_file_that_comes_in_at_the_last_moment_survives(output: Path, published: Published, atomic: bool) -> None:
    """Somebody saves a file into the site while the swap is under way: it is kept, and named by the next build."""

    def late(first: Path, second: Path) -> bool:
        (second / "late.txt").write_text("mine")
        return atomic and exchange(first, second)

    publish(NEW, record={}, output=output, system=FileSystem(exchange=late))
    assert release(output / "site") == bodies(NEW)
    assert (output / ".previous" / "late.txt").read_text() == "mine"
    assert_stops(output, "late.txt")


# Folders that cannot be meant


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with a project in it: source/map.xlsx, and somewhere else to point links at."""
    home = tmp_path / "home"
    (home / "project" / "source").mkdir(parents=True)
    (home / "project" / "source" / "map.xlsx").write_text("workbook")
    (home / "project" / "file").write_text("a file")
    (home / "elsewhere").mkdir()
    (home / "project" / "link").symlink_to(home / "elsewhere")
    (home / "project" / "half" / "site").parent.mkdir()
    (home / "project" / "half" / "site").symlink_to(home / "elsewhere")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    return home / "project"


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("link", "symbolic link"),
        ("half", "symbolic link"),
        ("file", "is not a folder"),
        ("/", "root of the file system"),
        ("..", "your home folder"),
        ("../..", "your home folder"),
        ("source", "source"),
        ("source/../source", "source"),
        (".", "source"),
        ("source/map.xlsx", "is not a folder"),
    ],
)
def test_folder_that_cannot_be_meant_is_refused(project: Path, folder: str, why: str) -> None:
    """A release never buries a link, the root, the home folder, or the workbook's folder or one above it."""
    source = project / "source"
    before = tree(project.parent)
    protected = () if "home" in why else (source / "map.xlsx", source)
    with pytest.raises(UsageError, match=why) as caught:
        publish(OLD, record={}, output=project / folder, protected=protected)
    assert "-o" in caught.value.help
    assert tree(project.parent) == before


def test_folder_beside_the_workbook_is_allowed(project: Path) -> None:
    """An output folder inside the workbook's folder is safe: nothing but that folder is written."""
    source = project / "source"
    publish(OLD, record={}, output=source / "output", protected=(source / "map.xlsx", source))
    assert (source / "map.xlsx").read_text() == "workbook"


def test_folder_under_a_linked_folder_is_allowed(project: Path) -> None:
    """Only the folder itself must not be a link; /tmp is one on some systems."""
    publish(OLD, record={}, output=project / "link" / "output")
    assert release(project.parent / "elsewhere" / "output" / "site") == bodies(OLD)


# Paths


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a\\b", "C:/a", "a:b", "a.", "a /b", "a\nb", "a\0", "\ud800"],
)
def test_path_that_is_not_safe_everywhere_is_refused(output: Path, path: str) -> None:
    """Paths are relative with forward slashes, and mean the same on every system."""
    with pytest.raises(PipelineError) as caught:
        publish([*OLD, Artefact(path, "text/html", b"")], record={}, output=output)
    assert not isinstance(caught.value, PublishingError)
    assert not output.exists()


@pytest.mark.parametrize(
    "paths",
    [
        ("a", "a"),
        ("a.html", "A.html"),
        ("data/a", "Data/b"),
        ("é", "e\u0301"),
        ("straße", "STRASSE"),
        ("a", "a/b"),
        ("build.json",),
        ("Build.json",),
        (),
    ],
)
def test_paths_that_collide_are_refused(output: Path, paths: tuple[str, ...]) -> None:
    """Two paths that are one on Windows or macOS, the record's own path, and a release of nothing are mistakes."""
    with pytest.raises(PipelineError):
        publish([Artefact(path, "text/plain", b"") for path in paths], record={}, output=output)
    assert not output.exists()


# One build at a time


@pytest.fixture
def holder(output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of the output folder."""
    output.mkdir(exist_ok=True)
    code = (
        "import sys; from pathlib import Path; from pipeline.locking import hold\n"
        "with hold(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(output / ".lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_second_build_is_told_who_builds(output: Path, published: Published, holder: subprocess.Popen[bytes]) -> None:
    """A second build stops at once, names the process that holds the lock, and changes nothing."""
    before = tree(output / "site")
    with pytest.raises(BusyError, match=rf"\(process {holder.pid}\)"):
        publish(NEW, record={}, output=output)
    assert tree(output / "site") == before
    assert not (output / ".previous").exists()


def test_lock_dies_with_its_process(output: Path, published: Published, holder: subprocess.Popen[bytes]) -> None:
    """A killed build does not block the next one, although its lock file is still there."""
    holder.kill()
    holder.wait()
    assert (output / ".lock").read_text().strip() == str(holder.pid)
    publish(NEW, record={}, output=output)
    assert release(output / "site") == bodies(NEW)


def test_lock_is_not_written_through_a_link(output: Path, published: Published, tmp_path: Path) -> None:
    """A link in place of the lock file is refused; what it leads to is not written."""
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (output / ".lock").unlink()
    (output / ".lock").symlink_to(outside)
    with pytest.raises(PublishingError):
        publish(NEW, record={}, output=output)
    assert outside.read_text() == "mine"


# What a killed build leaves


def test_unfinished_staging_is_removed(output: Path, published: Published) -> None:
    """A build killed while it wrote leaves a folder that the next build removes, with or without a whole record."""
    for number, text in enumerate((None, '{"outp', '{"outputs": [{"path": "a/b.html", "sha256": "0"}]}')):
        left = output / f".staging-1-{number}" / "site"
        (left / "a").mkdir(parents=True)
        (left / "a" / "b.html").write_text("half")
        if text is not None:
            (left / "build.json").write_text(text)
        (left.parent / "build.json").symlink_to("site/build.json")
    publish(NEW, record={}, output=output)
    assert staging(output) == []
    assert release(output / "site") == bodies(NEW)


def test_release_left_in_staging_is_removed_without_what_somebody_added(output: Path, published: Published) -> None:
    """A build killed just after the swap leaves the release before it; a file added to that one is not ours."""
    (output / ".staging-1-a").mkdir()
    publish(NEW, record={}, output=output)
    (output / ".staging-1-a").mkdir()
    left = (output / ".previous").rename(output / ".staging-1-a" / "site")
    (left / "notes.txt").write_text("mine")
    assert_stops(output, "site/notes.txt")
    (left / "notes.txt").unlink()
    publish(NEW, record={}, output=output)
    assert staging(output) == []


def test_links_at_a_staging_name_are_not_followed(output: Path, published: Published, tmp_path: Path) -> None:
    """A link under the name of a staging folder, or inside one, never leads the removal outside."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("mine")
    (output / ".staging-1-a").symlink_to(outside)
    publish(NEW, record={}, output=output)
    (output / ".staging-2-a" / "site").mkdir(parents=True)
    (output / ".staging-2-a" / "site" / "link").symlink_to(outside)
    assert_stops(output, "site/link")
    assert tree(outside) == {"a.txt": b"mine"}


# Systems that offer less


def test_exchange_swaps_two_folders_or_leaves_them(tmp_path: Path) -> None:
    """The exchange is done wholly or not at all, and says which."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(name)
    done = exchange(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "one" / "name").read_text() == ("two" if done else "one")
    assert (tmp_path / "two" / "name").read_text() == ("one" if done else "two")


def test_exchange_tells_other_failures(tmp_path: Path) -> None:
    """Only “not possible here” leads to the weaker way; a missing folder is a failure."""
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "two")


def test_without_exchange_two_renames_and_a_weaker_promise(output: Path, published: Published) -> None:
    """Where folders cannot be exchanged, the release is still whole afterwards and the promise is said to be weaker."""
    done = publish(NEW, record={}, output=output, system=NO_EXCHANGE)
    assert release(output / "site") == bodies(NEW)
    assert release(output / ".previous") == bodies(OLD)
    assert not done.atomic
    assert "two renames" in done.weaker_promise
    assert staging(output) == []


@pytest.mark.parametrize("removed", [("index.html",), ("index.html", "same.html", "stakeholders"), ("build.json",)])
def test_killed_while_removing_what_cannot_be_moved_the_last_release_comes_back(
    output: Path, published: Published, removed: tuple[str, ...]
) -> None:
    """In a container's lower layer the last release is copied and then removed; the next build puts the copy back."""
    shutil.copytree(output / "site", output / ".previous")
    for name in removed if "build.json" not in removed else [path.name for path in (output / "site").iterdir()]:
        path = output / "site" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(PublishingError):
        publish(NEW, record={}, output=output, system=FileSystem(exchange=full_disk))
    assert release(output / "site") == bodies(OLD)


def test_release_in_a_lower_layer_is_copied_away(output: Path, published: Published) -> None:
    """Where the last release can be neither exchanged nor moved, it is copied, and the promise is weaker still."""
    system = FileSystem(exchange=lambda first, second: False, move=lambda folder, to: False)
    done = publish(NEW, record={}, output=output, system=system)
    assert release(output / "site") == bodies(NEW)
    assert release(output / ".previous") == bodies(OLD)
    assert "layered" in done.weaker_promise
    assert staging(output) == []


def test_exchange_needs_no_apology(output: Path, published: Published) -> None:
    """Where the system offers all, nothing is said."""
    done = publish(NEW, record={}, output=output, system=FileSystem(exchange=exchange_by_three))
    assert (done.atomic, done.weaker_promise) == (True, "")


def exchange_by_three(first: Path, second: Path) -> bool:
    """An exchange that every file system can do, for tests of what follows it."""
    third = first.with_name("third")
    first.rename(third)
    second.rename(first)
    third.rename(second)
    return True


def test_without_links_the_record_is_a_copy_and_the_promise_weaker(output: Path) -> None:
    """Where links are not to be had, `build.json` is a copy, replaced at every build, and that is said."""
    for files, edition in ((OLD, "2024"), (NEW, "2025")):
        done = publish(files, record={"edition": edition}, output=output, system=NO_LINK)
        assert not (output / "build.json").is_symlink()
        assert (output / "build.json").read_bytes() == (output / "site" / "build.json").read_bytes()
        assert json.loads((output / "build.json").read_bytes())["edition"] == edition
        assert "symbolic links" in done.weaker_promise
    assert staging(output) == []


def test_killed_between_two_renames_the_last_release_comes_back(output: Path, published: Published) -> None:
    """The next build first puts the last release back, so that it is there even if that build fails."""
    (output / "site").rename(output / ".previous")
    with pytest.raises(PublishingError):
        publish(NEW, record={}, output=output, system=FileSystem(exchange=full_disk))
    assert release(output / "site") == bodies(OLD)
    (output / "site").rename(output / ".previous")
    done = publish(NEW, record={}, output=output)
    assert done.changed == ("index.html",)


def test_half_removed_release_is_not_put_back(output: Path, published: Published) -> None:
    """A previous release that is no longer whole never becomes the site."""
    (output / "site").rename(output / ".previous")
    (output / ".previous" / "index.html").unlink()
    done = publish(NEW, record={}, output=output)
    assert done.added == ("index.html", "phases/adopting.html", "same.html")


# Failures


def full_disk(first: Path, second: Path) -> bool:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_permission(target: str, at: Path) -> bool:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(at))


def test_full_disk_is_named_and_the_last_release_stays(output: Path, published: Published) -> None:
    """The system's reason is told in plain words, and nothing has changed."""
    with pytest.raises(PublishingError, match="the disk is full") as caught:
        publish(NEW, record={}, output=output, system=FileSystem(exchange=full_disk))
    assert "as it was" in caught.value.help
    assert release(output / "site") == bodies(OLD)
    assert staging(output) == []


def test_missing_permission_is_named_with_its_place(output: Path) -> None:
    """The path that may not be written is told."""
    with pytest.raises(PublishingError, match=r"no permission .*build\.json"):
        publish(NEW, record={}, output=output, system=FileSystem(link=no_permission))
    assert not (output / "site").exists()


def test_write_that_the_system_cuts_short_leaves_the_last_release(output: Path, published: Published) -> None:
    """A real failure in the middle of a file: the system's own limit on file sizes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(PublishingError, match="could not be written"):
            publish(artefacts(index="x" * 200_000), record={}, output=output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert release(output / "site") == bodies(OLD)
    assert staging(output) == []


def test_failed_second_rename_is_undone(output: Path, published: Published) -> None:
    """Without exchange, a release that cannot be moved in leaves the last one in its place."""

    def spoil(first: Path, second: Path) -> bool:
        first.rename(first.with_name("gone"))
        return False

    with pytest.raises(PublishingError):
        publish(NEW, record={}, output=output, system=FileSystem(exchange=spoil))
    assert release(output / "site") == bodies(OLD)


def test_verification_finds_every_difference(tmp_path: Path) -> None:
    """A changed byte, a missing, an extra file and a link are all found when the staged folder is read back."""
    entries = describe(OLD)
    record = write_record({}, entries)
    (tmp_path / "stakeholders").mkdir()
    for file in OLD:
        (tmp_path / file.path).write_bytes(file.body)
    (tmp_path / "build.json").write_bytes(record)
    assert find_differences(tmp_path, entries, record) == ()
    (tmp_path / "index.html").write_bytes(b"olb")
    (tmp_path / "same.html").unlink()
    (tmp_path / "extra.html").write_bytes(b"")
    (tmp_path / "link.html").symlink_to("extra.html")
    (tmp_path / "build.json").write_bytes(record[:-1])
    assert find_differences(tmp_path, entries, record) == (
        "build.json",
        "extra.html",
        "index.html",
        "link.html",
        "same.html",
    )
