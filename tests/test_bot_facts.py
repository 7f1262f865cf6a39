"""From read passages to candidates, and from candidates to facts."""

import json
import math
from dataclasses import astuple
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asked import asked
from bot.confidence import Calibration, Signs, names
from bot.evidence import Candidate, candidates, whole
from bot.facts import MOST_FACTS, Found, Weights, chosen, weighed
from bot.quantities import Date, Quantity
from bot.question import language_of
from bot.reader.spans import Reading
from bot.support import Named, Support
from index.passages import Passage
from index.retrieve import RankedPassage, RankedSentence
from small import BERGEN, LARVIK, bridge_of, document, documents, ranked, reading, words_of

MILLS = """---
id: mills
title: 磨坊报告
language: zh
publisher: 平川县文化局
period: 2018-2021
---

# 磨坊报告

2018年3月1日，全县新建磨坊12座，投入资金3.5亿元；培训工人近3000名。局长林晓峰说，这是第二次扩建。

磨坊提供面粉、麦片和饼干，面粉12吨。
"""
WORKS = "近3000名"
NOTHING_MISSING = Support((), 1.0, ())


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    named = {"mills.md": MILLS, "larvik.md": LARVIK, "bergen.md": BERGEN}
    return documents(folder, named)


@pytest.fixture(scope="module")
def bridge(reports):
    return bridge_of(reports)


@pytest.fixture(scope="module")
def known(reports):
    return words_of(reports)


@pytest.fixture(scope="module")
def find(reports, bridge):
    """Give a function that returns the candidates of the passages that hold some words."""

    def find(question, *parts, marked=None):
        hits = [ranked(report, part) for part in parts for report in reports.values() if part in report.text]
        readings = [reading(hit, {k: v for k, v in (marked or {}).items() if k in text_of(hit)}) for hit in hits]
        return candidates(asked(question, language_of(question)), hits, readings, bridge)

    return find


@pytest.fixture(scope="module")
def weigh(reports, bridge, known, find):
    """Give a function that weighs those candidates."""

    def weigh(question, *parts, marked=None, weights=None, calibration=None):
        named = Named.of(asked(question, language_of(question)), bridge, known, reports.values())
        made = find(question, *parts, marked=marked)
        return weighed(made, named, weights or Weights(), calibration or Calibration())

    return weigh


def placed(candidate, total, confidence, dropped=None):
    """Return a candidate as if it had been weighed."""
    signs = Signs.of(asked("数量？", "zh"), candidate, NOTHING_MISSING)
    return Found(candidate, total, signs, confidence, NOTHING_MISSING, dropped)


def text_of(hit):
    return hit.document.text[hit.passage.start : hit.passage.end]


def texts(found):
    return [one.text for one in found]


# --- Candidates


def test_each_amount_may_answer_a_question_for_a_figure_and_no_date_does(find):
    assert texts(find("磨坊有多少座？", "磨坊12座")) == ["12座", "3.5亿元", WORKS, "第二次"]


def test_each_date_may_answer_a_question_for_a_date_and_no_amount_does(find):
    assert texts(find("磨坊是什么时候建的？", "磨坊12座")) == ["2018年3月1日"]
    assert texts(find("when were the pilots trained?", "86 pilots")) == ["2019"]


def test_a_candidate_knows_its_sentence_and_what_was_read(find):
    one = find("投入了多少资金？", "磨坊12座", marked={"3.5亿元": 8.0})[1]

    assert one.quote.startswith("2018年3月1日，")
    assert one.quote.endswith("近3000名。")
    assert one.document.id == "mills"
    assert (one.amount.number, one.amount.unit) == (Decimal("350000000"), "yuan")
    assert one.span == 8.0
    assert (one.rank, one.hit.score) == (0, 0.9)


