"""Index stage: nearest vectors by lists of short codes, kept as plain arrays.

FAISS's own files are never read: its reader trusts sizes that stand in a file. `from_arrays` checks every number that
FAISS uses as a place in memory.
"""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.store.faiss_library import faiss_library, found_ids
from index.store.kinds import Kind, codes_per_vector, lists_for, probes_for
from index.store.protocol import Arrays, Ids, Vectors
from index.store.slabs import SEED, SLAB, sample, slabs, typed

_TRAINED_PER_LIST = 64


class Codes:
    """Look into the nearest of many lists of short codes (IVF-PQ, Jegou, Douze and Schmid 2011)."""

    kind: Kind = "ivfpq"

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS's classes are generated
        self._index = index

    @classmethod
    def build(cls, rows: Vectors, *, lists: int | None = None, codes: int | None = None) -> Self:
        """Learn lists and codes from a sample of fixed seed, then sort all rows into them."""
        count, dimensions = rows.shape
        lists = lists or lists_for(count)
        index = _empty_codes(dimensions, lists, codes or codes_per_vector(dimensions))
        index.cp.seed = index.pq.cp.seed = SEED
        # FAISS warns on standard error where it has fewer points than it would like.
        index.cp.min_points_per_centroid = index.pq.cp.min_points_per_centroid = 1
        index.cp.max_points_per_centroid = _TRAINED_PER_LIST
        index.train(sample(rows, max(_TRAINED_PER_LIST * lists, SLAB)))
        for _, slab in slabs(rows):
            index.add(slab)
        return cls(index)

    def search(self, query: Vectors, k: int, *, probes: int | None = None) -> Ids:
        """Return ids of about the `k` best rows, from the `probes` nearest lists."""
        faiss = faiss_library()
        wanted = faiss.SearchParametersIVF(
            nprobe=probes or probes_for(self._index.nlist, k / max(1, self._index.ntotal))
        )
        _, ids = self._index.search(query[np.newaxis, :], k, params=wanted)
        return found_ids(ids)

    def arrays(self) -> Arrays:
        """Return the centres, the code book, and codes and ids list by list."""
        faiss = faiss_library()
        index, lists = self._index, self._index.invlists
        sizes = np.array([lists.list_size(i) for i in range(index.nlist)], np.int64)
        full = [i for i in range(index.nlist) if sizes[i]]
        width = index.code_size
        codes = [faiss.rev_swig_ptr(lists.get_codes(i), int(sizes[i]) * width).reshape(-1, width) for i in full]
        ids = [faiss.rev_swig_ptr(lists.get_ids(i), int(sizes[i])) for i in full]
        return {
            "book": faiss.vector_to_array(index.pq.centroids),
            "centres": index.quantizer.reconstruct_n(0, index.nlist),
            "codes": np.concatenate(codes),
            "ids": np.concatenate(ids).astype(np.int64),
            "sizes": sizes,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], *, count: int, dimensions: int) -> Self:
        """Put lists and codes together again.

        Raises:
            ValueError: if a number in them would lead FAISS out of its arrays.
        """
        faiss = faiss_library()
        sizes = typed(arrays, "sizes", np.int64)
        ids = typed(arrays, "ids", np.int64, (count,))
        codes = typed(arrays, "codes", np.uint8)
        width = codes.shape[1] if codes.ndim == 2 and codes.shape[0] == count else 0
        if not 0 < width <= dimensions or dimensions % width:
            raise ValueError(f"codes of shape {codes.shape}")
        centres = typed(arrays, "centres", np.float32, (len(sizes), dimensions))
        book = typed(arrays, "book", np.float32, (256 * dimensions,))
        if not len(sizes) or (sizes < 0).any() or sizes.sum() != count or (sizes > count).any():
            raise ValueError("lists that do not hold all vectors")
        if ids.min() < 0 or ids.max() >= count:
            raise ValueError("an id that no vector has")
        index = _empty_codes(dimensions, len(sizes), width)
        index.quantizer.add(centres)
        faiss.copy_array_to_vector(book, index.pq.centroids)
        index.is_trained = True
        start = 0
        for number, size in enumerate(sizes.tolist()):
            if size:
                part = (
                    np.ascontiguousarray(ids[start : start + size]),
                    np.ascontiguousarray(codes[start : start + size]),
                )
                index.invlists.add_entries(number, size, *(faiss.swig_ptr(one) for one in part))
            start += size
        index.ntotal = count
        index.precompute_table()
        return cls(index)


def _empty_codes(dimensions: int, lists: int, codes: int) -> Any:  # noqa: ANN401 - FAISS's classes are generated
    faiss = faiss_library()
    centres = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFPQ(centres, dimensions, lists, codes, 8, faiss.METRIC_INNER_PRODUCT)
    index.own_fields = True
    centres.this.disown()  # the index frees it
    return index
