"""Bot stage: whether a report supports what a question names: years, places, ordinals, its words."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.asked import Asked
from bot.counted import meant
from bot.evidence import Candidate
from bot.quantities import Quantity, read
from bot.saying import named_in, said_in
from corpus.data.lists import Division
from corpus.dictionary import english_frequency
from corpus.document import Document, Language, Span
from corpus.places import Alternatives, covers, levels, mentioned, places, unmarked
from corpus.segment import word_frequency, words
from index.bridge import Bridge
from index.lexicon import LATIN
from index.thesaurus import own_ways, ways
from index.words import WordIndex, tokens

_PERVASIVE = 0.15
_FROM = re.compile(r"\b(?:since|from|after)\s*$|(?:自|从)\s*$", re.IGNORECASE)
_ONWARD = re.compile(r"^\s*年?(?:以来|起|开始|至今|之后|以后|后)")
_NEAR = 0.6
_ENGLISH_TO_CHINESE = 20
_MOST = 100
_OFTEN = 3
_UNKNOWN = 0.2
_MOST_MATCHED = 3.0  # nats: more than that makes an answer no surer


@dataclass(frozen=True, slots=True)
class Word:
    """Hold a content word of the question, how telling it is, and the ways to say it in each language."""

    text: str
    weight: float
    ways: dict[Language, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Hold what a question tells by its number, and the ways to say what is numbered."""

    text: str
    number: int
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Hold what a question names: years, places, ordinals, content words and the concepts that it counts.

    `loosely` are those that the last word of what is counted means by itself.
    """

    asked: Asked
    places: tuple[Alternatives, ...]
    publishers: frozenset[Division]
    ordinals: tuple[Ordinal, ...]
    words: tuple[Word, ...]
    counted: tuple[int, ...] = ()
    loosely: tuple[int, ...] = ()

    @classmethod
    def of(cls, asked: Asked, bridge: Bridge, known: WordIndex, documents: Iterable[Document]) -> "Named":
        """Find what a question names; `known` tells how telling its words are."""
        regions = frozenset(one for d in documents for one in mentioned(d.region or "", d.language))
        told = [
            tuple(sorted((one for one in regions if one.rank == rank), key=lambda one: one.codes))
            for rank in sorted(levels(asked.question, asked.language))
        ]
        short = unmarked(asked.question) if asked.language == "zh" else []
        return cls(
            asked,
            tuple(dict.fromkeys([*places(asked.question, asked.language), *short, *filter(None, told)])),
            regions,
            tuple(_numbered(asked, bridge)),
            tuple(_words(asked, bridge, known)),
            *meant(asked),
        )


@dataclass(frozen=True, slots=True)
class Support:
    """Hold how far a report supports a question: what of it is missing, and the share of its words that is there.

    `missing` holds years, places and ordinals as they are to be told; words far off are in `absent`, and
    `lacking` is the share of the most telling of them. `matched` is what the words that are there tell, in nats
    and at most three; `strange` how far off what is counted stands, if the thesaurus knows it: 1 not in the
    sentence, or in its last word only, 2 not near, 3 nowhere.
    """

    missing: tuple[str, ...]
    coverage: float
    absent: tuple[str, ...]
    lacking: float = 0.0
    matched: float = 0.0
    strange: float = 0.0


def support(named: Named, candidate: Candidate) -> Support:
    """Weigh a candidate's sentence, passage, headings and report against what the question names."""
    document = candidate.document
    sentence = candidate.quote
    near = _near(candidate)
    about = _about(document)
    missing = [str(year) for year in named.asked.years if not _year_fits(named.asked, year, document, near)]
    missing += _places_missing(named, document, near, about)
    missing += [one.text for one in named.ordinals if not _ordinal_fits(one, near, document)]
    covered = total = lacking = 0.0
    absent = []
    for word in named.words:
        total += word.weight
        own = word.ways[document.language]
        if said_in(sentence, own, document.language):
            covered += word.weight
        elif said_in(near, own, document.language) or said_in(about, own, document.language):
            covered += _NEAR * word.weight
        else:
            absent.append(word.text)
            lacking = max(lacking, word.weight)
    strange = _strange(named, sentence, near + about, document)
    if not total:
        return Support(tuple(missing), 1.0, (), strange=strange)
    return Support(
        tuple(missing), covered / total, tuple(absent), lacking / total, min(covered, _MOST_MATCHED), strange
    )


