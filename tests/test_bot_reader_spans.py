"""Evidence for each piece of a passage to evidence for its spans."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.spans import Reading, ScoredSpan
from bot.reader.windows import row, windows
from index.tokenizer import Pieces

LONGEST = 40
EVIDENCE = st.floats(-12, 12, width=32)


def made(starts, ends, spans=None, no_answer=0.0):
    spans = spans or [(i, i + 1) for i in range(len(starts))]
    return Reading(np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32), tuple(spans), no_answer)


@st.composite
def readings(draw, most=30):
    """Draw what was read in a passage whose pieces have one to three characters, some with a gap before."""
    count = draw(st.integers(1, most))
    spans, edge = [], 0
    for size, gap in draw(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 1)), min_size=count, max_size=count)):
        spans.append((edge + gap, edge + gap + size))
        edge += gap + size
    numbers = st.lists(EVIDENCE, min_size=count, max_size=count)
    return made(draw(numbers), draw(numbers), spans, draw(EVIDENCE))


def every_span(reading):
    """Yield the pieces and the evidence of each span that may be an answer."""
    for first in range(len(reading.spans)):
        for last in range(first, min(first + LONGEST, len(reading.spans))):
            yield first, last, float(reading.starts[first]) + float(reading.ends[last]) - reading.no_answer


# --- Best spans


def test_the_best_span_starts_and_ends_where_the_evidence_is():
    reading = made([0, 0, 5, 0, 0], [0, 0, 0, 4, 0], no_answer=1.5)

    assert reading.best(1) == [ScoredSpan(2, 4, 7.5)]


def test_a_span_never_ends_before_it_starts():
    assert reading_of_order().best(1) == [ScoredSpan(3, 4, 5.0)]


def reading_of_order():
    return made([0, 0, 0, 5], [4, 0, 0, 0])


def test_spans_are_told_in_characters_of_the_passage():
    reading = made([0, 9, 0], [0, 0, 9], [(0, 2), (3, 7), (7, 9)])

    assert [(one.start, one.end) for one in reading.best(1)] == [(3, 9)]


def test_the_second_best_does_not_overlap_the_best():
    reading = made([9, 8, 0, 3], [0, 9, 0, 3])

    assert [(one.start, one.end) for one in reading.best(2)] == [(0, 2), (3, 4)]


def test_a_piece_of_no_characters_is_no_answer():
    reading = made([9, 0], [9, 0], [(0, 0), (0, 3)])

    assert all(one.end > one.start for one in reading.best())


@given(readings(), st.integers(1, 6))
def test_the_best_spans_come_best_first_apart_and_within_the_passage(reading, count):
    found = reading.best(count)

    assert 1 <= len(found) <= count
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    begins, ends = {a for a, _ in reading.spans}, {b for _, b in reading.spans}
    for place, one in enumerate(found):
        assert one.start in begins
        assert one.end in ends
        assert one.start < one.end
        assert all(one.end <= other.start or other.end <= one.start for other in found[:place])


@given(readings(most=20))
def test_the_best_span_has_the_most_evidence_of_all(reading):
    best = max(score for _, _, score in every_span(reading))

    assert reading.best(1)[0].score == pytest.approx(best, abs=1e-4)


@given(readings())
def test_evidence_against_an_answer_lowers_all_spans_alike(reading):
    lower = Reading(reading.starts, reading.ends, reading.spans, reading.no_answer + 3)

    assert [(one.start, one.end) for one in lower.best(3)] == [(one.start, one.end) for one in reading.best(3)]
    assert lower.best(1)[0].score == pytest.approx(reading.best(1)[0].score - 3, abs=1e-4)


def test_a_span_has_forty_pieces_at_most():
    reading = made([9.0] + [0.0] * 99, [0.0] * 99 + [9.0])

    assert all(one.end - one.start <= LONGEST for one in reading.best(5))


# --- Evidence of a given span


def test_the_evidence_of_a_span_is_that_of_the_best_one_which_overlaps_it():
    reading = made([1, 0, 5, 0, 0, 0], [0, 0, 0, 6, 0, 0], no_answer=2.0)

    assert reading.score(2, 4) == 9.0
    assert reading.score(3, 4) == 9.0
    assert reading.score(3, 4, reach=0) == 4.0
    assert reading.score(5, 6, reach=0) == -2.0


def test_a_span_outside_the_passage_has_no_evidence():
    reading = made([1.0], [1.0], [(2, 4)])

    assert [reading.score(4, 9), reading.score(0, 2), reading.inside(3, 4), reading.inside(9, 9)] == [-math.inf] * 4


@given(readings(), st.data())
def test_the_evidence_of_a_span_is_at_least_its_own_and_never_that_of_one_apart(reading, data):
    first = data.draw(st.integers(0, len(reading.spans) - 1))
    last = data.draw(st.integers(first, len(reading.spans) - 1))
    start, end = reading.spans[first][0], reading.spans[last][1]

    score = reading.score(start, end)

    assert score >= float(reading.starts[first] + reading.ends[last]) - reading.no_answer - 1e-4
    overlapping = (
        float(reading.starts[a]) + float(reading.ends[b]) - reading.no_answer
        for a in range(last + 1)
        for b in range(max(a, first), len(reading.spans))
    )
    assert any(score == pytest.approx(one, abs=1e-4) for one in overlapping)


@given(readings(), st.data())
def test_a_longer_reach_finds_no_less(reading, data):
    start = data.draw(st.integers(0, reading.spans[-1][1] - 1))
    end = data.draw(st.integers(start + 1, reading.spans[-1][1]))

    scores = [reading.score(start, end, reach=reach) for reach in (0, 1, 5, 12)]

    assert scores == sorted(scores)


@given(readings(), st.data())
def test_the_evidence_within_a_sentence_is_that_of_the_best_span_that_lies_in_it(reading, data):
    start = data.draw(st.integers(0, reading.spans[-1][1]))
    end = data.draw(st.integers(start, reading.spans[-1][1]))

    inside = [
        score
        for first, last, score in every_span(reading)
        if start <= reading.spans[first][0] and reading.spans[last][1] <= end
    ]

    assert reading.inside(start, end) == pytest.approx(max(inside, default=-math.inf), abs=1e-4)


# --- What was not read


def test_of_what_was_not_read_nothing_speaks_for_one_span_before_another():
    reading = Reading.blank("派出教师1569人。")

    assert len({reading.score(0, 2), reading.score(4, 9), reading.inside(0, 10), reading.best(1)[0].score}) == 1


def test_nothing_has_no_spans():
    assert Reading.blank("").best() == []
    assert Reading.blank("").score(0, 1) == -math.inf


# --- Windows joined


def test_where_windows_overlap_the_stronger_evidence_counts():
    spans = [(0, 1), (1, 2), (2, 3)]
    first, second = row([7], [10, 11, 12], 0, 2), row([7], [10, 11, 12], 1, 3)
    one, other = (np.zeros((len(window.ids), 2), dtype=np.float32) for window in (first, second))
    one[first.first :][:2] = [[1, 2], [3, 4]]
    other[second.first :][:2] = [[5, 1], [6, 7]]
    one[0], other[0] = [1, 1], [0.25, 0.5]

    reading = Reading.joined(spans, [(first, one), (second, other)])

    assert reading.starts.tolist() == [1, 5, 6]
    assert reading.ends.tolist() == [2, 4, 7]
    assert reading.no_answer == 0.75
    assert reading.spans == tuple(spans)


@given(st.integers(1, 1500), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_each_piece_of_a_long_passage_has_evidence_from_the_windows_that_hold_it(count, asked, seed):
    rng = random.Random(seed)
    passage = Pieces(list(range(3, 3 + count)), [(i, i + 1) for i in range(count)])
    rows = []
    for window in windows(Pieces([9] * asked, [(0, 1)] * asked), passage, 0, longest=256):
        logits = np.full((len(window.ids), 2), 99.0, dtype=np.float32)
        logits[0] = rng.uniform(-5, 5)
        for place in range(window.low, window.high):
            logits[window.first + place - window.low] = [rng.uniform(-9, 9), rng.uniform(-9, 9)]
        rows.append((window, logits))

    reading = Reading.joined(passage.spans, rows)

    assert reading.starts.max() < 10 > reading.ends.max()
    for place in {0, count // 2, count - 1}:
        held = [logits[w.first + place - w.low] for w, logits in rows if w.low <= place < w.high]
        assert [reading.starts[place], reading.ends[place]] == np.max(held, axis=0).tolist()
    assert reading.no_answer == pytest.approx(min(float(logits[0].sum()) for _, logits in rows))
