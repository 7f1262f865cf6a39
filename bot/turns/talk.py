"""Bot stage: small talk, and questions about the bot and its reports."""

from typing import Literal, get_args

from bot.turns.cues import talk_of

Talk = Literal["greeting", "thanks", "bye", "praise", "complaint", "about", "sources", "contents"]


def small_talk(message: str) -> Talk | None:
    """Tell whether the whole of a message is a greeting, thanks, or about the bot or its reports.

    >>> small_talk("你好！"), small_talk("who are you?"), small_talk("hello world report figures")
    ('greeting', 'about', None)
    """
    kind = talk_of(message)
    return next((one for one in get_args(Talk) if one == kind), None)
