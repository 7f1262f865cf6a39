"""Measure questions that want working out, by language and half.

    python scripts/evaluate_derived.py tests/accuracy/derived_*.jsonl [--index DIR] [--half dev] [--wrong]

Prints one line of figures for each language and half; `--wrong` shows each question that is not right.
"""

import argparse
import json
from pathlib import Path

from bot.evaluate.derived import derived_figures, judge_derived, read_derived
from bot.wiring import Workshop


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--half", default="")
    parser.add_argument("--wrong", action="store_true")
    given = parser.parse_args()
    assistant = Workshop.from_settings(index=given.index).assistant()
    judged = []
    for question in read_derived(given.questions):
        if given.half not in ("", question.half):
            continue
        record = assistant.ask(question.question).record(question.id)
        verdict = judge_derived(question, record, assistant.documents)
        judged.append((question, verdict))
        if given.wrong and verdict != "right":
            print(f"{question.id} {verdict} ({question.operation}, {question.trap}): {question.question}")
            print("    " + record["text"].replace("\n", "\n    "))
    for language in sorted({question.language for question, _ in judged}):
        for half in sorted({question.half for question, _ in judged}):
            some = [one for one in judged if (one[0].language, one[0].half) == (language, half)]
            if some:
                print(language, half or "-", json.dumps(derived_figures(some)))


if __name__ == "__main__":
    main()
