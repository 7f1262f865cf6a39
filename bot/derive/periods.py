"""Bot stage: for when a figure of a report holds, as far as its sentence says so."""

import re
from dataclasses import dataclass

from bot.quantities import Date, read
from corpus.document import Document, Language, Span

_SPANS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"(?P<years>[一二两三四五六七八九十]|\d{1,2})年(?:来|间|里|内|累计|时间)|(?P<symposium>[^，。；、]{2,16}(?:以来|召开后|开始以来))"
    ),
    "en": re.compile(
        r"(?:in|over|within|during|for) (?:the |these )?(?:past |last )?(?P<years>one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) years"
        r"|(?P<symposium>since (?!\d)[^,;.]{3,80})",
        re.IGNORECASE,
    ),
}
_WORDS = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_HAN = {word: number for number, word in enumerate("零一二三四五六七八九十")}


@dataclass(frozen=True, slots=True)
class Period:
    """Hold for when a figure holds: `written` as the report says it, "" where its sentence says nothing.

    `dates` is the meaning of the date, `years` how many years it reaches back, `since` an event that it counts from.
    """

    written: str = ""
    dates: object = None
    years: int = 0
    since: str = ""


def period_of(document: Document, sentence: Span, at: int) -> Period:
    """Return the period that stands before a figure in its sentence, nearest first, else behind it in its clause.

    >>> import dataclasses
    >>> text = "2019年派36人，三年来培训86人。"
    >>> report = Document("a", "a", "zh", "a", None, None, None, text, (), (), "")
    >>> period_of(report, (0, len(text)), 6).written, period_of(report, (0, len(text)), 15).years
    ('2019年', 3)
    """
    low, high = sentence
    text, position = document.text[low:high], at - low
    found: list[tuple[int, int, Period]] = []
    for one in read(text, document.language):
        if isinstance(one, Date) and one.year is not None and not (one.start <= position < one.end):
            written = text[one.start : one.end]
            found.append((one.start, one.end, Period(written, dates=(one.meaning, _open(text, one.end)))))
    for match in _SPANS[document.language].finditer(text):
        years = match["years"]
        if years:
            length = _WORDS.get(years.lower()) or _HAN.get(years) or (int(years) if years.isdigit() else 2)
            found.append((match.start(), match.end(), Period(match[0], years=length)))
        elif not any(a < match.end() and match.start() < b for a, b, _ in found):
            found.append((match.start(), match.end(), Period(match[0].strip(), since=match[0].strip())))
    before = [one for one in found if one[1] <= position]
    if before:
        return max(before, key=lambda one: one[1])[2]
    clause_end = re.search(r"[，。；,;]", text[position:])
    stop = position + clause_end.start() if clause_end else len(text)
    behind = [one for one in found if position < one[0] < stop]
    return min(behind, key=lambda one: one[0])[2] if behind else Period()


def _open(text: str, end: int) -> bool:
    """Tell whether a date begins a time that goes on: since 2014."""
    return bool(re.match(r"\s*(?:以来|起|启动至今|至今|以后)", text[end : end + 8]))


def differ(one: Period, other: Period) -> bool:
    """Tell whether two periods are certainly not the same; a figure without one is for the whole report."""
    if one == other:
        return False
    if one.dates is not None and other.dates is not None:
        return one.dates != other.dates
    if one.years and other.years:
        return one.years != other.years
    if one.since and other.since:
        return one.since != other.since
    dated = one if one.dates is not None else other
    if dated.dates is not None:
        return True
    # "In three years" may be all that the report is about; "since the conference" is not the same as a number of years.
    return bool(one.since and other.years) or bool(one.years and other.since)
