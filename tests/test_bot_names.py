"""Whether a stretch of a report names a person, a body or a place."""

import pytest

from bot.names import name_fit, names


def fit(text, part, wanted, language="zh"):
    start = text.index(part)
    return name_fit(text, (start, start + len(part)), wanted, language)


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("以援疆教师姚仁汉同志为原型", "person", ["姚仁汉"]),
        ("传承人布如力·斯开克来了", "person", ["布如力·斯开克"]),
        ("建成文化礼堂5个", "person", []),
        ("他从杭州来到新疆", "place", ["杭州", "新疆"]),
        ("考取大学的冯永焜说", "person", ["冯永焜"]),
        ("资助电影《托什干河》，举办“好声音”比赛", "title", ["《托什干河》", "“好声音”"]),
        ("", "person", []),
    ],
)
def test_the_names_of_a_chinese_sentence(text, wanted, found):
    assert [text[a:b] for a, b in names(text, wanted, "zh")] == found


def test_an_english_name_is_written_with_capitals_but_not_every_capital_begins_one():
    text = "The play is based on Yao Renhan. The hall opened."

    assert [text[a:b] for a, b in names(text, "person", "en")] == ["Yao Renhan"]


@pytest.mark.parametrize(
    ("text", "part", "wanted", "expected"),
    [
        ("以援疆教师姚仁汉同志为原型", "姚仁汉", "person", 1.0),
        ("以援疆教师姚仁汉同志为原型的大型话剧", "援疆教师姚仁汉同志为原型的大型话剧", "person", 0.5),
        ("获国家发改委表彰", "国家发改委", "person", 1.0),
        ("举办诗歌朗诵大赛", "诗歌朗诵", "person", 0.0),
        ("在温宿县开行", "温宿县", "place", 1.0),
        ("在博物馆展出", "博物馆", "place", 1.0),
        ("开展培训活动", "培训活动", "place", 0.0),
    ],
)
def test_how_well_a_stretch_is_a_name(text, part, wanted, expected):
    assert fit(text, part, wanted) == expected


def test_a_surname_takes_its_given_name_along():
    text = "县教师进修学校校长周立新主持。"

    assert [text[a:b] for a, b in names(text, "person", "zh")] == ["周立新"]


def test_a_title_stands_in_marks_and_what_does_not_fits_less():
    text = "打响“天山梦城”文化旅游品牌"

    assert fit(text, "“天山梦城”", "title") == fit(text, "天山梦城", "title") == 1.0
    assert 0 < fit(text, "文化旅游品牌", "title") < 1.0
