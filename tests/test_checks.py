"""The rules as a whole: the list of them, and what all of them keep to."""

from conftest import CheckWorkbook


def test_unknown_phase_suggests_the_nearest(check: CheckWorkbook) -> None:
    """A misspelt phase is found at its cell, with the phase that was probably meant."""
    [problem] = check("""
        | Phases     | Name      |
        |            | Adopting  |
        | Strategies | Strategy            | Phase    |
        |            | Accept LERs on file | Adoptng  |
    """)
    assert (problem.code, str(problem.at)) == ("unknown-phase", "Strategies!B2")
    assert "Adopting" in problem.help


def test_sound(check: CheckWorkbook) -> None:
    """A workbook that is only completed has no problems."""
    assert check("") == ()
