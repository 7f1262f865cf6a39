"""Bot stage: what making a follow-up whole asks of the index and of the answers given before."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from bot.facts import Found
from bot.turns.topic import Knowledge
from corpus.dictionary import english_of
from corpus.document import Document, Language
from corpus.places import mentioned
from index.retrieve import Retriever
from index.words import tokens

_LONGEST_NAME = 40


def knowledge(retriever: Retriever, answered: Callable[[str], Sequence[Found]]) -> Knowledge:
    """Return what rewriting may ask; `answered` gives what was found for a whole question."""
    return Knowledge(
        alike=lambda text, others: _alike(retriever, text, others),
        named=lambda question: _named(answered(question)),
        translated=lambda text, language: _translated(retriever, text, language),
        regions=lambda question, language: _regions(retriever, answered(question), language),
        told=lambda question: next((one.candidate.text for one in answered(question) if one.dropped is None), ""),
        sure=lambda question: next((one.confidence for one in answered(question) if one.dropped is None), 0.0),
    )


def _alike(retriever: Retriever, text: str, others: Sequence[str]) -> list[float]:
    vectors = retriever.encoder.encode_queries([text, *others])
    return [float(one) for one in np.asarray(vectors[1:] @ vectors[0])]


def _named(found: Sequence[Found]) -> str:
    """Return the name or date that a question was answered with, "" where it was not, or with something else."""
    kept = [one for one in found if one.dropped is None]
    if not kept or kept[0].candidate.amount is not None:
        return ""
    text = kept[0].candidate.text
    return text if len(text) <= _LONGEST_NAME and not re.search(r"[，,。；;]", text) else ""


def _translated(retriever: Retriever, text: str, language: Language) -> str:
    """Return words in the other language, the likeliest translation of each; "" where none has one."""
    pieces = retriever.index.bridge.pieces(text, language)
    if language == "en":
        return "".join(ways[0] for _, ways in pieces if ways)
    known = [ways[0] if ways else english_of().get(piece, "") for piece, ways in pieces if tokens(piece)]
    return " ".join(one for one in known if one)


def _regions(retriever: Retriever, found: Sequence[Found], language: Language) -> tuple[str, str]:
    """Return the regions of the report that answers a question and of another one, as a language names them."""
    documents = retriever.index.documents.values()
    best = next((one for one in found if one.dropped is None), found[0] if found else None)
    own = best.candidate.document if best else None
    if own is None or not own.region:
        return "", ""
    here = mentioned(own.region, own.language)
    others = [one for one in documents if one.region and not here & mentioned(one.region, one.language)]
    other = next((one for one in others if one.language == language), others[0] if others else None)
    return _region(own, language), _region(other, language) if other else ""


def _region(document: Document, language: Language) -> str:
    region = document.region or ""
    if document.language == language:
        return region
    divisions = sorted(mentioned(region, document.language), key=lambda one: one.rank)
    if not divisions:
        return region
    return next(iter(divisions[0].english), region) if language == "en" else divisions[0].short
