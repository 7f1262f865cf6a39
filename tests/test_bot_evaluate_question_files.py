"""Questions of evaluators: JSON lines, SQuAD's form, CSV and Excel, and all that can be wrong with them."""

import io
import json
import random
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from defusedxml import EntitiesForbidden
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from bot.errors import BadQuestionFile
from bot.evaluate import question_files
from bot.evaluate.formats import json_lines, table, workbook
from bot.evaluate.gold import GoldQuestion, RequiredAnswer, holds
from bot.evaluate.question_files import Paragraph, Skipped, read_question_file
from bot.evaluate.questions import read_gold
from bot.question import clean

WHOLE = {
    "id": "q1",
    "language": "en",
    "kind": "number",
    "question": "how many quays?",
    "history": ["which port?"],
    "answers": [{"report": "larvik", "accept": ["14", "fourteen"], "anchors": ["14|fourteen", "quays"]}],
}
ASKED = {"question": "how many quays?", "answers": [{"accept": ["14"]}]}


def write(path, *records):
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_bytes(path, content):
    path.write_bytes(content)
    return path


def write_workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def outcome(path):
    """Return what a file gave, and the text of the one error that there may be."""
    try:
        return read_question_file(path), ""
    except BadQuestionFile as err:
        return None, str(err)


def forms(question):
    return [answer.accept for answer in question.answers]


def asked(found):
    """Return each question with its accepted forms."""
    return {one.question: forms(one) for one in found.questions}


def reasons(found):
    return [(one.line, one.reason) for one in found.skipped]


# --- JSON lines


def test_a_whole_line_is_read_as_the_project_s_own_questions_are(tmp_path):
    path = write(tmp_path / "q.jsonl", WHOLE)

    found = read_question_file(path)

    assert list(found.questions) == read_gold([path])
    assert (found.skipped, found.paragraphs, found.unlisted) == ((), (), 0)


def test_a_line_needs_only_question_answers_and_accepted_forms(tmp_path):
    (first, second) = read_question_file(
        write(tmp_path / "q.jsonl", ASKED, {"question": "派了多少教师？", "answers": []})
    ).questions

    answer = RequiredAnswer(None, ("14",), ())
    assert first == GoldQuestion(first.id, "en", "own", "how many quays?", (), (answer,))
    assert second == GoldQuestion(second.id, "zh", "own", "派了多少教师？", (), ())


def test_parts_that_are_null_are_parts_that_are_not_given(tmp_path):
    bare = dict.fromkeys(["id", "language", "kind", "history"])
    answer = {"accept": ["14"], "report": None, "anchors": None}

    (question,) = read_question_file(write(tmp_path / "q.jsonl", {**ASKED, **bare, "answers": [answer]})).questions

    assert question.answers == (RequiredAnswer(None, ("14",)),)
    assert question.history == ()


def test_an_id_that_is_not_given_is_the_same_in_every_order_and_another_for_another_question(tmp_path):
    records = [{**ASKED, "question": f"how many quays in {year}?"} for year in range(1990, 2010)]
    shuffled = random.Random(1).sample(records, len(records))

    forth = read_question_file(write(tmp_path / "f.jsonl", *records)).questions
    back = read_question_file(write(tmp_path / "b.jsonl", *shuffled)).questions

    assert set(forth) == set(back)
    assert len({one.id for one in forth}) == len(records)


@pytest.mark.parametrize(
    ("name", "language"),
    [("zh", "zh"), ("zh-CN", "zh"), ("ZH_hans", "zh"), ("中文", "zh"), ("en-GB", "en"), ("English", "en")],
)
def test_languages_go_by_several_names(tmp_path, name, language):
    (question,) = read_question_file(write(tmp_path / "q.jsonl", {**ASKED, "language": name})).questions

    assert question.language == language


def test_a_whole_number_may_be_an_id(tmp_path):
    (question,) = read_question_file(write(tmp_path / "q.jsonl", {**ASKED, "id": 17})).questions

    assert question.id == "17"


