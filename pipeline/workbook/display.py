"""What an editor sees of a number, date or time: Excel's number formats, as far as content uses them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pipeline.workbook.number_formats import BUILT_IN, EAST_ASIAN, EPOCH_1904, Shape, from_serial, shape_of

_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_PIECES = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|([#0?,.]+)|(.)')
_PLACES = re.compile(r"[#0?,]*(?:\.[0#?]*)?")
_NOT_LITERAL = "ENGRLaenrlmdyhsAP/@"
_PLAIN_DIGITS = 21


@dataclass(frozen=True, slots=True)
class Format:
    """A number format: its code as the workbook has it, and what it makes of a number."""

    code: str
    shape: Shape


GENERAL = Format("General", "general")


def number_format(identifier: int, custom: dict[int, str]) -> Format:
    """The format of a numFmtId; `custom` are the formats that the workbook declares. Unknown ones are General."""
    if identifier == 0 and identifier not in custom:
        return GENERAL
    code = custom.get(identifier) or BUILT_IN.get(identifier) or EAST_ASIAN.get(identifier) or "General"
    return Format(code, shape_of(code))


def moment(serial: float, form: Format, *, from_1904: bool) -> date | datetime | time | None:
    """The date, time or both that a serial number stands for; None when it is out of range or only a number.

    Serials count days from 1900 or 1904 (ISO/IEC 29500-1, 18.17.4); Excel shows negative ones as ####.
    """
    if form.shape not in ("date", "time", "datetime") or serial < 0:
        return None
    try:
        value = from_serial(serial, from_1904=from_1904)
    except (OverflowError, ValueError):
        return None
    if isinstance(value, time):
        # Less than a day: the first one of 1904, but no day of 1900, whose first is 1.
        if form.shape != "time" and not from_1904:
            return None
        value = datetime.combine(EPOCH_1904, value)
    value = (value + timedelta(microseconds=500_000)).replace(microsecond=0) if value.microsecond else value
    return value.time() if form.shape == "time" else value.date() if form.shape == "date" else value


def iso_moment(text: str) -> date | datetime | time | None:
    """The date of a cell that stores it as ISO 8601 text (`t="d"`); None when it is none."""
    for make in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            value = make(text)
        except ValueError:
            continue
        return value.replace(tzinfo=None) if isinstance(value, (datetime, time)) else value
    return None


def moment_text(value: date | datetime | time) -> str:
    """ISO 8601 as people write it: “2026-11-24”, “2026-11-24 14:30”, “14:30”; seconds only where there are any."""
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    return value.isoformat()


def number_text(raw: str, form: Format = GENERAL) -> str:
    """What an editor sees of the number that the file spells `raw`.

    Whole numbers of more than 15 digits stay as written; others are cut to the 15 digits that Excel keeps, so that
    0.30000000000000004 is “0.3”. Simple formats (leading zeros, decimals, thousands, per cent, a currency sign) are
    followed; of others the plain number is shown.
    """
    value = _fifteen_digits(raw)
    if form.shape == "number":
        shown = _formatted(value, form.code)
        if shown is not None:
            return shown
    if form.shape == "duration":
        seconds = int((value * 86400).to_integral_value(ROUND_HALF_UP))
        sign = "-" if seconds < 0 else ""
        hours, rest = divmod(abs(seconds), 3600)
        return f"{sign}{hours}:{rest // 60:02}" + (f":{rest % 60:02}" if rest % 60 else "")
    return _plain(value)


def _fifteen_digits(raw: str) -> Decimal:
    if raw.lstrip("+-").isdigit():
        return Decimal(raw)
    return Decimal(f"{float(raw):.15g}")


def _plain(value: Decimal) -> str:
    if not value:
        return "0"
    if -10 <= value.adjusted() < _PLAIN_DIGITS or (value == value.to_integral_value() and "E" not in str(value)):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{value:E}".partition("E")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}E{int(exponent):+03}"


def _formatted(value: Decimal, code: str) -> str | None:
    """The number in a simple format; None when the format does more than this follows."""
    if abs(value.adjusted()) > _PLAIN_DIGITS:
        return None
    sections = [match[0] for match in _SECTION.finditer(code)][::2] if ";" in code else [code]
    section, sign = sections[0], "-" if value < 0 else ""
    if value < 0 and len(sections) > 1 and sections[1]:
        section, sign = sections[1], ""
    elif not value and len(sections) > 2 and sections[2]:
        section = sections[2]
    before: list[str] = []
    after: list[str] = []
    places = None
    percent = 0
    for match in _PIECES.finditer(section):
        quoted, escaped, currency, digits, other = match.groups()
        if digits is not None:
            if places is not None or not _PLACES.fullmatch(digits):
                return None
            places = digits
            continue
        literal = quoted or escaped or currency or other or ""
        if other is not None and other in _NOT_LITERAL:
            return None
        percent += other == "%"
        (before if places is None else after).append(literal)
    if places is None:
        return "".join(before) or None
    number = _placed(abs(value) * 100**percent, places)
    return None if number is None else f"{sign}{''.join(before)}{number}{''.join(after)}".strip()


def _placed(value: Decimal, places: str) -> str | None:
    whole, _, fraction = places.partition(".")
    if whole.endswith(","):  # scales by thousands: the editor sees “12” for 12,000
        return None
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    units, _, decimals = f"{rounded:f}".partition(".")
    kept = len(fraction.rstrip("#?"))
    decimals = decimals[:kept] + decimals[kept:].rstrip("0")
    least = whole.replace(",", "").lstrip("#?").count("0")
    units = units.lstrip("0").rjust(least, "0") or ("" if decimals else "0")
    if "," in whole:
        first = len(units) % 3
        units = ",".join(filter(None, (units[:first], *re.findall("...", units[first:]))))
    return f"{units}.{decimals}" if decimals else units
