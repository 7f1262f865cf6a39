"""Bot stage: what an amount and a date are once they have been read."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Approximation = Literal["nearly", "about", "more than", "at least", "at most", "less than"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold an amount as read: `text[start:end]` is exactly what says it.

    `number` counts base units (20亿元 is 2,000,000,000 yuan). `unit` is a name of the table in
    `units.py`, or "" for things that a mere classifier counts; the classifier is then `counter`,
    which says nothing about how much there is. `upper` is the end of a range.
    """

    number: Decimal
    unit: str
    approximation: Approximation | None
    start: int
    end: int
    upper: Decimal | None = None
    ordinal: bool = False
    counter: str = field(default="", compare=False)

    @property
    def meaning(self) -> tuple[Decimal, str, Approximation | None, Decimal | None, bool]:
        """Return what two amounts share that say the same, wherever they stand."""
        return self.number, self.unit, self.approximation, self.upper, self.ordinal


@dataclass(frozen=True, slots=True)
class Date:
    """Hold a date as read; parts that are not stated are None, `until` ends a span of time."""

    year: int | None
    month: int | None
    day: int | None
    hour: int | None
    minute: int | None
    start: int
    end: int
    until: "Date | None" = None

    @property
    def parts(self) -> tuple[int | None, int | None, int | None, int | None, int | None]:
        """Return year, month, day, hour and minute."""
        return self.year, self.month, self.day, self.hour, self.minute

    @property
    def meaning(self) -> tuple[tuple[int | None, ...], tuple[int | None, ...] | None]:
        """Return what two dates share that say the same, wherever they stand."""
        return self.parts, self.until.parts if self.until else None


Read = tuple[Quantity | Date | None, int]


@dataclass(frozen=True, slots=True)
class Numeral:
    """Hold a numeral as written; its number is `value` times `scale`."""

    written: str
    value: Decimal
    scale: Decimal

    @property
    def number(self) -> Decimal:
        """Return the number in base units."""
        return self.value * self.scale

    @property
    def in_words(self) -> bool:
        """Tell whether it is written in words or Chinese numerals, not in figures."""
        return not self.written[0].isdigit()


def read_along(
    pattern: re.Pattern[str], text: str, read_at: Callable[[str, re.Match[str], int], Read]
) -> list[Quantity | Date]:
    """Read what begins with a pattern, in its order; `read_at` tells what stands there and where to go on."""
    found: list[Quantity | Date] = []
    left = 0
    for match in pattern.finditer(text):
        if match.start() >= left:
            one, left = read_at(text, match, left)
            if one:
                found.append(one)
    return found


def span(first: Date, last: Date) -> Date | None:
    """Join two dates to a span of time, None if they make none.

    Each takes from the other what stands above its own parts: the year of 2020年1月—8月 is
    stated once, as is that of "January to August 2020".

    >>> join = span(Date(None, 1, None, None, None, 0, 7), Date(2020, 8, None, None, None, 11, 22))
    >>> join.meaning if join else None
    ((2020, 1, None, None, None), (2020, 8, None, None, None))
    """
    a, b = _completed(first, last), _completed(last, first)
    shape = [part is None for part in a.parts]
    if shape != [part is None for part in b.parts] and (a.year is None or b.year is None):
        return None
    if a.year is not None and b.year is not None and _order(a) >= _order(b):
        return None
    return Date(*a.parts, start=first.start, end=last.end, until=b)


def _completed(date: Date, other: Date) -> Date:
    year, month, day = date.year, date.month, date.day
    if year is None:
        year = other.year
        if month is None:
            month = other.month
            day = other.day if day is None else day
    return Date(year, month, day, date.hour, date.minute, date.start, date.end)


def _order(date: Date) -> tuple[int, ...]:
    return tuple(part or 0 for part in date.parts)
