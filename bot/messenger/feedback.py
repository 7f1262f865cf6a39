"""Messenger: a judgement of an answer as a line of a question file, which `citewise evaluate` reads."""

from collections.abc import Sequence
from typing import Any


def feedback_record(
    id: str, question: str, history: Sequence[str], record: dict[str, Any], *, right: bool
) -> dict[str, Any]:
    """Return a question with its answers as far as the judgement tells them, and the verdict.

    Of a wrong answer the right one is not known: `answers` is null, for a person to fill in.
    """
    return {
        "id": id,
        "language": record["language"],
        "kind": _kind(record),
        "question": question,
        "history": list(history),
        "answers": _answers(record) if right else None,
        "verdict": "right" if right else "wrong",
        "given": record["text"],
    }


def _kind(record: dict[str, Any]) -> str:
    facts = record["facts"]
    if not facts:
        return "unanswerable"
    if len(facts) > 1:
        return "list"
    return "number" if facts[0]["quantity"] else "text"


def _answers(record: dict[str, Any]) -> list[dict[str, Any]]:
    reports = {citation["number"]: citation["document"] for citation in record["citations"]}
    answers = []
    for fact in record["facts"]:
        forms = list(dict.fromkeys([fact["value"], fact["display"]]))
        # `|` stands between the alternatives of an anchor.
        anchors = ["|".join(form for form in forms if "|" not in form)] if fact["value"] else []
        answers.append({"report": reports[fact["citations"][0]], "accept": forms, "anchors": [a for a in anchors if a]})
    return answers
