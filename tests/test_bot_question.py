"""What a person typed, made fit for searching."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadQuestion
from bot.question import LONGEST, clean, language_of, parts

HOSTILE = json.loads((Path(__file__).parent / "data/hostile_questions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  how many\n\tteachers? ", "how many teachers?"),
        ("　派了多少教师？　", "派了多少教师？"),
        ("派\u200b了\ufeff多少教师？", "派了多少教师？"),
        ("quays\x00?\x07", "quays?"),
        ("a\x1b[31mb", "a[31mb"),
        ("\u202equays\u2066?", "quays?"),
        ("quays\U000e0041?", "quays?"),
        ("how many\r\nquays", "how many quays"),
        ("派了\u2028多少？", "派了 多少？"),
        ("１２座图书馆？", "１２座图书馆？"),
        ("7?", "7?"),
    ],
)
def test_a_question_is_one_line_without_invisible_characters(typed, cleaned):
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    "typed", ["", "   ", "\n\t", "　", "\u200b\ufeff", "\x00\x07", "😀🎉", "？？？！", "!@#$%^&*()"]
)
def test_a_message_without_a_word_is_no_question(typed):
    with pytest.raises(BadQuestion, match="empty"):
        clean(typed)


def test_a_question_may_have_two_thousand_characters_and_no_more():
    assert clean("问" * LONGEST) == "问" * LONGEST
    with pytest.raises(BadQuestion, match="long"):
        clean("问" * (LONGEST + 1))
    assert LONGEST == 2000


def test_invisible_characters_do_not_make_a_question_too_long():
    assert clean("\u200b" * 100_000 + "how many quays?" + " " * 100_000) == "how many quays?"


@pytest.mark.parametrize("one", HOSTILE, ids=[one["name"] for one in HOSTILE])
def test_hostile_questions_are_refused_or_made_harmless(one):
    try:
        cleaned = clean(one["question"])
    except BadQuestion:
        assert one["name"] in {
            "empty", "spaces_only", "ideographic_space", "zero_width_only", "emoji_only", "punctuation_cjk",
        } or not any(c.isalnum() or c == "_" for c in one["question"])  # fmt: skip
        return
    assert not any(unicodedata.category(c).startswith("C") for c in cleaned)
    assert len(cleaned.splitlines()) == 1
    assert all(part in cleaned for part in parts(cleaned))
    assert language_of(cleaned) in {"zh", "en"}


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text):
    try:
        cleaned = clean(text)
    except BadQuestion:
        return
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("一共派了多少教师？", "zh"),
        ("how many teachers were sent?", "en"),
        ("GDP多少？", "zh"),
        ("Who built the 陈列馆 hall?", "en"),
        ("請問總共派了多少教師？", "zh"),
        ("2020?", "en"),
        ("", "en"),
        ("Сколько средств было вложено?", "en"),
    ],
)
def test_a_question_is_answered_in_its_own_language(question, language):
    assert language_of(question) == language


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "全县新建了多少座图书馆？文化局派了多少名管理员？",
            ["全县新建了多少座图书馆？", "文化局派了多少名管理员？"],
        ),
        (
            "全县新建了多少座图书馆；文化局派了多少名管理员",
            ["全县新建了多少座图书馆；", "文化局派了多少名管理员"],
        ),
        (
            "文化局选派了多少名图书管理员，全县新建了多少座图书馆？",
            ["文化局选派了多少名图书管理员", "全县新建了多少座图书馆？"],
        ),
        (
            "how many quays did the port rebuild? who trained the pilots of Larvik?",
            ["how many quays did the port rebuild?", "who trained the pilots of Larvik?"],
        ),
        (
            "How many quays did the port rebuild and how many pilots did the office train?",
            ["How many quays did the port rebuild", "how many pilots did the office train?"],
        ),
        (
            "How many quays did the port rebuild, and when was the crane of Larvik built?",
            ["How many quays did the port rebuild", "when was the crane of Larvik built?"],
        ),
    ],
)
def test_a_message_of_several_questions_is_taken_apart(message, expected):
    assert parts(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "派了多少教师？",
        "派了多少教师和医生？",
        "how many teachers and how many doctors were sent?",
        "全县新建了多少座图书馆？什么时候？",
        "全县新建了多少座图书馆？真的吗？",
        "浙江援建的图书馆很大；它有多少本藏书？",
        "who built the library and the school of the county?",
        "Teachers were sent to the county. How many of them stayed for a year?",
        "",
        "？？",
    ],
)
def test_a_message_stays_whole_where_a_part_could_not_stand_alone(message):
    assert parts(message) == [message]


@given(
    st.lists(
        st.sampled_from(
            [
                "全县新建了多少座图书馆",
                "how many quays did the port rebuild",
                "？",
                "?",
                "；",
                "，",
                " and ",
                ", ",
                " ",
                "他们",
            ]
        ),
        max_size=8,
    ).map("".join)
    | st.text(max_size=60)
)
def test_no_word_of_a_message_is_lost_in_its_parts(message):
    found = parts(message)

    assert found
    at = 0
    for part in found:
        between = message[at : message.index(part, at)]
        assert between.strip(" ,，").removesuffix("and").strip(" ,，") == "" or found == [message]
        at = message.index(part, at) + len(part)
    assert message[at:].strip() == ""
