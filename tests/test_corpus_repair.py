"""Layout damage undone: what is joined, what is dropped, and that no figure changes."""

import re
import textwrap
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.joints import torn_word
from corpus.reader import read_corpus
from corpus.repair import repair
from damage import damage, measure, squeeze
from index.sentences import sentences
from scale import scaled

INVENTED = sorted((Path(__file__).parent / "data/invented").glob("*.txt"))
CLEAN = {path.stem: path.read_text(encoding="utf-8") for path in INVENTED}
CHINESE = {name: text for name, text in CLEAN.items() if re.search("[一-鿿]", text[:400])}
ENGLISH = {name: text for name, text in CLEAN.items() if name not in CHINESE}
OPENING = "全县共有教师1569人，其中女教师800人。"

# A figure as it reads once white space is gone; digits that white space parts are two figures.
QUANTITY = re.compile(r"\d+(?:\.\d+)?(?:[余多]?[百千万亿]*[余多]?|[%‰])")
WORDED = re.compile("[零〇一二三四五六七八九十百千万亿两半]+")
NUMERAL = re.compile("[0-9０-９零〇一二三四五六七八九十百千万亿两半]")


def lines(raw):
    return repair(raw).text.split("\n")


def headings(raw):
    result = repair(raw)
    return [(result.text[heading.start : heading.end], heading.level) for heading in result.headings]


