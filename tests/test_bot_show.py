"""The sentence of a report at a place."""

import pytest

from bot.errors import UnknownDocument
from bot.show import report, sentence_at
from small import LARVIK, document


@pytest.fixture
def larvik(tmp_path):
    return document(tmp_path, "larvik.md", LARVIK)


def shown(larvik, at):
    start, end = sentence_at(larvik, at)
    return larvik.text[start:end]


def test_a_report_is_found_by_its_id(larvik):
    assert report({"larvik": larvik}, "larvik") is larvik


def test_an_unknown_id_is_an_error_that_names_the_known_ones(larvik):
    with pytest.raises(UnknownDocument, match=r"'oslo'.*bergen, larvik"):
        report({"larvik": larvik, "bergen": larvik}, "oslo")


@pytest.mark.parametrize("shift", [0, 1, 20, 47])
def test_an_offset_inside_a_sentence_shows_that_sentence(larvik, shift):
    at = larvik.text.index("The port rebuilt") + shift

    assert shown(larvik, at) == "The port rebuilt 14 quays between 2015 and 2021."


def test_an_offset_between_two_sentences_shows_the_next(larvik):
    at = larvik.text.index(" A new crane")

    assert shown(larvik, at) == "A new crane lifts 120 tonnes."


def test_without_an_offset_the_first_sentence_is_shown(larvik):
    assert shown(larvik, None) == shown(larvik, 0) == "Port of Larvik"


def test_the_last_offset_shows_the_last_sentence(larvik):
    assert shown(larvik, len(larvik.text) - 1) == "Nobody was hurt."


@pytest.mark.parametrize("off", [-1, 0, 10**9])
def test_an_offset_outside_the_report_is_an_error_that_names_the_range(larvik, off):
    at = off if off else len(larvik.text)

    with pytest.raises(UnknownDocument, match=f"from 0 to {len(larvik.text) - 1}, found {at}"):
        sentence_at(larvik, at)