ANSWER_WITHOUT_FORMS = {**ASKED, "answers": [{"report": "larvik"}]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not JSON"),
        ('{"question": "how', "not JSON"),
        ("[1]", r"a line must be an object with question, answers, found \[1\]"),
        ("null", "found None"),
        ('"text"', "found 'text'"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON"),
        ({"answers": []}, "a line lacks question"),
        ({"question": "how many?"}, "a line lacks answers"),
        ({**ASKED, "answers": None}, "a line lacks answers"),
        ({**ASKED, "question": 17}, "question must be a text, found 17"),
        ({**ASKED, "question": "  "}, "question must be a text, found '  '"),
        ({**ASKED, "question": "?!"}, "its question is empty"),
        ({**ASKED, "question": "how " * 1000}, "its question is longer than 2,000 characters"),
        ({**ASKED, "question": "how \ud83d many?"}, "half of a character"),
        ({**ASKED, "answers": {"accept": ["14"]}}, "answers must be a list"),
        ({**ASKED, "answers": ["14"]}, "an answer must be an object with accept, found '14'"),
        (ANSWER_WITHOUT_FORMS, "an answer lacks accept"),
        ({**ASKED, "answers": [{"accept": "14"}]}, "accept must be a list of texts, found '14'"),
        ({**ASKED, "answers": [{"accept": []}]}, "accept must name at least one form"),
        ({**ASKED, "answers": [{"accept": [" "]}]}, "accept must be a list of texts"),
        ({**ASKED, "answers": [{"accept": [14]}]}, r"accept must be a list of texts, found \[14\]"),
        ({**ASKED, "answers": [{"accept": ["\udc00"]}]}, "half of a character"),
        ({**ASKED, "answers": [{"accept": ["14"], "report": "\ud800"}]}, "half of a character"),
        ({**ASKED, "answers": [{"accept": ["14"], "report": 3}]}, "report must be a text, found 3"),
        ({**ASKED, "answers": [{"accept": ["14"], "anchors": "quay"}]}, "anchors must be a list of texts"),
        ({**ASKED, "history": "which port?"}, "history must be a list of texts"),
        ({**ASKED, "id": True}, "id must be a text, found True"),
        ({**ASKED, "id": ["q1"]}, "id must be a text"),
        ({**ASKED, "kind": 1}, "kind must be a text"),
        ({**ASKED, "language": "fr"}, "language must be zh or en, found 'fr'"),
    ],
    ids=range(31),
)
def test_a_bad_line_is_skipped_with_its_number_and_reason_and_the_others_are_read(tmp_path, line, reason):
    path = write(tmp_path / "q.jsonl", {**WHOLE, "id": "a"}, "", line, {**WHOLE, "id": "b"})

    found = read_question_file(path)

    assert [one.id for one in found.questions] == ["a", "b"]
    (skipped,) = found.skipped
    assert (skipped.file, skipped.line) == (path, 3)
    with pytest.raises(ValueError, match=reason):
        raise ValueError(skipped.reason)


def test_a_line_that_is_not_utf_8_is_skipped(tmp_path):
    path = write_bytes(tmp_path / "q.jsonl", json.dumps(ASKED).encode() + b"\n" + "教师".encode("gb18030"))

    found = read_question_file(path)

    assert asked(found) == {"how many quays?": [("14",)]}
    assert reasons(found) == [(2, "not UTF-8")]


def test_a_line_that_is_too_long_is_skipped_and_the_next_one_read(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 200)
    longs = [{**ASKED, "question": "how " * n} for n in (50, 100, 500)]

    found = read_question_file(write(tmp_path / "q.jsonl", *longs, ASKED))

    assert reasons(found) == [(n, "longer than 200 bytes") for n in (1, 2, 3)]
    assert asked(found) == {"how many quays?": [("14",)]}


def test_a_line_of_just_the_greatest_length_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_LINE", len(json.dumps(ASKED)) + 1)

    assert len(read_question_file(write(tmp_path / "q.jsonl", ASKED, "")).questions) == 1


def test_of_an_id_that_stands_twice_the_first_is_kept(tmp_path):
    found = read_question_file(
        write(tmp_path / "q.jsonl", WHOLE, {**WHOLE, "question": "how many cranes?"}, WHOLE, {**WHOLE, "id": "q2"})
    )

    assert [(one.id, one.question) for one in found.questions] == [("q1", "how many quays?"), ("q2", "how many quays?")]
    assert reasons(found) == [
        (2, "the id 'q1' stands twice; the first is kept"),
        (3, "the question stands twice; the first is kept"),
    ]


def test_the_order_of_the_lines_matters_for_nothing_but_order(tmp_path):
    lines = [json.dumps({**WHOLE, "id": f"q{i}"}) for i in range(20)] + ["bad", "[]", "{}"]
    shuffled = random.Random(2).sample(lines, len(lines))

    forth = read_question_file(write(tmp_path / "f.jsonl", *lines))
    back = read_question_file(write(tmp_path / "b.jsonl", *shuffled))

    assert set(forth.questions) == set(back.questions)
    assert [one.id for one in back.questions] == [json.loads(x)["id"] for x in shuffled if "q" in x]
    assert sorted(one.reason for one in forth.skipped) == sorted(one.reason for one in back.skipped)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_either_line_end_are_passed_over(tmp_path, end):
    text = "\ufeff" + end.join([json.dumps(ASKED), "", json.dumps({**ASKED, "question": "how many cranes?"})]) + end

    found = read_question_file(write_bytes(tmp_path / "q.jsonl", text.encode()))

    assert list(asked(found)) == ["how many quays?", "how many cranes?"]
    assert found.skipped == ()


