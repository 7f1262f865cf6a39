"""Make many vectors that lie as those of real sentences do, and real questions to search them by.

Real passages and sentences are encoded and put into clusters by k-means. A made vector lies between two real ones of
one cluster, chosen by chance, plus noise with the clusters' pooled covariance: weights w and 1 - w, w even on [0, 1],
keep two thirds of a cluster's covariance, and the noise brings the last third. Then it is normalised. Questions are
real ones.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from bot.wiring import Workshop, shipped_reports
from corpus.reader import read_corpus
from index.sentences import sentences

CLUSTERS, SEED, SLAB = 128, 11, 65_536
SENTENCES, QUESTIONS = 8_000, 200
Floats = NDArray[np.float32]


def encode_seeds(texts: Path, work: Path) -> None:
    """Encode sentences of the shipped reports and of question files in SQuAD's form, and their questions."""
    found, asked = set(), set()
    for document in read_corpus([shipped_reports()]).documents:
        found.update(document.text[a:b] for a, b in sentences(document.text))
    for file in sorted(texts.glob("*.json")):
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                text = paragraph["context"]
                found.update(text[a:b] for a, b in sentences(text))
                asked.update(one["question"] for one in paragraph["qas"])
    draw = np.random.default_rng(SEED)
    chosen = draw.permutation(sorted(one for one in found if len(one) >= 8))[:SENTENCES].tolist()
    questions = draw.permutation(sorted(asked))[:QUESTIONS].tolist()
    encoder = Workshop.from_settings().encoder()
    work.mkdir(parents=True, exist_ok=True)
    np.save(work / "seeds.npy", encoder.encode_passages(chosen))
    np.save(work / "questions.npy", encoder.encode_queries(questions))


def make_vectors(work: Path, count: int, *, dtype: type[np.floating]) -> Path:
    """Write `count` vectors as an array, slab by slab; the same each time."""
    path = work / f"vectors-{count}.npy"
    if path.exists():
        return path
    seeds = np.load(work / "seeds.npy")
    means = faiss.Kmeans(seeds.shape[1], CLUSTERS, seed=SEED, verbose=False, min_points_per_centroid=1)
    means.train(seeds)
    _, cluster = means.index.search(seeds, 1)
    cluster = cluster[:, 0]
    residuals = seeds - means.centroids[cluster]
    noise = np.linalg.cholesky(np.cov(residuals.T) / 3 + 1e-9 * np.eye(seeds.shape[1])).astype(np.float32)
    members = [np.flatnonzero(cluster == cluster[i]) for i in range(len(seeds))]
    sizes = np.array([len(one) for one in members])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    flat = np.concatenate(members)
    draw = np.random.default_rng(SEED)
    aside = path.with_suffix(".part")
    rows = open_memmap(aside, mode="w+", dtype=dtype, shape=(count, seeds.shape[1]))
    for start in range(0, count, SLAB):
        size = min(SLAB, count - start)
        one = draw.integers(len(seeds), size=size)
        other = flat[starts[one] + draw.integers(0, sizes[one])]
        share = draw.random((size, 1), dtype=np.float32)
        made = share * seeds[one] + (1 - share) * seeds[other]
        made += draw.standard_normal((size, seeds.shape[1]), dtype=np.float32) @ noise.T
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        rows[start : start + size] = made
    rows.flush()
    aside.rename(path)
    return path


def likeness(work: Path) -> dict[str, list[float]]:
    """Compare real and made vectors: quantiles of the cosine to the nearest other one, and to any other one."""
    seeds = np.load(work / "seeds.npy")
    made = np.asarray(np.load(work / "vectors-10000.npy", mmap_mode="r")[: len(seeds)], dtype=np.float32)
    return {
        f"{name} {kind}": values for name, rows in (("real", seeds), ("made", made)) for kind, values in _near(rows)
    }


def _near(rows: Floats) -> Iterable[tuple[str, list[float]]]:
    cosines = rows[:2000] @ rows.T
    cosines[np.arange(len(cosines)), np.arange(len(cosines))] = -1
    for kind, values in (("nearest", cosines.max(axis=1)), ("any", cosines[:, ::7])):
        yield kind, [round(float(one), 3) for one in np.quantile(values, [0.1, 0.5, 0.9])]
