import pytest

from corpus.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("赣州市新建脐橙分选厂12座。", "zh"),
        ("Ganzhou built twelve sorting plants for oranges.", "en"),
        ("新厂采用ABB和Siemens的设备，全部接入SCADA系统。", "zh"),
        ("The oranges (脐橙) of Ganzhou (赣州) are sorted in twelve plants.", "en"),
        ("2019 100% 3.5", "zh"),
        ("", "zh"),
        ("\n \u3000\n", "zh"),
        ("Ångström å Ørsted", "en"),
    ],
)
def test_the_language_is_the_one_of_most_words(text, language):
    assert detect_language(text) == language


def test_a_chinese_report_with_an_english_abstract_is_chinese():
    chinese = "全市共建成果品分选厂十二座，日处理能力三千吨。" * 10
    english = "The city has built twelve sorting plants that handle 3,000 tonnes a day. " * 3

    assert detect_language(english + chinese) == "zh"


def test_a_long_text_is_judged_by_all_of_its_parts():
    cover = "Cover page in English. " * 2_000

    assert detect_language(cover + "果品分选厂日处理能力三千吨。" * 60_000) == "zh"
