"""Runs a job of a workflow here as GitHub's runner does: its steps in order, with the environment files and expressions.

Steps that `run:` are executed by bash with the options that the runner uses; `uses: ./…` runs the composite action of the
repository; artefacts are copied to a folder. Other actions are only noted: they belong to GitHub. Expressions are the few
that our files use, and anything else fails the test.
"""

import fnmatch
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ONLY_NOTED = ("actions/checkout", "actions/setup-python", "actions/deploy-pages", "actions/cache")
UPLOADS = ("actions/upload-artifact", "actions/upload-pages-artifact")

_OF_THE_MACHINE = re.compile(r"(PATH|HOME|LANG)$|(PIP|UV|SSL)_|(https?|no)_proxy$", re.IGNORECASE)


def own_environment() -> dict[str, str]:
    """What a runner has of this machine's environment: no token, no setting of this project. How package registries are
    reached is the machine's matter."""
    return {name: value for name, value in os.environ.items() if _OF_THE_MACHINE.match(name)}


@dataclass(kw_only=True)
class Run:
    """What a job did: its log, the summary, the outputs of its steps, the artefacts by name, and whether it passed."""

    passed: bool = True
    log: str = ""
    summary: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    artefacts: dict[str, Path] = field(default_factory=dict)
    noted: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Runner:
    """A runner with its `workspace` (a clone) and a `temporary` folder; `environment` is what the event sets."""

    workspace: Path
    temporary: Path
    environment: Mapping[str, str]
    run: Run = field(default_factory=Run)

    def job(self, workflow: Path, name: str) -> Run:
        """Run the job `name` of the file `workflow` to its end."""
        job = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"][name]
        self.steps(job["steps"], inputs={}, action=None)
        return self.run

    def steps(self, steps: list[dict[str, Any]], *, inputs: Mapping[str, str], action: Path | None) -> dict[str, Any]:
        """Run `steps`; after one that failed only those whose condition says so."""
        outputs: dict[str, dict[str, str]] = {}
        scope: dict[str, Any] = {
            "inputs": inputs,
            "steps": outputs,
            "github": {"token": "token-of-the-job"},
            "runner": {"temp": str(self.temporary)},
        }
        for step in steps:
            condition = step.get("if", "")
            if not (self.is_true(str(condition), scope) if condition else self.run.passed):
                continue
            given = {key: self.filled(str(value), scope) for key, value in step.get("with", {}).items()}
            if "uses" in step:
                made = self.use(step["uses"], given)
            else:
                variables = {key: self.filled(str(value), scope) for key, value in step.get("env", {}).items()}
                made = self.execute(step["run"], variables, action)
            if "id" in step:
                outputs[step["id"]] = made
                self.run.outputs[step["id"]] = made
        return scope

    def use(self, name: str, given: Mapping[str, str]) -> dict[str, str]:
        """Run an action of this repository, keep an artefact, or note an action of GitHub's."""
        if name.startswith("./"):
            folder = (self.workspace / name).resolve()
            action = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
            inputs = {key: given.get(key, str(one.get("default", ""))) for key, one in action.get("inputs", {}).items()}
            assert set(given) <= set(inputs), f"{name} has no input {set(given) - set(inputs)}"
            scope = self.steps(action["runs"]["steps"], inputs=inputs, action=folder)
            return {key: self.filled(one["value"], scope) for key, one in action.get("outputs", {}).items()}
        repository = name.partition("@")[0]
        if repository in UPLOADS:
            self.keep(given.get("name", "github-pages"), given["path"])
        else:
            assert repository in ONLY_NOTED, f"nothing is known of {repository}"
        self.run.noted.append(repository)
        return {}

    def keep(self, name: str, path: str) -> None:
        """Copy what `path` names, a file, a folder or a pattern, as the artefact `name`; there must be something."""
        target = self.temporary / "artefacts" / name
        target.mkdir(parents=True)
        base, _, pattern = path.partition("/**/")
        source = Path(base)
        if source.is_file():
            shutil.copy(source, target)
        for file in sorted(source.rglob("*")) if source.is_dir() else ():
            if file.is_file() and fnmatch.fnmatch(file.name, pattern or "*"):
                place = target / file.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)
        assert any(target.iterdir()), f"there is nothing to keep as {name}: {path}"
        self.run.artefacts[name] = target

    def execute(self, script: str, variables: Mapping[str, str], action: Path | None) -> dict[str, str]:
        """Run a script as the runner does, and read what it wrote to its files."""
        assert "${{" not in script, "an expression in a script: texts of strangers could become commands"
        files = {name: self.temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        own = own_environment()
        run = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.workspace,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={
                **own,
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "RUNNER_OS": "Linux",
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_ACTION_PATH": str(action or ""),
                **{name: str(file) for name, file in files.items()},
                **self.environment,
                **variables,
            },
        )
        self.run.log += run.stdout + run.stderr
        self.run.passed = self.run.passed and run.returncode == 0
        self.run.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return read_outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))

    def filled(self, text: str, scope: Mapping[str, Any]) -> str:
        """`text` with its expressions replaced by their values."""
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(self.value(found[1].strip(), scope)), text)

    def is_true(self, text: str, scope: Mapping[str, Any]) -> bool:
        """A condition: parts joined by `&&`, each a status function or a comparison."""
        inner = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", text.strip()).strip()
        asked = [self.condition(part.strip(), scope) for part in inner.split("&&")]
        says_when = any(name in inner for name in ("always()", "cancelled()", "failure()", "success()"))
        return all(asked) and (says_when or self.run.passed)

    def condition(self, part: str, scope: Mapping[str, Any]) -> bool:
        known = {"always()": True, "!cancelled()": True, "success()": self.run.passed, "failure()": not self.run.passed}
        if part in known:
            return known[part]
        left, operator, right = re.fullmatch(r"(\S+) (==|!=) '([^']*)'", part).groups()  # type: ignore[union-attr]
        return (str(self.value(left, scope)) == right) is (operator == "==")

    def value(self, name: str, scope: Mapping[str, Any]) -> Any:
        found: Any = scope
        for part in name.split("."):
            if part == "outputs" and part not in found:
                continue  # the outputs of a step are kept without that word
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return found


def read_outputs(text: str) -> dict[str, str]:
    """The values in a file of outputs, in both forms that GitHub documents."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if match := re.fullmatch(r"([\w-]+)<<(.+)", line):
            value = []
            for inside in lines:
                if inside == match[2]:
                    break
                value.append(inside)
            else:
                raise AssertionError(f"the value of {match[1]} has no end")
            found[match[1]] = "\n".join(value)
        else:
            name, sign, rest = line.partition("=")
            assert sign, f"no output: {line!r}"
            found[name] = rest
    return found