def figures(text):
    """Count the figures of a text in Arabic and Chinese numerals, however its lines are broken."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d)\s+(?=\d)", "|", text)
    text = re.sub(r"\s+", "", text)
    return Counter(QUANTITY.findall(text)) + Counter(WORDED.findall(text))


def digit_runs(text):
    """Count the runs of digits, whatever order the lines come in."""
    return Counter(re.findall(r"\d+", unicodedata.normalize("NFKC", text)))


# Examples


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("负责人说。三\n\n年来，招商引资工作不断推进。", "负责人说。三年来，招商引资工作不断推进。"),
        ("三\n\n年来，招商引资工作不断推进。", "三年来，招商引资工作不断推进。"),
        ("培训班，引导妇女在领域拓宽农\n\n产品销售渠道。", "培训班，引导妇女在领域拓宽农产品销售渠道。"),
        ("“孵化园，现已成为\n\n‘组团式’援疆的主平台。”他说。", "“孵化园，现已成为‘组团式’援疆的主平台。”他说。"),
        ("建成“十城百店\n\n”门店600多个。", "建成“十城百店”门店600多个。"),
        ("全县新建学校（含\n\n幼儿园）36所。", "全县新建学校（含幼儿园）36所。"),
        ("建立农村文化礼堂5个、\n文化大舞台3个。", "建立农村文化礼堂5个、文化大舞台3个。"),
        ("全县累计投入资金3.5亿元\n\n，建成学校36所。", "全县累计投入资金3.5亿元，建成学校36所。"),
    ],
)
def test_a_chinese_sentence_broken_by_layout_is_whole_again(raw, text):
    assert repair(raw).text == text


def test_a_word_doubled_at_the_joint_stands_once():
    raw = "金华市援疆指挥部持续推进“十城百店”工程2.0版迭代升级，2021年被授予全国消费帮扶助力乡村\n\n乡村振兴典型案例。"

    assert repair(raw).text.endswith("全国消费帮扶助力乡村振兴典型案例。")


def test_a_figure_doubled_at_the_joint_stands_twice():
    raw = f"{OPENING}今年新招的教师一共有一百二十\n\n一百二十人是去年的数字。"

    assert repair(raw).text.count("一百二十") == 2


@pytest.mark.parametrize(
    ("torn", "word"),
    [
        ("Ships at berth released 36,500 tonnes of ca\n\nrbon dioxide in 2017.", "carbon"),
        ("The concentration of nit\n\nrogen dioxide was high.", "nitrogen"),
        ("The residents col\nlected 9,200 signatures.", "collected"),
        ("The council app\n\nroved the plan in March 2018.", "approved"),
    ],
)
def test_an_english_word_torn_in_two_is_whole_again(torn, word):
    assert repair(torn).text == re.sub(r"\s*\n+\s*", "", torn)
    assert word in repair(torn).text


def test_english_words_at_a_joint_are_parted_by_a_space():
    raw = "The harbour received 323 cruise calls in 2017 and\nabout 2,600 calls by supply vessels."

    assert repair(raw).text == "The harbour received 323 cruise calls in 2017 and about 2,600 calls by supply vessels."


def test_a_hyphen_at_the_joint_takes_no_space():
    assert repair("The port is well-\nknown for its quays.").text == "The port is well-known for its quays."


@pytest.mark.parametrize("mark", list("时金疆■·丶丿口|*"))
def test_a_stray_mark_between_paragraphs_is_dropped(mark):
    assert lines(f"{OPENING}\n\n{mark}\n\n今年又派出86人。") == [OPENING, "今年又派出86人。"]


def test_several_stray_marks_in_a_row_are_dropped():
    assert lines(f"{OPENING}\n\n时  \n金  \n疆\n\n今年又派出86人。") == [OPENING, "今年又派出86人。"]


@pytest.mark.parametrize("mark", ["5", "５", "三", "百", "万", "亿", "半", "两"])
def test_a_numeral_alone_on_its_line_is_no_stray_mark(mark):
    assert mark in repair(f"{OPENING}\n\n{mark}\n\n今年又派出86人。").text


@pytest.mark.parametrize("rule", ["---", "***", "======", "|---|---|", "~~~~", "```"])
def test_a_rule_is_dropped(rule):
    assert lines(f"{OPENING}\n\n{rule}\n\n今年又派出86人。") == [OPENING, "今年又派出86人。"]


def test_whole_paragraphs_stay_apart():
    text = f"{OPENING}\n2021年，投入资金3.5亿元。\n建成学校36所！\n有多少学生？"

    assert repair(text).text == text


def test_a_sentence_that_begins_anew_is_not_joined_to_one_that_breaks_off():
    raw = f"{OPENING}其中外地教师\n\n截至2021年底，投入资金3.5亿元，建成学校36所，惠及学生四万人。"

    assert "教师截至" not in repair(raw).text


def test_figures_that_meet_at_a_joint_are_never_made_one():
    for tail, head in [("15", "00"), ("1,", "569"), ("2019", "2020"), ("３", "５"), ("11.", "52")]:
        text = repair(f"The council spent on the quays of the harbour, {tail}\n{head} kroner in all.").text
        assert tail + head not in text


def test_items_of_a_list_are_lines_of_their_own():
    raw = "投入情况：\n- 教育3.5亿元；\n- 医疗2亿元\n- 文化200万元。\n"

    assert lines(raw) == ["投入情况：", "教育3.5亿元；", "医疗2亿元", "文化200万元。"]


def test_the_number_of_an_item_is_kept():
    raw = "1. 第一批派出教师72名。\n2. 第二批派出教师14名。"

    assert repair(raw).text == raw


def test_markdown_headings_keep_their_levels():
    raw = f"# 情况\n\n{OPENING}\n\n## 队伍\n\n今年派出86人。\n\n### 编制 ###\n\n在编72人。\n\n## 经费\n\n投入3.5亿元。"

    assert headings(raw) == [("情况", 1), ("队伍", 2), ("编制", 3), ("经费", 2)]


def test_numbered_chinese_headings_are_recognised():
    raw = f"一、基本情况\n\n{OPENING}\n\n（一）队伍\n\n今年派出86人。\n\n二、经费\n\n投入3.5亿元。"

    assert headings(raw) == [("一、基本情况", 2), ("（一）队伍", 3), ("二、经费", 2)]


@pytest.mark.parametrize(
    ("line", "text"),
    [("培养一批“带不走”的人才队伍", OPENING), ("Background", "In 2017 the harbour received 323 cruise calls.")],
)
def test_a_short_line_without_a_final_mark_is_a_heading(line, text):
    assert headings(f"{line}\n\n{text}") == [(line, 2)]


@pytest.mark.parametrize("line", [OPENING, "成效如何？", "来源：中国教师报", "The port grew.", "，其中女教师800人"])
def test_a_sentence_or_a_label_is_no_heading(line):
    assert headings(f"{line}\n\n{OPENING}") == []


def test_a_heading_broken_in_two_lines_is_one():
    assert headings(f"## 消费协作金名片：\n打造商贸物流高地促进双循环\n\n{OPENING}") == [
        ("消费协作金名片： 打造商贸物流高地促进双循环", 2)
    ]


def test_a_heading_path_leads_from_the_outermost_heading(tmp_path):
    (tmp_path / "a.md").write_text(
        f"# 报告\n\n{OPENING}\n\n## 队伍\n\n### 编制\n\n在编1200人。\n\n## 经费\n\n投入3.5亿元。\n"
    )
    (document,) = read_corpus([tmp_path]).documents

    paths = [document.heading_path(document.text.index(word)) for word in ("1569", "在编", "投入")]

    assert paths == [("报告",), ("报告", "队伍", "编制"), ("报告", "经费")]


@pytest.mark.parametrize("raw", ["", "\n\n\n", " \t\u3000\n", "\u200b\ufeff", "---\n\n***\n", "时\n\n金\n"])
def test_a_file_without_words_gives_no_text(raw):
    assert repair(raw).text == ""


def test_repair_begins_where_it_is_told_to():
    raw = f"title: 5\n{OPENING}"

    result = repair(raw, raw.index(OPENING))

    assert result.text == OPENING
    assert [(s.start, s.end, s.source, s.line) for s in result.stretches] == [(0, len(OPENING), 9, 2)]


def test_a_joined_sentence_is_made_of_its_pieces_and_says_their_lines():
    raw = f"{OPENING}\n\n文化阵地被授予阿克苏地区\n\n首个“书香温宿·阅读基地”。\n"

    result = repair(raw)

    assert [(result.text[s.start : s.end], s.line) for s in result.stretches] == [
        (OPENING, 1),
        ("文化阵地被授予阿克苏地区", 3),
        ("首个“书香温宿·阅读基地”。", 5),
    ]


# The map to the file


MARKS = [
    *("# ", "## ", "- ", "* ", "1. ", "(2) ", "---", "===", "| 15 | 36 |", "|", ">", "\t", " ", "\u3000", "\xa0"),
    *("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\u200b", "\ufeff", "\r", "\n", "\n", "\n\n", "\n\n"),
]  # fmt: skip
WORDS = [
    *"。，；、：“”（）《》？.,;%％５①²٣½三二",
    *("15", "万", "1,", "569", "11.", "52", "12.5", "年来", "教师", "1569人", "乡村", "乡村振兴", "两期", "一、"),
    *("（一）", "来源：", "他说，", "共有教师", "The ca", "rbon dioxide", "and", "and the", "in 2017"),
    *("𠮷", "é", "e\u0301", "👨‍👩‍👧", "ﬁ", "\u202e", "\u0600", "الف", "ไทย"),
]  # fmt: skip
ODD_TEXT = st.lists(
    st.sampled_from(WORDS) | st.sampled_from(MARKS) | st.text(max_size=6),
    max_size=30,
).map("".join)


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(ODD_TEXT, st.integers(0, 4))
def test_every_character_of_the_text_stands_in_the_file_where_the_map_says(raw, begin):
    result = repair(raw, min(begin, len(raw)))

    for s in result.stretches:
        assert result.text[s.start : s.end] == raw[s.source : s.source + s.end - s.start] != ""
        assert s.line == raw.count("\n", 0, s.source) + 1
        assert "\n" not in result.text[s.start : s.end]
        assert s.source >= min(begin, len(raw))


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(ODD_TEXT)
def test_what_the_map_leaves_out_of_the_text_is_single_white_space(raw):
    result = repair(raw)

    edges = [0, *(edge for s in result.stretches for edge in (s.start, s.end)), len(result.text)]
    gaps = [result.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]

    assert {gaps[0], gaps[-1]} == {""}
    assert set(gaps) <= {"", " ", "\n"}


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(ODD_TEXT)
def test_no_character_of_the_file_is_used_twice(raw):
    used = sorted((s.source, s.source + s.end - s.start) for s in repair(raw).stretches)

    assert all(first[1] <= second[0] for first, second in pairwise(used))


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(ODD_TEXT)
def test_a_heading_is_a_line_of_the_text(raw):
    result = repair(raw)

    spans, position = set(), 0
    for line in result.text.split("\n"):
        spans.add((position, position + len(line)))
        position += len(line) + 1

    assert {(heading.start, heading.end) for heading in result.headings} <= spans
    assert {heading.level for heading in result.headings} <= {1, 2, 3, 4, 5, 6}


# Figures

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
FIGURE = st.one_of(
    st.integers(0, 99_999).map(str),
    st.integers(1000, 9_999_999).map("{:,}".format),
    st.decimals(0, 9999, places=2).map(str),
    st.decimals(0, 999, places=1).map("{}万".format),
    st.integers(1, 999).map("{}亿".format),
    st.integers(100, 999).map("{}余万".format),
    st.integers(1, 99).map("{}%".format),
    st.integers(1, 9999).map(lambda number: str(number).translate(FULL_WIDTH)),
    st.sampled_from(["三百五十", "两千", "一千三百余", "五万", "二十", "半"]),
)
BEGINNINGS = {
    "zh": [
        "三年来，全县累计投入资金",
        "2020年，当地共有教师",
        "项目覆盖农户",
        "“十城百店”带动销售",
        "其中，新建学校",
        "人均增收",
    ],
    "en": ["In 2017 the harbour received ", "The city spent ", "Ships burned ", "and the share rose to "],
}
ENDS = {
    "zh": [
        "元。",
        "人；",
        "户，",
        "吨。",
        "所，成效明显。",
        "，位居全市第一。",
        "个（含乡镇）；",
        "名教师与骨干结对。",
    ],
    "en": [" cruise calls. ", " million kroner, ", " per cent; ", ", more than in 2016. "],
}
LAST = {"zh": "此后没有变化。", "en": "Nothing changed later."}


@st.composite
def broken_reports(draw):
    """Draw a report of sentences that differ, with lines broken inside figures and elsewhere."""
    language = draw(st.sampled_from(["zh", "en"]))
    parts = zip(*(draw(st.permutations(some[language])) for some in (BEGINNINGS, ENDS)), strict=False)
    count = draw(st.integers(1, 6))
    text = "".join(begin + draw(FIGURE) + end for begin, end in list(parts)[:count]) + LAST[language]
    in_figures = [
        i
        for i in range(1, len(text))
        if re.match("[0-9０-９.,]", text[i - 1]) and re.match("[0-9０-９.,%万亿余元人户吨]", text[i])
    ]
    places = draw(st.lists(st.sampled_from(in_figures), max_size=4)) if in_figures else []
    places = sorted({*places, *draw(st.lists(st.integers(1, len(text) - 1), max_size=4))})
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
    raw = pieces[0]
    for before, piece in pairwise(pieces):
        # A lone mark that is no numeral is a stray one to any reader, and "1" before ",569" may be 1,569.
        lone = any(len(one.strip()) < 2 and not NUMERAL.fullmatch(one.strip()) for one in (before, piece))
        comma = piece[0] == "," and before[-1].isdigit()
        raw += ("" if lone or comma else draw(st.sampled_from(["\n", "\n\n", "  \n\n", "\n　　"]))) + piece
    return raw


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(broken_reports())
def test_repair_neither_invents_nor_drops_nor_alters_a_figure(raw):
    assert figures(repair(raw).text) == figures(raw)


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(broken_reports())
def test_repair_keeps_every_run_of_digits_as_it_is(raw):
    assert digit_runs(repair(raw).text) == digit_runs(raw)


@settings(max_examples=scaled(30, 500), deadline=None)
@given(st.sampled_from(sorted(CLEAN)), st.integers(0, 10_000))
def test_a_damaged_report_keeps_every_run_of_digits(name, seed):
    raw = damage(CLEAN[name], seed)

    assert digit_runs(repair(raw).text) == digit_runs(raw)


@pytest.mark.parametrize("name", sorted(CLEAN))
def test_a_clean_report_keeps_every_figure(name):
    assert figures(repair(CLEAN[name]).text) == figures(CLEAN[name])


# How well sentences are restored


def total(pages):
    """Return the share of broken sentences that repair restored and the share of false joins."""
    parts = [measure(clean, damaged) for clean, damaged in pages]
    broken = sum(part.sentences - part.intact for part in parts)
    restored = sum(part.restored - part.intact for part in parts)
    joins = sum(part.joins for part in parts)
    return restored / broken, sum(part.false_joins for part in parts) / joins


@pytest.fixture(scope="module")
def damaged_pages():
    """Measure pages made of the invented reports in turn, the page's number being the seed."""
    reports = list(CLEAN.values())
    numbers = range(scaled(20, 200))
    return total((reports[i % len(reports)], damage(reports[i % len(reports)], i)) for i in numbers)


