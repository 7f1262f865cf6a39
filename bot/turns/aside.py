"""Bot stage: other whole forms of a follow-up, for where the reports do not answer its first one."""

import re
from dataclasses import replace

from bot.turns.follow import Message
from bot.turns.pieces import Piece, asked_in, content, is_name, pieces
from bot.turns.point import filled
from bot.turns.swap import PREPOSITION
from bot.turns.topic import Knowledge, Topic, beside
from corpus.document import Language

_NUMBER_OF = re.compile(r"^(?:the )?(?:number|count|total) of (?:the )?", re.IGNORECASE)
_MAY_STAND_ASIDE = frozenset({"swap", "aspect", "subject"})


def asides(said: Message, topic: Topic, knowledge: Knowledge) -> list[str]:
    """Return a follow-up asked of what the question before was answered with, or of less than that whole question.

    Less is its thing, its place, or nothing: the message by itself. The place that a question named is never dropped:
    the figure of another place would be no answer.
    """
    if said.language != topic.language:
        return []
    return list(dict.fromkeys([*_of_answer(said, topic, knowledge), *_of_less(said, topic)]))


def _of_answer(said: Message, topic: Topic, knowledge: Knowledge) -> list[str]:
    """Return the follow-up asked of the name that the last question was answered with."""
    if said.move not in ("aspect", "subject", "points"):
        return []
    name = knowledge.named(topic.last or topic.question)
    if not name or name in topic.about:
        return []
    if said.move == "points":
        return [filled(said, replace(topic, about=name), knowledge)]
    return [_beside(name, said.body, said)]


def _of_less(said: Message, topic: Topic) -> list[str]:
    language = topic.language
    if said.move not in _MAY_STAND_ASIDE:
        return []
    if said.move == "swap" and (said.led or language == "zh" or PREPOSITION.match(said.body)):
        return []  # "under construction" says which of the things are meant
    own = content(pieces(said.body, language), language)
    if said.move == "swap" and all(one.role in ("place", "time") or is_name(one.text, language) for one in own):
        return []
    before = content(pieces(topic.question, language), language)
    places = [one for one in before if one.role == "place"]
    things = [one for one in before if one.role == "thing"]
    scope = "" if any(one.role == "place" for one in own) else _first(places)
    named = next((one.text for one in things if is_name(one.text, language)), "")
    body = _asking(said)
    placed = "" if said.move == "subject" else _placed(scope, things, language)  # the thing was refused as its subject
    forms = [_beside(one, body, said) for one in (named, scope if own else "", placed) if one]
    if own and not scope:
        forms.append(body)
    return forms


def _first(found: list[Piece]) -> str:
    return found[0].text if found else ""


def _placed(scope: str, things: list[Piece], language: Language) -> str:
    """Return the thing of the question before with its place."""
    if not things:
        return ""
    if not scope:
        return things[0].text
    return f"{scope}{things[0].text}" if language == "zh" else f"{scope} {things[0].text}"


def _asking(said: Message) -> str:
    """Return a fragment as a question: "number of studios" asks how many studios."""
    if said.language == "en" and _NUMBER_OF.match(said.body):
        return _NUMBER_OF.sub("how many ", said.body)
    return said.body


def _beside(about: str, body: str, said: Message) -> str:
    if said.language == "en" and asked_in(pieces(body, "en")) is None:
        return body if about.lower() in body.lower() else f"{body}, {about}"
    return beside(about, body, said.language)
