"""Bot stage: a message within a conversation to the whole question that it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from bot.question import language_of
from bot.turns.antecedent import antecedent
from bot.turns.aside import asides
from bot.turns.cues import without_courtesy
from bot.turns.follow import Message, Move, begun, halves, message, names_little
from bot.turns.pieces import pieces
from bot.turns.rewrite import rewritten
from bot.turns.talk import small_talk
from bot.turns.topic import Knowledge, Topic, beside
from corpus.document import Language

REMEMBERED = 8

Does = Literal["asks", "more", "source"]


@dataclass(frozen=True, slots=True)
class Understood:
    """Hold what a message means in its conversation.

    `question` is whole; `others` are further readings of the message, where it may mean different things. `does` tells
    whether it asks the question, asks for more of its answers than the `more` times before, or for where they stand.
    `language` is the one that it wants the answer in, where it says so.
    """

    question: str
    does: Does = "asks"
    others: tuple[str, ...] = ()
    more: int = 0
    language: Language | None = None


def understood(said: str, history: Sequence[str], knowledge: Knowledge) -> Understood:
    """Return what a message means after the earlier ones, oldest first; only the last eight count."""
    context: _Context | None = None
    for earlier in history[-REMEMBERED:]:
        if earlier.strip() and not small_talk(earlier, after_question=context is not None):
            context = _after_all(earlier, context, knowledge)
    # What a first question is about matters to the next one alone, and takes a tenth of an answer's time.
    return _after_all(said, context, knowledge).meant if context else Understood(said)


@dataclass(frozen=True, slots=True)
class _Context:
    meant: Understood
    topic: Topic


# One thing that a question ends in: what did she say about the prize?
_CERTAIN = re.compile(r"\bthe (?P<thing>[a-z-]+[^s\W])$")
# Moves that ask for another side of the topic and leave it as it is.
_SURER = 0.15  # confidence by which a question must be answered better with the topic than alone
_SIDES: frozenset[Move] = frozenset({"asks", "aspect", "points"})


def _after_all(said: str, before: _Context | None, knowledge: Knowledge) -> _Context:
    """Return the context after a message, which may hold a fragment and a question about it."""
    if before is None:
        return _after(said, None, knowledge)
    for part in halves(said):
        before = _after(part, before, knowledge)
    return before


def _after(said: str, before: _Context | None, knowledge: Knowledge) -> _Context:
    read = message(said) if before else None
    if before is None or read is None or read.move == "whole":
        leaning = _leaning(read, said, before, knowledge) if before and read else ""
        return _Context(Understood(leaning or said), _topic(leaning or said))
    meant = before.meant
    if read.move == "again":
        return _Context(replace(meant, language=read.spoken), before.topic)
    if read.move in ("more", "source"):
        more = meant.more + (read.move == "more")
        does: Does = "more" if read.move == "more" else "source"
        return _Context(Understood(meant.question, does, more=more), before.topic)
    first, *others = rewritten(read, before.topic, knowledge)
    if not others:
        first = _answerable(read, first, before, knowledge)
    understood_as = Understood(first, others=tuple(others))
    if read.move not in _SIDES:
        return _Context(understood_as, _topic(first))
    return _Context(understood_as, _sided(read, first, before.topic))


def _answerable(read: Message, first: str, before: _Context, knowledge: Knowledge) -> str:
    """Return the first form of a question that the reports answer, the first of all where none is.

    A fragment put in the place of old words stays so where it is refused: another form's figure would be a
    look-alike. Where it is answered as the question before was, it has not been understood.
    """
    others = asides(read, before.topic, knowledge)
    if not others:
        return first
    told = knowledge.told(first)
    if read.move != "swap":
        return first if told else next((one for one in others if knowledge.told(one)), first)
    old = knowledge.told(before.meant.question)
    if not told or not old or (told not in old and old not in told):
        return first
    return next((one for one in others if knowledge.told(one) not in ("", old)), first)


def _leaning(read: Message, said: str, before: _Context, knowledge: Knowledge) -> str:
    """Return a question that names little together with what was asked about, where so it is answered much better.

    One that goes on with "and" is asked so wherever it is answered so.
    """
    if not names_little(read) or read.language != before.topic.language:
        return ""
    whole = beside(before.topic.about, read.body, read.language)
    alone = 0.0 if read.led else knowledge.sure(said)
    needed = alone + _SURER if alone else 0.0
    return whole if whole != read.body and knowledge.sure(whole) > needed else ""


def _topic(question: str) -> Topic:
    language = language_of(question)
    question = without_courtesy(begun(question, language), language)
    return Topic(question, antecedent(question, language), language, question)


def _sided(read: Message, whole: str, topic: Topic) -> Topic:
    """Return the topic after another side of it was asked for: what the message itself counts is the new one."""
    parts = pieces(read.body, read.language)
    counts = any(
        one.role == "asks" and other.role == "thing" and one.end + 1 >= other.start for one, other in pairwise(parts)
    )
    if read.move == "points" and counts and read.language == topic.language:
        return replace(topic, about=antecedent(whole, read.language), last=whole)
    told = _CERTAIN.search(read.body) if read.move == "points" and topic.language == "en" else None
    if told and any(one.role == "thing" and one.text == told["thing"] for one in parts):
        return replace(topic, about=f"the {told['thing']}", last=whole)
    return replace(topic, last=whole)
