"""Index stage: the default encoder as answers are served, in 8 bits and without torch."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.bundled_model import Form, bundled_fingerprint, bundled_model_folder
from index.e5_file import Source
from index.embed import BUNDLED, Progress, Vectors
from index.errors import ModelDamaged
from index.layers import Layers
from index.tokenizer import BEGIN, END, FILES, LONGEST, Pieces, PieceTokenizer, write_tokenizers

Floats = NDArray[np.float32]
LAYERS = "layers.onnx"
_WORDS, _POSITIONS = "words.npy", "positions.npy"
_BATCH = 32
_QUERY, _PASSAGE = "query: ", "passage: "
# What the layers' large features are found with: any sentences will do.
_PROBES = (
    "query: 全国有多少所大学？",
    "passage: 2021年，全县新建学校12所，投入资金3.5亿元，惠及群众4.2万人次。",
    "passage: 会议强调，要坚持以人民为中心的发展思想，推动各项工作取得新成效。",
    "passage: 明天会下雨吗？火车几点出发？",
    "query: How many universities are there in the country?",
    "passage: In 2019 the county built 12 schools and spent 350 million yuan, 4% more than the year before.",
    "passage: Nobody was hurt, and the bridge, which is 1,200 metres long, was opened again on Monday.",
    "passage: Dear Sir or Madam, thank you for your letter (see the table below): A-17; B/3; 0.5.",
)


class BundledEncoder:
    """Encode with multilingual-e5-small in 8 bits: cosine to the float32 vectors above 0.995.

    A text gets the same vector, byte for byte, whatever else is encoded with it. Texts are cut at 512 pieces.
    May be called from several threads.
    """

    name = BUNDLED

    def __init__(self, folder: Path) -> None:
        self.fingerprint = bundled_fingerprint(SERVED)
        self.cache = folder.parent
        try:
            self._words = np.load(folder / _WORDS, mmap_mode="r", allow_pickle=False)
            self._positions = np.load(folder / _POSITIONS, allow_pickle=False)
            self._tokenizer = PieceTokenizer(folder)
        except Exception as err:  # tokenizers raises plain Exceptions
            raise ModelDamaged(f"the encoder in {folder} can't be loaded: {err}") from err
        self._layers = Layers.load(folder / LAYERS)
        self.dimensions = int(self._words.shape[1])

    @classmethod
    def load(cls, cache: Path, *, progress: Progress | None = None) -> Self:
        """Load the encoder, assembling it in `cache` the first time.

        Raises:
            ModelMissing: The package that carries it is not there.
            ModelDamaged: Its files are not usable.
            ModelUnwritable: It can't be stored in `cache`.
        """
        return cls(bundled_model_folder(cache, form=SERVED, progress=progress))

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one row for each passage or sentence."""
        return self._encode([_PASSAGE + text for text in texts], progress)

    def encode_queries(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one row for each question."""
        return self._encode([_QUERY + text for text in texts], progress)

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Cut texts into the vocabulary's pieces, whole however long, without special ones."""
        return self._tokenizer.cut(texts)

    def embedded(self, ids: Sequence[int]) -> Floats:
        """Return what the layers read of a row of at most 512 ids, (ids, hidden)."""
        return _embedded(self._words, self._positions, ids)

    def _encode(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = self.pieces(texts[start : start + _BATCH])
            made = self._layers.run([self.embedded(_row(one.ids)) for one in batch])
            means = np.array([one.mean(axis=0) for one in made])
            rows[start : start + len(batch)] = means / np.linalg.norm(means, axis=1, keepdims=True)
            if progress is not None:
                progress((start + len(batch)) / len(texts))
        return rows


def _row(ids: Sequence[int]) -> list[int]:
    return [BEGIN, *ids[: LONGEST - 2], END]


def _embedded(words: NDArray[Any], positions: Floats, ids: Sequence[int]) -> Floats:
    summed: Floats = words[np.asarray(ids, dtype=np.int64)].astype(np.float32) + positions[: len(ids)]
    return summed


def _write(folder: Path, source: Source, report: Callable[[float], None]) -> None:
    from index.graph import write_layers

    def tensor(name: str) -> Floats:
        return source.tensors[name].whole()

    words = tensor("embeddings.word_embeddings.weight").astype(np.float16)
    np.save(folder / _WORDS, words, allow_pickle=False)
    report(0.3)
    # There is one type of text, whose vector belongs to every position.
    positions = tensor("embeddings.position_embeddings.weight") + tensor("embeddings.token_type_embeddings.weight")[0]
    np.save(folder / _POSITIONS, positions, allow_pickle=False)
    write_tokenizers(folder, source)
    report(0.6)
    probes = PieceTokenizer(folder).cut(_PROBES)
    shape = source.shape
    write_layers(
        folder / LAYERS,
        tensor,
        layers=shape.layers,
        heads=shape.heads,
        epsilon=shape.epsilon,
        probes=[_embedded(words, positions, _row(one.ids))[np.newaxis] for one in probes],
    )
    report(1.0)


SERVED = Form("int8", 2, (_WORDS, _POSITIONS, LAYERS, *FILES), _write)