def test_more_bad_lines_than_are_listed_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(question_files, "MOST_LISTED", 3)

    found = read_question_file(write(tmp_path / "q.jsonl", *["x"] * 10, ASKED))

    assert [one.line for one in found.skipped] == [1, 2, 3]
    assert found.unlisted == 7


def test_a_large_file_is_read_in_the_memory_of_what_is_kept(tmp_path):
    path = tmp_path / "q.jsonl"
    with path.open("w") as out:
        out.write(json.dumps(ASKED) + "\n")
        for _ in range(20):
            out.write('{"question": "' + "x" * 900_000 + '", "answers": []}\n')

    tracemalloc.start()
    found = read_question_file(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found.questions) == 1
    assert peak < 10_000_000 < path.stat().st_size


def test_the_project_s_own_files_need_every_part_that_an_evaluator_s_need_not(tmp_path):
    path = write(tmp_path / "q.jsonl", ASKED)

    with pytest.raises(BadQuestionFile, match=r"q\.jsonl, line 1: .* lacks id, language, kind"):
        read_gold([path])


# --- What an answer without report or anchors asks for


def test_an_answer_without_a_report_may_come_from_any():
    answer = RequiredAnswer(None, ("14",))

    assert answer.is_of("larvik")
    assert answer.is_of("oslo")


def test_an_answer_without_anchors_is_proved_by_a_sentence_that_holds_an_accepted_form():
    answer = RequiredAnswer(None, ("14", "fourteen"))

    assert answer.is_proved_by("It rebuilt Fourteen of them.")
    assert not answer.is_proved_by("It rebuilt 140 quays.")


# --- SQuAD's form

SAFE = "The port of Larvik rebuilt 14 quays in 2019."
CHINESE = "拉尔维克港于2019年重建了14座码头。"


def squad(*paragraphs, title="Larvik"):
    return {"version": "v2.0", "data": [{"title": title, "paragraphs": list(paragraphs)}]}


def qa(id, question, *answers, **more):
    return {"id": id, "question": question, "answers": [{"text": one, "answer_start": 0} for one in answers], **more}


def read_squad(tmp_path, content, **options):
    return read_question_file(write(tmp_path / "s.json", content), **options)


def test_squad_2_gives_questions_and_paragraphs(tmp_path):
    found = read_squad(
        tmp_path,
        squad(
            {
                "context": SAFE,
                "qas": [
                    qa("a1", "How many quays were rebuilt?", "14", "14 quays", "14", is_impossible=False),
                    qa("a2", "How many cranes were sold?", is_impossible=True, plausible_answers=[{"text": "14"}]),
                ],
            },
            {"context": CHINESE, "qas": [qa("a3", "重建了多少座码头？", "14座")]},
        ),
    )

    assert found.questions == (
        GoldQuestion(
            "a1", "en", "squad", "How many quays were rebuilt?", (), (RequiredAnswer(None, ("14", "14 quays")),)
        ),
        GoldQuestion("a2", "en", "squad", "How many cranes were sold?", (), ()),
        GoldQuestion("a3", "zh", "squad", "重建了多少座码头？", (), (RequiredAnswer(None, ("14座",)),)),
    )
    assert [(one.title, one.text) for one in found.paragraphs] == [("Larvik", SAFE), ("Larvik", CHINESE)]
    assert found.skipped == ()


def test_with_the_paragraphs_as_corpus_an_answer_must_come_from_its_own(tmp_path):
    content = squad(
        {"context": SAFE, "qas": [qa("a1", "How many quays?", "14"), qa("a2", "Which cranes?", is_impossible=True)]},
        {"context": CHINESE, "qas": [qa("a3", "重建了多少座码头？", "14座")]},
    )

    found = read_squad(tmp_path, content, paragraphs_as_corpus=True)

    first, second = (one.id for one in found.paragraphs)
    assert [[a.report for a in one.answers] for one in found.questions] == [[first], [], [second]]
    assert not found.questions[0].answers[0].is_of(second)


def test_a_paragraph_s_id_is_that_of_its_text_and_one_that_stands_twice_is_one(tmp_path):
    one = {"context": SAFE, "qas": [qa("a1", "How many quays?", "14")]}
    again = {"id": "../../etc", "context": SAFE, "qas": [qa("a2", "When?", "2019")]}
    other = {"context": CHINESE, "qas": []}

    forth = read_squad(tmp_path, squad(one, again, other), paragraphs_as_corpus=True)
    back = read_squad(tmp_path, squad(other, again, one), paragraphs_as_corpus=True)

    assert set(forth.paragraphs) == set(back.paragraphs)
    assert len(forth.paragraphs) == 2
    assert set(forth.questions) == set(back.questions)
    assert all(paragraph.id.isalnum() for paragraph in forth.paragraphs)