def test_at_most_one_join_in_a_hundred_is_false(damaged_pages):
    _, false_joins = damaged_pages

    assert false_joins <= scaled(0.02, 0.01)


def test_more_than_half_of_the_broken_sentences_are_restored(damaged_pages):
    restored, _ = damaged_pages

    assert restored >= 0.53


@pytest.mark.parametrize("name", sorted(CLEAN))
def test_a_clean_report_is_left_as_it_is(name):
    marks = re.compile("#+ |[-•*] ")

    assert lines(CLEAN[name]) == [marks.sub("", line, count=1) for line in CLEAN[name].split("\n") if line]


@pytest.mark.parametrize("name", sorted(CLEAN))
def test_what_was_repaired_is_not_repaired_again(name):
    once = repair(CLEAN[name]).text

    assert squeeze(repair(once).text) == squeeze(once)


def wrapped(text, width):
    """Break every paragraph into lines of one width, as mail and old converters do."""
    if re.search("[一-鿿]", text[:400]):
        return re.sub(f"(.{{{width}}})(?=.)", r"\1\n", text)
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n"))


@pytest.mark.parametrize(
    ("reports", "width"), [(CHINESE, 20), (CHINESE, 40), (ENGLISH, 72)], ids=["zh20", "zh40", "en72"]
)
def test_most_sentences_of_hard_wrapped_reports_are_restored(reports, width):
    restored, false_joins = total((clean, wrapped(clean, width)) for clean in reports.values())

    assert restored >= 0.6
    assert false_joins <= 0.01