def test_what_the_reader_marks_has_the_most_evidence(find):
    found = find("投入了多少资金？", "磨坊12座", marked={"12座": 8.0, "3.5亿元": 2.0})

    assert sorted(found, key=lambda one: -one.span)[0].text == "12座"


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("投入了多少资金？", "3.5亿元"),
        ("how much money was spent?", "3.5亿元"),
        ("新建了几座磨坊？", "12座"),
        ("培训了多少名工人？", WORKS),
        ("how many workers were trained?", WORKS),
    ],
)
def test_the_unit_that_a_question_asks_for_fits_best(find, question, best):
    found = find(question, "磨坊12座")

    assert max(found, key=lambda one: one.kind_fit).text == best
    assert [one.kind_fit for one in found if one.text == "第二次"] == [0.0]


def test_where_a_question_names_no_unit_all_amounts_fit_alike(find):
    assert len({one.kind_fit for one in find("数量？", "磨坊12座") if one.text != "第二次"}) == 1


@pytest.mark.parametrize(
    ("question", "report", "fits"),
    [
        ("磨坊是什么时候建的？", "磨坊12座", 1.0),
        ("磨坊是哪一天建的？", "磨坊12座", 1.0),
        ("磨坊是几点建的？", "磨坊12座", 0.0),
        ("when were the pilots trained?", "86 pilots", 1.0),
        ("what date were the pilots trained?", "86 pilots", 0.0),
    ],
)
def test_a_date_fits_if_it_is_as_fine_as_is_asked(find, question, report, fits):
    assert [one.kind_fit for one in find(question, report)] == [fits]


def test_what_is_counted_speaks_for_the_amount_beside_it(find):
    near = {one.text: one.counted for one in find("培训了多少名工人？", "磨坊12座")}
    chinese = {one.text: one.counted for one in find("培训了多少名飞行员？", "86 pilots")}

    assert max(near, key=near.get) == WORKS
    assert near[WORKS] > near["12座"]
    assert chinese["86"] > 0


def test_where_nothing_is_counted_nothing_speaks_for_one_amount_before_another(find):
    assert {one.counted for one in find("投入了多少钱？", "磨坊12座")} == {0.0}


def test_the_parts_of_a_sentence_in_which_an_amount_stands_are_told(find):
    one = next(one for one in find("投入了多少资金？", "磨坊12座") if one.text == "3.5亿元")
    text = one.document.text

    assert [text[a:b] for a, b in one.clauses] == [
        "2018年3月1日，全县新建磨坊12座，投入资金3.5亿元",
        "投入资金3.5亿元",
    ]


def test_what_stands_between_the_neighbours_of_an_amount_is_its_own(find):
    one = next(one for one in find("投入了多少资金？", "磨坊12座") if one.text == "3.5亿元")

    assert one.document.text[slice(*one.own)] == "投入资金3.5亿元"


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("两期72名援疆教师与216名青年教师结对。", ["两期", "72名援疆教师", "216名青年教师结对"]),
        ("建成书房7个和书屋1个。", ["建成书房7个", "书屋1个"]),
        ("教师和医生共72名。", ["教师和医生共72名"]),
        ("参与活动的有30人，普及率90%。", ["参与活动的有30人", "普及率90%"]),
        # What stands right behind a figure is its own, up to the verb of the next.
        ("在9个县市100个渔村5000个家庭推广。", ["在9个县市", "100个渔村", "5000个家庭推广"]),
        ("在112个村镇建设码头653座。", ["在112个村镇建设码头", "建设码头653座"]),
        ("in 9 counties 100 villages and 40 schools.", ["in 9 counties ", "100 villages ", "40 schools"]),
        # A word that only joins is no thing behind a figure.
        ("we sent 12 and trained 40 pilots.", ["we sent 12 ", " trained 40 pilots"]),
    ],
)
def test_what_joins_two_counted_things_parts_what_is_their_own(tmp_path, bridge, sentence, own):
    report = document(tmp_path, "pairs.txt", sentence)
    hit = ranked(report, sentence)
    made = candidates(asked("有多少？", "zh"), [hit], [reading(hit, {})], bridge)

    assert [report.text[slice(*one.own)] for one in made] == own


