"""Corpus stage: the years that a report states, told apart from other figures of four digits."""

import re

from corpus.document import Span

# Characters before and after a number that tell whether it is a year.
_MAX_BEFORE = 24
_MAX_AFTER = 60
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t|tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:19\d\d|20\d\d|2100)"
_HAN_YEAR = "(?:一九|二[〇○零])[〇○零一二三四五六七八九]{2}"
_DASH = r"\s?(?:[-—–~～]{1,2}|至|到)\s?"
_TOKEN = re.compile(
    rf"(?<![A-Za-z\d.,-])(?P<first>{_YEAR})(?:{_DASH}| (?P<word>to|and|until|through) )"
    rf"(?P<last>{_YEAR})(?!\d)"
    rf"|(?<![A-Za-z\d])(?P<year>{_YEAR})(?![\dA-Za-z]|[.,]\d)|(?P<han>{_HAN_YEAR})"
)
# What follows a number that counts something: 2016 villages, 2000-metre, 2015人.
_COUNTED = (
    r"(?:\s?(?:[%％°$€万亿千百多余]|(?!年)[\u4e00-\u9fff])|-[A-Za-z]|\s(?:of|or|per|percent|people"
    r"|men|women|children|million|billion|yuan|km|kg|mu|ha|square|cubic|metric|new|other|more)\b"
    r"|\s(?!(?:was|is|has|its|this|as|his|across|towards|always|plus|unless|perhaps)\b)"
    r"[a-z]{2,}s\b)"
)
_HAN_AFTER = re.compile(rf"(?:\s?(?:[、,，和与及至到]|[-—–~～]{{1,2}})\s?{_YEAR}){{0,9}}\s?年(?!级)")
# How long, not when: 约2000年, 2000年历史, 2000年来.
_LASTING_BEFORE = re.compile(r"(?:约|(?<!最)近|距今|历时|长达|历经|跨越|绵延)\s?\Z")
_LASTING_AFTER = re.compile(r"\s?年(?:的|多|悠久|文明|建城|建县){0,2}(?:历史|岁月|沧桑|之久)")
_LASTING_ROUND = re.compile(r"\s?年(?:前(?!后)|来|间|以上)")
_WHEN = re.compile(
    r"\b(?:in|since|by|between|until|till|during|before|after|from|through|throughout|early|late"
    r"|mid|year|both|fiscal|(?:end|start|beginning|spring|summer|autumn|winter|half|quarter) of"
    rf"|{MONTH}(?: \d{{1,2}},?)?)[ ,-](?:the |early |late )?\Z",
    re.IGNORECASE,
)
# What stands before and after a lone year that is one, outside of "2019年".
_CONTEXTS = tuple(
    (re.compile(before), re.compile(after))
    for before, after in (
        ("", r"([-./·])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"),
        (r"\b\d{1,2}([/.])\d{1,2}\1\Z", r"\b"),
        (r"\n[ \t\u3000*•|·-]{0,8}\Z", r"\s?[:：|]"),
        (r"[(（〔]\Z", "[)）〕]"),
        (r"\b(?:the|for|in) \Z", r" (?:season|edition|census|harvest|plan)\b"),
        (r"\b(?:Report|Review|Survey|Yearbook|Plan|Outlook),? \Z", r"\W|\Z"),
    )
)


def find_period(text: str) -> tuple[()] | tuple[tuple[int, Span], tuple[int, Span]]:
    """Return the earliest and the latest year stated, each with where it first stands."""
    found: list[tuple[int, Span]] = []
    for match in _TOKEN.finditer(text):
        names = [name for name in ("first", "last", "year", "han") if match[name]]
        years = [(_number(match[name]), match.span(name)) for name in names]
        within = found and all(found[0][0] <= year <= found[-1][0] for year, _ in years)
        if not within and _is_stated(text, match):
            found = sorted([*found, *years])
            found = [found[0], min(y for y in found if y[0] == found[-1][0])]
    return (found[0], found[1]) if found else ()


def _number(digits: str) -> int:
    """Return the year that four digits, Arabic or Chinese, write."""
    return int(digits.translate(str.maketrans("〇○零一二三四五六七八九", "000123456789")))


def _is_stated(text: str, match: re.Match[str]) -> bool:
    """Tell whether the number or numbers at `match` are calendar years."""
    start, end = match.span()
    before = text[start - _MAX_BEFORE : start] if start > _MAX_BEFORE else "\n" + text[:start]
    after = text[end : end + _MAX_AFTER]
    if match["first"]:
        ascending = int(match["first"]) < int(match["last"])
        named = match["word"] != "and" or _WHEN.search(before)
        return bool(ascending and named and not re.match(_COUNTED, after))
    if match["han"] or _HAN_AFTER.match(after):
        written = not match["han"] or re.match(f"年|{_DASH}{_HAN_YEAR}", after)
        lasting = _LASTING_BEFORE.search(before) or _LASTING_AFTER.match(after)
        is_round = match[0].endswith(("00", "〇〇", "零零"))
        return bool(written and not lasting and not (is_round and _LASTING_ROUND.match(after)))
    if before.endswith((" ", "-", ",")) and _WHEN.search(before):
        return not re.match(_COUNTED, after)
    return any(right.match(after) and left.search(before) for left, right in _CONTEXTS)
