"""Bot stage: what a report states by itself, which goes before anything worked out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.derive.operands import Operand, Sought, side
from bot.derive.plan import Operation
from bot.facts import Found
from bot.quantities import Quantity, read, unit_kind
from bot.support import said_in
from corpus.document import Language

_EVERY = re.compile(r"均|每|\bper\b|\beach\b|\baverage|\bevery\b", re.IGNORECASE)
_PART = re.compile(r"其中|包括|\bof (?:which|whom|them)\b|\bincluding\b", re.IGNORECASE)
_SAID = 0.75


def states(operation: Operation, best: Found | None, sought: Sequence[Sought]) -> bool:
    """Tell whether the best answer to the question as it stands is a figure that a report states as just that.

    That is a share or a multiple, an average that is called so, or a figure beside which all the operands are named.
    """
    if best is None or not isinstance(best.candidate.amount, Quantity):
        return False
    candidate, unit = best.candidate, best.candidate.amount.unit
    if operation == "share":
        return unit == "percent" and _names_all(sought, candidate.quote, candidate.document.language)
    if operation == "ratio":
        return unit_kind(unit) == "fold" and _names_all(sought, candidate.quote, candidate.document.language)
    text = candidate.document.text[slice(*side(candidate))]
    if operation == "average":
        return bool(_EVERY.search(text))
    return operation == "sum" and _names_all(sought, text, candidate.document.language)


def _names_all(sought: Sequence[Sought], text: str, language: Language) -> bool:
    """Tell whether a text names each operand by the words that the others do not share."""
    common = frozenset.intersection(*(frozenset(word.text for word in one.named.words) for one in sought))
    for one in sought:
        own = [word for word in one.named.words if word.text not in common and word.ways[language]]
        weight = sum(word.weight for word in own)
        if not weight or sum(w.weight for w in own if said_in(text, w.ways[language], language)) < _SAID * weight:
            return False
    return True


def stated_total(operands: Sequence[Operand], total: Decimal) -> Found | None:
    """Return the total that the operands' own sentence states, None where it states none.

    That is a figure of their unit that equals their sum, or one that is said to hold just these parts: 47, of which 6, 14 and 27.
    """
    first = operands[0].candidate
    if any(
        one.candidate.sentence != first.sentence or one.candidate.document.id != first.document.id for one in operands
    ):
        return None
    low, high = first.sentence
    text = first.document.text[low:high]
    taken = {one.candidate.start - low for one in operands}
    unit, counter = operands[0].amount.unit, operands[0].amount.counter
    parts = _PART.search(text)
    for figure in read(text, first.document.language):
        if not isinstance(figure, Quantity) or figure.ordinal or figure.unit != unit or figure.start in taken:
            continue
        if figure.number == total or (
            parts
            and figure.end <= parts.start()
            and _all_parts(text, parts.end(), taken, unit, counter, first.document.language)
        ):
            place = replace(first, start=low + figure.start, end=low + figure.end, amount=figure)
            return replace(operands[0].found, candidate=place)
    return None


def _all_parts(text: str, begin: int, taken: set[int], unit: str, counter: str, language: Language) -> bool:
    """Tell whether the parts named in a sentence from `begin` on are just those that were taken."""
    there = {
        one.start
        for one in read(text, language)
        if isinstance(one, Quantity) and one.unit == unit and one.counter == counter and one.start >= begin
    }
    return there == taken
