"""Bot stage: whether a stretch of a report names what a question counts, or whose name it asks."""

import re
from collections.abc import Sequence

from bot.asked import Asked
from bot.saying import named_in
from corpus.document import Document, Language
from corpus.segment import words
from index.bridge import Bridge
from index.thesaurus import meanings, named, own_ways, ways

_NO_NOUN = frozenset(
    "etc a an the year years day month altogether total all in per arranged extra new local young more "
    "以前 没有 一共 总共 参加 得到 受益 找到 来自 当地 本地 以及 左右".split()
)
_LOOSELY = 0.5


class Counted:
    """Tell whether a text names what the question counts: in its words, in their like, or in the other language's."""

    def __init__(self, asked: Asked, bridge: Bridge) -> None:
        head = head_of(asked)
        self._named = bool(head)
        self._anywhere: dict[str, float] = {}
        self._ways: list[tuple[float, dict[Language, set[str]]]] = []
        if head:
            term = _term(asked.counted, head, asked.language)
            self._ways.append((1.0, _ways(term, asked.language, bridge, kinds=True)))
            if term != head:
                self._ways.append((_LOOSELY, _ways(head, asked.language, bridge, kinds=False)))

    def evidence(self, places: Sequence[tuple[str, float]], document: Document) -> float:
        """Return what the first of some places is worth that says it, -1 for anywhere else, -1.5 for nowhere.

        Return 0 if nothing is counted. A place is worth half where only the last word of a term is said, as projects
        for aid projects.
        """
        if not self._named:
            return 0.0
        for place, worth in places:
            if said := self._said(place, document.language):
                return worth if said == 1.0 else min(worth, worth * said)
        if document.id not in self._anywhere:
            self._anywhere[document.id] = self._said(document.text, document.language)
        return -1.0 if self._anywhere[document.id] else -1.5

    def _said(self, text: str, language: Language) -> float:
        for worth, known in self._ways:
            if named_in(text, known[language], language):
                return worth
        return 0.0


def head_of(asked: Asked) -> str:
    """Return the noun of what a question counts, or asks the name of; empty where there is none."""
    return (last if asked.wants in ("name", "anything") else counted_noun)(asked.counted, asked.language)


def meant(asked: Asked) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the concepts that a question counts or asks the name of, and those of their last word alone."""
    head = head_of(asked)
    if not head:
        return (), ()
    term = _term(asked.counted, head, asked.language)
    return meanings(term, asked.language), meanings(head, asked.language) if term != head else ()


def _ways(term: str, language: Language, bridge: Bridge, *, kinds: bool) -> dict[Language, set[str]]:
    """Return the ways to say a term in each language, with those to say its kinds."""
    other: Language = "en" if language == "zh" else "zh"
    alike = (way.lower() for way in bridge.synonyms(term) if language == "en" or set(way) & set(term))
    found: dict[Language, set[str]] = {"zh": set(), "en": set()}
    found[language] = {term.lower(), *alike}
    found[other] = {way.lower() for group in bridge.gloss(term, language).groups for way in group}
    for number in meanings(term, language):
        for spoken, said in found.items():
            said.update(way.lower() for way in (ways if kinds else own_ways)(number, spoken))
    return found


def _term(counted: str, head: str, language: Language) -> str:
    """Return the longest known term that ends a phrase as its head does: middle schools, not schools."""
    found = [term for term, _ in named(counted, language) if term.endswith(head)]
    return found[-1] if found else head


def counted_noun(counted: str, language: Language) -> str:
    """Return the noun that a phrase is about: the last word, in Chinese the last one before a verb's."""
    if language == "en":
        read = [word for word in re.findall(r"[\w'’-]+", counted) if word.lower() not in _NO_NOUN]
        return read[-1] if read else ""
    kept: list[str] = []
    for word in words(counted):
        if kept and (word in _NO_NOUN or len(word) == 1):
            break
        if len(word) > 1 and word not in _NO_NOUN:
            kept.append(word)
    return kept[-1] if kept else counted[:1]


def last(sought: str, language: Language) -> str:
    """Return the last word of a phrase, in Chinese with the single characters that it ends with: 金华绣娘 is a 绣娘."""
    if language == "en":
        return counted_noun(sought, language)
    head = ""
    for word in reversed(words(sought)):
        if head and len(word) > 1:
            break
        head = word + head
        if len(word) > 1:
            break
    return head
