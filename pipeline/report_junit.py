"""Problems as JUnit's XML, for programs that show the results of tests. Pure: problems in, text out.

There is no standard for this form. What is written here satisfies both descriptions in use: that of Ant's report task
(every element and attribute that it asks for is there) and that of Jenkins (nothing is there that it does not know).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.harmless import shortened, xml_text
from pipeline.problems import Problem, Severity

_MOST_CHARACTERS = 1_000


def as_junit(
    problems: Sequence[Problem], *, file_name: str, sheets: Sequence[str], edition: str | None, checked_on: date
) -> str:
    """The report as XML: a suite for the file and for each sheet, in which each error is a test that failed.

    `sheets` are the names of the sheets that were read, in order; one without errors has a test that passed. Warnings and
    notes are tests that passed; their words are in the output of their suite.
    """
    root = Element("testsuites")
    named = list(dict.fromkeys(["", *sheets, *(problem.at.sheet for problem in problems)]))
    for number, sheet in enumerate(named):
        found = [problem for problem in problems if problem.at.sheet == sheet]
        errors = [problem for problem in found if problem.severity is Severity.ERROR]
        suite = SubElement(
            root,
            "testsuite",
            name=xml_text(sheet or file_name),
            package=xml_text(file_name),
            id=str(number),
            tests=str(max(len(found), 1)),
            failures=str(len(errors)),
            errors="0",
            time="0",
            timestamp=f"{checked_on.isoformat()}T00:00:00",
            hostname="localhost",
        )
        properties = SubElement(suite, "properties")
        for name, value in _properties(found, edition):
            SubElement(properties, "property", name=name, value=value)
        for problem in found:
            _test(suite, problem, file_name)
        if not found:
            SubElement(suite, "testcase", name="no problems", classname=_class(sheet, file_name), time="0")
        others = [_sentence(problem) for problem in found if problem.severity is not Severity.ERROR]
        SubElement(suite, "system-out").text = "".join(f"{line}\n" for line in others)
        SubElement(suite, "system-err")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _properties(found: Sequence[Problem], edition: str | None) -> Iterator[tuple[str, str]]:
    if edition:
        yield "edition", xml_text(edition)
    for severity in Severity:
        yield f"{severity}s", str(sum(problem.severity is severity for problem in found))


def _test(suite: Element, problem: Problem, file_name: str) -> None:
    place = problem.at.a1 or problem.at.sheet or file_name
    case = SubElement(
        suite,
        "testcase",
        name=xml_text(f"{place} {problem.code}"),
        classname=_class(problem.at.sheet, file_name),
        time="0",
    )
    if problem.severity is Severity.ERROR:
        message = xml_text(shortened(problem.message, _MOST_CHARACTERS))
        SubElement(case, "failure", type=problem.code, message=message).text = _sentence(problem)


def _class(sheet: str, file_name: str) -> str:
    """What groups tests: the file and the sheet, as programs expect it, with a dot between them."""
    name = file_name.removesuffix(".xlsx").replace(".", "_")
    return xml_text(f"{name}.{sheet.replace('.', '_')}" if sheet else name)


def _sentence(problem: Problem) -> str:
    column = f", column “{problem.heading}”" if problem.heading and problem.at.a1 else ""
    place = f"{problem.at}{column}: " if problem.at.sheet else ""
    help_ = f" What to do: {problem.help}" if problem.help else ""
    words = f"{problem.severity}[{problem.code}] {place}{shortened(problem.message, _MOST_CHARACTERS)}{help_}"
    return xml_text(shortened(words, 3 * _MOST_CHARACTERS))
