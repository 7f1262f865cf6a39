"""Measure searches among ten thousand to ten million vectors, and indexing against the encoder alone.

    python scripts/scale.py seeds TEXTS WORK        # encode real sentences, once; TEXTS holds files in SQuAD's form
    python scripts/scale.py measure WORK [--sizes 10000 ...] [--kinds flat ...]
    python scripts/scale.py words [--passages 100000]  # the word index
    python scripts/scale.py draw                    # docs/scale.json to docs/scale.svg and the table of docs/scale.md
    python scripts/scale.py indexing [--reports 60] # a build of generated reports against the encoder alone

WORK needs 12 GB for ten million vectors. What was measured stays in docs/scale.json and is not measured again. Each
measurement is a process of its own; its memory is what the process holds beside files that it reads by memory mapping.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np

from index.store import VectorStore
from index.store.codes import Codes
from index.store.exact import exact
from index.store.graph import Graph
from index.store.kinds import reach_for
from index.store.rows import open_array, save_array

RESULTS = Path(__file__).parents[1] / "docs/scale.json"
ASKED_FOR = (10, 800)  # results: as people say recall@10, and as many as retrieval asks for by default
BUILDS: dict[str, list[dict[str, int]]] = {
    "flat": [{}],
    "ivfpq": [{"codes": 48}, {"codes": 96}],
    "hnsw": [{"links": 32, "width": 100}, {"links": 16, "width": 100}],
}
SEARCHES: dict[str, list[dict[str, int]]] = {
    "flat": [{}],
    "hnsw": [{"width": 128}, {"width": 256}, {"width": 512}],
    "ivfpq": [{"probes": 16}, {"probes": 32}, {"probes": 64}, {"probes": 128}],
}
MOST = {"flat": 10_000_000, "hnsw": 1_000_000, "ivfpq": 10_000_000}
SECONDS_OF_QUESTIONS = 30.0


class Memory:
    """Follow the most memory that this process holds, mapped files aside."""

    def __init__(self) -> None:
        self.most = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def now(self) -> float:
        """Return the memory held now, in megabytes; Linux only."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("RssAnon:")[1].split()[0]) / 1000

    def _follow(self) -> None:
        while not self._end.wait(0.1):
            self.most = max(self.most, self.now())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    seeds = modes.add_parser("seeds")
    seeds.add_argument("texts", type=Path)
    seeds.add_argument("work", type=Path)
    measure = modes.add_parser("measure")
    measure.add_argument("work", type=Path)
    measure.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    measure.add_argument("--kinds", nargs="+", choices=list(BUILDS), default=list(BUILDS))
    measure.add_argument("--others", action="store_true", help="other parameters for building too")
    one = modes.add_parser("one")  # a process of `measure`
    one.add_argument("work", type=Path)
    one.add_argument("task")
    modes.add_parser("draw")
    words = modes.add_parser("words")
    words.add_argument("--passages", type=int, default=100_000)
    indexing = modes.add_parser("indexing")
    indexing.add_argument("--reports", type=int, default=60)
    given = parser.parse_args()
    if given.mode == "seeds":
        from scale_vectors import encode_seeds

        encode_seeds(given.texts, given.work)
    elif given.mode == "measure":
        for size in given.sizes:
            measure_size(given.work, size, given.kinds, others=given.others)
    elif given.mode == "one":
        print(json.dumps(measure_one(given.work, json.loads(given.task))))
    elif given.mode == "draw":
        from scale_drawing import draw, tabulate

        draw(results(), RESULTS.with_suffix(".svg"))
        tabulate(results(), RESULTS.with_suffix(".md"))
    elif given.mode == "words":
        from scale_words import measure_words

        keep("words", measure_words(given.passages))
    else:
        from scale_indexing import measure_indexing

        keep("indexing", measure_indexing(given.reports))


