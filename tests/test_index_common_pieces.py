"""A text of common characters is cut into the pieces whose scores have the highest sum."""

import numpy as np
import pytest

from index.common_pieces import CommonPieces, save

PIECES = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("\u2581", -2.0),
    ("\u2581ab", -3.0),
    ("a", -4.0),
]
PIECES += [("b", -4.0), ("bc", -5.0), ("c", -6.0), ("<", -6.0), ("s", -6.0), (">", -6.0), ("1", -6.0)]
NUMBERS = {piece: number for number, (piece, _) in enumerate(PIECES)}


@pytest.fixture
def pieces(tmp_path):
    save(tmp_path / "pieces.json", tmp_path / "scores.npy", PIECES, {"Ａ": "a", "①": "1", "㏄": "cc"})
    return CommonPieces.load(tmp_path / "pieces.json", tmp_path / "scores.npy")


def cut(pieces, text):
    numbers, spans = pieces.cut(text)
    return [PIECES[number][0] for number in numbers], spans


def test_the_highest_sum_wins_over_the_longest_piece(pieces):
    assert cut(pieces, "abc") == (["\u2581ab", "c"], [(0, 2), (2, 3)])


def test_each_word_begins_anew(pieces):
    assert cut(pieces, "ab \n ab") == (["\u2581ab", "\u2581ab"], [(0, 2), (5, 7)])


def test_pieces_stand_for_characters_as_they_were_written(pieces):
    assert cut(pieces, "Ａb㏄") == (["\u2581ab", "c", "c"], [(0, 2), (2, 3), (2, 3)])


def test_unknown_characters_in_a_row_are_one_piece(pieces):
    assert cut(pieces, "axya") == (["\u2581", "a", "<unk>", "a"], [(0, 1), (0, 1), (1, 3), (3, 4)])


def test_a_special_piece_that_is_spelt_out_is_never_taken_for_one(pieces):
    made, _ = cut(pieces, "a<s></s>")

    assert not {"<s>", "</s>"} & set(made)


def test_what_is_unknown_costs_more_than_the_rarest_piece():
    alone = CommonPieces(["x", "y"], np.array([-1.0, -3.0]), {}, {})

    assert alone._unknown == -13.0
