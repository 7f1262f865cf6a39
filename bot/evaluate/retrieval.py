"""Evaluate stage: how well the passages that prove answers are found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluate.gold import GoldQuestion, RequiredAnswer, proves
from index.retrieve import RankedPassage

Search = Callable[[str, Sequence[str]], Sequence[RankedPassage]]
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Ranks:
    """Hold for one question the ranks, from 1, of the passages that prove each required answer."""

    question: GoldQuestion
    proofs: tuple[tuple[int, ...], ...]

    def recall(self, k: int) -> float:
        """Return recall@k.

        At 1: whether the best passage proves one required answer. Beyond: the share of required
        answers that one of the first k passages proves.
        """
        proved = [any(rank <= k for rank in ranks) for ranks in self.proofs]
        return float(any(proved)) if k == 1 else sum(proved) / len(proved)

    def reciprocal(self) -> float:
        """Return 1 over the rank of the first passage that proves anything, 0 if none of ten does."""
        return max((1 / rank for ranks in self.proofs for rank in ranks if rank <= _DEPTH), default=0.0)


@dataclass(frozen=True, slots=True)
class RetrievalResults:
    """Hold the ranks of all answerable questions."""

    ranks: tuple[Ranks, ...]

    def figures(self, chosen: Iterable[Ranks]) -> dict[str, float]:
        """Return n and the means of recall@1, @5, @10 and the reciprocal rank (MRR)."""
        rows = list(chosen)
        n = len(rows)
        return {
            "n": n,
            **{f"recall@{k}": sum(one.recall(k) for one in rows) / n for k in (1, 5, 10)},
            "mrr": sum(one.reciprocal() for one in rows) / n,
        }

    def record(self) -> dict[str, Any]:
        """Return all figures by language and kind, and the ranks of each question."""
        return {
            "by_language": self._grouped(lambda one: one.question.language),
            "by_kind": self._grouped(lambda one: f"{one.question.language} {one.question.kind}"),
            "questions": {one.question.id: [list(ranks) for ranks in one.proofs] for one in self.ranks},
        }

    def _grouped(self, key: Callable[[Ranks], str]) -> dict[str, dict[str, float]]:
        keys = sorted({key(one) for one in self.ranks})
        return {name: self.figures(one for one in self.ranks if key(one) == name) for name in keys}


def evaluate_retrieval(
    search: Search,
    gold: Sequence[GoldQuestion],
    *,
    progress: Callable[[str, float], None] | None = None,
) -> RetrievalResults:
    """Search for each answerable question and note where its proofs stand."""
    found = []
    answerable = [question for question in gold if question.answers]
    for done, question in enumerate(answerable, start=1):
        hits = search(question.question, question.history)
        found.append(Ranks(question, tuple(_ranks(answer, hits) for answer in question.answers)))
        if progress:
            progress("evaluate", done / len(answerable))
    return RetrievalResults(tuple(found))


def _ranks(answer: RequiredAnswer, hits: Sequence[RankedPassage]) -> tuple[int, ...]:
    return tuple(
        rank
        for rank, hit in enumerate(hits, start=1)
        if proves(
            answer,
            hit.document,
            hit.passage.start,
            hit.passage.end,
            [hit.document.text[a:b] for a, b in hit.passage.sentences],
        )
    )
