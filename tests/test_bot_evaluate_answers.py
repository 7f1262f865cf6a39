"""Verdicts on answer records, checked against cases worked by hand."""

import pytest

from bot.evaluate.answers import answer_figures, judge
from bot.evaluate.questions import GoldQuestion, RequiredAnswer

TEACHERS = RequiredAnswer("zhejiang", ("1569人", "1,569"), (("1569",), ("教师", "teacher")))
LOCAL = RequiredAnswer("jinhua", ("72名", "72"), (("72",), ("教师", "teacher")))


def question(*answers, kind="number"):
    return GoldQuestion("q", "en", kind, "how many teachers?", (), answers)


def fact(display, *citations, quantity=True):
    return {
        "value": display,
        "display": display,
        "citations": list(citations),
        "quantity": {"number": "1"} if quantity else None,
    }


def record(*facts, status="answered"):
    citations = [
        {"number": 1, "document": "zhejiang", "quote": "累计选派援疆教师1569人。"},
        {"number": 2, "document": "jinhua-en", "quote": "72 teachers came in two terms."},
        {"number": 3, "document": "zhejiang", "quote": "培训1569人。"},
    ]
    return {"status": status, "language": "en", "facts": list(facts), "citations": citations}


def test_the_first_fact_is_right_and_proved():
    judged = judge(question(TEACHERS), record(fact("1,569 people", 1)))

    assert (judged.among, judged.first, judged.proved, judged.refused) == (True, True, True, False)


def test_a_right_figure_whose_quote_lacks_an_anchor_is_right_and_not_proved():
    judged = judge(question(TEACHERS), record(fact("1,569 people", 3)))

    assert (judged.among, judged.proved) == (True, False)


def test_a_figure_of_another_report_is_not_right():
    assert judge(question(LOCAL), record(fact("72", 1))).among is False


def test_a_part_of_a_longer_figure_is_not_right():
    assert judge(question(LOCAL), record(fact("172 people", 2))).among is False


def test_an_answer_behind_the_third_fact_does_not_count():
    wrong = [fact("5", 1), fact("6", 1), fact("7", 1)]

    assert judge(question(TEACHERS), record(*wrong, fact("1,569", 1))).among is False
    assert judge(question(TEACHERS, kind="list"), record(*wrong, fact("1,569", 1))).among is True


def test_all_required_answers_must_be_there_and_none_need_be_first():
    both = question(TEACHERS, LOCAL, kind="both")

    assert judge(both, record(fact("72", 2), fact("1,569", 1))).among is True
    assert judge(both, record(fact("1,569", 1))).among is False
    assert judge(both, record(fact("72", 2), fact("1,569", 1))).first is None


def test_a_figure_shown_in_chinese_is_not_the_english_way():
    assert judge(question(TEACHERS), record(fact("1569人", 1))).english is False
    assert judge(question(TEACHERS), record(fact("1,569 people", 1))).english is True


def test_shares_are_of_the_questions_to_which_they_apply():
    judged = [
        judge(question(TEACHERS), record(fact("1,569", 1))),
        judge(question(TEACHERS), record(status="not_found")),
        judge(question(kind="unanswerable"), record(status="not_found")),
        judge(question(kind="unanswerable"), record(fact("72", 2))),
    ]

    assert answer_figures(judged) == {
        "first three": (0.5, 2),
        "first": (0.5, 2),
        "proved": (1.0, 1),
        "refused": (0.5, 2),
        "wrongly refused": (0.5, 2),
        "English way": (1.0, 1),
    }


@pytest.mark.parametrize("status", ["chat", "error"])
def test_only_not_found_is_a_refusal(status):
    assert judge(question(kind="unanswerable"), record(status=status)).refused is False
