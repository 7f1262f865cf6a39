"""Bot stage: answers that are worked out, judged: the result, each operand's citation, what is to be refused."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from corpus.document import Document

Verdict = Literal["right", "wrong", "refused", "plain"]
_ROUNDING = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class DerivedQuestion:
    """Hold a question that wants working out, its operands and its result; `trap` says why none may be given.

    The trap "stated_total" is none for the arithmetic: there the report states the result, which must come first.
    """

    id: str
    language: str
    half: str
    question: str
    operation: str
    operands: tuple[Mapping[str, Any], ...]
    result: Decimal | None
    trap: str | None


def read_derived(paths: Iterable[Path]) -> list[DerivedQuestion]:
    """Read questions from JSON lines."""
    found = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            result = None if row["result"] is None else Decimal(str(row["result"]))
            found.append(
                DerivedQuestion(
                    row["id"],
                    row["language"],
                    row.get("half", ""),
                    row["question"],
                    row["operation"],
                    tuple(row["operands"]),
                    result,
                    row["trap"],
                )
            )
    return found


def judge_derived(question: DerivedQuestion, record: Mapping[str, Any], documents: Mapping[str, Document]) -> Verdict:
    """Tell whether an answer is right: the result within rounding, and every operand cited where the report states it.

    A trap is handled right where nothing is worked out and the answer says why. An answer of single figures, as if
    nothing were to be worked out, is "plain"; it is right only for a stated total.
    """
    facts, derived = record["facts"], record["derived"]
    if question.trap == "stated_total":
        first = Decimal(facts[0]["quantity"]["number"]) if facts and facts[0]["quantity"] else None
        if record["status"] == "not_found":
            return "refused"
        return "right" if first == question.result else "wrong"
    if record["status"] == "not_found":
        return "right" if question.trap else "refused"
    if derived is None:
        return "plain"
    if question.trap:
        return "wrong"
    operands = [facts[i] for i in derived["operands"]]
    quotes = {one["number"]: one for one in record["citations"]}
    proved = len(operands) == len(question.operands) and all(
        any(_proves(fact, gold, quotes, documents) for fact in operands) for gold in question.operands
    )
    return "right" if proved and _result_fits(question, record) else "wrong"


def _result_fits(question: DerivedQuestion, record: Mapping[str, Any]) -> bool:
    derived = record["derived"]
    if question.result is None:
        return False
    result = Decimal(derived["result"])
    if question.operation in {"comparison", "maximum", "minimum"} and derived["winner"] is None:
        return False
    return abs(result - question.result) <= max(_ROUNDING * abs(question.result), Decimal("0.005"))


def _proves(
    fact: Mapping[str, Any],
    gold: Mapping[str, Any],
    quotes: Mapping[int, Mapping[str, Any]],
    documents: Mapping[str, Document],
) -> bool:
    stated = Decimal(str(gold.get("base") or gold["number"]))
    if not fact["quantity"] or Decimal(fact["quantity"]["number"]) != stated:
        return False
    for number in fact["citations"]:
        cited = quotes[number]
        if cited["quote"] in gold["sentence"] or gold["sentence"] in cited["quote"]:
            return True
        # The same report in its other language states it in other words.
        one, other = documents.get(cited["document"]), documents.get(gold["document"])
        if one and other and one.language != other.language:
            return (one.translation_of or one.id) == (other.translation_of or other.id)
    return False


def derived_figures(judged: Sequence[tuple[DerivedQuestion, Verdict]]) -> dict[str, float | int]:
    """Return how many are right, of those answered how many are wrong, and of the traps how many are handled.

    Without traps, a plain answer counts as a wrong one. Of traps, `traps wrong` were worked out all the same.
    """
    true = [verdict for question, verdict in judged if not question.trap]
    traps = [(question, verdict) for question, verdict in judged if question.trap]
    answered = [verdict for verdict in true if verdict != "refused"]
    wrong = sum(verdict != "right" for verdict in answered)
    return {
        "n": len(true),
        "right": round(sum(verdict == "right" for verdict in true) / max(1, len(true)), 3),
        "wrong of answered": round(wrong / max(1, len(answered)), 3),
        "plain": round(sum(verdict == "plain" for verdict in true) / max(1, len(true)), 3),
        "refused": round(sum(verdict == "refused" for verdict in true) / max(1, len(true)), 3),
        "traps": len(traps),
        "traps handled": round(sum(verdict == "right" for _, verdict in traps) / max(1, len(traps)), 3),
        "traps wrong": sum(verdict == "wrong" for _, verdict in traps),
    }
