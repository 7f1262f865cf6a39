"""Amounts of predicted texts against those of gold texts, in either language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluate.number_match import number_match

SAME = [
    ("nearly 3,000 people", "近3000名"),
    ("近3000名", "nearly 3,000 people"),
    ("近3000人", "近3000名"),
    ("1,569人", "1569人"),
    ("一百二十人", "120 people"),
    ("20亿元", "2 billion yuan"),
    ("¥5000", "5,000 yuan"),
    ("6.1%", "6.1 percent"),
    ("more than 100 people", "百余人"),
    ("at least 1,569 people", "1569人以上"),
    ("about 50 km", "约50公里"),
    ("10 to 20 people", "10至20人"),
    ("the third", "第三"),
    ("3 months", "3个月"),
    ("30 projects", "30项"),
    ("30 projects", "30个"),
    ("115,200 mu (7,680 ha)", "11.52万亩"),
    ("20亿元（约3亿美元）", "2 billion yuan"),
    ("选派教师1569人", "1569人"),
    ("in 2018, 72 people", "72名"),
    ("72人和20亿元", "2 billion yuan and 72 people"),
    ("教师（72人）", "72人"),
]
OTHER = [
    pytest.param("1,570 people", "1569人", id="value"),
    pytest.param("30 million", "30", id="scale"),
    pytest.param("3000元", "3000人", id="unit"),
    pytest.param("3000美元", "3000元", id="unit of the same kind"),
    pytest.param("30元", "30项", id="unit where things are counted"),
    pytest.param("30 people", "30项", id="unit where things are counted, other language"),
    pytest.param("1569", "1569人", id="no unit where the gold text has one"),
    pytest.param("3,000 people", "近3000名", id="approximation is left out"),
    pytest.param("nearly 3,000 people", "3000名", id="approximation is made up"),
    pytest.param("about 3,000 people", "近3000名", id="another approximation"),
    pytest.param("10 people", "10至20人", id="one end of a range"),
    pytest.param("3", "第三", id="a number is no ordinal"),
    pytest.param("172人", "72人", id="a longer figure"),
    pytest.param("5人、6人、72人", "72人", id="more amounts than the gold text has"),
    pytest.param("72人", "72人和20亿元", id="fewer amounts than the gold text has"),
    pytest.param("7,680 hectares", "11.52万亩", id="another unit of the same size"),
    pytest.param("第一批（72人）", "72人", id="what stands in brackets is no conversion of a count"),
    pytest.param("教师", "72人", id="no amount"),
    pytest.param("2019年", "72人", id="a date"),
    pytest.param("", "72人", id="empty"),
]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@LANGUAGES
@pytest.mark.parametrize(("predicted", "gold"), SAME)
def test_amounts_match_that_say_the_same_in_whatever_words(predicted, gold, language):
    assert number_match(predicted, [gold], language) is True


@LANGUAGES
@pytest.mark.parametrize(("predicted", "gold"), OTHER)
def test_amounts_do_not_match_if_anything_differs(predicted, gold, language):
    assert number_match(predicted, [gold], language) is False


@pytest.mark.parametrize("predicted", ["1569", "1569人", "1,569 people", "1,569 teachers", "1569元", "1569项"])
@pytest.mark.parametrize("gold", ["1569", "1,569", "1,569 teachers"])
def test_a_gold_amount_without_unit_goes_with_any(predicted, gold):
    assert number_match(predicted, [gold], "en") is True


def test_one_gold_text_of_several_is_enough():
    assert number_match("3,000 people", ["近3000名", "3000"], "zh") is True
    assert number_match("3,000 people", ["近3000名", "3000户"], "zh") is False


def test_gold_texts_without_amount_are_passed_over():
    assert number_match("72人", ["教师", "72名"], "zh") is True
    assert number_match("教师", ["教师", "72名"], "zh") is False


@pytest.mark.parametrize("gold", [[], [""], ["教师"], ["2019年4月"], ["April 2019", "teachers"]])
def test_where_no_gold_text_holds_an_amount_there_is_nothing_to_tell(gold):
    assert number_match("72人", gold, "zh") is None


TEXTS = st.lists(
    st.sampled_from(
        ["近", "约", "3000", "1,569", "20亿", "名", "元", "项", "个", "第三", "（", "）", " people", " mu", "，"]
    ),
    max_size=6,
).map("".join)
SEVERAL = st.lists(TEXTS, max_size=3)


@settings(deadline=None)
@given(TEXTS)
def test_a_text_matches_itself_or_holds_no_amount(text):
    assert number_match(text, [text], "zh") in {True, None}


@settings(deadline=None)
@given(TEXTS, SEVERAL.flatmap(lambda gold: st.tuples(st.just(gold), st.permutations(gold))))
def test_the_order_of_gold_texts_does_not_matter(predicted, orders):
    gold, other = orders

    assert number_match(predicted, gold, "zh") is number_match(predicted, other, "zh")


@settings(deadline=None)
@given(TEXTS, SEVERAL, TEXTS)
def test_another_gold_text_never_makes_a_match_undone(predicted, gold, another):
    if number_match(predicted, gold, "zh"):
        assert number_match(predicted, [*gold, another], "zh") is True
