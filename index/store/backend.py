"""Index stage: who keeps the vectors of an index; FAISS in files of the index, the default."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.store.kinds import Choice
from index.store.protocol import Store, Vectors
from index.store.vectors import VectorStore


class Backend(Protocol):
    """Write and open the vectors of an index's generation."""

    def write(self, path: Path, vectors: Vectors) -> None:
        """Keep vectors; `path` is their array in the generation's folder, which is always written."""
        ...

    def open(self, path: Path, *, dimensions: int) -> Store:
        """Return the vectors that `write` kept."""
        ...

    def tidy(self, folder: Path) -> None:
        """Let go of what no generation below the index's folder names any more."""
        ...


@dataclass(frozen=True, slots=True)
class FaissBackend:
    """Keep vectors in files and search them by FAISS, in the kind of search that suits their number."""

    kind: Choice = "auto"

    def write(self, path: Path, vectors: Vectors) -> None:
        """Write the vectors and what was learnt from them."""
        VectorStore.from_vectors(vectors, kind=self.kind).save(path)

    def open(self, path: Path, *, dimensions: int) -> Store:
        """Return the vectors that `write` kept.

        Raises:
            IndexDamaged: if a file is missing, truncated or of another shape.
        """
        return VectorStore.load(path, dimensions=dimensions)

    def tidy(self, folder: Path) -> None:
        """Do nothing: all files stand in the generations' folders."""
