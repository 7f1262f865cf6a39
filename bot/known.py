"""Bot stage: what making a follow-up whole asks of the index and of the answers given before."""

from collections.abc import Callable, Sequence

import numpy as np

from bot.facts import Found
from bot.turns.rewrite import Knowledge
from corpus.dictionary import english_of
from corpus.document import Language
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
        other_region=lambda question, language: _other_region(retriever, answered(question), language),
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
    return text if len(text) <= _LONGEST_NAME else ""


def _translated(retriever: Retriever, text: str, language: Language) -> str:
    """Return words in the other language, the likeliest translation of each; "" where none has one."""
    pieces = retriever.index.bridge.pieces(text, language)
    if language == "en":
        return "".join(ways[0] for _, ways in pieces if ways)
    known = [ways[0] if ways else english_of().get(piece, "") for piece, ways in pieces if tokens(piece)]
    return " ".join(one for one in known if one)


def _other_region(retriever: Retriever, found: Sequence[Found], language: Language) -> str:
    """Return the region of a report that is not the one which answered a question."""
    documents = retriever.index.documents
    kept = next((one for one in found if one.dropped is None), found[0] if found else None)
    if kept is None:
        return ""
    own = kept.candidate.document
    others = [one for one in documents.values() if one.region and one.region != own.region]
    spoken = [one.region for one in others if one.language == language and own.language == language]
    if spoken and spoken[0]:
        return spoken[0]
    kin = mentioned(own.region or "", own.language)
    foreign = [one for one in others if not kin & mentioned(one.region or "", one.language)]
    if not foreign or not foreign[0].region:
        return ""
    region = foreign[0].region
    if foreign[0].language == language:
        return region
    divisions = sorted(mentioned(region, foreign[0].language), key=lambda one: one.rank)
    names = divisions[0].english if divisions and language == "en" else ()
    return next(iter(names), "") or _translated(retriever, region, foreign[0].language)
