"""Bot stage: amounts as Chinese reports write them."""

import re
from decimal import Decimal

from bot.quantities.amounts import Approximation, Date, Quantity, Read, read_along
from bot.quantities.chinese_dates import date_at
from bot.quantities.chinese_parts import NUMERAL, Part, is_label, is_no_count, part_at
from bot.quantities.numerals import SPACED, figures, han
from bot.quantities.units import unit_kind

_BEFORE: dict[str, Approximation] = {
    "将近": "nearly", "接近": "nearly", "近": "nearly",
    "约为": "about", "大约": "about", "大概": "about", "约": "about",
    "不超过": "at most", "不高于": "at most", "不多于": "at most", "至多": "at most", "最多": "at most",
    "不足": "less than", "不到": "less than", "少于": "less than", "低于": "less than", "不满": "less than",
    "不少于": "at least", "不低于": "at least", "至少": "at least", "最少": "at least", "上": "at least",
    "超过": "more than", "突破": "more than", "多于": "more than", "高于": "more than", "超": "more than",
    "逾": "more than",
}  # fmt: skip
_AFTER: dict[str, Approximation] = {
    "以上": "at least", "以下": "at most", "以内": "at most", "左右": "about", "上下": "about", "有余": "more than",
}  # fmt: skip
_BEFORE_PATTERN = re.compile(rf"(?:{'|'.join(sorted(_BEFORE, key=len, reverse=True))})\Z")
_AFTER_PATTERN = re.compile("|".join(_AFTER))
# Words whose last character only looks like an approximation: 附近3家, 节约3万元, 成千上万.
_ANOTHER = {"近": "最附临靠邻亲远", "约": "节签条合公预特制契婉", "超": "高反赶", "上": "以之加算用千百身"}
_MONEY = {"¥": "yuan", "￥": "yuan", "$": "dollar", "€": "euro"}
_SHARES = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}
# Full-width figures and marks stand one for one with the narrow ones, so offsets hold.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；！？～"}
_WIDE_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_BETWEEN = re.compile(r"\s?(?:[-—–−~～]{1,2}|至(?![少多今])|到)\s?")
_JOINED = re.compile(r"[-:/·](?=\d)")


def read_chinese(text: str) -> list[Quantity | Date]:
    """Read the amounts and dates of a Chinese text, in its order.

    >>> text = "近3000名教师，2018年4月起"
    >>> [text[one.start : one.end] for one in read_chinese(text)]
    ['近3000名', '2018年4月']
    """
    narrow = _WIDE_COMMA.sub(",", text).translate(_NARROW)
    return read_along(NUMERAL, narrow, _read_at)


def _read_at(text: str, numeral: re.Match[str], left: int) -> Read:
    """Return what is read at a numeral, if anything, and where to go on."""
    start, end = numeral.span()
    before, begin = _approximation(text, start, left)
    if text[left:start].endswith("第"):
        ordinal = _ordinal(text, numeral)
        return ordinal, ordinal.end if ordinal else end
    date = date_at(text, start, left)
    # 近3日 and 超过2000年 say how long.
    lone = date and date.until is None and date.parts.count(None) == 4 and (date.day or date.year)
    if date and not (before and lone) and not _is_glued(text, start):
        return date, date.end
    if text.startswith("分之", end):
        share = _share(text, numeral, before, begin)
        following = NUMERAL.match(text, end + 2)
        return share, share.end if share else following.end() if following else end
    part = part_at(text, numeral)
    if part is None:
        return None, end
    return _amount(text, start, part, before, begin)


def _is_glued(text: str, start: int) -> bool:
    """Tell whether a letter, or a mark that joins, binds a numeral to what stands before it: K9786, COVID-19."""
    before = text[max(0, start - 2) : start]
    if before[-1:].isascii() and before[-1:].isalpha():
        return not text[max(0, start - 4) : start].endswith(("RMB", "CNY", "USD", "EUR", "GDP"))
    return before[-1:] in tuple("-/_#+.:·") and before[:-1].isalnum() and before[:-1].isascii()


def _approximation(text: str, start: int, left: int) -> tuple[str, int]:
    """Return the word of approximation before a numeral, "" if there is none, and where it begins."""
    match = _BEFORE_PATTERN.search(text, max(left, start - 3), start)
    if match is None or text[match.start() - 1 : match.start()] in tuple(_ANOTHER.get(match[0], "")):
        return "", start
    if match[0] == "上" and text[start] not in "百千万亿":
        return "", start
    return match[0], match.start()


