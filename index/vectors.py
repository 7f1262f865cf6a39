"""Index stage: the vectors of texts, taken over from an earlier build where it made them, else made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.checkpoint import Checkpoint
from index.embed import Encoder
from index.errors import IndexStageError
from index.generations import earlier
from index.manifest import Manifest
from index.records import read_documents, read_passages
from index.store import VectorStore
from index.texts import Texts, groups

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Effort:
    """Count the texts of an index, passages and sentences, by where their vectors came from."""

    made: int
    taken_over: int
    resumed: int


def vectors_of(
    texts: Texts,
    encoder: Encoder,
    *,
    known: dict[bytes, Vectors],
    checkpoint: Checkpoint,
    progress: Callable[[float], None] | None = None,
) -> tuple[Vectors, Vectors, Effort]:
    """Return the vectors of passages and of sentences, each group embedded by itself and kept at once."""
    lists = [(listed, list(groups(listed, reports))) for listed, reports in texts.lists]
    have = {**checkpoint.found, **known}
    missing = {one.key: one.end - one.start for _, found in lists for one in found if one.key not in have}
    total = sum(missing.values())
    made: list[Vectors] = []
    counts = {"made": 0, "taken_over": 0, "resumed": 0}
    done = 0
    for listed, found in lists:
        rows = np.zeros((len(listed), encoder.dimensions), dtype=np.float32)
        for group in found:
            size = group.end - group.start
            if group.key not in have:
                part = _part(progress, done, size, total)
                new = encoder.encode_passages(listed[group.start : group.end], progress=part)
                checkpoint.add(group.key, new)
                done += size
            else:
                new = have[group.key]
            kept = "taken_over" if group.key in known else "resumed" if group.key in checkpoint.found else "made"
            counts[kept] += size
            rows[group.start : group.end] = new
            have[group.key] = rows[group.start : group.end]  # a view: no second copy of all vectors
        made.append(rows)
    if progress:
        progress(1.0)
    return made[0], made[1], Effort(**counts)


def vectors_on_disk(folder: Path, encoder: Encoder) -> dict[bytes, Vectors]:
    """Return the vectors of the newest generation that is whole and of the same encoder, by their groups."""
    for manifest in _generations(folder):
        if (manifest.fingerprint, manifest.dimensions) != (encoder.fingerprint, encoder.dimensions):
            continue
        try:
            manifest.check_files(folder, wholly=True)
            return dict(_read(folder / manifest.generation, manifest.dimensions))
        except IndexStageError:
            continue
    return {}


def _generations(folder: Path) -> Iterator[Manifest]:
    try:
        current = Manifest.load(folder)
    except IndexStageError:
        return
    yield from chain([current], earlier(folder, current))


def _read(files: Path, dimensions: int) -> Iterator[tuple[bytes, Vectors]]:
    documents = read_documents(files / "documents.jsonl")
    passages = read_passages(files / "passages.jsonl", documents)
    texts = Texts.from_passages(documents.values(), passages)
    for name, (listed, reports) in zip(("passages.npy", "sentences.npy"), texts.lists, strict=True):
        rows = VectorStore.load(files / name, dimensions=dimensions).rows
        if len(rows) == len(listed):
            yield from ((one.key, rows[one.start : one.end]) for one in groups(listed, reports))


def _part(
    progress: Callable[[float], None] | None, done: int, count: int, total: int
) -> Callable[[float], None] | None:
    """Return what tells the share of all that is to be made, given that of one group."""
    return (lambda share: progress((done + share * count) / total)) if progress else None
