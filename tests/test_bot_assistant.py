"""Questions to answers, on small reports and with the fake encoder."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.answer import Quantity
from bot.assistant import Assistant
from bot.reader.spans import Reading
from fakes import FakeEncoder
from index.retrieve import Retriever
from index.saved import SavedIndex
from small import REPORTS, check_record

HOSTILE = json.loads((Path(__file__).parent / "data/hostile_questions.json").read_text(encoding="utf-8"))
QUAYS = "how many quays did the port of Larvik rebuild?"
PILOTS = "how many pilots were trained in 2019?"


@pytest.fixture(scope="module")
def saved(small_index):
    return SavedIndex.load(small_index)


@pytest.fixture(scope="module")
def assistant(saved):
    return Assistant(Retriever(saved, FakeEncoder()))


def quotes(answer):
    return [citation.quote for citation in answer.citations]


def without_timings(answer):
    return {key: value for key, value in answer.record("x").items() if key != "timings_ms"}


# --- Answered


def test_a_question_is_answered_with_the_sentence_that_proves_it(assistant):
    answer = assistant.ask(QUAYS)

    assert (answer.status, answer.language) == ("answered", "en")
    assert quotes(answer)[0] == "The port rebuilt 14 quays between 2015 and 2021."
    assert (answer.facts[0].value, answer.facts[0].display) == ("14", "14")
    assert answer.facts[0].quantity == Quantity("14", None, None)


def test_an_answer_says_first_the_figure_then_whose_it_is_then_the_sentence_and_where_it_stands(assistant):
    assert assistant.ask(PILOTS).text == (
        "86 — “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "    “The port office trained 86 pilots in 2019.” [1], line 18"
    )


def test_a_chinese_question_is_answered_in_chinese(assistant):
    answer = assistant.ask("新建了多少座图书馆？")

    assert (answer.status, answer.language) == ("answered", "zh")
    assert quotes(answer)[0] == "全县新建图书馆23座，其中乡镇图书馆17座。"
    assert answer.facts[0].quantity == Quantity("23", None, None)
    assert answer.text.startswith(
        "- 23座 — 《平川县图书馆报告》（平川县文化局，平川县，2016–2020）\n"
        "    “全县新建图书馆23座，其中乡镇图书馆17座。” [1]，第14行"
    )


def test_a_date_is_answered_with_the_date(assistant):
    answer = assistant.ask("when were the pilots trained?")

    assert [(fact.value, fact.quantity) for fact in answer.facts] == [("2019", None)]
    assert answer.text.startswith("2019 — “Port of Larvik”")


def test_two_figures_of_a_sentence_share_its_citation(assistant):
    answer = assistant.ask("新建了多少座图书馆？")

    assert [(fact.value, fact.citations) for fact in answer.facts] == [("23座", (1,)), ("17座", (1,))]
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    "question", ["who trained pilots?", "which office trained pilots?", "how did the office train pilots?"]
)
def test_without_a_reader_names_and_explanations_are_answered_with_whole_sentences(assistant, question):
    answer = assistant.ask(question)

    assert answer.facts[0].value == answer.facts[0].display == "The port office trained 86 pilots in 2019."
    assert answer.text.removeprefix("- ").splitlines()[:2] == [
        "“Port of Larvik” (Larvik Port Office, Larvik, 2015–2021) says:",
        "    “The port office trained 86 pilots in 2019.” [1], line 18",
    ]


def test_a_sentence_that_a_line_end_broke_is_quoted_whole(assistant):
    answer = assistant.ask("志愿者每周开放几个晚上？")

    assert quotes(answer)[0] == "志愿者每周开放两个晚上。"
    assert [(s.line, s.text) for s in answer.citations[0].source] == [(18, "志愿者每周"), (19, "开放两个晚上。")]


def test_where_a_figure_is_asked_for_a_sentence_with_one_is_chosen(assistant):
    assert quotes(assistant.ask("how many people of the port office were hurt?"))[0] == (
        "The port office trained 86 pilots in 2019."
    )


def test_if_reports_differ_each_figure_is_shown_with_whose_it_is(assistant):
    answer = assistant.ask("how many quays did the port rebuild?")

    assert {(f.scope, f.value) for f in answer.facts} == {
        ("Larvik, Larvik Port Office, 2015–2021, Quays", "14"),
        ("Bergen, Bergen Port Office, 2018", "9"),
    }
    assert "Larvik Port Office" in answer.text
    assert "Bergen Port Office" in answer.text


def test_facts_come_best_first_and_name_their_citations(assistant):
    facts = assistant.ask("how many quays did the port rebuild?").facts

    assert [fact.citations for fact in facts] == [(1,), (2,)]
    assert facts[0].confidence >= facts[1].confidence


def test_of_a_report_and_its_translation_the_one_in_the_language_of_the_question_is_quoted(assistant):
    chinese = assistant.ask("全县新建了多少座图书馆？")
    english = assistant.ask("how many libraries did the county build?")

    assert chinese.citations[0].document == "library-zh"
    assert english.citations[0].document == "library-en"
    assert "library-en" not in {p.document for p in chinese.passages}
    assert "library-zh" not in {p.document for p in english.passages}


def test_an_answer_from_a_summary_says_whose_summary_it_is(assistant):
    text = assistant.ask("how many libraries did the county build?").text

    assert "citewise's summary of “Libraries of Pingchuan” (Pingchuan Culture Office, 2020)" in text


# --- Not found


@pytest.mark.parametrize("question", ["who won the football cup in Madrid?", "西瓜多少钱一斤？"])
def test_what_no_report_says_is_not_found_and_has_no_facts(assistant, question):
    answer = assistant.ask(question)

    assert (answer.status, answer.facts) == ("not_found", ())


def test_what_is_not_found_is_named_with_what_stands_nearest(assistant):
    answer = assistant.ask("who won the football cup in Madrid?")

    assert answer.text.startswith("The reports do not say.")
    assert "who won the football cup in Madrid" in answer.text
    assert quotes(answer)[0] in answer.text
    assert answer.passages


@pytest.mark.parametrize("question", ["how many quays did the port rebuild in 1999?", "1999年新建了多少座图书馆？"])
def test_a_year_that_no_report_covers_is_not_answered_with_another(assistant, question):
    answer = assistant.ask(question)

    assert (answer.status, answer.facts) == ("not_found", ())
    assert "1999" in answer.text.splitlines()[1]


def test_the_figure_of_a_period_is_not_given_for_a_year_within_it(assistant):
    answer = assistant.ask("how many quays did the port of Larvik rebuild in 2016?")

    assert answer.status == "not_found"
    assert answer.text.splitlines()[1] == "What stands nearest says nothing of 2016."


@pytest.mark.parametrize("when", ["since 2015", "from 2015 on", "by 2021", "until 2021"])
def test_the_figure_of_a_period_is_given_for_its_ends(assistant, when):
    answer = assistant.ask(f"how many tonnes does a new crane of the port of Larvik lift {when}?")

    assert answer.status == "answered"


def test_a_threshold_of_one_refuses_everything(saved):
    strict = Assistant(Retriever(saved, FakeEncoder()), refuse_below=1.0)

    assert strict.ask(QUAYS).status == "not_found"


# --- Chat, errors, hostile input


@pytest.mark.parametrize(
    ("message", "part"),
    [("hello", "Hello."), ("你好！", "你好。"), ("谢谢", "不客气。"), ("who are you?", "I am citewise.")],
)
def test_small_talk_is_answered_without_a_report(assistant, message, part):
    answer = assistant.ask(message)

    assert (answer.status, answer.facts, answer.citations, answer.passages) == ("chat", (), (), ())
    assert answer.text.startswith(part)


def test_the_reports_are_listed_with_whose_they_are(assistant):
    text = assistant.ask("which reports do you have?").text

    assert len(text.splitlines()) == 1 + len(REPORTS)
    assert "\n- “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)" in text


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("", "There is no question"),
        ("😀", "There is no question"),
        ("\x00\x07", "There is no question"),
        ("x" * 100_000, "at most 2000 characters"),
        ("长" * 100_000, "不要超过2000个字"),
    ],
    ids=["empty", "emoji", "control characters", "long", "long Chinese"],
)
def test_what_is_no_question_is_an_error_that_says_why(assistant, question, part):
    answer = assistant.ask(question)

    assert (answer.status, answer.question) == ("error", question)
    assert part in answer.text
    assert len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("one", HOSTILE, ids=[one["name"] for one in HOSTILE])
def test_hostile_questions_get_a_valid_record(assistant, one):
    record = assistant.ask(one["question"]).record("x")

    check_record(json.loads(json.dumps(record)), assistant.documents)
    assert record["question"] == one["question"]
    assert record["text"]


@pytest.mark.parametrize("token", ["</s>", "<s>", "<pad>", "[SEP]", "{question}", "%s", "{0}"])
def test_tokens_and_placeholders_in_a_question_change_nothing_else(assistant, token):
    answer = assistant.ask(f"{QUAYS} {token}")

    assert quotes(answer)[0] == "The port rebuilt 14 quays between 2015 and 2021."


def test_a_refusal_shows_braces_of_the_question_as_they_are(assistant):
    assert "{looked_for} of {Madrid} 100%s" in assistant.ask("{looked_for} of {Madrid} 100%s?").text


# --- Language


def test_the_language_of_the_answer_can_be_set(assistant):
    english = assistant.ask("新建了多少座图书馆？", language="en")
    chinese = assistant.ask("who won the football cup in Madrid?", language="zh")

    assert (english.language, chinese.language) == ("en", "zh")
    assert "line 14" in english.text
    assert chinese.text.startswith("报告中没有说明。")


@pytest.mark.parametrize(("language", "part"), [("zh", "没有问题"), ("en", "no question")])
def test_errors_speak_the_language_that_is_set(assistant, language, part):
    assert part in assistant.ask("", language=language).text


def test_setting_the_language_does_not_change_what_is_found(assistant):
    question = "新建了多少座图书馆？"

    assert quotes(assistant.ask(question, language="en")) == quotes(assistant.ask(question))


# --- Conversation


def test_a_follow_up_is_asked_as_a_question_that_stands_alone(assistant):
    answer = assistant.ask("and how many pilots?", history=["how many quays did the port office rebuild?"])

    assert answer.question == "and how many pilots?"
    assert answer.asked_as == "how many pilots did the port office rebuild?"
    assert answer.status == "answered"


def test_a_question_that_stands_alone_has_no_other_form(assistant):
    assert assistant.ask(QUAYS, history=["新建了多少座图书馆？"]).asked_as is None
    assert assistant.ask(f"  {QUAYS}\u200b ").asked_as is None


def test_a_long_earlier_question_does_not_stop_a_follow_up(assistant):
    assert assistant.ask("and the pilots?", history=["quays " * 50_000]).status in {"answered", "not_found"}


def test_nothing_is_remembered_from_one_question_to_the_next(assistant):
    before = without_timings(assistant.ask("and the pilots?"))
    assistant.ask(QUAYS)

    assert without_timings(assistant.ask("and the pilots?")) == before


def test_the_questions_of_a_message_are_answered_one_after_the_other(assistant):
    answer = assistant.ask("文化局选派了多少名图书管理员？1999年全县新建了多少座图书馆？")

    assert (answer.status, answer.asked_as) == ("answered", None)
    assert [(fact.value, fact.citations) for fact in answer.facts] == [("358名", (1,))]
    assert answer.text.splitlines() == [
        "358名 — 《平川县图书馆报告》（平川县文化局，平川县，2016–2020）",
        "    “文化局选派图书管理员358名。” [1]，第18行",
        "报告中没有说明。我查找的是：1999年全县新建了多少座图书馆。",
        "最接近的内容没有涉及1999。",
        "报告中最接近的一句：",
        "“全县新建图书馆23座，其中乡镇图书馆17座。” [2]",
        "    《平川县图书馆报告》（平川县文化局，平川县，2016–2020），第14行",
    ]


def test_a_message_of_two_questions_has_a_trace_for_each(assistant):
    answer, traces = assistant.explain("文化局选派了多少名图书管理员？全县新建了多少座图书馆？")

    assert [trace.asked.question for trace in traces] == ["文化局选派了多少名图书管理员?", "全县新建了多少座图书馆?"]
    assert [fact.value for fact in answer.facts] == ["358名", "23座", "17座"]
    assert len({(p.document, p.start) for p in answer.passages}) == len(answer.passages)


@pytest.mark.parametrize("message", ["hello", "", "谢谢"])
def test_what_is_no_question_has_no_trace(assistant, message):
    assert assistant.explain(message)[1] == []


# --- With a reader


class MarkingReader:
    """Read passages with much evidence for marked stretches, less for later ones; keeps what it was asked."""

    def __init__(self, *marked):
        self.marked = marked
        self.read_so_far = []

    def read(self, question, passages, glosses=()):
        self.read_so_far.append((question, list(passages), list(glosses)))
        return [self._reading(passage) for passage in passages]

    def is_common(self, word):
        return True

    def _reading(self, passage):
        starts, ends = (np.full(len(passage), -6.0, dtype=np.float32) for _ in range(2))
        for place, marked in enumerate(self.marked):
            at = passage.find(marked)
            if at >= 0:
                starts[at] = ends[at + len(marked) - 1] = 6.0 - place
        return Reading(starts, ends, tuple((i, i + 1) for i in range(len(passage))), 0.0)


def reading(saved, *marked, **options):
    return Assistant(Retriever(saved, FakeEncoder()), MarkingReader(*marked), **options)


def test_with_a_reader_a_name_is_answered_with_the_name(saved):
    answer = reading(saved, "port office").ask("who trained pilots?")

    assert (answer.facts[0].value, answer.facts[0].quantity) == ("port office", None)
    assert answer.text.startswith(
        "port office — “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "    “The port office trained 86 pilots in 2019.” [1], line 18"
    )


def test_with_a_reader_an_explanation_is_still_a_whole_sentence(saved):
    answer = reading(saved, "86 pilots").ask("how did the office train pilots?")

    assert answer.facts[0].value == "The port office trained 86 pilots in 2019."


def test_what_the_reader_marks_decides_between_two_figures_of_a_sentence(saved):
    question = "图书馆有多少座？"

    assert [reading(saved, marked).ask(question).facts[0].value for marked in ("23座", "17座")] == ["23座", "17座"]


def test_a_chinese_name_in_an_english_answer_is_spelt_behind_it_or_named_from_the_glossary(saved):
    question = "谁选派了图书管理员？"

    spelt = reading(saved, "文化局").ask(question, language="en")
    named = reading(saved, "文化局", names={"文化局": "Culture Office"}).ask(question, language="en")

    assert (spelt.facts[0].value, spelt.facts[0].display) == ("文化局", "文化局 (Wenhuaju)")
    assert (named.facts[0].value, named.facts[0].display) == ("文化局", "文化局 (Culture Office)")


def test_only_so_many_passages_are_read_as_the_settings_say(saved):
    reader = MarkingReader()
    Assistant(Retriever(saved, FakeEncoder()), reader, read=2, refuse_below=0.0).ask(QUAYS)

    assert [len(passages) for _, passages, _ in reader.read_so_far] == [2]


def test_half_as_many_more_are_read_before_a_question_is_refused_and_none_twice(saved):
    reader = MarkingReader()
    answer = Assistant(Retriever(saved, FakeEncoder()), reader, read=2, refuse_below=1.0).ask(QUAYS)

    read = [list(passages) for _, passages, _ in reader.read_so_far]
    assert answer.status == "not_found"
    assert [len(passages) for passages in read] == [2, 1]
    assert not set(read[0]) & set(read[1])


def test_passages_of_the_other_language_are_read_with_the_words_of_the_question_in_it(saved):
    reader = MarkingReader()
    Assistant(Retriever(saved, FakeEncoder()), reader, read=20).ask("培训了多少名飞行员？")

    [(question, passages, glosses)] = reader.read_so_far
    assert question == "培训了多少名飞行员?"
    assert any(passage.isascii() for passage in passages)
    assert not all(passage.isascii() for passage in passages)
    for passage, gloss in zip(passages, glosses, strict=True):
        assert ("pilot" in gloss) if passage.isascii() else gloss == ""


@pytest.mark.parametrize("one", HOSTILE, ids=[one["name"] for one in HOSTILE])
def test_hostile_questions_get_a_valid_record_with_a_reader_too(saved, one):
    assistant = reading(saved, "port office", "文化局", refuse_below=0.0)
    record = assistant.ask(one["question"]).record("x")

    check_record(json.loads(json.dumps(record)), assistant.documents)
    assert record["text"]


# --- The record


@pytest.mark.parametrize(
    "question",
    [QUAYS, "how many quays did the port rebuild?", "志愿者每周开放几个晚上？", "who won in Madrid?", "hello", ""],
)
def test_a_record_is_valid_and_its_quotes_stand_in_the_files(assistant, question):
    record = assistant.ask(question).record("q1")

    check_record(json.loads(json.dumps(record, ensure_ascii=False)), assistant.documents)
    assert (record["id"], record["question"], record["derived"]) == ("q1", question, None)


def test_each_figure_of_an_answer_stands_in_a_quote_of_it(assistant):
    answer = assistant.ask(QUAYS)
    lines = answer.text.splitlines()

    assert len(lines) == 2 * len(answer.facts)
    for fact, shown, proof in zip(answer.facts, lines[::2], lines[1::2], strict=True):
        quote = answer.citations[fact.citations[0] - 1].quote
        assert shown.removeprefix("- ").startswith(f"{fact.value} — ")
        assert fact.value in quote
        assert proof.startswith(f"    “{quote}” [{fact.citations[0]}], line ")


def test_an_answer_says_how_long_it_took(assistant):
    timings = assistant.ask(QUAYS).timings_ms

    assert set(timings) == {"retrieve", "read", "total"}
    assert timings["total"] >= max(timings["retrieve"], timings["read"]) >= 0


def test_the_same_question_gets_the_same_answer(assistant, small_index):
    again = Assistant(Retriever(SavedIndex.load(small_index), FakeEncoder()))
    questions = [QUAYS, "新建了多少座图书馆？", "who won the football cup in Madrid?"]

    assert [without_timings(again.ask(q)) for q in questions] == [without_timings(assistant.ask(q)) for q in questions]


def test_no_more_passages_are_recorded_than_asked_for(saved):
    two = Assistant(Retriever(saved, FakeEncoder()), results=2)

    assert [len(two.ask(q).passages) for q in (QUAYS, "who won in Madrid?")] == [2, 2]


def test_passages_can_be_had_without_an_answer(assistant):
    hits = assistant.passages("and how many pilots?", ["how many quays did the port office rebuild?"])

    assert [hit.document.text[hit.passage.start : hit.passage.end] for hit in hits] == [
        passage.text
        for passage in assistant.ask(
            "and how many pilots?", history=["how many quays did the port office rebuild?"]
        ).passages
    ]


def test_the_assistant_knows_its_reports(assistant):
    assert sorted(assistant.documents) == ["bergen", "larvik", "library-en", "library-zh"]
    assert sorted(one.id for one in assistant.manifest.documents) == sorted(assistant.documents)


# --- Years


def test_a_year_that_no_report_covers_is_not_found_and_named(assistant):
    answer = assistant.ask("how many quays did the port of Larvik rebuild in 2031?")

    assert answer.status == "not_found"
    assert "2031" in answer.text.splitlines()[1]


def test_a_count_is_no_year(saved):
    assistant = Assistant(Retriever(saved, FakeEncoder()), refuse_below=0.2)

    assert assistant.ask("who trained 2000 pilots in Larvik?").status == "answered"
    assert assistant.ask("who trained pilots in Larvik in 2000?").status == "not_found"


def test_of_two_years_the_one_that_is_missing_is_named(assistant):
    answer = assistant.ask("how many pilots were trained in 2019 or 2031?")

    assert answer.status == "not_found"
    assert answer.text.splitlines()[1] == "What stands nearest says nothing of 2031."


def test_the_nearest_sentence_of_a_refusal_is_no_heading(assistant):
    answer = assistant.ask("how many quays did the port of Larvik rebuild in 2031?")

    assert [quote for quote in quotes(answer) if not quote.endswith((".", "。"))] == []
