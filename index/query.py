"""Index stage: a question in the forms in which reports of each language are searched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.document import Language
from index.bridge import Bridge
from index.embed import Encoder
from index.store import Store
from index.words import WordIndex, fold, tokens

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Groups = Sequence[Sequence[tuple[str, ...]]]
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Query:
    """Hold a question's words and vector for each language searched.

    Reports of the question's language are searched with the question itself, the others with the
    question and its gloss, and by the gloss's words alone: words of one language mean nothing in another.
    """

    language: Language
    words: dict[Language, Groups]
    vectors: dict[Language, Floats]

    @classmethod
    def make(
        cls,
        question: str,
        *,
        language: Language,
        searched: Iterable[Language],
        bridge: Bridge,
        known: WordIndex,
        encoder: Encoder,
    ) -> Self:
        """Prepare a question of `language`; `known` tells which words the reports use."""
        question = fold(question)
        gloss = bridge.gloss(question, language)
        own: Groups = [[(token,)] for token in dict.fromkeys(tokens(question))]
        own = [[(word,), *_synonyms(word, known, bridge)] for [(word,)] in own]
        wanted = [one for one in _LANGUAGES if one in set(searched)]
        texts = [question if one == language else f"{question} {gloss.text}".strip() for one in wanted]
        return cls(
            language=language,
            words={one: own if one == language else gloss.token_groups() for one in wanted},
            vectors=dict(zip(wanted, encoder.encode_queries(texts), strict=True)),
        )

    def cosines(self, store: Store, ids: Ids, spoken: NDArray[np.str_]) -> Floats:
        """Return the cosines with the rows `ids`, whose languages are `spoken`."""
        out = np.zeros(len(ids), dtype=np.float32)
        for language, vector in self.vectors.items():
            mask = spoken == language
            out[mask] = store.cosines(vector, ids[mask])
        return out

    def word_scores(self, index: WordIndex, ids: Ids, spoken: NDArray[np.str_]) -> Floats:
        """Return the word scores of the texts `ids`, whose languages are `spoken`."""
        out = np.zeros(len(ids), dtype=np.float32)
        for language, groups in self.words.items():
            mask = spoken == language
            out[mask] = index.scores(groups)[ids[mask]]
        return out


def _synonyms(word: str, known: WordIndex, bridge: Bridge) -> list[tuple[str, ...]]:
    return [] if word in known else [tuple(tokens(one)) for one in bridge.synonyms(word) if tokens(one)]
