"""Plans worked out on small reports: operands chosen together, totals that a report states, and what is refused."""

from dataclasses import dataclass, replace

import pytest

from bot.asked import Asked, asked
from bot.compose import Composer
from bot.derive.beside import is_what_is_asked, of_another_place
from bot.derive.check import objection
from bot.derive.compute import compute
from bot.derive.group import listed_figures
from bot.derive.operands import by_elimination
from bot.derive.show import formula, tied
from bot.derive.sought import Operand, Sought, common_words
from bot.derive.stated import stated_total
from bot.derive.told import told
from bot.derive.work import worked
from bot.facts import Found
from bot.quantities import Quantity, read
from bot.support import Named
from small import bridge_of, document, found_in, words_of

SHOPS = """---
id: shops
title: 商店报告
language: zh
publisher: 平川县商务局
region: 平川县
period: 2018-2020
---

# 商店报告

全县建成线下门店66家，开设线上网店22家。

引进项目47个，其中已投产6个、在建14个、办理手续27个。

桥梁总投资45.1亿元，其中贷款3.5亿元。

下乡培训教师2368人次，培训医生300人。

2019年捐赠口罩17000只，2020年捐赠手套4000只。

建成口腔工作室用40万元，建成结石诊疗中心用60万元，建成健康中心用270万元。

夏天来了零家企业，企业投资5亿元。

工程覆盖农民14万人，带动贫困户2万人。
"""


@dataclass(frozen=True)
class Traced:
    asked: Asked
    found: tuple[Found, ...]
    named: Named


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    return document(tmp_path_factory.mktemp("shops"), "shops.md", SHOPS)


@pytest.fixture(scope="module")
def work(shops):
    """Give a function that works a question out; figures are found by words of their clause that a question holds."""
    reports = {shops.id: shops}
    bridge, known = bridge_of(reports), words_of(reports)

    def trace(question):
        what = asked(question, "zh")
        named = Named.of(what, bridge, known, [shops])
        found = []
        for line in (one for one in shops.text.splitlines() if one.endswith("。")):
            for amount in read(line, "zh"):
                if isinstance(amount, Quantity):
                    one = found_in(shops, line[amount.start : amount.end])
                    hit = one.candidate
                    if hit.quote != line:
                        continue
                    clause = max(line.rfind(mark, 0, amount.start) for mark in "，、")
                    beside = line[clause + 1 : amount.end + 6].split("，")[0]
                    total = sum(1.0 for word in named.words if word.text in beside)
                    total += sum(0.5 for word in named.words if word.text in line)
                    confidence = 0.9 if any(word.text in beside for word in named.words) else 0.1
                    found.append(
                        replace(one, total=4 * total, confidence=confidence, candidate=replace(hit, kind_fit=1.0))
                    )
        found.sort(key=lambda one: -one.total)
        return Traced(what, tuple(found), named)

    return lambda question: worked(question, "zh", trace, reports)


def text_of(done, question="?"):
    return told(question, done, Composer("zh", {})).text


def test_a_sum_shows_its_operands_and_cites_them(work):
    done = work("线下门店和线上网店加起来多少家？")

    answer = told("?", done, Composer("zh", {}))

    assert answer.text.startswith("66家 + 22家 = 88家 [1]")
    assert (answer.derived["operation"], answer.derived["operands"], answer.derived["result"]) == ("sum", [0, 1], "88")
    assert [fact.value for fact in answer.facts] == ["66家", "22家"]
    assert answer.citations[0].quote == "全县建成线下门店66家，开设线上网店22家。"


def test_which_is_more_and_by_how_much_is_a_difference_that_names_the_larger(work):
    done = work("线下门店多还是线上网店多？多几家？")

    answer = told("?", done, Composer("zh", {}))

    assert answer.text.splitlines()[0] == "66家 − 22家 = 44家 [1]"
    assert "最多的是：线下门店" in answer.text
    assert (answer.derived["operation"], answer.derived["result"], answer.derived["winner"]) == ("difference", "44", 0)


def test_which_is_less_and_by_how_much_names_the_smaller(work):
    answer = told("?", work("线下门店和线上网店哪个更少？少几家？"), Composer("zh", {}))

    assert "最少的是：线上网店" in answer.text


def test_what_one_costs_is_no_average_where_the_reports_do_not_tell_how_many_there_are(work):
    assert work("面粉厂的面粉，一吨多少钱？") is None


def test_a_total_that_the_report_states_comes_first(work):
    done = work("已投产、在建和办理手续的项目加起来多少个？")

    answer = told("?", done, Composer("zh", {}))

    assert answer.facts[0].value == "47个"
    assert answer.derived["result"] == "47"
    assert answer.text.startswith("报告自己给出了总数：47个")


