"""Whole pages of real answers, as people of the messenger read them, in both languages."""

from dataclasses import replace

import pytest

from bot.answer import Answer, FoundPassage
from bot.compose import Composer
from bot.messages import say
from bot.messenger.pages import answer_pages, fact_page, more_pages, passage_page, text_pages, why_page
from bot.messenger.passage_page import NoCitation
from small import BERGEN, LARVIK, LIBRARY, LIBRARY_EN, documents, found_in, ranked
from telegram_html import check_page, read_html

KEY = "V1StGXR8_Z5j"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    named = {"larvik.md": LARVIK, "bergen.md": BERGEN, "zh.md": LIBRARY, "en.md": LIBRARY_EN}
    return documents(tmp_path_factory.mktemp("messenger"), named)


@pytest.fixture(scope="module")
def found(reports):
    """Give a function that makes a part of a report, a figure where it is one, a candidate that was chosen."""

    def found(report, part, confidence=0.9):
        return found_in(reports[report], part, confidence)

    return found


@pytest.fixture(scope="module")
def composed(reports):
    """Give a function that makes the answer to questions, each a list of what was chosen, as the assistant does."""

    def composed(language, *questions, listed=False, asked_as=None):
        composer = Composer(language, {})
        facts, texts = [], []
        for chosen in questions:
            if isinstance(chosen, str):  # what was looked for, and the report whose first sentence stands nearest
                looked_for, report = chosen.split("@")
                hit = ranked(reports[report], "23" if report.startswith("library") else "quays")
                words = [say("not_found", language, looked_for=looked_for), say("nearest", language)]
                texts.append("\n".join([*words, composer.nearest(hit.document, hit.sentences[0].span)]))
                continue
            made = [composer.fact(one) for one in chosen]
            facts += made
            texts.append(composer.text(made, chosen, listed=listed))
        passages = (FoundPassage("larvik", 0, 9, 0.9312, "Port of Larvik"), FoundPassage("bergen", 0, 5, 0.4, "Port"))
        times = {"retrieve": 52.1, "read": 1248.0, "total": 1300.1}
        status = "answered" if facts else "not_found"
        return Answer(
            "how many?", status, language, "\n".join(texts), tuple(facts), composer.citations, passages, asked_as,
            timings_ms=times,
        )  # fmt: skip

    return composed


def shown(answer):
    (page,) = answer_pages(answer, KEY)
    check_page(page)
    return page


def labels(page):
    return [[button.text for button in row] for row in page.buttons]


def carried(page):
    return [[button.data for button in row] for row in page.buttons]


# --- Answers


def test_an_answer_shows_the_figure_whose_it_is_the_quote_and_its_place(composed, found):
    page = shown(composed("en", [found("larvik", "14 quays")]))

    assert page.html == (
        "<b>14 quays</b>\n"
        "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "<blockquote expandable>“The port rebuilt <b>14 quays</b> between 2015 and 2021.”</blockquote>\n"
        "<i>[1] Quays, line 14</i>"
    )
    assert labels(page) == [["📖 See it in the report"], ["Why"], ["👍 Right", "👎 Wrong"]]
    assert carried(page) == [[f"p:{KEY}:1"], [f"y:{KEY}:0"], [f"r:{KEY}:0", f"w:{KEY}:0"]]


def test_a_chinese_answer_is_chinese_all_over(composed, found):
    page = shown(composed("zh", [found("library-zh", "23座")]))

    assert page.html == (
        "<b>23座</b>\n"
        "《平川县图书馆报告》（平川县文化局，平川县，2016–2020）\n"
        "<blockquote expandable>“全县新建图书馆<b>23座</b>，其中乡镇图书馆17座。”</blockquote>\n"
        "<i>[1] 馆舍，第14行</i>"
    )
    assert labels(page) == [["📖 看原文"], ["依据"], ["👍 对", "👎 不对"]]


def test_a_figure_in_another_language_is_shown_in_the_askers_and_marked_as_it_stands(composed, found):
    page = shown(composed("en", [found("library-zh", "358名")]))

    assert page.plain.startswith("358 people\n“平川县图书馆报告”")
    assert "文化局选派图书管理员<b>358名</b>。" in page.html


def test_an_answer_from_a_summary_says_so(composed, found):
    english = shown(composed("en", [found("library-en", "23 libraries")]))
    chinese = shown(composed("zh", [found("library-en", "23 libraries")]))

    assert "citewise's summary of “Libraries of Pingchuan” (Pingchuan Culture Office, 2020)" in english.plain
    assert "citewise 对《Libraries of Pingchuan》（Pingchuan Culture Office，2020）的概述" in chinese.plain
    assert "[1] Libraries of Pingchuan, a summary, line 16" in english.plain


