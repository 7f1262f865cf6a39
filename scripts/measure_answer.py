"""Time a warm answer against one forward pass of the encoder over the passages that it reads, in one run.

    python scripts/measure_answer.py ../shared/reports

Prints medians over the questions of tests/accuracy (a seeded sample), and what the time of an answer is made of.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from bot.assistant import Assistant
from bot.evaluate.questions import read_gold
from bot.reader.windows import padded, windows
from bot.wiring import Workshop
from index.embed import SentenceEncoder
from index.tokenizer import Pieces

ACCURACY = Path(__file__).parents[1] / "tests/accuracy"
ASKED, ROUNDS = 30, 3


def timed(work: Callable[[], object]) -> float:
    """Return the least time of a few rounds, in milliseconds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return 1000 * best


def forward(encoder: SentenceEncoder, texts: list[str]) -> Callable[[], object]:
    """Return one float32 pass of the encoder over passages, in one batch."""
    rows = [row for cut in encoder.pieces(texts) for row in windows(Pieces([], []), cut, 0)]
    ids, mask = (torch.from_numpy(array) for array in padded(rows))

    def run() -> object:
        with torch.inference_mode():
            return encoder.transformer(ids, attention_mask=mask)

    return run


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("reports", type=Path)
    given = parser.parse_args()
    gold = random.Random(1).sample(
        [q for q in read_gold(sorted(ACCURACY.glob("questions_*.jsonl"))) if not q.history], ASKED
    )
    with TemporaryDirectory() as folder:
        workshop = Workshop.from_settings(index=Path(folder) / "index")
        workshop.build(workshop.read([given.reports]), workshop.encoder())
        assistant: Assistant = workshop.assistant()
        encoder = SentenceEncoder.load("bundled", cache=workshop.cache_folder)
        answers, passes, retrieving = [], [], []
        for question in gold:
            record = assistant.ask(question.question).record()
            texts = [one["text"] for one in record["passages"][: workshop.settings.retrieval.read]]
            answers.append(timed(lambda question=question: assistant.ask(question.question)))
            passes.append(timed(forward(encoder, texts)))
            retrieving.append(assistant.ask(question.question).timings_ms["retrieve"])
    ratio = statistics.median(a / p for a, p in zip(answers, passes, strict=True))
    print(f"answer {statistics.median(answers):.0f} ms, of it retrieval {statistics.median(retrieving):.0f} ms")
    print(f"one pass over its passages {statistics.median(passes):.0f} ms; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
