"""Corpus stage: what a report is once it has been read."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["zh", "en"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Say where something stands for people who open the file: numbers count from 1, `cell` is as B7 or A7:D7."""

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Place a run of `Document.text` in its file.

    `text[start:end]` stands verbatim in the decoded file from code point `source` on, within
    line `line` (from 1); for a format that is no text, in what was extracted from it, and `place`
    says where that stands. Characters of `text` outside all stretches are white space that repair
    put between two of them.
    """

    start: int
    end: int
    source: int
    line: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Mark `text[start:end]` as a heading; level 1 is the outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Restated:
    """Name the report that a summary restates."""

    title: str
    publisher: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """Hold one report: repaired text, where each character came from, whose it is and for when.

    `period` is the earliest and the latest year. `evidence` maps a field name (title, publisher,
    region, period) to the spans of `text` from which it was read; a field given by front matter,
    `reports.toml` or the file's name has no entry. A field that the report leaves open is None.
    """

    id: str
    path: str
    language: Language
    title: str
    publisher: str | None
    region: str | None
    period: tuple[int, int] | None
    text: str
    stretches: tuple[Stretch, ...]
    headings: tuple[Heading, ...]
    digest: str
    source: str | None = None
    translation_of: str | None = None
    restates: Restated | None = None
    evidence: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def heading_path(self, position: int) -> tuple[str, ...]:
        """Return the headings above `position`, outermost first."""
        path: list[Heading] = []
        for heading in self.headings[: bisect_right(self.headings, position, key=lambda h: h.start)]:
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
        return tuple(self.text[h.start : h.end] for h in path)

    def stretches_of(self, start: int, end: int) -> tuple[Stretch, ...]:
        """Return the stretches that make up `text[start:end]`, cut to it."""
        first = bisect_right(self.stretches, start, key=lambda s: s.end)
        found = []
        for stretch in self.stretches[first:]:
            if stretch.start >= end:
                break
            low, high = max(start, stretch.start), min(end, stretch.end)
            found.append(Stretch(low, high, stretch.source + low - stretch.start, stretch.line, stretch.place))
        return tuple(found)
