"""Bot stage: dates and spans of time as English reports write them."""

import re

from bot.quantities.amounts import Date, span

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Capitals tell months from "may" and "march"; short forms need a day or a year.
MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' if name[3:] else name for name in MONTHS)}|Sept)\b"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,:]\d|(?<=\d)[A-Za-z])"
_YEAR = r"(?:19\d\d|20\d\d|2100)(?![\d%]|[.,:]\d|(?<=\d)[A-Za-z])"
_POINTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<day>{_DAY})(?: of)? (?P<month>{MONTH})\.?(?:,? (?P<year>{_YEAR}))?",
        rf"(?P<month>{MONTH})\.? (?P<day>{_DAY})(?:,? (?P<year>{_YEAR}))?",
        rf"(?P<month>{MONTH})\.?,? (?:of )?(?P<year>{_YEAR})",
        r"(?P<year>[12]\d{3})(?P<mark>[-/.])(?P<month>1[0-2]|0?[1-9])(?P=mark)(?P<day>3[01]|[12]\d|0?[1-9])(?!\d|[./-]\d)",
        r"(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th) of the month\b",
        r"AD (?P<year>[12]\d{3})(?!\d)",
    )
)
_LONE_MONTH = re.compile(rf"(?P<month>{'|'.join(MONTHS)})\b")
_LONE_YEAR = re.compile(rf"(?P<year>{_YEAR})(?!-[A-Za-z]|/\d|\+)")
_CLOCK = re.compile(
    r"(?P<hour>2[0-4]|[01]?\d)(?::(?P<minute>[0-5]\d)(?![\d:]))?(?: ?(?P<half>[ap])\.?m\b\.?)?", re.IGNORECASE
)
_ON = re.compile(r",? on (?:the )?|, ")
_AT = re.compile(r",? at ")
_BETWEEN = re.compile(r" ?[-–—~] ?| (?:to|until|through|till) ")
_AND = re.compile(r" and ")
_TWO_DAYS = re.compile(rf"(?P<first>{_DAY})(?:[-–—]| to )(?={_DAY} {MONTH})")
_DAYS_AFTER = re.compile(rf"(?:[-–—]| to )(?P<last>{_DAY})(?:,? (?P<year>{_YEAR}))?")
# May and March are months where something says so.
_WHEN = re.compile(
    r"\b(?:in|since|by|between|until|till|during|before|after|from|through|throughout|early|late|mid|of|this|last|next"
    r"|and|or|to|year|both|fiscal)[ -]\Z", re.IGNORECASE)  # fmt: skip
_ENDS = re.compile(r"\s*(?:[,.;:!?)\]–—-]|\Z)")
# A number of four digits counts what follows in the plural: 2019 trees, 2000 young teachers.
_PLURAL = r"(?!(?:was|is|has|its|this|as|his|across|towards|always|plus|unless|perhaps)\b)[a-z]{2,}[a-rt-z]s\b"
_COUNTED = re.compile(rf" (?:{_PLURAL}|(?:of|more|other|people|men|women|children|staff)\b)")
_COUNTED_LATER = re.compile(rf" (?:(?!(?:was|is|has|saw|and|to|in|the|of|for|at)\b)[a-z]+ ){{1,2}}{_PLURAL}")


def date_at(text: str, position: int) -> Date | None:
    """Return the date or span of time that begins at a numeral or the name of a month.

    >>> found = date_at("January–August 2020", 0)
    >>> found.meaning if found else None
    ((2020, 1, None, None, None), (2020, 8, None, None, None))
    """
    two = _TWO_DAYS.match(text, position)
    if two:
        last = _point_at(text, two.end())
        if last:
            return span(Date(last.year, last.month, _number(two["first"]), None, None, *two.span()), last)
    first = _point_at(text, position)
    if first is None:
        return None
    days = _DAYS_AFTER.match(text, first.end) if first.day and first.hour is None and not first.year else None
    if days:
        year = int(days["year"]) if days["year"] else None
        last = Date(year, first.month, _number(days["last"]), None, None, *days.span())
        joined = span(first, last)
        if joined and _number(days["last"]) > (first.day or 0):
            return joined
    between = _BETWEEN.match(text, first.end)
    if between is None and text[max(0, position - 8) : position].lower() == "between ":
        between = _AND.match(text, first.end)
    second = _point_at(text, between.end()) if between else None
    return (span(first, second) if second else None) or first


def _point_at(text: str, position: int) -> Date | None:
    """Return the one date, with or without a time of day, that begins here."""
    clock = _CLOCK.match(text, position)
    if clock and (clock["minute"] or clock["half"]) and text[clock.end() : clock.end() + 1] not in tuple("°%"):
        hour, minute = _time(clock)
        on = _ON.match(text, clock.end())
        day = _day_at(text, on.end()) if on else None
        if day and day.day:
            return Date(*day.parts[:3], hour, minute, position, day.end)
        return Date(None, None, None, hour, minute, position, clock.end())
    day = _day_at(text, position) or _alone_at(text, position)
    at = _AT.match(text, day.end) if day and day.day else None
    clock = _CLOCK.match(text, at.end()) if at else None
    if day and clock and (clock["minute"] or clock["half"]):
        return Date(*day.parts[:3], *_time(clock), position, clock.end())
    return day


def _day_at(text: str, position: int) -> Date | None:
    for pattern in _POINTS:
        match = pattern.match(text, position)
        if match:
            parts = match.groupdict()
            month = _month(parts["month"]) if parts.get("month") else None
            year = int(parts["year"]) if parts.get("year") else None
            day = _number(parts["day"]) if parts.get("day") else None
            return Date(year, month, day, None, None, position, match.end())
    return None


def _alone_at(text: str, position: int) -> Date | None:
    """Return a month or a year that stands alone."""
    month = _LONE_MONTH.match(text, position)
    if month:
        stated = _WHEN.search(text, max(0, position - 12), position) or _ENDS.match(text, month.end())
        following = _BETWEEN.match(text, month.end())
        if following and (_LONE_MONTH.match(text, following.end()) or _day_at(text, following.end())):
            stated = following
        if month[0] in {"May", "March"} and not stated:
            return None
        return Date(None, _month(month[0]), None, None, None, *month.span())
    year = _LONE_YEAR.match(text, position)
    if year is None or _COUNTED.match(text, year.end()):
        return None
    when = _WHEN.search(text, max(0, position - 12), position) or text[max(0, position - 4) : position] == "the "
    if not when and _COUNTED_LATER.match(text, year.end()):
        return None
    return Date(int(year["year"]), None, None, None, None, *year.span())


def _time(clock: re.Match[str]) -> tuple[int, int | None]:
    hour, minute = int(clock["hour"]), int(clock["minute"]) if clock["minute"] else None
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    # The end of a day is a moment.
    return hour, 0 if hour == 24 and minute is None else minute


def _month(written: str) -> int:
    if written.isdigit():
        return int(written)
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(written[:3]))


def _number(day: str) -> int:
    return int(day.rstrip("stndrh"))
