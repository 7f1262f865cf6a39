"""A run over all questions: its journal, its record, and records read from a file."""

import json
import random

import pytest

from bot.errors import BadQuestionFile
from bot.evaluate.run import Evaluation, evaluation_record, from_records, key_of
from test_bot_evaluate_measure import DOCUMENTS, PASSAGES, QUESTIONS, gold, lines, right, wrong

IDS = list(QUESTIONS)
ASKED = {question: id for id, (_, _, question, _) in QUESTIONS.items()}


class FakeAssistant:
    """Answer half of the questions rightly; break down at the question `fails`."""

    documents = DOCUMENTS

    def __init__(self, fails=None):
        self.asked = []
        self._fails = fails

    def explain(self, question, *, history=()):
        id = ASKED[question]
        self.asked.append(id)
        if id == self._fails:
            raise KeyboardInterrupt
        return answer_to(id), []


def answer_to(id):
    return (right if IDS.index(id) % 2 else wrong)(id)


def told(measured, file):
    """Return the whole record but for when and where it was made."""
    record = evaluation_record(measured, files=[file], skipped=[], made={})
    del record["made"]
    return record


def measures(measured):
    """Return what figures are made of; to make them takes a second."""
    rows = [one.row for one in measured]
    return [
        (row.question.id, row.verdict, row.metrics, row.proofs, row.confidence, one.stage)
        for row, one in zip(rows, measured, strict=True)
    ]


def run(questions, journal=None, assistant=None):
    return Evaluation(assistant or FakeAssistant(), PASSAGES, journal).ask(questions)


@pytest.fixture
def questions(tmp_path):
    return gold(tmp_path)


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "cache/run.jsonl"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return told(run(gold(folder)), folder / "gold.jsonl")


# --- Asking


def test_a_run_gives_verdicts_and_stages_of_its_questions(whole):
    assert [(one["id"], one["verdict"], one["loss"]) for one in whole["questions"]] == [
        ("number", "wrong", "not retrieved"),
        ("both", "right", None),
        ("zh-number", "wrong", "not retrieved"),
        ("zh-list", "right", None),
        ("none", "answered wrongly", "not refused"),
        ("zh-none", "refused rightly", None),
    ]
    assert whole["losses"] == {"en": {"not retrieved": 1, "not refused": 1}, "zh": {"not retrieved": 1}}


def test_the_same_run_twice_gives_the_same_record(questions, tmp_path, whole):
    assert told(run(questions), tmp_path / "gold.jsonl") == whole


def test_shuffled_questions_change_no_figure(questions, tmp_path, whole):
    found = told(run(random.Random(3).sample(questions, 6)), tmp_path / "gold.jsonl")

    assert found["figures"] == whole["figures"]
    assert found["losses"] == whole["losses"]


@pytest.mark.parametrize("done", range(6))
@pytest.mark.parametrize("half_line", ["", '\n{"record": {"id": "zh-none", "facts": [{"value": "管', "\n[1]\nnull\n17"])
def test_an_interrupted_run_goes_on_and_asks_only_the_rest(questions, journal, done, half_line):
    with pytest.raises(KeyboardInterrupt):
        run(questions, journal, FakeAssistant(fails=IDS[done]))
    if half_line:
        journal.parent.mkdir(exist_ok=True)
        with journal.open("ab") as file:
            file.write(half_line.encode()[:-1])
    again = FakeAssistant()

    assert Evaluation(again, PASSAGES, journal).done == done
    assert measures(run(questions, journal, again)) == measures(run(questions))
    assert again.asked == IDS[done:]
    assert not journal.exists()


def test_an_interrupted_run_gives_the_figures_of_a_whole_one(questions, tmp_path, journal, whole):
    with pytest.raises(KeyboardInterrupt):
        run(questions, journal, FakeAssistant(fails=IDS[3]))

    assert told(run(questions, journal), tmp_path / "gold.jsonl") == whole