def test_each_sentence_may_answer_a_question_for_an_explanation(find):
    found = find("为什么扩建磨坊？", "磨坊12座", marked={"这是第二次扩建": 5.0})

    assert all(one.text == one.quote for one in found)
    assert [one.text[:4] for one in sorted(found, key=lambda one: -one.span)] == ["局长林晓", "2018"]
    assert max(one.span for one in found) == 5.0


def test_the_spans_that_were_read_may_answer_a_question_for_a_name(find):
    found = find("谁说的？", "磨坊12座", marked={"林晓峰": 7.0, "磨坊12座": 3.0})

    best = max(found, key=lambda one: one.span)

    assert (best.text, best.span, best.amount, best.kind_fit) == ("林晓峰", 7.0, None, 1.0)
    assert best.quote == "局长林晓峰说，这是第二次扩建。"


def test_what_is_no_name_of_a_person_is_no_answer_to_who(weigh):
    found = weigh("谁说的？", "磨坊12座", marked={"林晓峰": 7.0, "扩建": 9.0})

    assert {one.candidate.text: one.dropped for one in found} | {"林晓峰": None} == {
        one.candidate.text: "kind" for one in found
    } | {"林晓峰": None}


def test_a_name_may_answer_that_the_reader_did_not_take_for_the_answer(find):
    assert "林晓峰" in texts(find("谁说的？", "磨坊12座", marked={"第二次扩建": 9.0}))


def test_a_figure_that_was_read_in_part_is_given_whole_with_its_unit_and_how_exact_it_is(find):
    best = max(find("什么？", "磨坊12座", marked={"3000": 7.0}), key=lambda one: one.span)

    assert (best.text, best.amount.unit, best.amount.approximation) == (WORKS, "person", "nearly")


def test_a_span_never_cuts_a_figure(find):
    best = max(find("什么？", "磨坊12座", marked={"全县新建磨坊12座，投入资金3": 7.0}), key=lambda one: one.span)

    assert best.text.endswith("3.5亿元")


def test_a_list_may_answer_a_question_for_one_before_the_spans_that_were_read(find):
    found = find("提供哪些东西？", "饼干", marked={"饼干": 7.0})

    assert [(one.text, one.kind_fit) for one in found][:2] == [("面粉、麦片和饼干", 1.0), ("饼干", 0.0)]


def test_candidates_come_in_the_order_of_the_passages(find):
    found = find("how many quays did the port rebuild?", "14 quays", "9 quays")

    assert [(one.text, one.rank) for one in found] == [("14", 0), ("120 tonnes", 0), ("9", 1)]


def test_passages_that_were_not_read_have_no_candidates(reports, bridge):
    hits = [ranked(reports["larvik"], "14 quays"), ranked(reports["bergen"], "9 quays")]
    what = asked("how many quays did the port rebuild?", "en")

    assert {one.rank for one in candidates(what, hits, [Reading.blank(text_of(hits[0]))], bridge)} == {0}
    assert candidates(what, [], [], bridge) == []


@pytest.mark.parametrize("question", ["有多少座磨坊？", "什么时候建的？", "谁建的？", "有哪些品种？", "为什么建？"])
def test_of_a_sentence_without_an_end_only_what_lies_in_the_passage_is_quoted(tmp_path, bridge, question):
    endless = "，".join(f"平川县在2018年新建磨坊{number}座、品种{number}个" for number in range(11, 90))
    report = document(tmp_path, "endless.md", f"# 报告\n\n{endless}\n")
    [sentence] = ranked(report, "磨坊12座").passage.sentences
    assert sentence[1] - sentence[0] > 1000
    low, high = sentence[0] + 300, sentence[0] + 600
    passage = Passage(report.id, low, high, (sentence,))
    hit = RankedPassage(report, passage, 0.9, (RankedSentence(sentence, 0.0),))

    found = candidates(asked(question, "zh"), [hit], [Reading.blank(text_of(hit))], bridge)

    assert found
    for one in found:
        assert low <= one.sentence[0] <= one.start < one.end <= one.sentence[1] <= high
        assert one.text in one.quote


