"""Evaluate stage: which stage lost the answer of a question that was answered wrongly."""

from collections.abc import Iterable, Mapping, Sequence

from bot.assistant import Trace
from bot.evaluate.gold import GoldQuestion, RequiredAnswer, proves
from bot.evaluate.measure import DEPTH, Row, quotes
from bot.facts import Found
from bot.quantities import Quantity
from corpus.document import Document
from index.retrieve import translated

STAGES = (
    "not in the corpus", "not retrieved", "not read", "read but not found", "wrong unit", "wrong scope",
    "read but dropped", "wrongly refused", "ranked too low", "not refused",
)  # fmt: skip


def lost_at(row: Row, traces: Sequence[Trace], documents: Mapping[str, Document]) -> str | None:
    """Return the stage that lost the first required answer that is not given, None where all is right.

    Without traces, of a record read from a file, what came behind retrieval can't be told apart: then it is
    "wrongly refused" or "read but not found".
    """
    if row.right:
        return None
    if not row.question.answers:
        return "not refused"
    answer, ranks = _missing(row)
    if not ranks:
        return "not retrieved" if _stands(answer, documents.values()) else "not in the corpus"
    if not traces:
        return "wrongly refused" if row.record["status"] == "not_found" else "read but not found"
    if not any(_proves(answer, trace) for trace in traces):
        return "not read"
    found = [one for trace in traces for one in trace.found]
    right = [one for one in found if _is(answer, one)]
    if not right:
        return "read but not found"
    if row.record["status"] == "not_found":
        return "wrongly refused"
    return _chosen_instead(answer, right, [one for one in found if one.dropped is None])


def _chosen_instead(answer: RequiredAnswer, right: Sequence[Found], given: Sequence[Found]) -> str:
    if any(one.dropped in (None, "enough") for one in right):
        return "ranked too low"
    if any(not answer.is_of(one.candidate.document.id) and answer.is_said_in(one.candidate.text) for one in given):
        return "wrong scope"
    if given and _unit(right[0]) is not None and _unit(given[0]) is not None and _unit(right[0]) != _unit(given[0]):
        return "wrong unit"
    return "read but dropped"


def _missing(row: Row) -> tuple[RequiredAnswer, tuple[int, ...]]:
    """Return the first required answer that no fact gives, with the ranks of the passages that prove it."""
    cited = {one["number"]: one["document"] for one in row.record["citations"]}
    pairs = list(zip(row.question.answers, row.proofs, strict=True))
    for answer, ranks in pairs:
        given = any(
            answer.is_said_in(str(fact[key])) and any(answer.is_of(cited.get(n, "")) for n in fact["citations"])
            for fact in row.record["facts"]
            for key in ("value", "display")
        )
        if not given:
            return answer, ranks
    return pairs[0]


def _stands(answer: RequiredAnswer, documents: Iterable[Document]) -> bool:
    """Tell whether any report has a sentence that proves an answer."""
    return any(
        proves(answer, document, 0, len(document.text), quotes(document, 0, len(document.text)))
        for document in documents
    )


def _proves(answer: RequiredAnswer, trace: Trace) -> bool:
    return any(
        proves(
            answer,
            hit.document,
            hit.passage.start,
            hit.passage.end,
            quotes(hit.document, hit.passage.start, hit.passage.end),
        )
        for hit in trace.read
    )


def _is(answer: RequiredAnswer, one: Found) -> bool:
    candidate = one.candidate
    return answer.is_of(candidate.document.id) and answer.is_said_in(candidate.text)


def _unit(one: Found) -> str | None:
    amount = one.candidate.amount
    return amount.unit if isinstance(amount, Quantity) else None


def relevant_passages(question: GoldQuestion, passages: Sequence[tuple[Document, int, int]]) -> int:
    """Return how many passages of an index prove a required answer, ten at most, which is as deep as nDCG looks.

    Of a report and its translation only the one in the question's language counts, as it alone is searched.
    """
    count = 0
    documents = {document.id: document for document, _, _ in passages}
    unsearched = translated(documents, "zh" if question.language == "zh" else "en")
    for document, start, end in passages:
        if document.id not in unsearched and any(
            proves(answer, document, start, end, quotes(document, start, end)) for answer in question.answers
        ):
            count += 1
            if count == DEPTH:
                break
    return count
