"""Bot stage: every figure that the reports state, with what it counts, for when and where: the ledger of a report."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from bot.cite import source_of, years
from bot.derive.periods import period_of
from bot.quantities import Date, Quantity, read, unit_kind
from bot.where import where
from corpus.document import Document, Language, Span
from index.sentences import sentences

Mark = Literal["", "duplicate", "conflict"]
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_TRIM = "，,；;。：:、（）()“”‘’《》 \n-*#"
_LONGEST = 40
_UNMARKED = frozenset({"date", "name", "ordinal", "time"})
_TELLING = 3  # characters of a subject that tell it from others
_AGAIN, _ALIKE = 75.0, 95.0  # likeness of subjects, in per cent
_BEFORE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"(?:其中|另有|共有|共|累计|已|有|达到?|为|是|了|约|的|在|用|投入|建成|建立|开设|签约)+$"),
    "en": re.compile(
        r"(?:\s*\b(?:a|the|of|is|are|was|were|has|have|and|total|with|to|in|also|over|about|some|been)\b)+\s*$",
        re.IGNORECASE,
    ),
}
_COUNTED: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"^(?:的)?(?P<noun>[^，,；;。：:、（）()\d]{2,18})"),
    "en": re.compile(
        r"^\s+(?P<noun>[a-z][^,;.:()\d]{2,40}?)(?=\s+(?:in|of|with|to|for|from|by|and|have|has|were|was|are|is|which|that|on|at|as)\b|[,;.:()]|$)"
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one figure of a report: what it counts, its value, unit and how exact it is, for when, and where it stands.

    `kind` is that of its unit, "date" for a date, "name" for figures that are part of a name (985工程, 2.0版). `mark`
    tells that the report states the same again, or something else of the same subject, unit and period; `where` is
    its page, slide, cells or line, in words.
    """

    document: str
    subject: str
    written: str
    number: str
    unit: str
    kind: str
    approximation: str
    period: str
    heading: str
    line: int
    start: int
    end: int
    mark: Mark = ""
    where: str = ""

    def record(self) -> dict[str, Any]:
        """Return the entry as a record for machines."""
        return asdict(self)


def ledger(documents: Iterable[Document]) -> list[Entry]:
    """Return the figures of reports in their order, those that repeat or contradict each other marked."""
    found = [entry for document in documents for entry in _entries(document)]
    return _marked(found)


def _entries(document: Document) -> Iterator[Entry]:
    for low, high in sentences(document.text):
        text = document.text[low:high]
        amounts = read(text, document.language)
        for one in amounts:
            yield _entry(document, (low, high), one, amounts)
        for match in _DIGITS.finditer(text):
            if not any(one.start <= match.start() < one.end for one in amounts):
                yield _name(document, (low, high), match.span())


def _entry(document: Document, sentence: Span, one: Quantity | Date, amounts: list[Quantity | Date]) -> Entry:
    low = sentence[0]
    start, end = low + one.start, low + one.end
    if isinstance(one, Date):
        kind, number, unit, approximation = "date", _iso(one), "", ""
        period = ""
    else:
        kind = "ordinal" if one.ordinal else unit_kind(one.unit)
        number = _plain(one.number) if one.upper is None else f"{_plain(one.number)}–{_plain(one.upper)}"
        unit, approximation = one.unit or one.counter, one.approximation or ""
        period = period_of(document, sentence, start).written or years(document.period)
    subject = _subject(document, sentence, one, amounts)
    return _placed(document, sentence, (start, end), subject, number, unit, kind, approximation, period)


def _name(document: Document, sentence: Span, at: Span) -> Entry:
    low = sentence[0]
    start, end = low + at[0], low + at[1]
    around = document.text[max(low, start - 8) : min(sentence[1], end + 8)].strip(_TRIM)
    return _placed(document, sentence, (start, end), around, document.text[start:end], "", "name", "", "")


