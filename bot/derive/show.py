"""Bot stage: what was worked out as people write it: 66 + 22 = 88 shops."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from bot.derive.compute import Result
from bot.derive.operands import Operand
from bot.derive.plan import Operation
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
    sign = " > " if operation == "maximum" else " < "
    order = sorted(operands, key=lambda one: one.amount.number, reverse=operation == "maximum")
    return sign.join(show(one.amount, language) for one in order)


def _smaller_first(operands: Sequence[Operand]) -> bool:
    return operands[0].amount.number < operands[1].amount.number


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
