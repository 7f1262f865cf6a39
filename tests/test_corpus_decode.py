"""Bytes of a file to text: the encodings of Chinese reports, and what is no text."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.decode import decode
from corpus.errors import NotText
from scale import scaled

CHINESE = "浙江省援疆指挥部\n2014年以来，累计选派援疆教师1569人，投入3.5亿元。\n“十城百店”带动12%以上。\n"
ENGLISH = "Shore power in Bergen\nIn 2017 the harbour received 323 cruise calls and 2,600 calls by vessels.\n"
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}

# What a person types: no controls, nothing unassigned, private or half of a pair, no mark of byte order.
PLAIN = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs"), exclude_characters="\ufeff") | st.just("\n"),
)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
FIGURE = st.integers(0, 10**6).map(str) | st.decimals(0, 10**4, places=2).map(str)
CHINESE_TEXT = st.lists(st.tuples(HAN, FIGURE), min_size=8, max_size=40).map(
    lambda parts: "。\n".join(f"2020年共选派教师{figure}人，其中{words}" for words, figure in parts) + "。"
)


def read(data):
    return decode(data, name="report.txt")


@pytest.mark.parametrize("text", [CHINESE, ENGLISH, CHINESE + ENGLISH], ids=["zh", "en", "both"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_report_reads_the_same_in_every_encoding(text, encoding):
    assert read(text.encode(encoding)) == text


def test_the_older_chinese_encodings_are_read_as_the_one_that_holds_them():
    assert read(CHINESE.encode("gb2312")) == CHINESE
    assert read("镕基、喆、囧".encode("gbk")) == "镕基、喆、囧"


def test_characters_beyond_the_basic_plane_are_kept():
    text = "𠮷野家在㐀村，共23户。"

    assert [read(text.encode(encoding)) for encoding in ("utf-8", "gb18030", "utf-16")] == [text] * 3


@pytest.mark.parametrize("text", ["", "5", "hi", "教", "教师", "教师1569人", "é", "“好”"])
@pytest.mark.parametrize("encoding", MARKS)
def test_a_mark_decides_however_short_the_text_is(text, encoding):
    assert read(MARKS[encoding] + text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["", "5", "hi", "教", "教师", "教师1569人", "一", "é"])
def test_short_texts_in_utf_8_need_no_mark(text):
    assert read(text.encode()) == text


@pytest.mark.parametrize("text", ["教师1569人", "派出教师，共三批。", "中文文本没有任何标点"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be"])
def test_a_line_of_chinese_needs_no_mark(text, encoding):
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_ascii_digits_in_utf_16_without_a_mark_are_read(encoding):
    text = "2019,1569\n2020,1620\n"

    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["Teachers sent: 1,569.", "a b", "ab", "PK", "NEWS 24"])
def test_plain_ascii_of_even_length_is_not_taken_for_utf_16(text):
    assert read(text.encode()) == text


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_every_kind_of_line_end_becomes_one_newline(ends, encoding):
    assert read(f"第一行{ends}第二行{ends}{ends}第四行".encode(encoding)) == "第一行\n第二行\n\n第四行"


def test_only_one_mark_is_dropped():
    assert read(codecs.BOM_UTF8 * 2 + b"a") == "\ufeffa"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8,
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(range(256)) * 8,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(255, -1, -1)) * 8,
        b"\x1f\x8b\x08\x00" + bytes((i * 151 + i // 7) % 256 for i in range(4000)),
        b"\x7fELF\x02\x01\x01" + bytes(4000),
        bytes(100),
        b"\x00",
        b"\xff",
        b"\x80" * 10,
        bytes(range(1, 32)) * 40,
    ],
    ids=["png", "zip", "pdf", "gzip", "elf", "zeros", "one zero", "one byte", "no lead bytes", "controls"],
)
def test_binary_data_is_no_text(data):
    with pytest.raises(NotText, match=r"^report\.txt: expected [^\n]+; (convert it|save it)[^\n]+$"):
        read(data)


@pytest.mark.parametrize("place", [0, 7, 40_000, 199_999])
def test_one_nul_anywhere_makes_a_text_binary(place):
    text = "a" * 200_000

    with pytest.raises(NotText, match="binary data"):
        read((text[:place] + "\x00" + text[place + 1 :]).encode())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_nul_in_marked_utf_16_is_binary_too(encoding):
    with pytest.raises(NotText, match="binary data"):
        read(MARKS[encoding] + "教师\x00人".encode(encoding))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (codecs.BOM_UTF8 + "教师".encode()[:-1], "marked as utf-8 but not valid at byte 3"),
        (codecs.BOM_UTF16_LE + "教师".encode("utf-16-le")[:-1], "marked as utf-16-le but not valid"),
        (codecs.BOM_UTF16_BE + "教师".encode("utf-16-be")[:-1], "marked as utf-16-be but not valid"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8A\x00", "marked as utf-16-le but not valid at byte 0"),
    ],
    ids=["utf-8", "utf-16-le", "utf-16-be", "half a pair"],
)
def test_a_marked_file_that_is_cut_off_is_said_to_be(data, message):
    with pytest.raises(NotText, match=message):
        read(data)


def test_the_error_names_the_file():
    with pytest.raises(NotText, match=r"^报告/图片\.txt: "):
        decode(b"\x00\x01\x02", name="报告/图片.txt")


def test_a_large_file_is_decoded_whole():
    text = CHINESE * 4000

    assert [read(text.encode(e)) for e in ("utf-8", "gb18030", "utf-16-le")] == [text] * 3


def test_a_wrong_byte_far_behind_the_sample_is_not_passed_over():
    data = CHINESE.encode() * 4000 + b"\xff"

    with pytest.raises(NotText):
        read(data)


@settings(max_examples=scaled(100, 1500), deadline=None)
@given(PLAIN)
def test_any_text_comes_back_from_utf_8(text):
    assert read(text.encode()) == text


@settings(max_examples=scaled(100, 1500), deadline=None)
@given(PLAIN, st.sampled_from(sorted(MARKS)))
def test_any_text_comes_back_from_a_marked_file(text, encoding):
    assert read(MARKS[encoding] + text.encode(encoding)) == text


@settings(max_examples=scaled(80, 800), deadline=None)
@given(CHINESE_TEXT, st.sampled_from(["gb18030", "utf-16-le", "utf-16-be"]))
def test_any_chinese_text_comes_back_without_a_mark(text, encoding):
    assert read(text.encode(encoding)) == text


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_said_not_to_be(data):
    try:
        text, lines = read(data), None
    except NotText as err:
        text, lines = "", str(err).splitlines()
    assert lines is None or len(lines) == 1
    assert not set("\x00\r") & set(text)
    text.encode()


def test_bullets_of_a_word_processor_are_text():
    text = "\uf0b7 派出教师1569人\n" * 20

    assert decode(text.encode(), name="a.txt") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["thequickbrownfoxsentteachers" * 5, "一一一派出教师一千人" * 9, "Sent 1,569 teachers."]
)
def test_utf_16_without_a_mark_is_told_by_its_zero_bytes(text, encoding):
    assert decode(text.encode(encoding), name="a.txt") == text
