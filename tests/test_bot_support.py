"""Whether a report supports what a question names: years, places, ordinals and words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asked import asked
from bot.evidence import Candidate
from bot.question import language_of
from bot.support import Named, clause_coverage, support
from small import BERGEN, LARVIK, bridge_of, document, documents, ranked, words_of

AID = """---
id: aid
title: 教育援助报告
language: zh
publisher: 金华市援疆指挥部
region: 金华市
period: 2016-2020
---

# 教育援助报告

## 教师

2018年金华选派教师36名。他们在温宿县任教。

## 医院

第十师医院新建病房80间，其中儿童病房20间；培训护士15名。

## 2019年的书店

新建书店两家。

## 住房

新建住房1200套。
"""

AKSU = """---
id: aksu
title: Schools of the desert
language: en
publisher: Desert Schools Office
period: 2017
---

# Schools of the desert

Schools of Wensu County had 90 teachers.

Nobody counted the pupils of Wensu County. The fourth regiment built 3 schools.

The kitchen served 500 meals.
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("support")
    named = {"aid.md": AID, "aksu.md": AKSU, "larvik.md": LARVIK, "bergen.md": BERGEN}
    return documents(folder, named)


@pytest.fixture(scope="module")
def bridge(reports):
    return bridge_of(reports)


@pytest.fixture(scope="module")
def known(reports):
    return words_of(reports)


def candidate(report, part, clauses=()):
    """Return a part of a report as a candidate; its passage is the line that holds it."""
    hit, start = ranked(report, part), report.text.index(part)
    sentence = next(span for span in hit.passage.sentences if span[0] <= start < span[1])
    placed = tuple((report.text.index(one), report.text.index(one) + len(one)) for one in clauses)
    return Candidate(hit, 0, sentence, start, start + len(part), span=0.0, sentence_score=0.0, clauses=placed)


@pytest.fixture
def weigh(reports, bridge, known):
    """Give a function that weighs a part of a report for a question."""

    def weigh(question, report, part):
        named = Named.of(asked(question, language_of(question)), bridge, known, list(reports.values()))
        return support(named, candidate(reports[report], part))

    return weigh


# --- Years


@pytest.mark.parametrize(
    ("question", "report", "part"),
    [
        ("2018年派了多少教师？", "aid", "36名"),
        ("2018年有几名教师在温宿县任教？", "aid", "温宿县任教"),
        ("2019年建了几家书店？", "aid", "两家"),
        ("how many pilots were trained in 2019?", "larvik", "86"),
        ("how many meals were served in 2017?", "aksu", "500"),
        ("how many quays were rebuilt in 2018?", "bergen", "9 quays"),
    ],
    ids=["in the sentence", "in the passage", "in the heading", "in English", "a report's one year", "both"],
)
def test_a_year_of_the_sentence_its_passage_its_heading_or_a_report_of_one_year_is_there(weigh, question, report, part):
    assert weigh(question, report, part).missing == ()


@pytest.mark.parametrize(
    ("question", "report", "part", "missing"),
    [
        ("2017年派了多少教师？", "aid", "36名", ("2017",)),
        ("2018年新建多少套住房？", "aid", "1200套", ("2018",)),
        ("2016年新建多少套住房？", "aid", "1200套", ("2016",)),
        ("2020年新建多少套住房？", "aid", "1200套", ("2020",)),
        ("how many pilots were trained in 2019 and 2031?", "larvik", "86", ("2031",)),
        ("how many pilots were trained in 2031 and in 1999?", "larvik", "86", ("2031", "1999")),
        ("how many tonnes does the crane lift in 2018?", "larvik", "120 tonnes", ("2018",)),
    ],
)
def test_a_year_that_only_lies_within_the_period_or_stands_elsewhere_is_missing(weigh, question, report, part, missing):
    assert weigh(question, report, part).missing == missing


@pytest.mark.parametrize(
    "question",
    [
        "2016年以来新建多少套住房？",
        "自2016年新建多少套住房？",
        "从2016年起新建多少套住房？",
        "到2020年新建多少套住房？",
        "截至2020年新建多少套住房？",
        "从2016年到2020年新建多少套住房？",
        "how many flats were built since 2016?",
        "how many flats were built by 2020?",
        "how many flats were built until 2020?",
        "how many flats were built from 2016 to 2020?",
    ],
)
def test_the_ends_of_a_period_fit_what_was_done_since_the_one_or_until_the_other(weigh, question):
    assert weigh(question, "aid", "1200套").missing == ()


