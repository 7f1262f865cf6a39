"""Bot stage: from what may answer to what is answered, best first, and why the rest is not."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.asked import Asked
from bot.confidence import Calibration, Signs
from bot.evidence import Candidate
from bot.listing import items
from bot.quantities import Quantity, unit_kind
from bot.support import Named, Support, clause_coverage, own_coverage, support
from corpus.places import mentioned, placed
from index.words import tokens

MOST_FACTS = 3
_MOST_ITEMS = 12
_SUPPORTED = 40  # the best candidates, whose support is looked at
_NO_SUPPORT = Support((), 0.0, ())
_SAME_UNIT = 1.6  # of the figure of another report
_ALIKE, _MOST_ALIKE = 0.8, 2.4  # of the words beside a figure that the figure of another report has too
_ELSEWHERE = 4  # how much farther below the best another report's figure may lie


@dataclass(frozen=True, slots=True)
class Weights:
    """Weigh what speaks for one candidate before another, in units of the reader's evidence.

    `near` is how far below the best sum a second fact may lie, in another report four times as far. Chosen on the
    development questions.
    """

    span: float = 0.32
    sentence: float = 0.79
    passage: float = 1.34
    kind: float = 0.91
    counted: float = 1.65
    coverage: float = 4.63
    clause: float = 4.59
    own: float = 0.35
    near: float = 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """Hold a candidate with the sum of what speaks for it.

    `dropped` says why it is no fact: it lacks something asked for (missing: ...), its confidence is below
    the line (unsure), it is there already (said), its figure is of another kind (kind), another has far
    more evidence (weaker), the question states it itself (told), there are facts enough (enough).
    """

    candidate: Candidate
    total: float
    signs: Signs
    confidence: float
    support: Support
    dropped: str | None = None


def weighed(candidates: Sequence[Candidate], named: Named, weights: Weights, calibration: Calibration) -> list[Found]:
    """Return candidates by the sum of their evidence, best first; those that miss what is asked for are dropped."""
    rough = sorted(
        (one for one in candidates if one.span > -math.inf),
        key=lambda one: (-evidence(Signs.of(named.asked, one, _NO_SUPPORT), weights), one.rank, one.start),
    )
    supports: dict[tuple[str, int, int], Support] = {}
    found = []
    for one in rough[:_SUPPORTED]:
        place = (one.document.id, *one.sentence)
        if place not in supports:
            supports[place] = support(named, one)
        signs = Signs.of(named.asked, one, supports[place], clause_coverage(named, one), own_coverage(named, one))
        dropped = _unfit(named.asked, one, supports[place])
        found.append(
            Found(one, evidence(signs, weights), signs, calibration.confidence(signs), supports[place], dropped)
        )
    found.sort(key=lambda one: (-one.total, one.candidate.rank, one.candidate.start))
    return found


def _unfit(asked: Asked, candidate: Candidate, support: Support) -> str | None:
    if support.missing:
        return f"missing: {', '.join(support.missing)}"
    if isinstance(candidate.amount, Quantity) and candidate.amount.number in asked.stated:
        return "told"
    if asked.names == "place" and _is_stated_place(asked, candidate):
        return "told"
    whole = (candidate.start, candidate.end) == candidate.sentence
    of_kind = (asked.names and not whole) or (asked.kinds and candidate.amount is not None)
    return "kind" if of_kind and not candidate.kind_fit else None


def _is_stated_place(asked: Asked, candidate: Candidate) -> bool:
    """Tell whether a candidate is but a place that the question names itself, and not one of several to choose from."""
    text, language = candidate.text, candidate.document.language
    there = placed(text, language)
    if _CHOICE.search(asked.question) or not there or len(text) - (there[0][0][1] - there[0][0][0]) > 1:
        return False
    return bool(mentioned(text, language) & mentioned(asked.question, asked.language))


_CHOICE = re.compile(r"还是|或者?|\bor\b", re.IGNORECASE)


def evidence(signs: Signs, weights: Weights) -> float:
    """Return the weighted sum of what speaks for a candidate."""
    return (
        weights.span * signs.span
        + weights.sentence * signs.sentence
        + weights.passage * signs.passage
        + weights.kind * signs.kind
        + weights.counted * (signs.counted - signs.uncounted)
        + weights.coverage * signs.coverage
        + weights.clause * signs.clause
        + weights.own * signs.own
    )


def chosen(
    asked: Asked, found: Sequence[Found], weights: Weights, *, refuse_below: float, each: Sequence[str] = ()
) -> list[Found]:
    """Return what is answered, then the rest, each with the reason why it is not.

    Answered are the best candidate, then what other reports say of it, then what is nearly as good. Where
    `each` of several reports is asked about, theirs come before those of the rest.
    """
    kept: list[Found] = []
    rest: list[Found] = []
    first = _first_of_reports(found, refuse_below, each)
    for one in [*first, *(one for one in found if not any(one is other for other in first))]:
        reason = one.dropped or _reason(one, kept, weights, refuse_below, each)
        if reason:
            rest.append(replace(one, dropped=reason))
        else:
            kept.append(one)
    if asked.wants == "list" and kept:
        rest += [replace(one, dropped="weaker") for one in kept[1:]]
        kept = _listed(kept[0])
    return kept + sorted(rest, key=lambda one: -one.total)


def _first_of_reports(found: Sequence[Found], refuse_below: float, each: Sequence[str]) -> list[Found]:
    """Return the best fit candidate of each report, the best one first.

    What another report says of the same thing is told by the words beside its figure as well.
    """
    fit: dict[str, list[Found]] = {}
    for one in found:
        low = refuse_below / 2 if one.candidate.document.id in each else refuse_below
        if one.dropped is None and one.confidence >= low:
            fit.setdefault(one.candidate.document.id, []).append(one)
    if not fit:
        return []
    leading, *others = fit.values()
    best = [leading[0], *(max(group, key=lambda one: one.total + _likeness(one, leading[0])) for group in others)]
    return sorted(best, key=lambda one: one is not best[0] and bool(each) and one.candidate.document.id not in each)


def _likeness(one: Found, other: Found) -> float:
    """Return what it is worth that two figures of different reports have one unit and stand beside the same words."""
    ours, theirs = one.candidate, other.candidate
    if not isinstance(ours.amount, Quantity) or not isinstance(theirs.amount, Quantity):
        return 0.0
    unit = _SAME_UNIT * (unit_kind(ours.amount.unit) == unit_kind(theirs.amount.unit))
    if ours.document.language != theirs.document.language:
        return unit
    return unit + min(_MOST_ALIKE, _ALIKE * len(_beside(ours) & _beside(theirs)))


def _beside(candidate: Candidate) -> frozenset[str]:
    """Return the words beside a figure, between its neighbours."""
    if candidate.own is None:
        return frozenset()
    text = candidate.document.text
    low, high = candidate.own
    beside = text[low : candidate.start] + " " + text[candidate.end : high]
    return frozenset(word for word in tokens(beside) if not word[0].isdigit())


def _reason(
    one: Found, kept: Sequence[Found], weights: Weights, refuse_below: float, each: Sequence[str]
) -> str | None:
    candidate = one.candidate
    # Once it is certain that the question is answered, a report that is asked about needs less.
    if one.confidence < (refuse_below / 2 if kept and candidate.document.id in each else refuse_below):
        return "unsure"
    if not kept:
        return None
    if any(_same(candidate, other.candidate) for other in kept):
        return "said"
    best = kept[0]
    elsewhere = candidate.document.id not in {other.candidate.document.id for other in kept}
    if elsewhere and candidate.document.id in each and len(kept) < MOST_FACTS:
        return None
    if candidate.kind_fit <= best.candidate.kind_fit / 2 and best.candidate.kind_fit and not elsewhere:
        return "kind"
    if one.total < best.total - weights.near * (_ELSEWHERE if elsewhere else 1):
        return "weaker"
    return "enough" if len(kept) == MOST_FACTS else None


def _same(one: Candidate, other: Candidate) -> bool:
    if one.document.id != other.document.id or one.sentence != other.sentence:
        return False
    if one.start < other.end and other.start < one.end:
        return True
    return one.amount is not None and other.amount is not None and one.amount.meaning == other.amount.meaning


def _listed(one: Found) -> list[Found]:
    """Return one entry for each item of the list that a candidate is part of."""
    candidate = one.candidate
    low, high = candidate.sentence
    text = candidate.document.text[low:high]
    spans = items(text, candidate.document.language, (candidate.start - low, candidate.end - low))
    if len(spans) < 2:
        return [one]
    return [
        replace(one, candidate=replace(candidate, start=low + a, end=low + b, amount=None))
        for a, b in spans[:_MOST_ITEMS]
    ]
