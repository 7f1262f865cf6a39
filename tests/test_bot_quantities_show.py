"""Amounts and dates of one language, shown in either."""

import pytest

from bot.quantities import read, show


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("近3000名", "nearly 3,000 people", "近3000人"),
        ("20亿元", "2 billion yuan", "20亿元"),
        ("8.5亿元", "850 million yuan", "8.5亿元"),
        ("26.44亿元", "2.644 billion yuan", "26.44亿元"),
        ("2万亿元", "2,000 billion yuan", "20000亿元"),
        ("10672000元", "10.672 million yuan", "1067.2万元"),
        ("2.2万人", "22,000 people", "2.2万人"),
        ("2.3万人次", "23,000 visits", "2.3万人次"),
        ("11.52万亩", "115,200 mu (7,680 ha)", "11.52万亩"),
        ("1万亩", "10,000 mu (about 667 ha)", "1万亩"),
        ("10至20亩", "10 to 20 mu (about 0.667 to 1.33 ha)", "10至20亩"),
        ("3斤", "3 jin (1.5 kg)", "3斤"),
        ("17家", "17", "17家"),
        ("120余项", "more than 120", "超过120项"),
        ("12%以上", "at least 12%", "12%以上"),
        ("10%至20%", "10% to 20%", "10至20%"),
        ("约5天", "about 5 days", "约5天"),
        ("将近3年", "nearly 3 years", "接近3年"),
        ("一年", "1 year", "1年"),
        ("1人", "1 person", "1人"),
        ("1.2倍", "1.2 times as much", "1.2倍"),
        ("10至20人", "10 to 20 people", "10至20人"),
        ("1至2亿元", "100 to 200 million yuan", "1至2亿元"),
        ("第八次", "8th", "第8次"),
        ("第22批", "22nd", "第22批"),
        ("第11批", "11th", "第11批"),
        ("12345.67元", "12,345.67 yuan", "12345.67元"),
        ("2022年11月22日", "November 22, 2022", "2022年11月22日"),
        ("2018年4月", "April 2018", "2018年4月"),
        ("2014年到2019年", "2014 to 2019", "2014年至2019年"),
        ("1月—8月", "January to August", "1月至8月"),
        ("2020年1月—8月", "January to August 2020", "2020年1月至8月"),
        ("2021年8月8日11时58分", "11:58 on August 8, 2021", "2021年8月8日11时58分"),
        ("下午3点", "3 p.m.", "15时"),
        ("24时", "24:00", "24时00分"),
        ("1368年", "AD 1368", "1368年"),
    ],
)
def test_what_is_read_is_shown_in_either_language(written, english, chinese):
    (one,) = read(written, "zh")

    assert (show(one, "en"), show(one, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("written", "chinese"),
    [
        ("nearly 3,000 people", "近3000人"),
        ("1,569 teachers", "1569"),
        ("more than 250 million yuan", "超过2.5亿元"),
        ("2,019 trees", "2,019"),
        ("2,000 years", "2,000年"),
    ],
)
def test_english_is_shown_in_chinese(written, chinese):
    (one,) = read(written, "en")

    assert show(one, "zh") == chinese
