"""The comment on a pull request trusts nothing: run for real against a server that speaks as GitHub's API does."""

import io
import json
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PipelineError
from pipeline.request_comment import BOT, FILE, MARK, MOST_BYTES, as_markdown, read_report, unpack

ROOT = Path(__file__).parents[1]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
BOOM = "::error::x ##[error]y \x1b[31m <script>alert(1)</script> ![x](http://h.example/) @everyone \u202e| `a` ````` "
SOUND: Mapping[str, Any] = {
    "number": 7,
    "counts": {"error": 1, "warning": 0, "note": 2},
    "verdict": "Not to be published: 1 error.",
    "changes": "Nothing changed.\n",
    "check": f"error[unknown-stakeholder] Strategies!B14\n  “{BOOM}” is not on the Stakeholders sheet.\n",
}


def zipped(body: bytes, name: str = FILE) -> bytes:
    """An artefact as GitHub keeps it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return made.getvalue()


@dataclass
class GitHub:
    """What a repository on the server holds, and every request that came: method, path, token and body."""

    artefact: bytes = b""
    head: str = COMMIT
    state: str = "open"
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, str | None, Any]] = field(default_factory=list)
    address: str = ""

    def answer(self, method: str, path: str) -> tuple[int, bytes | str]:
        """The status and body (a redirection: its address) for a request."""
        repository = "/repos/someone/map"
        if path == "/storage/artefact.zip":
            return 200, self.artefact
        assert path.startswith(repository), path
        match method, path.removeprefix(repository).partition("?")[0]:
            case "GET", "/actions/runs/42/artifacts":
                one = {"id": 5, "name": "ecosystem-map-comment", "expired": False, "size_in_bytes": len(self.artefact)}
                found: Any = {"artifacts": [one] if self.artefact else []}
            case "GET", "/actions/artifacts/5/zip":
                return 302, f"{self.address.replace('127.0.0.1', 'localhost')}/storage/artefact.zip"
            case "GET", "/pulls/7":
                found = {"state": self.state, "head": {"sha": self.head}}
            case "GET", "/issues/7/comments":
                found = self.comments
            case ("POST", "/issues/7/comments") | ("PATCH", "/issues/comments/99"):
                found = {}
            case _:
                return 404, b"{}"
        return 200, json.dumps(found).encode()


@pytest.fixture
def github() -> Iterator[GitHub]:
    """The server, on this machine only."""
    held = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            held.asked.append(
                (self.command, self.path, self.headers.get("Authorization"), json.loads(body) if body else None)
            )
            status, answer = held.answer(self.command, self.path)
            self.send_response(status)
            if isinstance(answer, str):
                self.send_header("Location", answer)
                answer = b""
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = do  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield held
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def comment(github: GitHub, tmp_path: Path) -> Callable[[], "subprocess.CompletedProcess[str]"]:
    """Run the step of the second workflow, in a Python without any package, as GitHub's runner would."""
    event = tmp_path / "event.json"
    run = {"id": 42, "head_sha": COMMIT, "event": "pull_request", "html_url": "https://github.example/runs/42"}
    event.write_text(json.dumps({"workflow_run": run}))
    environment = {
        "GITHUB_API_URL": github.address,
        "GITHUB_REPOSITORY": "someone/map",
        "GITHUB_TOKEN": "the-token",
        "GITHUB_EVENT_PATH": str(event),
        "no_proxy": "*",
    }
    script = ROOT / "script" / "comment-on-pull-request"
    return lambda: subprocess.run(
        [sys.executable, "-I", "-S", str(script)], capture_output=True, text=True, env=environment
    )


def written(github: GitHub) -> list[tuple[str, str, str]]:
    """What was written to the server: method, path and the text of the comment."""
    return [(method, path, body["body"]) for method, path, _, body in github.asked if method != "GET"]


def test_the_first_comment(github: GitHub, comment: Callable[[], "subprocess.CompletedProcess[str]"]) -> None:
    """It is written to the request that was checked; the token goes to the API and never to where artefacts are kept."""
    github.artefact = zipped(json.dumps(SOUND).encode())
    done = comment()
    assert (done.returncode, done.stdout) == (0, "Commented on request 7.\n"), done.stderr
    [(method, path, body)] = written(github)
    assert (method, path) == ("POST", "/repos/someone/map/issues/7/comments")
    assert body.startswith(f"{MARK}\n## The workbook at 0123456789: 1 error, 0 warnings, 2 notes\n")
    assert "https://github.example/runs/42" in body
    tokens = {path: token for _, path, token, _ in github.asked}
    assert tokens.pop("/storage/artefact.zip") is None
    assert set(tokens.values()) == {"Bearer the-token"}


