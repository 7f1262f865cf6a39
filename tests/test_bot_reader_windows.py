"""A question and a passage as the rows that the network reads."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.windows import BEGIN, END, LONGEST, LONGEST_QUESTION, PAD, padded, row, windows
from index.tokenizer import Pieces

IDS = st.integers(3, 250_000)


def pieces(ids):
    return Pieces(list(ids), [(i, i + 1) for i in range(len(ids))])


@st.composite
def texts(draw, most):
    """Draw the pieces of a text; long ones are counted up, which is quicker than to draw each."""
    size = draw(st.integers(0, most))
    return pieces(range(3, 3 + size))


def test_a_row_is_the_question_and_the_passage_between_their_marks():
    one = row([7, 8], [10, 11, 12, 13], 1, 3, number=4)

    assert one.ids == [BEGIN, 7, 8, END, END, 11, 12, END]
    assert (one.first, one.passage, one.low, one.high) == (5, 4, 1, 3)
    assert one.ids[one.first] == 11


def test_a_short_passage_is_one_row():
    [one] = windows(pieces([7, 8]), pieces([10, 11, 12]), 3)

    assert one.ids == [BEGIN, 7, 8, END, END, 10, 11, 12, END]
    assert (one.passage, one.low, one.high) == (3, 0, 3)


def test_a_passage_of_nothing_is_one_row_too():
    [one] = windows(pieces([7]), pieces([]), 0)

    assert one.ids == [BEGIN, 7, END, END, END]
    assert (one.low, one.high) == (0, 0)


def test_a_passage_that_just_fits_is_one_row_and_a_longer_one_is_two():
    question = pieces([7] * 8)
    room = LONGEST - 12

    assert [len(one.ids) for one in windows(question, pieces(range(3, 3 + room)), 0)] == [LONGEST]
    assert len(list(windows(question, pieces(range(3, 4 + room)), 0))) == 2


def test_a_long_question_is_cut():
    [one] = windows(pieces(range(3, 203)), pieces([10]), 0)

    assert one.ids == [BEGIN, *range(3, 3 + LONGEST_QUESTION), END, END, 10, END]
    assert LONGEST_QUESTION == 72


@given(texts(120), texts(3000), st.integers(200, LONGEST), st.integers(0, 9))
def test_rows_cover_every_piece_and_are_never_too_long(question, passage, longest, number):
    rows = list(windows(question, passage, number, longest=longest))

    assert {place for one in rows for place in range(one.low, one.high)} == set(range(len(passage.ids)))
    assert all(len(one.ids) <= longest for one in rows)
    assert all(one.passage == number for one in rows)


@given(texts(120), texts(3000), st.integers(200, LONGEST))
def test_each_row_holds_the_question_and_its_pieces_where_it_says(question, passage, longest):
    asked = question.ids[:LONGEST_QUESTION]
    for one in windows(question, passage, 0, longest=longest):
        assert one.ids[: one.first] == [BEGIN, *asked, END, END]
        assert one.ids[one.first : -1] == passage.ids[one.low : one.high]
        assert one.ids[-1] == END


@given(texts(120), texts(3000), st.integers(200, LONGEST))
def test_rows_go_on_and_overlap_so_that_no_answer_at_an_edge_is_lost(question, passage, longest):
    rows = list(windows(question, passage, 0, longest=longest))

    for one, other in pairwise(rows):
        assert one.low < other.low < one.high < other.high
        assert one.high - other.low == 96


@given(st.lists(st.lists(IDS, min_size=1, max_size=20), min_size=1, max_size=6))
def test_padding_is_masked_and_nothing_else_is(questions):
    rows = [row(ids, [5], 0, 1) for ids in questions]

    ids, mask = padded(rows)

    assert ids.shape == mask.shape == (len(rows), max(len(one.ids) for one in rows))
    assert ids.dtype == mask.dtype == np.int64
    for one, line, seen in zip(rows, ids, mask, strict=True):
        assert line[: len(one.ids)].tolist() == one.ids
        assert set(line[len(one.ids) :].tolist()) <= {PAD}
        assert seen.tolist() == [1] * len(one.ids) + [0] * (len(line) - len(one.ids))


@pytest.mark.parametrize("question", [0, 1, 72, 500])
def test_there_is_room_for_a_passage_beside_any_question(question):
    [one] = windows(pieces(range(3, 3 + question)), pieces(range(3, 303)), 0)

    assert (one.low, one.high) == (0, 300)
