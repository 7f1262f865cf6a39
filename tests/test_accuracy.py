"""The questions of tests/accuracy, what proves their answers, and how well the real retrieval finds it."""

import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.evaluate.questions import proves, read_gold
from bot.evaluate.retrieval import evaluate_retrieval
from bot.wiring import shipped_reports
from corpus.reader import read_corpus
from index.retrieve import Retriever
from index.sentences import sentences

ACCURACY = Path(__file__).parent / "accuracy"
SHARED = Path(__file__).parents[2] / "shared"
FLOORS = tomllib.loads((ACCURACY / "floors.toml").read_text(encoding="utf-8"))
GOLD = read_gold(sorted(ACCURACY.glob("questions_*.jsonl")))
ANSWERABLE = [question for question in GOLD if question.answers]
KINDS = {"number", "date", "entity", "list", "explain", "followup", "both", "unanswerable"}


def shared(name):
    """Return what stands beside the project; skip where it does not, fail where CI must have it."""
    path = SHARED / name
    if not path.exists():
        reason = f"{path} is absent: it stands beside the project where the originals may be had"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def unproved(documents, language):
    """Return the ids of questions with a required answer that no single sentence of the reports proves."""
    spoken = [(document, sentences(document.text)) for document in documents if document.language == language]
    return [
        question.id
        for question in ANSWERABLE
        for answer in question.answers
        if not any(proves(answer, document, a, b, [document.text[a:b]]) for document, spans in spoken for a, b in spans)
    ]


# --- The questions themselves


def test_there_are_enough_questions_of_each_language():
    counts = Counter(question.language for question in ANSWERABLE)

    assert set(counts) == {"zh", "en"}
    assert min(counts.values()) >= 100


def test_there_are_enough_questions_that_cannot_be_answered():
    unanswerable = [question for question in GOLD if not question.answers]

    assert len(unanswerable) >= 40
    assert {question.language for question in unanswerable} == {"zh", "en"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_kind_of_question_is_there_in_each_language(language):
    counts = Counter(question.kind for question in GOLD if question.language == language)

    assert set(counts) == KINDS
    assert min(counts.values()) >= 9


def test_ids_and_questions_stand_once():
    for name in ("id", "question"):
        counts = Counter(getattr(question, name) for question in GOLD)
        assert [value for value, count in counts.items() if count > 1] == []


def test_the_kind_of_a_question_agrees_with_its_answers_and_history():
    for question in GOLD:
        assert (question.kind == "unanswerable") == (not question.answers), question.id
        assert (question.kind == "followup") <= bool(question.history), question.id
        if question.kind == "both":
            assert {answer.report for answer in question.answers} == {"zhejiang", "jinhua"}, question.id


def test_each_answer_names_its_report_its_forms_and_two_to_four_anchors():
    for question in ANSWERABLE:
        for answer in question.answers:
            assert answer.report in {"zhejiang", "jinhua"}, question.id
            assert answer.accept, question.id
            assert all(form.strip() for form in answer.accept), question.id
            assert 2 <= len(answer.anchors) <= 4, question.id
            assert all(way.strip() for anchor in answer.anchors for way in anchor), question.id


# --- What proves the answers


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_of_the_shipped_reports_proves_each_required_answer(language):
    assert unproved(read_corpus([shipped_reports()]).documents, language) == []


def test_a_sentence_of_the_original_reports_proves_each_required_answer():
    assert unproved(read_corpus([shared("reports")]).documents, "zh") == []


def test_the_shipped_reports_hold_every_figure_of_the_originals_and_copy_no_sentence():
    shared("reports")
    check = [sys.executable, shared("tools/check_restated.py"), "--shipped", shipped_reports()]

    ran = subprocess.run(check, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr


# --- How well proofs are found


@pytest.fixture(scope="module")
def measured(encoder, default_index):
    """Give a function that measures the index of a folder by the default settings, once."""
    known = {}

    def measure(folder):
        if folder not in known:
            assistant = Assistant(Retriever(default_index(folder), encoder))
            known[folder] = evaluate_retrieval(assistant.passages, GOLD).record()["by_language"]
        return known[folder]

    return measure


@pytest.mark.model
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reports", ["shipped", "originals"])
def test_retrieval_finds_proofs_as_well_as_it_did(measured, reports, language):
    folder = shipped_reports() if reports == "shipped" else shared("reports")

    figures = measured(folder)[language]

    assert figures["n"] == sum(question.language == language for question in ANSWERABLE)
    floors = FLOORS[reports][language]
    assert set(floors) == {"recall@1", "recall@5", "recall@10", "mrr"}
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}, json.dumps(figures)
