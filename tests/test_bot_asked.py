"""What a question asks for, from its words alone."""

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.quantities.units
from bot.asked import asked

ASKING = tomllib.loads(files("bot").joinpath("asking.toml").read_text(encoding="utf-8"))
WANTS = {"quantity", "date", "name", "list", "explanation", "anything"}


def language(question):
    return "zh" if re.search("[一-鿿]", question) else "en"


def ask(question):
    return asked(question, language(question))


def best_kinds(question):
    """Return the kinds that answer a question fully, in one string."""
    return " ".join(sorted(kind for kind, fit in ask(question).kinds.items() if fit == 1))


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        # People
        ("一共派了多少教师？", "people"),
        ("援疆教师有几名？", "people"),
        ("来了几位医生？", "people"),
        ("有多少个孩子受益？", "people"),
        ("招了多少学生？", "people"),
        ("volunteers who went abroad - what's the headcount?", "people"),
        ("how many teachers were sent?", "people"),
        ("how many students did the school enrol?", "people"),
        ("how many young people came?", "people"),
        # Things
        ("新建了几座图书馆？", "count"),
        ("多少家企业落户？", "count"),
        ("图书馆有多少个？", "count"),
        ("how many books does it hold?", "count"),
        ("How many 5G stations were built?", "count"),
        # Money
        ("花了多少钱？", "money"),
        ("总投资多少亿元？", "money"),
        ("三年里投了几个亿？", "money"),
        ("投入了多少资金？", "money"),
        ("投资额是多少？", "money"),
        ("How much was invested?", "money"),
        ("how much money did Zhejiang spend?", "money"),
        ("what did the bridge cost?", "money"),
        # Shares
        ("女教师占比多少？", "share"),
        ("增长了百分之几？", "share"),
        ("同比增长多少？", "share"),
        ("what percentage are women?", "share"),
        ("what share of the teachers were women?", "share"),
        ("by how much did income grow?", "share"),
        # Measures
        ("种了多少亩茶？", "area"),
        ("占地面积多大？", "area"),
        ("how many hectares were planted?", "area"),
        ("年产多少吨？", "mass"),
        ("产量是多少？", "mass"),
        ("how many tonnes of cotton?", "mass"),
        ("公路全长多少公里？", "length"),
        ("山有多高？", "length"),
        ("how far is it from the port to the city?", "length"),
        ("How many km of road were paved?", "length"),
        ("最高气温多少度？", "temperature"),
        # Time
        ("坐车要多久？", "time"),
        ("工期几个月？", "time"),
        ("建设用了多少年？", "time"),
        ("学校成立多少年了？", "time"),
        ("how long did the trip take?", "time"),
        ("how many days did it last?", "time"),
        ("他今年多大岁数？", "age"),
        ("how old is the director?", "age"),
        # Visits, households, times
        ("接待游客多少万人次？", "people visits"),
        ("how many visitors came?", "people visits"),
        ("多少户脱贫？", "households"),
        ("how many poor households were there?", "households"),
        ("开了几次会？", "times"),
        ("how often did they meet?", "times"),
        ("收入翻了几倍？", "fold"),
    ],
)
def test_a_question_for_a_figure_tells_the_kind_of_its_unit(question, kinds):
    assert ask(question).wants == "quantity"
    assert set(kinds.split()) <= set(best_kinds(question).split())


@pytest.mark.parametrize(
    "question",
    ["the amount, please", "the quantity?", "how much of the cotton was sold?", "教师的人数？"],
)
def test_a_figure_without_a_unit_may_have_any_kind(question):
    assert (ask(question).wants, dict(ask(question).kinds)) == ("quantity", {})


def test_a_unit_that_is_not_the_one_asked_for_has_no_kind():
    assert "money" not in ask("种了多少亩茶？").kinds
    assert "people" not in ask("how many hectares were planted?").kinds
    assert 0 < ask("how many teachers were sent?").kinds["visits"] < 1


@pytest.mark.parametrize(
    ("question", "grain"),
    [
        ("什么时候开行的？", "year"),
        ("哪一年成立的", "year"),
        ("何时通车", "year"),
        ("哪年建成", "year"),
        ("多少年启用？", "year"),
        ("哪个时期建的？", "year"),
        ("when did the train start running?", "year"),
        ("In which year was it founded?", "year"),
        ("what year did it open?", "year"),
        ("how long ago was it built?", "year"),
        ("Since when has the train run?", "year"),
        ("几月开学？", "month"),
        ("哪个月开学？", "month"),
        ("哪年哪月建成？", "month"),
        ("which month was it held in?", "month"),
        ("几号出发？", "day"),
        ("哪一天开幕？", "day"),
        ("哪年哪月哪日建成？", "day"),
        ("on what day did it open?", "day"),
        ("what date was it signed?", "day"),
        ("几点发车？", "minute"),
        ("列车几时几分开？", "minute"),
        ("what time does the train leave?", "minute"),
        ("at what o'clock did it leave?", "minute"),
        ("the fair was held - month and year?", "month"),
    ],
)
def test_a_question_for_a_date_tells_how_fine_it_must_be(question, grain):
    assert (ask(question).wants, ask(question).grain) == ("date", grain)


