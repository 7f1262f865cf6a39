"""Index stage: a question to ranked passages; the one definition of score."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Language, Span
from index.embed import Encoder
from index.passages import Passage
from index.query import Floats, Query
from index.saved import SavedIndex


@dataclass(frozen=True, slots=True)
class Weights:
    """Weigh the evidence for a passage, and place the sum on the scale of scores.

    `passage` and `sentence` weigh deviations above the background, `passage_words` and
    `sentence_words` the share of the question's words that is covered. Chosen on the half of the
    project's questions that is for development. score = 1 / (1 + exp(-(slope x sum + offset))), placed
    so that questions on other subjects stay below 0.35 and questions on the reports' above.
    """

    passage: float = 1.0
    sentence: float = 1.0
    passage_words: float = 12.0
    sentence_words: float = 9.0
    slope: float = 0.33
    offset: float = -3.6


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """Hold a sentence of a passage with its own evidence, on the scale of the passage's sum."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """Hold a passage that may answer a question.

    `score` is in [0, 1], higher is better, and comparable across questions. `sentences` come best first.
    """

    document: Document
    passage: Passage
    score: float
    sentences: tuple[RankedSentence, ...]


class Retriever:
    """Rank the passages of an index by what speaks for them: meaning and words, whole and by sentence."""

    def __init__(
        self,
        index: SavedIndex,
        encoder: Encoder,
        *,
        candidates: int = 200,
        weights: Weights | None = None,
    ) -> None:
        index.check_encoder(encoder)
        self.index = index
        self.encoder = encoder
        self._candidates = candidates
        self._weights = weights or Weights()
        self._eligible_for: dict[Language, NDArray[np.bool_]] = {}
        self._spoken = {one: index.languages == one for one in np.unique(index.languages).tolist()}

    def search(self, question: str, *, language: Language, k: int = 10) -> list[RankedPassage]:
        """Return the `k` best passages for a question in `language`, best first.

        Of a report and its translation only the one in the question's language is searched.
        """
        index = self.index
        eligible = self._eligible(language)
        searched = {one for one, there in self._spoken.items() if (there & eligible).any()}
        query = Query.make(
            question,
            language=language,
            searched=searched,
            bridge=index.bridge,
            known=index.passage_words,
            encoder=self.encoder,
        )
        chosen = self._candidates_of(query, eligible)
        if not len(chosen):
            return []
        sums, sentences = self._evidence(chosen, query)
        order = np.lexsort((chosen, -sums))[:k]
        return [self._ranked(int(chosen[i]), float(sums[i]), sentences[i]) for i in order]

    def _eligible(self, language: Language) -> NDArray[np.bool_]:
        if language not in self._eligible_for:  # among a million passages this takes longer than the search
            left_out = translated(self.index.documents, language)
            self._eligible_for[language] = np.array(
                [p.document not in left_out for p in self.index.passages], dtype=bool
            )
        return self._eligible_for[language]

    def _candidates_of(self, query: Query, eligible: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the numbers of the passages that one kind of search or another finds."""
        index = self.index
        # Those of the other language or left out would crowd out the rest, so more are asked for.
        reach = min(len(index.passages), self._candidates * 4)
        found = [np.empty(0, dtype=np.int64)]
        for vector in query.vectors.values():
            found.append(index.passage_vectors.nearest(vector, reach))
            found.append(index.owners[index.sentence_vectors.nearest(vector, reach)])
        words = np.zeros(len(index.passages), dtype=np.float32)
        for language, groups in query.words.items():
            spoken = self._spoken[language]
            words[spoken] = index.passage_words.scores(groups)[spoken]
        found.append(_highest(words, reach))
        chosen = np.unique(np.concatenate(found))
        return chosen[eligible[chosen]]

    def _evidence(self, chosen: NDArray[np.int64], query: Query) -> tuple[Floats, list[Floats]]:
        """Return the sum of the evidence for each passage, and the evidence for each of its sentences."""
        index, weigh = self.index, self._weights
        sizes = np.array([len(index.passages[i].sentences) for i in chosen])
        starts = np.cumsum(sizes) - sizes
        firsts = index.first_sentences[chosen]
        lines = np.concatenate([np.arange(a, a + n) for a, n in zip(firsts, sizes, strict=True)])
        spoken = index.languages[chosen]
        spoken_lines = np.repeat(spoken, sizes)
        levels = index.background
        near = levels.distances(
            query.cosines(index.passage_vectors, chosen, spoken), spoken, asked=query.language, name="passage"
        )
        near_lines = levels.distances(
            query.cosines(index.sentence_vectors, lines, spoken_lines),
            spoken_lines,
            asked=query.language,
            name="sentence",
        )
        words = query.word_scores(index.passage_words, chosen, spoken)
        words_lines = query.word_scores(index.sentence_words, lines, spoken_lines)
        sums = (
            weigh.passage * near
            + weigh.sentence * np.maximum.reduceat(near_lines, starts)
            + weigh.passage_words * words
            + weigh.sentence_words * np.maximum.reduceat(words_lines, starts)
        )
        by_line = weigh.sentence * near_lines + weigh.sentence_words * words_lines
        return sums.astype(np.float32), np.split(by_line, starts[1:])

    def _ranked(self, number: int, total: float, evidence: Floats) -> RankedPassage:
        passage = self.index.passages[number]
        order = np.argsort(-evidence, kind="stable")
        return RankedPassage(
            document=self.index.documents[passage.document],
            passage=passage,
            score=float(1.0 / (1.0 + np.exp(-(self._weights.slope * total + self._weights.offset)))),
            sentences=tuple(RankedSentence(passage.sentences[i], float(evidence[i])) for i in order),
        )


def _highest(scores: Floats, most: int) -> NDArray[np.int64]:
    """Return the places of the highest scores above 0, of equal ones the first, without sorting all."""
    there = np.flatnonzero(scores > 0)
    if len(there) <= most:
        return there
    values = scores[there]
    least = np.partition(values, -most)[-most]
    above = there[values > least]
    return np.concatenate([above, there[values == least][: most - len(above)]])


def translated(documents: Mapping[str, Document], language: Language) -> set[str]:
    """Return the reports of the other language whose translation is there and can be searched instead."""
    pairs = [(d.id, d.translation_of) for d in documents.values() if d.translation_of in documents]
    return {
        one
        for pair in pairs
        for one, other in (pair, pair[::-1])
        if one and documents[one].language != language and documents[str(other)].language == language
    }
