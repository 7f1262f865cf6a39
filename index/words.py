"""Index stage: words of a text and BM25 over passages (the only import of bm25s and opencc)."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus.dictionary import stem
from corpus.segment import words
from index.errors import UNREADABLE, IndexDamaged

_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[a-z]+(?:'[a-z]+)?|[㐀-䶿一-鿿]+|[^\W\d_]+")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_STOP_EN = frozenset(
    "a an and any are as at be been being by can could did do does done for from get got had has have he her his how "
    "i if in into is it its just many me more most much my no not of off on one or other our out please she should "
    "so some such tell than that the their them then there these they this those to too under up us very was we were "
    "what when where which while who whom whose why will with would you your about over all total number give "
    "altogether exactly roughly approximately".split()
)
_STOP_ZH = frozenset(
    "的 了 和 与 及 或 在 是 有 被 把 对 为 从 到 由 于 也 都 就 还 又 这 那 其 之 等 并 而 但 吗 呢 啊 吧 呀 么 嘛 我 你 他 她 它 "
    "们 我们 你们 他们 什么 多少 几 几个 哪 哪个 哪些 哪里 哪儿 哪年 怎么 怎样 如何 为什么 为何 谁 请问 一共 总共 共 总计 是不是 "
    "有没有 大概 大约 左右 到底 究竟 个 名 人 年 里 上 下 中 去 来 给 让 做 搞 弄 用 请 告诉 知道 想 问".split()
)
_ASKING_ZH = re.compile("[几哪多][一-鿿]?")

Postings = tuple[NDArray[np.int32], NDArray[np.float32]]


@cache
def _converter() -> Any:  # noqa: ANN401 - opencc has no types
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """Return text with full-width forms made narrow and Traditional characters Simplified.

    >>> fold("援疆教師有１５６９人")
    '援疆教师有1569人'
    """
    narrow = unicodedata.normalize("NFKC", text)
    return str(_converter().convert(narrow)) if _HAN.search(narrow) else narrow


def tokens(text: str) -> list[str]:
    """Return the content words of a text: Chinese words by dictionary, English stems, figures.

    >>> tokens("累计选派援疆教师1,569人"), tokens("How many teachers were sent?")
    (['累计', '选派', '援', '疆', '教师', '1569'], ['teacher', 'send'])
    """
    found: list[str] = []
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text).lower()):
        if _HAN.match(token):
            found.extend(word for word in words(token) if word not in _STOP_ZH and not _ASKING_ZH.fullmatch(word))
        elif token[0].isdigit():
            found.append(token.replace(",", ""))
        elif token not in _STOP_EN:
            found.append(stem(token.removesuffix("'s")))
    return found


# The names that bm25s gives them.
_ARRAYS = "data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy"
_VOCABULARY = "vocab.index.json"


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Hold what each token adds to each text's score: sparse columns, as bm25s makes and stores them."""

    columns: dict[str, int]
    data: NDArray[np.float32]
    texts: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def from_tokens(cls, cut: list[list[str]], counts: Iterable[str]) -> Self:
        # A fifth of a second to import, with scipy, and only building needs it.
        import bm25s

        made = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        # Left to number the tokens itself, it takes the order of a set, which differs from process to process.
        numbers = {token: number for number, token in enumerate(counts)}
        made.index(([[numbers[token] for token in one] for one in cut], numbers), show_progress=False)
        # bm25s gives the empty token a number, but no column.
        columns = {token: column for token, column in made.vocab_dict.items() if token}
        return cls(columns, made.scores["data"], made.scores["indices"], made.scores["indptr"])

    @classmethod
    def load(cls, folder: Path, size: int) -> Self:
        arrays = [np.load(folder / name, allow_pickle=False) for name in _ARRAYS]
        columns = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        made = cls({str(token): int(column) for token, column in columns.items() if token}, *arrays)
        made._check(size)
        return made

    def _check(self, size: int) -> None:
        """Raise ValueError where the parts don't fit each other."""
        shapes = self.data.shape, self.texts.shape, self.starts.shape
        entries, ends = len(self.data), max(self.columns.values(), default=-1) + 2
        if shapes != ((entries,), (entries,), (len(self.starts),)) or len(self.starts) < ends:
            raise ValueError("arrays that don't fit each other")
        if entries and not 0 <= self.texts.min() <= self.texts.max() < size:
            raise ValueError("a text that is not there")

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        arrays: tuple[NDArray[Any], ...] = self.data, self.texts, self.starts
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(folder / name, array, allow_pickle=False)
        (folder / _VOCABULARY).write_text(json.dumps(self.columns, ensure_ascii=False), encoding="utf-8")

    def postings(self, token: str) -> Postings:
        """Return the texts that hold a token, and its weight in each: a question never walks over all texts."""
        column = self.columns[token]
        held = slice(int(self.starts[column]), int(self.starts[column + 1]))
        return self.texts[held], self.data[held]


