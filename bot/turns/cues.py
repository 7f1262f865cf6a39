"""Bot stage: the patterns of `cues.toml`, compiled."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from corpus.document import Language

Cue = Literal[
    "source", "more", "corrected", "leads", "trails", "points", "points_place", "points_time", "grammar", "bare",
    "aspects", "other_report", "polite", "fresh", "requests", "named_report", "again", "examples", "in_chinese",
    "in_english", "year_before", "year_after", "in_all", "names_reports",
]  # fmt: skip
LONGEST = 200  # characters of a message that may follow another; what is longer says by itself what it means
_LONGEST_TALK = 60
_ENDS = " \t.!?,;:。！？，、；：…~～"
_BETWEEN = re.compile(r"[，,。.!！;；、\s]*[，,。.!！;；、][，,。.!！;；、\s]*|(?<=[一-鿿])\s+")
_PARTICLES = re.compile("[啊呀吧呢哦哈啦嘛哟喔噢~～]+$")
# Smiles and the like, that say nothing.
_PICTURES = re.compile("[\U0001f000-\U0001faff☀-➿️‍]+")


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(files("bot").joinpath("turns/cues.toml").read_text(encoding="utf-8"))


@cache
def _compiled(cue: Cue, language: Language) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _lists()[cue][language])


@cache
def _talk() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile("|".join([*entry["zh"], *entry["en"]]), re.IGNORECASE))
        for name, entry in _lists()["talk"].items()
    )


def bare(message: str) -> str:
    """Return a message without pictures and without the punctuation at its ends.

    >>> bare(" 谢谢！😊 ")
    '谢谢'
    """
    return _PICTURES.sub("", message).strip(_ENDS).strip()


def talk_of(message: str) -> str | None:
    """Return which kind of small talk the whole of a message is, if it is any; of several the last.

    >>> talk_of("OK, thanks, bye!"), talk_of("thanks, and who sent the doctors?")
    ('bye', None)
    """
    said = bare(message[: 2 * _LONGEST_TALK])
    if len(said) > _LONGEST_TALK:
        return None
    kinds = [_kind(part) for part in [said, *_BETWEEN.split(said)] if part]
    if not kinds:
        return None
    return kinds[0] or (kinds[-1] if len(kinds) > 1 and all(kinds[1:]) else None)


def _kind(part: str) -> str | None:
    part = bare(part)
    shorter = _PARTICLES.sub("", part)
    return next((name for name, pattern in _talk() if pattern.fullmatch(part) or pattern.fullmatch(shorter)), None)


def fits(cue: Cue, text: str, language: Language) -> bool:
    """Tell whether a cue's pattern fits the whole of a text."""
    return len(text) <= LONGEST and any(pattern.fullmatch(bare(text)) for pattern in _compiled(cue, language))


def without_courtesy(text: str, language: Language) -> str:
    """Return a question without greetings, "please tell me" and the punctuation at its ends.

    >>> without_courtesy("请问，建了几座码头？", "zh")
    '建了几座码头'
    """
    return bare(without("polite", text, language))


def found(cue: Cue, text: str, language: Language) -> re.Match[str] | None:
    """Return where a cue's pattern first stands in a text, None too where the text is too long to follow another."""
    if len(text) > LONGEST:
        return None
    matches = [match for pattern in _compiled(cue, language) if (match := pattern.search(text))]
    return min(matches, key=lambda match: match.start(), default=None)


def without(cue: Cue, text: str, language: Language) -> str:
    """Return a text without what a cue's pattern fits, as it is where it is too long to follow another."""
    if len(text) > LONGEST:
        return text.strip()
    for pattern in _compiled(cue, language):
        text = pattern.sub("", text)
    return text.strip()
