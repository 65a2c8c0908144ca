"""SARIF: the form that OASIS describes, with cells as logical locations."""

import json
import re
from typing import Any

import pytest
from many_problems import HOSTILE, hostile, many, problem

from pipeline.explanations import explanations
from pipeline.problems import FILE, CellRef, Problem, Severity
from pipeline.report_sarif import as_sarif


def run_of(problems: tuple[Problem, ...], **more: Any) -> dict[str, Any]:
    given = {"workbook": "source/map.xlsx", "explanations": explanations(), **more}
    report = json.loads(as_sarif(problems, **given))
    assert report["version"] == "2.1.0"
    [run] = report["runs"]
    assert isinstance(run, dict)
    return run


def test_every_code_is_a_rule_with_its_explanation() -> None:
    """Rules have unique IDs, a sentence, and help from the docstring of the check."""
    rules = run_of(())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(explanations())
    assert len({rule["name"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"].endswith(".")
        assert len(rule["help"]["text"]) > 40
        assert re.fullmatch("[A-Z][A-Za-z]+", rule["name"])


def test_a_result_names_its_rule_its_file_and_its_cell() -> None:
    """A workbook has no lines: the place is the file, and in it the sheet's cell."""
    [result] = run_of((problem(related=(CellRef("Phases", 3, 28), CellRef("Phases"))),))["results"]
    rule = run_of(())["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["ruleId"], rule["id"], result["level"]) == ("unknown-stakeholder", "unknown-stakeholder", "error")
    [location] = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "source/map.xlsx", "uriBaseId": "%SRCROOT%", "index": 0}
    }
    assert location["logicalLocations"] == [{"name": "B14", "fullyQualifiedName": "Strategies!B14", "kind": "cell"}]
    first, second = result["relatedLocations"]
    assert first["logicalLocations"][0]["fullyQualifiedName"] == "Phases!AB3"
    assert second["logicalLocations"] == [{"name": "Phases", "fullyQualifiedName": "Phases", "kind": "sheet"}]
    assert result["properties"] == {"heading": "Stakeholder", "value": "Employrs", "help": "did you mean “Employers”?"}
    assert "What to do: did you mean" in result["message"]["text"]


def test_a_problem_of_the_file_has_no_logical_location() -> None:
    """And severities keep their names."""
    [result] = run_of((problem(at=FILE, severity=Severity.NOTE),))["results"]
    assert "logicalLocations" not in result["locations"][0]
    assert result["level"] == "note"


def test_fingerprints_stay_when_rows_move_and_are_all_different() -> None:
    """A row inserted above does not make every problem a new one; two that say the same are two."""

    def prints(problems: tuple[Problem, ...]) -> list[str]:
        return [result["partialFingerprints"]["problem/v1"] for result in run_of(problems)["results"]]

    assert prints((problem(14), problem(15))) == prints((problem(15), problem(16)))
    assert len(set(prints((problem(14), problem(15), *many())))) == 502


@pytest.mark.parametrize("name", ["Übersicht 1#2?.xlsx", "a:b.xlsx", "100%.xlsx"])
def test_the_address_of_the_file_is_a_relative_uri(name: str) -> None:
    """RFC 3986: other characters are percent-encoded, and no colon stands in the first segment."""
    uri = run_of((problem(),), workbook=name)["artifacts"][0]["location"]["uri"]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)


def test_the_file_is_identified_by_its_hash() -> None:
    """Where the bytes could be read."""
    assert run_of((), file_sha256="ab" * 32)["artifacts"][0]["hashes"] == {"sha-256": "ab" * 32}
    assert "hashes" not in run_of(())["artifacts"][0]


def test_texts_of_a_workbook_are_no_links_and_no_placeholders() -> None:
    """SARIF reads [words](address) as a link and {0} as a placeholder in every message (3.11.5, 3.11.6)."""
    [result] = run_of((hostile(),))["results"]
    message = result["message"]["text"]
    assert "](" not in message
    assert not re.search(r"(?<!{){(?:{{)*(?!{)", message)
    assert "\x1b" not in message
    text = as_sarif((hostile(),), workbook="a.xlsx", explanations={})
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "##[" not in text
    assert text.encode()
    assert result["properties"]["value"] == HOSTILE


def test_every_problem_is_a_result_and_always_the_same() -> None:
    """500 in, 500 out, in the same order and with the same bytes."""
    run = run_of(many())
    assert [result["ruleId"] for result in run["results"]] == [one.code for one in many()]
    again = [as_sarif(many(), workbook="a.xlsx", explanations=explanations()) for _ in range(2)]
    assert again[0] == again[1]
