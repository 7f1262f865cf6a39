"""Corpus stage: a file's lines, each told apart as prose, heading, list item or stray mark."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

NUMERALS = "0-9０-９零〇一二三四五六七八九十百千万亿兆两半"
DIGITS = "0123456789０１２３４５６７８９" + NUMERALS.removeprefix("0-9０-９")
_TERMINAL = re.compile(r"[。！？!?…；;：:][”’」』）)》\]\"']*$|(?<!\d)\.[”’)\]\"']*$|[A-Za-z]\d+\.$")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})[ \t　]+(?=\S)")
_LIST_MARK = re.compile(r"(?:[-*+•·●◆■▪]|\d{1,3}[.)](?!\d))[ \t　]+(?=\S)")
_SIGNED = re.compile(r"[-+]\s+[\d.,]+\s*\S{0,2}")
_NUMBERED_HEADING = re.compile(
    r"(?:第[一二三四五六七八九十百]+[章节部分]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|"
    r"(?:Chapter|Section|Part)\s+(?:\d+|[IVXLC]+|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)\b)"
)
_RULE = re.compile(r"(?:[-*_=~—#|+:]\s*){3,}$|`{3,}[A-Za-z]*$")
_CONTINUES = re.compile(r"[，、。；：！？”’）》」』】%％‰,;:!?)\]…]|[a-zé]")
_LABEL = re.compile(
    r"(?:(?:数据|资料|信息|图片|稿件)?来源|作者|记者|编辑|责编|校对|审核|供稿|日期|时间|"
    r"Sources?|Authors?|Published by|Publisher|Date|Contact)\s*[:：]",
    re.IGNORECASE,
)
_HAN = re.compile(r"[一-鿿㐀-䶿]")
_LONGEST_HEADING_ZH = 32
_LONGEST_HEADING_EN = 90


class Kind(Enum):
    """Say what a line of a report is."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "list item"
    SHORT = "short line: a heading or a piece of a sentence"
    STRAY = "stray mark"


@dataclass(slots=True)
class Fragment:
    """Hold one line's content: `raw[start:end]`, in line `line` of the file."""

    text: str
    start: int
    line: int
    kind: Kind
    level: int = 0
    indented: bool = False
    after_blank: bool = False

    @property
    def open(self) -> bool:
        """Tell whether the line breaks off: it has no mark that ends a sentence or leads to one."""
        return not _TERMINAL.search(self.text) and not _LABEL.match(self.text)

    @property
    def continues(self) -> bool:
        """Tell whether the line begins as no sentence begins."""
        return bool(_CONTINUES.match(self.text))

    @property
    def starts_anew(self) -> bool:
        """Tell whether a mark shows that the line begins a paragraph of its own."""
        return self.kind in {Kind.HEADING, Kind.ITEM}

    @property
    def end(self) -> int:
        """Return the offset behind the line's last character in the file."""
        return self.start + len(self.text)


def split_fragments(raw: str, begin: int) -> list[Fragment]:
    """Cut a file's text from offset `begin` on into its non-blank lines, without their marks."""
    fragments: list[Fragment] = []
    line = raw.count("\n", 0, begin) + 1
    position, blank = begin, True
    for whole in raw[begin:].splitlines(keepends=True):
        stripped = whole.strip("\ufeff\u200b \t\r\n\f\v\x1c\x1d\x1e\x85\xa0\u2028\u2029　")
        if not stripped or _RULE.fullmatch(stripped):
            blank = True
        else:
            offset = position + whole.index(stripped)
            fragment = _fragment(stripped, offset, line)
            fragment.indented = whole.startswith(("　", "    ", "\t"))
            fragment.after_blank = blank
            if fragments and fragment.kind is not Kind.ITEM:
                _tell_numbered_heading(fragments[-1])
            fragments.append(fragment)
            blank = False
        position += len(whole)
        # Only "\n" ends a line of the file as editors count them.
        line += whole.count("\n")
    return fragments


def _fragment(stripped: str, offset: int, line: int) -> Fragment:
    heading = _MARKDOWN_HEADING.match(stripped)
    if heading:
        text = stripped[heading.end() :].rstrip("# \t")
        if text:
            return Fragment(text, offset + heading.end(), line, Kind.HEADING, level=len(heading[1]))
    item = _LIST_MARK.match(stripped)
    if item:
        # A figure at the start of a line may be a number and not a list's, and "-" its sign: they stay.
        signed = _SIGNED.fullmatch(stripped)
        skip = 0 if stripped[0].isdigit() or signed else item.end()
        return Fragment(stripped[skip:], offset + skip, line, Kind.ITEM)
    return Fragment(stripped, offset, line, _plain_kind(stripped))


def _tell_numbered_heading(item: Fragment) -> None:
    """Make a short numbered line with no item behind it the heading that it is."""
    numbered = item.kind is Kind.ITEM and item.text[0].isdigit()
    if numbered and item.open and len(item.text) <= _LONGEST_HEADING_ZH:
        item.kind, item.level = Kind.HEADING, 2


def _plain_kind(text: str) -> Kind:
    if len(text) == 1:
        return Kind.SHORT if _may_belong_to_a_figure(text) else Kind.STRAY
    longest = _LONGEST_HEADING_ZH if _HAN.search(text) else _LONGEST_HEADING_EN
    leads = text[-1] in "：:" and "，" in text
    ends = leads or "。" in text or re.search(r"[。！？!?；;，,、]$|(?<!\d)\.$", text)
    if len(text) > longest or ends or _CONTINUES.match(text) or _LABEL.match(text):
        return Kind.PROSE
    if _NUMBERED_HEADING.match(text):
        return Kind.HEADING
    return Kind.SHORT


def _may_belong_to_a_figure(mark: str) -> bool:
    if unicodedata.category(mark) in {"Nd", "Nl", "No", "Sc"}:
        return True
    return mark in f"{DIGITS}%％‰℃～~：:.．+-负壹贰叁肆伍陆柒捌玖拾廿卅"


def is_wide(text: str) -> bool:
    """Tell whether a character takes two columns, as Chinese ones and their marks do."""
    return unicodedata.east_asian_width(text or " ") in {"W", "F"}


def numbered_level(text: str) -> int:
    """Return the level of a heading by its number: 2 for 一、 or none, 3 for （一）."""
    return 3 if text.startswith("（") else 2
