"""Bot stage: dates and spans of time as Chinese reports write them."""

import re

from bot.quantities.amounts import Date, span
from bot.quantities.numerals import han, han_digits

_DIGIT = "一二三四五六七八九"
_YEAR = r"(?:[12]\d{3}|[一二][零〇○一二三四五六七八九]{3})"
_MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[{_DIGIT}])"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[{_DIGIT}]?|[{_DIGIT}])"
_HOUR = r"(?P<hour>2[0-4]|[01]?\d)"
_PARTS_OF_DAY = "(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚)"
_CLOCK = (
    rf"{_PARTS_OF_DAY}?{_HOUR}(?::(?P<minute>[0-5]\d)(?![\d:])"
    r"|(?:时(?![代期间刻尚候长段限隔])|(?P<point>点))(?:(?P<minutes>[0-5]?\d)分(?!钟|之)|(?P<half>半)|整)?)"
)
# What follows 年 and makes it no date but how long (2000年历史) or a school year.
_LASTING = r"(?!级|的?历史|之久|以上|以来的?历史)"
_POINT = re.compile(
    rf"(?:(?P<year>{_YEAR})年{_LASTING})?(?:(?P<month>{_MONTH})月(?![龄球饼经牙亮])份?)?"
    rf"(?:(?P<day>{_DAY})(?:日(?![常本均报用产益照光内])|(?<=\d)号(?![楼线院]))(?!元))?"
)
_NUMERIC = re.compile(
    r"(?P<year>[12]\d{3})(?P<mark>[-./·])(?P<month>1[0-2]|0?[1-9])(?P=mark)(?P<day>3[01]|[12]\d|0?[1-9])(?![\d·./-])"
)
_FIRST_LONE_YEAR = 1900
_LONE_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d|2100)(?![\d.,:·/-])(?P<next>.?)", re.DOTALL)
_AT = re.compile(rf"[的,，]?\s?{_CLOCK}")
_ALONE = re.compile(_CLOCK)
_PART_BEFORE = re.compile(rf"{_PARTS_OF_DAY}\Z")
_DASH = r"\s?(?:[-—–−~～]{1,2}|至|到)\s?"
_BETWEEN = re.compile(_DASH)
# The first of two may leave its 年, 月 or 日 to the second.
_SHARED = re.compile(
    rf"(?:(?P<year>{_YEAR})年(?={_MONTH}{_DASH}{_MONTH}月))?(?:(?P<month>{_MONTH})月(?={_DAY}{_DASH}{_DAY}日))?"
    rf"(?P<first>{_YEAR}(?={_DASH}{_YEAR}(?:年|(?!\d)))|{_MONTH}(?={_DASH}{_MONTH}月)|{_DAY}(?={_DASH}{_DAY}日)){_DASH}"
)


def date_at(text: str, position: int, left: int) -> Date | None:
    """Return the date or span of time that begins at a numeral; `left` is how far back it may reach.

    >>> found = date_at("2014年至2019年", 0, 0)
    >>> found.meaning if found else None
    ((2014, None, None, None, None), (2019, None, None, None, None))
    """
    shared = _shared_span(text, position)
    if shared:
        return shared
    first = _point_at(text, position, left)
    if first is None:
        return None
    between = _BETWEEN.match(text, first.end)
    last = _point_at(text, between.end(), between.end()) if between else None
    return (span(first, last) if last else None) or first


def _shared_span(text: str, position: int) -> Date | None:
    match = _SHARED.match(text, position)
    if match is None:
        return None
    years = len(match["first"]) == 4
    year, month = _year(match["year"]), _small(match["month"])
    last = _point_at(text, match.end(), match.end())
    if last is None and years:
        last = _year_at(text, match.end()) if (_year(match["first"]) or 0) >= _FIRST_LONE_YEAR else None
    if last is None:
        return None
    small = None if years else _small(match["first"])
    if years:
        first = Date(_year(match["first"]), None, None, None, None, match.start(), match.end())
    elif month or last.month is None:
        first = Date(year, month, small, None, None, match.start(), match.end())
    else:
        first = Date(year, small, None, None, None, match.start(), match.end())
    return span(first, last)


def _point_at(text: str, position: int, left: int) -> Date | None:
    """Return the one date, with or without a time of day, that begins here."""
    match = _NUMERIC.match(text, position) or _POINT.match(text, position)
    if match is None or match.end() == position:
        return _clock_at(text, position, left) or _year_at(text, position)
    year, month, day = _year(match["year"]), _small(match["month"]), _small(match["day"])
    if day and not month and (year or not match["day"][0].isdigit()):
        # 2020年8日 is no date; 八日 alone is as likely how long.
        if not year:
            return None
        return Date(year, None, None, None, None, position, match.start("day"))
    end, hour, minute = match.end(), None, None
    clock = _AT.match(text, end) if day else None
    if clock:
        end, hour, minute = clock.end(), *_time(clock, clock["part"])
    return Date(year, month, day, hour, minute, position, end)


def _clock_at(text: str, position: int, left: int) -> Date | None:
    clock = _ALONE.match(text, position)
    if clock is None:
        return None
    before = _PART_BEFORE.search(text, max(left, position - 2), position)
    stated = before or clock["minutes"] or clock["minute"] or clock["half"] or clock["part"]
    if clock["point"] and not stated:
        return None
    part = before["part"] if before else clock["part"]
    start = before.start() if before else position
    return Date(None, None, None, *_time(clock, part), start, clock.end())


def _time(clock: re.Match[str], part: str | None) -> tuple[int, int | None]:
    hour = int(clock["hour"])
    if (part in {"下午", "傍晚"} and hour < 12) or (part in {"晚", "晚上"} and 5 <= hour < 12):
        hour += 12
    written = clock["minute"] or clock["minutes"]
    if clock["half"]:
        return hour, 30
    # The end of a day is a moment.
    return hour, int(written) if written else 0 if hour == 24 else None


def _year_at(text: str, position: int) -> Date | None:
    """Return a year that stands without 年, as in tables and brackets."""
    match = _LONE_YEAR.match(text, position)
    if match is None or match["next"] == "年" or _is_word(match["next"]):
        return None
    return Date(int(match["year"]), None, None, None, None, position, match.end("year"))


def _is_word(character: str) -> bool:
    return character.isalnum() or character in {"%", "％", "℃", "㎡", "+", "‰"}


def _year(written: str | None) -> int | None:
    return han_digits(written) if written else None


def _small(written: str | None) -> int | None:
    if not written:
        return None
    number = int(written) if written[0].isdigit() else han(written)
    return int(number) if number is not None else None
