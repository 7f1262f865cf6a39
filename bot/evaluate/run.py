"""Evaluate stage: all questions asked and measured, resumable, to the record that machines and the page read."""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot.assistant import Assistant, Trace
from bot.errors import BadQuestionFile
from bot.evaluate.answers import Record
from bot.evaluate.gold import GoldQuestion
from bot.evaluate.measure import Row, measure
from bot.evaluate.stages import lost_at, relevant_passages
from bot.evaluate.summary import curves, figures, losses
from corpus.document import Document
from index.passages import Passage

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold the row of a question and the stage that lost its answer."""

    row: Row
    stage: str | None


class Evaluation:
    """Ask and measure questions on one index; what was answered is kept in `journal` until all are done."""

    def __init__(self, assistant: Assistant, passages: Sequence[Passage], journal: Path | None = None) -> None:
        self._assistant = assistant
        self._passages = [(assistant.documents[one.document], one.start, one.end) for one in passages]
        self._journal = journal

    def ask(self, gold: Sequence[GoldQuestion], *, progress: Progress | None = None) -> list[Measured]:
        """Ask each question and measure its answer; go on where an earlier run was interrupted."""
        known, documents = self._known(), self._assistant.documents
        found = []
        for done, question in enumerate(gold, start=1):
            kept = known.get(question.id)
            if kept is None:
                answer, traces = self._assistant.explain(question.question, history=question.history)
                one, kept = _asked(question, answer.record(question.id), traces, documents, self._passages)
                self._note(kept)
            else:
                one = _measured(question, kept, documents)
            found.append(one)
            if progress:
                progress("evaluate", done / len(gold))
        if self._journal:
            self._journal.unlink(missing_ok=True)
        return found

    @property
    def done(self) -> int:
        """Return how many questions an interrupted run has answered."""
        return len(self._known())

    def _known(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        if self._journal and self._journal.exists():
            for line in self._journal.read_text(encoding="utf-8", errors="replace").split("\n"):
                try:
                    one = json.loads(line)
                    found[one["record"]["id"]] = one
                except (ValueError, KeyError, TypeError):
                    # The last line of an interrupted run may be half written.
                    continue
        return found

    def _note(self, kept: Mapping[str, Any]) -> None:
        if self._journal:
            self._journal.parent.mkdir(parents=True, exist_ok=True)
            with self._journal.open("a", encoding="utf-8") as file:
                file.write("\n" + json.dumps(kept, ensure_ascii=False))


def _asked(
    question: GoldQuestion, record: Record, traces: Sequence[Trace], documents: Mapping[str, Document],
    passages: Sequence[tuple[Document, int, int]],
) -> tuple[Measured, dict[str, Any]]:  # fmt: skip
    """Measure an answered question; return also what is kept of it: its record, and what only its traces tell."""
    confidence = max((one.confidence for trace in traces for one in trace.found), default=0.0)
    if record["facts"]:
        confidence = record["facts"][0]["confidence"]
    relevant = relevant_passages(question, passages) if question.answers else 0
    row = measure(question, record, documents, confidence=confidence, relevant=relevant)
    stage = lost_at(row, traces, documents)
    return Measured(row, stage), {"record": record, "confidence": confidence, "relevant": relevant, "stage": stage}


def _measured(question: GoldQuestion, kept: Mapping[str, Any], documents: Mapping[str, Document]) -> Measured:
    row = measure(question, kept["record"], documents, confidence=kept["confidence"], relevant=kept["relevant"])
    return Measured(row, kept["stage"])


def from_records(
    gold: Sequence[GoldQuestion], records: Path, documents: Mapping[str, Document], passages: Sequence[Passage]
) -> list[Measured]:
    """Measure the records of a file that `citewise batch` wrote, instead of asking.

    A question without a record counts as refused.

    Raises:
        BadQuestionFile: if the file can't be read, or a record lacks a part.
    """
    try:
        lines = [json.loads(line) for line in records.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
        known = {str(one["id"]): one for one in lines}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as err:
        raise BadQuestionFile(f"{records}: expected the records of `citewise batch`: {err!r}") from err
    places = [(documents[one.document], one.start, one.end) for one in passages]
    found = []
    for question in gold:
        record = known.get(question.id, _NOTHING | {"id": question.id, "language": question.language})
        try:
            _require_form(record)
            relevant = relevant_passages(question, places) if question.answers else 0
            row = measure(question, record, documents, relevant=relevant)
            found.append(Measured(row, lost_at(row, [], documents)))
        except (KeyError, TypeError, AttributeError) as err:
            raise BadQuestionFile(f"{records}: the record of {question.id!r} lacks a part: {err!r}") from err
    return found


def _require_form(record: Record) -> None:
    """Complain of what would only be missed when the figures are made."""
    if not isinstance(record["text"], str):
        raise TypeError("text must be a text")
    timings = record.get("timings_ms", {})
    if not all(isinstance(value, int | float) for value in timings.values()):
        raise TypeError("timings_ms must hold numbers")


_NOTHING: dict[str, Any] = {"status": "not_found", "text": "", "facts": [], "citations": [], "passages": []}


def key_of(files: Sequence[Path], *rest: object) -> str:
    """Return a name for an evaluation that changes with the questions, the index or the settings."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    digest.update(repr(rest).encode())
    return digest.hexdigest()[:16]


def evaluation_record(
    measured: Sequence[Measured],
    *,
    files: Sequence[Path],
    skipped: Sequence[Mapping[str, Any]],
    made: Mapping[str, Any],
) -> dict[str, Any]:
    """Return everything that was measured, as `--json` writes it and the page shows it."""
    rows = [one.row for one in measured]
    return {
        "made": {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": version("citewise"),
            "machine": f"{platform.system()} {platform.machine()}, {platform.processor() or 'processor unknown'}",
            **made,
        },
        "files": [file.name for file in files],
        "skipped": list(skipped),
        "figures": figures(rows),
        "curves": curves(rows),
        "losses": losses([(one.row, one.stage) for one in measured]),
        "questions": [_question(one) for one in measured],
    }


def _question(one: Measured) -> dict[str, Any]:
    row, record = one.row, one.row.record
    cited = {citation["number"]: citation for citation in record["citations"]}
    return {
        "id": row.question.id,
        "language": row.question.language,
        "kind": row.question.kind,
        "question": row.question.question,
        "history": list(row.question.history),
        "status": record["status"],
        "text": record["text"],
        "facts": [_fact(fact, cited) for fact in record["facts"]],
        "gold": [{"report": answer.report, "accept": list(answer.accept)} for answer in row.question.answers],
        "verdict": row.verdict,
        "loss": one.stage,
        "confidence": row.confidence,
        "total_ms": record.get("timings_ms", {}).get("total"),
        "metrics": row.metrics,
    }


def _fact(fact: Mapping[str, Any], cited: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    citation = next((cited[number] for number in fact["citations"] if number in cited), {})
    kept = {name: fact.get(name) for name in ("value", "display", "scope", "confidence")}
    return {**kept, "quote": citation.get("quote"), "document": citation.get("document")}
