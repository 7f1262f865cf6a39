"""Invented report passages with questions, for training the reader."""

import json
import random
import re
from pathlib import Path

import pytest

from bot.errors import BadQuestionFile
from bot.reader.reports import bridge_for, load_reports, report_samples, split_reports

SHIPPED = Path(__file__).parents[1] / "scripts/reading"


@pytest.fixture(scope="module")
def passages():
    return load_reports(SHIPPED)


def test_each_answer_stands_in_its_passage_and_some_questions_have_none(passages):
    asked = [one for passage in passages for one in passage]

    assert len(passages) > 280
    assert all(len(passage) == 14 for passage in passages)
    assert [one.question for one in asked if one.end > len(one.text)] == []
    assert 0.2 < sum(one.start == one.end for one in asked) / len(asked) < 0.4
    assert {one.language for one in asked} == {"zh", "en"}


def test_no_passage_is_about_what_the_reports_are_about(passages):
    named = re.compile("浙江|金华|阿克苏|温宿|援疆|Zhejiang|Jinhua|Aksu|Wensu|Xinjiang-aid")

    assert [passage[0].text[:40] for passage in passages if named.search(passage[0].text)] == []


def test_passages_are_held_out_whole(passages):
    kept, held = split_reports(passages)

    assert len(held) == round(0.1 * len(passages))
    assert {one[0].text for one in kept} & {one[0].text for one in held} == set()
    assert split_reports(passages) == (kept, held)


def test_a_question_in_the_other_language_has_its_gloss_now_and_then(tmp_path):
    asked = [{"lang": "en", "q": "how many nurses?", "a": "40名"}, {"lang": "zh", "q": "有医生吗", "a": None}]
    line = json.dumps({"title": "医院", "text": "培训护士40名。", "qas": asked})
    (tmp_path / "one.jsonl").write_text(line, encoding="utf-8")
    passages = load_reports(tmp_path)
    bridge = bridge_for(passages)
    drawn = [one for seed in range(20) for one in report_samples(passages, bridge, random.Random(seed))]

    assert {one.question for one in drawn} == {"how many nurses?", "how many nurses? 护士", "有医生吗"}
    assert {one.context[one.start : one.end] for one in drawn} == {"40名", ""}


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
