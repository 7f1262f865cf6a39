"""Answers and passages for a terminal, safe whatever the reports hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, SourceStretch
from bot.cite import cite
from bot.render import answer_text, passage_text, plain, source_note
from index.sentences import sentences
from small import LARVIK, LIBRARY, document


def bold(text):
    """Return the parts of a rich text that are bold."""
    return [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]


def citation(quote, number=1):
    return Citation(number, "d", "D", (), quote, 0, len(quote), (SourceStretch(3, None, quote),))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "a[31mb[0m"),
        ("a\u202eb\u2066c", "abc"),
        ("a\x07\x00\x9bb", "ab"),
        ("a\u200bb\U000e0041", "ab"),
        ("a\ud800b\ue000", "ab"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("图书馆，23座。", "图书馆，23座。"),
        ("a\rb", "ab"),
    ],
)
def test_characters_that_steer_a_terminal_are_left_out(text, shown):
    assert plain(text) == shown


@given(st.text())
def test_plain_text_has_no_control_characters_but_line_ends_and_tabs(text):
    assert not [c for c in plain(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\n\t"]


def test_the_figures_of_a_quote_are_bold():
    quote = "The port rebuilt 14座 quays."
    answer = Answer("q", "answered", "en", f"“{quote}” [1]\n    Report of 2015", citations=(citation(quote),))

    shown = answer_text(answer)

    assert shown.plain == answer.text
    assert bold(shown) == ["14座"]


def test_markup_in_a_report_is_shown_and_not_obeyed():
    quote = "[bold red]It cost[/] [link=http://x]nothing[/link]."
    answer = Answer("q", "answered", "en", f"“{quote}” [1]", citations=(citation(quote),))

    assert answer_text(answer).plain == f"“{quote}” [1]"


def test_escapes_in_a_report_do_not_reach_the_terminal_and_its_figures_stay_bold():
    quote = "\x1b[2JIt built \u202e23座."
    answer = Answer("q", "answered", "zh", f"“{quote}” [1]", citations=(citation(quote),))

    shown = answer_text(answer)

    assert shown.plain == "“[2JIt built 23座.” [1]"
    assert bold(shown)[-1] == "23座"


def test_what_a_follow_up_was_asked_as_stands_above_the_answer():
    answer = Answer("那医生呢？", "not_found", "zh", "报告中没有说明。", asked_as="派了多少医生？")

    assert answer_text(answer).plain == "理解为：派了多少医生？\n报告中没有说明。"


def test_a_passage_is_marked_in_its_surroundings(tmp_path):
    report = document(tmp_path, "larvik.md", LARVIK)
    start = report.text.index("The port office")
    span = next(span for span in sentences(report.text) if span[0] == start)

    shown = passage_text(report, span, "en").plain

    assert "【The port office trained 86 pilots in 2019.】 Nobody was hurt." in shown
    assert "The port rebuilt 14 quays" in shown
    assert "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)" in shown
    assert "Port of Larvik › People" in shown
    assert f"{report.path}, line 18" in shown


def test_a_passage_shows_only_what_stands_near_it(tmp_path):
    filler = "这一段说的是别的事情，没有人需要看到它。" * 3
    report = document(tmp_path, "long.txt", "\n\n".join([filler] * 100 + ["正中间有23座图书馆。"] + [filler] * 100))
    start = report.text.index("正中间")

    shown = passage_text(report, (start, start + 11), "zh").plain

    assert "【正中间有23座图书馆。】" in shown
    assert len(shown) < 1500 < len(report.text)


@pytest.mark.parametrize("place", ["first", "last"])
def test_the_first_and_the_last_sentence_have_surroundings_too(tmp_path, place):
    report = document(tmp_path, "larvik.md", LARVIK)
    found = sentences(report.text)
    span = found[0] if place == "first" else found[-1]

    assert f"【{report.text[slice(*span)]}】" in passage_text(report, span, "en").plain


def test_a_passage_of_a_report_with_escapes_is_shown_without_them(tmp_path):
    report = document(tmp_path, "red.txt", "The lamp \u202eshone red\u2066 for 12 days. It went out.\n")

    shown = passage_text(report, sentences(report.text)[0], "en").plain

    assert "【The lamp shone red for 12 days.】 It went out." in shown


def test_the_joint_of_a_quote_that_was_apart_is_shown(tmp_path):
    report = document(tmp_path, "图书馆.md", LIBRARY)
    start = report.text.index("志愿者")
    span = next(span for span in sentences(report.text) if span[0] == start)

    assert source_note(cite(report, span, 1), "zh") == "志愿者每周 (第18行)⸨…⸩开放两个晚上。 (第19行)"
    assert source_note(cite(report, span, 1), "en") == "志愿者每周 (line 18) ⸨…⸩ 开放两个晚上。 (line 19)"


def test_a_quote_of_one_piece_has_no_joint(tmp_path):
    assert source_note(citation("It cost 5 krone."), "en") == "It cost 5 krone. (line 3)"
