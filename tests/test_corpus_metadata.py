import json
import re
import time
from pathlib import Path

import pytest

from corpus.document import Heading
from corpus.language import detect_language
from corpus.metadata import read_metadata
from corpus.reader import read_report

INVENTED = Path(__file__).parent / "data" / "invented"
EXPECTED = json.loads((INVENTED / "expected.json").read_text(encoding="utf-8"))
BODY = "全县共有茶园十二万亩，分布在九个乡镇，多数建在海拔八百米以上的山坡。"
ENGLISH_BODY = "The tea gardens of the county lie in nine townships, most of them on steep slopes."


def read(text, *, headings=(), language="zh", stem="stem"):
    return read_metadata(text, headings=headings, language=language, stem=stem)


def heads(text, *lines, level=1):
    starts = [text.index(line) for line in lines]
    return tuple(Heading(a, a + len(b), level) for a, b in zip(starts, lines, strict=True))


def quoted(text, metadata, field):
    return [text[start:end] for start, end in metadata.evidence.get(field, ())]


def laid_out(raw):
    """Stand in for repair: lines stripped, short ones that end in no punctuation are headings."""
    lines = [re.sub(r"^#+\s+", "", line.strip()) for line in raw.splitlines()]
    headings, start = [], 0
    for number, line in enumerate(lines):
        alone = not number or not lines[number - 1]
        if alone and 0 < len(line) < 40 and line[-1] not in "。！？；：，.!?;:,":
            headings.append(Heading(start, start + len(line), 1))
        start += len(line) + 1
    return "\n".join(lines), tuple(headings)


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_invented_reports_say_whose_and_when_they_are(stem):
    text, headings = laid_out((INVENTED / f"{stem}.txt").read_text(encoding="utf-8"))
    language = detect_language(text)

    found = read(text, headings=headings, language=language, stem=stem)

    assert {
        "title": found.title,
        "publisher": found.publisher,
        "region": found.region,
        "period": found.period and list(found.period),
        "language": language,
    } == EXPECTED[stem]


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_invented_reports_say_the_same_once_repaired(stem):
    document = read_report(INVENTED / f"{stem}.txt")

    assert {
        "title": document.title,
        "publisher": document.publisher,
        "region": document.region,
        "period": document.period and list(document.period),
        "language": document.language,
    } == EXPECTED[stem]


def test_each_field_keeps_the_characters_it_was_read_from():
    text = (
        "英山县茶产业发展报告\n2014年以来，英山县设立基金。英山还建成茶厂。\n到2019年，产量翻番。\n"
        "数据来源：英山县茶叶局。"
    )

    found = read(text, headings=heads(text, "英山县茶产业发展报告"))

    assert (found.title, found.publisher) == ("英山县茶产业发展报告", "英山县茶叶局")
    assert (found.region, found.period) == ("英山县", (2014, 2019))
    assert {field: quoted(text, found, field) for field in found.evidence} == {
        "title": ["英山县茶产业发展报告"],
        "publisher": ["英山县茶叶局"],
        "region": ["英山县", "英山"],
        "period": ["2014", "2019"],
    }


def test_a_report_that_says_nothing_of_itself_has_its_stem_for_a_title():
    found = read(BODY, stem="茶园")

    assert (found.title, found.publisher, found.region, found.period) == ("茶园", None, None, None)
    assert found.evidence == {}


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "。", "2"])
def test_next_to_no_text_is_read(text):
    assert read(text).title == "stem"


@pytest.mark.parametrize(
    "above",
    [
        "",
        "第3版",
        "2021年8月9日",
        "2021年8月9日 星期一 第5版",
        "二〇二一年八月九日",
        "2021-08-09",
        "- 1 -",
        "第 2 页",
        "来源：山城日报",
        "本报记者 张三",
        "修好茶路为人民！",
        "忠诚担当 团结实干 敢为人先 勇立潮头",
        "![封面](cover.png)",
    ],
)
def test_the_title_is_the_first_line_that_reads_as_one(above):
    text = f"{above}\n\n英山县茶产业发展报告\n\n{BODY}\n\n一、基本情况\n\n{BODY}"

    found = read(text, headings=heads(text, "英山县茶产业发展报告", "一、基本情况"))

    assert found.title == "英山县茶产业发展报告"
    assert quoted(text, found, "title") == [found.title]