@pytest.mark.parametrize(
    "question",
    ["how many teachers were there when the school opened?", "成立的时候有多少教师？", "哪一年派了多少名教师？"],
)
def test_a_question_that_counts_asks_for_no_date_though_it_names_a_time(question):
    assert (ask(question).wants, best_kinds(question)) == ("quantity", "people")


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("谁建的？", "name"),
        ("哪个城市最大？", "name"),
        ("第一幼儿园叫什么名字？", "name"),
        ("在哪里建的？", "name"),
        ("由什么公司承建？", "name"),
        ("who built it?", "name"),
        ("where is the port?", "name"),
        ("which city is largest?", "name"),
        ("what is the name of the school?", "name"),
        ("Whose report is it?", "name"),
        ("what is the library called?", "name"),
        ("who trained 2000 pilots?", "name"),
        ("Whenever it rains, who pays?", "name"),
        ("引进了哪些企业？", "list"),
        ("有哪三所学校？", "list"),
        ("列出所有项目", "list"),
        ("磨坊里有什么设备，举几个", "list"),
        ("都有什么课程？", "list"),
        ("包括哪些内容？", "list"),
        ("which companies came?", "list"),
        ("which three schools were built?", "list"),
        ("list the projects", "list"),
        ("name the schools", "list"),
        ("what kinds of tea are grown?", "list"),
        ("what are the names of the schools?", "list"),
        ("what crops are grown?", "list"),
        ("为什么派教师？", "explanation"),
        ("怎么做到的？", "explanation"),
        ("如何解决用水问题？", "explanation"),
        ("“师带徒”是什么意思？", "explanation"),
        ("什么是组团式援疆？", "explanation"),
        ("why were they sent?", "explanation"),
        ("how did the office train pilots?", "explanation"),
        ("what does pairing mean?", "explanation"),
        ("How come the port is closed?", "explanation"),
        ("what is the purpose of the project?", "explanation"),
        ("今天天气不错，我准备去公园散步。", "anything"),
        ("pilots and sailors who went abroad for training?", "quantity"),
        ("what weight of flour did they ship?", "quantity"),
        ("图书馆", "anything"),
        ("libraries of Pingchuan", "anything"),
        ("几乎没有人吗", "anything"),
        ("", "anything"),
    ],
)
def test_a_question_asks_for_a_name_or_a_list_or_an_explanation_or_anything(question, wants):
    assert ask(question).wants == wants


@pytest.mark.parametrize(
    "question",
    [
        "why did so many teachers come?",
        "why was the number of teachers small?",
        "为什么增加了多少名教师？",
        "为何产量提高了？",
        "How come the total grew?",
    ],
)
def test_a_question_that_begins_with_why_asks_for_no_figure(question):
    assert ask(question).wants == "explanation"


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("我想知道一共派了多少名教师。", "quantity"),
        ("报告里说建了多少座图书馆来着", "quantity"),
        ("I wonder how many teachers were sent.", "quantity"),
        ("Give me the number of teachers.", "quantity"),
        ("请告诉我列车什么时候开行", "date"),
        ("Tell me when the train started running.", "date"),
        ("I would like to know who built the school.", "name"),
        ("想了解引进了哪些企业。", "list"),
        ("给我讲讲为什么派教师", "explanation"),
    ],
)
def test_a_statement_can_ask_as_well(question, wants):
    assert ask(question).wants == wants


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("how many teachers were sent in 2019?", "teachers"),
        ("how many poor children went to school?", "poor children"),
        ("一共派了多少名教师？", "教师"),
        ("新建了几座图书馆？", "图书馆"),
        ("种了多少棵树？", "树"),
        ("培训了多少？", ""),
        ("花了多少钱？", ""),
        ("什么时候建的？", ""),
    ],
)
def test_what_is_counted_is_told_as_the_question_says_it(question, counted):
    assert ask(question).counted == counted


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("how many teachers were sent in 2019?", (2019,)),
        ("how many teachers came from 2015 to 2021?", (2015, 2021)),
        ("how many teachers came between 2015 and 2021?", (2015, 2021)),
        ("2015年至2021年建了多少座图书馆？", (2015, 2021)),
        ("2015-2021年派了多少教师", (2015, 2021)),
        ("２０１９年派了多少名教师？", (2019,)),
        ("二〇一九年派了多少名教师？", (2019,)),
        ("2019年和2019年", (2019,)),
        ("who trained 2000 pilots?", ()),
        ("派了2000名教师吗？", ()),
        ("谁建的？", ()),
    ],
)
def test_the_years_that_a_question_names_are_told_once_each(question, years):
    assert ask(question).years == years


