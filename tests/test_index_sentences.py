"""A report's sentences as spans: where they end, and that nothing is lost between them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.sentences import sentences
from scale import scaled

PIECES = [
    *"\n 。！？；，、：“”‘’（）《》…\"'.!?;,)",
    *("\n\n", "  ", "\u3000", "\u2028", "\x85", "\x0b", "\xa0", "……", "他说，", "他说。", "三年来", "教师1569人"),
    *("3.5亿元", "U.S.", "Mr. ", "e.g. ", "Inc. ", "No. 5", "The port grew", "the", "的", "𠮷", "e\u0301", "1. "),
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join)
ENDS = re.compile(r"(?:[。！？!?…]|\.)[”’」』）)》】\"']*\Z")


def split(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("投入3.5亿元。建成学校36所！够吗？", ["投入3.5亿元。", "建成学校36所！", "够吗？"]),
        ("真的吗？！是的。", ["真的吗？！", "是的。"]),
        ("他说：“好。”大家同意。", ["他说：“好。”", "大家同意。"]),
        ("（共36所。）此外，新建医院2所。", ["（共36所。）", "此外，新建医院2所。"]),
        ("The town grew. It has 12 lines! Enough? Yes.", ["The town grew.", "It has 12 lines!", "Enough?", "Yes."]),
        ('"It works." Nobody left.', ['"It works."', "Nobody left."]),
        ("It closed in the year 2020. The port grew.", ["It closed in the year 2020.", "The port grew."]),
    ],
)
def test_a_sentence_ends_with_its_mark_and_what_closes_behind_it(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize("mark", ["；", "，", "、", "：", ";", ",", ":", "—", "·"])
def test_a_lesser_mark_never_ends_a_sentence(mark):
    text = f"投入3.5亿元{mark}建成学校36所{mark} 惠及学生4万人。"

    assert split(text) == [text]


def test_a_line_ends_a_sentence():
    assert split("总体情况\n投入3.5亿元\n建成学校36所。") == ["总体情况", "投入3.5亿元", "建成学校36所。"]


@pytest.mark.parametrize(
    "text",
    [
        "投入3.5亿元，增长12.5%。",
        "Exports rose by 3.5 per cent to 1,569.25 million.",
        "Dr. Li of the U.S. office sent Nos. 5 and 6.",
        "He works for Larvik Ltd. in Oslo, e.g. on quays.",
        "At 3.5 p.m. on Sept. 3 the port closed.",
        "The port (see Fig. 3) grew.",
        "1. 第一批派出教师72名。",
        "See www.example.org for more.",
    ],
)
def test_a_point_inside_a_sentence_does_not_end_it(text):
    assert split(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "“重商，亲商，爱商。”金华市援疆指挥部负责人说。",
        "“果心像‘冰糖’般甜！”他激动地说。",
        "“投入够吗？”局长表示，够。",
    ],
)
def test_a_quotation_keeps_the_words_that_say_who_spoke(text):
    assert split(text) == [text]


def test_a_quoted_exclamation_inside_a_sentence_does_not_end_it():
    assert split("“加油！”的喊声不断。") == ["“加油！”的喊声不断。"]


def test_space_around_sentences_belongs_to_none():
    text = "\u3000\u3000投入3.5亿元。  \n\n\t建成学校36所。 "

    assert sentences(text) == [(2, 10), (15, 23)]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\t\n"])
def test_a_text_of_space_has_no_sentences(text):
    assert sentences(text) == []


def test_a_part_of_a_text_gives_offsets_into_the_whole():
    text = "投入3.5亿元。建成学校36所。惠及学生4万人。"

    assert [text[a:b] for a, b in sentences(text, 8, 16)] == ["建成学校36所。"]
    assert sentences(text, 8, 16) == [(8, 16)]


def test_a_repeated_sentence_has_a_place_of_its_own_each_time():
    text = "投入3.5亿元。" * 3

    assert sentences(text) == [(0, 8), (8, 16), (16, 24)]


@settings(max_examples=scaled(100, 5000), deadline=None)
@given(TEXT)
def test_sentences_come_in_order_and_leave_out_only_space(text):
    position = 0
    for start, end in sentences(text):
        assert position <= start < end <= len(text)
        assert text[position:start].strip() == ""
        position = end
    assert text[position:].strip() == ""


@settings(max_examples=scaled(100, 5000), deadline=None)
@given(TEXT)
def test_a_sentence_has_no_space_around_it_and_no_line_end_in_it(text):
    found = split(text)

    assert found == [one.strip() for one in found]
    assert not any("\n" in one for one in found)


@settings(max_examples=scaled(100, 5000), deadline=None)
@given(TEXT)
def test_a_sentence_ends_with_a_final_mark_or_with_its_line(text):
    for start, end in sentences(text):
        assert ENDS.search(text[start:end]) or not text[end:].split("\n")[0].strip()


@settings(max_examples=scaled(100, 5000), deadline=None)
@given(TEXT, st.data())
def test_a_part_of_a_text_has_the_sentences_of_that_part(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    assert all(start <= first < last <= end for first, last in sentences(text, start, end))


@pytest.mark.parametrize("text", ["x. y" * 100_000, "." * 300_000 + "x", "“”" * 100_000 + "。", "U.S." * 80_000])
def test_long_runs_of_marks_are_cut_in_no_more_than_linear_time(text):
    assert sentences(text)[-1][1] == len(text)
