"""Measure a build of generated reports against the encoder alone on the same texts, in one run."""

import cProfile
import pstats
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.wiring import Workshop, shipped_reports
from corpus.reader import read_corpus
from index.build import build_index
from index.passages import PassageSizes
from index.texts import Texts

SEED = 5
PARAGRAPHS = 12


def write_reports(folder: Path, count: int) -> None:
    """Write reports whose sentences are those of the shipped ones, with other figures and in another order."""
    draw = random.Random(SEED)
    sources = [(one.language, one.text) for one in read_corpus([shipped_reports()]).documents]
    for number in range(count):
        language, text = sources[number % len(sources)]
        lines = [line for line in text.splitlines() if len(line) > 40]
        chosen = [draw.choice(lines) for _ in range(PARAGRAPHS)]
        other = ["".join(str(draw.randrange(1, 10)) if c.isdigit() else c for c in line) for line in chosen]
        (folder / f"{language}-{number}.txt").write_text("\n\n".join(other), encoding="utf-8")


def measure_indexing(count: int) -> dict[str, Any]:
    """Return how much of a build's time the encoder alone needs, and print what else takes time."""
    encoder = Workshop.from_settings().encoder()
    encoder.encode_passages(["warm"])
    with TemporaryDirectory() as place:
        reports = Path(place) / "reports"
        reports.mkdir()
        write_reports(reports, count)
        texts = Texts.from_documents(read_corpus([reports]).documents, PassageSizes())
        alone, whole = [], []
        for round_number in range(2):  # in turns, since other work on the machine comes and goes
            began = time.perf_counter()
            encoder.encode_passages(texts.contexts)
            encoder.encode_passages(texts.sentences)
            alone.append(time.perf_counter() - began)
            profile = cProfile.Profile() if round_number else None
            began = time.perf_counter()
            if profile:
                profile.enable()
            build_index(read_corpus([reports]), Path(place) / f"index-{round_number}", encoder)
            if profile:
                profile.disable()
            whole.append(time.perf_counter() - began)
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(r"(index|corpus)/", 25)
    return {
        "reports": count,
        "texts": len(texts.contexts) + len(texts.sentences),
        "encoder_seconds": [round(one, 1) for one in alone],
        "build_seconds": [round(one, 1) for one in whole],  # the second with the profiler
        "share": round(alone[0] / whole[0], 3),
    }
