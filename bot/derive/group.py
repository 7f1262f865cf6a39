"""Bot stage: the figures of so many things that a question names by their number alone, as "the five centres"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.derive.beside import side
from bot.derive.sought import Operand
from bot.evidence import Candidate
from bot.facts import Found
from bot.quantities import Quantity, read
from corpus.document import Document, Span
from index.sentences import sentences

_BEST = 8  # candidates whose sentences are looked at
_SPREAD = 4  # sentences next to each other that a list may stand in
_TRIM = "，,；;。：:、（）() \n-"


def listed_figures(found: Sequence[Found], count: int) -> list[Operand]:
    """Return the figures of a list of `count` things, [] where none of the best sentences holds just so many.

    They stand in one sentence, or in neighbouring ones of a paragraph, and are of one unit; none of them is a range.
    """
    seen: set[tuple[str, Span]] = set()
    for entry in [one for one in found if _fits(one)][:_BEST]:
        candidate = entry.candidate
        if (candidate.document.id, candidate.sentence) in seen or not isinstance(candidate.amount, Quantity):
            continue
        seen.add((candidate.document.id, candidate.sentence))
        for span in _stretches(candidate.document, candidate.sentence):
            figures = _figures(candidate.document, span, candidate.amount)
            if any(figure.upper is not None for _, figure in figures):
                continue
            if len(figures) == count and any(one[1].start + one[0][0] == candidate.start for one in figures):
                return [_operand(entry, sentence, figure) for sentence, figure in figures]
    return []


def _fits(one: Found) -> bool:
    return not one.dropped or not (one.dropped.startswith("missing") or one.dropped == "kind")


def _stretches(document: Document, sentence: Span) -> list[Span]:
    """Return the sentence, then it with its neighbours in the paragraph."""
    low = document.text.rfind("\n", 0, sentence[0]) + 1
    high = document.text.find("\n", sentence[1])
    near = sentences(document.text, low, high if high >= 0 else len(document.text))
    at = next((i for i, span in enumerate(near) if span == sentence), None)
    if at is None:
        return [sentence]
    found = [sentence]
    for width in range(1, _SPREAD):
        found += [(near[i][0], near[i + width][1]) for i in range(max(0, at - width), at + 1) if i + width < len(near)]
    return found


def _figures(document: Document, span: Span, like: Quantity) -> list[tuple[Span, Quantity]]:
    found = []
    for low, high in sentences(document.text, *span):
        for one in read(document.text[low:high], document.language):
            if isinstance(one, Quantity) and not one.ordinal and one.unit == like.unit and one.counter == like.counter:
                found.append(((low, high), one))
    return found


def _operand(entry: Found, sentence: Span, figure: Quantity) -> Operand:
    candidate: Candidate = replace(
        entry.candidate,
        sentence=sentence,
        start=sentence[0] + figure.start,
        end=sentence[0] + figure.end,
        amount=figure,
    )
    return Operand(called(candidate), replace(entry, candidate=candidate), 1.0)


def called(candidate: Candidate) -> str:
    """Return what a figure's own clause says beside it, which is what the thing is called."""
    text, (low, high) = candidate.document.text, side(candidate)
    marks = [i + 1 for i in range(low, candidate.start) if text[i] in _TRIM]
    behind = re.split(r"[，,、；;。]", text[candidate.end : high])[0]
    around = f"{text[max([low, *marks]) : candidate.start]} {behind}"
    return re.sub(r"\s+", " ", around).strip(_TRIM)
