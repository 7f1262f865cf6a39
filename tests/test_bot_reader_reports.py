"""Invented reports with questions, for training the reader."""

import json
import random
import re
from pathlib import Path

import pytest

from bot.errors import BadQuestionFile
from bot.reader.reports import bridge_for, load_reports, report_samples, split_reports

SHIPPED = Path(__file__).parents[1] / "scripts/reading"


@pytest.fixture(scope="module")
def reports():
    return load_reports(SHIPPED)


def test_each_answer_stands_in_its_passage_and_some_questions_have_none(reports):
    asked = [one for report in reports for one in report]

    assert len({one.text for one in asked}) > 680
    assert [one.question for one in asked if one.end > len(one.text)] == []
    assert 0.25 < sum(one.start == one.end for one in asked) / len(asked) < 0.4
    assert {one.language for one in asked} == {"zh", "en"}


def test_a_report_of_several_passages_answers_a_question_in_one_of_them(reports):
    asked = [one for report in reports for one in report if one.others]

    assert len(asked) > 2500
    assert [one.question for one in asked if one.text in one.others] == []


def test_no_report_is_about_what_the_shipped_ones_are_about(reports):
    named = re.compile("浙江省?援疆|金华|阿克苏|温宿|Jinhua|Aksu|Wensu|Xinjiang-aid")

    assert [one.text[:40] for report in reports for one in report if named.search(one.text)] == []


def test_reports_are_held_out_whole(reports):
    kept, held = split_reports(reports)

    assert len(held) == round(0.1 * len(reports))
    assert {one.text for report in kept for one in report} & {one.text for report in held for one in report} == set()
    assert split_reports(reports) == (kept, held)


def test_a_question_in_the_other_language_has_its_gloss_now_and_then(tmp_path):
    asked = [{"lang": "en", "q": "how many nurses?", "a": "40名"}, {"lang": "zh", "q": "有医生吗", "a": None}]
    write(tmp_path, {"title": "医院", "text": "培训护士40名。", "qas": asked})
    reports = load_reports(tmp_path)
    bridge = bridge_for(reports)
    drawn = [one for seed in range(20) for one in report_samples(reports, bridge, random.Random(seed))]

    assert {one.question for one in drawn} == {"how many nurses?", "how many nurses? 护士", "有医生吗"}
    assert {one.context[one.start : one.end] for one in drawn} == {"40名", ""}


def test_an_answered_question_is_read_in_other_passages_of_its_report_too(tmp_path):
    asked = [{"lang": "zh", "q": "多少护士", "a": "40名"}]
    write(
        tmp_path,
        {"title": "医院", "text": "培训护士40名。", "qas": asked},
        {"title": "医院", "text": "培训医生30名。", "qas": []},
        {"title": "学校", "text": "培训教师20名。", "qas": []},
    )
    reports = load_reports(tmp_path)
    bridge = bridge_for(reports)
    drawn = [report_samples(reports, bridge, random.Random(seed)) for seed in range(20)]

    assert {len(samples) for samples in drawn} == {1, 2}
    assert {(one.context, one.context[one.start : one.end]) for samples in drawn for one in samples} == {
        ("培训护士40名。", "40名"),
        ("培训医生30名。", ""),
    }


def write(folder, *passages):
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in passages)
    (folder / "one.jsonl").write_text(lines, encoding="utf-8")


@pytest.mark.parametrize(
    "line", ["{", "{}", '{"text": "a", "qas": [{"lang": "en", "q": "b", "a": "c"}]}', '{"text": "a", "qas": [1]}', "[]"]
)
def test_a_line_of_another_form_is_an_error_that_names_the_file(tmp_path, line):
    (tmp_path / "one.jsonl").write_text(line, encoding="utf-8")

    with pytest.raises(BadQuestionFile, match=r"one\.jsonl: not passages with questions"):
        load_reports(tmp_path)


def test_a_folder_without_passages_is_an_error(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"no \.jsonl"):
        load_reports(tmp_path)
