"""Corpus stage: which administrative divisions a text names, and how they lie to each other."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from corpus.data.lists import Division, divisions
from corpus.dictionary import english_of, is_english_word
from corpus.document import Language, Span
from corpus.segment import tagged, word_frequency

_WORD = re.compile(r"[A-Za-zÜü]+(?:['’](?!s\b)[A-Za-z]+)?")
_SMALLEST_UNMARKED = 5
_CLEAR = 6
_LEADS = frozenset("在到去给往向对从赴")
_COMMON, _RARE = 200, 20  # of jieba's counts: a name as common as that may be another word, as rare as that is none
_SUFFIXES = frozenset({"province", "city", "county", "district", "prefecture", "region", "municipality", "banner"})


# The whole of it, as against "a province" or "provincial capital".
_LEVELS: dict[Language, dict[int, re.Pattern[str]]] = {
    "zh": {1: re.compile("[全我本]省|省[里级]"), 2: re.compile("[全我本]市(?!场)|市[里级](?!场)")},
    "en": {
        1: re.compile(
            r"(?<!\ba )(?<!\bwhich )(?<!\bwhat )(?<!\bother )(?<!\beach )"
            r"\b(?:province(?:[- ]?wide)?|provincial(?:ly)?)\b(?! capital)",
            re.IGNORECASE,
        ),
        2: re.compile(
            r"\b(?:the (?:whole |entire )?(?:city|municipality)|city[- ]?wide|municipal level)\b", re.IGNORECASE
        ),
    },
}

Alternatives = tuple[Division, ...]


def places(text: str, language: Language) -> list[Alternatives]:
    """Return the divisions that a text names, in its order, each time all that the name may stand for.

    English names may be written small, as people do in a chat, unless they are English words.

    >>> [one.name for group in places("杭州和温宿县派了多少教师", "zh") for one in group]
    ['杭州市', '温宿县']
    >>> [one.name for group in places("how many teachers did hangzhou send?", "en") for one in group]
    ['杭州市']
    """
    return list(dict.fromkeys(group for _, group in placed(text, language)))


def placed(text: str, language: Language) -> list[tuple[Span, Alternatives]]:
    """Return where a text names divisions, in its order, and all that each name may stand for.

    >>> [span for span, _ in placed("杭州和温宿县派了多少教师", "zh")]
    [(0, 2), (3, 6)]
    """
    return list(_chinese(text) if language == "zh" else _english(text))


def unmarked(text: str) -> list[Alternatives]:
    """Return the divisions that a Chinese question names without their suffix, though the name alone is not clear.

    It counts behind a word like 在 or 去, or where neither dictionary nor tagger knows another word of that form.

    >>> [one.name for group in unmarked("金华在库车建了几座工厂") for one in group], unmarked("有多少回民学生")
    (['库车市', '库车县'], [])
    """
    found = []
    before = ""
    for word, tag in tagged(text):
        group = _short_names().get(word, ())
        common = word_frequency(word)
        told = before in _LEADS or tag == "ns" or common < _RARE
        if group and told and common < _COMMON and word not in english_of():
            found.append(group)
        before = word
    return list(dict.fromkeys(found))


@cache
def _short_names() -> dict[str, Alternatives]:
    found: dict[str, list[Division]] = {}
    for one in divisions():
        if len(one.short) > 1:
            found.setdefault(one.short, []).append(one)
    return {short: tuple(group) for short, group in found.items() if not any(one.standalone for one in group)}


@lru_cache(maxsize=1024)
def mentioned(text: str, language: Language) -> frozenset[Division]:
    """Return all divisions that the names in a text may stand for."""
    return frozenset(one for group in places(text, language) for one in group)


def levels(text: str, language: Language) -> frozenset[int]:
    """Return the ranks of the divisions that a text tells by their level alone: 1 for the province, 2 for the city.

    >>> sorted(levels("全省和全市各有多少教师？", "zh")), sorted(levels("teachers, for the province", "en"))
    ([1, 2], [1])
    """
    return frozenset(rank for rank, pattern in _LEVELS[language].items() if pattern.search(text))


def covers(outer: Division, inner: Division) -> bool:
    """Tell whether a division is another or has it within.

    >>> (zhejiang,), (jinhua,) = places("浙江金华", "zh")
    >>> covers(zhejiang, jinhua), covers(jinhua, zhejiang)
    (True, False)
    """
    return outer.kin(inner) and outer.rank <= inner.rank


@cache
def _chinese_names() -> dict[str, tuple[Division, ...]]:
    """Map two characters to the divisions whose names begin with them."""
    found: dict[str, list[Division]] = {}
    for one in divisions():
        for head in dict.fromkeys(name[:2] for name in _names(one)):
            found.setdefault(head, []).append(one)
    return {head: tuple(group) for head, group in found.items()}


def _names(one: Division) -> tuple[str, ...]:
    return (*one.forms, one.short) if one.standalone and len(one.short) > 1 else one.forms


def _chinese(text: str) -> Iterator[tuple[Span, Alternatives]]:
    position = 0
    while position < len(text):
        near = _chinese_names().get(text[position : position + 2], ())
        fits = [(len(name), one) for one in near for name in _names(one) if text.startswith(name, position)]
        longest = max((size for size, _ in fits), default=0)
        if fits:
            yield (position, position + longest), tuple(dict.fromkeys(one for size, one in fits if size == longest))
        position += max(1, longest)


@cache
def _english_names() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for one in divisions():
        for name in one.english:
            found.setdefault(name.lower(), []).append(one)
    return {name: tuple(group) for name, group in found.items()}


def _english(text: str) -> Iterator[tuple[Span, Alternatives]]:
    read = [(match[0], match.span()) for match in _WORD.finditer(text)]
    for i, (word, span) in enumerate(read):
        following = read[i + 1][0] if i + 1 < len(read) else ""
        for name in (f"{word} {following}", word):
            group = _english_names().get(name.lower().replace("’", "'"), ())
            named = _is_name(word, first=i == 0 and " " not in name and following.lower() not in _SUFFIXES)
            if group and named:
                # A shorter name, or one beside another capital, may be a person's.
                alone = len(word) >= _CLEAR and not (following[:1].isupper() or (i and read[i - 1][0][:1].isupper()))
                if alone or following.lower() in _SUFFIXES or any(one.standalone for one in group):
                    last = read[i + 1][1] if name != word else span
                    yield (span[0], last[1]), group
                break


def _is_name(word: str, *, first: bool) -> bool:
    if word[0].isupper() and not first:
        return True
    return (word[0].isupper() or len(word) >= _SMALLEST_UNMARKED) and not is_english_word(word)
