"""Index stage: cuts texts of common characters by a Unigram vocabulary, which is at hand at once."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.e5_file import SPECIAL

UNKNOWN = 3
_SPACE = "\u2581"  # what each word begins with
_UNKNOWN_COSTS = 10.0  # more than the rarest piece
# A special piece spelt in a text is cut in two, lest it be taken for one.
_SPECIAL = re.compile(f"(?<=<)(?={'|'.join(re.escape(piece[1:]) for piece in SPECIAL)})")

Spans = list[tuple[int, int]]


class CommonPieces:
    """Cut texts as the library does that reads the whole vocabulary, which takes far longer to load.

    That is: each character as `normal` has it, words apart, and of each word the pieces with the highest sum of scores.
    """

    def __init__(
        self, pieces: Sequence[str], scores: NDArray[np.float64], reach: Mapping[str, int], normal: Mapping[str, str]
    ) -> None:
        self._numbers = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores = scores.tolist()
        self._unknown = float(scores.min()) - _UNKNOWN_COSTS
        self._reach = reach
        self._normal = normal

    @classmethod
    def load(cls, pieces: Path, scores: Path) -> Self:
        """Load what `save` wrote."""
        content = json.loads(pieces.read_bytes())
        found = np.load(scores, allow_pickle=False)
        return cls(content["pieces"].split("\n"), found, content["reach"], content["normal"])

    def cut(self, text: str) -> tuple[list[int], Spans]:
        """Return the number of each piece, and the characters of the text that it stands for."""
        numbers: list[int] = []
        spans: Spans = []
        for word, places in self._words(text):
            for number, start, end in self._best(word):
                numbers.append(number)
                spans.append((places[start], places[end - 1] + 1))
        return numbers, spans

    def _words(self, text: str) -> Iterator[tuple[str, list[int]]]:
        """Yield the words as pieces spell them, with the place in the text of each of their characters."""
        spelt = [self._normal.get(letter, letter) for letter in text]
        places = [i for i, letters in enumerate(spelt) for _ in letters]
        for match in re.finditer(r"\S+", "".join(spelt)):
            first = match.start()
            word, at = _SPACE + match[0], [places[first], *places[first : match.end()]]
            edges = [0, *(one.start() for one in _SPECIAL.finditer(word)), len(word)]
            for low, high in pairwise(edges):
                yield word[low:high], at[low:high]

    def _best(self, word: str) -> list[tuple[int, int, int]]:
        """Return the numbers and places of the pieces of a word whose scores have the highest sum (Viterbi)."""
        numbers, scores, reach, size = self._numbers, self._scores, self._reach, len(word)
        sums = [0.0] + [-math.inf] * size
        came = [(0, 0)] * (size + 1)
        for start in range(size):
            here = sums[start]
            for end in range(start + 1, min(start + reach.get(word[start], 1), size) + 1):
                number = numbers.get(word[start:end])
                if number is not None:
                    total = here + scores[number]
                elif end == start + 1:
                    number, total = UNKNOWN, here + self._unknown
                else:
                    continue
                if total > sums[end]:
                    sums[end] = total
                    came[end] = (start, number)
        path: list[tuple[int, int, int]] = []
        end = size
        while end:
            start, number = came[end]
            if number == UNKNOWN and path and path[-1][0] == UNKNOWN:  # unknown characters in a row are one
                path[-1] = (number, start, path[-1][2])
            else:
                path.append((number, start, end))
            end = start
        return path[::-1]


def save(pieces: Path, scores: Path, kept: Sequence[tuple[str, float]], normal: Mapping[str, str]) -> None:
    """Write pieces with their scores, and what characters become."""
    reach: dict[str, int] = {}  # how long the pieces are that begin with a character
    for piece, _ in kept:
        reach[piece[0]] = max(len(piece), reach.get(piece[0], 1))
    content = {"pieces": "\n".join(piece for piece, _ in kept), "reach": reach, "normal": dict(normal)}
    pieces.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    np.save(scores, np.array([score for _, score in kept], dtype=np.float64), allow_pickle=False)
