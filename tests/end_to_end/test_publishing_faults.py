"""Publishing interrupted at every step that changes something, and raced by two writers and two readers.

The module is also the child process of its own tests: an audit hook (`sys.addaudithook`) cannot be removed again, so
it lives in a process that ends. `python test_publishing_faults.py KIND FOLDER [first|plain|layered]` walks through the
fault points and prints what it found as JSON; `… write FOLDER SECONDS NAME` and `… read FOLDER SECONDS` are the racers.

A fault point is an announcement that something is about to change: the events of CPython (`open` for writing,
`os.rename`, `os.mkdir`, …) and, where CPython announces nothing, those of pipeline/exchange.py (a write, a flush, the
exchange). The fault happens in place of that step. `ECOSYSTEM_MAP_RACE_SECONDS` is how long the race lasts (10).
"""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import BusyError, PublishingError
from pipeline.exchange import THIS_SYSTEM, FileSystem, exchange
from pipeline.publishing import publish
from pipeline.rendering.artefacts import Artefact

CHANGES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.truncate",
    "os.chmod",
    "os.utime",
}
PLAIN = FileSystem(exchange=lambda first, second: False, link=lambda target, at: False)
LAYERED = FileSystem(exchange=lambda first, second: False, move=lambda folder, to: False)
RAISED: dict[str, type[BaseException]] = {"disk": PublishingError, "ctrl-c": KeyboardInterrupt}


def release(generation: int) -> tuple[Artefact, ...]:
    """60 files in three folders, each stamped; one comes and one goes from a generation to the next.

    Their number stays the same, so that the n-th fault point is the same step in every generation.
    """
    stamp = f"generation {generation}\n".encode()
    paths = ["index.html", "matrix.html", "brief.pdf", "data/map.json", "data/build.json", f"only/{generation}.html"]
    paths += [f"stakeholders/{number}.html" for number in range(29)]
    paths += [f"briefs/{number}.pdf" for number in range(25)]
    return tuple(Artefact(path, "text/plain", stamp + path.encode()) for path in paths)


def build(generation: int, output: Path, system: FileSystem = THIS_SYSTEM) -> None:
    publish(release(generation), record={"generation": generation}, output=output, system=system)


def state(output: Path) -> int | str | None:
    """The generation that is wholly there, None when there is no site, or what is wrong."""
    site = output / "site"
    if not site.exists():
        return None
    found = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    record = found.pop("build.json", None)
    if record is None:
        return "no record in the site"
    if not (output / "build.json").exists() or (output / "build.json").read_bytes() != record:
        return "site and record differ"
    generation = json.loads(record)["generation"]
    if found != {file.path: file.body for file in release(generation)}:
        return f"not the files of generation {generation}"
    if {item["path"]: item["sha256"] for item in json.loads(record)["outputs"]} != {
        path: hashlib.sha256(body).hexdigest() for path, body in found.items()
    }:
        return "not the hashes of the record"
    return int(generation)


# The child process: one fault at every point


