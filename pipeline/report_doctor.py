"""The findings of `doctor` as text and as JSON. Standard library only: they are shown where nothing else works."""

import json
import textwrap
from collections.abc import Iterator

from pipeline.doctor import Diagnosis, Finding, State
from pipeline.harmless import visible
from pipeline.needs import TEST, VERIFY, System, installation

_MARKS = {State.OK: "ok", State.MISSING: "missing", State.UNKNOWN: "unknown"}
_COLOURS = {"ok": "32", "missing": "31;1", "weaker": "33;1", "unknown": "33;1"}
_WIDTH = 100
_INDENT = " " * 11


def as_text(diagnosis: Diagnosis, *, colour: bool = False) -> str:
    """What is there and what is missing, then which commands are ready, then what to run. `colour` adds ANSI colours."""
    where = diagnosis.system or "a system that we know no commands for; Debian's names may help"
    lines = [f"ecosystem-map {diagnosis.version} on {visible(diagnosis.machine)} ({where})", ""]
    for one in diagnosis.findings:
        lines += _finding(one, diagnosis, colour=colour)
    lines += ["", *_commands(diagnosis)]
    if diagnosis.missing:
        lines += ["", "To install what is missing:", *(f"  {command}" for command in diagnosis.install)]
        by_hand = [one.need.name for one in diagnosis.missing if one.state is State.MISSING and not one.need.install]
        if by_hand:
            lines.append(f"No command installs these; the lines above say what is wrong: {', '.join(by_hand)}.")
    else:
        lines += ["", "Nothing is missing."]
    if not {TEST, VERIFY} & {*diagnosis.commands}:
        lines.append(f"For those who develop it: ecosystem-map doctor {TEST} {VERIFY}")
    return "\n".join(lines) + "\n"


def _finding(one: Finding, diagnosis: Diagnosis, *, colour: bool) -> Iterator[str]:
    mark = "weaker" if not one.need.essential and one.state is State.MISSING else _MARKS[one.state]
    shown = f"\033[{_COLOURS[mark]}m{mark:10}\033[0m" if colour else f"{mark:10}"
    yield f"{shown} {one.need.name}: {visible(one.said)}"
    if mark in ("ok", "unknown"):
        return
    words = f"{one.need.name[0].upper()}{one.need.name[1:]} {one.need.why}. Without: {one.need.without}."
    yield from textwrap.wrap(words, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    # Commands are never broken: they are there to be copied.
    for command in installation((one.need,), diagnosis.system):
        yield f"{_INDENT}help: {command}"
    if one.need.libraries and diagnosis.system is System.MACOS:
        # Homebrew's folder is not where Apple's loader looks.
        yield f"{_INDENT}help: if it is installed: export DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib"


def _commands(diagnosis: Diagnosis) -> Iterator[str]:
    ready = [command for command in diagnosis.commands if not diagnosis.lacks(command)]
    if ready:
        yield f"Ready: {', '.join(ready)}."
    for command in diagnosis.commands:
        if lacking := diagnosis.lacks(command):
            yield f"{command} lacks {', '.join(one.need.name for one in lacking)}."


def as_json(diagnosis: Diagnosis) -> str:
    """The report for programs; its form is a contract: fields are added, never renamed."""
    report = {
        "version": diagnosis.version,
        "machine": diagnosis.machine,
        "system": diagnosis.system,
        "needs": [
            {
                "key": one.need.key,
                "name": one.need.name,
                "state": one.state,
                "found": one.said,
                "commands": list(one.need.commands) or None,
                "essential": one.need.essential,
                "without": one.need.without,
                "install": list(installation((one.need,), diagnosis.system)),
            }
            for one in diagnosis.findings
        ],
        "commands": [
            {"command": command, "lacks": [one.need.key for one in diagnosis.lacks(command)]}
            for command in diagnosis.commands
        ],
        "install": list(diagnosis.install),
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
