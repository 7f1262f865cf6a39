"""What English reports write as amounts and dates, and what only looks like one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quantities import Date, read


def meanings(text):
    return [one.meaning for one in read(text, "en")]


@pytest.mark.parametrize(
    ("written", "number", "unit", "approximation"),
    [
        ("1,569", "1569", "", None),
        ("ten thousand", "10000", "", None),
        ("twenty-five", "25", "", None),
        ("1.5 billion yuan", "1500000000", "yuan", None),
        ("RMB 20 million", "20000000", "yuan", None),
        ("RMB20 million", "20000000", "yuan", None),
        ("¥3 million", "3000000", "yuan", None),
        ("US$3bn", "3000000000", "dollar", None),
        ("nearly 400", "400", "", "nearly"),
        ("close to 400", "400", "", "nearly"),
        ("some 300", "300", "", "about"),
        ("more than 20", "20", "", "more than"),
        ("over 100 million yuan", "100000000", "yuan", "more than"),
        ("upwards of RMB 5 million", "5000000", "yuan", "more than"),
        ("at least 12%", "12", "percent", "at least"),
        ("no fewer than 3", "3", "", "at least"),
        ("up to 5 km", "5", "kilometre", "at most"),
        ("fewer than 5", "5", "", "less than"),
        ("12 percent", "12", "percent", None),
        ("12 per cent", "12", "percent", None),
        ("80% or more", "80", "percent", "at least"),
        ("10 million yuan or more", "10000000", "yuan", "at least"),
        ("200+", "200", "", "more than"),
        ("115,200 mu", "115200", "mu", None),
        ("two and a half years", "2.5", "year", None),
        ("half a million yuan", "500000", "yuan", None),
        ("a hundred days", "100", "day", None),
        ("12-year", "12", "year", None),
        ("12-year-old", "12", "year old", None),
        ("three times as many", "3", "fold", None),
        ("HK$5 million", "5000000", "Hong Kong dollar", None),
        ("5 km2", "5", "square kilometre", None),
        ("52 times", "52", "time", None),
        ("6.5 million person-times", "6500000", "visit", None),
        ("nearly 4,000 people", "4000", "person", "nearly"),
        ("two trillion yuan", "2000000000000", "yuan", None),
        ("-15 °C", "-15", "degree", None),
        ("passed 1,000 tonnes", "1000", "tonne", "more than"),
    ],
)
def test_an_amount_is_read_whole(written, number, unit, approximation):
    text = f"They had {written} in all."

    assert [(text[one.start : one.end], one.meaning) for one in read(text, "en")] == [
        (written, (Decimal(number), unit, approximation, None, False))
    ]


@pytest.mark.parametrize(
    ("written", "number", "upper", "unit"),
    [
        ("10 to 20 people", 10, 20, "person"),
        ("10–20%", 10, 20, "percent"),
        ("between 10 and 20 people", 10, 20, "person"),
        ("1 to 2 million yuan", 1_000_000, 2_000_000, "yuan"),
        ("500,000 to 2 million yuan", 500_000, 2_000_000, "yuan"),
    ],
)
def test_a_range_has_two_ends(written, number, upper, unit):
    assert meanings(written) == [(number, unit, None, upper, False)]


def test_a_change_is_no_range():
    assert meanings("from 10% to 20%") == [(10, "percent", None, None, False), (20, "percent", None, None, False)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the 22nd time", 22),
        ("an eighth group", 8),
        ("the Eighth National Conference on Aid", 8),
        ("twenty-first place", 21),
    ],
)
def test_ordinals_are_read(text, number):
    assert meanings(text) == [(number, "", None, None, True)]


@pytest.mark.parametrize(
    ("text", "parts", "until"),
    [
        ("2019", (2019, None, None, None, None), None),
        ("April 2018", (2018, 4, None, None, None), None),
        ("November 22, 2022", (2022, 11, 22, None, None), None),
        ("2021-08-09", (2021, 8, 9, None, None), None),
        ("2021/8/9", (2021, 8, 9, None, None), None),
        ("2021.12.31", (2021, 12, 31, None, None), None),
        ("22 November 2022", (2022, 11, 22, None, None), None),
        ("11:58", (None, None, None, 11, 58), None),
        ("3 p.m.", (None, None, None, 15, None), None),
        ("11:58 on 8 August 2021", (2021, 8, 8, 11, 58), None),
        ("8 August 2021 at 11:58", (2021, 8, 8, 11, 58), None),
        ("2014 to 2019", (2014, None, None, None, None), (2019, None, None, None, None)),
        ("January–August 2020", (2020, 1, None, None, None), (2020, 8, None, None, None)),
        ("May to August 2020", (2020, 5, None, None, None), (2020, 8, None, None, None)),
        ("August 8-10, 2021", (2021, 8, 8, None, None), (2021, 8, 10, None, None)),
        ("8-10 August 2021", (2021, 8, 8, None, None), (2021, 8, 10, None, None)),
    ],
)
def test_a_date_is_read_whole(text, parts, until):
    (one,) = read(f"From {text}, they", "en")

    assert isinstance(one, Date)
    assert (one.start, one.end, one.meaning) == (5, 5 + len(text), (parts, until))


@pytest.mark.parametrize("text", ["2,019 trees", "2019 trees", "trained 2019 young teachers", "more than 2019"])
def test_four_digits_that_count_are_no_year(text):
    assert [one[0] for one in meanings(text)] == [2019]


@pytest.mark.parametrize("text", ["The 2019 report", "in 2019, teachers", "Since 2019 it has", "(2019)"])
def test_four_digits_that_tell_when_are_a_year(text):
    assert [type(one) for one in read(text, "en")] == [Date]


@pytest.mark.parametrize(
    "text",
    [
        "a dozen", "hundreds of people", "a few hundred masks", "one of them", "one after another",
        "the two met", "“Ten Cities, Hundred Shops”", "A Million Picture Books",
        "Ten Thousand Mu, Hundred Million Yuan", "Five-Year Plan", "the Fifth Regiment",
        "the 14th Five-Year Plan", "for the first time", "the First People's Hospital", "one third",
        "two-thirds", "two-way", "No. 1 Kindergarten", "COVID-19", "5A", "K9786", "version 2.0", "“331”",
        "the “1+many” model", "1:1.5", "1 569 teachers", "2.0.1", "0571-87654321", "13800138000", "the 1990s",
        "he may go", "3/4", "One aim:\n\n## 2. Overview", "1. Overview", "twenty ten",
    ],
)  # fmt: skip
def test_words_names_and_labels_are_no_amounts(text):
    assert meanings(text) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Over three years, it grew", "three years"),
        ("for over three years", "over three years"),
        ("3 thousand-mu greenhouses", "3"),
        ("passed 3 laws", "3"),
        ("the first three years", "three years"),
    ],
)
def test_only_what_says_the_amount_is_claimed(text, written):
    assert [text[one.start : one.end] for one in read(text, "en")] == [written]


@given(st.text("0123456789-/.:, AugustMaySeptofthe", max_size=24))
def test_whatever_looks_like_a_date_is_read_within_its_text(text):
    for one in read(text, "en"):
        assert 0 <= one.start < one.end <= len(text)
