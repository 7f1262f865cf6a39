"""Index stage: FAISS, imported when it is first needed (its only import)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.store.protocol import Ids


def faiss_library() -> Any:  # noqa: ANN401 - FAISS's own types know half of it
    """Return the library."""
    import faiss

    return faiss


def found_ids(ids: Any) -> Ids:  # noqa: ANN401 - FAISS's results
    """Return what a search of one query found; FAISS fills up what it does not find with -1."""
    return np.asarray(ids[0][ids[0] >= 0], dtype=np.int64)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS use one thread; what several threads build differs each time."""
    faiss = faiss_library()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
