"""The examples of docs/data.md, run as they stand there against a map that is served on this machine."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright._impl._driver import compute_driver_executable
from small_map import STAMP, small_map

from pipeline.rendering import data

PAGE = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```(sh|python|js)\n(.*?)```", PAGE, re.DOTALL))
NODE = str(compute_driver_executable()[0])
"""The Node.js that comes with Playwright, so that no other need be installed."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of the small map's data on this machine."""
    for artefact in data.render(small_map(), stamp=STAMP):
        path = tmp_path / "host" / "map" / artefact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artefact.body)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path / "host")))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/map/"
    server.shutdown()
    server.server_close()


RUN = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "js": [NODE, "--input-type=module", "--eval"],
}
SAID = {
    "sh": [
        "employers\tEmployers\tstakeholders/employers.json",
        "hr-systems\tHR Systems\tstakeholders/hr-systems.json",
        "Employers: 2",
        "HR Systems: 0",
    ],
    "python": ["Adopting · Accept skills-based records.", "Adopting · Pay for a pilot."],
    "js": ["Employers → HR Systems"],
}


@pytest.mark.parametrize("language", RUN)
def test_the_examples_work(language: str, address: str, tmp_path: Path) -> None:
    """Each example prints what it says it does."""
    example = EXAMPLES[language].replace("https://example.org/map/", address)
    assert address in example
    done = subprocess.run(
        [*RUN[language], example], cwd=tmp_path, capture_output=True, text=True, timeout=60, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert set(SAID[language]) <= set(done.stdout.splitlines())
    if language == "sh":
        assert (tmp_path / "strategies.csv").read_text(encoding="utf-8-sig").startswith("ID,Stakeholder")