def test_an_answer_that_is_not_in_its_paragraph_is_skipped_and_the_question_with_the_last_one(tmp_path):
    found = read_squad(
        tmp_path,
        squad(
            {"context": SAFE, "qas": [qa("a1", "How many quays?", "fourteen", "14"), qa("a2", "When?", "2018", "201")]}
        ),
    )

    assert asked(found) == {"How many quays?": [("14",)]}
    assert reasons(found) == [
        (None, "question 'a1': the answer 'fourteen' is not in its paragraph"),
        (None, "question 'a2': the answer '2018' is not in its paragraph"),
        (None, "question 'a2': the answer '201' is part of a longer figure in its paragraph"),
    ]


GOOD = {"context": SAFE, "qas": [qa("good", "How many quays?", "14")]}


@pytest.mark.parametrize(
    ("asked_badly", "reason"),
    [
        ("text", "article 1, paragraph 2, question 1: a question must be an object with question, found 'text'"),
        ({"answers": []}, "article 1, paragraph 2, question 1: a question lacks question"),
        ({**qa("b", "How many?", "14"), "answers": None}, "question 'b': answers must be a list, found None"),
        (qa("b", "How many?"), "question 'b': it has no answers and is not marked as impossible"),
        ({"id": "b", "question": "How many?"}, "question 'b': answers must be a list, found None"),
        ({"id": "b", "question": "How many?", "answers": ["14"]}, "question 'b': each answer must be an object"),
        (qa("b", "How many?", ""), "question 'b': each answer must be an object with a text"),
        (qa("b", "How many?", 14), "question 'b': each answer must be an object with a text"),
        (qa("b", "How many?", "14", is_impossible="no"), "question 'b': is_impossible must be true or false"),
        (qa("b", 14, "14"), "question 'b': question must be a text, found 14"),
        (qa("b", "", "14"), "question 'b': question must be a text, found ''"),
        (qa("b", "\ud800 how?", "14"), "question 'b': half of a character"),
        (qa([], "How many?", "14"), r"article 1, paragraph 2, question 1: id must be a text, found \[\]"),
        (qa("good", "How?", "14"), "the id 'good' stands twice"),
    ],
    ids=range(14),
)
def test_a_bad_question_of_squad_is_skipped_with_its_id_or_place(tmp_path, asked_badly, reason):
    found = read_squad(tmp_path, squad(GOOD, {"context": SAFE, "qas": [asked_badly]}))

    assert [one.id for one in found.questions] == ["good"]
    (skipped,) = found.skipped
    with pytest.raises(ValueError, match=f"^{reason}"):
        raise ValueError(skipped.reason)


@pytest.mark.parametrize(
    ("paragraph", "reason"),
    [
        ("text", "article 1, paragraph 2: expected an object with context, found 'text'"),
        ({"qas": []}, "article 1, paragraph 2: context must be a text, found None"),
        ({"context": "\ud800", "qas": []}, "article 1, paragraph 2: context must be a text"),
        ({"context": SAFE}, "article 1, paragraph 2: qas must be a list, found None"),
    ],
)
def test_a_bad_paragraph_of_squad_is_skipped_with_its_place(tmp_path, paragraph, reason):
    found = read_squad(tmp_path, squad(GOOD, paragraph))

    assert [one.text for one in found.paragraphs] == [SAFE]
    assert [(one.line, one.reason[: len(reason)]) for one in found.skipped] == [(None, reason)]


def test_a_bad_article_of_squad_is_skipped_with_its_place_and_a_title_need_not_be_there(tmp_path):
    content = {"data": [17, {"title": "x"}, {"paragraphs": [GOOD]}]}

    found = read_squad(tmp_path, content)

    assert [one.reason for one in found.skipped] == [
        "article 1: expected an object with paragraphs, found 17",
        "article 2: expected an object with paragraphs, found {'title': 'x'}",
    ]
    assert [one.title for one in found.paragraphs] == [""]


@pytest.mark.parametrize("content", ["[]", "17", '{"data": {}}', '{"questions": []}', "{", "[" * 100_000, "", " "])
def test_json_that_is_not_of_squad_s_form_is_an_error_that_says_what_is(tmp_path, content):
    path = write_bytes(tmp_path / "s.json", content.encode())

    with pytest.raises(BadQuestionFile, match=r"s\.json: expected (JSON in )?SQuAD's form|s\.json: .* an empty file"):
        read_question_file(path)


def test_squad_may_have_a_byte_order_mark(tmp_path):
    found = read_question_file(write_bytes(tmp_path / "s.json", b"\xef\xbb\xbf" + json.dumps(squad(GOOD)).encode()))

    assert asked(found) == {"How many quays?": [("14",)]}


# --- CSV

TABLE = "question,answer,id,language,kind,report\nhow many quays?,14|fourteen,q1,zh,number,larvik\nwho sold it?,,,,,\n"


