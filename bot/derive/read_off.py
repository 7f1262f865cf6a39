"""Bot stage: questions whose operands are read off the reports, where their wording tells too little."""

import re
from collections.abc import Callable

from bot.asked import stated_in
from bot.derive.aligned import aligned, is_of_all
from bot.derive.check import objection
from bot.derive.claimed import claimed
from bot.derive.concluded import Traced, Worked, concluded
from bot.derive.plan import FIGURES, Operation, Plan, Wanted
from bot.derive.stated import is_share, states
from bot.derive.telling import loose, told_loosely
from corpus.document import Language

_AVERAGE = re.compile(r"\b(?:average|mean|per|apiece|evenly)\b|平均|均摊|人均|折合|摊", re.IGNORECASE)
_SURE = 0.7  # that a share which a report states is the one that is asked for


def read_off(
    plan: Plan | None, question: str, language: Language, trace: Callable[[str], Traced], done: Worked | None
) -> Worked | None:
    """Work out what sentences of the reports tell in the order of the question, however it is put.

    `done` is what the plan came to, which stands where nothing better is read; None where a report answers the question by itself.
    """
    operation = plan.operation if plan else told_loosely(question, language)
    bare = question.strip().rstrip("?？。.!！ ").strip()
    several = len(stated_in(question, language)) > 1
    if (operation is None and not several) or (plan and (plan.everything or plan.of_reports)):
        return done
    traced = trace(plan.plain if plan else bare)
    if traced.named is None:
        return done
    if several and (against := _of_claim(operation or "maximum", bare, traced)):
        return against
    if operation is None:
        return done
    wants = traced.asked.wants
    # "Each" alone, in a question that wants no figure for sure, tells no average.
    unsure = plan is None and operation == "average" and wants == "anything" and not _AVERAGE.search(question)
    if operation in FIGURES and (unsure or wants not in ("quantity", "anything")):
        return done
    best = next((one for one in traced.found if one.dropped is None), None)
    names = [one.name for one in plan.wanted] if plan else []
    if operation == "share" and best and is_share(best) and best.confidence >= _SURE:
        return None
    if operation == "sum" and best and len(names) > 1 and is_of_all(best.candidate, bare, traced.named, names):
        return None
    operands = aligned(operation, bare, traced.named, traced.found, names, plan.group if plan else 0)
    if not operands:
        # What no sentence states for each is not answered by another figure.
        lone = plan is None and operation == "average" and loose(language)["lone"].search(question)
        return Worked(Plan("average", (), bare), missing=(bare,)) if lone and not states(operation, best, ()) else done
    if states(operation, best, ()):
        return done
    compared = operation in ("maximum", "minimum")
    loosely = Plan(operation, tuple(Wanted(one.name, bare) for one in operands), bare, compared=compared)
    found = concluded(loosely, operands)
    # What was understood by a word alone is refused by no figures that may be others.
    return done if found.objection and plan is None else found


def _of_claim(operation: Operation, question: str, traced: Traced) -> Worked | None:
    """Return what speaks against putting figures together that the question states itself, None where nothing does."""
    if traced.named is None or not (operands := claimed(question, traced.named, traced.found)):
        return None
    against = objection(operation, operands, asks_people=False, compared=False)
    plan = Plan(operation, tuple(Wanted(one.name, question) for one in operands), question)
    return Worked(plan, operands, objection=against) if against else None
