"""Bot stage: whether figures may be put together: unit, kind, period, scope, overlap."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.cite import years
from bot.derive.compute import alike, in_one_unit
from bot.derive.periods import Period, differ, period_of
from bot.derive.plan import Operation
from bot.derive.sought import Operand, kind
from bot.evidence import Candidate
from bot.quantities import Quantity, unit_kind
from corpus.document import Document
from corpus.places import covers, mentioned

# A part of what was named before it.
_PART = re.compile(
    r"其中|当中|里面|包括|包含|\bof (?:which|whom|them|these)\b|\bincluding\b|\bamong (?:them|which|these)\b",
    re.IGNORECASE,
)
# What reaches people, who may be the same each time.
_REACHES = re.compile(r"覆盖|惠及|带动|受益|服务|辐射|吸引|\b(?:cover|reach|benefit|serve|help)\w*", re.IGNORECASE)
_NAME = re.compile(r"[“「《]([^”」》]{2,40})[”」》]")
_COUNTED = frozenset({"count", "people", "households"})
_PEOPLE = frozenset({"people", "households"})
_ADDS = frozenset({"sum"})
# What is told of something else cannot be added up: growth, or shares of wholes that differ.
_RATES = frozenset({"share", "fold", "temperature", "age"})
_NO_RATES = frozenset({"sum", "share", "average", "mean"})
_NEEDS_ONE_UNIT = frozenset({"sum", "difference", "ratio", "share", "mean", "maximum", "minimum"})


@dataclass(frozen=True, slots=True)
class Objection:
    """Say why figures are not put together: a key of `bot.messages`, and what its words need."""

    key: str
    values: Mapping[str, str]


def objection(
    operation: Operation, operands: Sequence[Operand], *, asks_people: bool, compared: bool
) -> Objection | None:
    """Return the first reason not to put figures together, None where nothing speaks against it."""
    pairs = list(combinations(operands, 2))
    against = [_span(one) for one in operands] + [_units(operation, *pair) for pair in pairs]
    if operation in _NO_RATES and any(kind(one) in _RATES for one in operands):
        against.append(Objection("rates", {}))
    if operation == "share" and _is_larger(*operands):
        against.append(Objection("no_part", {"one": operands[0].candidate.text, "other": operands[1].candidate.text}))
    if asks_people and operation != "average" and any(kind(one) == "visits" for one in operands):
        against.append(Objection("visits", {}))
    if operation in _ADDS:
        against += [_overlap(*pair) for pair in pairs]
    if not compared:
        against += [_periods("periods", *pair) for pair in pairs]
    return next(filter(None, against), None)


def noted(operands: Sequence[Operand]) -> Objection | None:
    """Return what is to be told beside a comparison: that the periods are not the same."""
    return next(filter(None, (_periods("periods_note", *pair) for pair in combinations(operands, 2))), None)


def _periods(key: str, one: Operand, other: Operand) -> Objection | None:
    written = _apart(one, other)
    if written is None:
        return None
    return Objection(key, {"one": one.name, "first": written[0], "other": other.name, "second": written[1]})


def _span(one: Operand) -> Objection | None:
    return None if one.amount.upper is None else Objection("span", {"name": one.name, "figure": one.candidate.text})


def _is_larger(one: Operand, other: Operand) -> bool:
    if not alike(one.amount, other.amount):
        return False
    first, second = in_one_unit([one.amount, other.amount])
    return first > second


def _units(operation: Operation, one: Operand, other: Operand) -> Objection | None:
    if operation not in _NEEDS_ONE_UNIT or alike(one.amount, other.amount):
        return None
    if operation == "share" and is_part(one.candidate, other.candidate):
        return None
    both = {kind(one), kind(other)}
    if "visits" in both and both & _PEOPLE:
        return Objection("visits", {})
    return Objection("units", {"one": one.candidate.text, "other": other.candidate.text})


def is_part(part: Candidate, whole: Candidate) -> bool:
    """Tell whether a sentence says itself that one figure is of the figure before it: 900 posts, of which 40 people."""
    if (part.document.id, part.sentence) != (whole.document.id, whole.sentence) or whole.end > part.start:
        return False
    both = [one.amount for one in (part, whole) if isinstance(one.amount, Quantity)]
    counted = all(unit_kind(one.unit) in _COUNTED for one in both)
    return counted and bool(_PART.search(part.document.text[whole.end : part.start]))


def _overlap(one: Operand, other: Operand) -> Objection | None:
    """Object to a sum of what may hold the same twice."""
    first, second = sorted((one, other), key=lambda operand: operand.candidate.start)
    a, b = first.candidate, second.candidate
    values = {"one": one.name, "other": other.name}
    if a.document.id != b.document.id:
        return Objection("scopes", values) if _contains(a.document, b.document) else None
    if a.sentence == b.sentence:
        between = a.document.text[a.end : b.start]
        before = a.document.text[a.sentence[0] : a.start]
        # What stands behind "of which" is part of the figure before it, and not of its own like.
        if _PART.search(between) and not _PART.search(before):
            return Objection("overlap", values)
        reached = _REACHES.search(between) or _REACHES.search(a.document.text[b.end : b.end + 4])
        return Objection("overlap", values) if kind(one) in _PEOPLE and kind(other) in _PEOPLE and reached else None
    if kind(one) in _PEOPLE and kind(other) in _PEOPLE:
        return Objection("overlap", values)
    # Of one programme, what was sold by it in all may hold what was sold by it to some.
    measured = kind(one) not in ("count", "money") and _quoted(a) & _quoted(b)
    return Objection("overlap", values) if measured else None


def _quoted(candidate: Candidate) -> set[str]:
    """Return the names that a sentence has in quotation marks."""
    return set(_NAME.findall(candidate.quote))


def _contains(one: Document, other: Document) -> bool:
    """Tell whether the region of one report lies within that of the other, or is the same."""
    first, second = (mentioned(document.region or "", document.language) for document in (one, other))
    return not first or not second or any(covers(a, b) or covers(b, a) for a in first for b in second)


def _apart(one: Operand, other: Operand) -> tuple[str, str] | None:
    """Return the periods of two figures as they are written where they are not the same, None where they may be."""
    a, b = one.candidate, other.candidate
    first = period_of(a.document, a.sentence, a.start)
    second = period_of(b.document, b.sentence, b.start)
    if a.document.id != b.document.id:
        if first.dates is not None and first.dates == second.dates:
            return None
        if a.document.period == b.document.period and not differ(first, second):
            return None
    elif not differ(first, second):
        return None
    return _written(a.document, first), _written(b.document, second)


def _written(document: Document, period: Period) -> str:
    return period.written or years(document.period) or document.title