# The originals


@pytest.fixture(scope="module")
def repaired_originals(originals):
    return {document.id: document for document in read_corpus([originals]).documents}


@pytest.mark.parametrize("name", ["jinhua", "zhejiang"])
def test_every_sentence_of_an_original_stands_in_its_file(repaired_originals, originals, name):
    document = repaired_originals[name]
    file_lines = (originals / f"{name}.txt").read_text(encoding="utf-8").split("\n")

    for start, end in sentences(document.text):
        stretches = document.stretches_of(start, end)
        pieces = [document.text[s.start : s.end] for s in stretches]
        assert all(piece in file_lines[s.line - 1] for s, piece in zip(stretches, pieces, strict=True))
        assert squeeze("".join(pieces)) == squeeze(document.text[start:end])


@pytest.mark.parametrize("name", ["jinhua", "zhejiang"])
def test_an_original_keeps_every_run_of_digits(repaired_originals, originals, name):
    raw = (originals / f"{name}.txt").read_text(encoding="utf-8")

    assert digit_runs(repaired_originals[name].text) == digit_runs(raw)


def test_the_sentence_that_a_heading_and_columns_parted_is_joined(repaired_originals):
    document = repaired_originals["jinhua"]
    found = [
        (start, end) for start, end in sentences(document.text) if "216名青年教师“师徒结对”" in document.text[start:end]
    ]

    assert len(found) == 1
    quote = document.text[slice(*found[0])]
    assert quote.startswith("扎实推进“组团式”教育援疆试点，两期72名援疆教师与216名青年教师“师徒结对”，开展示范课")
    assert quote.endswith("受益学生7499人次。")
    first, second = document.stretches_of(*found[0])
    assert first.line > second.line  # the rest stands further up in the file


