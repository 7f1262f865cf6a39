"""Index stage: vectors that an unfinished build has made already, for the build after it."""

import hashlib
import os
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from index.own_files import is_own_file

Vectors = NDArray[np.float32]
NAME = "unfinished.vectors"

_MAGIC = b"citewise vectors 1\n"
_HEAD = struct.Struct("<32sI")  # key of a group, rows
_DIGEST = 32
_MOST_ROWS = 4096  # of a group; a damaged number must not ask for all memory
_SYNC_EVERY = 5.0  # seconds; a killed process loses nothing in between, only a power cut does


class Checkpoint:
    """Append vectors by the keys of their groups to a file; each record ends with the digest of itself.

    What follows the first record that is not whole was cut off by a kill and is overwritten.
    """

    def __init__(self, file: BinaryIO, found: dict[bytes, Vectors], begin: bytes) -> None:
        self._file = file
        self._begin = begin
        self._synced = time.monotonic()
        self.found = found

    @classmethod
    def open(cls, folder: Path, *, fingerprint: str, dimensions: int) -> Self:
        """Open the file of an index's folder; vectors that another encoder made are dropped."""
        path = folder / NAME
        begin = hashlib.sha256(_MAGIC + f"{fingerprint}\0{dimensions}".encode()).digest()
        file = _opened(path)
        found: dict[bytes, Vectors] = {}
        end = 0
        if file.read(len(begin)) == begin:
            end = file.tell()
            for key, vectors in _records(file, begin, dimensions):
                found[key] = vectors
                end = file.tell()
        file.seek(end)
        file.truncate()
        if not end:
            file.write(begin)
        file.flush()
        return cls(file, found, begin)

    def add(self, key: bytes, vectors: Vectors) -> None:
        """Keep the vectors of a group."""
        record = _HEAD.pack(key, len(vectors)) + np.ascontiguousarray(vectors, dtype="<f4").tobytes()
        self._file.write(record + hashlib.sha256(self._begin + record).digest())
        self._file.flush()
        if time.monotonic() - self._synced > _SYNC_EVERY:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """Close the file and leave it for the next build."""
        with suppress(OSError):  # a full disk, of which the build has told already
            self._file.close()


def _opened(path: Path) -> BinaryIO:
    """Open the file itself: an index may come from elsewhere, with a link in its place to what is not its own."""
    if not is_own_file(path):
        path.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o666), "rb+")


def discard(folder: Path) -> None:
    """Remove the file: what it holds is part of a generation now, or is not wanted."""
    (folder / NAME).unlink(missing_ok=True)


def _records(file: BinaryIO, begin: bytes, dimensions: int) -> Iterator[tuple[bytes, Vectors]]:
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        key, rows = _HEAD.unpack(head)
        if not 0 < rows <= _MOST_ROWS:
            return
        body = file.read(4 * rows * dimensions)
        if file.read(_DIGEST) != hashlib.sha256(begin + head + body).digest():
            return
        yield key, np.frombuffer(body, dtype="<f4").reshape(rows, dimensions).astype(np.float32)
