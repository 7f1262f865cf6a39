"""Index stage: arrays of vectors on disk, checked before anything relies on them."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import UNREADABLE, IndexDamaged
from index.store.kinds import IN_MEMORY_BYTES
from index.store.protocol import Vectors


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array as a file of NumPy's, without pickle."""
    np.save(path, array, allow_pickle=False)


def open_array(path: Path) -> NDArray[Any]:
    """Return an array that stays on disk.

    Raises:
        IndexDamaged: if the file is missing, truncated or no array.
    """
    try:
        return np.asanyarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except UNREADABLE as err:
        raise IndexDamaged(f"{path}: the vectors can't be read; run `citewise index` again") from err


def open_rows(path: Path, *, dimensions: int) -> Vectors:
    """Return vectors of 32 or 16 bits a number: small arrays whole and checked, large ones left on disk.

    Raises:
        IndexDamaged: if the file is missing, truncated or of another shape.
    """
    rows = open_array(path)
    fits = rows.ndim == 2 and rows.shape[1] == dimensions and rows.flags.c_contiguous
    if not fits or rows.dtype not in (np.float32, np.float16):
        raise IndexDamaged(
            f"{path}: expected vectors of {dimensions} float32 numbers, found shape {rows.shape} of "
            f"{rows.dtype}; run `citewise index` again"
        )
    if rows.nbytes > IN_MEMORY_BYTES:
        return rows
    whole = np.array(rows, dtype=np.float32)
    check_finite(whole, path)
    return whole


def check_finite(rows: Vectors, path: Path | None) -> None:
    """Check that rows hold numbers.

    Raises:
        IndexDamaged: if one does not.
    """
    if not np.isfinite(rows).all():
        raise IndexDamaged(f"{path or 'the vectors'}: holds a number that is none; run `citewise index` again")
