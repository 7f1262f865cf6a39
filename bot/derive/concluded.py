"""Bot stage: what operands come to, or what speaks against putting them together."""

import re
from dataclasses import dataclass, field
from typing import Protocol

from bot.asked import Asked, asked
from bot.derive.check import Objection, noted, objection
from bot.derive.compute import Result, compute
from bot.derive.plan import Plan
from bot.derive.sought import Operand, family
from bot.derive.stated import stated_total
from bot.facts import Found
from bot.support import Named
from corpus.document import Language

_TIME = re.compile(r"\d{4}|[今去前]年|半年|第[一二三四五六七八九十]+[期批]|(?:this|last) year|\bhalf\b", re.IGNORECASE)
SETS_AGAINST = frozenset({"difference", "ratio"})


class Traced(Protocol):
    """Hold how a plain question was answered, as `bot.assistant.Trace` does."""

    @property
    def asked(self) -> Asked:
        """Return what it asks for."""
        ...

    @property
    def found(self) -> tuple[Found, ...]:
        """Return candidates, those kept first."""
        ...

    @property
    def named(self) -> Named | None:
        """Return what it names."""
        ...


@dataclass(frozen=True, slots=True)
class Worked:
    """Hold what a question that wants working out came to.

    Either a result with its operands, and the total that the report states where it does; or what speaks against it, with
    what was found (`missing` names the operands that were not). `notes` are to be told beside a result.
    """

    plan: Plan
    operands: tuple[Operand, ...] = ()
    result: Result | None = None
    stated: Found | None = None
    objection: Objection | None = None
    missing: tuple[str, ...] = ()
    notes: tuple[Objection, ...] = field(default=())


def concluded(plan: Plan, operands: tuple[Operand, ...]) -> Worked:
    """Return what operands come to by a plan, or the first reason not to put them together."""
    kinds = asked(plan.wanted[0].question, _language(plan)).kinds
    asks_people = kinds.get("people", 0.0) > kinds.get("visits", 0.0)
    # A question that names the times itself asks for figures of different times.
    over_time = plan.operation != "sum" and bool(plan.wanted) and all(_TIME.search(one.name) for one in plan.wanted)
    # Which is larger, and how many times, is told of two reports though their periods differ, with a note of it; what
    # one has more than the other, or of the other, would not be true of any time.
    reports = {family(one.candidate.document) for one in operands}
    compared = plan.operation in ("maximum", "minimum") or (plan.operation == "ratio" and len(reports) > 1)
    against = objection(plan.operation, operands, asks_people=asks_people, compared=compared or over_time)
    if against:
        return Worked(plan, operands, objection=against)
    try:
        result = compute(plan.operation, [one.amount for one in operands])
    except ZeroDivisionError:
        return Worked(plan, operands, objection=Objection("zero", {"name": operands[1].name}))
    # Figures so near each other that either may be the larger have no difference that a report supports.
    if plan.operation == "difference" and result.winner is None and any(one.amount.approximation for one in operands):
        return Worked(plan, operands, objection=Objection("undecided", {}))
    stated = stated_total(operands, result.number) if plan.operation == "sum" else None
    note = noted(operands) if compared else None
    return Worked(plan, operands, result, stated, notes=(note,) if note else ())


def _language(plan: Plan) -> Language:
    from bot.question import language_of

    return language_of(plan.plain)
