"""Index stage: what words of report language mean the same, and what is a kind of what."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import corpus
from corpus.dictionary import american, base_forms
from corpus.document import Language
from corpus.segment import words
from corpus.tables import table

PATH = Path(corpus.__file__).parent / "data" / "thesaurus.txt"
_LONGEST = 5  # words of a term
_MOST_KINDS = 60
_WORD = re.compile(r"[a-z0-9à-ɏ]+(?:[-'][a-z0-9à-ɏ]+)*")
_MOST_FORMS = 16


@dataclass(frozen=True, slots=True)
class Concept:
    """Hold the Chinese and the English ways to say one thing, the usual one first, and what it is a kind of."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    kind: str

    def ways(self, language: Language) -> tuple[str, ...]:
        """Return the ways to say it in a language."""
        return self.zh if language == "zh" else self.en


@cache
def concepts() -> tuple[Concept, ...]:
    """Read the thesaurus, in a few milliseconds."""
    found = []
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            chinese, english, kind = line.split("|")
            found.append(Concept(_terms(chinese, "、"), _terms(english, ","), kind.strip()))
    return tuple(found)


def _terms(field: str, mark: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in field.split(mark) if term.strip())


@cache
def _numbers() -> Mapping[str, str]:
    """Return the numbers of the concepts of each term, English ones in small letters."""
    return table("thesaurus", [PATH, Path(__file__)], _number)


def _number() -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, concept in enumerate(concepts()):
        for term in dict.fromkeys([*concept.zh, *(" ".join(_english_words(term)) for term in concept.en)]):
            found[term].append(str(number))
    return {term: " ".join(numbers) for term, numbers in found.items()}


def _english_words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def meanings(term: str, language: Language) -> tuple[int, ...]:
    """Return the numbers of the concepts that a term may mean; an English one in any of its forms.

    It is looked up as it stands and by the base forms of its words, not by stems: engineers are no engines.
    """
    if language == "zh":
        return _at(term)
    read = _english_words(term)[: _LONGEST + 1]
    for forms in itertools.islice(itertools.product(*map(_forms, read)), _MOST_FORMS):
        if found := _at(" ".join(forms)):
            return found
    return ()


def _at(term: str) -> tuple[int, ...]:
    return tuple(map(int, (_numbers().get(term) or "").split())) if term else ()


@cache
def _forms(word: str) -> tuple[str, ...]:
    bare = word.removesuffix("'s").removesuffix("'")
    return tuple(dict.fromkeys(form for one in (word, bare) for form in (one, american(one), *base_forms(one))))


def named(text: str, language: Language) -> list[tuple[str, tuple[int, ...]]]:
    """Return the terms that a text says, each the longest at its place, with what it may mean.

    >>> [term for term, _ in named("How many nurses from secondary schools?", "en")]
    ['many', 'nurses', 'secondary schools']
    """
    units = words(text) if language == "zh" else _english_words(text)
    return list(_longest(units, language))


def _longest(units: Sequence[str], language: Language) -> Iterator[tuple[str, tuple[int, ...]]]:
    glue = "" if language == "zh" else " "
    at = 0
    while at < len(units):
        for size in range(min(_LONGEST, len(units) - at), 0, -1):
            term = glue.join(units[at : at + size])
            if found := meanings(term, language):
                yield term, found
                break
        at += size


@cache
def _kinds() -> Mapping[int, tuple[int, ...]]:
    """Return for each concept those that are kinds of it; where several are called alike, of each."""
    called: dict[str, list[int]] = defaultdict(list)
    for number, concept in enumerate(concepts()):
        called[concept.en[0]].append(number)
    below: dict[int, list[int]] = defaultdict(list)
    for number, concept in enumerate(concepts()):
        for above in called.get(concept.kind, ()):
            if above != number:
                below[above].append(number)
    return {number: tuple(found) for number, found in below.items()}


@cache
def within(number: int) -> frozenset[int]:
    """Return a concept with all that are kinds of it: who says apple says fruit."""
    seen: set[int] = set()
    left = [number]
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left += _kinds().get(one, ())
    return frozenset(seen)


def own_ways(number: int, language: Language) -> tuple[str, ...]:
    """Return the ways to say a concept itself."""
    return concepts()[number].ways(language)


@cache
def ways(number: int, language: Language) -> tuple[str, ...]:
    """Return the ways to say a concept or a kind of it; if nearly any text names a kind of it, only its own."""
    below = within(number)
    said = below if len(below) <= _MOST_KINDS else (number,)
    return tuple(way for one in sorted(said) for way in concepts()[one].ways(language))
