"""Measuring retrieval: questions with their answers, and figures that were worked out by hand."""

import json
import subprocess
import sys

import pytest

from bot.errors import BadQuestionFile
from bot.evaluate.questions import GoldQuestion, RequiredAnswer, proves, read_gold
from bot.evaluate.retrieval import evaluate_retrieval
from corpus.document import Document
from index.passages import Passage
from index.retrieve import RankedPassage
from index.sentences import sentences

GOLD = {
    "id": "q1",
    "language": "en",
    "kind": "number",
    "question": "how many quays?",
    "history": ["which port?"],
    "answers": [{"report": "larvik", "accept": ["14", "fourteen"], "anchors": ["14|fourteen", "quays"]}],
}


def write(path, *records):
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def gold_file(path, *ids):
    return write(path, *({**GOLD, "id": one} for one in ids))


# --- Files of questions


def test_a_question_is_read_with_its_history_answers_and_alternatives(tmp_path):
    assert read_gold([write(tmp_path / "g.jsonl", GOLD)]) == [
        GoldQuestion(
            id="q1",
            language="en",
            kind="number",
            question="how many quays?",
            history=("which port?",),
            answers=(RequiredAnswer("larvik", ("14", "fourteen"), (("14", "fourteen"), ("quays",))),),
        )
    ]


def test_a_question_that_cannot_be_answered_has_no_answers(tmp_path):
    gold = {**GOLD, "answers": []}
    del gold["history"]

    (question,) = read_gold([write(tmp_path / "g.jsonl", gold)])

    assert (question.answers, question.history) == ((), ())


def test_several_files_are_read_in_their_order_and_blank_lines_passed_over(tmp_path):
    first = write(tmp_path / "a.jsonl", {**GOLD, "id": "z"}, "", {**GOLD, "id": "b"})
    second = gold_file(tmp_path / "b.jsonl", "a")

    assert [q.id for q in read_gold([first, second])] == ["z", "b", "a"]


@pytest.mark.parametrize("missing", ["id", "language", "kind", "question", "answers"])
def test_a_question_that_lacks_a_part_is_an_error_that_names_file_line_and_part(tmp_path, missing):
    bad = {key: value for key, value in GOLD.items() if key != missing}

    with pytest.raises(BadQuestionFile, match=rf"g\.jsonl, line 2: .*{missing}"):
        read_gold([write(tmp_path / "g.jsonl", GOLD, bad)])


@pytest.mark.parametrize("missing", ["report", "accept", "anchors"])
def test_an_answer_that_lacks_a_part_is_an_error_that_names_file_line_and_part(tmp_path, missing):
    answer = {key: value for key, value in GOLD["answers"][0].items() if key != missing}

    with pytest.raises(BadQuestionFile, match=rf"g\.jsonl, line 1: .*{missing}"):
        read_gold([write(tmp_path / "g.jsonl", {**GOLD, "answers": [answer]})])


@pytest.mark.parametrize("line", ["not json", "[1]", "null", "17", '"text"', '{"id": "q1"', "{}"])
def test_a_line_that_is_no_question_is_an_error_that_names_it(tmp_path, line):
    with pytest.raises(BadQuestionFile, match=r"g\.jsonl, line 1"):
        read_gold([write(tmp_path / "g.jsonl", line)])


def test_an_id_that_stands_twice_is_an_error(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"line 3: .*'q1'"):
        read_gold([gold_file(tmp_path / "g.jsonl", "q1", "q2", "q1")])


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe\x00"], ids=["no file", "empty", "blank", "bytes"])
def test_a_file_without_questions_is_an_error_that_names_it(tmp_path, content):
    path = tmp_path / "g.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadQuestionFile, match=r"g\.jsonl"):
        read_gold([path])


def test_a_folder_is_no_file_of_questions(tmp_path):
    with pytest.raises(BadQuestionFile, match=tmp_path.name):
        read_gold([tmp_path])


# --- Halves


@pytest.mark.parametrize("count", [2, 7, 40])
def test_the_halves_are_disjoint_and_together_all(tmp_path, count):
    path = gold_file(tmp_path / "g.jsonl", *(f"q{i}" for i in range(count)))

    dev, test, both = ([q.id for q in read_gold([path], half=half)] for half in ("dev", "test", "all"))

    assert set(dev).isdisjoint(test)
    assert sorted(dev + test) == sorted(both) == sorted(f"q{i}" for i in range(count))
    assert abs(len(dev) - len(test)) <= 1


