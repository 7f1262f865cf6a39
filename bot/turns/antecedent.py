"""Bot stage: what a question is about, as a phrase that a later question can take up."""

import re
from functools import cache

from bot.turns.cues import fits, without_courtesy
from bot.turns.pieces import Piece, asked_in, is_name, pieces
from corpus.data.lists import irregular_verbs
from corpus.document import Language
from corpus.segment import tagged

_LEADING_ZH = re.compile(
    r"^(?:请问|那(?![个座家部场条趟份所位些])么?|还有|另外|其中|是|在|有|被|由|对|把|关于|所有|全部|一共|总共|累计|共|都|[，,])+"
)
_TRAILING_ZH = re.compile(
    r"(?:总共|一共|累计|共计|总计|共|都|就|还|又|一直|大概|大约|到底|究竟|主要|分别|是|在|有|为|由|被|到|给|去|来|从|叫|占|用|达|向|了|过|的|得|于|至|[，,])+$"
)
_COUNTED_ZH = re.compile(
    r"^(?:的)?(?P<noun>[一-鿿A-Za-z“”《》]+?)(?=去|来(?!自)|到|给|在|从|被|参加|参与|受|获|得|[，,？?。]|$)"
)
_MARKS = (("“", "”"), ("《", "》"), ("「", "」"))
_SIDE_ZH = re.compile(r"什么|啥|哪[一个种份条]?$")
_AT_ZH = re.compile(r"[在从由被给向跟]$")
_COUNTS = re.compile(r"(?:[少名位个家所座条台项户只件本册场次间处棵株批期届支门种款套艘辆头部趟份几些吨亩]|什么|啥)$")
COUNTING = re.compile(
    r"^how (?:many|much)\s+(?P<noun>(?:(?!\b(?:did|does|do)\b).)+?)\s+"
    r"(?P<aux>did|does|do|were|was|are|is|have been|has been|have|has|had|will|can)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_UNIT_OF = re.compile(
    r"^(?:tonnes|tons|kilos|kilograms|sets|pieces|copies|volumes|mu|hectares|boxes|bags) of ", re.IGNORECASE
)
_ASKED_FOR_EN = re.compile(r"(?:which|what|who)\b(?!.{0,60}\b(?:did|does|do|will|can|has|have|had)\b)", re.IGNORECASE)
_CERTAIN_EN = re.compile(r"\bthe\s+$", re.IGNORECASE)
_BE_EN = re.compile(r"^(?:which|what|who)\b.*?\b(?:is|are|was|were)\b", re.IGNORECASE)
_IN_ALL = re.compile(r"\s+(?:in total|altogether|overall|so far|in all)$", re.IGNORECASE)
_OF_EN = re.compile(r"\s+(?:of|for)\s+(?:the\s+|a\s+|an\s+)?$", re.IGNORECASE)
_BEFORE_EN = re.compile(r"\b(in|from|to|at|by|for|of|with)\s+(?:the\s+)?$", re.IGNORECASE)


def antecedent(question: str, language: Language) -> str:
    """Return what a question is about, as a phrase.

    >>> antecedent("杭州派了多少教师？", "zh"), antecedent("这座桥是什么时候建成的？", "zh")
    ('杭州派的教师', '这座桥')
    >>> antecedent("how many teachers were sent to Wensu?", "en")
    'the teachers sent to Wensu'
    """
    stripped = without_courtesy(question, language)
    found = pieces(stripped, language)
    if language == "en":
        return _english(stripped, found)
    about = _chinese(stripped, found)
    return about + "".join(closer for opener, closer in _MARKS if about.count(opener) > about.count(closer))


def _chinese(question: str, found: tuple[Piece, ...]) -> str:
    asks = asked_in(found)
    if asks is None:
        return _LEADING_ZH.sub("", question)
    before = _TRAILING_ZH.sub("", question[: asks.start])
    after = question[asks.end :]
    counted = _COUNTED_ZH.match(after) if _COUNTS.search(asks.text) else None
    noun = _TRAILING_ZH.sub("", counted["noun"]) if counted else ""
    subject = _subject(question, asks, found) if counted else ""
    if subject:
        return subject
    if noun and (noun == "人" or not fits("aspects", noun, "zh")):
        before = _LEADING_ZH.sub("", before)
        return f"{before}的{noun}" if before else noun
    named = [one for one in found if one.role in ("thing", "place")]
    if any(one.end <= asks.start for one in named):
        return _LEADING_ZH.sub("", _without_verbs(question, asks.start))
    thing = next((one for one in named if one.start >= asks.end), None)
    return _TRAILING_ZH.sub("", question[thing.start :] if thing else _LEADING_ZH.sub("", after))


def _subject(question: str, asks: Piece, found: tuple[Piece, ...]) -> str:
    """Return whose place or side is asked for: the train of 班列在哪个园区始发, the centre of 中心列进了什么规划."""
    if not _SIDE_ZH.search(asks.text) and not _AT_ZH.search(question[: asks.start]):
        return ""
    things = [
        one for one in found if one.role == "thing" and one.end <= asks.start and not fits("aspects", one.text, "zh")
    ]
    return _LEADING_ZH.sub("", _without_verbs(question, asks.start)) if things else ""


