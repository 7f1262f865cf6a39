"""Corpus stage: which line goes on in which, told by what stands at the joint."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from corpus.dictionary import is_english_word, is_written, stem
from corpus.fragments import DIGITS, NUMERALS, Fragment, Kind, is_wide
from corpus.segment import crossing_gain, is_word, word_frequency, words

# Of random pairs of lines in ten invented reports 1 in 100 gain 3 nats or more and 2 in 1,000
# gain 5.5; of true pairs 31 and 21 in 100. A line has one neighbour but many lines further off.
STRONG, STRONG_AFAR = 3.0, 5.5
_OPENERS, _CLOSERS = "“‘（《「『【(", "”’）》」』】)"
_HAN = "[一-鿿㐀-䶿]"
_LONGEST_DOUBLE = 8
_OPENING = 3
_LONGEST_WORD = 40
_EDGE = 6
# A lone character that is seldom a word is most likely the piece of one.
_LONE = 10_000
_LONG_TORN, _SHORT_PIECE = 6, 4
_UNITS = frozenset(
    "万亿千百十余多年月日时分秒个名人位家户项座条台辆艘架头只匹株棵亩顷里米吨斤克升元角角美度倍成所场次期届批"
    "件份册本套间栋幢处类种门届岁天周季班组队支片块张对双艇级层号线路站点村镇乡县市区省国万户篇部篇首段公平立方千毫厘海英"
)
_FRESH = re.compile(
    r"(?:(?:截至|截止|到|自|从)?[12]\d{3}年|截至|目前|此外|同时|另外|今年|去年|近年|据|"
    r"[一二三四五六七八九十]是|第[一二三四五六七八九十]，|其[一二三四五]|首先|其次|最后|[A-Z])"
)
_NUMBERED = re.compile("（[一二三四五六七八九十]+）")
_UNFINISHED = re.compile(
    r"(?:[，、,(（“和与及或在为从对由将的]|\b(?:a|an|the|of|in|on|at|to|for|from|by|with|and|or|nor|but|than|as|its|their|which|that))$"
)
_ENGLISH_NUMBER = re.compile(
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    "(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million|billion|trillion|dozen|score|half|quarter|"
    "first|second|third|[a-z]+(?:if|ix|en|gh|in|ur|lf)th|[a-z]+tieth)s?"
)
_REACH = 6
_PARALLEL_REACH = 80
_PARALLEL_SHARE = 0.3
_PARALLEL_OPENING = 6
_LONGEST_CLAUSE = 120


def evidence(tail: str, head: str) -> float:
    """Return what speaks for `head` going on where `tail` breaks off, in nats; 0 when nothing does.

    A word of the dictionary that spans the joint counts by its gain in likelihood; an English word
    torn in two and a quotation or bracket that one opens and the other closes count as strong.
    """
    # 二十 and 三 may be one figure or two; a word across them proves nothing.
    gain = 0.0 if _figures_meet(tail, head) else crossing_gain(tail, head)
    if _closes_what_is_open(tail, head):
        gain += STRONG_AFAR
    torn = torn_word(tail, head)
    if torn:
        gain += STRONG_AFAR if len(torn) >= _LONG_TORN else STRONG
    return gain


def weak_evidence(tail: str, head: Fragment) -> bool:
    """Tell whether the lines fit by punctuation, which many neighbours would do as well."""
    return tail[-1] in "，、,（“《(" or head.continues


def looks_fresh(tail: str, head: str) -> bool:
    """Tell whether `head` begins as sentences like to begin, so that place alone joins nothing."""
    return bool(_NUMBERED.match(head) or (_FRESH.match(head) and not _UNFINISHED.search(tail)))


def sentence_openings(fragments: Sequence[Fragment]) -> frozenset[str]:
    """Return how the report's sentences begin: the characters behind the ends of sentences."""
    text = "".join(f.text if f.kind is not Kind.HEADING else "。" for f in fragments)
    return frozenset(match[1] for match in re.finditer(f"[。！？]({_HAN}{{{_OPENING}}})", text))


def opens_as(head: str, openings: frozenset[str]) -> bool:
    """Tell whether a line begins as another sentence of the report does."""
    return head[:_OPENING] in openings


def misfit(tail: str, head: str) -> bool:
    """Tell whether the joint leaves a piece of a word on a side, or a figure without its unit."""
    if re.search(r"[0-9０-９]$", tail) and re.match(_HAN, head):
        return head[0] not in _UNITS
    if re.search(f"{_HAN}$", tail) and re.match(_HAN, head) and not crossing_gain(tail, head):
        edges = words(tail[-_EDGE:])[-1], words(head[:_EDGE])[0]
        if any(len(edge) == 1 and word_frequency(edge) < _LONE for edge in edges):
            return True
    last, first = re.search(r"\b[a-z]+$", tail[-_LONGEST_WORD:]), re.match(r"[a-z]+", head[:_LONGEST_WORD])
    if torn_word(tail, head):
        return False
    pieces = [piece[0] for piece in (last, first) if piece]
    return any(not is_english_word(piece, common=len(piece) < _SHORT_PIECE) for piece in pieces)