def test_a_share_of_a_whole(work):
    done = work("贷款占桥梁总投资的百分之几？")

    assert done.result is not None
    assert (str(done.result.number), done.result.unit) == ("7.76", "percent")
    assert "3.5亿元 ÷ 45.1亿元 ≈ 7.76%" in text_of(done)


def test_a_part_is_not_added_to_what_holds_it(work):
    done = work("桥梁总投资和贷款加起来多少元？")

    assert done.result is None
    assert done.objection is not None
    assert done.objection.key == "overlap"


def test_people_are_not_added_to_visits(work):
    done = work("培训教师和培训医生加起来多少人？")

    assert done.objection is not None
    assert done.objection.key == "visits"


def test_people_who_are_reached_may_be_the_same(work):
    done = work("农民和贫困户加起来多少人？")

    assert done.objection is not None
    assert done.objection.key == "overlap"


def test_figures_of_different_periods_are_not_added(work):
    done = work("口罩和手套加起来多少只？")

    assert done.objection is not None
    assert (done.objection.key, done.objection.values["first"], done.objection.values["second"]) == (
        "periods",
        "2019年",
        "2020年",
    )
    assert "2019年" in text_of(done)


def test_an_operand_that_no_report_states_is_named_and_what_was_found_is_cited(work):
    done = work("线下门店比飞机场多多少家？")

    answer = told("?", done, Composer("zh", {}))

    assert done.missing == ("飞机场",)
    assert (answer.status, answer.facts, answer.derived) == ("not_found", (), None)
    assert "“飞机场”" in answer.text
    assert "66家" in answer.text
    assert [one.number for one in answer.citations] == [1]


def test_a_group_is_the_list_of_just_so_many_figures(work):
    done = work("三个健康中心一共用了多少钱？")

    assert done is not None
    assert done.result is not None
    assert ([str(one.amount.number) for one in done.operands], str(done.result.number)) == (
        ["400000", "600000", "2700000"],
        "3700000",
    )


def test_everything_together_is_refused(work):
    done = work("把所有数字加起来")

    assert done.objection is not None
    assert done.objection.key == "everything"
    assert text_of(done).startswith("根据报告的内容无法得出这个结果。")


def test_more_operands_than_can_be_shown_are_refused(work):
    things = "、".join(f"物品{one}" for one in "甲乙丙丁戊己庚辛壬癸子丑")

    done = work(f"{things}和物品卯加起来多少个？")

    assert done.objection is not None
    assert done.objection.key == "too_many"


@pytest.mark.parametrize(
    "question",
    [
        "一共建成多少家线下门店？",
        "每个门店里有些什么设施？",
        "两份报告里线下门店和线上网店一共有多少？",
        "为什么线下门店和线上网店加起来更好？",
    ],
)
def test_a_plain_question_is_left_alone(work, question):
    assert work(question) is None


def operands_of(folder, sentence, *figures, language="zh"):
    """Return the figures of a report of one sentence as operands."""
    report = document(folder, "one.md", f"---\nid: one\ntitle: 报告\nlanguage: {language}\n---\n\n{sentence}\n")
    made = []
    for figure in figures:
        found = found_in(report, figure)
        amount = next(one for one in read(figure, language) if isinstance(one, Quantity))
        made.append(Operand(figure, replace(found, candidate=replace(found.candidate, amount=amount)), 1.0))
    return made


def worked_out(operation, operands, language="zh"):
    against = objection(operation, operands, asks_people=False, compared=False)
    if against:
        return against.key
    return formula(operation, operands, compute(operation, [one.amount for one in operands]), language)


@pytest.mark.parametrize(
    ("operation", "sentence", "figures", "expected"),
    [
        ("maximum", "东路长500米，西路长2公里。", ["500米", "2公里"], "2公里 > 500米"),
        ("minimum", "东路长2公里，西路长500米。", ["2公里", "500米"], "500米 < 2公里"),
        ("difference", "东路长500米，西路长2公里。", ["500米", "2公里"], "2公里 − 500米 = 1500米"),
        ("share", "全路长2公里，其中桥长500米。", ["500米", "2公里"], "500米 ÷ 2公里 = 25%"),
        ("share", "全路长500米，支路长2公里。", ["2公里", "500米"], "no_part"),
        ("maximum", "东路长2公里，西路长2000米。", ["2公里", "2000米"], "2公里 = 2000米"),
        ("maximum", "东校派72人，西校派了72人。", ["72人", "了72人"], "72人 = 72人"),
        ("maximum", "东校派近3000人，西校派3000人。", ["近3000人", "派3000人"], "近3000人，3000人"),
        ("sum", "产值增长12%，税收增长30%。", ["12%", "30%"], "rates"),
        ("share", "产值增长12%，税收增长30%。", ["12%", "30%"], "rates"),
        ("difference", "产值增长12%，税收增长30%。", ["30%", "12%"], "30% − 12% = 18个百分点"),
        ("sum", "东校派30至50家，西校派20家。", ["30至50家", "20家"], "span"),
        ("sum", "口罩17000只，防护服300套。", ["17000只", "300套"], "units"),
    ],
)
def test_figures_are_put_together_in_one_unit_or_not_at_all(tmp_path, operation, sentence, figures, expected):
    assert worked_out(operation, operands_of(tmp_path, sentence, *figures)) == expected


