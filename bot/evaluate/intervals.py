"""Evaluate stage: how far a figure may be off because the questions are a sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap, permutation_test

_RESAMPLES = 2000
_FEWER_RESAMPLES = 200
_SEED = 20
_SURE = 0.95
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a mean with the ends of its 95 % interval and how many values it is of."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold how much the mean of the second of two runs is above that of the first, with its interval and p value."""

    first: float
    second: float
    low: float
    high: float
    p: float
    n: int


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of values with its 95 % interval by the percentile bootstrap (2,000 resamples, seeded).

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993. Equal values have no spread that could be seen.

    Raises:
        ValueError: if there are no values.
    """
    if not values:
        raise ValueError("an interval needs values, found none")
    data = np.sort(np.asarray(values, dtype=float))
    mean = float(data.mean())
    if len(data) == 1 or data[0] == data[-1]:
        return Interval(mean, mean, mean, len(data))
    made = bootstrap(
        (data,),
        np.mean,
        n_resamples=_RESAMPLES,
        confidence_level=_SURE,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(mean, float(made.low), float(made.high), len(data))


def statistic_interval(sample: Sequence[T], statistic: Callable[[Sequence[T]], float | None]) -> tuple[float, float]:
    """Return the 95 % interval of a figure that is no mean, by the percentile bootstrap (200 resamples, seeded).

    Resamples for which it is not defined are left out; the figure itself always lies within, also where it is at
    the end of what it can be. The order of the sample does not matter.

    Raises:
        ValueError: if it is defined for none.
    """
    ordered = sorted(sample, key=repr)
    draw = np.random.default_rng(_SEED)
    found = []
    for _ in range(_FEWER_RESAMPLES):
        value = statistic([ordered[i] for i in draw.integers(0, len(ordered), len(ordered))])
        if value is not None:
            found.append(value)
    if not found:
        raise ValueError(f"a figure defined for some resample of {len(sample)} expected, found none")
    low, high = np.percentile(found, [50 * (1 - _SURE), 100 - 50 * (1 - _SURE)])
    itself = statistic(ordered)
    within = [] if itself is None else [itself]
    return float(min([low, *within])), float(max([high, *within]))


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Compare two runs on the same questions, value by value.

    Yes and no values: McNemar's exact test. Others: a paired permutation test (2,000 seeded choices of signs, or all
    of them where there are fewer; Dror et al., ACL 2018). Pairs of equal values have no sign and do not bear on p.
    The interval is the bootstrap's of the differences.

    Raises:
        ValueError: if the two are not as long as each other or empty.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"pairs of values expected, found {len(first)} and {len(second)}")
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    change = interval([float(one) for one in b - a])
    return Difference(float(a.mean()), float(b.mean()), change.low, change.high, _p_value(a, b), len(a))


def _p_value(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    changed = a != b
    if changed.sum() < 2:  # one change may as well have been the other way
        return 1.0
    if set(np.unique([a, b])) <= {0.0, 1.0}:
        return float(binomtest(int((b > a).sum()), int(changed.sum())).pvalue)
    change = np.sort((b - a)[changed])  # sorted, so that the order of the questions does not matter
    made = permutation_test(
        (change, np.zeros_like(change)),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        vectorized=True,
        rng=np.random.default_rng(_SEED),
    )
    return float(made.pvalue)
