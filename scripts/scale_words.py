"""Measure the word index among many passages: its making, memory, and the time of a question's word scores."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from index.words import WordIndex

SEED, VOCABULARY, LENGTH, QUESTIONS = 3, 50_000, 25, 50


def measure_words(count: int) -> dict[str, float]:
    """Index texts of words as common as Zipf's law has them, and ask for six words with four ways to say each."""
    draw = np.random.default_rng(SEED)
    chance = 1 / (np.arange(VOCABULARY) + 10)
    chance /= chance.sum()
    process = psutil.Process()
    before = process.memory_info().rss
    began = time.perf_counter()
    words = WordIndex.from_texts(
        [" ".join(map(str, row)) for row in draw.choice(VOCABULARY, (count, LENGTH), p=chance).tolist()]
    )
    made = time.perf_counter() - began
    took = []
    for _ in range(QUESTIONS):
        groups = [[(str(one),) for one in group] for group in draw.choice(VOCABULARY, (6, 4), p=chance)]
        began = time.perf_counter()
        words.scores(groups)
        took.append(1000 * (time.perf_counter() - began))
    with TemporaryDirectory() as folder:
        words.save(Path(folder))
        began = time.perf_counter()
        WordIndex.load(Path(folder))
        loaded = time.perf_counter() - began
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return {
        "passages": count,
        "made_seconds": round(made, 1),
        "memory_mb": round((process.memory_info().rss - before) / 1e6, 1),
        "disk_mb": round(disk / 1e6, 1),
        "loaded_seconds": round(loaded, 2),
        "p50_ms": round(float(np.median(took)), 2),
        "p95_ms": round(float(np.quantile(took, 0.95)), 2),
    }
