"""Evaluate stage: rows of metrics to figures with intervals, by slice, and the points of the curves."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from bot.evaluate.intervals import interval, statistic_interval
from bot.evaluate.measure import DEPTH, Row
from bot.evaluate.refusal import (
    Outcome,
    answerable_auroc,
    area_under_risk_coverage,
    calibration_error,
    refusal_precision,
    reliability,
    risk_coverage,
)
from bot.evaluate.retrieval import Ranks

GROUPS = {
    "retrieval": ("recall@1", "recall@5", "recall@10", "MRR", "nDCG@10"),
    "answers": ("first three", "first", "exact match", "F1", "number match", "English way"),
    "citations": ("proved", "citation precision", "citation recall", "verbatim", "passage attribution"),
    "refusal": ("refused", "wrongly refused"),
}
_OF_ALL: dict[str, Callable[[Sequence[Outcome]], float | None]] = {
    "refusal precision": refusal_precision,
    "area under risk-coverage": area_under_risk_coverage,
    "AUROC": answerable_auroc,
    "calibration error": lambda all_: calibration_error([one for one in all_ if one.answered], _BINS),
}
_BINS = 5


def figures(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return each metric for all questions and for each language, kind and report, with its 95 % interval and n."""
    found = []
    for chosen, part in slices(rows):
        for group, names in GROUPS.items():
            for name in names:
                values = [value for row in part if (value := row.metrics.get(name)) is not None]
                if values:
                    made = interval(values)
                    found.append(_figure(name, group, chosen, made.mean, made.low, made.high, made.n))
        if set(chosen) <= {"language"}:
            found += _of_all(chosen, part)
            found += _speed(chosen, part)
    return found


def _figure(
    name: str, group: str, chosen: Mapping[str, str], mean: float, low: float, high: float, n: int
) -> dict[str, Any]:
    return {"name": name, "group": group, "slice": dict(chosen), "mean": mean, "low": low, "high": high, "n": n}


def slices(rows: Sequence[Row]) -> Iterator[tuple[dict[str, str], list[Row]]]:
    """Yield all rows, those of each language, of each language and kind, and of each report that must answer."""
    yield {}, list(rows)
    for language in sorted({row.question.language for row in rows}):
        yield {"language": language}, [row for row in rows if row.question.language == language]
    for language, kind in sorted({(row.question.language, row.question.kind) for row in rows}):
        part = [row for row in rows if (row.question.language, row.question.kind) == (language, kind)]
        yield {"language": language, "kind": kind}, part
    for report in sorted({answer.report for row in rows for answer in row.question.answers if answer.report}):
        yield {"report": report}, [row for row in rows if any(a.report == report for a in row.question.answers)]


def outcomes(rows: Sequence[Row]) -> list[Outcome]:
    """Return what became of each question.

    Right is only a right answer: had the refused ones been answered, they would count as wrong.
    """
    return [
        Outcome(
            answerable=bool(row.question.answers),
            answered=row.record["status"] != "not_found",
            right=row.verdict == "right",
            confidence=row.confidence,
        )
        for row in rows
    ]


def _of_all(chosen: Mapping[str, str], part: Sequence[Row]) -> Iterator[dict[str, Any]]:
    all_ = outcomes(part)
    for name, metric in _OF_ALL.items():
        value = metric(all_)
        if value is not None:
            low, high = statistic_interval(all_, metric)
            yield _figure(name, "refusal", chosen, value, low, high, len(all_))


def _speed(chosen: Mapping[str, str], part: Sequence[Row]) -> Iterator[dict[str, Any]]:
    taken = [row.record["timings_ms"]["total"] for row in part if row.record.get("timings_ms", {}).get("total")]
    if not taken:
        return
    for name, share in (("p50, ms", 50), ("p95, ms", 95)):
        low, high = statistic_interval(taken, partial(_percentile, share=share))
        yield _figure(name, "speed", chosen, float(np.percentile(taken, share)), low, high, len(taken))
    rate = interval(taken)
    yield _figure(
        "questions per second", "speed", chosen, 1000 / rate.mean, 1000 / rate.high, 1000 / rate.low, len(taken)
    )


def _percentile(sample: Sequence[float], share: int) -> float:
    return float(np.percentile(sample, share))


def curves(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the points of recall at k, risk and coverage, and reliability by language, and all latencies."""
    found: dict[str, Any] = {"recall_at": {}, "risk_coverage": {}, "reliability": {}}
    for language in sorted({row.question.language for row in rows}):
        part = [row for row in rows if row.question.language == language]
        answerable = [row for row in part if row.question.answers]
        if answerable:
            ranks = [Ranks(row.question, row.proofs) for row in answerable]
            found["recall_at"][language] = [
                math.fsum(one.recall(k) for one in ranks) / len(ranks) for k in range(1, DEPTH + 1)
            ]
        all_ = outcomes(part)
        found["risk_coverage"][language] = [list(point) for point in risk_coverage(all_)]
        found["reliability"][language] = [
            [one.confidence, one.accuracy, one.count] for one in reliability([o for o in all_ if o.answered], _BINS)
        ]
    found["latency_ms"] = [row.record["timings_ms"].get("total") for row in rows if row.record.get("timings_ms")]
    return found


def losses(stages: Sequence[tuple[Row, str | None]]) -> dict[str, dict[str, int]]:
    """Return how many wrong answers each stage lost, by language."""
    counted: dict[str, Counter[str]] = {}
    for row, stage in stages:
        if stage:
            counted.setdefault(row.question.language, Counter())[stage] += 1
    return {language: dict(counts.most_common()) for language, counts in sorted(counted.items())}
