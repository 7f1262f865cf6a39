"""Corpus stage: tell whether a text is Chinese or English."""

import re

from corpus.document import Language

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LETTERS = re.compile(r"[^\W\d_]+")
# A Chinese word is about two characters, an English one about five: where Han characters are a
# quarter of the letters, there are about as many Chinese words as English ones.
_HAN_SHARE = 0.25
_SAMPLES = 64
_SAMPLE_LENGTH = 4096


def detect_language(text: str) -> Language:
    """Return the language that most words of `text` are in.

    Long texts are judged by samples spread evenly over them. A text without letters counts as
    Chinese, the language that most reports here are in.

    >>> detect_language("2019年，GDP增长6.1%。")
    'zh'
    >>> detect_language("The town (镇) grew.")
    'en'
    """
    sample = _sample(text)
    letters = _count(_LETTERS, sample)
    return "zh" if _count(_HAN, sample) >= _HAN_SHARE * letters else "en"


def _sample(text: str) -> str:
    """Return `text`, or slices from all over it when it is long."""
    if len(text) <= _SAMPLES * _SAMPLE_LENGTH:
        return text
    stride = len(text) // _SAMPLES
    return " ".join(text[i * stride : i * stride + _SAMPLE_LENGTH] for i in range(_SAMPLES))


def _count(pattern: re.Pattern[str], text: str) -> int:
    """Return how many characters of `text` stand in runs that match `pattern`."""
    return sum(match.end() - match.start() for match in pattern.finditer(text))
