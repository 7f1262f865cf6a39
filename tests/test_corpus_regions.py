import re
import time
from collections import Counter

import pytest

from corpus.data.lists import acting_words, divisions
from corpus.regions import MAX_EVIDENCE, find_region


def region_of(text, language="zh"):
    region = find_region(text, language)
    return region and region.name


def named(name):
    (division,) = [d for d in divisions() if d.name == name]
    return division


def test_the_list_holds_every_level():
    levels = Counter(division.rank for division in divisions() for _ in division.codes if division.standalone)

    assert levels[1] == 34
    assert levels[2] > 280
    assert named("宜昌市").codes == ("420500",)
    assert named("朝阳区").codes == ("110105", "220104")
    assert not any(d.name in {"城区", "郊区", "解放区"} for d in divisions())


@pytest.mark.parametrize(
    ("name", "short", "english"),
    [
        ("内蒙古自治区", "内蒙古", "Inner Mongolia"),
        ("西藏自治区", "西藏", "Tibet"),
        ("新疆维吾尔自治区", "新疆", "Xinjiang"),
        ("香港特别行政区", "香港", "Hong Kong"),
        ("澳门特别行政区", "澳门", "Macao"),
        ("陕西省", "陕西", "Shaanxi"),
        ("山西省", "山西", "Shanxi"),
        ("哈尔滨市", "哈尔滨", "Harbin"),
        ("乌鲁木齐市", "乌鲁木齐", "Urumqi"),
        ("呼和浩特市", "呼和浩特", "Hohhot"),
        ("拉萨市", "拉萨", "Lhasa"),
        ("阿克苏地区", "阿克苏", "Aksu"),
        ("喀什地区", "喀什", "Kashgar"),
        ("和田地区", "和田", "Hotan"),
        ("鄂尔多斯市", "鄂尔多斯", "Ordos"),
        ("西安市", "西安", "Xi'an"),
        ("孟连傣族拉祜族佤族自治县", "孟连", "Menglian"),
        ("延边朝鲜族自治州", "延边", "Yanbian"),
        ("浦东新区", "浦东", "Pudong"),
        ("宜都市", "宜都", "Yidu"),
        ("长治市", "长治", "Changzhi"),
        ("乐清市", "乐清", "Yueqing"),
    ],
)
def test_a_division_has_its_customary_names(name, short, english):
    assert (named(name).short, named(name).english[0]) == (short, english)


def test_a_name_of_the_past_is_in_the_list():
    assert named("富阳市").codes == ("330183",)
    assert not named("富阳市").standalone


def test_one_division_lies_within_another():
    assert named("宜昌市").kin(named("湖北省"))
    assert named("湖北省").kin(named("宜都市"))
    assert not named("宜昌市").kin(named("武汉市"))


def test_every_entry_of_the_word_lists_is_a_pattern():
    for lists in acting_words().values():
        for alternation in lists.values():
            assert re.compile(alternation).match("") is None or "^" in alternation


@pytest.mark.parametrize(
    "clause",
    [
        "宜昌市政府出台办法",
        "2019年，宜昌市启动二期工程",
        "2019年5月宜昌市把资金拨给村里",
        "三年来，宜昌市累计投入2亿元",
        "宜昌市水利局在江边新建泵站4座",
        "宜昌市发展和改革委员会组织评估",
        "宜昌市委、市政府推进改革",
        "宜昌交投集团开通航线",
        "宜昌港务局先后引进设备",
        "宜昌将建成码头9座",
        "宜昌还与荆州共建平台",
        "宜昌市新建泵站4座",
        "宜昌市合作建设码头",
        "湖北省宜昌市分三批完成改造",
        "建议宜昌市尽快设立专项资金",
        "由宜昌市牵头，各方出资",
        "宜昌市提出：两年内完工",
    ],
)
def test_a_division_acts_directly_or_through_a_body(clause):
    assert region_of(f"{clause}。\n宜昌市设立基金。") == "宜昌市"


@pytest.mark.parametrize(
    "clause",
    [
        "货物运往宜昌市",
        "企业赴宜昌市考察",
        "来自宜昌市的技工开办作坊",
        "在宜昌市设立办事处",
        "对口支援宜昌市推进顺利",
        "宜昌市位于长江边",
        "宜昌市的码头开展整治",
        "宜昌援建的码头投入使用",
        "宜昌培训中心开工",
        "宜昌大学推出课程",
        "宜昌市是港口城市",
        "与荆州、宜昌市开展合作",
        "宜昌市被列为试点",
    ],
)
def test_a_division_that_is_an_object_or_a_place_does_not_act(clause):
    assert region_of(f"{clause}。\n宜昌市设立基金。") is None


def test_one_mention_is_not_enough():
    assert region_of("宜昌市设立基金。") is None


