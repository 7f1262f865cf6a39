"""Reader training: what is read in one pass over the examples."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.reader.cloze import cloze
from bot.reader.crossing import chinese, english
from bot.reader.examples import Example
from bot.reader.question_words import CHINESE, ENGLISH
from corpus.document import Language
from corpus.segment import words

_WORD = re.compile(r"[A-Za-z]{4,}")
Pool = dict[Language, list[str]]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Set the shares of what an epoch is made of.

    `crossed` questions are put into the other language, `glossed` of them with their gloss. Asked again,
    with something `exchanged` or of a paragraph `elsewhere` in the article, they have no answer. `cloze` is how
    many questions on figures of the paragraphs are added.
    """

    crossed: float = 0.55
    glossed: float = 0.6
    exchanged: float = 0.12
    elsewhere: float = 0.13
    cloze: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold a question as it is read, its paragraph and its answer `context[start:end]`, empty where there is none."""

    question: str
    context: str
    start: int
    end: int


def epoch(examples: Sequence[Example], seed: int, mixture: Mixture) -> list[Sample]:
    """Return each example once, and unanswerable ones made of them, in an order that the seed decides."""
    rng = random.Random(seed)  # noqa: S311 - the same epoch each time
    if mixture.cloze:
        examples = [*examples, *cloze(examples, mixture.cloze, rng)]
    pool = _pool(examples)
    articles: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        articles[one.article].append(one)
    found: list[Sample] = []
    for one in examples:
        found.append(Sample(_asked(one, rng, mixture), one.context, one.start, one.end))
        if not one.answerable:
            continue
        drawn = rng.random()
        if drawn < mixture.exchanged:
            question = _exchanged(one, pool, rng)
            if question:
                asked = _asked(replace(one, question=question), rng, mixture)
                found.append(Sample(asked, one.context, 0, 0))
        elif drawn < mixture.exchanged + mixture.elsewhere:
            answer = one.context[one.start : one.end]
            others = [
                other.context
                for other in articles[one.article]
                if other.context != one.context and answer not in other.context
            ]
            if others:
                found.append(Sample(_asked(one, rng, mixture), rng.choice(others), 0, 0))
    rng.shuffle(found)
    return found


def _asked(one: Example, rng: random.Random, mixture: Mixture) -> str:
    if rng.random() >= mixture.crossed:
        return one.question
    question, gloss = (english if one.language == "zh" else chinese)(one.question, rng)
    return f"{question} {gloss}".strip() if rng.random() < mixture.glossed else question


def _exchanged(one: Example, pool: Pool, rng: random.Random) -> str | None:
    """Exchange a figure or a word that question and paragraph share for one that the paragraph does not have."""
    question = one.question
    figures = list(re.finditer(r"\d{2,}", question))
    if figures and rng.random() < 0.7:
        match = rng.choice(figures)
        figure = str(int(match[0]) + rng.choice([-7, -3, -2, -1, 1, 2, 3, 5, 11])) if len(match[0]) <= 6 else match[0]
        if figure not in one.context and figure != match[0]:
            return question[: match.start()] + figure + question[match.end() :]
    shared = _shared(one)
    if not shared:
        return None
    word = max(shared, key=len) if rng.random() < 0.5 else rng.choice(shared)
    for _ in range(8):
        other = rng.choice(pool[one.language])
        alike = abs(len(other) - len(word)) <= (2 if one.language == "zh" else 4)
        if other not in one.context and other not in question and alike:
            return question.replace(word, other, 1)
    return None


def _pool(examples: Sequence[Example]) -> Pool:
    pool: Pool = {"zh": [], "en": []}
    for one in examples:
        pool[one.language].extend(_shared(one))
    return pool


def _shared(one: Example) -> list[str]:
    """Return the content words that question and paragraph share."""
    read = words(one.question) if one.language == "zh" else _WORD.findall(one.question)
    return [w for w in read if len(w) > 1 and w not in ENGLISH and w.lower() not in CHINESE and w in one.context]
