"""How an answer came about, for a terminal and for machines."""

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

import bot.facts
from bot.assistant import Assistant, Trace
from bot.explain import explanation, explanation_record, reason
from bot.messages import say
from fakes import FakeEncoder
from index.retrieve import Retriever
from index.saved import SavedIndex
from small import document, ranked

QUAYS = "how many quays did the port rebuild in 2018?"


@pytest.fixture(scope="module")
def assistant(small_index):
    return Assistant(Retriever(SavedIndex.load(small_index), FakeEncoder()))


def shown(traces, language, width=200):
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=True)
    for part in explanation(traces, language):
        console.print(part)
    return console.file.getvalue()


def test_the_record_tells_what_is_asked_for_and_what_was_found(assistant):
    answer, traces = assistant.explain(QUAYS)
    [record] = explanation_record(traces)

    assert json.loads(json.dumps(record, ensure_ascii=False)) == record
    assert (record["question"], record["wants"], record["counted"]) == (QUAYS, "quantity", "quays")
    assert record["kinds"]["count"] == 1.0
    assert record["years"] == [2018]
    assert [(one["document"], one["start"]) for one in record["passages"]] == [
        (one.document, one.start) for one in answer.passages
    ]


def test_the_record_holds_each_candidate_with_its_place_and_what_became_of_it(assistant):
    answer, traces = assistant.explain(QUAYS)
    spans = explanation_record(traces)[0]["spans"]

    assert [one["text"] for one in spans if one["dropped"] is None] == [fact.value for fact in answer.facts]
    assert any((one["dropped"] or "").startswith("missing: 2018") for one in spans)
    for one in spans:
        assert assistant.documents[one["document"]].text[one["start"] : one["end"]] == one["text"]
        assert 0 <= one["confidence"] <= 1


def test_there_is_a_record_for_each_question_of_a_message(assistant):
    _, traces = assistant.explain("文化局选派了多少名图书管理员？1999年全县新建了多少座图书馆？")

    first, second = explanation_record(traces)
    assert (first["years"], second["years"]) == ([], [1999])
    assert first["spans"][0]["dropped"] is None
    assert second["spans"][0]["dropped"] == "missing: 1999"


def test_what_has_no_trace_has_no_record(assistant):
    assert explanation_record(assistant.explain("hello")[1]) == []
    assert shown([], "en") == ""


def test_the_terminal_shows_question_passages_and_candidates(assistant):
    text = shown(assistant.explain(QUAYS)[1], "en")

    assert text.startswith(f"Question read: {QUAYS}\nAsks for: quantity, count, ")
    assert re.search(r"quays, 2018\n", text)
    for words in ("Passages", "What may answer", "larvik", "kept", "says nothing of 2018"):
        assert words in text


def test_the_terminal_shows_it_in_chinese_as_well(assistant):
    text = shown(assistant.explain("1999年新建了多少座图书馆？")[1], "zh")

    assert text.startswith("所问： 1999年新建了多少座图书馆?\n要找： quantity, ")
    for words in ("段落", "候选答案", "23座", "没有涉及1999"):
        assert words in text


def test_kinds_are_shown_best_first(assistant):
    [line] = [one for one in shown(assistant.explain(QUAYS)[1], "en").splitlines() if one.startswith("Asks for:")]
    kinds = assistant.explain(QUAYS)[1][0].asked.kinds

    listed = [one for one in line.removeprefix("Asks for: ").split(", ") if one in kinds]
    assert sorted(listed) == sorted(kinds)
    assert [kinds[one] for one in listed] == sorted(kinds.values(), reverse=True)


@pytest.mark.parametrize("width", [20, 80, 200])
def test_a_narrow_terminal_breaks_lines_and_loses_no_verdict(assistant, width):
    text = shown(assistant.explain(QUAYS)[1], "en", width)

    assert "14" in text
    assert max(map(len, text.splitlines())) <= max(width, len(QUAYS) + 20)


def test_a_long_passage_is_cut_and_stands_on_one_line(assistant):
    _, [trace] = assistant.explain(QUAYS)
    for hit in trace.ranked:
        assert hit.document.text[hit.passage.start : hit.passage.end] not in shown([trace], "en") or (
            hit.passage.end - hit.passage.start <= 60
        )
    assert "…" in shown([trace], "en")


def test_hostile_text_is_inert(assistant):
    _, [trace] = assistant.explain("how many \x1b[31mquays\x1b[0m [red]did[/red] the port \u202erebuild?")

    text = shown([trace], "en")
    assert "\x1b[31m" not in text
    assert "\u202e" not in text
    assert "[red]did[/red]" in text


def test_hostile_text_of_a_report_is_inert(assistant, tmp_path):
    report = document(tmp_path, "hostile.md", "# Hostile\n\nThe [bold]port[/bold] \u202erebuilt 9 :smile: quays.\n")
    _, [trace] = assistant.explain(QUAYS)

    text = shown([Trace(trace.asked, (ranked(report, "quays"),), ())], "en")
    assert "[bold]port[/bold]" in text
    assert ":smile:" in text
    assert "\u202e" not in text


def test_no_more_than_twelve_candidates_are_shown(assistant):
    _, [trace] = assistant.explain(QUAYS)
    many = Trace(trace.asked, (), trace.found * 5)

    assert len(many.found) > 12
    assert shown([many], "en").count("larvik") + shown([many], "en").count("bergen") <= 12
    assert len(explanation_record([many])[0]["spans"]) == len(many.found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_reason_that_a_fact_is_dropped_for_has_its_words(assistant, language):
    _, [trace] = assistant.explain(QUAYS)
    documented = re.findall(r"\((\w+)\b", bot.facts.Found.__doc__.split("`dropped`")[1])
    assert set(documented) == {"missing", "unsure", "said", "kind", "weaker", "told", "enough"}

    said = {
        reason(replace(trace.found[0], dropped=f"{key}: 1999" if key == "missing" else key), language)
        for key in documented
    }
    assert len(said) == len(documented)
    assert any("1999" in words for words in said)


def test_what_was_kept_is_said_to_be(assistant):
    _, [trace] = assistant.explain(QUAYS)

    assert {reason(one, "en") for one in trace.found if one.dropped is None} == {say("kept", "en")}
