"""Bot stage: the two figures that a question sets against each other, told by its words before some place and behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from bot.derive.check import is_part
from bot.derive.compute import alike
from bot.derive.figures import Figure
from bot.derive.plan import Operation
from bot.derive.telling import OWN, Told, says, unit_worth, weight

_TELLS = 0.8  # weight of words that must tell one figure from the other
_LACKING = 0.4  # share of the question's words that the sentences may lack
_LACKING_BESIDE = 0.5  # the same where figures of one sentence are told well
_WELL = 2.0
_TOGETHER = 2.0  # what it is worth that figures stand in one sentence
_ALONE = 0.6  # share of its words that a figure must be told by which stands in another sentence
_PASSED, _PASSED_ON = 0.7, 0.5
_CLOSE, _CLOSE_APART = 0.35, 0.8
_RANK = 0.15


@dataclass(frozen=True, slots=True)
class _Side:
    """Hold a figure with what each word of the question is worth by it, and which of them are its own."""

    figure: Figure
    rank: int
    said: tuple[float, ...]
    own: tuple[bool, ...]

    @property
    def number(self) -> Decimal:
        """Return the number of the figure."""
        return self.figure.amount.number


def paired(
    operation: Operation, told: Told, there: Sequence[Sequence[Figure]], names: Sequence[str] = ()
) -> tuple[Figure, ...]:
    """Return the two figures of which one is told by the words before some place of the question, the other by those behind."""
    sides = [[_side(told, one, rank) for one in some] for rank, some in enumerate(there)]
    cuts, of_all = _cuts(told, names), operation == "share" and told.of_all
    best: list[tuple[float, Figure, Figure]] = []
    for one, other in permutations([side for some in sides for side in some if any(side.own)], 2):
        if not fit(operation, one.figure, other.figure):
            continue
        beside = 0.0
        if one.figure.place == other.figure.place:
            beside = _TOGETHER - _passed_over(
                [side for side in sides[one.rank] if side not in (one, other)], one, other
            )
        for cut in cuts:
            value = _parted(told, one, other, cut, of_all=of_all)
            if value is not None:
                best.append((value + beside, one.figure, other.figure))
    best.sort(key=lambda entry: -entry[0])
    chosen = _only(best)
    if of_all and best:
        # Of what may be the whole, all of it is the most.
        part = min(best[0][1:], key=lambda one: one.amount.number)
        like = [entry[1:] for entry in best if part in entry[1:] and best[0][0] - entry[0] < _CLOSE_APART]
        chosen = max(like, key=lambda pair: max(one.amount.number for one in pair))
    return tuple(sorted(chosen, key=lambda one: one.amount.number)) if operation == "share" else chosen


def _side(told: Told, one: Figure, rank: int) -> _Side:
    said = tuple(says(one, word) for word in told.words)
    own = tuple(value >= OWN * weight([word]) for value, word in zip(said, told.words, strict=True))
    return _Side(one, rank, said, own)


def _parted(told: Told, one: _Side, other: _Side, cut: int, *, of_all: bool) -> float | None:
    """Return what speaks for two figures where the question parts before a word, None where they are not told by it."""
    whole = [weight([word]) for word in told.words]
    same = one.figure.place == other.figure.place
    tells = sum(one.said[i] for i in range(cut) if one.said[i] > other.said[i] and one.own[i])
    other_tells = sum(other.said[i] for i in range(cut, len(whole)) if other.said[i] > one.said[i] and other.own[i])
    alone = _told_alone(whole[:cut], one.own[:cut]), _told_alone(whole[cut:], other.own[cut:])
    told_first, told_second = tells >= _TELLS, other_tells >= _TELLS
    if of_all:
        first_is_whole = one.number > other.number
        part, larger = (other, one) if first_is_whole else (one, other)
        there = slice(cut, None) if first_is_whole else slice(0, cut)
        if _says_part(whole[there], part.own[there], larger.own[there]):
            return None
        told_first, told_second = (
            told_first or (first_is_whole and alone[0]),
            told_second or (not first_is_whole and alone[1]),
        )
    if not (told_first and told_second and (same or all(alone))):
        return None
    lacking = sum(most for i, most in enumerate(whole) if not (one.said[i] if i < cut else other.said[i]))
    if lacking > (_LACKING_BESIDE if same and min(tells, other_tells) >= _WELL else _LACKING) * sum(whole):
        return None
    value = sum(one.said[:cut]) + sum(other.said[cut:]) - lacking
    value += unit_worth(told, one.figure) + unit_worth(told, other.figure)
    return value + (one.figure.found.candidate.document.language == told.language) - _RANK * (one.rank + other.rank)


def _cuts(told: Told, names: Sequence[str]) -> list[int]:
    """Return where the question may part into its two things; those that are named stay whole."""
    every = list(range(1, len(told.words)))
    if len(names) != 2:
        return every
    texts, (one, other) = [word.text.lower() for word in told.words], [name.lower() for name in names]
    first = [i for i, text in enumerate(texts) if text in one and text not in other]
    second = [i for i, text in enumerate(texts) if text in other and text not in one]
    if not first or not second:
        return every
    return [cut for cut in every if max(first) < cut <= min(second) or max(second) < cut <= min(first)] or every


def _says_part(whole: Sequence[float], part: Sequence[bool], larger: Sequence[bool]) -> bool:
    """Tell whether a figure says the most telling word of what would be a part of it: then it is no whole, but its like."""
    told = [(most, there) for most, there, said in zip(whole, larger, part, strict=True) if said]
    return bool(told) and max(told)[1]


def _only(best: Sequence[tuple[float, Figure, Figure]]) -> tuple[Figure, ...]:
    """Return the best pair, () where another is as likely."""
    if not best:
        return ()
    value, one, other = best[0]
    numbers = {one.amount.number, other.amount.number}
    close = _CLOSE if one.place == other.place else _CLOSE_APART
    for near, a, b in best[1:]:
        if value - near < close and {a.amount.number, b.amount.number} != numbers:
            return ()
    return one, other


def _passed_over(others: Sequence[_Side], one: _Side, other: _Side) -> float:
    """Return the weight of the words that tell other figures of the sentence, and none of the two chosen."""
    passed = 0.0
    for i in range(len(one.said)):
        there = max([side.said[i] for side in others if side.own[i]], default=0.0)
        if max(one.said[i], other.said[i]) < _PASSED_ON * there:
            passed += _PASSED * there
    return passed


def _told_alone(whole: Sequence[float], own: Sequence[bool]) -> bool:
    return sum(most for most, there in zip(whole, own, strict=True) if there) >= _ALONE * sum(whole)


def fit(operation: Operation, one: Figure, other: Figure) -> bool:
    """Tell whether two figures can be put together at all: no figure twice, none with its translation, units alike."""
    a, b = one.found.candidate, other.found.candidate
    if one.is_in_translation(other):
        return False
    if a.document.id == b.document.id and a.start == b.start:
        return False
    if operation == "share" and (one.amount.number == other.amount.number or is_part(a, b) or is_part(b, a)):
        return one.amount.number != other.amount.number
    return alike(one.amount, other.amount)
