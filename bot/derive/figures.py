"""Bot stage: the figures of the passages that were read, each with what its sentence says of it alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.derive.group import called
from bot.derive.sought import Operand, amount_of, family
from bot.facts import Found
from bot.quantities import Quantity, read, unit_kind
from corpus.document import Document, Language, Span
from index.sentences import sentences

_MARKS = "，,；;。：:（）()"
_JOINT: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[、和与及跟]|以及|另有|还有"),
    "en": re.compile(r",|;|\b(?:and|plus|while|against|with)\b"),
}
_NOUN: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"\s*(?![、和与及，,；;。）)]|另有|还有)[^\s，,；;。、（）()]"),
    "en": re.compile(
        r"\s+(?!and\b|or\b|in\b|of\b|to\b|by\b|for\b|on\b|with\b|are\b|is\b|were\b|was\b)[a-z“(]", re.IGNORECASE
    ),
}
# What follows a whole and tells that the figures behind it are its parts.
_WHOLE = re.compile(
    r"^\s*(?:[（(]\s*)?(?:这|上述|在这|以上|(?:out )?of (?:these|those|the)\s*|in these\s*)$", re.IGNORECASE
)
_TIMES = frozenset({"time", "age"})
_MOST_PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold a figure, what its own part of the sentence says, and what it takes over from the whole that it is a part of."""

    found: Found
    own: str
    taken: str = ""

    @property
    def amount(self) -> Quantity:
        """Return the figure as it was read; `figures` never takes a candidate that is none."""
        return amount_of(self.found)

    @property
    def place(self) -> tuple[str, Span]:
        """Return the report and the sentence that it stands in."""
        return self.found.candidate.document.id, self.found.candidate.sentence

    @property
    def report(self) -> str:
        """Return the id of its report, for a translation that of what it translates."""
        return family(self.found.candidate.document)

    @property
    def operand(self) -> Operand:
        """Return it as an operand, called as its sentence calls it."""
        return Operand(called(self.found.candidate) or self.found.candidate.text, self.found, 1.0)

    def is_in_translation(self, other: "Figure") -> bool:
        """Tell whether another figure stands in the translation of its report."""
        return self.report == other.report and self.place[0] != other.place[0]


def figures(found: Sequence[Found]) -> list[list[Figure]]:
    """Return the figures of the passages that candidates stand in, by sentence, passages in the order of the candidates."""
    passages: dict[tuple[str, int], Found] = {}
    unfit = set()
    for one in found:
        hit = one.candidate.hit
        passages.setdefault((hit.document.id, hit.passage.start), one)
        if one.dropped and one.dropped.startswith("missing"):
            unfit.add((hit.document.id, one.candidate.sentence))
    made: dict[tuple[str, Span], list[Figure]] = {}
    for template in list(passages.values())[:_MOST_PASSAGES]:
        document, passage = template.candidate.document, template.candidate.hit.passage
        for sentence in sentences(document.text, passage.start, passage.end):
            place = (document.id, sentence)
            if place in made or place in unfit:
                continue
            same = next(
                (one for one in found if (one.candidate.document.id, one.candidate.sentence) == place), template
            )
            made[place] = list(_of_sentence(document, sentence, same))
    return [some for some in made.values() if some]


def _of_sentence(document: Document, sentence: Span, template: Found) -> Iterator[Figure]:
    low, high = sentence
    text = document.text[low:high]
    read_there = [one for one in read(text, document.language) if isinstance(one, Quantity) and not one.ordinal]
    counted = [one for one in read_there if one.upper is None and unit_kind(one.unit) not in _TIMES]
    lead = text[: counted[0].start] if counted else ""
    whole = lead
    for at, one in enumerate(counted):
        own = _own(text, counted, at, document.language)
        candidate = replace(template.candidate, sentence=sentence, start=low + one.start, end=low + one.end, amount=one)
        yield Figure(replace(template, candidate=candidate, dropped=None), own, whole)
        if at == 0 and _WHOLE.search(text[: one.start]):
            whole = text[: one.end] + own


def _own(text: str, counted: Sequence[Quantity], at: int, language: Language) -> str:
    """Return what a sentence says of one of its figures alone.

    What is measured, as money and area, has all that stands between it and the next of its kind; what is counted has its noun,
    which follows it or goes before.
    """
    one = counted[at]
    kin = [other for other in counted if _kin(other) == _kin(one)]
    i = kin.index(one)
    if _kin(one) != "count" or len(kin) == 1:
        low = kin[i - 1].end if i else 0
        high = kin[i + 1].start if i + 1 < len(kin) else len(text)
        # What introduces the next one of its kind is that one's own.
        cut = max([text.rfind(mark, one.end, high) for mark in "，,；;"], default=-1) if i + 1 < len(kin) else -1
        begin = max([text.find(mark, low, one.start) for mark in "，,；;"], default=-1) if i else -1
        return text[begin if begin > 0 else low : cut if cut > 0 else high]
    low = counted[at - 1].end if at else 0
    high = counted[at + 1].start if at + 1 < len(counted) else len(text)
    stops = [place for place in range(one.end, high) if text[place] in _MARKS]
    last = list(_JOINT[language].finditer(text, one.end, high))
    if _NOUN[language].match(text, one.end, high + 1) and not (language == "zh" and one.unit == "visit"):
        # What leads up to a figure whose noun follows is said of the whole sentence.
        high = last[-1].start() if last and not stops and at + 1 < len(counted) else stops[0] if stops else high
        return text[one.start : high]
    high = min([high, *stops[:1], *(joint.start() for joint in last[:1])])
    marks = [place + 1 for place in range(low, one.start) if text[place] in _MARKS]
    joints = list(_JOINT[language].finditer(text, low, one.start)) if at and _NOUN[language].match(text, low) else []
    return text[max([low, *marks, *(joint.end() for joint in joints)]) : high]


def _kin(one: Quantity) -> str:
    """Return what a figure measures, "count" for people and things alike."""
    kind = unit_kind(one.unit)
    return "count" if kind in ("people", "households", "visits") else kind
