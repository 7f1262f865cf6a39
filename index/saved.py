"""Index stage: a saved index, checked and loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from corpus.files import file_stamps, is_excluded, is_unchanged
from index.background import Background
from index.bridge import Bridge
from index.embed import Encoder
from index.errors import IndexDamaged, IndexOutdated
from index.manifest import Manifest
from index.passages import Passage
from index.records import read_documents, read_passages
from index.store import Backend, FaissBackend, Store
from index.words import WordIndex


@dataclass(frozen=True, slots=True)
class SavedIndex:
    """Hold everything that retrieval reads; `owners` maps each sentence to its passage's number."""

    manifest: Manifest
    documents: dict[str, Document]
    passages: list[Passage]
    owners: NDArray[np.int64]
    first_sentences: NDArray[np.int64]
    languages: NDArray[np.str_]
    passage_vectors: Store
    sentence_vectors: Store
    passage_words: WordIndex
    sentence_words: WordIndex
    bridge: Bridge
    background: Background

    @classmethod
    def load(cls, folder: Path, *, backend: Backend | None = None) -> Self:
        """Load an index after checking that it is whole; `backend` keeps its vectors, FAISS where it is None.

        If another build came into force meanwhile and tidied away what is being read, that is loaded.
        All sizes are checked, and hashes up to a sum of 64 MB; `citewise doctor` checks all hashes.

        Raises:
            IndexMissing: if there is none.
            IndexDamaged: if a file is missing, truncated or changed; it is named.
            IndexOutdated: if a newer format made it.
        """
        backend = backend or FaissBackend()
        manifest = Manifest.load(folder)
        while True:
            try:
                return cls._read(folder, manifest, backend)
            except IndexDamaged:
                newer = Manifest.load(folder)
                if newer.generation == manifest.generation:
                    raise
                manifest = newer

    @classmethod
    def _read(cls, folder: Path, manifest: Manifest, backend: Backend) -> Self:
        manifest.check_files(folder)
        files = folder / manifest.generation
        documents = read_documents(files / "documents.jsonl")
        passages = read_passages(files / "passages.jsonl", documents)
        sizes = [len(passage.sentences) for passage in passages]
        index = cls(
            manifest=manifest,
            documents=documents,
            passages=passages,
            owners=np.repeat(np.arange(len(passages)), sizes),
            first_sentences=np.cumsum([0, *sizes])[:-1],
            languages=np.array([documents[passage.document].language for passage in passages]),
            passage_vectors=backend.open(files / "passages.npy", dimensions=manifest.dimensions),
            sentence_vectors=backend.open(files / "sentences.npy", dimensions=manifest.dimensions),
            passage_words=WordIndex.load(files / "passage-words"),
            sentence_words=WordIndex.load(files / "sentence-words"),
            bridge=Bridge.load(files / "bridge.json"),
            background=Background.load(files / "background.json"),
        )
        vectors = len(index.passage_vectors), len(index.sentence_vectors)
        if vectors != (len(passages), sum(sizes)):
            raise IndexDamaged(
                f"{folder}: expected {len(passages)} passage and {sum(sizes)} sentence vectors, found "
                f"{vectors[0]} and {vectors[1]}; run `citewise index` again"
            )
        return index

    def check_encoder(self, encoder: Encoder) -> None:
        """Check that questions will be encoded as the reports were.

        Raises:
            IndexOutdated: if another encoder built the index.
        """
        built, given = self.manifest, encoder
        if (built.fingerprint, built.dimensions) != (given.fingerprint, given.dimensions):
            raise IndexOutdated(
                f"the index was built with the encoder {built.encoder!r} ({built.dimensions} dimensions), the "
                f"settings name {given.name!r} ({given.dimensions} dimensions); run `citewise index` again or set "
                "encoder.model back"
            )


@dataclass(frozen=True, slots=True)
class Changes:
    """Name the files that changed since an index was built."""

    added: Sequence[str]
    changed: Sequence[str]
    removed: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def changes_since(manifest: Manifest) -> Changes:
    """Compare the indexed folders with what the index was built from."""
    found = file_stamps(Path(root) for root in manifest.roots)
    now = {path: stamp for path, stamp in found.items() if not is_excluded(path, manifest.excluded)}
    then = manifest.stamps
    return Changes(
        added=sorted(set(now) - set(then)),
        changed=sorted(path for path in set(now) & set(then) if not is_unchanged(path, then[path], now[path])),
        removed=sorted(set(then) - set(now)),
    )
