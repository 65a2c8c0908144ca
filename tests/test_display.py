"""What an editor sees of numbers, dates and times."""

from datetime import date, datetime, time

import pytest

from pipeline.workbook.display import Format, iso_moment, moment, moment_text, number_format, number_text


def custom(code: str) -> Format:
    return number_format(170, {170: code})


@pytest.mark.parametrize(
    ("raw", "code", "shown"),
    [
        ("2024.0", "General", "2024"),
        ("0.30000000000000004", "General", "0.3"),
        ("-0", "General", "0"),
        ("12345678901234567890", "General", "12345678901234567890"),
        ("1.2345678901234568E+19", "General", "12345678901234600000"),
        ("1E-3", "General", "0.001"),
        ("1e300", "General", "1E+300"),
        ("42", "00000", "00042"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("0.005", "0.00", "0.01"),
        ("2.5", "0", "3"),
        ("0.125", "0.0%", "12.5%"),
        ("0.07", "0%", "7%"),
        ("0.5", "#.##", ".5"),
        ("3", "0.##", "3"),
        ("-1234.5", "#,##0.00", "-1,234.50"),
        ("-5", "0;(0)", "(5)"),
        ("0", '0;-0;"none"', "none"),
        ("12", '0" pieces"', "12 pieces"),
        ("1200", "[$€-407] #,##0", "€ 1,200"),
        ("1200", '"$"#,##0.00_-', "$1,200.00"),
        ("5", "#,##0", "5"),
        ("0", "#,##0", "0"),
        ("7", "0,000", "0,007"),
        ("1234", "# ?/?", "1234"),
        ("1234", "0.00E+00", "1234"),
        ("12000", "0,", "12000"),
        ("3", "@", "3"),
        ("1.5", "[h]:mm", "36:00"),
        ("-0.25", "[h]:mm:ss", "-6:00"),
    ],
)
def test_number_is_shown_as_the_editor_sees_it(raw: str, code: str, shown: str) -> None:
    """Noise of the last digits goes, long numbers stay, simple formats are followed and others are left out."""
    assert number_text(raw, custom(code)) == shown


@pytest.mark.parametrize(
    ("serial", "code", "expected"),
    [
        (46350, "yyyy-mm-dd", date(2026, 11, 24)),
        (46350.604166666664, "dd/mm/yyyy hh:mm", datetime(2026, 11, 24, 14, 30)),
        (46350.99, "d mmm yy", date(2026, 11, 24)),
        (0.3784722222, "h:mm AM/PM", time(9, 5)),
        (46350.5, "h:mm", time(12, 0)),
        (0.123456789, "h:mm:ss", time(2, 57, 47)),
        (46327, "mmmm", date(2026, 11, 1)),
        (0, "yyyy-mm-dd", None),
        (-1, "yyyy-mm-dd", None),
        (2958466, "yyyy-mm-dd", None),
        (1e300, "yyyy-mm-dd", None),
        (46350, "0.00", None),
        (46350, '0 "days"', None),
    ],
)
def test_serial_number_becomes_what_its_format_says(
    serial: float, code: str, expected: date | datetime | time | None
) -> None:
    """A number is a date or time only through its format; out of range it stays a number."""
    assert moment(serial, custom(code), from_1904=False) == expected


def test_calendar_of_1904_starts_four_years_later() -> None:
    """The same day has a smaller number in workbooks that count from 1904."""
    assert moment(46350 - 1462, custom("yyyy-mm-dd"), from_1904=True) == date(2026, 11, 24)
    assert moment(0, custom("yyyy-mm-dd"), from_1904=True) == date(1904, 1, 1)


def test_built_in_formats_are_known() -> None:
    """Formats that a workbook names by number only, the East Asian ones among them."""
    assert number_format(14, {}).shape == "date"
    assert number_format(57, {}).shape == "date"
    assert number_format(22, {}).shape == "datetime"
    assert number_format(9, {}).code == "0%"
    assert number_format(163, {}).shape == "general"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T14:30:00Z", "2026-11-24 14:30"),
        ("09:05:07", "09:05:07"),
        ("soon", None),
    ],
)
def test_dates_stored_as_text(text: str, value: str | None) -> None:
    """Some programs store a date as ISO 8601 text; what is none is not taken for one."""
    found = iso_moment(text)
    assert (None if found is None else moment_text(found)) == value
