"""Bot stage: figures that a question states itself, and puts together or against each other."""

from collections.abc import Sequence
from itertools import product

from bot.asked import stated_in
from bot.derive.figures import Figure, figures
from bot.derive.sought import Operand
from bot.derive.telling import Told, at_home, says
from bot.facts import Found
from bot.support import Named


def claimed(question: str, named: Named, found: Sequence[Found]) -> tuple[Operand, ...]:
    """Return two figures that a question states and that the reports state in different sentences, () where there are none.

    Of several that are stated alike, those are taken whose sentences say most of the question.
    """
    told = Told.of(question, named)
    stated = stated_in(question, told.language)
    there = [one for some in figures(found) for one in some]
    may = [
        [one for one in there if one.amount.number == said.number and (not said.unit or one.amount.unit == said.unit)]
        for said in stated
    ]
    may = [some for some in may if some]
    if len(may) < 2:
        return ()
    best: tuple[float, tuple[Figure, Figure]] | None = None
    for one, other in product(may[0], may[1]):
        if one.place == other.place or one.is_in_translation(other) or not at_home(told, (one, other)):
            continue
        value = sum(says(each, word) for each in (one, other) for word in told.words)
        if best is None or value > best[0]:
            best = (value, (one, other))
    if best is None:
        return ()
    return tuple(one.operand for one in best[1])
