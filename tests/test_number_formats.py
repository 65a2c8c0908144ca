"""Number formats and serial numbers, held against openpyxl's."""

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from pipeline.workbook.number_formats import BUILT_IN, from_serial, shape_of

PIECES: tuple[str, ...] = (
    "d",
    "dd",
    "mmm",
    "m",
    "yy",
    "h",
    "hh",
    "ss",
    "[h]",
    "[mm]",
    "[Red]",
    "[$-409]",
    '"days"',
    "\\d",
    "_d",
    "0",
)
PIECES += ("#,##0", ";", "/", ":", " ", "@", "AM/PM", "General", ".0", "%", "[>=100]", '"')


def test_the_built_in_formats_are_openpyxls() -> None:
    """The table of formats that workbooks need not declare is the same."""
    assert BUILT_IN == BUILTIN_FORMATS


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_format_is_a_date_where_openpyxl_says_so(code: str) -> None:
    """Dates, durations and plain numbers are told apart as openpyxl does, whatever a format is made of."""
    shape = shape_of(code)
    if shape != "general":
        assert (shape == "duration") == is_timedelta_format(code)
        assert (shape in ("date", "time", "datetime")) == (is_date_format(code) and not is_timedelta_format(code))


@pytest.mark.parametrize("from_1904", [False, True])
@given(
    serial=st.floats(0, 2_950_000) | st.integers(0, 2_950_000) | st.sampled_from((0, 0.5, 1, 59, 60, 60.99, 61, 1.0))
)
def test_a_serial_number_is_the_moment_that_openpyxl_says(serial: float, from_1904: bool) -> None:
    """Days and times of both calendars, the 29 February 1900 that never was included."""
    epoch = MAC_EPOCH if from_1904 else WINDOWS_EPOCH
    found = from_serial(serial, from_1904=from_1904)
    assert isinstance(found, (datetime, time))
    assert found == from_excel(serial, epoch)
