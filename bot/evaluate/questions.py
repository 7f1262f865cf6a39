"""Evaluate stage: questions with their answers, and what proves one."""

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
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

    def is_of(self, document: str) -> bool:
        """Tell whether a report, by its id, is the one named or a restatement of it, whose id begins with its id."""
        return document == self.report or document.startswith(f"{self.report}-")

    def is_said_in(self, text: str) -> bool:
        """Tell whether a text holds an accepted form."""
        return any(holds(text, form) for form in self.accept)

    def is_proved_by(self, quote: str) -> bool:
        """Tell whether a quote holds one of each set of anchors."""
        return all(any(holds(quote, way) for way in anchor) for anchor in self.anchors)


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
    known: set[str] = set()
    for file in files:
        questions = _read(file)
        twice = known & {question.id for question in questions}
        if twice:
            raise BadQuestionFile(f"{file}: the id {min(twice)!r} stands in another file too")
        known |= {question.id for question in questions}
        ids = sorted(question.id for question in questions)
        random.Random(_SEED).shuffle(ids)  # noqa: S311 - no secret, the same halves each time
        dev = set(ids[: len(ids) // 2])
        chosen += [q for q in questions if half == "all" or (q.id in dev) == (half == "dev")]
    if not chosen:
        raise BadQuestionFile("no questions in " + ", ".join(map(str, files)))
    return chosen


def _read(file: Path) -> list[GoldQuestion]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as err:
        reason = getattr(err, "strerror", None) or "not UTF-8"
        raise BadQuestionFile(f"{file}: can't be read: {reason}") from err
    questions: dict[str, GoldQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as err:
            raise BadQuestionFile(f"{file}, line {number}: not a question with answers: {err!r}") from err
        if question.id in questions:
            raise BadQuestionFile(f"{file}, line {number}: the id {question.id!r} stands twice")
        questions[question.id] = question
    return list(questions.values())


def _question(record: dict[str, Any]) -> GoldQuestion:
    texts = {key: record[key] for key in ("id", "language", "kind", "question")}
    if not all(isinstance(text, str) and text for text in texts.values()):
        raise TypeError("id, language, kind and question must be texts")
    return GoldQuestion(
        **texts,
        history=_texts(record.get("history") or [], "history"),
        answers=tuple(
            RequiredAnswer(
                report=answer["report"],
                accept=_texts(answer["accept"], "accept"),
                anchors=tuple(tuple(anchor.split("|")) for anchor in _texts(answer["anchors"], "anchors")),
            )
            for answer in record["answers"]
        ),
    )


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{name} must be a list of texts")
    return tuple(value)


def proves(answer: RequiredAnswer, document: Document, start: int, end: int, quotes: Sequence[str]) -> bool:
    """Tell whether a passage proves an answer.

    It does when it is of the report (or of a restatement of it, whose id begins with the report's),
    one of its sentences `quotes` holds all anchors, and the passage holds an accepted answer.
    """
    if not answer.is_of(document.id) or not answer.is_said_in(document.text[start:end]):
        return False
    return any(answer.is_proved_by(quote) for quote in quotes)


def holds(text: str, wanted: str) -> bool:
    """Tell whether a text holds another, white space and capitals aside; a figure not as part of a longer one.

    >>> holds("选派教师 1569人", "1569"), holds("11569人", "1569")
    (True, False)
    """
    sought = _squeezed(wanted)
    before = r"(?<!\d)(?<!\d[.,])" if sought[:1].isdigit() else ""
    behind = r"(?!\d)(?![.,]\d)" if sought[-1:].isdigit() else ""
    return bool(sought) and re.search(before + re.escape(sought) + behind, _squeezed(text)) is not None


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d)", "|", text)).lower()