@pytest.mark.parametrize(
    "first", ["一、基本情况", "（一）保护优先", "1. 背景", "第一章 总则", "前言", "目录", "茶路", "- 茶园"]
)
def test_a_section_or_a_scrap_is_no_title(first):
    text = f"{first}\n{BODY}"

    assert read(text, headings=heads(text, first)).title == "stem"


def test_a_heading_after_body_text_is_no_title():
    text = f"{BODY}\n保护优先，划定茶园边界\n{BODY}"

    assert read(text, headings=heads(text, "保护优先，划定茶园边界")).title == "stem"


def test_a_slogan_is_the_title_if_nothing_better_stands_above_the_body():
    assert read(f"茶香万里 富民强县\n{BODY}").title == "茶香万里 富民强县"


@pytest.mark.parametrize("piece", ["描绘更加美丽的", "英山县与", "和茶农一起致富", "Tea Gardens of the"])
def test_a_piece_of_a_headline_is_no_title(piece):
    assert read(f"{piece}\n{BODY}").title == "stem"


def test_a_headline_whose_rest_stands_elsewhere_is_no_title():
    text = f"为茶乡绘出新景\n{BODY}\n来贡献英山力量\n{BODY}"

    assert read(text, headings=heads(text, "为茶乡绘出新景", "来贡献英山力量")).title == "stem"
    assert read(text, headings=heads(text, "为茶乡绘出新景")).title == "为茶乡绘出新景"


def test_a_long_first_line_is_body_text():
    assert read(BODY.replace("。", "，") * 9 + f"\n英山县茶产业发展报告\n{BODY}").title == "stem"


def test_an_english_title_is_read():
    text = f"Page 1 of 9\nTea and Roads: A Survey of Nine Townships\n{ENGLISH_BODY}"

    assert read(text, language="en").title == "Tea and Roads: A Survey of Nine Townships"
    assert read(ENGLISH_BODY, language="en").title == "stem"
    assert read(f"1. Background\n{ENGLISH_BODY}", language="en").title == "stem"


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("数据来源：英山县茶叶局", "英山县茶叶局"),
        ("资料来源:英山县茶叶局。", "英山县茶叶局"),
        ("（来源：《山城日报》）", "山城日报"),
        ("【来源：山城日报】", "山城日报"),
        ("　　来源： 山城日报 2021-08-09 作者：张三", "山城日报"),
        ("信息来源：山茶（集团）有限公司", "山茶（集团）有限公司"),
        ("供稿单位：英山县委宣传部", "英山县委宣传部"),
        ("发布单位：英山县统计局（2021年3月）", "英山县统计局"),
        ("**来源**：山城日报", "山城日报"),
        ("Source: Yingshan Tea Board", "Yingshan Tea Board"),
        ("Data source: Yingshan Tea Board.", "Yingshan Tea Board"),
        ("Published by: Yingshan Tea Board, 3 May 2021", "Yingshan Tea Board"),
        ("主要收入来源：茶叶占六成", None),
        ("来源：茶叶占63%，其余为工资", None),
        ("来源：茶叶是主要的。其余为工资。", None),
        ("来源：根据各乡镇上报材料整理", None),
        ("来源：网络", None),
        ("来源：https://example.org/tea", None),
        ("来源：", None),
        ("来源：" + "山" * 90, None),
        ("Source: compiled by the author", None),
        ("Source of income: tea", None),
        ("茶农的水来源：山泉", None),
        ("来源于英山县茶叶局", None),
    ],
)
def test_a_source_line_names_the_publisher(line, publisher):
    text = f"英山县茶产业发展报告\n{BODY}\n{line}"

    found = read(text)

    assert found.publisher == publisher
    assert quoted(text, found, "publisher") == ([publisher] if publisher else [])


