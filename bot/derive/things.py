"""Bot stage: the figures of the things that a question lists, or names by how many they are."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from bot.derive.figures import Figure
from bot.derive.pairs import fit
from bot.derive.plan import MOST_OPERANDS
from bot.derive.telling import OWN, Told, numbers_in, says, unit_worth, weight
from bot.quantities import unit_kind
from bot.support import Word

_TELLS = 0.8  # weight of words that must tell one figure from the others
_LACKING = 0.4  # share of the question's words that a sentence may lack
_NAMED = 0.45  # share of its words that a thing must be told by
_CLOSE = 0.35
_BESIDE = 1.5  # what it is worth that a figure stands in the sentence of another thing's
_RANK = 0.15


def listed(told: Told, there: Sequence[Sequence[Figure]]) -> tuple[Figure, ...]:
    """Return the figures of one sentence each of which the question tells by a word of its own."""
    best: tuple[float, tuple[Figure, ...]] = (0.0, ())
    for rank, some in enumerate(there):
        for unit in {one.amount.unit for one in some}:
            kin = [one for one in some if one.amount.unit == unit]
            if not 2 <= len(kin) <= MOST_OPERANDS:
                continue
            said, lacking = _said_of(told, kin)
            alone = [0.0] * len(kin)
            for word, row in zip(told.words, said, strict=True):
                most = max(row)
                if most >= OWN * weight([word]) and row.count(most) == 1:
                    alone[row.index(most)] += most
            chosen = tuple(one for one, own in zip(kin, alone, strict=True) if own >= _TELLS)
            if len(chosen) < 2 or lacking > _LACKING * weight(told.words):
                continue
            value = sum(alone) - lacking - _RANK * rank + (chosen[0].found.candidate.document.language == told.language)
            value += sum(unit_worth(told, one) for one in chosen) / len(chosen)
            if value > best[0]:
                best = (value, chosen)
    return best[1]


def of_group(told: Told, there: Sequence[Sequence[Figure]], count: int, stated: set[Decimal]) -> tuple[Figure, ...]:
    """Return the figures of the one sentence that states just so many of what the question names."""
    best: tuple[float, tuple[Figure, ...]] = (0.0, ())
    for rank, some in enumerate(there):
        for unit in {one.amount.unit for one in some}:
            kin = tuple(one for one in some if one.amount.unit == unit)
            if len(kin) != count:
                continue
            said, lacking = _said_of(told, kin)
            of_all = max(
                (min(row) for word, row in zip(told.words, said, strict=True) if min(row) >= OWN * weight([word])),
                default=0.0,
            )
            stands = bool(stated) and stated <= numbers_in(kin[0])
            if (of_all < _TELLS and not stands) or (lacking > _LACKING * weight(told.words) and not stands):
                continue
            value = sum(map(max, said)) + of_all - lacking - _RANK * rank + stands
            if value > best[0]:
                best = (value, kin)
    return best[1]


def _said_of(told: Told, kin: Sequence[Figure]) -> tuple[list[list[float]], float]:
    """Return what each word of the question is worth by each figure, and the weight of those that no figure's sentence says."""
    said = [[says(one, word) for one in kin] for word in told.words]
    return said, sum(weight([word]) for word, row in zip(told.words, said, strict=True) if not max(row))


def by_names(told: Told, names: Sequence[str], there: Sequence[Sequence[Figure]]) -> tuple[Figure, ...]:
    """Return the figure of each thing that a question names, wherever it stands, the surest first; () where one is in doubt."""
    lowered = [name.lower() for name in names]
    rows = {}
    for at, name in enumerate(lowered):
        said = [word for word in told.words if word.text.lower() in name]
        words = [word for word in said if not all(word.text.lower() in other for other in lowered)]
        if words:
            rows[at] = _told_by(told, name, words, there)
    chosen: dict[int, Figure] = {}
    while rows:
        ordered = {at: _beside(row, list(chosen.values())) for at, row in rows.items()}
        at = max(ordered, key=lambda one: _margin(ordered[one]))
        row = ordered[at]
        del rows[at]
        if not row:
            # What names no figure besides those of the others asks, or names one of them again.
            continue
        if _margin(row) < _CLOSE:
            return ()
        chosen[at] = row[0][1]
    found = tuple(chosen[at] for at in sorted(chosen))
    return found if len(found) > 1 and all(fit("sum", *pair) for pair in combinations(found, 2)) else ()


def _told_by(
    told: Told, name: str, words: Sequence[Word], there: Sequence[Sequence[Figure]]
) -> list[tuple[float, Figure]]:
    """Return the figures that the words of a thing tell, with what speaks for each."""
    row = []
    for rank, some in enumerate(there):
        for one in some:
            if "people" in name.split() and unit_kind(one.amount.unit) == "count":
                continue
            said = [says(one, word) for word in words]
            own = sum(value for value, word in zip(said, words, strict=True) if value >= OWN * weight([word]))
            if own >= max(_TELLS, _NAMED * weight(words)):
                near = one.found.candidate.document.language == told.language
                row.append((sum(said) + unit_worth(told, one) + near - _RANK * rank, one))
    return row


def _beside(row: Sequence[tuple[float, Figure]], chosen: Sequence[Figure]) -> list[tuple[float, Figure]]:
    """Return figures by what speaks for them, those of a sentence with others that are chosen before the rest."""
    free = [
        (value + _BESIDE * any(one.place == other.place for other in chosen), one)
        for value, one in row
        if not any(one is other or (one.amount == other.amount and one.is_in_translation(other)) for other in chosen)
    ]
    return sorted(free, key=lambda entry: -entry[0])


def _margin(row: Sequence[tuple[float, Figure]]) -> float:
    """Return by how much the first figure is likelier than another one."""
    if not row:
        return -1.0
    value, one = row[0]
    return value - max((near for near, other in row[1:] if other.amount.number != one.amount.number), default=0.0)
