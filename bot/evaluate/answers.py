"""Evaluate stage: how often answers are right, proved, and refused where they must be."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bot.evaluate.questions import GoldQuestion, RequiredAnswer

_FIRST = 3
_HAN = re.compile(r"[㐀-䶿一-鿿]")
Record = Mapping[str, Any]
FIGURES = ("first three", "first", "proved", "refused", "wrongly refused", "English way")


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


def evaluate_answers(
    answer: Callable[[GoldQuestion], Record],
    gold: Sequence[GoldQuestion],
    *,
    progress: Callable[[str, float], None] | None = None,
) -> list[Judged]:
    """Have each question answered and judge what comes."""
    found = []
    for done, question in enumerate(gold, start=1):
        found.append(judge(question, answer(question)))
        if progress:
            progress("answer", done / len(gold))
    return found


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


def answer_record(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return all figures by language and kind, and the verdict on each question."""
    return {
        "by_language": _grouped(judged, lambda one: one.question.language),
        "by_kind": _grouped(judged, lambda one: f"{one.question.language} {one.question.kind}"),
        "questions": {
            one.question.id: {"refused": one.refused, "among": one.among, "first": one.first, "proved": one.proved}
            for one in judged
        },
    }


def _grouped(judged: Sequence[Judged], key: Callable[[Judged], str]) -> dict[str, dict[str, Any]]:
    keys = sorted({key(one) for one in judged})
    return {
        name: {
            figure: {"share": share, "n": n}
            for figure, (share, n) in answer_figures(one for one in judged if key(one) == name).items()
        }
        for name in keys
    }


def answer_tables(judged: Sequence[Judged]) -> list[Table]:
    """Return the figures as tables, each share with its n."""
    made = []
    record = answer_record(judged)
    for title, name in (("language", "by_language"), ("kind", "by_kind")):
        table = Table(title, *FIGURES)
        for group, figures in record[name].items():
            cells = (f"{figures[f]['share']:.3f} ({figures[f]['n']})" if figures[f]["n"] else "-" for f in FIGURES)
            table.add_row(group, *cells)
        made.append(table)
    return made
