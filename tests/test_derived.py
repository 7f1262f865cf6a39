"""Questions that want working out, on the shipped reports: the result, each operand's citation, and the traps."""

import random
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.derive.plan import planned
from bot.evaluate.derived import derived_figures, judge_derived, read_derived
from scale import scaled
from small import check_record

ACCURACY = Path(__file__).parent / "accuracy"
FLOORS = tomllib.loads((ACCURACY / "floors.toml").read_text(encoding="utf-8"))["derived"]
GOLD = read_derived(sorted(ACCURACY.glob("derived_*.jsonl")))


def test_there_are_enough_questions_and_traps_of_each_language():
    counts = Counter(question.language for question in GOLD)
    traps = Counter(question.language for question in GOLD if question.trap)

    assert min(counts["zh"], counts["en"]) >= 30
    assert min(traps["zh"], traps["en"]) >= 10
    assert len({question.id for question in GOLD}) == len(GOLD)


def test_most_are_recognised_by_their_words():
    known = [one for one in GOLD if not one.trap and planned(one.question, "zh" if one.language == "zh" else "en")]

    assert len(known) >= FLOORS["recognised"] * sum(not one.trap for one in GOLD)


@pytest.mark.model
@pytest.mark.slow
def test_results_are_as_right_as_they_were(shipped_assistant):
    asked = random.Random(5).sample(GOLD, scaled(12, len(GOLD)))
    judged = []
    for question in asked:
        record = shipped_assistant.ask(question.question).record(question.id)
        check_record(record, shipped_assistant.documents)
        judged.append((question, judge_derived(question, record, shipped_assistant.documents)))

    figures = derived_figures(judged)
    if len(asked) < len(GOLD):
        assert any(verdict == "right" for _, verdict in judged)
        return
    assert figures["right"] >= FLOORS["right"], figures
    assert figures["wrong of answered"] <= FLOORS["wrong of answered"], figures
    assert figures["traps handled"] >= FLOORS["traps handled"], figures
