"""A question within a conversation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.converse import small_talk, standalone, turns


@pytest.mark.parametrize(
    "question",
    [
        "那医生呢？",
        "护士呢",
        "其中女教师有多少人？",
        "他们来自哪些城市的哪些学校？",
        "what about doctors?",
        "and how many of the doctors stayed for longer than a year?",
        "how many of them were women?",
        "where did they come from, and who paid for it?",
    ],
)
def test_a_follow_up_is_asked_together_with_the_question_before(question):
    assert standalone(question, ["派了多少教师？"]) == f"派了多少教师？ {question}"


@pytest.mark.parametrize(
    "question",
    [
        "金华建了几个陈列馆？",
        "援疆工作一共投入了多少资金？",
        "How many hospitals did Larvik build in 2019?",
        "which city has the largest port in the north?",
        "Is there a bridge in Larvik for trains?",
        "Is there a report that says who paid for the quays?",
        "浙江在其他县建了多少书店和图书馆？",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question):
    assert standalone(question, ["派了多少教师？"]) == question


def test_a_first_question_stays_as_it_is():
    assert standalone("那医生呢？", []) == "那医生呢？"


def test_a_chain_of_follow_ups_leads_back_to_the_question_that_began_it():
    history = ["金华建了几个陈列馆？", "派了多少教师？", "那护士呢？"]

    assert standalone("医生呢？", history) == "派了多少教师？ 那护士呢？ 医生呢？"


def test_small_talk_and_blank_lines_are_no_questions_to_follow():
    history = ["派了多少教师？", "谢谢！", "  ", "hello"]

    assert standalone("那医生呢？", history) == "派了多少教师？ 那医生呢？"
    assert standalone("那医生呢？", ["你好", "\n"]) == "那医生呢？"


@pytest.mark.parametrize(
    ("message", "talk"),
    [
        ("你好！", "greeting"),
        ("Hello", "greeting"),
        ("  good morning. ", "greeting"),
        ("谢谢", "thanks"),
        ("THANK YOU!", "thanks"),
        ("好的。", "thanks"),
        ("你是谁？", "about"),
        ("what can you do?", "about"),
        ("有哪些报告？", "sources"),
        ("Which reports do you have?", "sources"),
    ],
)
def test_small_talk_is_known_as_such(message, talk):
    assert small_talk(message) == talk


@pytest.mark.parametrize(
    "message",
    [
        "",
        "你好，派了多少教师？",
        "hello, how many teachers were sent?",
        "help for how many farmers?",
        "how do the reports greet the reader?",
        "哪些报告提到了图书馆？",
        "谢谢谁？",
    ],
)
def test_a_message_that_asks_for_more_is_no_small_talk(message):
    assert small_talk(message) is None


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=4))
def test_what_was_asked_is_never_lost(question, history):
    assert standalone(question, history).endswith(question)


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=12))
def test_turns_are_the_last_questions_in_their_order_and_the_question_behind_them(question, history):
    *earlier, last = turns(question, history)

    assert last == question
    assert len(earlier) <= 8
    kept = [one for one in history[-8:] if one.strip() and not small_talk(one)]
    assert earlier == kept[len(kept) - len(earlier) :]
    assert standalone(question, history) == " ".join([*earlier, last])


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("那医生呢？", ["派了多少教师？"], ["派了多少教师？", "那医生呢？"]),
        ("医生呢？", ["金华建了几个陈列馆？", "那护士呢？"], ["金华建了几个陈列馆？", "那护士呢？", "医生呢？"]),
        ("how many of them?", ["派了多少教师？", "thanks"], ["派了多少教师？", "how many of them?"]),
        ("金华建了几个陈列馆？", ["派了多少教师？"], ["金华建了几个陈列馆？"]),
        ("那医生呢？", [], ["那医生呢？"]),
    ],
)
def test_turns_hold_each_question_apart(question, history, expected):
    assert turns(question, history) == expected


def test_turns_lead_back_over_eight_questions_at_most():
    history = [f"它{number}呢？" for number in range(20)]

    assert turns("它呢？", history) == [*history[-8:], "它呢？"]


@pytest.mark.parametrize("question", ["那曲市有多少所学校和医院？", "其他县有多少所学校？"])
def test_a_name_or_word_that_holds_a_pronoun_points_nowhere(question):
    assert standalone(question, ["派了多少教师？"]) == question
