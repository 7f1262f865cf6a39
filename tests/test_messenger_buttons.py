"""What buttons carry, and what an attacker may send instead."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger.buttons import HIGHEST, Kind, Pressed, data, pressed

KINDS = get_args(Kind)
KEYS = st.text("ABCXYZabcxyz0189_-", min_size=1, max_size=40)


@given(st.sampled_from(KINDS), KEYS, st.integers(0, HIGHEST))
def test_what_a_button_carries_is_read_again(kind, key, number):
    carried = data(kind, key, number)

    assert pressed(carried) == Pressed(kind, key, number)
    assert len(carried.encode("ascii")) <= 64


@given(st.text() | st.from_regex(r"[a-z]:[A-Za-z0-9_-]*:[0-9]*\n?", fullmatch=True))
def test_any_text_is_read_without_error_and_only_what_a_button_carries_means_something(text):
    read = pressed(text)

    assert read is None or data(read.kind, read.key, read.number) == text


@pytest.mark.parametrize(
    "sent",
    [
        "", "p", "p:", "p:key", "p:key:", "p::1", "x:key:1", "P:key:1", "pp:key:1", "p:key:1000", "p:key:-1",
        "p:key:+1",
        "p:key:01", "p:key:1 ", " p:key:1", "p:key:1\n", "p:key:1:2", "p:key:１", "p:key:1e2", "p:k y:1", "p:../etc:1",
        "p:kéy:1", "p:" + "k" * 41 + ":1", "p:key:" + "9" * 5000, "p:'; drop table answers; --:1", "p:key\x00:1",
    ],
)  # fmt: skip
def test_what_no_button_carries_means_nothing(sent):
    assert pressed(sent) is None


@pytest.mark.parametrize(
    ("key", "number"), [("", 0), ("a b", 0), ("k" * 41, 0), ("ключ", 0), ("key", -1), ("key", 1000)]
)
def test_what_a_button_can_t_carry_is_refused(key, number):
    with pytest.raises(ValueError, match="no callback data"):
        data("passage", key, number)


def test_each_kind_has_a_letter_of_its_own():
    assert len({data(kind, "key")[0] for kind in KINDS}) == len(KINDS)