def read_csv(tmp_path, text, encoding="utf-8", name="t.csv"):
    return read_question_file(write_bytes(tmp_path / name, text.encode(encoding)))


def test_a_table_gives_questions_with_the_columns_it_has(tmp_path):
    first, second = read_csv(tmp_path, TABLE).questions

    assert first == GoldQuestion(
        "q1", "zh", "number", "how many quays?", (), (RequiredAnswer("larvik", ("14", "fourteen")),)
    )
    assert second == GoldQuestion(second.id, "en", "own", "who sold it?", (), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_chinese_table_is_read_in_every_encoding_and_with_every_separator(tmp_path, encoding, separator, end):
    rows = [
        ["编号", "问题", "答案", "类型", "报告", "备注"],
        ["1", "选派了多少名教师？", "1569人|1569", "number", "浙江", "重要, 见报告"],
        ["2", "建了几所学校？", "", "", "", ""],
    ]
    text = end.join(separator.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)

    found = read_csv(tmp_path, text, encoding)

    assert found.questions == (
        GoldQuestion("1", "zh", "number", "选派了多少名教师？", (), (RequiredAnswer("浙江", ("1569人", "1569")),)),
        GoldQuestion("2", "zh", "own", "建了几所学校？", (), ()),
    )
    assert found.skipped == ()


@pytest.mark.parametrize("question", ["question", "Questions", " 问题 ", "問題", "提问", "问题：", "QUESTION:"])
@pytest.mark.parametrize("answer", ["answer", "ANSWERS", "答案", "回答"])
def test_columns_go_by_several_names_and_stand_in_any_order(tmp_path, question, answer):
    found = read_csv(tmp_path, f"note,{answer},{question}\nx,14,how many?\n")

    assert asked(found) == {"how many?": [("14",)]}


@pytest.mark.parametrize(
    ("cell", "accepted"),
    [
        ("14|fourteen", ("14", "fourteen")),
        ("14；十四", ("14", "十四")),
        ('"14;fourteen"', ("14", "fourteen")),
        ('"14\nfourteen\r\nXIV"', ("14", "fourteen", "XIV")),
        ("14|14| 14 ||", ("14",)),
        ('"1,569"', ("1,569",)),
        ('"the ""Fram"""', ('the "Fram"',)),
    ],
)
def test_accepted_answers_of_one_cell_are_told_apart(tmp_path, cell, accepted):
    found = read_csv(tmp_path, f"question,answer\nhow many?,{cell}\n")

    assert asked(found) == {"how many?": [accepted]}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("how many?", "1 cells where the header has 3"),
        ("how many, and where?,14,q9", "4 cells where the header has 3"),
        (",14,q9", "its question is empty"),
        ("?!,14,q9", "its question is empty"),
        ("how many?,|,q9", "its answer holds nothing but separators: '|'"),
        ("how many?,#N/A,q9", "its answer is the error #N/A of a spreadsheet"),
        ("#REF!,14,q9", "its question is the error #REF! of a spreadsheet"),
        ("how many?," + "1" * 5001 + ",q9", "its answer is longer than 5,000 characters"),
        ("how many?,14,q1", "the id 'q1' stands twice; the first is kept"),
    ],
)
def test_a_bad_row_is_skipped_with_its_line_and_reason(tmp_path, row, reason):
    found = read_csv(tmp_path, f"question,answer,id\n\nfirst one?,1,q1\n,,\n{row}\nlast one?,2,q2\n")

    assert asked(found) == {"first one?": [("1",)], "last one?": [("2",)]}
    assert reasons(found) == [(5, reason)]


@pytest.mark.parametrize("row", ['"how many?,14', 'how many?,"14', '"how" many?,14', 'how many?,"' + "x" * 140_000])
def test_a_quote_that_fits_with_no_other_costs_one_line(tmp_path, row):
    found = read_csv(tmp_path, f'question,answer\nfirst?,"1\n2"\n{row}\nsecond?,2\nthird?,"3, 4"\n')

    assert asked(found) == {"first?": [("1", "2")], "second?": [("2",)], "third?": [("3, 4",)]}
    assert [(one.line, one.reason[:29]) for one in found.skipped] == [(4, "its quotes do not fit togethe")]


def test_lines_are_counted_as_a_person_counts_them(tmp_path):
    found = read_csv(tmp_path, '\n\nquestion,answer\nfirst?,"1\n2\n3"\n,\nbad\nsecond?,2\nbad\n')

    assert [one.line for one in found.skipped] == [8, 10]


@pytest.mark.parametrize(
    "text", ["how many?,14\n", "question;id\nwho?;1\n", "answer\n14\n", "\n \n", '"question,answer\nwho?,14\n', ",,\n"]
)
def test_a_table_without_the_columns_is_an_error_that_names_them(tmp_path, text):
    with pytest.raises(BadQuestionFile, match=r"t\.csv: expected a header with question \(问题, 提问\) and answer"):
        read_csv(tmp_path, text)


