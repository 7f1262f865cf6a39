"""Evaluate stage: questions with their answers, and what proves one."""

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BadQuestionFile
from corpus.document import Document

_SEED = 20
_HALVES = ("dev", "test", "all")


@dataclass(frozen=True, slots=True)
class RequiredAnswer:
    """Name an answer that must be given: from which report, how it may be said, what its proof holds.

    Each anchor is a set of alternatives; one of each must stand in the sentence that proves the answer.
    """

    report: str
    accept: tuple[str, ...]
    anchors: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """Hold a question with its required answers; it has none where the reports do not say."""

    id: str
    language: str
    kind: str
    question: str
    history: tuple[str, ...]
    answers: tuple[RequiredAnswer, ...]


def read_gold(files: Iterable[Path], *, half: str = "all") -> list[GoldQuestion]:
    """Read question files; of each, `dev` and `test` are the halves that a fixed seed makes.

    Raises:
        BadQuestionFile: if a file can't be read, or a line lacks a part; the line is named.
    """
    if half not in _HALVES:
        raise BadQuestionFile(f"--half must be one of {', '.join(_HALVES)}, found {half!r}")
    chosen: list[GoldQuestion] = []
    for file in files:
        questions = _read(file)
        ids = sorted(question.id for question in questions)
        random.Random(_SEED).shuffle(ids)  # noqa: S311 - no secret, the same halves each time
        dev = set(ids[: len(ids) // 2])
        chosen += [q for q in questions if half == "all" or (q.id in dev) == (half == "dev")]
    if not chosen:
        raise BadQuestionFile("no questions in " + ", ".join(map(str, files)))
    return chosen


def _read(file: Path) -> list[GoldQuestion]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        reason = getattr(err, "strerror", None) or "not UTF-8"
        raise BadQuestionFile(f"{file}: can't be read: {reason}") from err
    questions: dict[str, GoldQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as err:
            raise BadQuestionFile(f"{file}, line {number}: not a question with answers: {err!r}") from err
        if question.id in questions:
            raise BadQuestionFile(f"{file}, line {number}: the id {question.id!r} stands twice")
        questions[question.id] = question
    return list(questions.values())


def _question(record: dict[str, Any]) -> GoldQuestion:
    return GoldQuestion(
        id=str(record["id"]),
        language=str(record["language"]),
        kind=str(record["kind"]),
        question=str(record["question"]),
        history=tuple(map(str, record.get("history") or ())),
        answers=tuple(
            RequiredAnswer(
                report=str(answer["report"]),
                accept=tuple(map(str, answer["accept"])),
                anchors=tuple(tuple(anchor.split("|")) for anchor in answer["anchors"]),
            )
            for answer in record["answers"]
        ),
    )


def proves(answer: RequiredAnswer, document: Document, start: int, end: int, quotes: Sequence[str]) -> bool:
    """Tell whether a passage proves an answer.

    It does when it is of the report (or of a restatement of it, whose id begins with the report's),
    one of its sentences `quotes` holds all anchors, and the passage holds an accepted answer.
    """
    if not (document.id == answer.report or document.id.startswith(f"{answer.report}-")):
        return False
    passage = _squeezed(document.text[start:end])
    if not any(_squeezed(accepted) in passage for accepted in answer.accept):
        return False
    return any(
        all(any(_squeezed(way) in quote for way in anchor) for anchor in answer.anchors)
        for quote in map(_squeezed, quotes)
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()
