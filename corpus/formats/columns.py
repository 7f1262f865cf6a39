"""Corpus stage: runs of text on a PDF's page to lines in reading order, column by column.

The page is cut at its gutters as in XY cuts (Nagy and Seth, 1984); what spans a gutter parts those above and below.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from corpus.formats.blocks import clean, is_wide, joint
from corpus.formats.page import Line

_LEAST_LINES = 3
_GAP = 1.0
_OVERLAP = 0.5
_LEAST_GUTTER = 0.7
_SPANNING_SHARE = 0.5
_CROSSING_SHARE = 0.2
_LEAST_FILLED = 0.45
_LEAST_WIDE, _LEAST_NARROW = 7, 15
_MOST_FIGURES = 0.3
_DEEPEST = 4


def in_reading_order(runs: Sequence[Line], numbers: "count[int]") -> list[Line]:
    """Return the lines of a page, each with its column, which `numbers` number."""
    return [line for column in _ordered(_near_joined(runs), 0) for line in _lines(column, next(numbers))]


def _near_joined(runs: Sequence[Line]) -> list[Line]:
    """Return runs with those joined that follow each other on a line without a gap as wide as between columns."""
    joined: list[list[Line]] = []
    for run in sorted(runs, key=lambda one: (round(one.bottom), one.x0)):
        last = joined[-1][-1] if joined else None
        near = last and run.rows is last.rows is None and abs(run.bottom - last.bottom) < 0.3 * run.size
        if last and near and -run.size < run.x0 - last.x1 < _GAP * max(run.size, last.size):
            joined[-1].append(run)
        else:
            joined.append([run])
    return [_joined(line) for line in joined]


def _ordered(runs: list[Line], depth: int) -> list[list[Line]]:
    gutter = _gutter(runs) if depth < _DEEPEST else None
    if gutter is None:
        return [runs] if runs else []
    low, high = gutter
    middle = (low + high) / 2
    spanning = sorted((run for run in runs if run.x0 < low and run.x1 > high), key=lambda run: run.top)
    others = [run for run in runs if not (run.x0 < low and run.x1 > high)]
    columns: list[list[Line]] = []
    above = float("-inf")
    for bound in [*spanning, None]:
        below = (bound.top + bound.bottom) / 2 if bound else float("inf")
        band = [run for run in others if above <= (run.top + run.bottom) / 2 < below]
        columns += _ordered([run for run in band if (run.x0 + run.x1) / 2 < middle], depth + 1)
        columns += _ordered([run for run in band if (run.x0 + run.x1) / 2 >= middle], depth + 1)
        if bound:
            columns.append([bound])
        above = below
    return _spans_joined(columns, spanning)


def _spans_joined(columns: list[list[Line]], spanning: list[Line]) -> list[list[Line]]:
    """Return columns with those that span the page, and follow each other, made one."""
    marks = {id(run) for run in spanning}
    joined: list[list[Line]] = []
    for column in columns:
        alone = id(column[0]) in marks
        if alone and joined and id(joined[-1][0]) in marks:
            joined[-1] = [*joined[-1], *column]
        else:
            joined.append(column)
    return joined


def _gutter(runs: Sequence[Line]) -> tuple[float, float] | None:
    """Return the widest upright strip that parts lines side by side into two columns of prose."""
    texts = [run for run in runs if run.rows is None]
    if len(texts) < 2 * _LEAST_LINES:
        return None
    size = sorted(run.size for run in texts)[len(texts) // 2] or 1.0
    left, right = min(run.x0 for run in texts), max(run.x1 for run in texts)
    best: tuple[float, tuple[float, float]] | None = None
    for edge in sorted({round(run.x1, 0) for run in texts}):
        if not left + 4 * size < edge < right - 4 * size:
            continue
        before = [run for run in texts if run.x1 <= edge + 1]
        behind = [run for run in texts if run.x0 > edge]
        crossing = [run for run in texts if run.x0 <= edge and run.x1 > edge + 1]
        if min(len(before), len(behind)) < _LEAST_LINES or len(crossing) > _SPANNING_SHARE * len(texts):
            continue
        low, high = max(run.x1 for run in before), min(run.x0 for run in behind)
        if high - low < _LEAST_GUTTER * size or not _are_columns(before, behind, crossing, size):
            continue
        # Few lines cross a true gutter; of those that few cross the widest counts.
        worth = (high - low) / size - 10 * len(crossing) / len(texts)
        if best is None or worth > best[0]:
            best = worth, (low, high)
    return best[1] if best else None


def _are_columns(before: Sequence[Line], behind: Sequence[Line], crossing: Sequence[Line], size: float) -> bool:
    """Tell whether two sides stand side by side and read as prose, not as the columns of a table or labels."""
    low, high = max(_top(before), _top(behind)), min(_bottom(before), _bottom(behind))
    beside = [[run for run in side if low - size <= run.top and run.bottom <= high + size] for side in (before, behind)]
    if min(map(len, beside)) < _LEAST_LINES:
        return False
    between = [run for run in crossing if low < run.top and run.bottom < high]
    if len(between) > _CROSSING_SHARE * max(map(len, beside)):
        return False
    return all(_is_prose(side, size) for side in beside)


def _is_prose(side: Sequence[Line], size: float) -> bool:
    """Tell whether most lines of a side fill it, with words more than with figures."""
    width = max(run.x1 for run in side) - min(run.x0 for run in side)
    rows: dict[int, list[Line]] = {}
    for run in side:
        rows.setdefault(round(run.bottom / 2), []).append(run)
    spans = sorted(max(run.x1 for run in row) - min(run.x0 for run in row) for row in rows.values())
    text = "".join(run.text for run in side)
    figures = sum(character.isdigit() for character in text)
    wide = sum(map(is_wide, text)) > len(text) / 4
    return (
        width >= 5 * size
        and spans[len(spans) // 2] >= _LEAST_FILLED * width
        and len(text) >= (_LEAST_WIDE if wide else _LEAST_NARROW) * len(rows)
        and figures <= _MOST_FIGURES * len(text)
    )


def _top(runs: Sequence[Line]) -> float:
    return min(run.top for run in runs)


def _bottom(runs: Sequence[Line]) -> float:
    return max(run.bottom for run in runs)


def _lines(runs: list[Line], column: int) -> list[Line]:
    """Return the lines of a column from the top down, runs on one line joined."""
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    lines: list[list[Line]] = []
    for run in sorted(runs, key=lambda one: ((one.top + one.bottom) / 2, one.x0)):
        middle = (run.top + run.bottom) / 2
        last = lines[-1][0] if lines else None
        if last and run.rows is None and last.rows is None and last.top < middle < last.bottom:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [replace(_joined(line), column=column, left=left, right=right) for line in lines]


def _joined(runs: list[Line]) -> Line:
    runs = sorted(runs, key=lambda run: run.x0)
    main = max(runs, key=lambda run: len(run.text))
    groups: list[list[Line]] = []
    for run in runs:
        # A run that stands within another one is what was left out there, such as marks of another font.
        inside = groups and run.x0 < max(one.x1 for one in groups[-1]) - _OVERLAP * main.size
        if inside and run.marks and groups[-1][0].marks:
            groups[-1].append(run)
        else:
            groups.append([run])
    text = ""
    end = runs[0].x0
    for group in groups:
        part = group[0].text if len(group) == 1 else _merged(group)
        wide = text and group[0].x0 - end > main.size
        text += (" " if wide else joint(text, part)) + part
        end = max(run.x1 for run in group)
    return replace(
        main,
        text=text,
        x0=runs[0].x0,
        x1=max(run.x1 for run in runs),
        top=_top(runs),
        bottom=_bottom(runs),
        bold=all(run.bold for run in runs),
        marks=tuple(mark for run in runs for mark in run.marks),
    )


def _merged(runs: Sequence[Line]) -> str:
    marks = sorted((mark for run in runs for mark in run.marks), key=lambda mark: mark[0])
    return clean("".join(text for _, text in marks).replace("\x02", "-"))
