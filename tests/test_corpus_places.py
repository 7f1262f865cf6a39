"""Which administrative divisions a text names, and how they lie to each other."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.data.lists import divisions
from corpus.places import covers, places, unmarked

DIVISIONS = divisions()
SINGLE = [one for one in DIVISIONS if len(one.codes) == 1]


def named(text, language):
    """Return the names of the divisions, those of one place of the text in one tuple."""
    return [tuple(one.name for one in group) for group in places(text, language)]


def one(name):
    return next(division for division in DIVISIONS if division.name == name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("杭州和温宿县派了多少教师？", [("杭州市",), ("温宿县",)]),
        ("浙江省金华市", [("浙江省",), ("金华市",)]),
        ("浙江金华", [("浙江省",), ("金华市",)]),
        ("阿克苏地区温宿县", [("阿克苏地区",), ("温宿县",)]),
        ("新疆维吾尔自治区", [("新疆维吾尔自治区",)]),
        ("新疆有多少学校？", [("新疆维吾尔自治区",)]),
        ("海南藏族自治州不在海南", [("海南藏族自治州",), ("海南省",)]),
        ("孟连傣族拉祜族佤族自治县", [("孟连傣族拉祜族佤族自治县",)]),
        ("孟连县", [("孟连傣族拉祜族佤族自治县",)]),
        ("杭州，杭州，还是杭州", [("杭州市",)]),
        ("杭州市与杭州", [("杭州市",)]),
    ],
)
def test_chinese_names_are_found_in_the_order_of_the_text_once_each(text, expected):
    assert named(text, "zh") == expected


@pytest.mark.parametrize(
    "text", ["", "中国有多少县？", "朝阳升起", "世界大同", "一个城区", "向阳而生", "Hangzhou", "平川县"]
)
def test_a_chinese_word_that_is_no_clear_name_stands_for_no_place(text):
    assert named(text, "zh") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how many teachers did Hangzhou send?", [("杭州市",)]),
        ("how many teachers did hangzhou send?", [("杭州市",)]),
        ("HANGZHOU", [("杭州市",)]),
        ("Hangzhou, Wensu County and Zhejiang", [("杭州市",), ("温宿县",), ("浙江省",)]),
        ("Hangzhou's schools, Hangzhou’s teachers", [("杭州市",)]),
        ("Inner Mongolia", [("内蒙古自治区",)]),
        ("Hong Kong", [("香港特别行政区",)]),
        ("Shaanxi and Shanxi", [("陕西省",), ("山西省",)]),
        ("Tibet", [("西藏自治区",)]),
        ("Long County", [("陇县",)]),
        ("Menglian county", [("孟连傣族拉祜族佤族自治县",)]),
        ("Lüliang", [("吕梁市",)]),
    ],
)
def test_english_names_are_found_in_the_order_of_the_text_once_each(text, expected):
    assert named(text, "en") == expected


@pytest.mark.parametrize(
    "text",
    ["", "Wensu", "change county", "She went home to her women.", "a long county road", "Larvik", "杭州"],
)
def test_an_english_word_that_is_no_clear_name_stands_for_no_place(text):
    assert named(text, "en") == []


@pytest.mark.parametrize("suffix", ["County", "county", "District"])
def test_a_name_that_is_clear_only_with_its_suffix_needs_one_in_english_too(suffix):
    assert named("Wensu", "en") == []
    assert "温宿县" in named(f"Wensu {suffix}", "en")[0]


def test_a_name_gives_all_divisions_that_it_may_stand_for():
    assert {"阿克苏地区", "阿克苏市"} <= set(named("Aksu", "en")[0])
    assert {"和田地区", "和田市", "和田县"} <= set(named("Hotan", "en")[0])
    assert named("鼓楼区", "zh") == [("鼓楼区",)]
    assert len(one("鼓楼区").codes) > 1


@pytest.mark.parametrize("name", ["Xi'an", "Xi’an", "xi'an"])
def test_an_apostrophe_may_be_straight_or_curved(name):
    assert "西安市" in named(name, "en")[0]


def test_each_full_chinese_name_stands_for_its_division():
    assert [d.name for d in DIVISIONS if not any(d in group for group in places(d.name, "zh"))] == []


def test_each_short_chinese_name_that_is_clear_stands_for_its_division():
    clear = [d for d in DIVISIONS if d.standalone and len(d.short) > 1]

    assert len(clear) > 500
    assert [d.name for d in clear if not any(d in group for group in places(d.short, "zh"))] == []


def test_each_english_name_that_is_clear_stands_for_its_division():
    clear = [(d, name) for d in DIVISIONS if d.standalone for name in d.english if re.fullmatch("[A-Za-z' ]+", name)]

    assert [name for d, name in clear if not any(d in group for group in places(f"in {name}.", "en"))] == []


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("浙江省", "金华市", True),
        ("金华市", "浙江省", False),
        ("新疆维吾尔自治区", "温宿县", True),
        ("阿克苏地区", "温宿县", True),
        ("温宿县", "阿克苏地区", False),
        ("浙江省", "温宿县", False),
        ("杭州市", "金华市", False),
        ("杭州市", "杭州市", True),
        ("和田地区", "和田县", True),
        ("和田县", "和田市", False),
    ],
)
def test_a_division_covers_itself_and_what_lies_within_it(outer, inner, expected):
    assert covers(one(outer), one(inner)) is expected


@given(st.sampled_from(DIVISIONS))
def test_each_division_covers_itself(division):
    assert covers(division, division)


@given(st.sampled_from(SINGLE), st.sampled_from(SINGLE))
def test_two_divisions_cover_each_other_only_if_they_are_one_place(first, second):
    if covers(first, second) and covers(second, first):
        assert first.codes == second.codes


@given(st.sampled_from(SINGLE))
def test_a_province_covers_what_has_its_code_and_nothing_else(inner):
    provinces = [d for d in SINGLE if d.rank == 1]

    assert {p.codes[0][:2] for p in provinces if covers(p, inner)} == {inner.codes[0][:2]}


@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_any_text_names_each_place_once(text, language):
    found = places(text, language)

    assert len(found) == len(set(found))
    assert all(group for group in found)


NAMES = st.sampled_from(["杭州市", "温宿县", "浙江省", "鼓楼区", "教师", "，", "和", "金华", "x"])


@given(st.lists(NAMES, max_size=8))
def test_what_stands_around_a_name_does_not_hide_it(pieces):
    text = "，".join(pieces)

    for name in ("杭州市", "温宿县", "浙江省", "鼓楼区"):
        assert any(one(name) in group for group in places(text, "zh")) is (name in pieces)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("在库车建了几座工厂？", ["库车市", "库车县"]),
        ("沙雅有多少老师", ["沙雅县"]),
        ("和平发展有几年", []),
        ("天山梦城是什么", []),
        ("乡村振兴花了多少", []),
        ("浙江派了多少教师", []),
    ],
)
def test_a_name_without_suffix_may_be_meant_where_it_is_no_other_word(question, named):
    assert [one.name for group in unmarked(question) for one in group] == named