@pytest.mark.parametrize(
    "words",
    [
        "负责人说。三年来，金华市援疆指挥部",
        "助力乡村振兴典型案例",
        "被授予阿克苏地区首个“书香温宿·阅读基地”",
        "拓宽农产品销售渠道",
    ],
)
def test_what_layout_parted_in_an_original_is_joined(repaired_originals, words):
    assert words in repaired_originals["jinhua"].text


@pytest.mark.parametrize("name", ["jinhua", "zhejiang"])
def test_a_repaired_original_is_not_repaired_again(repaired_originals, name):
    once = repaired_originals[name].text

    assert squeeze(repair(once).text) == squeeze(once)


def test_the_stray_marks_of_an_original_are_gone(repaired_originals):
    assert not {"时", "金", "疆"} & set(repaired_originals["jinhua"].text.split("\n"))


@pytest.mark.parametrize(
    "raw",
    [
        "两期14名医生与26名青年医生“师徒结对”。\n\n“师徒结对”，培训教师2368人次，\n\n受益学生7499人次。两期72名教师与216名青年教师",
        "Source: the port\nrbon dioxide fell by 62 per cent between 2017 and\n"
        "ships burned 4,300 tonnes of fuel and released less ca\n",
    ],
)
def test_lines_that_each_seem_to_go_on_in_the_other_are_not_lost(raw):
    assert digit_runs(repair(raw).text) == digit_runs(raw)