def test_two_columns_for_one_thing_are_an_error_that_names_them(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"t\.csv: two columns for the answer: 'answer' and '答案'"):
        read_csv(tmp_path, "question,answer,答案\nhow many?,14,14座\n")


def test_a_tsv_is_a_table_too(tmp_path):
    assert asked(read_csv(tmp_path, "question\tanswer\nhow, then?\tso\n", name="t.TSV")) == {"how, then?": [("so",)]}


# --- Excel


def test_every_sheet_with_the_columns_is_read_and_another_named(tmp_path):
    found = read_question_file(
        write_workbook(
            tmp_path / "t.xlsx",
            Notes=[["How to fill this in"]],
            English=[[], ["question", None, "answer", "report"], ["how many quays?", "x", "14|fourteen", "larvik"]],
            中文=[["提问", "回答"], [None, None], ["重建了多少座码头？", "14座"], ["谁卖的？"], [None, "谁？"]],
        )
    )

    english, chinese, unanswerable = found.questions
    assert english.answers == (RequiredAnswer("larvik", ("14", "fourteen")),)
    assert (chinese.language, forms(chinese)) == ("zh", [("14座",)])
    assert (unanswerable.question, forms(unanswerable)) == ("谁卖的？", [])
    assert reasons(found) == [
        (
            None,
            "sheet 'Notes': expected a header with question (问题, 提问) and answer (answers, 答案, 回答), "
            "found 'How to fill this in'",
        ),
        (5, "sheet '中文': its question is empty"),
    ]


@pytest.mark.parametrize(
    ("value", "format", "form"),
    [
        (14, "General", "14"),
        (14.0, "General", "14"),
        (0.1, "0.0", "0.1"),
        (1e20, "General", "1e+20"),
        (0.145, "0.0%", "14.5%"),
        (True, "General", "True"),
        (datetime(2019, 5, 1), "yyyy-mm-dd", "2019-05-01"),  # noqa: DTZ001 - a cell has no time zone
        (datetime(2019, 5, 1, 14, 30), "yyyy-mm-dd", "2019-05-01 14:30:00"),  # noqa: DTZ001
        (" 14\n十四 ", "General", "14,十四"),
    ],
)
def test_a_cell_s_value_is_written_out(tmp_path, value, format, form):
    book = openpyxl.Workbook()
    book.active.append(["question", "answer"])
    book.active.append(["how many?", value])
    book.active["B2"].number_format = format
    book.save(tmp_path / "t.xlsx")

    assert asked(read_question_file(tmp_path / "t.xlsx")) == {"how many?": [tuple(form.split(","))]}


def test_rows_beyond_the_limit_are_not_read_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    rows = [["question", "answer"], *([f"how many in {n}?", n] for n in range(9))]

    found = read_question_file(write_workbook(tmp_path / "t.xlsx", one=rows))

    assert list(asked(found)) == ["how many in 0?", "how many in 1?"]
    assert reasons(found) == [(4, "rows beyond the first 3 are not read")]


def test_a_workbook_too_large_unpacked_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1000)

    with pytest.raises(BadQuestionFile, match=r"t\.xlsx: [\d,]+ bytes when unpacked, at most 1,000 are read"):
        read_question_file(write_workbook(tmp_path / "t.xlsx", one=[["question", "answer"], ["how?", "so"]]))


@pytest.mark.parametrize("rows", [[], [["how many?", 14]], [["question"], ["how many?"]]])
def test_a_workbook_without_the_columns_is_an_error_that_names_them(tmp_path, rows):
    with pytest.raises(BadQuestionFile, match=r"t\.xlsx: expected a header with question"):
        read_question_file(write_workbook(tmp_path / "t.xlsx", one=rows))


def test_two_columns_for_one_thing_in_a_sheet_are_an_error(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"t\.xlsx: two columns for the question: 'question' and '问题'"):
        read_question_file(write_workbook(tmp_path / "t.xlsx", one=[["question", "问题", "answer"], ["a?", "b?", "c"]]))


