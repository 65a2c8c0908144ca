"""JUnit's XML: well-formed whatever a workbook holds, and with the right counts."""

from datetime import date
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from many_problems import HOSTILE, hostile, many, problem

from pipeline.problems import FILE, Problem, Severity
from pipeline.report_junit import as_junit

DAY = date(2026, 11, 24)
ORDER = ("properties", "testcase", "system-out", "system-err")


def suites(problems: tuple[Problem, ...], sheets: tuple[str, ...] = ("Strategies", "Glossary")) -> dict[str, Element]:
    text = as_junit(problems, file_name="map.xlsx", sheets=sheets, edition="2026.1", checked_on=DAY)
    root = fromstring(text)
    assert root.tag == "testsuites"
    return {str(suite.get("name")): suite for suite in root}


def test_each_sheet_is_a_suite_and_each_error_a_failure() -> None:
    """A sheet without problems has a test that passed."""
    found = suites((problem(), problem(15), problem(16, severity=Severity.WARNING, code="gap")))
    assert list(found) == ["map.xlsx", "Strategies", "Glossary"]
    strategies = found["Strategies"]
    assert {name: strategies.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "2",
        "errors": "0",
    }
    [failure] = strategies.findall("testcase[@name='B14 unknown-stakeholder']/failure")
    assert failure.get("type") == "unknown-stakeholder"
    assert failure.get("message") == "“Employrs” is not on the Stakeholders sheet."
    assert "What to do: did you mean “Employers”?" in (failure.text or "")
    assert [case.get("name") for case in found["Glossary"].findall("testcase")] == ["no problems"]


def test_warnings_are_words_and_not_failures() -> None:
    """They stand in the output of their suite, and are counted in its properties."""
    suite = suites((problem(severity=Severity.WARNING),))["Strategies"]
    assert suite.find("testcase/failure") is None
    assert "warning[unknown-stakeholder] Strategies!B14" in str(suite.findtext("system-out"))
    assert [one.get("value") for one in suite.findall("properties/property[@name='warnings']")] == ["1"]


def test_a_problem_of_the_file_is_in_the_suite_of_the_file() -> None:
    """A workbook that cannot be read has no sheets, but a report."""
    [suite] = suites((problem(at=FILE),), sheets=()).values()
    assert (suite.get("name"), suite.get("failures")) == ("map.xlsx", "1")


def test_the_form_is_the_one_that_programs_know() -> None:
    """What the descriptions of Ant and of Jenkins ask for is there, in their order, and nothing else."""
    for number, suite in enumerate(suites((problem(), problem(severity=Severity.NOTE))).values()):
        wanted = ["errors", "failures", "hostname", "id", "name", "package", "tests", "time", "timestamp"]
        assert sorted(suite.keys()) == wanted
        assert suite.get("id") == str(number)
        assert suite.get("timestamp") == "2026-11-24T00:00:00"
        tags = [child.tag for child in suite]
        assert tags == sorted(tags, key=ORDER.index)
        assert {*ORDER} == {*tags}
        for case in suite.findall("testcase"):
            assert sorted(case.keys()) == ["classname", "name", "time"]
            assert all(child.tag == "failure" for child in case)


def test_hostile_texts_are_text() -> None:
    """Tags, ends of sections, control characters and what XML has no place for: well-formed, and only words."""
    text = as_junit((hostile(),), file_name=HOSTILE, sheets=(HOSTILE,), edition=HOSTILE, checked_on=DAY)
    root = fromstring(text.encode())
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "property", "failure", *ORDER}
    for mark in ("<script", "\x1b", "\x00", "\ufffe", "\u202e", "##[", "\n::"):
        assert mark not in text
    assert "[U+FFFE]" in text


def test_every_problem_is_a_test_and_always_the_same() -> None:
    """500 in, 500 out; the counts of the suites add up."""
    found = suites(many()).values()
    failures = sum(one.severity is Severity.ERROR for one in many())
    assert sum(len(suite.findall("testcase/failure")) for suite in found) == failures
    assert sum(int(str(suite.get("failures"))) for suite in found) == failures
    named = [suite for suite in found if suite.get("name") != "map.xlsx"]
    assert sum(int(str(suite.get("tests"))) for suite in named) == 500
    report = [as_junit(many(), file_name="m", sheets=(), edition=None, checked_on=DAY) for _ in range(2)]
    assert report[0] == report[1]
