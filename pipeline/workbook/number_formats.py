"""Number formats and serial numbers: which formats are dates, and which day a number is (ISO/IEC 29500-1).

openpyxl knows the same, but importing it takes longer than reading a workbook; `tests/test_number_formats.py` holds both
against each other.
"""

import re
from datetime import datetime, time, timedelta
from typing import Literal

Shape = Literal["general", "number", "date", "time", "datetime", "duration"]

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)',
    42: r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)',
    43: r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)',
    44: r'_("$"* #,##0.00_)_("$"* \(#,##0.00\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
"""The formats that a workbook need not declare (18.8.30)."""

EAST_ASIAN = dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd") | dict.fromkeys(
    (32, 33, 34, 35, 55, 56), "hh:mm:ss"
)
"""Formats with fixed numbers in East Asian Excels (18.8.30); openpyxl leaves them out."""

EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
"""Day 0 of both calendars: 1900 counts a 29 February that there never was (18.17.4.1)."""

_NOT_SHOWN = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
"""What stands in a format without saying what the number is: quoted text, colours, conditions, languages."""

_ELAPSED = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_DATE_OR_TIME = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)


def shape_of(code: str) -> Shape:
    """What a format makes of a number, told from the section for positive ones (18.8.31)."""
    if code.lower() in ("general", "@", "standard"):
        return "general"
    section = code.split(";")[0]
    if _ELAPSED.search(section):
        return "duration"
    plain = _NOT_SHOWN.sub("", section)
    if not _DATE_OR_TIME.search(plain):
        return "number"
    plain = plain.lower()
    has_date = "d" in plain or "y" in plain or "mmm" in plain
    has_time = "h" in plain or "s" in plain
    return "datetime" if has_date and has_time else "time" if has_time else "date"


def from_serial(serial: float, *, from_1904: bool) -> datetime | time:
    """The moment that a serial number stands for, to the millisecond; a time where it is less than a day.

    Raises OverflowError beyond the year 9999.
    """
    day, fraction = divmod(serial, 1)
    rest = timedelta(milliseconds=round(fraction * 86_400_000))
    if 0 <= serial < 1 and not rest.days:
        return (datetime.min + rest).time()
    if 0 < serial < 60 and not from_1904:
        day += 1
    return (EPOCH_1904 if from_1904 else EPOCH_1900) + timedelta(days=day) + rest