def test_the_halves_do_not_depend_on_the_order_of_the_lines(tmp_path):
    ids = [f"q{i}" for i in range(30)]
    forth, back = gold_file(tmp_path / "f.jsonl", *ids), gold_file(tmp_path / "b.jsonl", *reversed(ids))

    assert {q.id for q in read_gold([forth], half="dev")} == {q.id for q in read_gold([back], half="dev")}


def test_the_halves_are_the_same_in_every_run(tmp_path):
    path = gold_file(tmp_path / "g.jsonl", *(f"q{i}" for i in range(8)))
    code = (
        "import sys, pathlib; from bot.evaluate.questions import read_gold; "
        "print(*(q.id for q in read_gold([pathlib.Path(sys.argv[1])], half='dev')))"
    )

    printed = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout

    assert printed.split() == [q.id for q in read_gold([path], half="dev")] == ["q1", "q3", "q4", "q6"]


def test_an_unknown_half_is_an_error_that_names_the_known_ones(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"dev, test, all, found 'first'"):
        read_gold([gold_file(tmp_path / "g.jsonl", "q1")], half="first")


# --- What proves an answer


def made(text, id="larvik"):
    return Document(
        id=id, path="p", language="en", title="T", publisher=None, region=None, period=None,
        text=text, stretches=(), headings=(), digest="",
    )  # fmt: skip


def proof(answer, text, id="larvik"):
    quotes = [text[a:b] for a, b in sentences(text)]
    return proves(answer, made(text, id), 0, len(text), quotes)


ANSWER = RequiredAnswer("larvik", ("14", "fourteen"), (("14", "fourteen"), ("quay",)))


@pytest.mark.parametrize(
    "text",
    [
        "The port rebuilt 14 quays.",
        "It rebuilt FOURTEEN Quays in a year. It was cold.",
        "The port rebuilt  14\tQUAYS.",
    ],
)
def test_a_sentence_with_every_anchor_proves_an_answer(text):
    assert proof(ANSWER, text)


@pytest.mark.parametrize(
    "text",
    [
        "The port rebuilt quays. There are 14 of them.",
        "The port rebuilt 13 quays.",
        "The port rebuilt 14 cranes.",
        "",
    ],
)
def test_anchors_in_two_sentences_or_not_at_all_prove_nothing(text):
    assert not proof(ANSWER, text)


def test_an_accepted_answer_may_stand_in_another_sentence_of_the_passage():
    answer = RequiredAnswer("larvik", ("fourteen",), (("quay",),))

    assert proof(answer, "The port rebuilt quays. There are fourteen.")
    assert not proof(answer, "The port rebuilt quays. There are a few.")


def test_only_the_part_that_the_passage_holds_counts():
    text = "The port rebuilt quays. There are fourteen."

    assert not proves(RequiredAnswer("larvik", ("fourteen",), (("quay",),)), made(text), 0, 23, [text[:23]])


@pytest.mark.parametrize(
    ("id", "counts"), [("larvik", True), ("larvik-en", True), ("larviken", False), ("oslo", False)]
)
def test_a_restatement_of_the_report_counts_and_no_other_report(id, counts):
    assert proof(ANSWER, "The port rebuilt 14 quays.", id) is counts


# --- Figures

TRUE, FALSE = "The port rebuilt 14 quays.", "The port is cold."
SECOND = "It trained 86 pilots."
PILOTS = RequiredAnswer("larvik", ("86",), (("86",), ("pilots",)))


def hits(*texts):
    return [
        RankedPassage(made(text), Passage("larvik", 0, len(text), ((0, len(text)),)), score=0.5, sentences=())
        for text in texts
    ]


def question(id, *answers, language="en", kind="number"):
    return GoldQuestion(id, language, kind, id, ("before",), answers)


RANKED = {
    "first": hits(TRUE, FALSE, TRUE),  # ranks 1 and 3
    "half": hits(FALSE, FALSE, SECOND),  # one of two answers, at rank 3
    "seventh": hits(*[FALSE] * 6, TRUE),
    "none": hits(FALSE, FALSE),
    "nothing": [],
    "eleventh": hits(*[FALSE] * 10, TRUE),
    "zh": hits(FALSE, TRUE),
}
QUESTIONS = [
    question("first", ANSWER),
    question("half", ANSWER, PILOTS, kind="both"),
    question("seventh", ANSWER),
    question("none", ANSWER),
    question("nothing", ANSWER),
    question("eleventh", ANSWER),
    question("zh", ANSWER, language="zh"),
    question("unanswerable"),
]


