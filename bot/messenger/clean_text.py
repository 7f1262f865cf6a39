"""Messenger: text that reports and people wrote, made safe to stand among the bot's own words."""

import re
import unicodedata

_BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_DIRECTING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")  # emoji and several scripts are written with them
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# A mark that is left-to-right, then an isolate: the text keeps its own direction and the line that of the bot's words.
_ISOLATE, _END = "\u200e\u2068", "\u2069"


def clean(text: str) -> str:
    r"""Return text without control characters and without what turns the direction of writing; lines stay.

    >>> clean("a\x1b[31mb\u202ec\r\nd")
    'a[31mbc\nd'
    """
    text = _BREAKS.sub("\n", text)
    return text if text.isascii() and text.isprintable() else "".join(c for c in text if _is_shown(c))


def one_line(text: str) -> str:
    """Return text cleaned, in one line."""
    return " ".join(clean(text).split())


def isolated(text: str) -> str:
    """Return cleaned text so that right-to-left writing in a line of it can't reorder what stands beside."""
    if text.isascii():
        return text
    return "\n".join(f"{_ISOLATE}{line}{_END}" if _turns(line) else line for line in text.split("\n"))


def _is_shown(c: str) -> bool:
    category = unicodedata.category(c)
    if category == "Cf":
        # What is left of them after the joiners is either unseen (BN) or a sign of its script.
        return c in _JOINERS or (c not in _DIRECTING and unicodedata.bidirectional(c) != "BN")
    return c in "\n\t" or category not in {"Cc", "Cs", "Co"}


def _turns(line: str) -> bool:
    return any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in line)