def results() -> dict[str, Any]:
    """Return what was measured before."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def keep(name: str, measured: dict[str, Any]) -> None:
    """Add what was measured to the results."""
    known = results()
    known["machine"] = f"{platform.machine()}, {os.cpu_count()} cores shared with others, one thread used"
    known["faiss"] = faiss.__version__
    known.setdefault(name, []).append(measured)
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print(measured, flush=True)


def measure_size(work: Path, count: int, kinds: Sequence[str], *, others: bool) -> None:
    """Measure all kinds on `count` vectors, and keep each result as soon as it is there."""
    from scale_vectors import likeness, make_vectors

    path = make_vectors(work, count, dtype=np.float32 if count <= 1_000_000 else np.float16)
    nearest_of_all(work, path)
    for kind in kinds:
        for build in BUILDS[kind] if others else [chosen(kind)]:
            task = {"vectors": count, "kind": kind, "build": build}
            done = any({key: one[key] for key in task} == task for one in results().get("results", []))
            if done or count > MOST[kind]:
                continue
            ran = subprocess.run(
                [sys.executable, __file__, "one", str(work), json.dumps(task)], capture_output=True, text=True
            )
            if ran.returncode:
                print(task, ran.stderr[-2000:], file=sys.stderr)
                continue
            keep("results", json.loads(ran.stdout.splitlines()[-1]))
    if count == 10_000 and "likeness" not in results():
        keep("likeness", likeness(work))


def chosen(kind: str) -> dict[str, int]:
    """Return the parameters that the store uses itself."""
    return {"flat": {}, "hnsw": {"links": 32, "width": 100}, "ivfpq": {"codes": 48}}[kind]


def nearest_of_all(work: Path, path: Path) -> None:
    """Keep the exact nearest of each question."""
    if (work / f"truth-{path.stem}.npy").exists():
        return
    rows, questions = np.load(path, mmap_mode="r"), np.load(work / "questions.npy")
    scores = np.empty((len(questions), 0), np.float32)
    ids = np.empty((len(questions), 0), np.int64)
    for start in range(0, len(rows), 65_536):
        slab = np.asarray(rows[start : start + 65_536], dtype=np.float32)
        found, places = faiss.knn(questions, slab, min(max(ASKED_FOR), len(slab)), metric=faiss.METRIC_INNER_PRODUCT)
        scores, ids = np.hstack([scores, found]), np.hstack([ids, places + start])
        best = np.argsort(-scores, axis=1, kind="stable")[:, : max(ASKED_FOR)]
        scores, ids = np.take_along_axis(scores, best, 1), np.take_along_axis(ids, best, 1)
    np.save(work / f"truth-{path.stem}.npy", ids)


def measure_one(work: Path, task: dict[str, Any]) -> dict[str, Any]:
    """Build one kind once, and search it with several parameters."""
    kind, path = task["kind"], work / f"vectors-{task['vectors']}.npy"
    questions, truth = np.load(work / "questions.npy"), np.load(work / f"truth-{path.stem}.npy")
    rows = np.load(path, mmap_mode="r")
    memory = Memory()
    before, began, busy = memory.now(), time.perf_counter(), time.process_time()
    searcher = None
    if kind == "hnsw":
        searcher = Graph.build(rows, **task["build"])
    elif kind == "ivfpq":
        searcher = Codes.build(rows, **task["build"])
    made = {
        **task,
        "dtype": str(rows.dtype),
        "build_seconds": round(time.perf_counter() - began, 2),
        "build_cpu_seconds": round(time.process_time() - busy, 2),
        "build_memory_mb": round(max(memory.most, memory.now()) - before, 1),
    }
    if searcher and task["build"] == chosen(kind):
        made.update(loaded(searcher, work, len(rows), rows.shape[1]))
    held = searcher.arrays().values() if searcher else [rows]
    made["memory_mb"] = round(sum(one.nbytes for one in held) / 1e6, 1)
    store = VectorStore(rows, searcher, path=path)
    made["searches"] = [
        {"search": search, "k": k, **searched(store, search, k, questions, truth)}
        for search in SEARCHES[kind]
        for k in ASKED_FOR
    ]
    return made


def loaded(searcher: Graph | Codes, work: Path, count: int, dimensions: int) -> dict[str, float]:
    """Time how what was learnt is read and checked, and tell how large it is."""
    with TemporaryDirectory(dir=work) as folder:
        for name, array in searcher.arrays().items():
            save_array(Path(folder) / f"{name}.npy", array)
        began = time.perf_counter()
        arrays = {path.stem: open_array(path) for path in Path(folder).iterdir()}
        type(searcher).from_arrays(arrays, count=count, dimensions=dimensions)
        took = time.perf_counter() - began
        return {"load_seconds": round(took, 2), "disk_mb": round(sum(one.nbytes for one in arrays.values()) / 1e6, 1)}


def searched(
    store: VectorStore, search: dict[str, int], k: int, questions: np.ndarray, truth: np.ndarray
) -> dict[str, float]:
    """Time questions and compare what they find with the exact nearest."""
    took, used, right = [], [], []
    began = time.perf_counter()
    for question, best in zip(questions, truth, strict=True):
        start, busy = time.perf_counter(), time.thread_time()
        found = nearest(store, search, question, k)
        took.append(1000 * (time.perf_counter() - start))
        used.append(1000 * (time.thread_time() - busy))
        right.append(len(set(found.tolist()) & set(best[:k].tolist())) / k)
        if time.perf_counter() - began > SECONDS_OF_QUESTIONS and len(took) >= 3:
            break
    return {
        "questions": len(took),
        "p50_ms": round(float(np.median(took)), 3),
        "p95_ms": round(float(np.quantile(took, 0.95)), 3),
        "p50_cpu_ms": round(float(np.median(used)), 3),  # what others on the machine do not lengthen
        "p95_cpu_ms": round(float(np.quantile(used, 0.95)), 3),
        "recall": round(float(np.mean(right)), 4),
    }


def nearest(store: VectorStore, search: dict[str, int], question: np.ndarray, k: int) -> np.ndarray:
    """Search as the store does, with other parameters."""
    searcher = store._searcher
    if searcher is None:
        return exact(store.rows, question, k)
    found = np.sort(searcher.search(question, min(len(store), reach_for(searcher.kind, k)), **search))
    return found[np.argsort(-store.cosines(question, found), kind="stable")[:k]]


if __name__ == "__main__":
    main()
