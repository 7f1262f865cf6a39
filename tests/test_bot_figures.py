"""Where the figures of a sentence stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("累计选派教师1569人，近3000名", ["1569人", "近3000名"]),
        ("全县新建图书馆23座，其中乡镇图书馆17座。", ["23座", "17座"]),
        ("惠及14.76万人", ["14.76万人"]),
        ("投入3.5亿元", ["3.5亿元"]),
        ("来了10多万名浙商", ["10多万名"]),
        ("约30%的农户", ["约30%"]),
        ("2020年5月3日", ["2020年", "5月", "3日"]),
        ("建成十二座分选厂", ["十二座"]),
        ("１２３人", ["１２３人"]),
        ("nearly 5 billion yuan", ["nearly 5 billion"]),
        ("about 12.5 per cent", ["about 12.5 per cent"]),
        ("66家、22家", ["66家", "22家"]),
        ("没有数字的一句话", []),
        ("Nobody was hurt.", []),
        ("", []),
    ],
)
def test_figures_are_found_with_their_units(text, found):
    assert [text[a:b] for a, b in figures(text)] == found


@pytest.mark.parametrize("figure", ["1,569", "320,000", "1,234,567.5"])
def test_groups_of_thousands_are_one_figure(figure):
    text = f"In all {figure} tonnes."

    assert [text[a:b].strip() for a, b in figures(text)] == [figure]


@given(st.text(alphabet="12,.9 年人万亿近约abc三十多%\n。", max_size=60))
def test_figures_stand_in_order_and_apart_and_hold_a_numeral(text):
    spans = figures(text)

    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(any(c.isdigit() or c in "三十万亿" for c in text[a:b]) for a, b in spans)


@given(st.integers(0, 10**9))
def test_each_plain_number_is_found_whole(number):
    text = f"共有{number}人。"

    assert [text[a:b] for a, b in figures(text)] == [f"{number}人"]