def test_a_run_that_is_interrupted_behind_a_half_written_line_keeps_what_follows_it(questions, journal):
    for fails in (IDS[2], IDS[4]):
        with pytest.raises(KeyboardInterrupt):
            run(questions, journal, FakeAssistant(fails=fails))
        with journal.open("a") as file:
            file.write('\n{"record": {"id"')

    last = FakeAssistant()
    run(questions, journal, last)

    assert last.asked == IDS[4:]


def test_progress_is_the_share_of_questions_done(questions):
    told_of = []
    Evaluation(FakeAssistant(), PASSAGES).ask(questions[:2], progress=lambda *given: told_of.append(given))

    assert told_of == [("evaluate", 0.5), ("evaluate", 1.0)]


def test_the_key_changes_with_the_questions_and_the_rest_and_with_nothing_else(tmp_path):
    first, same, other = (tmp_path / name for name in "abc")
    for file, text in ((first, "x"), (same, "x"), (other, "y")):
        file.write_text(text)

    assert key_of([first], 1) == key_of([same], 1)
    assert len({key_of([first], 1), key_of([other], 1), key_of([first], 2), key_of([first, other], 1)}) == 4


# --- The record


def test_the_record_says_on_what_it_was_made_and_shows_each_question_with_its_proof(questions):
    record = evaluation_record(run(questions), files=[], skipped=[{"line": 3}], made={"index": {"passages": 4}})

    assert record["made"]["index"] == {"passages": 4}
    assert record["skipped"] == [{"line": 3}]
    both = record["questions"][1]
    assert [(fact["value"], fact["document"], fact["quote"][-8:]) for fact in both["facts"]] == [
        ("14", "larvik", "nd 2021."),
        ("9", "bergen", "in 2018."),
    ]
    assert both["gold"][1] == {"report": "bergen", "accept": ["9"]}
    assert json.loads(json.dumps(record)) == record


# --- Records from a file


def records_file(tmp_path, ids=IDS):
    return lines(tmp_path / "records.jsonl", [answer_to(id).record(id) for id in ids])


def test_records_of_a_file_give_the_figures_of_the_run_in_any_order(questions, tmp_path, whole):
    file = records_file(tmp_path)
    found = from_records(questions, file, DOCUMENTS, PASSAGES)

    assert told(found, file)["figures"] == whole["figures"]
    for seed in range(3):
        file = records_file(tmp_path, random.Random(seed).sample(IDS, 6))
        assert measures(from_records(questions, file, DOCUMENTS, PASSAGES)) == measures(found)


@pytest.mark.parametrize("content", [None, b"not json", b"[1]", b"null", b"{}", b"\xff\xfe\x00", b'{"id": "a"'])
def test_a_file_of_no_records_is_an_error_that_names_it(questions, tmp_path, content):
    file = tmp_path / "records.jsonl"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadQuestionFile, match=r"records\.jsonl"):
        from_records(questions, file, DOCUMENTS, PASSAGES)


def broken(tmp_path, **changes):
    record = right("number").record("number")
    record |= changes
    return lines(tmp_path / "records.jsonl", [{key: value for key, value in record.items() if value != "left out"}])


def shown(questions, file):
    """Return the record, as the command makes it right after it has read the file."""
    return told(from_records(questions, file, DOCUMENTS, PASSAGES), file)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        *((part, "left out") for part in ("status", "language", "facts", "citations", "passages")),
        *((part, 7) for part in ("facts", "citations", "passages")),
    ],
)
def test_a_record_that_lacks_a_part_is_an_error_that_names_the_question(questions, tmp_path, part, value):
    with pytest.raises(BadQuestionFile, match="'number'"):
        shown(questions, broken(tmp_path, **{part: value}))


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "left out"},
        {"timings_ms": None},
        {"timings_ms": {"total": "9"}},
    ],
    ids=str,
)
def test_a_part_that_only_the_summary_reads_is_checked_too(questions, tmp_path, changes):
    with pytest.raises(BadQuestionFile):
        shown(questions, broken(tmp_path, **changes))


def test_a_deeply_nested_record_is_an_error(questions, tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_text("[" * 100_000)

    with pytest.raises(BadQuestionFile):
        from_records(questions, file, DOCUMENTS, PASSAGES)