@pytest.mark.parametrize(
    "question", ["2017年以来新建多少套住房？", "到2019年新建多少套住房？", "how many flats were built since 2020?"]
)
def test_a_period_that_begins_or_ends_elsewhere_does_not_fit(weigh, question):
    assert len(weigh(question, "aid", "1200套").missing) == 1


# --- Places


@pytest.mark.parametrize(
    ("question", "report", "part"),
    [
        ("温宿县有多少名教师任教？", "aid", "任教"),
        ("金华选派了多少教师？", "aid", "36名"),
        ("金华新建了几家书店？", "aid", "两家"),
        ("浙江选派了多少教师？", "aid", "36名"),
        ("how many teachers did Jinhua send?", "aid", "36名"),
        ("how many teachers did Zhejiang send?", "aid", "36名"),
        ("how many teachers were there in Wensu County?", "aksu", "90 teachers"),
        ("温宿县有多少教师？", "aksu", "90 teachers"),
        ("新疆有多少教师？", "aksu", "90 teachers"),
    ],
)
def test_a_place_of_the_sentence_or_the_report_is_there_and_so_is_what_it_lies_in(weigh, question, report, part):
    assert weigh(question, report, part).missing == ()


@pytest.mark.parametrize(
    ("question", "report", "part", "missing"),
    [
        ("杭州选派了多少教师？", "aid", "36名", ("杭州",)),
        ("义乌市选派了多少教师？", "aid", "36名", ("义乌",)),
        ("浙江有多少教师？", "aksu", "90 teachers", ("浙江",)),
        ("江苏和浙江有多少教师？", "aksu", "90 teachers", ("江苏", "浙江")),
    ],
)
def test_a_place_elsewhere_or_a_part_of_the_place_is_missing(weigh, question, report, part, missing):
    assert weigh(question, report, part).missing == missing


def test_an_english_question_about_another_place_misses_one(weigh):
    assert len(weigh("how many teachers did Hangzhou send?", "aid", "36名").missing) == 1


def test_a_place_that_a_report_is_about_all_along_need_not_be_said_each_time(weigh):
    assert weigh("how many meals were served in Wensu County?", "aksu", "500").missing == ()


def test_a_place_that_a_report_names_in_passing_is_not_its_subject(reports, bridge, known, tmp_path):
    filler = "\n\n".join(f"全县修路{number}公里。" for number in range(11, 41))
    report = document(tmp_path, "roads.md", f"# 道路报告\n\n{filler}\n\n温宿县修桥5座。\n")
    named = Named.of(asked("温宿县修路多少公里？", "zh"), bridge, known, [*reports.values(), report])

    assert support(named, candidate(report, "12公里")).missing == ("温宿",)
    assert support(named, candidate(report, "5座")).missing == ()


def test_of_several_places_that_reports_are_from_one_must_fit(reports, bridge, known, tmp_path):
    other = document(tmp_path, "other.md", AID.replace("id: aid", "id: other").replace("金华", "杭州"))
    documents = [*reports.values(), other]
    both = Named.of(asked("杭州和金华各派了多少教师？", "zh"), bridge, known, documents)
    third = Named.of(asked("杭州和宁波各派了多少教师？", "zh"), bridge, known, documents)

    assert [support(both, candidate(one, "36名")).missing for one in (reports["aid"], other)] == [(), ()]
    assert support(third, candidate(other, "36名")).missing == ("宁波",)


# --- Ordinals


@pytest.mark.parametrize("question", ["第十师医院新建多少病房？", "第10师医院新建多少病房？", "十师医院新建多少病房？"])
def test_an_ordinal_may_be_written_in_figures_or_not(weigh, question):
    assert weigh(question, "aid", "80间").missing == ()


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("第四师医院新建多少病房？", 1),
        ("第二十师医院新建多少病房？", 1),
        ("第一师医院新建多少病房？", 0),
        ("医院第二层新建多少病房？", 0),
    ],
    ids=["another", "one that ends alike", "the first, which is said in many ways", "of no unit"],
)
def test_another_ordinal_is_missing(weigh, question, missing):
    assert len(weigh(question, "aid", "80间").missing) == missing


