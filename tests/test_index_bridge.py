"""From words of one language to those of the other that the reports use, with the whole dictionary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.lexicon
from corpus.dictionary import Entry
from index.bridge import Bridge, Gloss
from index.errors import IndexDamaged
from scale import scaled

CHINESE = (
    "2014年以来，全县累计选派援疆教师1569人。温宿县新建学校36所，阿克苏地区图书馆藏书18万册。西安市派出医生。\n"
    "吕梁市发展产业，帮助贫困户就业增收。双语幼儿园里的孩子。"
)
ENGLISH = "Teachers of the school library received an award for medical service. Employment rose in the county."
GLOSSARY = [(["援疆"], ["Xinjiang aid"]), (["双语", "两种语言"], ["bilingual"]), (["不在报告里"], ["nowhere"])]


@pytest.fixture(scope="module")
def bridge():
    return Bridge.from_texts([("zh", CHINESE), ("en", ENGLISH)], GLOSSARY)


@pytest.fixture
def small_dictionary(monkeypatch):
    """Take a second off building a bridge whose words are few."""
    words = [Entry("教师", "jiao4 shi1", ("teacher",)), Entry("学校", "xue2 xiao4", ("school",))]
    monkeypatch.setattr(index.lexicon, "entries", lambda: words)
    monkeypatch.setattr(index.lexicon, "concepts", lambda: ())


def chinese_for(bridge, question):
    return {word for group in bridge.gloss(question, "en").groups for word in group}


def english_for(bridge, question):
    return {word for group in bridge.gloss(question, "zh").groups for word in group}


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("how many teachers were sent?", "教师"),
        ("TEACHER", "教师"),
        ("school", "学校"),
        ("a library", "图书馆"),
        ("the doctors", "医生"),
        ("employment", "就业"),
        ("industry", "产业"),
    ],
)
def test_an_english_word_leads_to_the_chinese_words_of_the_reports(bridge, question, word):
    assert word in chinese_for(bridge, question)


@pytest.mark.parametrize(
    ("question", "word"), [("一共派了多少教师？", "teacher"), ("学校图书馆", "library"), ("就业", "employment")]
)
def test_a_chinese_word_leads_to_the_english_words_of_the_reports(bridge, question, word):
    assert word in english_for(bridge, question)


@settings(max_examples=scaled(100, 1000), deadline=None)
@given(st.lists(st.sampled_from(["teacher", "doctor", "school", "bridge", "port", "money", "poor", "child", "county"])))
def test_a_gloss_holds_only_words_that_the_reports_use(bridge, words):
    assert all(word in CHINESE for word in chinese_for(bridge, " ".join(words)))


def test_words_that_no_report_uses_have_no_gloss(bridge):
    assert chinese_for(bridge, "volcano submarine") == set()
    assert english_for(bridge, "火山潜艇") == set()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("schools in Wensu", "温宿"),
        ("Wensu's schools", "温宿"),
        ("Wensu’s schools", "温宿"),
        ("in Xi'an", "西安"),
        ("in Xian", "西安"),
        ("Akesu", "阿克苏"),
    ],
)
def test_a_chinese_name_is_found_by_its_pinyin(bridge, question, name):
    assert name in chinese_for(bridge, question)


def test_a_common_english_word_is_not_taken_for_pinyin(small_dictionary):
    bridge = Bridge.from_texts([("zh", "我们有学校，嫦娥来了。")])

    assert chinese_for(bridge, "women change") == set()


@pytest.mark.parametrize(
    ("question", "word"), [("Xinjiang aid", "援疆"), ("what about Xinjiang aid?", "援疆"), ("Bilingual", "双语")]
)
def test_the_glossary_adds_words(bridge, question, word):
    assert word in chinese_for(bridge, question)


def test_the_glossary_comes_before_the_dictionary(small_dictionary):
    bridge = Bridge.from_texts([("zh", "全县的学校和派出所。")], [(["派出所"], ["school"])])

    assert bridge.gloss("school", "en").groups[0][0] == "派出所"


def test_a_phrase_of_the_glossary_is_one_group(bridge):
    assert bridge.gloss("Xinjiang aid", "en").groups == (("援疆",),)


@pytest.mark.parametrize(
    "question", ["", "   ", "the of and to", "12345", "！？", "😀", "\x00\x07", "зима", "的", "abc xyz"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_question_without_known_words_has_an_empty_gloss(bridge, question, language):
    gloss = bridge.gloss(question, language)

    assert (gloss.groups, gloss.text, gloss.token_groups()) == ((), "", [])


@settings(max_examples=scaled(100, 1000), deadline=None)
@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_any_question_has_a_gloss_of_at_most_four_words_a_group(bridge, question, language):
    assert all(1 <= len(group) <= 4 for group in bridge.gloss(question, language).groups)


def test_a_word_asked_for_twice_is_glossed_once(bridge):
    assert bridge.gloss("teachers, teachers and teachers", "en") == bridge.gloss("teachers", "en")


def test_the_commonest_translation_comes_first():
    bridge = Bridge.from_texts([("zh", "演出开始时灯亮了，上映了一部电影，出示了门票。")])

    assert bridge.gloss("show", "en").groups == (("演出", "出示", "上映", "亮"),)


def test_the_text_of_a_gloss_is_the_first_way_to_say_each_word():
    assert Gloss((("学校", "校"), ("学校", "教师"), ("教师",))).text == "学校 教师"


def test_a_gloss_gives_the_tokens_of_each_way_to_say_a_word():
    assert Gloss((("school library", "schools"), ("教师", "的"))).token_groups() == [
        [("school", "librari"), ("school",)],
        [("教师",)],
    ]


@pytest.mark.parametrize("term", ["aid to Xinjiang", "the aid of Xinjiang", "aid a Xinjiang"])
def test_a_term_of_the_glossary_may_hold_small_words(small_dictionary, term):
    bridge = Bridge.from_texts([("zh", "全县开展援疆工作。")], [(["援疆"], [term])])

    assert chinese_for(bridge, f"how much {term} was there?") == {"援疆"}


def test_a_long_term_of_the_glossary_is_found(small_dictionary):
    term = "National Development and Reform Commission"
    bridge = Bridge.from_texts(
        [("zh", "国家发展和改革委员会发布。"), ("en", f"The {term}.")], [(["国家发展和改革委员会"], [term])]
    )

    assert chinese_for(bridge, f"What did the {term} publish?") == {"国家发展和改革委员会"}
    assert english_for(bridge, "国家发展和改革委员会发布了什么？") == {term}


def test_figures_in_terms_count(small_dictionary):
    bridge = Bridge.from_texts([("zh", "建成5G网络。")], [(["5G网络"], ["5G network"])])

    assert chinese_for(bridge, "how many 5G network stations?") == {"5G网络"}
    assert chinese_for(bridge, "how many 4G network stations?") == set()


@pytest.mark.parametrize("name", ["Luliang", "Lüliang", "Lvliang", "Lǚliáng"])
def test_a_name_with_an_umlaut_is_found_however_it_is_spelt(bridge, name):
    assert "吕梁" in chinese_for(bridge, f"industry in {name}")


@pytest.mark.parametrize(("name", "written"), [("冯永焜", "Feng Yongkun"), ("孟连", "Menglian")])
def test_a_chinese_name_leads_to_its_spelling_in_english_reports(small_dictionary, name, written):
    bridge = Bridge.from_texts([("en", "Feng Yongkun left Menglian County. The teachers stayed.")])

    assert written in english_for(bridge, f"{name}做了什么？")


def test_synonyms_are_words_of_the_reports_for_words_that_are_none(bridge):
    assert [list(bridge.synonyms(word)) for word in ("老师", "教师", "火山")] == [["教师"], [], []]


def test_reports_of_one_language_need_no_other(small_dictionary):
    bridge = Bridge.from_texts([("zh", CHINESE)])

    assert "教师" in chinese_for(bridge, "teachers")
    assert bridge.gloss("教师", "zh").groups == ()


def test_no_reports_give_an_empty_bridge(small_dictionary):
    bridge = Bridge.from_texts([])

    assert (bridge.gloss("teachers", "en").groups, bridge.gloss("教师", "zh").groups) == ((), ())


@pytest.mark.parametrize("question", ["how many teachers in Wensu?", "学校图书馆", "派了多少教师？", "Xinjiang aid"])
def test_a_saved_bridge_translates_as_before(bridge, tmp_path, question):
    path = tmp_path / "bridge.json"
    bridge.save(path)
    after = Bridge.load(path)

    assert [after.gloss(question, one) for one in ("zh", "en")] == [bridge.gloss(question, one) for one in ("zh", "en")]
    assert after.synonyms("老师") == bridge.synonyms("老师")


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"chinese": {}, "english": {}}', b"3"]
)
def test_a_damaged_bridge_is_said_to_be(tmp_path, content):
    path = tmp_path / "bridge.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(IndexDamaged, match=r"bridge\.json: the word bridge can't be read; run `citewise index` again"):
        Bridge.load(path)


def test_an_english_term_has_the_other_terms_of_its_entry_that_reports_use():
    bridge = Bridge.from_texts([("en", "Ten shops were opened.")], [(["门店"], ["store", "shop", "retail outlet"])])
    assert bridge.synonyms("stores") == ["shop"]
    assert bridge.synonyms("retail outlets") == ["shop"]
    assert list(bridge.synonyms("shop")) == []


def test_a_word_without_a_sense_of_its_own_is_looked_for_in_those_of_others():
    bridge = Bridge.from_texts([("zh", "实施门诊6000余人次。")])
    assert bridge.gloss("how many outpatients", "en").groups == (("门诊",),)


def test_british_spelling_finds_what_american_does():
    bridge = Bridge.from_texts([("zh", "解决劳动力就业，建成文化中心。")])
    for british, american in (("labour", "labor"), ("centres", "centers")):
        found = bridge.gloss(british, "en").groups
        assert found
        assert found == bridge.gloss(american, "en").groups
