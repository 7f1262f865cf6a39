"""Training questions made of a paragraph's own figures."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quantities import read
from bot.reader.cloze import cloze
from bot.reader.examples import Example

MASKS = "工厂捐赠口罩17000只、体温计4000支。2021年，全厂共有职工350名，其中女职工120名。"
QUAYS = "The port rebuilt 14 quays and 9 cranes. It trained 86 pilots."


def example(language, context):
    return Example(language, "?", context, 0, 0, "article", "source")


def made(language, context, count=50):
    found = []
    for seed in range(20):
        found += cloze([example(language, context)], count, random.Random(seed))
    return found


def test_each_question_asks_for_a_figure_of_the_paragraph_without_saying_it():
    for one in made("zh", MASKS):
        figure = one.context[one.start : one.end]
        assert figure in {"17000只", "4000支", "2021年", "350名", "120名"}
        assert figure not in one.question
        assert any(word in one.question for word in ("多少", "几", "哪一年", "何时", "什么时候"))


def test_english_questions_ask_how_many():
    found = made("en", QUAYS)

    assert {one.context[one.start : one.end] for one in found} == {"14", "9", "86"}
    assert all(one.question.startswith("how many") for one in found)


def test_words_beside_the_figure_are_asked_with():
    assert any("体温计" in one.question for one in made("zh", MASKS) if one.context[one.start : one.end] == "4000支")


def test_the_same_seed_gives_the_same_questions_and_no_more_than_were_asked_for():
    both = [cloze([example("zh", MASKS)], 2, random.Random(3)) for _ in range(2)]

    assert both[0] == both[1]
    assert len(both[0]) <= 2


@pytest.mark.parametrize("context", ["", "没有数字的一句话。", "第三次会议，一人出席。", "民国26年，元丰六年。"])
def test_what_nobody_would_ask_for_is_not_asked_for(context):
    assert made("zh", context) == []


@settings(deadline=None, max_examples=50)
@given(st.text("建成磨坊12座，投入3.5亿元。2018年3月培训近3000名工人", max_size=60), st.integers(0, 99))
def test_the_answer_is_an_amount_as_it_is_read(context, seed):
    spans = {(one.start, one.end) for one in read(context, "zh")}

    assert {(one.start, one.end) for one in cloze([example("zh", context)], 9, random.Random(seed))} <= spans
