"""Bot stage: whether a stretch of a report names a person, a body or a place."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.asked import Names
from corpus.document import Language, Span
from corpus.places import mentioned
from corpus.segment import tagged, words

_TAGS: dict[Names, tuple[str, ...]] = {"person": ("nr",), "place": ("ns",), "title": ()}
_TITLED = re.compile(
    r"《[^《》\n]{1,40}》|“[^“”\n。]{2,30}”|「[^「」\n。]{2,30}」|『[^『』\n。]{2,30}』|‘[^‘’\n。]{2,30}’"
    r"|(?<![\w\"])\"(?=\S)[^\"\n]{2,60}(?<=\S)\"(?!\w)"
)
_UNMARKED = 0.3  # how well what stands in no marks is a title
_BODY = re.compile(
    r"(?:[部委局院团厅会队社站所]|公司|大学|政府|集团|中心|学校|[中小]学|银行|基金|企业)(?=$|[^一-鿿])|"
    r"\b(?:committee|commission|bureau|headquarters|department|ministry|government|office|company|group|university|college|"
    r"hospital|school|centre|center|association|theatre|team|regiment|division)\b",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"[省市县区州镇乡村街路园馆院校站港]|\b(?:province|city|county|town|village|district|park|street|base)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'’-]+(?:[ ·][A-Z][\w'’-]+)*")
_LONGEST_NAME = 3
_GIVEN = re.compile("[一-鿿]{1,2}")
_JOINT = "·•"
_RARE = "zg"  # the tagger's mark of a character that is no word
_COMPACT = 0.5  # share of a stretch that its names must make up to be the answer rather than hold it


def name_fit(text: str, span: Span, wanted: Names, language: Language) -> float:
    """Return how well `text[span]` is a name of the kind wanted: 1 if it is one, 0.5 if it holds one, else 0."""
    start, end = span
    if wanted == "title":
        marked = any(low <= start and end <= high for low, high in names(text, wanted, language))
        return 1.0 if marked else _UNMARKED
    covered = sum(max(0, min(end, high) - max(start, low)) for low, high in names(text, wanted, language))
    if covered >= _COMPACT * (end - start):
        return 1.0
    part = text[start:end]
    if (_BODY if wanted == "person" else _SITE).search(part) or (wanted == "place" and mentioned(part, language)):
        return 1.0 if len(part) <= _LONGEST[language] else 0.5
    return 0.5 if covered else 0.0


_LONGEST: dict[Language, int] = {"zh": 20, "en": 60}


@lru_cache(maxsize=512)
def names(text: str, wanted: Names, language: Language) -> tuple[Span, ...]:
    """Return where a sentence names persons, or places, or gives a title."""
    if wanted == "title":
        return tuple(match.span() for match in _TITLED.finditer(text))
    if language == "en":
        return tuple(match.span() for match in _CAPITAL.finditer(text))
    return tuple(_joined(text, wanted))


def _of_words(name: str) -> bool:
    """Tell whether a name is made of longer dictionary words, which the tagger takes for names now and then."""
    return len(name) > _LONGEST_NAME and all(len(word) > 1 for word in words(name))


def _joined(text: str, wanted: Names) -> Iterator[Span]:
    """Yield the spans of tagged words, neighbours as one: a name that no dictionary holds may be cut."""
    low: int | None = None
    position = 0
    before = ""
    for word, tag in [*tagged(text), ("", "")]:
        # A surname alone goes with the word that the tagger took its bearer's given name for, a name of two
        # characters with a third that the dictionary hardly knows.
        given = wanted == "person" and low is not None and len(before) == 1 and _GIVEN.fullmatch(word) is not None
        given |= wanted == "person" and low is not None and len(before) == 2 and tag == _RARE and len(word) == 1
        if given or (tag.startswith(_TAGS[wanted]) and not _of_words(word)):
            low = position if low is None else low
            before = "" if given else word
        elif low is not None and (not word or word not in _JOINT):
            yield low, position
            low = None
        position += len(word)
