"""Bot stage: the operands read off the reports: figures whose own words a question says, in its order."""

from collections.abc import Sequence
from decimal import Decimal

from bot.asked import stated_in
from bot.derive.divided import divided
from bot.derive.figures import Figure, figures
from bot.derive.pairs import paired
from bot.derive.plan import Operation
from bot.derive.sought import Operand
from bot.derive.telling import Told, at_home, numbers_in, says
from bot.derive.things import by_names, listed, of_group
from bot.evidence import Candidate
from bot.facts import Found
from bot.quantities import Quantity, read, unit_kind
from bot.saying import said_in
from bot.support import Named

_SEVERAL = 2
_LISTS = frozenset({"sum", "maximum", "minimum", "mean"})


def aligned(
    operation: Operation,
    question: str,
    named: Named,
    found: Sequence[Found],
    names: Sequence[str] = (),
    group: int = 0,
) -> tuple[Operand, ...]:
    """Return the operands that sentences of the reports state as a question names them, () where none fit it all.

    `names` are what the question's things are called, where they were read; `group` is how many it speaks of by their number.
    """
    told = Told.of(question, named)
    if not told.words:
        return ()
    stated = {one.number for one in stated_in(question, told.language)}
    there = _eligible(operation, told, stated, figures(found))
    if group:
        chosen = of_group(told, there, group, stated)
    elif operation == "average":
        chosen = divided(told, there)
    elif operation in _LISTS:
        chosen = _of_list(operation, told, there, names)
    else:
        chosen = paired(operation, told, there, names)
    if not chosen or not _is_asked(told, chosen, stated, names):
        return ()
    return tuple(one.operand for one in chosen)


def _eligible(
    operation: Operation, told: Told, stated: set[Decimal], there: Sequence[Sequence[Figure]]
) -> list[list[Figure]]:
    """Return the figures that may be meant: of a question that states its figures just these, of one on money sums of money."""
    only = told.only if operation != "average" else ""
    return [
        [
            one
            for one in some
            if (len(stated) < _SEVERAL or one.amount.number in stated)
            and (not only or unit_kind(one.amount.unit) == only)
        ]
        for some in there
    ]


def _of_list(
    operation: Operation, told: Told, there: Sequence[Sequence[Figure]], names: Sequence[str]
) -> tuple[Figure, ...]:
    """Return the figures of things that are listed: of one sentence, of each by its name, or of two that a question parts into."""
    things = list(names or told.names())
    chosen = listed(told, there)
    if len(chosen) < len(names) or not chosen:
        chosen = by_names(told, things, there)
    if not chosen and len(things) == _SEVERAL:
        chosen = paired(operation, told, there, things)
    return chosen if all(_is_told(told, piece, chosen) for piece in told.pieces()) else ()


def _is_asked(told: Told, chosen: Sequence[Figure], stated: set[Decimal], names: Sequence[str]) -> bool:
    """Tell whether figures fit what a question states, the places that it names, and whether it speaks of people."""
    if not stated <= {number for one in chosen for number in numbers_in(one)} or not at_home(told, chosen):
        return False
    if len(stated) >= _SEVERAL and {one.amount.number for one in chosen} != stated:
        return False
    people = any("people" in name.split() for name in names)
    return not people or any(unit_kind(one.amount.unit) != "count" for one in chosen)


def is_of_all(candidate: Candidate, question: str, named: Named, names: Sequence[str]) -> bool:
    """Tell whether a sentence's only figure of its kind is said of all the things that a question names."""
    told = Told.of(question, named)
    text, language = candidate.quote, candidate.document.language
    kinds = [unit_kind(one.unit) for one in read(text, language) if isinstance(one, Quantity)]
    amount = candidate.amount
    if not isinstance(amount, Quantity) or unit_kind(amount.unit) != told.only or kinds.count(told.only) != 1:
        return False
    return all(
        any(said_in(text, word.ways[language], language) for word in told.words if word.text.lower() in name.lower())
        for name in names
    )


def _is_told(told: Told, piece: str, chosen: Sequence[Figure]) -> bool:
    """Tell whether something of a piece of the question is said of a figure, where it names anything that the reports say."""
    words = [word for word in told.words if word.text.lower() in piece.lower()]
    return not words or any(says(one, word) for one in chosen for word in words)
