"""A report's passages as spans: whole, within the limit, and cut where sentences end."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Heading
from corpus.repair import repair
from index.passages import Passage, PassageSizes, split_passages
from index.sentences import sentences
from scale import scaled

CLOSING = set("。！？；，、：”’）》」』】…!?;:,.)")


def report(text, *, language="zh", headings=()):
    """Make a report of a text; `headings` are the texts of its headings, in order, with their levels."""
    places, position = [], 0
    for heading, level in headings:
        position = text.index(heading, position)
        places.append(Heading(position, position + len(heading), level))
        position += len(heading)
    return Document("r", "r.txt", language, "r", None, None, None, text, (), tuple(places), "")


def pieces(text, *, size=300, **options):
    document = report(text, **options)
    return [text[p.start : p.end] for p in split_passages(document, PassageSizes(zh=size, en=size))]


def test_a_short_report_is_one_passage_with_its_sentences():
    text = "投入3.5亿元。建成学校36所。\n惠及学生4万人。"

    assert split_passages(report(text), PassageSizes()) == [Passage("r", 0, 25, ((0, 8), (8, 16), (17, 25)))]


def test_the_limit_depends_on_the_language():
    sizes = PassageSizes(zh=10, en=30)

    assert (sizes.of("zh"), sizes.of("en")) == (10, 30)


def test_passages_keep_to_about_three_hundred_chinese_characters():
    passages = split_passages(report("全县累计投入资金3.5亿元，建成学校36所。" * 100), PassageSizes())

    assert max(p.end - p.start for p in passages) <= 300


def test_a_passage_ends_with_a_sentence_where_it_can():
    assert pieces("投入3.5亿元。建成学校36所。惠及学生4万人。", size=20) == [
        "投入3.5亿元。建成学校36所。",
        "惠及学生4万人。",
    ]


def test_a_passage_ends_with_a_line_rather_than_a_sentence():
    assert pieces("投入3.5亿元。\n建成学校。惠及学生4万人。", size=18) == ["投入3.5亿元。", "建成学校。惠及学生4万人。"]


def test_english_passages_end_with_a_sentence_where_they_can():
    text = "The port grew. It has 14 quays. Nobody was hurt in 3.5 years."

    assert pieces(text, language="en", size=32) == ["The port grew. It has 14 quays.", "Nobody was hurt in 3.5 years."]


def test_english_words_are_not_cut_where_there_is_a_space():
    text = "the port has rebuilt 1569 quays and cranes between 2015 and 2021 with money of its own"

    assert [word for piece in pieces(text, language="en", size=30) for word in piece.split()] == text.split()


def test_a_quotation_mark_stays_with_what_it_closes():
    text = "他说：“今年投入资金3.5亿元。”大家都同意！”" * 30

    assert not any(piece[0] in CLOSING for piece in pieces(text, size=40))


@pytest.mark.parametrize("closing", ["。”）", "！’”", "；”", "，”", "。）"])
def test_no_passage_begins_with_what_closes_the_one_before(closing):
    text = f"（他说：“今年投入资金3.5亿元{closing}大家都同意，" * 30

    assert not any(piece[0] in CLOSING for piece in pieces(text, size=40))


def test_straight_quotation_marks_open_as_well():
    text = '今年没有时间。"我们明天还要去县里开会"，村长说。"那好，我们后天再去。"' * 5

    assert not any(piece.endswith('。"') and piece.count('"') % 2 for piece in pieces(text, size=30))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_figure_is_not_cut_even_in_a_text_without_marks(language):
    text = "县里派出教师1,569.25人" * 40 if language == "zh" else "1,569.25-teachers/" * 40

    found = pieces(text, size=50, language=language)

    assert sum(piece.count("1,569.25") for piece in found) == 40


def test_english_is_not_cut_at_the_comma_inside_a_figure():
    text = "which cost 1,569,000 yuan and 2,569,000 yuan and 3,569,000 yuan for all " * 10

    assert all(re.fullmatch(r"[^\d]*(?:\d,\d{3},\d{3}[^\d]*)*", p) for p in pieces(text, size=60, language="en"))


def test_a_sentence_longer_than_the_limit_belongs_to_each_of_its_passages():
    text = "全县累计投入资金，" * 10 + "共3.5亿元。"

    passages = split_passages(report(text), PassageSizes(zh=40))

    assert len(passages) == 3
    assert {p.sentences for p in passages} == {((0, len(text)),)}


def test_a_passage_does_not_cross_a_heading():
    text = "总体情况\n投入3.5亿元。\n人员\n派出教师1569人。"

    assert pieces(text, headings=[("总体情况", 1), ("人员", 1)]) == ["投入3.5亿元。", "派出教师1569人。"]


def test_text_above_the_first_heading_is_a_passage():
    assert pieces("投入3.5亿元。\n人员\n派出教师1569人。", headings=[("人员", 1)]) == [
        "投入3.5亿元。",
        "派出教师1569人。",
    ]


def test_a_heading_with_nothing_below_it_can_still_be_found():
    text = "投入3.5亿元。\n派出教师1569人\n人员\n共36人。"

    assert "派出教师1569人" in pieces(text, headings=[("派出教师1569人", 1), ("人员", 1)])


@pytest.mark.parametrize("text", ["", "\n", " \u3000\n\n"])
def test_a_report_without_words_has_no_passages(text):
    assert split_passages(report(text), PassageSizes()) == []


@pytest.mark.parametrize(
    "text",
    [
        "投入3.5亿元。" * 200,
        "投入3.5亿元。\n" * 200,
        "投入3.5亿元。 投入3.5亿元。  \n\n" * 60,
        ("投入3.5亿元。" * 7 + "\n") * 20,
        "共36所。共36所。共36所！共36所。\n共36所。" * 40,
    ],
)
@pytest.mark.parametrize("size", [10, 30, 300])
def test_passages_of_repeated_text_lie_one_behind_the_other(text, size):
    passages = split_passages(report(text), PassageSizes(zh=size))

    edges = [0, *(edge for p in passages for edge in (p.start, p.end)), len(text)]
    assert edges == sorted(edges)
    assert not any(text[a:b].strip() for a, b in zip(edges[::2], edges[1::2], strict=True))


def test_sentences_of_repeated_text_belong_to_the_passage_they_stand_in():
    passages = split_passages(report("投入3.5亿元。" * 40), PassageSizes(zh=16))

    assert [p.sentences for p in passages] == [((a, a + 8), (a + 8, a + 16)) for a in range(0, 320, 16)]


# Any report

PIECES = [
    *"\n 。！？；，、：“”（）…\"'.!?;,",
    *(
        "\n\n",
        "\u3000",
        "\u2028",
        "\xa0",
        "……",
        "三年来",
        "教师1569人",
        "3.5亿元",
        "U.S.",
        "The port grew",
        "the",
        "𠮷",
    ),
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join)


@st.composite
def reports(draw):
    """Draw a report of any text, some of whose lines are headings."""
    text = draw(TEXT)
    spans = [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", text)]
    chosen = sorted(draw(st.sets(st.sampled_from(spans), max_size=3))) if spans else []
    headings = tuple(Heading(start, end, draw(st.integers(1, 3))) for start, end in chosen)
    language = draw(st.sampled_from(["zh", "en"]))
    return Document("r", "r.txt", language, "r", None, None, None, text, (), headings, "")


SIZES = st.integers(5, 80).map(lambda size: PassageSizes(zh=size, en=size))


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(reports(), SIZES)
def test_passages_come_in_order_without_space_around_them(document, sizes):
    position = 0
    for passage in split_passages(document, sizes):
        assert position <= passage.start < passage.end <= len(document.text)
        text = document.text[passage.start : passage.end]
        assert text == text.strip()
        position = passage.end


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(reports(), SIZES)
def test_passages_hold_all_text_that_is_no_heading(document, sizes):
    inside = {i for p in split_passages(document, sizes) for i in range(p.start, p.end)}
    inside |= {i for heading in document.headings for i in range(heading.start, heading.end)}

    assert [c for i, c in enumerate(document.text) if i not in inside and not c.isspace()] == []


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(reports(), SIZES)
def test_no_passage_is_longer_than_the_limit(document, sizes):
    assert all(p.end - p.start <= sizes.of(document.language) for p in split_passages(document, sizes))


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(reports(), SIZES)
def test_a_passage_has_just_the_sentences_that_it_overlaps(document, sizes):
    inside = {span for p in split_passages(document, sizes) for span in p.sentences}
    for passage in split_passages(document, sizes):
        assert passage.sentences
        assert all(start < passage.end and passage.start < end for start, end in passage.sentences)
        expected = sorted(one for one in inside if one[0] < passage.end and passage.start < one[1])
        assert list(passage.sentences) == expected


SENTENCE = st.tuples(
    st.sampled_from(["全县投入资金3.5亿元", "他说：“派出教师1569人", "其中，女教师800人", "（含乡镇学校36所）"]),
    st.sampled_from(["。", "！", "？", "。”", "！”", "？”", "；", "，"]),
).map("".join)


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.lists(SENTENCE, max_size=40), st.integers(20, 120))
def test_no_passage_begins_with_a_closing_mark(written, size):
    assert not any(piece[0] in CLOSING for piece in pieces("".join(written), size=size))


@settings(max_examples=scaled(50, 1000), deadline=None)
@given(st.lists(SENTENCE, max_size=40))
def test_passages_of_a_repaired_report_have_the_report_s_sentences(written):
    result = repair("\n\n".join(written))
    document = Document("r", "r", "zh", "r", None, None, None, result.text, result.stretches, result.headings, "")

    inside = {span for p in split_passages(document, PassageSizes()) for span in p.sentences}
    titles = {(heading.start, heading.end) for heading in document.headings}

    assert set(sentences(document.text)) - titles <= inside
