"""Bot stage: arithmetic on amounts, in decimals, with how exact the result is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from bot.derive.plan import Operation
from bot.quantities import Approximation, Quantity

_PRECISION = 50
_CENT = Decimal("0.01")
_BELOW = frozenset({"nearly", "less than", "at most"})
_ABOVE = frozenset({"more than", "at least"})
# How many base units one is, within a kind; a hectare is exactly 15 mu.
_METRIC = {
    "tonne": Decimal(1), "kilogram": Decimal("0.001"), "jin": Decimal("0.0005"), "gram": Decimal("0.000001"),
    "metre": Decimal(1), "kilometre": Decimal(1000), "centimetre": Decimal("0.01"), "millimetre": Decimal("0.001"),
    "mu": Decimal(1), "hectare": Decimal(15), "square kilometre": Decimal(1500), "square metre": Decimal("0.0015"),
    "cubic metre": Decimal(1), "litre": Decimal("0.001"), "kilowatt": Decimal(1), "megawatt": Decimal(1000),
}  # fmt: skip


# Classifiers of plants, beasts and goods, which are not counted together with others: masks (只) with suits (套).
_THINGS = frozenset(
    "株 棵 头 只 匹 条 支 本 册 套 件 台 辆 艘 架 张 块 枚 粒 袋 箱 瓶 桶 盒 包 尾 羽 根 幅 盏 把 棒".split()
)


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what was worked out: a number of a unit, how exact it is, and whether it was rounded to two decimals.

    `winner` is the index of the largest or smallest operand, None where that is not asked or cannot be told.
    """

    number: Decimal
    unit: str
    counter: str
    approximation: Approximation | None
    rounded: bool = False
    winner: int | None = None


def alike(one: Quantity, other: Quantity) -> bool:
    """Tell whether two amounts may be added: the same unit, or units that are multiples of each other."""
    from bot.quantities import unit_kind

    if one.unit == other.unit:
        return one.unit != "" or one.counter == other.counter or not {one.counter, other.counter} & _THINGS
    return unit_kind(one.unit) == unit_kind(other.unit) and one.unit in _METRIC and other.unit in _METRIC


def compute(operation: Operation, amounts: Sequence[Quantity]) -> Result:
    """Return the result of an operation on amounts that may be put together.

    Raises:
        ZeroDivisionError: if the divisor is nothing.

    >>> from bot.quantities import read
    >>> result = compute("sum", [one for one in read("66家，近22家", "zh") if isinstance(one, Quantity)])
    >>> result.number, result.counter, result.approximation
    (Decimal('88'), '家', 'nearly')
    """
    with localcontext(Context(prec=_PRECISION)):
        return _computed(operation, amounts)


def _computed(operation: Operation, amounts: Sequence[Quantity]) -> Result:
    first = amounts[0]
    if operation == "average":
        numbers = [one.number for one in amounts]
        return _divided(numbers, amounts, first.unit, first.counter)
    numbers = in_one_unit(amounts)
    unit, counter = first.unit, first.counter
    if operation == "sum":
        return Result(sum(numbers, Decimal(0)), unit, counter, _approximation(amounts))
    if operation == "difference":
        inexact: Approximation | None = "about" if any(one.approximation for one in amounts) else None
        # Between percentages lie percentage points.
        between = "percentage point" if unit == "percent" else unit
        return Result(abs(numbers[0] - numbers[1]), between, counter, inexact, winner=_largest(numbers, amounts, 1))
    if operation == "share":
        return _divided([100 * numbers[0], numbers[1]], amounts, "percent", "")
    if operation == "mean":
        return _divided([sum(numbers, Decimal(0)), Decimal(len(numbers))], amounts, unit, counter)
    if operation == "ratio":
        return _divided(numbers, amounts, "fold", "")
    winner = _largest(numbers, amounts, 1 if operation == "maximum" else -1)
    best = (max if operation == "maximum" else min)(range(len(numbers)), key=lambda i: numbers[i])
    return Result(numbers[best], unit, counter, amounts[best].approximation, winner=winner)


def in_one_unit(amounts: Sequence[Quantity]) -> list[Decimal]:
    """Return the numbers of amounts that are `alike`, in the unit of the first.

    >>> from bot.quantities import read
    >>> in_one_unit([one for one in read("500米，2公里", "zh") if isinstance(one, Quantity)])
    [Decimal('500'), Decimal('2000')]
    """
    unit = amounts[0].unit
    return [
        one.number * _METRIC[one.unit] / _METRIC[unit] if one.unit != unit and one.unit in _METRIC else one.number
        for one in amounts
    ]


def _divided(numbers: Sequence[Decimal], amounts: Sequence[Quantity], unit: str, counter: str) -> Result:
    if not numbers[1]:
        raise ZeroDivisionError
    exact = numbers[0] / numbers[1]
    number = exact.quantize(_CENT, rounding=ROUND_HALF_UP)
    inexact: Approximation | None = "about" if any(one.approximation for one in amounts) else None
    return Result(number, unit, counter, inexact, rounded=number != exact)


def _approximation(amounts: Sequence[Quantity]) -> Approximation | None:
    """Return how exact a sum is: nearly or more than where all that is inexact lies on one side."""
    said = {one.approximation for one in amounts if one.approximation}
    if not said:
        return None
    if len(said) == 1:
        return next(iter(said))
    if said <= _BELOW:
        return "less than"
    return "more than" if said <= _ABOVE else "about"


def _largest(numbers: Sequence[Decimal], amounts: Sequence[Quantity], sign: int) -> int | None:
    """Return which number is the largest, or smallest where `sign` is -1; None where that can't be told.

    An amount that is stated as more or less than a number has no bound on that side: it may decide nothing there.
    """
    best = max(range(len(numbers)), key=lambda i: sign * numbers[i])
    for at, number in enumerate(numbers):
        if at != best and (
            number == numbers[best] or _may_pass(amounts[best], amounts[at], sign, numbers[best], number)
        ):
            return None
    return best


_NEAR = Decimal("0.1")


def _may_pass(best: Quantity, other: Quantity, sign: int, most: Decimal, number: Decimal) -> bool:
    """Tell whether the inexact ends of two amounts may meet: both within a tenth, and one of them inexact that way."""
    if abs(most - number) > _NEAR * abs(most):
        return False
    towards = _BELOW if sign > 0 else _ABOVE
    away = _ABOVE if sign > 0 else _BELOW
    low = best.approximation in towards or best.approximation == "about"
    high = other.approximation in away or other.approximation == "about"
    return (low and abs(most - number) < _NEAR / 4 * abs(most)) or high
