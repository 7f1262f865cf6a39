"""Bot stage: what was worked out as people write it: 66 + 22 = 88 shops."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import combinations, pairwise

from bot.derive.compute import Result, compute, in_one_unit
from bot.derive.plan import Operation
from bot.derive.sought import Operand
from bot.quantities import Quantity, show
from corpus.document import Language

_DIGITS = 4
_SIGNS: dict[str, str] = {"sum": " + ", "difference": " − ", "ratio": " ÷ ", "share": " ÷ ", "average": " ÷ "}


def formula(
    operation: Operation, operands: Sequence[Operand], result: Result, language: Language, *, noun: str = ""
) -> str:
    """Return the sum as it is written, each operand as its report states it."""
    if operation == "mean":
        added = " + ".join(show(one.amount, language) for one in operands)
        equals = "≈" if result.rounded else "="
        return f"({added}) ÷ {len(operands)} {equals} {_result(operation, operands, result, language, noun)}"
    if operation in _SIGNS:
        shown = list(operands)
        if operation == "difference" and _smaller_first(shown):
            shown.reverse()
        left = _SIGNS[operation].join(show(one.amount, language) for one in shown)
        equals = "≈" if result.rounded else "="
        return f"{left} {equals} {_result(operation, operands, result, language, noun)}"
    return _ordered(operation, [one.amount for one in operands], language)


def _smaller_first(operands: Sequence[Operand]) -> bool:
    first, second = in_one_unit([one.amount for one in operands])
    return first < second


def _ordered(operation: Operation, amounts: Sequence[Quantity], language: Language) -> str:
    """Return amounts in their order, the signs between them; a mere list where that of any two can't be told."""
    numbers = in_one_unit(amounts)
    order = sorted(range(len(amounts)), key=lambda at: numbers[at], reverse=operation == "maximum")
    shown = [show(amounts[at], language) for at in order]
    for one, other in combinations(order, 2):
        if (
            not _same(amounts[one], amounts[other])
            and compute(operation, [amounts[one], amounts[other]]).winner is None
        ):
            return ("，" if language == "zh" else ", ").join(shown)
    line = shown[0]
    for at, (one, other) in enumerate(pairwise(order), 1):
        same = _same(amounts[one], amounts[other])
        line += f" {'=' if same else '>' if operation == 'maximum' else '<'} {shown[at]}"
    return line


def _same(one: Quantity, other: Quantity) -> bool:
    return len(set(in_one_unit([one, other]))) == 1 and not one.approximation and not other.approximation


def tied(operation: Operation, operands: Sequence[Operand]) -> bool:
    """Tell whether more than one figure is the largest, or the smallest, and all the others are not."""
    amounts = [one.amount for one in operands]
    numbers = in_one_unit(amounts)
    best = numbers.index(max(numbers) if operation == "maximum" else min(numbers))
    others = [other for at, other in enumerate(amounts) if at != best]
    return any(_same(amounts[best], other) for other in others) and all(
        _same(amounts[best], other) or compute(operation, [amounts[best], other]).winner == 0 for other in others
    )


def _result(operation: Operation, operands: Sequence[Operand], result: Result, language: Language, noun: str) -> str:
    number = result.number
    if operation == "average" and result.rounded:
        number = Context(prec=_DIGITS, rounding=ROUND_HALF_UP).plus(number) if abs(number) >= 1000 else number
    if operation == "ratio":
        before = {"about": "约" if language == "zh" else "about "}.get(result.approximation or "", "")
        return f"{before}{_plain(number)}{'倍' if language == 'zh' else ' times'}"
    amount = Quantity(number, result.unit, result.approximation, 0, 0, counter=result.counter)
    shown = show(amount, language)
    if operation == "average":
        return f"{shown}{_each(operands[1], language)}"
    return f"{shown} {noun}" if noun and language == "en" and not result.unit else shown


def _each(divisor: Operand, language: Language) -> str:
    """Return what an average is for: /座, per person; nothing where English has no word for it."""
    amount = divisor.amount
    if language == "zh":
        written = show(Quantity(Decimal(1), amount.unit, None, 0, 0, counter=amount.counter), "zh").removeprefix("1")
        return f"/{written}" if written else ""
    if not amount.unit:
        return " each"
    written = show(Quantity(Decimal(1), amount.unit, None, 0, 0), "en").removeprefix("1").split("(")[0].strip()
    return f" per {written}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