def test_facts_of_two_reports_stand_apart(composed, found):
    page = shown(composed("en", [found("larvik", "14 quays"), found("bergen", "9 quays", 0.8)]))

    assert page.plain.split("\n\n")[1] == (
        "9 quays\n“Port of Bergen” (Bergen Port Office, Bergen, 2018)\n“The port rebuilt 9 quays in 2018.”\n[2] line 12"
    )
    assert labels(page)[0] == ["📖 1", "📖 2"]


def test_a_list_is_one_line_over_one_quote(composed, found):
    chosen = [found("larvik", "14"), found("larvik", "2015"), found("larvik", "2021")]

    page = shown(composed("en", chosen, listed=True))

    assert page.html.startswith("<b>14, 2015, 2021</b>\n“Port of Larvik”")
    assert "“The port rebuilt <b>14</b> quays between <b>2015</b> and <b>2021</b>.”" in page.html
    assert page.html.count("<blockquote") == 1


def test_facts_of_one_sentence_share_its_quote(composed, found):
    page = shown(composed("en", [found("larvik", "14 quays"), found("larvik", "2021", 0.8)]))

    assert page.plain.splitlines()[:2] == ["14 quays", "2021"]
    assert page.html.count("<blockquote") == 1


def test_a_sentence_that_answers_whole_is_said_once(composed, found):
    page = shown(composed("en", [found("larvik", "Nobody was hurt.")]))

    assert page.html == (
        "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021) says:\n"
        "<blockquote expandable>“Nobody was hurt.”</blockquote>\n"
        "<i>[1] People, line 18</i>"
    )


def test_what_was_not_found_is_said_with_the_nearest_sentence(composed):
    page = shown(composed("en", "how many cranes sank@larvik"))

    assert page.html == (
        "The reports do not say. I looked for: how many cranes sank.\n"
        "The nearest sentence in the reports:\n"
        "<blockquote expandable>“The port rebuilt 14 quays between 2015 and 2021.”</blockquote>\n"
        "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "<i>[1] Quays, line 14</i>"
    )
    assert labels(page) == [["📖 See it in the report"], ["Why"], ["👍 Right", "👎 Wrong"]]


def test_of_two_questions_the_one_that_is_not_answered_is_told_too(composed, found):
    page = shown(composed("zh", [found("library-zh", "23座")], "有几个咖啡馆@larvik"))

    assert "23座" in page.plain
    assert "报告中没有说明。我查找的是：有几个咖啡馆。" in page.plain
    assert labels(page)[0] == ["📖 1", "📖 2"]


def test_what_a_follow_up_was_understood_as_stands_first(composed, found):
    english = shown(composed("en", [found("bergen", "9 quays")], asked_as="how many quays? and in <2018>?"))
    chinese = shown(composed("zh", [found("library-zh", "23座")], asked_as="几座？那2020年呢？"))

    assert english.html.startswith("<i>asked as: how many quays? and in &lt;2018&gt;?</i>\n\n<b>9 quays</b>\n")
    assert chinese.plain.startswith("理解为：几座？那2020年呢？\n\n23座")


def test_the_fourth_figure_is_behind_a_button(composed, found):
    parts = ["14 quays", "120 tonnes", "86 pilots"]
    chosen = [*(found("larvik", part, 0.9 - 0.1 * i) for i, part in enumerate(parts)), found("bergen", "9 quays", 0.5)]
    answer = composed("en", chosen)

    first, (more,) = shown(answer), more_pages(answer.record(), KEY, "en")

    assert "9 quays" not in first.plain
    assert labels(first)[:2] == [["📖 1", "📖 2", "📖 3"], ["More figures (1)", "Why"]]
    assert carried(first)[1] == [f"m:{KEY}:0", f"y:{KEY}:0"]
    assert more.html.startswith("<b>Also in the reports:</b>\n\n<b>9 quays</b>\n“Port of Bergen”")
    assert carried(more) == [[f"p:{KEY}:4"]]
    check_page(more)


def test_each_question_of_a_message_has_its_best_fact_shown(composed, found):
    first = [found("larvik", part, 0.8 - 0.1 * i) for i, part in enumerate(["14 quays", "120 tonnes", "86 pilots"])]
    second = [found("bergen", "9 quays", 0.9), found("library-zh", "358名", 0.6)]
    answer = composed("en", first, second)

    page = shown(answer)

    assert [part in page.plain for part in ("14 quays", "120 tonnes", "86 pilots", "9 quays", "358 people")] == [
        True, True, False, True, False,
    ]  # fmt: skip
    assert labels(page)[1] == ["More figures (2)", "Why"]
    assert [part in more_pages(answer.record(), KEY, "en")[0].plain for part in ("86 pilots", "358 people")] == [
        True
    ] * 2


