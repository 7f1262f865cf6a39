"""Bot stage: what a conversation is about, and what is known of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.turns.cues import without_courtesy
from bot.turns.pieces import content, pieces
from corpus.document import Language

_QUESTION = re.compile(r"(?:how|when|where|why|who|what|which|was|were|is|are|did|does|do|has|have)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Hold what rewriting asks of the rest of the bot.

    `alike` returns how near a text is to each of some others; `named` the name that answers a question, "" where
    none does; `translated` words in the other language, "" where unknown; `regions` those of the report that
    answers a question and of another one; `told` the first words that answer a question, "" where it is refused; `sure`
    how likely they do, 0 where it is refused.
    """

    alike: Callable[[str, Sequence[str]], Sequence[float]]
    named: Callable[[str], str]
    translated: Callable[[str, Language], str]
    regions: Callable[[str, Language], tuple[str, str]]
    told: Callable[[str], str]
    sure: Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Topic:
    """Hold what a conversation is about: its last question with a statement of its own, and the phrase for it.

    `last` is the last question at all, which may have asked for another side of it.
    """

    question: str
    about: str
    language: Language
    last: str = ""


def in_language(topic: Topic, language: Language, knowledge: Knowledge) -> str:
    """Return what was asked about in the language of a message, as far as its words are known."""
    if language == topic.language:
        return topic.about
    return knowledge.translated(topic.about, topic.language) or topic.about


def beside(about: str, body: str, language: Language) -> str:
    """Return a question about one side of a thing together with the thing."""
    if not about or about in body:
        return body
    if language == "zh":
        return f"{about}{body}"
    return f"{body}{', ' if _QUESTION.match(body) else ' of '}{about}"


def subject_of(before: str, language: Language) -> str:
    """Return what a Chinese question says first: whose doing it asks about."""
    stripped = without_courtesy(before, language)
    end = 0
    for one in content(pieces(stripped, language), language):
        if stripped[end : one.start].strip("的、和"):
            break
        end = one.end
    return stripped[:end]
