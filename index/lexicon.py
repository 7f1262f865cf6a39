"""Index stage: what the indexed reports use of dictionary, glossary and pinyin."""

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

from corpus.dictionary import entries, is_english_word, stem
from corpus.document import Language
from corpus.segment import word_frequency, words
from index.sound import HAN_RUN, spelling
from index.thesaurus import concepts
from index.words import tokens

LATIN = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:['’][A-Za-zÀ-ɏ]+)*")
# Words in a phrase that is looked for: terms of a glossary may be long, senses of the dictionary seldom help then.
LONGEST_PHRASE = 8
_LONGEST_SENSE = 3
LONGEST_NAME = 4
_NAMES_WRITTEN = re.compile(r"\b[A-ZÀ-Þ][a-zß-ɏ]+(?:['’][a-zß-ɏ]+)?(?: [A-ZÀ-Þ][a-zß-ɏ]+)?")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|CL:\S+")
_DROPPED_SENSES = (
    "variant of",
    "see ",
    "surname ",
    "old variant",
    "abbr. for",
    "Japanese variant",
    "used in",
)
_SYNONYMS, _NAMES = 6, 4
_KINDS = 3
_ALONE = 0.6
_THESAURUS = 100.0  # more than any word is common
_SMALLEST_NAME = 4
_SEARCHED_THROUGH = 300_000
_SEARCHED_FOR_NAMES = 1_000_000
_ARTICLES = frozenset({"a", "an", "the", "to", "of", "sth", "sb", "one's"})

Term = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Hold the translations that matter for some reports.

    `chinese` maps an English phrase (stems) to Chinese words that they use, the likeliest first, `english`
    a Chinese word to English ones; `names` a pinyin spelling to Chinese names, `spellings` one to names as
    English reports write them; `synonyms` a Chinese word to those of them that mean the same, and the stems of an
    English term of the glossary or thesaurus to its other terms that English reports use.
    """

    chinese: dict[str, list[str]]
    english: dict[str, list[str]]
    names: dict[str, list[str]]
    spellings: dict[str, list[str]]
    synonyms: dict[str, list[str]]

    @classmethod
    def from_texts(cls, texts: Iterable[tuple[Language, str]], glossary: Iterable[Term]) -> Self:
        """Collect what reports use; `glossary` holds pairs of terms, which go before those of the thesaurus."""
        by_language: dict[str, list[str]] = {"zh": [], "en": []}
        for language, text in texts:
            by_language[language].append(text)
        chinese = _Occurring(by_language["zh"])
        glossary = list(glossary)
        thesaurus = [(concept.zh, concept.en) for concept in concepts()]
        terms, alike = _term_pairs(glossary), _term_pairs(thesaurus)
        listed = dictionary_pairs()
        pairs = [*terms, *alike, *listed]
        glossary += thesaurus
        english_stems = {token for text in by_language["en"] for token in tokens(text)}
        return cls(
            chinese=_english_to_chinese(pairs, chinese, len(terms), len(terms) + len(alike)),
            english=_chinese_to_english(pairs, english_stems, len(terms) + len(alike)),
            names=_names(by_language["zh"]),
            spellings=_spellings(by_language["en"]),
            synonyms={**_chinese_synonyms(glossary, listed, chinese), **_english_synonyms(glossary, english_stems)},
        )


def _term_pairs(glossary: Iterable[Term]) -> list[tuple[str, str]]:
    return [(zh, en) for chinese, english in glossary for zh in chinese for en in english]


def dictionary_pairs() -> tuple[tuple[str, str], ...]:
    """Return Chinese words with the short senses that a question might use for them."""
    pairs = []
    for entry in entries():
        for sense in entry.senses:
            if sense.startswith(_DROPPED_SENSES):
                continue
            for part in _ASIDE.sub("", sense).split(";"):
                if part.strip():
                    pairs.append((entry.simplified, part.strip()))
    return tuple(pairs)


@cache
def _content(english: str) -> tuple[str, ...]:
    return tuple(tokens(english))


def is_article(word: str) -> bool:
    """Tell whether a word is one that phrases are compared without."""
    return word.lower() in _ARTICLES


def phrase_key(english: str) -> str:
    """Return the stems of a phrase's words without articles and prepositions.

    >>> phrase_key("aid to the counties")
    'aid counti'
    """
    return " ".join(stem(word) for word in LATIN.findall(english) if not is_article(word))


def _english_to_chinese(
    pairs: Iterable[tuple[str, str]], used: "_Occurring", first: int, known: int
) -> dict[str, list[str]]:
    """Map each phrase to the Chinese words for it: those of the `first` pairs, then by how common they are.

    Words of the pairs before the number `known`, the thesaurus's, come before those of the dictionary alone.
    """
    found: dict[str, dict[str, float]] = defaultdict(dict)
    kinds: dict[str, dict[str, float]] = defaultdict(dict)
    for number, (chinese, english) in enumerate(pairs):
        key = phrase_key(english) if chinese in used else ""
        if key and key.count(" ") < (LONGEST_PHRASE if number < known else _LONGEST_SENSE):
            rank = -math.inf if number < first else -commonness(chinese) - (_THESAURUS if number < known else 0)
            found[key].setdefault(chinese, rank)
            if number >= known and " " in key and len(chinese) > 1:
                for word in key.split():
                    kinds[word].setdefault(chinese, -commonness(chinese))
    # A word without a sense of its own may be part of another's: opera of "Western opera".
    for word, group in kinds.items():
        if word not in found and len(group) <= _KINDS:
            found[word] = group
    return {key: sorted(group, key=group.__getitem__) for key, group in found.items()}


def commonness(chinese: str) -> float:
    """Return how likely a word is meant, from its frequency; one character alone is mostly part of another word."""
    return math.log(2 + word_frequency(chinese)) * (_ALONE if len(chinese) == 1 else 1)


class _Occurring:
    """Tell whether Chinese reports use a word."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = {word for text in texts for word in words(text)}
        # Words inside longer ones are looked for too, while that takes no minutes.
        self._text = "\n".join(texts) if sum(map(len, texts)) <= _SEARCHED_THROUGH else ""
        self._pairs = set(map("".join, itertools.pairwise(self._text)))
        self._known: dict[str, bool] = {}

    def __contains__(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = word in self._words or self._is_inside(word)
        return self._known[word]

    def _is_inside(self, word: str) -> bool:
        # Nearly all words hold a pair of characters that the text does not; searching it for each takes seconds.
        return all("".join(pair) in self._pairs for pair in itertools.pairwise(word)) and word in self._text


def _chinese_synonyms(
    glossary: Iterable[Term], pairs: Sequence[tuple[str, str]], used: _Occurring
) -> dict[str, list[str]]:
    """Map each word to other words of the text: those of its terms, then those that share a sense in the dictionary."""
    found: dict[str, list[str]] = defaultdict(list)
    for terms, _ in glossary:
        there = [term for term in terms if term in used]
        for term in terms:
            found[term] += [other for other in there if other != term and other not in found[term]]
    by_sense: dict[str, list[str]] = defaultdict(list)
    # A verb's sense begins with "to", which keeps a nurse apart from nursing.
    listed = [(chinese, english.lower()) for chinese, english in pairs]
    for chinese, sense in listed:
        if len(chinese) > 1 and chinese in used and chinese not in by_sense[sense]:
            by_sense[sense].append(chinese)
    for chinese, sense in listed:
        others = (word for word in by_sense.get(sense, ()) if word != chinese)
        found[chinese].extend(word for word in others if word not in found[chinese])
    return {word: group[:_SYNONYMS] for word, group in found.items() if group}


def _english_synonyms(glossary: Iterable[Term], stems: set[str]) -> dict[str, list[str]]:
    """Map the stems of each term of the glossary to its other terms that English texts use."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, english in glossary:
        used = [term for term in english if stems.issuperset(tokens(term))]
        for term in english:
            key = phrase_key(term)
            found[key] += [other for other in used if other != term and other not in found[key]]
    return {key: group[:_SYNONYMS] for key, group in found.items() if key and group}


def _chinese_to_english(pairs: Iterable[tuple[str, str]], stems: set[str], known: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if not stems:
        return {}
    for number, (chinese, english) in enumerate(pairs):
        read = _content(english)
        longest = LONGEST_PHRASE if number < known else _LONGEST_SENSE
        if read and len(read) <= longest and all(token in stems for token in read):
            plain = " ".join(LATIN.findall(english))
            if plain not in found[chinese]:
                found[chinese].append(plain)
    return {word: group for word, group in found.items() if group}


def _names(texts: Iterable[str]) -> dict[str, list[str]]:
    """Map the pinyin of each run of two to four characters to the run, if a name could hide in it."""
    # Half a second to import, and only building needs it.
    from pypinyin import lazy_pinyin

    counts: Counter[tuple[str, str]] = Counter()
    left = _SEARCHED_FOR_NAMES
    for run in dict.fromkeys(run for text in texts for run in HAN_RUN.findall(text)):
        left -= len(run)
        if left < 0:
            break
        # A whole run at a time, so that characters of several readings are read in their words.
        read = [spelling(syllable) for syllable in lazy_pinyin(run)]
        if len(read) != len(run):
            continue
        for size in range(2, LONGEST_NAME + 1):
            counts.update(("".join(read[i : i + size]), run[i : i + size]) for i in range(len(run) - size + 1))
    found: dict[str, list[str]] = defaultdict(list)
    for (key, chinese), _ in counts.most_common():
        if len(key) >= _SMALLEST_NAME and len(found[key]) < _NAMES:
            found[key].append(chinese)
    # Asked for by an English word that is common, no name is meant; told here, since it takes seconds.
    return {key: group for key, group in found.items() if not is_english_word(key, common=True)}


def _spellings(texts: Iterable[str]) -> dict[str, list[str]]:
    """Map the spelling of each name in English reports to the name as they write it."""
    found: dict[str, list[str]] = {}
    for match in itertools.chain.from_iterable(map(_NAMES_WRITTEN.finditer, texts)):
        for name in dict.fromkeys([match[0], *match[0].split()]):
            key = spelling(name)
            if len(key) >= _SMALLEST_NAME and not is_english_word(name):
                found.setdefault(key, [name])
    return found