def test_a_fact_alone_has_its_question_and_its_quote(composed, found):
    page = fact_page(composed("en", [found("larvik", "14 quays"), found("bergen", "9 quays")]), 1)

    check_page(page)
    assert page.plain == (
        "how many?\n\n9 quays\n“Port of Bergen” (Bergen Port Office, Bergen, 2018)\n"
        "“The port rebuilt 9 quays in 2018.”\n[2] line 12"
    )
    assert page.buttons == ()


def test_nothing_more_is_said_kindly(composed, found):
    answer = composed("zh", [found("library-zh", "23座")])

    assert more_pages(answer.record(), KEY, "zh")[0].plain == "没有更多了，找到的都在回答里。"


def test_a_figure_is_marked_where_it_stands_alone(composed, found):
    answer = composed("en", [found("larvik", "14")])
    quote = "In 1814, 3.14 and 140 were no 14."
    citation = replace(answer.citations[0], quote=quote)
    text = answer.text.replace(answer.citations[0].quote, quote)

    page = shown(replace(answer, citations=(citation,), text=text))

    assert "“In 1814, 3.14 and 140 were no <b>14</b>.”" in page.html


def test_a_long_quote_is_cut_behind_a_sentence_and_said_to_be(composed, found):
    answer = composed("en", [found("larvik", "14")])
    quote = "There were 14 quays. " + "The port rebuilt them all. " * 60
    citation = replace(answer.citations[0], quote=quote)

    page = shown(replace(answer, citations=(citation,), text=answer.text.replace(answer.citations[0].quote, quote)))

    shortened = page.plain.split("“")[-1].split("”")[0]
    assert quote.startswith(shortened)
    assert shortened.endswith("them all.")
    assert "them all.” … (shortened; 📖 shows all)</blockquote>" in page.html


def test_markup_in_reports_is_text(composed, found):
    answer = composed("en", [found("larvik", "14")])
    quote = "<b>14</b> & <a href='tg://user?id=1'>me</a> &amp;"
    citation = replace(answer.citations[0], quote=quote, heading=("</i><code>",))
    text = answer.text.replace(answer.citations[0].quote, quote)

    page = shown(replace(answer, citations=(citation,), text=text))

    assert f"“{quote}”" in page.plain
    assert "[1] </i><code>, line 14" in page.plain


def test_writing_from_right_to_left_is_shut_in(composed, found):
    answer = composed("en", [found("larvik", "14")])
    quote = "כתובת 14 \u202eevil\u2066 end"
    citation = replace(answer.citations[0], quote=quote)

    page = shown(replace(answer, citations=(citation,), text=answer.text.replace(answer.citations[0].quote, quote)))

    assert "“\u200e\u2068כתובת 14 evil end\u2069”" in page.plain


def test_small_talk_and_mistakes_have_no_buttons():
    for status, text in (("chat", "Hello."), ("error", "There is no question <here>.")):
        page = shown(Answer("hi", status, "en", text))

        assert (page.plain, page.buttons) == (text, ())


def test_questions_to_choose_from_are_buttons():
    answer = Answer("how many?", "clarify", "en", "Which do you mean?", choices=("How many quays?", "How many pilots?"))

    page = shown(answer)

    assert page.html == "Which do you mean?"
    assert labels(page) == [["How many quays?"], ["How many pilots?"]]
    assert carried(page) == [[f"c:{KEY}:0"], [f"c:{KEY}:1"]]


def test_questions_too_long_for_a_button_stand_whole_above():
    long = "How many of the quays that the port rebuilt between 2015 and 2021 are for ferries?"

    page = shown(Answer("how many?", "clarify", "en", "Which do you mean?", choices=("Quays?", long)))

    assert page.plain == f"Which do you mean?\n\n1. Quays?\n2. {long}"
    assert labels(page)[1] == ["2. How many of the quays that the port rebuilt between 2015 an…"]


def test_a_text_of_any_length_is_cut_between_lines_and_nothing_is_lost():
    lines = [f"- {number} " + "port " * 20 for number in range(200)]

    made = text_pages("\n".join(lines))

    assert len(made) > 1
    assert "\n".join(page.plain for page in made) == "\n".join(line.strip() for line in lines)
    for page in made:
        check_page(page)


# --- A passage in its surroundings


