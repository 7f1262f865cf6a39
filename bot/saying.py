"""Bot stage: whether a text says something, in one of the ways to say it."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from corpus.document import Language
from corpus.segment import words
from index.words import tokens

_LONGEST_CUT = 20_000
_FIGURE = re.compile(
    r"(?<![\d.,])\d|(?<![一二三四五六七八九十百千万])[一二两三四五六七八九十百千](?=[座棵只头条辆本所间块张口匹])"
)


def said_in(text: str, ways: Iterable[str], language: Language) -> bool:
    """Tell whether a text says a word in one of the ways to say it."""
    if language == "zh":
        return any(way in text for way in ways)
    stems = _stems(text)
    return any(all(token in stems for token in read) for read in map(_read, ways) if read)


def named_in(text: str, ways: Collection[str], language: Language) -> bool:
    """Tell whether a text names something: in words that stand together, a single character as a word by itself.

    Whole reports are not cut into words, which takes seconds: there it is enough that the characters stand.
    """
    if len(text) > _LONGEST_CUT:
        folded = text.lower()
        return any(way.lower() in folded for way in ways)
    if language == "zh":
        alone = {way for way in ways if len(way) == 1}
        return said_in(text, (way for way in ways if len(way) > 1), "zh") or (
            bool(alone) and (bool(_cut(text) & alone) or any(text[i - 1] in alone for i in _figures(text)))
        )
    read = _tokens(text)
    return any(_stands(way, read) for way in map(_read, ways) if way)


def _stands(way: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return any(text[i : i + len(way)] == way for i, token in enumerate(text) if token == way[0])


@lru_cache(maxsize=512)
def _figures(text: str) -> tuple[int, ...]:
    """Return where a figure follows something: what is cut as part of a verb, 建桥, is a word before 5座."""
    return tuple(match.start() for match in _FIGURE.finditer(text) if match.start())


@lru_cache(maxsize=512)
def _cut(text: str) -> frozenset[str]:
    return frozenset(words(text))


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_tokens(text))


@lru_cache(maxsize=4096)
def _read(way: str) -> tuple[str, ...]:
    return tuple(tokens(way))
