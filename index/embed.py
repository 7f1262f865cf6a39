"""Index stage: turns passages and questions into vectors; wraps sentence_transformers."""

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.bundled_model import bundled_fingerprint, bundled_model_folder
from index.errors import ModelDamaged, ModelMissing
from index.tokenizer import Pieces, well_formed

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module

BUNDLED = "bundled"

_BATCH = 32
_SAMPLE = 1 << 16  # bytes at either end of a weights file that tell it from its fine-tuned twin
_WEIGHTS = {".safetensors", ".bin", ".onnx", ".pt"}
_E5_PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}

Vectors = NDArray[np.float32]
Progress = Callable[[float], None]


class Encoder(Protocol):
    """Turn texts into unit-length rows, so that a dot product of two rows is their cosine.

    `fingerprint` names the weights: vectors of two encoders may be compared when it is equal.
    `progress` is called with the share of texts done, from 0 to 1.
    """

    name: str
    dimensions: int
    fingerprint: str

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one row for each passage or sentence."""
        ...

    def encode_queries(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one row for each question."""
        ...


class SentenceEncoder:
    """Encode with a sentence-transformers model.

    A text gets the same vector whatever else is encoded with it, but for float noise (about 1e-7
    a component): padding to the longest text of a batch changes the order of sums, so bytes
    may differ. A text encoded alone gives the same bytes each time. Texts are cut at the model's
    maximum length. May be called from several threads, which then wait for each other.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str, fingerprint: str, dimensions: int) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self._model = model
        self._lock = Lock()  # a tokenizer's truncation and padding are state that calls share

    @classmethod
    def load(cls, model: str, *, cache: Path, offline: bool = True, progress: Progress | None = None) -> Self:
        """Load an encoder; takes seconds, as it imports torch.

        Args:
            model: "bundled", or the name or folder of a sentence-transformers model.
            cache: Where the bundled model is assembled.
            offline: Whether to look at local files only, in this process from now on.
            progress: Called with the share done while the bundled model is assembled.

        Raises:
            ModelMissing: The model is not on this computer, or can't be downloaded.
            ModelDamaged: Its files, or its vectors, are not usable.
            ModelUnwritable: The bundled model can't be stored in `cache`.
        """
        place = Path(model).expanduser()
        if model == BUNDLED:
            place = bundled_model_folder(cache, progress=progress)
        local = place.is_dir()
        loaded, width = _load(str(place) if local else model, local=local, offline=offline)
        if model == BUNDLED:
            fingerprint = bundled_fingerprint()
        else:
            fingerprint = _folder_fingerprint(place) if local else _hub_fingerprint(model, loaded)
            if _is_e5(model) and not any(loaded.prompts.values()):
                loaded.prompts = dict(_E5_PROMPTS)
        return cls(loaded, name=model, fingerprint=fingerprint, dimensions=width)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one row for each passage or sentence."""
        return self._encode(self._model.encode_document, texts, progress)

    def encode_queries(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one row for each question."""
        return self._encode(self._model.encode_query, texts, progress)

    @property
    def transformer(self) -> "Module":
        """Return the network itself; whoever wants it changed changes a copy."""
        network: Module = self._model[0].auto_model  # type: ignore[assignment]
        return network

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Cut texts into the vocabulary's pieces, whole however long, without special ones."""
        backend = self._model.tokenizer.backend_tokenizer
        with self._lock:
            backend.no_truncation()
            backend.no_padding()
            made = backend.encode_batch([well_formed(text) for text in texts], add_special_tokens=False)
        return [Pieces(one.ids, one.offsets) for one in made]

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # little padding to compute
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            batch = [well_formed(texts[i]) for i in chosen]
            with self._lock:
                made = encode(batch, batch_size=_BATCH, show_progress_bar=False)
            rows[chosen] = self._unit_rows(np.asarray(made, dtype=np.float32), len(batch))
            if progress is not None:
                progress((start + len(batch)) / len(order))
        return rows

    def _unit_rows(self, made: Vectors, count: int) -> Vectors:
        """Scale rows to length one, or say what is wrong with them."""
        expected = (count, self.dimensions)
        if made.shape != expected:
            raise ModelDamaged(f"the encoder '{self.name}' made vectors of shape {made.shape}, expected {expected}")
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ModelDamaged(f"the encoder '{self.name}' made a vector without direction")
        rows: Vectors = made / lengths
        return rows


def _load(model: str, *, local: bool, offline: bool) -> "tuple[SentenceTransformer, int]":
    """Load a model quietly and find how wide its vectors are, or say in one line why not."""
    _set_environment(offline=offline)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    untyped: Any = logging
    untyped.set_verbosity_error()  # load reports, "some weights were not used"
    untyped.disable_progress_bar()
    try:
        loaded = SentenceTransformer(model, local_files_only=offline or local)
        width = np.asarray(loaded.encode(["1"], show_progress_bar=False)).shape[1]
    except Exception as err:
        reason = " ".join(str(err).split())[:200] or type(err).__name__
        if local:
            raise ModelDamaged(f"the encoder in {model} can't be loaded: {reason}") from err
        if offline:
            raise ModelMissing(
                f"the encoder '{model}' is neither a folder nor a model downloaded before; set"
                f" encoder.model to '{BUNDLED}' or to a folder, or allow downloads once"
            ) from err
        raise ModelMissing(f"the encoder '{model}' can't be downloaded: {reason}") from err
    return loaded, int(width)


def _set_environment(*, offline: bool) -> None:
    """Set what the libraries read when they are first imported."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else each fork is warned about
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"


def _is_e5(model: str) -> bool:
    """Say whether a model is of the family that wants `query: ` and `passage: ` before texts.

    >>> _is_e5("intfloat/multilingual-e5-large"), _is_e5("BAAI/bge-m3"), _is_e5("some5/model")
    (True, False, False)
    """
    words = re.split(r"[^a-z0-9]+", model.lower())
    return "e5" in words and "instruct" not in words  # those want an instruction instead


def _folder_fingerprint(folder: Path) -> str:
    """Hash a model's settings and, of its weights, sizes and both ends."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix not in _WEIGHTS | {".json", ".txt", ".model"}:
            continue
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if path.suffix in _WEIGHTS:
                digest.update(file.read(_SAMPLE))
                file.seek(max(0, size - _SAMPLE))
            digest.update(file.read())
    return digest.hexdigest()


def _hub_fingerprint(name: str, model: "SentenceTransformer") -> str:
    """Return a hub model's name, with its commit where the library knows it."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit = getattr(config, "_commit_hash", None)
    return f"{name}@{commit}" if commit else name
