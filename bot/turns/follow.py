"""Bot stage: what a message does in a conversation: begins anew, replaces, points back, asks for more or for its source."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.question import language_of
from bot.turns.cues import LONGEST, bare, fits, found, without, without_courtesy
from bot.turns.pieces import Piece, asked_in, content, is_name, pieces
from corpus.document import Language
from corpus.segment import tagged

Move = Literal["whole", "more", "source", "again", "report", "asks", "swap", "points", "aspect", "subject", "placed"]

_FEW = 2
_FEW_LED = 4  # pieces of content up to which words without a question go on with the question before
_MANY = 3  # pieces of content, with many words, that make a message whole
_MANY_WORDS = {"zh": 22, "en": 11}
_FEW_WORDS = {"zh": 6, "en": 5}
_PLAIN = {"zh": 3, "en": 1}  # characters or words of a thing that is not yet described
_OWN_NAME = 5  # characters of a Chinese thing that says enough behind "this" or "that"
_LEANS = {"zh": 12, "en": 7}  # characters or words of a question that may still lean on the one before
_OPENS_QUESTION = re.compile(
    r"^(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|any)\b|[吗么]$|有没有|是不是|是否|有无|能否",
    re.IGNORECASE,
)
_UNCOUNTED = re.compile(
    r"^how many(?= (?:of\b(?! the)|were|was|are|is|have|has|had|went|came|got|did (?!\w+ \w+ \w)|stayed|took|live|lived|in|from|to|by|at|on|work|worked|joined)\b|\W*$)",
    re.IGNORECASE,
)
_OPENING_ZH = ("v", "d", "p", "f", "vn")
_NOT_OPENING = frozenset("更 更多 在 如果 自 自从 按 按照 根据 据 关于 对于 对 截至 到 为了 至".split())
# What a Chinese question without a subject may begin with.
_OPENING = re.compile(
    r"(?:可以|能够?|会|可|每[年天日月个]|一[年天]|同比|全[省国]|总共|一共|里面|现在|目前|平均|大概|光|只|最|多少|除了|还(?!有(?:多少|哪|几|什么)))"
)
_PREPOSED = re.compile(
    r"^(?:by|since|from|to|until|for|in|on|at|with|about|of|through|under)\s+(?:whom|what|which|how (?:many|much)|whose)\b",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(
    r"[,;:.!?。！？，；：—]|\b(?:and|but|or|that|who|which|if|when|while|because|so)\b", re.IGNORECASE
)
# Which villages, what kind of plays; doing what, what is on show.
_WHICH_THING = re.compile(r"(?:[Ww]hich|[Ww]hat (?:kind|sort|type)s? of) (?!\w+ed$)[a-z-]+s")
_WHAT_BEHIND = re.compile(r"[A-Za-z]?[a-z]+(?:ing|ed) (?:what|where|whom?|which)|[Ww]hat is (?:on|inside) [a-z]+")
_LEADS_ON = re.compile(r"[,.，、：]|\b(?:and|but|so)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her|hers|theirs|themselves|itself)\b", re.IGNORECASE)
_NAMELESS = re.compile(r"^(?P<name>.{3,}?)(?:又)?(?:是|叫|指)(?:什么|啥|谁|怎么)")
# Who made it, when was it made: nothing but the verb stands between what is asked and its particle.
_CLEFT = re.compile(r"^是?(?:由|被|在|从)?(?:谁|什么时候|何时|哪一?[年天]|几时|哪里|哪儿|怎么|为什么)[一-鿿]{1,3}的$")
_CONTRACTED = re.compile(r"\b(what|who|where|when|how|it|that|there)['’]s\b", re.IGNORECASE)
_MANY_ZH = ("他们", "她们", "它们", "这些", "那些", "其中")
_GENERIC_THEY = re.compile(
    r"^(?:do|can|did|will|could|are|have|should|what do|how do|why do|where do|when do) (?:they|you|we)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Message:
    """Hold what a message does, its words without what leads on and trails, and whether anything did.

    `spoken` is the language that it wants the answer in, where it says so.
    """

    move: Move
    body: str
    language: Language
    led: bool = False
    spoken: Language | None = None


def halves(text: str) -> list[str]:
    """Return a fragment and the question about it as two messages: "how about Ningbo, how many did they build?".

    >>> halves("how about Ningbo, how many did they build?"), halves("那宁波呢，花了多少钱")
    (['how about Ningbo', 'how many did they build'], ['那宁波呢', '花了多少钱'])
    """
    language = language_of(text)
    said = bare(text[: 2 * LONGEST])
    first, comma, second = said.partition("，" if language == "zh" and "，" in said else ",")
    named = content(pieces(_body(first, language)[0], language), language)
    places = named and all(one.role in ("place", "time") or is_name(one.text, language) for one in named)
    if comma and len(said) <= LONGEST and places and message(first).move == "swap":
        behind = message(bare(second))
        if behind.move in ("points", "aspect", "subject", "asks"):
            return [first, bare(second)]
    return [text]


def message(text: str) -> Message:
    """Tell what a message does, where there is a question before it.

    >>> message("那护士呢？").move, message("and in 2019?").move, message("医院有多少护士？").move
    ('swap', 'swap', 'whole')
    >>> message("which report is that from?").move, message("还有吗").move, message("when?").move
    ('source', 'more', 'asks')
    """
    language = language_of(text)
    said = _CONTRACTED.sub(r"\1 is", bare(text))
    if len(said) > LONGEST:
        return Message("whole", said, language)
    spoken: Language | None = (
        "zh" if fits("in_chinese", said, language) else "en" if fits("in_english", said, language) else None
    )
    if spoken or fits("again", said, language):
        return Message("again", said, language, spoken=spoken)
    if fits("examples", said, language):
        return Message("asks", "都有哪些" if language == "zh" else "which ones", language)
    if fits("source", said, language):
        return Message("source", said, language)
    if fits("more", said, language):
        return Message("more", said, language)
    if found("fresh", said, language):
        return Message("whole", said, language)
    body, led = _body(said, language)
    move = "whole" if _says_it_all(body, language) else _move(body, language, led=led)
    return Message(move, body, language, led)


def begun(text: str, language: Language) -> str:
    """Return a question without the words that lead to it: changing the subject, and.

    >>> begun("by the way, how many nurses are there?", "en"), begun("换个话题，医院有多少护士？", "zh")
    ('how many nurses are there', '医院有多少护士')
    """
    said = bare(text)
    fresh = found("fresh", said, language)
    said = bare(said[fresh.end() :]) if fresh else said
    lead = found("leads", said, language)
    # Without a mark or "and" it may be the beginning of a name: Plus Bank, 那达慕大会.
    return bare(said[lead.end() :]) if lead and _LEADS_ON.search(lead[0]) else said


def names_little(said: Message) -> bool:
    """Tell whether a question names so little that it may go on with what was asked before: no place, time or name.

    >>> names_little(message("what is the major?")), names_little(message("what is the major in Ningbo?"))
    (True, False)
    """
    parts = pieces(said.body, said.language)
    named = content(parts, said.language)
    return (
        said.move == "whole"
        and len(named) <= 1
        and _length(said.body, said.language) <= _LEANS[said.language]
        and not one_quoted(named)
        and not re.search(r"\d|报告|\breports?\b", said.body)
        and all(_length(one.text, said.language) <= _PLAIN[said.language] for one in named)
        and not any(one.role in ("place", "time") or is_name(one.text, said.language) for one in named)
        and not found("fresh", said.body, said.language)
        and not found("requests", said.body, said.language)
    )


def _says_it_all(body: str, language: Language) -> bool:
    """Tell whether a message is so long, and names so much, that what points within it points within it."""
    said = content(pieces(body, language), language)
    return _length(body, language) >= _MANY_WORDS[language] and len(said) >= _MANY


def _body(said: str, language: Language) -> tuple[str, bool]:
    """Return what a message says without what leads on, and whether anything did."""
    corrected = found("corrected", said, language)
    body = bare(corrected["meant"]) if corrected else said
    asking = without_courtesy(body, language)
    body = asking if asked_in(pieces(asking, language)) else body
    lead = found("leads", body, language)
    body = bare(body[lead.end() :]) if lead else body
    shorter = bare(without("trails", body, language))
    trails = shorter != body and not asked_in(pieces(shorter, language))
    if trails and language == "zh" and "呢" not in body[len(shorter) :] and len(shorter) > _FEW_WORDS["zh"]:
        trails, shorter = False, body
    led = bool(corrected or lead or trails)
    return (shorter or body), led


def _move(body: str, language: Language, *, led: bool) -> Move:  # noqa: C901 - the order is the logic
    if not body:
        return "more"
    if fits("bare", body, language):
        return "asks"
    parts = pieces(body, language)
    said = content(parts, language)
    if found("other_report", body, language) and len(said) <= _FEW:
        return "report"
    shorter = bare(without("named_report", body, language))
    if shorter != body and {one.role for one in content(pieces(shorter, language), language)} == {"place"}:
        return "swap"
    if _PREPOSED.match(body) and len(body.split()) <= _FEW_WORDS["en"]:
        return "asks"
    if _points(body, said, language):
        return "points"
    if asked_in(parts) is None and not _OPENS_QUESTION.search(body) and not found("requests", body, language):
        if not said and any(one.role == "thing" for one in parts):
            return "aspect"
        short = len(said) <= _FEW_LED if led else _is_short(body, said, language)
        return "swap" if short else "whole"
    if language == "en" and _UNCOUNTED.match(body):
        return "points"
    if language == "en" and _is_bare_noun(body):
        return "aspect"
    if language == "zh" and re.match(r"(?:还)?有(?:没有)?(?:别的|其他|其它|更多)", body):
        return "subject"
    if language == "zh" and _CLEFT.match(body):
        return "aspect"
    if not said and not found("requests", body, language):
        if any(char.isdigit() for char in body) and not any(one.role == "time" for one in parts):
            return "whole"
        nameless = _NAMELESS.match(body) if language == "zh" else None
        return "whole" if nameless and not fits("aspects", nameless["name"], "zh") else "aspect"
    if _only_names(body, parts):
        return "swap"
    if language == "zh" and led and {one.role for one in said} == {"place"}:
        return "placed"
    if language == "zh" and {one.role for one in said} == {"place"} and re.match(r".{1,6}也", body):
        return "placed"
    if language == "zh" and {one.role for one in said} == {"time"} and re.fullmatch(r".{2,12}也(?:有|一样|是)吗", body):
        return "swap"
    if language == "zh" and _no_subject(body, parts):
        return "subject"
    return "whole"


def _is_bare_noun(body: str) -> bool:
    """Tell whether an English message only says what is asked for, and of nothing: which villages, teaching what."""
    return bool(_WHICH_THING.fullmatch(body) or _WHAT_BEHIND.fullmatch(body))


def _is_short(body: str, said: list[Piece], language: Language) -> bool:
    """Tell whether words without a question can't be one, as keywords are."""
    return len(said) <= 1 and _length(body, language) <= _FEW_WORDS[language]


