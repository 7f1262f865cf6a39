"""Questions and reports as people really write them, with the real encoder and reader."""

import pytest

from bot.assistant import Assistant
from bot.reader.model import Reader
from corpus.reader import read_corpus
from index.build import build_index
from index.retrieve import Retriever
from index.saved import SavedIndex
from small import check_record, write_reports

LIBRARY = """---
id: library
title: 平川县图书馆建设报告
publisher: 平川县文化局
region: 平川县
period: 2016-2020
---

# 平川县图书馆建设报告

## 馆舍

2016年至2020年，全县投入资金8600万元，新建图书馆23座，改造旧馆12座。2019年5月，县中心图书馆开馆，建筑面积1.2万平方米。

## 人员

文化局选派图书管理员358名，其中96名到乡镇任职。第三期培训班于2018年在县城举办，县教师进修学校校长周立新主持。

## 读者

| 年份 | 到馆读者 |
| 2019 | 38.2万人次 |
| 2020 | 41.6万人次 |
"""

PORT = """---
id: port
title: Port of Larvik
publisher: Larvik Port Office
period: 2015-2021
---

# Port of Larvik

The port rebuilt 14 quays between 2015 and 2021 for 320 million kroner.
The port trained 86 pilots, who served 2,300 visits. Three cranes came from Kalmar, Konecranes and Liebherr.
The director, Lin Solberg, opened the new ferry terminal on 3 May 2019.
"""

ENDLESS = "统计材料 " + "、".join(f"第{n}号泵站装机容量{n * 7}千瓦并由第{n}工程队负责维护" for n in range(1, 400))

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def assistant(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    reports = write_reports(folder / "reports", {"library.md": LIBRARY, "port.md": PORT, "pumps.txt": ENDLESS})
    build_index(read_corpus([reports]), folder / "index", encoder)
    return Assistant(Retriever(SavedIndex.load(folder / "index"), encoder), Reader.load(encoder))


def values(answer):
    return [fact.value for fact in answer.facts]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("新建了多少座图书馆？", "23座"),
        ("全縣新建了多少座圖書館？", "23座"),
        ("新建图书官多少座", "23座"),
        ("２０１６年至２０２０年新建图书馆多少座？", "23座"),
        ("请告诉我新建的图书馆有几座。", "23座"),
        ("多少 librarians 选派了", "358名"),
        ("新建图书馆花了多少钱？", "8600万元"),
        ("县中心图书馆什么时候开馆的？", "2019年5月"),
        ("how many libraries were built?", "23座"),
        ("how many librarys were bulit in the county?", "23座"),
        ("when did the central library open?", "2019年5月"),
        ("how many quays did the port rebuild?", "14"),
        ("港口改建了多少个码头？", "14"),
        ("how many pilots were trained?", "86"),
    ],
)
def test_the_figure_comes_first_however_it_is_asked(assistant, question, value):
    answer = assistant.ask(question)

    assert answer.status == "answered", answer.text
    assert value in values(answer)[0]
    check_record(answer.record(), assistant.documents)


def test_two_questions_in_one_message_are_both_answered(assistant):
    answer = assistant.ask("全县新建了多少座图书馆？选派了多少名图书管理员？")

    assert {"23座", "358名"} <= set(values(answer))


def test_a_name_in_another_language_is_shown_as_written_and_spelt(assistant):
    answer = assistant.ask("who is the headmaster of the county teachers' school?")

    assert any(fact.value == "周立新" and "Zhou Lixin" in fact.display for fact in answer.facts), answer.text


@pytest.mark.parametrize(
    "question",
    [
        "2011年新建了多少座图书馆？",
        "第七期培训班是哪年举办的？",
        "杭州市新建了多少座图书馆？",
        "how many libraries did Guangdong build?",
        "how many quays were rebuilt in 1998?",
    ],
)
def test_another_year_place_or_number_is_no_answer(assistant, question):
    answer = assistant.ask(question)

    assert (answer.status, answer.facts) == ("not_found", ()), answer.text


def test_what_is_missing_is_said(assistant):
    assert "杭州" in assistant.ask("杭州市新建了多少座图书馆？").text.splitlines()[1]


def test_a_report_without_sentence_ends_is_answered_with_a_quote_of_bearable_length(assistant):
    answer = assistant.ask("第88号泵站装机容量是多少千瓦？")

    assert all(len(citation.quote) <= 1000 for citation in answer.citations)
    check_record(answer.record(), assistant.documents)


def test_rows_of_a_table_are_read(assistant):
    assert "41.6万人次" in values(assistant.ask("2020年到馆读者有多少人次？"))


@pytest.mark.parametrize("question", ["多少" * 400, "how many " * 200, "1" * 1900, "《" * 500, "是谁？" * 300])
def test_long_and_empty_talk_ends_in_an_answer(assistant, question):
    check_record(assistant.ask(question).record(), assistant.documents)
