"""Bot stage: amounts as English reports write them."""

import re

from bot.quantities.amounts import Approximation, Date, Quantity, Read, read_along
from bot.quantities.english_dates import MONTH, date_at
from bot.quantities.english_parts import NUMERAL, Part, is_label, is_name, part_at
from bot.quantities.numerals import SPACED
from bot.quantities.units import unit_kind

_BEFORE: dict[str, Approximation] = {
    "nearly": "nearly", "almost": "nearly", "close to": "nearly",
    "about": "about", "around": "about", "approximately": "about", "roughly": "about", "some": "about",
    "circa": "about", "in the region of": "about",
    "more than": "more than", "over": "more than", "above": "more than", "upwards of": "more than",
    "exceeding": "more than", "exceeded": "more than", "exceeds": "more than", "exceed": "more than",
    "passed": "more than", "topped": "more than",
    "surpassing": "more than", "surpassed": "more than", "greater than": "more than", "in excess of": "more than",
    "at least": "at least", "no fewer than": "at least", "no less than": "at least", "not less than": "at least",
    "not fewer than": "at least", "a minimum of": "at least",
    "up to": "at most", "at most": "at most", "no more than": "at most", "not more than": "at most",
    "a maximum of": "at most", "not exceeding": "at most",
    "fewer than": "less than", "less than": "less than", "under": "less than", "below": "less than",
}  # fmt: skip
_AFTER: dict[str, Approximation] = {
    " or more": "at least", " or above": "at least", " or over": "at least", " and above": "at least",
    " and over": "at least", " or so": "about", " or less": "at most", " or fewer": "at most", " or below": "at most",
    "-plus": "more than",
}  # fmt: skip
_MONEY = {
    "RMB": "yuan", "CNY": "yuan", "¥": "yuan", "￥": "yuan", "HK$": "Hong Kong dollar", "US$": "dollar",
    "USD": "dollar", "$": "dollar", "EUR": "euro", "€": "euro",
}  # fmt: skip
_LONGEST = 24


