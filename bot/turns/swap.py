"""Bot stage: words of a follow-up in the place of the old ones of their kind."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.turns.cues import bare, fits, without
from bot.turns.follow import Message
from bot.turns.pieces import Piece, Role, asked_in, content, is_name, pieces
from bot.turns.topic import Knowledge, Topic, beside, subject_of
from corpus.document import Language
from corpus.places import covers, placed

PREPOSITION = re.compile(
    r"^(?:in|on|at|by|for|from|to|with|since|until|before|after|during|of|under|about|between)\s+", re.IGNORECASE
)
PREPOSITION_BEFORE = re.compile(
    r"\b(?:in|on|at|by|for|from|to|with|since|until|before|after|during|of|under|between)\s+(?:the\s+)?$", re.IGNORECASE
)
_DETERMINER = re.compile(r"^(?:the|a|an|its|their|his|her|those|these|that|this)\s+", re.IGNORECASE)
_DETERMINER_BEFORE = re.compile(r"\b(?:the|a|an|its|their)\s+$", re.IGNORECASE)
_COUNTED_BY = re.compile(r"(?<!in )(?<!of )(?<!for )how (?:many|much)\s*$|(?:多少|几)[一-鿿]?$", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_NEARER = 0.05  # cosine by which what is counted goes before another thing, or behind where a certain one is meant
_TOWN = re.compile(r"[一-鿿]{2,4}(?P<suffix>[镇乡村团])$")


def swapped(said: Message, topic: Topic, knowledge: Knowledge) -> list[str]:
    """Return the question before with the words of a fragment in the place of the old ones; several where two fit."""
    body, language = said.body, topic.language
    if said.language != language:
        body = knowledge.translated(body, said.language) or body
    shorter = bare(without("named_report", body, language))
    if shorter != body and any(one.role == "place" for one in pieces(shorter, language)):
        body = shorter
    parts = content(pieces(body, language), language)
    made = _chinese_fragment(body, parts, topic) if language == "zh" else _owned(body, parts, topic)
    if made:
        return [made]
    if not parts:
        return [beside(topic.about, body, language)]
    if topic.last and PREPOSITION.match(body) and {one.role for one in parts} == {"thing"}:
        made = _beside_last(body, topic)
        return [made or f"{topic.question.rstrip(' ?')} {body}?"]
    # What was asked last is asked of another place; of another thing too where it counts, in Chinese always: 防护服呢.
    # "And gloves?" goes on with what was asked first.
    counts = language == "zh" or (not said.led and _HOW_MANY.search(topic.last))
    if {one.role for one in parts} <= ({"place", "thing"} if counts else {"place"}) and topic.last:
        topic = replace(topic, question=topic.last)
    if len(parts) == 1 or len({one.role for one in parts}) == 1:
        return into(body, topic, parts[0].role, knowledge)
    whole = [topic.question]
    for one in parts:
        whole = [
            made
            for question in whole
            for made in into(one.text, Topic(question, topic.about, language), one.role, knowledge)
        ]
    return whole


def _chinese_fragment(body: str, parts: Sequence[Piece], topic: Topic) -> str:
    """Return the whole of what is no mere name: 在建的, 领军企业几家, 某某镇; "" where it is one."""
    asks = asked_in(pieces(topic.question, "zh"))
    if (
        body.endswith("的")
        and not any(one.role in ("place", "time") or is_name(one.text, "zh") for one in parts)
        and asks
    ):
        return f"{topic.about}{body}有{asks.text.removeprefix('有')}"
    own = asked_in(pieces(body, "zh"))
    if own and parts:
        about = subject_of(topic.question, "zh") if own.text not in ("多少", "几") or own.start == 0 else topic.about
        return f"{about or topic.about}{body}"
    town = _TOWN.search(body)
    old = re.search(rf"[一-鿿]{{2}}{town['suffix']}", topic.question) if town else None
    if town and old:
        return f"{topic.question[: old.start()]}{body}{topic.question[old.end() :]}"
    return ""


def _owned(body: str, parts: Sequence[Piece], topic: Topic) -> str:
    """Put "Ningbo's doctors" in the place of "Hangzhou's aid", as one thing."""

    def owned(text: str, found: Sequence[Piece]) -> tuple[int, int] | None:
        for one, other in pairwise(found):
            if (one.role, other.role) == ("place", "thing") and text[one.end : other.start] in ("'s ", "’s "):
                return one.start, other.end
        return None

    new = owned(body, parts)
    old = owned(topic.question, pieces(topic.question, "en"))
    if new is None or old is None or len(parts) != 2:
        return ""
    return f"{topic.question[: old[0]]}{body[new[0] : new[1]]}{topic.question[old[1] :]}"


def _beside_last(body: str, topic: Topic) -> str:
    """Put "under construction" in the place of "in production", where the last question ends so."""
    last = topic.last.rstrip(" ?")
    ends = re.search(r"\b(?:in|under|at|on)\s+[\w-]+$", last, re.IGNORECASE)
    return f"{last[: ends.start()]}{body}?" if ends else ""


def into(text: str, topic: Topic, role: Role, knowledge: Knowledge) -> list[str]:
    """Put new words in the place of the old ones of the same kind; beside them where there are none."""
    before, language = topic.question, topic.language
    stripped = before.rstrip(" ?？。.")
    parts = content(pieces(stripped, language), language)
    old = [one for one in _of_its_kind(text, parts, role, language) if one.text.lower() != text.lower()]
    if role == "thing":
        text = re.sub(r"^(?:how many|how much|多少|几[个名家]?)\s*", "", text, flags=re.IGNORECASE)
        text = re.sub(r"(?:有)?(?:多少|几)[个名家位座所]?$", "", text)
        if fits("aspects", text.rsplit(maxsplit=1)[-1] if language == "en" and text.strip() else text, language):
            return [beside(topic.about, text, language)]
    if not old:
        return [added(text, stripped, language, role)]
    if all(one.role == "place" for one in old):
        text = _DETERMINER.sub("", text)
        return [_replaced(text, stripped, one, parts, language) for one in _places_meant(text, old, stripped, language)]
    best = old[0] if len(old) == 1 else _nearest(text, old, stripped, knowledge)
    return [_replaced(text, stripped, best, parts, language)]


def _of_its_kind(text: str, parts: Sequence[Piece], role: Role, language: Language) -> list[Piece]:
    """Return the pieces that new words may stand for: those of their role, names for a name, the rest for the rest."""
    same = [one for one in parts if one.role == role]
    if role == "time":
        return same
    names = [one for one in parts if one.role == "place" or (one.role == "thing" and is_name(one.text, language))]
    if role == "place":
        return same or names
    if is_name(text, language):
        return names or same
    return [one for one in same if one not in names] or same


def _nearest(text: str, old: Sequence[Piece], before: str, knowledge: Knowledge) -> Piece:
    near = knowledge.alike(_DETERMINER.sub("", PREPOSITION.sub("", text)), [one.text for one in old])
    certain = -1 if re.match(r"(?:the|that|this)\b", text, re.IGNORECASE) else 1
    bonus = [_NEARER * certain if _COUNTED_BY.search(before[: one.start]) else 0.0 for one in old]
    return max(zip(near, bonus, old, strict=True), key=lambda one: one[0] + one[1])[2]


def _places_meant(text: str, old: Sequence[Piece], before: str, language: Language) -> Sequence[Piece]:
    """Return the places that a new one may stand for: that behind the same preposition, else that of its kin, else all."""
    if len(old) == 1:
        return old
    given = PREPOSITION.match(text)
    if given:
        same = [one for one in old if re.search(rf"\b{given[0].strip()}\s+$", before[: one.start], re.IGNORECASE)]
        if same:
            return same[:1]
    new = [division for _, group in placed(text, language) for division in group]

    def kin(one: Piece) -> bool:
        there = [division for _, group in placed(one.text, language) for division in group]
        return any(covers(a, b) or covers(b, a) for a in there for b in new)

    related = [one for one in old if kin(one)]
    if related:
        return related[:1]
    if any(new) and len({one.text for one in old}) > 1:
        return old[:2]
    return old[:1]


def _replaced(text: str, before: str, old: Piece, parts: Sequence[Piece], language: Language) -> str:
    start, end = old.start, old.end
    if language == "en":
        if old.role == "thing":
            end = _with_tail(before, old, parts)
        if PREPOSITION.match(text):
            preposition = PREPOSITION_BEFORE.search(before[:start])
            if preposition:
                start = preposition.start()
            else:
                text = PREPOSITION.sub("", text)
        determiner = _DETERMINER_BEFORE.search(before[:start])
        if determiner:
            text = _DETERMINER.sub("", text)
    return before[:start] + text + before[end:] + ("？" if language == "zh" else "?")


def _with_tail(before: str, old: Piece, parts: Sequence[Piece]) -> int:
    """Return the end of a thing with what it is for: the new one is for something else."""
    end = old.end
    for one in parts:
        if one.start >= end and re.fullmatch(
            r"\s+(?:of|for|and)\s+(?:the\s+)?", before[end : one.start], re.IGNORECASE
        ):
            end = one.end
    return end


def added(text: str, before: str, language: Language, role: Role) -> str:
    """Return a question with words beside it that it has no place for."""
    if language == "zh":
        return f"{text}{before}？"
    if role in ("place", "time") and not PREPOSITION.match(text):
        text = f"in {text}"
    elif role == "thing" and not PREPOSITION.match(text):
        text = f"for {text}"
    return f"{before} {text}?"
