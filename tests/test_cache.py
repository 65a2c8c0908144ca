"""What is kept from build to build: whatever happens to the folder, it is right or it is nothing."""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.cache import Cache
from pipeline.fingerprint import fingerprint, of_folders


def key(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_kept_is_found_by_another_process(tmp_path: Path) -> None:
    """An entry is found under its key by whoever opens the folder, and under no other."""
    Cache(tmp_path / "cache").put(key("a"), b"made of a")
    assert Cache(tmp_path / "cache").get(key("a")) == b"made of a"
    assert Cache(tmp_path / "cache").get(key("b")) is None


def test_a_damaged_entry_counts_as_none(tmp_path: Path) -> None:
    """A file that was cut off, emptied or changed is not believed, and is made again."""
    cache = Cache(tmp_path)
    for number, damage in enumerate((b"", b"short", None)):
        cache.put(key(str(number)), b"the right bytes")
        [path] = [path for path in files(tmp_path) if path.parent.name + path.name == key(str(number))]
        path.write_bytes(path.read_bytes().replace(b"right", b"wrong") if damage is None else damage)
        assert cache.get(key(str(number))) is None
        cache.put(key(str(number)), b"the right bytes")
        assert cache.get(key(str(number))) == b"the right bytes"


def test_the_folder_may_go_at_any_time(tmp_path: Path) -> None:
    """Deleted between two builds, or while one runs: nothing fails."""
    cache = Cache(tmp_path / "cache")
    cache.put(key("a"), b"a")
    shutil.rmtree(tmp_path / "cache")
    assert cache.get(key("a")) is None
    cache.put(key("a"), b"a")
    assert cache.get(key("a")) == b"a"
    cache.prune()


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    """A file in the folder's place is no reason for a build to fail."""
    (tmp_path / "cache").write_text("not a folder")
    cache = Cache(tmp_path / "cache")
    cache.put(key("a"), b"a")
    assert cache.get(key("a")) is None
    cache.prune()


def test_what_was_not_used_for_the_longest_goes_first(tmp_path: Path) -> None:
    """The folder stays below its size; an entry that was used stays, and so does what is not ours."""
    cache = Cache(tmp_path, most_bytes=250)
    (tmp_path / "mine.txt").write_text("x" * 1000)
    for age, name in enumerate("abc"):
        cache.put(key(name), name.encode() * 60)
        [path] = [path for path in files(tmp_path) if path.parent.name + path.name == key(name)]
        os.utime(path, (1000 + age, 1000 + age))
    assert cache.get(key("a")) is not None
    cache.prune()
    assert [cache.get(key(name)) is not None for name in "abc"] == [True, False, True]
    assert (tmp_path / "mine.txt").exists()


def write_and_read(folder: str) -> bool:
    cache = Cache(Path(folder))
    body = b"always the same" * 10_000
    for _ in range(50):
        cache.put(key("shared"), body)
        if cache.get(key("shared")) != body:
            return False
    return True


def test_two_builds_may_write_at_once(tmp_path: Path) -> None:
    """Nobody ever reads half an entry, and nothing is left over."""
    with ProcessPoolExecutor(2) as pool:
        assert all(pool.map(write_and_read, [str(tmp_path)] * 2))
    assert len(files(tmp_path)) == 1


def test_a_key_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    """Keys are hashes; anything else is a fault of the program."""
    with pytest.raises(ValueError, match="SHA-256"):
        Cache(tmp_path).put("../../elsewhere", b"")


def test_the_fingerprint_of_folders_is_of_names_and_contents(tmp_path: Path) -> None:
    """A file that is renamed, changed or moved to another folder makes another fingerprint; its date does not."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    folders = (tmp_path / "one", tmp_path / "two")
    file = tmp_path / "one" / "a.txt"
    file.write_text("a")
    first = of_folders(folders)
    os.utime(file, (1, 1))
    assert of_folders(folders) == first
    seen = {first}
    file.write_text("b")
    seen.add(of_folders(folders))
    file.rename(tmp_path / "one" / "b.txt")
    seen.add(of_folders(folders))
    (tmp_path / "one" / "b.txt").rename(tmp_path / "two" / "b.txt")
    seen.add(of_folders(folders))
    assert len(seen) == 4
    assert fingerprint() == fingerprint() != first