def test_ordinals_of_english_questions_are_looked_for_in_english_reports(weigh):
    assert weigh("how many schools did the fourth regiment build?", "aksu", "3 schools").missing == ()
    assert weigh("how many schools did the 4th regiment build?", "aksu", "3 schools").missing == ()
    assert weigh("how many schools did the fifth regiment build?", "aksu", "3 schools").missing == ("fifth",)


def test_what_a_report_names_by_number_again_and_again_it_is_about(reports, bridge, known, tmp_path):
    text = "# 团场报告\n\n第四团种棉花。\n\n第四团修渠。\n\n第四团建学校。\n\n新建住房12套。\n"
    named = Named.of(asked("第四团新建多少套住房？", "zh"), bridge, known, reports.values())

    often = document(tmp_path, "often.md", text)
    once = document(tmp_path, "once.md", text.replace("第四团修渠", "修渠").replace("第四团建", "建"))

    assert support(named, candidate(often, "12套")).missing == ()
    assert len(support(named, candidate(once, "12套")).missing) == 1


# --- Words


def test_a_sentence_that_says_every_word_covers_the_question(weigh):
    found = weigh("how many pilots did the port office train?", "larvik", "86")

    assert (found.coverage, found.absent) == (1.0, ())


def test_a_word_that_only_stands_near_counts_less_and_one_that_is_nowhere_nothing(weigh):
    said = weigh("选派了多少教师？", "aid", "36名")
    near = weigh("选派了多少教师？", "aid", "温宿县任教")
    absent = weigh("选派了多少教师？", "aid", "80间")

    assert said.coverage == 1.0 > near.coverage > absent.coverage == 0.0
    assert (said.absent, near.absent, set(absent.absent)) == ((), (), {"选派", "教师"})


def test_the_words_of_a_question_are_found_in_the_other_language(weigh):
    english = weigh("how many nurses were trained?", "aid", "15名")
    chinese = weigh("培训了多少飞行员？", "larvik", "86")

    assert (english.coverage, english.absent) == (1.0, ())
    assert (chinese.coverage, chinese.absent) == (1.0, ())


def test_a_question_of_no_words_is_covered(weigh):
    assert weigh("how many?", "larvik", "86").coverage == 1.0


def test_a_clause_covers_the_words_that_it_says_itself(reports, bridge, known):
    named = Named.of(asked("培训了多少护士？", "zh"), bridge, known, reports.values())
    report = reports["aid"]

    def covered(part, *clauses):
        return clause_coverage(named, candidate(report, part, clauses))

    right, wrong = "培训护士15名", "第十师医院新建病房80间"
    assert covered("15名", right) == 1.0
    assert covered("80间", wrong) == 0.0
    assert covered("80间", right, wrong) == 0.5
    assert covered("15名") == 0.0


def test_what_a_question_names_is_told_apart(reports, bridge, known):
    named = Named.of(asked("2018年金华第四师派了多少教师？", "zh"), bridge, known, reports.values())

    assert named.asked.years == (2018,)
    assert [[one.name for one in group] for group in named.places] == [["金华市"]]
    assert {one.name for one in named.publishers} == {"金华市"}
    assert [one.number for one in named.ordinals] == [4]
    assert "教师" in [word.text for word in named.words]
    assert all(word.weight >= 0 for word in named.words)


QUESTIONS = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["2018年", "第四师", "金华", "教师", "多少", "how many ", "Wensu County ", "fourth ", "since 2016 ", "？"]
    ),
    max_size=8,
).map("".join)


@settings(deadline=None)
@given(QUESTIONS, st.sampled_from(["zh", "en"]))
def test_any_question_is_weighed(reports, bridge, known, question, language):
    named = Named.of(asked(question, language), bridge, known, reports.values())

    for report, part in (("aid", "36名"), ("larvik", "86"), ("aksu", "500")):
        found = support(named, candidate(reports[report], part, [part]))
        assert 0 <= found.coverage <= 1.0001
        assert len(found.missing) <= len(named.asked.years) + len(named.places) + len(named.ordinals)
        assert set(found.absent) <= {word.text for word in named.words}
        assert 0 <= clause_coverage(named, candidate(reports[report], part, [part])) <= 1.0001
