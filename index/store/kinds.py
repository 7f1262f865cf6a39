"""Index stage: which kind of search suits how many vectors; the one place of its figures.

Measured by `scripts/scale.py`, see docs/scale.md.
"""

from math import log2, sqrt
from typing import Literal

Kind = Literal["flat", "hnsw", "ivfpq"]
Choice = Literal["auto", "flat", "hnsw", "ivfpq"]

FLAT_UP_TO = 100_000
HNSW_UP_TO = 1_000_000
# Training codes needs some hundred vectors; below this all kinds are as quick.
LEAST_APPROXIMATE = 1_000
# Smaller arrays are read into memory and checked whole; larger ones stay on disk, each row checked when it is read.
IN_MEMORY_BYTES = 256 * 2**20

LINKS = 32  # neighbours of a node of the graph, twice that on its ground floor
BUILD_WIDTH = 100  # nodes kept in view while a node is linked
SEARCH_WIDTH = 512  # the same while searching, at least: less does not leave a cluster that lies far from the rest
_POINTS_PER_LIST = 64
_MOST_LISTS = 4_096
_SHARE_PROBED = 32  # one list of so many is looked into, and not fewer than
_LEAST_PROBED = 128


def kind_for(count: int, choice: Choice = "auto") -> Kind:
    """Return the kind of search for `count` vectors.

    >>> kind_for(5_000), kind_for(500_000), kind_for(5_000_000), kind_for(5_000, "hnsw"), kind_for(5, "hnsw")
    ('flat', 'hnsw', 'ivfpq', 'hnsw', 'flat')
    """
    if count < LEAST_APPROXIMATE:
        return "flat"
    if choice != "auto":
        return choice
    if count <= FLAT_UP_TO:
        return "flat"
    return "hnsw" if count <= HNSW_UP_TO else "ivfpq"


def lists_for(count: int) -> int:
    """Return into how many lists codes are sorted: the power of two below four roots of their number.

    >>> lists_for(1_000), lists_for(1_000_000), lists_for(10_000_000)
    (8, 2048, 4096)
    """
    most = min(4 * sqrt(count), count / _POINTS_PER_LIST, _MOST_LISTS)
    return 1 << max(0, int(log2(max(most, 1))))


def probes_for(lists: int, share: float = 0.0) -> int:
    """Return how many lists a search looks into that wants a share of all vectors: twice as many as hold it on average.

    >>> probes_for(16), probes_for(2048), probes_for(8192), probes_for(2048, 0.2)
    (16, 128, 256, 819)
    """
    return min(lists, max(_LEAST_PROBED, lists // _SHARE_PROBED, int(2 * share * lists)))


def codes_per_vector(dimensions: int) -> int:
    """Return how many bytes stand for a vector, one for each eight numbers where they can be so divided.

    >>> codes_per_vector(384), codes_per_vector(10), codes_per_vector(7)
    (48, 5, 7)
    """
    return dimensions // next(size for size in (8, 4, 2, 1) if dimensions % size == 0)


def reach_for(kind: Kind, k: int) -> int:
    """Return how many candidates are ranked again by their exact cosines for `k` results."""
    return max(4 * k, 500) if kind == "ivfpq" else max(k + k // 4, 20)