WORDS = [
    "投入",
    "3.5亿元",
    "，",
    "；",
    "。",
    "“",
    "”",
    "、",
    "林晓峰",
    "2018年",
    "近3000名",
    "教师",
    "1,569人",
    "第二次",
    "\n",
    "和",
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=20).map("".join),
    st.sampled_from(["多少资金？", "什么时候？", "谁？", "有哪些？", "为什么？"]),
    st.data(),
)
def test_each_candidate_stands_verbatim_in_its_sentence_and_passage(tmp_path_factory, bridge, text, question, data):
    folder = tmp_path_factory.getbasetemp() / "verbatim"
    report = document(folder, "one.md", f"# 报告\n\n开头。{text}\n\n末尾。\n")
    hits = [ranked(report, "开头"), ranked(report, "末尾")]
    size = len(text_of(hits[0]))
    numbers = st.lists(st.floats(-8, 8, width=32), min_size=size, max_size=size)
    read = [_reading(data.draw(numbers), data.draw(numbers)), Reading.blank(text_of(hits[1]))]

    for one in candidates(asked(question, "zh"), hits, read, bridge):
        low, high = one.sentence
        assert low <= one.start < one.end <= high
        assert one.sentence in one.hit.passage.sentences
        assert one.text in one.quote
        assert one.text == one.text.strip()
        assert all(low <= a <= b <= high for a, b in one.clauses)
        assert one.amount is None or isinstance(one.amount, Quantity | Date)


def _reading(starts, ends):
    import numpy as np

    return Reading(
        np.array(starts, dtype=np.float32),
        np.array(ends, dtype=np.float32),
        tuple((i, i + 1) for i in range(len(starts))),
        0.0,
    )


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("援建了阿克苏市多浪第一幼儿园。", "克苏市多浪第一幼儿", "阿克苏市多浪第一幼儿园"),
        ("the port office", "ort off", "port office"),
        ("推广“师带徒”模式", "师带徒", "“师带徒”"),
        ("推广“师带徒”模式", "“师带徒", "“师带徒”"),
        ("推广“师带徒”模式", "师带徒”", "“师带徒”"),
        ("编写《论语》", "论语", "《论语》"),
        ("种植茭白，", "茭白，", "茭白"),
        ("，林晓峰。", "，林晓峰。", "林晓峰"),
        ("a internationalization", "national", "internationalization"),
    ],
)
def test_a_span_is_widened_to_whole_words_and_closed_marks(text, part, expected):
    start = text.index(part)

    assert text[slice(*whole(text, start, start + len(part)))] == expected


@settings(deadline=None)
@given(st.text("援建了阿克苏市多浪“”《》（）()，。 abc12", max_size=30), st.data())
def test_a_widened_span_lies_in_the_text_and_has_no_mark_at_its_edges(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    low, high = whole(text, start, end)

    assert 0 <= low <= high <= len(text)
    assert text[low:high].strip(" ，。") == text[low:high]
    assert {c for c in text[start:end] if c not in " ，。"} <= set(text[low:high])


# --- Weighing


def test_candidates_are_weighed_best_first(weigh):
    found = weigh("投入了多少资金？", "磨坊12座", marked={"3.5亿元": 8.0})

    assert found[0].candidate.text == "3.5亿元"
    assert [one.total for one in found] == sorted((one.total for one in found), reverse=True)


def test_confidence_is_what_the_calibration_makes_of_the_signs(weigh):
    calibration = Calibration(-1.0, tuple(0.1 * place for place in range(len(names()))))

    found = weigh("投入了多少资金？", "磨坊12座", calibration=calibration)

    assert [one.confidence for one in found] == [calibration.confidence(one.signs) for one in found]
    for one in found:
        total = -1.0 + sum(0.1 * place * sign for place, sign in enumerate(astuple(one.signs)))
        assert one.confidence == pytest.approx(1 / (1 + math.exp(-total)))


def test_the_signs_of_a_candidate_tell_what_speaks_for_it(weigh):
    found = weigh("培训了多少名工人？", "磨坊12座", marked={WORKS: 8.0})
    one = next(one for one in found if one.candidate.text == WORKS)

    assert (one.signs.span, one.signs.kind, one.signs.counted, one.signs.uncounted) == (8.0, 1.0, 1.0, 0.0)
    assert one.signs.passage == pytest.approx(math.log(9))
    assert (one.signs.quantity, one.signs.explanation) == (1.0, 0.0)
    assert 0 < one.signs.clause <= one.signs.coverage <= 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(names()), max_size=len(names())), st.integers(0, len(names()) - 1))