def _ordinal(text: str, numeral: re.Match[str]) -> Quantity | None:
    part = part_at(text, numeral)
    if part is None or part.value != part.value.to_integral() or part.mark or part.written == "半":
        return None
    after = text[part.end : part.end + 1]
    # 第一师 and 第一时间 are names.
    if part.scale > 1 or (not part.form and (after.isalnum() or part.is_scale)):
        return None
    return Quantity(part.number, "", None, numeral.start() - 1, part.end, ordinal=True, counter=part.form)


def _share(text: str, numeral: re.Match[str], before: str, begin: int) -> Quantity | None:
    """Return what 百分之十二 says; other fractions (三分之一) are not read."""
    following = NUMERAL.match(text, numeral.end() + 2)
    value = _value(following[0]) if following and numeral[0] in _SHARES else None
    if value is None or following is None:
        return None
    approximation, end = _after(text, following.end(), before, None)
    return Quantity(value * _SHARES[numeral[0]], "percent", approximation, begin, end)


def _value(written: str) -> Decimal | None:
    return figures(written) if written[0].isdigit() else han(written)


def _after(text: str, end: int, before: str, mark: Approximation | None) -> tuple[Approximation | None, int]:
    after = _AFTER_PATTERN.match(text, end)
    approximation = _BEFORE[before] if before else mark or (_AFTER[after[0]] if after else None)
    return approximation, after.end() if after else end


def _amount(text: str, start: int, part: Part, before: str, begin: int) -> Read:
    if _is_glued(text, start):
        return None, part.end
    spaced = SPACED.match(text, part.end) if part.bare and len(part.written) <= 3 else None
    if spaced:
        return None, spaced.end()
    joined = _JOINED.match(text, part.end) if part.bare else None
    last = _range_end(text, start, part)
    if last is None and joined:
        # A score, a ratio, a telephone number: its second half is no amount either.
        following = NUMERAL.match(text, joined.end())
        return None, following.end() if following else part.end
    whole = last or part
    # 近3年 is the last three years.
    if before == "近" and unit_kind(whole.unit) == "time":
        before, begin = "", start
    approximation, end = _after(text, whole.end, before, whole.mark)
    if part.in_words and is_no_count(text, start, whole if last else part, approximate=approximation is not None):
        return None, start + len(part.written)
    if not part.in_words and last is None and not approximation and is_label(text, start, part):
        return None, part.end
    unit, begin, sign = _sign(text, start, whole, begin)
    upper = last.number if last else None
    number = part.value * (last.scale if last and _shares_scale(part, last) else part.scale)
    counter = "" if unit else whole.form
    return Quantity(sign * number, unit, approximation, begin, end, upper, counter=counter), end


def _sign(text: str, start: int, part: Part, begin: int) -> tuple[str, int, int]:
    """Return the unit, where the amount begins, and its sign, by the mark before its figures: ￥, 零下."""
    mark = text[start - 1 : start]
    if mark in _MONEY and begin == start and part.unit in {"", _MONEY[mark]} and not part.form:
        return _MONEY[mark], start - 1, 1
    if begin == start and unit_kind(part.unit) == "temperature" and text[max(0, start - 2) : start] == "零下":
        return part.unit, start - 2, -1
    if begin == start and unit_kind(part.unit) in {"temperature", "share"} and mark in {"-", "−"}:
        return part.unit, start - 1, -1
    return part.unit, begin, 1


def _range_end(text: str, start: int, part: Part) -> Part | None:
    """Return the second part of a range, 20人 of 10-20人, None if there is none."""
    between = _BETWEEN.match(text, part.end)
    following = NUMERAL.match(text, between.end()) if between and not part.mark else None
    last = part_at(text, following) if following else None
    if last is None or text[start - 1 : start] in {"从", "由"} or last.in_words != part.in_words:
        return None
    if (part.form and part.unit != last.unit) or (last.bare and _JOINED.match(text, last.end)):
        return None
    if last.is_scale or any(re.match(r"0\d", one.written) for one in (part, last)):
        return None
    number = part.value * (last.scale if _shares_scale(part, last) else part.scale)
    return last if last.number > number else None


def _shares_scale(part: Part, last: Part) -> bool:
    """Tell whether a range states its scale once: 1—2万元, not 5000—2万元."""
    return part.scale == 1 and last.scale > 1 and part.value < last.value and not part.form
