"""Lines of question records to lines of answer records."""

import io
import json
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.batch import answer_lines
from bot.errors import BadQuestionFile
from bot.question_file import open_lines
from fakes import FakeEncoder
from index.retrieve import Retriever
from index.saved import SavedIndex
from small import check_record

QUAYS = "how many quays did the port of Larvik rebuild?"


@pytest.fixture(scope="module")
def assistant(small_index):
    return Assistant(Retriever(SavedIndex.load(small_index), FakeEncoder()))


def answers(assistant, *lines, **options):
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    records = list(answer_lines(assistant, written, **options))
    for record in records:
        check_record(json.loads(json.dumps(record, ensure_ascii=False)), assistant.documents)
    return records


def test_records_come_in_the_order_of_the_questions(assistant):
    asked = [{"id": f"q{i}", "question": q} for i, q in enumerate([QUAYS, "你好", "who won in Madrid?", QUAYS, ""])]

    records = answers(assistant, *asked)

    assert [(r["id"], r["question"]) for r in records] == [(a["id"], a["question"]) for a in asked]
    assert [r["status"] for r in records] == ["answered", "chat", "not_found", "answered", "error"]


def test_lines_are_independent_of_each_other(assistant):
    follow_up = {"id": "x", "question": "and the pilots?"}

    alone = answers(assistant, follow_up)[0]
    behind = answers(assistant, {"id": "q", "question": QUAYS}, follow_up)[1]

    assert alone["asked_as"] is behind["asked_as"] is None
    assert alone["text"] == behind["text"]


def test_history_is_what_a_line_says_it_is(assistant):
    record = answers(assistant, {"id": "q", "question": "那乡镇图书馆呢？", "history": ["新建了多少座图书馆？"]})[0]

    assert record["asked_as"] == "新建了多少座乡镇图书馆？"


@pytest.mark.parametrize("history", [[], None])
def test_history_may_be_empty_or_null_or_absent(assistant, history):
    without, with_it = answers(
        assistant, {"id": "q", "question": QUAYS}, {"id": "q", "question": QUAYS, "history": history}
    )

    assert {**without, "timings_ms": 0} == {**with_it, "timings_ms": 0}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not JSON"),
        ('{"id": "q1", "question": "cut off', "not JSON"),
        ("[" * 100_000, ""),
        ('{"id": "x", "question": ' + "[" * 100_000, ""),
        ("[1, 2]", "expected an object"),
        ('"how many?"', "expected an object"),
        ("null", "expected an object"),
        ("17", "expected an object"),
        ("{}", "`question` must be a text"),
        ('{"question": null}', "`question` must be a text"),
        ('{"question": 17}', "`question` must be a text"),
        ('{"question": ["how many?"]}', "`question` must be a text"),
        ('{"question": "how many?", "history": "earlier"}', "`history` must be a list of texts"),
        ('{"question": "how many?", "history": [1]}', "`history` must be a list of texts"),
        ('{"question": "how many?", "history": {"a": 1}}', "`history` must be a list of texts"),
        ('{"question": "' + "x" * 1_000_001 + '"}', "over 1000000 characters"),
        ("\x00", "not JSON"),
        ("�", "not JSON"),
    ],
)
def test_a_bad_line_is_an_error_record_and_does_not_end_the_batch(assistant, line, reason):
    bad, good = answers(assistant, line, {"id": "q2", "question": QUAYS})

    assert (bad["status"], bad["facts"], bad["passages"]) == ("error", [], [])
    assert reason in bad["text"]
    assert (good["id"], good["status"]) == ("q2", "answered")


def test_the_error_record_of_a_line_with_an_id_has_that_id(assistant):
    assert [r["id"] for r in answers(assistant, '{"id": "q7"}', '{"id": "q8", "question": 3}')] == ["q7", "q8"]


def test_a_question_that_is_empty_or_too_long_is_an_error_record(assistant):
    records = answers(assistant, {"id": "a", "question": " "}, {"id": "b", "question": "x" * 100_000})

    assert [(r["id"], r["status"]) for r in records] == [("a", "error"), ("b", "error")]


def test_a_line_without_an_id_has_none_in_its_record(assistant):
    assert answers(assistant, {"question": QUAYS})[0]["id"] is None


def test_keys_that_are_not_known_are_passed_over(assistant):
    assert answers(assistant, {"id": "q", "question": QUAYS, "level": 3})[0]["status"] == "answered"


def test_blank_lines_are_passed_over(assistant):
    assert len(answers(assistant, "", "  \n", '{"id": "q", "question": "hello"}\r\n', "\t")) == 1


def test_no_lines_make_no_records(assistant):
    assert answers(assistant) == []


def test_the_language_can_be_set_for_all_lines_bad_ones_too(assistant):
    records = answers(assistant, {"id": "q", "question": QUAYS}, "not json", language="zh")

    assert [r["language"] for r in records] == ["zh", "zh"]
    assert "不是问题记录" in records[1]["text"]


def test_a_record_is_made_before_the_next_line_is_read(assistant):
    def lines():
        yield '{"id": "1", "question": "hello"}'
        raise AssertionError("the second line was read")

    assert next(answer_lines(assistant, lines()))["id"] == "1"


# --- Files of questions


def test_a_file_is_read_line_by_line_and_counted(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes('\ufeff{"a": 1}\r\n{"问": "题"}\u2028\nlast'.encode())

    with open_lines(path) as (lines, count):
        assert [line.decode().rstrip() for line in lines] == ['{"a": 1}', '{"问": "题"}', "last"]
        assert count == 3


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfone\ntwo\n")))

    with open_lines(Path("-")) as (lines, count):
        assert (list(lines), count) == ([b"one\n", b"two\n"], 0)


def test_a_file_that_is_missing_or_a_folder_is_an_error_that_names_it(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(BadQuestionFile, match=path.name), open_lines(path):
            pass


def test_bytes_that_are_no_text_do_not_stop_the_lines_after_them(tmp_path, assistant):
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'\xff\xfe\x00{"id"\n{"id": "q", "question": "hello"}\n')

    with open_lines(path) as (lines, _):
        assert [r["status"] for r in answer_lines(assistant, lines)] == ["error", "chat"]


def test_without_standard_input_a_dash_is_a_one_line_error(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)

    with pytest.raises(BadQuestionFile, match="no standard input"), open_lines(Path("-")):
        pass


def test_a_line_that_is_not_utf8_is_an_error_record_and_no_other(assistant):
    lines = ['{"id": "a", "question": "派了多少教师？"}'.encode("gb18030"), b'{"id": "b", "question": "hello"}']

    assert [record["status"] for record in answer_lines(assistant, lines)] == ["error", "chat"]


def test_an_id_comes_back_as_it_was_given(assistant):
    assert next(answer_lines(assistant, ['{"id": 7, "question": "hello"}']))["id"] == 7


def test_a_very_long_history_of_follow_ups_is_no_error(assistant):
    line = '{"question": "那呢？", "history": [' + ", ".join(['"那呢？"'] * 1500) + "]}"

    assert next(answer_lines(assistant, [line]))["status"] in {"answered", "not_found"}
