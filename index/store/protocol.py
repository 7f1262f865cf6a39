"""Index stage: what retrieval asks of stored vectors, whoever keeps them."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.store.kinds import Kind

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Arrays = dict[str, NDArray[Any]]


class Store(Protocol):
    """Hold unit vectors, whose inner product is their cosine; a row's number is its id."""

    def __len__(self) -> int: ...

    @property
    def rows(self) -> Vectors:
        """Return the stored vectors, shape (n, dimensions), perhaps still on disk."""
        ...

    def nearest(self, query: Vectors, k: int) -> Ids:
        """Return the ids of the `k` best rows for one query of shape (dimensions,), best first.

        Fewer come back when the store holds fewer.
        """
        ...

    def cosines(self, query: Vectors, ids: Ids | slice = slice(None)) -> Vectors:
        """Return the exact cosines of one query with the rows named, shape (len(ids),)."""
        ...


class Searcher(Protocol):
    """Find candidates by what was learnt from the vectors."""

    kind: Kind

    def search(self, query: Vectors, k: int) -> Ids:
        """Return ids of about the `k` best rows."""
        ...

    def arrays(self) -> Arrays:
        """Return what was learnt, by name."""
        ...
