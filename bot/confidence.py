"""Bot stage: how sure an answer is, from what speaks for its best candidate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from bot.asked import Asked
from bot.evidence import Candidate
from bot.support import Support

_SURE = 1e-3


@dataclass(frozen=True, slots=True)
class Signs:
    """Hold what tells answerable questions from others, for one candidate.

    `span` is the reader's evidence, `passage` the log odds of retrieval's score, `sentence` retrieval's evidence
    for the sentence, `coverage`, `clause` and `own` the shares of the question's words that are there, in its
    clause and between an amount's neighbours, `lacking` that of the most telling word which is not, `kind` how
    well a figure's unit fits, `counted` and `uncounted` how near and how far what is counted stands; then what is
    asked for; `matched` what the question's words that are there tell, `strange` how far off what is
    counted stands if the thesaurus knows it.
    """

    span: float
    passage: float
    sentence: float
    coverage: float
    clause: float
    own: float
    lacking: float
    kind: float
    counted: float
    uncounted: float
    quantity: float
    explanation: float
    matched: float
    strange: float

    @classmethod
    def of(cls, asked: Asked, candidate: Candidate, support: Support, clause: float = 0.0, own: float = 0.0) -> "Signs":
        """Collect the signs of a candidate, and how much of the question is in its clause and beside it."""
        score = min(max(candidate.hit.score, _SURE), 1 - _SURE)
        return cls(
            span=candidate.span,
            passage=math.log(score / (1 - score)),
            sentence=candidate.sentence_score,
            coverage=support.coverage,
            clause=clause,
            own=own,
            lacking=support.lacking,
            kind=candidate.kind_fit,
            counted=max(0.0, candidate.counted),
            uncounted=max(0.0, -candidate.counted),
            quantity=float(asked.wants == "quantity"),
            explanation=float(asked.wants == "explanation"),
            matched=support.matched,
            strange=support.strange,
        )


_in_order = attrgetter(*(field.name for field in fields(Signs)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weigh signs: confidence = 1 / (1 + exp(-(offset + sum of weight x sign))), logistic regression.

    Fitted by `scripts/calibrate.py` on the development questions with the two original reports, so that a
    confidence of 0.8 means: four of five such questions are answered by the report.
    """

    offset: float = -0.419
    weights: tuple[float, ...] = (
        0.234, 0.442, 0.113, -0.92, 0.171, -0.567, -2.112, 0.849, 1.212, -0.278, -0.405, 2.811, 0.409, -0.484
    )  # fmt: skip

    def confidence(self, signs: Signs) -> float:
        """Return the probability, in [0, 1], that the question is answered."""
        total = self.offset + sum(w * sign for w, sign in zip(self.weights, _in_order(signs), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def names() -> Sequence[str]:
    """Return the names of the signs, in the order of the weights."""
    return [field.name for field in fields(Signs)]