def test_a_passage_stands_in_its_surroundings(composed, found, reports):
    record = composed(
        "en", [found("larvik", "86 pilots"), found("larvik", "14 quays"), found("bergen", "9 quays")]
    ).record()

    page = passage_page(record, 1, reports["larvik"], KEY, "en")

    check_page(page)
    assert page.html.startswith(
        "<b>“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)</b>\n<i>[1] People, line 18</i>\n\n<blockquote>"
    )
    assert "<b>The port office trained 86 pilots in 2019.</b> Nobody was hurt.</blockquote>" in page.html
    assert "A new crane lifts 120 tonnes." in page.plain
    assert carried(page) == [[f"p:{KEY}:2"]]
    assert labels(page) == [["2 ▶"]]
    assert labels(passage_page(record, 2, reports["larvik"], KEY, "en")) == [["◀ 1", "3 ▶"]]


def test_a_passage_that_repair_joined_is_shown_as_its_file_has_it(composed, found, reports):
    record = composed("zh", [found("library-zh", "两个晚上")]).record()

    page = passage_page(record, 1, reports["library-zh"], KEY, "zh")

    check_page(page)
    assert "<b>志愿者每周开放两个晚上。</b>" in page.html
    assert page.html.endswith(
        "文件中的原文：\n<blockquote expandable>志愿者每周 (第18行)⸨…⸩开放两个晚上。 (第19行)</blockquote>"
    )


def test_a_passage_of_a_report_that_changed_is_still_shown(composed, found, reports):
    record = composed("en", [found("larvik", "14 quays")]).record()

    moved = passage_page(record, 1, replace(reports["larvik"], text="New. " + reports["larvik"].text), KEY, "en")
    gone = passage_page(record, 1, replace(reports["larvik"], text="All is new."), KEY, "en")

    assert "<b>The port rebuilt 14 quays between 2015 and 2021.</b> A new crane" in moved.html
    assert gone.html.endswith(
        "This report has changed since the answer. The quote as it stood:\n\n"
        "<blockquote><b>The port rebuilt 14 quays between 2015 and 2021.</b></blockquote>"
    )


def test_a_citation_that_is_not_there_is_an_error_of_one_line(composed, found, reports):
    record = composed("en", [found("larvik", "14 quays")]).record()

    with pytest.raises(NoCitation, match=r"^The last answer has no citation 7\.$"):
        passage_page(record, 7, reports["larvik"], KEY, "en")


@pytest.mark.parametrize("filler", ["Much is said here. ", "words without an end ", "字" * 40 + "。", "😀"])
def test_the_surroundings_of_a_passage_in_a_long_paragraph_are_whole_sentences(composed, found, reports, filler):
    record = composed("en", [found("larvik", "14 quays")]).record()
    quote = record["citations"][0]["quote"]
    long = replace(reports["larvik"], text=f"{filler * 2000}{quote} {filler * 2000}")

    page = passage_page(record, 1, long, KEY, "en")

    check_page(page)
    assert f"<b>{quote}</b>" in page.html
    before, after = read_html(page.html).text.split("\n\n", 1)[1].split(quote)
    assert before.startswith("… ")
    assert after.endswith(" …")
    if filler.startswith("Much"):
        assert before.removeprefix("… ").startswith("Much is said here. Much")
        assert after.removesuffix(" …").endswith("Much is said here.")


# --- Why


def test_why_is_told_in_plain_words(composed, found):
    answer = composed("en", [found("larvik", "14 quays", 0.997), found("bergen", "9 quays", 0.62)])

    page = why_page(answer.record(), KEY, "en")

    check_page(page)
    assert page.html == (
        "<b>Why this answer</b>\n"
        "What I looked for: how many?\n\n"
        "<b>How sure I am:</b>\n"
        "very sure (99 %): 14 quays\n"
        "not quite sure (62 %): 9 quays\n\n"
        "<b>Passages that fit best, of 100 points:</b>\n"
        "93 – Port of Larvik: Port of Larvik\n"
        "40 – Port of Bergen: Port\n\n"
        "It took 1.3 s: 0.1 s to search, 1.2 s to read."
    )
    assert carried(page) == [[f"p:{KEY}:1", f"p:{KEY}:2"]]


def test_why_nothing_was_found_is_told_in_chinese(composed):
    answer = replace(composed("zh", "有几个咖啡馆@library-zh"), passages=(), timings_ms={}, asked_as="有几个咖啡馆？")

    page = why_page(answer.record(), KEY, "zh")

    assert page.plain == "为什么这样回答\n我找的是：有几个咖啡馆？\n\n没有哪一句足以作为答案。\n\n没有查看任何段落。"
