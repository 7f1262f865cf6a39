"""Evaluate stage: whether what is answered is told from what is refused, and whether confidence can be believed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

_BINS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what became of a question: whether the reports answer it, whether it was answered, rightly, how surely.

    `confidence` is that of the best fact, or of the best that was not given; 0 where there was none.
    """

    answerable: bool
    answered: bool
    right: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Hold one bar of a reliability diagram: how sure answers were on average, how often right, how many."""

    confidence: float
    accuracy: float
    count: int


def refusal_precision(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of refused questions that the reports do not answer, None where none was refused."""
    refused = [not one.answerable for one in outcomes if not one.answered]
    return _mean(refused)


def refusal_recall(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of unanswerable questions that were refused, None where there are none."""
    return _mean([not one.answered for one in outcomes if not one.answerable])


def wrongly_refused(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of answerable questions that were refused, None where there are none."""
    return _mean([not one.answered for one in outcomes if one.answerable])


def answerable_auroc(outcomes: Sequence[Outcome]) -> float | None:
    """Return how often an answerable question has more confidence than an unanswerable one (ties count half).

    The area under the ROC curve (Fawcett, Pattern Recognition Letters 2006); None where one of the two is missing.
    """
    answerable = [one.answerable for one in outcomes]
    if len(set(answerable)) < 2:
        return None
    return float(roc_auc_score(answerable, [one.confidence for one in outcomes]))


def risk_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return (coverage, risk) as the line between answering and refusing falls, the surest answers first.

    Coverage is the share of all questions that are answered, risk the share of those answered wrongly (El-Yaniv and
    Wiener, JMLR 2010). Questions of equal confidence are answered together, so that their order does not matter.
    """
    order = sorted(outcomes, key=lambda one: -one.confidence)
    points: list[tuple[float, float]] = []
    wrong = 0
    for done, one in enumerate(order, start=1):
        wrong += not one.right
        if done == len(order) or order[done].confidence < one.confidence:
            points.append((done / len(order), wrong / done))
    return points


def area_under_risk_coverage(outcomes: Sequence[Outcome]) -> float | None:
    """Return the mean risk over all coverages, 0 at best (AURC; Geifman et al., ICLR 2019)."""
    points = risk_coverage(outcomes)
    if not points:
        return None
    area, before = 0.0, 0.0
    for coverage, risk in points:
        area += risk * (coverage - before)
        before = coverage
    return area


def reliability(outcomes: Sequence[Outcome], bins: int = _BINS) -> list[Bin]:
    """Return the bars of a reliability diagram, bins of equal width that hold anything.

    A bin holds its upper end and not its lower one, as in Guo et al., ICML 2017; the first holds 0 too.
    """
    confidence: NDArray[np.float64] = np.array([one.confidence for one in outcomes])
    right: NDArray[np.float64] = np.array([float(one.right) for one in outcomes])
    place = np.searchsorted(np.arange(1, bins) / bins, confidence, side="left")
    return [
        Bin(_mean_of(confidence[place == b]), _mean_of(right[place == b]), int((place == b).sum()))
        for b in range(bins)
        if (place == b).any()
    ]


def _mean_of(values: NDArray[np.float64]) -> float:
    # Exact, so that the order of the questions does not show in the last digit.
    return math.fsum(values) / len(values)


def calibration_error(outcomes: Sequence[Outcome], bins: int = _BINS) -> float | None:
    """Return the expected calibration error: the mean gap of a reliability diagram, by how many answers it holds.

    As Guo et al., ICML 2017.
    """
    bars = reliability(outcomes, bins)
    total = sum(bar.count for bar in bars)
    return sum(abs(bar.confidence - bar.accuracy) * bar.count for bar in bars) / total if total else None


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
