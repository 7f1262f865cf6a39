"""Corpus stage: running headers, footers and page numbers of a PDF, told by their repetition from page to page."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.formats.page import Line, Page

_ZONE = 0.14
_OUTERMOST = 3
_SHARE = 0.3
_SAME_HEIGHT = 6.0
_LARGER = 1.1
_NUMBER = re.compile(
    r"[-–—·•~\s]*(?:第?\s*\d{1,4}\s*页?|[ivxlc]{1,7}|(?:page|p\.)\s*\d{1,4})"
    r"(?:\s*(?:/|of|，|,|\||共)\s*(?:共\s*)?\d{1,4}\s*页?)?[-–—·•~\s]*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Row:
    """Hold the runs of a page that stand on one line at its edge."""

    page: Page
    runs: list[Line]

    @property
    def text(self) -> str:
        return " ".join(run.text for run in sorted(self.runs, key=lambda run: run.x0))

    @property
    def top(self) -> float:
        return min(run.top for run in self.runs)


def without_furniture(pages: Sequence[Page]) -> None:
    """Take from pages the lines at their edges that stand on several of them, and their numbers."""
    rows = [row for page in pages for row in _edge_rows(page)]
    alike: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        alike[re.sub(r"\d+", "0", re.sub(r"\s+", "", row.text))].append(row)
    dropped: list[_Row] = []
    for group in alike.values():
        for row in group:
            near = {other.page.number for other in group if abs(other.top - row.top) <= _SAME_HEIGHT}
            if len(near) >= 3 or len(near) >= max(2.0, _SHARE * len(pages)):
                dropped.append(row)
    dropped += [row for row in rows if _repeats_title(row)]
    _drop(dropped)
    _drop([row for page in pages for row in _outermost(page) if _NUMBER.fullmatch(row.text)])


def _drop(rows: Sequence[_Row]) -> None:
    gone = {id(run) for row in rows for run in row.runs}
    for page in {row.page.number: row.page for row in rows}.values():
        page.lines = [line for line in page.lines if id(line) not in gone]


def _repeats_title(row: _Row) -> bool:
    """Tell whether a line says in small letters what a larger one on the page says."""
    size = max(run.size for run in row.runs)
    return any(line.text == row.text and line.size > _LARGER * size for line in row.page.lines)


def _rows(page: Page) -> list[_Row]:
    rows: list[_Row] = []
    for run in sorted((line for line in page.lines if line.rows is None), key=lambda line: line.bottom):
        if rows and abs(rows[-1].runs[0].bottom - run.bottom) < 0.3 * max(run.size, 1.0):
            rows[-1].runs.append(run)
        else:
            rows.append(_Row(page, [run]))
    return rows


def _edge_rows(page: Page) -> list[_Row]:
    rows = _rows(page)
    outermost = [*rows[:_OUTERMOST], *rows[max(_OUTERMOST, len(rows) - _OUTERMOST) :]]
    return [row for row in outermost if _in_zone(page, row)]


def _outermost(page: Page) -> list[_Row]:
    rows = _rows(page)
    return [row for row in (*rows[:1], *rows[1:][-1:]) if _in_zone(page, row)]


def _in_zone(page: Page, row: _Row) -> bool:
    bottom = max(run.bottom for run in row.runs)
    return bottom < _ZONE * page.height or row.top > (1 - _ZONE) * page.height
