"""Index stage: nearest vectors (the only import of faiss)."""

from pathlib import Path
from typing import Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import UNREADABLE, IndexDamaged

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]


class VectorStore:
    """Find the stored unit vectors with the largest inner product, which is the cosine."""

    def __init__(self, index: faiss.IndexFlatIP, vectors: Vectors) -> None:
        self._index = index
        self._vectors = vectors

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> Self:
        """Store rows of unit length, shape (n, dimensions); a row's number is its id."""
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(rows)
        return cls(index, rows)

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def rows(self) -> Vectors:
        """Return the stored vectors, shape (n, dimensions)."""
        return self._vectors

    def nearest(self, query: Vectors, k: int) -> Ids:
        """Return the ids of the `k` best rows for one query of shape (dimensions,), best first.

        Fewer come back when the store holds fewer.
        """
        if not len(self._vectors) or k < 1:
            return np.empty(0, dtype=np.int64)
        _, ids = self._index.search(query[np.newaxis, :], k)
        # FAISS fills up what it does not find with -1.
        return np.asarray(ids[0][ids[0] >= 0], dtype=np.int64)

    def cosines(self, query: Vectors, ids: Ids | slice = slice(None)) -> Vectors:
        """Return the cosines of one query with the rows named, shape (len(ids),)."""
        return np.asarray(self._vectors[ids] @ query, dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the vectors as a NumPy array; FAISS's own files run code paths that trust them."""
        np.save(path, self._vectors, allow_pickle=False)

    @classmethod
    def load(cls, path: Path, *, dimensions: int) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexDamaged: if the file is missing, truncated or of another shape.
        """
        try:
            vectors = np.load(path, allow_pickle=False)
        except UNREADABLE as err:
            raise IndexDamaged(f"{path}: the vectors can't be read; run `citewise index` again") from err
        if vectors.ndim != 2 or vectors.shape[1] != dimensions or vectors.dtype != np.float32:
            raise IndexDamaged(
                f"{path}: expected vectors of {dimensions} float32 numbers, found shape {vectors.shape} of "
                f"{vectors.dtype}; run `citewise index` again"
            )
        if not np.isfinite(vectors).all():
            raise IndexDamaged(f"{path}: holds a number that is none; run `citewise index` again")
        return cls.from_vectors(vectors)
