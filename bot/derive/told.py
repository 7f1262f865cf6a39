"""Bot stage: what was worked out, or why not, as an answer: its text, its facts and its record."""

from typing import Any

from bot.answer import Answer, Fact
from bot.cite import attribution
from bot.compose import Composer
from bot.derive.concluded import Worked
from bot.derive.show import formula, tied
from bot.messages import say
from corpus.document import Language


def told(question: str, worked: Worked, composer: Composer) -> Answer:
    """Return the answer that says what was worked out with each operand cited, or what speaks against it."""
    if worked.result is None:
        return _refused(question, worked, composer)
    language, plan, result = composer.language, worked.plan, worked.result
    facts: list[Fact] = []
    lines: list[str] = []
    if worked.stated:
        facts.append(composer.fact(worked.stated))
        lines.append(say("stated_total", language, total=facts[0].display))
    first = len(facts)
    made = [composer.fact(one.found) for one in worked.operands]
    facts += made
    written = formula(plan.operation, worked.operands, result, language)
    numbers = list(dict.fromkeys(number for fact in made for number in fact.citations))
    marks = "".join(f"[{number}]" for number in numbers)
    lines.append(f"{written} {marks}")
    if result.winner is not None and plan.operation in ("maximum", "minimum"):
        lines.append(say(plan.operation, language, name=worked.operands[result.winner].name))
    elif plan.operation in ("maximum", "minimum"):
        lines.append(say("tied" if tied(plan.operation, worked.operands) else "undecided", language))
    elif plan.operation == "difference" and plan.compared:
        # The question asked which is larger, or which is smaller, as well.
        lines.append(_which(worked, result.winner, language))
    elif plan.operation == "difference" and result.winner == 1:
        # The question named the smaller one first, as if it were the larger.
        lines.append(say("maximum", language, name=worked.operands[1].name))
    lines += [say(note.key, language, **note.values) for note in worked.notes]
    if result.rounded:
        lines.append(say("rounded", language))
    lines += _table(worked, made, composer)
    derived: dict[str, Any] = {
        "operation": "comparison"
        if plan.compared and not plan.group and plan.operation != "difference"
        else plan.operation,
        "operands": list(range(first, len(facts))),
        "result": format(result.number.normalize(), "f"),
        "unit": result.unit or None,
        "display": written,
        "approximation": result.approximation,
        "rounded": result.rounded,
        "winner": None if result.winner is None else result.winner + first,
        "stated": 0 if worked.stated else None,
        "notes": [note.key for note in worked.notes],
    }
    return Answer(question, "answered", language, "\n".join(lines), tuple(facts), composer.citations, derived=derived)


def _which(worked: Worked, winner: int | None, language: Language) -> str:
    if winner is None:
        return say("tied", language)
    return say(
        "minimum" if worked.plan.least else "maximum",
        language,
        name=worked.operands[1 - winner if worked.plan.least else winner].name,
    )


def _table(worked: Worked, facts: list[Fact], composer: Composer) -> list[str]:
    """Return a line for each operand, and under it the sentence that states it."""
    lines, quoted = [], set()
    for operand, fact in zip(worked.operands, facts, strict=True):
        candidate = operand.candidate
        colon = "：" if composer.language == "zh" else ": "
        lines.append(f"- {operand.name}{colon}{fact.display} — {attribution(candidate.document, composer.language)}")
        if fact.citations[0] not in quoted:
            quoted.add(fact.citations[0])
            lines.append(f"    {composer.cited_line(candidate.document, candidate.sentence)}")
    return lines


def _refused(question: str, worked: Worked, composer: Composer) -> Answer:
    language = composer.language
    lines = [say("not_worked_out", language)]
    if worked.objection:
        lines.append(say(worked.objection.key, language, **worked.objection.values))
    if worked.missing:
        lines.append(say("operand_missing", language, names=composer.listed([f"“{one}”" for one in worked.missing])))
    if worked.operands:
        lines.append(say("operands_found", language))
        lines += _table(worked, [composer.fact(one.found) for one in worked.operands], composer)
    return Answer(question, "not_found", language, "\n".join(lines), citations=composer.citations)
