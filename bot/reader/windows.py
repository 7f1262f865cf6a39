"""Reader: a question and a passage as the rows that the network reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.tokenizer import BEGIN, END, LONGEST, Pieces

# As XLM-R pairs texts: <s> question </s></s> passage </s>.
PAD = 1
LONGEST_QUESTION = 72
_OVERLAP = 96


@dataclass(frozen=True, slots=True)
class Window:
    """Hold a row of ids; from `first` on stand the pieces `low` to `high` of the passage numbered `passage`."""

    ids: list[int]
    first: int
    passage: int
    low: int
    high: int


def windows(question: Pieces, passage: Pieces, number: int, *, longest: int = LONGEST) -> Iterator[Window]:
    """Yield the rows that cover a passage, each at most `longest` pieces and overlapping the one before.

    A question is cut at 72 pieces, so that a passage always has room.
    """
    asked = question.ids[:LONGEST_QUESTION]
    room = longest - len(asked) - 4
    count = len(passage.ids)
    for low in range(0, max(1, count - _OVERLAP), max(1, room - _OVERLAP)) if count > room else (0,):
        high = min(count, low + room)
        yield row(asked, passage.ids, low, high, number)


def row(question: list[int], passage: list[int], low: int, high: int, number: int = 0) -> Window:
    """Return the row of a question and the pieces `low` to `high` of a passage."""
    return Window([BEGIN, *question, END, END, *passage[low:high], END], len(question) + 3, number, low, high)


def padded(rows: Sequence[Window]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids and attention mask, both (rows, longest row)."""
    width = max(len(one.ids) for one in rows)
    ids = np.full((len(rows), width), PAD, dtype=np.int64)
    for i, one in enumerate(rows):
        ids[i, : len(one.ids)] = one.ids
    return ids, (ids != PAD).astype(np.int64)