def _either(phrases: dict[str, Approximation] | dict[str, str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


_BEFORE_PATTERN = re.compile(rf"(?<![A-Za-z])({_either(_BEFORE)}) \Z", re.IGNORECASE)
_AFTER_PATTERN = re.compile(rf"(?:{_either(_AFTER)}|(?<=\d\d)\+)(?!\w)", re.IGNORECASE)
_MONEY_PATTERN = re.compile(rf"(?<![A-Za-z])({_either(_MONEY)}) ?\Z")
# "Over three years" says during when, "for over three years" how long.
_DURING = re.compile(r"(?<!for )(?<!well )(?<!just )(?<!than )(?<!lasted )(?<!took )\bover \Z", re.IGNORECASE)
_BETWEEN = re.compile(r" ?[-–—~] ?|-to-| to ")
_TOGETHER = re.compile(r"\b(?:between|from) \Z", re.IGNORECASE)
_JOINED = re.compile(r"[-:/](?=\d)")
_TOKEN = re.compile(rf"(?P<month>\b{MONTH}|\bAD(?= \d))|{NUMERAL.pattern}", re.IGNORECASE)
# A no-break space and the end of a line part words as a space does, unless something new begins there.
_SPACE = re.compile(r"[\u00a0\u2009\u202f\t]|(?<!\n)\n(?![ \t]{0,8}(?:\n|[-*#>|]|\d{1,3}[.)] ))")


def read_english(text: str) -> list[Quantity | Date]:
    """Read the amounts and dates of an English text, in its order.

    >>> text = "Nearly 3,000 teachers since April 2018"
    >>> [text[one.start : one.end] for one in read_english(text)]
    ['Nearly 3,000', 'April 2018']
    """
    plain = _SPACE.sub(" ", text)
    return read_along(_TOKEN, plain, _read_at)


def _read_at(text: str, token: re.Match[str], left: int) -> Read:
    """Return what is read at a numeral or a month, if anything, and where to go on."""
    start = token.start()
    begin, unit = _money(text, start, left)
    before, begin = _approximation(text, begin, left)
    date = None if unit or _is_glued(text, start) else date_at(text, start)
    if date and not (before and date.parts[1:] == (None,) * 4):
        return date, date.end
    part = None if token["month"] else part_at(text, token)
    if part is None:
        return None, token.end()
    return _amount(text, start, part, before, begin, unit)


def _is_glued(text: str, start: int) -> bool:
    """Tell whether a letter, or a mark that joins, binds a numeral to what stands before it: K9786, COVID-19."""
    before = text[max(0, start - 2) : start]
    if before[-1:].isalpha() or before[-1:] in {"_", "#"}:
        return not text[max(0, start - 4) : start].endswith(("RMB", "CNY", "USD", "EUR")) and before[-1:].isascii()
    return before[-1:] in tuple("-/.:+") and before[:-1].isalnum()


def _money(text: str, start: int, left: int) -> tuple[int, str]:
    match = _MONEY_PATTERN.search(text, max(left, start - 5), start)
    return (match.start(), _MONEY[match[1]]) if match else (start, "")


def _approximation(text: str, start: int, left: int) -> tuple[str, int]:
    """Return the words of approximation before an amount, "" if there are none, and where they begin."""
    match = _BEFORE_PATTERN.search(text, max(left, start - _LONGEST), start)
    return (match[1].lower(), match.start()) if match else ("", start)


def _amount(text: str, start: int, part: Part, before: str, begin: int, money: str) -> Read:
    if _is_glued(text, start):
        return None, part.end
    spaced = SPACED.match(text, part.end) if part.bare and len(part.written) <= 3 else None
    if spaced:
        return None, spaced.end()
    together = _TOGETHER.search(text, max(0, start - 8), start)
    last = _range_end(text, part, together[0].lower().strip() if together else "")
    joined = _JOINED.match(text, part.end) if part.bare and last is None else None
    if joined:
        following = NUMERAL.match(text, joined.end())
        return None, following.end() if following else part.end
    whole = last or part
    unit = whole.unit or money
    if unit_kind(unit) == "time" and before == "over" and _DURING.search(text, max(0, begin - 8), begin + 5):
        before, begin = "", start
    # One passes 1,000 tonnes, but also three laws.
    if before in {"passed", "topped"} and not unit:
        before, begin = "", start
    after = None if part.ordinal else _AFTER_PATTERN.match(text, whole.end)
    approximate = bool(before or after)
    if is_name(text, start, part, approximate=approximate):
        return None, part.end
    if part.ordinal:
        return Quantity(part.number, "", None, start, part.end, ordinal=True), part.end
    if not part.in_words and last is None and not approximate and not money and is_label(text, start, part):
        return None, part.end
    end = after.end() if after else whole.end
    approximation = _BEFORE[before] if before else _AFTER.get(after[0].lower(), "more than") if after else None
    if last and together and not before and not money:
        begin = together.start()
    begin, sign = _sign(text, start, begin, unit)
    number = part.value * (last.scale if last and _shares_scale(part, last) else part.scale)
    return Quantity(sign * number, unit, approximation, begin, end, last.number if last else None), end


def _sign(text: str, start: int, begin: int, unit: str) -> tuple[int, int]:
    """Return where the amount begins, and its sign, which only temperatures and shares have."""
    signed = unit_kind(unit) in {"temperature", "share"} and begin == start
    minus = re.compile(r"(?:minus |[-−])\Z").search(text, max(0, start - 6), start) if signed else None
    return (minus.start(), -1) if minus else (begin, 1)


def _range_end(text: str, part: Part, together: str) -> Part | None:
    """Return the second part of a range, 20 people of "10 to 20 people", None if there is none."""
    pattern = re.compile(" and ") if together == "between" else _BETWEEN
    between = pattern.match(text, part.end)
    following = NUMERAL.match(text, between.end()) if between and not part.ordinal and together != "from" else None
    last = part_at(text, following) if following else None
    if last is None or last.ordinal or (part.unit and part.unit != last.unit):
        return None
    if (last.bare and _JOINED.match(text, last.end)) or re.match(r"0\d", part.written):
        return None
    number = part.value * (last.scale if _shares_scale(part, last) else part.scale)
    return last if last.number > number else None


def _shares_scale(part: Part, last: Part) -> bool:
    """Tell whether a range states its scale once: 1 to 2 million, not 500,000 to 2 million."""
    return part.scale == 1 and last.scale > 1 and part.value < last.value and not part.unit
