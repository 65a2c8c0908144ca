"""`ecosystem-map verify`: which edition a file is of, whether it is current, and whether it was altered."""

import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from brief.small_maps import STAMP, briefs_of, small_map

from pipeline.rendering import data

Verify = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """The command, in a folder of its own that holds brief.pdf and what was published with it."""
    content = small_map()
    body = briefs_of(content)["brief.pdf"]
    (tmp_path / "brief.pdf").write_bytes(body)
    published = tmp_path / "output" / "site" / "data" / "map.json"
    published.parent.mkdir(parents=True)
    published.write_bytes(data.map_file(content, stamp=STAMP).body)
    record = {
        "edition": STAMP.edition,
        "digest": STAMP.digest,
        "outputs": [{"path": "brief.pdf", "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}],
    }
    (tmp_path / "output" / "build.json").write_text(json.dumps(record), encoding="utf-8")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pipeline", "verify", *arguments]
        root = str(Path(__file__).parent.parent)
        environment = {"PYTHONPATH": root, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


def test_a_published_brief_is_current_and_unaltered(verify: Verify) -> None:
    """It names the edition, says that the file is the published one, and ends with 0."""
    done = verify("brief.pdf")
    assert done.returncode == 0
    assert "edition 2026.1, published on 2026-11-24 (release 0123456789ab)" in done.stdout
    assert "byte for byte the published brief.pdf" in done.stdout
    assert "It is current" in done.stdout


def test_an_altered_brief_is_found(verify: Verify, tmp_path: Path) -> None:
    """A file that another program has saved ends with 1, and so does a damaged one."""
    with pikepdf.open(tmp_path / "brief.pdf") as document:
        document.save(tmp_path / "saved.pdf")
    body = (tmp_path / "brief.pdf").read_bytes()
    (tmp_path / "half.pdf").write_bytes(body[: len(body) * 9 // 10])
    for name in ("saved.pdf", "half.pdf"):
        done = verify(name)
        assert done.returncode == 1
        assert "It was altered, or damaged" in done.stdout or "without the mark of an edition" in done.stdout


def test_a_brief_sealed_anew_is_found_by_the_record(verify: Verify, tmp_path: Path) -> None:
    """Whoever alters a file and makes a new seal is found out by the hash in the record of the build."""
    from pipeline.rendering import seal

    body = (tmp_path / "brief.pdf").read_bytes()
    named = seal._SEAL.findall(body)[0]
    forged = seal.sealed(body.replace(named, b"0" * 64) + b"\n% forged\n")
    (tmp_path / "forged.pdf").write_bytes(forged)
    done = verify("forged.pdf")
    assert done.returncode == 1
    assert "not among the files that the record of the build lists" in done.stdout


def test_an_older_edition_is_not_current(verify: Verify, tmp_path: Path) -> None:
    """A brief of other data than what is published ends with 1 and says what is published."""
    newer = {"stamp": {"edition": "2027.1", "digest": "f" * 64}}
    (tmp_path / "new.json").write_text(json.dumps(newer), encoding="utf-8")
    done = verify("brief.pdf", "--data", "new.json")
    assert done.returncode == 1
    assert "It is not current: edition 2027.1 is published now." in done.stdout
    assert "Its seal fits its bytes" in done.stdout


def test_a_missing_file_is_wrong_usage(verify: Verify) -> None:
    """No such PDF, or no such data, ends with 2."""
    assert verify("nothing.pdf").returncode == 2
    assert verify("brief.pdf", "--data", "nothing.json").returncode == 2
    assert verify("brief.pdf", "--data", "brief.pdf").returncode == 2


def test_strange_files_are_answered_in_a_sentence(verify: Verify, tmp_path: Path) -> None:
    """Empty, locked, hostile or foreign files end with 1, in words, and never with a traceback."""
    locked = io.BytesIO()
    with pikepdf.open(tmp_path / "brief.pdf") as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    hostile = b"%PDF-1.7\n/Type /Metadata stream\n" + b"\x78\x9c\xff\xff" * 1000
    hostile += b"<edition:name>\x1b[31m</edition:name>"
    files = {
        "empty.pdf": b"",
        "text.pdf": b"hello",
        "locked.pdf": locked.getvalue(),
        "hostile.pdf": hostile,
        "deep.pdf": b"%PDF-1.7\n" + b"<<" * 100_000,
        "nameless.pdf": b"%PDF-1.7\n<edition:digest>x</edition:digest>",
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
        done = verify(name)
        assert (done.returncode, done.stderr) == (1, ""), name
        assert "\x1b" not in done.stdout
        assert "Traceback" not in done.stdout
