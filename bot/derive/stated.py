"""Bot stage: what a report states by itself, which goes before anything worked out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.derive.beside import side
from bot.derive.plan import Operation
from bot.derive.sought import Operand, Sought
from bot.facts import Found
from bot.quantities import Quantity, read, unit_kind
from bot.saying import said_in
from corpus.document import Language

_EVERY = re.compile(r"均|每|\bper\b|\beach\b|\baverage|\bevery\b", re.IGNORECASE)
_PART = re.compile(r"其中|包括|\bof (?:which|whom|them)\b|\bincluding\b", re.IGNORECASE)
_OPENED = re.compile(r"[^，,；;。：:（）()]{0,30}[：:（(]")
# What goes before a total behind its parts; an English noun before it is that of the last part.
_IN_ALL: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[^，,；;。、]{0,8}[，,；;、]\s*(?:总共|一共|合计|共计|总计|共)(?:有|为|达|是)?\s*"),
    "en": re.compile(
        r"[^,;.]{0,40}(?:[,;]\s*|\s)(?:making|giving|bringing the total to|for)(?: a total of)?\s+", re.IGNORECASE
    ),
}
# What goes before a total that the rest of its sentence shares out: of these 47 projects, 6 ...
_OF = re.compile(r"^\s*(?:[（(]\s*)?(?:这|上述|在这|以上|of (?:these|those|the)\s*|in these\s*)$", re.IGNORECASE)
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


def is_share(best: Found | None) -> bool:
    """Tell whether the best answer to the question as it stands is a share that a report states."""
    amount = best.candidate.amount if best else None
    return isinstance(amount, Quantity) and amount.unit == "percent"


def _names_all(sought: Sequence[Sought], text: str, language: Language) -> bool:
    """Tell whether a text names each operand by the words that the others do not share."""
    # No report's figure is that of two reports.
    if not sought or len({one.report for one in sought if one.report}) > 1:
        return False
    common = frozenset.intersection(*(frozenset(word.text for word in one.named.words) for one in sought))
    for one in sought:
        own = [word for word in one.named.words if word.text not in common and word.ways[language]]
        weight = sum(word.weight for word in own)
        if not weight or sum(w.weight for w in own if said_in(text, w.ways[language], language)) < _SAID * weight:
            return False
    return True


def stated_total(operands: Sequence[Operand], total: Decimal) -> Found | None:
    """Return the total that the operands' own sentence states, None where it states none.

    That is a figure that equals their sum and is counted as they are, and of which the sentence says that it holds just
    these parts, 47, of which 6, 14 and 27, or that they come to it: 66 and 22, 88 in all.
    """
    first = operands[0].candidate
    if any(
        one.candidate.sentence != first.sentence or one.candidate.document.id != first.document.id for one in operands
    ):
        return None
    low, high = first.sentence
    text, language = first.document.text[low:high], first.document.language
    taken = {one.candidate.start - low for one in operands}
    like = [
        one
        for one in read(text, language)
        if isinstance(one, Quantity)
        and not one.ordinal
        and all((one.unit, one.counter) == (other.amount.unit, other.amount.counter) for other in operands)
    ]
    before = [one for one in like if one.end <= min(taken)]
    behind = [one for one in like if one.start > max(taken)]
    ends = max(one.candidate.end for one in operands) - low
    all_parts = {one.start for one in like[len(before) :]} == taken
    opened = bool(before and _OF.search(text[: before[-1].start]))
    holds = before and all_parts and (opened or _holds(text[before[-1].end : min(taken)]))
    if holds:
        figure = before[-1]
    elif behind and not before and _comes_to(text, ends, behind[0], language):
        figure = behind[0]
    else:
        return None
    if figure.number != total or figure.upper is not None:
        return None
    place = replace(first, start=low + figure.start, end=low + figure.end, amount=figure)
    return replace(operands[0].found, candidate=place)


def _holds(between: str) -> bool:
    """Tell whether what stands between a figure and others says that they are its parts."""
    return bool(_PART.search(between) or _OPENED.match(between))


def _comes_to(text: str, begin: int, figure: Quantity, language: Language) -> bool:
    """Tell whether a figure stands behind the parts as their total, and not as that of something else."""
    if not _IN_ALL[language].fullmatch(text[begin : figure.start]):
        return False
    # A Chinese figure that a noun follows may count something else.
    return language == "en" or not re.match(r"\s*[^\s，,；;。、）)]", text[figure.end :])
