"""Reader training: invented report passages, asked in both languages, with what they do not say among the questions."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadQuestionFile
from bot.reader.epochs import Sample
from corpus.document import Language
from corpus.language import detect_language
from index.bridge import Bridge

_HELD_OUT = 0.1
_SPLIT_SEED = 11
_GLOSSED = 0.8  # of the questions in the other language, those with the gloss that the bridge appends


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """Hold a question on an invented passage and where its answer stands; start equals end where there is none."""

    language: Language
    question: str
    text: str
    start: int
    end: int


def load_reports(folder: Path) -> list[list[ReportQuestion]]:
    """Read the passages of a folder's JSON lines, each with its questions.

    A line is `{"title", "text", "qas": [{"lang", "q", "a"}]}`; an answer stands once in its text, null stands for none.

    Raises:
        BadQuestionFile: if there is no such file or a line is not of that form.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                passage = json.loads(line)
                found.append([_question(asked, passage["text"]) for asked in passage["qas"]])
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise BadQuestionFile(f"{path}: not passages with questions: {err!r}") from err
    if not found:
        raise BadQuestionFile(f"{folder}: no .jsonl with passages and questions")
    return found


def _question(asked: dict[str, str | None], text: str) -> ReportQuestion:
    answer = asked["a"] or ""
    if answer and text.count(answer) != 1:
        raise ValueError(f"{answer!r} stands {text.count(answer)} times in its passage, expected once")
    start = text.index(answer) if answer else 0
    language: Language = "en" if asked["lang"] == "en" else "zh"
    return ReportQuestion(language, str(asked["q"]), text, start, start + len(answer))


def split_reports(
    passages: Sequence[list[ReportQuestion]],
) -> tuple[list[list[ReportQuestion]], list[list[ReportQuestion]]]:
    """Return the passages to train on and those held out, one in ten."""
    order = list(range(len(passages)))
    random.Random(_SPLIT_SEED).shuffle(order)  # noqa: S311 - the same split each time
    held = set(order[: round(_HELD_OUT * len(order))])
    return [p for i, p in enumerate(passages) if i not in held], [p for i, p in enumerate(passages) if i in held]


def bridge_for(passages: Sequence[list[ReportQuestion]]) -> Bridge:
    """Return the word bridge for the passages, as an index of them would have it."""
    texts = dict.fromkeys(asked[0].text for asked in passages if asked)
    return Bridge.from_texts([(detect_language(text), text) for text in texts])


def report_samples(passages: Sequence[list[ReportQuestion]], bridge: Bridge, rng: random.Random) -> list[Sample]:
    """Return each question once, most of those in the other language with the gloss that a passage would get."""
    found = []
    for one in (asked for passage in passages for asked in passage):
        question = one.question
        if detect_language(one.text) != one.language and rng.random() < _GLOSSED:
            question = f"{question} {bridge.gloss(question, one.language).for_passage(one.text)}".strip()
        found.append(Sample(question, one.text, one.start, one.end))
    rng.shuffle(found)
    return found
