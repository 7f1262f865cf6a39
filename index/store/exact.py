"""Index stage: the exact nearest vectors."""

import numpy as np

from index.store.faiss_library import faiss_library
from index.store.protocol import Ids, Vectors
from index.store.slabs import slabs


def exact(rows: Vectors, query: Vectors, k: int) -> Ids:
    """Return the ids of the `k` best rows, best first; rows on disk pass through memory slab by slab."""
    faiss = faiss_library()
    scores, ids = np.empty(0, np.float32), np.empty(0, np.int64)
    for start, slab in slabs(rows):
        found, places = faiss.knn(query[np.newaxis, :], slab, min(k, len(slab)), metric=faiss.METRIC_INNER_PRODUCT)
        there = places[0] >= 0
        scores = np.concatenate([scores, found[0][there]])
        ids = np.concatenate([ids, places[0][there] + start])
        best = np.argsort(-scores, kind="stable")[:k]
        scores, ids = scores[best], ids[best]
    return ids