def doubled(tail: str, head: str) -> int:
    """Return the length of the word that ends `tail` and begins `head` again, or 0.

    Words with a figure in them are never taken for doubled: a figure may stand twice by right.

    >>> doubled("全国消费帮扶助力乡村", "乡村振兴典型案例。")
    2
    >>> doubled("共计2020", "2020年")
    0
    """
    for size in range(min(_LONGEST_DOUBLE, len(head), len(tail)), 1, -1):
        word = head[:size]
        if tail.endswith(word) and re.fullmatch(f"{_HAN}+", word):
            return 0 if re.search(f"[{NUMERALS}余多]", word) else size
    last, first = re.search(r"\b[a-z]{2,}$", tail[-_LONGEST_WORD:]), re.match(r"[a-z]{2,}\b", head[:_LONGEST_WORD])
    if last and first and last[0] == first[0]:
        return 0 if _ENGLISH_NUMBER.fullmatch(first[0]) else len(first[0])
    return 0


def glue(tail: str, head: str) -> str:
    """Return what stands between two joined lines: nothing in Chinese, a space between words.

    Figures that meet are kept apart, since nobody can tell 15 and 00 from 1500.
    """
    if _figures_meet(tail, head):
        return " "
    if is_wide(tail[-1]) or is_wide(head[0]):
        return ""
    # A dash with a space before it stands between words or is the sign of a figure.
    hyphen = tail[-1] in "-–/" and not tail[-2:-1].isspace()
    if hyphen or tail[-1] in "([“‘" or head[0] in ",.;:!?)]%”’" or torn_word(tail, head):
        return ""
    return " "


def _figures_meet(tail: str, head: str) -> bool:
    return bool(re.search(f"[{NUMERALS}][,，.．]?$", tail) and re.match(f"[,，.．]?[{NUMERALS}]", head))


def torn_word(tail: str, head: str) -> str:
    """Return the English word that the joint tears in two, or nothing.

    >>> torn_word("tonnes of ca", "rbon dioxide"), torn_word("completed in", "the year")
    ('carbon', '')
    """
    last, first = re.search(r"[A-Za-zÀ-ɏ]+$", tail[-_LONGEST_WORD:]), re.match(r"[a-z]+", head[:_LONGEST_WORD])
    if not last or not first:
        return ""
    if is_english_word(last[0], common=True) and is_english_word(first[0], common=True):
        return ""
    whole = last[0] + first[0]
    # By its stem alone "Officent" would be a form of "office".
    if stem(whole) == stem(last[0]) and not is_written(whole):
        return ""
    return whole if is_english_word(whole, common=len(whole) < _LONG_TORN) else ""


def _closes_what_is_open(tail: str, head: str) -> bool:
    sentence = re.split(r"[。！？]", tail)[-1]
    for opener, closer in zip(_OPENERS, _CLOSERS, strict=True):
        if sentence.count(opener) <= sentence.count(closer):
            continue
        closing, opening = head.find(closer), head.find(opener)
        if closing >= 0 and (opening < 0 or closing < opening):
            return True
    return False


def is_broken_word(tail: str, mark: str, head: str) -> bool:
    """Tell whether a lone character is the piece of a word that was torn apart around it."""
    return any(
        is_word(tail[len(tail) - left :] + mark + head[:right])
        for left in (1, 2)
        for right in (1, 2)
        if len(tail) >= left and len(head) >= right
    )


def counts_with(figure: str, mark: str, after: str) -> bool:
    """Tell whether a lone mark is the unit of the figure that a line ends with.

    It is not if the line behind it has the rest of the figure, or a unit.
    """
    rest = re.match(f"[,.．，]?[{NUMERALS}%％‰]", after) or after[:1] in _UNITS
    return (mark in _UNITS or mark in "%％‰℃") and figure[-1] in DIGITS and not rest


def rivals(fragments: Sequence[Fragment], position: int) -> list[int]:
    """Return the lines near `position` in which it might go on instead of in the next one."""
    near = range(max(0, position - _REACH), min(len(fragments), position + _REACH + 1))
    return [
        i
        for i in near
        if i not in {position, position + 1} and not fragments[i].starts_anew and fragments[i].kind is not Kind.STRAY
    ]


def parallel_head(fragments: Sequence[Fragment], position: int, free: Sequence[int]) -> int | None:
    """Find where a broken sentence goes on by a sentence built alike elsewhere in the report.

    If the report says "two terms of 14 doctors and 26 young doctors 'paired up', ..." and a line
    begins with "'paired up'", it goes on from the one broken sentence that resembles the words
    before it. Returns None unless exactly one line of `free` fits.
    """
    tail = _last_clause(fragments[position].text)
    wanted = _bigrams(tail)
    low, high = max(0, position - _PARALLEL_REACH), position + _PARALLEL_REACH
    window = "\n".join(f.text for f in fragments[low:high] if f.kind is not Kind.HEADING)
    near = free[bisect_left(free, low) : bisect_right(free, high)]
    found = []
    for i in near:
        opening = fragments[i].text[:_PARALLEL_OPENING]
        if i == position or len(opening) < _PARALLEL_OPENING:
            continue
        before = (_last_clause(window[: match.start()]) for match in re.finditer(re.escape(opening), window))
        if any(_alike(wanted, one) for one in before):
            found.append(i)
    return found[0] if len(found) == 1 else None


def _last_clause(text: str) -> str:
    return re.split(r"[。！？；，\n]", text[-_LONGEST_CLAUSE:])[-1]


def _alike(wanted: set[str], clause: str) -> bool:
    if not re.search(f"{_HAN}$", clause):
        return False
    given = _bigrams(clause)
    return len(wanted & given) >= _PARALLEL_SHARE * max(1, min(len(wanted), len(given)))


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1) if re.fullmatch(f"{_HAN}+", text[i : i + 2])}
