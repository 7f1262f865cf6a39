"""Corpus stage: a cell's value as its number format shows it, but with all its digits."""

import datetime
import re
from decimal import Decimal
from typing import Any

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|[_*].|'
    r"(?P<digits>general|G/通用格式|@|[0#?][0#?.,]*(?:E[+-][0#?]+)?|\.[0#?]+)|(?P<percent>%)|(?P<bare>.)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_CONDITION = re.compile(r"\s*[<>=]")
_MINUTES = re.compile(r"h+[:\s]*m+|m+[:\s]*s+|am/pm|a/p", re.IGNORECASE)
_LITTLE = " ()+-¥￥$€£"  # what stands about a figure and says nothing that the figure itself or its heading does not


def shown(value: Any, number_format: str) -> tuple[str, bool]:
    """Return a value as a sheet shows it, with all its digits, and whether its column's unit may be put to it.

    >>> shown(-0.5, "#,##0.00"), shown(12345000, "#,##0,"), shown(12.5, '0.0"万元"')
    (('-0.5', True), ('12,345', True), ('12.5万元', True))
    """
    if value is None:
        return "", True
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), True
    if isinstance(value, datetime.timedelta):
        return _duration(value, number_format), True
    if isinstance(value, datetime.date):
        return _date(value, number_format), True
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes"), True
    if isinstance(value, int | float):
        # Fifteen digits are what the application keeps and shows.
        number = Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))
        if not number.is_finite():
            return str(value), False
        return _number(number, number_format)
    return str(value), True


def _number(number: Decimal, number_format: str) -> tuple[str, bool]:
    before, behind, digits, hundreds, understood = "", "", "", 0, True
    section = _section(number, number_format)
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            understood = understood and not digits
            digits = token["digits"]
        elif token["percent"]:
            hundreds += 1
        elif token["bracket"] is not None:
            # Colours, languages and currencies leave a figure as it is; conditions and durations do not.
            understood = understood and not _CONDITION.match(token["bracket"]) and token["bracket"][:1] not in "hmsHMS"
        else:
            literal = next((part for part in (token["quoted"], token["escaped"], token["bare"]) if part), "")
            if hundreds or not digits:
                before, behind = (before, behind + literal) if digits else (before + literal, behind)
            else:
                behind += literal
    if not digits and section.strip():
        return (before.strip(), True) if understood and before.strip() else (_plain(number), False)
    if not understood or any(mark in before + behind for mark in "!/:"):
        return _plain(number), False
    if digits[:1] in "0#?.":
        whole = digits.partition(".")[0]
        thousands = len(digits) - len(digits.rstrip(","))
        thousands += len(whole) - len(whole.rstrip(",")) if "." in digits else 0
        number = number.scaleb(2 * hundreds - 3 * thousands)
        grouped = "," in whole.rstrip(",")
    else:
        number, grouped = number.scaleb(2 * hundreds), False
    before, behind = before.strip(_LITTLE), behind.strip(_LITTLE)
    return before + _plain(number, grouped=grouped) + "%" * hundreds + behind, True


def _section(number: Decimal, number_format: str) -> str:
    """Return the part of a format that is for a number of this sign."""
    sections = [""]
    for token in _TOKEN.finditer(number_format):
        if token["bare"] == ";":
            sections.append("")
        else:
            sections[-1] += token[0]
    conditional = any(_CONDITION.match(found[1]) for found in re.finditer(r"\[([^\]]*)\]", number_format))
    at = 0 if conditional or number > 0 else 1 if number < 0 else 2
    return sections[at] if at < len(sections) and sections[at].strip() else sections[0]


def _plain(number: Decimal, *, grouped: bool = False) -> str:
    text = format(number, ",f" if grouped else "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(value: datetime.date, number_format: str) -> str:
    """Return a date no finer than its format shows it."""
    bare = _QUOTED.sub(" ", number_format)
    hours = isinstance(value, datetime.datetime) and re.search("h", bare, re.IGNORECASE)
    bare = _MINUTES.sub(" ", bare).lower()
    year, month, day = (mark in bare for mark in "ymd")
    chinese = any(mark in number_format for mark in "年月日")
    if chinese:
        parts = f"{value.year}年" * year + f"{value.month}月" * month + f"{value.day}日" * day
    elif year and not day:
        parts = f"{value.year:04}" + f"-{value.month:02}" * month
    else:
        parts = ""
    parts = parts or f"{value.year:04}-{value.month:02}-{value.day:02}"
    if not isinstance(value, datetime.datetime) or (value.time() == datetime.time() and not hours):
        return parts
    precise = "seconds" if value.second else "minutes"
    return f"{parts} {value.time().isoformat(precise)}" if hours or not (year or month or day) else parts


def _duration(value: datetime.timedelta, number_format: str) -> str:
    seconds = round(abs(value.total_seconds()))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if rest or "s" in number_format.lower() else "")
