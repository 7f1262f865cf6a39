"""Bot stage: whether a text says something, in one of the ways to say it."""

from collections.abc import Iterable
from functools import lru_cache

from corpus.document import Language
from index.words import tokens


def said_in(text: str, ways: Iterable[str], language: Language) -> bool:
    """Tell whether a text says a word in one of the ways to say it."""
    if language == "zh":
        return any(way in text for way in ways)
    stems = _stems(text)
    return any(all(token in stems for token in read) for read in map(_read, ways) if read)


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


@lru_cache(maxsize=4096)
def _read(way: str) -> tuple[str, ...]:
    return tuple(tokens(way))