def test_confidence_is_a_probability_that_grows_with_what_speaks_for_an_answer(signs, place):
    calibration = Calibration(0.0, tuple(float(i == place) for i in range(len(names()))))
    more = [sign + (i == place) for i, sign in enumerate(signs)]

    assert 0 < calibration.confidence(Signs(*signs)) <= calibration.confidence(Signs(*more)) < 1


@pytest.mark.parametrize(
    ("weight", "better"),
    [
        ("span", {"marked": {"3.5亿元": 8.0}}),
        ("kind", {}),
        ("counted", {}),
        ("coverage", {}),
        ("clause", {}),
        ("own", {}),
    ],
)
def test_each_weight_counts(weigh, weight, better):
    none = dict.fromkeys(["span", "sentence", "passage", "kind", "counted", "coverage", "clause", "own"], 0.0)
    question = "投入了多少资金？" if weight in {"span", "kind"} else "培训了多少名工人？"

    nothing = weigh(question, "磨坊12座", weights=Weights(**none), **better)
    one = weigh(question, "磨坊12座", weights=Weights(**none | {weight: 1.0}), **better)

    assert {found.total for found in nothing} == {0.0}
    assert max(found.total for found in one) > 0
    assert one[0].candidate.text in ({"3.5亿元"} if weight in {"span", "kind"} else {WORKS, "12座", "3.5亿元"})


def test_a_better_passage_weighs_more(reports, bridge, known):
    what = asked("how many quays did the port rebuild?", "en")
    named = Named.of(what, bridge, known, reports.values())

    def total(score):
        hit = ranked(reports["bergen"], "9 quays", score)
        return weighed(candidates(what, [hit], [Reading.blank(text_of(hit))], bridge), named, Weights(), Calibration())[
            0
        ].total

    assert total(0.0) < total(0.2) < total(0.9) < total(1.0) < math.inf


def test_what_was_not_read_at_all_is_no_candidate(reports, bridge, known):
    what = asked("how many quays did the port rebuild?", "en")
    hit = ranked(reports["bergen"], "9 quays")
    beyond = Reading.blank(text_of(hit)[:10])
    named = Named.of(what, bridge, known, reports.values())

    assert weighed(candidates(what, [hit], [beyond], bridge), named, Weights(), Calibration()) == []


def test_what_misses_something_asked_for_says_so(weigh):
    found = weigh("1999年第四师投入了多少资金？", "磨坊12座")

    assert {one.dropped for one in found} == {"missing: 1999, 第四"}
    assert found[0].support.missing == ("1999", "第四")


def test_what_misses_nothing_is_not_dropped_yet(weigh):
    assert weigh("投入了多少资金？", "磨坊12座")[0].dropped is None


# --- Choosing


@pytest.fixture
def found(find):
    """Give a function that makes candidates of the mills' first passage, named by text, with their sums."""
    made = {one.text: one for one in find("磨坊有多少座？", "磨坊12座", "12吨", "14 quays", "9 quays")}

    def found(text, total, confidence=0.9, dropped=None, **changes):
        values = {name: getattr(made[text], name) for name in Candidate.__slots__}
        return placed(Candidate(**values | {"kind_fit": 1.0} | changes), total, confidence, dropped)

    return found


def choose(*found, refuse_below=0.35, each=(), question="磨坊有多少座？"):
    return chosen(asked(question, "zh"), found, Weights(near=4.0), refuse_below=refuse_below, each=each)


def reasons(*found, **options):
    return {one.candidate.text: one.dropped for one in choose(*found, **options)}


def test_the_best_is_kept_and_what_is_nearly_as_good(found):
    assert reasons(found("12座", 10.0), found("3.5亿元", 6.5), found(WORKS, 5.0)) == {
        "12座": None,
        "3.5亿元": None,
        WORKS: "weaker",
    }