@pytest.mark.parametrize("content", [b"question,answer\n", b"PK\x03\x04" + b"\0" * 50, b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_an_error_that_says_what_to_do(tmp_path, content):
    with pytest.raises(BadQuestionFile, match=r"t\.xlsx: expected an Excel workbook, found none; save it as \.xlsx"):
        read_question_file(write_bytes(tmp_path / "t.xlsx", content))


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path, content):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PARTS = ["[Content_Types].xml", "xl/workbook.xml", SHEET, STRINGS, "xl/styles.xml", "xl/_rels/workbook.xml.rels"]


@pytest.fixture(scope="module")
def workbook_parts(tmp_path_factory):
    """Give the parts of a workbook, one of its texts apart from the sheet, as Excel keeps them."""
    path = tmp_path_factory.mktemp("book") / "t.xlsx"
    made = parts(write_workbook(path, one=[["question", "answer"], ["how many?", 14], ["who?", "nobody"]]))
    inline = b'<c r="B3" t="inlineStr"><is><t>nobody</t></is></c>'
    assert inline in made[SHEET]
    made[SHEET] = made[SHEET].replace(inline, b'<c r="B3" t="s"><v>0</v></c>')
    made[STRINGS] = f'<sst xmlns="{SHEET_MAIN_NS}"><si><t>nobody</t></si></sst>'.encode()
    shared = f'<Override PartName="/{STRINGS}" ContentType="{SHARED_STRINGS}" /></Types>'.encode()
    made[PARTS[0]] = made[PARTS[0]].replace(b"</Types>", shared)
    return made


@pytest.mark.parametrize("part", PARTS)
def test_a_workbook_with_an_entity_bomb_is_refused(tmp_path, workbook_parts, part):
    data = workbook_parts[part]
    head, _, rest = data.rpartition(b"?>")
    bombed = {**workbook_parts, part: (head + b"?>" if head else b"") + BOMB + rest}

    with pytest.raises(BadQuestionFile, match=r"t\.xlsx: expected an Excel workbook, found a damaged one") as caught:
        read_question_file(packed(tmp_path / "t.xlsx", bombed))

    causes = [caught.value]
    while causes[-1] is not None:
        causes.append(causes[-1].__cause__)
    assert any(isinstance(cause, EntitiesForbidden) for cause in causes)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "xl/styles.xml"])
def test_a_workbook_that_lacks_a_part_is_refused(tmp_path, workbook_parts, part):
    with pytest.raises(BadQuestionFile, match=r"t\.xlsx: "):
        read_question_file(
            packed(tmp_path / "t.xlsx", {name: data for name, data in workbook_parts.items() if name != part})
        )


def test_a_sheet_that_claims_a_huge_size_is_read_to_its_end(tmp_path, workbook_parts):
    sheet = workbook_parts[SHEET].replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:XFD1048576"')
    assert sheet != workbook_parts[SHEET]

    found = read_question_file(packed(tmp_path / "t.xlsx", {**workbook_parts, SHEET: sheet}))

    assert asked(found) == {"how many?": [("14",)], "who?": [("nobody",)]}


def test_a_row_a_thousand_million_rows_down_ends_the_reading(tmp_path, workbook_parts, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 1000)
    sheet = workbook_parts[SHEET].replace(b'<row r="3"', b'<row r="1000000000"')
    assert sheet != workbook_parts[SHEET]

    found = read_question_file(packed(tmp_path / "t.xlsx", {**workbook_parts, SHEET: sheet}))

    assert asked(found) == {"how many?": [("14",)]}
    assert reasons(found) == [(1001, "rows beyond the first 1,000 are not read")]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_workbook_with_a_part_changed_anywhere_is_read_or_refused(workbook_parts, data):
    part = data.draw(st.sampled_from(PARTS))
    content = workbook_parts[part]
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 20))
    new = data.draw(st.binary(max_size=6) | st.sampled_from([b"9" * 400, b"-1", b"nan", b"1e999", b'"', b"<", b">"]))
    with TemporaryDirectory() as folder:
        path = packed(
            Path(folder) / "t.xlsx", {**workbook_parts, part: content[:start] + new + content[start + length :]}
        )
        found, error = outcome(path)
    assert found.questions if found else str(path) in error


# --- Any file


@pytest.mark.parametrize("name", ["q.jsonl", "q.json", "q.csv", "q.xlsx", "q.txt"])
def test_a_file_that_is_not_there_or_empty_or_a_folder_is_an_error_that_names_it(tmp_path, name):
    path = tmp_path / name
    with pytest.raises(BadQuestionFile, match=rf"{name}'?: expected a file of questions, found none: No such file"):
        read_question_file(path)
    path.touch()
    with pytest.raises(BadQuestionFile, match=rf"{name}: expected questions, found an empty file"):
        read_question_file(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(BadQuestionFile, match=rf"{name}: expected a file of questions, found a folder"):
        read_question_file(path)


@pytest.mark.parametrize("name", ["q\0.csv", "q" * 5000])
def test_a_name_that_no_file_can_have_is_an_error(tmp_path, name):
    with pytest.raises(BadQuestionFile, match="found none"):
        read_question_file(tmp_path / name)


def test_a_device_is_no_file_of_questions():
    with pytest.raises(BadQuestionFile, match=r"/dev/null: expected a file of questions"):
        read_question_file(Path("/dev/null"))


@pytest.mark.parametrize("name", ["q.jsonl", "q.json", "q.csv", "q.xlsx"])
def test_a_file_that_may_not_be_read_is_an_error(tmp_path, monkeypatch, name):
    def refuse(*given, **options):
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / name, ASKED)
    monkeypatch.setattr(io, "open", refuse)
    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(BadQuestionFile, match=rf"{name}: can't be read: Permission denied"):
        read_question_file(path)


