"""Evaluate stage: what a question with its answers is, and what proves one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.document import Document


@dataclass(frozen=True, slots=True)
class RequiredAnswer:
    """Name an answer that must be given: from which report, how it may be said, what its proof holds.

    Without a report any report may give it. Each anchor is a set of alternatives; one of each must stand
    in the sentence that proves the answer. Without anchors a sentence proves it that holds an accepted form.
    """

    report: str | None
    accept: tuple[str, ...]
    anchors: tuple[tuple[str, ...], ...] = ()

    def is_of(self, document: str) -> bool:
        """Tell whether a report, by its id, is the one named or a restatement of it, whose id begins with its id."""
        return self.report is None or document == self.report or document.startswith(f"{self.report}-")

    def is_said_in(self, text: str) -> bool:
        """Tell whether a text holds an accepted form."""
        return any(holds(text, form) for form in self.accept)

    def is_proved_by(self, quote: str) -> bool:
        """Tell whether a quote holds one of each set of anchors, or an accepted form where there are none."""
        if not self.anchors:
            return self.is_said_in(quote)
        return all(any(holds(quote, way) for way in anchor) for anchor in self.anchors)


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """Hold a question with its required answers; it has none where the reports do not say."""

    id: str
    language: str
    kind: str
    question: str
    history: tuple[str, ...]
    answers: tuple[RequiredAnswer, ...]


def proves(answer: RequiredAnswer, document: Document, start: int, end: int, quotes: Sequence[str]) -> bool:
    """Tell whether a passage proves an answer.

    It does when it is of the report (or of a restatement of it, whose id begins with the report's),
    one of its sentences `quotes` holds all anchors, and the passage holds an accepted answer.
    """
    if not answer.is_of(document.id) or not answer.is_said_in(document.text[start:end]):
        return False
    return any(answer.is_proved_by(quote) for quote in quotes)


def holds(text: str, wanted: str) -> bool:
    """Tell whether a text holds another, white space and capitals aside; a figure not as part of a longer one.

    >>> holds("选派教师 1569人", "1569"), holds("11569人", "1569")
    (True, False)
    """
    sought = _squeezed(wanted)
    before = r"(?<!\d)(?<!\d[.,])" if sought[:1].isdigit() else ""
    behind = r"(?!\d)(?![.,]\d)" if sought[-1:].isdigit() else ""
    return bool(sought) and re.search(before + re.escape(sought) + behind, _squeezed(text)) is not None


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d)", "|", text)).lower()
