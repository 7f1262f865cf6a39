"""Index stage: nearest vectors by a graph of neighbours, kept as plain arrays.

FAISS's own files are never read: its reader trusts sizes and links that stand in a file. `from_arrays` checks every
number that FAISS uses as a place in memory.
"""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.store.faiss_library import faiss_library, found_ids, one_thread
from index.store.kinds import BUILD_WIDTH, LINKS, SEARCH_WIDTH, Kind
from index.store.protocol import Arrays, Ids, Vectors
from index.store.slabs import SLAB, sample, slabs, typed


class Graph:
    """Walk a graph of near neighbours (HNSW, Malkov and Yashunin 2018) over vectors of a byte a number."""

    kind: Kind = "hnsw"

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS's classes are generated
        self._index = index

    @classmethod
    def build(cls, rows: Vectors, *, links: int = LINKS, width: int = BUILD_WIDTH) -> Self:
        """Link each row to its neighbours, on one thread: with more the graph would differ each time."""
        faiss = faiss_library()
        index = _empty_graph(rows.shape[1], links)
        index.hnsw.efConstruction = width
        with one_thread():
            index.train(sample(rows, SLAB))
            for _, slab in slabs(rows):
                index.add(slab)
        assert faiss.downcast_index(index.storage).ntotal == len(rows)  # noqa: S101 - else ids would be wrong
        return cls(index)

    def search(self, query: Vectors, k: int, *, width: int = SEARCH_WIDTH) -> Ids:
        """Return ids of about the `k` best rows, `width` nodes in view at once."""
        faiss = faiss_library()
        wanted = faiss.SearchParametersHNSW(efSearch=max(width, k))
        _, ids = self._index.search(query[np.newaxis, :], k, params=wanted)
        return found_ids(ids)

    def arrays(self) -> Arrays:
        """Return links, floors, codes and their scale."""
        faiss = faiss_library()
        graph, storage = self._index.hnsw, faiss.downcast_index(self._index.storage)
        return {
            "codes": faiss.vector_to_array(storage.codes).reshape(self._index.ntotal, -1),
            "entry": np.array([graph.entry_point], np.int32),
            "floors": faiss.vector_to_array(graph.levels),
            "links": faiss.vector_to_array(graph.neighbors),
            "scale": faiss.vector_to_array(storage.sq.trained),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], *, count: int, dimensions: int) -> Self:
        """Put a graph together again.

        Raises:
            ValueError: if a number in it would lead FAISS out of its arrays.
        """
        faiss = faiss_library()
        floors = typed(arrays, "floors", np.int32, (count,))
        links = typed(arrays, "links", np.int32)
        entry = int(typed(arrays, "entry", np.int32, (1,))[0])
        codes = typed(arrays, "codes", np.uint8, (count, dimensions))
        scale = typed(arrays, "scale", np.float32, (2 * dimensions,))
        index = _empty_graph(dimensions, LINKS)
        graph, storage = index.hnsw, faiss.downcast_index(index.storage)
        sizes = faiss.vector_to_array(graph.cum_nneighbor_per_level)
        _check_links(links, floors, sizes.astype(np.int64), entry)
        offsets = np.zeros(count + 1, np.uint64)
        np.cumsum(sizes[floors], out=offsets[1:], dtype=np.uint64)
        faiss.copy_array_to_vector(offsets, graph.offsets)
        faiss.copy_array_to_vector(floors, graph.levels)
        faiss.copy_array_to_vector(links, graph.neighbors)
        graph.entry_point, graph.max_level = entry, int(floors.max()) - 1
        faiss.copy_array_to_vector(scale, storage.sq.trained)
        faiss.copy_array_to_vector(codes.reshape(-1), storage.codes)
        storage.ntotal = index.ntotal = count
        storage.is_trained = index.is_trained = True
        return cls(index)


def _empty_graph(dimensions: int, links: int) -> Any:  # noqa: ANN401 - FAISS's classes are generated
    faiss = faiss_library()
    return faiss.IndexHNSWSQ(dimensions, faiss.ScalarQuantizer.QT_8bit, links, faiss.METRIC_INNER_PRODUCT)


def _check_links(links: NDArray[np.int32], floors: NDArray[np.int32], sizes: Ids, entry: int) -> None:
    """Check that each link leads to a vector that is on the floor where the link is."""
    count = len(floors)
    if not count or floors.min() < 1 or floors.max() >= len(sizes):
        raise ValueError("a vector on no floor of the graph")
    ends = np.cumsum(sizes[floors])
    if links.shape != (ends[-1],) or links.min(initial=-1) < -1 or links.max(initial=-1) >= count:
        raise ValueError("a link that leads to no vector")
    if not 0 <= entry < count or floors[entry] != floors.max():
        raise ValueError("an entry that is not on the top floor")
    for floor in range(1, int(floors.max())):
        there = np.flatnonzero(floors > floor)
        starts = (ends - sizes[floors])[there] + sizes[floor]
        led = links[starts[:, np.newaxis] + np.arange(sizes[floor + 1] - sizes[floor])]
        if (floors[led[led >= 0]] <= floor).any():
            raise ValueError("a link to a vector that is not on its floor")