@pytest.fixture(scope="module")
def results():
    return evaluate_retrieval(lambda asked, history: RANKED[asked], QUESTIONS)


def test_recall_and_reciprocal_rank_are_those_worked_out_by_hand(results):
    english = results.record()["by_language"]["en"]

    assert english == pytest.approx(
        {
            "n": 6,
            "recall@1": 1 / 6,
            "recall@5": (1 + 1 / 2) / 6,
            "recall@10": (1 + 1 / 2 + 1) / 6,
            "mrr": (1 + 1 / 3 + 1 / 7) / 6,
        }
    )


def test_the_figures_of_each_kind_are_those_worked_out_by_hand(results):
    kinds = results.record()["by_kind"]

    assert list(kinds) == ["en both", "en number", "zh number"]
    assert kinds["en both"] == pytest.approx({"n": 1, "recall@1": 0, "recall@5": 0.5, "recall@10": 0.5, "mrr": 1 / 3})
    assert kinds["zh number"] == pytest.approx({"n": 1, "recall@1": 0, "recall@5": 1, "recall@10": 1, "mrr": 0.5})


def test_the_ranks_of_each_question_are_recorded(results):
    assert results.record()["questions"] == {
        "first": [[1, 3]],
        "half": [[], [3]],
        "seventh": [[7]],
        "none": [[]],
        "nothing": [[]],
        "eleventh": [[11]],
        "zh": [[2]],
    }


def test_recall_at_one_needs_one_of_the_required_answers_only():
    found = evaluate_retrieval(lambda *_: hits(SECOND, FALSE), [question("q", ANSWER, PILOTS)])

    assert found.record()["by_language"]["en"]["recall@1"] == 1.0
    assert found.record()["by_language"]["en"]["recall@5"] == 0.5


def test_questions_that_cannot_be_answered_are_not_searched_for():
    found = evaluate_retrieval(lambda *_: pytest.fail("searched"), [question("q")])

    assert found.record() == {"by_language": {}, "by_kind": {}, "questions": {}}


def test_the_search_is_given_question_and_history():
    asked = []
    evaluate_retrieval(lambda *given: asked.append(given) or [], [question("q", ANSWER)])

    assert asked == [("q", ("before",))]


def test_progress_is_the_share_of_questions_done():
    shares = []
    evaluate_retrieval(
        lambda *_: [],
        [question("a", ANSWER), question("b", ANSWER), question("c")],
        progress=lambda name, share: shares.append((name, share)),
    )

    assert shares == [("evaluate", 0.5), ("evaluate", 1.0)]


@pytest.mark.parametrize(
    ("way", "proved"), [("14", False), ("2014", True), ("2014年", True), ("1,569", True), ("569", False)]
)
def test_a_figure_inside_a_longer_one_proves_nothing(way, proved):
    text = "2014年以来选派教师1,569人。"
    document = Document("r", "r", "zh", "r", None, None, None, text, (), (), "")
    answer = RequiredAnswer("r", (way,), ((way,), ("教师",)))

    assert proves(answer, document, 0, len(text), [text]) is proved


@pytest.mark.parametrize("part", ['"accept": "14"', '"anchors": "quays"'])
def test_a_text_where_a_list_belongs_is_an_error_that_names_the_line(tmp_path, part):
    path = tmp_path / "q.jsonl"
    answer = {"accept": '"accept": ["14"]', "anchors": '"anchors": ["14", "quay"]'}
    answer[part.split('"')[1]] = part
    path.write_text(
        '{"id": "a", "language": "en", "kind": "number", "question": "how many?", "answers": '
        f'[{{"report": "r", {answer["accept"]}, {answer["anchors"]}}}]}}\n'
    )

    with pytest.raises(BadQuestionFile, match="line 1"):
        read_gold([path])


def test_a_deeply_nested_line_is_an_error_that_names_the_line(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text("[" * 100_000 + "\n")

    with pytest.raises(BadQuestionFile, match="line 1"):
        read_gold([path])
