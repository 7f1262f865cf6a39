"""Bot stage: a follow-up and the question before it to one whole question."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from bot.turns.antecedent import COUNTING, antecedent
from bot.turns.cues import Cue, bare, fits, found, without
from bot.turns.follow import Message, hide_grammar
from bot.turns.pieces import Piece, Role, content, is_name, pieces
from corpus.document import Language
from corpus.places import covers, placed

_PREPOSITION = re.compile(
    r"^(?:in|on|at|by|for|from|to|with|since|until|before|after|during|of|under|about|between)\s+", re.IGNORECASE
)
_PREPOSITION_BEFORE = re.compile(
    r"\b(?:in|on|at|by|for|from|to|with|since|until|before|after|during|of|under|between)\s+(?:the\s+)?$", re.IGNORECASE
)
_DETERMINER = re.compile(r"^(?:the|a|an|its|their|his|her|those|these|that|this)\s+", re.IGNORECASE)
_DETERMINER_BEFORE = re.compile(r"\b(?:the|a|an|its|their)\s+$", re.IGNORECASE)
_PERSON = re.compile(r"他(?!们)|她(?!们)|\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:its|their|his|her|theirs|hers)\b", re.IGNORECASE)
_ADVERBIAL_ZH = re.compile(
    r"为什么|为何|为啥|什么原因|怎么|如何|咋|什么时候|啥时候|何时|几时|哪一?年|哪一?天|哪一?个?月|几月|几号|什么时间|在哪|哪里|哪儿|何处|什么地方"
)
_DEMONSTRATIVE_ZH = re.compile(r"^(?:这|那)(?:些|几?[个名位家所座趟项笔批次本种条部场件]|两[个名位家所座])$")
_NEARER = 0.05  # cosine by which what is counted goes before another thing, or behind where a certain one is meant
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOWN = re.compile(r"[一-鿿]{2,4}(?P<suffix>[镇乡村团])$")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Hold what rewriting asks of the rest of the bot.

    `alike` returns how near a text is to each of some others; `named` the name that answers a question, "" where
    none does; `translated` words in the other language, "" where unknown; `regions` those of the report that
    answers a question and of another one.
    """

    alike: Callable[[str, Sequence[str]], Sequence[float]]
    named: Callable[[str], str]
    translated: Callable[[str, Language], str]
    regions: Callable[[str, Language], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Topic:
    """Hold what a conversation is about: its last question with a statement of its own, and the phrase for it.

    `last` is the last question at all, which may have asked for another side of it.
    """

    question: str
    about: str
    language: Language
    last: str = ""


def rewritten(said: Message, topic: Topic, knowledge: Knowledge) -> list[str]:
    """Return the whole question that a follow-up means; several where it may mean different things."""
    before, language = topic.question, topic.language
    if said.move == "report":
        return [_elsewhere(topic, knowledge)]
    if said.move in ("asks", "aspect", "swap") and (made := _other_time(said.body, topic)):
        return [made]
    if said.move == "asks":
        return [_asked_otherwise(said.body, topic)]
    if said.move == "swap":
        return _swapped(said, topic, knowledge)
    if said.move == "points":
        return [_filled(said, topic, knowledge)]
    about = _in_language(topic, said.language, knowledge)
    if said.move == "placed":
        return [_placed(said.body, topic, knowledge)]
    if said.move == "subject" and (said.led or _parallel(said.body, about)):
        about = _subject(before, language) or about
    return [_beside(about, said.body, said.language)]


def _elsewhere(topic: Topic, knowledge: Knowledge) -> str:
    """Ask the last question of the other report, by its region."""
    whole = replace(topic, question=topic.last or topic.question)
    own, other = knowledge.regions(topic.question, topic.language)
    if not other:
        return whole.question
    named = [one.text for one in pieces(whole.question, topic.language) if one.role == "place"]
    kin = [one for one in named if one.lower() in own.lower() or own.lower() in one.lower()]
    if kin or not named:
        return _into(other, whole, "place", knowledge)[0]
    return _added(other, whole.question.rstrip(" ?？"), topic.language, "place")


def _in_language(topic: Topic, language: Language, knowledge: Knowledge) -> str:
    """Return what was asked about in the language of a message, as far as its words are known."""
    if language == topic.language:
        return topic.about
    return knowledge.translated(topic.about, topic.language) or topic.about


def _parallel(body: str, about: str) -> bool:
    """Tell whether a Chinese question asks for a thing like the one asked about, or does the same with another.

    培训了多少教师 or 派了多少护士 after 派的教师.
    """
    asks = next((one for one in pieces(body, "zh") if one.role == "asks"), None)
    verb = body[: asks.start].rstrip("了过") if asks else ""
    if verb and f"{verb}的" in about:
        return True
    return any(one.text[-2:] == about[-2:] for one in content(pieces(body, "zh"), "zh"))


def _placed(body: str, topic: Topic, knowledge: Knowledge) -> str:
    """Put the place that a Chinese question begins with into what was asked about."""
    place = next(one for one in pieces(body, "zh") if one.role == "place")
    about = _into(place.text, Topic(topic.about, topic.about, "zh"), "place", knowledge)[0].rstrip("？")
    return _beside(about, body[: place.start] + body[place.end :], "zh")


def _beside(about: str, body: str, language: Language) -> str:
    if not about or about in body:
        return body
    if language == "zh":
        return f"{about}{body}"
    joint = (
        " of "
        if not re.match(
            r"(?:how|when|where|why|who|what|which|was|were|is|are|did|does|do|has|have)\b", body, re.IGNORECASE
        )
        else ", "
    )
    return f"{body}{joint}{about}"


def _subject(before: str, language: Language) -> str:
    """Return what a Chinese question says first: whose doing it asks about."""
    stripped = bare(without("polite", before, language))
    end = 0
    for one in content(pieces(stripped, language), language):
        if stripped[end : one.start].strip("的、和"):
            break
        end = one.end
    return stripped[:end]


def _swapped(said: Message, topic: Topic, knowledge: Knowledge) -> list[str]:
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
        return [_beside(topic.about, body, language)]
    if topic.last and _PREPOSITION.match(body) and {one.role for one in parts} == {"thing"}:
        beside = _beside_last(body, topic)
        return [beside or f"{topic.question.rstrip(' ?')} {body}?"]
    if {one.role for one in parts} == {"place"} and topic.last:
        topic = replace(topic, question=topic.last)
    if len(parts) == 1 or len({one.role for one in parts}) == 1:
        return _into(body, topic, parts[0].role, knowledge)
    whole = [topic.question]
    for one in parts:
        whole = [
            made
            for question in whole
            for made in _into(one.text, Topic(question, topic.about, language), one.role, knowledge)
        ]
    return whole


def _other_time(body: str, topic: Topic) -> str:
    """Return the question for the year before or after, or without its time; "" where that is not asked for."""
    question, language = topic.question.rstrip(" ?？"), topic.language
    time = next((one for one in pieces(question, language) if one.role == "time"), None)
    year = _YEAR.search(time.text) if time else None
    if time is None:
        return ""
    low, high = question[: time.start], question[time.end :]
    if fits("in_all", body, language):
        return f"{_PREPOSITION_BEFORE.sub('', low)}{high}"
    shift = 1 if fits("year_after", body, language) else -1 if fits("year_before", body, language) else 0
    return f"{low}{time.text.replace(year[0], str(int(year[0]) + shift))}{high}" if shift and year else ""


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


def _chinese_fragment(body: str, parts: Sequence[Piece], topic: Topic) -> str:
    """Return the whole of what is no mere name: 在建的, 领军企业几家, 某某镇; "" where it is one."""
    asks = [one for one in pieces(topic.question, "zh") if one.role == "asks"]
    if body.endswith("的") and asks:
        return f"{topic.about}{body}有{asks[0].text}"
    own = next((one for one in pieces(body, "zh") if one.role == "asks"), None)
    if own and parts:
        about = _subject(topic.question, "zh") if own.text not in ("多少", "几") or own.start == 0 else topic.about
        return f"{about or topic.about}{body}"
    town = _TOWN.search(body)
    old = re.search(rf"[一-鿿]{{2}}{town['suffix']}", topic.question) if town else None
    if town and old:
        return f"{topic.question[: old.start()]}{body}{topic.question[old.end() :]}"
    return ""


def _beside_last(body: str, topic: Topic) -> str:
    """Put "under construction" in the place of "in production", where the last question ends so."""
    last = topic.last.rstrip(" ?")
    ends = re.search(r"\b(?:in|under|at|on)\s+[\w-]+$", last, re.IGNORECASE)
    return f"{last[: ends.start()]}{body}?" if ends else ""


def _into(text: str, topic: Topic, role: Role, knowledge: Knowledge) -> list[str]:
    """Put new words in the place of the old ones of the same kind; beside them where there are none."""
    before, language = topic.question, topic.language
    stripped = before.rstrip(" ?？。.")
    parts = content(pieces(stripped, language), language)
    old = [one for one in _of_its_kind(text, parts, role, language) if one.text.lower() != text.lower()]
    if role == "thing":
        text = re.sub(r"^(?:how many|how much|多少|几[个名家]?)\s*", "", text, flags=re.IGNORECASE)
        text = re.sub(r"(?:有)?(?:多少|几)[个名家位座所]?$", "", text)
        if fits("aspects", text.rsplit(maxsplit=1)[-1] if language == "en" else text, language):
            return [_beside(topic.about, text, language)]
    if not old:
        return [_added(text, stripped, language, role)]
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
    near = knowledge.alike(_DETERMINER.sub("", _PREPOSITION.sub("", text)), [one.text for one in old])
    counted = re.search(r"how (?:many|much)\s*$|(?:多少|几)[一-鿿]?$", before[: old[0].start], re.IGNORECASE)
    certain = -1 if re.match(r"(?:the|that|this)\b", text, re.IGNORECASE) else 1
    bonus = [_NEARER * certain if counted and one is old[0] else 0.0 for one in old]
    return max(zip(near, bonus, old, strict=True), key=lambda one: one[0] + one[1])[2]


def _places_meant(text: str, old: Sequence[Piece], before: str, language: Language) -> Sequence[Piece]:
    """Return the places that a new one may stand for: that behind the same preposition, else that of its kin, else all."""
    if len(old) == 1:
        return old
    given = _PREPOSITION.match(text)
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
        if _PREPOSITION.match(text):
            preposition = _PREPOSITION_BEFORE.search(before[:start])
            if preposition:
                start = preposition.start()
            else:
                text = _PREPOSITION.sub("", text)
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


def _added(text: str, before: str, language: Language, role: Role) -> str:
    if language == "zh":
        return f"{text}{before}？"
    if role in ("place", "time") and not _PREPOSITION.match(text):
        text = f"in {text}"
    elif role == "thing" and not _PREPOSITION.match(text):
        text = f"for {text}"
    return f"{before} {text}?"


def _asked_otherwise(body: str, topic: Topic) -> str:
    """Ask with another question word about the same."""
    language = topic.language
    which = re.match(r"(?:of )?which ones?|which$|(?:都)?(?:有)?哪[些几]", body, re.IGNORECASE)
    before = topic.last if which and topic.last else topic.question
    stripped = bare(without("polite", before, language))
    parts = pieces(stripped, language)
    old = next((one for one in parts if one.role == "asks"), None)
    if language == "zh":
        return _asked_otherwise_zh(body, stripped, old, topic.about)
    counting = COUNTING.match(stripped)
    if counting and not re.match(r"how (?:many|much)|what|which", body, re.IGNORECASE):
        noun, aux, rest = counting["noun"], counting["aux"], counting["rest"]
        doing = aux.lower() in ("did", "does", "do", "will", "can")
        return f"{body} {aux} {rest} {noun}?" if doing else f"{body} {aux} the {noun} {rest}?"
    if counting and re.match(r"which ones?|which|what", body, re.IGNORECASE):
        return f"which {counting['noun']} {counting['aux']} {counting['rest']}?"
    if old and not re.match(r"how (?:many|much|long|old|far|big)", old.text, re.IGNORECASE):
        return f"{stripped[: old.start]}{body}{stripped[old.end :]}?"
    return f"{body}: {topic.about}?"


def _asked_otherwise_zh(body: str, before: str, old: Piece | None, about: str) -> str:
    body = re.sub(r"^(?:那|请问|又)", "", body)
    if old is None or not _ADVERBIAL_ZH.search(body):
        return f"{about}{body}"
    if _ADVERBIAL_ZH.search(old.text):
        return f"{before[: old.start]}{body.removeprefix('是')}{before[old.end :]}"
    subject = _subject(before, "zh")
    rest = before[len(subject) : old.start] + before[old.end :]
    return f"{subject}{body}{re.sub('总共|一共|累计', '', rest)}"


def _filled(said: Message, topic: Topic, knowledge: Knowledge) -> str:
    """Put what was asked about in the place of the word that points at it."""
    body, before, about = said.body, topic.question, _in_language(topic, said.language, knowledge)
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
        re.match(r"\s+([a-z][\w-]*)", body[at.end() :]) if at[0].lower() in ("that", "this", "those", "these") else None
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


def _plural(name: str, topic: Topic) -> str:
    """Return what "they" are: what was asked about, or where that is one thing, the many that the question names."""
    things = [one.text for one in pieces(topic.question, topic.language) if one.role == "thing"]
    head = things[0] if things else ""
    if topic.language == "zh" or name.split(",")[0].endswith("s") or head.endswith("s"):
        return name if topic.language == "zh" or head in name else antecedent(topic.question, topic.language)
    return next((f"the {one}" for one in things[1:] if one.endswith("s")), name)


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
