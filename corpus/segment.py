"""Corpus stage: Chinese words, by jieba's dictionary (the only import of jieba)."""

import logging
import re
import warnings
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jieba import Tokenizer
    from jieba.posseg import POSTokenizer

_HAN = re.compile(r"[一-鿿㐀-䶿]+")
_WINDOW = 6
_lock = Lock()


@cache
def _tokenizer() -> "Tokenizer":
    with warnings.catch_warnings():
        # jieba's own sources hold escapes that newer Pythons warn of.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba keeps a marshal file in the shared temporary folder, which anybody can write;
    # reading the dictionary itself costs half a second and trusts nobody.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def words(text: str) -> list[str]:
    """Cut text into dictionary words; characters that form none stay single.

    >>> words("累计选派援疆教师")
    ['累计', '选派', '援', '疆', '教师']
    """
    with _lock:
        tokenizer = _tokenizer()
    return list(tokenizer.cut(text, HMM=False))


def tagged(text: str) -> list[tuple[str, str]]:
    """Cut text into words with their parts of speech, names that no dictionary holds among them.

    `nr` marks a person's name, `ns` a place's, `nt` a body's (tags of the ICTCLAS set).

    >>> tagged("教师姚仁汉")
    [('教师', 'n'), ('姚仁汉', 'nr')]
    """
    return [(pair.word, pair.flag) for pair in _tagger().cut(text)]


@cache
def _tagger() -> "POSTokenizer":
    # Half a second to load, and seldom needed.
    from jieba.posseg import POSTokenizer

    with _lock:
        tokenizer = _tokenizer()
    return POSTokenizer(tokenizer)


def is_word(text: str) -> bool:
    """Tell whether the dictionary holds `text` as a word."""
    with _lock:
        tokenizer = _tokenizer()
    return bool(tokenizer.FREQ.get(text))


def word_frequency(text: str) -> int:
    """Return how often the dictionary has seen `text` as a word of its own, 0 if never."""
    with _lock:
        tokenizer = _tokenizer()
    return int(tokenizer.FREQ.get(text) or 0)


def crossing_gain(tail: str, head: str) -> float:
    """Return how much likelier `tail` + `head` is as one text than as two, in nats.

    The difference between the log probability of the best cut of the joined characters and of
    the two parts cut apart (unigram model of jieba's dictionary). 0 when no word spans the joint.
    """
    left = _HAN.findall(tail[-_WINDOW:])
    right = _HAN.match(head[:_WINDOW])
    if not left or not tail.endswith(left[-1]) or not right:
        return 0.0
    return _log_probability(left[-1] + right[0]) - _log_probability(left[-1]) - _log_probability(right[0])


@lru_cache(maxsize=1 << 16)
def _log_probability(text: str) -> float:
    with _lock:
        tokenizer = _tokenizer()
    route: dict[int, tuple[float, int]] = {}
    tokenizer.calc(text, tokenizer.get_DAG(text), route)
    return float(route[0][0])
