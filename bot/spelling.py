"""Bot stage: typing mistakes in a question, mended where the reports or the dictionary leave no doubt."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from corpus.dictionary import english_frequency, english_words, is_english_word
from corpus.document import Language
from corpus.segment import is_word, words
from index.bridge import Bridge
from index.thesaurus import meanings
from index.words import tokens

_WORD = re.compile(r"\b[a-z]{4,}\b")
_HAN = re.compile(r"[㐀-䶿一-鿿]+")
_LEAST_USED = 5


def mended(question: str, language: Language, bridge: Bridge, is_common: Callable[[str], bool]) -> str:
    """Return a question with its mistyped words mended, for searching and reading.

    `is_common` tells whether an English word is so common that it can't be a mistake. One that no dictionary
    knows becomes the most common word that is a letter away. Chinese characters that form no word become
    the reports' word that sounds the same and shares half of them.
    """
    if language == "zh":
        return _HAN.sub(lambda run: _chinese(run[0], bridge), question)
    return _WORD.sub(lambda match: match[0] if is_common(match[0]) else _english(match[0], bridge), question)


def _english(word: str, bridge: Bridge) -> str:
    if is_english_word(word) or bridge.knows(word) or meanings(word, "en"):
        return word
    # Compiled, and only needed for words that nobody knows.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = process.extract(word, _common_words(), scorer=OSA.distance, score_cutoff=1, limit=None)
    best = max(near, key=lambda found: english_frequency(found[0]), default=None)
    return best[0] if best else word


@cache
def _common_words() -> list[str]:
    written = english_words()
    used = [word for word, count in written.items() if count >= _LEAST_USED and len(word) > 2]
    # The dictionary's senses name things in the singular.
    return [*used, *(f"{word}s" for word in used if word[-1] != "s" and f"{word}s" not in written)]


def _chinese(run: str, bridge: Bridge) -> str:
    """Mend a run of characters, at each place by the longest stretch that can be mended."""
    for start, end in _doubtful(run):
        written = run[start:end]
        for other in bridge.sounding_like(written):
            shared = sum(a == b for a, b in zip(written, other, strict=True))
            if 2 * shared >= len(written) and is_word(other):
                return _chinese(run[:start], bridge) + other + _chinese(run[end:], bridge)
    return run


def _doubtful(run: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of two to four characters, longest first, in which at least two stand alone as words."""
    edges = [0]
    for word in words(run):
        edges.append(edges[-1] + len(word))
    for size in (4, 3, 2):
        for i, start in enumerate(edges):
            for j in range(i + 2, len(edges)):
                if edges[j] - start == size and tokens(run[start : edges[j]]):
                    yield start, edges[j]