@pytest.mark.parametrize(
    ("typed", "narrow"),
    [("２０１９年派了多少名教师？", "2019年派了多少名教师?"), ("ＨＯＷ ＭＡＮＹ １２", "HOW MANY 12")],
)
def test_full_width_digits_are_digits(typed, narrow):
    assert ask(typed).years == ask(narrow).years


@pytest.mark.parametrize("question", ["HOW MANY TEACHERS WERE SENT?", "Why Were They Sent?", "WHEN DID IT OPEN?"])
def test_large_and_small_letters_are_alike(question):
    small = ask(question.lower())

    assert (ask(question).wants, dict(ask(question).kinds)) == (small.wants, dict(small.kinds))


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["多少", "几", "哪些", "how many ", "teachers ", "when ", "2019", "年", "为什么", "名", " did"])
    ).map("".join),
    st.sampled_from(["zh", "en"]),
)
def test_any_text_asks_for_something(question, spoken):
    one = asked(question, spoken)

    assert one.wants in WANTS
    assert (one.question, one.language) == (question, spoken)
    assert all(0 < fit <= 1 for fit in one.kinds.values())
    assert one.counted in question
    assert len(set(one.years)) == len(one.years)
    assert one.wants == "quantity" or not (one.kinds or one.counted)
    assert one == asked(question, spoken)


# --- The lists


def test_each_kind_of_the_lists_is_one_of_the_units():
    known = {unit.kind for unit in bot.quantities.units.UNITS} | {"count"}

    assert {kind for kinds in ASKING["kinds"] for kind in kinds.split()} <= known


@pytest.mark.parametrize("section", ["kinds", "dates", "wants"])
def test_each_pattern_compiles_and_none_fits_everything(section):
    for entry in ASKING[section].values():
        assert set(entry) == {"zh", "en"}
        for pattern in [*entry["zh"], *entry["en"]]:
            assert not re.search(pattern, "", re.IGNORECASE)
            assert not re.search(pattern, "ö ö", re.IGNORECASE)


@pytest.mark.parametrize("section", ["kinds", "dates", "wants"])
def test_no_pattern_is_listed_twice_for_one_thing(section):
    for entry in ASKING[section].values():
        for patterns in entry.values():
            assert len(set(patterns)) == len(patterns)


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("疫情期间一共捐了多少口罩", "zh", "count"),
        ("种地以后平均每人多挣几多钱", "zh", "money"),
        ("头八个月的销售额比去年同期涨了百分之多少", "zh", "share"),
        ("做了多少例手术", "zh", "count"),
        ("跟着学手艺的年轻大夫有几个?", "zh", "people"),
        ("how much land do the orchards cover?", "en", "area"),
        ("What is the combined investment in the area?", "en", "money"),
        ("How many folks found work there?", "en", "people"),
        ("how many outpatients did they see", "en", "people"),
        ("What was spent on training cadres?", "en", "money"),
        ("overall spending, both reports", "en", "money"),
        ("money put into the sports league", "en", "money"),
        ("What monthly pay do the teachers get?", "en", "money"),
        ("jobs created by the workshops", "en", "count"),
    ],
)
def test_the_kind_of_amount_that_is_asked_for(question, language, kind):
    one = asked(question, language)
    assert one.wants == "quantity"
    assert one.kinds[kind] == 1.0


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("books donated when the flood came", "anything"),
        ("when the railway opened", "date"),
        ("tell me when the railway opened", "date"),
        ("What is the investment for?", "anything"),
        ("What are the results of the investment?", "list"),
    ],
)
def test_when_and_investment_are_not_always_what_is_asked_for(question, wants):
    assert asked(question, "en").wants == wants


def test_people_who_are_only_called_people_are_those_named_before():
    assert asked("对当地教师的培训，各培训了多少人？", "zh").counted == "教师"
    assert asked("全省学校培训了多少人？", "zh").counted == "人"
