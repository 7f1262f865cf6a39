"""Operands read off the sentences of small reports, whatever the wording of a question."""

from decimal import Decimal

import pytest

from bot.asked import asked
from bot.derive.aligned import aligned
from bot.derive.claimed import claimed
from bot.derive.figures import figures
from bot.derive.plan import planned
from bot.derive.telling import told_loosely
from bot.quantities import Quantity, read
from bot.support import Named
from index.sentences import sentences
from small import bridge_of, document, found_in, words_of

TOWN = """---
id: town
title: 平川县报告
language: zh
publisher: 平川县商务局
region: 平川县
period: 2018-2020
---

# 平川县报告

这47个招引项目里，已投产的6个，在建的14个，另有27个在办理前期手续。

师徒结对仪式在技工学校举行，8名本地教师与4名平川教师结成师徒。

改造示范基地投入950万元，基地共5100亩。

县里建起书房7个、礼堂5个、书屋1个和舞台3个。
"""

VALLEY = """---
id: valley
title: Valley report
language: en
publisher: Valley Office
region: Valley
period: 2018-2020
---

# Valley report

The office set up 6 priority villages and 2 key villages.

Planting of fungus is spread over 100 poor villages, and 5,000 poor families take part.

The office has put in 19.8 million yuan for tourism.

The office has put in 9.5 million yuan to upgrade 10 bases for crops, 5,100 mu in all.
"""

# What a report says besides makes its other words telling.
HILLS = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Lark", "Moss")
BRIDGES = ("东桥", "西桥", "南桥", "北桥", "上湾", "下湾", "前岭", "后岭", "大坪", "小坪")
TOWN += "\n".join(f"\n这一年天气很好，河水流过{name}。" for name in BRIDGES)
VALLEY += "\n".join(f"\nThe river runs past {name} hill." for name in HILLS)


def reader(report):
    reports = {report.id: report}
    bridge, known = bridge_of(reports), words_of(reports)

    def found(question):
        named = Named.of(asked(question, report.language), bridge, known, [report])
        some = []
        for low, high in sentences(report.text):
            for one in read(report.text[low:high], report.language):
                if isinstance(one, Quantity):
                    some.append(found_in(report, report.text[low + one.start : low + one.end]))
        return named, some

    return found


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return reader(document(tmp_path_factory.mktemp("town"), "town.md", TOWN))


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    return reader(document(tmp_path_factory.mktemp("valley"), "valley.md", VALLEY))


def numbers(operation, question, found, names=(), group=0):
    return [one.amount.number for one in aligned(operation, question, *found(question), names, group)]


@pytest.mark.parametrize(
    ("operation", "question", "expected"),
    [
        ("difference", "在建的招引项目比投产的多出几个", [14, 6]),
        ("ratio", "技工学校里本地教师是平川教师的多少倍", [8, 4]),
        ("share", "在建的项目占招引总数的比重", [14, 47]),
        ("sum", "书房礼堂书屋舞台都算上", [7, 5, 1, 3]),
        ("maximum", "书房、礼堂、书屋、舞台里数量排头一名的是", [7, 5, 1, 3]),
        ("average", "示范基地改造每亩花了多少钱", [9500000, 5100]),
    ],
)
def test_chinese_operands_are_read_off_one_sentence(town, operation, question, expected):
    assert numbers(operation, question, town) == expected


@pytest.mark.parametrize(
    ("operation", "question", "expected"),
    [
        ("sum", "priority and key villages, put together", [6, 2]),
        ("average", "poor families per village in the fungus planting", [5000, 100]),
        ("average", "cost per mu of upgrading those crop bases", [9500000, 5100]),
    ],
)
def test_english_operands_are_read_off_one_sentence(valley, operation, question, expected):
    assert numbers(operation, question, valley) == expected


def test_sums_of_money_may_stand_in_two_sentences(valley):
    question = "put tourism and the crop bases upgrade together, how much money is that"

    assert numbers("sum", question, valley, ["tourism", "crop bases upgrade"]) == [19800000, Decimal("9500000")]


def test_so_many_things_are_those_of_the_sentence_that_states_so_many(town):
    assert numbers("sum", "师徒结对的两边教师合计几人", town, group=2) == [8, 4]


def test_nothing_is_read_off_for_what_no_sentence_says(town):
    assert numbers("average", "平均每个舞台来了多少观众", town) == []
    assert numbers("difference", "护士比医生多几个", town) == []


def test_a_question_of_very_many_words_is_not_tried(town):
    assert numbers("difference", "在建的项目比投产的项目多出几个，书房礼堂书屋舞台" * 20, town) == []


def test_a_figure_that_the_question_states_must_be_in_the_sentence(town):
    assert numbers("sum", "那300万建的书房和礼堂都算上", town) == []


def test_figures_of_a_claim_are_those_that_it_states(valley):
    question = "19.8 million yuan and then 9.5 million yuan, so tourism beats the crops?"

    assert [one.amount.number for one in claimed(question, *valley(question))] == [19800000, 9500000]
    assert claimed("5,000 families and 100 villages, no?", *valley("5,000 families and 100 villages, no?")) == ()


def test_what_a_sentence_says_of_a_figure_alone(town):
    _, found = town("项目")
    own = {one.found.candidate.text: one.own for some in figures(found) for one in some}

    assert own["8名"] == "8名本地教师"
    assert own["14个"] == "在建的14个"
    assert own["27个"] == "27个在办理前期手续"


@pytest.mark.parametrize(
    ("question", "language", "operation"),
    [
        ("47个项目里农业的占几个", "zh", None),
        ("援疆的钱占多少", "zh", None),
        ("what percentage of all is on paperwork", "en", "share"),
        ("more than how many teachers were trained", "en", None),
        ("学生超过老师多少", "zh", "difference"),
    ],
)
def test_an_operation_is_told_by_words_that_plain_questions_lack(question, language, operation):
    assert told_loosely(question, language) == operation


def test_took_part_is_no_share():
    assert planned("how many families took part in the trials", "en") is None


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("the opera visit was part of a series of how many events", "en"),
        ("the 10 billion in aid was spread over how many projects", "en"),
        ("how many people came to see the doctors without being admitted", "en"),
        ("together with 150,000 seedlings, how many new varieties and techniques were introduced", "en"),
        ("一共建了几座卫星工厂和车间", "zh"),
    ],
)
def test_what_is_asked_for_by_its_number_is_no_operand(question, language):
    assert planned(question, language) is None


def test_words_of_the_asking_are_no_things():
    plan = planned("reading rooms and cultural halls, which are there more of and by how many", "en")

    assert [one.name for one in plan.wanted] == ["reading rooms", "cultural halls"]


def test_what_is_compared_may_leave_out_its_noun():
    plan = planned("在建的招引项目比投产的多出几个", "zh")

    assert [one.question for one in plan.wanted] == ["在建的招引项目有几个", "投产的招引项目有几个"]
