"""Evaluate stage: how often answers are right, proved, and refused where they must be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.evaluate.gold import GoldQuestion, RequiredAnswer

_FIRST = 3
_HAN = re.compile(r"[㐀-䶿一-鿿]")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what an answer record is worth; None where a figure does not apply.

    `among` tells whether all required answers are among the first three facts (all facts where a list
    is asked for), `first` whether the first fact is the one required answer (no list), `proved` whether the
    citations of the right facts hold all anchors of the proof, `english` whether the right figures are shown
    without Chinese characters in an English answer.
    """

    question: GoldQuestion
    refused: bool
    among: bool | None = None
    first: bool | None = None
    proved: bool | None = None
    english: bool | None = None


def judge(question: GoldQuestion, record: Record) -> Judged:
    """Judge one answer record, as `citewise batch` prints it."""
    facts = record["facts"]
    refused = record["status"] == "not_found"
    if not question.answers:
        return Judged(question, refused)
    reach = facts if question.kind == "list" else facts[:_FIRST]
    right = [[fact for fact in reach if _right(answer, fact, record)] for answer in question.answers]
    among = all(right)
    proved = among and all(
        any(_proves(answer, fact, record) for fact in facts_of)
        for answer, facts_of in zip(question.answers, right, strict=True)
    )
    figures = [fact for facts_of in right for fact in facts_of[:1] if fact["quantity"]]
    return Judged(
        question,
        refused,
        among=among,
        first=bool(facts) and _right(question.answers[0], facts[0], record) if _single(question) else None,
        proved=proved if among else None,
        english=all(not _HAN.search(fact["display"]) for fact in figures)
        if among and figures and record["language"] == "en"
        else None,
    )


def _single(question: GoldQuestion) -> bool:
    return len(question.answers) == 1 and question.kind != "list"


def _right(answer: RequiredAnswer, fact: Mapping[str, Any], record: Record) -> bool:
    """Tell whether a fact is a required answer: of its report, and holding an accepted form."""
    said = [fact["value"], fact["display"]]
    return bool(_cited(answer, fact, record)) and any(map(answer.is_said_in, said))


def _proves(answer: RequiredAnswer, fact: Mapping[str, Any], record: Record) -> bool:
    return any(answer.is_proved_by(citation["quote"]) for citation in _cited(answer, fact, record))


def _cited(answer: RequiredAnswer, fact: Mapping[str, Any], record: Record) -> list[Mapping[str, Any]]:
    return [
        citation
        for citation in record["citations"]
        if citation["number"] in fact["citations"] and answer.is_of(citation["document"])
    ]


def answer_figures(judged: Iterable[Judged]) -> dict[str, tuple[float, int]]:
    """Return each figure with its n: the share of the questions to which it applies."""
    rows = list(judged)
    answerable = [one for one in rows if one.question.answers]
    columns: dict[str, list[bool | None]] = {
        "first three": [one.among for one in answerable],
        "first": [one.first for one in answerable],
        "proved": [one.proved for one in answerable],
        "refused": [one.refused for one in rows if not one.question.answers],
        "wrongly refused": [one.refused for one in answerable],
        "English way": [one.english for one in answerable],
    }
    made = {}
    for name, column in columns.items():
        values = [value for value in column if value is not None]
        made[name] = (sum(values) / len(values) if values else 0.0, len(values))
    return made