def test_source_lines_that_differ_leave_the_publisher_open():
    text = f"{BODY}\n来源：山城日报\n来源：茶乡晚报"

    assert read(text).publisher is None
    assert read(f"{text}\n发布单位：英山县统计局").publisher == "英山县统计局"
    assert read(f"来源：山城日报\n{BODY}\n来源：山城日报").publisher == "山城日报"


def test_the_source_of_a_table_within_the_report_is_not_the_publisher():
    body = "\n".join([BODY] * 12)

    assert read(f"{body}\n资料来源：英山县茶叶局\n{body}").publisher is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2019年，茶园扩大。", (2019, 2019)),
        ("2017—2021年，茶园扩大。", (2017, 2021)),
        ("2017年至2021年，茶园扩大。", (2017, 2021)),
        ("规划期为2015-2020。", (2015, 2020)),
        ("2018、2020和2022年三次普查。", (2018, 2022)),
        ("2020年5月动工，2022/11/22完工。", (2020, 2022)),
        ("首发\n2021·8·8", (2021, 2021)),
        ("二〇一九年动工，二○二一年完工。", (2019, 2021)),
        ("一九九八年建厂。", (1998, 1998)),
        ("十四五（2021—2025）规划。", (2021, 2025)),
        ("政发〔2016〕12号文件", (2016, 2016)),
        ("- 2016：产茶320吨\n- 2018：产茶410吨", (2016, 2018)),
        ("产量超过2016年同期。", (2016, 2016)),
        ("2000年前后建厂。", (2000, 2000)),
        ("In 2019 the gardens grew.", (2019, 2019)),
        ("The plan for 2016-2020 was met.", (2016, 2020)),
        ("Between 2016 and 2020 the gardens grew.", (2016, 2020)),
        ("From 2017 to 2023 the gardens grew.", (2017, 2023)),
        ("Since 2014, members have planted trees.", (2014, 2014)),
        ("It opened in April 2012 and was sold on 3 May 2016.", (2012, 2016)),
        ("By the end of 2023 and until 2030 it pays.", (2023, 2030)),
        ("The 2016 season was dry, the 2018 harvest good.", (2018, 2018)),
        ("A tax was planned in mid-2015.", (2015, 2015)),
        ("Tea Board Annual Report 2018", (2018, 2018)),
    ],
)
def test_the_period_is_the_earliest_and_the_latest_year(text, period):
    assert read(text).period == period


@pytest.mark.parametrize(
    "text",
    [
        "发掘时有民工2000人，技工1998名。",
        "运走土方2018吨，海拔2016米，编号2041的陶壶。",
        "到房间2016号办理，电话：8520 2035，0571-2018-2020。",
        "每亩1,998元，共12019元，占20.19%，约2016.5亩。",
        "墓葬距今约2000年，茶史近2000年，已有2000年历史。",
        "2000年来茶树不断。",
        "“十三五”期间，今年和去年，三年来。",
        "每盒1950-2050元，共2015至2018个。",
        "1850年建厂，2150年还在。",
        "2018级学生，A2016型机器。",
        "About 2000 people came to 2016 villages.",
        "In 2016 villages the pay rose by 2000 yuan, in 2000 of them twice.",
        "It rose to 2050, and a 2000-metre race in room 2016 drew 1998 people.",
        "Between 1990 and 2010 people came.",
        "Growth in the 1990s was slow.",
    ],
)
def test_a_number_that_is_no_year_is_no_period(text):
    assert read(text).period is None


def test_the_years_are_quoted_where_they_first_stand():
    text = "2018年动工，二〇二一年完工，2021年和2018年复查。"

    found = read(text)

    assert found.evidence["period"] == ((0, 4), (8, 12))
    assert quoted(text, read("2018年。"), "period") == ["2018"]


@pytest.mark.parametrize(
    "text",
    ["\n" * 1_000_000, " " * 1_000_000, "2019、" * 20_000, "2019" * 250_000, "来源：" + "（" * 500_000],
    ids=["blank", "spaces", "years", "digits", "brackets"],
)
def test_odd_texts_take_time_in_proportion(text):
    started = time.perf_counter()

    found = read(text)

    assert (found.title, found.publisher, found.period) == ("stem", None, None)
    assert time.perf_counter() - started < 20
