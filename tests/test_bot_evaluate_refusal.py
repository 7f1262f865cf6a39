"""Figures on refusal and confidence, checked against cases worked by hand."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.evaluate.refusal import (
    Bin,
    Outcome,
    answerable_auroc,
    area_under_risk_coverage,
    calibration_error,
    refusal_precision,
    refusal_recall,
    reliability,
    risk_coverage,
    wrongly_refused,
)

# Five questions that the reports answer, two of them refused; three that they do not, two of them refused.
EIGHT = [
    Outcome(True, True, True, 0.9),
    Outcome(True, True, False, 0.8),
    Outcome(True, True, True, 0.5),
    Outcome(True, False, True, 0.4),
    Outcome(True, False, False, 0.2),
    Outcome(False, True, False, 0.7),
    Outcome(False, False, False, 0.3),
    Outcome(False, False, False, 0.1),
]
ALL_REFUSED = [Outcome(True, False, False, 0.1), Outcome(True, False, False, 0.2), Outcome(False, False, False, 0.3)]
NONE_REFUSED = [Outcome(True, True, True, 0.9), Outcome(False, True, False, 0.3)]


def answered(*pairs):
    """Return answers of which only confidence and rightness matter."""
    return [Outcome(True, True, right, confidence) for confidence, right in pairs]


@pytest.mark.parametrize(
    ("outcomes", "precision", "recall", "wrongly"),
    [
        pytest.param(EIGHT, 2 / 4, 2 / 3, 2 / 5, id="some refused"),
        pytest.param(ALL_REFUSED, 1 / 3, 1, 1, id="all refused: a third of them are unanswerable"),
        pytest.param(NONE_REFUSED, None, 0, 0, id="none refused"),
        pytest.param(ALL_REFUSED[:2], 0, None, 1, id="nothing unanswerable"),
        pytest.param(ALL_REFUSED[2:], 1, 1, None, id="nothing answerable"),
        pytest.param([], None, None, None, id="no questions"),
    ],
)
def test_refusals_are_weighed_by_what_could_be_answered(outcomes, precision, recall, wrongly):
    assert refusal_precision(outcomes) == precision
    assert refusal_recall(outcomes) == recall
    assert wrongly_refused(outcomes) == wrongly


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "area"),
    [
        pytest.param([0.9, 0.8], [0.2, 0.1], 1, id="told apart"),
        pytest.param([0.1, 0.2], [0.8, 0.9], 0, id="the wrong way round"),
        pytest.param([0.5, 0.5], [0.5], 0.5, id="all the same"),
        pytest.param([0.9, 0.3], [0.6], 0.5, id="one pair of two"),
        pytest.param([0.9, 0.5, 0.5], [0.5, 0.1], 5 / 6, id="pairs: (1 + 1) + (0.5 + 1) + (0.5 + 1) of 6"),
        pytest.param([0.9], [], None, id="nothing unanswerable"),
        pytest.param([], [0.9], None, id="nothing answerable"),
        pytest.param([], [], None, id="no questions"),
    ],
)
def test_auroc_counts_the_pairs_in_the_right_order_and_ties_half(answerable, unanswerable, area):
    outcomes = [Outcome(True, True, True, one) for one in answerable]
    outcomes += [Outcome(False, True, False, one) for one in unanswerable]

    assert answerable_auroc(outcomes) == (area if area is None else pytest.approx(area))


@pytest.mark.parametrize(
    ("outcomes", "points", "area"),
    [
        pytest.param(
            answered((0.9, True), (0.8, False), (0.7, True), (0.4, False)),
            [(1 / 4, 0), (2 / 4, 1 / 2), (3 / 4, 1 / 3), (1, 2 / 4)],
            1 / 3,  # (0 + 1/2 + 1/3 + 1/2) / 4
            id="no ties",
        ),
        pytest.param(
            answered((0.9, True), (0.8, False), (0.8, True), (0.4, False)),
            [(1 / 4, 0), (3 / 4, 1 / 3), (1, 2 / 4)],
            7 / 24,  # 0 x 1/4 + 1/3 x 1/2 + 1/2 x 1/4
            id="a tie is one step",
        ),
        pytest.param(answered((0.5, True), (0.5, False), (0.5, False)), [(1, 2 / 3)], 2 / 3, id="one tie"),
        pytest.param(answered((0.2, True), (0.9, False)), [(1 / 2, 1), (1, 1 / 2)], 3 / 4, id="the wrong way round"),
        pytest.param(answered((0.5, True)), [(1, 0)], 0, id="one question, right"),
        pytest.param(answered((0.5, False)), [(1, 1)], 1, id="one question, wrong"),
        pytest.param([], [], None, id="no questions"),
    ],
)
def test_risk_is_followed_from_the_surest_answer_on(outcomes, points, area):
    assert risk_coverage(outcomes) == [pytest.approx(point) for point in points]
    assert area_under_risk_coverage(outcomes) == (area if area is None else pytest.approx(area))


SIX = answered((0.05, False), (0.12, False), (0.15, True), (0.85, False), (0.95, True), (1, True))


def test_answers_of_like_confidence_share_a_bar():
    assert reliability(SIX) == [
        Bin(0.05, 0, 1),
        Bin(pytest.approx(0.135), 0.5, 2),
        Bin(0.85, 0, 1),
        Bin(pytest.approx(0.975), 1, 2),
    ]


def test_the_calibration_error_is_the_mean_gap_of_the_bars_by_their_answers():
    # (0.05 x 1 + 0.365 x 2 + 0.85 x 1 + 0.025 x 2) / 6 = 1.68 / 6
    assert calibration_error(SIX) == pytest.approx(0.28)


def test_there_may_be_fewer_bars():
    # (0.05 + 0.12 + 0.15) / 3 = 0.32 / 3 against 1/3; (0.85 + 0.95 + 1) / 3 = 2.8 / 3 against 2/3.
    assert reliability(SIX, bins=2) == [
        Bin(pytest.approx(0.32 / 3), pytest.approx(1 / 3), 3),
        Bin(pytest.approx(2.8 / 3), pytest.approx(2 / 3), 3),
    ]
    assert calibration_error(SIX, bins=2) == pytest.approx((0.68 / 3 + 0.8 / 3) / 2)


def test_a_bar_holds_its_upper_end():
    ends = answered(*((k / 10, True) for k in range(11)))

    # 0 and 0.1 share the first; (0.1, 0.2] holds 0.2 alone, and so on to 1.
    assert [bar.count for bar in reliability(ends)] == [2, *[1] * 9]


def test_confidence_that_is_kept_has_no_error():
    # Of four answers of 0.75 three are right, of two of 0.5 one.
    kept = answered(*[(0.75, True)] * 3, (0.75, False), (0.5, True), (0.5, False))

    assert calibration_error(kept) == 0


def test_no_answers_make_no_bars():
    assert reliability([]) == []
    assert calibration_error([]) is None


CONFIDENCES = st.one_of(st.floats(0, 1), st.sampled_from([0, 0.1, 0.25, 0.5, 0.9, 1]))
OUTCOMES = st.lists(st.builds(Outcome, st.booleans(), st.booleans(), st.booleans(), CONFIDENCES), max_size=30)


@settings(deadline=None)
@given(OUTCOMES.flatmap(lambda outcomes: st.tuples(st.just(outcomes), st.permutations(outcomes))))
def test_the_order_of_the_questions_does_not_matter(orders):
    one, other = orders

    for figure in (refusal_precision, refusal_recall, wrongly_refused, area_under_risk_coverage, risk_coverage):
        assert figure(one) == figure(other)
    for figure in (answerable_auroc, calibration_error):
        assert figure(one) == (None if figure(other) is None else pytest.approx(figure(other)))


@settings(deadline=None)
@given(OUTCOMES)
def test_auroc_is_the_share_of_pairs_in_the_right_order(outcomes):
    pairs = [(a.confidence, b.confidence) for a in outcomes for b in outcomes if a.answerable and not b.answerable]
    assume(pairs)

    assert answerable_auroc(outcomes) == pytest.approx(sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs))


@settings(deadline=None)
@given(st.lists(st.floats(0, 0.49), min_size=1), st.lists(st.floats(0.5, 1), min_size=1))
def test_perfect_separation_has_an_auroc_of_one(low, high):
    apart = [Outcome(one in high, True, True, one) for one in (*low, *high)]

    assert answerable_auroc(apart) == pytest.approx(1)


@given(st.lists(CONFIDENCES, min_size=1))
def test_where_all_is_right_there_is_no_risk_and_where_all_is_wrong_nothing_else(confidences):
    assert area_under_risk_coverage(answered(*((one, True) for one in confidences))) == 0
    assert area_under_risk_coverage(answered(*((one, False) for one in confidences))) == pytest.approx(1)


@given(st.integers(1, 9), st.integers(1, 9))
def test_perfect_confidence_has_no_risk_until_the_wrong_answers_come(right, wrong):
    points = risk_coverage(answered(*[(0.9, True)] * right, *[(0.1, False)] * wrong))

    assert points == [(right / (right + wrong), 0), (1, wrong / (right + wrong))]


@given(OUTCOMES)
def test_coverage_rises_to_all_questions_and_their_share_of_errors(outcomes):
    assume(outcomes)
    points = risk_coverage(outcomes)

    assert [coverage for coverage, _ in points] == sorted({coverage for coverage, _ in points})
    assert points[-1] == (1, sum(not one.right for one in outcomes) / len(outcomes))


@given(OUTCOMES, st.integers(1, 20))
def test_each_answer_is_in_one_bar(outcomes, bins):
    bars = reliability(outcomes, bins)

    assert sum(bar.count for bar in bars) == len(outcomes)
    assert len(bars) <= bins
    assert all(0 <= bar.confidence <= 1 and 0 <= bar.accuracy <= 1 for bar in bars)
