"""Two evaluations side by side: each figure's difference, the questions that changed, and files that are broken."""

import json

import pytest

from bot.errors import BadQuestionFile
from bot.evaluate.compare import compare, load_record


def question(id, verdict="right", language="en", **metrics):
    return {"id": id, "language": language, "verdict": verdict, "metrics": metrics}


def record(*questions):
    return {"questions": list(questions)}


FIRST = record(
    question("a", "wrong", F1=0.25, first=0.0),
    question("b", "right", F1=0.75, first=1.0),
    question("c", "refused wrongly", F1=None, first=0.0),
    question("d", "refused rightly", "zh", refused=1.0),
    question("gone", "wrong", F1=0.0, first=0.0),
)
SECOND = record(
    question("new", "right", F1=1.0, first=1.0),
    question("d", "answered wrongly", "zh", refused=0.0),
    question("c", "right", F1=1.0, first=1.0),
    question("b", "right", F1=0.5, first=1.0),
    question("a", "right", F1=1.0, first=1.0, MRR=1.0),
)


def test_each_figure_that_both_have_is_compared_question_by_question():
    found = compare(FIRST, SECOND).differences

    assert {key: (one.first, one.second, one.n) for key, one in found.items()} == {
        ("en", "F1"): (0.5, 0.75, 2),
        ("en", "first"): (pytest.approx(1 / 3), 1.0, 3),
        ("zh", "refused"): (1.0, 0.0, 1),
    }
    for one in found.values():
        assert one.low <= one.second - one.first <= one.high
        assert 0 < one.p <= 1


def test_questions_that_became_right_and_wrong_are_those_of_the_second_run():
    found = compare(FIRST, SECOND)

    assert [(one["id"], one["verdict"]) for one in found.better] == [("a", "right"), ("c", "right")]
    assert [(one["id"], one["verdict"]) for one in found.worse] == [("d", "answered wrongly")]


def test_questions_of_one_run_only_are_counted_and_bear_on_nothing():
    assert compare(FIRST, SECOND).unpaired == 2
    assert compare(FIRST, record()).unpaired == 5
    assert compare(FIRST, record()).differences == {}


def test_the_order_of_the_questions_does_not_matter():
    first, second = record(*FIRST["questions"][::-1]), record(*SECOND["questions"][::-1])

    assert compare(first, second).differences == compare(FIRST, SECOND).differences


def test_a_run_does_not_differ_from_itself():
    found = compare(FIRST, FIRST)

    assert (found.better, found.worse, found.unpaired) == ((), (), 0)
    assert {(one.second - one.first, one.low, one.high, one.p) for one in found.differences.values()} == {(0, 0, 0, 1)}


# --- Files


def test_a_record_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "run.json"
    file.write_text(json.dumps(FIRST))

    assert load_record(file) == FIRST


NO_METRICS = {**question("a"), "metrics": None}
NO_LANGUAGE = {key: value for key, value in question("a", F1=1.0).items() if key != "language"}


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "not json",
        "[1]",
        "null",
        '{"questions": 7}',
        '{"questions": ["a"]}',
        '{"questions": [{}]}',
        json.dumps(record(NO_METRICS)),
        json.dumps(record(NO_LANGUAGE)),
        json.dumps(record(question("a", F1="x"))),
        json.dumps(record(question(["a"], F1=1))),
        "[" * 100_000,
    ],
    ids=lambda content: str(content)[:40],
)
def test_a_broken_file_is_an_error_that_names_it(tmp_path, content):
    file = tmp_path / "run.json"
    if content is not None:
        file.write_text(content)

    with pytest.raises(BadQuestionFile, match=r"run\.json"):
        compare(load_record(file), load_record(file))
