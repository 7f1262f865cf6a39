"""Index stage: how near questions are to passages that have nothing to do with them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.document import Language
from index.embed import Encoder
from index.errors import IndexDamaged

_SAMPLE = 2000
_LEAST_DEVIATION = 0.005
# Everyday questions of many subjects: what is near to all of them is near by language, not by subject.
_PROBES: dict[Language, tuple[str, ...]] = {
    "zh": (
        "明天会下雨吗？", "这本书是谁写的？", "公司成立于哪一年？", "这座桥有多长？", "比赛的冠军是谁？", "火车几点出发？",
        "这种药有什么副作用？", "全国有多少所大学？", "这部电影讲了什么？", "为什么海水是咸的？", "去年的产量是多少？", "会议在哪里举行？",
    ),
    "en": (
        "Will it rain tomorrow?", "Who wrote this book?", "In which year was the company founded?",
        "How long is the bridge?", "Who won the championship?", "When does the train leave?",
        "What are the side effects of this drug?", "How many universities are there in the country?",
        "What is the film about?", "Why is sea water salty?", "What was last year's output?",
        "Where will the conference be held?",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Background:
    """Hold mean and deviation of cosines between unrelated questions and passages or sentences.

    Keys are the question's language, the report's and what was compared, as "zh en sentence". Two
    texts of one language are nearer than two of different ones whatever they say, so cosines compare
    across languages, and across questions, only as distances from these means.
    """

    levels: dict[str, tuple[float, float]]

    @classmethod
    def measure(
        cls,
        encoder: Encoder,
        compared: dict[str, tuple[NDArray[np.float32], list[Language]]],
        *,
        gloss: Callable[[str, Language], str],
    ) -> Self:
        """Measure probes against vectors; `compared` maps a name to vectors and their languages.

        For reports of the other language a probe carries its gloss, as questions do.
        """
        levels = {}
        for asked, probes in _PROBES.items():
            plain = encoder.encode_queries(probes)
            bridged = encoder.encode_queries([f"{one} {gloss(one, asked)}".strip() for one in probes])
            for name, (vectors, languages) in compared.items():
                for language in sorted(set(languages)):
                    queries = plain if language == asked else bridged
                    rows = vectors[[i for i, one in enumerate(languages) if one == language][:_SAMPLE]]
                    cosines = rows @ queries.T
                    # Within each probe: what tells one passage from another for the same question.
                    deviation = max(float(cosines.std(axis=0).mean()), _LEAST_DEVIATION)
                    levels[f"{asked} {language} {name}"] = (float(cosines.mean()), deviation)
        return cls(levels)

    def distances(
        self,
        cosines: NDArray[np.float32],
        languages: NDArray[np.str_],
        *,
        asked: Language,
        name: str,
    ) -> NDArray[np.float32]:
        """Return cosines as numbers of deviations above the mean for their language."""
        out = np.zeros_like(cosines)
        for language in np.unique(languages):
            mean, deviation = self.levels[f"{asked} {language} {name}"]
            chosen = languages == language
            out[chosen] = (cosines[chosen] - mean) / deviation
        return out

    def save(self, path: Path) -> None:
        """Write the levels as JSON."""
        path.write_text(json.dumps(self.levels), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexDamaged: if the file does not hold what was written.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls({key: (float(mean), float(spread)) for key, (mean, spread) in content.items()})
        except (OSError, ValueError, TypeError, AttributeError) as err:
            raise IndexDamaged(f"{path}: the levels can't be read; run `citewise index` again") from err
