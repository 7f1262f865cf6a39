"""Bot stage: what was asked about in the place of a word that points at it."""

import re
from itertools import zip_longest

from bot.turns.antecedent import antecedent
from bot.turns.cues import Cue, fits, found
from bot.turns.follow import Message, hide_grammar
from bot.turns.pieces import Role, content, pieces
from bot.turns.topic import Knowledge, Topic, in_language

_PERSON = re.compile(r"他(?!们)|她(?!们)|\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:its|their|his|her|theirs|hers)\b", re.IGNORECASE)
_DEMONSTRATIVE_ZH = re.compile(
    r"^(?:这|那)(?:些|几?[个名位家所座趟项笔批次本种条部场件]|两[个名位家所座]|样的?|种的?)$"
)


def filled(said: Message, topic: Topic, knowledge: Knowledge) -> str:
    """Put what was asked about in the place of the word that points at it."""
    body, before, about = said.body, topic.question, in_language(topic, said.language, knowledge)
    hidden = hide_grammar(body, said.language)
    roles: tuple[tuple[Cue, Role], ...] = (("points_place", "place"), ("points_time", "time"))
    for cue, role in () if found("points", hidden, said.language) else roles:
        at = found(cue, hidden, said.language)
        if at:
            return f"{body[: at.start()]}{_where(at, body, role, topic, knowledge)}{body[at.end() :]}"
    at = found("points", hidden, said.language)
    if at is None:
        return re.sub(r"^how many(?: of)?", f"how many of {about}", body, count=1, flags=re.IGNORECASE)
    name = (knowledge.named(before) if _PERSON.fullmatch(at[0]) else "") or about
    if re.fullmatch(r"they|them|their|these|those", at[0], re.IGNORECASE):
        name = _plural(name, topic)
    if at[0].lower() == "ones":
        name = name.removeprefix("the ")
    if said.language == "zh":
        return _filled_zh(body, at, name)
    noun = (
        re.match(r"\s+([a-z][\w-]*)", body[at.end() :])
        if at[0].lower() in ("that", "this", "those", "these", "such")
        else None
    )
    if noun and content(pieces(noun[1], "en"), "en") and not noun[1].endswith("ed") and noun[1].lower() in name.lower():
        return f"{body[: at.start()]}{name}{body[at.end() + noun.end() :]}"
    if noun and content(pieces(noun[1], "en"), "en") and _is_noun_phrase(body, at):
        return f"{body[: at.start()]}the {body[at.end() :].lstrip()}, {name}"
    if at[0].lower().startswith("which"):
        return f"which of {name}{body[at.end() :]}"
    own = "'" if name.endswith("s") else "'s"
    return (
        f"{body[: at.start()]}{name}{own if _OWN.fullmatch(at[0]) and at[0].lower() != 'her' else ''}{body[at.end() :]}"
    )


def _where(at: re.Match[str], body: str, role: Role, topic: Topic, knowledge: Knowledge) -> str:
    """Return the place or time that a word points at: the last one named, else the answer, else the thing itself."""
    found_pieces = pieces(topic.question, topic.language)
    named = [
        one.text
        for one, behind in zip_longest(found_pieces, found_pieces[1:])
        if one.role == role and not (behind and behind.role == "thing" and behind.start <= one.end + 1)
    ]
    name = named[-1] if named else knowledge.named(topic.question) or topic.about
    before = body[: at.start()].rstrip().lower()
    bare_word = topic.language == "zh" or before.endswith((" in", " from", " to", " at", " by", " since"))
    return name if bare_word else f"{'in' if named else 'at'} {name}"


def _plural(name: str, topic: Topic) -> str:
    """Return what "they" are: what was asked about, or where that is one thing, the many that the question names."""
    things = [one.text for one in pieces(topic.question, topic.language) if one.role == "thing"]
    head = things[0] if things else ""
    if topic.language == "zh" or name.split(",")[0].endswith("s") or head.endswith("s"):
        return name if topic.language == "zh" or head in name else antecedent(topic.question, topic.language)
    return next((f"the {one}" for one in things[1:] if one.endswith("s")), name)


def _is_noun_phrase(body: str, at: re.Match[str]) -> bool:
    following = pieces(body[at.end() :].lstrip(), "en")
    return bool(following) and following[0].start == 0 and following[0].role == "thing"


def _filled_zh(body: str, at: re.Match[str], name: str) -> str:
    behind = body[at.end() :]
    if at[0] in ("其中", "当中"):
        return f"{body[: at.start()]}{name}中{behind}"
    noun = next((one for one in pieces(behind, "zh") if one.role == "thing" and one.start == 0), None)
    if _DEMONSTRATIVE_ZH.match(at[0]) and noun and not fits("aspects", noun.text, "zh"):
        if name.endswith(noun.text):
            return f"{body[: at.start()]}{name}{behind[noun.end :]}"
        return f"{body[: at.start()]}{name}的{behind}"
    return f"{body[: at.start()]}{name}{behind}"