def _without_verbs(question: str, end: int) -> str:
    """Return the beginning of a Chinese question without the verbs, times and sides of a thing that it ends in."""
    words, position = [], 0
    for word, tag in tagged(question):
        if position + len(word) > end:
            break
        words.append((word, tag))
        position += len(word)
    while len(words) > 1 and (words[-1][1].startswith(_VERBAL) or fits("aspects", words[-1][0], "zh")):
        words.pop()
    return "".join(word for word, _ in words)


_VERBAL = ("v", "u", "p", "d", "c", "t", "x", "m")


def _english(question: str, found: tuple[Piece, ...]) -> str:
    counted = _counted(question, found)
    if counted:
        return counted
    things = [one for one in found if one.role == "thing" and not fits("aspects", one.text, "en")]
    if not things:
        place = next((one for one in found if one.role == "place"), None)
        return place.text if place else ""
    be = _BE_EN.match(question)
    chosen = next((one for one in things if be and one.start >= be.end()), things[0])
    asks = asked_in(found)
    if not be and asks and things[0].start == asks.end + 1:
        chosen = next((one for one in things[1:] if _acted_on(question, one, found)), chosen)
    determiner = "" if chosen.text[:1] in '“"' or is_name(chosen.text, "en") else "the "
    phrase = f"{determiner}{_through(question, chosen, found)}"
    return phrase + _placed(question, found, phrase)


def _acted_on(question: str, thing: Piece, found: tuple[Piece, ...]) -> bool:
    """Tell whether a thing is the certain one that what is asked for has to do with: which plan lists the centre?"""
    asks = asked_in(found)
    if asks is None or asks.start or not _ASKED_FOR_EN.match(question):
        return False
    between = question[asks.end : thing.start]
    return bool(_CERTAIN_EN.search(between)) and not any(
        one.role == "place" and asks.end <= one.start < thing.start for one in found
    )


def _counted(question: str, found: tuple[Piece, ...]) -> str:
    """Return what is counted with what is said of it: the teachers that Hangzhou sent to Wensu."""
    match = COUNTING.match(question)
    noun = _UNIT_OF.sub("", re.sub(r"^of (?:the )?", "", match["noun"])) if match else ""
    if match is None or (fits("aspects", noun, "en") and noun.lower() not in ("people", "persons")):
        return ""
    rest = _IN_ALL.sub("", match["rest"])
    if match["aux"].lower() not in ("did", "does", "do"):
        return f"the {noun} {rest}"
    start = match.start("rest")
    subject = next((one for one in found if one.role in ("place", "thing") and one.start >= start), None)
    if subject is None or question[start : subject.start].strip(" ").lower() not in ("", "the"):
        return ""
    end = _end_of_name(subject, found, question)
    verb, _, others = question[end:].strip().partition(" ")
    if not verb.isalpha():
        return ""
    said = _IN_ALL.sub("", f"{question[start:end].strip()} {_past(verb)} {others}")
    return f"the {noun} {said}".strip()


def _end_of_name(subject: Piece, found: tuple[Piece, ...], question: str) -> int:
    """Return where a subject ends that a place begins: Hangzhou's hospitals."""
    end = subject.end
    for one in found:
        if one.start >= end and question[end : one.start] in (" ", "'s ", "’s "):
            end = one.end
    return end


@cache
def _past_forms() -> dict[str, str]:
    """Return the first past form of each irregular verb."""
    return {base: form for form, base in reversed(irregular_verbs().items())}


def _past(verb: str) -> str:
    forms, small = _past_forms(), verb.lower()
    if small in _SAME_IN_THE_PAST or small in forms:
        return forms.get(small, small)
    return re.sub(r"(?<=[^aeiou])y$", "i", small) + ("d" if small.endswith("e") else "ed")


_SAME_IN_THE_PAST = frozenset(("put", "set", "cut", "cost", "let", "hit", "hurt", "spread", "shut", "split", "read"))


def _through(question: str, thing: Piece, found: tuple[Piece, ...]) -> str:
    """Return a thing with what it is of or for, and the place that its name begins with."""
    start, end = thing.start, thing.end
    before = next((one for one in found if one.end <= start and not question[one.end : start].strip()), None)
    if before and before.role == "place":
        start = before.start
    for one in found:
        joint = question[end : one.start] if one.start >= end else ""
        if one.role in ("thing", "place") and (
            _OF_EN.fullmatch(joint) or (joint and not joint.strip() and one.role == "thing")
        ):
            end = one.end
    return question[start:end]


def _placed(question: str, found: tuple[Piece, ...], phrase: str) -> str:
    """Return the other places that a question names, to say which of the things are meant."""
    said = []
    for one in found:
        if one.role == "place" and one.text not in phrase:
            before = _BEFORE_EN.search(question[: one.start])
            word = before[1].lower() if before else "of"
            said.append(f" {'in' if word == 'to' else word} {one.text}")
    return "".join(said)
