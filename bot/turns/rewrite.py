"""Bot stage: a follow-up and the question before it to one whole question."""

import re
from dataclasses import replace

from bot.turns.antecedent import COUNTING
from bot.turns.cues import fits, without_courtesy
from bot.turns.follow import Message
from bot.turns.pieces import Piece, asked_in, content, pieces
from bot.turns.point import filled
from bot.turns.swap import PREPOSITION_BEFORE, added, into, swapped
from bot.turns.topic import Knowledge, Topic, beside, in_language, subject_of

_ADVERBIAL_ZH = re.compile(
    r"为什么|为何|为啥|什么原因|怎么|如何|咋|什么时候|啥时候|何时|几时|哪一?年|哪一?天|哪一?个?月|几月|几号|什么时间|在哪|哪里|哪儿|何处|什么地方"
)
_MONEY_EN = re.compile(r"(?:the )?(?:money|funds?|funding)", re.IGNORECASE)
_MONEY_ZH = re.compile("(?:总)?(?:钱|资金|经费|款项)")
_YEAR = re.compile(r"(?:19|20)\d\d")


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
        return swapped(said, topic, knowledge)
    if said.move == "points":
        return [filled(said, topic, knowledge)]
    about = in_language(topic, said.language, knowledge)
    if said.move == "placed":
        return [_placed(said.body, topic, knowledge)]
    if said.move == "subject" and (said.led or _parallel(said.body, about)):
        about = subject_of(before, language) or about
    return [beside(about, _asking_for_money(said.body), said.language)]


def _asking_for_money(body: str) -> str:
    """Return "money" or 资金 alone as the question that it is."""
    if _MONEY_EN.fullmatch(body):
        return "how much money"
    return f"{body}多少" if _MONEY_ZH.fullmatch(body) else body


def _elsewhere(topic: Topic, knowledge: Knowledge) -> str:
    """Ask the last question of the other report, by its region."""
    whole = replace(topic, question=topic.last or topic.question)
    own, other = knowledge.regions(topic.question, topic.language)
    if not other:
        return whole.question
    named = [one.text for one in pieces(whole.question, topic.language) if one.role == "place"]
    kin = [one for one in named if one.lower() in own.lower() or own.lower() in one.lower()]
    if kin or not named:
        return into(other, whole, "place", knowledge)[0]
    return added(other, whole.question.rstrip(" ?？"), topic.language, "place")


def _parallel(body: str, about: str) -> bool:
    """Tell whether a Chinese question asks for a thing like the one asked about, or does the same with another.

    培训了多少教师 or 派了多少护士 after 派的教师.
    """
    asks = asked_in(pieces(body, "zh"))
    verb = body[: asks.start].rstrip("了过") if asks else ""
    if verb and f"{verb}的" in about:
        return True
    return any(one.text[-2:] == about[-2:] for one in content(pieces(body, "zh"), "zh"))


def _placed(body: str, topic: Topic, knowledge: Knowledge) -> str:
    """Put the place that a Chinese question begins with into what was asked about."""
    place = next(one for one in pieces(body, "zh") if one.role == "place")
    about = into(place.text, Topic(topic.about, topic.about, "zh"), "place", knowledge)[0].rstrip("？")
    return beside(about, body[: place.start] + body[place.end :], "zh")


def _other_time(body: str, topic: Topic) -> str:
    """Return the question for the year before or after, or without its time; "" where that is not asked for."""
    question, language = topic.question.rstrip(" ?？"), topic.language
    time = next((one for one in pieces(question, language) if one.role == "time"), None)
    if time is None:
        return ""
    low, high = question[: time.start], question[time.end :]
    if fits("in_all", body, language):
        return f"{PREPOSITION_BEFORE.sub('', low)}{high}"
    shift = 1 if fits("year_after", body, language) else -1 if fits("year_before", body, language) else 0
    year = _YEAR.search(time.text)
    return f"{low}{time.text.replace(year[0], str(int(year[0]) + shift))}{high}" if shift and year else ""


def _asked_otherwise(body: str, topic: Topic) -> str:
    """Ask with another question word about the same."""
    language = topic.language
    which = re.match(r"(?:of )?which ones?|which$|(?:都)?(?:有)?哪[些几]", body, re.IGNORECASE)
    before = topic.last if which and topic.last else topic.question
    stripped = without_courtesy(before, language)
    old = asked_in(pieces(stripped, language))
    if language == "zh":
        return _asked_otherwise_zh(body, stripped, old, topic.about)
    counting = COUNTING.match(stripped)
    if counting and not re.match(r"how (?:many|much)|what|which", body, re.IGNORECASE):
        noun, aux, rest = counting["noun"], counting["aux"], counting["rest"]
        doing = aux.lower() in ("did", "does", "do", "will", "can")
        return f"{body} {aux} {rest} {noun}?" if doing else f"{body} {aux} the {noun} {rest}?"
    if counting and re.match(r"which ones?|which|what", body, re.IGNORECASE):
        return f"which {counting['noun']} {counting['aux']} {counting['rest']}?"
    if which and re.match(r"(?:which|what)\b", stripped, re.IGNORECASE):
        return f"{stripped}?"
    if old and not re.match(r"how (?:many|much|long|old|far|big)", old.text, re.IGNORECASE):
        return f"{stripped[: old.start]}{body}{stripped[old.end :]}?"
    return f"{body}: {topic.about}?"


def _asked_otherwise_zh(body: str, before: str, old: Piece | None, about: str) -> str:
    body = re.sub(r"^(?:那|请问|又)", "", body)
    if old is None or not _ADVERBIAL_ZH.search(body):
        return f"{about}{body}"
    if _ADVERBIAL_ZH.search(old.text):
        return f"{before[: old.start]}{body.removeprefix('是')}{before[old.end :]}"
    subject = subject_of(before, "zh")
    rest = before[len(subject) : old.start] + before[old.end :]
    return f"{subject}{body}{re.sub('总共|一共|累计', '', rest)}"