def test_two_equal_doers_leave_it_open():
    text = "宜昌市设立基金。荆州市建成码头。" * 3

    assert region_of(text) is None
    assert region_of(text + "宜昌市新建泵站4座。") is None
    assert region_of(text + "宜昌市新建泵站4座。" * 2) == "宜昌市"


def test_a_city_outweighs_its_own_province_by_one():
    text = "湖北省出台意见。湖北省补助两成资金。宜昌市设立基金。宜昌建成码头。"

    assert region_of(text) is None
    assert region_of(text + "宜昌市启动工程。") == "宜昌市"
    assert region_of(text + "湖北启动工程。") == "湖北省"


def test_a_short_name_counts_for_the_form_that_the_report_writes():
    assert region_of("沿海的福鼎市多山。福鼎推广白茶。福鼎建成茶厂。") == "福鼎市"
    assert region_of("孟连县多山。孟连推广咖啡。孟连建成工厂。") == "孟连县"
    assert region_of("赣州推广脐橙。赣州建成分选厂。") == "赣州市"
    assert region_of("内蒙古推广风电。内蒙古建成电站。") == "内蒙古自治区"


def test_a_short_name_of_two_divisions_counts_for_the_one_that_is_written():
    clauses = "吉林推广人参。吉林建成参场。吉林开办学校。"

    assert region_of(clauses) == "吉林省"
    assert region_of("吉林市临江。" + clauses) == "吉林市"
    assert region_of("吉林省与吉林市相邻单位共建。" + clauses) is None


@pytest.mark.parametrize(
    "word", ["朝阳", "通州", "长安", "和平", "中山", "东方", "南山", "城区", "开平", "日照", "太湖"]
)
def test_an_ordinary_word_is_no_division_unless_written_in_full(word):
    assert region_of(f"{word}推出新品。{word}建成工厂。{word}将扩大生产。") is None


def test_an_ordinary_word_is_a_division_where_it_is_written_in_full():
    assert region_of("日照市临海。日照推出航线。日照建成码头。") == "日照市"


def test_the_region_keeps_the_characters_of_its_mentions():
    text = "湖北省宜昌市地处峡口。湖北省宜昌市设立基金。宜昌建成码头。"

    region = find_region(text, "zh")

    assert region is not None
    assert [text[a:b] for a, b in region.spans] == ["宜昌市", "宜昌"]


def test_the_spelled_form_is_the_first_evidence():
    text = "沿海的福鼎市多山。福鼎推广白茶。福鼎建成茶厂。"

    region = find_region(text, "zh")

    assert region is not None
    assert [text[a:b] for a, b in region.spans] == ["福鼎市", "福鼎", "福鼎"]


def test_evidence_is_kept_within_limits():
    region = find_region("宜昌市设立基金。" * 100, "zh")

    assert region is not None
    assert len(region.spans) == MAX_EVIDENCE


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Harbin opened a snow park. The Harbin municipal government has built two.", "Harbin"),
        ("In 2019 Harbin introduced a pass. Harbin will extend it.", "Harbin"),
        ("Goods go to Shanghai, and buyers in Shanghai paid. Teams from Wuhan visited.", None),
        ("Envoys from Hamburg, Wuhan and Qingdao visited. Qingdao lies on the sea.", None),
        ("Inner Mongolia planted trees. Inner Mongolia's council sent seed.", "Inner Mongolia"),
        ("Xi'an restored a wall. After that Xi’an opened it. Xi'an was founded early.", "Xi'an"),
        ("Lanping County built a school. Lanping County has trained 40 cooks.", "Lanping County"),
        ("Hubei Province paid. Then Hubei trained cooks. Hubei opened a school.", "Hubei"),
        ("Hubei Province funded it. Hubei Province opened it. Hubei ran it.", "Hubei Province"),
        ("Suzhou City opened a line. Suzhou built another. Suzhou extended it.", "Suzhou"),
        ("Jingle opened it. Dali painted it. Long sent us. Heping wrote it. Long ran.", None),
        ("Bergen opened a quay. Bergen built another. Bergen has paid.", None),
        ("Tibet planted trees. Lhasa restored lanes. Lhasa is widening a road.", "Lhasa"),
    ],
)
def test_an_english_report_names_its_region_as_it_writes_it(text, region):
    assert region_of(text, "en") == region


@pytest.mark.parametrize(
    "text",
    [
        "，宜昌" * 50_000,
        "宜昌" * 300_000,
        "\n" * 1_000_000,
        "，" * 500_000,
        "宜昌市某某水利" + "局" * 500_000,
        "Suzhou " * 50_000,
        "Xi'an’s " * 100_000,
    ],
    ids=["names", "chain", "blank", "commas", "bodies", "words", "apostrophes"],
)
def test_odd_texts_take_time_in_proportion(text):
    started = time.perf_counter()

    assert region_of(text) is None
    assert region_of(text, "en") is None
    assert time.perf_counter() - started < 20
