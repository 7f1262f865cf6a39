"""Index stage: from a question's words to those of the other language that the reports use."""

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from corpus.dictionary import english_frequency, entries, stem
from corpus.document import Language
from corpus.segment import words
from index.errors import IndexDamaged
from index.words import tokens

_HAN_RUN = re.compile(r"[㐀-䶿一-鿿]+")
_LATIN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
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
_LONGEST_PHRASE = 3
_LONGEST_NAME = 4
_TRANSLATIONS = 4
_NAME_FREQUENCY = 20
_SMALLEST_NAME = 4
_SEARCHED_THROUGH = 300_000
_SEARCHED_FOR_NAMES = 1_000_000
_ARTICLES = frozenset({"a", "an", "the", "to", "of", "sth", "sb", "one's"})

Term = tuple[Sequence[str], Sequence[str]]
Choose = Callable[[str, Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Gloss:
    """Hold a question in the words of the other language: for each of its words, the ways to say it."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """Return all the words, to be appended to the question."""
        return " ".join(dict.fromkeys(itertools.chain.from_iterable(self.groups)))

    def token_groups(self) -> list[list[str]]:
        """Return the groups as tokens of the word index."""
        return [[token for word in group for token in tokens(word)] for group in self.groups]


class Bridge:
    """Translate content words between Chinese and English by dictionary, glossary and pinyin.

    Holds only what the indexed reports use: for an English phrase (stems) the Chinese words, for a
    Chinese word the English ones, for a pinyin spelling the Chinese names, and for a Chinese word
    that they do not use those that mean the same.
    """

    def __init__(
        self,
        chinese: Mapping[str, Sequence[str]],
        english: Mapping[str, Sequence[str]],
        names: Mapping[str, Sequence[str]],
        synonyms: Mapping[str, Sequence[str]],
    ) -> None:
        self._chinese = chinese
        self._english = english
        self._names = names
        self._synonyms = synonyms

    @classmethod
    def from_texts(cls, texts: Iterable[tuple[Language, str]], glossary: Iterable[Term] = ()) -> Self:
        """Build the bridge for reports; `glossary` holds pairs of Chinese and English terms."""
        by_language: dict[str, list[str]] = {"zh": [], "en": []}
        for language, text in texts:
            by_language[language].append(text)
        chinese = _Occurring(by_language["zh"])
        pairs = [*_glossary_pairs(glossary), *_dictionary_pairs()]
        english_stems = {token for text in by_language["en"] for token in tokens(text)}
        return cls(
            _english_to_chinese(pairs, chinese),
            _chinese_to_english(pairs, english_stems),
            _names(by_language["zh"]),
            _chinese_synonyms(pairs, chinese),
        )

    def synonyms(self, word: str) -> Sequence[str]:
        """Return Chinese words of the reports that share an English sense with a Chinese word."""
        return self._synonyms.get(word, ())

    def gloss(self, question: str, language: Language, *, choose: Choose | None = None) -> Gloss:
        """Return a question of `language` in words of the other one.

        `choose` orders the translations of a word, best first; four are kept.
        """
        raw = self._from_english(question) if language == "en" else self._from_chinese(question)
        groups = []
        for word, group in raw:
            ordered = choose(word, group) if choose and len(group) > 1 else group
            groups.append(tuple(ordered[:_TRANSLATIONS]))
        return Gloss(tuple(dict.fromkeys(groups)))

    def _from_english(self, question: str) -> list[tuple[str, Sequence[str]]]:
        found: list[tuple[str, Sequence[str]]] = []
        read = [w.replace("’", "'").removesuffix("'s") for w in _LATIN.findall(question)]
        position = 0
        while position < len(read):
            for size in range(min(_LONGEST_PHRASE, len(read) - position), 0, -1):
                phrase = read[position : position + size]
                group = self._phrase(phrase)
                if group:
                    found.append((" ".join(phrase), group))
                    break
            else:
                size = 1
            position += size
        return found

    def _phrase(self, phrase: Sequence[str]) -> Sequence[str]:
        key = " ".join(stem(word) for word in phrase)
        if not tokens(" ".join(phrase)):
            return ()
        by_name = self._names.get("".join(phrase).replace("'", "").lower(), ())
        if by_name and all(english_frequency(word) < _NAME_FREQUENCY for word in phrase):
            return [*by_name, *self._chinese.get(key, ())]
        return self._chinese.get(key, ())

    def _from_chinese(self, question: str) -> list[tuple[str, Sequence[str]]]:
        found: list[tuple[str, Sequence[str]]] = []
        for run in _HAN_RUN.findall(question):
            position = 0
            while position < len(run):
                for size in range(min(8, len(run) - position), 0, -1):
                    word = run[position : position + size]
                    group = self._english.get(word) if tokens(word) else None
                    if group:
                        found.append((word, group))
                        break
                else:
                    size = 1
                position += size
        return found

    def save(self, path: Path) -> None:
        """Write the bridge as JSON."""
        content = {
            "chinese": self._chinese,
            "english": self._english,
            "names": self._names,
            "synonyms": self._synonyms,
        }
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexDamaged: if the file is missing or does not hold what was written.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(content["chinese"], content["english"], content["names"], content["synonyms"])
        except (OSError, ValueError, KeyError, TypeError) as err:
            raise IndexDamaged(f"{path}: the word bridge can't be read; run `citewise index` again") from err


def _glossary_pairs(glossary: Iterable[Term]) -> list[tuple[str, str]]:
    return [(zh, en) for chinese, english in glossary for zh in chinese for en in english]


def _dictionary_pairs() -> tuple[tuple[str, str], ...]:
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


def _key(english: str) -> str:
    return " ".join(stem(word) for word in _LATIN.findall(english) if word.lower() not in _ARTICLES)


def _english_to_chinese(pairs: Iterable[tuple[str, str]], used: "_Occurring") -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for chinese, english in pairs:
        key = _key(english) if chinese in used else ""
        if key and key.count(" ") < _LONGEST_PHRASE and chinese not in found[key]:
            found[key].append(chinese)
    return {key: group for key, group in found.items() if group}


class _Occurring:
    """Tell whether Chinese reports use a word."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = {word for text in texts for word in words(text)}
        # Words inside longer ones are looked for too, while that takes no minutes.
        self._text = "\n".join(texts) if sum(map(len, texts)) <= _SEARCHED_THROUGH else ""
        self._known: dict[str, bool] = {}

    def __contains__(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = word in self._words or word in self._text
        return self._known[word]


def _chinese_synonyms(pairs: Sequence[tuple[str, str]], used: _Occurring) -> dict[str, list[str]]:
    """Map each word of the dictionary to words of the text with which it shares a sense."""
    by_sense: dict[str, list[str]] = defaultdict(list)
    listed = [(chinese, english.lower().removeprefix("to ")) for chinese, english in pairs]
    for chinese, sense in listed:
        if len(chinese) > 1 and chinese in used and chinese not in by_sense[sense]:
            by_sense[sense].append(chinese)
    found: dict[str, list[str]] = defaultdict(list)
    for chinese, sense in listed:
        if chinese not in used:
            found[chinese].extend(word for word in by_sense.get(sense, ()) if word not in found[chinese])
    return {word: group[:_TRANSLATIONS] for word, group in found.items() if group}


def _chinese_to_english(pairs: Iterable[tuple[str, str]], stems: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if not stems:
        return {}
    for chinese, english in pairs:
        read = _content(english)
        if read and len(read) <= _LONGEST_PHRASE and all(token in stems for token in read):
            plain = " ".join(_LATIN.findall(english))
            if plain not in found[chinese]:
                found[chinese].append(plain)
    return {word: group for word, group in found.items() if group}


def _names(texts: Iterable[str]) -> dict[str, list[str]]:
    """Map the pinyin of each run of two to four characters to the run, if a name could hide in it."""
    # Half a second to import, and only building needs it.
    from pypinyin import lazy_pinyin

    counts: Counter[tuple[str, str]] = Counter()
    left = _SEARCHED_FOR_NAMES
    for run in dict.fromkeys(run for text in texts for run in _HAN_RUN.findall(text)):
        left -= len(run)
        if left < 0:
            break
        # A whole run at a time, so that characters of several readings are read in their words.
        read = lazy_pinyin(run)
        if len(read) != len(run):
            continue
        for size in range(2, _LONGEST_NAME + 1):
            counts.update(("".join(read[i : i + size]), run[i : i + size]) for i in range(len(run) - size + 1))
    found: dict[str, list[str]] = defaultdict(list)
    for (key, chinese), _ in counts.most_common():
        if len(key) >= _SMALLEST_NAME and len(found[key]) < _TRANSLATIONS:
            found[key].append(chinese)
    return dict(found)