@pytest.mark.parametrize("name", ["q.jsonl", "q.json", "q.csv", "q.xlsx"])
def test_a_file_over_300_mb_is_an_error_that_gives_both_sizes(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as out:
        out.truncate(300_000_001)

    with pytest.raises(BadQuestionFile, match="expected at most 300,000,000 bytes, found 300,000,001"):
        read_question_file(path)


@pytest.mark.parametrize("name", ["q.txt", "q", "q.xls", "q.xlsm", "q.md"])
def test_an_unknown_suffix_is_an_error_that_names_the_known_ones(tmp_path, name):
    with pytest.raises(BadQuestionFile, match=r"expected JSON lines \(\.jsonl\), .* \(\.xlsx\), found the suffix"):
        read_question_file(write(tmp_path / name, ASKED))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("q.jsonl", "\n\n", "found none$"),
        ("q.jsonl", "\nnot json\n", "found none; line 2: not JSON"),
        ("q.json", json.dumps(squad({"context": SAFE, "qas": []})), "found none$"),
        ("q.json", json.dumps(squad({"context": SAFE})), "found none; article 1, paragraph 1: qas must be"),
        ("q.csv", "question,answer\n", "found none$"),
        ("q.csv", "question,answer\nhow many?", "found none; line 2: 1 cells where the header has 2"),
    ],
)
def test_a_file_without_a_usable_question_is_an_error_with_the_first_reason(tmp_path, name, content, reason):
    path = write(tmp_path / name, content)

    with pytest.raises(BadQuestionFile, match=rf"{name}: expected questions with answers, {reason}"):
        read_question_file(path)


def test_binary_data_with_the_suffix_of_a_table_is_an_error(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"t\.csv: expected text in UTF-8, UTF-16 or GB18030"):
        read_question_file(write_bytes(tmp_path / "t.csv", bytes(range(256)) * 4))


FRAGMENTS = st.sampled_from(
    [b"question", b"answer", "问题".encode(), "答案".encode("gb18030"), b",", b";", b"\t", b"|", b'"', b"\n", b"\r",
     b"how many?", b"14", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"{", b"}", b"[", b"]", b": ", b'"answers": []',
     b'{"question": "who?", "answers": []}', b'{"question": "who?", "answers": [{"accept": ["14"]}]}', b"null"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    content=st.binary(max_size=300) | st.lists(FRAGMENTS, max_size=30).map(b"".join),
    suffix=st.sampled_from([".jsonl", ".csv", ".json", ".tsv", ".xlsx"]),
)
@example(b'question,answer\n"how many?,14', ".csv")
@example(b'question,answer\nhow many?,"', ".csv")
def test_any_bytes_give_questions_or_the_one_error(content, suffix):
    with TemporaryDirectory() as folder:
        path = write_bytes(Path(folder) / f"q{suffix}", content)
        found, error = outcome(path)
    if found is None:
        assert path.name in error
        return
    assert found.questions
    assert len({one.id for one in found.questions}) == len(found.questions)
    for one in found.questions:
        assert clean(one.question)
        assert one.language in {"zh", "en"}
        assert all(form.strip() for answer in one.answers for form in answer.accept)
    assert all(isinstance(one, Skipped) and one.reason for one in found.skipped)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "question", "answers", "accept", "report", "anchors", "history", "language", "kind",
             "data", "paragraphs", "context", "qas", "text", "title", "is_impossible"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(given=JSON)
def test_any_json_gives_questions_or_the_one_error(given):
    with TemporaryDirectory() as folder:
        lines = write(Path(folder) / "q.jsonl", given, ASKED)
        assert read_question_file(lines).questions[-1].question == "how many quays?"
        for content in (
            given,
            {"data": given},
            {"data": [{"paragraphs": given}]},
            squad({"context": "14", "qas": given}),
        ):
            found, error = outcome(write(Path(folder) / "q.json", content))
            assert found.questions if found else "q.json" in error


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_an_answer_that_is_kept_is_held_by_its_paragraph(text):
    with TemporaryDirectory() as folder:
        content = squad({"context": text + SAFE, "qas": [qa("a", "who?", text or "x"), qa("b", "how?", "14")]})
        found = read_question_file(write(Path(folder) / "q.json", content))

    assert found.paragraphs == (Paragraph(found.paragraphs[0].id, "Larvik", text + SAFE),)
    assert all(holds(text + SAFE, form) for one in found.questions for answer in one.answers for form in answer.accept)


def test_the_longest_cell_is_read_whole(tmp_path):
    found = read_csv(tmp_path, f"question,answer\nhow?,{'1' * table.LONGEST_CELL}\n")

    assert asked(found) == {"how?": [("1" * 5000,)]}
