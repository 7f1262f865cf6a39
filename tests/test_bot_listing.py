"""The items of a list in a sentence."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.listing import items, lists


def at(text, part):
    start = text.index(part)
    return start, start + len(part)


def listed(text, language, part):
    return [text[a:b] for a, b in items(text, language, at(text, part))]


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("全县建成红星小学、光明中学和第一幼儿园。", "光明中学", ["红星小学", "光明中学", "第一幼儿园"]),
        ("课程包括数学、物理及化学。", "物理", ["数学", "物理", "化学"]),
        ("学校有图书室、体育馆以及实验室，共30间。", "体育馆", ["图书室", "体育馆", "实验室"]),
        ("会上，有教师、医生、护士；其他人没有来。", "医生", ["教师", "医生", "护士"]),
        ("种植茭白、莲藕等12个品种。", "茭白", ["茭白", "莲藕"]),
        ("推出“一带一路”、“师带徒”等模式。", "“一带一路”", ["“一带一路”", "“师带徒”"]),
        ("引进昆托米业、洽洽瓜子、徽疆食品等企业17家。", "徽疆食品", ["昆托米业", "洽洽瓜子", "徽疆食品"]),
        ("A、B、C", "B", ["A", "B", "C"]),
    ],
)
def test_the_items_of_a_chinese_list_stand_between_enumeration_commas(text, part, expected):
    assert listed(text, "zh", part) == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("It grows crops such as wheat, cotton and rice.", "cotton", ["wheat", "cotton", "rice"]),
        ("It grows crops such as wheat, cotton, and rice.", "rice", ["wheat", "cotton", "rice"]),
        ("Three came, namely Li Na, Wang Wei and Zhao Yun.", "Wang Wei", ["Li Na", "Wang Wei", "Zhao Yun"]),
        ("It taught these: maths, physics and chemistry; others follow.", "maths", ["maths", "physics", "chemistry"]),
        ("Larvik and Bergen", "Bergen", ["Larvik", "Bergen"]),
        ("He grew wheat, cotton and rice.", "wheat", ["wheat", "cotton", "rice"]),
    ],
)
def test_the_items_of_an_english_list_stand_between_commas_and_the_word_and(text, part, expected):
    assert listed(text, "en", part) == expected


@pytest.mark.parametrize(
    ("text", "language", "part"),
    [
        ("全县新建图书馆23座，其中乡镇图书馆17座。", "zh", "23座"),
        ("学校有图书室、体育馆，共30间。", "zh", "共30间"),
        ("和平县与和田县的水利。", "zh", "和平县"),
        ("The port rebuilt 14 quays.", "en", "14"),
        ("The port rebuilt 1,400 quays.", "en", "1,400"),
        ("It grew rice. Wheat, cotton and maize came later.", "en", "rice"),
    ],
)
def test_where_there_is_no_list_there_are_no_items(text, language, part):
    assert listed(text, language, part) == []


@pytest.mark.parametrize(
    "part", ["光明中学", "光明", "红星小学、光明中学", "中学和第一幼儿园", "红星小学、光明中学和第一幼儿园"]
)
def test_a_part_of_a_list_or_of_an_item_leads_to_the_whole_list(part):
    assert listed("全县建成红星小学、光明中学和第一幼儿园。", "zh", part) == ["红星小学", "光明中学", "第一幼儿园"]


def test_the_first_item_begins_where_the_part_does():
    assert listed("局里的红星小学、光明中学获奖。", "zh", "红星小学")[0] == "红星小学"
    assert listed("The county grew wheat, cotton and rice.", "en", "wheat")[0] == "wheat"


def test_a_name_that_begins_like_the_last_word_of_a_list_stays_whole():
    assert listed("建成大桥、水田、和平路。", "zh", "水田") == ["大桥", "水田", "和平路"]
    assert listed("建成大桥、和田路。", "zh", "和田路") == ["大桥", "和田路"]


def test_of_two_lists_in_a_sentence_only_the_one_of_the_part_is_given():
    text = "引进昆托米业、洽洽瓜子等企业17家，种植茭白、莲藕。"

    assert listed(text, "zh", "洽洽瓜子") == ["昆托米业", "洽洽瓜子"]
    assert listed(text, "zh", "莲藕") == ["茭白", "莲藕"]


def test_an_empty_item_is_left_out():
    assert listed("种植茭白、、莲藕。", "zh", "莲藕") == ["茭白", "莲藕"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("引进昆托米业、洽洽瓜子等企业17家，种植茭白、莲藕。", "zh", ["昆托米业、洽洽瓜子", "茭白、莲藕"]),
        ("学校有图书室、体育馆以及实验室，共30间。", "zh", ["图书室、体育馆以及实验室"]),
        ("It grows crops such as wheat, cotton and rice.", "en", ["wheat, cotton and rice"]),
        ("全县新建图书馆23座。", "zh", []),
        ("Nobody was hurt.", "en", []),
        ("", "zh", []),
    ],
)
def test_the_lists_of_a_text_reach_from_their_first_item_to_their_last(text, language, expected):
    assert [text[a:b] for a, b in lists(text, language)] == expected


PIECES = [
    "茭白",
    "莲藕",
    "、",
    "，",
    "。",
    "和",
    "以及",
    "等",
    "有",
    "“",
    "”",
    " ",
    "\n",
    "1,200",
    "wheat",
    ", ",
    " and ",
    ". ",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40)


@given(TEXTS, st.sampled_from(["zh", "en"]), st.data())
@example("、", "zh", None)
@example("a, and b", "en", None)
def test_items_lie_one_behind_another_within_the_text_and_hold_no_space_or_comma_at_their_edges(text, language, data):
    if data is None:
        start, end = 0, len(text)
    else:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))

    found = items(text, language, (start, end))

    assert all(0 <= low < high <= len(text) for low, high in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    for low, high in found:
        assert text[low:high] == text[low:high].strip()
        assert language == "en" or "、" not in text[low:high]


@given(TEXTS, st.sampled_from(["zh", "en"]))
def test_lists_lie_within_the_text_and_each_has_two_items_or_more(text, language):
    found = lists(text, language)

    assert all(0 <= low < high <= len(text) for low, high in found)
    assert found == sorted(found)
    assert all(len(items(text, language, span)) > 1 for span in found)


def test_a_time_of_day_is_not_cut_at_its_colon():
    english = "It ran to Larvik, and it left at 11:58 on Monday."
    chinese = "11:58从奥斯陆、卑尔根开出。"

    assert not any(english[a:b].endswith("11") for a, b in lists(english, "en"))
    assert [chinese[a:b] for a, b in items(chinese, "zh", (8, 11))][-1] == "卑尔根开出"


def test_titles_in_quotation_marks_side_by_side_are_a_list():
    assert listed("实施“青禾工程”“远山工程”“星火工程”，加强培养。", "zh", "“远山工程”") == [
        "“青禾工程”",
        "“远山工程”",
        "“星火工程”",
    ]


def test_a_list_in_brackets_ends_with_them():
    text = "坚持“四个特别”（特别能学习、特别能吃苦、特别能团结、特别能奉献），做好工作。"
    assert listed(text, "zh", "特别能吃苦") == ["特别能学习", "特别能吃苦", "特别能团结", "特别能奉献"]