# Text wrapped at a fixed width

WRAPPED_EN = (
    "The port authority of Rizhao sent 1,569 engineers to the northern berths, and Bergen lent them nine cranes. "
    "In Menglian County the coffee growers built 214 drying beds; each of them holds about 300 kg of beans. "
    "Suzhou opened two lines in 2022, which carry 640,000 passengers a day between the old town and the lake."
)
WRAPPED_ZH = (
    "全县共有教师1569人，其中女教师800人，他们来自十一个城市的学校，任期为三年。截至去年底，投入资金3.5亿元，"
    "建成学校36所，惠及学生四万人。县里还建立了结对制度，每名教师带两名徒弟，共结对三千余对，覆盖所有乡镇中学和小学。"
)


@pytest.mark.parametrize("width", [30, 40, 60, 72])
def test_english_wrapped_at_a_fixed_width_becomes_whole_sentences_again(width):
    text = f"{WRAPPED_EN} {WRAPPED_EN}"

    found = lines("\n".join(textwrap.wrap(text, width)))

    assert " ".join(found) == text
    assert all(line.endswith(".") for line in found)


@pytest.mark.parametrize("width", [12, 16, 20])
def test_chinese_wrapped_at_a_fixed_width_becomes_whole_sentences_again(width):
    found = lines("\n".join(WRAPPED_ZH[i : i + width] for i in range(0, len(WRAPPED_ZH), width)))

    assert "".join(found) == WRAPPED_ZH
    assert all(line.endswith("。") for line in found)


def test_rows_of_one_length_are_no_wrapped_text():
    rows = [f"第{n}小学  2020年  教师{n}569人" for n in "一二三四五六七八九"]

    assert lines("\n".join(rows)) == rows


# Figures at joints


@pytest.mark.parametrize(
    ("before", "after"),
    [("投入资金1", ",000元用于修路。"), ("投入资金1", "，000元用于修路。"), ("乘车缩短为一小时二十", "三年前修的路。")],
)
def test_figures_that_meet_at_a_joint_stay_apart(before, after):
    assert before + after not in repair(f"{before}\n\n{after}").text


