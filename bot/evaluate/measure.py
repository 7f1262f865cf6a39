"""Evaluate stage: one question with the record of its answer to a row of metrics and a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytrec_eval import RelevanceEvaluator

from bot.evaluate.answers import Record, judge
from bot.evaluate.gold import GoldQuestion, RequiredAnswer, holds, proves
from bot.evaluate.number_match import number_match
from bot.evaluate.retrieval import Ranks
from bot.evaluate.text_match import text_match
from corpus.document import Document, Language
from index.sentences import sentences

DEPTH = 10
Metrics = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold what was measured of one question; `proofs` are the ranks of the passages that prove each answer."""

    question: GoldQuestion
    record: Record
    verdict: str
    metrics: Metrics
    proofs: tuple[tuple[int, ...], ...]
    confidence: float

    @property
    def right(self) -> bool:
        """Tell whether what the reports say was answered, and what they do not say refused."""
        return self.verdict in ("right", "refused rightly")


def measure(
    question: GoldQuestion,
    record: Record,
    documents: Mapping[str, Document],
    *,
    confidence: float | None = None,
    relevant: int | None = None,
) -> Row:
    """Measure the record of an answer, as `citewise batch` prints it.

    `confidence` is that of the best candidate, given or not; where it is None that of the first fact counts.
    `relevant` is how many passages of the index prove a required answer, for nDCG.
    """
    judged = judge(question, record)
    proofs = tuple(_ranks(answer, record["passages"], documents) for answer in question.answers)
    metrics: Metrics = {}
    if question.answers:
        metrics |= _retrieval(Ranks(question, proofs), len(record["passages"]), relevant)
        metrics |= _answers(question, record)
        metrics |= {
            "first three": _number(judged.among),
            "first": _number(judged.first),
            "proved": _number(judged.proved),
            "English way": _number(judged.english),
            "citation recall": _citation_recall(question, record),
            "passage attribution": _attribution(record, proofs),
            "wrongly refused": float(judged.refused),
        }
    else:
        metrics["refused"] = float(judged.refused)
    metrics |= {"citation precision": _citation_precision(record), "verbatim": _verbatim(record, documents)}
    best = record["facts"][0]["confidence"] if record["facts"] else 0.0
    return Row(
        question, record, _verdict(question, refused=judged.refused, right=bool(judged.among)), metrics, proofs,
        best if confidence is None else confidence,
    )  # fmt: skip


def _verdict(question: GoldQuestion, *, refused: bool, right: bool) -> str:
    if not question.answers:
        return "refused rightly" if refused else "answered wrongly"
    if refused:
        return "refused wrongly"
    return "right" if right else "wrong"


def _number(value: bool | None) -> float | None:
    return None if value is None else float(value)


def _ranks(
    answer: RequiredAnswer, passages: Sequence[Mapping[str, Any]], documents: Mapping[str, Document]
) -> tuple[int, ...]:
    return tuple(
        rank
        for rank, passage in enumerate(passages, start=1)
        if passage["document"] in documents
        and proves(
            answer, document := documents[passage["document"]], passage["start"], passage["end"],
            quotes(document, passage["start"], passage["end"]),
        )
    )  # fmt: skip


def quotes(document: Document, start: int, end: int) -> list[str]:
    """Return the sentences that a passage holds, cut at its edges."""
    part = document.text[start:end]
    return [part[a:b] for a, b in sentences(part)]


def _retrieval(ranks: Ranks, count: int, relevant: int | None) -> Metrics:
    """Return recall@k and reciprocal rank, as `Ranks` defines them, and nDCG@10.

    nDCG@10 (Järvelin and Kekäläinen, TOIS 2002) by trec_eval, a passage being relevant that proves any required answer.
    """
    proving = {rank for proofs in ranks.proofs for rank in proofs}
    run = {f"p{rank}": float(count - rank) for rank in range(1, count + 1)}
    missed = max(0, (relevant or 0) - len(proving))
    judged = {f"p{rank}": 1 for rank in proving} | {f"missed{i}": 1 for i in range(missed)}
    ndcg = 0.0
    if judged and run:
        ndcg = RelevanceEvaluator({"q": judged}, {"ndcg_cut_10"}).evaluate({"q": run})["q"]["ndcg_cut_10"]
    recalls = {f"recall@{k}": ranks.recall(k) for k in (1, 5, DEPTH)}
    return {**recalls, "MRR": ranks.reciprocal(), "nDCG@10": float(ndcg)}


def _answers(question: GoldQuestion, record: Record) -> Metrics:
    """Return exact match, F1 and number match of the first fact.

    Of a list its items count, joined, against the required answers, joined, or any accepted form.
    """
    language: Language = "zh" if question.language == "zh" else "en"
    comma = "、" if language == "zh" else ", "
    listed = question.kind == "list"
    forms = [form for answer in question.answers for form in answer.accept]
    if listed:
        forms.append(comma.join(answer.accept[0] for answer in question.answers))
    exact, f1, number = 0.0, 0.0, None
    for key in ("value", "display"):
        said = [str(fact[key]) for fact in record["facts"]]
        for text in (comma.join(said), *said) if listed else said[:1] or [""]:
            match = text_match(text, forms, language)
            exact, f1 = max(exact, match.exact), max(f1, match.f1)
            same = number_match(text, forms, language)
            number = number if same is None else max(number or 0.0, float(same))
    return {"exact match": exact, "F1": f1, "number match": number}


def _citation_precision(record: Record) -> float | None:
    """Return the share of facts that stand word for word in a sentence which they cite."""
    quoted = {citation["number"]: citation["quote"] for citation in record["citations"]}
    facts = record["facts"]
    proved = [any(holds(quoted.get(n, ""), fact["value"]) for n in fact["citations"]) for fact in facts]
    return sum(proved) / len(proved) if proved else None


def _citation_recall(question: GoldQuestion, record: Record) -> float:
    """Return the share of required answers that a cited sentence proves."""
    proved = [
        any(answer.is_of(one["document"]) and answer.is_proved_by(one["quote"]) for one in record["citations"])
        for answer in question.answers
    ]
    return sum(proved) / len(proved)


def _verbatim(record: Record, documents: Mapping[str, Document]) -> float | None:
    """Return the share of quotes that are the very characters of their report."""
    cited = record["citations"]
    same = [
        one["document"] in documents and documents[one["document"]].text[one["start"] : one["end"]] == one["quote"]
        for one in cited
    ]
    return sum(same) / len(same) if same else None


def _attribution(record: Record, proofs: Sequence[Sequence[int]]) -> float | None:
    """Return the share of the first facts' citations that lie in a passage which proves an answer."""
    facts = record["facts"][: len(proofs)]
    if not facts:
        return None
    numbers = {number for fact in facts for number in fact["citations"]}
    cited = [one for one in record["citations"] if one["number"] in numbers]
    proving = [record["passages"][rank - 1] for ranks in proofs for rank in ranks]
    inside = [any(_overlap(one, passage) for passage in proving) for one in cited]
    return sum(inside) / len(inside) if inside else 0.0


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one["document"] != other["document"]:
        return False
    return bool(other["start"] < one["end"] and one["start"] < other["end"])