class Fuse:
    """Counts the fault points of one publishing and blows at the given one."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.count = 0
        self.blow_at = 0
        self.blow: Callable[[], None] = lambda: None
        self.events: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.blow_at or not self._changes(event, arguments):
            return
        self.count += 1
        self.events.append(event)
        if self.count == self.blow_at:
            self.blow()

    def _changes(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            return bool(writing) and str(path).startswith(self.root)
        return event in CHANGES or event.startswith("ecosystem_map.")


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupt() -> None:
    raise KeyboardInterrupt


BLOWS = {"kill": kill, "disk": fill_disk, "ctrl-c": interrupt}


def walk_through_faults(kind: str, folder: Path, *, first: bool, system: FileSystem) -> dict[str, object]:
    """A publishing with a fault at point 1, 2, 3 … until one comes to its end, each followed by an ordinary one.

    With `first` there is no earlier release each time. The answer: how many points, how often the old and the new release
    (or none) was found after the fault, and in sentences all that went wrong.
    """
    fuse = Fuse(folder)
    sys.addaudithook(fuse)
    seen: dict[str, int] = {"old": 0, "new": 0, "absent": 0}
    wrong: list[str] = []
    generation, point, skipped, output = 2, 0, 0, folder / "output"
    for early in (1, 2):  # so that there is a previous release to be removed, too
        build(early, output, system)
    if system is not THIS_SYSTEM:
        # Up to the removal of the release before the last, all systems take the same steps.
        fuse.blow_at = sys.maxsize
        build(generation, output, system)
        point = skipped = fuse.events.index("os.remove")
    while True:
        point += 1
        if first:
            output = folder / f"first-{point}"
        fuse.count, fuse.blow_at, fuse.blow, fuse.events = 0, point, BLOWS[kind], []
        ended = strike(kind, fuse, generation + 1, output, system)
        where = f"{kind} at point {point} ({fuse.events[-1] if fuse.events else '?'})"
        if ended is True:
            return {"points": point - 1 - skipped, "seen": seen, "wrong": wrong}
        if ended is not False:
            wrong.append(f"{where}: {ended}")
        after = state(output)
        names: dict[int | str | None, str] = {None: "absent", generation + 1: "new"}
        if not first:
            names[generation] = "old"
        if after in names:
            seen[names[after]] += 1
        else:
            wrong.append(f"{where}: {after}")
        if kind != "kill" and list(output.glob(".staging-*")):
            wrong.append(f"{where}: staging left at once")
        generation += 2
        build(generation, output, system)
        if state(output) != generation:
            wrong.append(f"{where}: the next build gave {state(output)}")
        if strays := {path.name for path in output.iterdir()} - {"site", "build.json", ".previous", ".lock"}:
            wrong.append(f"{where}: left over {sorted(strays)}")


def strike(kind: str, fuse: Fuse, generation: int, output: Path, system: FileSystem) -> bool | str:
    """One publishing under the fuse: True when it ended before the fuse blew, False when it blew, else what is wrong."""
    if kind == "kill":
        process = os.fork()
        if process == 0:
            with suppress(BaseException):
                build(generation, output, system)
                os._exit(0)
            os._exit(1)
        fuse.blow_at = 0
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            return False
        return os.WEXITSTATUS(status) == 0 or "the publishing failed by itself"
    try:
        build(generation, output, system)
    except (PublishingError, KeyboardInterrupt) as error:
        return not isinstance(error, RAISED[kind]) and f"{type(error).__name__} came out"
    finally:
        blown, fuse.blow_at = fuse.count >= fuse.blow_at, 0
    return not blown or "the fault was swallowed"


# The tests


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder in memory where there is such a thing: a thousand releases are written."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


def start(*arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, __file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def finish(process: subprocess.Popen[str]) -> dict[str, object]:
    """The JSON that the child prints."""
    text, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    answer: dict[str, object] = json.loads(text)
    return answer


def can_exchange(folder: Path) -> bool:
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    return exchange(folder / "a", folder / "b")


@pytest.mark.slow
@pytest.mark.parametrize("kind", BLOWS)
def test_fault_at_any_point_leaves_the_old_or_the_new_release(folder: Path, kind: str) -> None:
    """Killed, out of disk or interrupted at any changing step: one whole release, and the next build works."""
    if not can_exchange(folder):
        pytest.skip("this file system cannot exchange folders")
    answer = finish(start(kind, str(folder)))
    seen = answer["seen"]
    assert answer["wrong"] == []
    assert isinstance(seen, dict)
    assert answer["points"] == sum(seen.values()) >= 130
    assert seen["old"] >= 130
    assert seen["new"] >= 1
    assert seen["absent"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", BLOWS)
def test_fault_in_the_first_build_leaves_no_site_or_a_whole_one(folder: Path, kind: str) -> None:
    """Where no release has ever been, there is none after the fault, or all of the new one."""
    answer = finish(start(kind, str(folder), "first"))
    seen = answer["seen"]
    assert answer["wrong"] == []
    assert isinstance(seen, dict)
    assert answer["points"] == sum(seen.values()) >= 120
    assert seen["absent"] >= 120
    assert seen["new"] >= 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "ctrl-c"])
def test_weaker_promise_is_kept_where_nothing_is_offered(folder: Path, kind: str) -> None:
    """Without exchange and links: killed at one point the site is absent, at one the record is late; else whole."""
    answer = finish(start(kind, str(folder), "plain"))
    seen, wrong = answer["seen"], answer["wrong"]
    assert isinstance(seen, dict)
    assert isinstance(wrong, list)
    assert seen["absent"] == len(wrong) == (1 if kind == "kill" else 0)
    assert all(text.endswith("site and record differ") for text in wrong)
    assert seen["old"] >= 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "ctrl-c"])
def test_release_that_cannot_be_moved_is_put_back(folder: Path, kind: str) -> None:
    """In a container's lower layer only a kill leaves a part, while the old release is removed; the next build works."""
    answer = finish(start(kind, str(folder), "layered"))
    seen, wrong = answer["seen"], answer["wrong"]
    assert isinstance(seen, dict)
    assert isinstance(wrong, list)
    assert seen["absent"] == (1 if kind == "kill" else 0)
    assert len(wrong) < 70 if kind == "kill" else not wrong
    assert not [text for text in wrong if "the next build" in text or "left over" in text]
    assert seen["old"] >= 200


