"""Rows to figures, slices, curves and losses; their intervals, and that the order of lines does not matter."""

import random

import pytest

from bot.evaluate.gold import GoldQuestion, RequiredAnswer
from bot.evaluate.intervals import statistic_interval
from bot.evaluate.measure import Row
from bot.evaluate.refusal import Outcome, calibration_error
from bot.evaluate.summary import curves, figures, losses, outcomes, slices


def row(id, *, language="en", kind="number", reports=("larvik",), right=True, proofs=((1,),), confidence=0.9, ms=10):
    """Return a row of a question; one without reports can't be answered and is refused if `right`."""
    question = GoldQuestion(id, language, kind, "?", (), tuple(RequiredAnswer(one, ("14",)) for one in reports))
    status = "answered" if bool(reports) or not right else "not_found"
    verdict = ("right" if right else "wrong") if reports else ("refused rightly" if right else "answered wrongly")
    metrics = {"first three": float(right), "proved": None} if reports else {"refused": float(right)}
    return Row(question, {"status": status, "timings_ms": {"total": ms}}, verdict, metrics, proofs, confidence)


ROWS = [
    row("a", ms=10),
    row("b", right=False, proofs=((3,),), confidence=0.5, ms=20),
    row("c", language="zh", kind="both", reports=("larvik", "bergen"), proofs=((2,), ()), ms=30),
    row("d", language="zh", kind="unanswerable", reports=(), proofs=(), confidence=0.1, ms=40),
]


def many(count=40, seed=7):
    draw = random.Random(seed)
    return [
        row(
            f"q{number}",
            language=draw.choice(["zh", "en"]),
            reports=draw.choice([("larvik",), ("larvik", "bergen"), ()]),
            right=draw.random() < 0.6,
            proofs=((draw.randint(1, 12),),),
            confidence=draw.random(),
            ms=draw.uniform(5, 500),
        )
        for number in range(count)
    ]


def named(found):
    return {(one["name"], *one["slice"].values()): one for one in found}


def test_figures_are_those_worked_out_by_hand_with_their_n():
    found = named(figures(ROWS))

    means = {key: (one["mean"], one["n"]) for key, one in found.items()}
    assert means["first three",] == (pytest.approx(2 / 3), 3)
    assert means["first three", "en"] == (0.5, 2)
    assert means["first three", "zh", "both"] == (1.0, 1)
    assert means["first three", "bergen"] == (1.0, 1)
    assert means["refused",] == (1.0, 1)
    assert means["refusal precision",] == (1.0, 4)
    assert means["AUROC",] == (1.0, 4)
    assert means["p50, ms",] == (25.0, 4)
    assert means["questions per second",] == (40.0, 4)
    assert not any(key[0] == "proved" for key in means)


def test_slices_are_all_then_languages_kinds_and_reports():
    ids = [(tuple(chosen.values()), "".join(row.question.id for row in part)) for chosen, part in slices(ROWS)]

    assert ids == [
        ((), "abcd"), (("en",), "ab"), (("zh",), "cd"), (("en", "number"), "ab"), (("zh", "both"), "c"),
        (("zh", "unanswerable"), "d"), (("bergen",), "c"), (("larvik",), "abc"),
    ]  # fmt: skip


def test_of_what_is_no_right_answer_none_counts_as_right():
    assert outcomes(ROWS) == [
        Outcome(answerable=True, answered=True, right=True, confidence=0.9),
        Outcome(answerable=True, answered=True, right=False, confidence=0.5),
        Outcome(answerable=True, answered=True, right=True, confidence=0.9),
        Outcome(answerable=False, answered=False, right=False, confidence=0.1),
    ]


def test_curves_are_those_worked_out_by_hand():
    found = curves(ROWS)

    assert found["recall_at"] == {"en": [0.5, 0.5, *[1.0] * 8], "zh": [0.0, *[0.5] * 9]}
    assert found["risk_coverage"] == {"en": [[0.5, 0.0], [1.0, 0.5]], "zh": [[0.5, 0.0], [1.0, 0.5]]}
    assert found["reliability"] == {"en": [[0.5, 0.0, 1], [0.9, 1.0, 1]], "zh": [[0.9, 1.0, 1]]}
    assert found["latency_ms"] == [10, 20, 30, 40]


def test_losses_are_counted_by_language():
    a, b, c, d = ROWS

    assert losses([(a, "not read"), (b, "not read"), (c, "not retrieved"), (d, None)]) == {
        "en": {"not read": 2},
        "zh": {"not retrieved": 1},
    }


def test_without_rows_there_are_no_figures():
    assert figures([]) == []
    assert losses([]) == {}


@pytest.fixture(scope="module")
def found_of_many():
    return named(figures(many()))


def test_each_mean_lies_within_its_interval(found_of_many):
    outside = [
        one
        for one in found_of_many.values()
        if not one["low"] <= one["mean"] <= one["high"] or not 0 < one["n"] <= len(many())
    ]

    assert outside == []


def test_a_calibration_error_of_nothing_lies_within_its_interval():
    sure = [(0.25, 4), (0.5, 2), (0.75, 4)]
    rights = {0.25: 2, 0.5: 2, 0.75: 6}
    rows = [
        row(f"{confidence} {i}", confidence=confidence, right=i < rights[confidence])
        for confidence, count in sure
        for i in range(2 * count)
    ]

    (one,) = (one for one in figures(rows) if one["name"] == "calibration error" and not one["slice"])

    assert one["mean"] == 0.0
    assert one["low"] <= one["mean"]


def test_the_order_of_the_rows_changes_no_figure(found_of_many):
    shuffled = named(figures(random.Random(1).sample(many(), len(many()))))

    of_bins = "calibration error"
    assert {key for key, one in found_of_many.items() if one != shuffled[key] and key[0] != of_bins} == set()
    assert found_of_many.keys() == shuffled.keys()


def test_the_order_of_the_rows_does_not_change_the_calibration_error_in_its_last_digit():
    found = outcomes(many())
    errors = {calibration_error(random.Random(seed).sample(found, len(found)), 5) for seed in range(20)}

    assert len(errors) == 1


def test_an_interval_of_a_statistic_is_the_same_each_time_and_in_each_order():
    sample = [float(one) for one in range(20)]

    low, high = statistic_interval(sample, max)

    assert (low, high) == statistic_interval(sample[::-1], max)
    assert 10 < low < high == 19.0


def test_resamples_without_a_value_are_left_out_and_none_at_all_is_an_error():
    assert statistic_interval([1.0, 2.0], lambda values: 3.0 if min(values) == 2.0 else None) == (3.0, 3.0)
    with pytest.raises(ValueError, match="of 2 expected"):
        statistic_interval([1.0, 2.0], lambda _: None)
