"""Messenger: the text of an answer taken apart into its entries: what is said, whose it is, the quote."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.where import where
from corpus.document import Language

Record = Mapping[str, Any]  # of an answer, a fact or a citation, as Answer.record() makes it

_DASH = "- "
_JOINT: dict[Language, str] = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold a part of an answer: words, facts that one quote proves, and whose that quote is.

    `begins` tells whether it is the first answer to one of the questions that were asked together.
    """

    words: str
    facts: tuple[Record, ...]
    whose: str
    citation: Record | None
    begins: bool = True


def citation_of(record: Record, number: int) -> Record | None:
    """Return a citation of an answer by its number."""
    return next((one for one in record["citations"] if one["number"] == number), None)


def entries(record: Record) -> list[Entry]:
    """Return the entries of an answer in the order of its text; facts that its text lacks come last."""
    found = list(_written(record))
    told = [fact for entry in found for fact in entry.facts]
    for fact in record["facts"][len(told) :]:
        cited = next((c for number in fact["citations"] if (c := citation_of(record, number))), None)
        found.append(Entry("", (fact,), cited["title"] if cited else "", cited, begins=False))
    return found


def _written(record: Record) -> Iterator[Entry]:
    text: str = record["text"]
    facts = list(record["facts"])
    at, sure = 0, 0.0
    for start, end, citation in _quotes(text, record["citations"]):
        lines = [line for line in text[at:start].split("\n") if line.strip()]
        whose, at = _behind(text, end, citation, record["language"])
        dashed = bool(lines) and lines[-1].startswith(_DASH)
        told, named = _told(lines[-1] if lines else "", facts, citation, record["language"])
        if told:
            lines, whose = lines[:-1], named
            facts = facts[len(told) :]
        confidence = told[0]["confidence"] if told else 0.0
        # Facts come best first, so one surer than the last answers the next question.
        begins = not dashed or confidence > sure
        sure = confidence
        yield Entry("\n".join(lines), tuple(told), whose, citation, begins)
    if text[at:].strip():
        yield Entry(text[at:].strip("\n"), (), "", None)


def _quotes(text: str, citations: Sequence[Record]) -> Iterator[tuple[int, int, Record]]:
    """Yield where quotes stand in a text, and which they are."""
    written = {f"“{one['quote']}” [{one['number']}]": one for one in citations}
    if written:
        pattern = "|".join(re.escape(quote) for quote in sorted(written, key=len, reverse=True))
        for match in re.finditer(pattern, text):
            yield match.start(), match.end(), written[match[0]]


def _behind(text: str, end: int, citation: Record, language: Language) -> tuple[str, int]:
    """Return whose a quote is, if that stands in the line behind it, and where the next entry begins."""
    stop = _line_end(text, end)
    if stop > end or not text.startswith("\n    ", stop):
        return "", stop
    last = _line_end(text, stop + 1)
    place = ("，" if language == "zh" else ", ") + where(citation["source"], language)
    return text[stop + 1 : last].strip().removesuffix(place), last


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _told(said: str, facts: Sequence[Record], citation: Record, language: Language) -> tuple[list[Record], str]:
    """Return which of the next facts a line tells, and whose it says that they are."""
    if not facts:
        return [], ""
    for line in (said, said.removeprefix(_DASH)):
        for count in range(len(facts), 0, -1):
            lead = _JOINT[language].join(fact["display"] for fact in facts[:count]) + " — "
            if line.startswith(lead):
                return list(facts[:count]), line.removeprefix(lead)
    if facts[0]["display"] == citation["quote"]:
        return [facts[0]], said.removeprefix(_DASH)
    return [], ""
