"""Bot stage: a question within a conversation to a question that stands alone, or to small talk."""

import re
from collections.abc import Sequence
from typing import Literal

from bot.question import language_of
from index.words import tokens

Talk = Literal["greeting", "thanks", "about", "sources"]
_REMEMBERED = 8
# Content words up to which a question that points back, or says hardly anything, can't stand alone.
_FEW = {"zh": 2, "en": 3}
_LEADS_ON = re.compile(
    r"^(?:and\b|but\b|what about|how about|ok(?:ay)?,? and|also\b|那么|那[，, ]|然后|还有|其中|另外|他们|它们|这些)"
    r"|(?:呢|的呢)[？?]?$",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|those|these|they|them|their|there|he|she|him|her|this one|the same)\b|"
    r"(?<![其吉])他们?|她们?|它们?|其中|这个|那个|这些|那些|这次|那次|那里|当中|那时|已经",
    re.IGNORECASE,
)
_NOT_BACK = re.compile(
    r"\b(?:is|was|are|were) (?:it|there)\b|\bthat (?:is|was|were|are|has|have|can|the|a)\b", re.IGNORECASE
)
_TALK: tuple[tuple[Talk, re.Pattern[str]], ...] = (
    ("greeting", re.compile(r"(?:hi|hello|hey|good (?:morning|evening|afternoon)|你好|您好|嗨|哈喽|早上好|晚上好|在吗)", re.IGNORECASE)),
    ("thanks", re.compile(r"(?:thanks?(?: you)?(?: very much| a lot)?|thx|great|ok(?:ay)?|bye|谢谢|多谢|感谢|好的|再见|明白了)", re.IGNORECASE)),
    ("about", re.compile(
        r"(?:help|what (?:can|do) you do|who are you|what are you|how do(?:es)? (?:this|you) work|"
        r"你是谁|你能(?:做|干)什么|你会什么|怎么用|帮助|你叫什么(?:名字)?)", re.IGNORECASE)),
    ("sources", re.compile(
        r"(?:which|what) reports (?:do you have|are there)|list (?:the|your) reports|你?有(?:哪些|什么)报告|都有哪些报告", re.IGNORECASE)),
)  # fmt: skip


def small_talk(question: str) -> Talk | None:
    """Tell whether the whole of a message is a greeting, thanks, or about the bot or its reports.

    >>> small_talk("你好！"), small_talk("who are you?"), small_talk("hello world report figures")
    ('greeting', 'about', None)
    """
    bare = question.strip(" .!?。！？~～")
    return next((name for name, pattern in _TALK if pattern.fullmatch(bare)), None)


def turns(question: str, history: Sequence[str]) -> list[str]:
    """Return a question, behind the earlier ones that it follows where it can't stand alone.

    >>> turns("那医生呢？", ["派了多少教师？"])
    ['派了多少教师？', '那医生呢？']
    >>> turns("金华建了几个陈列馆？", ["派了多少教师？"])
    ['金华建了几个陈列馆？']
    """
    earlier = [one for one in history[-_REMEMBERED:] if one.strip() and not small_talk(one)]
    said = [question]
    while earlier and _follows(said[0]):
        said.insert(0, earlier.pop())
    return said


def standalone(question: str, history: Sequence[str]) -> str:
    """Return a question together with those that it follows, as one that stands alone."""
    return " ".join(turns(question, history))


def _follows(question: str) -> bool:
    if _LEADS_ON.search(question.strip()):
        return True
    language = language_of(question)
    said = [word for word in tokens(question) if language == "en" or len(word) > 1]
    if len(said) <= _FEW[language] and _POINTS_BACK.search(_NOT_BACK.sub("", question)):
        return True
    return not said
