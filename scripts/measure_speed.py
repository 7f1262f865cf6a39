"""Measure what each way of computing costs: cold starts, warm answers and memory, all in one run.

    python scripts/measure_speed.py                     # the shipped reports
    python scripts/measure_speed.py --questions 60 --json speed.json

Each way answers the same questions of tests/accuracy in a process of its own, on an index of its own. A cold start is
`citewise ask` from the process's begin to its end, model and index at hand; ratios are to the first way.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
WAYS = {
    "PyTorch, float32": {"CITEWISE_ENCODER_ENGINE": "torch"},
    "ONNX Runtime, 8 bits, one thread": {"CITEWISE_ENCODER_ENGINE": "onnx", "OMP_NUM_THREADS": "1"},
    "ONNX Runtime, 8 bits": {"CITEWISE_ENCODER_ENGINE": "onnx"},
}
COLD = ("派了多少老师？", "How many teachers were sent?")
WARM = """
import json, sys, psutil
from pathlib import Path
from bot.wiring import Workshop
assistant = Workshop.from_settings(index=Path(sys.argv[1])).assistant()
questions = json.load(sys.stdin)
for question in questions[:3]:
    assistant.ask(question)
found = [assistant.ask(question).timings_ms for question in questions[3:]]
json.dump({"total": [one["total"] for one in found], "retrieve": [one["retrieve"] for one in found],
           "memory": psutil.Process().memory_info().rss / 1e6}, sys.stdout)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5, help="cold starts of each question")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    lines = [line for path in sorted((ROOT / "tests/accuracy").glob("questions_*.jsonl")) for line in path.open()]
    whole = [one["question"] for one in map(json.loads, lines) if not one.get("history")]
    asked = random.Random(1).sample(whole, given.questions + 3)
    found = {}
    with TemporaryDirectory() as folder:
        for number, (name, variables) in enumerate(WAYS.items()):
            found[name] = measured(Path(folder) / str(number), os.environ | variables, asked, given.rounds)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    Console().print(table(found))


def measured(index: Path, environment: dict[str, str], asked: list[str], rounds: int) -> dict[str, float]:
    def run(*arguments: str, text: str | None = None) -> tuple[float, str]:
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=ROOT,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        return time.perf_counter() - began, done.stdout

    run("-m", "bot", "index", "--index", str(index))
    cold = [run("-m", "bot", "ask", question, "--index", str(index))[0] for question in COLD * (rounds + 1)][
        len(COLD) :
    ]
    warm = json.loads(run("-c", WARM, str(index), text=json.dumps(asked))[1])
    total = sorted(warm["total"])
    return {
        "cold ask, s": statistics.median(cold),
        "warm answer, ms": statistics.median(total),
        "p95, ms": total[int(0.95 * (len(total) - 1))],
        "of it retrieval, ms": statistics.median(warm["retrieve"]),
        "memory, MB": warm["memory"],
    }


def table(found: dict[str, dict[str, float]]) -> Table:
    first = next(iter(found.values()))
    shown = Table(title="each figure, and how many times less than the first way's")
    for heading in ("", *first):
        shown.add_column(heading)
    for name, figures in found.items():
        shown.add_row(name, *(f"{value:.4g} ({first[key] / value:.1f})" for key, value in figures.items()))
    return shown


if __name__ == "__main__":
    main()