def test_release_that_reads_back_otherwise_is_not_swapped_in(folder: Path) -> None:
    """Bytes that change on the disk between writing and reading back stop the build; the last release stays."""
    answer = finish(start("spoil", str(folder / "output")))
    assert "“matrix.html”" in str(answer["message"])
    assert answer["state"] == 1
    assert answer["staging"] == 0


@pytest.mark.slow
def test_two_writers_and_two_readers_see_no_mixture(folder: Path) -> None:
    """While two builds race, every reader gets the files of one release, and the site is never absent."""
    if not can_exchange(folder):
        pytest.skip("this file system cannot exchange folders")
    seconds = os.environ.get("ECOSYSTEM_MAP_RACE_SECONDS", "10")
    output = folder / "output"
    build(0, output)
    writers = [start("write", str(output), seconds, name) for name in ("1", "2")]
    reader = finish(start("read", str(output), seconds))
    written = [finish(writer) for writer in writers]
    assert reader["wrong"] == []
    for whole in (reader["inside"], reader["outside"], *(answer["published"] for answer in written)):
        assert isinstance(whole, int)
        assert whole > 0
    last = state(output)
    assert isinstance(last, int)
    assert last in {answer["last"] for answer in written}


# The child process: a disk that forgets


def spoil(output: Path) -> dict[str, object]:
    """A publishing during which one staged file changes after it was written; what came out."""
    build(1, output)

    def change(event: str, arguments: tuple[object, ...]) -> None:
        if event == "ecosystem_map.sync" and ".staging-" in (path := str(arguments[0])) and path.endswith("/site"):
            os.truncate(Path(path) / "matrix.html", 3)

    sys.addaudithook(change)
    message = ""
    try:
        build(2, output)
    except PublishingError as error:
        message = str(error)
    return {"message": message, "state": state(output), "staging": len(list(output.glob(".staging-*")))}


# The child process: racers


def write_for(output: Path, seconds: float, name: int) -> dict[str, object]:
    """Publish generation after generation; whoever finds the folder held tries again."""
    end = time.monotonic() + seconds
    published = busy = last = 0
    generation = name
    while time.monotonic() < end or not published:
        generation += 2
        try:
            build(generation, output)
        except BusyError:
            busy += 1
            time.sleep(0.001)
        else:
            published, last = published + 1, generation
    return {"published": published, "busy": busy, "last": last}


def read_for(output: Path, seconds: float) -> dict[str, object]:
    """Read whole releases in two ways, as long as the writers write, and tell what was wrong with any of them.

    Inside: the folder is opened once and everything read through it, as a web server that holds it would. A release that
    two later builds have replaced meanwhile may be gone, but never mixed.
    Outside: by plain paths; a read counts when the record is the same before and after.
    """
    end = time.monotonic() + seconds
    wrong: list[str] = []
    counts = {"inside": 0, "outside": 0, "gone": 0, "moved on": 0}
    while time.monotonic() < end:
        try:
            inside = os.open(output / "site", os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            wrong.append("the site is absent")
            continue
        try:
            stamps = set()
            for item in json.loads(read_within(inside, "build.json"))["outputs"]:
                stamps.add(read_within(inside, item["path"]).split(b"\n")[0])
            counts["inside"] += 1
            if len(stamps) != 1:
                wrong.append(f"inside: {stamps}")
        except FileNotFoundError:
            counts["gone"] += 1
        finally:
            os.close(inside)
        before = (output / "build.json").read_bytes()
        differing = 0
        for item in json.loads(before)["outputs"]:
            try:
                body = (output / "site" / item["path"]).read_bytes()
            except FileNotFoundError:
                body = b""
            differing += hashlib.sha256(body).hexdigest() != item["sha256"]
        if before != (output / "build.json").read_bytes():
            counts["moved on"] += 1
        elif differing:
            wrong.append(f"outside: {differing} files of another release")
        else:
            counts["outside"] += 1
    return {**counts, "wrong": wrong[:10]}


def read_within(folder: int, path: str) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY, dir_fd=folder), "rb") as stream:
        return stream.read()


def main() -> None:
    """The child process; prints one JSON object."""
    answer: dict[str, object]
    match sys.argv[1:]:
        case ["write", output, seconds, name]:
            answer = write_for(Path(output), float(seconds), int(name))
        case ["spoil", output]:
            answer = spoil(Path(output))
        case ["read", output, seconds]:
            answer = read_for(Path(output), float(seconds))
        case [kind, folder, *words]:
            system = PLAIN if "plain" in words else LAYERED if "layered" in words else THIS_SYSTEM
            answer = walk_through_faults(kind, Path(folder), first="first" in words, system=system)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
