"""Which stage lost an answer: one constructed case for each, and the passages that count for nDCG."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.asked import asked
from bot.assistant import Trace
from bot.confidence import Signs
from bot.evaluate.gold import GoldQuestion, RequiredAnswer
from bot.evaluate.measure import measure
from bot.evaluate.stages import STAGES, lost_at, relevant_passages
from bot.evidence import Candidate
from bot.facts import Found
from bot.quantities import Quantity
from bot.support import Support
from corpus.document import Document
from small import ranked

TEXT = "The port rebuilt 14 quays. A crane lifts 120 tonnes. Its 17 boats and 18 cranes rest."
DOCUMENTS = {
    id: Document(id, id, "en", id, None, None, None, text, (), (), "")
    for id, text in {"larvik": TEXT, "bergen": "The port has 14 boats.", "sea": "The sea is cold."}.items()
}
ANSWER = RequiredAnswer("larvik", ("14",), (("14",), ("quays",)))
QUESTION = GoldQuestion("q", "en", "number", "how many quays?", (), (ANSWER,))
HIT = ranked(DOCUMENTS["larvik"], "14 quays")
SEA = ranked(DOCUMENTS["sea"], "sea")


def found(part, *, report="larvik", unit="", dropped=None):
    """Return a candidate that says some words of a report."""
    hit = ranked(DOCUMENTS[report], part)
    start = hit.document.text.index(part)
    amount = Quantity(Decimal(1), unit, None, start, start + len(part))
    candidate = Candidate(hit, 0, hit.passage.sentences[0], start, start + len(part), 1.0, 1.0, amount)
    return Found(candidate, 1.0, Signs(*[0.0] * 14), 0.9, Support((), 1.0, ()), dropped)


def record(*values, passages=("larvik",), report="larvik"):
    """Return the record of an answer that gives values."""
    citations = [{"number": 1, "document": report, "quote": DOCUMENTS[report].text, "start": 0, "end": 9}]
    facts = [{"value": one, "display": one, "confidence": 0.9, "quantity": None, "citations": [1]} for one in values]
    looked = [{"document": one, "start": 0, "end": len(DOCUMENTS[one].text)} for one in passages]
    status = "answered" if values else "not_found"
    return {"status": status, "language": "en", "facts": facts, "citations": citations, "passages": looked}


def trace(*all_found, read=(HIT,)):
    return [Trace(asked(QUESTION.question, "en"), tuple(read), tuple(all_found), (), tuple(read))]


def lost(made, traces, question=QUESTION):
    return lost_at(measure(question, made, DOCUMENTS), traces, DOCUMENTS)


NOWHERE = replace(QUESTION, answers=(RequiredAnswer("larvik", ("15",), (("15",), ("quays",))),))
CASES = {
    "not in the corpus": lambda: lost(record(), trace(), NOWHERE),
    "not retrieved": lambda: lost(record(passages=["sea"]), trace(read=[SEA])),
    "not read": lambda: lost(record("120"), trace(found("120"), read=[SEA])),
    "read but not found": lambda: lost(record("120"), trace(found("120"))),
    "wrong unit": lambda: lost(record("120"), trace(found("120", unit="t"), found("14", dropped="weaker"))),
    "wrong scope": lambda: lost(
        record("14", report="bergen", passages=["bergen", "larvik"]),
        trace(found("14", report="bergen"), found("14", dropped="weaker")),
    ),
    "read but dropped": lambda: lost(record("17"), trace(found("17"), found("14", dropped="weaker"))),
    "wrongly refused": lambda: lost(record(), trace(found("14", dropped="unsure"))),
    "ranked too low": lambda: lost(
        record("17", "18", "120", "14"), trace(found("17"), found("18"), found("120"), found("14"))
    ),
    "not refused": lambda: lost(record("120"), trace(found("120")), replace(QUESTION, answers=())),
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_is_told_by_a_case_of_its_own(stage):
    assert CASES[stage]() == stage


def test_what_is_right_was_lost_nowhere():
    assert lost(record("14"), trace(found("14"))) is None
    assert lost(record(), trace(), replace(QUESTION, answers=())) is None


def test_the_missing_one_of_two_answers_tells_the_stage():
    absent = RequiredAnswer("bergen", ("99",), (("99",),))

    assert lost(record("14"), trace(found("14")), replace(QUESTION, answers=(ANSWER, absent))) == "not in the corpus"


@pytest.mark.parametrize(("values", "stage"), [((), "wrongly refused"), (("120",), "read but not found")])
def test_a_record_from_a_file_tells_only_whether_it_was_refused(values, stage):
    assert lost(record(*values), []) == stage


def test_relevant_are_the_passages_that_prove_an_answer_ten_at_most():
    larvik, sea = ((DOCUMENTS[id], 0, len(DOCUMENTS[id].text)) for id in ("larvik", "sea"))
    crane = (DOCUMENTS["larvik"], TEXT.index("A crane"), len(TEXT))

    assert relevant_passages(QUESTION, [larvik, sea, crane, larvik]) == 2
    assert relevant_passages(QUESTION, [larvik] * 12) == 10
    assert relevant_passages(replace(QUESTION, answers=()), [larvik]) == 0