def test_another_report_may_lie_four_times_as_far_below(found):
    assert reasons(found("12座", 18.0), found("14", 2.5), found("9", 1.5)) == {"12座": None, "14": None, "9": "weaker"}


def test_of_another_report_the_figure_beside_the_same_words_is_preferred(tmp_path, bridge, known):
    one = document(tmp_path, "province.txt", "全省累计选派支边教师1569人。")
    other = document(tmp_path, "city.txt", "两批72名支边教师与216名青年教师结对，培训教师2368人次。")
    hits = [ranked(one, "1569人"), ranked(other, "72名")]
    what = asked("派了多少教师？", "zh")
    made = candidates(
        what, hits, [reading(hits[0], {"1569人": 6.0}), reading(hits[1], {"72名": 0.5, "216名": 1.0})], bridge
    )
    reports = {"province": one, "city": other}
    found = weighed(made, Named.of(what, bridge, known, reports.values()), Weights(), Calibration())

    kept = [f.candidate.text for f in chosen(what, found, Weights(), refuse_below=0.0) if f.dropped is None]
    assert kept[:2] == ["1569人", "72名"]


@pytest.mark.parametrize(
    ("question", "told"),
    [("12座磨坊里有几座是石头的？", {"12座"}), ("磨坊有多少座？", set()), ("面粉12吨是真的吗？", set())],
)
def test_a_figure_that_the_question_states_is_no_answer(weigh, question, told):
    found = weigh(question, "磨坊12座", marked={"12座": 6.0})

    assert {one.candidate.text for one in found if one.dropped == "told"} == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("去温岭市之前在哪里？", {"温岭市"}),
        ("县里的磨坊在哪里？", set()),
        ("磨坊在温岭市还是在别处？", set()),
        ("who built the mills?", set()),
    ],
)
def test_a_place_that_the_question_states_does_not_tell_where(tmp_path, bridge, known, question, told):
    report = document(tmp_path, "moved.txt", "2010年，磨坊由龙泉市迁到温岭市。")
    hit = ranked(report, "磨坊")
    what = asked(question, language_of(question))
    made = candidates(what, [hit], [reading(hit, {"温岭市": 5.0, "龙泉市": 4.0})], bridge)
    found = weighed(made, Named.of(what, bridge, known, [report]), Weights(), Calibration())

    assert {one.candidate.text for one in found if one.dropped == "told"} == told


def test_there_are_three_facts_at_most(found):
    made = [found("12座", 10.0), found("3.5亿元", 9.0), found(WORKS, 8.0), found("12吨", 7.5)]

    assert MOST_FACTS == 3
    assert [one.dropped for one in choose(*made)] == [None, None, None, "enough"]


def test_below_the_line_nothing_is_answered(found):
    assert reasons(found("12座", 10.0, 0.34), found("3.5亿元", 9.0, 0.3)) == {"12座": "unsure", "3.5亿元": "unsure"}
    assert reasons(found("12座", 10.0, 0.35)) == {"12座": None}
    assert reasons(found("12座", 10.0, 0.99), refuse_below=1.0) == {"12座": "unsure"}


def test_what_misses_something_is_never_kept_and_comes_behind(found):
    made = choose(found("12座", 10.0, dropped="missing: 1999"), found("3.5亿元", 9.0))

    assert [(one.candidate.text, one.dropped) for one in made] == [("3.5亿元", None), ("12座", "missing: 1999")]


def test_what_overlaps_a_fact_or_says_the_same_in_its_sentence_is_said_already(found):
    first, again = found("12座", 10.0), found("12座", 9.5)
    end = first.candidate.end

    assert [one.dropped for one in choose(first, again)] == [None, "said"]
    moved = found("12座", 9.5, start=end, end=end + 2)
    assert [one.dropped for one in choose(first, moved)] == [None, "said"]
    other = found("3.5亿元", 9.5)
    assert [one.dropped for one in choose(first, other)] == [None, None]


