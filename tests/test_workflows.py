"""The files for GitHub, GitLab, pre-commit and Docker: sound in form, pinned, and with no more rights than they need."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli_ci import ci_command
from pipeline.needs import BRIEFS, NEEDS, System

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = [ROOT / "action.yml", ROOT / ".github" / "actions" / "comment" / "action.yml"]
GITLAB = [ROOT / ".gitlab-ci.yml", ROOT / "docs" / "ci" / "gitlab.yml"]
BIN = Path(sys.executable).parent


def read(path: Path) -> dict[Any, Any]:
    """A YAML file."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def passes(*command: str | Path) -> None:
    """A linter has nothing to say."""
    name, *rest = (str(one) for one in command)
    done = subprocess.run([str(BIN / name), *rest], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [("github-workflows", WORKFLOWS), ("github-actions", ACTIONS), ("gitlab-ci", GITLAB)],
    ids=["workflows", "actions", "gitlab"],
)
def test_the_form_is_sound(schema: str, files: list[Path]) -> None:
    """Every file is what the published JSON Schema of its kind asks for."""
    passes("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


def test_zizmor_finds_nothing() -> None:
    """The security linter of workflows has nothing to say, but what is ignored beside its reason."""
    passes("zizmor", "--offline", "--no-progress", "--quiet", *WORKFLOWS, *ACTIONS)


def test_the_dockerfile_is_sound() -> None:
    """hadolint, with shellcheck inside, has nothing to say."""
    passes("hadolint", "Dockerfile")


def test_the_scripts_are_sound() -> None:
    """shellcheck has nothing to say of the shell scripts that jobs and people run."""
    files = [path for path in sorted((ROOT / "script").iterdir()) if path.is_file()]
    passes("shellcheck", "--severity=warning", *(one for one in files if b"bash" in one.read_bytes()[:30]))


def test_the_hook_is_sound() -> None:
    """pre-commit takes the manifest of our hook."""
    passes("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_action_is_pinned(path: Path) -> None:
    """Other people's actions are named by the full hash of a commit, with the version beside it; one hash for each."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if (found := re.match(r"\s*(?:- )?uses:\s*(\S+)(.*)", line)) and not found[1].startswith("./"):
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", found[1]), line
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", found[2]), line


def test_the_same_action_is_the_same_everywhere() -> None:
    """Nobody updates one workflow and forgets the other."""
    text = "".join(path.read_text(encoding="utf-8") for path in [*WORKFLOWS, *ACTIONS])
    used = set(re.findall(r"uses: (actions/[\w-]+)@(\w+)", text))
    assert len({name for name, _ in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_rights_are_the_least(path: Path) -> None:
    """A workflow has no rights; each job asks for its own, has a limit of time, and leaves no token in the clone."""
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 30
        writes = {right for right, level in job["permissions"].items() if level != "read"}
        wanted = {"comment.yml": {"pull-requests"}, "publish.yml": {"pages", "id-token"}}.get(path.name, set())
        assert writes in (set(), wanted)
        for step in job["steps"]:
            if "actions/checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
    text = path.read_text(encoding="utf-8")
    assert "pull_request_target" not in text
    assert "secrets." not in text


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_expression_stands_in_a_script(path: Path) -> None:
    """A text of a stranger can only be a value of the environment."""
    found = read(path)
    jobs = found["jobs"].values() if "jobs" in found else [found["runs"]]
    for script in (step["run"] for job in jobs for step in job["steps"] if "run" in step):
        assert "${{" not in script


def test_the_comment_runs_after_the_request() -> None:
    """The second workflow is started by the first one's name; renaming one alone would end the comments in silence."""
    [name] = read(ROOT / ".github" / "workflows" / "comment.yml")[True]["workflow_run"]["workflows"]
    assert name == read(ROOT / ".github" / "workflows" / "pull-request.yml")["name"]


def test_the_action_gives_on_every_output() -> None:
    """What the command writes, the action offers; its inputs reach the script that reads them."""
    action = read(ROOT / "action.yml")
    source = (ROOT / "pipeline" / "cli_ci.py").read_text(encoding="utf-8").partition("def _write_outputs")[2]
    written = set(re.findall(r'^        "(\w+)": ', source, re.MULTILINE)) | {"errors", "warnings", "notes"}
    assert set(action["outputs"]) == written
    script = (ROOT / "script" / "ci").read_text(encoding="utf-8")
    assert {name.upper() for name in action["inputs"]} == set(re.findall(r"\bINPUT_(\w+)", script))
    options = {option for parameter in ci_command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", script)) <= options


def test_the_image_has_what_is_needed() -> None:
    """The Dockerfile installs the libraries that the declaration names, and Git; it runs as nobody in particular."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for one in NEEDS:
        if one.libraries and set(one.commands) & set(BRIEFS):
            assert one.install[System.DEBIAN].packages[0] in text
    assert " git " in text
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    images = [*re.findall(r"^FROM (\S+)", text, re.MULTILINE), read(GITLAB[1])[".ecosystem-map-machine"]["image"]]
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:[\d.]+-slim-bookworm@sha256:[0-9a-f]{64}", images[0])


def test_uv_is_the_same_everywhere() -> None:
    """The image and script/setup install with the same uv."""
    [version] = re.findall(r"^UV_VERSION=(\S+)$", (ROOT / "script" / "setup").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"uv=={version}" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
