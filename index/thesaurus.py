"""Index stage: what words of report language mean the same, and what is a kind of what."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import corpus
from corpus.dictionary import stem
from corpus.document import Language
from corpus.segment import words
from corpus.tables import table

PATH = Path(corpus.__file__).parent / "data" / "thesaurus.txt"
_LONGEST = 5  # words of a term
_MOST_KINDS = 60


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


def key(term: str, language: Language) -> str:
    """Return what terms are compared by: Chinese ones as they stand, English ones by the stems of their words."""
    return term if language == "zh" else " ".join(map(stem, term.split()))


@cache
def _numbers() -> Mapping[str, str]:
    """Return the numbers of the concepts of each term's key; made once, since it takes a second to find the stems."""
    return table("thesaurus", [PATH, Path(__file__)], _number)


def _number() -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, concept in enumerate(concepts()):
        for language in ("zh", "en"):
            for one in dict.fromkeys(key(term, language) for term in concept.ways(language)):
                found[one].append(str(number))
    return {term: " ".join(numbers) for term, numbers in found.items()}


def meanings(term: str, language: Language) -> tuple[int, ...]:
    """Return the numbers of the concepts that a term may mean."""
    return tuple(map(int, (_numbers().get(key(term, language)) or "").split()))


def named(text: str, language: Language) -> list[tuple[str, tuple[int, ...]]]:
    """Return the terms that a text says, each the longest at its place, with what it may mean.

    >>> [term for term, _ in named("how many nurses from secondary schools?", "en")]
    ['how many', 'nurses', 'secondary schools']
    """
    return list(_longest(_cut(text, language), language))


def _cut(text: str, language: Language) -> list[str]:
    return words(text) if language == "zh" else text.replace("’", "'").replace("'s ", " ").split()


def _longest(units: Sequence[str], language: Language) -> Iterator[tuple[str, tuple[int, ...]]]:
    glue = "" if language == "zh" else " "
    cleaned = units if language == "zh" else [unit.strip(".,;:!?\"'()“”") for unit in units]
    at = 0
    while at < len(cleaned):
        for size in range(min(_LONGEST, len(cleaned) - at), 0, -1):
            term = glue.join(cleaned[at : at + size])
            if found := meanings(term, language):
                yield term, found
                break
        at += size


@cache
def _kinds() -> Mapping[int, tuple[int, ...]]:
    """Return for each concept those that are kinds of it."""
    first = {concept.en[0]: number for number, concept in reversed(list(enumerate(concepts())))}
    below: dict[int, list[int]] = defaultdict(list)
    for number, concept in enumerate(concepts()):
        above = first.get(concept.kind)
        if above is not None and above != number:
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
    return tuple(way for one in said for way in concepts()[one].ways(language))