def test_the_largest_of_equal_figures_is_told_as_a_tie(tmp_path):
    equal = operands_of(tmp_path, "甲5家，乙共5家，丙3家。", "5家", "共5家", "3家")

    assert (tied("maximum", equal), tied("minimum", equal)) == (True, False)


@pytest.mark.parametrize(
    ("language", "sentence", "parts", "total"),
    [
        ("zh", "3个县共有47个项目，其中6个已建成，14个在建，27个拟建。", ["6个", "14个", "27个"], "47个"),
        ("zh", "这47个项目里，已建成的6个，在建的14个，另有27个拟建。", ["6个", "14个", "27个"], "47个"),
        ("zh", "两期教师72名（一期30名、二期42名）。", ["30名", "42名"], "72名"),
        ("zh", "线下门店66家，线上网店22家，共88家。", ["66家", "22家"], "88家"),
        ("zh", "全县有学校88所，线下门店66家，线上网店22家。", ["66家", "22家"], None),
        ("zh", "全县有学校88家，线下门店66家，线上网店22家。", ["66家", "22家"], None),
        ("zh", "线下门店66家，线上网店22家，共88家学校。", ["66家", "22家"], None),
        ("zh", "3个县共有50个项目，其中6个已建成，14个在建，27个拟建。", ["6个", "14个", "27个"], None),
        ("zh", "共有项目20个，其中6个已建成，14个在建，27个拟建。", ["6个", "14个"], None),
        (
            "en",
            "The 5 counties have 47 projects, of which 6 are made, 14 begun and 27 planned.",
            ["6", "14", "27"],
            "47",
        ),
        ("en", "Of these 47 projects, 6 are made, 14 begun and 27 planned.", ["6", "14", "27"], "47"),
        ("en", "A total of 88 schools, 66 offline shops and 22 online shops stand here.", ["66", "22"], None),
        ("en", "There are 66 offline and 22 online shops, making a total of 88 shops.", ["66", "22"], "88"),
    ],
)
def test_a_stated_total_holds_just_the_parts(tmp_path, language, sentence, parts, total):
    made = operands_of(tmp_path, sentence, *parts, language=language)

    found = stated_total(made, sum(one.amount.number for one in made))

    assert (found.candidate.text if found else None) == total


def test_a_list_with_a_range_has_no_figures_to_add(tmp_path):
    (first,) = operands_of(tmp_path, "三所学校：东校20人，西校30至50人，北校10人。", "20人")

    assert listed_figures([first.found], 3) == []


def test_a_range_is_not_what_is_left(tmp_path):
    made = operands_of(tmp_path, "东校20人，西校30至50人，北校10人。", "20人", "10人")

    assert by_elimination([*made, None], ["东校", "北校", "西校"])[2] is None


def sought_for(report, name):
    what = asked(f"{name}是多少", "zh")
    named = Named.of(what, bridge_of({report.id: report}), words_of({report.id: report}), [report])
    return Sought(name, (), named)


GROWTH = "温宿县生产总值增长12%，阿克苏市生产总值增长30%。\n\n温宿县道路长500米，阿克苏市道路长2公里。"


@pytest.mark.parametrize(("figure", "expected"), [("12%", True), ("500米", False)])
def test_the_sentence_of_a_figure_says_what_all_operands_are_asked_for(tmp_path, figure, expected):
    (one,) = operands_of(tmp_path, GROWTH, figure)
    sought = [sought_for(one.candidate.document, f"{place}生产总值增长") for place in ("温宿县", "阿克苏市")]

    assert is_what_is_asked(sought[0], common_words(sought), one.candidate) is expected


@pytest.mark.parametrize(("figure", "expected"), [("12%", False), ("30%", True)])
def test_a_figure_beside_the_place_of_another_operand_is_not_taken(tmp_path, figure, expected):
    (one,) = operands_of(tmp_path, GROWTH, figure)
    sought = [sought_for(one.candidate.document, f"{place}生产总值增长") for place in ("温宿县", "阿克苏市")]

    assert of_another_place(sought[0], sought, one.candidate) is expected