class WordIndex:
    """Score passages by the words they share with a question."""

    def __init__(self, ranking: _Ranking | None, counts: dict[str, int], size: int) -> None:
        self._ranking = ranking
        self._counts = counts
        self._size = size

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> Self:
        """Index texts; their places in the sequence are their ids."""
        cut = [tokens(text) for text in texts]
        counts: dict[str, int] = {}
        for one in cut:
            for token in dict.fromkeys(one):
                counts[token] = counts.get(token, 0) + 1
        return cls(_Ranking.from_tokens(cut, counts) if counts else None, counts, len(cut))

    def __contains__(self, token: str) -> bool:
        return token in self._counts

    def scores(self, groups: Sequence[Sequence[Sequence[str]]]) -> NDArray[np.float32]:
        """Return for each passage the share of the question's words that it covers, in [0, 1].

        Each group holds the ways of saying one word of the question, each way the tokens it takes; the
        best way counts, as in Pirkola's structured queries (SIGIR 1998), with the mean of its tokens.
        BM25 (Lucene's form) is divided by the sum of the groups' inverse document frequencies, which
        it can't exceed.
        """
        total = np.zeros(self._size, dtype=np.float32)
        if not self._counts or not groups:
            return total
        limit = 0.0
        for group in groups:
            known = [way for way in group if any(token in self._counts for token in way)]
            limit += max(float(np.mean([self.idf(t) for t in way])) for way in known) if known else self.idf("")
            if known:
                ids, found = _merged([self._way(way) for way in known], np.maximum)
                total[ids] += found
        return total / np.float32(limit)

    def _way(self, tokens: Sequence[str]) -> Postings:
        ranking = self._ranking
        held = [ranking.postings(token) for token in tokens if token in self._counts] if ranking else []
        ids, found = _merged(held, np.add)
        return ids, np.asarray(found / np.float32(len(tokens)), dtype=np.float32)

    def idf(self, token: str) -> float:
        """Return how telling a token is, in nats: the rarer, the more (Lucene's form)."""
        count = self._counts.get(token, 0)
        return float(np.log1p((self._size - count + 0.5) / (count + 0.5)))

    def save(self, folder: Path) -> None:
        """Write the index below `folder` as NumPy arrays and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._ranking:
            self._ranking.save(folder / "bm25")
        content = {"size": self._size, "counts": self._counts}
        (folder / "words.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexDamaged: if a file is missing or does not hold what was written.
        """
        try:
            content = json.loads((folder / "words.json").read_text(encoding="utf-8"))
            counts, size = {str(k): int(v) for k, v in content["counts"].items()}, int(content["size"])
            ranking = _Ranking.load(folder / "bm25", size) if counts else None
            if ranking and not counts.keys() <= ranking.columns.keys():
                raise ValueError("a word that is in no column")
        except UNREADABLE as err:
            raise IndexDamaged(f"{folder}: the word index can't be read; run `citewise index` again") from err
        return cls(ranking, counts, size)


def _merged(parts: Sequence[Postings], join: np.ufunc) -> Postings:
    """Return postings as one, the weights of a text that stands in several of them joined."""
    if len(parts) == 1:
        return parts[0]
    ids, weights = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    if not len(ids):
        return ids, weights
    order = np.argsort(ids, kind="stable")
    starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
    return ids[order][starts], join.reduceat(weights[order], starts)
