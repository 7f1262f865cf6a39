"""Intervals and p values, checked against cases worked by hand."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluate.intervals import Interval, difference, interval


def changed(better, worse, same=0):
    """Return two runs of yes and no of which the second is right where the first was not, and the reverse."""
    return [0.0] * better + [1.0] * (worse + same), [1.0] * better + [0.0] * worse + [1.0] * same


def moved(*steps):
    """Return two runs that differ by these steps, neither of yes and no."""
    return [0.25] * len(steps), [0.25 + step for step in steps]


@pytest.mark.parametrize(
    ("values", "mean"),
    [([1, 0, 1, 1], 0.75), ([0.5, 0.25, 0], 0.25), ([True, False], 0.5), ([0, 0, 0, 0, 1], 0.2)],
)
def test_the_mean_is_that_of_the_values(values, mean):
    found = interval(values)

    assert (found.mean, found.n) == (mean, len(values))


@pytest.mark.parametrize("values", [[0.3], [1, 1, 1], [0, 0]])
def test_equal_values_have_no_spread(values):
    assert interval(values) == Interval(values[0], values[0], values[0], len(values))


def test_two_values_may_both_be_drawn_twice():
    # Two draws from 0 and 1 have the mean 0 in a quarter of cases and 1 in another, more than 2.5 % each.
    assert interval([0, 1]) == Interval(0.5, 0, 1, 2)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        pytest.param(50, 100, 0.40, 0.60, id="binomial(100, 0.5) has its 2.5 and 97.5 % points at 40 and 60"),
        pytest.param(10, 100, 0.05, 0.16, id="binomial(100, 0.1): at 5 and 16"),
        pytest.param(200, 400, 0.451, 0.549, id="0.5 +- 1.96 x 0.5 / 20"),
    ],
)
def test_an_interval_of_yes_and_no_is_that_of_the_binomial(right, n, low, high):
    found = interval([1.0] * right + [0.0] * (n - right))

    assert (found.low, found.high) == (pytest.approx(low, abs=0.011), pytest.approx(high, abs=0.011))


def test_more_questions_make_a_narrower_interval():
    widths = [one.high - one.low for one in (interval([0.0, 1.0] * n) for n in (10, 40, 160))]

    assert all(narrow < wide for wide, narrow in pairwise(widths))


def test_no_values_have_no_interval():
    with pytest.raises(ValueError, match="found none"):
        interval([])


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        pytest.param(8, 0, 2 * 0.5**8, id="8 and 0: 2 x 1/256"),
        pytest.param(0, 8, 2 * 0.5**8, id="0 and 8: as 8 and 0"),
        pytest.param(9, 1, 22 / 1024, id="9 and 1: 2 x (1 + 10)/1024"),
        pytest.param(4, 2, 44 / 64, id="4 and 2: 2 x (1 + 6 + 15)/64"),
        pytest.param(5, 5, 1, id="5 and 5"),
        pytest.param(1, 0, 1, id="1 and 0: 2 x 1/2"),
        pytest.param(0, 0, 1, id="none"),
    ],
)
@pytest.mark.parametrize("same", [1, 20])
def test_mcnemar_asks_of_the_changed_answers_alone_how_many_changed_for_the_better(better, worse, p, same):
    assert difference(*changed(better, worse, same)).p == pytest.approx(p)


@pytest.mark.parametrize(
    ("steps", "p"),
    [
        pytest.param([0.5, 0.5, 0.5], 0.25, id="all three signs: 2 x 1/8"),
        pytest.param([-0.5, -0.5, -0.5], 0.25, id="for the worse: the same"),
        pytest.param([0.75, 0.5, -0.25], 0.5, id="sums of 1 or more: +++ and ++-, 2 x 2/8"),
        pytest.param([0.5, -0.5], 1, id="as many both ways"),
        pytest.param([0.5], 1, id="one: 2 x 1/2"),
        pytest.param([0.5, 0, 0], 1, id="one among unchanged ones"),
        pytest.param([0.5, 0.5, 0.5, *[0] * 20], 0.25, id="unchanged ones say nothing: 2 x 1/8"),
        pytest.param([0.5] * 20, 2 / 2001, id="none of 2,000 draws reaches the 20: 2 x (0 + 1)/(2000 + 1)"),
        pytest.param([0, 0], 1, id="none"),
    ],
)
def test_other_values_are_compared_by_the_signs_of_their_changes(steps, p):
    assert difference(*moved(*steps)).p == pytest.approx(p)


def test_a_difference_is_of_the_means_of_the_two_runs():
    found = difference([0, 1, 0, 1], [1, 1, 0, 1])

    # Four draws from 1, 0, 0, 0: none is 1 in (3/4)^4 = 32 %; three or more are in 13/256 = 5 %, four in 0.4 %.
    assert (found.first, found.second, found.low, found.high, found.n) == (0.5, 0.75, 0, 0.75, 4)


def test_equal_runs_do_not_differ():
    run = [0, 0.5, 1, 0.25]

    found = difference(run, run)

    assert (found.first, found.second, found.low, found.high, found.p) == (0.4375, 0.4375, 0, 0, 1)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [([1, 0], [1], "found 2 and 1"), ([], [1], "found 0 and 1"), ([], [], "found 0 and 0")],
)
def test_only_pairs_can_be_compared(first, second, message):
    with pytest.raises(ValueError, match=message):
        difference(first, second)


# Quarters add up without rounding in whatever order.
VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=40)
PAIRS = st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])] * 2), min_size=1, max_size=40)
few = settings(deadline=None, max_examples=30)


@few
@given(VALUES)
def test_an_interval_holds_the_mean_and_stays_among_the_values(values):
    found = interval(values)

    assert min(values) <= found.low <= found.mean <= found.high <= max(values)


@few
@given(VALUES.flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_an_interval_is_the_same_each_time_and_in_any_order(orders):
    values, other = orders

    assert interval(values) == interval(values) == interval(other)


@few
@given(PAIRS.flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))))
def test_a_difference_is_the_same_each_time_and_in_any_order(orders):
    pairs, other = orders

    assert difference(*zip(*pairs, strict=True)) == difference(*zip(*other, strict=True))


@few
@given(PAIRS)
def test_a_difference_lies_in_its_interval(pairs):
    found = difference(*zip(*pairs, strict=True))

    assert found.low <= found.second - found.first <= found.high
    assert 0 < found.p <= 1
