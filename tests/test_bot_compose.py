"""From chosen facts to the text of an answer with its citations."""

from decimal import Decimal

import pytest

from bot.answer import Quantity
from bot.compose import Composer
from index.sentences import sentences
from small import BERGEN, LARVIK, LIBRARY, LIBRARY_EN, document, documents, found_in

MILLS = """---
id: mills
title: 磨坊报告
language: zh
publisher: 平川县文化局
period: 2018-2021
---

# 磨坊报告

2018年3月1日，全县新建磨坊12座，投入资金3.5亿元；培训工人近3000名。局长王芳说，这是第二次扩建。

文化局推广“师带徒”模式，提供面粉、麦片和饼干。
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compose")
    named = {"mills.md": MILLS, "larvik.md": LARVIK, "bergen.md": BERGEN, "zh.md": LIBRARY, "en.md": LIBRARY_EN}
    return documents(folder, named)


@pytest.fixture(scope="module")
def found(reports):
    """Give a function that makes a part of a report, a figure where it is one, a candidate that was chosen."""

    def found(report, part, confidence=0.9):
        return found_in(reports[report], part, confidence)

    return found


def composed(language, *found, listed=False, names=None):
    """Return the text that a composer makes of what was chosen."""
    composer = Composer(language, names or {})
    return composer.text([composer.fact(one) for one in found], found, listed=listed)


# --- Facts


def test_a_fact_is_verbatim_with_whose_it_is_and_how_sure(found):
    fact = Composer("zh", {}).fact(found("mills", "3.5亿元", 0.87654321))

    assert (fact.value, fact.display) == ("3.5亿元", "3.5亿元")
    assert fact.scope == "平川县文化局, 2018–2021"
    assert fact.confidence == 0.8765
    assert fact.citations == (1,)
    assert Decimal(fact.quantity.number) == 350_000_000
    assert (fact.quantity.unit, fact.quantity.approximation) == ("yuan", None)


@pytest.mark.parametrize(
    ("report", "part", "quantity"),
    [
        ("mills", "12座", Quantity("12", None, None)),
        ("mills", "近3000名", Quantity("3000", "person", "nearly")),
        ("larvik", "120 tonnes", Quantity("120", "tonne", None)),
        ("mills", "2018年3月1日", None),
        ("mills", "王芳", None),
        ("mills", "局长王芳说，这是第二次扩建。", None),
    ],
)
def test_only_an_amount_has_a_number_and_a_unit(found, report, part, quantity):
    assert Composer("en", {}).fact(found(report, part)).quantity == quantity


@pytest.mark.parametrize(
    ("report", "part", "language", "display"),
    [
        ("mills", "3.5亿元", "en", "350 million yuan"),
        ("mills", "近3000名", "en", "nearly 3,000 people"),
        ("mills", "12座", "en", "12"),
        ("mills", "2018年3月1日", "en", "March 1, 2018"),
        ("larvik", "120 tonnes", "zh", "120吨"),
        ("larvik", "2019", "zh", "2019年"),
        ("mills", "3.5亿元", "zh", "3.5亿元"),
        ("larvik", "120 tonnes", "en", "120 tonnes"),
    ],
)
def test_an_amount_is_shown_in_the_language_of_the_answer_and_kept_as_it_stands(found, report, part, language, display):
    fact = Composer(language, {}).fact(found(report, part))

    assert (fact.value, fact.display) == (part, display)


@pytest.mark.parametrize(
    ("part", "display"),
    [
        ("王芳", "王芳 (Wang Fang)"),
        ("文化局", "文化局 (Culture Office)"),
        ("“师带徒”", "“师带徒” (master and apprentice)"),
    ],
)
def test_a_chinese_name_in_an_english_answer_has_its_english_name_or_its_spelling_behind_it(found, part, display):
    names = {"文化局": "Culture Office", "师带徒": "master and apprentice"}

    assert Composer("en", names).fact(found("mills", part)).display == display


def test_an_english_name_in_a_chinese_answer_stays_as_it_is(found):
    assert Composer("zh", {}).fact(found("larvik", "port office")).display == "port office"


def test_a_whole_sentence_in_the_other_language_stays_as_it_is(found):
    sentence = "局长王芳说，这是第二次扩建。"

    assert Composer("en", {}).fact(found("mills", sentence)).display == sentence


# --- Citations


def test_citations_are_numbered_in_the_order_in_which_they_are_made(reports, found):
    composer = Composer("zh", {})
    facts = [composer.fact(found(*one)) for one in (("mills", "12座"), ("larvik", "120 tonnes"), ("mills", "王芳"))]

    assert [fact.citations for fact in facts] == [(1,), (2,), (3,)]
    assert [(one.number, one.document) for one in composer.citations] == [(1, "mills"), (2, "larvik"), (3, "mills")]
    for one in composer.citations:
        assert one.quote == reports[one.document].text[one.start : one.end]


def test_a_sentence_is_cited_once_however_many_facts_it_proves(found):
    composer = Composer("zh", {})
    facts = [composer.fact(found("mills", part)) for part in ("12座", "3.5亿元", "近3000名")]

    assert [fact.citations for fact in facts] == [(1,), (1,), (1,)]
    assert len(composer.citations) == 1


def test_two_reports_that_say_the_same_at_the_same_place_are_cited_apart(reports, tmp_path):
    composer = Composer("zh", {})
    other = document(tmp_path, "other.md", MILLS.replace("id: mills", "id: other"))
    span = sentences(other.text)[1]

    numbers = [composer.cited(one, span).number for one in (reports["mills"], other, reports["mills"])]

    assert numbers == [1, 2, 1]


def test_a_composer_that_made_nothing_has_no_citations():
    assert Composer("zh", {}).citations == ()


# --- Text


def test_one_fact_is_the_figure_then_whose_it_is_then_the_sentence(found):
    assert composed("en", found("larvik", "86")) == (
        "86 — “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "    “The port office trained 86 pilots in 2019.” [1], line 18"
    )
    assert composed("zh", found("library-zh", "358名")) == (
        "358名 — 《平川县图书馆报告》（平川县文化局，平川县，2016–2020）\n    “文化局选派图书管理员358名。” [1]，第18行"
    )


def test_several_facts_are_a_list_each_with_its_proof(found):
    assert composed("en", found("larvik", "14"), found("bergen", "9 quays")) == (
        "- 14 — “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "    “The port rebuilt 14 quays between 2015 and 2021.” [1], line 14\n"
        "- 9 quays — “Port of Bergen” (Bergen Port Office, Bergen, 2018)\n"
        "    “The port rebuilt 9 quays in 2018.” [2], line 12"
    )


def test_the_items_of_a_list_are_one_line_with_one_proof(found):
    items = [found("mills", part) for part in ("面粉", "麦片", "饼干")]
    proof = "“文化局推广“师带徒”模式，提供面粉、麦片和饼干。” [1]"

    assert composed("zh", *items, listed=True) == (
        f"面粉、麦片、饼干 — 《磨坊报告》（平川县文化局，2018–2021）\n    {proof}，第13行"
    )
    assert composed("en", *items, listed=True).startswith(
        "面粉 (Mianfen), 麦片 (Maipian), 饼干 (Binggan) — “磨坊报告” (平川县文化局, 2018–2021)\n"
    )


def test_one_item_alone_is_no_list(found):
    one = found("mills", "面粉")

    assert composed("zh", one, listed=True) == composed("zh", one)


def test_a_whole_sentence_stands_once_behind_whose_words_it_is(found):
    assert composed("en", found("larvik", "The port office trained 86 pilots in 2019.")) == (
        "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021) says:\n"
        "    “The port office trained 86 pilots in 2019.” [1], line 18"
    )
    assert composed("zh", found("mills", "局长王芳说，这是第二次扩建。")) == (
        "《磨坊报告》（平川县文化局，2018–2021）：\n    “局长王芳说，这是第二次扩建。” [1]，第11行"
    )


def test_a_figure_of_a_summary_is_said_to_be_of_one(found):
    assert composed("en", found("library-en", "23")).startswith(
        "23 — citewise's summary of “Libraries of Pingchuan” (Pingchuan Culture Office, 2020)\n"
    )


def test_the_nearest_sentence_is_quoted_with_whose_it_is(reports):
    composer = Composer("en", {})
    report = reports["larvik"]
    start = report.text.index("Nobody")

    assert composer.nearest(report, (start, start + len("Nobody was hurt."))) == (
        "“Nobody was hurt.” [1]\n    “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021), line 18"
    )
    assert [one.quote for one in composer.citations] == ["Nobody was hurt."]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_quote_of_a_text_is_a_citation_with_its_number(found, language):
    composer = Composer(language, {})
    chosen = [found(*one) for one in (("mills", "12座"), ("larvik", "120 tonnes"), ("mills", "王芳"))]
    text = composer.text([composer.fact(one) for one in chosen], chosen, listed=False)

    assert len(text.splitlines()) == 6
    for one in composer.citations:
        assert f"“{one.quote}” [{one.number}]" in text
