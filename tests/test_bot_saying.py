"""Whether a text says something, in one of the ways to say it."""

import pytest

from bot.saying import named_in, said_in


@pytest.mark.parametrize(
    ("text", "ways", "language", "said", "named"),
    [
        ("新建桥5座", ["桥"], "zh", True, True),
        ("道路通畅", ["路"], "zh", True, False),
        ("公路12公里", ["路", "公路"], "zh", True, True),
        ("two secondary schools", ["secondary school"], "en", True, True),
        ("secondary roads and three primary schools", ["secondary school"], "en", True, False),
        ("the engineers came", ["engineer"], "en", True, True),
        ("", ["桥"], "zh", False, False),
        ("新建桥5座", [], "zh", False, False),
        ("the", ["of the"], "en", False, False),
    ],
)
def test_what_a_text_says_and_what_it_names(text, ways, language, said, named):
    assert said_in(text, ways, language) is said
    assert named_in(text, ways, language) is named


@pytest.mark.parametrize(("way", "language", "filling"), [("桥", "zh", "字"), ("Bridge", "en", "word ")])
def test_a_whole_report_is_searched_by_its_characters(way, language, filling):
    long = filling * 20_001

    assert named_in(f"{long} {way.lower()}s", [way], language) is True
    assert named_in(long, [way], language) is False
