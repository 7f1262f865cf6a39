"""How answers that are worked out are judged."""

from decimal import Decimal

import pytest

from bot.evaluate.derived import DerivedQuestion, derived_figures, judge_derived

GOLD = (
    {"number": "66", "base": "66", "document": "a", "sentence": "建成门店66家。"},
    {"number": "22", "base": "22", "document": "a", "sentence": "建成网店22家。"},
)
SUM = DerivedQuestion("q", "zh", "dev", "?", "sum", GOLD, Decimal(88), None)
TRAP = DerivedQuestion("t", "zh", "dev", "?", "sum", GOLD, None, "overlap")
STATED = DerivedQuestion("s", "zh", "dev", "?", "stated", GOLD, Decimal(66), "stated_total")


def record(numbers=("66", "22"), result="88", quotes=("建成门店66家。", "建成网店22家。"), status="answered"):
    facts = [{"quantity": {"number": number}, "citations": [at]} for at, number in enumerate(numbers, start=1)]
    cited = [{"number": at, "quote": quote, "document": "a"} for at, quote in enumerate(quotes, start=1)]
    derived = None if result is None else {"operands": list(range(len(facts))), "result": result, "winner": None}
    return {"status": status, "facts": facts, "citations": cited, "derived": derived}


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        (SUM, record(), "right"),
        (SUM, record(result="87"), "wrong"),
        (SUM, record(numbers=("66", "23")), "wrong"),
        (SUM, record(quotes=("建成门店66家。", "另有22家。")), "wrong"),
        (SUM, record(result=None), "plain"),
        (SUM, record(numbers=(), quotes=(), result=None, status="not_found"), "refused"),
        (TRAP, record(numbers=(), quotes=(), result=None, status="not_found"), "right"),
        (TRAP, record(), "wrong"),
        (STATED, record(result=None), "right"),
        (STATED, record(numbers=("22", "66"), result=None), "wrong"),
    ],
)
def test_an_answer_is_judged_by_its_result_and_its_citations(question, answer, verdict):
    assert judge_derived(question, answer, {}) == verdict


def test_figures_count_traps_apart():
    judged = [(SUM, "right"), (SUM, "refused"), (SUM, "plain"), (TRAP, "right"), (TRAP, "wrong")]

    assert derived_figures(judged) == {
        "n": 3,
        "right": 0.333,
        "wrong of answered": 0.5,
        "plain": 0.333,
        "refused": 0.333,
        "traps": 2,
        "traps handled": 0.5,
        "traps wrong": 1,
    }