def _strange(named: Named, sentence: str, near: str, document: Document) -> float:
    language = document.language
    said = tuple(way for number in named.counted for way in ways(number, language))
    if not said or named_in(sentence, said, language):
        return 0.0
    if named_in(sentence, [way for number in named.loosely for way in own_ways(number, language)], language):
        return 1.0
    return 1.0 if named_in(near, said, language) else 2.0 if _anywhere(said, document.text, language) else 3.0


@lru_cache(maxsize=256)
def _anywhere(said: tuple[str, ...], text: str, language: Language) -> bool:
    return named_in(text, said, language)


def clause_coverage(named: Named, candidate: Candidate) -> float:
    """Return the share of the question's words that the parts of the sentence say in which the candidate stands."""
    if not candidate.clauses:
        return 0.0
    return sum(_coverage(named, candidate.document, one) for one in candidate.clauses) / len(candidate.clauses)


def own_coverage(named: Named, candidate: Candidate) -> float:
    """Return the share of the question's words that stand between an amount's neighbours."""
    return _coverage(named, candidate.document, candidate.own) if candidate.own else 0.0


def _coverage(named: Named, document: Document, span: Span) -> float:
    total = sum(word.weight for word in named.words)
    text, language = document.text[span[0] : span[1]], document.language
    said = sum(word.weight for word in named.words if said_in(text, word.ways[language], language))
    return said / total if total else 0.0


def _near(candidate: Candidate) -> str:
    document, passage = candidate.document, candidate.hit.passage
    low, high = min(passage.start, candidate.sentence[0]), max(passage.end, candidate.sentence[1])
    return "\n".join([*document.heading_path(candidate.start), document.text[low:high]])


def _about(document: Document) -> str:
    restates = document.restates
    restated = [restates.title, restates.publisher or ""] if restates else []
    return "\n".join([document.title, document.publisher or "", document.region or "", *restated])


def _year_fits(asked: Asked, year: int, document: Document, near: str) -> bool:
    if re.search(rf"(?<!\d){year}(?!\d)", near):
        return True
    if document.period is None:
        return False
    first, last = document.period
    # A span of years asks for what a report says of all of it.
    if first == last == year or {first, last} <= set(asked.years):
        return True
    at = asked.question.find(str(year))
    since = _FROM.search(asked.question[:at]) or _ONWARD.search(asked.question[at + 4 :])
    return bool(since and year == first) or (not since and year == last and _until(asked.question[:at]))


def _until(before: str) -> bool:
    return bool(re.search(r"(?:\b(?:until|till|to|by|end of|through)|到|至|截至|截止)\s*$", before, re.IGNORECASE))


def _places_missing(named: Named, document: Document, near: str, about: str) -> list[str]:
    """Return the places of the question that are not those of the evidence or its report.

    Of places that reports are from, a question may name several to have each one's figure; one must fit.
    """
    own = [group for group in named.places if any(one in named.publishers for one in group)]
    unfit = [group for group in named.places if not _place_fits(group, document, near, about)]
    if len(own) > 1 and any(group not in unfit for group in own):
        unfit = [group for group in unfit if group not in own]
    chosen = [next((one for one in group if one.standalone), group[0]) for group in unfit]
    return [one.short if named.asked.language == "zh" else one.english[0] for one in chosen]


def _place_fits(asked: Alternatives, document: Document, near: str, about: str) -> bool:
    there = mentioned(near, document.language) | mentioned(about, document.language)
    if any(covers(one, other) for one in asked for other in there):
        return True
    if any(name in near + about for one in asked for name in (one.short, *one.english)):
        return True
    return any(_pervades(one, document) for one in asked)


def _pervades(asked: Division, document: Document) -> bool:
    """Tell whether a report is about a place, or places within it, all along, so that it need not say so each time."""
    return _share(asked, document.text, document.language) >= _PERVASIVE


