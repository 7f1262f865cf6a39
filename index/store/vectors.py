"""Index stage: vectors in a file, searched exactly or by what FAISS learnt from them."""

from pathlib import Path
from typing import Self

import numpy as np

from index.errors import UNREADABLE, IndexDamaged
from index.store.codes import Codes
from index.store.exact import exact
from index.store.graph import Graph
from index.store.kinds import Choice, Kind, kind_for, reach_for
from index.store.protocol import Ids, Searcher, Vectors
from index.store.rows import check_finite, open_array, open_rows, save_array

_SEARCHERS: dict[Kind, type[Graph] | type[Codes]] = {"hnsw": Graph, "ivfpq": Codes}


class VectorStore:
    """Find the stored unit vectors with the largest inner product, which is the cosine.

    Approximate kinds only name candidates, which are ranked by their exact cosines; of the vectors no more than the
    candidates' rows is read then. Large arrays stay on disk, and each row is checked when it is read.
    """

    def __init__(self, rows: Vectors, searcher: Searcher | None = None, *, path: Path | None = None) -> None:
        self._rows = rows
        self._searcher = searcher
        self._path = path

    @classmethod
    def from_vectors(cls, vectors: Vectors, *, kind: Choice = "auto") -> Self:
        """Store rows of unit length, shape (n, dimensions); a row's number is its id."""
        mapped = isinstance(vectors, np.memmap)
        rows = vectors if mapped else np.ascontiguousarray(vectors, dtype=np.float32)
        chosen = _SEARCHERS.get(kind_for(len(rows), kind))
        return cls(rows, chosen.build(rows) if chosen else None)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Vectors:
        """Return the stored vectors, shape (n, dimensions), perhaps still on disk."""
        return self._rows

    @property
    def kind(self) -> Kind:
        """Return how the store searches."""
        return self._searcher.kind if self._searcher else "flat"

    def nearest(self, query: Vectors, k: int) -> Ids:
        """Return the ids of the `k` best rows for one query of shape (dimensions,), best first.

        Fewer come back when the store holds fewer.
        """
        k = min(k, len(self._rows))
        if k < 1 or not np.isfinite(query).all():
            return np.empty(0, dtype=np.int64)
        if self._searcher is None:
            return exact(self._rows, query, k)
        found = self._searcher.search(query, min(len(self._rows), reach_for(self._searcher.kind, k)))
        return self.best_of(query, found, k)

    def best_of(self, query: Vectors, ids: Ids, k: int) -> Ids:
        """Return the `k` best of the rows named, by their exact cosines, best first."""
        ids = np.unique(ids)  # rows are read in their order on disk, and equal cosines come in the order of ids
        return ids[np.argsort(-self.cosines(query, ids), kind="stable")[:k]]

    def cosines(self, query: Vectors, ids: Ids | slice = slice(None)) -> Vectors:
        """Return the exact cosines of one query with the rows named, shape (len(ids),)."""
        rows = np.asarray(self._rows[ids], dtype=np.float32)
        if isinstance(self._rows, np.memmap):
            check_finite(rows, self._path)
        return np.asarray(rows @ query, dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the vectors, and beside them what was learnt from them, as NumPy arrays."""
        save_array(path, self._rows)
        if self._searcher:
            for name, array in self._searcher.arrays().items():
                save_array(_beside(path, self._searcher.kind, name), array)

    @classmethod
    def load(cls, path: Path, *, dimensions: int) -> Self:
        """Read what `save` wrote; where nothing that was learnt stands beside the vectors, all are looked at.

        Raises:
            IndexDamaged: if a file is missing, truncated or of another shape.
        """
        rows = open_rows(path, dimensions=dimensions)
        for kind, searcher in _SEARCHERS.items():
            files = sorted(path.parent.glob(_beside(path, kind, "*").name))
            if not files:
                continue
            arrays = {file.name.split(".")[-2]: open_array(file) for file in files}
            try:
                learnt = searcher.from_arrays(arrays, count=len(rows), dimensions=dimensions)
            except UNREADABLE as err:
                raise IndexDamaged(
                    f"{path}: what was learnt from the vectors ({kind}) does not fit them: {err}; "
                    "run `citewise index` again"
                ) from err
            return cls(rows, learnt, path=path)
        return cls(rows, path=path)


def _beside(path: Path, kind: Kind, name: str) -> Path:
    return path.with_name(f"{path.stem}.{kind}.{name}.npy")