def _placed(
    document: Document,
    sentence: Span,
    at: Span,
    subject: str,
    number: str,
    unit: str,
    kind: str,
    approximation: str,
    period: str,
) -> Entry:
    stretches = document.stretches_of(*at) or document.stretches_of(*sentence)
    heading = document.heading_path(at[0])
    written = document.text[slice(*at)].strip()
    return Entry(
        document.id, subject, written, number, unit, kind, approximation, period, heading[-1] if heading else "",
        stretches[0].line if stretches else 0, at[0], at[1],
        where=where(source_of(document, at) or source_of(document, sentence), document.language),
    )  # fmt: skip


def _subject(document: Document, sentence: Span, one: Quantity | Date, amounts: list[Quantity | Date]) -> str:
    """Return what a figure counts: the noun behind it, or else what its own part of the clause says before it."""
    low, high = sentence
    text, language = document.text[low:high], document.language
    stop = min([other.start for other in amounts if other.start >= one.end], default=len(text))
    counted = _COUNTED[language].match(text[one.end : stop])
    money = isinstance(one, Quantity) and unit_kind(one.unit) in ("money", "share")
    classified = isinstance(one, Quantity) and (not one.unit or text[one.start : one.end].endswith(("名", "位")))
    if classified and counted and not money:
        return counted["noun"].strip(_TRIM)[:_LONGEST]
    begin = max([other.end for other in amounts if other.end <= one.start], default=0)
    marks = [match.end() for match in re.finditer(r"[，,；;。：:、（(]\s*", text[begin : one.start])]
    before = _BEFORE[language].sub("", text[begin + (marks[-1] if marks else 0) : one.start].strip(_TRIM)).strip(_TRIM)
    behind = re.split(r"[，,；;。：:、（(]", text[one.end : stop])[0].strip(_TRIM)
    if money and not behind:
        # 投入40万元，建成工作室: what it went into follows.
        behind = re.split(r"[，,；;。：:、（(]", text[one.end : stop].lstrip("，,"))[0].strip(_TRIM)
    if money and before and behind:
        return f"{before[-_LONGEST // 2 :]} … {behind[: _LONGEST // 2]}"
    if language == "zh" and len(before) >= 2:
        return before[-_LONGEST:]
    return (behind or before)[:_LONGEST].strip(_TRIM)


def _marked(entries: list[Entry]) -> list[Entry]:
    """Mark what a report says again, and what it says of the same subject and period with another figure.

    Figures of one line are never compared: there they are a list. Dates, names, ordinals and lengths of time are left.
    """
    from rapidfuzz.fuzz import partial_ratio, ratio

    marked = list(entries)
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, one in enumerate(entries):
        if one.kind not in _UNMARKED and len(one.subject) >= _TELLING:
            groups[one.document, one.unit, one.kind].append(at)
    for group in groups.values():
        for place, i in enumerate(group):
            for j in group[place + 1 :]:
                one, other = entries[i], entries[j]
                if one.line == other.line:
                    continue
                if one.number == other.number and partial_ratio(one.subject, other.subject) >= _AGAIN:
                    marked[i], marked[j] = (replace(marked[k], mark=marked[k].mark or "duplicate") for k in (i, j))
                elif (
                    one.number != other.number
                    and one.period == other.period
                    and ratio(one.subject, other.subject) >= _ALIKE
                ):
                    marked[i], marked[j] = (replace(marked[k], mark="conflict") for k in (i, j))
    return marked


def _iso(date: Date) -> str:
    def point(one: Date) -> str:
        day = "-".join(f"{part:02d}" for part in (one.year, one.month, one.day) if part is not None)
        clock = f"{one.hour:02d}:{one.minute or 0:02d}" if one.hour is not None else ""
        return f"{day}T{clock}" if day and clock else day or clock

    return f"{point(date)}/{point(date.until)}" if date.until else point(date)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


# What a spreadsheet would take for a formula.
_FORMULA = tuple("=+-@\t\r")


def as_csv(entries: Iterable[Entry]) -> str:
    """Return entries as CSV with a heading; no cell is one that a spreadsheet would reckon."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    columns = list(Entry.__slots__)
    writer.writerow(columns)
    for one in entries:
        cells = (getattr(one, column) for column in columns)
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells])
    return written.getvalue()
