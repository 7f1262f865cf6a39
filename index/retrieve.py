"""Index stage: a question to ranked passages; the one definition of score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Language, Span
from index.bridge import Gloss
from index.embed import Encoder
from index.passages import Passage
from index.saved import SavedIndex
from index.store import VectorStore
from index.words import WordIndex, fold, tokens

Floats = NDArray[np.float32]


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
    passage_words: float = 6.0
    sentence_words: float = 5.0
    slope: float = 0.5
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
        self._encoder = encoder
        self._candidates = candidates
        self._weights = weights or Weights()

    def search(self, question: str, *, language: Language, k: int = 10) -> list[RankedPassage]:
        """Return the `k` best passages for a question in `language`, best first.

        Of a report and its translation only the one in the question's language is searched.
        """
        question = fold(question)
        gloss = self.index.bridge.gloss(question, language)
        own = [[token] for token in dict.fromkeys(tokens(question))]
        if language == "zh":
            own = [[*group, *self._synonyms(group[0])] for group in own]
        eligible = self._eligible(language)
        query = self._queries(question, gloss, language, eligible)
        chosen = self._candidates_of(query, own, gloss, language, eligible)
        if not len(chosen):
            return []
        sums, sentences = self._evidence(chosen, query, own, gloss, language)
        order = np.lexsort((chosen, -sums))[:k]
        return [self._ranked(int(chosen[i]), float(sums[i]), sentences[i]) for i in order]

    def _queries(
        self, question: str, gloss: Gloss, language: Language, eligible: NDArray[np.bool_]
    ) -> dict[Language, Floats]:
        """Encode the question for each language that is searched, with its gloss for the other one."""
        spoken = set(self.index.languages[eligible].tolist())
        texts: dict[Language, str] = {}
        both: tuple[Language, Language] = ("zh", "en")
        for one in both:
            if one in spoken:
                texts[one] = question if one == language else f"{question} {gloss.text}".strip()
        vectors = self._encoder.encode_queries(list(texts.values()))
        return dict(zip(texts, vectors, strict=True))

    def _synonyms(self, word: str) -> Sequence[str]:
        """Return other ways to say a word that no report uses."""
        return () if word in self.index.passage_words else self.index.bridge.synonyms(word)

    def _eligible(self, language: Language) -> NDArray[np.bool_]:
        """Leave out reports of the other language whose translation can be searched instead."""
        documents = self.index.documents
        pairs = [(d.id, d.translation_of) for d in documents.values() if d.translation_of in documents]
        twins = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
        left_out = {
            one
            for one, other in twins.items()
            if documents[one].language != language and documents[other].language == language
        }
        return np.array([passage.document not in left_out for passage in self.index.passages], dtype=bool)

    def _candidates_of(
        self,
        query: dict[Language, Floats],
        own: Sequence[Sequence[str]],
        gloss: Gloss,
        language: Language,
        eligible: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """Return the numbers of the passages that one kind of search or another finds."""
        index = self.index
        found = [np.empty(0, dtype=np.int64)]
        # Those of the other language or left out would crowd out the rest, so more are asked for.
        reach = min(len(index.passages), self._candidates * 4)
        for asked in query.values():
            found.append(index.passage_vectors.nearest(asked, reach))
            found.append(index.owners[index.sentence_vectors.nearest(asked, reach)])
        words = index.passage_words.scores(own) + index.passage_words.scores(gloss.token_groups())
        best = np.argsort(-words, kind="stable")[:reach]
        found.append(best[words[best] > 0])
        chosen = np.unique(np.concatenate(found))
        return chosen[eligible[chosen]]

    def _evidence(
        self,
        chosen: NDArray[np.int64],
        query: dict[Language, Floats],
        own: Sequence[Sequence[str]],
        gloss: Gloss,
        language: Language,
    ) -> tuple[Floats, list[Floats]]:
        """Return the sum of the evidence for each passage, and the evidence for each of its sentences."""
        index, weigh = self.index, self._weights
        firsts = index.first_sentences[chosen]
        sizes = np.array([len(index.passages[i].sentences) for i in chosen])
        ends = np.cumsum(sizes)
        lines = np.concatenate([np.arange(a, a + n) for a, n in zip(firsts, sizes, strict=True)])
        spoken = index.languages[chosen]
        near = self._distances(index.passage_vectors, chosen, query, spoken, language, "passage")
        near_lines = self._distances(
            index.sentence_vectors, lines, query, np.repeat(spoken, sizes), language, "sentence"
        )
        words = self._words(index.passage_words, chosen, own, gloss, spoken, language)
        words_lines = self._words(index.sentence_words, lines, own, gloss, np.repeat(spoken, sizes), language)
        starts = ends - sizes
        sums = (
            weigh.passage * near
            + weigh.sentence * np.maximum.reduceat(near_lines, starts)
            + weigh.passage_words * words
            + weigh.sentence_words * np.maximum.reduceat(words_lines, starts)
        )
        by_line = weigh.sentence * near_lines + weigh.sentence_words * words_lines
        return sums.astype(np.float32), np.split(by_line, ends[:-1])

    def _distances(
        self,
        store: VectorStore,
        ids: NDArray[np.int64],
        query: dict[Language, Floats],
        spoken: NDArray[np.str_],
        language: Language,
        name: str,
    ) -> Floats:
        cosines = np.zeros(len(ids), dtype=np.float32)
        for report_language, asked in query.items():
            mask = spoken == report_language
            cosines[mask] = store.cosines(asked, ids[mask])
        return self.index.background.distances(cosines, spoken, asked=language, name=name)

    @staticmethod
    def _words(
        words: WordIndex,
        ids: NDArray[np.int64],
        own: Sequence[Sequence[str]],
        gloss: Gloss,
        spoken: NDArray[np.str_],
        language: Language,
    ) -> Floats:
        """Score by the question's own words where the language is shared, else by the gloss's."""
        shared = words.scores(own)[ids]
        bridged = words.scores(gloss.token_groups())[ids]
        return np.where(spoken == language, shared, bridged)

    def _ranked(self, number: int, total: float, evidence: Floats) -> RankedPassage:
        passage = self.index.passages[number]
        order = np.argsort(-evidence, kind="stable")
        return RankedPassage(
            document=self.index.documents[passage.document],
            passage=passage,
            score=float(1.0 / (1.0 + np.exp(-(self._weights.slope * total + self._weights.offset)))),
            sentences=tuple(RankedSentence(passage.sentences[i], float(evidence[i])) for i in order),
        )
