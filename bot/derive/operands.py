"""Bot stage: which figures of the reports are the operands, chosen together."""

from collections.abc import Sequence
from dataclasses import replace

from bot.derive.beside import is_what_is_asked, of_another_place, own_share
from bot.derive.compute import alike
from bot.derive.plan import Operation
from bot.derive.sought import Operand, Sought, common_words, family
from bot.evidence import Candidate
from bot.quantities import Quantity, read
from corpus.document import Span

_LOOKED_AT = 10  # candidates of each operand
_BEAM = 60
_OWN_WORDS = 9.0  # evidence that an operand's own words by its figure are worth
_SAME_SENTENCE = 3.0
_SAME_REPORT = 2.0
_UNLIKE = 7.0  # evidence that figures of different kinds lose
_SAME_KIND = frozenset({"sum", "difference", "ratio", "share", "mean", "maximum", "minimum"})
_AS_LIKELY = 2.0  # evidence that lies between figures of which neither is the likelier
_TOO_NEAR = 1.0
_FEWEST = 3


def together(operation: Operation, sought: Sequence[Sought], *, apart: bool = False) -> list[Operand | None]:
    """Return the figure of each operand so that all fit together best; None where an operand has none.

    Figures of one sentence and of one kind belong together; no figure is taken twice. `apart` asks for figures of different reports.
    """
    beam: list[tuple[float, list[Operand | None]]] = [(0.0, [])]
    for one in sought:
        options = _options(one, sought)
        grown = []
        for total, chosen in beam:
            for worth, option in options:
                joint = _joint(operation, chosen, option, apart=apart)
                if joint is not None:
                    grown.append((total + worth + joint, [*chosen, option]))
            if not options or all(_joint(operation, chosen, option, apart=apart) is None for _, option in options):
                grown.append((total - 20, [*chosen, None]))
        beam = sorted(grown, key=lambda entry: -entry[0])[:_BEAM]
    return beam[0][1]


def _options(one: Sought, sought: Sequence[Sought]) -> list[tuple[float, Operand]]:
    common = common_words(sought)
    found: list[tuple[float, Operand]] = []
    for entry in one.found[: 4 * _LOOKED_AT]:
        candidate = entry.candidate
        amount = candidate.amount
        if not isinstance(amount, Quantity) or amount.ordinal or amount.upper is not None:
            continue
        if entry.dropped and (entry.dropped.startswith("missing") or entry.dropped == "kind"):
            continue
        if one.report and family(candidate.document) != one.report:
            continue
        if one.figure is not None and amount.number != one.figure:
            continue
        if of_another_place(one, sought, candidate):
            continue
        own = 1.0 if one.figure is not None else own_share(one, common, candidate)
        operand = Operand(one.name, entry, own, is_what_is_asked(one, common, candidate))
        found.append((entry.total + _OWN_WORDS * own, operand))
    found.sort(key=lambda option: -option[0])
    return found[:_LOOKED_AT]


def _joint(operation: Operation, chosen: Sequence[Operand | None], option: Operand, *, apart: bool) -> float | None:
    """Return what an option is worth beside those chosen before, None where it can't stand with them."""
    worth = 0.0
    for other in chosen:
        if other is None:
            continue
        one, two = option.candidate, other.candidate
        same_report = family(one.document) == family(two.document)
        if one.document.id == two.document.id and one.start < two.end and two.start < one.end:
            return None
        if apart and same_report:
            return None
        if operation in _SAME_KIND and not alike(option.amount, other.amount):
            worth -= _UNLIKE
        if same_report:
            worth += _SAME_REPORT + (
                _SAME_SENTENCE if (one.document.id, one.sentence) == (two.document.id, two.sentence) else 0.0
            )
    return worth / max(1, len(chosen))


def whole(operand: Operand, sought: Sequence[Sought], taken: Sequence[Operand | None]) -> Operand:
    """Return the figure that holds the most of what an operand may be, where several are as likely: all projects, not some.

    What a question names without more words is all of it.
    """
    one = next(one for one in sought if one.name == operand.name)
    options = _options(one, sought)
    worth = next((worth for worth, option in options if option.candidate is operand.candidate), None)
    there = {_place(other.candidate) for other in taken if other}
    at = _place(operand.candidate)
    if worth is None or one.figure is not None or operand.amount.unit or at in there:
        return operand
    there.add(at)
    near = [
        option
        for value, option in options
        if worth - value < _AS_LIKELY
        and option.own >= operand.own
        and option.candidate.document.id == operand.candidate.document.id
        and _place(option.candidate) not in there
        and (option.amount.unit, option.amount.counter) == (operand.amount.unit, operand.amount.counter)
    ]
    return max([operand, *near], key=lambda option: option.amount.number)


def rivals(operand: Operand, sought: Sequence[Sought], taken: Sequence[Operand | None]) -> list[str]:
    """Return the other figures of the same unit that an operand may as well be, as the report writes them."""
    one = next(one for one in sought if one.name == operand.name)
    options = _options(one, sought)
    worth = next((worth for worth, option in options if option.candidate is operand.candidate), None)
    beside = any(
        other and other is not operand and _place(other.candidate) == _place(operand.candidate) for other in taken
    )
    # Of counts the whole was taken; what stands in one sentence with another operand is meant there.
    if worth is None or one.figure is not None or beside or not operand.amount.unit:
        return []
    numbers = {other.amount.number for other in taken if other}
    return [
        option.candidate.text
        for value, option in options
        if worth - value < _TOO_NEAR
        and option.amount.unit == operand.amount.unit
        and option.amount.number not in numbers
        and option.candidate.sentence != operand.candidate.sentence
    ]


def _place(candidate: Candidate) -> tuple[str, Span]:
    return candidate.document.id, candidate.sentence


def by_elimination(chosen: Sequence[Operand | None], names: Sequence[str]) -> list[Operand | None]:
    """Give the one operand of three or more that was not found the only figure left in the sentence of the others.

    Of 47 projects 6 are made, 14 begun and 27 planned: whatever the question calls the last ones, they are what is left, the
    total of all of them aside.
    """
    there = [one for one in chosen if one]
    if len(chosen) < _FEWEST or len(there) != len(chosen) - 1:
        return list(chosen)
    first = there[0].candidate
    if any((one.candidate.document.id, one.candidate.sentence) != (first.document.id, first.sentence) for one in there):
        return list(chosen)
    low, high = first.sentence
    like = there[0].amount
    alike_figures = [
        one
        for one in read(first.document.text[low:high], first.document.language)
        if isinstance(one, Quantity) and not one.ordinal and (one.unit, one.counter) == (like.unit, like.counter)
    ]
    # Of a range nobody knows what it adds to the others.
    if any(one.upper is not None for one in alike_figures):
        return list(chosen)
    total = sum(one.number for one in alike_figures)
    parts = [one for one in alike_figures if 2 * one.number != total]
    taken = {one.candidate.start - low for one in there}
    left = [one for one in parts if one.start not in taken]
    if len(left) != 1 or len(parts) != len(chosen):
        return list(chosen)
    place = replace(first, start=low + left[0].start, end=low + left[0].end, amount=left[0])
    found = Operand(names[list(chosen).index(None)], replace(there[0].found, candidate=place), 1.0)
    return [one or found for one in chosen]
