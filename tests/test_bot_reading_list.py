"""Which of the ranked passages are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asked import asked
from bot.question import language_of
from bot.reading_list import of_each, reading_list, reports_named
from bot.support import Named
from index.passages import Passage
from index.retrieve import RankedPassage
from index.words import WordIndex
from small import LARVIK, document

REGION = """---
id: {id}
title: 援疆报告
language: zh
region: {region}
period: 2018
---

# 援疆报告

选派教师{number}名。
"""


class NoBridge:
    """Know no word of the other language."""

    def pieces(self, question, language):
        return [(question, ())]

    def synonyms(self, word):
        return ()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    made = [
        document(folder, f"{id}.md", REGION.format(id=id, region=region, number=number))
        for id, region, number in (("a", "杭州市", 36), ("b", "金华市", 40), ("c", "金华市", 50))
    ]
    return [*made, document(folder, "larvik.md", LARVIK)]


def named(question, reports):
    return Named.of(asked(question, language_of(question)), NoBridge(), WordIndex.from_texts(["教师"]), reports)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("杭州和金华各派了多少教师？", ["a", "b", "c"]),
        ("金华和杭州各派了多少教师？", ["a", "b", "c"]),
        ("杭州、金华、宁波各派了多少教师？", ["a", "b", "c"]),
        ("how many teachers did Hangzhou and Jinhua send?", ["a", "b", "c"]),
        ("杭州派了多少教师？", []),
        ("金华派了多少教师？", []),
        ("浙江派了多少教师？", []),
        ("派了多少教师？", []),
        ("全省和金华各派了多少教师？", []),
        ("两份报告里派了多少教师？", ["a", "b", "c", "larvik"]),
        ("how many teachers were sent, according to both reports?", ["a", "b", "c", "larvik"]),
    ],
)
def test_the_reports_of_several_regions_that_a_question_names_are_told(reports, question, ids):
    assert reports_named(named(question, reports), reports) == ids


@pytest.mark.parametrize(
    "question", ["全省和金华各派了多少教师？", "how many teachers, for the whole province and for Jinhua?"]
)
def test_the_province_is_the_one_that_a_report_is_from(reports, tmp_path, question):
    whole = document(tmp_path, "z.md", REGION.format(id="z", region="浙江省", number=1569))

    assert reports_named(named(question, [*reports, whole]), [*reports, whole]) == ["b", "c", "z"]


@pytest.fixture(scope="module")
def ranked(reports):
    """Give a function that ranks passages of some reports, named by letter, with their scores."""
    by_id = {one.id: one for one in reports}

    def ranked(letters, scores=None):
        scores = scores or [0.9 - 0.01 * place for place in range(len(letters))]
        return [
            RankedPassage(by_id[letter], Passage(letter, place, place + 1, ()), score, ())
            for place, (letter, score) in enumerate(zip(letters, scores, strict=True))
        ]

    return ranked


@pytest.mark.parametrize(
    ("letters", "count", "read"),
    [
        ("aaaaaa", 3, [0, 1, 2]),
        ("aab", 3, [0, 1, 2]),
        ("aaaab", 3, [0, 1, 4]),
        ("aaaabc", 3, [0, 1, 4]),
        ("abbbbc", 3, [0, 1, 5]),
        ("ab", 6, [0, 1]),
        ("aab", 1, [2]),
        ("", 3, []),
    ],
)
def test_the_best_are_read_and_last_the_best_of_a_report_that_has_none(ranked, letters, count, read):
    assert reading_list(ranked(letters), [], count) == read


def test_a_passage_of_another_report_is_not_read_if_it_is_not_worth_it(ranked):
    assert reading_list(ranked("aaab", [0.9, 0.8, 0.7, 0.1]), [], 3) == [0, 1, 2]
    assert reading_list(ranked("aaab", [0.9, 0.8, 0.7, 0.6]), [], 3) == [0, 1, 3]


@pytest.mark.parametrize(
    ("letters", "each", "count", "read"),
    [
        ("aaaaab", ["a", "b"], 4, [0, 1, 2, 5]),
        ("aaaabbbb", ["a", "b"], 4, [0, 1, 4, 5]),
        ("aaaabbbb", ["b", "a"], 4, [0, 1, 4, 5]),
        ("aaacccb", ["a", "b"], 3, [0, 1, 6]),
        ("aaab", ["a", "b"], 2, [0, 3]),
        ("ccca", ["a", "b"], 2, [0, 3]),
    ],
)
def test_of_reports_that_are_named_each_has_its_share(ranked, letters, each, count, read):
    assert reading_list(ranked(letters), each, count) == read


@given(st.text("abc", max_size=20), st.lists(st.sampled_from("abc"), max_size=3, unique=True), st.integers(1, 12))
def test_no_more_are_read_than_asked_for_and_none_twice(ranked, letters, each, count):
    found = reading_list(ranked(letters), each, count)

    assert found == sorted(set(found))
    assert len(found) == min(count, len(letters))
    assert all(0 <= place < len(letters) for place in found)
    if len(each) <= count:
        assert {letters[place] for place in found} >= set(each) & set(letters)


@given(st.text("abc", min_size=1, max_size=20), st.integers(2, 12))
def test_the_best_passage_of_all_is_read(ranked, letters, count):
    assert 0 in reading_list(ranked(letters), [], count)


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("杭州和金华分别派了多少教师？", "和派了多少教师？"),
        ("两份报告里都说说援疆项目有几个", "说说援疆项目有几个"),
        ("全省和金华各做了多少个项目", "和各做了多少个项目"),
        ("杭州和金华分别向喀什派了多少教师？", "和向喀什派了多少教师？"),
        ("杭州和金华每个村投入多少钱？", "和每个村投入多少钱？"),
        ("杭州和金华的成本市场价是多少", "和的成本市场价是多少"),
        ("tons of goods sold, whole province and Jinhua separately", "tons of goods sold, and"),
        ("how many teachers were sent, according to both reports?", "how many teachers were sent, ?"),
        ("how much did each teacher in Hangzhou and Jinhua get?", "how much did each teacher in and get?"),
    ],
)
def test_of_each_report_the_question_is_asked_without_its_own_place(reports, question, bare):
    assert of_each(named(question, reports)) == bare
