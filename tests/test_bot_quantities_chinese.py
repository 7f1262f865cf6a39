"""What Chinese reports write as amounts and dates, and what only looks like one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quantities import Date, Quantity, read


def meanings(text):
    return [one.meaning for one in read(text, "zh")]


@pytest.mark.parametrize(
    ("written", "number", "unit", "approximation"),
    [
        ("近3000名", "3000", "person", "nearly"),
        ("20亿元", "2000000000", "yuan", None),
        ("超过100亿元", "10000000000", "yuan", "more than"),
        ("2.5余亿元", "250000000", "yuan", "more than"),
        ("11.52万亩", "115200", "mu", None),
        ("1000万棒以上", "10000000", "", "at least"),
        ("百余名", "100", "person", "more than"),
        ("百余", "100", "", "more than"),
        ("三年半", "3.5", "year", None),
        ("三个半小时", "3.5", "hour", None),
        ("三个多小时", "3", "hour", "more than"),
        ("半个月", "0.5", "month", None),
        ("三年多", "3", "year", "more than"),
        ("120余项", "120", "", "more than"),
        ("12%以上", "12", "percent", "at least"),
        ("百分之十二", "12", "percent", None),
        ("近百分之12.5", "12.5", "percent", "nearly"),
        ("千分之三", "0.3", "percent", None),
        ("三成左右", "30", "percent", "about"),
        ("17家", "17", "", None),
        ("1,569人", "1569", "person", None),
        ("１，５６９人", "1569", "person", None),
        ("７２名", "72", "person", None),
        ("10多万名", "100000", "person", "more than"),
        ("2.3万人次", "23000", "visit", None),
        ("5000余名", "5000", "person", "more than"),
        ("2000多公里", "2000", "kilometre", "more than"),
        ("9.6个百分点", "9.6", "percentage point", None),
        ("1.2倍", "1.2", "fold", None),
        ("33.5公顷", "33.5", "hectare", None),
        ("两个", "2", "", None),
        ("两名", "2", "person", None),
        ("十来个", "10", "", "about"),
        ("三点五万人", "35000", "person", None),
        ("一万二千三百人", "12300", "person", None),
        ("5千米", "5", "kilometre", None),
        ("3万千瓦时", "30000", "kilowatt-hour", None),
        ("上万名", "10000", "person", "at least"),
        ("突破千吨", "1000", "tonne", "more than"),
        ("不到3个月", "3", "month", "less than"),
        ("至多5天", "5", "day", "at most"),
        ("至少一家", "1", "", "at least"),
        ("零下15℃", "-15", "degree", None),
        ("￥3万", "30000", "yuan", None),
        ("3.5万m3", "35000", "cubic metre", None),
        ("35岁", "35", "year old", None),
        ("2000多年", "2000", "year", "more than"),
    ],
)
def test_an_amount_is_read_whole(written, number, unit, approximation):
    text = f"其中有{written}。" if not written.startswith("百") else f"共{written}。"

    assert [(text[one.start : one.end], one.meaning) for one in read(text, "zh")] == [
        (written, (Decimal(number), unit, approximation, None, False))
    ]


@pytest.mark.parametrize(
    ("written", "number", "upper", "unit"),
    [
        ("10-20人", 10, 20, "person"),
        ("3至5年", 3, 5, "year"),
        ("三到五年", 3, 5, "year"),
        ("1—2万元", 10_000, 20_000, "yuan"),
        ("5000至2万元", 5000, 20_000, "yuan"),
        ("2万至3万元", 20_000, 30_000, "yuan"),
        ("10%-20%", 10, 20, "percent"),
    ],
)
def test_a_range_has_two_ends(written, number, upper, unit):
    assert meanings(written) == [(number, unit, None, upper, False)]


def test_a_change_is_no_range():
    assert meanings("从10%到20%") == [(10, "percent", None, None, False), (20, "percent", None, None, False)]


@pytest.mark.parametrize(
    ("text", "number", "counter"), [("第八次会议", 8, "次"), ("第12批", 12, "批"), ("位列第一。", 1, "")]
)
def test_ordinals_keep_their_classifier(text, number, counter):
    (one,) = read(text, "zh")

    assert isinstance(one, Quantity)
    assert (one.number, one.unit, one.ordinal, one.counter) == (number, "", True, counter)


@pytest.mark.parametrize(
    ("text", "parts", "until"),
    [
        ("2019年", (2019, None, None, None, None), None),
        ("２０１４年", (2014, None, None, None, None), None),
        ("二〇二二年十一月二十二日", (2022, 11, 22, None, None), None),
        ("2018年4月", (2018, 4, None, None, None), None),
        ("2021年8月8日11时58分", (2021, 8, 8, 11, 58), None),
        ("2021年8月8日的11时58分", (2021, 8, 8, 11, 58), None),
        ("2021·8·8", (2021, 8, 8, None, None), None),
        ("2021-08-08", (2021, 8, 8, None, None), None),
        ("下午3点半", (None, None, None, 15, 30), None),
        ("11:58", (None, None, None, 11, 58), None),
        ("2014年至2019年", (2014, None, None, None, None), (2019, None, None, None, None)),
        ("2010-2020年", (2010, None, None, None, None), (2020, None, None, None, None)),
        ("1月—8月", (None, 1, None, None, None), (None, 8, None, None, None)),
        ("2020年1月—8月", (2020, 1, None, None, None), (2020, 8, None, None, None)),
        ("2022年8月8日至10日", (2022, 8, 8, None, None), (2022, 8, 10, None, None)),
        ("8月8-10日", (None, 8, 8, None, None), (None, 8, 10, None, None)),
    ],
)
def test_a_date_is_read_whole(text, parts, until):
    (one,) = read(f"于{text}。", "zh")

    assert isinstance(one, Date)
    assert (one.start, one.end, one.meaning) == (1, 1 + len(text), (parts, until))


@pytest.mark.parametrize(
    "text",
    [
        "一些", "一起", "一带一路", "统一", "唯一一家", "第一时间", "第一师", "万一", "5G", "K9786次", "COVID-19",
        "T恤", "一师五团", "八一", "十几名", "几十个", "数百人", "若干", "成千上万", "十城百店、百村千厂、万亩亿元",
        "百校十万工程",
        "一县一品一链", "十四五", "“331”模式", "985、211工程", "2.0版", "2.0.1", "1:1.5", "1+多", "三分之一", "3/4",
        "0571-87654321", "13800138000", "上半年", "80年代", "一台台", "三四个", "二期工程", "1 569人", "5·12地震",
        "目标\n　　2. 概述", "1、概述", "一亿五",
    ],
)  # fmt: skip
def test_words_names_and_labels_are_no_amounts(text):
    assert meanings(text) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("近3年来", "3年"),
        ("附近3家", "3家"),
        ("节约3万元", "3万元"),
        ("签约10家", "10家"),
        ("100人民币", None),
        ("分别一年后", "一年"),
        ("2000年历史", "2000年"),
        ("建3个千亩大棚", "3个"),
        ("举办两期72名", "两期"),
    ],
)
def test_only_what_says_the_amount_is_claimed(text, written):
    assert next((text[one.start : one.end] for one in read(text, "zh")), None) == written


@given(st.text("0123456789-/.:，一二十年月日号时分至到—第半余近", max_size=24))
def test_whatever_looks_like_a_date_is_read_within_its_text(text):
    for one in read(text, "zh"):
        assert 0 <= one.start < one.end <= len(text)
