"""Corpus stage: whose a report is and for when, read from its text; None where it is unclear."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.document import Heading, Language, Span
from corpus.period import MONTH, find_period
from corpus.regions import find_region

# Lines looked at for a title from the top, and for a publisher from either end.
EDGE_LINES = 10
MAX_TITLE: dict[Language, int] = {"zh": 60, "en": 150}
MAX_PUBLISHER = 80
MAX_LINE = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """Hold what a report says of itself, and the spans of its text from which each was read.

    `evidence` has an entry for each field that was read from the text.
    """

    title: str
    publisher: str | None
    region: str | None
    period: tuple[int, int] | None
    evidence: Mapping[str, tuple[Span, ...]]


def read_metadata(text: str, *, headings: Sequence[Heading], language: Language, stem: str) -> Metadata:
    """Return title, publisher, region and period of a report without front matter.

    Args:
        text: The repaired report, one paragraph a line.
        headings: Its headings, each a line of `text`, in order.
        language: The language of the report.
        stem: The name of its file without suffix, the title of a report that has none.
    """
    lines = [line.span() for line in re.finditer(r"\S(?:[^\n]*\S)?", text)]
    title = _find_title(text, lines[:EDGE_LINES], headings, language)
    publisher = _find_publisher(text, [*lines[:EDGE_LINES], *lines[-EDGE_LINES:]])
    region, years = find_region(text, language), find_period(text)
    evidence: dict[str, tuple[Span, ...]] = {
        "title": (title,) if title else (),
        "publisher": (publisher,) if publisher else (),
        "region": region.spans if region else (),
        "period": tuple(dict.fromkeys(span for _, span in years)),
    }
    return Metadata(
        title=text[slice(*title)] if title else stem,
        publisher=text[slice(*publisher)] if publisher else None,
        region=region.name if region else None,
        period=(years[0][0], years[1][0]) if years else None,
        evidence={field: spans for field, spans in evidence.items() if spans},
    )


# Title: the first line that reads as one.

_HAN = "[\u4e00-\u9fff]"
_NUMERAL = "[〇○零一二三四五六七八九十百]"
_DAY = rf"(?:\d{{1,2}}|{_NUMERAL}{{1,3}})"
_DATE = (
    rf"(?:(?:\d{{4}}|{_NUMERAL}{{4}})\s?[-—–./·年]\s?{_DAY}\s?(?:[-./·月]\s?(?:{_DAY}\s?[日号]?)?)?"
    rf"|\d{{1,2}} {MONTH} \d{{4}}|{MONTH} (?:\d{{1,2}},? )?\d{{4}})"
)
_LABEL = re.compile(
    r"[\W_]*(?:(?P<issuer>(?:发布|编制|编写)(?:单位|机构|部门)"
    r"|(?i:published by|publisher|issued by))|(?:数据|资料|信息|稿件)?来源|供稿(?:单位)?"
    r"|(?i:(?:data )?sources?))[*_]*\s?[:：]\s*"
)
# What stands around a report and not in it: dates, page numbers, bylines, pictures, tables.
_FURNITURE = (
    re.compile(rf"[\W_]*{_DATE}(?:[\s,，]*(?:星期|周)[一二三四五六日天])?[\W_]*\Z"),
    re.compile(r"[\W_]*(?:第\s?|[Pp]age )?\d{0,4}(?:\s?(?:/|of)\s?\d{1,4})?\s?[页版期]?[\W_]*\Z"),
    re.compile(r"[!|<]|.*第\s?\w{1,3}\s?[版页][\W_]*\Z"),
    re.compile(r"[□■●]?\s?(?:本报)?(?:记者|通讯员|作者|撰稿|责任编辑|编辑)[\s:：/]"),
    re.compile(r"By(?: [A-Z][\w.-]+){2,4}\Z"),
    re.compile(r"[^。]{1,30}[！!]\Z"),  # a call on a banner: 修好公路为人民！
    _LABEL,
)
_SLOGAN = re.compile(rf"{_HAN}{{4,8}}(?:\s+{_HAN}{{4,8}})+")
# A section of the body: nothing that could be the title stands after one.
_SECTION = re.compile(
    rf"{_NUMERAL}{{1,3}}\s?[、.．]|[（(](?:{_NUMERAL}|\d){{1,3}}[）)]|[-*•●▪·]"
    rf"|\d{{1,2}}(?:[.、）)]|(?:\.\d+)+\s)|第(?:{_NUMERAL}|\d){{1,3}}[章节部篇]"
    r"|(?:[前引导]言|导语|摘要|概[要述况]|目录|背景|总论|编者按)\W*\Z"
    r"|(?i:abstract|background|contents|foreword|introduction|overview|preface|summary)\W*\Z"
)
# Pieces of a headline that the layout tore apart.
_GOES_ON = re.compile(
    r"的|了(?!解)|着(?![力眼重手])|来(?![宾安凤自源访往历])|及(?![时格])|并(?![购网轨])"
    r"|和(?![田平静硕县政顺林龙谐])"
)
_BREAKS_OFF = re.compile(
    r".*(?:(?<!目)的|(?<!参)与|(?<![普涉])及|(?<![行作认])为|(?<![共饱总温])和|(?<![存现])在|把"
    r"|\b(?:an?|and|at|by|for|from|in|of|or|the|to|with))\Z"
)
_FINAL = "。！？；：，、…—!?;:,."


def _find_title(text: str, lines: Sequence[Span], headings: Sequence[Heading], language: Language) -> Span | None:
    """Return where the title stands: above the body, and whole."""
    slogan: Span | None = None
    for start, end in lines:
        heading = next((h for h in headings if start <= h.start < end), None)
        marks = re.compile("(?:#{1,6} +)?").match(text, start, end)
        bare = (marks.end() if marks else start, end)
        span = (heading.start, heading.end) if heading else bare
        line = text[slice(*span)]
        if len(line) > MAX_LINE:
            break
        if any(pattern.match(line) for pattern in _FURNITURE):
            continue
        if _is_slogan(line):
            slogan = slogan or span
            continue
        if _SECTION.match(line) or not _reads_as_title(line, language):
            break
        level = heading.level if heading else 1
        peers = (text[h.start : h.end] for h in headings if h.level <= level)
        return None if _is_torn(line, peers) else span
    return slogan


def _is_slogan(line: str) -> bool:
    """Tell whether `line` is phrases of one length, parted by spaces."""
    return bool(_SLOGAN.fullmatch(line)) and len({len(phrase) for phrase in line.split()}) == 1


def _reads_as_title(line: str, language: Language) -> bool:
    """Tell whether `line` is short, no sentence, and long enough to name something."""
    if len(line) > MAX_TITLE[language] or line[-1] in _FINAL:
        return False
    if "。" in line or re.search(r"[a-z]{2}[.;] [A-Z]", line):
        return False
    return len(re.findall(_HAN, line)) >= 4 or len(re.findall(r"[^\W\d_]{2,}", line)) >= 2


def _is_torn(line: str, headings: Iterable[str]) -> bool:
    """Tell whether a headline breaks off, or one of the headings goes on where it does."""
    pieces = (heading for heading in headings if heading[-1:] not in _FINAL)
    return bool(_BREAKS_OFF.match(line) or _GOES_ON.match(line)) or any(map(_GOES_ON.match, pieces))


# Publisher: a source line among the first or the last.

_SECOND_FIELD = re.compile(rf"\s{{2,}}|\s+(?=\S{{1,8}}[:：])|[\s,，(（]*{_DATE}")
_UNCLEAR = re.compile(
    r".*(?:[。！？；!?;%％]|https?:|www\.|[a-z]\. [A-Z])|[a-z]|本(?:文|报告|表|图|课题|研究)|根?据"
    r"|(?:互联网|网络|网上|公开资料|综合整理)\Z|[笔作]者|.*(?:整理|计算|测算|绘制|汇总)\Z"
)
# What a name may be wrapped in.
_PAIRS = ("《》", "“”", '""', "()", "（）", "【】", "[]", "「」", "『』", "<>")


def _find_publisher(text: str, lines: Sequence[Span]) -> Span | None:
    """Return where the publisher is named, if the source lines name only one.

    A line that says who issued the report outweighs those that say where it was taken from.
    """
    issuers: dict[str, Span] = {}
    sources: dict[str, Span] = {}
    for start, end in lines:
        label = _LABEL.match(text, start, min(end, start + MAX_LINE))
        name = _publisher_name(text[label.end() : end]) if label else None
        if label and name:
            begin = text.index(name, label.end())
            (issuers if label["issuer"] else sources).setdefault(name, (begin, begin + len(name)))
    named = issuers or sources
    return next(iter(named.values())) if len(named) == 1 else None


def _publisher_name(value: str) -> str | None:
    """Return the name in what follows the label, or None if that is no name."""
    value = value[:MAX_LINE]
    second = _SECOND_FIELD.search(value)
    name = value[: second.start() if second else None].strip(_FINAL + "*_| \t\u3000\xa0")
    for opening, closing in map(tuple, _PAIRS * 2):
        if name.startswith(opening) and name.endswith(closing):
            name = name[1:-1].strip(_FINAL)
        elif name.endswith(closing) and opening not in name:
            name = name[:-1].rstrip(_FINAL)
    return name if 2 <= len(name) <= MAX_PUBLISHER and not _UNCLEAR.match(name) else None
