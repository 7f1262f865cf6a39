"""Corpus stage: Chinese words, by jieba's dictionary (the only import of jieba)."""

import io
import logging
import re
import sys
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from corpus.tables import package_folder, table

if TYPE_CHECKING:
    from jieba import Tokenizer
    from jieba.posseg import POSTokenizer

_HAN = re.compile(r"[一-鿿㐀-䶿]+")
_WINDOW = 6
_lock = Lock()


@cache
def _jieba() -> Any:  # noqa: ANN401 - jieba has no types
    # Where pkg_resources is there jieba imports it to open its files, a third of a second; it can do without.
    spared = "pkg_resources" not in sys.modules
    if spared:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            # jieba's own sources hold escapes that newer Pythons warn of.
            warnings.simplefilter("ignore")
            import jieba
    finally:
        if spared:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.WARNING)
    return jieba


@cache
def _tokenizer() -> "Tokenizer":
    # jieba keeps a marshal file in the shared temporary folder, which anybody can write.
    tokenizer = _jieba().Tokenizer()
    tokenizer.FREQ = table("frequencies", _sources(), _frequencies)
    tokenizer.total = table("total", _sources(), _total)["total"]
    tokenizer.initialized = True
    return tokenizer


def _sources() -> list[Path]:
    """Return the files that what is made of jieba's dictionary depends on."""
    package = package_folder("jieba")
    return [package / "dict.txt", package / "__init__.py", package / "posseg" / "__init__.py", Path(__file__)]


def _frequencies() -> dict[str, int]:
    tokenizer = _jieba().Tokenizer()
    found: dict[str, int] = tokenizer.gen_pfdict(tokenizer.get_dict_file())[0]
    return found


def _total() -> dict[str, int]:
    with _jieba().Tokenizer().get_dict_file() as lines:
        return {"total": sum(int(line.split()[1]) for line in lines)}


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
    with _lock:
        tagger = _tagger()
    return [(pair.word, pair.flag) for pair in tagger.cut(text)]


@cache
def _tagger() -> "POSTokenizer":
    default = _jieba().dt
    # When this is imported jieba reads all tags for a tokenizer of its own, which nobody uses.
    default.get_dict_file = io.BytesIO
    try:
        from jieba.posseg import POSTokenizer
    finally:
        del default.get_dict_file

    class Tagger(POSTokenizer):  # type: ignore[misc]
        word_tag_tab: Mapping[str, str]

        def load_word_tag(self, f: BinaryIO) -> None:
            f.close()
            self.word_tag_tab = table("tags", _sources(), self._tags)

        def _tags(self) -> Mapping[str, str]:
            super().load_word_tag(self.tokenizer.get_dict_file())
            return self.word_tag_tab

    return Tagger(_tokenizer())


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
