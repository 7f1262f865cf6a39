"""Records to metrics: files of right and of wrong answers to six small questions, and single values by hand."""

import json
from math import log2

import pytest

from bot.answer import Answer, Citation, Fact, FoundPassage, Quantity
from bot.evaluate.gold import GoldQuestion, RequiredAnswer
from bot.evaluate.measure import measure
from bot.evaluate.questions import read_gold
from bot.evaluate.run import from_records
from bot.evaluate.summary import GROUPS, figures
from corpus.document import Document
from index.passages import Passage

QUAYS = "The port rebuilt 14 quays between 2015 and 2021."
NINE = "The port of Bergen rebuilt 9 quays in 2018."
BUILT = "全县新建图书馆23座。"
SENT = "文化局选派管理员、志愿者和司机。"
TEXTS = {"larvik": ("en", QUAYS), "bergen": ("en", NINE), "library": ("zh", f"{BUILT}{SENT}"), "sea": ("en", "Cold.")}
DOCUMENTS = {
    id: Document(id, id, language, id, None, None, None, text, (), (), "") for id, (language, text) in TEXTS.items()
}
PASSAGES = [Passage(id, 0, len(text), ((0, len(text)),)) for id, (_, text) in TEXTS.items()]


def required(report, accept, *anchors):
    return {"report": report, "accept": list(accept), "anchors": list(anchors)}


LARVIK = required("larvik", ["14", "14 quays"], "14", "quays")
BERGEN = required("bergen", ["9"], "9", "quays")
LISTED = required("library", ["管理员、志愿者、司机", "管理员"], "管理员", "司机")
QUESTIONS = {
    "number": ("en", "number", "how many quays did Larvik rebuild?", [LARVIK]),
    "both": ("en", "both", "how many quays did Larvik and Bergen rebuild?", [LARVIK, BERGEN]),
    "zh-number": ("zh", "number", "新建了多少座图书馆？", [required("library", ["23座"], "23", "图书馆")]),
    "zh-list": ("zh", "list", "文化局选派了哪些人？", [LISTED]),
    "none": ("en", "unanswerable", "how many trams run in Larvik?", []),
    "zh-none": ("zh", "unanswerable", "修了多少条铁路？", []),
}
# What a right answer says: report, quote, value.
SAID = {
    "number": [("larvik", QUAYS, "14")],
    "both": [("larvik", QUAYS, "14"), ("bergen", NINE, "9")],
    "zh-number": [("library", BUILT, "23座")],
    "zh-list": [("library", SENT, one) for one in ("管理员", "志愿者", "司机")],
}
LOWER_IS_BETTER = {"wrongly refused", "area under risk-coverage", "calibration error"}


def gold_line(id):
    language, kind, question, answers = QUESTIONS[id]
    return {"id": id, "language": language, "kind": kind, "question": question, "answers": answers}


def lines(path, records):
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in records), encoding="utf-8")
    return path


def answer(id, said, passages, *, confidence=0.9):
    """Return an answer that says values with the quotes that prove them."""
    language, _, question, _ = QUESTIONS[id]
    facts, citations = [], []
    for number, (report, quote, value) in enumerate(said, start=1):
        start = max(0, DOCUMENTS[report].text.find(quote))
        citations.append(Citation(number, report, report, (), quote, start, start + len(quote), ()))
        figure = Quantity("1", None, None) if any(map(str.isdigit, value)) else None
        facts.append(Fact(value, value, report, confidence, (number,), figure))
    found = tuple(FoundPassage(one, 0, len(TEXTS[one][1]), 0.5, TEXTS[one][1]) for one in passages)
    status = "answered" if said else "not_found"
    timings = {"total": 10.0}
    return Answer(question, status, language, "said", tuple(facts), tuple(citations), found, timings_ms=timings)


def right(id):
    return answer(id, SAID.get(id, []), list(dict.fromkeys(report for report, _, _ in SAID.get(id, []))) or ["sea"])


def wrong(id):
    """Return an answer of which nothing is true, not even its quote."""
    return answer(id, [("sea", "The sea is warm.", "500 trains")], ["sea"])


def refuses_the_wrong_ones(id):
    return wrong(id) if not QUESTIONS[id][3] else answer(id, [], ["sea"])


def gold(tmp_path):
    return read_gold([lines(tmp_path / "gold.jsonl", map(gold_line, QUESTIONS))])


def scored(tmp_path, made):
    """Return all figures of the records of some answers, by name and slice."""
    file = lines(tmp_path / "records.jsonl", [made(id).record(id) for id in QUESTIONS])
    measured = from_records(gold(tmp_path), file, DOCUMENTS, PASSAGES)
    return {(one["name"], *one["slice"].values()): one["mean"] for one in figures([one.row for one in measured])}


