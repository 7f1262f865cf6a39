"""Amounts and dates shown are read back, in either language; reading never raises and claims only what it read."""

import gc
import time
from decimal import Decimal
from itertools import pairwise
from re import sub
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.quantities import Approximation, Date, Quantity, read, show, unit_kind
from bot.quantities.amounts import span
from bot.quantities.units import UNITS

LANGUAGES = st.sampled_from(["zh", "en"])
NUMBERS = st.one_of(
    st.integers(0, 10**13).map(Decimal),
    st.integers(0, 3000).map(Decimal),
    st.builds(lambda n, scale: Decimal(n).scaleb(scale), st.integers(1, 99999), st.integers(-4, 9)),
)
UNIT_NAMES = st.sampled_from(["", *(unit.name for unit in UNITS)])
APPROXIMATIONS = st.sampled_from([None, *get_args(Approximation)])


@st.composite
def quantities(draw):
    if draw(st.integers(0, 9)) == 0:
        return Quantity(Decimal(draw(st.integers(1, 5000))), "", None, 0, 1, ordinal=True)
    numbers = sorted({draw(NUMBERS), draw(NUMBERS)})
    upper = numbers[-1] if len(numbers) == 2 and draw(st.booleans()) else None
    return Quantity(numbers[0], draw(UNIT_NAMES), draw(APPROXIMATIONS), 0, 1, upper)


def points(draw, *, shape):
    year = draw(st.integers(1900, 2100)) if "Y" in shape else None
    month = draw(st.integers(1, 12)) if "M" in shape else None
    day = draw(st.integers(1, 28)) if "D" in shape else None
    hour = draw(st.integers(0, 23)) if "h" in shape else None
    minute = draw(st.integers(0, 59)) if "m" in shape else None
    return Date(year, month, day, hour, minute, 0, 1)


@st.composite
def dates(draw):
    shape = draw(st.sampled_from(["Y", "YM", "YMD", "YMDh", "YMDhm", "M", "MD", "MDhm", "MDh", "D", "h", "hm"]))
    first = points(draw, shape=shape)
    if shape in {"Y", "YM", "YMD", "M", "MD"} and draw(st.booleans()):
        return span(first, points(draw, shape=shape)) or first
    return first


@given(quantities(), LANGUAGES)
@example(Quantity(Decimal(2019), "year", None, 0, 1), "zh")
@example(Quantity(Decimal(1), "", None, 0, 1, Decimal(20_000_000)), "en")
def test_an_amount_shown_is_read_as_the_same(amount, language):
    shown = sub(r" \([^)]*\)", "", show(amount, language))

    assert [one.meaning for one in read(shown, language)] == [amount.meaning], shown


@given(dates(), LANGUAGES)
def test_a_date_shown_is_read_as_the_same(date, language):
    shown = show(date, language)

    assert [one.meaning for one in read(shown, language)] == [date.meaning], shown


PIECES = [
    *"0123456789０１，,.．-—:：/%％+（）()“”、。 \n",
    *"一二三四五六七八九十百千万亿零〇两半第近约超上余多来个名年月日时分点成度元亩人次大岁天至到从",
    *["百分之", "以上", "超过", "左右", "小时", "人次", "零下", "2019", "上午", "A", "K", "¥", "$", "RMB"],
    *[
        " two ",
        " ten ",
        " hundred ",
        " thousand ",
        " million ",
        " third ",
        " a ",
        " to ",
        " people ",
        " years ",
        " mu ",
    ],
    *[" May ", " August ", " on ", " at "],
    *["eighth", "th", " and a half", " and ", "more than ", " or more", "between ", "from ", "Ten "],
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), LANGUAGES)
def test_what_is_read_stands_in_order_and_apart_and_says_the_same_alone(text, language):
    found = read(text, language)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    for one in found:
        written = text[one.start : one.end]
        if isinstance(one, Quantity) and not written.isdigit() and written.lower() not in {"first", "second"}:
            alone = read(written, language)
            assert [(a.number, a.unit) for a in alone if isinstance(a, Quantity)] == [(one.number, one.unit)], written


@given(st.text(max_size=200), LANGUAGES)
def test_reading_never_raises(text, language):
    assert all(text[one.start : one.end] for one in read(text, language))


@pytest.mark.parametrize(
    "piece",
    ["1", "一", ",", "1,", "1,111", "1.", "1-", "十", "百万", "近", "第", "1年", "百分之", "one ", "two hundred and ",
     " over", "2019-", "8月", "August ", "a ", "-", "零", "12:", "1 ", "、1"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_texts_take_linear_time(piece, language, request):
    def seconds(length):
        text = (piece * length)[:length]
        start = time.process_time()
        read(text, language)
        return time.process_time() - start

    # Collecting garbage takes as long as all that other tests left behind is large.
    gc.disable()
    request.addfinalizer(gc.enable)
    assert seconds(100_000) < 20 * max(seconds(10_000), 0.02)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("person", "people"), ("visit", "visits"), ("yuan", "money"), ("percent", "share"), ("time", "times"),
     ("", "count"), ("fold", "fold"), ("year", "time"), ("mu", "area"), ("degree", "temperature"),
     ("year old", "age")],
)  # fmt: skip
def test_units_have_kinds(unit, kind):
    assert unit_kind(unit) == kind


def test_the_counter_does_not_count_for_equality():
    assert Quantity(Decimal(17), "", None, 0, 3, counter="家") == Quantity(Decimal(17), "", None, 0, 3, counter="个")