def _length(body: str, language: Language) -> int:
    """Return the characters of a Chinese text, the words of an English one."""
    return len(body) if language == "zh" else len(body.split())


def _points(body: str, said: list[Piece], language: Language) -> bool:
    """Tell whether a word points back at something that the message itself does not name before it."""
    hidden = hide_grammar(body, language)
    pointing = [at for cue in ("points", "points_place", "points_time") if (at := found(cue, hidden, language))]
    return any(_points_back(at, body, said, language) for at in pointing)


def _points_back(at: re.Match[str], body: str, said: list[Piece], language: Language) -> bool:
    before = [one for one in said if one.end <= at.start() and one.role in ("thing", "place")]
    asking = asked_in(pieces(body, language)) or _OPENS_QUESTION.search(body)
    if language == "en" and asking and not _POSSESSIVE.fullmatch(at[0]):
        # Of one clause a pronoun can't mean the subject or what is asked for.
        clause = max((m.end() for m in _NEW_CLAUSE.finditer(body, 0, at.start())), default=0)
        before = [one for one in before if one.end <= clause]
    if re.fullmatch(r"they|them|their|he|she|him|her|his", at[0], re.IGNORECASE):
        before = [one for one in before if one.role == "thing"]
    if before:
        return False
    behind = [one for one in said if one.start >= at.end()]
    if behind and at[0][:1] in "这那" and behind[0].start <= at.end() + 1 and _is_whole_name(behind[0].text):
        return False  # 那个青少年夏令营 says itself which one is meant
    named = any(one.role == "place" or one.text[0] in "“《" for one in behind)
    return not (
        named and (len(behind) > 1 or one_quoted(behind)) and (at[0].endswith(_MANY_ZH) or _GENERIC_THEY.match(body))
    )


