"""Bot stage: how fast this machine answers and indexes, and how much memory and disk it takes."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from rich.table import Table

from bot.assistant import Assistant
from bot.messages import say
from bot.reader.model import Reader
from bot.reader.spans import Reading
from bot.wiring import Workshop
from index.layers import threads
from index.retrieve import Retriever
from index.saved import SavedIndex

_COLD_STARTS = 3
_ASKED = 20
_MEGABYTE = 1_000_000
Figures = dict[str, dict[str, float]]


class _Timed:
    """Read as a reader does, and add up the time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.taken: list[float] = []

    def read(self, question: str, passages: Sequence[str], glosses: Sequence[str] = ()) -> list[Reading]:
        began = time.perf_counter()
        found = self._reader.read(question, passages, glosses)
        self.taken.append(1000 * (time.perf_counter() - began))
        return found

    def is_common(self, word: str) -> bool:
        return self._reader.is_common(word)


def bench(workshop: Workshop) -> dict[str, Any]:
    """Measure cold starts, warm answers by stage, indexing against the encoder alone, memory and disk.

    Times are medians; questions are the headings of the reports, which any index has. Memory is that of this
    process with model, index and reader loaded.
    """
    step = workshop.progress or _unseen
    index = workshop.load_index()
    figures: Figures = {}
    figures["cold start"] = _cold(workshop, lambda share: step("bench", share / 3))
    figures["warm answer"] = _warm(workshop, index, lambda share: step("bench", (1 + share) / 3))
    figures["indexing"] = _indexing(workshop, index)
    step("bench", 1.0)
    figures["memory and disk"] = {
        "process, MB": psutil.Process().memory_info().rss / _MEGABYTE,
        "index, MB": _size(workshop.index_folder) / _MEGABYTE,
        "passages": float(len(index.passages)),
    }
    return {"machine": machine(), "figures": figures}


def _unseen(name: str, share: float) -> None:
    """Show nothing."""


def machine() -> dict[str, str]:
    """Return what the figures hold for."""
    memory = psutil.virtual_memory().total / 1e9
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": f"{platform.processor() or 'unknown'}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "python": platform.python_version(),
        "onnxruntime": f"{version('onnxruntime')}, {threads()} threads",
    }


def _cold(workshop: Workshop, progress: Callable[[float], None]) -> dict[str, float]:
    """Time whole processes that answer one question."""
    found = {}
    for number, language in enumerate(("zh", "en")):
        command = [sys.executable, "-m", "bot", "ask", say("example", "zh" if language == "zh" else "en")]
        command += ["--index", str(workshop.index_folder)]
        if workshop.config:
            command += ["--config", str(workshop.config)]
        taken = []
        for _ in range(_COLD_STARTS):
            began = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - this program itself
            taken.append(time.perf_counter() - began)
            progress((number + len(taken) / _COLD_STARTS) / 2)
        found[f"{language}, s"] = statistics.median(taken)
    return found


def _warm(workshop: Workshop, index: SavedIndex, progress: Callable[[float], None]) -> dict[str, float]:
    retrieval = workshop.settings.retrieval
    reader = _Timed(workshop.reader())
    retriever = Retriever(index, workshop.encoder(), candidates=retrieval.candidates)
    assistant = Assistant(retriever, reader, results=retrieval.results, read=retrieval.read)
    headings = [one.text[h.start : h.end] for one in index.documents.values() for h in one.headings]
    asked = [say("example", "zh"), say("example", "en"), *headings][:_ASKED]
    for question in asked[:2]:
        assistant.ask(question)
    reader.taken.clear()
    retrieving, total = [], []
    for done, question in enumerate(asked, start=1):
        timings = assistant.ask(question).timings_ms
        retrieving.append(timings.get("retrieve", 0.0))
        total.append(timings["total"])
        progress(done / len(asked))
    reading = statistics.median(reader.taken) if reader.taken else 0.0
    return {
        "retrieve, ms": statistics.median(retrieving),
        "read, ms": reading,
        "weigh and compose, ms": max(0.0, statistics.median(total) - statistics.median(retrieving) - reading),
        "total, ms": statistics.median(total),
        "p95, ms": sorted(total)[int(0.95 * (len(total) - 1))],
    }


def _indexing(workshop: Workshop, index: SavedIndex) -> dict[str, float]:
    """Time an index of the same reports against the encoder alone on the same texts."""
    encoder = workshop.encoder()
    passages = [index.documents[one.document].text[one.start : one.end] for one in index.passages]
    parts = [index.documents[one.document].text[a:b] for one in index.passages for a, b in one.sentences]
    encoder.encode_passages(passages[:1])
    began = time.perf_counter()
    encoder.encode_passages(passages)
    encoder.encode_passages(parts)
    alone = time.perf_counter() - began
    with TemporaryDirectory() as folder:
        for number, document in enumerate(index.documents.values()):
            (Path(folder) / f"{number}.txt").write_text(document.text, encoding="utf-8")
        aside = replace(workshop, index_folder=Path(folder) / "index", own_index=False, progress=None)
        began = time.perf_counter()
        aside.build(aside.read([Path(folder)]), encoder)
        building = time.perf_counter() - began
    return {
        "build, s": building,
        "passages per second": len(passages) / building,
        "encoder alone, s": alone,
        "build / encoder alone": building / alone,
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def bench_tables(found: dict[str, Any]) -> list[Table]:
    """Return the machine and the figures as tables."""
    shown = Table("machine", "", show_header=False)
    for name, value in found["machine"].items():
        shown.add_row(name, value)
    table = Table("what", "figure", "value")
    for group, figures in found["figures"].items():
        for name, value in figures.items():
            table.add_row(group, name, f"{value:,.2f}" if value < 100 else f"{value:,.0f}")
    return [shown, table]
