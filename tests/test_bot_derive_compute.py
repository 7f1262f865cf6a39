"""Arithmetic on amounts: exact, rounded where it must be, as inexact as what it is made of."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.derive.compute import alike, compute
from bot.quantities import Quantity, read

NUMBERS = st.decimals(0, 10**12, places=2, allow_nan=False, allow_infinity=False)


def amounts(text, language="zh"):
    return [one for one in read(text, language) if isinstance(one, Quantity)]


def test_tens_of_thousands_and_hundreds_of_millions_are_brought_to_one_base():
    result = compute("sum", amounts("4.57亿元，1980万元"))

    assert (result.number, result.unit) == (Decimal(476800000), "yuan")


@pytest.mark.parametrize(
    ("text", "approximation"),
    [
        ("66家，22家", None),
        ("66家，近22家", "nearly"),
        ("600多人，200余人", "more than"),
        ("近600人，200余人", "about"),
        ("近600人，不足200人", "less than"),
    ],
)
def test_a_sum_is_as_inexact_as_its_operands(text, approximation):
    assert compute("sum", amounts(text)).approximation == approximation


def test_a_difference_has_no_sign_and_names_the_larger():
    result = compute("difference", amounts("22家，66家"))

    assert (result.number, result.winner) == (Decimal(44), 1)


def test_a_share_is_per_cent_to_two_decimals():
    result = compute("share", amounts("3.5亿元，45.1亿元"))

    assert (result.number, result.unit, result.rounded) == (Decimal("7.76"), "percent", True)


def test_an_average_has_the_unit_of_what_is_divided():
    result = compute("average", amounts("46亿元，37.49万吨"))

    assert (result.number, result.unit) == (Decimal("12269.94"), "yuan")


def test_a_ratio_that_comes_out_even_is_not_rounded():
    result = compute("ratio", amounts("66家，22家"))

    assert (result.number, result.unit, result.rounded) == (Decimal(3), "fold", False)


def test_nothing_is_divided_by_zero():
    with pytest.raises(ZeroDivisionError):
        compute("average", amounts("5亿元，0家"))


def test_weights_of_different_units_are_put_together():
    assert compute("sum", amounts("2吨，500公斤")).number == Decimal("2.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3元，4元", True),
        ("3元，4美元", False),
        ("3人，4人次", False),
        ("66个，22家", True),
        ("67个，15万株", False),
        ("3亩，4公顷", True),
        ("3亩，4吨", False),
    ],
)
def test_only_what_is_counted_alike_is_put_together(text, expected):
    assert alike(*amounts(text)) is expected


def test_equal_amounts_have_no_largest():
    assert compute("maximum", amounts("5家，5家，3家")).winner is None


def test_amounts_that_are_too_inexact_to_tell_have_no_largest():
    assert compute("maximum", amounts("近50亿元，49.5亿元")).winner is None
    assert compute("maximum", amounts("近50亿元，46亿元")).winner == 0


def test_the_smallest_is_found():
    result = compute("minimum", amounts("27个，6个，14个"))

    assert (result.number, result.winner) == (Decimal(6), 1)


@given(st.lists(NUMBERS, min_size=2, max_size=10))
def test_a_sum_is_exact(numbers):
    made = [Quantity(number, "yuan", None, 0, 0) for number in numbers]

    assert compute("sum", made).number == sum(numbers)


@given(NUMBERS, NUMBERS.filter(bool))
def test_a_quotient_is_off_by_half_a_cent_at_most(one, other):
    made = [Quantity(number, "yuan", None, 0, 0) for number in (one, other)]

    result = compute("ratio", made)

    assert abs(result.number - one / other) <= Decimal("0.0051")


def test_a_difference_of_percentages_is_in_percentage_points():
    result = compute("difference", amounts("30%，12%"))

    assert (result.number, result.unit) == (Decimal(18), "percentage point")


@pytest.mark.parametrize(("text", "expected"), [("17000只，300套", False), ("4000支，30支", True), ("6个，4项", True)])
def test_goods_of_different_classifiers_are_not_put_together(text, expected):
    assert alike(*amounts(text)) is expected
