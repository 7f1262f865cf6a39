"""Index stage: arrays that are larger than memory, part by part, and arrays whose numbers are checked."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.store.protocol import Vectors

SLAB = 65_536  # rows that are in memory at once
SEED = 7


def slabs(rows: Vectors) -> Iterator[tuple[int, Vectors]]:
    """Yield the rows in parts that fit into memory, each with its first row's number."""
    for start in range(0, len(rows), SLAB):
        yield start, np.ascontiguousarray(rows[start : start + SLAB], dtype=np.float32)


def sample(rows: Vectors, most: int) -> Vectors:
    """Return some rows, the same each time, read in their order on disk."""
    if len(rows) <= most:
        return np.ascontiguousarray(rows, dtype=np.float32)
    chosen = np.sort(np.random.default_rng(SEED).choice(len(rows), most, replace=False))
    return np.ascontiguousarray(rows[chosen], dtype=np.float32)


def typed(
    arrays: Mapping[str, NDArray[Any]], name: str, kind: type[np.generic], shape: tuple[int, ...] | None = None
) -> NDArray[Any]:
    """Return one of several arrays, checked; raise ValueError if it is of another type or shape."""
    found = arrays[name]
    if found.dtype != kind or (shape is not None and found.shape != shape):
        raise ValueError(f"{name} of shape {found.shape} of {found.dtype}, expected {shape} of {kind.__name__}")
    if np.issubdtype(kind, np.floating) and not np.isfinite(found).all():
        raise ValueError(f"{name} holds a number that is none")
    return np.ascontiguousarray(found)
