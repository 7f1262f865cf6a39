"""Evaluate stage: the charts that a record calls for, each with the numbers it shows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluate.drawing import LEGEND_MARKS, Point, bars, curves, histogram
from bot.evaluate.report_values import count, items, mapping, number, share
from bot.evaluate.report_words import name, page_words
from corpus.document import Language

_COVERAGES = tuple(tenth / 10 for tenth in range(1, 11))
_WITHIN = (0.5, 0.9, 0.95, 0.99, 1.0)
_BLOCK = LEGEND_MARKS[1]


@dataclass(frozen=True, slots=True)
class Chart:
    """Hold a chart: SVG whose texts are escaped, the legend's marks with their names, and a table of its numbers."""

    key: str
    title: str
    text: str
    svg: str
    legend: tuple[tuple[str, str], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def charts(record: Mapping[str, Any], language: Language) -> list[Chart]:
    """Return the charts for which a record has numbers."""
    found = mapping(record.get("curves"))
    made = (
        _recall(mapping(found.get("recall_at")), language),
        _risk(mapping(found.get("risk_coverage")), language),
        _reliability(mapping(found.get("reliability")), language),
        _losses(mapping(record.get("losses")), language),
        _latency(items(found.get("latency_ms")), language),
    )
    return [chart for chart in made if chart]


def _recall(series: Mapping[str, Any], language: Language) -> Chart | None:
    lines = {
        _language(key, language): [
            (float(k), read) for k, read in enumerate(map(share, items(row)), 1) if read is not None
        ]
        for key, row in series.items()
    }
    least = min((read for line in lines.values() for _, read in line), default=0.0)
    reach = (math.floor(10 * least) / 10, 1.0) if least < 1 else (0.9, 1.0)
    return _chart("recall", lines, _by_first(lines, "{:.0f}"), language, reach=reach)


def _risk(series: Mapping[str, Any], language: Language) -> Chart | None:
    lines = {
        _language(key, language): sorted((at, risk) for at, risk, *_ in _shares(points))
        for key, points in series.items()
    }
    most = max((risk for line in lines.values() for _, risk in line), default=0.0)
    # Of hundreds of points, those at each tenth say enough; a coverage that is not reached has none.
    tenths = {
        key: [(tenth, _nearest(line, tenth)[1]) for tenth in _COVERAGES if _reaches(line, tenth)]
        for key, line in lines.items()
    }
    reach = (0.0, max(math.ceil(10 * most) / 10, 0.1))
    return _chart("risk", lines, _by_first(tenths, "{:.1f}"), language, reach=reach)


def _reaches(line: Sequence[Point], coverage: float) -> bool:
    return bool(line) and line[0][0] - 0.05 <= coverage <= line[-1][0] + 0.05


def _nearest(line: Sequence[Point], coverage: float) -> Point:
    return min(line, key=lambda point: abs(point[0] - coverage))


def _reliability(series: Mapping[str, Any], language: Language) -> Chart | None:
    bins = {_language(key, language): sorted(_shares(points)) for key, points in series.items()}
    w = page_words(language)
    head = (w["by_series"], w["reliability_x"], w["reliability_y"], w["answers"])
    rows = tuple(
        (key, f"{sure:.3f}", f"{right:.3f}", f"{n:.0f}") for key, row in bins.items() for sure, right, n in row
    )
    return _chart(
        "reliability",
        {key: [(sure, right) for sure, right, _ in row] for key, row in bins.items()},
        (head, rows),
        language,
        sizes={key: [n for *_, n in row] for key, row in bins.items()},
    )


def _shares(points: object) -> list[tuple[float, float, float]]:
    """Return two shares of each point and how much it stands for; points without are left out.

    >>> _shares([[0.5, 0.75, 4], [0.5, None], "x"])
    [(0.5, 0.75, 4.0)]
    """
    found = []
    for point in items(points):
        first, second, n, *_ = [*items(point), None, None, None]
        x, y = share(first), share(second)
        if x is not None and y is not None:
            found.append((x, y, count(n)))
    return found


def _losses(series: Mapping[str, Any], language: Language) -> Chart | None:
    lost = {_language(key, language): mapping(stages) for key, stages in series.items()}
    stages = dict.fromkeys(stage for row in lost.values() for stage in row)
    counts = {name("loss", str(stage), language): [count(row.get(stage)) for row in lost.values()] for stage in stages}
    if not counts:
        return None
    w = page_words(language)
    return Chart(
        key="losses",
        title=w["losses_title"],
        text=w["losses_text"],
        svg=bars(counts, key="losses", title=w["losses_title"]),
        legend=tuple((_BLOCK, key) for key in lost),
        head=(w["stage"], *lost),
        rows=tuple((stage, *(f"{n:g}" for n in row)) for stage, row in counts.items()),
    )


def _latency(values: Sequence[Any], language: Language) -> Chart | None:
    times = sorted(count(value) for value in values if number(value) is not None)
    if not times:
        return None
    w = page_words(language)
    return Chart(
        key="latency",
        title=w["latency_title"],
        text=w["latency_text"],
        svg=histogram(times, key="latency", title=w["latency_title"], x=w["latency_x"], y=w["latency_y"]),
        legend=(),
        head=(w["share_of"], w["latency_x"]),
        rows=tuple((f"{part:.0%}", f"{times[math.ceil(part * len(times)) - 1]:,.1f}") for part in _WITHIN),
    )


def _by_first(lines: Mapping[str, Sequence[Point]], form: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the head, without its first cell, and the rows of a table of curves, one row for each place."""
    known = {key: dict(line) for key, line in lines.items()}
    places = sorted({place for line in known.values() for place in line})
    rows = ((form.format(at), *(f"{line[at]:.3f}" if at in line else "–" for line in known.values())) for at in places)
    return tuple(known), tuple(rows)


def _chart(
    key: str,
    lines: Mapping[str, Sequence[Point]],
    table: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]],
    language: Language,
    *,
    reach: tuple[float, float] = (0.0, 1.0),
    sizes: Mapping[str, Sequence[float]] | None = None,
) -> Chart | None:
    if not any(lines.values()):
        return None
    w = page_words(language)
    head, rows = table
    return Chart(
        key=key,
        title=w[f"{key}_title"],
        text=w[f"{key}_text"],
        svg=curves(
            lines,
            key=key,
            title=w[f"{key}_title"],
            x=w[f"{key}_x"],
            y=w[f"{key}_y"],
            reach=reach,
            sizes=sizes,
            diagonal=key == "reliability",
            whole=key == "recall",
        ),
        legend=tuple((LEGEND_MARKS[at % len(LEGEND_MARKS)], line) for at, line in enumerate(lines)),
        head=head if sizes else (w[f"{key}_x"], *head),
        rows=rows,
    )


def _language(key: str, language: Language) -> str:
    return name("language", str(key), language)
