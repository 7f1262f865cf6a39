"""Bot stage: small talk, and questions about the bot and its reports."""

from typing import Literal, get_args

from bot.question import language_of
from bot.turns.cues import found, talk_of

Talk = Literal["greeting", "thanks", "bye", "praise", "complaint", "about", "sources", "contents", "noted"]


_ABOUT_US = frozenset({"about", "sources", "contents"})


def small_talk(message: str, *, after_question: bool = False) -> Talk | None:
    """Tell whether the whole of a message is a greeting, thanks, or about the bot or its reports.

    After a question "what do they cover?" is about its subject: only what names the bot or reports is about them.

    >>> small_talk("你好！"), small_talk("who are you?"), small_talk("hello world report figures")
    ('greeting', 'about', None)
    """
    kind = talk_of(message)
    if kind in _ABOUT_US and after_question and not found("names_reports", message, language_of(message)):
        return None
    return next((one for one in get_args(Talk) if one == kind), None)