def of_quality(found):
    speed = {"p50, ms", "p95, ms", "questions per second"}
    return {key: mean for key, mean in found.items() if key[0] not in LOWER_IS_BETTER | speed}


# --- Whole files


def test_a_file_of_right_answers_scores_one_in_every_metric_and_slice(tmp_path):
    found = scored(tmp_path, right)

    assert {key: mean for key, mean in of_quality(found).items() if mean != 1.0} == {}
    assert {key[0] for key in found} >= {name for names in GROUPS.values() for name in names}
    assert {("refused",), ("refused", "en"), ("refused", "zh"), ("AUROC",), ("refusal precision",)} <= set(found)
    assert found["wrongly refused",] == 0.0
    assert found["calibration error",] == pytest.approx(0.1)


def test_a_file_of_wrong_answers_scores_zero_in_every_metric_and_slice(tmp_path):
    found = scored(tmp_path, wrong)

    assert {key: mean for key, mean in of_quality(found).items() if mean != 0.0 and key[0] != "AUROC"} == {}
    of_right_ones_only = {"proved", "English way"}
    assert {key[0] for key in found} >= {name for names in GROUPS.values() for name in names} - of_right_ones_only
    assert found["area under risk-coverage",] == 1.0
    assert found["AUROC",] == 0.5


def test_a_file_that_refuses_just_what_can_be_answered_scores_zero_in_refusal_and_retrieval(tmp_path):
    found = scored(tmp_path, refuses_the_wrong_ones)

    assert found["wrongly refused",] == 1.0
    assert {key: mean for key, mean in of_quality(found).items() if mean != 0.0} == {}
    assert {("refused",), ("refusal precision",), ("AUROC",)} <= set(found)


def test_a_question_without_a_record_counts_as_refused(tmp_path):
    measured = from_records(gold(tmp_path), lines(tmp_path / "r.jsonl", []), DOCUMENTS, PASSAGES)

    verdicts = [one.row.verdict for one in measured]
    assert verdicts == ["refused wrongly"] * 4 + ["refused rightly"] * 2


# --- Single values


def measured(id, made, **given):
    language, kind, question, answers = QUESTIONS[id]
    needed = tuple(
        RequiredAnswer(one["report"], tuple(one["accept"]), tuple((a,) for a in one["anchors"])) for one in answers
    )
    return measure(GoldQuestion(id, language, kind, question, (), needed), made.record(id), DOCUMENTS, **given)


def test_ranks_recall_and_gain_are_those_worked_out_by_hand():
    row = measured("both", answer("both", [], ["sea", "bergen", *["sea"] * 4, "larvik"]), relevant=3)

    assert row.proofs == ((7,), (2,))
    gain = (1 / log2(3) + 1 / log2(8)) / (1 / log2(2) + 1 / log2(3) + 1 / log2(4))
    names = ("recall@1", "recall@5", "recall@10", "MRR", "nDCG@10")
    assert [row.metrics[name] for name in names] == pytest.approx([0.0, 0.5, 1.0, 0.5, gain])


def test_one_of_two_required_answers_is_wrong_and_half_cited():
    row = measured("both", answer("both", SAID["both"][:1], ["larvik"]))

    assert (row.verdict, row.metrics["first three"], row.metrics["citation recall"]) == ("wrong", 0.0, 0.5)


def test_a_quote_of_which_a_character_was_changed_is_not_verbatim():
    said = [("larvik", QUAYS, "14"), ("larvik", QUAYS.replace("port", "Port"), "14")]

    assert measured("number", answer("number", said, ["larvik"])).metrics["verbatim"] == 0.5


def test_confidence_is_the_given_one_else_that_of_the_first_fact_else_none():
    refused = answer("number", [], [])

    assert measured("number", right("number")).confidence == 0.9
    assert measured("number", refused).confidence == 0.0
    assert measured("number", refused, confidence=0.3).confidence == 0.3


def test_a_list_of_which_every_item_is_required_matches_exactly():
    items = ["管理员", "志愿者", "司机"]
    question = GoldQuestion("q", "zh", "list", "哪些人？", (), tuple(RequiredAnswer("library", (i,)) for i in items))

    row = measure(question, right("zh-list").record("q"), DOCUMENTS)

    assert row.verdict == "right"
    assert (row.metrics["exact match"], row.metrics["F1"]) == (1.0, 1.0)


def test_an_english_list_matches_its_items_with_commas():
    needed = RequiredAnswer("larvik", ("quays, cranes", "quays"))
    said = [("larvik", QUAYS, "quays"), ("larvik", QUAYS, "cranes")]

    row = measure(
        GoldQuestion("q", "en", "list", "what was rebuilt?", (), (needed,)),
        answer("number", said, ["larvik"]).record("q"),
        DOCUMENTS,
    )

    assert (row.metrics["exact match"], row.metrics["F1"]) == (1.0, 1.0)