def test_the_comment_is_renewed(github: GitHub, comment: Callable[[], "subprocess.CompletedProcess[str]"]) -> None:
    """There is one comment; somebody else's that begins in the same way is left alone."""
    github.artefact = zipped(json.dumps(SOUND).encode())
    github.comments = [
        {"id": 98, "user": {"login": "stranger"}, "body": f"{MARK}\nmine"},
        {"id": 99, "user": {"login": BOT}, "body": f"{MARK}\nthe one before"},
    ]
    assert comment().returncode == 0
    assert [(method, path) for method, path, _ in written(github)] == [
        ("PATCH", "/repos/someone/map/issues/comments/99")
    ]


@pytest.mark.parametrize("change", [{"head": "f" * 40}, {"state": "closed"}])
def test_only_the_request_that_was_checked(
    github: GitHub, comment: Callable[[], "subprocess.CompletedProcess[str]"], change: dict[str, str]
) -> None:
    """The number is a stranger's word: a request with another newest commit, or a closed one, is never commented on."""
    github.artefact = zipped(json.dumps(SOUND).encode())
    for name, value in change.items():
        setattr(github, name, value)
    done = comment()
    assert (done.returncode, written(github)) == (0, [])


def test_no_report_is_no_failure(github: GitHub, comment: Callable[[], "subprocess.CompletedProcess[str]"]) -> None:
    """A run that left no report is passed over in a sentence."""
    done = comment()
    assert (done.returncode, done.stdout, written(github)) == (0, "The workflow left no report to comment with.\n", [])


HOSTILE = {
    "no JSON": b"::error::",
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "a number as text": json.dumps({**SOUND, "number": "7/../../x"}).encode(),
    "a number that is none": json.dumps({**SOUND, "number": True}).encode(),
    "no number": json.dumps({**SOUND, "number": -7}).encode(),
    "counts of text": json.dumps({**SOUND, "counts": {"error": "<b>", "warning": 0, "note": 0}}).encode(),
    "counts missing": json.dumps({**SOUND, "counts": []}).encode(),
    "texts that are none": json.dumps({**SOUND, "check": ["x"]}).encode(),
    "too long": b'{"number": 7, "check": "' + b" " * MOST_BYTES + b'"}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_report_is_refused(body: bytes) -> None:
    """What has not the form of a report is refused in a sentence."""
    with pytest.raises(PipelineError):
        read_report(unpack(zipped(body)))


def test_a_hostile_archive_is_refused(
    github: GitHub, comment: Callable[[], "subprocess.CompletedProcess[str]"]
) -> None:
    """No archive, one with other files, and one that unpacks to gigabytes: nothing is written, nothing unpacked."""
    sound = zipped(json.dumps(SOUND).encode())
    for archive in (b"PK", zipped(b"{}", "../../comment.json"), zipped(b" " * 300_000_000), sound[:-30], sound[:60]):
        github.artefact = archive
        done = comment()
        assert done.returncode == 1
        assert done.stderr.startswith("error: The ")
        assert written(github) == []


def test_nothing_in_a_text_acts() -> None:
    """Texts stand in fences that they cannot close; no name in them calls anybody, nothing in them is markup."""
    fences = "```\n`````````\n~~~\n</details>\n"
    report = read_report(json.dumps({**SOUND, "changes": fences + BOOM}).encode())
    body = as_markdown(report, commit=COMMIT, run="https://github.example/runs/42")
    inside: list[str] = []
    outside: list[str] = []
    fence = ""
    for line in body.splitlines():
        if not fence and (found := re.match(r"`{3,}", line)):
            fence = found[0]
        elif fence and line.startswith(fence) and not line.strip("`"):
            fence = ""
        else:
            (inside if fence else outside).append(line)
    assert fence == ""
    assert "<script>" not in "".join(outside)
    assert not re.search(r"@\w", body)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]|::error|##\[", body)
    assert "`````````" in inside


def test_a_comment_is_never_longer_than_github_takes() -> None:
    """The longest texts that are let through make a comment of less than 65,536 characters."""
    for text in ("@" * 90_000, "`" * 90_000, "::" * 40_000, "\x1b\n" * 40_000, "\u202e" * 80_000):
        report = read_report(json.dumps({**SOUND, "changes": text, "check": text}).encode())
        assert len(as_markdown(report, commit=COMMIT, run="https://github.example/runs/42")) < 65_536
