"""Bot stage: what an earlier answer left: further facts, and where its facts stand."""

from collections.abc import Sequence
from dataclasses import replace

from bot.facts import Found

EACH_TIME = 3  # further facts in one answer
_FURTHER = frozenset({"enough", "weaker", "unsure"})


def further(found: Sequence[Found], times: int, *, refuse_below: float) -> list[Found]:
    """Return what was found for a question so that its next facts are kept, those that were shown are not.

    `times` counts how often more was asked for, from 1. A fact needs half the confidence that a first one does.
    """
    fit = [
        one
        for one in found
        if one.dropped in _FURTHER and one.confidence >= refuse_below / 2 and not _shown(one, found)
    ]
    fit = list({(one.candidate.document.id, one.candidate.sentence): one for one in reversed(fit)}.values())[::-1]
    chosen = fit[(times - 1) * EACH_TIME : times * EACH_TIME]
    return [
        replace(one, dropped=None)
        if any(one is other for other in chosen)
        else replace(one, dropped=one.dropped or "said")
        for one in [*chosen, *(one for one in found if not any(one is other for other in chosen))]
    ]


def _shown(one: Found, found: Sequence[Found]) -> bool:
    """Tell whether a fact that was shown says the same."""
    return any(
        other.dropped is None
        and other.candidate.document.id == one.candidate.document.id
        and (other.candidate.sentence == one.candidate.sentence or other.candidate.text == one.candidate.text)
        for other in found
    )
