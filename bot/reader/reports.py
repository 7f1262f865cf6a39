"""Reader training: invented reports, asked in both languages, with what they do not say among the questions."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.errors import BadQuestionFile
from bot.reader.epochs import Sample
from corpus.document import Language
from corpus.language import detect_language
from index.bridge import Bridge

_HELD_OUT = 0.1
_SPLIT_SEED = 11
_GLOSSED = 0.8  # of the questions in the other language, those with the gloss that the bridge appends
_ELSEWHERE = 0.5  # of the answered questions, those read in another passage of their report too, which does not answer


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """Hold a question, its passage and where its answer stands there; start equals end where there is none.

    `others` are the other passages of the report, taken as not answering it.
    """

    language: Language
    question: str
    text: str
    start: int
    end: int
    others: tuple[str, ...] = ()


def load_reports(folder: Path) -> list[list[ReportQuestion]]:
    """Read the reports of a folder's JSON lines, each with its questions.

    A line is a passage, `{"title", "text", "qas": [{"lang", "q", "a"}]}`; lines of one title that follow each other are
    one report. An answer stands once in its text, null stands for none.

    Raises:
        BadQuestionFile: if there is no such file or a line is not of that form.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            found += [_questions(list(passages)) for _, passages in groupby(lines, key=lambda line: line["title"])]
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise BadQuestionFile(f"{path}: not passages with questions: {err!r}") from err
    if not found:
        raise BadQuestionFile(f"{folder}: no .jsonl with passages and questions")
    return found


def _questions(passages: Sequence[dict[str, Any]]) -> list[ReportQuestion]:
    texts = [passage["text"] for passage in passages]
    return [
        _question(asked, text, tuple(other for other in texts if other != text))
        for passage, text in zip(passages, texts, strict=True)
        for asked in passage["qas"]
    ]


def _question(asked: dict[str, str | None], text: str, others: tuple[str, ...]) -> ReportQuestion:
    answer = asked["a"] or ""
    if answer and text.count(answer) != 1:
        raise ValueError(f"{answer!r} stands {text.count(answer)} times in its passage, expected once")
    start = text.index(answer) if answer else 0
    language: Language = "en" if asked["lang"] == "en" else "zh"
    return ReportQuestion(language, str(asked["q"]), text, start, start + len(answer), others)


def split_reports(
    reports: Sequence[list[ReportQuestion]],
) -> tuple[list[list[ReportQuestion]], list[list[ReportQuestion]]]:
    """Return the reports to train on and those held out, one in ten."""
    order = list(range(len(reports)))
    random.Random(_SPLIT_SEED).shuffle(order)  # noqa: S311 - the same split each time
    held = set(order[: round(_HELD_OUT * len(order))])
    return [p for i, p in enumerate(reports) if i not in held], [p for i, p in enumerate(reports) if i in held]


def bridge_for(reports: Sequence[list[ReportQuestion]]) -> Bridge:
    """Return the word bridge for the reports, as an index of them would have it."""
    texts = dict.fromkeys(asked.text for report in reports for asked in report)
    return Bridge.from_texts([(detect_language(text), text) for text in texts])


def report_samples(reports: Sequence[list[ReportQuestion]], bridge: Bridge, rng: random.Random) -> list[Sample]:
    """Return each question once, and half of those that have an answer once more in a passage that has none."""
    found = []
    for one in (asked for report in reports for asked in report):
        found.append(Sample(glossed(one, one.text, bridge, rng), one.text, one.start, one.end))
        if one.others and one.end > one.start and rng.random() < _ELSEWHERE:
            other = rng.choice(one.others)
            found.append(Sample(glossed(one, other, bridge, rng), other, 0, 0))
    rng.shuffle(found)
    return found


def glossed(asked: ReportQuestion, text: str, bridge: Bridge, rng: random.Random) -> str:
    """Return the question, where the text is in the other language mostly with the gloss that a passage would get."""
    if detect_language(text) == asked.language or rng.random() >= _GLOSSED:
        return asked.question
    return f"{asked.question} {bridge.gloss(asked.question, asked.language).for_passage(text)}".strip()
