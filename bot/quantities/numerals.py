"""Bot stage: numerals to numbers, in figures, in Chinese (cn2an) and in English (text2num)."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from text_to_num import alpha2digit, text2num  # type: ignore[import-untyped]

# Longer ones are no amounts of anything, and reading them would take time.
MAX_DIGITS = 30
# What points and commas join is taken in whole, so that no part of 2.0.1 or of 1,23 is read as a number.
FIGURES = r"\d++(?:[,.]\d++)*+"
_FIGURES = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
# 1 000 may be one number or two that met at the end of a line; neither is claimed.
SPACED = re.compile(r"(?<=\d)(?:[ \u00a0\u202f]\d{3}(?!\d))+")
# The beginning of a line up to the number of its item.
ITEM = re.compile(r"(?:\A|\n)[ \t\u3000#*>-]{0,8}\Z")
_SUFFIXED = re.compile(r"(\d+)(?:st|nd|rd|th)")
_DIGITS_ZH = {c: digit for digit, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_DIGIT = "[一二三四五六七八九]"
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# Twenty-five, two hundred, a hundred thousand: most of what is written.
_SIMPLE = re.compile(rf"(?:({_DIGIT})?(十)({_DIGIT})?|({_DIGIT}|两)([百千])?)([万亿])?")
_YEAR = re.compile("[〇零一二三四五六七八九]{4}|[0-9]{4}")


def figures(written: str) -> Decimal | None:
    """Return the number that figures write, None if they write none.

    >>> figures("1,569.5"), figures("2.0.1")
    (Decimal('1569.5'), None)
    """
    if len(written) > MAX_DIGITS or not _FIGURES.fullmatch(written):
        return None
    return Decimal(written.replace(",", ""))


@lru_cache(maxsize=1024)
def han(written: str) -> Decimal | None:
    """Return the number that Chinese numerals write, None if they write none.

    A scale without a digit is once that scale. Digits in a row are no number: 三四 is three or four.

    >>> [str(han(one)) for one in ("二十五", "三点五", "百万", "三四", "万一")]
    ['25', '3.5', '1000000', 'None', 'None']
    """
    whole, _, fraction = written.partition("点")
    if written == "半":
        return Decimal("0.5")
    if written == "零":
        return Decimal(0)
    # cn2an adds up digits in a row, and takes the 五 of 一亿五 for units.
    if len(written) > MAX_DIGITS or re.search("[一二三四五六七八九两]{2}|亿[一二三四五六七八九]$", whole):
        return None
    if whole[:1] in tuple("百千万亿"):
        if re.search("[^百千万亿]", whole):
            return None
        whole = f"一{whole}"
    if not fraction and (simple := _SIMPLE.fullmatch(whole)):
        tens, ten, ones, digit, hundreds, scale = simple.groups()
        small = 10 * _DIGITS_ZH[tens or "一"] + _DIGITS_ZH[ones or "零"] if ten else _DIGITS_ZH[digit]
        return Decimal(small * _SCALES.get(hundreds, 1) * _SCALES.get(scale, 1))
    try:
        number = Decimal(int(_cn2an(whole, "normal")))
        return number + Decimal(_cn2an(f"零点{fraction}", "direct")) if fraction else number
    except (ValueError, KeyError):
        return None


@lru_cache(maxsize=1024)
def han_digits(written: str) -> int:
    """Return the number whose digits stand one by one, in figures or in Chinese: 二〇二二.

    >>> han_digits("二〇二二"), han_digits("2022")
    (2022, 2022)
    """
    plain = written.replace("○", "〇")
    if _YEAR.fullmatch(plain):
        return int("".join(str(_DIGITS_ZH.get(c, c)) for c in plain))
    return int(_cn2an(plain, "direct"))


def _cn2an(written: str, mode: str) -> Any:  # noqa: ANN401 - a number or digits, as the mode says
    # It compiles patterns for a fifth of a second when it is imported, and most numerals are simple.
    import cn2an  # type: ignore[import-untyped]

    return cn2an.cn2an(written, mode)


@lru_cache(maxsize=1024)
def words(written: str) -> tuple[Decimal, bool] | None:
    """Return the number that English words write and whether it is an ordinal.

    >>> words("twenty-five"), words("eighth"), words("ten ten")
    ((Decimal('25'), False), (Decimal('8'), True), None)
    """
    small = " ".join(written.lower().split())
    if len(small) > 8 * MAX_DIGITS:
        return None
    ordinal = _SUFFIXED.fullmatch(alpha2digit(small, "en", 0.0))
    if ordinal:
        return Decimal(ordinal[1]), True
    try:
        return Decimal(text2num(small, "en")), False
    except ValueError:
        return None