@lru_cache(maxsize=256)
def _share(asked: Division, text: str, language: Language) -> float:
    """Return the share of a report's paragraphs that name a division or one within it."""
    parts = [part for part in text.split("\n") if part.strip()]
    short = asked.short if language == "zh" and len(asked.short) > 1 else ""
    naming = sum(
        any(covers(asked, one) for one in mentioned(part, language)) or (short in part and short in words(part))
        for part in parts
    )
    return naming / max(1, len(parts))


_HAN = "〇一二三四五六七八九"
_NUMBERED_ZH = re.compile(r"第?([〇一二三四五六七八九十]+|\d+)(?=[团师期批届次趟号连营]|中学|小学|医院)")


def _numbered(asked: Asked, bridge: Bridge) -> Iterator[Ordinal]:
    """Yield what a question tells by number, as the fourth regiment; not the first, which is said in many ways."""
    if asked.language == "zh":
        for match in _NUMBERED_ZH.finditer(asked.question):
            amount = next((one for one in read(f"第{match[1]}次", "zh") if isinstance(one, Quantity)), None)
            if amount and amount.number > 1 and (match[0][0] == "第" or asked.question[match.end()] in "团师连营"):
                yield Ordinal(match[0], int(amount.number), (asked.question[match.end()],))
        return
    # Small letters, since a numeral with a capital may be part of a name: the Fourth Regiment.
    for one in read(asked.question.lower(), "en"):
        if isinstance(one, Quantity) and one.ordinal and 1 < one.number < _MOST:
            following = LATIN.findall(asked.question[one.end :])[:1]
            ways = tuple(way for word in following for group in bridge.gloss(word, "en").groups for way in group)
            yield Ordinal(asked.question[one.start : one.end], int(one.number), (*following, *ways))


def _ordinal_fits(ordinal: Ordinal, near: str, document: Document) -> bool:
    number = ordinal.number
    if document.language == "en":
        return any(isinstance(one, Quantity) and one.number == number for one in read(near.lower(), "en"))
    written = f"(?:{_in_han(number)}|{number})"
    ways = "|".join(map(re.escape, ordinal.ways)) or "(?!)"
    said = rf"第{written}(?![十百千万〇一二三四五六七八九\d])|(?<![十百千万\d]){written}(?:{ways})"
    # What a report names again and again it is about, as the regiment that a place belongs to.
    return bool(re.search(said, near)) or _times(said, document.text) >= _OFTEN


@lru_cache(maxsize=256)
def _times(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text))


def _in_han(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens % 10]) + "十" + (_HAN[ones] if ones else "")


def _words(asked: Asked, bridge: Bridge, known: WordIndex) -> Iterator[Word]:
    """Yield the content words of a question, phrases that the bridge knows as one."""
    other: Language = "en" if asked.language == "zh" else "zh"
    for piece, group in bridge.pieces(asked.question, asked.language):
        own = tokens(piece)
        if not own:
            continue
        alike = {
            piece.lower(),
            *own,
            *bridge.synonyms(piece),
            *(way for token in own for way in bridge.synonyms(token)),
        }
        rarest = min(map(known.idf, own))
        if group:
            rarest = max(rarest, max(map(known.idf, tokens(group[0])), default=0.0))
        weight = _telling(piece, asked.language) * rarest
        both: dict[Language, tuple[str, ...]] = {asked.language: tuple(alike), other: tuple(w.lower() for w in group)}
        yield Word(piece, weight, both)


_OF_THE_TEXT = frozenset(["story", "article", "text", "文中", "文章", "文章中"])  # where it stands, not what


def _telling(piece: str, language: Language) -> float:
    """Return how much a word tells, from 0 to 1: a common one little, an unknown one may be mistyped."""
    if piece.lower() in _OF_THE_TEXT:
        return 0.0
    if any(c.isdigit() for c in piece):
        return 0.5
    frequency: float = word_frequency(piece)
    if language == "en":
        frequency = max(map(english_frequency, piece.split()), default=0) * _ENGLISH_TO_CHINESE
        if not frequency:
            return _UNKNOWN
    return 1 / math.sqrt(1 + frequency / 1000)