def _is_whole_name(text: str) -> bool:
    """Tell whether a Chinese thing is so long that it says which one is meant, and not a side of one: 项目总投资."""
    sides = any(fits("aspects", text[-length:], "zh") for length in (2, 3, 4)) or text[-1] in "值量数额率积"
    return len(text) >= _OWN_NAME and not sides


def one_quoted(found_pieces: Sequence[Piece]) -> bool:
    """Tell whether a piece stands in quotation marks."""
    return any(one.text[0] in "“《" for one in found_pieces)


def hide_grammar(body: str, language: Language) -> str:
    """Return a text with what only looks like a pointing word blotted out, offsets kept."""
    while match := found("grammar", body, language):
        body = body[: match.start()] + "\x00" * (match.end() - match.start()) + body[match.end() :]
    return body


def _only_names(body: str, parts: Sequence[Piece]) -> bool:
    """Tell whether nothing but what is asked and a thing is said: how many jobs, 领军企业几家."""
    rest = body
    for one in reversed(parts):
        rest = rest[: one.start] + rest[one.end :]
    things = [one for one in parts if one.role != "asks"]
    left = re.sub(r"\b(?:the|a|an|of|in|on|at|from|to|for|with)\b|[的有是\s]", "", rest, flags=re.IGNORECASE)
    return (
        asked_in(parts) is not None
        and len(things) == 1
        and things[0].role == "thing"
        and not left
        and (re.match(r"how (?:many|much)\b", body, re.IGNORECASE) or not re.match(r"[a-z]", body, re.IGNORECASE))
        and not re.search(r"什么|谁|哪|怎|为", body)
    )


def _no_subject(body: str, parts: Sequence[Piece]) -> bool:
    """Tell whether a Chinese question begins with its verb, and so is about what was asked before."""
    if found("requests", body, "zh") or "报告" in body:
        return False
    if parts and parts[0].role == "asks" and parts[0].start == 0 and not body.startswith(("多少", "几")):
        return False
    if re.match(r"(?:还|都|总共|一共)*有(?:多少|哪|几|什么)", body) and len(content(parts, "zh")) > 1:
        return False
    if any(one.role == "place" for one in parts) or one_quoted(parts):
        return False
    asks = asked_in(parts)
    if asks and any(
        one.end <= asks.start and one.role == "thing" and len(one.text) > 2 for one in content(parts, "zh")
    ):
        return False
    if _OPENING.match(body):
        return True
    word, tag = next(iter(tagged(body)))
    return tag.startswith(_OPENING_ZH) and word not in _NOT_OPENING
