"""Reader: evidence for each piece of a passage to evidence for its spans."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.reader.windows import Window
from corpus.document import Span

Floats = NDArray[np.float32]
_LONGEST = 40  # pieces of a span; longer answers are sentences, which are chosen otherwise
_STARTS = 20


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Hold `text[start:end]` of a passage; `score` is its evidence less that for no answer."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what was read in one passage.

    `starts` and `ends` hold, for each piece, the evidence that an answer starts or ends there, `spans`
    its characters. `no_answer` is the evidence that the passage holds none.
    """

    starts: Floats
    ends: Floats
    spans: tuple[Span, ...]
    no_answer: float

    @classmethod
    def blank(cls, text: str) -> Self:
        """Return what is known of a passage that was not read: nothing speaks for one span before another."""
        evidence = np.zeros(len(text), dtype=np.float32)
        return cls(evidence, evidence, tuple((i, i + 1) for i in range(len(text))), 0.0)

    @classmethod
    def joined(cls, spans: Sequence[Span], rows: Sequence[tuple[Window, Floats]]) -> Self:
        """Join what was read in the windows of a passage; where they overlap the stronger evidence counts."""
        starts, ends = (np.full(len(spans), -np.inf, dtype=np.float32) for _ in range(2))
        no_answer = np.inf
        for window, logits in rows:
            part = logits[window.first : window.first + window.high - window.low]
            for evidence, column in ((starts, 0), (ends, 1)):
                place = evidence[window.low : window.high]
                np.maximum(place, part[:, column], out=place)
            no_answer = min(no_answer, float(logits[0].sum()))
        return cls(starts, ends, tuple(spans), no_answer)

    def best(self, count: int = 5) -> list[ScoredSpan]:
        """Return the best spans, none of which overlaps a better one."""
        found: list[ScoredSpan] = []
        for first in np.argsort(-self.starts, kind="stable")[:_STARTS]:
            for last in range(int(first), min(int(first) + _LONGEST, len(self.spans))):
                score = float(self.starts[first] + self.ends[last]) - self.no_answer
                found.append(ScoredSpan(self.spans[first][0], self.spans[last][1], score))
        found.sort(key=lambda one: (-one.score, one.start, one.end))
        chosen: list[ScoredSpan] = []
        for one in found:
            if one.end > one.start and all(one.end <= other.start or other.end <= one.start for other in chosen):
                chosen.append(one)
                if len(chosen) == count:
                    break
        return chosen

    def score(self, start: int, end: int, *, reach: int = 12) -> float:
        """Return the best evidence of a span that overlaps `text[start:end]` and is at most `reach` pieces longer."""
        inside = [i for i, (low, high) in enumerate(self.spans) if low < end and start < high]
        if not inside:
            return -np.inf
        first, last = inside[0], inside[-1]
        best = -np.inf
        for low in range(max(0, first - reach), last + 1):
            ends = self.ends[max(low, first) : min(len(self.spans), last + reach + 1)]
            best = max(best, float(self.starts[low] + ends.max()))
        return best - self.no_answer

    def inside(self, start: int, end: int) -> float:
        """Return the best evidence of a span that lies within `text[start:end]`."""
        within = [i for i, (low, high) in enumerate(self.spans) if start <= low and high <= end]
        if not within:
            return -np.inf
        first, last = within[0], within[-1]
        best = -np.inf
        for low in range(first, last + 1):
            best = max(best, float(self.starts[low] + self.ends[low : min(last + 1, low + _LONGEST)].max()))
        return best - self.no_answer