def test_a_figure_of_a_kind_that_fits_less_is_no_second_fact(found):
    assert reasons(found("12座", 10.0), found("3.5亿元", 9.9, kind_fit=0.5)) == {"12座": None, "3.5亿元": "kind"}
    assert reasons(found("3.5亿元", 10.0, kind_fit=0.5), found("12座", 9.9)) == {"3.5亿元": None, "12座": None}


def test_another_reports_figure_of_a_kind_that_fits_less_is_a_second_fact(found):
    assert reasons(found("12座", 10.0), found("9", 9.9, kind_fit=0.5)) == {"12座": None, "9": None}


def test_what_other_reports_say_comes_before_what_is_nearly_as_good(found):
    made = choose(found("12座", 10.0), found("3.5亿元", 9.9), found("14", 5.0), found("9", 4.0))

    assert [(one.candidate.text, one.dropped) for one in made] == [
        ("12座", None),
        ("14", None),
        ("9", None),
        ("3.5亿元", "enough"),
    ]


def test_reports_of_which_each_is_asked_about_come_before_the_rest(found):
    made = [found("12座", 10.0), found("14", 9.0), found("9", 8.0)]

    assert [one.candidate.text for one in choose(*made)] == ["12座", "14", "9"]
    assert [one.candidate.text for one in choose(*made, each=["mills", "bergen"])] == ["12座", "9", "14"]


def test_what_is_not_kept_comes_best_first(found):
    made = choose(found("12座", 10.0, dropped="kind"), found("14", 9.0, 0.1), found("9", 8.0), found(WORKS, 7.0, 0.1))

    assert [one.candidate.text for one in made] == ["9", "12座", "14", WORKS]


def test_a_list_is_answered_with_its_items(find, reports):
    [one, *_] = find("提供哪些东西？", "饼干")
    made = choose(placed(one, 10.0, 0.9), question="提供哪些东西？")

    assert [(entry.candidate.text, entry.dropped) for entry in made] == [("面粉", None), ("麦片", None), ("饼干", None)]
    assert {entry.candidate.sentence for entry in made} == {one.sentence}


def test_an_answer_to_a_question_for_a_list_that_is_none_stays_as_it_is(found):
    made = choose(found("12座", 10.0), question="有哪些磨坊？")

    assert [one.candidate.text for one in made] == ["12座"]


def test_a_long_list_has_twelve_items_at_most(tmp_path, bridge):
    names = "、".join(f"第{n}中学" for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯")
    report = document(tmp_path, "long.md", f"# 报告\n\n建成{names}。\n")
    hit = ranked(report, "建成")
    what = asked("建成哪些学校？", "zh")
    [one, *_] = candidates(what, [hit], [Reading.blank(text_of(hit))], bridge)

    made = chosen(what, [placed(one, 10.0, 0.9)], Weights(), refuse_below=0.3)

    assert len(made) == 12
    assert [made[0].candidate.text, made[11].candidate.text] == ["第甲中学", "第丑中学"]


def test_nothing_found_is_nothing_chosen():
    assert choose() == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["12座", "3.5亿元", WORKS, "14", "9"]), st.floats(-30, 30)), max_size=8))
def test_facts_are_few_sure_apart_and_before_the_rest(find, drawn):
    made = {one.text: one for one in find("磨坊有多少座？", "磨坊12座", "14 quays", "9 quays")}
    found = [
        placed(made[text], total, 1 / (1 + math.exp(-total))) for text, total in sorted(drawn, key=lambda one: -one[1])
    ]

    result = choose(*found)

    kept = [one for one in result if one.dropped is None]
    assert len(result) == len(found)
    assert result[: len(kept)] == kept
    assert len(kept) <= MOST_FACTS
    assert all(one.confidence >= 0.35 for one in kept)
    assert len({one.candidate.text for one in kept}) == len(kept)
    assert bool(kept) == any(one.confidence >= 0.35 for one in found)
    known_reasons = {None, "unsure", "said", "kind", "weaker", "enough"}
    assert {one.dropped for one in result} <= known_reasons
    assert json.dumps([one.dropped for one in result])
