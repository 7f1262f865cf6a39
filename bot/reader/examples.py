"""Reader training: public question files in SQuAD's form to examples, and whole articles held out."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BadQuestionFile
from corpus.document import Language
from index.words import fold

# DRCD's paragraphs are Traditional Chinese; CMRC 2018's are Simplified, SQuAD 2.0's English.
FILES: dict[str, Language] = {"drcd_dev": "zh", "drcd_test": "zh", "cmrc2018_trial": "zh", "squad2_dev_part": "en"}
_HELD_OUT = 0.06
_SPLIT_SEED = 7


@dataclass(frozen=True, slots=True)
class Example:
    """Hold a question on a paragraph and where its answer stands; start equals end where there is none."""

    language: Language
    question: str
    context: str
    start: int
    end: int
    article: str
    source: str

    @property
    def answerable(self) -> bool:
        """Tell whether the paragraph answers the question."""
        return self.end > self.start


def load(folder: Path) -> list[Example]:
    """Read the four files of training data.

    Raises:
        BadQuestionFile: if one is missing or no JSON in SQuAD's form.
    """
    found: list[Example] = []
    for name, language in FILES.items():
        path = folder / f"{name}.json"
        try:
            articles = json.loads(path.read_text(encoding="utf-8"))["data"]
            for number, article in enumerate(articles):
                label = f"{name}/{article.get('title') or article.get('id') or number}"
                for paragraph in article["paragraphs"]:
                    found += _examples(paragraph, label, name, language)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
            raise BadQuestionFile(f"{path}: not questions in SQuAD's form: {err!r}") from err
    return found


def _examples(paragraph: dict[str, Any], article: str, source: str, language: Language) -> Iterator[Example]:
    traditional = source.startswith("drcd")
    context = _simplified(paragraph["context"]) if traditional else paragraph["context"]
    for asked in paragraph["qas"]:
        question = _simplified(asked["question"]) if traditional else asked["question"]
        start = end = 0
        if not asked.get("is_impossible") and asked["answers"]:
            text = asked["answers"][0]["text"]
            text = _simplified(text) if traditional else text
            place = _place(context, text, asked["answers"][0]["answer_start"])
            if place is None:
                continue
            start, end = place, place + len(text)
        yield Example(language, question.strip(), context, start, end, article, source)


def _place(context: str, text: str, start: int) -> int | None:
    """Return where an answer stands; some offsets of CMRC's trial file are a few characters off."""
    if context[start : start + len(text)] == text:
        return start
    return min((m.start() for m in re.finditer(re.escape(text), context)), key=lambda at: abs(at - start), default=None)


def _simplified(text: str) -> str:
    """Return Simplified characters, each one for one, so that offsets hold."""
    return "".join(map(_simplified_character, text))


@cache
def _simplified_character(character: str) -> str:
    folded = fold(character) if "㐀" <= character <= "鿿" else character
    return folded if len(folded) == 1 else character


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Return the examples to train on and those of the articles held out, 6 % of each file's."""
    articles: dict[str, set[str]] = defaultdict(set)
    for one in examples:
        articles[one.source].add(one.article)
    held: set[str] = set()
    for source in sorted(articles):
        names = sorted(articles[source])
        random.Random(_SPLIT_SEED).shuffle(names)  # noqa: S311 - the same split each time
        held |= set(names[: max(1, round(_HELD_OUT * len(names)))])
    return [x for x in examples if x.article not in held], [x for x in examples if x.article in held]
