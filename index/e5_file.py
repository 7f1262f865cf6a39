"""Index stage: reads the packed 4-bit form of multilingual-e5-small, trusting nothing in it."""

import math
import struct
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")  # ids 0 to 3, and the last

_BLOCK, _BLOCK_BYTES = 32, 18  # a block of 4-bit weights is a float16 scale and 32 nibbles
_SLAB = 1 << 17  # blocks turned into floats at a time, so that memory stays small
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold the header's sizes, in its order."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Hold one tensor as it stands in the file: float32, or blocks of 4-bit weights."""

    dims: tuple[int, ...]
    raw: NDArray[np.uint8]

    def floats(self) -> Iterator[NDArray[np.float32]]:
        """Yield the weights in order, a slab at a time."""
        if self.raw.size == 4 * math.prod(self.dims):
            yield self.raw.view("<f4")
            return
        blocks = self.raw.reshape(-1, _BLOCK_BYTES)
        for start in range(0, len(blocks), _SLAB):
            part = blocks[start : start + _SLAB]
            scales = part[:, :2].copy().view("<f2").astype(np.float32)
            nibbles = np.concatenate([part[:, 2:] & 15, part[:, 2:] >> 4], axis=1)
            yield (nibbles.astype(np.float32) - 8) * scales

    def whole(self) -> NDArray[np.float32]:
        """Return all weights in their dimensions."""
        return np.concatenate([part.ravel() for part in self.floats()]).reshape(self.dims)


@dataclass(frozen=True, slots=True)
class Source:
    """Hold what the packed file says."""

    shape: Shape
    pieces: list[tuple[str, float]]
    normal: dict[bytes, bytes]
    tensors: dict[str, Tensor]


class _Cursor:
    """Read little-endian values one after the other, never past the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """Return the next `count` values of one kind."""
        size = np.dtype(kind).itemsize * count
        if not 0 <= size <= len(self.data) - self.at:
            raise ValueError(f"it ends at byte {len(self.data)}, within a table")
        self.at += size
        return np.frombuffer(self.data, kind, count, self.at - size)

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Return the next values of a `struct` layout."""
        return struct.unpack(layout, self.array("u1", struct.calcsize(layout)).tobytes())


def parse_source(data: bytes) -> Source:
    """Parse a packed file; its tables and tensors must lie within it and fit together.

    Raises:
        ValueError: A table is cut short or contradicts another; also LookupError, OverflowError.
    """
    cursor = _Cursor(data)
    magic, version, *sizes = cursor.unpack("<4sI7ifi")
    if (magic, version) != (b"E5S1", 1):
        raise ValueError("it does not begin as version 1 of the format E5S1 does")
    shape = Shape(*sizes)
    if min(astuple(shape)) <= 0 or shape.hidden % shape.heads or shape.block != _BLOCK:
        raise ValueError("its header holds impossible sizes")
    pieces = _read_pieces(cursor)
    if len(pieces) > shape.vocabulary:
        raise ValueError("it has more pieces than embeddings")
    return Source(shape, pieces, _read_normal(cursor), _read_tensors(cursor, shape))


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    pieces, bos, eos, pad, unk, size = cursor.unpack("<5iQ")
    bounds = cursor.array("<u4", pieces + 1).astype(np.int64)
    scores = cursor.array("<f4", pieces)
    blob = cursor.array("u1", size).tobytes()
    if bounds[0] != 0 or bounds[-1] != size or (np.diff(bounds) <= 0).any():
        raise ValueError("its pieces are not in order")
    texts = [blob[start:end].decode() for start, end in pairwise(bounds.tolist())]
    if (bos, pad, eos, unk) != (0, 1, 2, 3) or (*texts[:4], texts[-1]) != SPECIAL:
        raise ValueError("its special pieces are not where they belong")
    if len(set(texts)) != pieces or not np.isfinite(scores).all():
        raise ValueError("its pieces or their scores are not usable")
    return list(zip(texts, scores.tolist(), strict=True))


def _read_normal(cursor: _Cursor) -> dict[bytes, bytes]:
    """Read which character becomes which characters, both in UTF-8."""
    entries, size = cursor.unpack("<iI")
    end = cursor.at + size
    normal = {}
    for _ in range(entries):
        point, length = cursor.unpack("<IB")
        normal[chr(point).encode()] = "".join(map(chr, cursor.array("<u4", length))).encode()
    if cursor.at != end or any(b"\0" in key + value for key, value in normal.items()):
        raise ValueError("its normalisation map is not usable")
    return normal


def _read_tensors(cursor: _Cursor, shape: Shape) -> dict[str, Tensor]:
    (entries,) = cursor.unpack("<i")
    if entries != 5 + 2 * len(_LAYER_PARTS) * shape.layers:
        raise ValueError(f"it lists {entries} tensors for {shape.layers} layers")
    directory = {}
    for _ in range(entries):
        (length,) = cursor.unpack("<H")
        name = cursor.array("u1", length).tobytes().decode()
        directory[name] = cursor.unpack("<BIQQ")[1:]
    tensors = {}
    for name, (packed_name, dims) in _tensor_plan(shape).items():
        elements, start, size = directory[packed_name]
        packed_size = elements // _BLOCK * _BLOCK_BYTES if elements % _BLOCK == 0 else None
        if elements != math.prod(dims) or size not in (4 * elements, packed_size):
            raise ValueError(f"its tensor {packed_name} has another size than its header says")
        if start + size > len(cursor.data):
            raise ValueError(f"its tensor {packed_name} lies past its end")
        tensors[name] = Tensor(dims, np.frombuffer(cursor.data, np.uint8, size, start))
    return tensors


def _tensor_plan(shape: Shape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Map each name in a BERT state dict to its name in the file and its dimensions."""
    hidden = shape.hidden
    plan: dict[str, tuple[str, tuple[int, ...]]] = {
        "embeddings.word_embeddings.weight": ("emb.word", (shape.vocabulary, hidden)),
        "embeddings.position_embeddings.weight": ("emb.pos", (shape.positions, hidden)),
        "embeddings.token_type_embeddings.weight": ("emb.type", (shape.types, hidden)),
        "embeddings.LayerNorm.weight": ("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": ("emb.ln.b", (hidden,)),
    }
    for layer in range(shape.layers):
        for part, module in _LAYER_PARTS.items():
            rows = shape.inner if part == "fi" else hidden
            columns = shape.inner if part == "fo" else hidden
            dims = (rows,) if part in ("aln", "oln") else (rows, columns)
            name, packed_name = f"encoder.layer.{layer}.{module}", f"l{layer}.{part}"
            plan[f"{name}.weight"] = (f"{packed_name}.w", dims)
            plan[f"{name}.bias"] = (f"{packed_name}.b", (rows,))
    return plan