@pytest.mark.parametrize("word", ["two", "hundred", "ninety", "million"])
def test_a_number_word_is_never_taken_for_doubled(word):
    text = repair(f"The province sent them {word}\n\n{word} of them stayed in the county for good.").text

    assert text.count(word) == 2


def test_a_line_of_backticks_with_a_figure_is_kept():
    assert "2020" in repair(f"{OPENING}\n\n```2020\n\n{OPENING}").text


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        ("截至去年共派出教师1569\n\n人\n\n，其中女教师800人。", "截至去年共派出教师1569人，其中女教师800人。"),
        ("优良率达到98.2\n\n日\n\n%，比前年提高。", "优良率达到98.2%，比前年提高。"),
        ("由0.92册增加到1\n\n年\n\n.21册，人均14册。", "由0.92册增加到1\n.21册，人均14册。"),
    ],
)
def test_a_lone_unit_stays_only_where_the_figure_before_it_has_no_other(raw, whole):
    assert repair(raw).text == whole


def test_a_word_with_an_ending_of_another_line_is_not_torn():
    assert torn_word("Monitoring Office", "nt of its planned capacity") == ""
    assert torn_word("in Menglian County", "ed on raised beds") == ""
    assert torn_word("it was comple", "ted in May") == "completed"


@pytest.mark.parametrize("text", ["，" * 300_000 + "x", "，：" * 150_000 + "x", "……" * 150_000, "（" * 300_000])
def test_one_long_line_of_marks_is_read_in_linear_time(text):
    assert repair(text).text == text


@pytest.mark.parametrize(
    "rows",
    [
        [f"20{n}年，教师15{n}人" for n in range(14, 21)],
        ["县,年份,人数", *(f"和田县,20{n},15{n}" for n in range(14, 21))],
        [f"{c}京市建国路{n}{n}号，电话010-8888{n}{n}" for n, c in enumerate("东南西北中", start=1)],
        [f"Hotan, teachers 15{n}" for n in range(14, 21)],
        [f"{c}来了，桃花就都要开放" for c in ("春天", "夏天", "秋天", "冬天", "新年")],
    ],
    ids=["years", "csv", "addresses", "names", "verse"],
)
def test_rows_of_one_shape_are_no_wrapped_text(rows):
    assert lines("\n".join(rows)) == rows


def test_wrapped_english_keeps_its_words_apart_whatever_marks_they_have():
    text = (
        "Growth in the county slowed from year to year and the “poverty line” was set at a level that cafés owned; "
        "it came to €5 million in the end, and the people said that it was too much for them, as their number was only "
        "45. The next year it rose to the highest level that was seen, and nobody in the county could tell why."
    )

    found = [lines("\n".join(textwrap.wrap(text, width))) for width in range(40, 80, 3)]

    assert {" ".join(one) for one in found} == {text}
    assert all(line.endswith(".") for one in found for line in one)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("同比变化如下：\n- 3.5%\n+ 2.1%", ["- 3.5%", "+ 2.1%"]),
        ("全县共有耕地3500\n\n亩\n\n投资增加。", ["3500亩"]),
        ("They paid\n\n$\n\n500 for the roads.", ["$"]),
        ("growth was low -\n5 percent of the budget went there.", ["low - 5 percent"]),
    ],
)
def test_signs_units_and_currencies_of_figures_are_kept(raw, kept):
    assert all(piece in repair(raw).text for piece in kept)


def test_a_sentence_that_begins_with_part_is_no_heading():
    assert not repair("Part of the money went to schools in the county\n\nThe rest went to roads.").headings[1:]
    assert repair("Part II Roads\n\nThe rest went to roads.").headings


@pytest.mark.parametrize("text", ["".join(f"和田{i}县\n" for i in range(10_000)), "a" * 200_000 + "1\nbcd\n"])
def test_long_lists_and_long_words_are_read_in_linear_time(text):
    assert repair(text).text.startswith(text[:5])
