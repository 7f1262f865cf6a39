"""Bot stage: what is divided, and by what, where a question asks for so much of each, read off one sentence."""

import re
from collections.abc import Sequence
from itertools import permutations

from bot.derive.figures import Figure
from bot.derive.telling import OWN, Told, loose, says, unit_worth, weight
from bot.quantities import unit_kind
from bot.quantities.units import by_form

_TELLS = 0.6  # weight of a word that must tell the whole
_LACKING = 0.4
_RANK = 0.15
_AHEAD = 24
_Said = tuple[Figure, list[float]]  # a figure, and what each word of the question is worth by it
_HEAD = 2.0  # what it is worth that the whole is told by the word before "per"


def divided(told: Told, there: Sequence[Sequence[Figure]]) -> tuple[Figure, ...]:
    """Return the whole amount and the figure that it is divided by, () where no sentence states both."""
    each = loose(told.language)["each"].search(told.question)
    if not each:
        return ()
    behind = next((i for i, at in enumerate(told.at) if at >= each.end()), None)
    units = _units_of_each(told, each[0], each.end())
    if behind is None and not units:
        return ()
    best: list[tuple[float, tuple[Figure, ...]]] = []
    for rank, some in enumerate(there):
        said = [(one, [says(one, word) for word in told.words]) for one in some]
        for one, other in permutations(said, 2):
            value = _worth(told, one, other, behind, units, each.start())
            if value is not None:
                value += (one[0].found.candidate.document.language == told.language) - _RANK * rank
                best.append((value, (one[0], other[0])))
    return max(best, key=lambda entry: entry[0])[1] if best else ()


def _worth(
    told: Told, whole_of: _Said, parts_of: _Said, behind: int | None, units: frozenset[str], at: int
) -> float | None:
    """Return what speaks for one figure divided by the other, None where they are not what is asked for."""
    (one, whole), (other, parts) = whole_of, parts_of
    full = [OWN * weight([word]) for word in told.words]
    if units:
        if other.amount.unit not in units or one.amount.unit in units:
            return None
        rest = list(range(len(whole)))
    else:
        if behind is None or parts[behind] < full[behind] or (whole[behind] >= full[behind] and _counted(one)):
            return None
        rest = [i for i in range(len(whole)) if i != behind]
    if told.money != (unit_kind(one.amount.unit) == "money"):
        return None
    asked_unit = unit_worth(told, one)
    differ = one.amount.unit != other.amount.unit
    tells = max((whole[i] for i in rest if whole[i] >= full[i] and (whole[i] > parts[i] or differ)), default=0.0)
    if tells < _TELLS and not (asked_unit and differ):
        return None
    lacking = sum(most for i, most in enumerate(full) if not max(whole[i], parts[i]))
    if lacking > _LACKING * sum(full):
        return None
    heads = [i for i, place in enumerate(told.at) if place < at]
    head = _HEAD if heads and told.language == "en" and whole[heads[-1]] >= full[heads[-1]] else 0.0
    return sum(map(max, whole, parts)) - lacking + asked_unit + tells + head


def _counted(one: Figure) -> bool:
    return unit_kind(one.amount.unit) in ("count", "people", "households", "visits")


def _units_of_each(told: Told, each: str, end: int) -> frozenset[str]:
    """Return the units that the question divides by: per mu, per head."""
    if loose(told.language)["head"].search(each):
        return frozenset({"person", "visit"})
    behind = told.question[end : end + _AHEAD].lower().lstrip()
    for form, unit in by_form(told.language).items():
        if not unit or unit_kind(unit) in ("people", "time", "count"):
            continue
        if told.language == "en" and re.match(rf"{re.escape(form)}\b", behind):
            return frozenset({unit})
        if told.language == "zh" and (behind.startswith(form) or each.endswith(form)) and form not in "位名户次":
            return frozenset({unit})
    return frozenset()
